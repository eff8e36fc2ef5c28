package watch

import (
	"fmt"
	"time"
)

// Pace says how soon a child that has ended is started anew. It is started always:
// nobody in the hall can do it.
type Pace struct {
	quick    int
	software bool
}

// How soon.
const (
	// settled is how long a child must have lived for its end to be a new one.
	settled = time.Minute
	// quickAtOnce ends in a row are answered at once; then the waits double up to
	// waitMost.
	quickAtOnce = 3
	waitLeast   = time.Second
	waitMost    = 5 * time.Second
	// waitRefused is the wait after a child that refused its configuration: only
	// somebody with a keyboard can help, and the log should stay readable.
	waitRefused = 10 * time.Second
)

// exitRefused is the child's exit status for flags or a configuration that are wrong.
const exitRefused = 2

// End is how a child ended.
type End struct {
	// Lived is how long it ran.
	Lived time.Duration
	// Status is its exit status, or -1 for a signal.
	Status int
	// Fault is why the watcher killed it; Well when it ended by itself.
	Fault Fault
	// Shown says that it had shown a page.
	Shown bool
}

// Refused reports whether the child refused its configuration.
func (e End) Refused() bool { return e.Fault == Well && e.Status == exitRefused && !e.Shown }

// String says it in words.
func (e End) String() string {
	switch {
	case e.Fault != Well:
		return "frozen: " + string(e.Fault)
	case e.Refused():
		return "its configuration is refused; its own words are above"
	case e.Status < 0:
		return "crashed"
	}
	return fmt.Sprintf("ended with status %d", e.Status)
}

// After returns how long to wait before the next start, after an end.
func (p *Pace) After(e End) time.Duration {
	if e.Refused() {
		return waitRefused
	}
	if e.Lived >= settled {
		p.quick = 0
	}
	p.quick++
	if p.quick < quickAtOnce {
		return 0
	}
	// The likeliest cause of crashes in a row that depends on the machine is its
	// graphics driver, and the only part that can be left out without serving people
	// less: the office's own facts and languages are not.
	p.software = true
	return min(waitLeast<<min(p.quick-quickAtOnce, 8), waitMost)
}

// Software reports whether the next child is to draw without the graphics driver. Once
// so, it stays so while the watcher lives.
func (p *Pace) Software() bool { return p.software }
