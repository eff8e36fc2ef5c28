package widget

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"

	"fyne.io/fyne/v2"
)

// Ink is what a finger has drawn: strokes, each a row of points, on a pad of some
// size. It outlives the pad, which is drawn anew with its page.
type Ink struct {
	strokes [][]fyne.Position
	size    fyne.Size // of the pad on which it was drawn
	points  int
}

// mostPoints bounds how much is kept; nobody signs with more.
const mostPoints = 20_000

// Empty reports whether nothing is drawn.
func (i *Ink) Empty() bool { return len(i.strokes) == 0 }

// Wipe forgets the strokes and overwrites the memory that held them.
func (i *Ink) Wipe() {
	for _, stroke := range i.strokes {
		clear(stroke[:cap(stroke)])
	}
	clear(i.strokes)
	*i = Ink{}
}

// land begins a stroke.
func (i *Ink) land(at fyne.Position) {
	if i.points < mostPoints {
		i.strokes = append(i.strokes, []fyne.Position{at})
		i.points++
	}
}

// move goes on with the last stroke. A stroke that grows leaves no copy behind.
func (i *Ink) move(to fyne.Position) {
	if i.points >= mostPoints || len(i.strokes) == 0 {
		return
	}
	last := &i.strokes[len(i.strokes)-1]
	if len(*last) == cap(*last) {
		grown := make([]fyne.Position, len(*last), 2*cap(*last))
		copy(grown, *last)
		clear(*last)
		*last = grown
	}
	*last = append(*last, to)
	i.points++
}

// fit makes the strokes those of a pad of another size, all of them within it.
func (i *Ink) fit(size fyne.Size) {
	if i.size.IsZero() || i.size == size {
		i.size = size
		return
	}
	scale := min(size.Width/i.size.Width, size.Height/i.size.Height)
	for _, stroke := range i.strokes {
		for n := range stroke {
			stroke[n] = fyne.NewPos(stroke[n].X*scale, stroke[n].Y*scale)
		}
	}
	i.size = size
}

// The signature's picture: its longest side in pixels, the white around it, and
// how many bytes it may have.
const (
	signatureSide   = 900
	signatureMargin = 20
	signatureBytes  = 100 << 10
)

// PNG returns what is drawn as a picture, black on white and trimmed. It is nil
// where nothing is drawn.
func (i *Ink) PNG() ([]byte, error) {
	if i.Empty() {
		return nil, nil
	}
	for side := float32(signatureSide); ; side /= 2 {
		picture := i.picture(side)
		var out bytes.Buffer
		err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, picture)
		clear(picture.Pix)
		if err != nil {
			return nil, err
		}
		if out.Len() <= signatureBytes || side < 100 {
			return out.Bytes(), nil
		}
		clear(out.Bytes())
	}
}

func (i *Ink) picture(side float32) *image.Gray {
	low := fyne.NewPos(math.MaxFloat32, math.MaxFloat32)
	high := fyne.NewPos(-math.MaxFloat32, -math.MaxFloat32)
	for _, stroke := range i.strokes {
		for _, p := range stroke {
			low = fyne.NewPos(min(low.X, p.X), min(low.Y, p.Y))
			high = fyne.NewPos(max(high.X, p.X), max(high.Y, p.Y))
		}
	}
	// A dot or a short line is not blown up to a picture of its own.
	longest := max(high.X-low.X, high.Y-low.Y, i.size.Width/4, 1)
	scale := (side - 2*signatureMargin) / longest
	at := func(p fyne.Position) fyne.Position {
		return fyne.NewPos((p.X-low.X)*scale+signatureMargin, (p.Y-low.Y)*scale+signatureMargin)
	}
	corner := at(high)
	out := image.NewGray(image.Rect(0, 0, int(corner.X)+signatureMargin, int(corner.Y)+signatureMargin))
	for n := range out.Pix {
		out.Pix[n] = 0xFF
	}
	i.trace(out.Bounds(), at, 2.6*side/signatureSide, func(x, y int, cover float32) {
		shade := uint8(0xFF * (1 - cover))
		if old := out.GrayAt(x, y); shade < old.Y {
			out.SetGray(x, y, color.Gray{Y: shade})
		}
	})
	return out
}

// paint draws the strokes in a colour upon a picture of the pad.
func (i *Ink) paint(out *image.NRGBA, ink color.NRGBA, radius float32) {
	i.trace(out.Bounds(), func(p fyne.Position) fyne.Position { return p }, radius, dye(out, ink))
}

// paintLast draws what came last: whoever signs at length must not wait for the
// whole to be drawn at every move.
func (i *Ink) paintLast(out *image.NRGBA, ink color.NRGBA, radius float32) {
	if i.Empty() {
		return
	}
	last := i.strokes[len(i.strokes)-1]
	traceLine(out.Bounds(), last[max(len(last)-2, 0)], last[len(last)-1], radius, dye(out, ink))
}

func dye(out *image.NRGBA, ink color.NRGBA) func(x, y int, cover float32) {
	return func(x, y int, cover float32) {
		alpha := uint8(float32(ink.A) * cover)
		if old := out.NRGBAAt(x, y); alpha > old.A {
			out.SetNRGBA(x, y, color.NRGBA{R: ink.R, G: ink.G, B: ink.B, A: alpha})
		}
	}
}

// trace visits the pixels under the strokes, with how much of each is covered.
func (i *Ink) trace(bounds image.Rectangle, at func(fyne.Position) fyne.Position, radius float32, visit func(x, y int, cover float32)) {
	for _, stroke := range i.strokes {
		from := at(stroke[0])
		traceLine(bounds, from, from, radius, visit)
		for _, p := range stroke[1:] {
			to := at(p)
			traceLine(bounds, from, to, radius, visit)
			from = to
		}
	}
}

// traceLine visits the pixels of one line with round ends.
func traceLine(bounds image.Rectangle, a, b fyne.Position, radius float32, visit func(x, y int, cover float32)) {
	reach := radius + 1
	box := image.Rect(
		int(min(a.X, b.X)-reach), int(min(a.Y, b.Y)-reach), int(max(a.X, b.X)+reach)+1, int(max(a.Y, b.Y)+reach)+1,
	).Intersect(bounds)
	dx, dy := b.X-a.X, b.Y-a.Y
	length := dx*dx + dy*dy
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			px, py := float32(x)+0.5-a.X, float32(y)+0.5-a.Y
			along := float32(0)
			if length > 0 {
				along = min(max((px*dx+py*dy)/length, 0), 1)
			}
			distance := float32(math.Hypot(float64(px-along*dx), float64(py-along*dy)))
			if cover := min(radius+0.5-distance, 1); cover > 0 {
				visit(x, y, cover)
			}
		}
	}
}
