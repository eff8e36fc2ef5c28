package outboxtest

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"chasqui/sync/outbox"
	"chasqui/sync/wire"
)

var ctx = context.Background()

func testNumbers(t *testing.T, o outbox.Outbox) {
	epoch := o.Epoch()
	if epoch.IsZero() {
		t.Fatal("no epoch")
	}
	first := Commit(t, o, Request(100), Item(wire.KindDecision, 50))
	second := Commit(t, o, Item(wire.KindCounts, 10))
	for i, h := range append(first, second...) {
		if h.Seq != uint64(i+1) || h.Epoch != epoch {
			t.Errorf("item %d has seq %d in epoch %s, want %d in %s", i, h.Seq, h.Epoch, i+1, epoch)
		}
	}
	s, err := o.Summary(ctx)
	if err != nil || s.Seq != 3 || s.Epoch != epoch {
		t.Errorf("summary says seq %d of %s: %v", s.Seq, s.Epoch, err)
	}
}

func testWhole(t *testing.T, o outbox.Outbox) {
	known := Request(100)
	Commit(t, o, known)
	twice := Request(10)
	wrongDigest := Request(10)
	wrongDigest.Digest[0] ^= 1
	sameFolio := Request(10)
	sameFolio.Folio = known.Folio
	noID := Request(10)
	noID.ID = wire.ID{}
	noKiosk := Request(10)
	noKiosk.Kiosk = ""
	noParent := Amendment(wire.KindCorrection, known)
	noParent.Parent = wire.ID{}
	noParentFolio := Amendment(wire.KindWithdrawal, known)
	noParentFolio.Folio = ""
	badKind := Request(10)
	badKind.Kind = "letter"
	long := Request(wire.MaxBody + 1)
	noFile := WithFile(100)
	noFile.Files = nil
	wrongPart := WithFile(100)
	wrongPart.Items[1].Body = append([]byte("x"), wrongPart.Items[1].Body...)
	wrongPart.Items[1].Digest = wire.DigestOf(wrongPart.Items[1].Body)
	for name, test := range map[string]struct {
		change outbox.Change
		want   error
	}{
		"an id that is known":         {outbox.Change{Items: []wire.Item{Request(10), known}}, outbox.ErrExists},
		"an id twice":                 {outbox.Change{Items: []wire.Item{twice, twice}}, outbox.ErrExists},
		"a folio that is known":       {outbox.Change{Items: []wire.Item{Request(10), sameFolio}}, outbox.ErrExists},
		"a wrong digest":              {outbox.Change{Items: []wire.Item{Request(10), wrongDigest}}, outbox.ErrInvalid},
		"no id":                       {outbox.Change{Items: []wire.Item{Request(10), noID}}, outbox.ErrInvalid},
		"no kiosk":                    {outbox.Change{Items: []wire.Item{Request(10), noKiosk}}, outbox.ErrInvalid},
		"an unknown kind":             {outbox.Change{Items: []wire.Item{Request(10), badKind}}, outbox.ErrInvalid},
		"an amendment of nothing":     {outbox.Change{Items: []wire.Item{noParent}}, outbox.ErrInvalid},
		"an amendment of no folio":    {outbox.Change{Items: []wire.Item{Request(10), noParentFolio}}, outbox.ErrInvalid},
		"a body that is too long":     {outbox.Change{Items: []wire.Item{Request(10), long}}, outbox.ErrInvalid},
		"a part without its file":     {noFile, outbox.ErrInvalid},
		"a part that is not the file": {wrongPart, outbox.ErrInvalid},
		"a file of no item":           {outbox.Change{Items: []wire.Item{Request(10)}, Files: map[wire.Digest][]byte{wire.DigestOf([]byte("x")): []byte("x")}}, outbox.ErrInvalid},
		"a memo that is too long":     {outbox.Change{Items: []wire.Item{Request(10)}, Memos: map[string][]byte{"m": make([]byte, outbox.MaxMemo+1)}}, outbox.ErrInvalid},
	} {
		if test.change.Memos == nil {
			test.change.Memos = map[string][]byte{"touched": []byte(name)}
		}
		headers, err := o.Commit(ctx, test.change)
		if !errors.Is(err, test.want) || headers != nil {
			t.Errorf("%s: %v, %v, want %v", name, headers, err, test.want)
		}
	}
	if got := PendingIDs(t, o, outbox.Want{}); !slices.Equal(got, ids(known)) {
		t.Errorf("after refused changes%s are pending", describe(got))
	}
	if memo, err := o.Memo(ctx, "touched"); memo != nil || err != nil {
		t.Errorf("a refused change left the memo %q, %v", memo, err)
	}
	if h := Commit(t, o, Request(10)); h[0].Seq != 2 {
		t.Errorf("after refused changes the next seq is %d, want 2", h[0].Seq)
	}
	if headers, err := o.Commit(ctx, outbox.Change{}); err != nil || len(headers) != 0 {
		t.Errorf("an empty change: %v, %v", headers, err)
	}
}

