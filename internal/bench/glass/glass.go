// Package glass is the screen as its X server knows it, for measuring: a finger
// and keys are put on it through the server's test extension, and what stands on it
// is looked at in the server's own pixels. It never asks the program behind the
// window, so that two programs are measured alike.
//
// The server tells of every change (the DAMAGE extension), and only then is the
// picture fetched, through shared memory: nothing is polled, and looking costs the
// program that is looked at next to nothing.
package glass

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"image"
	"image/color"
	"io"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/damage"
	"github.com/jezek/xgb/shm"
	"github.com/jezek/xgb/xfixes"
	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"
	"golang.org/x/sys/unix"
)

// Print tells one picture from another. The zero Print is of no picture.
type Print uint64

// ErrNotPainted says that a picture did not come in time.
var ErrNotPainted = errors.New("not painted")

// Glass is an open connection to a display.
type Glass struct {
	Bounds image.Rectangle

	conn    *xgb.Conn
	root    xproto.Window
	damage  damage.Damage
	changes chan struct{}
	segment shm.Seg
	shared  []byte
	seed    maphash.Seed
}

// Open connects to a display such as ":99". Its screen must have 32 bits a pixel.
func Open(display string) (*Glass, error) {
	xgb.Logger.SetOutput(io.Discard) // it tells of an authority file that no virtual display needs
	conn, err := xgb.NewConnDisplay(display)
	if err != nil {
		return nil, fmt.Errorf("open display %s: %w", display, err)
	}
	g := &Glass{conn: conn, changes: make(chan struct{}, 1), seed: maphash.MakeSeed()}
	if err := g.setUp(); err != nil {
		g.Close()
		return nil, fmt.Errorf("look at display %s: %w", display, err)
	}
	go g.listen()
	return g, nil
}

func (g *Glass) setUp() error {
	screen := xproto.Setup(g.conn).DefaultScreen(g.conn)
	g.root, g.Bounds = screen.Root, image.Rect(0, 0, int(screen.WidthInPixels), int(screen.HeightInPixels))
	if err := errors.Join(xtest.Init(g.conn), xfixes.Init(g.conn), damage.Init(g.conn), shm.Init(g.conn)); err != nil {
		return err
	}
	// Both extensions must hear a version before they answer anything else.
	if _, err := xfixes.QueryVersion(g.conn, 2, 0).Reply(); err != nil {
		return err
	}
	if _, err := damage.QueryVersion(g.conn, 1, 1).Reply(); err != nil {
		return err
	}
	if err := g.share(); err != nil {
		return err
	}
	id, err := damage.NewDamageId(g.conn)
	if err != nil {
		return err
	}
	g.damage = id
	return damage.CreateChecked(g.conn, id, xproto.Drawable(g.root), damage.ReportLevelNonEmpty).Check()
}

// share makes the memory through which pictures come.
func (g *Glass) share() error {
	id, err := unix.SysvShmGet(unix.IPC_PRIVATE, 4*g.Bounds.Dx()*g.Bounds.Dy(), unix.IPC_CREAT|0o600)
	if err != nil {
		return fmt.Errorf("shared memory: %w", err)
	}
	// Once both have it, it goes with the last of them.
	defer func() { _, _ = unix.SysvShmCtl(id, unix.IPC_RMID, nil) }()
	if g.shared, err = unix.SysvShmAttach(id, 0, 0); err != nil {
		return fmt.Errorf("shared memory: %w", err)
	}
	if g.segment, err = shm.NewSegId(g.conn); err != nil {
		return err
	}
	return shm.AttachChecked(g.conn, g.segment, uint32(id), false).Check() // #nosec G115 -- a segment's number is not negative
}

// listen turns the server's notices into a signal.
func (g *Glass) listen() {
	for {
		event, err := g.conn.WaitForEvent()
		if event == nil && err == nil {
			return // closed
		}
		if _, ok := event.(damage.NotifyEvent); !ok {
			continue
		}
		select {
		case g.changes <- struct{}{}:
		default:
		}
	}
}

// Close ends the connection.
func (g *Glass) Close() {
	g.conn.Close()
	if g.shared != nil {
		_ = unix.SysvShmDetach(g.shared)
		g.shared = nil
	}
}

