package storetest

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"chasqui/hub"
	"chasqui/hub/store"
	"chasqui/sync/wire"
)

func deliveries(t *testing.T, s store.Store) {
	k, far := Enrol(t, s, Office, "a"), Enrol(t, s, Elsewhere, "b")
	var sent []hub.Arrival
	for range 5 {
		sent = append(sent, k.Request(t, "atencion"))
	}
	k.Send(t, s, append(sent, k.Request(t, "social"))...)
	far.Send(t, s, far.Request(t, "atencion"))

	pull := func(after uint64, maxItems, maxBytes, want int, wantMore bool) {
		t.Helper()
		items, more, err := s.Deliveries(t.Context(), Municipality, "atencion", after, maxItems, maxBytes)
		if err != nil || len(items) != want || more != wantMore {
			t.Fatalf("after %d: %d items, more %v, %v; want %d, %v", after, len(items), more, err, want, wantMore)
		}
		for i, d := range items {
			of := sent[int(after)+i] // #nosec G115 -- small
			if d.Number != after+uint64(i)+1 || d.ID != of.Item.ID || !bytes.Equal(d.Bytes, of.Bytes) {
				t.Errorf("delivery %d is %s", d.Number, d.ID)
			}
		}
	}
	pull(0, 10, 1<<20, 5, false)
	pull(0, 5, 1<<20, 5, false)
	pull(0, 4, 1<<20, 4, true)
	pull(4, 4, 1<<20, 1, false)
	pull(5, 4, 1<<20, 0, false)
	pull(0, 10, 1, 1, true) // always at least one
	pull(0, 10, 2*len(sent[0].Bytes), 2, true)
	if items, _, err := s.Deliveries(t.Context(), Municipality, "nobody", 0, 10, 10); err != nil || len(items) != 0 {
		t.Errorf("an unknown unit: %d, %v", len(items), err)
	}
	if items, _, err := s.Deliveries(t.Context(), "CL/13", "atencion", 0, 10, 10); err != nil || len(items) != 0 {
		t.Errorf("a region's unit of the same name: %d, %v", len(items), err)
	}
}

func words(t *testing.T, s store.Store) {
	k, other := Enrol(t, s, Office, "a"), Enrol(t, s, Office, "b")
	request, second := k.Request(t, "atencion"), k.Request(t, "social")
	k.Send(t, s, request, second)
	got := must(s.Request(t.Context(), Office, request.Item.ID))(t)
	equal(t, "state", got.State, wire.StateAtHub)
	equal(t, "changed", got.Changed, got.Arrived)

	opened := Word(t, request.Item, wire.StateOpened, Start.Add(time.Minute))
	decided := Word(t, request.Item, wire.StateDecided, Start.Add(time.Hour))
	decided.Word.Reason = wire.CodeGranted
	third := Word(t, second.Item, wire.StateOpened, Start.Add(time.Minute))
	for _, w := range []hub.SaidWord{opened, decided, third} {
		if fresh, err := s.SaveWord(t.Context(), w); err != nil || !fresh {
			t.Fatalf("word: %v, %v", fresh, err)
		}
	}
	// Guards idempotency: an office that heard no answer says it again.
	for range 2 {
		if fresh, err := s.SaveWord(t.Context(), opened); err != nil || fresh {
			t.Fatalf("the same word: %v, %v", fresh, err)
		}
	}
	got = must(s.Request(t.Context(), Office, request.Item.ID))(t)
	equal(t, "state", got.State, wire.StateDecided)
	equal(t, "reason", got.Reason, wire.CodeGranted)
	equal(t, "changed", got.Changed, Start.Add(time.Hour))

	list, cursor, more, err := s.Words(t.Context(), Office, k.ID, 0, 2)
	if err != nil || len(list) != 2 || !more || cursor != 2 || !bytes.Equal(list[0].Body, opened.Statement.Body) || !bytes.Equal(list[1].Signature, decided.Statement.Signature) {
		t.Fatalf("words: %d, cursor %d, more %v, %v", len(list), cursor, more, err)
	}
	list, cursor, more, err = s.Words(t.Context(), Office, k.ID, cursor, 2)
	if err != nil || len(list) != 1 || more || cursor != 3 {
		t.Fatalf("the rest: %d, cursor %d, more %v, %v", len(list), cursor, more, err)
	}
	list, cursor, _, err = s.Words(t.Context(), Office, k.ID, 3, 2)
	if err != nil || len(list) != 0 || cursor != 3 {
		t.Fatalf("nothing new: %d, cursor %d, %v", len(list), cursor, err)
	}
	if list, _, _, err := s.Words(t.Context(), Office, other.ID, 0, 9); err != nil || len(list) != 0 {
		t.Fatalf("another kiosk's words: %d, %v", len(list), err)
	}
	equal(t, "history", len(must(s.History(t.Context(), Office, request.Item.ID))(t)), 2)
}