func testPending(t *testing.T, o outbox.Outbox) {
	items := []wire.Item{Request(0), Request(5000), Request(100_000), Request(wire.MaxBody)}
	headers := Commit(t, o, items...)
	for range 2 { // the same bytes each time
		pending, err := o.Pending(ctx, outbox.Want{})
		if err != nil || len(pending) != len(items) {
			t.Fatalf("%d of %d pending: %v", len(pending), len(items), err)
		}
		for i, p := range pending {
			it, err := wire.DecodeItem(p.Bytes)
			if err != nil || !bytes.Equal(it.Body, items[i].Body) || it.ID != items[i].ID || it.Seq != headers[i].Seq ||
				it.Epoch != o.Epoch() || p.Header.Seq != it.Seq || it.Folio != items[i].Folio {
				t.Errorf("item %d came back as %+v: %v", i, it.Header, err)
			}
		}
	}
}

func testLanes(t *testing.T, o outbox.Outbox) {
	part := WithFile(100)
	var counts, requests []wire.Item
	for range 4 {
		counts = append(counts, Item(wire.KindCounts, 10))
	}
	for range 12 {
		requests = append(requests, Request(10))
	}
	// A withdrawal goes before everything, the request that it is about too; a
	// correction goes with the requests, in its turn.
	withdrawal := Amendment(wire.KindWithdrawal, requests[0])
	correction := Amendment(wire.KindCorrection, requests[1])
	requests = append(requests, correction)
	CommitChange(t, o, part)
	Commit(t, o, counts...)
	Commit(t, o, requests...)
	Commit(t, o, withdrawal)

	fresh := append(ids(withdrawal), part.Items[0].ID)
	fresh = append(append(append(fresh, ids(requests...)...), ids(counts...)...), part.Items[1].ID)
	if got := PendingIDs(t, o, outbox.Want{Now: time.Now()}); !slices.Equal(got, fresh) {
		t.Errorf("fresh items come as%s, want%s", describe(got), describe(fresh))
	}
	// Aged, every eighth place from the second goes to who waits longest.
	aged := PendingIDs(t, o, outbox.Want{Now: time.Now().Add(2 * outbox.AgeAfter)})
	if len(aged) != len(fresh) || aged[0] != withdrawal.ID || aged[1] != part.Items[0].ID || aged[9] != part.Items[1].ID || aged[17] != counts[1].ID {
		t.Errorf("aged items come as%s", describe(aged))
	}
	slices.SortFunc(aged, func(a, b wire.ID) int { return bytes.Compare(a[:], b[:]) })
	if len(slices.Compact(aged)) != len(fresh) {
		t.Error("an item came twice")
	}
	if got := PendingIDs(t, o, outbox.Want{MaxItems: 3, Now: time.Now().Add(-1000 * time.Hour)}); !slices.Equal(got, fresh[:3]) {
		t.Errorf("with a clock gone back:%s, want%s", describe(got), describe(fresh[:3]))
	}
}

