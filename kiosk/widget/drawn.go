package widget

import (
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynewidget "fyne.io/fyne/v2/widget"

	"chasqui/kiosk/look"
)

// Text returns one line of text with its upper left corner at x, y.
func Text(text string, size float32, bold bool, ink color.NRGBA, x, y float32) *canvas.Text {
	t := canvas.NewText(text, ink)
	t.TextSize = size
	t.FontSource = look.Font(bold)
	t.Move(fyne.NewPos(x, y))
	t.Resize(look.Measure(text, size, bold))
	return t
}

// Lines returns running text from x, y downwards, one object a line, and the
// height that it takes. pitch is the distance of two lines in parts of size.
func Lines(lines []string, size, pitch float32, bold bool, ink color.NRGBA, x, y float32) ([]fyne.CanvasObject, float32) {
	step := size * pitch
	out := make([]fyne.CanvasObject, 0, len(lines))
	for i, line := range lines {
		t := Text(line, size, bold, ink, x, 0)
		t.Move(fyne.NewPos(x, y+float32(i)*step+(step-t.Size().Height)/2))
		out = append(out, t)
	}
	return out, step * float32(len(lines))
}

// Box returns a filled rectangle with round corners inside a border: two objects,
// the border first, or one where border is 0.
func Box(x, y, width, height, corner, border float32, line, fill color.NRGBA) []fyne.CanvasObject {
	var out []fyne.CanvasObject
	if border > 0 {
		out = append(out, rectangle(x, y, width, height, corner, line))
	}
	return append(out, rectangle(x+border, y+border, width-2*border, height-2*border, max(corner-border, 0), fill))
}

func rectangle(x, y, width, height, corner float32, fill color.NRGBA) *canvas.Rectangle {
	r := canvas.NewRectangle(fill)
	r.CornerRadius = corner
	r.Move(fyne.NewPos(x, y))
	r.Resize(fyne.NewSize(width, height))
	return r
}

// Bar returns a plain filled rectangle: a rule, a ground.
func Bar(x, y, width, height float32, fill color.NRGBA) *canvas.Rectangle {
	return rectangle(x, y, width, height, 0, fill)
}

// Picture returns one of the project's icons, size pixels square.
//
// Fyne draws an icon at twice its size while it is on no canvas, and does not
// scale how thick its lines are. So it is drawn here, once, at the width that Fyne
// chose, and shown as the image that it is from then on.
func Picture(icon string, ink color.NRGBA, x, y, size float32) *canvas.Image {
	img := canvas.NewImageFromImage(look.Remembered(&icons, inked{icon, ink, size}, func() image.Image {
		drawn := canvas.NewImageFromResource(look.Icon(icon, ink, size))
		drawn.Resize(fyne.NewSize(size, size))
		if drawn.Image != nil {
			if width := float32(drawn.Image.Bounds().Dx()); width > size+1 || width < size-1 {
				drawn = canvas.NewImageFromResource(look.Icon(icon, ink, width))
				drawn.Resize(fyne.NewSize(size, size))
			}
		}
		return drawn.Image
	}))
	img.FillMode = canvas.ImageFillContain
	img.Move(fyne.NewPos(x, y))
	img.Resize(fyne.NewSize(size, size))
	return img
}

type inked struct {
	icon string
	ink  color.NRGBA
	size float32
}

var icons look.Memory[inked, image.Image]

// Image returns an image in hard pixels, such as a QR code.
func Image(m image.Image, x, y, size float32) *canvas.Image {
	img := canvas.NewImageFromImage(m)
	img.FillMode = canvas.ImageFillContain
	img.ScaleMode = canvas.ImageScalePixels
	img.Move(fyne.NewPos(x, y))
	img.Resize(fyne.NewSize(size, size))
	return img
}

// ringWidth is the width of each of the focus's two rings.
const ringWidth = 3

// RingRoom is how far the focus ring reaches beyond what it is around.
const RingRoom = 2*ringWidth + 1

// ring returns the focus's double ring around a rectangle.
func ring(l look.Look, x, y, width, height float32) []fyne.CanvasObject {
	outer := rectangle(x-RingRoom, y-RingRoom, width+2*RingRoom, height+2*RingRoom, l.Corner+RingRoom, l.FocusOuter)
	inner := rectangle(x-ringWidth-1, y-ringWidth-1, width+2*ringWidth+2, height+2*ringWidth+2, l.Corner+ringWidth+1, l.FocusInner)
	return []fyne.CanvasObject{outer, inner}
}

// painted is the renderer of every part: it asks the part to draw itself anew.
type painted struct {
	owner   fyne.Widget
	draw    func(size fyne.Size) []fyne.CanvasObject
	objects []fyne.CanvasObject
	size    fyne.Size // as last drawn
}

func newPainted(owner fyne.Widget, draw func(fyne.Size) []fyne.CanvasObject) *painted {
	p := &painted{owner: owner, draw: draw}
	p.size = owner.Size()
	p.objects = draw(p.size)
	return p
}

// Layout draws for a new size. The window's canvas asks for a layout whenever a
// part of a widget is new to it: to draw anew for the same size would give it new
// parts, and so on at each frame.
func (p *painted) Layout(size fyne.Size) {
	if size != p.size {
		p.size, p.objects = size, p.draw(size)
	}
}

// MinSize is small: a page gives every part its size, and a part must never make
// the window grow.
func (p *painted) MinSize() fyne.Size { return fyne.NewSize(1, 1) }

func (p *painted) Refresh() {
	p.size = p.owner.Size()
	p.objects = p.draw(p.size)
	canvas.Refresh(p.owner)
}

func (p *painted) Objects() []fyne.CanvasObject { return p.objects }

func (p *painted) Destroy() {}

// Ground is what lies behind a page: it fills it and takes the touches that hit
// nothing else.
type Ground struct {
	fynewidget.BaseWidget
	kit *Kit
	// OnTap is called for a touch on nothing.
	OnTap func()
}

// NewGround returns the ground of a page.
func NewGround(kit *Kit, onTap func()) *Ground {
	g := &Ground{kit: kit, OnTap: onTap}
	g.ExtendBaseWidget(g)
	return g
}

// CreateRenderer implements fyne.Widget.
func (g *Ground) CreateRenderer() fyne.WidgetRenderer {
	return newPainted(g, func(size fyne.Size) []fyne.CanvasObject {
		return []fyne.CanvasObject{Bar(0, 0, size.Width, size.Height, g.kit.Look.Paper)}
	})
}

// Tapped implements fyne.Tappable.
func (g *Ground) Tapped(*fyne.PointEvent) {
	g.kit.active(Touch)
	if g.OnTap != nil {
		g.OnTap()
	}
}

// Photo returns a picture within a rectangle, whole and in its own proportions.
func Photo(m image.Image, x, y, width, height float32) *canvas.Image {
	img := canvas.NewImageFromImage(m)
	img.FillMode = canvas.ImageFillContain
	img.ScaleMode = canvas.ImageScaleSmooth
	img.Move(fyne.NewPos(x, y))
	img.Resize(fyne.NewSize(width, height))
	return img
}
