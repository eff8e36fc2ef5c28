package screentest

import (
	"fmt"
	"hash/fnv"

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

// Drawing tells one drawing from another by all that an inspection reads: two pages
// on which it is the same have the same faults.
func (b *Bench) Drawing() uint64 {
	h := fnv.New64a()
	for _, d := range b.Tree() {
		if !d.Object.Visible() {
			continue
		}
		size := d.Object.Size()
		fmt.Fprint(h, d.Position.X, d.Position.Y, size.Width, size.Height)
		switch o := d.Object.(type) {
		case *canvas.Text:
			fmt.Fprint(h, o.Text, o.TextSize, o.Color, o.FontSource.Name())
		case *canvas.Image:
			fmt.Fprintf(h, "%p", o.Image)
		case *canvas.Rectangle:
			fmt.Fprint(h, o.FillColor)
		case *widget.Button:
			fmt.Fprint(h, o.ID, o.Kind, o.Label, o.Selected)
		case *widget.Field:
			fmt.Fprint(h, o.ID, o.Trouble)
		case *widget.Pad:
			fmt.Fprint(h, o.ID, o.Trouble)
		}
	}
	return h.Sum64()
}
