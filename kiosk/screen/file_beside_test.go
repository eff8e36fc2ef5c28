package screen_test

import (
	"testing"

	"fyne.io/fyne/v2/canvas"

	"chasqui/kiosk/screen/screentest"
	"chasqui/kiosk/widget"
)

// Guards whoever picked a picture among many files: beside the picture stands the tile
// that was touched, and every tile has its sign. Without this the picture stood beside
// other files, and in larger letters some tiles had none.
func TestAPictureStandsBesideItsTile(t *testing.T) {
	for _, view := range screentest.Views() {
		if view.Screen.Size.Width == 1920 {
			continue // has room for everything
		}
		b := shownIn(t, "file-preview", view.In("es"), false)
		// tiles looks at those of one page, and reports whether one is ticked.
		tiles := func() (chosen bool) {
			for _, c := range b.App.Controls() {
				tile := drawnControl(b, c.ID)
				if tile == nil || tile.Kind != widget.Tile {
					continue
				}
				chosen = chosen || tile.Selected
				if len(within[*canvas.Image](b, tile)) == 0 {
					t.Errorf("%v: the tile %q has no sign", view, tile.Label)
				}
			}
			return chosen
		}
		if !tiles() {
			t.Errorf("%v: what was picked is on another page of tiles", view)
		}
		for {
			if _, more := b.Find("pager/previous"); !more {
				break
			}
			do(t, b.Tap("pager/previous"))
			tiles()
		}
	}
}
