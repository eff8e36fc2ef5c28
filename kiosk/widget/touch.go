package widget

import (
	"math"

	"fyne.io/fyne/v2"
)

// touch follows one finger from its landing on a part to its lift. Fyne takes a
// finger that strays over 2 pixels for a drag and drops its tap; a hand that
// trembles strays more. So a part is draggable, and the end of a short drag is
// taken for the tap that it was.
type touch struct {
	down bool
	// start is where the finger landed, strayed how far it is from there.
	start   fyne.Position
	strayed fyne.Delta
	dragged bool
}

func (t *touch) land(at fyne.Position) { *t = touch{down: true, start: at} }

// move follows a drag; the first one counts from where the finger landed.
func (t *touch) move(e *fyne.DragEvent) {
	if !t.down {
		// A driver that tells of no landing (the test driver, a phone) gives the
		// position at which the drag was noticed.
		t.land(e.Position)
	}
	t.dragged = true
	t.strayed = fyne.NewDelta(t.strayed.DX+e.Dragged.DX, t.strayed.DY+e.Dragged.DY)
}

func (t *touch) at() fyne.Position { return t.start.AddXY(t.strayed.DX, t.strayed.DY) }

// holds reports whether lifting the finger now is a tap on a part with its corner
// at origin: it has wobbled, or it is still upon the part.
func (t *touch) holds(wobble float32, origin fyne.Position, size fyne.Size) bool {
	if float32(math.Hypot(float64(t.strayed.DX), float64(t.strayed.DY))) <= wobble {
		return true
	}
	at := t.at().Subtract(origin)
	return at.X >= 0 && at.Y >= 0 && at.X < size.Width && at.Y < size.Height
}
