package board

import (
	"math"
	"slices"
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
	for _, group := range alike(t.LeftOut) {
		all = append(all, b.leftOut(w, group))
	}
	return all
}

// whollyLeft counts the services of which nothing enters.
func whollyLeft(t measure.Total) int {
	n := 0
	for _, left := range t.LeftOut {
		if wholly(left) {
			n++
		}
	}
	return n
}

// alike puts together what is left out for the same reason, so that it is told once:
// where nothing was counted yet, that is every service of the catalogue.
func alike(all []measure.LeftOut) (groups [][]measure.LeftOut) {
	for _, left := range all {
		same := func(group []measure.LeftOut) bool {
			first := group[0]
			if first.Reason != measure.ChannelNotCounted {
				return first.Reason == left.Reason
			}
			return left.Reason == first.Reason && wholly(first) == wholly(left) && slices.Equal(first.Missing, left.Missing)
		}
		if at := slices.IndexFunc(groups, same); at >= 0 {
			groups[at] = append(groups[at], left)
		} else {
			groups = append(groups, []measure.LeftOut{left})
		}
	}
	return groups
}

// wholly reports whether nothing of the service enters, on any day.
func wholly(left measure.LeftOut) bool { return left.Days == left.OfDays }

// leftOut says of services that are left out for the same reason which they are.
func (b *Board) leftOut(w words, group []measure.LeftOut) string {
	first := group[0]
	one, many, name := "web.fact.left", "web.fact.left.many", "web.fact.left.service"
	switch {
	case first.Reason == measure.ChannelNotCounted && wholly(first):
		one, many = "web.fact.left.channel", "web.fact.left.channel.many"
	case first.Reason == measure.ChannelNotCounted:
		one, many, name = "web.fact.left.days", "web.fact.left.days.many", "web.fact.left.service.days"
	}
	var names []string
	counted := uint64(0)
	for _, left := range group {
		names = append(names, w.T(name, "Service", b.title(w, left.Service), "Days", left.Days, "OfDays", left.OfDays))
		counted += left.Completed
	}
	args := []any{"Channels", w.channels(first.Missing), "N", w.number(counted), "Reason", w.T("web.reason." + string(first.Reason))}
	if len(group) == 1 {
		return w.T(one, append(args, "Service", b.title(w, first.Service), "Days", first.Days, "OfDays", first.OfDays)...)
	}
	return w.T(many, append(args, "Count", len(group), "Services", strings.Join(names, ", "))...)
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
