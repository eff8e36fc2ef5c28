package screen

import (
	"image/color"

	"fyne.io/fyne/v2"

	"chasqui/kiosk"
	"chasqui/kiosk/look"
	"chasqui/kiosk/widget"
	"chasqui/locales"
)

// drawing is one page being laid out, from top to bottom.
type drawing struct {
	app  *App
	kit  *widget.Kit
	l    look.Look
	w    *locales.Words
	size fyne.Size

	// x, width and y say where the next thing goes; bottom is where the body ends.
	x, width, y, bottom float32
	// pagerWidth is how wide the pager's row is, 0 where it is as wide as the body.
	pagerWidth float32
	// stackFacts puts the labels of facts, which are long and matter less, quietly over
	// their texts.
	stackFacts bool
	// footTop is where the foot begins; the body ends above it.
	footTop float32

	ground *widget.Ground
	// Tab goes through body, foot, strip.
	body, foot, chrome []fyne.CanvasObject
	// field gets the focus.
	field     *widget.Field
	focusable map[string]fyne.Focusable

	// notes are what the voice must know of objects beside what is drawn, mark what
	// is noted of those that come next; linkLine is the line of state.
	notes    map[fyne.CanvasObject]note
	mark     note
	linkLine []fyne.CanvasObject
}

func newDrawing(a *App, size fyne.Size) *drawing {
	l := look.New(a.office, a.session.Looks(), size.Width)
	a.kit.Look = l
	d := &drawing{
		app: a, kit: a.kit, l: l, w: a.words(), size: size,
		x: l.Margin, width: size.Width - 2*l.Margin, footTop: size.Height,
		focusable: map[string]fyne.Focusable{}, notes: map[fyne.CanvasObject]note{},
	}
	d.ground = widget.NewGround(a.kit, func() {
		if w, ok := a.top().(*welcomePage); ok {
			w.Proceed()
		} else if a.drawn != nil && a.drawn.field != nil {
			// The keyboard on the screen keeps hold of its field.
			a.canvas.Focus(a.drawn.field)
		}
	})
	d.ground.Resize(size)
	d.bottom = size.Height - l.MM(5)
	return d
}

// finish returns everything drawn, the ground first.
func (d *drawing) finish() []fyne.CanvasObject {
	out := []fyne.CanvasObject{d.ground}
	out = append(out, d.body...)
	out = append(out, d.foot...)
	return append(out, d.chrome...)
}

// first returns what gets the focus first from somebody who uses keys.
func (d *drawing) first() fyne.Focusable {
	for _, o := range d.finish() {
		if f, ok := o.(fyne.Focusable); ok {
			return f
		}
	}
	return nil
}

// text returns the text under a key in the session's language.
func (d *drawing) text(key string, args ...any) string { return d.w.Text(key, args...) }

// add draws objects in the body.
func (d *drawing) add(objects ...fyne.CanvasObject) {
	d.note(objects)
	d.body = append(d.body, objects...)
}

// space leaves room, in millimetres.
func (d *drawing) space(mm float32) { d.y += d.l.MM(mm) }

// room is the height that is left in the body.
func (d *drawing) room() float32 { return d.bottom - d.y }

// paragraph writes running text, at most 60 characters a line, and goes on below.
func (d *drawing) paragraph(text string, size float32, bold bool, ink color.NRGBA) {
	d.column(text, size, bold, ink, d.x, d.width)
}

func (d *drawing) column(text string, size float32, bold bool, ink color.NRGBA, x, width float32) {
	pitch := float32(look.LineHeight)
	if bold {
		pitch = look.TitleHeight
	}
	lines := look.Balanced(text, size, bold, width, !bold)
	objects, height := widget.Lines(lines, size, pitch, bold, ink, x, d.y)
	d.add(objects...)
	d.y += height
}

