package watch

import (
	"os/exec"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// life is a made-up child: it gives its signs at its own times, until they stop.
type life struct {
	now                       time.Duration
	nextBeat, nextPaint       time.Duration
	beats, painted, told      uint64
	silent, unpainted, hushed bool // all stops; it paints no more; the pulse alone stops
	still, unshown            bool // the mark stops; what it paints does not arrive
	blank, unseen             bool // one colour; no display
	mark, page                uint64
	late                      bool // the last look was for want of a beat
}

// pass lets time go by. slow is how late every beat is.
func (l *life) pass(d, slow time.Duration) {
	l.now += d
	for l.nextBeat <= l.now || l.nextPaint <= l.now {
		if l.nextBeat <= l.nextPaint {
			l.nextBeat += Beat + slow
			if l.silent {
				continue
			}
			if !l.hushed {
				l.beats, l.told = l.beats+1, l.painted
			}
			if !l.still {
				l.mark++
			}
			continue
		}
		l.nextPaint += Paint
		l.paint()
	}
}

func (l *life) paint() {
	if l.silent || l.unpainted {
		return
	}
	l.painted++
	if !l.unshown {
		l.page = l.painted
	}
}

func (l *life) signs() Signs {
	return Signs{Beats: l.beats, Painted: l.told, Picture: Picture{Seen: !l.unseen, Blank: l.blank, Mark: l.mark, Page: l.page}}
}

// next passes to the next look: a beat, or where that is overdue a moment later.
func (l *life) next(slow time.Duration) {
	const step = 10 * time.Millisecond
	beats, since, wait := l.beats, l.now, DefaultLimits.Look
	if l.late {
		wait = DefaultLimits.Soon
	}
	for l.beats == beats && l.now-since < wait {
		l.pass(step, slow)
	}
	l.late = l.beats == beats
}

// begun is a judge of a child that has shown its page and lived a while.
func begun() (*Judge, *life) {
	j, l := &Judge{Limits: DefaultLimits}, &life{}
	j.Begin(0)
	for range 25 {
		l.next(0)
		j.Look(l.now, l.signs())
	}
	return j, l
}

// until looks until the judge finds a fault, and says how long that took.
func until(j *Judge, l *life, change func(*Signs)) (Fault, time.Duration) {
	from := l.now
	for l.now-from < 2*time.Minute {
		l.next(0)
		s := l.signs()
		if change != nil {
			change(&s)
		}
		if f := j.Look(l.now, s); f != Well {
			return f, l.now - from
		}
	}
	return Well, l.now - from
}

// Guards that each way to freeze is found, and when. Each row is the control of the sign
// that it needs: with the sign's rule taken out of weigh the row fails.
func TestEachWayToFreezeIsFoundInTime(t *testing.T) {
	for _, row := range []struct {
		name   string
		freeze func(*life)
		fault  Fault
		within time.Duration
	}{
		{"all of it", func(l *life) { l.silent = true }, Silent, soon},
		{"the screen stands still", func(l *life) { l.still = true }, Still, soon},
		{"the screen is black", func(l *life) { l.blank = true }, Blank, soon},
		{"it paints, and nothing of it arrives", func(l *life) { l.unshown = true; l.paint() }, Unshown, soon + Beat},
		{"nobody is there, and nothing of what it paints would arrive", func(l *life) { l.unshown = true }, Unshown, Paint + soon + Beat},
		{"it beats and paints no more", func(l *life) { l.unpainted = true }, Unpainted, DefaultLimits.Paint + Beat},
		{"no display, and it paints no more", func(l *life) { l.unpainted, l.unseen = true, true }, Unpainted, DefaultLimits.Paint + Beat},
		{"nothing is wrong", func(*life) {}, Well, time.Hour},
		{"there is no display", func(l *life) { l.unseen = true }, Well, time.Hour},
	} {
		t.Run(row.name, func(t *testing.T) {
			j, l := begun()
			row.freeze(l)
			fault, after := until(j, l, nil)
			if fault != row.fault || after > row.within {
				t.Errorf("found %q after %s; expected %q within %s", fault, after, row.fault, row.within)
			}
		})
	}
}

// What is promised: from a fault to the first page. soon is the part of it within which a
// new child is started, where the machine has time; the rest is the child's to begin in.
const (
	promised = 3 * time.Second
	soon     = promised / 2
)

// Guards the promise, whenever the fault comes between two beats: a new
// child is started within half of the 3 s. docs/PERFORMANCE.md says what a start takes of
// the other half.
func TestAFaultIsAnsweredInHalfOfWhatIsPromised(t *testing.T) {
	const step = 10 * time.Millisecond
	for n, freeze := range []func(*life){
		func(l *life) { l.silent = true }, func(l *life) { l.still = true }, func(l *life) { l.blank = true },
		// What a cover brings changes the picture once more.
		func(l *life) { l.still, l.mark, l.page = true, 1<<40, 1<<40 },
	} {
		for at := time.Duration(0); at < Beat; at += step {
			j, l := begun()
			l.pass(at, 0)
			begins := l.now
			freeze(l)
			fault, _ := until(j, l, nil)
			var pace Pace
			answered := l.now - begins + pace.After(End{Lived: l.now, Status: -1, Fault: fault, Shown: true})
			if fault == Well || answered > soon {
				t.Errorf("fault %d, %s after a beat: found %q and answered after %s", n, at, fault, answered)
			}
		}
	}
}

// Guards a child in use, which paints often and at any time: the watcher may see what was
// painted before it is told so, and nothing is amiss with that.
func TestAPageThatIsSeenBeforeItIsToldIsNotMissed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		j, l := begun()
		for range 400 {
			l.pass(10*time.Millisecond*time.Duration(rapid.IntRange(1, 40).Draw(t, "wait")), 0)
			for range rapid.IntRange(0, 3).Draw(t, "paintings") {
				l.paint()
			}
			if f := j.Look(l.now, l.signs()); f != Well {
				t.Fatalf("a living child is judged %q", f)
			}
		}
	})
}

