package locales

import (
	"math"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"
)

// nbsp keeps a number and what belongs to it on one line.
const nbsp = "\u00a0"

// spaced writes no-break spaces as "_", to be seen in a table.
func spaced(s string) string { return strings.ReplaceAll(s, nbsp, "_") }

func TestNumbersAreWrittenByTheLanguagesRules(t *testing.T) {
	type row struct{ es, en, pt, ht string }
	check := func(what string, want row, write func(*Words) string) {
		t.Helper()
		for tag, want := range map[string]string{"es": want.es, "en": want.en, "pt": want.pt, "ht": want.ht} {
			if got := spaced(write(In(tag))); got != want {
				t.Errorf("%s in %s: %q, want %q", what, tag, got, want)
			}
		}
	}
	same := func(s string) row { return row{s, s, s, s} }
	for n, want := range map[int]row{
		0: same("0"), 7: same("7"), 999: same("999"), -999: same("-999"),
		1000: {"1.000", "1,000", "1.000", "1_000"}, -12345: {"-12.345", "-12,345", "-12.345", "-12_345"},
		1234567:       {"1.234.567", "1,234,567", "1.234.567", "1_234_567"},
		math.MinInt64: {"-9.223.372.036.854.775.808", "-9,223,372,036,854,775,808", "-9.223.372.036.854.775.808", "-9_223_372_036_854_775_808"},
	} {
		check("number", want, func(w *Words) string { return w.Number(n) })
	}
	for _, test := range []struct {
		v      float64
		places int
		want   row
	}{
		{0, 0, same("0")}, {3.14159, 2, row{"3,14", "3.14", "3,14", "3,14"}}, {1234.5, 1, row{"1.234,5", "1,234.5", "1.234,5", "1_234,5"}},
		{-0.04, 1, row{"0,0", "0.0", "0,0", "0,0"}}, {-0.06, 1, row{"-0,1", "-0.1", "-0,1", "-0,1"}}, {999.999, 2, row{"1.000,00", "1,000.00", "1.000,00", "1_000,00"}},
		{5, -3, same("5")}, {math.NaN(), 1, same("–")}, {math.Inf(1), 1, same("–")}, {math.Inf(-1), 1, same("–")},
	} {
		check("decimal", test.want, func(w *Words) string { return w.Decimal(test.v, test.places) })
	}
	for _, test := range []struct {
		v      float64
		places int
		want   row
	}{
		{.456, 1, row{"45,6_%", "45.6%", "45,6%", "45,6_%"}}, {1, 0, row{"100_%", "100%", "100%", "100_%"}}, {0, 0, row{"0_%", "0%", "0%", "0_%"}},
		{-.014, 1, row{"-1,4_%", "-1.4%", "-1,4%", "-1,4_%"}}, {12.5, 0, row{"1.250_%", "1,250%", "1.250%", "1_250_%"}},
		{math.NaN(), 1, same("–")}, {math.MaxFloat64, 1, same("–")},
	} {
		check("percent", test.want, func(w *Words) string { return w.Percent(test.v, test.places) })
	}
	// Pesos are written as on a price tag in every language.
	for pesos, want := range map[int]row{0: same("$0"), 990: same("$990"), 12345: same("$12.345"), -1500000: same("-$1.500.000")} {
		check("money", want, func(w *Words) string { return w.Money(pesos) })
	}
}

// The tables of golang.org/x/text, which are CLDR's, say the same.
func TestNumbersAgreeWithCLDR(t *testing.T) {
	for tag, cldr := range map[string]language.Tag{"es": language.MustParse("es-CL"), "en": language.English, "pt": language.BrazilianPortuguese} {
		printer := message.NewPrinter(cldr)
		for _, n := range []int{0, 12, 1234, 12345, 1234567, -98765} {
			if got, want := In(tag).Number(n), printer.Sprint(number.Decimal(n)); got != want {
				t.Errorf("%s: %q, CLDR has %q", cldr, got, want)
			}
		}
		for _, v := range []float64{.5, 1234.5, 98765.4} {
			if got, want := In(tag).Decimal(v, 1), printer.Sprint(number.Decimal(v, number.Scale(1))); got != want {
				t.Errorf("%s: %q, CLDR has %q", cldr, got, want)
			}
		}
		if got, want := In(tag).Percent(.456, 1), printer.Sprint(number.Percent(.456, number.Scale(1))); got != want {
			t.Errorf("%s: %q, CLDR has %q", cldr, got, want)
		}
	}
}

