package uptake

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"chasqui/sync/wire"
)

// enoughOpen is how many seconds the kiosk must have been open since an hour was
// taken before that alone is worth a new revision. Without it an idle kiosk would
// queue an item a minute to say that nothing happened.
const enoughOpen = 900

// Due returns, in order, the hours that have changed since they were last taken,
// each with a revision of its own. The revision rises by one when the hour
// differs from what Due last gave, and at no other time: asking twice gives the
// same sets. What was given may have been kept although nobody said so, so its
// revision is never used for anything else.
//
// An hour whose counts are as they were taken, and in which only more open time
// has passed, is given once it is over or once that is a quarter of an hour.
func (b *Book) Due() []wire.CountSet {
	var out []wire.CountSet
	for _, n := range slices.Sorted(maps.Keys(b.hours)) {
		h := b.hours[n]
		if !h.due(n != b.latest) {
			continue
		}
		events, open := h.digest(), h.openSeconds()
		if h.revision == 0 || events != h.givenEvents || open != h.givenOpen {
			h.revision++
			h.givenEvents, h.givenOpen = events, open
		}
		set := wire.CountSet{Kiosk: b.kiosk, Office: b.office, Hour: n, Revision: h.revision, Open: open}
		set.Counts, set.Histograms = h.lists()
		out = append(out, set)
	}
	return out
}

// Taken says that sets from Due, of this book or of a clone of it, are on the
// disk to be sent. What was counted since they were made stays due.
func (b *Book) Taken(sets []wire.CountSet) {
	for _, set := range sets {
		h := b.hours[set.Hour]
		if h == nil || set.Revision < h.revision {
			continue // forgotten, or there is a newer one that nobody took
		}
		h.revision, h.taken = set.Revision, set.Revision
		h.takenEvents, h.takenOpen = digestOf(set.Counts, set.Histograms), set.Open
		h.givenEvents, h.givenOpen = h.takenEvents, h.takenOpen
	}
}

// pending reports whether an hour differs from what was last taken.
func (h *hour) pending() bool {
	if h.revision == 0 {
		return !h.empty()
	}
	return h.revision > h.taken || h.digest() != h.takenEvents || h.openSeconds() != h.takenOpen
}

// due reports whether an hour is to be given now. over says that it is past.
func (h *hour) due(over bool) bool {
	if !h.pending() {
		return false
	}
	onlyOpen := h.revision == h.taken && (h.revision == 0 && len(h.counts)+len(h.times) == 0 ||
		h.revision > 0 && h.digest() == h.takenEvents)
	return !onlyOpen || over || h.openSeconds()-h.takenOpen >= enoughOpen
}

// digest names the counts and times of the hour.
func (h *hour) digest() wire.Digest {
	if h.events == (wire.Digest{}) {
		h.events = digestOf(h.lists())
	}
	return h.events
}

func digestOf(counts []wire.Count, histograms []wire.Histogram) wire.Digest {
	return wire.DigestOf(encode(counts, histograms))
}

func encode(counts []wire.Count, histograms []wire.Histogram) []byte {
	// A set that has been JSON itself has nil where there was an empty list.
	if len(counts) == 0 {
		counts = nil
	}
	if len(histograms) == 0 {
		histograms = nil
	}
	b, err := json.Marshal([]any{counts, histograms})
	if err != nil {
		panic("uptake: counts of strings and finite numbers do not encode: " + err.Error())
	}
	return b
}

