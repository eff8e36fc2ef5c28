package screentest

import (
	"image"
	"image/color"
	"math"
	"slices"
	"strings"

	"chasqui/kiosk/widget"
)

// Ratio returns the contrast of two colours as WCAG defines it, 1 to 21.
func Ratio(a, b color.NRGBA) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(c color.NRGBA) float64 {
	return 0.2126*linear[c.R] + 0.7152*linear[c.G] + 0.0722*linear[c.B]
}

// linear is the light of each value of a channel.
var linear = func() (out [256]float64) {
	for i := range out {
		s := float64(i) / 255
		if s <= 0.04045 {
			out[i] = s / 12.92
			continue
		}
		out[i] = math.Pow((s+0.055)/1.055, 2.4)
	}
	return out
}()

// beneath returns the colours that lie under a box before the order-th object was
// painted: in its middle and towards its corners.
func (n *inspection) beneath(b box, order int) []color.NRGBA {
	var out []color.NRGBA
	for _, at := range [5][2]float32{{0.5, 0.5}, {0.02, 0.1}, {0.98, 0.1}, {0.02, 0.9}, {0.98, 0.9}} {
		x, y := b.left+b.width()*at[0], b.top+b.height()*at[1]
		if ground, ok := n.groundAt(x, y, order); ok {
			out = append(out, ground)
		}
	}
	return out
}

func (n *inspection) groundAt(x, y float32, order int) (color.NRGBA, bool) {
	ground, found := color.NRGBA{}, false
	for _, f := range n.fills {
		if f.order < order && f.holds(x, y) {
			ground, found = f.colour, true
		}
	}
	return ground, found
}

// worst returns the lowest contrast of a colour with what lies under a box.
func (n *inspection) worst(ink color.NRGBA, b box, order int) float64 {
	least := 21.0
	for _, ground := range n.beneath(b, order) {
		least = min(least, Ratio(ink, ground))
	}
	return least
}

// colours measures contrasts. A text needs 4.5:1 whatever its size, though all of
// ours is large text as WCAG defines it, which may have 3:1.
func (n *inspection) colours() {
	for _, t := range n.texts {
		ink := color.NRGBAModel.Convert(t.object.Color).(color.NRGBA)
		if got := n.worst(ink, t.box, t.order); got < textContrast {
			n.fault(Contrast, textContrast-got, "%s has %.2f:1", t.what, got)
		}
	}
	for _, p := range n.pictures {
		if p.object.Image == nil {
			n.fault(Contrast, 99, "%s was not drawn", p.what)
			continue
		}
		ink, drawing := inkOf(p.object.Image)
		if !drawing {
			continue // a photograph has its own colours
		}
		if got := n.worst(ink, p.box, p.order); got < partContrast {
			n.fault(Contrast, partContrast-got, "a picture of %s has %.2f:1", owned(p.box), got)
		}
	}
	for _, c := range n.controls {
		if strings.HasPrefix(c.id, "strip/") {
			continue // an icon and a word say where it is
		}
		n.edgeOf(c)
	}
}

func owned(b box) string {
	if button, ok := b.within.(*widget.Button); ok {
		return "button " + button.ID
	}
	return "the page"
}

