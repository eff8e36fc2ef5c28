package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"chasqui/internal/bench/glass"
	"chasqui/internal/bench/proc"
	"chasqui/internal/bench/way"
)

// effort says how much is measured.
type effort struct {
	// rounds is how often each program is started, in turn; cycles how often the
	// service is walked in a round, by touch and by keys.
	rounds, cycles int
	// idle is how long a program is watched while nobody touches it.
	idle time.Duration
	// sessions is how many visits are driven through the window.
	sessions int
}

// pause is between two presses that are measured.
const pause = 600 * time.Millisecond

// figures is what one program showed. Times of presses are in milliseconds, pooled
// over the rounds; the others are one a round.
type figures struct {
	painted, usable []float64 // seconds from the process's start
	touch, key      []float64
	touchBy, keyBy  []float64 // the median of each round
	// MB: once the first page stands, right after the walks, and at rest after them.
	fresh, walked, pss, anon []float64
	idle                     []float64 // per cent of a core
	processes                int
}

// windowTable measures the two programs in turn and returns the table of the
// window.
func windowTable(ctx context.Context, bin string, e effort) (string, error) {
	s, err := newStage(ctx, bin)
	if err != nil {
		return "", err
	}
	defer s.Close()
	say("the service is %s: %d pages on, by %d touches or %d keys", s.service, s.kiosk.touch.Turns(), len(s.kiosk.touch), len(s.kiosk.keys))
	all := map[*program]*figures{s.kiosk: {}, s.browser: {}}
	for _, p := range []*program{s.kiosk, s.browser} {
		began := time.Now()
		if err := s.learn(ctx, p); err != nil {
			return "", fmt.Errorf("a first time: %w", err)
		}
		say("%s: its pages are known after %.0f s", p.name, time.Since(began).Seconds())
	}
	for round := range e.rounds {
		for _, p := range []*program{s.kiosk, s.browser} {
			if err := s.round(ctx, p, e, all[p]); err != nil {
				return "", fmt.Errorf("round %d: %w", round+1, err)
			}
			f := all[p]
			say("round %d, %s: painted %.2f s, usable %.2f s, touch %.0f ms, key %.0f ms, PSS %.0f MB, idle %.2f %%",
				round+1, p.name, f.painted[round], f.usable[round], f.touchBy[round], f.keyBy[round], f.pss[round], f.idle[round])
		}
	}
	return renderWindow(s, e, all[s.kiosk], all[s.browser]), nil
}

func say(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

// learn starts a program once, uncounted, and learns what its pages look like by
// walking all its ways. It also warms what a second start finds warm: the disk's
// cache, a browser's profile.
func (s *stage) learn(ctx context.Context, p *program) error {
	print, err := s.open(ctx, p)
	if err != nil {
		return err
	}
	defer s.end(p)
	p.prints["first"] = print
	for i, step := range p.open[:1] {
		if _, err := s.take(ctx, p, "open", i, step); err != nil {
			return err
		}
	}
	if p.prints["second"], err = s.glass.Settle(ctx, p.first, time.Second); err != nil {
		return err
	}
	if p.prints["second"] == p.prints["first"] {
		return s.lost(p, fmt.Errorf("%s: the first touch (%s) changes nothing at the foot", p.name, p.open[0].ID))
	}
	if err := s.enter(ctx, p); err != nil {
		return err
	}
	_, _, err = s.cycle(ctx, p, strike)
	return err
}

func (s *stage) begin(ctx context.Context, p *program) (time.Time, error) {
	began := time.Now()
	running, err := p.start(ctx)
	p.running = running
	return began, err
}

// open starts a program, waits until its first page is at rest, and returns the
// print of the zone by which that is known.
func (s *stage) open(ctx context.Context, p *program) (glass.Print, error) {
	empty, err := s.glass.Print(s.glass.Bounds)
	if err != nil {
		return 0, err
	}
	if _, err := s.begin(ctx, p); err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		if _, err := s.glass.Settle(ctx, s.glass.Bounds, 4*time.Second); err != nil {
			s.end(p)
			return 0, s.lost(p, fmt.Errorf("%s: its first page: %w", p.name, err))
		}
		if now, err := s.glass.Print(s.glass.Bounds); err != nil || now != empty {
			print, second := s.glass.Print(p.first)
			return print, errors.Join(err, second)
		}
	}
}

func (s *stage) end(p *program) {
	if p.running != nil {
		_ = p.running.Stop()
		p.running = nil
	}
}

