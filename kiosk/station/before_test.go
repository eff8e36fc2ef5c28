package station

import (
	"errors"
	"testing"

	"chasqui/kiosk"
	"chasqui/kiosk/flow"
	"chasqui/sync/outbox"
)

// Guards that nobody answers questions whose answers cannot be sealed here: what
// CanFile says before is what Submit would say at the end.
func TestWhetherAServiceCanBeFiledIsKnownBeforehand(t *testing.T) {
	b := newBench(t)
	if !b.station.CanFile("certificado-residencia") {
		t.Error("a service whose unit has keys here cannot be filed")
	}
	if b.station.CanFile("no-such-service") {
		t.Error("a service that is not in the catalogue can be filed")
	}
	session := b.visit()
	b.link.directory.Units = b.link.directory.Units[1:]
	var problem *kiosk.Problem
	if _, err := b.station.Submit(t.Context(), session); !errors.As(err, &problem) || problem.Code != kiosk.ProblemNoKeys {
		t.Fatalf("without keys it was filed: %v", err)
	}
	if b.station.CanFile("certificado-residencia") {
		t.Error("a service whose unit has no keys here can be filed")
	}
	b.link.directory.Units = nil
	if b.station.CanFile("certificado-residencia") {
		t.Error("without a directory a service can be filed")
	}
}

// Guards that a spoilt memo closes no kiosk: repetitions are forgotten, on the disk
// as well, and the page of folios is locked for as long as it ever is, so that
// nobody gains guesses by spoiling it.
func TestASpoiltMemoClosesNoKiosk(t *testing.T) {
	b := newBench(t)
	r := b.submit(b.ask(flow.DocumentRUN, "11111111-1", "Jose Perez"))
	spoilt := map[string][]byte{memoRepeats: {9}, memoGuesses: []byte("{")}
	if _, err := b.outbox.Commit(t.Context(), outbox.Change{Memos: spoilt}); err != nil {
		t.Fatal(err)
	}
	b.open()
	if memo := b.memo(memoRepeats); memo != nil {
		t.Errorf("%d bytes that nobody can read are kept", len(memo))
	}
	var problem *kiosk.Problem
	if _, err := b.station.Follow(r.Folio().String(), r.Code()); !errors.As(err, &problem) || problem.Code != kiosk.ProblemWait || problem.Wait != longestLock {
		t.Errorf("the page of folios is open: %v", err)
	}
	b.now = b.now.Add(longestLock)
	if _, err := b.station.Follow(r.Folio().String(), r.Code()); err != nil {
		t.Errorf("after the lock: %v", err)
	}
}
