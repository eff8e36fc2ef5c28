package desk

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"
)

// The lock after wrong PINs.
const (
	// WrongBeforeLock is how many wrong PINs in a row close the gate.
	WrongBeforeLock = 5
	// FirstLock is how long it is closed the first time; each further time doubles
	// it, up to LongestLock.
	FirstLock   = time.Minute
	LongestLock = 15 * time.Minute
)

// Gate lets staff in who know the PIN. It may be used by several goroutines;
// tries wait for one another.
type Gate struct {
	now func() time.Time

	mu    sync.Mutex
	hash  hash
	known bool // there is a hash at all
	// wrong counts wrong PINs in a row since the last lock, locks the locks since
	// the last right PIN.
	wrong, locks int
	// closed is when the gate was closed, and lock for how long; zero when open.
	closed time.Time
	lock   time.Duration
}

// NewGate returns a gate for the PIN of a hash. With an empty hash, or one that is
// none (see CheckHash), no PIN opens it.
func NewGate(phc string, now func() time.Time) *Gate {
	h, err := parseHash(phc)
	return &Gate{now: now, hash: h, known: err == nil}
}

// Try says whether a PIN opens the gate. When it says no, wait is how long nobody
// need try again: zero, or the rest of the lock. While the gate is locked a PIN
// is not even looked at, so nothing is learnt from trying.
func (g *Gate) Try(pin string) (ok bool, wait time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if wait := g.wait(); wait > 0 {
		return false, wait
	}
	// A PIN too long to be one is as wrong as any other, and not worth hashing.
	if g.known && len(pin) <= MaxPIN && g.hash.fits(pin) {
		g.wrong, g.locks = 0, 0
		return true, 0
	}
	g.wrong++
	if g.wrong < WrongBeforeLock {
		return false, 0
	}
	g.wrong = 0
	g.lock = min(FirstLock<<min(g.locks, 10), LongestLock)
	g.locks++
	g.closed = g.now()
	return false, g.lock
}

// Wait returns how long the gate stays locked; zero when a PIN may be tried.
func (g *Gate) Wait() time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.wait()
}

// wait returns the rest of the lock and opens the gate when it is over. A clock
// that stands before the moment at which the gate was closed has jumped back: the
// lock then begins anew, since otherwise it might last for years.
func (g *Gate) wait() time.Duration {
	if g.lock == 0 {
		return 0
	}
	now := g.now()
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

type gateState struct {
	Wrong int `json:"wrong"`
	Locks int `json:"locks"`
	// ClosedMS is Unix milliseconds, LockMS milliseconds.
	ClosedMS int64 `json:"closed_ms,omitempty"`
	LockMS   int64 `json:"lock_ms,omitempty"`
}

// State returns what was tried, as JSON, for Restore. It says nothing about the
// PIN. Keep it after each Try.
func (g *Gate) State() ([]byte, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	s := gateState{Wrong: g.wrong, Locks: g.locks}
	if g.lock > 0 {
		s.ClosedMS, s.LockMS = g.closed.UnixMilli(), g.lock.Milliseconds()
	}
	b, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("write the desk's lock: %w", err)
	}
	return b, nil
}

// Restore takes up what State wrote. On an error the gate is as it was.
func (g *Gate) Restore(state []byte) error {
	var s gateState
	if err := json.Unmarshal(state, &s); err != nil {
		return fmt.Errorf("read the desk's lock: %w", err)
	}
	lock := time.Duration(s.LockMS) * time.Millisecond
	if s.Wrong < 0 || s.Wrong >= WrongBeforeLock || s.Locks < 0 || s.LockMS < 0 || s.LockMS > LongestLock.Milliseconds() {
		return errors.New("read the desk's lock: its numbers are out of range")
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.wrong, g.locks, g.lock, g.closed = s.Wrong, s.Locks, lock, time.Time{}
	if lock > 0 {
		g.closed = time.UnixMilli(s.ClosedMS)
	}
	return nil
}
