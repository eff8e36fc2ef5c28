package display

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"time"

	"github.com/jezek/xgb/xproto"
)

// Window is a window that stands on the screen.
type Window struct {
	Class string
	Frame image.Rectangle
	// Answers says that its program tells when it has taken what was done.
	Answers bool

	id xproto.Window
}

// ErrSilent says that a window's program does not answer.
var ErrSilent = errors.New("the window does not answer")

// Windows returns the top-level windows that can be seen, the lowest first.
func (d *Display) Windows() ([]Window, error) {
	tree, err := xproto.QueryTree(d.conn, d.screen.Root).Reply()
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
		w := Window{id: id, Frame: image.Rect(int(frame.X), int(frame.Y), int(frame.X)+int(frame.Width), int(frame.Y)+int(frame.Height))}
		if class, err := xproto.GetProperty(d.conn, false, id, xproto.AtomWmClass, xproto.AtomString, 0, 64).Reply(); err == nil {
			w.Class = string(bytes.ReplaceAll(bytes.Trim(class.Value, "\x00"), []byte{0}, []byte(".")))
		}
		if known, err := xproto.GetProperty(d.conn, false, id, d.atoms.protocols, xproto.AtomAtom, 0, 64).Reply(); err == nil {
			for i := 0; i+4 <= len(known.Value) && known.Format == 32; i += 4 {
				w.Answers = w.Answers || xproto.Atom(uint32(known.Value[i])|uint32(known.Value[i+1])<<8|uint32(known.Value[i+2])<<16|uint32(known.Value[i+3])<<24) == d.atoms.ping
			}
		}
		out = append(out, w)
	}
	return out, nil
}

// Front returns the window that answers and lies above all others that do.
func (d *Display) Front() (w Window, ok bool, err error) {
	all, err := d.Windows()
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].Answers {
			return all[i], true, err
		}
	}
	return Window{}, false, err
}

// Taken waits until the program of a window has taken everything that was done before: a
// window manager asks so whether one hangs (_NET_WM_PING). What it has to paint for
// that may be still to come.
func (d *Display) Taken(w Window, patience time.Duration) error {
	d.mu.Lock()
	d.asked++
	number := d.asked
	d.mu.Unlock()
	d.say(w, d.atoms.ping, number)
	taken, err := d.await(patience, func() bool { return d.answered >= number })
	if err == nil && !taken {
		err = fmt.Errorf("%w within %s", ErrSilent, patience)
	}
	return err
}

// rounds is how often a program is asked before it has painted what it was asked for at
// first. It answers where it takes input, and paints after that: whoever has the second
// answer knows that it has painted since the first. A third round is for what only the
// painting brings about.
const rounds = 3

// Shown is Taken, and waits until it was painted too.
func (d *Display) Shown(w Window, patience time.Duration) error {
	for range rounds {
		if err := d.Taken(w, patience); err != nil {
			return err
		}
	}
	return nil
}

// AskToClose asks a window to close, as a window manager does for Alt-F4.
func (d *Display) AskToClose(w Window) error {
	d.say(w, d.atoms.closing, 0)
	return d.Settle()
}

// say sends a word of the protocol between window managers and windows.
func (d *Display) say(w Window, word xproto.Atom, number uint32) {
	event := xproto.ClientMessageEvent{Format: 32, Window: w.id, Type: d.atoms.protocols,
		Data: xproto.ClientMessageDataUnionData32New([]uint32{uint32(word), number, uint32(w.id), 0, 0})}
	xproto.SendEvent(d.conn, false, w.id, 0, string(event.Bytes()))
}

// Show puts a white window on the screen, which nobody looks after.
func (d *Display) Show(at image.Rectangle) error {
	_, err := d.show(at, xproto.CwBackPixel, d.screen.WhitePixel)
	return err
}

// Cover lays a window over the whole screen, above every other and out of any window
// manager's reach, until it is taken away. It shows a picture, or is black for none. It
// asks for no keys and takes none, so that they still go where they went.
func (d *Display) Cover(picture *image.RGBA) (uncover func() error, err error) {
	ground, background := uint32(xproto.CwBackPixel), d.screen.BlackPixel
	if picture != nil {
		pixmap, err := d.load(picture)
		if err != nil {
			return nil, fmt.Errorf("cover the screen: %w", err)
		}
		ground, background = xproto.CwBackPixmap, uint32(pixmap)
	}
	id, err := d.show(d.Bounds, ground|xproto.CwOverrideRedirect, background, 1)
	if err != nil {
		return nil, fmt.Errorf("cover the screen: %w", err)
	}
	return func() error { return xproto.DestroyWindowChecked(d.conn, id).Check() }, nil
}

func (d *Display) show(at image.Rectangle, mask uint32, values ...uint32) (xproto.Window, error) {
	id, err := xproto.NewWindowId(d.conn)
	if err != nil {
		return 0, err
	}
	// #nosec G115 -- a place on the screen
	err = xproto.CreateWindowChecked(d.conn, d.screen.RootDepth, id, d.screen.Root, int16(at.Min.X), int16(at.Min.Y), uint16(at.Dx()), uint16(at.Dy()), 0,
		xproto.WindowClassInputOutput, d.screen.RootVisual, mask, values).Check()
	if err != nil {
		return 0, err
	}
	return id, xproto.MapWindowChecked(d.conn, id).Check()
}

// load gives the server a picture to paint with.
func (d *Display) load(picture *image.RGBA) (xproto.Pixmap, error) {
	pixmap, err := xproto.NewPixmapId(d.conn)
	if err != nil {
		return 0, err
	}
	width, height := picture.Rect.Dx(), picture.Rect.Dy()
	// #nosec G115 -- no larger than a screen
	err = xproto.CreatePixmapChecked(d.conn, d.screen.RootDepth, pixmap, xproto.Drawable(d.screen.Root), uint16(width), uint16(height)).Check()
	if err != nil {
		return 0, err
	}
	pen, err := xproto.NewGcontextId(d.conn)
	if err != nil {
		return 0, err
	}
	if err := xproto.CreateGCChecked(d.conn, pen, xproto.Drawable(pixmap), 0, nil).Check(); err != nil {
		return 0, err
	}
	defer xproto.FreeGC(d.conn, pen)
	const strip = 32 // rows a request: one request may not hold them all
	for y := 0; y < height; y += strip {
		rows := min(strip, height-y)
		pixels := make([]byte, 0, 4*width*rows)
		for row := range rows {
			from := (y + row) * picture.Stride
			for i := from; i < from+4*width; i += 4 {
				pixels = append(pixels, picture.Pix[i+2], picture.Pix[i+1], picture.Pix[i], 0)
			}
		}
		// #nosec G115 -- no larger than a screen
		err := xproto.PutImageChecked(d.conn, xproto.ImageFormatZPixmap, xproto.Drawable(pixmap), pen,
			uint16(width), uint16(rows), 0, int16(y), 0, d.screen.RootDepth, pixels).Check()
		if err != nil {
			return 0, err
		}
	}
	return pixmap, nil
}
