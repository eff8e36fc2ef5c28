package intake

import (
	"chasqui/hub"
	"chasqui/sync/wire"
)

// readCounts parses a set of counts. It must be of the kiosk and office that its
// item says, and every name and number in it within bounds, since pages and sums
// are made of them. A detail that is not on the closed list of its event is taken
// for wire.Other: an hour is not lost for a word that a newer kiosk knows.
func readCounts(a *hub.Arrival, kiosk hub.Kiosk) bool {
	set, err := wire.ParseCountSet(a.Item.Body)
	if err != nil || set.Kiosk != kiosk.ID || set.Office != a.Item.Office || set.Hour > maxHour || set.Revision > maxRevision {
		return false
	}
	for i, c := range set.Counts {
		if c.N > maxCount || !keyed(c.CountKey) {
			return false
		}
		set.Counts[i].Detail = wire.KnownDetail(c.Event, c.Detail)
	}
	for _, h := range set.Histograms {
		if h.Sum < 0 || !keyed(h.CountKey) {
			return false
		}
		for _, n := range h.Buckets {
			if n > maxCount {
				return false
			}
		}
	}
	a.Counts = &set
	return true
}

func keyed(k wire.CountKey) bool {
	return named(k.Service, string(k.Channel), k.Language, k.Mode, k.Event, k.Detail) && k.ServiceVersion >= 0
}

// readDecision parses the record of a suggestion.
func readDecision(a *hub.Arrival, kiosk hub.Kiosk) bool {
	d, err := wire.ParseDecision(a.Item.Body)
	if err != nil || !ours(d.Folio, kiosk) || !named(d.Suggestion, d.Policy, d.Bucket, d.Shown) || d.Draw < 0 || d.Draw >= 1 {
		return false
	}
	for _, arm := range d.Arms {
		if !named(arm.ID) || arm.Probability < 0 || arm.Probability > 1 {
			return false
		}
	}
	switch d.Answer {
	case wire.AnswerAccepted, wire.AnswerRefused, wire.AnswerIgnored, wire.AnswerHeldOut:
	default:
		return false
	}
	a.Decision = &d
	return true
}
