package locales

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// nbsp keeps a number and what belongs to it on one line.
const nbsp = "\u00a0"

// format is how a language writes numbers and dates, after Unicode's CLDR for
// es-CL, en and pt-BR. CLDR has next to nothing for ht: there it is what CLDR has
// for fr-HT, with the months' names in Kreyòl.
type format struct {
	group, decimal string
	percent        string // what follows the number
	// money and negative, for an amount below zero, have the amount at %.
	money, negative string
	months          [12]string
	// date has the day at D, the month's name at M and the year at Y; datetime has
	// the date at D and the time at T.
	date, datetime string
	clock          string // a layout of package time
}

var formats = map[string]format{
	"es": {
		group: ".", decimal: ",", percent: nbsp + "%", money: "$%", negative: "-$%",
		months: [12]string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"},
		date:   "D de M de Y", datetime: "D, T", clock: "15:04",
	},
	"en": {
		group: ",", decimal: ".", percent: "%", money: "CLP" + nbsp + "%", negative: "-CLP" + nbsp + "%",
		months: [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
		date:   "M D, Y", datetime: "D at T", clock: "3:04" + nbsp + "PM",
	},
	"pt": {
		group: ".", decimal: ",", percent: "%", money: "CLP" + nbsp + "%", negative: "-CLP" + nbsp + "%",
		months: [12]string{"janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro"},
		date:   "D de M de Y", datetime: "D às T", clock: "15:04",
	},
	"ht": {
		group: nbsp, decimal: ",", percent: nbsp + "%", money: "%" + nbsp + "CLP", negative: "-%" + nbsp + "CLP",
		months: [12]string{"janvye", "fevriye", "mas", "avril", "me", "jen", "jiyè", "out", "septanm", "oktòb", "novanm", "desanm"},
		date:   "D M Y", datetime: "D, T", clock: "15:04",
	},
}

func (w *Words) format() format { return formats[w.lang.Tag] }

// Number returns a whole number with its thousands in groups: "12.345" in
// Spanish.
func (w *Words) Number(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	return sign + w.grouped(digits)
}

// Decimal returns a number with the given number of decimal places, rounded to
// the nearest, the even one in the middle: "12.345,60". What is no finite number
// is "–".
func (w *Words) Decimal(v float64, places int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "–"
	}
	whole, fraction, _ := strings.Cut(strconv.FormatFloat(math.Abs(v), 'f', max(places, 0), 64), ".")
	out := w.grouped(whole)
	if fraction != "" {
		out += w.format().decimal + fraction
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
	return w.Decimal(share*100, places) + w.format().percent
}

// Date returns the day of t, in t's own location, with the month in words: "23 de
// noviembre de 2026".
func (w *Words) Date(t time.Time) string {
	return strings.NewReplacer("D", strconv.Itoa(t.Day()), "M", w.format().months[t.Month()-1], "Y", strconv.Itoa(t.Year())).Replace(w.format().date)
}

// Month returns the name of a month.
func (w *Words) Month(m time.Month) string { return w.format().months[m-1] }

// DateTime returns the day and the minute of t, in t's own location.
func (w *Words) DateTime(t time.Time) string {
	return strings.NewReplacer("D", w.Date(t), "T", t.Format(w.format().clock)).Replace(w.format().datetime)
}

// Money returns an amount of Chilean pesos, which have no cents: "$12.345" in
// Spanish, with the currency's code where "$" would be taken for another one.
func (w *Words) Money(pesos int) string {
	pattern := w.format().money
	if pesos < 0 {
		pattern = w.format().negative
	}
	return strings.Replace(pattern, "%", strings.TrimPrefix(w.Number(pesos), "-"), 1)
}

// grouped puts the language's mark between groups of three digits.
func (w *Words) grouped(digits string) string {
	var out strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			out.WriteString(w.format().group)
		}
		out.WriteRune(d)
	}
	return out.String()
}
