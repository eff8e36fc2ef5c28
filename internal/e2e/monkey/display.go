// Package monkey plays with the kiosk as nobody should: it presses any key and any
// chord, puts fingers anywhere, and watches whether the window lets go. It speaks
// to the X server itself, so that ten thousand inputs take seconds.
package monkey

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"io"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"
)

// Display is the monkey's own connection to an X server.
type Display struct {
	Width, Height int

	conn *xgb.Conn
	root xproto.Window
	// owner is a window that is never shown. It holds the clipboard.
	owner xproto.Window
	// codes are the key codes by the name of their first symbol.
	codes map[uint32]xproto.Keycode
	// least and most bound the key codes that there are.
	least, most xproto.Keycode
	clipboards  []xproto.Atom
	// protocols and ping are the names of a question that a window's program answers
	// in its turn; asked and answered number them.
	protocols, ping xproto.Atom
	asked, answered uint32
}

// Open connects to a display such as ":7".
func Open(display string) (*Display, error) {
	xgb.Logger.SetOutput(io.Discard) // it tells of every display that needs no password
	conn, err := xgb.NewConnDisplay(display)
	if err != nil {
		return nil, fmt.Errorf("display %s: %w", display, err)
	}
	if err := xtest.Init(conn); err != nil {
		conn.Close()
		return nil, fmt.Errorf("display %s: %w", display, err)
	}
	setup := xproto.Setup(conn)
	screen := setup.DefaultScreen(conn)
	d := &Display{
		Width: int(screen.WidthInPixels), Height: int(screen.HeightInPixels), conn: conn, root: screen.Root,
		codes: map[uint32]xproto.Keycode{}, least: setup.MinKeycode, most: setup.MaxKeycode,
	}
	count := d.most - d.least + 1
	keys, err := xproto.GetKeyboardMapping(conn, d.least, byte(count)).Reply()
	if err != nil {
		conn.Close()
		return nil, fmt.Errorf("read the keyboard: %w", err)
	}
	per := int(keys.KeysymsPerKeycode)
	for i := range int(count) {
		symbol := uint32(keys.Keysyms[i*per])
		if _, known := d.codes[symbol]; symbol != 0 && !known {
			d.codes[symbol] = d.least + xproto.Keycode(i)
		}
	}
	if err := d.holdClipboards(screen); err != nil {
		conn.Close()
		return nil, err
	}
	for name, atom := range map[string]*xproto.Atom{"WM_PROTOCOLS": &d.protocols, "_NET_WM_PING": &d.ping} {
		reply, err := xproto.InternAtom(conn, false, uint16(len(name)), name).Reply() // #nosec G115 -- a short name
		if err != nil {
			conn.Close()
			return nil, err
		}
		*atom = reply.Atom
	}
	err = xproto.ChangeWindowAttributesChecked(conn, d.root, xproto.CwEventMask, []uint32{xproto.EventMaskSubstructureNotify}).Check()
	if err != nil {
		conn.Close()
		return nil, fmt.Errorf("listen at the root window: %w", err)
	}
	return d, nil
}

// Close ends the connection.
func (d *Display) Close() { d.conn.Close() }

// Key presses or lifts a key by its code.
func (d *Display) Key(code xproto.Keycode, down bool) {
	kind := byte(xproto.KeyRelease)
	if down {
		kind = xproto.KeyPress
	}
	xtest.FakeInput(d.conn, kind, byte(code), 0, d.root, 0, 0, 0)
}

// Button presses or lifts a button of the mouse; a finger is the first.
func (d *Display) Button(number byte, down bool) {
	kind := byte(xproto.ButtonRelease)
	if down {
		kind = xproto.ButtonPress
	}
	xtest.FakeInput(d.conn, kind, number, 0, d.root, 0, 0, 0)
}

// Move moves the finger.
func (d *Display) Move(at image.Point) {
	// #nosec G115 -- a point of the screen
	xtest.FakeInput(d.conn, xproto.MotionNotify, 0, 0, d.root, int16(at.X), int16(at.Y), 0)
}

// Tap puts a finger on a point and lifts it.
func (d *Display) Tap(at image.Point) {
	d.Move(at)
	d.Button(1, true)
	d.Button(1, false)
}

