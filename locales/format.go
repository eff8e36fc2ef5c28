package locales

import (
	"errors"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// format is how a language writes numbers and dates. The program's own are after
// Unicode's CLDR for es-CL, en and pt-BR. CLDR has next to nothing for ht: there it
// is what CLDR has for fr-HT, with the months' names in Kreyòl. A pack brings its
// own or borrows one of these.
type format struct {
	Group   string `yaml:"group"`
	Decimal string `yaml:"decimal"`
	// Percent follows the number.
	Percent string   `yaml:"percent"`
	Months  []string `yaml:"months"`
	// Date has the day at D, the month's name at M and the year at Y; DateTime has
	// the date at D and the time at T.
	Date     string `yaml:"date"`
	DateTime string `yaml:"datetime"`
	Clock    string `yaml:"clock"` // a layout of package time
	List     struct {
		// Two joins two things; Middle and End join three and more.
		Two    string `yaml:"two"`
		Middle string `yaml:"middle"`
		End    string `yaml:"end"`
		// BeforeI, where it is given, takes the place of Two and End before the sound
		// of i: "Ana e Isabel" in Spanish.
		BeforeI string `yaml:"before_i"`
	} `yaml:"list"`
}

// check finds what would make a date or an amount unreadable.
func (f format) check() error {
	switch {
	case f.Decimal == "":
		return errors.New("decimal is missing: the mark before the cents")
	case f.Group == f.Decimal:
		return errors.New("group and decimal are the same mark")
	case len(f.Months) != 12 || slices.Contains(f.Months, ""):
		return errors.New("list the names of twelve months")
	case strings.Count(f.Date, "D") != 1 || strings.Count(f.Date, "M") != 1 || strings.Count(f.Date, "Y") != 1:
		return errors.New("date needs D, M and Y, once each")
	case strings.Count(f.DateTime, "D") != 1 || strings.Count(f.DateTime, "T") != 1:
		return errors.New("datetime needs D and T, once each")
	case !strings.Contains(f.Clock, "04") || !strings.Contains(f.Clock, "15") && !strings.Contains(f.Clock, "3"):
		return errors.New("clock is the time 15:04 as the language writes it, or 3:04 PM")
	case f.List.Two == "" || f.List.Middle == "" || f.List.End == "":
		return errors.New("list needs two, middle and end")
	}
	return nil
}

func (w *Words) format() format { return w.lang.format }

// Number returns a whole number with its thousands in groups: "12.345" in
// Spanish.
func (w *Words) Number(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	return sign + grouped(digits, w.format().Group)
}

// Decimal returns a number with the given number of decimal places, rounded to
// the nearest, the even one in the middle: "12.345,60". What is no finite number
// is "–".
func (w *Words) Decimal(v float64, places int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "–"
	}
	whole, fraction, _ := strings.Cut(strconv.FormatFloat(math.Abs(v), 'f', max(places, 0), 64), ".")
	out := grouped(whole, w.format().Group)
	if fraction != "" {
		out += w.format().Decimal + fraction
	}
	// What rounds to zero is zero, not minus zero.
	if v < 0 && strings.Trim(whole+fraction, "0") != "" {
		out = "-" + out
	}
	return out
}

// Percent returns a share, 0.456, as per cent with the given number of decimal
// places: "45,6 %". What is no finite number is "–".
func (w *Words) Percent(share float64, places int) string {
	if math.IsNaN(share) || math.IsInf(share*100, 0) {
		return "–"
	}
	return w.Decimal(share*100, places) + w.format().Percent
}

// Date returns the day of t, in t's own location, with the month in words: "23 de
// noviembre de 2026".
func (w *Words) Date(t time.Time) string {
	return strings.NewReplacer("D", strconv.Itoa(t.Day()), "M", w.format().Months[t.Month()-1], "Y", strconv.Itoa(t.Year())).Replace(whole(w.format().Date))
}

// whole keeps a pattern on one line: a day is not parted from its month.
func whole(pattern string) string { return strings.ReplaceAll(pattern, " ", "\u00a0") }

// Month returns the name of a month.
func (w *Words) Month(m time.Month) string { return w.format().Months[m-1] }

// DateOrder returns the letters D, M and Y in the order in which the language
// writes day, month and year. It is taken from the format and not from a text, so
// that a translator, or the pseudo-locale, cannot break it.
func (w *Words) DateOrder() string {
	keep := func(r rune) rune {
		if strings.ContainsRune("DMY", r) {
			return r
		}
		return -1
	}
	return strings.Map(keep, w.format().Date)
}

// DateTime returns the day and the minute of t, in t's own location.
func (w *Words) DateTime(t time.Time) string {
	return strings.NewReplacer("D", w.Date(t), "T", t.Format(w.format().Clock)).Replace(w.format().DateTime)
}

// Time returns the hour and minute of t, in t's own location.
func (w *Words) Time(t time.Time) string { return t.Format(w.format().Clock) }

// List returns things as the language lists them: "a, b y c" in Spanish. Without
// things it is "".
func (w *Words) List(things ...string) string {
	list := w.format().List
	joint := func(usual, next string) string {
		if list.BeforeI != "" && soundsI.MatchString(next) {
			return list.BeforeI
		}
		return usual
	}
	switch n := len(things); n {
	case 0:
		return ""
	case 1:
		return things[0]
	case 2:
		return things[0] + joint(list.Two, things[1]) + things[1]
	default:
		return strings.Join(things[:n-1], list.Middle) + joint(list.End, things[n-1]) + things[n-1]
	}
}

// soundsI matches a word that begins with the vowel i: "Isabel", "hijos", and not
// "hielo".
var soundsI = regexp.MustCompile(`^(?i:h?[iíîì])(?i:[^aeoáéó]|$)`)

// Money returns an amount of Chilean pesos, which have no cents. It is written "$12.345"
// in every language: so it stands on every price tag, bill and form that is lying beside
// the screen, and there are no other pesos here to take it for.
func (w *Words) Money(pesos int) string {
	digits, negative := strings.CutPrefix(strconv.Itoa(pesos), "-")
	amount := "$" + grouped(digits, ".")
	if negative {
		return "-" + amount
	}
	return amount
}

// grouped puts a mark between groups of three digits.
func grouped(digits, mark string) string {
	var out strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			out.WriteString(mark)
		}
		out.WriteRune(d)
	}
	return out.String()
}
