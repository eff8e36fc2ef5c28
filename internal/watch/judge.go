package watch

import (
	"fmt"
	"time"
)

// Limits says how long a sign of life may be missing.
type Limits struct {
	// Look is how often the judge is asked.
	Look time.Duration
	// Pulse is how long the thread that draws may be silent.
	Pulse time.Duration
	// Picture is how long the mark on the screen may stay as it is.
	Picture time.Duration
	// Blank is how long the screen may be of one colour.
	Blank time.Duration
	// Start is how long the first page may take; later starts get four times what
	// the longest so far took, and never less than StartLeast.
	Start, StartLeast time.Duration
	// Resume is what is granted on top once a machine that slept has woken up.
	Resume time.Duration
}

// DefaultLimits find a fault within 2 s of it, which leaves a second to start anew.
var DefaultLimits = Limits{
	Look: 200 * time.Millisecond, Pulse: 1600 * time.Millisecond, Picture: 1800 * time.Millisecond, Blank: 800 * time.Millisecond,
	Start: 30 * time.Second, StartLeast: 5 * time.Second, Resume: 5 * time.Second,
}

// leastLooks is how many looks in a row must miss a sign, whatever the time.
const leastLooks = 2

// leastPaintings is how often the child must have painted without a change on the
// screen.
const leastPaintings = 2

// patient is how much longer than its limit a sign is waited for at most, where the
// child has been seen to be slow.
const patient = 3

// Signs are what was seen at one look.
type Signs struct {
	// Beats counts what the child wrote; Painted is how often it says it has painted.
	Beats, Painted uint64
	// Picture is what stands on the screen.
	Picture Picture
	// Starved is how long, since the look before, the thread that draws, or anything
	// else on this machine, stood in the queue for a processor. It is not its fault.
	Starved time.Duration
	// Slept says that the machine slept since the look before.
	Slept bool
}

// Picture is what an eye saw of the screen.
type Picture struct {
	// Seen is false where nothing could be seen; then the rest says nothing.
	Seen bool
	// Blank says that the screen is of one colour.
	Blank bool
	// Print tells one state of the mark from another.
	Print uint64
}

// Fault is what a judge found.
type Fault string

// The faults.
const (
	Well      Fault = ""
	Unstarted Fault = "no first page"
	Silent    Fault = "the thread that draws is silent"
	Unpainted Fault = "it paints no more"
	Blank     Fault = "the screen is of one colour"
	Still     Fault = "the screen stands still"
)

// Judge says whether a child is frozen. Its time is what it had a right to see: a
// look that comes late (the watcher itself had to wait), a thread that stood in the
// queue for a processor and a machine that slept do not count against the child.
type Judge struct {
	Limits Limits

	last    time.Duration
	signs   Signs
	started bool
	// moved says that this child's mark was seen to change.
	moved bool
	// starting is how long this child has been starting; longest the longest start
	// that ended well, 0 for none yet.
	starting, longest time.Duration

	pulse, paint, still, blank missing
	// changed is how often the child had painted when the picture last changed.
	changed uint64

	// blind counts the children in a row that were condemned for their picture alone
	// without any of them ever having been seen to move: then the eye is at fault.
	blind int
}

// missing is how long, and for how many looks, a sign has been missing.
type missing struct {
	time  time.Duration
	looks int
	// worst are the longest times after which it came nevertheless: in this period
	// and in the one before.
	worst [2]time.Duration
	since time.Duration
}

// period is how long a slow moment is remembered at least.
const period = 5 * time.Minute

// seen notes one look. It reports whether the sign is overdue.
func (m *missing) seen(came bool, credit, limit, now time.Duration) bool {
	if now-m.since > period {
		m.worst[1], m.worst[0], m.since = m.worst[0], 0, now
	}
	if came {
		m.worst[0] = max(m.worst[0], m.time)
		m.time, m.looks = 0, 0
		return false
	}
	m.time += credit
	m.looks++
	limit = min(max(limit, 2*max(m.worst[0], m.worst[1])), patient*limit)
	return m.time >= limit && m.looks >= leastLooks
}

