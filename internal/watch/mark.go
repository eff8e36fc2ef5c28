package watch

import (
	"errors"
	"fmt"
	"image/color"
	"io"
	"log"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// Where the mark is in the child's window, and its side: below the page's own mark, in
// the corner at which the eye looks.
const (
	markTop  = 8
	markSide = 3
)

// Mark is a few pixels in the corner of a window, each in one of two shades that are
// hard by one another, so that a program can tell a living picture from a frozen one.
// Together they are the number of times that it has changed, so that no two that a slow
// watcher sees are the same by chance. It is an X window of its own inside the child's,
// so that a change of it costs nothing else. It is no motion and no flash: nobody can
// see it.
type Mark struct {
	conn   *xgb.Conn
	window xproto.Window
	brush  xproto.Gcontext
	visual xproto.VisualInfo
	depth  byte
	bytes  int // of a pixel
	number uint64
}

// NewMark puts a mark into a window of a display.
func NewMark(display string, window uint32) (*Mark, error) {
	xgb.Logger = log.New(io.Discard, "", 0)
	conn, err := xgb.NewConnDisplay(display)
	if err != nil {
		return nil, fmt.Errorf("mark on display %s: %w", display, err)
	}
	m := &Mark{conn: conn}
	if err := m.place(xproto.Window(window)); err != nil {
		conn.Close()
		return nil, fmt.Errorf("mark on display %s: %w", display, err)
	}
	go func() { // nothing is asked for, and what comes nevertheless must be taken
		for {
			if event, err := conn.WaitForEvent(); event == nil && err == nil {
				return
			}
		}
	}()
	return m, nil
}

func (m *Mark) place(parent xproto.Window) error {
	screen := xproto.Setup(m.conn).DefaultScreen(m.conn)
	found := false
	for _, depth := range screen.AllowedDepths {
		for _, v := range depth.Visuals {
			if v.VisualId == screen.RootVisual {
				m.visual, found = v, v.Class == xproto.VisualClassTrueColor
			}
		}
	}
	if !found {
		return errors.New("the screen has a palette; it needs one with colours of 16 bits or more")
	}
	m.depth, m.bytes = screen.RootDepth, depthBytes(m.conn, screen.RootDepth)
	var err error
	if m.window, err = xproto.NewWindowId(m.conn); err != nil {
		return err
	}
	// With a border and a colormap it may be of another depth than its parent.
	err = xproto.CreateWindowChecked(m.conn, screen.RootDepth, m.window, parent, 0, markTop, markSide, markSide, 0,
		xproto.WindowClassInputOutput, screen.RootVisual, xproto.CwBorderPixel|xproto.CwColormap, []uint32{0, uint32(screen.DefaultColormap)}).Check()
	if err != nil {
		return err
	}
	if m.brush, err = xproto.NewGcontextId(m.conn); err != nil {
		return err
	}
	if err = xproto.CreateGCChecked(m.conn, m.brush, xproto.Drawable(m.window), 0, nil).Check(); err != nil {
		return err
	}
	return xproto.MapWindowChecked(m.conn, m.window).Check()
}

// Change shows the next number, in two shades. It does not wait for the display. A nil
// mark does nothing.
func (m *Mark) Change(shades [2]color.NRGBA) {
	if m == nil {
		return
	}
	m.number++
	line := (markSide*m.bytes + 3) / 4 * 4 // lines are padded
	picture := make([]byte, markSide*line)
	for bit := range markSide * markSide {
		value := pixel(m.visual, shades[m.number>>bit&1])
		at := picture[bit/markSide*line+bit%markSide*m.bytes:]
		for i := range m.bytes {
			shift := 8 * i
			if xproto.Setup(m.conn).ImageByteOrder == xproto.ImageOrderMSBFirst {
				shift = 8 * (m.bytes - 1 - i)
			}
			at[i] = byte(value >> shift) // #nosec G115 -- one byte of it
		}
	}
	xproto.PutImage(m.conn, xproto.ImageFormatZPixmap, xproto.Drawable(m.window), m.brush, markSide, markSide, 0, 0, 0, m.depth, picture)
}

// Close takes the mark away.
func (m *Mark) Close() { m.conn.Close() }

// pixel is a colour as a visual wants it.
func pixel(v xproto.VisualInfo, c color.NRGBA) uint32 {
	part := func(mask uint32, value uint8) uint32 {
		if mask == 0 {
			return 0
		}
		low := mask & -mask
		return uint32(uint64(value)*uint64(mask/low)/255) * low // #nosec G115 -- no more than the mask
	}
	return part(v.RedMask, c.R) | part(v.GreenMask, c.G) | part(v.BlueMask, c.B)
}
