package eyes

import (
	"image/color"

	"chasqui/internal/display"
)

// Dark reports whether there is nothing to be seen: every point of the screen is black.
func (s *Screen) Dark() (bool, error) {
	picture, err := s.Display.Picture()
	if err != nil {
		return false, err
	}
	return display.Blank(picture) && picture.RGBAAt(0, 0) == color.RGBA{A: 0xff}, nil
}
