package station

import (
	"encoding/hex"
	"io"
	"sync"
	"time"

	"chasqui/sync/wire"
)

// Clock is the kiosk's clock: a wall clock that may be wrong, a monotonic one
// within a boot, and a floor below which the wall clock cannot be right.
type Clock struct {
	now     func() time.Time
	boot    string
	started time.Time

	mu    sync.Mutex
	floor time.Time
}

// NewClock starts a clock for one run of the program. floor is the build date or
// the last time heard from the hub, whichever is later.
func NewClock(now func() time.Time, random io.Reader, floor time.Time) (*Clock, error) {
	name := make([]byte, 8)
	if _, err := io.ReadFull(random, name); err != nil {
		return nil, err
	}
	return &Clock{now: now, boot: hex.EncodeToString(name), started: now(), floor: floor}, nil
}

// Now returns the wall clock.
func (c *Clock) Now() time.Time { return c.now() }

// Boot names this run.
func (c *Clock) Boot() string { return c.boot }

// Started returns when this run began.
func (c *Clock) Started() time.Time { return c.started }

// Heard raises the floor to the hub's time.
func (c *Clock) Heard(hub time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if hub.After(c.floor) {
		c.floor = hub
	}
}

// Stamp returns this moment as it travels.
func (c *Clock) Stamp() wire.Clock {
	now := c.now()
	c.mu.Lock()
	defer c.mu.Unlock()
	return wire.Clock{
		Wall: now.UnixMilli(), Boot: c.boot, Mono: now.Sub(c.started).Milliseconds(),
		// A day of grace: the hub's clock and ours need not agree to the second.
		Trusted: !now.Before(c.floor.Add(-24 * time.Hour)),
	}
}
