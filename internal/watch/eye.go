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

// What an eye looks at: a corner, which holds the page's mark and below it the child's,
// and some columns of the screen. Reading all of it would cost a hundred times as much.
const (
	corner  = 8
	columns = 2
	// thick is how many points wide a column is: so its lines need no padding, of
	// whichever depth the screen is.
	thick = 2
	// turned is after how many looks its size is asked for anew: a screen can be turned.
	turned = 20
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
	// its screen, and how often it was looked at.
	conn  *xgb.Conn
	size  *xproto.GetGeometryReply
	looks int
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

// read asks for the corner and the columns in one go.
func (e *eye) read() (Picture, error) {
	if e.conn == nil {
		conn, err := xgb.NewConnDisplay(e.display)
		if err != nil {
			return Picture{}, err
		}
		e.conn, e.size = conn, nil
	}
	root := xproto.Drawable(xproto.Setup(e.conn).DefaultScreen(e.conn).Root)
	if e.looks++; e.size == nil || e.looks%turned == 0 {
		size, err := xproto.GetGeometry(e.conn, root).Reply()
		if err != nil {
			return Picture{}, err
		}
		e.size = size
	}
	width, height := e.size.Width, e.size.Height
	if width < corner || height < 2*corner {
		return Picture{}, errors.New("the screen is too small")
	}
	pixels := func(x int, width, height uint16) xproto.GetImageCookie {
		return xproto.GetImage(e.conn, xproto.ImageFormatZPixmap, root, int16(x), 0, width, height, ^uint32(0)) // #nosec G115 -- within the screen
	}
	marks := pixels(0, corner, 2*corner)
	var across [columns]xproto.GetImageCookie
	for i := range across {
		across[i] = pixels((i+1)*int(width)/(columns+1), thick, height)
	}
	image, err := marks.Reply()
	if err != nil {
		return Picture{}, err
	}
	half := len(image.Data) / 2
	p := Picture{Seen: true, Page: printOf(image.Data[:half]), Mark: printOf(image.Data[half:])}
	var column []byte
	for _, c := range across {
		image, err := c.Reply()
		if err != nil {
			return Picture{}, err
		}
		column = append(column, image.Data...)
	}
	p.Blank = blank(column, depthBytes(e.conn, e.size.Depth))
	return p, nil
}

// printOf tells some pixels from others.
func printOf(pixels []byte) uint64 {
	h := fnv.New64a()
	_, _ = h.Write(pixels)
	return h.Sum64()
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