// Press presses keys by their symbols, the last one while the others are held.
func (d *Display) Press(symbols ...uint32) error {
	for _, s := range symbols {
		if _, ok := d.codes[s]; !ok {
			return fmt.Errorf("the keyboard has no key for symbol %#x", s)
		}
	}
	for _, s := range symbols {
		d.Key(d.codes[s], true)
	}
	for i := len(symbols) - 1; i >= 0; i-- {
		d.Key(d.codes[symbols[i]], false)
	}
	return d.Settle()
}

// Settle waits until the server has taken everything.
func (d *Display) Settle() error {
	_, err := xproto.GetInputFocus(d.conn).Reply()
	return err
}

// Window is a window that stands on the screen.
type Window struct {
	Class string
	Frame image.Rectangle

	id xproto.Window
}

// ErrSilent says that a window's program does not answer.
var ErrSilent = errors.New("the window does not answer")

// Await waits until the program of a window has taken everything that was done
// before: a window manager asks so whether one hangs (_NET_WM_PING).
func (d *Display) Await(w Window, patience time.Duration) error {
	d.asked++
	d.tell(w, d.ping, d.asked)
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if err := d.Clipboards(); err != nil {
			return err
		}
		if d.answered >= d.asked {
			return nil
		}
	}
	return fmt.Errorf("%w within %s", ErrSilent, patience)
}

// AskToClose asks a window to close, as a window manager does for Alt-F4.
func (d *Display) AskToClose(w Window) error {
	const name = "WM_DELETE_WINDOW"
	atom, err := xproto.InternAtom(d.conn, false, uint16(len(name)), name).Reply()
	if err != nil {
		return err
	}
	d.tell(w, atom.Atom, 0)
	return d.Settle()
}

// tell sends a word of the protocol between window managers and windows.
func (d *Display) tell(w Window, word xproto.Atom, number uint32) {
	event := xproto.ClientMessageEvent{Format: 32, Window: w.id, Type: d.protocols,
		Data: xproto.ClientMessageDataUnionData32New([]uint32{uint32(word), number, uint32(w.id), 0, 0})}
	xproto.SendEvent(d.conn, false, w.id, 0, string(event.Bytes()))
}

// Windows returns the top-level windows that can be seen.
func (d *Display) Windows() ([]Window, error) {
	tree, err := xproto.QueryTree(d.conn, d.root).Reply()
	if err != nil {
		return nil, err
	}
	var out []Window
	for _, id := range tree.Children {
		attributes, err := xproto.GetWindowAttributes(d.conn, id).Reply()
		if err != nil || attributes.MapState != xproto.MapStateViewable {
			continue // it is gone, or cannot be seen
		}
		frame, err := xproto.GetGeometry(d.conn, xproto.Drawable(id)).Reply()
		if err != nil {
			continue
		}
		class, err := xproto.GetProperty(d.conn, false, id, xproto.AtomWmClass, xproto.AtomString, 0, 64).Reply()
		name := ""
		if err == nil {
			name = string(bytes.ReplaceAll(bytes.Trim(class.Value, "\x00"), []byte{0}, []byte(".")))
		}
		at := image.Rect(int(frame.X), int(frame.Y), int(frame.X)+int(frame.Width), int(frame.Y)+int(frame.Height))
		out = append(out, Window{Class: name, Frame: at, id: id})
	}
	return out, nil
}

// ShowWindow puts a white window of the monkey's own on the screen, as a control.
func (d *Display) ShowWindow(at image.Rectangle) error {
	id, err := xproto.NewWindowId(d.conn)
	if err != nil {
		return err
	}
	screen := xproto.Setup(d.conn).DefaultScreen(d.conn)
	// #nosec G115 -- a place on the screen
	err = xproto.CreateWindowChecked(d.conn, screen.RootDepth, id, d.root, int16(at.Min.X), int16(at.Min.Y), uint16(at.Dx()), uint16(at.Dy()), 0,
		xproto.WindowClassInputOutput, screen.RootVisual, xproto.CwBackPixel, []uint32{screen.WhitePixel}).Check()
	if err != nil {
		return err
	}
	return xproto.MapWindowChecked(d.conn, id).Check()
}

