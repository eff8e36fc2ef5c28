package board

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"chasqui/hub/measure"
)

// headline says the take-up as a person would: "Seven in ten …", or the exact
// numbers where they are few.
func (w words) headline(t measure.Total) string {
	const few = 30
	digital, whole, ok := t.TakeUp.Parts()
	counted, _ := t.Completed.Get()
	args := []any{"Digital", w.number(digital), "Total", w.number(whole)}
	switch {
	case !ok && counted == 0:
		return w.T("web.headline.nothing")
	case !ok:
		return w.T("web.headline.unknown")
	case whole == 1 && digital == 1:
		return w.T("web.headline.single.digital")
	case whole == 1:
		return w.T("web.headline.single.other")
	case digital == 0:
		return w.T("web.headline.none", args...)
	case digital == whole:
		return w.T("web.headline.all", args...)
	case whole < few && digital == 1:
		return w.T("web.headline.exact.one", args...)
	case whole < few:
		return w.T("web.headline.exact", args...)
	}
	tenths := int(math.Round(10 * float64(digital) / float64(whole)))
	switch names := strings.Fields(w.T("web.tenths")); {
	case tenths == 0:
		return w.T("web.headline.below", args...)
	case tenths == 10:
		return w.T("web.headline.above", args...)
	case tenths == 1:
		return w.T("web.headline.tenth", args...)
	case len(names) != 9: // a test counts them
		return w.T("web.headline.exact", args...)
	default:
		return w.T("web.headline.tenths", append(args, "Tenths", capital(names[tenths-1]))...)
	}
}

func capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

// facts are the sentences beside the headline's figure: denominator, coverage,
// and what is left out.
func (b *Board) facts(w words, t measure.Total) []string {
	var all []string
	if digital, whole, ok := t.TakeUp.Parts(); ok {
		all = append(all, w.T("web.fact.take-up", "Digital", w.number(digital), "Total", w.number(whole)),
			w.T("web.fact.base", "Days", t.Base.Days, "OfDays", t.Base.OfDays, "Services", len(t.Included), "OfServices", len(t.Included)+whollyLeft(t)))
	}
	for _, c := range t.Channels {
		if text, ok := b.coverage(w, c); ok {
			all = append(all, w.T("web.fact.coverage", "Channel", w.channel(c.Channel), "Coverage", text))
		}
	}
	if assisted := w.rate(t.Assisted); assisted.Known {
		all = append(all, w.T("web.fact.assisted", "Of", assisted.Of))
	}
	if completion := w.rate(t.Completion); completion.Known {
		all = append(all, w.T("web.fact.completion", "Of", completion.Of))
	}
	for _, left := range t.LeftOut {
		all = append(all, b.leftOut(w, left))
	}
	return all
}

// whollyLeft counts the services of which nothing enters.
func whollyLeft(t measure.Total) int {
	n := 0
	for _, left := range t.LeftOut {
		if left.Days == left.OfDays {
			n++
		}
	}
	return n
}

func (b *Board) leftOut(w words, left measure.LeftOut) string {
	args := []any{"Service", b.title(w, left.Service), "Days", left.Days, "OfDays", left.OfDays,
		"Channels", w.channels(left.Missing), "N", w.number(left.Completed)}
	switch {
	case left.Reason == measure.ChannelNotCounted && left.Days < left.OfDays:
		return w.T("web.fact.left.days", args...)
	case left.Reason == measure.ChannelNotCounted:
		return w.T("web.fact.left.channel", args...)
	}
	return w.T("web.fact.left", append(args, "Reason", w.T("web.reason."+string(left.Reason)))...)
}

// coverage says in how much of the time a channel was counted.
func (b *Board) coverage(w words, c measure.Channel) (string, bool) {
	share, ok := c.Coverage.Share()
	switch {
	case !ok:
		return "", false
	case c.Coverage.Stated == 0:
		return w.T("web.coverage.hours", "N", c.Coverage.Hours, "Of", c.Coverage.OfHours), true
	case c.Coverage.OfHours == 0:
		return w.T("web.coverage.stated", "Percent", w.percent(share)), true
	}
	return w.T("web.coverage.both", "Percent", w.percent(share)), true
}