// edgeOf measures how well a control's border, or what fills it, stands out from
// what is around it; and its ring, where it has the focus.
func (n *inspection) edgeOf(c control) {
	if button, ok := c.within.(*widget.Button); ok && button.Kind == widget.Link {
		return // its underlined words say where it is
	}
	best, seen := 0.0, false
	ring, rings := 0.0, []color.NRGBA{}
	for _, f := range n.fills {
		if f.within != c.within {
			continue
		}
		outside, ok := n.around(c.box, c.order)
		if !ok {
			continue
		}
		switch {
		case f.inside(c.box) && f.apart(c.box) == 0 && f.width() > c.width()*0.9 && f.height() > c.height()*0.75:
			seen = true
			best = max(best, Ratio(f.colour, outside))
		case c.inside(f.box) && !f.inside(c.box) && f.width() < c.width()+4*widget.RingRoom:
			ring = max(ring, Ratio(f.colour, outside))
			rings = append(rings, f.colour)
		}
	}
	if button, ok := c.within.(*widget.Button); ok && button.Told {
		seen = false // nothing is to be pressed: its words and its tick say what was done
	}
	if seen && best < partContrast {
		n.fault(Contrast, partContrast-best, "the edge of %s has %.2f:1", c.what, best)
	}
	if len(rings) >= 2 {
		ring = min(ring, Ratio(rings[0], rings[1]))
	}
	if len(rings) > 0 && ring < partContrast {
		n.fault(Ring, partContrast-ring, "the focus of %s has %.2f:1", c.what, ring)
	}
}

// around returns the colour beside a control, before it was painted.
func (n *inspection) around(b box, order int) (color.NRGBA, bool) {
	if key, ok := b.within.(*widget.Keyboard); ok {
		// Of the keyboard's own parts the first is the ground under its keys.
		for _, f := range n.fills {
			if f.within == key {
				return f.colour, true
			}
		}
	}
	return n.groundAt(b.left-2, (b.top+b.bottom)/2, order)
}

// inkOf returns the colour of a line drawing and whether it is one: few colours on
// nothing, as an icon, or black and white, as a QR code, of which nothing needs to
// be measured but that it is both.
func inkOf(m image.Image) (color.NRGBA, bool) {
	bounds := m.Bounds()
	counts := map[color.NRGBA]int{}
	clearPixels, opaque := 0, 0
	step := max(bounds.Dx()/40, 1)
	for y := bounds.Min.Y; y < bounds.Max.Y; y += step {
		for x := bounds.Min.X; x < bounds.Max.X; x += step {
			c := color.NRGBAModel.Convert(m.At(x, y)).(color.NRGBA)
			switch {
			case c.A < 0x40:
				clearPixels++
			case c.A > 0xE0:
				c.A = 0xFF
				counts[c]++
				opaque++
			}
		}
	}
	if clearPixels < opaque/2 || opaque == 0 {
		return color.NRGBA{}, false
	}
	best := color.NRGBA{}
	for c, count := range counts {
		if count > counts[best] {
			best = c
		}
	}
	return best, counts[best]*2 > opaque
}

// states looks for what colour alone says.
func (n *inspection) states() {
	for _, c := range n.controls {
		button, ok := c.within.(*widget.Button)
		if !ok || !button.Selected {
			continue
		}
		ticked := slices.ContainsFunc(n.pictures, func(p inkPicture) bool { return p.within == c.within && isTick(p) })
		if !ticked {
			n.fault(OnlyColor, 1, "%s is selected and has no tick", c.what)
		}
	}
	words, icon := false, false
	for _, t := range n.texts {
		words = words || color.NRGBAModel.Convert(t.object.Color) == n.palette.Error
	}
	if !n.trouble && !words {
		return
	}
	for _, p := range n.pictures {
		if p.object.Image != nil {
			ink, _ := inkOf(p.object.Image)
			icon = icon || ink == n.palette.Error
		}
	}
	if !words || !icon {
		n.fault(OnlyColor, 1, "trouble is shown without words (%v) or without a sign (%v)", words, icon)
	}
}

// isTick says that a picture is the tick of what is chosen, in whatever colour.
func isTick(p inkPicture) bool {
	got, drawn := p.object.Image.(*image.NRGBA)
	tick, is := widget.Picture("check", color.NRGBA{A: 0xFF}, 0, 0, p.object.Size().Width).Image.(*image.NRGBA)
	if !drawn || !is || tick.Rect != got.Rect {
		return false
	}
	for i := 3; i < len(tick.Pix); i += 4 {
		if tick.Pix[i] != got.Pix[i] {
			return false
		}
	}
	return true
}
