package flow

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"chasqui/kiosk"
	"chasqui/sync/wire"
)

var weekdays = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}

func withCounter(level string, open ...kiosk.OpenHours) kiosk.Service {
	return kiosk.Service{AtHand: []string{"Su cédula."}, Channels: []kiosk.ServiceChannel{
		{Channel: wire.ChannelKiosk, Level: level},
		{Channel: wire.ChannelCounter, Level: "complete", Hours: "De mañana.", Place: "Mesón 2.", Open: open},
	}}
}

// Guards the person who came on foot: what can be done now is told before they
// begin, and a counter whose hours nobody wrote is never called open.
func TestWhatCanBeDoneToday(t *testing.T) {
	santiago, err := time.LoadLocation("America/Santiago")
	if err != nil {
		t.Fatal(err)
	}
	at := func(date string) time.Time {
		moment, err := time.ParseInLocation("2006-01-02 15:04", date, santiago)
		if err != nil {
			t.Fatal(err)
		}
		return moment
	}
	morning := kiosk.OpenHours{Days: weekdays, From: 8*60 + 30, To: 14 * 60}
	afternoon := kiosk.OpenHours{Days: []time.Weekday{time.Tuesday}, From: 15 * 60, To: 17 * 60}
	noon := kiosk.OpenHours{Days: weekdays, From: 14 * 60, To: 14*60 + 30}
	for _, row := range []struct {
		name        string
		open        []kiosk.OpenHours
		now         string // 2026-11-23 is a Monday
		state       kiosk.CounterState
		until, next string
	}{
		{"open", []kiosk.OpenHours{morning}, "2026-11-23 09:00", kiosk.CounterOpen, "2026-11-23 14:00", ""},
		{"at the first minute", []kiosk.OpenHours{morning}, "2026-11-23 08:30", kiosk.CounterOpen, "2026-11-23 14:00", ""},
		{"at the last minute it is closed", []kiosk.OpenHours{morning}, "2026-11-23 14:00", kiosk.CounterClosed, "", "2026-11-24 08:30"},
		{"before it opens", []kiosk.OpenHours{morning}, "2026-11-23 07:00", kiosk.CounterLater, "", "2026-11-23 08:30"},
		{"over lunch", []kiosk.OpenHours{afternoon, morning}, "2026-11-24 14:30", kiosk.CounterLater, "", "2026-11-24 15:00"},
		{"over the weekend", []kiosk.OpenHours{morning}, "2026-11-27 18:00", kiosk.CounterClosed, "", "2026-11-30 08:30"},
		{"hours that go on", []kiosk.OpenHours{morning, noon}, "2026-11-23 13:00", kiosk.CounterOpen, "2026-11-23 14:30", ""},
		{"one day a week, just over", []kiosk.OpenHours{afternoon}, "2026-11-24 18:00", kiosk.CounterClosed, "", "2026-12-01 15:00"},
		{"nobody wrote them", nil, "2026-11-23 09:00", kiosk.CounterUnknown, "", ""},
		// On 4 April 2026 the clocks go back in Santiago: Monday 8:30 is still 8:30.
		{"over a change of the clocks", []kiosk.OpenHours{morning}, "2026-04-04 12:00", kiosk.CounterClosed, "", "2026-04-06 08:30"},
	} {
		got := Today(withCounter("start", row.open...), kiosk.Office{}, at(row.now)).Counter
		if got.State != row.state || got.Place != "Mesón 2." || got.Hours != "De mañana." {
			t.Errorf("%s: %+v", row.name, got)
		}
		for _, pair := range []struct {
			got  time.Time
			want string
		}{{got.Until, row.until}, {got.Opens, row.next}} {
			shown := ""
			if !pair.got.IsZero() {
				shown = pair.got.Format("2006-01-02 15:04")
			}
			if shown != pair.want {
				t.Errorf("%s: %q, want %q", row.name, shown, pair.want)
			}
		}
	}
	for level, want := range map[string]kiosk.Finish{"complete": kiosk.FinishComplete, "start": kiosk.FinishStart, "information": kiosk.FinishElsewhere} {
		if got := Today(withCounter(level), kiosk.Office{}, at("2026-11-23 09:00")); got.Finish != want || len(got.AtHand) != 1 {
			t.Errorf("%s: %+v", level, got)
		}
	}
	if got := Today(kiosk.Service{}, kiosk.Office{}, at("2026-11-23 09:00")); got.Finish != kiosk.FinishElsewhere || got.Counter != nil {
		t.Errorf("a service without channels: %+v", got)
	}
}

// Whatever the hours, what is said agrees with them.
func TestACounterIsNeverBothOpenAndClosed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var open []kiosk.OpenHours
		for range rapid.IntRange(0, 4).Draw(t, "ranges") {
			from := rapid.IntRange(0, 1438).Draw(t, "from")
			open = append(open, kiosk.OpenHours{
				Days: []time.Weekday{time.Weekday(rapid.IntRange(0, 6).Draw(t, "day"))},
				From: from, To: rapid.IntRange(from+1, 1440).Draw(t, "to"),
			})
		}
		now := day.Add(time.Duration(rapid.IntRange(0, 14*24*60).Draw(t, "minute")) * time.Minute)
		state, until, opens := openAt(open, now)
		inside := func(at time.Time) bool {
			for _, h := range onDay(open, at.Weekday()) {
				if minute := at.Hour()*60 + at.Minute(); minute >= h.From && minute < h.To {
					return true
				}
			}
			return false
		}
		switch state {
		case kiosk.CounterOpen:
			if !inside(now) || !until.After(now) {
				t.Fatalf("open at %v until %v with %v", now, until, open)
			}
		case kiosk.CounterLater, kiosk.CounterClosed:
			if inside(now) || !opens.After(now) || !inside(opens) || (state == kiosk.CounterLater) != (opens.YearDay() == now.YearDay()) {
				t.Fatalf("%s at %v, opens %v with %v", state, now, opens, open)
			}
		case kiosk.CounterUnknown:
			if len(open) > 0 {
				t.Fatalf("unknown with %v", open)
			}
		}
	})
}

// Guards the person who comes in the evening: half past ten at night in Santiago
// is the next day in UTC, and neither a counter nor an age may be reckoned by that.
func TestTheDayIsTheOffices(t *testing.T) {
	night := time.Date(2026, 11, 24, 1, 30, 0, 0, time.UTC) // Monday 23 in Santiago
	santiago := kiosk.Office{TimeZone: "America/Santiago"}
	monday := kiosk.OpenHours{Days: []time.Weekday{time.Monday}, From: 20 * 60, To: 23 * 60}
	for _, row := range []struct {
		office kiosk.Office
		state  kiosk.CounterState
		code   string // of "born today", by Santiago's calendar tomorrow
	}{
		{santiago, kiosk.CounterOpen, CodeRule},
		{kiosk.Office{}, kiosk.CounterClosed, ""},
		{kiosk.Office{TimeZone: "Nowhere/Town"}, kiosk.CounterClosed, ""},
	} {
		if got := Today(withCounter("start", monday), row.office, night).Counter; got.State != row.state {
			t.Errorf("%q: %+v", row.office.TimeZone, got)
		}
		f := New(flowOf(t, "ayuda", "es").source, "es", row.office, night, func(key string, _ ...any) string { return key })
		code := ""
		if _, trouble := f.Check("born", word("2026-11-24"), kiosk.Answers{}); trouble != nil {
			code = trouble.Code
		}
		if code != row.code {
			t.Errorf("%q: born on the 24th: %q", row.office.TimeZone, code)
		}
	}
}
