package uptake

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"chasqui/kiosk"
	"chasqui/sync/wire"
)

// noon is the start of an hour.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func newBook() *Book { return NewBook("kiosk-1", "CL/13/13101/centro") }

func event(at time.Time, name, service string) kiosk.Event {
	return kiosk.Event{At: at, Name: name, Service: service, ServiceVersion: 1, Channel: wire.ChannelKiosk, Language: "es"}
}

func served(at time.Time, service string) kiosk.Event {
	return kiosk.Event{At: at, Name: wire.EventServed, Service: service, ServiceVersion: 1, Channel: wire.ChannelCounter, Detail: "tally"}
}

// drawEvent draws one of few enough events that they often meet in one count.
func drawEvent(t *rapid.T) kiosk.Event {
	e := kiosk.Event{
		At:       noon.Add(time.Duration(rapid.IntRange(0, 3599).Draw(t, "second")) * time.Second),
		Name:     rapid.SampledFrom([]string{wire.EventStarted, wire.EventCompleted, wire.EventAbandoned, wire.EventServed, wire.EventNudge}).Draw(t, "name"),
		Service:  rapid.SampledFrom([]string{"certificado-residencia", "subsidio-agua-potable"}).Draw(t, "service"),
		Channel:  rapid.SampledFrom(wire.Channels()).Draw(t, "channel"),
		Language: rapid.SampledFrom([]string{"es", "ht"}).Draw(t, "language"),
		Detail:   rapid.SampledFrom([]string{"", "document", "\xff<&>"}).Draw(t, "detail"),
	}
	if e.Name == wire.EventCompleted {
		e.Duration = time.Duration(rapid.IntRange(-5, 90_000).Draw(t, "duration")) * time.Second
	}
	return e
}

func state(t interface{ Fatal(...any) }, b *Book) string {
	s, err := b.State()
	if err != nil {
		t.Fatal(err)
	}
	return string(s)
}

// Guards counts that several goroutines send: in what order they come is chance.
func TestTheOrderOfEventsWithinAnHourDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := rapid.SliceOfN(rapid.Custom(drawEvent), 0, 60).Draw(t, "events")
		one := newBook()
		for _, e := range events {
			one.Add(e)
		}
		two := newBook()
		for _, i := range rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)).Perm(len(events)) {
			two.Add(events[i])
		}
		if state(t, one) != state(t, two) {
			t.Fatalf("one order gives %s, another %s", state(t, one), state(t, two))
		}
		if a, b := one.Due(), two.Due(); !reflect.DeepEqual(a, b) {
			t.Fatalf("one order is due as %+v, another as %+v", a, b)
		}
	})
}

func TestAnEventIsCountedUnderItsKey(t *testing.T) {
	b := newBook()
	e := kiosk.Event{
		At: noon.Add(20 * time.Minute), Name: wire.EventAbandoned, Service: "aviso-via-publica", ServiceVersion: 3,
		Channel: wire.ChannelAssisted, Language: "ht", Mode: "keys", Detail: "document",
	}
	b.Add(e)
	b.Add(e)
	e.Detail = "name"
	b.Add(e)
	sets := b.Due()
	key := wire.CountKey{Service: "aviso-via-publica", ServiceVersion: 3, Channel: wire.ChannelAssisted, Language: "ht", Mode: "keys", Event: wire.EventAbandoned, Detail: "document"}
	other := key
	other.Detail = "name"
	want := []wire.CountSet{{
		Kiosk: "kiosk-1", Office: "CL/13/13101/centro", Hour: wire.Hour(noon), Revision: 1,
		Counts: []wire.Count{{CountKey: key, N: 2}, {CountKey: other, N: 1}}, Histograms: []wire.Histogram{},
	}}
	if !reflect.DeepEqual(sets, want) {
		t.Errorf("due %+v, want %+v", sets, want)
	}
}

