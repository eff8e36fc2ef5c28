package main

import (
	"testing"
	"time"

	"chasqui/internal/watch"
)

// loop is Fyne's, in small: it reads input, ticks the doze and paints, and runs what
// was given to it in between. Its display says when input comes.
type loop struct {
	t       time.Time
	queue   []func()
	dirty   bool
	painted int
	waits   []time.Duration
	posts   int
	// input is after how long in a wait somebody touches; 0 for never. late runs in
	// a wait, as another goroutine would.
	input time.Duration
	late  func()
}

func (l *loop) Post() { l.posts++ }

func (l *loop) Wait(d time.Duration) {
	l.waits = append(l.waits, d)
	if l.late != nil {
		l.late()
		l.late = nil
	}
	switch {
	case l.posts > 0:
		l.posts = 0
	case l.input > 0 && l.input < d:
		l.t = l.t.Add(l.input)
		l.input, l.dirty = 0, true
	default:
		l.t = l.t.Add(d)
	}
}

// round is one round of the loop, after what waits in the queue.
func (l *loop) round(d *doze) {
	for _, f := range l.queue {
		f()
	}
	l.queue = nil
	l.t = l.t.Add(time.Second / 60)
	l.posts = 0 // reading input takes them
	d.tick()
	if l.dirty {
		l.painted, l.dirty = l.painted+1, false
	}
}

func newLoop() (*loop, *doze) {
	l := &loop{t: time.Unix(1_000_000, 0)}
	d := &doze{display: l, now: func() time.Time { return l.t }, window: func(f func()) { l.queue = append(l.queue, f) }}
	d.opened()
	return l, d
}

// Guards the idle kiosk's half per cent of a core, and the finger that ends a rest:
// what it does is painted in the very round in which it came.
func TestTheWindowRestsUntilAFingerComes(t *testing.T) {
	l, d := newLoop()
	for range 15 { // a quarter of a second
		l.round(d)
	}
	if len(l.waits) != 0 {
		t.Fatalf("it dozed %d times before its rest", len(l.waits))
	}
	began := l.t
	for range 10 {
		l.round(d)
	}
	if rounds := len(l.waits); rounds < 5 || l.t.Sub(began) < 5*time.Second {
		t.Errorf("%d dozes in ten rounds, which took %v", rounds, l.t.Sub(began))
	}
	l.input = 100 * time.Millisecond
	l.round(d)
	if l.painted != 1 {
		t.Error("what the finger did is not painted in the round in which it came")
	}
	dozes := len(l.waits)
	for range 10 {
		l.round(d)
	}
	if len(l.waits) != dozes {
		t.Error("it dozes while a finger is there")
	}
}

// Guards the count-down and the state line: what another goroutine wants drawn is
// drawn soon, though nobody touches the screen, and costs a few rounds only.
func TestWhatIsWantedEndsADoze(t *testing.T) {
	l, d := newLoop()
	for range 30 {
		l.round(d)
	}
	// In the midst of a doze.
	l.late = func() { d.do(func() { l.dirty = true }) }
	began := l.t
	l.round(d)
	l.round(d)
	if l.painted != 1 || l.t.Sub(began) > 100*time.Millisecond {
		t.Errorf("painted %d times after %v", l.painted, l.t.Sub(began))
	}
	dozes := len(l.waits)
	for range 3 {
		l.round(d)
	}
	if len(l.waits) == dozes {
		t.Error("it does not go back to its rest")
	}
	// Between two dozes: it may not be slept over either.
	d.do(func() { l.dirty = true })
	began = l.t
	l.round(d)
	if l.painted != 2 || l.t.Sub(began) > 100*time.Millisecond {
		t.Errorf("between two dozes: painted %d times after %v", l.painted, l.t.Sub(began))
	}
}

// Guards the end of the program: GLFW may not be asked for anything once the window
// is closed.
func TestNoDozeAfterTheEnd(t *testing.T) {
	l, d := newLoop()
	d.end()
	if l.posts != 1 {
		t.Error("the doze that there may be is not ended")
	}
	l.posts = 0
	for range 60 {
		l.round(d)
	}
	d.do(func() {})
	if len(l.waits) != 0 || l.posts != 0 {
		t.Errorf("%d dozes and %d events after the end", len(l.waits), l.posts)
	}
}

// Guards the signs of life of a supervised kiosk: the loop itself gives them, in time,
// while it dozes and while it is busy, and one that hangs gives none. It still rests.
func TestTheLoopThatDrawsBeats(t *testing.T) {
	l, d := newLoop()
	var beats []time.Time
	d.chores = []chore{{every: watch.Beat, do: func() bool { beats = append(beats, l.t); return false }}}
	for l.t.Before(time.Unix(1_000_010, 0)) {
		if l.t.After(time.Unix(1_000_005, 0)) {
			l.input = 100 * time.Millisecond // somebody is there
		}
		l.round(d)
	}
	if len(beats) < 18 || len(beats) > 21 {
		t.Errorf("%d beats in 10 s", len(beats))
	}
	for i := range beats[1:] {
		if gap := beats[i+1].Sub(beats[i]); gap > watch.Beat+200*time.Millisecond {
			t.Errorf("beat %d comes after %v", i+1, gap)
		}
	}
	if rests := len(l.waits); rests < 8 {
		t.Errorf("it dozed %d times", rests)
	}
}

// Guards the count-down: what a chore changes is painted before the next doze, and a
// chore is not done later and later.
func TestWhatAChoreChangesIsPainted(t *testing.T) {
	l, d := newLoop()
	began, done := l.t, 0
	d.chores = []chore{{every: time.Second, do: func() bool { done++; l.dirty = true; return true }}}
	for l.t.Sub(began) < 20*time.Second {
		before := done
		l.round(d)
		if done != before && l.dirty {
			t.Fatal("it dozed before it painted")
		}
	}
	if done < 20 || done > 21 || l.painted != done {
		t.Errorf("done %d times and painted %d times in 20 s", done, l.painted)
	}
	if rests := len(l.waits); rests < 15 {
		t.Errorf("it dozed %d times", rests)
	}
}
