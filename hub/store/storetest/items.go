package storetest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"chasqui/hub"
	"chasqui/hub/store"
	"chasqui/sync/wire"
)

// The verdicts, in short.
const (
	accepted  = wire.VerdictAccepted
	duplicate = wire.VerdictDuplicate
	rejected  = wire.VerdictRejected
	retry     = wire.VerdictRetry
)

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func verdicts(t *testing.T, got []wire.Verdict, want ...wire.Verdict) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Fatalf("verdicts %v, want %v", got, want)
	}
}

func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// Guards promise 2: one copy, however often it comes; without the unique id a
// repetition would be delivered twice.
func keptOnce(t *testing.T, s store.Store) {
	k := Enrol(t, s, Office, "a")
	a, b := k.Request(t, "atencion"), k.Request(t, "social")
	got, _ := k.Send(t, s, a, b)
	verdicts(t, got, accepted, accepted)
	got, stored := k.Send(t, s, b, a, a)
	verdicts(t, got, duplicate, duplicate, duplicate)
	equal(t, "high water", stored.HighWater, 2)
	for _, unit := range []string{"atencion", "social"} {
		items, _, err := s.Deliveries(t.Context(), Municipality, unit, 0, 10, 1<<20)
		if err != nil || len(items) != 1 {
			t.Fatalf("%s has %d deliveries, %v", unit, len(items), err)
		}
	}
	// The same item twice in one batch.
	c := k.Request(t, "social")
	got, _ = k.Send(t, s, c, c)
	verdicts(t, got, accepted, duplicate)
}

// Guards that a repeated name never replaces what is stored; without it a kiosk,
// or whoever has its key, could rewrite a filed request.
func conflicts(t *testing.T, s store.Store) {
	k := Enrol(t, s, Office, "a")
	other := Enrol(t, s, Office, "b")
	first := k.Request(t, "atencion")
	got, _ := k.Send(t, s, first)
	verdicts(t, got, accepted)

	sameID := first.Item
	sameID.Body = []byte("another body")
	sameSeq := k.Request(t, "atencion").Item
	sameSeq.Seq = first.Item.Seq
	sameFolio := k.Request(t, "atencion").Item
	sameFolio.Folio = first.Item.Folio
	got, stored := k.Send(t, s, Finish(t, sameID), Finish(t, sameSeq), Finish(t, sameFolio))
	verdicts(t, got, rejected, rejected, rejected)
	for _, ack := range stored.Acks {
		equal(t, "code", ack.Code, wire.CodeConflict)
	}
	stolen := first.Item
	stolen.Kiosk = other.ID
	got, _ = other.Send(t, s, Finish(t, stolen), first)
	verdicts(t, got, rejected, rejected)

	items, _, err := s.Deliveries(t.Context(), Municipality, "atencion", 0, 10, 1<<20)
	if err != nil || len(items) != 1 || string(items[0].Bytes) != string(first.Bytes) {
		t.Fatalf("deliveries after conflicts: %d, %v", len(items), err)
	}
	equal(t, "kept aside", len(must(s.Aside(t.Context(), Office, 10))(t)), 5)
	got, _ = k.Send(t, s, first)
	verdicts(t, got, duplicate)
}

// Guards promise 4; without it one bad item would stop a kiosk for good.
func putAside(t *testing.T, s store.Store) {
	k := Enrol(t, s, Office, "a")
	good, bad, last := k.Request(t, "atencion"), k.Request(t, "nobody"), k.Request(t, "atencion")
	bad.Refuse = wire.CodeUnknownUnit
	got, stored := k.Send(t, s, good, bad, last)
	verdicts(t, got, accepted, rejected, accepted)
	equal(t, "code", stored.Acks[1].Code, wire.CodeUnknownUnit)
	equal(t, "high water", stored.HighWater, 3)
	aside := must(s.Aside(t.Context(), Office, 10))(t)
	if len(aside) != 1 || aside[0].ID != bad.Item.ID || aside[0].Code != wire.CodeUnknownUnit || aside[0].Folio != bad.Item.Folio {
		t.Fatalf("aside: %+v", aside)
	}
	got, _ = k.Send(t, s, bad)
	verdicts(t, got, rejected)

	// The unit is listed now.
	bad.Refuse = ""
	got, _ = k.Send(t, s, bad)
	verdicts(t, got, accepted)
	equal(t, "still aside", len(must(s.Aside(t.Context(), Office, 10))(t)), 0)

	// It is stored, and the unit is gone again: what is stored stays so.
	bad.Refuse = wire.CodeUnknownUnit
	got, _ = k.Send(t, s, bad)
	verdicts(t, got, duplicate)
}

func retried(t *testing.T, s store.Store) {
	k := Enrol(t, s, Office, "a")
	a := k.Request(t, "atencion")
	a.Retry = true
	got, stored := k.Send(t, s, a)
	verdicts(t, got, retry)
	equal(t, "high water", stored.HighWater, 0)
	a.Retry = false
	got, _ = k.Send(t, s, a)
	verdicts(t, got, accepted)
	a.Retry = true
	got, _ = k.Send(t, s, a)
	verdicts(t, got, duplicate)
}

