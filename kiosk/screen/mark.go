package screen

import (
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"chasqui/kiosk/look"
)

// markSide is the side of the mark of life. A watcher looks at the screen's corner of
// this size and more.
const markSide = 3

// markShift is how far, in each colour, the mark's two shades are apart: enough for a
// program on a screen of 16 bits, and for no eye.
const markShift = 10

// mark is a few pixels in the corner of every page, each in one of two shades that
// are hard by one another, so that a program can tell a living picture from a frozen
// one. Together they are the number of times that it was painted, so that no two that
// a slow watcher sees are the same by chance. It is no motion and no flash: nobody can
// see it.
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

// Live has the mark of life painted anew, which is drawn from the first call on. Call it on the
// screen's goroutine, again and again, where a watcher looks for it.
func (a *App) Live() {
	m := a.root.mark
	if m == nil {
		m = newMark()
		a.root.mark = m
		a.root.set(a.root.page)
	}
	m.shades = shades(a.theme)
	canvas.Refresh(m.Raster)
}

// Painted returns how often the mark of life has been painted.
func (a *App) Painted() uint64 {
	if a.root.mark == nil {
		return 0
	}
	return a.root.mark.painted
}
