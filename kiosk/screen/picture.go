package screen

import (
	"bytes"
	"image"
	"image/draw"
	"image/jpeg"
	_ "image/png" // signatures and pictures from a stick

	"chasqui/kiosk"
)

// The picture that a camera takes: its longest side, and how many bytes it may
// have. mostPixels bounds what is unpacked to be shown small.
const (
	pictureSide  = 1600
	pictureBytes = 2 << 20
	mostPixels   = 24_000_000
)

// unpack reads the picture in a file, small enough to be shown. It is nil for what
// is no picture, or too large a one.
func unpack(f *kiosk.File) *image.NRGBA {
	const side = 480
	if f == nil || f.Media == "application/pdf" {
		return nil
	}
	size, _, err := image.DecodeConfig(bytes.NewReader(f.Content))
	if err != nil || size.Width < 1 || size.Height < 1 || size.Width > mostPixels/size.Height {
		return nil
	}
	whole, _, err := image.Decode(bytes.NewReader(f.Content))
	if err != nil {
		return nil
	}
	defer blankAny(whole)
	return shrink(whole, side)
}

// shrink returns a copy of a picture whose longest side is at most side. Each
// pixel is the mean of those it stands for.
func shrink(src image.Image, side int) *image.NRGBA {
	bounds := src.Bounds()
	whole := image.NewNRGBA(image.Rect(0, 0, bounds.Dx(), bounds.Dy()))
	draw.Draw(whole, whole.Bounds(), src, bounds.Min, draw.Src)
	longest := max(bounds.Dx(), bounds.Dy())
	if longest <= side {
		return whole
	}
	defer blank(whole)
	width, height := max(bounds.Dx()*side/longest, 1), max(bounds.Dy()*side/longest, 1)
	out := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		top, bottom := y*bounds.Dy()/height, max((y+1)*bounds.Dy()/height, y*bounds.Dy()/height+1)
		for x := range width {
			left, right := x*bounds.Dx()/width, max((x+1)*bounds.Dx()/width, x*bounds.Dx()/width+1)
			var sum [4]int
			for sy := top; sy < bottom; sy++ {
				row := whole.Pix[sy*whole.Stride+left*4 : sy*whole.Stride+right*4]
				for i, value := range row {
					sum[i%4] += int(value)
				}
			}
			n := (bottom - top) * (right - left)
			for i := range sum {
				out.Pix[y*out.Stride+x*4+i] = uint8(sum[i] / n) // #nosec G115 -- a mean of bytes
			}
		}
	}
	return out
}

// pack makes the file of a picture that was taken: a JPEG, in fewer than
// pictureBytes.
func pack(src image.Image, name string) (*kiosk.File, error) {
	picture := shrink(src, pictureSide)
	defer blank(picture)
	for quality := 85; ; quality -= 15 {
		var out bytes.Buffer
		if err := jpeg.Encode(&out, picture, &jpeg.Options{Quality: quality}); err != nil {
			return nil, err
		}
		if out.Len() < pictureBytes || quality <= 25 {
			return &kiosk.File{Name: name, Media: "image/jpeg", Size: int64(out.Len()), Content: out.Bytes()}, nil
		}
		clear(out.Bytes())
	}
}

// blank overwrites a picture.
func blank(m *image.NRGBA) {
	if m != nil {
		clear(m.Pix)
	}
}

// blankAny overwrites a picture as cameras and files give it.
func blankAny(m image.Image) {
	switch m := m.(type) {
	case *image.NRGBA:
		blank(m)
	case *image.RGBA:
		clear(m.Pix)
	case *image.Gray:
		clear(m.Pix)
	case *image.YCbCr:
		clear(m.Y)
		clear(m.Cb)
		clear(m.Cr)
	}
}
