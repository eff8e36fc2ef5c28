package screen

import (
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"chasqui/kiosk/look"
)

// markSide is the side of the page's mark. A watcher looks at the screen's corner of this
// size and more.
const markSide = 3

// markShift is how far, in each colour, the mark's two shades are apart: enough for a
// program on a screen of 16 bits, and for no eye.
const markShift = 10

// mark is a few pixels in the corner of every page, each in one of two shades that
// are hard by one another, so that a program can tell whether what is painted comes to
// the screen. Together they are the number of times that it was painted, so that no two
// that a slow watcher sees are the same by chance. It is no motion and no flash: nobody
// can see it.
type mark struct {
	*canvas.Raster
	shades [2]color.NRGBA
	// painted counts the paintings: the canvas asks for the pixels in each.
	painted uint64
}

func newMark() *mark {
	m := &mark{}
	m.Raster = canvas.NewRaster(func(width, height int) image.Image {
		m.painted++
		picture := image.NewNRGBA(image.Rect(0, 0, width, height))
		for y := range height {
			for x := range width {
				bit := y*markSide/height*markSide + x*markSide/width
				picture.SetNRGBA(x, y, m.shades[m.painted>>bit&1])
			}
		}
		return picture
	})
	m.ScaleMode = canvas.ImageScalePixels
	m.Resize(fyne.NewSquareSize(markSide))
	return m
}

// shades returns the two shades of the mark in a look.
func shades(l look.Look) [2]color.NRGBA {
	beside := l.Surface
	for _, c := range []*uint8{&beside.R, &beside.G, &beside.B} {
		if *c < 128 {
			*c += markShift
		} else {
			*c -= markShift
		}
	}
	return [2]color.NRGBA{l.Surface, beside}
}

// Live has the page painted anew with a mark, which is on every page from the first call
// on. Call it on the screen's goroutine, now and then, where a watcher looks for it.
func (a *App) Live() {
	if a.root.mark == nil {
		a.root.mark = newMark()
		a.root.set(a.root.page)
	}
	a.root.mark.change(a.theme)
}

// change has the mark painted anew in a look.
func (m *mark) change(l look.Look) {
	m.shades = shades(l)
	canvas.Refresh(m.Raster)
}

// Shades returns the two shades in which a mark on the page can be told by a program and
// not be seen.
func (a *App) Shades() [2]color.NRGBA { return shades(a.theme) }

// Painted returns how often the page's mark has been painted.
func (a *App) Painted() uint64 {
	if a.root.mark == nil {
		return 0
	}
	return a.root.mark.painted
}
