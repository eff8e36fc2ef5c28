package widget

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"chasqui/kiosk/look"
)

// Pad is where a finger draws. It takes no focus: whoever cannot draw has another
// way, which the page offers beside it.
type Pad struct {
	fynewidget.BaseWidget
	kit *Kit
	ink *Ink

	// ID names the pad within its page.
	ID string
	// Trouble borders the pad in the colour of an error.
	Trouble bool
	// Guide is written under the line on which one signs, while nothing is drawn.
	Guide string
	// OnChanged is told when a stroke has ended.
	OnChanged func()

	picture *image.NRGBA
	shown   *canvas.Image
	drawing bool
}

var (
	_ fyne.Tappable     = (*Pad)(nil)
	_ fyne.Draggable    = (*Pad)(nil)
	_ desktop.Mouseable = (*Pad)(nil)
)

// NewPad returns a pad as described by p, which draws into ink and shows what is
// in it.
func NewPad(kit *Kit, ink *Ink, p *Pad) *Pad {
	p.kit, p.ink = kit, ink
	p.ExtendBaseWidget(p)
	return p
}

// Wipe overwrites the picture of what was drawn. The ink is its owner's to wipe.
func (p *Pad) Wipe() {
	if p.picture != nil {
		clear(p.picture.Pix)
	}
	p.drawing = false
	p.Refresh()
}

// MouseDown implements desktop.Mouseable: a finger landed.
func (p *Pad) MouseDown(e *desktop.MouseEvent) {
	if e.Button == desktop.MouseButtonPrimary {
		p.kit.press(p)
		p.begin(e.Position)
	}
}

// MouseUp implements desktop.Mouseable: the finger was lifted.
func (p *Pad) MouseUp(*desktop.MouseEvent) { p.end() }

// Tapped implements fyne.Tappable: a dot belongs to many a name.
func (p *Pad) Tapped(e *fyne.PointEvent) {
	p.kit.active(Touch)
	if p.kit.pressed == nil && !p.drawing && !p.justDrawn(e.Position) {
		p.begin(e.Position)
		p.end()
	}
}

// justDrawn reports whether the finger's landing has drawn this dot already.
func (p *Pad) justDrawn(at fyne.Position) bool {
	if len(p.ink.strokes) == 0 {
		return false
	}
	last := p.ink.strokes[len(p.ink.strokes)-1]
	return len(last) == 1 && last[0] == p.within(at)
}

// Dragged implements fyne.Draggable. A driver that tells of no landing gives the
// way from it.
func (p *Pad) Dragged(e *fyne.DragEvent) {
	p.kit.active(Touch)
	if !p.drawing {
		p.kit.press(p)
		p.begin(e.Position.SubtractXY(e.Dragged.DX, e.Dragged.DY))
	}
	p.ink.move(p.within(e.Position))
	p.show()
}

// DragEnd implements fyne.Draggable.
func (p *Pad) DragEnd() { p.end() }

func (p *Pad) begin(at fyne.Position) {
	first := p.ink.Empty()
	p.drawing = true
	p.ink.fit(p.Size())
	p.ink.land(p.within(at))
	if first {
		p.Refresh() // the guide goes
		return
	}
	p.show()
}

// letGo implements presser.
func (p *Pad) letGo() { p.end() }

func (p *Pad) end() {
	p.kit.release(p)
	if !p.drawing {
		return
	}
	p.drawing = false
	if p.OnChanged != nil {
		p.OnChanged()
	}
}

func (p *Pad) within(at fyne.Position) fyne.Position {
	size := p.Size()
	return fyne.NewPos(min(max(at.X, 0), size.Width), min(max(at.Y, 0), size.Height))
}

// show paints what was drawn last and brings it to the screen.
func (p *Pad) show() {
	if p.picture == nil || p.shown == nil {
		return
	}
	p.ink.paintLast(p.picture, p.kit.Look.Ink, p.pen())
	canvas.Refresh(p.shown)
}

// pen is half the width of a stroke: about as broad as a felt pen's.
func (p *Pad) pen() float32 { return max(p.kit.Look.MM(1)/2, 1.6) }

// CreateRenderer implements fyne.Widget.
func (p *Pad) CreateRenderer() fyne.WidgetRenderer { return newPainted(p, p.draw) }

func (p *Pad) draw(size fyne.Size) []fyne.CanvasObject {
	if size.Width < 2 || size.Height < 2 {
		return nil
	}
	l := p.kit.Look
	line, border := l.Line, l.Border
	if p.Trouble {
		line, border = l.Error, border+1
	}
	out := Box(0, 0, size.Width, size.Height, l.Corner, border, line, l.Surface)
	y := size.Height * 0.76
	out = append(out, Bar(l.MM(8), y, size.Width-2*l.MM(8), l.Border, l.Rule))
	if p.ink.Empty() && p.Guide != "" {
		lines := look.Lines(p.Guide, l.Small, false, size.Width-2*l.MM(8), false)
		words, height := Lines(lines, l.Small, look.TitleHeight, false, l.Muted, l.MM(8), 0)
		top := y + l.MM(1)
		if top+height > size.Height {
			top = y - height - l.MM(1) // a low pad has no room for them under the line
		}
		for _, line := range words {
			line.Move(line.Position().AddXY(0, top))
		}
		out = append(out, words...)
	}
	if p.picture != nil {
		clear(p.picture.Pix)
	}
	p.picture, p.shown = nil, nil
	if p.ink.Empty() {
		return out
	}
	p.ink.fit(size)
	p.picture = image.NewNRGBA(image.Rect(0, 0, int(size.Width), int(size.Height)))
	p.ink.paint(p.picture, l.Ink, p.pen())
	p.shown = canvas.NewImageFromImage(p.picture)
	p.shown.FillMode = canvas.ImageFillStretch
	p.shown.Resize(size)
	return append(out, p.shown)
}
