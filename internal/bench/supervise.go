package main

import (
	"context"
	"errors"
	"fmt"
	"image"
	"os"
	"strings"
	"syscall"
	"time"

	"chasqui/internal/bench/glass"
	"chasqui/internal/bench/proc"
	"chasqui/internal/e2e/eyes"
	"chasqui/internal/e2e/harm"
	"chasqui/internal/e2e/rig"
)

// befalls is one thing that may befall a supervised kiosk.
type befalls struct {
	what string
	do   func(child int, display string) (undo func(), err error)
}

func sends(signal syscall.Signal) func(int, string) (func(), error) {
	return func(child int, _ string) (func(), error) { return func() {}, syscall.Kill(child, signal) }
}

var faults = []befalls{
	{"killed", sends(syscall.SIGKILL)},
	{"frozen: all of it is stopped", sends(syscall.SIGSTOP)},
	{"frozen: the thread that draws hangs", func(child int, _ string) (func(), error) { return harm.Hang(child) }},
	{"a black screen", func(_ int, display string) (func(), error) { return harm.Blacken(display) }},
	{"a screen that stands still", func(_ int, display string) (func(), error) { return harm.Freeze(display) }},
}

// hall is where a supervised kiosk stands.
type hall struct {
	rig    *rig.Rig
	screen *eyes.Screen
	glass  *glass.Glass
	box    *rig.Process
	close  []func()
}

// page is what of the screen is looked at: all but the corner with the signs of life.
var page = image.Rect(0, 16, width, height)

// superviseTable lets each fault befall a kiosk that supervises itself, and measures how
// long it takes until it is back, and what being supervised costs.
func superviseTable(ctx context.Context, bin string, e effort) (string, error) {
	h, err := newHall(ctx, bin)
	if err != nil {
		return "", err
	}
	defer h.Close()
	var b strings.Builder
	fmt.Fprintf(&b, "%d rounds. From the fault on.\n\n| what befalls it | a new process is started | the first page is on the screen | goal |\n|---|---|---|---|\n", e.rounds)
	var parent, child []float64
	for i, f := range faults {
		var started, back []float64
		for round := range e.rounds {
			s, p, err := h.befall(ctx, f, func() error {
				if i > 0 {
					return nil
				}
				of, in, err := h.idle(ctx, e.idle)
				parent, child = append(parent, of), append(child, in)
				return err
			})
			if err != nil {
				return "", fmt.Errorf("%s, round %d: %w; it said:\n%s", f.what, round+1, err, tail(h.box.Output(), 20))
			}
			say("%s, round %d: started after %.2f s, back after %.2f s", f.what, round+1, s, p)
			started, back = append(started, s), append(back, p)
		}
		fmt.Fprintf(&b, "| %s | %s | %s | at most 3 s |\n", f.what, spread(started, "%.2f", "s"), spread(back, "%.2f", "s"))
	}
	fmt.Fprintf(&b, "\nIdle, of a core, over %.0f s: the supervisor %s, the kiosk that it watches %s.\n", e.idle.Seconds(), spread(parent, "%.2f", "%"), spread(child, "%.2f", "%"))
	return b.String(), nil
}

func newHall(ctx context.Context, bin string) (h *hall, err error) {
	if missing := eyes.Missing(); len(missing) > 0 {
		return nil, fmt.Errorf("missing %v; run scripts/packages.sh test", missing)
	}
	dir, err := os.MkdirTemp("", "chasqui-bench-")
	if err != nil {
		return nil, err
	}
	h = &hall{rig: &rig.Rig{Dir: dir, Bin: bin}}
	h.close = append(h.close, func() { _ = os.RemoveAll(dir) })
	defer func() {
		if err != nil {
			h.Close()
		}
	}()
	if err := errors.Join(h.rig.MakeKeys(ctx), h.rig.StartHub(ctx)); err != nil {
		return nil, err
	}
	h.close = append(h.close, func() { _ = h.rig.Stop() })
	if err := h.rig.Enrol(ctx, h.rig.HubURL); err != nil {
		return nil, err
	}
	if h.screen, err = eyes.NewScreen(ctx, width, height, dir); err != nil {
		return nil, err
	}
	h.close = append(h.close, h.screen.Close)
	if h.glass, err = glass.Open(h.screen.Display.Name); err != nil {
		return nil, err
	}
	h.close = append(h.close, h.glass.Close)
	return h, nil
}

