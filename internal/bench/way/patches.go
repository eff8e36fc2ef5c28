package way

import "image"

// Patches are how light each patch of a picture is, 0 to 255. The same page drawn by
// two painters has other letters by a hair, and the same patches.
type Patches []uint8

// patch is the side of a patch in pixels.
const patch = 16

// PatchesOf returns the patches of a picture, row by row.
func PatchesOf(m image.Image) Patches {
	var out Patches
	b := m.Bounds()
	for y := b.Min.Y; y+patch <= b.Max.Y; y += patch {
		for x := b.Min.X; x+patch <= b.Max.X; x += patch {
			sum := uint32(0)
			for dy := range patch {
				for dx := range patch {
					r, g, b, _ := m.At(x+dx, y+dy).RGBA()
					sum += (r*3 + g*6 + b) / 10 >> 8
				}
			}
			out = append(out, uint8(sum/patch/patch)) // #nosec G115 -- a mean of bytes
		}
	}
	return out
}

// Unlike returns which part of two pictures differs: 0 for none, 1 for all, or for
// pictures of different sizes.
func (p Patches) Unlike(other Patches) float64 {
	if len(p) == 0 || len(p) != len(other) {
		return 1
	}
	off := 0
	for i := range p {
		if d := int(p[i]) - int(other[i]); d > 24 || d < -24 {
			off++
		}
	}
	return float64(off) / float64(len(p))
}