func testBounds(t *testing.T, o outbox.Outbox) {
	items := []wire.Item{Request(4000), Request(4000), Request(4000)}
	Commit(t, o, items...)
	for name, test := range map[string]struct {
		want outbox.Want
		n    int
	}{
		"no bound":             {outbox.Want{}, 3},
		"two items":            {outbox.Want{MaxItems: 2}, 2},
		"bytes for two":        {outbox.Want{MaxBytes: 10_000}, 2},
		"bytes for not even 1": {outbox.Want{MaxBytes: 10}, 1},
	} {
		if got := PendingIDs(t, o, test.want); len(got) != test.n {
			t.Errorf("%s: %d items, want %d", name, len(got), test.n)
		}
	}
}

func testAcks(t *testing.T, o outbox.Outbox) {
	accepted, duplicate, rejected, retry, silent := Request(10), Request(10), Request(10), Request(10), Request(10)
	Commit(t, o, accepted, duplicate, rejected, retry, silent)
	apply(t, o, outbox.Effects{Acks: []wire.Ack{
		{ID: accepted.ID, Verdict: wire.VerdictAccepted}, {ID: duplicate.ID, Verdict: wire.VerdictDuplicate},
		{ID: rejected.ID, Verdict: wire.VerdictRejected, Code: wire.CodeUnknownUnit}, {ID: retry.ID, Verdict: wire.VerdictRetry},
		{ID: ID(), Verdict: wire.VerdictAccepted}, {ID: silent.ID, Verdict: "maybe"},
	}})
	check := func() {
		t.Helper()
		wantState(t, o, accepted.ID, wire.StateAtHub, "")
		wantState(t, o, duplicate.ID, wire.StateAtHub, "")
		wantState(t, o, rejected.ID, wire.StatePutAside, wire.CodeUnknownUnit)
		wantState(t, o, retry.ID, wire.StateSaved, "")
		wantState(t, o, silent.ID, wire.StateSaved, "")
		if got := PendingIDs(t, o, outbox.Want{}); !slices.Equal(got, ids(retry, silent)) {
			t.Errorf("pending:%s", describe(got))
		}
	}
	check()
	// A late rejection takes nothing back.
	apply(t, o, outbox.Effects{Acks: []wire.Ack{{ID: accepted.ID, Verdict: wire.VerdictRejected, Code: wire.CodeConflict}}})
	check()
	// What was put aside and is at the hub all the same is at the hub.
	Accept(t, o, rejected.ID)
	wantState(t, o, rejected.ID, wire.StateAtHub, "")
}

func testWords(t *testing.T, o outbox.Outbox) {
	a, b := Request(10), Request(10)
	Commit(t, o, a, b)
	Accept(t, o, a.ID)
	apply(t, o, word(a.ID, wire.StateOpened, "", 1000))
	wantState(t, o, a.ID, wire.StateOpened, "")
	apply(t, o, word(a.ID, wire.StateNeedsSomething, wire.CodeMissing, 3000))
	wantState(t, o, a.ID, wire.StateNeedsSomething, wire.CodeMissing)
	apply(t, o, word(a.ID, wire.StateDecided, wire.CodeGranted, 2000)) // late: older than the last
	wantState(t, o, a.ID, wire.StateNeedsSomething, wire.CodeMissing)
	apply(t, o, word(a.ID, wire.StateDecided, wire.CodeGranted, 4000))
	apply(t, o, word(a.ID, wire.StateOpened, "", 5000)) // takes nothing back
	wantState(t, o, a.ID, wire.StateDecided, wire.CodeGranted)
	apply(t, o, word(a.ID, wire.StateSaved, "", 6000)) // no office's word
	wantState(t, o, a.ID, wire.StateDecided, wire.CodeGranted)
	// An acknowledgement after a word changes nothing; a word without one says that
	// the hub had it.
	Accept(t, o, a.ID)
	wantState(t, o, a.ID, wire.StateDecided, wire.CodeGranted)
	apply(t, o, word(b.ID, wire.StateOpened, "", 1000))
	wantState(t, o, b.ID, wire.StateOpened, "")
	if got := PendingIDs(t, o, outbox.Want{}); len(got) != 0 {
		t.Errorf("what an office opened is pending:%s", describe(got))
	}
	apply(t, o, word(ID(), wire.StateOpened, "", 1000)) // of no item here
}