// Guards the boards: the hub and kiosks in three time zones add up hours, and an
// hour must be the same one everywhere.
func TestHoursAreUTC(t *testing.T) {
	santiago, err := time.LoadLocation("America/Santiago")
	if err != nil {
		t.Fatal(err)
	}
	b := newBook()
	b.Add(event(time.Date(2026, 11, 23, 23, 59, 59, 0, santiago), wire.EventStarted, "a")) // 02:59:59 UTC
	b.Add(event(time.Date(2026, 11, 24, 3, 0, 0, 0, time.UTC), wire.EventStarted, "a"))
	sets := b.Due()
	if len(sets) != 2 || !wire.HourStart(sets[0].Hour).Equal(time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)) || sets[1].Hour != sets[0].Hour+1 {
		t.Errorf("due %+v", sets)
	}
}

func TestAnEventThatTheHubWouldRefuseIsNotCounted(t *testing.T) {
	b := newBook()
	b.Add(kiosk.Event{At: noon, Name: "", Channel: wire.ChannelKiosk})
	b.Add(kiosk.Event{At: noon, Name: wire.EventStarted, Channel: "tram"})
	if sets := b.Due(); len(sets) != 0 {
		t.Errorf("due %+v", sets)
	}
	if b.Remove(kiosk.Event{At: noon, Name: "", Channel: wire.ChannelKiosk}) {
		t.Error("what was not counted can be taken back")
	}
}

func TestDurationsFallInTheirBuckets(t *testing.T) {
	b := newBook()
	for _, d := range []time.Duration{
		time.Millisecond, 15 * time.Second, 15*time.Second + time.Millisecond, 90 * time.Second, 20 * time.Minute, 21 * time.Minute, 24 * time.Hour,
		0, -time.Second, 24*time.Hour + 1, // no times at all, but completed
	} {
		e := event(noon, wire.EventCompleted, "a")
		e.Duration = d
		b.Add(e)
	}
	started := event(noon, wire.EventStarted, "a")
	started.Duration = time.Minute // means nothing here
	b.Add(started)
	sets := b.Due()
	if len(sets) != 1 || len(sets[0].Histograms) != 1 {
		t.Fatalf("due %+v", sets)
	}
	h := sets[0].Histograms[0]
	if want := []uint64{2, 1, 0, 1, 0, 0, 0, 0, 1, 2}; !slices.Equal(h.Buckets, want) || h.Event != wire.EventTime || h.Service != "a" {
		t.Errorf("histogram %+v, want %v", h, want)
	}
	if want := .001 + 15 + 15.001 + 90 + 1200 + 1260 + 86400; h.Sum != want {
		t.Errorf("sum %v, want %v", h.Sum, want)
	}
	if n := sets[0].Counts[0]; n.Event != wire.EventCompleted || n.N != 10 {
		t.Errorf("counts %+v", sets[0].Counts)
	}
}

func TestRemoveTakesBackWhatWasAddedInTheSameHour(t *testing.T) {
	b := newBook()
	b.Add(served(noon, "a"))
	if b.Remove(served(noon.Add(time.Hour), "a")) {
		t.Error("taken back in another hour")
	}
	if b.Remove(served(noon, "b")) {
		t.Error("taken back what was never added")
	}
	if !b.Remove(served(noon.Add(59*time.Minute), "a")) {
		t.Error("not taken back in the same hour")
	}
	if b.Remove(served(noon, "a")) {
		t.Error("taken back twice")
	}
	e := event(noon, wire.EventCompleted, "a")
	e.Duration = time.Minute
	b.Add(e)
	e.Duration = time.Hour
	if b.Remove(e) {
		t.Error("taken back one that took another time")
	}
	if sets := b.Due(); len(sets[0].Histograms) != 1 || sets[0].Counts[0].N != 1 {
		t.Errorf("due %+v", sets)
	}
}

