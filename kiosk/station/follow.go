package station

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"chasqui/kiosk"
	"chasqui/sync/outbox"
	"chasqui/sync/wire"
)

// noFolio and noCode stand in for what can be no folio or code, so that whatever
// was typed takes the same steps. No kiosk's folio begins with a digit.
var noFolio, noCode = func() (wire.Folio, string) {
	folio, err := wire.NewFolio("000", strings.NewReader(strings.Repeat("\x00", 16)))
	if err != nil {
		panic("station: " + err.Error()) // for a prefix that is none
	}
	return folio, "000000"
}()

// Follow implements kiosk.Station. A folio that is not here, a code that does not
// go with it and both at once take the same steps and get the same answer. A wrong
// guess is on the disk before it is answered, so that pulling the plug buys nobody
// more of them. What can be no folio or no code is no guess: its check character
// or its length says so to everybody.
func (s *Station) Follow(typedFolio, typedCode string) (kiosk.Followed, error) {
	if wait := s.guesses.wait(s.Now()); wait > 0 {
		return kiosk.Followed{}, &kiosk.Problem{Code: kiosk.ProblemWait, Wait: wait}
	}
	folio, folioErr := wire.ParseFolio(typedFolio)
	code, codeErr := wire.ParseShortCode(typedCode)
	if folioErr != nil {
		folio = noFolio
	}
	if codeErr != nil {
		code = noCode
	}
	entry, err := s.cfg.Outbox.FindFolio(context.Background(), folio)
	if err != nil && !errors.Is(err, outbox.ErrNotFound) {
		return kiosk.Followed{}, &kiosk.Problem{Code: kiosk.ProblemDisk, Err: err}
	}
	known := err == nil
	hash := entry.Header.CodeHash
	if !known {
		hash = make([]byte, len(wire.Digest{}))
	}
	fits := s.fits(hash, folio, code)
	if folioErr != nil || codeErr != nil {
		return kiosk.Followed{}, &kiosk.Problem{Code: kiosk.ProblemUnknownFolio}
	}
	if !known || !fits {
		wait := s.guesses.wrong(s.Now())
		if err := s.keepGuesses(); err != nil {
			s.cfg.Log.Error("the wrong guesses at a folio cannot be kept", "error", err)
		}
		if wait > 0 {
			return kiosk.Followed{}, &kiosk.Problem{Code: kiosk.ProblemWait, Wait: wait}
		}
		return kiosk.Followed{}, &kiosk.Problem{Code: kiosk.ProblemUnknownFolio}
	}
	return s.followed(context.Background(), entry, code)
}

// fits reports, in constant time, whether a code has the hash.
func (s *Station) fits(hash []byte, folio wire.Folio, code string) bool {
	return subtle.ConstantTimeCompare(wire.HashShortCode(s.cfg.Identity.StatusKey, folio, code), hash) == 1
}

// followed says what is known here of a request.
func (s *Station) followed(ctx context.Context, e outbox.Entry, code string) (kiosk.Followed, error) {
	link := s.cfg.Link.Link()
	heard := link.LastHeard
	if heard.IsZero() {
		heard = link.HubTime // in an earlier run of the program
	}
	out := kiosk.Followed{
		ID: e.Header.ID, Folio: e.Header.Folio, Code: code, Service: e.Header.Service, Unit: e.Header.Unit,
		Created: e.Header.Created.Time(), State: e.State, Reason: e.Reason, Changed: e.Changed, Heard: heard,
	}
	amendments, err := s.cfg.Outbox.Entries(ctx, wire.Amendments()...)
	if err != nil {
		return kiosk.Followed{}, &kiosk.Problem{Code: kiosk.ProblemDisk, Err: err}
	}
	for _, a := range slices.Backward(amendments) { // oldest first
		if a.Header.Parent == e.Header.ID {
			out.Amended = append(out.Amended, kiosk.Amended{Kind: a.Header.Kind, State: a.State, At: a.Header.Created.Time()})
		}
	}
	return out, nil
}

// memoGuesses holds the wrong guesses at folios and codes.
const memoGuesses = "station/guesses"

