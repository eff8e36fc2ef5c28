package outboxtest

import (
	"errors"
	"slices"
	"testing"

	"chasqui/sync/outbox"
	"chasqui/sync/wire"
)

// Guards what a citizen is told: that they took a request back, from the moment
// that the withdrawal is on the disk and whatever comes after it. Both are sent
// all the same; without that an office would go on with what was taken back.
func testWithdrawn(t *testing.T, o outbox.Outbox) {
	kept, taken := Request(10), Request(10)
	Commit(t, o, kept, taken)
	correction, first := Amendment(wire.KindCorrection, taken), Amendment(wire.KindWithdrawal, taken)
	Commit(t, o, correction)
	wantState(t, o, taken.ID, wire.StateSaved, "")
	Commit(t, o, first)
	check := func(own wire.State) {
		t.Helper()
		wantState(t, o, taken.ID, wire.StateWithdrawn, wire.CodeCitizenAsked)
		wantState(t, o, first.ID, own, "")
		wantState(t, o, kept.ID, wire.StateSaved, "")
		if e, err := o.FindFolio(ctx, taken.Folio); err != nil || e.Header.ID != taken.ID || e.State != wire.StateWithdrawn {
			t.Errorf("by its folio it is %+v, %v", e, err)
		}
	}
	check(wire.StateSaved)
	if got := PendingIDs(t, o, outbox.Want{}); !slices.Equal(got, ids(first, kept, taken, correction)) {
		t.Errorf("pending:%s, want the withdrawal and then all the others", describe(got))
	}
	s, err := o.Summary(ctx)
	if err != nil || s.UnsentRequests != 4 || s.Unsent != 4 {
		t.Errorf("%d requests and amendments of %d items are unsent, %v, want 4", s.UnsentRequests, s.Unsent, err)
	}
	// A second one changes nothing of what the first said.
	e, err := o.Get(ctx, taken.ID)
	if err != nil {
		t.Fatal(err)
	}
	Commit(t, o, Amendment(wire.KindWithdrawal, taken))
	if again, err := o.Get(ctx, taken.ID); err != nil || again.State != e.State || !again.Changed.Equal(e.Changed) {
		t.Errorf("after a second withdrawal %+v, %v, want %+v", again, err, e)
	}
	release := o.MarkSending(ids(taken))
	check(wire.StateSaved)
	release()
	Accept(t, o, taken.ID, first.ID)
	check(wire.StateAtHub)
	for at, state := range []wire.State{wire.StateOpened, wire.StateDecided, wire.StateNeedsSomething, wire.StateRefused} {
		apply(t, o, word(taken.ID, state, "", int64(at+1)))
		check(wire.StateAtHub)
	}
}

// Guards against a withdrawal that reaches nobody and is believed to have.
func testWithdrawalAside(t *testing.T, o outbox.Outbox) {
	request := Request(10)
	withdrawal := Amendment(wire.KindWithdrawal, request)
	Commit(t, o, request, withdrawal)
	Accept(t, o, request.ID)
	apply(t, o, outbox.Effects{Acks: []wire.Ack{{ID: withdrawal.ID, Verdict: wire.VerdictRejected, Code: wire.CodeConflict}}})
	wantState(t, o, request.ID, wire.StatePutAside, wire.CodeConflict)
	Accept(t, o, withdrawal.ID) // it went through after all
	wantState(t, o, request.ID, wire.StateWithdrawn, wire.CodeCitizenAsked)
}

// Guards the word "withdrawn" for as long as there is a request to say it of: a
// request goes in its own time, and what amends it not before.
func testPruneAmendments(t *testing.T, o outbox.Outbox) {
	request, other := Request(10), Request(10)
	withdrawal, late := Amendment(wire.KindWithdrawal, request), Amendment(wire.KindCorrection, other)
	Commit(t, o, request, other, withdrawal, late)
	Accept(t, o, withdrawal.ID)
	if removed, err := o.Prune(ctx, later()); err != nil || len(removed) != 0 {
		t.Fatalf("pruned %v, %v: the request is still here and would no longer be withdrawn", removed, err)
	}
	wantState(t, o, request.ID, wire.StateWithdrawn, wire.CodeCitizenAsked)
	Accept(t, o, request.ID, other.ID)
	removed, err := o.Prune(ctx, later())
	if err != nil || len(removed) != 3 || removed[0].ID != request.ID || removed[1].ID != other.ID || removed[2].ID != withdrawal.ID || removed[2].Kind != wire.KindWithdrawal {
		t.Fatalf("pruned %v, %v, want both requests and then the withdrawal", removed, err)
	}
	// A correction that nobody has yet stays although its request is gone.
	wantState(t, o, late.ID, wire.StateSaved, "")
	if _, err := o.FindFolio(ctx, other.Folio); !errors.Is(err, outbox.ErrNotFound) {
		t.Errorf("the folio of a pruned request with an amendment: %v, want ErrNotFound", err)
	}
	Accept(t, o, late.ID)
	if removed, err := o.Prune(ctx, later()); err != nil || len(removed) != 1 || removed[0].ID != late.ID {
		t.Errorf("pruned %v, %v, want the correction", removed, err)
	}
}
