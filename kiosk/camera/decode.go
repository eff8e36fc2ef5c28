package camera

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"sync"
)

// The largest picture that is read.
const (
	mostSide   = 8192
	mostPixels = 20_000_000
)

// check says what is wrong with a layout.
func (l layout) check() error {
	if l.width < 2 || l.height < 1 || l.width > mostSide || l.height > mostSide || l.width*l.height > mostPixels {
		return fmt.Errorf("pictures of %d×%d", l.width, l.height)
	}
	if l.pixels == pixelsYUYV && (l.width%2 != 0 || l.stride < 2*l.width || l.stride > 4*mostSide) {
		return fmt.Errorf("lines of %d bytes for %d pixels", l.stride, l.width)
	}
	return nil
}

// decode reads a frame. The picture shares no memory with it. An error is
// errBroken, wrapped.
func decode(frame []byte, l layout) (image.Image, error) {
	if l.pixels == pixelsYUYV {
		return decodeYUYV(frame, l)
	}
	return decodeMJPEG(frame)
}

// decodeMJPEG reads a frame that is a JPEG by itself. Most cameras leave out the
// tables by which it is packed, since everybody is to know them.
func decodeMJPEG(frame []byte) (image.Image, error) {
	frame = withTables(frame)
	// The frame's own header says how large it is: believed only up to a size.
	head, err := jpeg.DecodeConfig(bytes.NewReader(frame))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errBroken, err)
	}
	if head.Width < 1 || head.Height < 1 || head.Width > mostSide || head.Height > mostSide || head.Width*head.Height > mostPixels {
		return nil, fmt.Errorf("%w: a picture of %d×%d", errBroken, head.Width, head.Height)
	}
	picture, err := jpeg.Decode(bytes.NewReader(frame))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errBroken, err)
	}
	return picture, nil
}

// The markers of a JPEG.
const (
	markerStart  = 0xd8
	markerTables = 0xc4 // Huffman tables
	markerScan   = 0xda
)

// withTables returns the JPEG with the standard tables put in where it has none.
func withTables(frame []byte) []byte {
	if len(frame) < 4 || frame[0] != 0xff || frame[1] != markerStart {
		return frame
	}
	for at := 2; at+4 <= len(frame) && frame[at] == 0xff; {
		switch frame[at+1] {
		case markerTables:
			return frame
		case markerScan:
			out := make([]byte, 0, len(frame)+512)
			out = append(out, frame[:at]...)
			out = append(out, standardTables()...)
			return append(out, frame[at:]...)
		case 0xff: // a byte to fill up
			at++
			continue
		}
		at += 2 + int(frame[at+2])<<8 + int(frame[at+3])
	}
	return frame
}

// standardTables are those of ISO/IEC 10918-1, annex K, which Go's own writer of
// JPEGs puts into every one.
var standardTables = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewRGBA(image.Rect(0, 0, 8, 8)), nil); err != nil {
		panic("camera: a JPEG of one block cannot be written: " + err.Error()) // a test writes it
	}
	tables, err := segments(b.Bytes(), markerTables)
	if err != nil {
		panic("camera: " + err.Error())
	}
	return tables
})

// segments returns the segments of a JPEG that have a marker.
func segments(b []byte, marker byte) ([]byte, error) {
	var out []byte
	for at := 2; at+4 <= len(b) && b[at+1] != markerScan; {
		end := at + 2 + int(b[at+2])<<8 + int(b[at+3])
		if end > len(b) {
			break
		}
		if b[at+1] == marker {
			out = append(out, b[at:end]...)
		}
		at = end
	}
	if len(out) == 0 {
		return nil, errors.New("a JPEG without tables")
	}
	return out, nil
}

// lightRange and colourRange stretch what video has, 16 to 235 and 16 to 240, to
// what pictures have, 0 to 255. Without it the paper in a photograph is grey.
var lightRange, colourRange = stretch(16, 235), stretch(16, 240)

func stretch(low, high int) (table [256]byte) {
	for i := range table {
		table[i] = byte(min(255, max(0, ((i-low)*255+(high-low)/2)/(high-low)))) // #nosec G115 -- between 0 and 255
	}
	return table
}

// decodeYUYV reads a frame of two pixels in four bytes: light, blue, light, red.
func decodeYUYV(frame []byte, l layout) (image.Image, error) {
	if err := l.check(); err != nil {
		return nil, fmt.Errorf("%w: %w", errBroken, err)
	}
	if need := l.stride*(l.height-1) + 2*l.width; len(frame) < need {
		return nil, fmt.Errorf("%w: %d bytes of %d", errBroken, len(frame), need)
	}
	picture := image.NewYCbCr(image.Rect(0, 0, l.width, l.height), image.YCbCrSubsampleRatio422)
	for y := range l.height {
		line := frame[y*l.stride:][:2*l.width]
		light, colour := picture.Y[y*picture.YStride:], y*picture.CStride
		for x := range l.width / 2 {
			four := line[4*x : 4*x+4]
			light[2*x], light[2*x+1] = lightRange[four[0]], lightRange[four[2]]
			picture.Cb[colour+x], picture.Cr[colour+x] = colourRange[four[1]], colourRange[four[3]]
		}
	}
	return picture, nil
}
