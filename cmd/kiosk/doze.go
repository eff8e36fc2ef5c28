package main

import (
	"sync"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"github.com/go-gl/glfw/v3.3/glfw"
)

// doze lets the window rest where nobody is. Fyne's loop looks for input sixty
// times a second, at a rate that nothing can change, which takes more than one per
// cent of a core for nothing. Each of its rounds does, in this order: read input,
// tick animations, paint what changed. The doze is an animation without an end,
// which draws nothing: when its tick finds that nothing has happened for a while, it
// waits for input itself, right there. So whatever a finger or a key does is painted
// in the same round, sooner than by looking sixty times a second.
//
// What other goroutines want done on the window's goroutine must end a doze too:
// they say it through do, not through fyne.Do. Fyne's own have to wait for the doze's
// end.
type doze struct {
	// display waits for input, window runs something on its goroutine, now is the
	// clock: GLFW, Fyne and the system, or a test's.
	display display
	window  func(func())
	now     func() time.Time

	// awake is when input last came; it is the window's goroutine's. owed is how many
	// rounds the loop must take before the next doze, so that what do did is painted.
	awake time.Time
	owed  atomic.Int32

	// chores are done by the loop itself; they are the window's goroutine's. A goroutine
	// that had them done through do would wake the program several times for each.
	chores []chore

	// mu guards open: whether the display is there to be told of an event.
	mu   sync.RWMutex
	open bool
}

// chore is something that is done every so often on the window's goroutine.
type chore struct {
	every time.Duration
	// do reports whether there may be something to paint now.
	do   func() (paint bool)
	next time.Time
}

// display is what a doze needs of GLFW.
type display interface {
	// Wait returns when there was input, or a Post, or the time is over. A Post that
	// came before counts.
	Wait(time.Duration)
	Post()
}

// glfwDisplay is the display on which the window is.
type glfwDisplay struct{}

func (glfwDisplay) Wait(d time.Duration) { glfw.WaitEventsTimeout(d.Seconds()) }
func (glfwDisplay) Post()                { glfw.PostEmptyEvent() }

func newDoze() *doze { return &doze{display: glfwDisplay{}, window: fyne.Do, now: time.Now} }

const (
	// rest is how long no input must have come before a doze.
	rest = 300 * time.Millisecond
	// longestDoze is how long one lasts at most.
	longestDoze = time.Second
	// rounds are taken after every do: in the first its changes are painted, in the
	// second what the painting asks for.
	rounds = 2
)

// begin lets the loop doze from now on, and do its chores. Call it on the window's
// goroutine once the window is there.
func (d *doze) begin(chores ...chore) {
	d.chores = chores
	d.opened()
	fyne.NewAnimation(time.Hour, func(float32) { d.tick() }).Start()
}

func (d *doze) opened() {
	d.awake = d.now()
	d.mu.Lock()
	d.open = true
	d.mu.Unlock()
}

// tick is called in every round of the loop.
func (d *doze) tick() {
	paint, longest := d.work()
	if d.owed.Load() > 0 {
		d.owed.Add(-1)
		return
	}
	if paint || d.now().Sub(d.awake) < rest {
		return
	}
	d.mu.RLock()
	open := d.open
	d.mu.RUnlock()
	if !open {
		return
	}
	began := d.now()
	d.display.Wait(longest)
	// An event ended it: a finger, a key, or do, which owes its rounds already.
	if d.now().Sub(began) < longest && d.owed.Load() == 0 {
		d.awake = d.now()
	}
}

// work does the chores that are due. It reports whether there may be something to paint,
// and how long a doze may last until the next.
func (d *doze) work() (paint bool, longest time.Duration) {
	longest = longestDoze
	for i := range d.chores {
		c, now := &d.chores[i], d.now()
		if !now.Before(c.next) {
			if c.next = c.next.Add(c.every); c.next.Before(now) { // the first, or a late one
				c.next = now.Add(c.every)
			}
			paint = c.do() || paint
		}
		longest = min(longest, max(c.next.Sub(d.now()), time.Millisecond))
	}
	return paint, longest
}

// do runs f on the window's goroutine, as fyne.Do does, and ends a doze for it.
func (d *doze) do(f func()) {
	d.owed.Store(rounds)
	d.window(func() {
		f()
		d.owed.Store(rounds)
	})
	d.mu.RLock()
	defer d.mu.RUnlock()
	if d.open {
		d.display.Post()
	}
}

// end lets no further doze begin, and ends the one there is. The window may be
// closed after it.
func (d *doze) end() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.open {
		d.display.Post()
	}
	d.open = false
}
