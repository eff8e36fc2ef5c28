package outboxtest

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"chasqui/sync/outbox"
	"chasqui/sync/wire"
)

func testMemos(t *testing.T, o outbox.Outbox) {
	want := func(key string, value []byte) {
		t.Helper()
		got, err := o.Memo(ctx, key)
		if err != nil || !bytes.Equal(got, value) || (got == nil) != (value == nil) {
			t.Errorf("memo %s is %q, %v, want %q", key, got, err, value)
		}
	}
	want("a", nil)
	CommitChange(t, o, outbox.Change{Items: []wire.Item{Request(10)}, Memos: map[string][]byte{"a": []byte("1"), "b": {}}})
	want("a", []byte("1"))
	want("b", []byte{})
	apply(t, o, outbox.Effects{Memos: map[string][]byte{"a": []byte("2"), "c": []byte("3")}})
	CommitChange(t, o, outbox.Change{Memos: map[string][]byte{"b": nil}})
	want("a", []byte("2"))
	want("b", nil)
	want("c", []byte("3"))
	if s, err := o.Summary(ctx); err != nil || s.Seq != 1 {
		t.Errorf("memos took a seq: %d, %v", s.Seq, err)
	}
}

func testEntries(t *testing.T, o outbox.Outbox) {
	a, b, c := Request(10), Item(wire.KindCounts, 10), Request(10)
	Commit(t, o, a, b)
	Commit(t, o, c)
	list := func(kinds ...wire.Kind) []wire.ID {
		t.Helper()
		entries, err := o.Entries(ctx, kinds...)
		if err != nil {
			t.Fatal(err)
		}
		var out []wire.ID
		for _, e := range entries {
			if e.State != wire.StateSaved || e.Changed.IsZero() || e.Header.Office == "" {
				t.Errorf("entry %+v", e)
			}
			out = append(out, e.Header.ID)
		}
		return out
	}
	if got, want := list(), ids(c, b, a); !slices.Equal(got, want) {
		t.Errorf("entries:%s, want%s", describe(got), describe(want))
	}
	if got, want := list(wire.KindRequest), ids(c, a); !slices.Equal(got, want) {
		t.Errorf("requests:%s, want%s", describe(got), describe(want))
	}
	if _, err := o.Get(ctx, ID()); !errors.Is(err, outbox.ErrNotFound) {
		t.Errorf("an unknown item: %v, want ErrNotFound", err)
	}
}

func testSummary(t *testing.T, o outbox.Outbox) {
	s, err := o.Summary(ctx)
	if err != nil || s.Unsent != 0 || s.UnsentRequests != 0 || s.PutAside != 0 || !s.Oldest.IsZero() || s.Full || s.Damage != "" || s.FreeBytes == 0 {
		t.Errorf("empty: %+v, %v", s, err)
	}
	before := time.Now().Add(-time.Second)
	count, a, b, aside := Item(wire.KindCounts, 10), Request(10), Request(10), Request(10)
	Commit(t, o, count)
	Commit(t, o, a, b, aside)
	if err := o.PutAside(ctx, aside.ID, wire.CodeTooLarge); err != nil {
		t.Fatal(err)
	}
	Accept(t, o, a.ID)
	s, err = o.Summary(ctx)
	if err != nil || s.Unsent != 2 || s.UnsentRequests != 1 || s.PutAside != 1 || s.Oldest.Before(before) || s.Oldest.After(time.Now()) {
		t.Errorf("after some: %+v, %v", s, err)
	}
}

func testAttachments(t *testing.T, o outbox.Outbox) {
	c := WithFile(2*wire.PartSize + 77)
	CommitChange(t, o, c)
	pending, err := o.Pending(ctx, outbox.Want{})
	if err != nil || len(pending) != 4 {
		t.Fatalf("%d pending, %v", len(pending), err)
	}
	var file []byte
	for i, p := range pending[1:] {
		it, err := wire.DecodeItem(p.Bytes)
		if err != nil || it.Part == nil || it.Part.Index != i || it.Parent != c.Items[0].ID {
			t.Fatalf("part %d came as %+v: %v", i, it.Header, err)
		}
		file = append(file, it.Body...)
	}
	if _, ok := c.Files[wire.DigestOf(file)]; !ok || len(file) != 2*wire.PartSize+77 {
		t.Errorf("the parts make a file of %d bytes that is another", len(file))
	}
	if got := PendingIDs(t, o, outbox.Want{MaxBytes: wire.PartSize}); len(got) != 1 {
		t.Errorf("parts count for %d items in %d bytes", len(got), wire.PartSize)
	}
}

func testPrune(t *testing.T, o outbox.Outbox) {
	sent, unsent, aside := Request(10), Request(10), Request(10)
	Commit(t, o, sent, unsent, aside)
	Accept(t, o, sent.ID)
	if err := o.PutAside(ctx, aside.ID, wire.CodeDamaged); err != nil {
		t.Fatal(err)
	}
	if removed, err := o.Prune(ctx, time.Now().Add(outbox.Grace-time.Hour)); err != nil || len(removed) != 0 {
		t.Errorf("within the grace period %v was removed, %v", removed, err)
	}
	now := later()
	removed, err := o.Prune(ctx, now)
	if err != nil || len(removed) != 1 {
		t.Fatalf("removed %v, %v", removed, err)
	}
	if r := removed[0]; r.ID != sent.ID || r.Folio != sent.Folio || r.Kind != wire.KindRequest || r.Why != outbox.WhyGrace || r.At.UnixMilli() != now.UnixMilli() {
		t.Errorf("the log says %+v", r)
	}
	if _, err := o.Get(ctx, sent.ID); !errors.Is(err, outbox.ErrNotFound) {
		t.Errorf("a removed item: %v, want ErrNotFound", err)
	}
	if entries, err := o.Entries(ctx); err != nil || len(entries) != 2 {
		t.Errorf("%d entries are left, %v, want 2", len(entries), err)
	}
	if h := Commit(t, o, Request(10)); h[0].Seq != 4 {
		t.Errorf("after pruning the next seq is %d, want 4", h[0].Seq)
	}
	// Effects for what was removed are ignored.
	Accept(t, o, sent.ID)
	apply(t, o, word(sent.ID, wire.StateDecided, wire.CodeGranted, 1))
	if removed, err := o.Prune(ctx, now); err != nil || len(removed) != 0 {
		t.Errorf("pruning again removed %v, %v", removed, err)
	}
}

