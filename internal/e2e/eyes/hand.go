package eyes

import (
	"context"
	"errors"
	"fmt"
	"image"
	"time"

	"chasqui/internal/display"
)

const (
	// held is how long a finger lies on what it touches.
	held = 30 * time.Millisecond
	// rest is how long a hand rests after a touch before it means another that was read
	// meanwhile. Sooner ones are taken for a tremor: what was touched twice may be
	// another button by then, on another page, in the place of the first.
	rest = 600 * time.Millisecond
	// again is how long after a key the same key is another stroke: below 20 ms the
	// window takes it for the key's repeating itself.
	again = 25 * time.Millisecond
	// slow is how long a window may take for what was done, on a machine that does much else.
	slow = time.Minute
)

// errNoWindow says that there is nothing to touch.
var errNoWindow = errors.New("no window that answers stands on the screen")

// taken waits until the window has taken what was done, and says which window that is.
func (s *Screen) taken(what string) (display.Window, error) {
	w, ok, err := s.Display.Front()
	if err == nil && !ok {
		err = errNoWindow
	}
	if err == nil {
		err = s.Display.Taken(w, slow)
	}
	if err != nil {
		return w, fmt.Errorf("%s: %w", what, err)
	}
	s.owed = true
	return w, nil
}

// painted waits until the window has painted what was done to it since this was asked
// for last. A window that is gone has nothing more to paint.
func (s *Screen) painted() error {
	if !s.owed {
		return nil
	}
	s.owed = false
	w, ok, err := s.Display.Front()
	if err != nil || !ok {
		return err
	}
	return s.Display.Shown(w, slow)
}

// Tap puts a finger on a point and lifts it. It returns once the window has taken the
// touch: what is read after that is what has come of it.
func (s *Screen) Tap(ctx context.Context, at image.Point) error {
	s.Display.Move(at)
	s.Display.Button(1, true)
	err := pause(ctx, held)
	s.Display.Button(1, false)
	if err != nil {
		return err
	}
	_, err = s.taken(fmt.Sprintf("a touch at %v", at))
	s.lifted = time.Now()
	return err
}

// Strike presses keys one after another, by X's names of them or the letters that they
// write, and returns once the window has taken them all. Strokes of one key are told
// apart by the server's clock: where some time has not passed between them, the window
// takes the second for the first one held, or for the first told twice.
func (s *Screen) Strike(ctx context.Context, names ...string) error {
	struck := map[int]time.Time{} // by the code: a and A are one key
	for _, name := range names {
		symbol, err := display.SymbolOf(name)
		if err != nil {
			return err
		}
		key, _ := s.Display.CodeOf(symbol)
		if err := pause(ctx, again-time.Since(struck[key])); err != nil {
			return err
		}
		if err := s.Display.Press(symbol); err != nil {
			return err
		}
		if err := s.Display.Settle(); err != nil { // the server has it now
			return err
		}
		struck[key] = time.Now()
	}
	_, err := s.taken(fmt.Sprintf("%d keys", len(names)))
	return err
}

// TapOn reads a zone of the screen until find returns a place on it, and puts a finger on
// its middle. A page that was turned while it was read is read again: nobody touches
// what is not there any more.
func (s *Screen) TapOn(ctx context.Context, language string, zone Zone, what string, patience time.Duration, find func(Page) (image.Rectangle, bool)) error {
	_, err := s.tapOn(ctx, language, zone, what, patience, find)
	return err
}

// TapAndWait is TapOn for what must change the page: it waits for that. A touch that
// changes nothing is an error, which tells whether the window has taken it.
func (s *Screen) TapAndWait(ctx context.Context, language string, zone Zone, what string, patience time.Duration, find func(Page) (image.Rectangle, bool)) error {
	touched, err := s.tapOn(ctx, language, zone, what, patience, find)
	if err != nil {
		return err
	}
	if err := s.painted(); err != nil {
		return fmt.Errorf("the touch at %v on %s was taken: %w", touched.at, what, err)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if _, err := s.Display.Until(ctx, s.Display.Bounds, func(now display.Print) bool { return now != touched.before }); err != nil {
		return fmt.Errorf("%w: a change after a touch at %v on %s, which the window has taken (%w); there stands:\n%s", ErrNotSeen, touched.at, what, err, touched.page.Text())
	}
	return nil
}

// touched is a touch that was taken.
type touched struct {
	page   Page
	at     image.Point
	before display.Print // of the whole screen, just before
}

func (s *Screen) tapOn(ctx context.Context, language string, zone Zone, what string, patience time.Duration, find func(Page) (image.Rectangle, bool)) (touched, error) {
	for end := time.Now().Add(patience); ; {
		var box image.Rectangle
		page, err := s.Await(ctx, language, zone, what, patience, func(p Page) (ok bool) {
			box, ok = find(p)
			return ok
		})
		if err != nil {
			return touched{}, err
		}
		if err := pause(ctx, rest-time.Since(s.lifted)); err != nil {
			return touched{}, err
		}
		before, err := s.Display.Print(s.Display.Bounds)
		if err != nil {
			return touched{}, err
		}
		there, err := s.shows(page, box)
		if err != nil {
			return touched{}, err
		}
		if there {
			return touched{page, Centre(box), before}, s.Tap(ctx, Centre(box))
		}
		if time.Now().After(end) {
			return touched{}, fmt.Errorf("%w within %s: a page that stays long enough to touch %s", ErrNotSeen, patience, what)
		}
	}
}

// shows reports whether what was read in a part of a page stands there still.
func (s *Screen) shows(page Page, part image.Rectangle) (bool, error) {
	part = part.Intersect(page.picture.Rect)
	now, err := s.Display.Part(part)
	if err != nil {
		return false, err
	}
	for y := part.Min.Y; y < part.Max.Y; y++ {
		for x := part.Min.X; x < part.Max.X; x++ {
			if now.RGBAAt(x, y) != page.picture.RGBAAt(x, y) {
				return false, nil
			}
		}
	}
	return true, nil
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