// Guards the order of states; without it a word that was held up on the way
// would turn "decided" back into "opened" on the citizen's page.
func lateWords(t *testing.T, s store.Store) {
	k := Enrol(t, s, Office, "a")
	request := k.Request(t, "atencion")
	k.Send(t, s, request)
	for _, w := range []hub.SaidWord{
		Word(t, request.Item, wire.StateDecided, Start.Add(2*time.Hour)),
		Word(t, request.Item, wire.StateNeedsSomething, Start.Add(time.Hour)), // late by its time
		Word(t, request.Item, wire.StateOpened, Start.Add(3*time.Hour)),       // late by what it says
	} {
		if fresh, err := s.SaveWord(t.Context(), w); err != nil || !fresh {
			t.Fatalf("word: %v, %v", fresh, err)
		}
	}
	equal(t, "state", must(s.Request(t.Context(), Office, request.Item.ID))(t).State, wire.StateDecided)
	list, _, _, err := s.Words(t.Context(), Office, k.ID, 0, 10)
	if err != nil || len(list) != 1 {
		t.Fatalf("the kiosk gets %d words, %v", len(list), err)
	}
	history := must(s.History(t.Context(), Office, request.Item.ID))(t)
	if len(history) != 3 || history[0].Late || !history[1].Late || !history[2].Late {
		t.Errorf("history: %+v", history)
	}
	// A decision can be changed.
	refused := Word(t, request.Item, wire.StateRefused, Start.Add(4*time.Hour))
	if _, err := s.SaveWord(t.Context(), refused); err != nil {
		t.Fatal(err)
	}
	// An office's clock that ran ahead makes nothing late that is said afterwards.
	ahead := Word(t, request.Item, wire.StateNeedsSomething, Start.AddDate(50, 0, 0))
	ahead.At = Start.Add(5 * time.Hour)
	if _, err := s.SaveWord(t.Context(), ahead); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SaveWord(t.Context(), Word(t, request.Item, wire.StateDecided, Start.Add(6*time.Hour))); err != nil {
		t.Fatal(err)
	}
	equal(t, "state at the end", must(s.Request(t.Context(), Office, request.Item.ID))(t).State, wire.StateDecided)
}

// Guards the true word after a failure: an office that could not open a request,
// and then found its key, says "opened" later; without the exception the citizen
// would be told for ever that it cannot be opened.
func openedAfterAll(t *testing.T, s store.Store) {
	k := Enrol(t, s, Office, "a")
	request := k.Request(t, "atencion")
	k.Send(t, s, request)
	cannot := Word(t, request.Item, wire.StateNeedsSomething, Start)
	cannot.Word.Reason = wire.CodeOfficeCannot
	for _, w := range []hub.SaidWord{cannot, Word(t, request.Item, wire.StateOpened, Start.Add(time.Hour))} {
		if _, err := s.SaveWord(t.Context(), w); err != nil {
			t.Fatal(err)
		}
	}
	got := must(s.Request(t.Context(), Office, request.Item.ID))(t)
	equal(t, "state", got.State, wire.StateOpened)
	equal(t, "reason", got.Reason, "")
	if list, _, _, err := s.Words(t.Context(), Office, k.ID, 0, 10); err != nil || len(list) != 2 {
		t.Errorf("the kiosk gets %d words, %v", len(list), err)
	}
}

