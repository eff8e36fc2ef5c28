package screentest

import (
	"fmt"
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"chasqui/kiosk/look"
	"chasqui/kiosk/widget"
)

// The kinds of faults that [Bench.Inspect] finds.
const (
	Edge      = "edge"      // beyond the edge of the screen
	Foot      = "foot"      // cut by the foot
	Cut       = "cut"       // a text is not within its control
	Broken    = "broken"    // a word of a button is broken, or left out
	Over      = "over"      // one thing over another
	Covered   = "covered"   // something was painted over a text or a picture
	Crowded   = "crowded"   // too near to the strip or to where a focus ring goes
	Small     = "small"     // a control under 12.7 mm
	Near      = "near"      // two controls with less than 2.54 mm between
	Letters   = "letters"   // capitals under the least height
	Contrast  = "contrast"  // 4.5:1 for texts, 3:1 for pictures and edges
	OnlyColor = "onlycolor" // a state that colour alone shows
	Ring      = "ring"      // a focus that is not seen well enough
)

// The measures, in millimetres, that the standards and the design give.
const (
	leastTarget   = 12.7 // EN 301 549 and Section 508 refer to no larger one; VVSG 2.0 7.2-I
	leastGap      = 2.54
	leastCapital  = 4.8 // at 600 mm: 0.46 degrees
	signedCapital = 7.3 // at 600 mm: 0.7 degrees, EN 301 549 5.1.4 and Section 508 402.4
	textContrast  = 4.5
	partContrast  = 3.0
	// rounding is what a length may lack: fonts and places are rounded to half and
	// whole pixels.
	rounding = 0.985
	// underStrip is the least room between the strip and what stands under it.
	underStrip = 3.0
)

// Fault is one thing that is wrong with what is drawn.
type Fault struct {
	Kind, What string
	// By is how much is lacking, in the fault's own measure, to tell the worst first.
	By float64
}

func (f Fault) String() string { return f.Kind + ": " + f.What }

// box is a rectangle on the canvas with what it is.
type box struct {
	what                     string
	left, top, right, bottom float32
	// within is the control of which it is a part, or which it is; nil for none.
	within fyne.Widget
	// order is its place among what is painted.
	order int
}

func (b box) width() float32  { return b.right - b.left }
func (b box) height() float32 { return b.bottom - b.top }

func (b box) grown(by float32) box {
	b.left, b.top, b.right, b.bottom = b.left-by, b.top-by, b.right+by, b.bottom+by
	return b
}

func (b box) overlaps(o box) bool {
	const slack = 0.75
	return b.left+slack < o.right && o.left+slack < b.right && b.top+slack < o.bottom && o.top+slack < b.bottom
}

func (b box) inside(o box) bool {
	const slack = 1
	return b.left >= o.left-slack && b.top >= o.top-slack && b.right <= o.right+slack && b.bottom <= o.bottom+slack
}

func (b box) holds(x, y float32) bool {
	return x >= b.left && x < b.right && y >= b.top && y < b.bottom
}

// apart returns how far two boxes are from each other, 0 where they touch.
func (b box) apart(o box) float32 {
	return max(b.left-o.right, o.left-b.right, b.top-o.bottom, o.top-b.bottom, 0)
}

// The parts of a page as an inspection sees them.
type (
	inkText struct {
		box
		object *canvas.Text
	}
	inkPicture struct {
		box
		object *canvas.Image
	}
	fill struct {
		box
		colour color.NRGBA
	}
	control struct {
		box
		id string
		// key says that it is one key of the keyboard.
		key bool
	}
)

// inspection is one look at one page: everything that is drawn, from the back to
// the front.
type inspection struct {
	page     box
	perMM    float32
	distance float64
	size     int // of the four text sizes
	palette  look.Palette

	texts    []inkText
	pictures []inkPicture
	fills    []fill
	controls []control
	trouble  bool // a field says that it has trouble

	// stripEnd is where strip and line of state end, footTop where the foot begins.
	stripEnd, footTop float32
	faults            []Fault
}

// Inspect reports what is cut, crowded, too small, too faint or shown by colour
// alone on the page that is seen. It knows nothing of how pages are made: it reads
// the objects that are drawn and measures in millimetres by the width of the
// office's screen and its viewing distance.
//
// Every control counts, those of the strip and the keyboard's keys among them:
// each is touched by the same finger. A field and its keyboard are two controls.
func (b *Bench) Inspect() []Fault {
	n := b.drawn()
	n.places()
	n.letters()
	n.colours()
	n.states()
	return n.faults
}

