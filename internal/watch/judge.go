package watch

import (
	"fmt"
	"time"
)

// Limits says how long a sign of life may be missing.
type Limits struct {
	// Look is how long after a look the next one comes at the latest: the judge is asked
	// at each beat, and where that is overdue every Soon.
	Look, Soon time.Duration
	// Pulse is how long the thread that draws may be silent, and Mark how long the mark
	// may stay as it is.
	Pulse, Mark time.Duration
	// Blank is how long the screen may be of one colour.
	Blank time.Duration
	// Shown is how long what the child has painted may take to the screen; Paint is how
	// long it may paint nothing.
	Shown, Paint time.Duration
	// Start is how long the first page may take; later starts get four times what
	// the longest so far took, and never less than StartLeast.
	Start, StartLeast time.Duration
	// Resume is what is granted on top once a machine that slept has woken up.
	Resume time.Duration
}

// DefaultLimits find within 1.5 s that a child has frozen, which leaves as much to start
// anew within 3 s of the fault.
var DefaultLimits = Limits{
	Look: 3 * Beat / 2, Soon: Beat / 2, Pulse: 1250 * time.Millisecond, Mark: time.Second, Blank: 750 * time.Millisecond,
	Shown: 1250 * time.Millisecond, Paint: 3 * Paint / 2,
	Start: 30 * time.Second, StartLeast: 5 * time.Second, Resume: 5 * time.Second,
}

// leastLooks is how many looks in a row must miss a sign, whatever the time.
const leastLooks = 2

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
	// Mark tells one state of the mark from another, Page those of the page's own mark.
	Mark, Page uint64
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
	Unshown   Fault = "what it paints does not come to the screen"
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

	pulse, paint, still, blank, stale missing
	// owed says that the child has painted and the page's mark was not seen to change
	// since: it is still owes. earlier is what it was before the last beat came.
	owed          bool
	owes, earlier uint64

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
	j.owed, j.owes, j.earlier = false, 0, 0
	j.forgive(0)
}

func (j *Judge) forgive(grace time.Duration) {
	for _, m := range []*missing{&j.pulse, &j.paint, &j.still, &j.blank, &j.stale} {
		m.forgive(grace)
	}
}

// Started reports whether the child has shown a page.
func (j *Judge) Started() bool { return j.started }

// Blind reports whether the eye is no longer believed.
func (j *Judge) Blind() bool { return j.blind >= blindAfter }

// Look weighs the signs at a time, which only goes forward, and says what is wrong.
func (j *Judge) Look(now time.Duration, s Signs) Fault {
	// A look that comes late says that the machine is busy, and no more about the child
	// than one that comes in time.
	credit := min(now-j.last, j.Limits.Look)
	// A quarter counts whatever happens: a thread that is starved for ever is frozen.
	credit -= min(s.Starved, credit*3/4)
	before := j.signs
	j.last, j.signs = now, s
	if !s.Picture.Seen {
		j.signs.Picture = before.Picture
	}
	if s.Slept {
		j.starting = 0
		j.forgive(j.Limits.Resume)
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
	if j.paint.seen(s.Painted != before.Painted, credit, j.Limits.Paint, now) {
		return Unpainted
	}
	if !s.Picture.Seen {
		// What cannot be seen is no evidence: the pulse must do.
		return Well
	}
	came := !before.Picture.Seen || s.Picture.Mark != before.Picture.Mark
	if came && before.Picture.Seen && !s.Picture.Blank && !before.Picture.Blank {
		j.moved, j.blind = true, 0
	}
	fault := Well
	if j.stale.seen(j.shown(before, s), credit, j.Limits.Shown, now) {
		fault = Unshown
	}
	// The mark is owed with each beat: without one, that is the fault.
	if s.Beats != before.Beats && j.still.seen(came, credit, j.Limits.Mark, now) {
		fault = Still
	}
	if j.blank.seen(!s.Picture.Blank, credit, j.Limits.Blank, now) {
		fault = Blank
	}
	if fault == Well || j.Blind() {
		return Well
	}
	if !j.moved {
		j.blind++
	}
	return fault
}

// shown reports whether what the child says it has painted is on the screen, going by
// the page's mark. It is painted before the child says so, and so may have been seen
// before that; but after the beat before, and so not in the picture before that one.
func (j *Judge) shown(before, s Signs) bool {
	if s.Beats != before.Beats {
		if s.Painted != before.Painted && !j.owed {
			j.owed, j.owes = true, j.earlier
		}
		j.earlier = before.Picture.Page
	}
	if s.Picture.Page != j.owes {
		j.owed = false
	}
	return !j.owed
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