// lists returns the hour's counts and histograms in the order of their keys,
// within wire.MaxCounts and wire.MaxBody. What does not fit is counted under
// coarser keys, the rarest first: with the detail "other", then without mode,
// language and version, then without the service. No event is lost, and what is
// given depends on what happened alone, not on its order.
func (h *hour) lists() ([]wire.Count, []wire.Histogram) {
	// Beside the lists, a set's body has the kiosk, the office and four numbers.
	const margin = 4 << 10
	for limit := wire.MaxCounts; ; limit /= 2 {
		counts := fold(h.counts, limit-limit/8, func(n uint64) uint64 { return n }, func(a, b uint64) uint64 { return a + b })
		times := fold(h.times, limit/8, timing.total, timing.plus)
		outCounts, outTimes := make([]wire.Count, 0, len(counts)), make([]wire.Histogram, 0, len(times))
		for _, key := range slices.SortedFunc(maps.Keys(counts), compareKeys) {
			outCounts = append(outCounts, wire.Count{CountKey: key, N: counts[key]})
		}
		for _, key := range slices.SortedFunc(maps.Keys(times), compareKeys) {
			t := times[key]
			outTimes = append(outTimes, wire.Histogram{CountKey: key, Buckets: t.buckets[:], Sum: t.sum.Seconds()})
		}
		// The coarsest keys are few enough for any list that fits.
		if limit <= 512 || len(encode(outCounts, outTimes)) <= wire.MaxBody-margin {
			return outCounts, outTimes
		}
	}
}

func (t timing) total() (n uint64) {
	for _, bucket := range t.buckets {
		n += bucket
	}
	return n
}

func (t timing) plus(u timing) timing {
	for i := range t.buckets {
		t.buckets[i] += u.buckets[i]
	}
	t.sum = min(t.sum, 1<<62-1) + min(u.sum, 1<<62-1) // two and a half centuries are long enough
	return t
}

// fold returns counts under at most limit keys. limit is at least 64: there are
// fewer of the coarsest keys.
func fold[N any](counts map[wire.CountKey]N, limit int, size func(N) uint64, plus func(N, N) N) map[wire.CountKey]N {
	if len(counts) <= limit {
		return counts
	}
	keys := slices.SortedFunc(maps.Keys(counts), func(a, b wire.CountKey) int {
		return cmp.Or(cmp.Compare(size(counts[b]), size(counts[a])), compareKeys(a, b))
	})
	coarse, kept := coarser[len(coarser)-1], 0
	for _, c := range coarser {
		if n, ok := keep(keys, c, limit); ok {
			coarse, kept = c, n
			break
		}
	}
	out := make(map[wire.CountKey]N, limit)
	for i, key := range keys {
		if i >= kept {
			key = coarse(key)
		}
		if already, ok := out[key]; ok {
			out[key] = plus(already, counts[keys[i]])
		} else {
			out[key] = counts[keys[i]]
		}
	}
	return out
}

// keep returns the largest number of keys that can be kept as they are so that
// they and the coarse keys of the rest are at most limit.
func keep(keys []wire.CountKey, coarse func(wire.CountKey) wire.CountKey, limit int) (int, bool) {
	rest := map[wire.CountKey]bool{}
	for n := len(keys); n > 0; n-- {
		rest[coarse(keys[n-1])] = true
		if n-1+len(rest) <= limit {
			return n - 1, true
		}
	}
	return 0, false
}

// coarser are the ways to make a key coarser, the gentlest first.
var coarser = []func(wire.CountKey) wire.CountKey{
	func(k wire.CountKey) wire.CountKey {
		k.Detail = other
		return k
	},
	func(k wire.CountKey) wire.CountKey {
		return wire.CountKey{Service: k.Service, Channel: k.Channel, Event: k.Event, Detail: other}
	},
	func(k wire.CountKey) wire.CountKey {
		return wire.CountKey{Channel: k.Channel, Event: knownEvent(k.Event), Detail: other}
	},
}

// knownEvent returns one of wire's events, or other.
func knownEvent(event string) string {
	if slices.Contains(wire.Events(), event) {
		return event
	}
	return other
}

func compareKeys(a, b wire.CountKey) int {
	return cmp.Or(
		strings.Compare(a.Service, b.Service), cmp.Compare(a.ServiceVersion, b.ServiceVersion),
		strings.Compare(string(a.Channel), string(b.Channel)), strings.Compare(a.Language, b.Language),
		strings.Compare(a.Mode, b.Mode), strings.Compare(a.Event, b.Event), strings.Compare(a.Detail, b.Detail),
	)
}