func (s *Station) keepGuesses() error {
	state, err := s.guesses.state()
	if err != nil {
		return err
	}
	_, err = s.cfg.Outbox.Commit(context.Background(), outbox.Change{Memos: map[string][]byte{memoGuesses: state}})
	return err
}

// restoreGuesses takes up the wrong guesses where they were. If they cannot be read,
// the page is closed for as long as it ever is, and everything else opens: whoever
// spoils them is not to gain by it, nor is everybody else to lose.
func (s *Station) restoreGuesses(ctx context.Context) error {
	state, err := s.cfg.Outbox.Memo(ctx, memoGuesses)
	if err != nil || state == nil {
		return err
	}
	if err := s.guesses.restore(state); err != nil {
		s.cfg.Log.Error("the page of folios stays closed for a while", "error", err)
		s.guesses.close(s.Now(), longestLock)
	}
	return nil
}

// The lock after wrong guesses at folios.
const (
	// wrongBeforeLock wrong guesses, none longer than forgiveAfter after the one
	// before, close the page for firstLock; each further time doubles it, up to
	// longestLock. A right guess forgives nothing: whoever has a receipt of their own
	// could otherwise guess at others' for ever. At best that leaves a hundred guesses
	// a day at a code of a million.
	wrongBeforeLock = 5
	firstLock       = time.Minute
	longestLock     = 15 * time.Minute
	forgiveAfter    = time.Hour
)

// guesses counts wrong guesses on this kiosk, at whichever folio.
type guesses struct {
	mu           sync.Mutex
	wrongs       int // since the last lock
	locks        int
	last, closed time.Time
	lock         time.Duration
}

// wait returns how long the page stays locked; zero when one may guess.
func (g *guesses) wait(now time.Time) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.rest(now)
}

// rest is wait with mu held. A clock that stands before the moment at which the
// lock began has jumped back: it then begins anew, or it might last for years.
func (g *guesses) rest(now time.Time) time.Duration {
	if g.lock == 0 {
		return 0
	}
	since := now.Sub(g.closed)
	if since < 0 {
		g.closed, since = now, 0
	}
	if since >= g.lock {
		g.lock, g.closed = 0, time.Time{}
		return 0
	}
	return g.lock - since
}

// wrong counts a wrong guess and returns for how long it locks the page.
func (g *guesses) wrong(now time.Time) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	if now.Sub(g.last) > forgiveAfter {
		g.wrongs, g.locks = 0, 0
	}
	g.last = now
	if g.wrongs++; g.wrongs < wrongBeforeLock {
		return 0
	}
	g.wrongs = 0
	g.lock = min(firstLock<<min(g.locks, 10), longestLock)
	g.locks++
	g.closed = now
	return g.lock
}

// close locks the page as if the guesses so far had been wrong.
func (g *guesses) close(now time.Time, lock time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.last, g.closed, g.lock = now, now, lock
}

// guessesState is what is kept. There is nothing in it of what was typed.
type guessesState struct {
	Wrong    int   `json:"wrong"`
	Locks    int   `json:"locks"`
	LastMS   int64 `json:"last_ms"`
	ClosedMS int64 `json:"closed_ms,omitempty"`
	LockMS   int64 `json:"lock_ms,omitempty"`
}

func (g *guesses) state() ([]byte, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	s := guessesState{Wrong: g.wrongs, Locks: g.locks, LastMS: g.last.UnixMilli()}
	if g.lock > 0 {
		s.ClosedMS, s.LockMS = g.closed.UnixMilli(), g.lock.Milliseconds()
	}
	return json.Marshal(s)
}

func (g *guesses) restore(state []byte) error {
	var s guessesState
	if err := json.Unmarshal(state, &s); err != nil {
		return fmt.Errorf("read the wrong guesses at folios: %w", err)
	}
	if s.Wrong < 0 || s.Wrong >= wrongBeforeLock || s.Locks < 0 || s.LockMS < 0 || s.LockMS > longestLock.Milliseconds() {
		return errors.New("read the wrong guesses at folios: its numbers are out of range")
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.wrongs, g.locks, g.last = s.Wrong, s.Locks, time.UnixMilli(s.LastMS)
	if g.lock = time.Duration(s.LockMS) * time.Millisecond; g.lock > 0 {
		g.closed = time.UnixMilli(s.ClosedMS)
	}
	return nil
}
