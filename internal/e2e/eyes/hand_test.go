package eyes_test

import (
	"context"
	"errors"
	"image"
	"image/color"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"chasqui/internal/e2e/eyes"
)

// The colours of a slow program's pages, and of its button under a finger.
const (
	firstPage  = 0xf0f0f0
	underTouch = 0x204060
	nextPage   = 0x30a040
)

// slow is a program with one window, which takes its time: it fills at once where it is
// touched, and shows what the touch brings only a while after the finger was lifted.
type slow struct {
	conn   *xgb.Conn
	window xproto.Window
	pen    xproto.Gcontext
	taking time.Duration
	// deaf says that touches change nothing.
	deaf atomic.Bool
	// touched are the touches that were lifted.
	touched atomic.Int32
}

func showSlow(t *testing.T, screen *eyes.Screen, taking time.Duration) *slow {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	conn, err := xgb.NewConnDisplay(screen.Display.Name)
	must(err)
	s := &slow{conn: conn, taking: taking}
	root := xproto.Setup(conn).DefaultScreen(conn)
	s.window, err = xproto.NewWindowId(conn)
	must(err)
	must(xproto.CreateWindowChecked(conn, root.RootDepth, s.window, root.Root, 0, 0, root.WidthInPixels, root.HeightInPixels, 0,
		xproto.WindowClassInputOutput, root.RootVisual, xproto.CwBackPixel|xproto.CwEventMask,
		[]uint32{firstPage, xproto.EventMaskButtonPress | xproto.EventMaskButtonRelease}).Check())
	s.pen, err = xproto.NewGcontextId(conn)
	must(err)
	must(xproto.CreateGCChecked(conn, s.pen, xproto.Drawable(s.window), 0, nil).Check())
	atom := func(name string) uint32 {
		t.Helper()
		reply, err := xproto.InternAtom(conn, false, uint16(len(name)), name).Reply()
		must(err)
		return uint32(reply.Atom)
	}
	protocols, ping := atom("WM_PROTOCOLS"), atom("_NET_WM_PING")
	must(xproto.ChangePropertyChecked(conn, xproto.PropModeReplace, s.window, xproto.Atom(protocols), xproto.AtomAtom, 32, 1,
		[]byte{byte(ping), byte(ping >> 8), byte(ping >> 16), byte(ping >> 24)}).Check())
	must(xproto.MapWindowChecked(conn, s.window).Check())
	ended := make(chan struct{})
	go func() { defer close(ended); s.run(root.Root) }()
	t.Cleanup(func() { conn.Close(); <-ended })
	return s
}

// run goes round as a window's loop does: it takes all that has come, answering where
// it is asked, and paints after that.
func (s *slow) run(root xproto.Window) {
	for {
		event, err := s.conn.WaitForEvent()
		if event == nil && err == nil {
			return
		}
		time.Sleep(20 * time.Millisecond) // what comes meanwhile is taken in the same round
		under, lifted := false, false
		for ; event != nil; event, _ = s.conn.PollForEvent() {
			switch e := event.(type) {
			case xproto.ButtonPressEvent:
				under = true
			case xproto.ButtonReleaseEvent:
				s.touched.Add(1)
				under, lifted = false, true
			case xproto.ClientMessageEvent:
				e.Window = root
				xproto.SendEvent(s.conn, false, root, xproto.EventMaskSubstructureNotify|xproto.EventMaskSubstructureRedirect, string(e.Bytes()))
			}
		}
		if under {
			s.paint(underTouch, image.Rect(10, 10, 110, 60))
		}
		if lifted {
			time.Sleep(s.taking)
			if s.deaf.Load() {
				s.paint(firstPage, image.Rect(0, 0, 320, 200))
			} else {
				s.paint(nextPage, image.Rect(0, 0, 320, 200))
			}
		}
	}
}

func (s *slow) paint(colour uint32, at image.Rectangle) {
	xproto.ChangeGC(s.conn, s.pen, xproto.GcForeground, []uint32{colour})
	xproto.PolyFillRectangle(s.conn, xproto.Drawable(s.window), s.pen, []xproto.Rectangle{{
		X: int16(at.Min.X), Y: int16(at.Min.Y), Width: uint16(at.Dx()), Height: uint16(at.Dy()),
	}})
}

func newScreen(t *testing.T) *eyes.Screen {
	t.Helper()
	if missing := eyes.Missing(); len(missing) > 0 {
		t.Skipf("missing %v; scripts/packages.sh test installs them", missing)
	}
	screen, err := eyes.NewScreen(t.Context(), 320, 200, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(screen.Close)
	return screen
}

// button is where the slow program has its button.
func button(eyes.Page) (image.Rectangle, bool) { return image.Rect(10, 10, 110, 60), true }

// Guards that a button that fills under the finger is not taken for what the touch
// brings, however long that takes: whoever took it for that touched again what was not
// there any more. It fails where a touch is over as soon as the picture differs.
func TestWhatATouchBringsIsAwaited(t *testing.T) {
	screen := newScreen(t)
	showSlow(t, screen, 500*time.Millisecond)
	if err := screen.TapAndWait(t.Context(), "eng", eyes.Whole, "the button", 20*time.Second, button); err != nil {
		t.Fatal(err)
	}
	picture, err := screen.Display.Picture()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := picture.RGBAAt(160, 100), (color.RGBA{R: 0x30, G: 0xa0, B: 0x40, A: 0xff}); got != want {
		t.Errorf("after the touch the page is %v, want the next one, %v", got, want)
	}
}

// Guards that a touch that changes nothing is told as what it is: the window has taken
// it, and nothing has come of it.
func TestATouchThatChangesNothingIsTold(t *testing.T) {
	screen := newScreen(t)
	program := showSlow(t, screen, 0)
	program.deaf.Store(true)
	err := screen.TapAndWait(t.Context(), "eng", eyes.Whole, "the button", 6*time.Second, button)
	if !errors.Is(err, eyes.ErrNotSeen) || !strings.Contains(err.Error(), "has taken") || program.touched.Load() != 1 {
		t.Errorf("touched %d times: %v", program.touched.Load(), err)
	}
}

// Guards that what was turned while it was read is read again before it is touched: it
// fails without the second look at the place.
func TestNobodyTouchesAPageThatIsGone(t *testing.T) {
	screen := newScreen(t)
	program := showSlow(t, screen, 0)
	read := 0
	err := screen.TapOn(t.Context(), "eng", eyes.Whole, "the button", 20*time.Second, func(p eyes.Page) (image.Rectangle, bool) {
		if read++; read == 1 {
			if program.paint(nextPage, image.Rect(0, 0, 320, 200)); program.touched.Load() != 0 {
				t.Error("it was touched already")
			}
			turned, stop := context.WithTimeout(t.Context(), 20*time.Second)
			defer stop()
			if _, err := screen.Display.Still(turned, 50*time.Millisecond); err != nil {
				t.Error(err)
			}
		}
		return button(p)
	})
	if err != nil || read != 2 || program.touched.Load() != 1 {
		t.Errorf("read %d times, touched %d times: %v", read, program.touched.Load(), err)
	}
}
