package e2e

import (
	"io"
	"log"
	"testing"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"chasqui/internal/e2e/eyes"
)

// sight looks at a display without the programs that eyes needs: many times a second.
type sight struct {
	t    *testing.T
	conn *xgb.Conn
	root xproto.Window
	size *xproto.GetGeometryReply
}

func newSight(t *testing.T, screen *eyes.Screen) *sight {
	t.Helper()
	xgb.Logger = log.New(io.Discard, "", 0)
	conn, err := xgb.NewConnDisplay(screen.Display)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	s := &sight{t: t, conn: conn, root: xproto.Setup(conn).DefaultScreen(conn).Root}
	if s.size, err = xproto.GetGeometry(conn, xproto.Drawable(s.root)).Reply(); err != nil {
		t.Fatal(err)
	}
	return s
}

// page returns the whole screen but the corner, in which the sign of life is.
func (s *sight) page() []byte {
	s.t.Helper()
	const top = 16
	image, err := xproto.GetImage(s.conn, xproto.ImageFormatZPixmap, xproto.Drawable(s.root), 0, top, s.size.Width, s.size.Height-top, ^uint32(0)).Reply()
	if err != nil {
		s.t.Fatal(err)
	}
	return image.Data
}

// differ returns which part of two pictures differs.
func differ(a, b []byte) float64 {
	if len(a) != len(b) {
		return 1
	}
	count := 0
	for i := range a {
		if a[i] != b[i] {
			count++
		}
	}
	return float64(count) / float64(len(a))
}

// until waits until ok holds of the page, looking every 20 ms, and returns when.
func (s *sight) until(what string, patience time.Duration, ok func(page []byte) bool) time.Time {
	s.t.Helper()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for end := time.Now().Add(patience); time.Now().Before(end); <-look.C {
		if ok(s.page()) {
			return time.Now()
		}
	}
	s.t.Fatalf("not seen within %s: %s", patience, what)
	return time.Time{}
}

// settled waits until the page has not changed for a second and returns it.
func (s *sight) settled() []byte {
	s.t.Helper()
	last, since := s.page(), time.Now()
	s.until("a page that stays as it is", 30*time.Second, func(page []byte) bool {
		if blank(page) || differ(page, last) > 0 {
			last, since = page, time.Now()
		}
		return time.Since(since) > time.Second
	})
	return last
}

// blank reports whether a picture is of one colour.
func blank(page []byte) bool {
	for i := range page {
		if i%4 < 3 && page[i] != page[i%4] {
			return false
		}
	}
	return true
}

// cover puts a window over the whole screen that no window manager can take away:
// black, or a picture.
func (s *sight) cover(picture []byte) xproto.Window {
	s.t.Helper()
	must := func(err error) {
		s.t.Helper()
		if err != nil {
			s.t.Fatal(err)
		}
	}
	screen := xproto.Setup(s.conn).DefaultScreen(s.conn)
	window, err := xproto.NewWindowId(s.conn)
	must(err)
	must(xproto.CreateWindowChecked(s.conn, screen.RootDepth, window, s.root, 0, 0, s.size.Width, s.size.Height, 0,
		xproto.WindowClassInputOutput, screen.RootVisual, xproto.CwBackPixel|xproto.CwOverrideRedirect, []uint32{screen.BlackPixel, 1}).Check())
	if picture != nil {
		pixmap, err := xproto.NewPixmapId(s.conn)
		must(err)
		must(xproto.CreatePixmapChecked(s.conn, screen.RootDepth, pixmap, xproto.Drawable(window), s.size.Width, s.size.Height).Check())
		context, err := xproto.NewGcontextId(s.conn)
		must(err)
		must(xproto.CreateGCChecked(s.conn, context, xproto.Drawable(pixmap), 0, nil).Check())
		width := int(s.size.Width) * 4
		const strip = 32 // rows a request: one request may not hold them all
		for y := 0; y*width < len(picture); y += strip {
			part := picture[y*width : min((y+strip)*width, len(picture))]
			must(xproto.PutImageChecked(s.conn, xproto.ImageFormatZPixmap, xproto.Drawable(pixmap), context,
				s.size.Width, uint16(len(part)/width), 0, int16(y), 0, screen.RootDepth, part).Check())
		}
		must(xproto.ChangeWindowAttributesChecked(s.conn, window, xproto.CwBackPixmap, []uint32{uint32(pixmap)}).Check())
	}
	must(xproto.MapWindowChecked(s.conn, window).Check())
	return window
}

// upsideDown returns the screen as it is, turned by half: a picture that is no page
// of the kiosk's.
func (s *sight) upsideDown() []byte {
	s.t.Helper()
	image, err := xproto.GetImage(s.conn, xproto.ImageFormatZPixmap, xproto.Drawable(s.root), 0, 0, s.size.Width, s.size.Height, ^uint32(0)).Reply()
	if err != nil {
		s.t.Fatal(err)
	}
	var turned []byte
	for at := len(image.Data) - 4; at >= 0; at -= 4 {
		turned = append(turned, image.Data[at:at+4]...)
	}
	return turned
}