// Guards routing; without it one unit could answer another's citizens.
func foreignWords(t *testing.T, s store.Store) {
	k := Enrol(t, s, Office, "a")
	request := k.Request(t, "atencion")
	made := k.Decision(t, request.Item, wire.AnswerAccepted)
	k.Send(t, s, request, made)
	for name, spoil := range map[string]func(*wire.Word){
		"another unit":         func(w *wire.Word) { w.Unit = "social" },
		"another municipality": func(w *wire.Word) { w.Municipality = "CL/13/131010" },
		"another folio":        func(w *wire.Word) { w.Folio = "A00000000000" },
		"no such request":      func(w *wire.Word) { w.Item[0]++ },
		"not a request":        func(w *wire.Word) { w.Item = made.Item.ID },
	} {
		w := Word(t, request.Item, wire.StateDecided, Start)
		spoil(&w.Word)
		if _, err := s.SaveWord(t.Context(), w); !errors.Is(err, hub.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	equal(t, "state", must(s.Request(t.Context(), Office, request.Item.ID))(t).State, wire.StateAtHub)
	equal(t, "history", len(must(s.History(t.Context(), Office, request.Item.ID))(t)), 0)
}

// Guards the status page; without the comparison a folio, which is shown and
// read aloud, would be enough.
func lookup(t *testing.T, s store.Store) {
	k := Enrol(t, s, Office, "a")
	request := k.Request(t, "atencion")
	folio := request.Item.Folio
	k.Send(t, s, request)
	got := must(s.Lookup(t.Context(), hub.World, folio, Code))(t)
	equal(t, "standing", got, hub.Standing{State: wire.StateAtHub, Changed: got.Changed, Service: request.Item.Service, Language: "es", Office: Office})
	if got.Changed.IsZero() {
		t.Error("no time of change")
	}
	unknown := k.Request(t, "atencion").Item.Folio
	var wrong []string
	for _, guess := range []struct {
		folio wire.Folio
		code  string
	}{{folio, "482914"}, {folio, ""}, {unknown, Code}, {"", ""}, {"A00", Code}} {
		_, err := s.Lookup(t.Context(), hub.World, guess.folio, guess.code)
		if !errors.Is(err, hub.ErrNotFound) {
			t.Fatalf("%v: %v", guess, err)
		}
		wrong = append(wrong, err.Error())
	}
	for _, words := range wrong {
		equal(t, "the answer to a wrong guess", words, wrong[0])
	}
	w := Word(t, request.Item, wire.StateNeedsSomething, Start.Add(time.Minute))
	w.Word.Reason = wire.CodeMissing
	if _, err := s.SaveWord(t.Context(), w); err != nil {
		t.Fatal(err)
	}
	got = must(s.Lookup(t.Context(), hub.World, folio, Code))(t)
	equal(t, "state", got.State, wire.StateNeedsSomething)
	equal(t, "reason", got.Reason, wire.CodeMissing)
	equal(t, "changed", got.Changed, Start.Add(time.Minute))
}

// Guards that a code enrols one key; without it a code that was overheard would
// enrol a second kiosk.
func codes(t *testing.T, s store.Store) {
	first := Enrol(t, s, Office, "first")
	hash := wire.DigestOf([]byte("first"))
	again, err := s.Enrol(t.Context(), hub.Enrolling{Hash: hash, Key: first.Key, StatusKey: make([]byte, 32), At: Start})
	if err != nil || again.ID != first.ID || !bytes.Equal(again.StatusKey, first.StatusKey) {
		t.Fatalf("the same key again: %+v, %v", again, err)
	}
	second := Enrol(t, s, Office, "second")
	if second.ID == first.ID || second.FolioPrefix == first.FolioPrefix {
		t.Errorf("two kiosks called %s and %s", first.ID, second.ID)
	}
	for name, e := range map[string]hub.Enrolling{
		"another key":  {Hash: hash, Key: second.Key, StatusKey: make([]byte, 32), At: Start},
		"too late":     {Hash: hash, Key: first.Key, StatusKey: make([]byte, 32), At: Start.Add(2 * time.Hour)},
		"unknown code": {Hash: wire.DigestOf([]byte("x")), Key: first.Key, StatusKey: make([]byte, 32), At: Start},
	} {
		if _, err := s.Enrol(t.Context(), e); !errors.Is(err, hub.ErrCode) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := s.Revoke(t.Context(), Office, first.ID, Start); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Enrol(t.Context(), hub.Enrolling{Hash: hash, Key: first.Key, StatusKey: make([]byte, 32), At: Start}); !errors.Is(err, hub.ErrCode) {
		t.Errorf("a revoked kiosk enrols again: %v", err)
	}
	equal(t, "kiosks", len(must(s.Kiosks(t.Context(), Office))(t)), 2)
}

func closed(t *testing.T, s store.Store) {
	k := Enrol(t, s, Office, "a")
	if err := s.Health(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Exchange(t.Context(), k.Batch()); !errors.Is(err, hub.ErrClosed) {
		t.Errorf("a write: %v", err)
	}
	if _, err := s.Kiosks(t.Context(), Office); !errors.Is(err, hub.ErrClosed) {
		t.Errorf("a read: %v", err)
	}
	if err := s.Health(t.Context()); err == nil {
		t.Error("a closed store is healthy")
	}
}