func (m *missing) forgive(grace time.Duration) { m.time, m.looks = -grace, 0 }

// blindAfter is how many children must be condemned for their picture alone, none
// having been seen to move, before the eye is no longer believed.
const blindAfter = 3

// Begin begins with a new child.
func (j *Judge) Begin(now time.Duration) {
	j.last, j.signs, j.started, j.moved, j.starting = now, Signs{}, false, false, 0
	for _, m := range []*missing{&j.pulse, &j.paint, &j.still, &j.blank} {
		m.forgive(0)
	}
}

// Started reports whether the child has shown a page.
func (j *Judge) Started() bool { return j.started }

// Blind reports whether the eye is no longer believed.
func (j *Judge) Blind() bool { return j.blind >= blindAfter }

// Look weighs the signs at a time, which only goes forward, and says what is wrong.
func (j *Judge) Look(now time.Duration, s Signs) Fault {
	credit := min(now-j.last, 2*j.Limits.Look)
	// A quarter counts whatever happens: a thread that is starved for ever is frozen.
	credit -= min(s.Starved, credit*3/4)
	before := j.signs
	j.last, j.signs = now, s
	if !s.Picture.Seen {
		j.signs.Picture = before.Picture
	}
	if s.Slept {
		j.starting = 0
		for _, m := range []*missing{&j.pulse, &j.paint, &j.still, &j.blank} {
			m.forgive(j.Limits.Resume)
		}
		return Well
	}
	if !j.started {
		return j.start(credit, s)
	}
	return j.weigh(now, credit, before, s)
}

// start waits for the first page.
func (j *Judge) start(credit time.Duration, s Signs) Fault {
	painted := s.Beats > 0 && s.Painted > 0
	if painted && (!s.Picture.Seen || !s.Picture.Blank || j.Blind()) {
		j.started, j.longest = true, max(j.longest, j.starting)
		return Well
	}
	j.starting += credit
	limit := j.Limits.Start
	if j.longest > 0 {
		limit = min(max(4*j.longest, j.Limits.StartLeast), limit)
	}
	if j.starting < limit {
		return Well
	}
	if painted {
		j.blind++
		return Blank
	}
	return Unstarted
}

// weigh looks for what is missing once there has been a page.
func (j *Judge) weigh(now, credit time.Duration, before, s Signs) Fault {
	if j.pulse.seen(s.Beats != before.Beats, credit, j.Limits.Pulse, now) {
		return Silent
	}
	if j.paint.seen(s.Painted != before.Painted, credit, j.Limits.Picture, now) {
		return Unpainted
	}
	if !s.Picture.Seen {
		// What cannot be seen is no evidence: the pulse must do.
		return Well
	}
	came := !before.Picture.Seen || s.Picture.Print != before.Picture.Print
	if came && before.Picture.Seen && !s.Picture.Blank && !before.Picture.Blank {
		j.moved, j.blind = true, 0
	}
	if came {
		j.changed = s.Painted
	}
	blank := j.blank.seen(!s.Picture.Blank, credit, j.Limits.Blank, now)
	// A child that has not painted since cannot have changed it; that is another fault.
	still := j.still.seen(came, credit, j.Limits.Picture, now) && s.Painted >= j.changed+leastPaintings
	if j.Blind() || !blank && !still {
		return Well
	}
	if !j.moved {
		j.blind++
	}
	if blank {
		return Blank
	}
	return Still
}

// String says how the child is, for systemd and the log.
func (j *Judge) String() string {
	switch {
	case !j.started:
		return "starting"
	case j.Blind():
		return "watching the pulse only: the screen cannot be judged"
	}
	return fmt.Sprintf("well; painted %d times", j.signs.Painted)
}
