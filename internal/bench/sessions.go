package main

import (
	"context"
	"fmt"
	"time"

	"chasqui/internal/bench/glass"
	"chasqui/internal/bench/way"
	"chasqui/locales"
)

// visits is what many visits left behind.
type visits struct {
	count, taps int
	took        time.Duration
	// at is after how many visits a sample was taken; pss and anon are in MB.
	at, pss, anon []float64
	// before and after are per cent of a core, at rest on the welcome page.
	before, after float64
	// restPSS and restAnon are MB once it has rested after the last one.
	restPSS, restAnon float64
}

// questionsAVisit is how many questions a short visit answers.
const questionsAVisit = 3

// visitsTable drives visits through the kiosk's window and returns the table of what
// they left behind. It needs no quiet machine: nothing in it is timed.
func visitsTable(ctx context.Context, bin string, e effort) (string, error) {
	s, err := newStage(ctx, bin)
	if err != nil {
		return "", err
	}
	defer s.Close()
	v, err := s.visits(ctx, e)
	if err != nil {
		return "", err
	}
	return renderVisits(v), nil
}

// visits drives short visits through the real window, in each language in turn,
// each ended by starting over, and samples the memory on the way.
func (s *stage) visits(ctx context.Context, e effort) (*visits, error) {
	p := &program{name: s.kiosk.name, start: s.kiosk.start, first: s.kiosk.first, prints: map[string]glass.Print{}, others: map[string][]glass.Print{}}
	var ways []way.Way
	var names []string
	for _, l := range locales.Languages() {
		if l.Status != locales.Complete {
			continue
		}
		walker, err := way.NewWalker(width, height)
		if err != nil {
			return nil, err
		}
		w, err := walker.Session(l.Tag, s.service, s.example, questionsAVisit)
		if err != nil {
			return nil, fmt.Errorf("a visit in %s: %w", l.Tag, err)
		}
		ways, names = append(ways, w), append(names, "visit "+l.Tag)
	}
	if _, err := s.open(ctx, p); err != nil {
		return nil, err
	}
	defer s.end(p)
	var err error
	v := &visits{count: e.sessions}
	if v.before, err = watchIdle(ctx, p, e.idle); err != nil {
		return nil, err
	}
	every := max(e.sessions/10, 1)
	began := time.Now()
	for i := range e.sessions {
		if i%every == 0 {
			if err := v.sample(p, i); err != nil {
				return nil, err
			}
		}
		if _, err := s.walk(ctx, p, names[i%len(ways)], ways[i%len(ways)], 0); err != nil {
			return nil, fmt.Errorf("visit %d: %w", i+1, err)
		}
		v.taps += len(ways[i%len(ways)])
	}
	v.took = time.Since(began)
	if err := v.sample(p, e.sessions); err != nil {
		return nil, err
	}
	if v.after, err = watchIdle(ctx, p, e.idle); err != nil {
		return nil, err
	}
	m, _, err := measureMemory(p)
	v.restPSS, v.restAnon = mb(m.PSS), mb(m.Anon)
	return v, err
}

func (v *visits) sample(p *program, after int) error {
	m, _, err := measureMemory(p)
	if err != nil {
		return err
	}
	v.at, v.pss, v.anon = append(v.at, float64(after)), append(v.pss, mb(m.PSS)), append(v.anon, mb(m.Anon))
	say("after %d visits: PSS %.1f MB, anonymous %.1f MB", after, mb(m.PSS), mb(m.Anon))
	return nil
}

// settled are the samples from the second fifth on: before that, caches fill.
func (v *visits) settled() (at, anon []float64) {
	from := len(v.at) / 5
	return v.at[from:], v.anon[from:]
}
