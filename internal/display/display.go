// Package display is an X display as somebody in front of it has it. What is looked at
// and what is touched goes through the X server alone; the program behind a window is
// never asked, but for the one question that window managers ask.
//
// A display shows a picture, of which a part can be had too; a print is enough to tell
// one picture from another. The display tells of whatever is painted, so that nobody
// looks again before. A picture that stays the same for a while stands still. What
// moves without a meaning, as a kiosk's sign of life does, is left out of all pictures
// and prints.
//
// A hand moves a finger (the mouse), puts it on a point and lifts it, and strikes keys by
// their symbols: a key writes a symbol, alone or with Shift. Programs take what the hand
// does in their turn. A window that answers tells when its program has taken all that
// was done before, and when it has painted it too: whoever looks after that sees what
// the touch has done, and whoever looks before may see what was there before it.
//
// A cover is a window that lies over all others. The clipboards are held by the
// display, which so hears of whoever copies or pastes.
package display

import (
	"errors"
	"fmt"
	"hash/maphash"
	"image"
	"io"
	"sync"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/damage"
	"github.com/jezek/xgb/shm"
	"github.com/jezek/xgb/xfixes"
	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"
	"golang.org/x/sys/unix"
)

// Display is an open connection to a display. Its methods may be called by several
// goroutines.
type Display struct {
	// Name is what programs call it, e.g. ":7".
	Name string
	// Bounds is the size of the screen.
	Bounds image.Rectangle
	// Ignore is left out of all pictures and prints: it has the colour of the point at
	// its lower right corner.
	Ignore image.Rectangle

	conn   *xgb.Conn
	screen *xproto.ScreenInfo
	// own is a window that is never shown. It holds the clipboards, and what it is told
	// by ourselves comes after all that happened before.
	own      xproto.Window
	keyboard keyboard
	atoms    struct{ protocols, ping, closing xproto.Atom }

	// seeing guards the shared memory through which pictures come.
	seeing  sync.Mutex
	damage  damage.Damage
	segment shm.Seg
	shared  []byte
	seed    maphash.Seed
	painted chan struct{}

	// mu guards what has happened; news is closed and replaced at each of them.
	mu       sync.Mutex
	news     chan struct{}
	closed   bool
	asked    uint32 // numbers the questions, to ourselves and to windows
	echoed   uint32 // the last that came back from ourselves
	answered uint32 // the last that a window answered
	held     []xproto.Atom
	used     error // what somebody did with the clipboards
}

// Open connects to a display of this machine, such as ":7". Its screen must have 32 bits
// a pixel.
func Open(name string) (*Display, error) {
	xgb.Logger.SetOutput(io.Discard) // it tells of an authority file that no virtual display needs
	conn, err := xgb.NewConnDisplay(name)
	if err != nil {
		return nil, fmt.Errorf("open display %s: %w", name, err)
	}
	d := &Display{Name: name, conn: conn, seed: maphash.MakeSeed(), painted: make(chan struct{}, 1), news: make(chan struct{})}
	if err := d.setUp(); err != nil {
		d.Close()
		return nil, fmt.Errorf("open display %s: %w", name, err)
	}
	go d.listen()
	return d, nil
}

func (d *Display) setUp() error {
	d.screen = xproto.Setup(d.conn).DefaultScreen(d.conn)
	d.Bounds = image.Rect(0, 0, int(d.screen.WidthInPixels), int(d.screen.HeightInPixels))
	if err := errors.Join(xtest.Init(d.conn), xfixes.Init(d.conn), damage.Init(d.conn), shm.Init(d.conn)); err != nil {
		return err
	}
	// Both extensions must hear a version before they answer anything else.
	if _, err := xfixes.QueryVersion(d.conn, 2, 0).Reply(); err != nil {
		return err
	}
	if _, err := damage.QueryVersion(d.conn, 1, 1).Reply(); err != nil {
		return err
	}
	for name, atom := range map[string]*xproto.Atom{"WM_PROTOCOLS": &d.atoms.protocols, "_NET_WM_PING": &d.atoms.ping, "WM_DELETE_WINDOW": &d.atoms.closing} {
		reply, err := xproto.InternAtom(d.conn, false, uint16(len(name)), name).Reply() // #nosec G115 -- a short name
		if err != nil {
			return err
		}
		*atom = reply.Atom
	}
	var err error
	if d.own, err = xproto.NewWindowId(d.conn); err != nil {
		return err
	}
	err = xproto.CreateWindowChecked(d.conn, 0, d.own, d.screen.Root, -10, -10, 1, 1, 0, xproto.WindowClassInputOnly, d.screen.RootVisual, 0, nil).Check()
	if err != nil {
		return err
	}
	// Windows answer at the root.
	err = xproto.ChangeWindowAttributesChecked(d.conn, d.screen.Root, xproto.CwEventMask, []uint32{xproto.EventMaskSubstructureNotify}).Check()
	if err != nil {
		return err
	}
	if d.keyboard, err = readKeyboard(d.conn); err != nil {
		return err
	}
	if err := d.share(); err != nil {
		return err
	}
	if d.damage, err = damage.NewDamageId(d.conn); err != nil {
		return err
	}
	return damage.CreateChecked(d.conn, d.damage, xproto.Drawable(d.screen.Root), damage.ReportLevelNonEmpty).Check()
}

