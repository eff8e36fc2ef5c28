//go:build linux

package watch

import (
	"image/color"
	"testing"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"chasqui/internal/display/displaytest"
)

// Guards the mark between child and watcher, on a real display of each usual depth: the
// eye sees each change of it, in a window that is otherwise at rest, and none where it is
// taken away; nothing changes outside the corner; and a page's columns are told from a
// black screen.
func TestTheEyeSeesTheMarkChange(t *testing.T) {
	for _, screen := range []string{"1280x800x24", "800x600x16"} {
		t.Run(screen, func(t *testing.T) {
			display := displaytest.Xvfb(t, screen)
			conn, err := xgb.NewConnDisplay(display)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			on := xproto.Setup(conn).DefaultScreen(conn)
			window := func(y int16, height uint16, pixel uint32) xproto.Window {
				t.Helper()
				id, err := xproto.NewWindowId(conn)
				if err == nil {
					err = xproto.CreateWindowChecked(conn, on.RootDepth, id, on.Root, 0, y, on.WidthInPixels, height, 0,
						xproto.WindowClassInputOutput, on.RootVisual, xproto.CwBackPixel|xproto.CwOverrideRedirect, []uint32{pixel, 1}).Check()
				}
				if err == nil {
					err = xproto.MapWindowChecked(conn, id).Check()
				}
				if err != nil {
					t.Fatal(err)
				}
				return id
			}
			page := window(0, on.HeightInPixels, on.WhitePixel)
			window(100, 30, on.BlackPixel) // a line of it
			mark, err := NewMark(display, uint32(page))
			if err != nil {
				t.Fatal(err)
			}
			defer mark.Close()
			watching := newEye(display)
			look := func() Picture {
				t.Helper()
				for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
					if p := watching.see(); p.Seen {
						return p
					}
				}
				t.Fatal("the eye sees nothing")
				return Picture{}
			}
			outside := func() []byte {
				t.Helper()
				image, err := xproto.GetImage(conn, xproto.ImageFormatZPixmap, xproto.Drawable(on.Root), 0, markTop+markSide, on.WidthInPixels, 200, ^uint32(0)).Reply()
				if err != nil {
					t.Fatal(err)
				}
				return image.Data
			}
			shades := [2]color.NRGBA{{0xff, 0xff, 0xff, 0xff}, {0xf5, 0xf5, 0xf5, 0xff}}
			around, seen := string(outside()), map[uint64]bool{look().Mark: true}
			first := look()
			for n := range 20 {
				mark.Change(shades)
				p := look()
				for end := time.Now().Add(20 * time.Second); seen[p.Mark] && time.Now().Before(end); p = look() {
				}
				if seen[p.Mark] {
					t.Fatalf("change %d is not seen", n+1)
				}
				seen[p.Mark] = true
				if p.Page != first.Page || p.Blank {
					t.Fatalf("change %d: the page's mark changed too, or it is blank: %+v", n+1, p)
				}
			}
			if string(outside()) != around {
				t.Error("something changed outside the corner")
			}
			if last := look(); last != look() {
				t.Error("a mark that nobody changes changes")
			}
			window(0, on.HeightInPixels, on.BlackPixel)
			if !look().Blank {
				t.Error("a black screen is not blank")
			}
		})
	}
}
