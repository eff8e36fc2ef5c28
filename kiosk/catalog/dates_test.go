package catalog

import (
	"testing"
	"time"

	"chasqui/kiosk"
)

func TestYearsAndDays(t *testing.T) {
	santiago := time.FixedZone("-03", -3*3600)
	for _, row := range []struct {
		date  string
		today time.Time
		years int
		days  int
	}{
		{"", sampleDay, 0, 0},
		{"ayer", sampleDay, 0, 0},
		{"2026-11-23", sampleDay, 0, 0},
		{"2008-11-23", sampleDay, 18, -6574},
		{"2008-11-24", sampleDay, 17, -6573},
		{"2026-12-01", sampleDay, 0, 8},
		{"2028-11-23", sampleDay, -2, 731},
		{"2027-11-22", sampleDay, 0, 364},
		{"2004-02-29", time.Date(2026, 2, 28, 12, 0, 0, 0, time.UTC), 21, -8035},
		{"2004-02-29", time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), 22, -8036},
		// Half past ten at night in Santiago is tomorrow in UTC: the day is Santiago's.
		{"2026-11-24", time.Date(2026, 11, 24, 1, 30, 0, 0, time.UTC).In(santiago), 0, 1},
	} {
		q := questionDef{ID: "d", Type: kiosk.TypeDate}
		s := &Service{def: &definition{Questions: []questionDef{q}}, index: map[string]int{"d": 0}}
		lang, err := newLanguage(s.def.Questions)
		if err != nil {
			t.Fatal(err)
		}
		w := s.known(kiosk.Answers{"d": word(row.date)}, kiosk.Office{}, row.today)
		for name, want := range map[string]int{"years": row.years, "days": row.days} {
			w.vars["want"] = want
			env, err := lang.env.Extend(celInt("want"))
			if err != nil {
				t.Fatal(err)
			}
			c, err := compile(env, name+"(answers.d, today) == want", true)
			if err != nil {
				t.Fatal(err)
			}
			if c.eval(w) != isTrue {
				t.Errorf("%s(%q, %v) is not %d", name, row.date, row.today, want)
			}
			if c.today {
				t.Errorf("%s over a date is taken for a condition on the day", name)
			}
		}
	}
}
