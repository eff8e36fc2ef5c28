package watch

import (
	"errors"
	"hash/fnv"
	"io"
	"log"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// What an eye looks at: a corner, which holds the mark, and some rows of the screen.
// Reading all of it would cost a hundred times as much.
const (
	corner = 8
	rows   = 8
	// often is after how many looks the rows are read again, where the screen was not of
	// one colour. The mark is read in each.
	often = 3
	// patience is how long a look waits for the display before it goes without.
	patience = 100 * time.Millisecond
)

// eye looks at the screen of an X display. It is never held up by it: the display may
// hang as anything else.
type eye struct {
	display string
	// busy holds a token while a look is under way.
	busy chan struct{}
	seen chan Picture
	// What follows is used by the look that has the token: the connection, the size of
	// its screen, how often it was looked at, and whether it was of one colour.
	conn  *xgb.Conn
	size  *xproto.GetGeometryReply
	looks int
	blank bool
}

func newEye(display string) *eye {
	xgb.Logger = log.New(io.Discard, "", 0)
	return &eye{display: display, busy: make(chan struct{}, 1), seen: make(chan Picture, 1)}
}

// see returns what stands on the screen. An eye that has no display sees nothing.
func (e *eye) see() Picture {
	if e == nil {
		return Picture{}
	}
	select {
	case e.busy <- struct{}{}:
		select {
		case <-e.seen: // what an earlier look saw too late
		default:
		}
		go e.look()
	default: // the display has not answered the look before
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case p := <-e.seen:
		return p
	case <-timer.C:
		return Picture{}
	}
}

func (e *eye) look() {
	defer func() { <-e.busy }()
	p, err := e.read()
	if err != nil {
		if e.conn != nil {
			e.conn.Close()
			e.conn = nil
		}
		return
	}
	select {
	case e.seen <- p:
	default:
	}
}

// read asks for the corner and the rows in one go.
func (e *eye) read() (Picture, error) {
	if e.conn == nil {
		conn, err := xgb.NewConnDisplay(e.display)
		if err != nil {
			return Picture{}, err
		}
		e.conn, e.size, e.blank = conn, nil, true
	}
	root := xproto.Drawable(xproto.Setup(e.conn).DefaultScreen(e.conn).Root)
	rowsToo := e.blank || e.looks%often == 0
	e.looks++
	if rowsToo { // a screen can be turned
		size, err := xproto.GetGeometry(e.conn, root).Reply()
		if err != nil {
			return Picture{}, err
		}
		e.size = size
	}
	size := e.size
	if size.Width < corner || size.Height < rows {
		return Picture{}, errors.New("the screen is too small")
	}
	pixels := func(x, y int, width, height uint16) xproto.GetImageCookie {
		return xproto.GetImage(e.conn, xproto.ImageFormatZPixmap, root, int16(x), int16(y), width, height, ^uint32(0)) // #nosec G115 -- within the screen
	}
	mark := pixels(0, 0, corner, corner)
	var across []xproto.GetImageCookie
	for i := range rows {
		if rowsToo {
			across = append(across, pixels(0, (2*i+1)*int(size.Height)/(2*rows), size.Width, 1))
		}
	}
	image, err := mark.Reply()
	if err != nil {
		return Picture{}, err
	}
	print := fnv.New64a()
	_, _ = print.Write(image.Data)
	p := Picture{Seen: true, Print: print.Sum64()}
	if !rowsToo {
		return p, nil
	}
	var all []byte
	for _, c := range across {
		row, err := c.Reply()
		if err != nil {
			return Picture{}, err
		}
		all = append(all, row.Data...)
	}
	e.blank = blank(all, depthBytes(e.conn, size.Depth))
	p.Blank = e.blank
	return p, nil
}

// depthBytes is how many bytes a pixel of a depth takes.
func depthBytes(conn *xgb.Conn, depth byte) int {
	for _, f := range xproto.Setup(conn).PixmapFormats {
		if f.Depth == depth {
			return max(int(f.BitsPerPixel)/8, 1)
		}
	}
	return 4
}

// blank reports whether pixels of so many bytes are all but one in a thousand of the
// first one's colour. Pages are not: each has a strip, lines and words.
func blank(pixels []byte, bytes int) bool {
	const near = 6
	colours := min(bytes, 3) // the fourth byte of a pixel is padding
	if len(pixels) < bytes {
		return true
	}
	count, other := 0, 0
	for at := 0; at+bytes <= len(pixels); at += bytes {
		count++
		for c := range colours {
			if d := int(pixels[at+c]) - int(pixels[c]); d > near || d < -near {
				other++
				break
			}
		}
	}
	return other*1000 <= count
}
