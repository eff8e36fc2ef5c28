package wire

import "time"

// Clock is a moment as a kiosk knows it. A kiosk's wall clock may stand at 1970
// after a power cut, so the moment is also given within one boot: the boot's
// random name and the milliseconds since it began. Order and identity never
// come from a clock.
type Clock struct {
	// Wall is the wall clock in Unix milliseconds.
	Wall int64 `json:"wall"`
	// Boot names the boot within which Mono counts.
	Boot string `json:"boot"`
	// Mono is milliseconds since the boot began.
	Mono int64 `json:"mono"`
	// Trusted says that the wall clock was at or above its floor: the build date
	// and the last time heard from the hub.
	Trusted bool `json:"trusted"`
}

// Time returns the wall clock as UTC.
func (c Clock) Time() time.Time { return time.UnixMilli(c.Wall).UTC() }
