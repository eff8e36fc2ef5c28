package screen

import (
	"fyne.io/fyne/v2"

	"chasqui/kiosk/widget"
)

// PlantText draws a text on the page that is seen without giving it to the voice,
// as a page would that drew past its drawing.
func (a *App) PlantText(text string) {
	t := widget.Text(text, a.drawn.l.Hint, false, a.drawn.l.Ink, a.drawn.x, a.drawn.l.Strip+40)
	a.root.set(append(a.root.objects, t))
}

// PlantButton draws a button in the body.
func (a *App) PlantButton(b *widget.Button) {
	d := a.drawn
	b = widget.NewButton(d.kit, b)
	d.place(b, b.ID, d.x, d.l.Strip+40, 80, 80)
	d.add(b)
	a.root.set(d.finish())
}

// PlantPrivate draws a text that is about the person as if it were not.
func (a *App) PlantPrivate(text string) {
	d := a.drawn
	var o fyne.CanvasObject = widget.Text(text, d.l.Hint, false, d.l.Ink, d.x, d.l.Strip+40)
	d.add(o)
	a.root.set(d.finish())
}