// enter walks from behind the first touch to the service's first page, all questions
// answered.
func (s *stage) enter(ctx context.Context, p *program) error {
	if _, err := s.walk(ctx, p, "through", unmeasured(p.open[1:]), 0); err != nil {
		return err
	}
	_, err := s.walk(ctx, p, "rewind", unmeasured(p.rewind), 0)
	return err
}

// cycle walks the service on by touch, back, on by keys, and back.
func (s *stage) cycle(ctx context.Context, p *program, pause time.Duration) (touch, key []float64, err error) {
	for _, part := range []struct {
		name  string
		way   way.Way
		times *[]float64
	}{
		{"touch", p.touch, &touch}, {"back from touch", unmeasured(p.untouch), nil},
		{"keys", p.keys, &key}, {"back from keys", unmeasured(p.unkeys), nil},
	} {
		times, err := s.walk(ctx, p, part.name, part.way, pause)
		if err != nil {
			return nil, nil, err
		}
		if part.times != nil {
			*part.times = times
		}
	}
	return touch, key, nil
}

// unmeasured is a way of which no press counts.
func unmeasured(w way.Way) way.Way {
	out := make(way.Way, len(w))
	for i, step := range w {
		step.Turns = false
		out[i] = step
	}
	return out
}

// round starts a program, walks the service, and watches it rest.
func (s *stage) round(ctx context.Context, p *program, e effort, f *figures) error {
	began, err := s.begin(ctx, p)
	if err != nil {
		return err
	}
	defer s.end(p)
	first, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	painted, err := s.glass.Until(first, p.first, p.prints["first"])
	if err != nil {
		return s.lost(p, fmt.Errorf("%s: its first page: %w", p.name, err))
	}
	s.glass.Touch(p.open[0].At)
	usable, err := s.glass.Until(first, p.first, p.prints["second"])
	if err != nil {
		return s.lost(p, fmt.Errorf("%s: what follows the first touch: %w", p.name, err))
	}
	f.painted, f.usable = append(f.painted, painted.Sub(began).Seconds()), append(f.usable, usable.Sub(began).Seconds())
	// What goes on behind the first page (a first exchange with the hub, a browser's
	// own starting) comes to its end.
	if err := sleep(ctx, 3*time.Second); err != nil {
		return err
	}
	m, _, err := measureMemory(p)
	if err != nil {
		return err
	}
	f.fresh = append(f.fresh, mb(m.PSS))
	if err := s.enter(ctx, p); err != nil {
		return err
	}
	var touch, key []float64
	for range e.cycles {
		t, k, err := s.cycle(ctx, p, pause)
		if err != nil {
			return err
		}
		touch, key = append(touch, t...), append(key, k...)
	}
	f.touch, f.key = append(f.touch, touch...), append(f.key, key...)
	f.touchBy, f.keyBy = append(f.touchBy, median(touch)), append(f.keyBy, median(key))
	if m, _, err = measureMemory(p); err != nil {
		return err
	}
	f.walked = append(f.walked, mb(m.PSS))
	idle, err := watchIdle(ctx, p, e.idle)
	if err != nil {
		return err
	}
	f.idle = append(f.idle, idle)
	m, tree, err := measureMemory(p)
	if err != nil {
		return err
	}
	f.pss, f.anon, f.processes = append(f.pss, mb(m.PSS)), append(f.anon, mb(m.Anon)), len(tree)
	return nil
}

func mb(bytes int64) float64 { return float64(bytes) / (1 << 20) }

func measureMemory(p *program) (proc.Memory, proc.Tree, error) {
	tree, err := proc.TreeOf(p.running.PID())
	if err != nil {
		return proc.Memory{}, nil, err
	}
	m, err := tree.Memory()
	return m, tree, err
}

// afterwork is how long after the last press a program may still have to do with it: 16 s
// after its last drawing the kiosk forgets what it drew and gives the memory back.
const afterwork = 20 * time.Second

// watchIdle returns what a program takes of a core while nobody touches it.
func watchIdle(ctx context.Context, p *program, d time.Duration) (percent float64, err error) {
	// The last page's afterwork is not idling.
	if err := sleep(ctx, afterwork); err != nil {
		return 0, err
	}
	tree, err := proc.TreeOf(p.running.PID())
	if err != nil {
		return 0, err
	}
	before, began := tree.Busy(), time.Now()
	if err := sleep(ctx, d); err != nil {
		return 0, err
	}
	busy, took := tree.Busy().Since(before), time.Since(began)
	return busy.Seconds() / took.Seconds() * 100, nil
}
