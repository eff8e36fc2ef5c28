package storetest

import (
	"testing"
	"time"

	"chasqui/hub"
	"chasqui/hub/store"
	"chasqui/sync/wire"
)

// standing looks a request up as the citizen does.
func standing(t *testing.T, s store.Store, it wire.Item) hub.Standing {
	t.Helper()
	return must(s.Lookup(t.Context(), hub.World, it.Folio, Code))(t)
}

// Guards promise 2 for what is about a request: once each, sealed bytes unchanged,
// before or after the request that it is about.
func amendments(t *testing.T, s store.Store) {
	k := Enrol(t, s, Office, "a")
	request := k.Request(t, "social")
	correction, addition := k.Amend(t, wire.KindCorrection, request.Item), k.Amend(t, wire.KindAddition, request.Item)
	got, _ := k.Send(t, s, addition)
	verdicts(t, got, accepted)
	got, stored := k.Send(t, s, request, correction, addition, correction)
	verdicts(t, got, accepted, accepted, duplicate, duplicate)
	equal(t, "high water", stored.HighWater, 3)
	items, _, err := s.Deliveries(t.Context(), Municipality, "social", 0, 10, 1<<20)
	if err != nil || len(items) != 3 || string(items[0].Bytes) != string(addition.Bytes) || string(items[2].Bytes) != string(correction.Bytes) {
		t.Fatalf("%d deliveries, %v", len(items), err)
	}
	// They move nothing, are no requests of their own, and no folio's.
	equal(t, "state", standing(t, s, request.Item).State, wire.StateAtHub)
	totals := must(s.Totals(t.Context(), Office))(t)
	equal(t, "requests", totals.Requests, 1)
	equal(t, "folios", totals.Folios, 1)
	equal(t, "corrections", totals.Items[wire.KindCorrection], 1)
	if _, err := s.Request(t.Context(), Office, correction.Item.ID); err == nil {
		t.Error("a correction is found as a request")
	}
	// Nobody can say a word of an amendment.
	if _, err := s.SaveWord(t.Context(), Word(t, correction.Item, wire.StateDecided, Start)); err == nil {
		t.Error("a word about a correction was taken")
	}
	// Other bytes under the same id are a conflict, as with any item.
	other := correction.Item
	other.Body = []byte("another body")
	got, _ = k.Send(t, s, Finish(t, other))
	verdicts(t, got, rejected)
}

// Guards "withdrawn" on the status page: whichever of request, withdrawal and
// words comes first, and however often, nothing brings the request back.
func withdrawals(t *testing.T, s store.Store) {
	k := Enrol(t, s, Office, "a")
	check := func(what string, it wire.Item) {
		t.Helper()
		got := standing(t, s, it)
		if got.State != wire.StateWithdrawn || got.Reason != wire.CodeCitizenAsked || got.Changed.IsZero() {
			t.Errorf("%s: the citizen reads %+v", what, got)
		}
		r := must(s.Request(t.Context(), Office, it.ID))(t)
		if r.State != wire.StateWithdrawn || r.Reason != wire.CodeCitizenAsked {
			t.Errorf("%s: the board reads %+v", what, r)
		}
	}
	for name, order := range map[string]func(request, withdrawal hub.Arrival){
		"the request first":              func(r, w hub.Arrival) { k.Send(t, s, r); k.Send(t, s, w) },
		"the withdrawal first":           func(r, w hub.Arrival) { k.Send(t, s, w); k.Send(t, s, r) },
		"in one batch":                   func(r, w hub.Arrival) { k.Send(t, s, w, r) },
		"each twice":                     func(r, w hub.Arrival) { k.Send(t, s, w, w); k.Send(t, s, r, w, r) },
		"opened before it was withdrawn": func(r, w hub.Arrival) { k.Send(t, s, r); said(t, s, r.Item, wire.StateOpened, 0); k.Send(t, s, w) },
		"decided before it was withdrawn": func(r, w hub.Arrival) {
			k.Send(t, s, r)
			said(t, s, r.Item, wire.StateOpened, 0)
			said(t, s, r.Item, wire.StateDecided, 1)
			k.Send(t, s, w)
		},
	} {
		request := k.Request(t, "social")
		withdrawal := k.Amend(t, wire.KindWithdrawal, request.Item)
		order(request, withdrawal)
		check(name, request.Item)
		first := standing(t, s, request.Item).Changed
		for n, state := range []wire.State{wire.StateOpened, wire.StateDecided, wire.StateRefused, wire.StateNeedsSomething} {
			said(t, s, request.Item, state, n+3)
			check(name+", then "+string(state), request.Item)
		}
		// A second one changes nothing of when it was.
		k.Send(t, s, k.Amend(t, wire.KindWithdrawal, request.Item))
		equal(t, name+": when", standing(t, s, request.Item).Changed, first)
		opened := false
		for _, said := range must(s.History(t.Context(), Office, request.Item.ID))(t) {
			opened = opened || said.State == wire.StateOpened
		}
		equal(t, name+": opened is kept", opened, true)
	}
	// The control: one that nobody withdrew.
	kept := k.Request(t, "social")
	k.Send(t, s, kept)
	equal(t, "kept", standing(t, s, kept.Item).State, wire.StateAtHub)
	totals := must(s.Totals(t.Context(), Office))(t)
	equal(t, "withdrawn", totals.States[wire.StateWithdrawn], 6)
	equal(t, "aside", totals.PutAside, 0)
}