func testCursor(t *testing.T, o outbox.Outbox) {
	for _, step := range []struct{ apply, want uint64 }{{0, 0}, {7, 7}, {3, 7}, {0, 7}, {8, 8}} {
		apply(t, o, outbox.Effects{Cursor: step.apply})
		if got, err := o.Cursor(ctx); got != step.want || err != nil {
			t.Errorf("after cursor %d it stands at %d, %v, want %d", step.apply, got, err, step.want)
		}
	}
}

func testPutAside(t *testing.T, o outbox.Outbox) {
	bad, good, sent := Request(10), Request(10), Request(10)
	Commit(t, o, bad, good, sent)
	Accept(t, o, sent.ID)
	for _, id := range ids(bad, sent) {
		if err := o.PutAside(ctx, id, wire.CodeMalformed); err != nil {
			t.Fatal(err)
		}
	}
	wantState(t, o, bad.ID, wire.StatePutAside, wire.CodeMalformed)
	wantState(t, o, sent.ID, wire.StateAtHub, "")
	if got := PendingIDs(t, o, outbox.Want{}); !slices.Equal(got, ids(good)) {
		t.Errorf("pending:%s", describe(got))
	}
	if err := o.PutAside(ctx, ID(), "x"); !errors.Is(err, outbox.ErrNotFound) {
		t.Errorf("an unknown item: %v, want ErrNotFound", err)
	}
	if removed, err := o.Prune(ctx, later()); err != nil || len(removed) != 1 {
		t.Errorf("pruned %v, %v, want the sent one only: what is put aside waits for a person", removed, err)
	}
}

func testSending(t *testing.T, o outbox.Outbox) {
	a, b := Request(10), Request(10)
	Commit(t, o, a, b)
	release := o.MarkSending(ids(a, b))
	again := o.MarkSending(ids(a))
	wantState(t, o, a.ID, wire.StateSending, "")
	Accept(t, o, b.ID)
	wantState(t, o, b.ID, wire.StateAtHub, "")
	release()
	release() // twice is as once
	wantState(t, o, a.ID, wire.StateSending, "")
	again()
	wantState(t, o, a.ID, wire.StateSaved, "")
	if s, err := o.Summary(ctx); err != nil || s.Unsent != 1 {
		t.Errorf("unsent %d, %v, want 1", s.Unsent, err)
	}
}

func testFolios(t *testing.T, o outbox.Outbox) {
	request := Request(10)
	decision := Item(wire.KindDecision, 10)
	decision.Folio = request.Folio
	Commit(t, o, request, decision)
	correction := Amendment(wire.KindCorrection, request)
	Commit(t, o, correction)
	if e, err := o.FindFolio(ctx, request.Folio); err != nil || e.Header.ID != request.ID || e.State != wire.StateSaved {
		t.Errorf("the folio is found as %+v, %v", e, err)
	}
	unused := Folio()
	if _, err := o.FindFolio(ctx, unused); !errors.Is(err, outbox.ErrNotFound) {
		t.Errorf("an unused folio: %v, want ErrNotFound", err)
	}
	for folio, want := range map[wire.Folio]bool{request.Folio: true, unused: false, "": false} {
		if used, err := o.FolioUsed(ctx, folio); used != want || err != nil {
			t.Errorf("folio %q used: %v, %v, want %v", folio, used, err, want)
		}
	}
	Accept(t, o, request.ID, decision.ID, correction.ID)
	if removed, err := o.Prune(ctx, later()); err != nil || len(removed) != 3 {
		t.Fatalf("pruned %v, %v", removed, err)
	}
	if used, err := o.FolioUsed(ctx, request.Folio); !used || err != nil {
		t.Errorf("after pruning the folio is used: %v, %v", used, err)
	}
	if _, err := o.FindFolio(ctx, request.Folio); !errors.Is(err, outbox.ErrNotFound) {
		t.Errorf("a pruned folio: %v, want ErrNotFound", err)
	}
	again := Request(10)
	again.Folio = request.Folio
	if _, err := o.Commit(ctx, outbox.Change{Items: []wire.Item{again}}); !errors.Is(err, outbox.ErrExists) {
		t.Errorf("a folio given twice: %v, want ErrExists", err)
	}
}