// Guards a count against the finger that taps "undo" once too often.
func TestNoCountGoesBelowZero(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := newBook()
		model := map[string]int{}
		for range rapid.IntRange(0, 60).Draw(t, "steps") {
			e := drawEvent(t)
			name := fmt.Sprintf("%+v", func(e kiosk.Event) kiosk.Event {
				e.At = time.Time{}
				if !timed(e) {
					e.Duration = 0
				}
				return e
			}(e))
			if rapid.Bool().Draw(t, "add") {
				b.Add(e)
				model[name]++
			} else if b.Remove(e) {
				model[name]--
			}
		}
		total := uint64(0)
		for _, set := range b.Due() {
			for _, c := range set.Counts {
				if c.N > 1<<40 {
					t.Fatalf("%+v went below zero", c)
				}
				total += c.N
			}
			for _, h := range set.Histograms {
				for _, n := range h.Buckets {
					if n > 1<<40 || h.Sum < 0 {
						t.Fatalf("%+v went below zero", h)
					}
				}
			}
		}
		want := 0
		for _, n := range model {
			want += n
		}
		if total != uint64(want) {
			t.Fatalf("%d are counted, want %d", total, want)
		}
	})
}

func TestOpenTimeIsSplitOverItsHours(t *testing.T) {
	b := newBook()
	b.Open(noon.Add(50*time.Minute), noon.Add(2*time.Hour+90*time.Second+600*time.Millisecond))
	b.Open(noon.Add(3*time.Hour), noon.Add(3*time.Hour+time.Second)) // a later hour, so the others are over
	want := map[int64]int{wire.Hour(noon): 600, wire.Hour(noon) + 1: 3600, wire.Hour(noon) + 2: 90}
	for _, set := range b.Due() {
		if set.Open != want[set.Hour] {
			t.Errorf("hour %d was open %d s, want %d", set.Hour, set.Open, want[set.Hour])
		}
		delete(want, set.Hour)
	}
	if len(want) > 0 {
		t.Errorf("not due: %v", want)
	}
}

// Guards "coverage": an hour with more than an hour in it would make a board say
// that more than everything was counted.
func TestAnHourIsNeverOpenForMoreThanAnHour(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := newBook()
		for range rapid.IntRange(1, 30).Draw(t, "times") {
			from := noon.Add(time.Duration(rapid.Int64Range(-1e13, 1e13).Draw(t, "from")))
			b.Open(from, from.Add(time.Duration(rapid.Int64Range(-1e13, 4e14).Draw(t, "long"))))
		}
		for n, h := range b.hours {
			if s := h.openSeconds(); s < 0 || s > 3600 {
				t.Fatalf("hour %d was open %d s", n, s)
			}
		}
	})
}

func TestOpenTimeAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := noon.Add(time.Duration(rapid.Int64Range(0, 1e13).Draw(t, "start")))
		first, b := at, newBook()
		for range rapid.IntRange(1, 50).Draw(t, "times") {
			next := at.Add(time.Duration(rapid.Int64Range(0, int64(10*time.Minute)).Draw(t, "long")))
			b.Open(at, next)
			at = next
		}
		total := time.Duration(0)
		for _, h := range b.hours {
			total += h.open
		}
		if want := at.Sub(first); total != want {
			t.Fatalf("open for %v, want %v", total, want)
		}
	})
}

func TestAClockThatJumpsCountsNoOpenTime(t *testing.T) {
	b := newBook()
	b.Open(noon, noon)
	b.Open(noon, noon.Add(-time.Hour))
	b.Open(time.Unix(5, 0), noon)
	b.Open(noon, noon.AddDate(20, 0, 0))
	b.Open(time.Unix(-100, 0), time.Unix(-50, 0))
	if len(b.hours) != 0 {
		t.Errorf("hours %v", slices.Collect(func(yield func(int64) bool) {
			for n := range b.hours {
				if !yield(n) {
					return
				}
			}
		}))
	}
}