func highWater(t *testing.T, s store.Store) {
	k := Enrol(t, s, Office, "a")
	var items []hub.Arrival
	for range 5 {
		items = append(items, k.Request(t, "atencion"))
	}
	_, stored := k.Send(t, s, items[0], items[2], items[4])
	equal(t, "with 1 3 5", stored.HighWater, 1)
	_, stored = k.Send(t, s, items[1])
	equal(t, "with 2 as well", stored.HighWater, 3)
	_, stored = k.Send(t, s)
	equal(t, "unchanged by an empty batch", stored.HighWater, 3)
	_, stored = k.Send(t, s, items[3])
	equal(t, "complete", stored.HighWater, 5)

	// A new life of the kiosk's database counts anew; items of the old one may
	// still come.
	late := k.Request(t, "atencion")
	k.NewEpoch()
	got, stored := k.Send(t, s, k.Request(t, "atencion"), late)
	verdicts(t, got, accepted, accepted)
	equal(t, "new epoch", stored.HighWater, 1)
}

// Guards promise 2 under concurrency: every batch posted twice at once by many
// kiosks is stored once.
func manyAtOnce(t *testing.T, s store.Store) {
	const kiosks, batches, size = 8, 5, 4
	var (
		wait  sync.WaitGroup
		mu    sync.Mutex
		seen  = map[wire.ID]int{}
		fault error
	)
	for n := range kiosks {
		k := Enrol(t, s, Office, string(rune('a'+n)))
		for range batches {
			var items []hub.Arrival
			for range size {
				items = append(items, k.Request(t, "atencion"))
			}
			for range 2 {
				batch := k.Batch(items...)
				wait.Go(func() {
					stored, err := s.Exchange(context.Background(), batch)
					mu.Lock()
					defer mu.Unlock()
					if err != nil {
						fault = err
					}
					for _, ack := range stored.Acks {
						if ack.Verdict == accepted {
							seen[ack.ID]++
						} else if ack.Verdict != duplicate {
							seen[ack.ID] += 100
						}
					}
				})
			}
		}
	}
	wait.Wait()
	if fault != nil {
		t.Fatal(fault)
	}
	equal(t, "items accepted", len(seen), kiosks*batches*size)
	for id, n := range seen {
		if n != 1 {
			t.Fatalf("item %s was accepted %d times", id, n)
		}
	}
	got := map[wire.ID]bool{}
	for after, more := uint64(0), true; more; {
		var items []hub.Delivery
		var err error
		if items, more, err = s.Deliveries(t.Context(), Municipality, "atencion", after, 7, 1<<20); err != nil {
			t.Fatal(err)
		}
		for _, d := range items {
			if d.Number != after+1 {
				t.Fatalf("delivery %d follows %d", d.Number, after)
			}
			after = d.Number
			got[d.ID] = true
		}
	}
	equal(t, "delivered", len(got), kiosks*batches*size)
	for _, k := range must(s.Kiosks(t.Context(), Office))(t) {
		equal(t, "high water of "+k.ID, k.CheckIn.HighWater, batches*size)
	}
}

// Guards the savepoint of each caller; without it one failure in a group commit
// would undo what its neighbours were told is stored.
func failsAlone(t *testing.T, s store.Store) {
	k := Enrol(t, s, Office, "a")
	var wait sync.WaitGroup
	const rounds = 20
	results := make([]error, 2*rounds)
	for i := range rounds {
		good, bad := k.Batch(k.Request(t, "atencion")), k.Batch(k.Request(t, "atencion"))
		bad.Kiosk = "K-999"
		wait.Go(func() { _, results[2*i] = s.Exchange(context.Background(), good) })
		wait.Go(func() { _, results[2*i+1] = s.Exchange(context.Background(), bad) })
	}
	wait.Wait()
	for i := range rounds {
		if results[2*i] != nil {
			t.Fatalf("a good exchange failed: %v", results[2*i])
		}
		if !errors.Is(results[2*i+1], hub.ErrNotFound) {
			t.Fatalf("an exchange of nobody: %v", results[2*i+1])
		}
	}
	equal(t, "stored", must(s.Totals(t.Context(), Office))(t).Requests, rounds)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Exchange(ctx, k.Batch(k.Request(t, "atencion"))); !errors.Is(err, context.Canceled) {
		t.Fatalf("a cancelled exchange: %v", err)
	}
	equal(t, "stored after a cancelled one", must(s.Totals(t.Context(), Office))(t).Requests, rounds)
}

func notOurs(t *testing.T, s store.Store) {
	k := Enrol(t, s, Office, "a")
	got, _ := k.Send(t, s, k.Request(t, "atencion"))
	verdicts(t, got, accepted)
	if err := s.Revoke(t.Context(), Elsewhere, k.ID, Start); !errors.Is(err, hub.ErrNotFound) {
		t.Fatalf("revoked from elsewhere: %v", err)
	}
	for range 2 {
		if err := s.Revoke(t.Context(), Municipality, k.ID, Start.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Exchange(t.Context(), k.Batch(k.Request(t, "atencion"))); !errors.Is(err, hub.ErrRevoked) {
		t.Fatalf("an exchange of a revoked kiosk: %v", err)
	}
	equal(t, "stored", must(s.Totals(t.Context(), Office))(t).Requests, 1)
	equal(t, "revoked at", must(s.Kiosk(t.Context(), Office, k.ID))(t).Revoked, Start.Add(time.Hour))
}
