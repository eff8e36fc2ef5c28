package uptake

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"chasqui/kiosk"
	"chasqui/sync/wire"
)

func revisions(sets []wire.CountSet) []int {
	out := []int{}
	for _, s := range sets {
		out = append(out, s.Revision)
	}
	return out
}

// Guards the replacement of one set by another: the hub keeps the one with the
// highest revision, so two different sets must never share one, and a rise for
// nothing would send the same hour again and again.
func TestTheRevisionRisesWithEachChangedSetAndOnlyThen(t *testing.T) {
	b := newBook()
	want := func(step string, revision ...int) {
		t.Helper()
		if got := revisions(b.Due()); !reflect.DeepEqual(got, append([]int{}, revision...)) {
			t.Fatalf("%s: revisions %v are due, want %v", step, got, revision)
		}
	}
	want("nothing happened")
	b.Add(event(noon, wire.EventStarted, "a"))
	want("something happened", 1)
	want("asked again", 1)
	b.Add(event(noon, wire.EventStarted, "a"))
	want("more happened, and nobody had taken the first", 2)
	b.Taken(b.Due())
	want("taken")
	want("asked again")
	b.Add(served(noon, "b"))
	b.Remove(served(noon, "b"))
	want("something happened and was taken back")
	b.Add(served(noon, "b"))
	want("a tally", 3)
	b.Remove(served(noon, "b"))
	// The third may be on the disk although nobody said so: it must be replaced.
	want("the tally was taken back", 4)
	b.Taken(b.Due())
	want("taken")
}

func TestWhatIsCountedBetweenDueAndTakenStaysDue(t *testing.T) {
	b := newBook()
	b.Add(event(noon, wire.EventStarted, "a"))
	clone := b.Clone() // as a station does while others count
	sets := clone.Due()
	b.Add(event(noon, wire.EventCompleted, "a"))
	b.Taken(sets)
	again := b.Due()
	if !reflect.DeepEqual(revisions(again), []int{2}) || len(again[0].Counts) != 2 {
		t.Errorf("due %+v", again)
	}
}

func TestAnOlderSetTakenLateDoesNotHideANewerOne(t *testing.T) {
	b := newBook()
	b.Add(event(noon, wire.EventStarted, "a"))
	first := b.Due()
	b.Add(event(noon, wire.EventStarted, "a"))
	b.Due()
	b.Taken(first)
	if got := revisions(b.Due()); !reflect.DeepEqual(got, []int{2}) {
		t.Errorf("revisions %v are due", got)
	}
	b.Taken(first)
	b.Add(event(noon, wire.EventStarted, "a"))
	// The hub may have the second: this one needs a third.
	if got := revisions(b.Due()); !reflect.DeepEqual(got, []int{3}) {
		t.Errorf("revisions %v are due", got)
	}
}

func TestAnEmptiedHourIsSaidToBeEmpty(t *testing.T) {
	b := newBook()
	b.Add(served(noon, "a"))
	b.Taken(b.Due())
	b.Remove(served(noon, "a"))
	sets := b.Due()
	if len(sets) != 1 || sets[0].Revision != 2 || len(sets[0].Counts) != 0 {
		t.Fatalf("due %+v", sets)
	}
	body, err := json.Marshal(sets[0])
	if err != nil {
		t.Fatal(err)
	}
	read, err := wire.ParseCountSet(body)
	if err != nil {
		t.Fatal(err)
	}
	b.Taken([]wire.CountSet{read}) // it has been JSON: empty lists are nil now
	if sets := b.Due(); len(sets) != 0 {
		t.Errorf("due %+v", sets)
	}
}