func testPruneAttachments(t *testing.T, o outbox.Outbox) {
	c := WithFile(wire.PartSize + 1)
	CommitChange(t, o, c)
	request, one, two := c.Items[0].ID, c.Items[1].ID, c.Items[2].ID
	Accept(t, o, request, one)
	if removed, err := o.Prune(ctx, later()); err != nil || len(removed) != 0 {
		t.Fatalf("with a part unsent %v was removed, %v", removed, err)
	}
	if got := PendingIDs(t, o, outbox.Want{}); !slices.Equal(got, []wire.ID{two}) {
		t.Fatalf("pending:%s", describe(got))
	}
	Accept(t, o, two)
	removed, err := o.Prune(ctx, later())
	if err != nil || len(removed) != 3 || removed[2].ID != request {
		t.Errorf("removed %v, %v, want both parts and then the request", removed, err)
	}
}

func testConcurrent(t *testing.T, o outbox.Outbox) {
	const writers, each = 8, 12
	var wg sync.WaitGroup
	var mu sync.Mutex
	seqs := map[uint64]wire.ID{}
	for range writers {
		wg.Go(func() {
			for range each {
				it := Request(300)
				headers, err := o.Commit(ctx, outbox.Change{Items: []wire.Item{it, Item(wire.KindDecision, 10)}})
				if err != nil {
					t.Errorf("commit: %v", err)
					return
				}
				if headers[1].Seq != headers[0].Seq+1 {
					t.Errorf("one change got %d and %d", headers[0].Seq, headers[1].Seq)
				}
				mu.Lock()
				for _, h := range headers {
					seqs[h.Seq] = h.ID
				}
				mu.Unlock()
				if _, err := o.Pending(ctx, outbox.Want{MaxItems: 3}); err != nil {
					t.Errorf("pending: %v", err)
				}
				if err := o.Apply(ctx, outbox.Effects{Acks: []wire.Ack{{ID: it.ID, Verdict: wire.VerdictAccepted}}}); err != nil {
					t.Errorf("apply: %v", err)
				}
				if _, err := o.Summary(ctx); err != nil {
					t.Errorf("summary: %v", err)
				}
			}
		})
	}
	wg.Wait()
	for seq := uint64(1); seq <= 2*writers*each; seq++ {
		if seqs[seq].IsZero() {
			t.Errorf("seq %d was given to nobody", seq)
		}
	}
	if s, err := o.Summary(ctx); err != nil || s.Unsent != writers*each || s.Seq != 2*writers*each {
		t.Errorf("in the end %+v, %v", s, err)
	}
}

func testClosed(t *testing.T, o outbox.Outbox) {
	Commit(t, o, Request(10))
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	_, commit := o.Commit(ctx, outbox.Change{Items: []wire.Item{Request(10)}})
	_, pending := o.Pending(ctx, outbox.Want{})
	_, memo := o.Memo(ctx, "a")
	for name, err := range map[string]error{"commit": commit, "pending": pending, "memo": memo, "apply": o.Apply(ctx, outbox.Effects{Cursor: 1})} {
		if !errors.Is(err, outbox.ErrClosed) {
			t.Errorf("%s: %v, want ErrClosed", name, err)
		}
	}
}

func testCancelled(t *testing.T, o outbox.Outbox) {
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := o.Commit(cancelled, outbox.Change{Items: []wire.Item{Request(10)}}); !errors.Is(err, context.Canceled) {
		t.Errorf("commit: %v, want Canceled", err)
	}
	if s, err := o.Summary(ctx); err != nil || s.Seq != 0 {
		t.Errorf("seq is %d, %v", s.Seq, err)
	}
}

func testCopies(t *testing.T, o outbox.Outbox) {
	it := Request(100)
	memo := []byte("memo")
	CommitChange(t, o, outbox.Change{Items: []wire.Item{it}, Memos: map[string][]byte{"m": memo}})
	clear(it.Body)
	clear(memo)
	pending, err := o.Pending(ctx, outbox.Want{})
	if err != nil || len(pending) != 1 {
		t.Fatalf("%d pending, %v", len(pending), err)
	}
	if _, err := wire.DecodeItem(pending[0].Bytes); err != nil {
		t.Error(err)
	}
	clear(pending[0].Bytes)
	if again, err := o.Pending(ctx, outbox.Want{}); err != nil || len(again) != 1 || bytes.Equal(again[0].Bytes, pending[0].Bytes) {
		t.Errorf("clearing what Pending returned changed what it returns: %v", err)
	}
	if got, err := o.Memo(ctx, "m"); err != nil || string(got) != "memo" {
		t.Errorf("memo %q, %v", got, err)
	}
}
