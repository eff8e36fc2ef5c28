package board

import (
	"html/template"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"chasqui/hub/measure"
	"chasqui/locales"
	"chasqui/sync/wire"
)

// words speak one language, its numbers and its dates.
type words struct{ w *locales.Words }

// frame is what every page has.
type frame struct {
	words
	// PageTitle stands in the browser's tab.
	PageTitle string
	Place     string
	Languages []link
}

// link is one choice among several.
type link struct {
	Text, Href, Lang string
	Current          bool
}

// T returns the text under a key.
func (w words) T(key string, args ...any) string { return w.w.Text(key, args...) }

// Lang returns the language's tag.
func (w words) Lang() string { return w.w.Tag() }

// Style returns the style sheet.
func (frame) Style() template.CSS { return template.CSS(style) } // #nosec G203 -- embedded, nobody's input

// wordsFor chooses the language: what ?lang or the form's lang asks for, else what
// the browser prefers, else Spanish.
func wordsFor(r *http.Request) words {
	asked := r.URL.Query().Get("lang")
	if r.Method == http.MethodPost {
		asked = r.PostFormValue("lang")
	}
	if known(asked) {
		return words{locales.In(asked)}
	}
	return words{locales.In(preferred(r.Header.Get("Accept-Language")))}
}

func known(tag string) bool {
	return slices.ContainsFunc(locales.Languages(), func(l locales.Language) bool { return l.Tag == tag })
}

// preferred returns the language of ours that an Accept-Language header weighs
// most, or Spanish. It never fails: a header that makes no sense asks for nothing.
func preferred(header string) string {
	const longest = 256
	best, weight := locales.Source, 0.0
	for part := range strings.SplitSeq(header[:min(len(header), longest)], ",") {
		tag, parameters, _ := strings.Cut(strings.TrimSpace(part), ";")
		base, _, _ := strings.Cut(strings.ToLower(tag), "-")
		q := 1.0
		if value, ok := strings.CutPrefix(strings.TrimSpace(parameters), "q="); ok {
			var err error
			if q, err = strconv.ParseFloat(value, 64); err != nil {
				continue
			}
		}
		if known(base) && q > weight {
			best, weight = base, q
		}
	}
	return best
}

// languages lists the languages as links to the same page.
func languages(current words, path string, query url.Values) []link {
	var all []link
	for _, l := range locales.Languages() {
		at := url.Values{}
		for key, values := range query {
			at[key] = values
		}
		at.Set("lang", l.Tag)
		all = append(all, link{Text: l.Name, Lang: l.Tag, Href: path + "?" + at.Encode(), Current: l.Tag == current.Lang()})
	}
	return all
}

// number writes a whole number with the language's separator of thousands.
func (w words) number(n uint64) string {
	digits := strconv.FormatUint(n, 10)
	var groups []string
	for len(digits) > 3 {
		groups = append(groups, digits[len(digits)-3:])
		digits = digits[:len(digits)-3]
	}
	groups = append(groups, digits)
	slices.Reverse(groups)
	return strings.Join(groups, w.T("web.thousands"))
}

// percent writes a share as whole per cent. It never rounds to "none" or "all"
// what is neither.
func (w words) percent(share float64) string {
	n := math.Round(share * 100)
	switch {
	case n == 0 && share > 0:
		return w.T("web.percent.below", "N", 1)
	case n == 100 && share < 1:
		return w.T("web.percent.above", "N", 99)
	}
	return w.T("web.percent", "N", n)
}

// day writes a date in full.
func (w words) day(d measure.Day) string { return w.date(d, "web.day", "web.months") }

// shortDay writes a date for tables.
func (w words) shortDay(d measure.Day) string { return w.date(d, "web.day.short", "web.months.short") }

func (w words) date(d measure.Day, key, months string) string {
	t := d.Date()
	names := strings.Fields(w.T(months))
	if len(names) != 12 { // a test counts them
		return string(d)
	}
	return w.T(key, "D", t.Day(), "Month", names[t.Month()-1], "Year", t.Year())
}

func (w words) channel(c wire.Channel) string { return w.T("channel." + string(c)) }

func (w words) channels(all []wire.Channel) string {
	var names []string
	for _, c := range all {
		if c == wire.ChannelAssisted && slices.Contains(all, wire.ChannelKiosk) {
			continue // one kiosk, named once
		}
		names = append(names, w.channel(c))
	}
	return strings.Join(names, "; ") // a channel's name may have a comma in it
}

// share is a rate as a page shows it: never without its denominator.
type share struct {
	Known bool
	// Value is the share as a program reads it, "0.75"; "" without data.
	Value       string
	Part, Whole uint64
	// Percent is "75 %", Of "3 of 4"; without data Percent is "no data" and Of why.
	Percent, Of string
}

func (w words) rate(r measure.Rate) share {
	value, ok := r.Value()
	if !ok {
		return share{Percent: w.T("web.no-data"), Of: w.T("web.reason." + string(r.Reason()))}
	}
	part, whole, _ := r.Parts()
	return share{
		Known: true, Value: strconv.FormatFloat(value, 'f', -1, 64), Part: part, Whole: whole,
		Percent: w.percent(value), Of: w.T("web.of", "Part", w.number(part), "Whole", w.number(whole)),
	}
}

// figure is a number as a page shows it.
type figure struct {
	Known bool
	Text  string
}

func (w words) figure(n measure.Number) figure {
	if v, ok := n.Get(); ok {
		return figure{true, w.number(v)}
	}
	return figure{Text: w.T("web.no-data")}
}