// Guards the slow link: a kiosk at which nobody stands would otherwise queue an
// item a minute.
func TestOpenTimeAloneIsGivenByTheQuarterHour(t *testing.T) {
	b := newBook()
	given := 0
	for minute := range 120 {
		at := noon.Add(time.Duration(minute) * time.Minute)
		b.Open(at, at.Add(time.Minute))
		sets := b.Due()
		given += len(sets)
		b.Taken(sets)
	}
	b.Open(noon.Add(2*time.Hour), noon.Add(2*time.Hour+time.Second))
	sets := b.Due()
	given += len(sets)
	if given < 8 || given > 10 {
		t.Errorf("two idle hours gave %d sets", given)
	}
	if open := b.hours[wire.Hour(noon)].takenOpen; open != 3600 {
		t.Errorf("the first hour was taken as open for %d s", open)
	}
	// With something else to say it says both at once.
	b.Add(event(noon.Add(2*time.Hour), wire.EventStarted, "a"))
	b.Taken(b.Due())
	b.Open(noon.Add(2*time.Hour+time.Second), noon.Add(2*time.Hour+time.Minute))
	if sets := b.Due(); len(sets) != 0 {
		t.Errorf("59 more seconds are due: %+v", sets)
	}
	b.Add(event(noon.Add(2*time.Hour), wire.EventStarted, "a"))
	if sets := b.Due(); len(sets) != 1 || sets[0].Open != 60 {
		t.Errorf("due %+v", sets)
	}
}

func TestForgettingKeepsWhatIsNotTaken(t *testing.T) {
	b := newBook()
	b.Add(event(noon, wire.EventStarted, "a"))
	b.Taken(b.Due())
	b.Add(event(noon.Add(time.Hour), wire.EventStarted, "a"))
	b.Open(noon.Add(2*time.Hour), noon.Add(2*time.Hour+time.Millisecond)) // not a second
	b.Forget(noon.Add(3 * time.Hour))
	if b.hours[wire.Hour(noon)] != nil || b.hours[wire.Hour(noon)+1] == nil || b.hours[wire.Hour(noon)+2] != nil {
		t.Errorf("kept %v", b.hours)
	}
	if sets := b.Due(); len(sets) != 1 || sets[0].Hour != wire.Hour(noon)+1 {
		t.Errorf("due %+v", sets)
	}
}

// Guards counts against a clock that went back: the hub would refuse a first
// revision of an hour that it has, and everything in it would be lost.
func TestAnEventOfAForgottenHourIsCountedInTheNext(t *testing.T) {
	b := newBook()
	for i := range 48 {
		b.Add(event(noon.Add(time.Duration(i)*time.Hour), wire.EventStarted, "a"))
	}
	b.Taken(b.Due())
	b.Forget(noon.Add(40 * time.Hour))
	if len(b.gone) != 1 || b.gone[0] != (span{wire.Hour(noon), wire.Hour(noon) + 40}) {
		t.Errorf("forgotten %v", b.gone)
	}
	late := served(noon.Add(5*time.Hour), "late")
	b.Add(late)
	sets := b.Due()
	if len(sets) != 1 || sets[0].Hour != wire.Hour(noon)+40 || sets[0].Revision != 2 || len(sets[0].Counts) != 2 {
		t.Fatalf("due %+v", sets)
	}
	if !b.Remove(late) {
		t.Error("it cannot be taken back")
	}
	b.Open(noon, noon.Add(time.Minute))
	if b.hours[wire.Hour(noon)] != nil {
		t.Error("open time began a forgotten hour anew")
	}
}

func TestAYearOfForgottenHoursIsOneSpan(t *testing.T) {
	b := newBook()
	for day := range 365 {
		for hour := range 9 {
			at := noon.AddDate(0, 0, day).Add(time.Duration(hour) * time.Hour)
			b.Add(event(at, wire.EventStarted, "a"))
		}
		b.Taken(b.Due())
		b.Forget(noon.AddDate(0, 0, day-2))
	}
	if len(b.gone) != 1 || len(b.hours) > 4*9 {
		t.Errorf("%d spans and %d hours are kept", len(b.gone), len(b.hours))
	}
}

