package receipt

import (
	"errors"
	"fmt"
	"image"
	"image/color"

	"github.com/boombuler/barcode/qr"
)

// quiet is the width of the white border around a QR code, in modules, as
// ISO/IEC 18004 asks.
const quiet = 4

// QR returns a QR code of text as a square image, pixels wide, black on white,
// at error level M (15 % of it may be covered), with its quiet zone. Every module
// is a whole number of pixels wide; what is left over is border. It returns an
// error when text is empty, too long for a QR code, or needs more pixels. Cameras
// disagree about letters outside ASCII: percent-encode them in an address.
func QR(text string, pixels int) (image.Image, error) {
	modules, err := modulesOf(text)
	if err != nil {
		return nil, err
	}
	side := len(modules)
	scale := pixels / (side + 2*quiet)
	if scale < 1 {
		return nil, fmt.Errorf("make a QR code: it needs %d pixels, there are %d", side+2*quiet, pixels)
	}
	img := image.NewGray(image.Rect(0, 0, pixels, pixels))
	for i := range img.Pix {
		img.Pix[i] = 0xff
	}
	border := (pixels - side*scale) / 2
	for y, row := range modules {
		for x, black := range row {
			if !black {
				continue
			}
			for dy := range scale {
				at := img.PixOffset(border+x*scale, border+y*scale+dy)
				clear(img.Pix[at : at+scale])
			}
		}
	}
	return img, nil
}

// modulesOf returns the rows of a QR code, true for black.
func modulesOf(text string) ([][]bool, error) {
	if text == "" {
		return nil, errors.New("make a QR code: there is no text")
	}
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return nil, fmt.Errorf("make a QR code: %w", err)
	}
	bounds := code.Bounds()
	rows := make([][]bool, bounds.Dy())
	for y := range rows {
		rows[y] = make([]bool, bounds.Dx())
		for x := range rows[y] {
			gray := color.GrayModel.Convert(code.At(bounds.Min.X+x, bounds.Min.Y+y)).(color.Gray)
			rows[y][x] = gray.Y < 0x80
		}
	}
	return rows, nil
}