// drawn reads what is drawn.
func (b *Bench) drawn() *inspection {
	size, office := b.Canvas.Size(), b.Station.Settings
	n := &inspection{
		page:  box{what: "the page", right: size.Width, bottom: size.Height},
		perMM: size.Width / float32(office.ScreenWidthMM), distance: office.ViewingDistanceMM,
		size: b.App.Looks().Size, palette: look.PaletteOf(b.App.Looks().Contrast),
		footTop: size.Height,
	}
	if n.distance <= 0 {
		n.distance = 600
	}
	for i, d := range b.Tree() {
		if !d.Object.Visible() {
			continue
		}
		size := d.Object.Size()
		at := box{"", d.Position.X, d.Position.Y, d.Position.X + size.Width, d.Position.Y + size.Height, d.Within, i}
		switch o := d.Object.(type) {
		case *canvas.Text:
			// The letters themselves, without the room that the font keeps above the
			// capitals and below the tails.
			at.what = fmt.Sprintf("%q", o.Text)
			at.right = at.left + look.Measure(o.Text, o.TextSize, o.FontSource == look.Font(true)).Width
			at.top += o.TextSize * 0.3
			at.bottom = at.top + o.TextSize*0.95
			if !strings.ContainsFunc(o.Text, func(r rune) bool { return r < '0' || r > '9' }) {
				at.bottom = at.top + o.TextSize*0.78 // figures have no tails
			}
			if strings.TrimSpace(o.Text) != "" {
				n.texts = append(n.texts, inkText{at, o})
			}
		case *canvas.Image:
			at.what = "a picture"
			n.pictures = append(n.pictures, inkPicture{at, o})
		case *canvas.Rectangle:
			n.rectangle(at, o)
		case *widget.Button:
			at.what, at.within = "button "+o.ID, o
			n.controls = append(n.controls, control{box: at, id: o.ID})
		case *widget.Field:
			at.what, at.within = "field "+o.ID, o
			n.trouble = n.trouble || o.Trouble
			n.controls = append(n.controls, control{box: at, id: o.ID})
		case *widget.Pad:
			at.what, at.within = "pad "+o.ID, o
			n.trouble = n.trouble || o.Trouble
			n.controls = append(n.controls, control{box: at, id: o.ID})
		case *widget.Keyboard:
			n.keys(at, o)
		}
	}
	n.zones()
	return n
}

func (n *inspection) rectangle(at box, o *canvas.Rectangle) {
	r, g, b, a := o.FillColor.RGBA()
	if a < 0xFF00 || at.width() < 0.5 || at.height() < 0.5 {
		return
	}
	n.fills = append(n.fills, fill{at, color.NRGBA{R: uint8(r >> 8), G: uint8(g >> 8), B: uint8(b >> 8), A: 0xFF}}) // #nosec G115 -- 16 bits to 8
}

// keys takes each key of a keyboard for a control of its own.
func (n *inspection) keys(at box, o *widget.Keyboard) {
	for _, key := range o.Keys() {
		left, top := at.left+key.Position.X, at.top+key.Position.Y
		n.controls = append(n.controls, control{
			box: box{"key " + key.Name, left, top, left + key.Size.Width, top + key.Size.Height, o, at.order},
			id:  "key/" + key.Name, key: true,
		})
	}
}

// zones finds strip, line of state and foot by the grounds that were drawn for
// them: bars across the whole page, from its top down and at its bottom.
func (n *inspection) zones() {
	for _, f := range n.fills {
		across := f.within == nil && f.left <= 1 && f.right >= n.page.right-1
		if !across || f.height() > n.page.bottom/2 {
			continue
		}
		if f.bottom >= n.page.bottom-1 {
			n.footTop = min(n.footTop, f.top)
		}
	}
	for range n.fills {
		before := n.stripEnd
		for _, f := range n.fills {
			if f.within == nil && f.left <= 1 && f.right >= n.page.right-1 && f.height() < n.page.bottom/2 && f.top <= n.stripEnd+1 && f.bottom > n.stripEnd {
				n.stripEnd = f.bottom
			}
		}
		if n.stripEnd == before {
			break
		}
	}
}

func (n *inspection) fault(kind string, by float64, format string, args ...any) {
	n.faults = append(n.faults, Fault{kind, fmt.Sprintf(format, args...), by})
}

func (n *inspection) mm(pixels float32) float64 { return float64(pixels / n.perMM) }

// owner returns the control of which something is a part: of the keyboard's keys
// the one on which it stands.
func (n *inspection) owner(b box) (control, bool) {
	if b.within == nil {
		return control{}, false
	}
	for _, c := range n.controls {
		if c.within == b.within && (!c.key || c.holds((b.left+b.right)/2, (b.top+b.bottom)/2)) {
			return c, true
		}
	}
	return control{}, false
}