func TestAClockThatJumpsIsCountedWhereItStood(t *testing.T) {
	b := newBook()
	for _, at := range []time.Time{noon, time.Unix(30, 0), noon.AddDate(14, 0, 0), time.Unix(-7200, 0), noon} {
		b.Add(event(at, wire.EventStarted, "a"))
	}
	total := uint64(0)
	for _, set := range b.Due() {
		body, err := json.Marshal(set)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := wire.ParseCountSet(body); err != nil {
			t.Errorf("hour %d: %v", set.Hour, err)
		}
		for _, c := range set.Counts {
			total += c.N
		}
	}
	if total != 5 {
		t.Errorf("%d of 5 events are counted", total)
	}
}

// hub is a hub as far as counts go: of each hour it keeps the highest revision,
// and the first of two with the same.
type hub map[int64]wire.CountSet

func (h hub) take(t *rapid.T, sets []wire.CountSet) {
	for _, set := range sets {
		body, err := json.Marshal(set)
		if err != nil {
			t.Fatal(err)
		}
		read, err := wire.ParseCountSet(body)
		if err != nil {
			t.Fatal(err)
		}
		if have, ok := h[read.Hour]; !ok || read.Revision > have.Revision {
			h[read.Hour] = read
		}
	}
}

func (h hub) totals() map[wire.CountKey]int {
	out := map[wire.CountKey]int{}
	for _, set := range h {
		for _, c := range set.Counts {
			out[c.CountKey] += int(c.N)
		}
	}
	return out
}

// Guards the boards as a whole: whatever happens between kiosk and hub — restarts
// in the middle of an hour, sets that never come or come twice, clocks that jump,
// hours forgotten — in the end the hub has every event exactly once.
func TestTheHubEndsWithEveryEventOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, h, now := newBook(), hub{}, noon
		model := map[wire.CountKey]int{}
		var sent []wire.CountSet // all that ever was on its way, in order
		for range rapid.IntRange(1, 80).Draw(t, "steps") {
			switch rapid.SampledFrom([]string{"add", "add", "add", "remove", "time", "jump", "flush", "lose", "late", "restart", "forget", "open"}).Draw(t, "step") {
			case "add":
				e := drawEvent(t)
				e.At = now
				b.Add(e)
				key, _ := keyOf(e)
				model[key]++
			case "remove":
				e := drawEvent(t)
				e.At = now
				if key, _ := keyOf(e); b.Remove(e) {
					model[key]--
				}
			case "time":
				now = now.Add(time.Duration(rapid.IntRange(0, 7200).Draw(t, "seconds")) * time.Second)
			case "jump":
				now = rapid.SampledFrom([]time.Time{noon, time.Unix(100, 0), noon.AddDate(10, 0, 0), noon.Add(-30 * time.Minute)}).Draw(t, "to")
			case "flush": // as a station does: clone, commit, then take
				sets := b.Clone().Due()
				b.Taken(sets)
				sent = append(sent, sets...)
				h.take(t, sets)
			case "lose": // given and perhaps kept, but nobody said so
				if sets := b.Due(); rapid.Bool().Draw(t, "kept") {
					sent = append(sent, sets...)
					h.take(t, sets)
				}
			case "late": // something arrives once more, out of order
				if len(sent) > 0 {
					h.take(t, sent[rapid.IntRange(0, len(sent)-1).Draw(t, "which"):][:1])
				}
			case "restart":
				restored, err := Restore([]byte(state(t, b)))
				if err != nil {
					t.Fatal(err)
				}
				b = restored
			case "forget":
				b.Forget(now.Add(-time.Duration(rapid.IntRange(-2, 50).Draw(t, "hours")) * time.Hour))
			case "open":
				b.Open(now, now.Add(time.Duration(rapid.IntRange(0, 1200).Draw(t, "seconds"))*time.Second))
			}
		}
		h.take(t, b.Due())
		maps.DeleteFunc(model, func(_ wire.CountKey, n int) bool { return n == 0 })
		if got := h.totals(); !reflect.DeepEqual(got, model) {
			t.Fatalf("the hub has %v, want %v", got, model)
		}
	})
}