// A date is not broken across two lines: its spaces, written _ here, do not break.
func TestDatesAreWrittenByTheLanguagesRules(t *testing.T) {
	santiago, err := time.LoadLocation("America/Santiago")
	if err != nil {
		t.Fatal(err)
	}
	afternoon := time.Date(2026, 11, 23, 15, 4, 59, 0, santiago)
	for tag, want := range map[string][2]string{
		"es": {"23_de_noviembre_de_2026", "23_de_noviembre_de_2026, 15:04"},
		"en": {"November_23,_2026", "November_23,_2026 at 3:04_PM"},
		"pt": {"23_de_novembro_de_2026", "23_de_novembro_de_2026 às 15:04"},
		"ht": {"23_novanm_2026", "23_novanm_2026, 15:04"},
	} {
		if got := spaced(In(tag).Date(afternoon)); got != want[0] {
			t.Errorf("%s: %q, want %q", tag, got, want[0])
		}
		if got := spaced(In(tag).DateTime(afternoon)); got != want[1] {
			t.Errorf("%s: %q, want %q", tag, got, want[1])
		}
	}
	// The day is the one where t is, and midnight is not noon.
	late := time.Date(2026, 1, 1, 2, 5, 0, 0, time.UTC)
	for tag, want := range map[string][2]string{
		"es": {"1_de_enero_de_2026, 02:05", "31_de_diciembre_de_2025, 23:05"},
		"en": {"January_1,_2026 at 2:05_AM", "December_31,_2025 at 11:05_PM"},
		"pt": {"1_de_janeiro_de_2026 às 02:05", "31_de_dezembro_de_2025 às 23:05"},
		"ht": {"1_janvye_2026, 02:05", "31_desanm_2025, 23:05"},
	} {
		if got := spaced(In(tag).DateTime(late)); got != want[0] {
			t.Errorf("%s: %q, want %q", tag, got, want[0])
		}
		if got := spaced(In(tag).DateTime(late.In(santiago))); got != want[1] {
			t.Errorf("%s: %q, want %q", tag, got, want[1])
		}
	}
}

func TestEveryLanguageHasAFormatAndTwelveMonths(t *testing.T) {
	for _, l := range Known() {
		seen := map[string]bool{}
		for month := time.January; month <= time.December; month++ {
			date := In(l.Tag).Date(time.Date(2026, month, 1, 0, 0, 0, 0, time.UTC))
			if seen[date] || strings.ContainsAny(date, "⟦⟧") || !strings.Contains(date, "2026") {
				t.Errorf("%s: %s is %q", l.Tag, month, date)
			}
			seen[date] = true
		}
	}
}

func TestTimesAndListsAreWrittenByTheLanguagesRules(t *testing.T) {
	afternoon := time.Date(2026, 11, 23, 15, 4, 59, 0, time.UTC)
	for tag, want := range map[string][5]string{
		"es":  {"15:04", "a", "a y b", "a, b y c", "a, b e i"},
		"en":  {"3:04_PM", "a", "a and b", "a, b, and c", "a, b, and i"},
		"pt":  {"15:04", "a", "a e b", "a, b e c", "a, b e i"},
		"ht":  {"15:04", "a", "a ak b", "a, b ak c", "a, b ak i"},
		"arn": {"15:04", "a", "a y b", "a, b y c", "a, b e i"},
		"qps": {"15:04", "a", "a y b", "a, b y c", "a, b e i"},
	} {
		w := In(tag)
		got := [5]string{spaced(w.Time(afternoon)), w.List("a"), w.List("a", "b"), w.List("a", "b", "c"), w.List("a", "b", "i")}
		if got != want {
			t.Errorf("%s: %q, want %q", tag, got, want)
		}
		if w.List() != "" {
			t.Errorf("%s: a list of nothing is %q", tag, w.List())
		}
	}
	for next, want := range map[string]string{
		"Isabel": "Ana e Isabel", "hijos": "Ana e hijos", "Íñigo": "Ana e Íñigo", "hielo": "Ana y hielo", "Yolanda": "Ana y Yolanda", "Juan": "Ana y Juan",
	} {
		if got := In("es").List("Ana", next); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// The packs that nobody has translated write numbers and dates as Chile does, and
// say so in their description.
func TestPacksBorrowTheFormatsOfChile(t *testing.T) {
	day := time.Date(2026, 11, 23, 15, 4, 0, 0, time.UTC)
	for _, tag := range []string{"qu", "ay", "arn", "rap"} {
		l, ok := Find(tag)
		if !ok || l.FormatOf != Source {
			t.Errorf("%s borrows from %q", tag, l.FormatOf)
		}
		w, es := In(tag), In(Source)
		for got, want := range map[string]string{
			w.Number(12345): es.Number(12345), w.Money(-990): es.Money(-990), w.DateTime(day): es.DateTime(day), w.Percent(.5, 1): es.Percent(.5, 1),
		} {
			if got != want {
				t.Errorf("%s: %q, Spanish has %q", tag, got, want)
			}
		}
	}
}