// Guards against false alarms where the child is not to blame.
func TestWhatIsNotTheChildsFaultIsForgiven(t *testing.T) {
	for _, row := range []struct {
		name   string
		happen func(j *Judge, l *life) Fault
	}{
		{"the watcher itself comes late", func(j *Judge, l *life) Fault {
			// The clock goes on, and what the child wrote meanwhile has not arrived.
			s := l.signs()
			l.now += 20 * time.Second
			return j.Look(l.now, s)
		}},
		{"the machine slept", func(j *Judge, l *life) Fault {
			s := l.signs()
			s.Slept = true
			j.Look(l.now+DefaultLimits.Soon, s)
			s.Slept = false
			for n := range time.Duration(15) { // 3 s until the first sign
				if f := j.Look(l.now+(n+2)*DefaultLimits.Soon, s); f != Well {
					return f
				}
			}
			return Well
		}},
		{"all wait for a processor", func(j *Judge, l *life) Fault {
			s := l.signs()
			s.Starved = time.Second
			for n := range time.Duration(15) {
				if f := j.Look(l.now+(n+1)*DefaultLimits.Soon, s); f != Well {
					return f
				}
			}
			return Well
		}},
		{"the display is slow to show what was painted", func(j *Judge, l *life) Fault {
			l.unshown = true
			l.paint()
			for range 5 { // 1.25 s
				l.pass(DefaultLimits.Soon, 0)
				if f := j.Look(l.now, l.signs()); f != Well {
					return f
				}
			}
			l.unshown, l.page = false, l.painted
			return Well
		}},
		{"a slow child that was slow before", func(j *Judge, l *life) Fault {
			for range 20 {
				l.hushed, l.nextBeat = false, l.now
				l.pass(0, 0)
				j.Look(l.now, l.signs())
				l.hushed = true
				for range 4 {
					l.pass(DefaultLimits.Soon, 0)
					if f := j.Look(l.now, l.signs()); f != Well {
						return f
					}
				}
			}
			for range 3 { // 1.75 s in all: more than the limit, less than twice what was seen
				l.pass(DefaultLimits.Soon, 0)
				if f := j.Look(l.now, l.signs()); f != Well {
					return f
				}
			}
			l.hushed = false
			return Well
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			j, l := begun()
			if f := row.happen(j, l); f != Well {
				t.Errorf("judged: %s", f)
			}
			l.silent = true
			if f, after := until(j, l, nil); f != Silent {
				t.Errorf("a child that is frozen afterwards is judged %q after %s", f, after)
			}
		})
	}
}

// Guards that nobody is starved for ever: a frozen child on a machine that is always
// busy is found too.
func TestAFrozenChildIsFoundOnABusyMachine(t *testing.T) {
	j, l := begun()
	l.silent = true
	fault, after := until(j, l, func(s *Signs) { s.Starved = time.Second })
	if fault != Silent || after > 4*DefaultLimits.Pulse+time.Second {
		t.Errorf("found %q after %s", fault, after)
	}
}

