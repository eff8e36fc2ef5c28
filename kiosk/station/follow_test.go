package station

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"chasqui/kiosk"
	"chasqui/sync/client"
	"chasqui/sync/outbox"
	"chasqui/sync/wire"
)

// Guards folio and code: one answer for every wrong guess, the same steps, and a
// lock that outlives a restart.
func TestGuessingAtFoliosIsSlow(t *testing.T) {
	b := newBench(t)
	r := b.submit(b.visit())
	wrongCode := "000000"
	if r.Code() == wrongCode {
		wrongCode = "000001"
	}
	unknown, err := wire.NewFolio("K7M", bytes.NewReader(make([]byte, 16)))
	if err != nil {
		t.Fatal(err)
	}
	guess := func(folio, typed string) (kiosk.ProblemCode, time.Duration) {
		t.Helper()
		_, err := b.station.Follow(folio, typed)
		var problem *kiosk.Problem
		if !errors.As(err, &problem) {
			t.Fatalf("%q, %q: %v", folio, typed, err)
		}
		return problem.Code, problem.Wait
	}
	// What can be neither a folio nor a code is no guess.
	for range 20 {
		for _, typed := range [][2]string{{"", ""}, {"K7M", r.Code()}, {r.Folio().String(), "12"}, {strings.Repeat("9", 500), "482913"}} {
			if code, wait := guess(typed[0], typed[1]); code != kiosk.ProblemUnknownFolio || wait != 0 {
				t.Fatalf("%q: %s, %s", typed, code, wait)
			}
		}
	}
	for _, typed := range [][2]string{{string(unknown), r.Code()}, {r.Folio().String(), wrongCode}, {string(unknown), wrongCode}, {r.Folio().String(), wrongCode}} {
		if code, wait := guess(typed[0], typed[1]); code != kiosk.ProblemUnknownFolio || wait != 0 {
			t.Fatalf("%q: %s, %s", typed, code, wait)
		}
		b.follow(r) // a right one forgives nothing
	}
	if code, wait := guess(string(unknown), wrongCode); code != kiosk.ProblemWait || wait != firstLock {
		t.Errorf("the fifth: %s, %s, want to wait %s", code, wait, firstLock)
	}
	b.now = b.now.Add(20 * time.Second)
	b.open()
	if code, wait := guess(r.Folio().String(), r.Code()); code != kiosk.ProblemWait || wait != 40*time.Second {
		t.Errorf("after a restart: %s, %s: pulling the plug must buy nothing", code, wait)
	}
	b.now = b.now.Add(40 * time.Second)
	if f := b.follow(r); f.ID != r.ID() || f.State != wire.StateSaved || f.Service != "certificado-residencia" || f.Unit != "atencion" || !f.Open() {
		t.Errorf("followed %+v", f)
	}
	for n := range wrongBeforeLock {
		if _, wait := guess(string(unknown), wrongCode); (n == wrongBeforeLock-1) != (wait == 2*firstLock) {
			t.Errorf("wrong guess %d locks for %s", n+1, wait)
		}
	}
	b.now = b.now.Add(2 * time.Hour)
	for range wrongBeforeLock - 1 {
		if code, _ := guess(string(unknown), wrongCode); code != kiosk.ProblemUnknownFolio {
			t.Errorf("hours later: %s", code)
		}
	}
	if _, wait := guess(string(unknown), wrongCode); wait != firstLock {
		t.Errorf("hours later it locks for %s, want %s again", wait, firstLock)
	}
	memo, err := b.outbox.Memo(t.Context(), memoGuesses)
	if err != nil || bytes.Contains(memo, []byte(unknown)) || bytes.Contains(memo, []byte(wrongCode)) {
		t.Errorf("the memo holds what was typed: %s, %v", memo, err)
	}
}

// Guards the age of what is told: how long nothing was heard is known also after a
// restart without a network.
func TestFollowingTellsWhenTheHubWasHeard(t *testing.T) {
	b := newBench(t)
	r := b.submit(b.visit())
	earlier, now := b.now.Add(-48*time.Hour), b.now.Add(-time.Minute)
	for _, c := range []struct {
		link client.Link
		want time.Time
	}{{client.Link{}, time.Time{}}, {client.Link{HubTime: earlier}, earlier}, {client.Link{HubTime: earlier, LastHeard: now}, now}} {
		b.link.heard = c.link
		if f := b.follow(r); !f.Heard.Equal(c.want) {
			t.Errorf("with %+v it was heard at %s, want %s", c.link, f.Heard, c.want)
		}
	}
}

func TestAPrunedRequestIsNotHereAnyMore(t *testing.T) {
	b := newBench(t)
	r := b.submit(b.visit())
	if err := b.outbox.Apply(t.Context(), outbox.Effects{Acks: []wire.Ack{{ID: r.ID(), Verdict: wire.VerdictAccepted}}}); err != nil {
		t.Fatal(err)
	}
	f := b.follow(r)
	if f.State != wire.StateAtHub {
		t.Errorf("followed %+v", f)
	}
	b.now = b.now.Add(outbox.Grace + time.Hour)
	if _, err := b.outbox.Prune(t.Context(), b.now); err != nil {
		t.Fatal(err)
	}
	if _, err := b.station.Follow(r.Folio().String(), r.Code()); code(err) != kiosk.ProblemUnknownFolio {
		t.Errorf("followed: %v", err)
	}
	if err := b.station.Withdraw(t.Context(), kiosk.NewSession("w", "es", kiosk.Looks{}, b.now), f); code(err) != kiosk.ProblemClosed {
		t.Errorf("withdrawn: %v", err)
	}
}