// share makes the memory through which pictures come.
func (d *Display) share() error {
	id, err := unix.SysvShmGet(unix.IPC_PRIVATE, 4*d.Bounds.Dx()*d.Bounds.Dy(), unix.IPC_CREAT|0o600)
	if err != nil {
		return fmt.Errorf("shared memory: %w", err)
	}
	// Once both have it, it goes with the last of them.
	defer func() { _, _ = unix.SysvShmCtl(id, unix.IPC_RMID, nil) }()
	if d.shared, err = unix.SysvShmAttach(id, 0, 0); err != nil {
		return fmt.Errorf("shared memory: %w", err)
	}
	if d.segment, err = shm.NewSegId(d.conn); err != nil {
		return err
	}
	return shm.AttachChecked(d.conn, d.segment, uint32(id), false).Check() // #nosec G115 -- a segment's number is not negative
}

// Close ends the connection. Whatever it has shown is gone with it.
func (d *Display) Close() {
	d.conn.Close()
	d.seeing.Lock()
	defer d.seeing.Unlock()
	if d.shared != nil {
		_ = unix.SysvShmDetach(d.shared)
		d.shared = nil
	}
}

// listen takes what the server tells, in the order in which it happened.
func (d *Display) listen() {
	for {
		event, err := d.conn.WaitForEvent()
		if event == nil && err == nil {
			d.tell(func() { d.closed = true })
			return
		}
		switch e := event.(type) {
		case damage.NotifyEvent:
			select {
			case d.painted <- struct{}{}:
			default:
			}
		case xproto.ClientMessageEvent:
			d.tell(func() { d.message(e) })
		case xproto.SelectionRequestEvent:
			// It gets nothing, but must not wait.
			answer := xproto.SelectionNotifyEvent{Time: e.Time, Requestor: e.Requestor, Selection: e.Selection, Target: e.Target}
			xproto.SendEvent(d.conn, false, e.Requestor, 0, string(answer.Bytes()))
			d.tell(func() { d.used = fmt.Errorf("%w: something was pasted", ErrClipboard) })
		case xproto.SelectionClearEvent:
			d.tell(func() { d.used = fmt.Errorf("%w: something was copied", ErrClipboard) })
		}
	}
}

// tell notes what has happened and wakes whoever waits for it.
func (d *Display) tell(what func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	what()
	close(d.news)
	d.news = make(chan struct{})
}

func (d *Display) message(e xproto.ClientMessageEvent) {
	switch {
	case e.Format != 32 || e.Type != d.atoms.protocols:
	case e.Window == d.own:
		d.echoed = max(d.echoed, e.Data.Data32[0])
	case xproto.Atom(e.Data.Data32[0]) == d.atoms.ping:
		d.answered = max(d.answered, e.Data.Data32[1])
	}
}

// errClosed says that the connection has ended.
var errClosed = errors.New("the display is closed")

// await waits until ok holds of what has happened; in time or not, it says.
func (d *Display) await(patience time.Duration, ok func() bool) (bool, error) {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for {
		d.mu.Lock()
		good, closed, news := ok(), d.closed, d.news
		d.mu.Unlock()
		switch {
		case good:
			return true, nil
		case closed:
			return false, errClosed
		}
		select {
		case <-news:
		case <-timer.C:
			return false, nil
		}
	}
}

// serverPatience is how long a server may take that has much else to do.
const serverPatience = 30 * time.Second

// Settle waits until the server has done all that it was asked, and until what it told
// before is known here.
func (d *Display) Settle() error {
	d.mu.Lock()
	d.asked++
	number := d.asked
	d.mu.Unlock()
	event := xproto.ClientMessageEvent{Format: 32, Window: d.own, Type: d.atoms.protocols,
		Data: xproto.ClientMessageDataUnionData32New([]uint32{number, 0, 0, 0, 0})}
	xproto.SendEvent(d.conn, false, d.own, 0, string(event.Bytes()))
	known, err := d.await(serverPatience, func() bool { return d.echoed >= number })
	if err == nil && !known {
		err = fmt.Errorf("display %s does not answer within %s", d.Name, serverPatience)
	}
	return err
}
