package eyes

import (
	"image"
	"image/png"
	"os"
)

// even makes a picture easier to read for tesseract, which is trained on dark
// words on light paper: each pixel becomes its contrast to its surroundings, dark
// for ink whichever way round it was, as on a solid button; and rules and borders
// are taken away, which it would take for the frames of pictures.
func even(in *image.RGBA) *image.Gray {
	const reach = 20
	b := in.Bounds()
	w, h := b.Dx(), b.Dy()
	// sums holds the sum of luminance above and left of each pixel.
	sums := make([]int, (w+1)*(h+1))
	light := make([]uint8, w*h)
	for y := range h {
		row := 0
		for x := range w {
			i := in.PixOffset(b.Min.X+x, b.Min.Y+y)
			// The weights by which color.GrayModel makes grey of colours.
			grey := (19595*int(in.Pix[i]) + 38470*int(in.Pix[i+1]) + 7471*int(in.Pix[i+2]) + 1<<15) >> 16
			light[y*w+x] = uint8(grey) // #nosec G115 -- 0 to 255
			row += grey
			sums[(y+1)*(w+1)+x+1] = sums[y*(w+1)+x+1] + row
		}
	}
	out := image.NewGray(b)
	for y := range h {
		top, bottom := max(0, y-reach), min(h, y+reach+1)
		for x := range w {
			left, right := max(0, x-reach), min(w, x+reach+1)
			sum := sums[bottom*(w+1)+right] - sums[top*(w+1)+right] - sums[bottom*(w+1)+left] + sums[top*(w+1)+left]
			mean := sum / ((bottom - top) * (right - left))
			contrast := mean - int(light[y*w+x])
			if mean < 120 {
				contrast = -contrast
			}
			out.Pix[y*out.Stride+x] = uint8(255 - min(max(contrast-8, 0)*2, 255)) // #nosec G115 -- 0 to 255
		}
	}
	const rule = 64 // no stroke of a letter is as long
	erase(out, rule, w, h, func(x, y int) int { return y*out.Stride + x })
	erase(out, rule, h, w, func(y, x int) int { return y*out.Stride + x })
	return out
}

// erase whitens runs of dark pixels that are longer than rule, along the first of
// two dimensions.
func erase(g *image.Gray, rule, along, across int, at func(a, b int) int) {
	for b := range across {
		start := 0
		for a := 0; a <= along; a++ {
			if a < along && g.Pix[at(a, b)] < 200 {
				continue
			}
			if a-start > rule {
				for k := start; k < a; k++ {
					g.Pix[at(k, b)] = 255
				}
			}
			start = a + 1
		}
	}
}

// save writes a picture as a PNG, soon rather than small.
func save(path string, picture image.Image) error {
	f, err := os.Create(path) // #nosec G304 -- a test's own picture
	if err != nil {
		return err
	}
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := encoder.Encode(f, picture); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}
