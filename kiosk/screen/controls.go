package screen

import (
	"fyne.io/fyne/v2"

	"chasqui/kiosk"
	"chasqui/kiosk/look"
	"chasqui/kiosk/widget"
)

// Control is something that can be touched, where it is drawn now.
type Control struct {
	// ID names it within its page, the same in every language: "foot/primary",
	// "choice/yes", "key/a".
	ID       string
	Label    string
	Position fyne.Position // on the canvas
	Size     fyne.Size
}

// Centre returns where a finger would touch it.
func (c Control) Centre() fyne.Position {
	return c.Position.AddXY(c.Size.Width/2, c.Size.Height/2)
}

// Controls returns everything that can be touched on the page that is seen, the
// keys of the keyboard among it.
func (a *App) Controls() []Control {
	var out []Control
	for _, o := range a.root.objects {
		switch w := o.(type) {
		case *widget.Button:
			out = append(out, Control{w.ID, w.Label, w.Position(), w.Size()})
		case *widget.Field:
			out = append(out, Control{w.ID, "", w.Position(), w.Size()})
		case *widget.Pad:
			out = append(out, Control{w.ID, "", w.Position(), w.Size()})
		case *widget.Keyboard:
			for _, key := range w.Keys() {
				out = append(out, Control{"key/" + key.Name, key.Label, w.Position().Add(key.Position), key.Size})
			}
		}
	}
	return out
}

// Look returns the look that pages of this canvas width have at an office.
func Look(office kiosk.Office, looks kiosk.Looks, width float32) look.Look {
	return look.New(office, looks, width)
}
