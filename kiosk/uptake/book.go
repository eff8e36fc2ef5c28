package uptake

import (
	"maps"
	"slices"
	"strings"
	"time"

	"chasqui/kiosk"
	"chasqui/sync/wire"
)

// Book holds the hourly counts of one kiosk.
type Book struct {
	kiosk, office string
	hours         map[int64]*hour
	// latest is the hour in which something last happened.
	latest int64
	// gone are the hours that were forgotten, in rising order.
	gone []span
}

// hour is what happened within one hour.
type hour struct {
	counts map[wire.CountKey]uint64
	times  map[wire.CountKey]timing
	open   time.Duration

	// revision is the highest one given, of what; taken is the one that was last
	// queued, of what. All zero before the first.
	revision, taken          int
	givenEvents, takenEvents wire.Digest
	givenOpen, takenOpen     int // seconds

	// events caches the digest of counts and times; zero when it must be made.
	events wire.Digest
}

// timing is a histogram of durations.
type timing struct {
	buckets [10]uint64 // as wire.DurationBounds, and one for the rest
	sum     time.Duration
}

// span is the hours from ≤ h < to.
type span struct{ From, To int64 }

// Bounds on what is believed.
const (
	// longestWord is the longest service, language, mode or detail, in bytes. They
	// are ids; a longer one is counted as "other", and so is a detail that is not on
	// the list of its event (wire.KnownDetail).
	longestWord = 64
	// longestVisit: a duration beyond it says that the clock jumped, not that
	// somebody stood there; the event is counted, its time is not.
	longestVisit = 24 * time.Hour
	// longestOpen likewise for time in which the kiosk was open.
	longestOpen = 48 * time.Hour
)

// other is the word for what does not fit.
const other = wire.Other

// NewBook returns an empty book. kiosk is the kiosk's name, office the scope path
// of its office; neither may be empty, since the hub takes no such counts.
func NewBook(kiosk, office string) *Book {
	return &Book{kiosk: kiosk, office: office, hours: map[int64]*hour{}}
}

// Add counts an event in the hour of its At. A completed transaction with a
// Duration is timed as well. An event without a name or with an unknown channel
// is none: the hub would refuse the whole hour for it.
func (b *Book) Add(e kiosk.Event) {
	key, ok := keyOf(e)
	if !ok {
		return
	}
	b.latest = hourOf(e.At)
	h := b.hour(b.place(hourOf(e.At)))
	h.counts[key]++
	if timed(e) {
		t := h.times[timeKey(key)]
		t.buckets[bucketOf(e.Duration)]++
		t.sum += e.Duration
		h.times[timeKey(key)] = t
	}
	h.events = wire.Digest{}
}

// Remove takes back one event that was added in the same hour, and says whether
// there was one. No count goes below zero.
func (b *Book) Remove(e kiosk.Event) bool {
	key, ok := keyOf(e)
	if !ok {
		return false
	}
	h := b.hours[b.place(hourOf(e.At))]
	if h == nil || h.counts[key] == 0 {
		return false
	}
	t, bucket := h.times[timeKey(key)], bucketOf(e.Duration)
	if timed(e) && (t.buckets[bucket] == 0 || t.sum < e.Duration) {
		return false // no such event was added
	}
	if h.counts[key]--; h.counts[key] == 0 {
		delete(h.counts, key)
	}
	if timed(e) {
		t.buckets[bucket]--
		t.sum -= e.Duration
		if h.times[timeKey(key)] = t; t == (timing{}) {
			delete(h.times, timeKey(key))
		}
	}
	h.events = wire.Digest{}
	return true
}

// Open counts the time from one moment to another as time in which the kiosk was
// open, in the hours where it lies. An hour never has more than an hour of it.
// Time that runs backwards, or over more than two days at once, is a clock that
// jumped and counts nothing; so does time in an hour that was forgotten.
func (b *Book) Open(from, to time.Time) {
	if !from.Before(to) || to.Sub(from) > longestOpen || from.Unix() < 0 {
		return
	}
	b.latest = hourOf(to)
	for at := from; at.Before(to); {
		n := hourOf(at)
		end := wire.HourStart(n + 1)
		if to.Before(end) {
			end = to
		}
		if b.place(n) == n {
			h := b.hour(n)
			h.open = min(h.open+end.Sub(at), time.Hour)
		}
		at = end
	}
}

