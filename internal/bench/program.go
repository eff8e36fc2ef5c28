package main

import (
	"context"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"chasqui/assets"
	"chasqui/internal/bench/glass"
	"chasqui/internal/bench/way"
	"chasqui/internal/display"
	"chasqui/internal/e2e/eyes"
	"chasqui/internal/e2e/rig"
	"chasqui/kiosk/catalog"
)

// program is one of the two that are measured: how it is started, and where it is
// touched. Everything else about it is looked up in the server's pixels.
type program struct {
	name  string
	start func(ctx context.Context) (*rig.Process, error)
	// first is the zone by which its first page is known, and open what is touched
	// from there up to the first page of the service.
	first image.Rectangle
	open  way.Way
	// rewind leads from the end of open to the service's first page. From there a
	// cycle is walked again and again: on by touch, back, on by keys, back.
	rewind, touch, untouch, keys, unkeys way.Way

	running *rig.Process
	// prints are the pictures after each step, as seen the first time it was taken,
	// and others those that were seen in its place since.
	prints map[string]glass.Print
	others map[string][]glass.Print
}

// mostOthers is how many pictures of a program may differ from the ones that were
// learned, before its pages count as not the same.
const mostOthers = 8

// stage is where the programs are shown.
type stage struct {
	dir     string
	screen  *eyes.Screen
	glass   *glass.Glass
	codes   map[fyne.KeyName]byte
	service string
	kiosk   *program
	browser *program
	rig     *rig.Rig
	example catalog.Example
	close   []func()
}

const width, height = 1280, 800

// newStage sets up a hub, an enrolled kiosk, a screen, and the two programs.
func newStage(ctx context.Context, bin string) (*stage, error) {
	s := &stage{codes: map[fyne.KeyName]byte{}}
	if err := s.setUp(ctx, bin); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *stage) setUp(ctx context.Context, bin string) (err error) {
	if s.dir, err = os.MkdirTemp("", "chasqui-bench-"); err != nil {
		return err
	}
	s.close = append(s.close, func() { _ = os.RemoveAll(s.dir) })
	s.rig = &rig.Rig{Dir: s.dir, Bin: bin}
	for _, step := range []func(context.Context) error{s.rig.MakeKeys, s.rig.StartHub} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	s.close = append(s.close, func() { _ = s.rig.Stop() })
	if err := s.rig.Enrol(ctx, s.rig.HubURL); err != nil {
		return err
	}
	if s.screen, err = eyes.NewScreen(ctx, width, height, s.dir); err != nil {
		return err
	}
	s.close = append(s.close, s.screen.Close)
	if s.glass, err = glass.Open(s.screen.Display.Name); err != nil {
		return err
	}
	s.close = append(s.close, s.glass.Close)
	for name, symbol := range map[fyne.KeyName]display.Symbol{fyne.KeyReturn: display.Return, fyne.KeyDown: display.Down, fyne.KeyTab: display.Tab} {
		if s.codes[name], err = s.glass.Code(symbol); err != nil {
			return err
		}
	}
	services, err := catalog.Load(assets.Services(), nil)
	if err != nil {
		return err
	}
	if s.service, s.example, err = way.Largest(services); err != nil {
		return err
	}
	pages, err := s.makeKiosk()
	if err != nil {
		return err
	}
	s.browser, err = s.makeBrowser(pages)
	return err
}

// Close ends everything, the last thing first.
func (s *stage) Close() {
	for i := len(s.close) - 1; i >= 0; i-- {
		s.close[i]()
	}
}

// makeKiosk learns the kiosk's ways, and returns the pages that they pass: the
// welcome page, then the service from its first page to the review.
func (s *stage) makeKiosk() ([]way.Page, error) {
	walker, err := way.NewWalker(width, height)
	if err != nil {
		return nil, err
	}
	p := &program{name: "kiosk", first: image.Rect(0, height-100, width, height), prints: map[string]glass.Print{}, others: map[string][]glass.Print{}}
	pages := []way.Page{walker.Page()}
	if p.open, err = walker.Through(s.service, s.example); err != nil {
		return nil, err
	}
	if p.rewind, err = walker.Back("service"); err != nil {
		return nil, err
	}
	pages = append(pages, walker.Page())
	walker.Seen = func(page way.Page) { pages = append(pages, page) }
	if p.touch, err = walker.On("review"); err != nil {
		return nil, err
	}
	walker.Seen = nil
	if p.untouch, err = walker.Back("service"); err != nil {
		return nil, err
	}
	if p.keys, err = walker.OnByKeys("review"); err != nil {
		return nil, err
	}
	if p.unkeys, err = walker.Back("service"); err != nil {
		return nil, err
	}
	p.start = func(ctx context.Context) (*rig.Process, error) {
		return s.rig.StartKiosk(ctx, s.screen.Env(), "-hub", s.rig.HubURL, "-windowed", "-size", fmt.Sprintf("%dx%d", width, height))
	}
	s.kiosk = p
	return pages, nil
}