func TestTheTallyIsOfTheLocalDay(t *testing.T) {
	santiago, err := time.LoadLocation("America/Santiago")
	if err != nil {
		t.Fatal(err)
	}
	easter, err := time.LoadLocation("Pacific/Easter")
	if err != nil {
		t.Fatal(err)
	}
	b := newBook()
	at := func(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 30, 0, 0, santiago) }
	for i, when := range []time.Time{at(22, 23), at(23, 0), at(23, 9), at(23, 23), at(24, 0)} {
		for range 1 << i {
			b.Add(served(when, "a"))
		}
	}
	b.Add(served(at(23, 10), "b"))
	b.Add(event(at(23, 10), wire.EventCompleted, "a"))
	if got, want := b.Tally(at(23, 15), santiago), map[string]int{"a": 2 + 4 + 8, "b": 1}; !reflect.DeepEqual(got, want) {
		t.Errorf("tally %v, want %v", got, want)
	}
	// On Rapa Nui it is two hours earlier: 0:30 in Santiago is still the 22nd.
	if got, want := b.Tally(at(23, 15), easter), map[string]int{"a": 4 + 8 + 16, "b": 1}; !reflect.DeepEqual(got, want) {
		t.Errorf("tally %v, want %v", got, want)
	}
	if got := b.Tally(at(25, 15), santiago); len(got) != 0 {
		t.Errorf("tally of an empty day %v", got)
	}
}

// In Chile a day has 23 or 25 hours twice a year.
func TestTheTallyHoldsWhenTheClocksChange(t *testing.T) {
	santiago, err := time.LoadLocation("America/Santiago")
	if err != nil {
		t.Fatal(err)
	}
	for _, day := range []time.Time{time.Date(2026, 4, 4, 12, 0, 0, 0, santiago), time.Date(2026, 9, 6, 12, 0, 0, 0, santiago)} {
		b := newBook()
		start := day.Add(-48 * time.Hour).UTC().Truncate(time.Hour)
		want := 0
		for i := range 96 {
			at := start.Add(time.Duration(i) * time.Hour)
			b.Add(served(at, "a"))
			if at.In(santiago).Format(time.DateOnly) == day.Format(time.DateOnly) {
				want++
			}
		}
		if want == 24 {
			t.Fatalf("%v is an ordinary day: the test tests nothing", day)
		}
		if got := b.Tally(day, santiago)["a"]; got != want {
			t.Errorf("%v: tally %d, want %d", day, got, want)
		}
	}
}

// Guards Submit, which writes the book as it will be: if that leaked into the
// book as it is, a failed commit would count a request that does not exist.
func TestACloneIsApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := newBook()
		for _, e := range rapid.SliceOfN(rapid.Custom(drawEvent), 0, 20).Draw(t, "before") {
			b.Add(e)
		}
		b.Open(noon, noon.Add(time.Minute))
		before := state(t, b)
		clone := b.Clone()
		if state(t, clone) != before {
			t.Fatal("a clone is not equal")
		}
		for _, e := range rapid.SliceOfN(rapid.Custom(drawEvent), 1, 20).Draw(t, "after") {
			clone.Add(e)
			clone.Remove(e)
			clone.Add(e)
		}
		clone.Open(noon, noon.Add(3*time.Hour))
		clone.Taken(clone.Due())
		clone.Forget(noon.Add(100 * time.Hour))
		if state(t, b) != before {
			t.Fatalf("what happened to the clone shows in the book: %s, was %s", state(t, b), before)
		}
		cloned := state(t, clone)
		b.Add(served(noon, "x"))
		if state(t, clone) != cloned {
			t.Fatal("what happened to the book shows in the clone")
		}
	})
}

func TestASetIsWhatTheHubReads(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := newBook()
		for _, e := range rapid.SliceOfN(rapid.Custom(drawEvent), 1, 30).Draw(t, "events") {
			b.Add(e)
		}
		for _, set := range b.Due() {
			body, err := json.Marshal(set)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := wire.ParseCountSet(body); err != nil {
				t.Fatalf("%s: %v", body, err)
			}
		}
	})
}