// height returns the height that column would take.
func (d *drawing) height(text string, size float32, bold bool, width float32) float32 {
	pitch := float32(look.LineHeight)
	if bold {
		pitch = look.TitleHeight
	}
	return float32(len(look.Lines(text, size, bold, width, !bold))) * size * pitch
}

// title writes the page's title.
func (d *drawing) title(text string) {
	d.paragraph(text, d.l.Title, true, d.l.Ink)
	d.space(3)
}

// leastTitle is the largest size that a title has in the letters before these, so that
// one that gives way is not smaller than it was for whoever asked for larger letters.
func (d *drawing) leastTitle() float32 {
	if d.l.Size == 0 {
		return d.l.Body
	}
	return look.New(d.app.office, kiosk.Looks{Size: d.l.Size - 1}, d.size.Width).Title
}

// reason writes the quiet text under a title.
func (d *drawing) reason(text string) {
	d.paragraph(text, d.l.Hint, false, d.l.Muted)
	d.space(2)
}

// button places a button and returns it.
func (d *drawing) button(b *widget.Button, x, y, width, height float32) *widget.Button {
	b = widget.NewButton(d.kit, b)
	d.place(b, b.ID, x, y, width, height)
	d.add(b)
	return b
}

func (d *drawing) place(f interface {
	fyne.Focusable
	fyne.CanvasObject
}, id string, x, y, width, height float32) {
	f.Move(fyne.NewPos(x, y))
	f.Resize(fyne.NewSize(width, height))
	d.focusable[id] = f
}

// link places a link at the cursor's left and goes on below it.
func (d *drawing) link(b *widget.Button) {
	b.Kind = widget.Link
	if b.TextSize == 0 {
		b.TextSize = d.l.Hint
	}
	d.button(b, d.x, d.y, min(widget.LinkWidth(d.kit, b), d.width), d.l.LeastTarget)
	d.y += d.l.LeastTarget
}

// notice draws words with an icon on a coloured ground, across the body.
func (d *drawing) notice(icon, text string, ink, ground color.NRGBA) {
	l := d.l
	pad, mark := l.MM(4), l.Body
	lines := look.Balanced(text, l.Hint, false, d.width-2*pad-mark-l.MM(3), false)
	height := float32(len(lines))*l.Hint*look.LineHeight + 2*l.MM(2.5)
	line := ground
	if l.Contrast == look.HighLight || l.Contrast == look.HighDark {
		line = ink
	}
	d.add(widget.Box(d.x, d.y, d.width, height, l.Corner, l.Border, line, ground)...)
	d.add(widget.Picture(icon, ink, d.x+pad, d.y+(height-mark)/2, mark))
	objects, _ := widget.Lines(lines, l.Hint, look.LineHeight, false, ink, d.x+pad+mark+l.MM(3), d.y+l.MM(2.5))
	d.add(objects...)
	d.y += height
}

// trouble writes what to do about an answer that cannot be taken.
func (d *drawing) trouble(text string) {
	defer d.as(roleTrouble)()
	l := d.l
	mark := l.Hint * 1.1
	lines := look.Balanced(text, l.Hint, true, d.width-mark-l.MM(3), false)
	d.add(widget.Picture("alert", l.Error, d.x, d.y+(l.Hint*look.TitleHeight-mark)/2, mark))
	objects, height := widget.Lines(lines, l.Hint, look.TitleHeight, true, l.Error, d.x+mark+l.MM(3), d.y)
	d.add(objects...)
	d.y += height + l.MM(2)
}

// troubleHeight returns the height that trouble would take.
func (d *drawing) troubleHeight(text string) float32 {
	lines := look.Lines(text, d.l.Hint, true, d.width-d.l.Hint*1.1-d.l.MM(3), false)
	return float32(len(lines))*d.l.Hint*look.TitleHeight + d.l.MM(2)
}

// rule is the line between rows.
func (d *drawing) rule() {
	d.add(widget.Bar(d.x, d.y, d.width, 2, d.l.Rule))
	d.y += 2
}