// Touch puts a finger on a point and lifts it at once. It returns when that began.
func (g *Glass) Touch(at image.Point) time.Time {
	now := time.Now()
	xtest.FakeInput(g.conn, xproto.MotionNotify, 0, 0, g.root, int16(at.X), int16(at.Y), 0) // #nosec G115 -- a screen has fewer pixels
	xtest.FakeInput(g.conn, xproto.ButtonPress, 1, 0, g.root, 0, 0, 0)
	xtest.FakeInput(g.conn, xproto.ButtonRelease, 1, 0, g.root, 0, 0, 0)
	return now
}

// Key presses and lifts the key of a code, as [Glass.Code] returns it. It returns
// when that began.
func (g *Glass) Key(code byte) time.Time {
	now := time.Now()
	xtest.FakeInput(g.conn, xproto.KeyPress, code, 0, g.root, 0, 0, 0)
	xtest.FakeInput(g.conn, xproto.KeyRelease, code, 0, g.root, 0, 0, 0)
	return now
}

// Code returns the code of the key that bears a symbol of X, e.g. 0xff0d for Return.
func (g *Glass) Code(symbol xproto.Keysym) (byte, error) {
	setup := xproto.Setup(g.conn)
	count := byte(setup.MaxKeycode - setup.MinKeycode + 1)
	m, err := xproto.GetKeyboardMapping(g.conn, setup.MinKeycode, count).Reply()
	if err != nil {
		return 0, err
	}
	for i := range int(count) {
		if m.Keysyms[i*int(m.KeysymsPerKeycode)] == symbol {
			return byte(setup.MinKeycode) + byte(i), nil // #nosec G115 -- a code fits a byte
		}
	}
	return 0, fmt.Errorf("no key bears the symbol %#x", symbol)
}

// look fetches a zone of the screen.
func (g *Glass) look(zone image.Rectangle) ([]byte, error) {
	// What changes from here on is told anew.
	damage.Subtract(g.conn, g.damage, 0, 0)
	reply, err := shm.GetImage(g.conn, xproto.Drawable(g.root), int16(zone.Min.X), int16(zone.Min.Y), // #nosec G115 -- a screen has fewer pixels
		uint16(zone.Dx()), uint16(zone.Dy()), ^uint32(0), xproto.ImageFormatZPixmap, g.segment, 0).Reply() // #nosec G115 -- the same
	if err != nil {
		return nil, fmt.Errorf("fetch the picture: %w", err)
	}
	return g.shared[:reply.Size], nil
}

// Print returns the print of a zone as it is now.
func (g *Glass) Print(zone image.Rectangle) (Print, error) {
	pixels, err := g.look(zone)
	if err != nil {
		return 0, err
	}
	return g.print(pixels), nil
}

func (g *Glass) print(pixels []byte) Print { return Print(maphash.Bytes(g.seed, pixels) | 1) }

// Picture returns the whole screen as it is now.
func (g *Glass) Picture() (*image.RGBA, error) {
	pixels, err := g.look(g.Bounds)
	if err != nil {
		return nil, err
	}
	out := image.NewRGBA(g.Bounds)
	for i := 0; i+3 < len(pixels); i += 4 {
		out.SetRGBA(i/4%g.Bounds.Dx(), i/4/g.Bounds.Dx(), color.RGBA{R: pixels[i+2], G: pixels[i+1], B: pixels[i], A: 0xff})
	}
	return out, nil
}

// Until waits until a zone shows the picture of a print, and returns when it was
// seen there. The time is taken once the picture has been fetched and compared, so
// that it is never too early.
func (g *Glass) Until(ctx context.Context, zone image.Rectangle, want Print) (time.Time, error) {
	for {
		got, err := g.Print(zone)
		if err != nil {
			return time.Time{}, err
		}
		if got == want {
			return time.Now(), nil
		}
		select {
		case <-g.changes:
		case <-ctx.Done():
			return time.Time{}, fmt.Errorf("%w: %w", ErrNotPainted, ctx.Err())
		}
	}
}

// Settle waits until the picture has been the same for a while and returns the print
// of a zone as it stands then.
func (g *Glass) Settle(ctx context.Context, zone image.Rectangle, quiet time.Duration) (Print, error) {
	last, err := g.Print(g.Bounds)
	if err != nil {
		return 0, err
	}
	over := time.After(quiet)
	for {
		select {
		case <-g.changes:
			now, err := g.Print(g.Bounds)
			if err != nil {
				return 0, err
			}
			if now != last { // and not merely painted anew as it was
				last, over = now, time.After(quiet)
			}
		case <-over:
			return g.Print(zone)
		case <-ctx.Done():
			return 0, fmt.Errorf("%w: it does not come to rest: %w", ErrNotPainted, ctx.Err())
		}
	}
}