func (h *hall) Close() {
	for i := len(h.close) - 1; i >= 0; i-- {
		h.close[i]()
	}
}

// befall starts a kiosk, does something before, lets the fault befall it, and returns
// after how many seconds a new process was started, and its first page seen.
func (h *hall) befall(ctx context.Context, f befalls, before func() error) (started, back float64, err error) {
	empty, err := h.glass.Print(page)
	if err != nil {
		return 0, 0, err
	}
	if h.box, err = h.rig.StartKiosk(ctx, h.screen.Env(), "-hub", h.rig.HubURL, "-supervise", "-size", fmt.Sprintf("%dx%d", width, height)); err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, h.box.Stop()) }()
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	if _, _, err := h.box.Await(time.Minute, 0, func(line string) bool { return strings.Contains(line, "the page is shown") }); err != nil {
		return 0, 0, err
	}
	first, err := h.rest(ctx, empty)
	if err != nil {
		return 0, 0, err
	}
	if err := before(); err != nil {
		return 0, 0, err
	}
	old, err := h.child()
	if err != nil {
		return 0, 0, err
	}
	fresh := make(chan time.Time, 1)
	began := time.Now()
	undo, err := f.do(old, h.screen.Display.Name)
	if err != nil {
		return 0, 0, err
	}
	defer undo()
	go func() {
		for ctx.Err() == nil {
			if now, err := h.child(); err == nil && now != old {
				fresh <- time.Now()
				return
			}
			_ = sleep(ctx, 10*time.Millisecond)
		}
	}()
	var at time.Time
	select { // the old window may stand there until it is gone
	case at = <-fresh:
	case <-ctx.Done():
		return 0, 0, errors.New("no new process was started")
	}
	// The new one's window is not the old one's: it begins empty.
	seen, err := h.glass.Until(ctx, page, first)
	if err != nil {
		return 0, 0, err
	}
	return at.Sub(began).Seconds(), seen.Sub(began).Seconds(), nil
}

// child returns the process that draws.
func (h *hall) child() (int, error) {
	found := harm.Children(h.box.PID())
	if len(found) != 1 {
		return 0, fmt.Errorf("the supervisor has the children %v", found)
	}
	return found[0], nil
}

// rest waits until a page other than the empty screen has stood there for a second.
func (h *hall) rest(ctx context.Context, empty glass.Print) (glass.Print, error) {
	last, since := glass.Print(0), time.Now()
	for time.Since(since) < time.Second {
		now, err := h.glass.Print(page)
		if err != nil {
			return 0, err
		}
		if now != last || now == empty {
			last, since = now, time.Now()
		}
		if err := sleep(ctx, 50*time.Millisecond); err != nil {
			return 0, err
		}
	}
	return last, nil
}

// idle returns what supervisor and kiosk take of a core, in per cent.
func (h *hall) idle(ctx context.Context, d time.Duration) (parent, child float64, err error) {
	of, err := h.child()
	if err != nil {
		return 0, 0, err
	}
	if err := sleep(ctx, 3*time.Second); err != nil { // what goes on behind the first page
		return 0, 0, err
	}
	trees, before := []proc.Tree{{h.box.PID()}, {of}}, [2]proc.Busy{}
	began := time.Now()
	for i, t := range trees {
		before[i] = t.Busy()
	}
	if err := sleep(ctx, d); err != nil {
		return 0, 0, err
	}
	var percent [2]float64
	for i, t := range trees {
		percent[i] = t.Busy().Since(before[i]).Seconds() / time.Since(began).Seconds() * 100
	}
	return percent[0], percent[1], nil
}