// Picture returns what stands on the screen.
func (d *Display) Picture() (*image.RGBA, error) {
	// #nosec G115 -- the size of the screen
	got, err := xproto.GetImage(d.conn, xproto.ImageFormatZPixmap, xproto.Drawable(d.root), 0, 0, uint16(d.Width), uint16(d.Height), 0xffffffff).Reply()
	if err != nil {
		return nil, fmt.Errorf("look at the screen: %w", err)
	}
	out := image.NewRGBA(image.Rect(0, 0, d.Width, d.Height))
	if len(got.Data) != len(out.Pix) {
		return nil, fmt.Errorf("the screen has %d bytes and not %d; start it with a depth of 24", len(got.Data), len(out.Pix))
	}
	for i := 0; i < len(out.Pix); i += 4 {
		out.Pix[i], out.Pix[i+1], out.Pix[i+2], out.Pix[i+3] = got.Data[i+2], got.Data[i+1], got.Data[i], 0xff
	}
	return out, nil
}

// Differ counts the points in which two pictures differ, and returns the rectangle
// in which they lie.
func Differ(x, y *image.RGBA) (points int, where image.Rectangle) {
	if x.Rect != y.Rect {
		return x.Rect.Dx() * x.Rect.Dy(), x.Rect.Union(y.Rect)
	}
	for i := 0; i < len(x.Pix); i += 4 {
		if !bytes.Equal(x.Pix[i:i+4], y.Pix[i:i+4]) {
			points++
			at := image.Pt(i/4%x.Rect.Dx(), i/4/x.Rect.Dx())
			where = where.Union(image.Rectangle{at, at.Add(image.Pt(1, 1))})
		}
	}
	return points, where
}

// Blank reports whether a picture is all of one colour, as one is that shows
// nothing.
func Blank(p *image.RGBA) bool {
	first := p.RGBAAt(0, 0)
	for i := 0; i < len(p.Pix); i += 4 {
		if (color.RGBA{p.Pix[i], p.Pix[i+1], p.Pix[i+2], p.Pix[i+3]}) != first {
			return false
		}
	}
	return true
}

// holdClipboards makes the monkey the owner of all that can be pasted. Whoever
// copies takes it away, and whoever pastes asks for it: both are heard.
func (d *Display) holdClipboards(screen *xproto.ScreenInfo) error {
	id, err := xproto.NewWindowId(d.conn)
	if err != nil {
		return err
	}
	err = xproto.CreateWindowChecked(d.conn, 0, id, d.root, -10, -10, 1, 1, 0, xproto.WindowClassInputOnly, screen.RootVisual, 0, nil).Check()
	if err != nil {
		return fmt.Errorf("make a window for the clipboard: %w", err)
	}
	d.owner = id
	for _, name := range []string{"PRIMARY", "SECONDARY", "CLIPBOARD"} {
		atom, err := xproto.InternAtom(d.conn, false, uint16(len(name)), name).Reply()
		if err != nil {
			return err
		}
		d.clipboards = append(d.clipboards, atom.Atom)
		if err := xproto.SetSelectionOwnerChecked(d.conn, d.owner, atom.Atom, xproto.TimeCurrentTime).Check(); err != nil {
			return fmt.Errorf("take %s: %w", name, err)
		}
	}
	return d.Clipboards()
}

// ErrClipboard says that somebody copied or pasted.
var ErrClipboard = errors.New("the clipboard was used")

// Clipboards returns an error when somebody has copied, or has asked for what
// could be pasted.
func (d *Display) Clipboards() error {
	if err := d.Settle(); err != nil {
		return err
	}
	for {
		event, err := d.conn.PollForEvent()
		if err != nil {
			return fmt.Errorf("the X server: %w", err)
		}
		switch e := event.(type) {
		case nil:
			for _, atom := range d.clipboards {
				owner, err := xproto.GetSelectionOwner(d.conn, atom).Reply()
				if err != nil {
					return err
				}
				if owner.Owner != d.owner {
					return fmt.Errorf("%w: something was copied", ErrClipboard)
				}
			}
			return nil
		case xproto.ClientMessageEvent:
			if e.Type == d.protocols && xproto.Atom(e.Data.Data32[0]) == d.ping {
				d.answered = e.Data.Data32[1]
			}
		case xproto.SelectionRequestEvent:
			// It gets nothing, but must not wait.
			answer := xproto.SelectionNotifyEvent{Time: e.Time, Requestor: e.Requestor, Selection: e.Selection, Target: e.Target}
			xproto.SendEvent(d.conn, false, e.Requestor, 0, string(answer.Bytes()))
			return fmt.Errorf("%w: something was pasted", ErrClipboard)
		case xproto.SelectionClearEvent:
			return fmt.Errorf("%w: something was copied", ErrClipboard)
		}
	}
}