// Guards the hub's own bound: a set over it would be refused whole. What does not
// fit is counted as "other", never lost, and its order leaves no trace.
func TestAnHourWithTooManyKeysIsFoldedAndNothingIsLost(t *testing.T) {
	long := strings.Repeat("\x01", longestWord)
	tests := map[string]func(i int) kiosk.Event{
		"too many details":   func(i int) kiosk.Event { return detailed(fmt.Sprint("page", i)) },
		"too many languages": func(i int) kiosk.Event { e := detailed("x"); e.Language = fmt.Sprint(i); return e },
		"too many services":  func(i int) kiosk.Event { return event(noon, wire.EventStarted, fmt.Sprint("s", i)) },
		"too many events":    func(i int) kiosk.Event { return event(noon, fmt.Sprint("e", i), "a") },
		"too many of all": func(i int) kiosk.Event {
			return kiosk.Event{At: noon, Name: fmt.Sprint("e", i), Service: fmt.Sprint(i), Channel: wire.Channels()[i%6], Language: fmt.Sprint(i), Mode: fmt.Sprint(i), Detail: fmt.Sprint(i)}
		},
		"too many durations": func(i int) kiosk.Event {
			e := event(noon, wire.EventCompleted, fmt.Sprint("s", i))
			e.Duration = time.Second
			return e
		},
		"words too long together": func(i int) kiosk.Event {
			n := fmt.Sprint(i)
			w := long[:longestWord-len(n)] + n
			return kiosk.Event{At: noon, Name: wire.EventStarted, Service: w, Channel: wire.ChannelKiosk, Language: w, Mode: w, Detail: w}
		},
	}
	for name, make := range tests {
		t.Run(name, func(t *testing.T) {
			const distinct = 3 * wire.MaxCounts
			b, shuffled := newBook(), newBook()
			for i := range distinct {
				b.Add(make(i))
			}
			for _, i := range rand.New(rand.NewPCG(1, 1)).Perm(distinct) {
				shuffled.Add(make(i))
			}
			for range 99 { // one that must not be folded
				b.Add(make(distinct - 1))
				shuffled.Add(make(distinct - 1))
			}
			set := b.Due()[0]
			body, err := json.Marshal(set)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := wire.ParseCountSet(body); err != nil || len(body) > wire.MaxBody {
				t.Fatalf("a set of %d counts and %d bytes: %v", len(set.Counts), len(body), err)
			}
			counted, timed, folded, most := uint64(0), uint64(0), false, uint64(0)
			for _, c := range set.Counts {
				counted += c.N
				folded = folded || c.Detail == other && c.N > 1
				if key, _ := keyOf(make(distinct - 1)); c.CountKey == key {
					most = c.N
				}
			}
			for _, h := range set.Histograms {
				for _, n := range h.Buckets {
					timed += n
				}
			}
			if counted != distinct+99 || !folded || most != 100 {
				t.Errorf("%d of %d events are counted, folded: %v, the most frequent %d times", counted, distinct+99, folded, most)
			}
			if name == "too many durations" && timed != distinct+99 {
				t.Errorf("%d of %d durations are counted", timed, distinct+99)
			}
			if !reflect.DeepEqual(set, shuffled.Due()[0]) {
				t.Error("another order folds otherwise")
			}
			b.Taken([]wire.CountSet{set})
			if again := b.Due(); len(again) != 0 {
				t.Error("a folded set is due again at once")
			}
		})
	}
}

func detailed(detail string) kiosk.Event {
	e := event(noon, wire.EventAbandoned, "a")
	e.Detail = detail
	return e
}

func TestALongWordIsCountedAsOther(t *testing.T) {
	b := newBook()
	b.Add(detailed(strings.Repeat("x", longestWord)))
	b.Add(detailed(strings.Repeat("x", longestWord+1)))
	counts := b.Due()[0].Counts
	if len(counts) != 2 || counts[0].Detail != other {
		t.Errorf("counts %+v", counts)
	}
}
