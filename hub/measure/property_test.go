package measure_test

import (
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"chasqui/hub"
	"chasqui/hub/measure"
	"chasqui/sync/wire"
)

// drawInput draws a few days, offices and services with whatever was counted.
func drawInput(t *rapid.T) measure.Input {
	in := measure.Input{From: first, To: first.Add(3), Location: santiago}
	services := []string{"a", "b", "c"}
	for _, id := range services[:rapid.IntRange(0, 3).Draw(t, "listed")] {
		channels := rapid.SliceOfDistinct(rapid.SampledFrom(wire.Channels()), rapid.ID[wire.Channel]).Draw(t, "channels")
		in.Expected = append(in.Expected, measure.Expected{Service: id, Channels: channels})
	}
	office := rapid.SampledFrom([]hub.Scope{centro, norte})
	day := rapid.IntRange(-1, 4)
	for range rapid.IntRange(0, 12).Draw(t, "counts") {
		in.Counts = append(in.Counts, hub.CountRow{
			Office: office.Draw(t, "office"), Hour: at(first, 9) + int64(24*day.Draw(t, "day")),
			Service: rapid.SampledFrom(services).Draw(t, "service"), Channel: rapid.SampledFrom(wire.Channels()).Draw(t, "channel"),
			Event: rapid.SampledFrom([]string{wire.EventStarted, wire.EventCompleted, wire.EventServed, wire.EventHelp}).Draw(t, "event"),
			N:     rapid.Uint64Range(0, 50).Draw(t, "n"),
		})
	}
	for range rapid.IntRange(0, 4).Draw(t, "open") {
		in.Open = append(in.Open, hub.OpenRow{Office: office.Draw(t, "office"), Hour: at(first, 9) + int64(24*day.Draw(t, "day")), Seconds: 60})
	}
	for range rapid.IntRange(0, 6).Draw(t, "imports") {
		in.Imported = append(in.Imported, measure.Imported{
			Office:  rapid.SampledFrom([]hub.Scope{centro, norte, town}).Draw(t, "place"),
			Service: rapid.SampledFrom(services).Draw(t, "service"), Channel: rapid.SampledFrom(wire.Channels()[2:]).Draw(t, "channel"),
			Day: string(first.Add(day.Draw(t, "day"))), N: rapid.Uint64Range(0, 50).Draw(t, "n"), Coverage: 1, Source: "q",
		})
	}
	return in
}

// Guards: whatever was counted, no rate leaves 0 to 1, the total is the sum of
// its services, and what is counted either enters or is named as left out.
func TestWhateverWasCounted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawInput(t)
		r := measure.Measure(in)

		var digital, whole, left uint64
		for _, s := range r.Services {
			checkRate(t, s.ID+" take-up", s.TakeUp)
			checkRate(t, s.ID+" completion", s.Completion)
			d, w, known := s.TakeUp.Parts()
			digital, whole, left = digital+d, whole+w, left+s.Base.Left
			if known && !s.Listed {
				t.Fatalf("%s has a take-up and is not in the catalogue", s.ID)
			}
			if completed, _ := s.Completed.Get(); w+s.Base.Left != completed && (known || s.TakeUp.Reason() != measure.NothingCounted) {
				t.Fatalf("%s: %d enter and %d are left out of %d", s.ID, w, s.Base.Left, completed)
			}
			if len(s.Missing) > 0 && s.Base.Days == s.Base.OfDays && s.Base.OfDays > 0 {
				t.Fatalf("%s misses %v and every day is complete", s.ID, s.Missing)
			}
		}
		d, w, known := r.Total.TakeUp.Parts()
		if known && (d != digital || w != whole) || !known && whole > 0 {
			t.Fatalf("the total is %d of %d, its services' sum %d of %d", d, w, digital, whole)
		}
		if r.Total.Base.Left != left {
			t.Fatalf("the total leaves out %d, its services %d", r.Total.Base.Left, left)
		}
		var mix uint64
		for _, c := range r.Total.Channels {
			checkRate(t, string(c.Channel), c.Share)
			part, _, _ := c.Share.Parts()
			mix += part
		}
		if known && mix != w {
			t.Fatalf("the channel mix adds up to %d of %d", mix, w)
		}
		for _, day := range r.Days {
			checkRate(t, string(day.Day), day.TakeUp)
		}
	})
}

func checkRate(t *rapid.T, name string, r measure.Rate) {
	if v, ok := r.Value(); ok && (v < 0 || v > 1) || !ok && r.Reason() == "" || ok && r.Reason() != "" {
		t.Fatalf("%s is %v, known %v, reason %q", name, v, ok, r.Reason())
	}
}

// Guards: rows arrive in any order, and the report is the same.
func TestOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawInput(t)
		// Two imports of one key with the same source do not leave a store.
		turned := in
		turned.Counts = slices.Clone(in.Counts)
		slices.Reverse(turned.Counts)
		turned.Open = slices.Clone(in.Open)
		slices.Reverse(turned.Open)
		turned.Imported = slices.Clone(in.Imported)
		slices.Reverse(turned.Imported)
		if a, b := measure.Measure(in), measure.Measure(turned); !reflect.DeepEqual(a, b) {
			t.Fatalf("the report depends on the order of rows:\n%+v\n%+v", a, b)
		}
	})
}

// Guards: a missing count never reads as a rate. The control gives the counter a
// count of zero and gets its 100 %.
func TestTakingAwayACountTakesAwayTheRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Uint64Range(1, 1000).Draw(t, "n")
		in := period(first, first, expect("a", wire.ChannelKiosk, wire.ChannelCounter)).kiosk(centro, first, "a", n)
		if got := measure.Measure(in.Input).Total.TakeUp; got.Reason() != measure.ChannelNotCounted {
			t.Fatalf("without the counter the take-up is %s", show(got))
		}
		in.brought(centro, first, "a", wire.ChannelCounter, 0)
		if v, ok := measure.Measure(in.Input).Total.TakeUp.Value(); !ok || v != 1 {
			t.Fatalf("control: with a counter that counted zero it is %v, %v", v, ok)
		}
	})
}