// Tally returns how many transactions were served at the counter, by service, on
// the day in which now lies in the given place. An hour belongs to the day in
// which it begins.
func (b *Book) Tally(now time.Time, in *time.Location) map[string]int {
	out := map[string]int{}
	year, month, day := now.In(in).Date()
	for n, h := range b.hours {
		if y, m, d := wire.HourStart(n).In(in).Date(); y != year || m != month || d != day {
			continue
		}
		for key, count := range h.counts {
			if key.Event == wire.EventServed && key.Channel == wire.ChannelCounter {
				out[key.Service] += int(min(count, 1<<31)) // #nosec G115 -- bounded in the line itself
			}
		}
	}
	return out
}

// Clone returns a copy that shares nothing with b.
func (b *Book) Clone() *Book {
	out := *b
	out.gone = slices.Clone(b.gone)
	out.hours = make(map[int64]*hour, len(b.hours))
	for n, h := range b.hours {
		copied := *h
		copied.counts, copied.times = maps.Clone(h.counts), maps.Clone(h.times)
		out.hours[n] = &copied
	}
	return &out
}

// Forget drops the hours before a moment whose latest revision was taken. An
// hour with something left to give stays, however old.
func (b *Book) Forget(before time.Time) {
	limit := hourOf(before)
	for n, h := range b.hours {
		switch {
		case n >= limit:
		case h.revision == 0 && h.empty():
			delete(b.hours, n)
		case h.revision > 0 && !h.pending():
			delete(b.hours, n)
			b.gone = append(b.gone, span{n, n + 1})
		}
	}
	b.joinGone()
}

// joinGone sorts the forgotten hours and joins spans that lie within a week of
// each other, with no hour kept between: a year of them is one span.
func (b *Book) joinGone() {
	slices.SortFunc(b.gone, func(x, y span) int {
		switch {
		case x.From < y.From:
			return -1
		case x.From > y.From:
			return 1
		}
		return 0
	})
	var joined []span
	for _, s := range b.gone {
		last := len(joined) - 1
		if last >= 0 && s.From-joined[last].To <= 7*24 && !b.keepsBetween(joined[last].To, s.From) {
			joined[last].To = max(joined[last].To, s.To)
			continue
		}
		joined = append(joined, s)
	}
	b.gone = joined
}

func (b *Book) keepsBetween(from, to int64) bool {
	for n := from; n < to; n++ {
		if b.hours[n] != nil {
			return true
		}
	}
	return false
}

// place returns the hour in which something at hour n is counted: n itself, or
// the first one after it that was not forgotten.
func (b *Book) place(n int64) int64 {
	for _, s := range b.gone {
		if n >= s.From && n < s.To {
			n = s.To
		}
	}
	return n
}

func (b *Book) hour(n int64) *hour {
	h := b.hours[n]
	if h == nil {
		h = &hour{counts: map[wire.CountKey]uint64{}, times: map[wire.CountKey]timing{}}
		b.hours[n] = h
	}
	return h
}

func (h *hour) empty() bool { return len(h.counts) == 0 && len(h.times) == 0 && h.openSeconds() == 0 }

func (h *hour) openSeconds() int { return int(h.open / time.Second) }

// hourOf returns the hour of t; a clock before 1970 is taken for its first hour.
func hourOf(t time.Time) int64 { return max(0, wire.Hour(t)) }

func keyOf(e kiosk.Event) (wire.CountKey, bool) {
	return wire.CountKey{
		Service: word(e.Service), ServiceVersion: e.ServiceVersion, Channel: e.Channel,
		Language: word(e.Language), Mode: word(e.Mode), Event: word(e.Name), Detail: wire.KnownDetail(e.Name, word(e.Detail)),
	}, e.Name != "" && e.Channel.Valid()
}

// word makes a string one that survives being written as JSON.
func word(s string) string {
	if len(s) > longestWord {
		return other
	}
	return strings.ToValidUTF8(s, "�")
}

func timed(e kiosk.Event) bool {
	return e.Name == wire.EventCompleted && e.Duration > 0 && e.Duration <= longestVisit
}

func timeKey(key wire.CountKey) wire.CountKey {
	key.Event = wire.EventTime
	return key
}

func bucketOf(d time.Duration) int {
	for i, bound := range wire.DurationBounds {
		if d.Seconds() <= bound {
			return i
		}
	}
	return len(wire.DurationBounds)
}