// Guards a kiosk whose screen cannot be judged, such as one whose driver shows nothing
// to others: it must not be started anew for ever.
func TestAnEyeThatNeverSawAPageIsNotBelievedForEver(t *testing.T) {
	j := &Judge{Limits: DefaultLimits}
	now := time.Duration(0)
	for n := range 3 {
		l := &life{now: now, nextBeat: now, nextPaint: now, blank: true}
		j.Begin(now)
		if f, _ := until(j, l, nil); f != Blank {
			t.Fatalf("child %d: judged %q", n, f)
		}
		now = l.now
	}
	l := &life{now: now, nextBeat: now, nextPaint: now, blank: true}
	j.Begin(now)
	if f, after := until(j, l, nil); f != Well || !j.Blind() {
		t.Errorf("judged %q after %s", f, after)
	}
	l.blank = false
	until(j, l, nil)
	if j.Blind() {
		t.Error("an eye that sees again is not believed")
	}
}

// Guards the start: a first one may be slow, a later one not much slower than those
// before.
func TestALaterStartIsHeldToTheFirst(t *testing.T) {
	j := &Judge{Limits: DefaultLimits}
	start := func(now time.Duration, silent bool) (Fault, time.Duration) {
		l := &life{now: now, nextBeat: now + 2*time.Second, nextPaint: now + 2*time.Second, silent: silent}
		j.Begin(now)
		return until(j, l, nil)
	}
	if f, after := start(0, true); f != Unstarted || after > DefaultLimits.Start+time.Second {
		t.Errorf("a first start that hangs is judged %q after %s", f, after)
	}
	if f, _ := start(time.Hour, false); f != Well {
		t.Errorf("a start of 2 s is judged %q", f)
	}
	if f, after := start(2*time.Hour, true); f != Unstarted || after > 10*time.Second {
		t.Errorf("a later start that hangs is judged %q after %s", f, after)
	}
}

// Guards, over any child and any watcher, that one who gives its signs is never
// condemned, and one who has stopped is, in bounded time.
func TestOnlyTheFrozenAreCondemned(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		j, l := &Judge{Limits: DefaultLimits}, &life{}
		j.Begin(0)
		look := func() time.Duration {
			return time.Duration(rapid.IntRange(150, 1500).Draw(t, "look")) * time.Millisecond
		}
		slow := time.Duration(rapid.IntRange(0, 400).Draw(t, "slow")) * time.Millisecond
		for range rapid.IntRange(20, 120).Draw(t, "looks") {
			l.pass(look(), slow)
			if f := j.Look(l.now, l.signs()); f != Well {
				t.Fatalf("a living child is judged %q at %s", f, l.now)
			}
		}
		looks := 80
		switch rapid.IntRange(0, 4).Draw(t, "freeze") {
		case 0:
			l.silent = true
		case 1:
			l.unpainted = true
			looks = 1000
		case 4:
			l.unshown = true
			looks = 1000
		case 2:
			l.still = true
		case 3:
			l.blank = true
		}
		fault := Well
		for n := 0; fault == Well && n < looks; n++ {
			l.pass(look(), slow)
			fault = j.Look(l.now, l.signs())
		}
		if fault == Well {
			t.Fatalf("a frozen child is well after %d looks", looks)
		}
	})
}

// Guards that a crash is answered at once, crashes in a row more slowly and never
// later than after 5 s, and a refused configuration slowly.
func TestThePaceOfStartingAnew(t *testing.T) {
	crash := End{Lived: time.Second, Status: -1}
	var p Pace
	for n, want := range []time.Duration{0, 0, 1, 2, 4, 5, 5, 5} {
		if got := p.After(crash); got != want*time.Second {
			t.Errorf("crash %d: waits %s, expected %d s", n+1, got, want)
		}
		if p.Software() != (n+1 >= quickAtOnce) {
			t.Errorf("crash %d: without the driver: %v", n+1, p.Software())
		}
	}
	if got := p.After(End{Lived: time.Hour, Status: -1}); got != 0 {
		t.Errorf("a crash after an hour waits %s", got)
	}
	if got := p.After(End{Lived: time.Second, Status: 2}); got != waitRefused {
		t.Errorf("a refused configuration waits %s", got)
	}
	if got := (&Pace{}).After(End{Lived: time.Second, Fault: Silent, Status: 2}); got != 0 {
		t.Errorf("a frozen child waits %s", got)
	}
}

// Guards that what brings the window down cannot bring down what watches it.
func TestTheWatcherKnowsNeitherWindowNorQueue(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range strings.Fields(string(out)) {
		if strings.HasPrefix(path, "chasqui/") && path != "chasqui/internal/watch" || strings.Contains(path, "fyne") || strings.Contains(path, "badger") {
			t.Errorf("the watcher imports %s", path)
		}
	}
}