// patience is how long a picture is waited for before the way counts as lost.
const patience = 10 * time.Second

// take does one step and returns how long it took until its picture stood there.
// The first time that is not known yet, and is learned once the screen is at rest.
func (s *stage) take(ctx context.Context, p *program, name string, i int, step way.Step) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	before, err := s.glass.Print(s.glass.Bounds)
	if err != nil {
		return 0, err
	}
	var began time.Time
	if step.Key == "" {
		began = s.glass.Touch(step.At)
	} else {
		began = s.glass.Key(s.codes[step.Key])
	}
	key := fmt.Sprintf("%s %d", name, i)
	want, known := p.prints[key]
	if !known {
		print, err := s.see(ctx, step, before)
		if err != nil {
			return 0, s.lost(p, fmt.Errorf("%s: after step %d of the way %q (%s %s, to page %s): %w", p.name, i+1, name, step.Key, step.ID, step.Page, err))
		}
		p.prints[key] = print
		return 0, nil
	}
	others := p.others[key]
	seen, err := s.glass.Display.Until(ctx, s.glass.Bounds, func(now glass.Print) bool { return now == want || slices.Contains(others, now) })
	if err == nil {
		return seen.Sub(began), nil
	}
	err = fmt.Errorf("%s: after step %d of the way %q (%s %s, to page %s): %w", p.name, i+1, name, step.Key, step.ID, step.Page, err)
	// A browser does not paint a page to the last pixel alike each time. What stands
	// there now is known from here on, and this press is not counted.
	if other, ok := s.another(p, step, before); ok {
		say("%v; another picture of it stands there, and the press is not counted", err)
		p.others[key] = append(others, other)
		return 0, nil
	}
	return 0, s.lost(p, err)
}

// another returns the print of a page that stands there at rest in another picture
// than the one that was learned. It is none when nothing has changed since the press.
func (s *stage) another(p *program, step way.Step, before glass.Print) (glass.Print, bool) {
	count := 0
	for _, others := range p.others {
		count += len(others)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	now, err := s.see(ctx, step, before)
	return now, err == nil && now != before && count < mostOthers
}

// walk takes a way and returns how long each press took that led to another page,
// in milliseconds. Between two presses lies at least pause: nobody presses faster,
// and a second strike of the same key within half a second may be ignored.
func (s *stage) walk(ctx context.Context, p *program, name string, w way.Way, pause time.Duration) ([]float64, error) {
	var out []float64
	last := ""
	for i, step := range w {
		wait := time.Duration(0)
		if step.Turns {
			wait = pause
		} else if step.Key == "" && step.ID == last {
			wait = strike
		}
		// Not in step with anybody's clock.
		if err := sleep(ctx, wait+time.Duration(i*7919%17)*time.Millisecond); err != nil {
			return nil, err
		}
		took, err := s.take(ctx, p, name, i, step)
		if err != nil {
			return nil, err
		}
		if step.Turns && took > 0 {
			out = append(out, took.Seconds()*1000)
		}
		last = step.ID
	}
	return out, nil
}

// strike is how long after a strike the same one counts again.
const strike = 520 * time.Millisecond

// see waits until a step's page stands there at rest, and returns its print. What
// the page looks like is known from memory, where both were walked to by the same
// steps; otherwise it is at least another picture than before.
func (s *stage) see(ctx context.Context, step way.Step, before glass.Print) (glass.Print, error) {
	// What is touched may be chosen already: then nothing is painted.
	for began := time.Now(); ; {
		print, err := s.glass.Settle(ctx, s.glass.Bounds, 250*time.Millisecond)
		if err != nil {
			return 0, err
		}
		if print == before && time.Since(began) < 700*time.Millisecond {
			continue
		}
		if step.Patches == nil {
			return print, nil
		}
		picture, err := s.glass.Picture()
		if err != nil {
			return 0, err
		}
		off := way.PatchesOf(picture).Unlike(step.Patches)
		if off < 0.03 {
			return print, nil
		}
		if err := sleep(ctx, 200*time.Millisecond); err != nil {
			return 0, fmt.Errorf("the window shows another page than the one walked to in memory: %.0f %% of it is unlike", off*100)
		}
	}
}

// lost keeps a picture of the screen beside an error.
func (s *stage) lost(p *program, err error) error {
	picture, shot := s.glass.Picture()
	if shot != nil {
		return err
	}
	path := filepath.Join("out", "bench-lost.png")
	if os.MkdirAll("out", 0o755) != nil {
		return err
	}
	f, shot := os.Create(path)
	if shot != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	if png.Encode(f, picture) != nil {
		return err
	}
	said := ""
	if p.running != nil {
		said = "\nit said:\n" + tail(p.running.Output(), 10)
	}
	return fmt.Errorf("%w; the screen is in %s%s", err, path, said)
}

func tail(text string, lines int) string {
	all := strings.Split(text, "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