func said(t *testing.T, s store.Store, it wire.Item, state wire.State, minutes int) {
	t.Helper()
	if _, err := s.SaveWord(t.Context(), Word(t, it, state, Start.Add(time.Duration(minutes)*time.Minute))); err != nil {
		t.Fatal(err)
	}
}

// Guards citizens against each other's kiosks: whoever has a kiosk's key can amend
// what it filed, and nothing else.
func foreignAmendments(t *testing.T, s store.Store) {
	k, thief := Enrol(t, s, Office, "a"), Enrol(t, s, Office, "b")
	request, early := k.Request(t, "social"), k.Request(t, "social")
	k.Send(t, s, request)
	foreign := func(kind wire.Kind, of wire.Item, change func(*wire.Item)) hub.Arrival {
		it := thief.Amend(t, kind, of).Item
		if change != nil {
			change(&it)
		}
		return Finish(t, it)
	}
	for _, kind := range wire.Amendments() {
		got, stored := thief.Send(t, s, foreign(kind, request.Item, nil))
		verdicts(t, got, rejected)
		equal(t, "code", stored.Acks[0].Code, wire.CodeConflict)
	}
	// Before the request came nothing is known against it; it moves nothing then.
	first := foreign(wire.KindWithdrawal, early.Item, nil)
	got, _ := thief.Send(t, s, first)
	verdicts(t, got, accepted)
	k.Send(t, s, early)
	got, _ = thief.Send(t, s, first)
	verdicts(t, got, duplicate)
	for _, it := range []wire.Item{request.Item, early.Item} {
		equal(t, "state", standing(t, s, it).State, wire.StateAtHub)
	}
	// Nor does the kiosk itself withdraw one request by another's name.
	other := k.Request(t, "social")
	k.Send(t, s, other)
	for name, change := range map[string]func(*wire.Item){
		"another folio":  func(it *wire.Item) { it.Folio = other.Item.Folio },
		"another unit":   func(it *wire.Item) { it.Unit = "atencion" },
		"what is itself": func(it *wire.Item) { it.Parent = k.sent(t, s, request.Item) },
	} {
		it := k.Amend(t, wire.KindWithdrawal, request.Item).Item
		change(&it)
		got, _ := k.Send(t, s, Finish(t, it))
		if got[0] != rejected {
			t.Errorf("%s: %s", name, got[0])
		}
	}
	for _, it := range []wire.Item{request.Item, early.Item, other.Item} {
		equal(t, "state", standing(t, s, it).State, wire.StateAtHub)
	}
	// The kiosk that filed it can.
	k.Send(t, s, k.Amend(t, wire.KindWithdrawal, early.Item))
	equal(t, "state", standing(t, s, early.Item).State, wire.StateWithdrawn)
}

// sent stores a correction of a request and returns its id: an amendment of an
// amendment is none.
func (k *Kiosk) sent(t *testing.T, s store.Store, of wire.Item) wire.ID {
	t.Helper()
	a := k.Amend(t, wire.KindCorrection, of)
	k.Send(t, s, a)
	return a.Item.ID
}
