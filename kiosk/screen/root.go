package screen

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynewidget "fyne.io/fyne/v2/widget"
)

// root is the one object that the canvas holds. It fills it, and draws the page
// anew when its size changes.
type root struct {
	fynewidget.BaseWidget
	app     *App
	objects []fyne.CanvasObject
	drawing bool
	// page is what the page drew; mark lies over it, nil where nobody looks for it.
	page []fyne.CanvasObject
	mark *mark
	// laid is the size for which the objects were laid out.
	laid fyne.Size
}

func newRoot(a *App) *root {
	r := &root{app: a}
	r.ExtendBaseWidget(r)
	return r
}

// set shows objects in place of those shown before.
func (r *root) set(objects []fyne.CanvasObject) {
	r.page, r.objects = objects, objects
	if r.mark != nil {
		r.mark.change(r.app.theme)
		r.objects = append(objects[:len(objects):len(objects)], r.mark.Raster)
	}
	canvas.Refresh(r)
}

// CreateRenderer implements fyne.Widget.
func (r *root) CreateRenderer() fyne.WidgetRenderer { return rootRenderer{r} }

type rootRenderer struct{ root *root }

// Layout draws the page for a new size. It must do nothing for the same one: Fyne
// lays a parent out whenever it meets children it has not seen before, and a page
// drawn anew has only such children, so that it would be drawn for ever.
func (r rootRenderer) Layout(size fyne.Size) {
	if size != r.root.laid {
		r.root.app.redraw()
	}
}

// MinSize is small, so that a page never makes the window grow.
func (r rootRenderer) MinSize() fyne.Size { return fyne.NewSize(320, 240) }

func (r rootRenderer) Refresh() { canvas.Refresh(r.root) }

func (r rootRenderer) Objects() []fyne.CanvasObject { return r.root.objects }

func (r rootRenderer) Destroy() {}

// redraw lays the page out and shows it.
func (a *App) redraw() {
	size := a.root.Size()
	if size.Width < 2 || size.Height < 2 || a.root.drawing {
		return
	}
	a.root.drawing, a.root.laid = true, size
	defer func() { a.root.drawing = false }()

	focused, last, first := a.focusID(), a.drawn, a.kit.TakeFocusFirst()
	a.kit.Steady = a.session.Steady()
	a.canvas.Unfocus()
	d := newDrawing(a, size)
	if l := d.l; l != a.theme {
		a.theme = l
		// Setting a theme throws away all that Fyne has measured and drawn.
		if settings := fyne.CurrentApp().Settings(); settings.Theme() != l.Theme() {
			settings.SetTheme(l.Theme())
		}
	}
	a.top().Draw(d)
	a.drawn, a.drawnAt = d, a.cfg.Now()
	a.settleCamera()
	a.root.set(d.finish())
	a.refocus(d, last, focused, first)
	a.voice.drew(d, first)
}
