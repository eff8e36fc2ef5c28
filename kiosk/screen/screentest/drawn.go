package screentest

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"chasqui/kiosk/widget"
)

// Drawn is one object as it lies on the canvas.
type Drawn struct {
	Object   fyne.CanvasObject
	Position fyne.Position
	// Within is the button, field, pad or keyboard of which it is a part, or nil.
	Within fyne.Widget
	// WithinAt is where that is.
	WithinAt fyne.Position
}

// Tree returns every object on the canvas, from the back to the front.
func (b *Bench) Tree() []Drawn {
	var out []Drawn
	var walk func(o fyne.CanvasObject, at fyne.Position, within fyne.Widget, withinAt fyne.Position)
	walk = func(o fyne.CanvasObject, at fyne.Position, within fyne.Widget, withinAt fyne.Position) {
		at = at.Add(o.Position())
		out = append(out, Drawn{o, at, within, withinAt})
		switch w := o.(type) {
		case *widget.Button, *widget.Field, *widget.Pad, *widget.Keyboard:
			within, withinAt = w.(fyne.Widget), at
		}
		switch c := o.(type) {
		case fyne.Widget:
			for _, child := range test.WidgetRenderer(c).Objects() {
				walk(child, at, within, withinAt)
			}
		case *fyne.Container:
			for _, child := range c.Objects {
				walk(child, at, within, withinAt)
			}
		}
	}
	walk(b.Canvas.Content(), fyne.Position{}, nil, fyne.Position{})
	return out
}

// Texts returns every text that is drawn, line by line.
func (b *Bench) Texts() []string {
	var out []string
	for _, d := range b.Tree() {
		if t, ok := d.Object.(*canvas.Text); ok {
			out = append(out, t.Text)
		}
	}
	return out
}
