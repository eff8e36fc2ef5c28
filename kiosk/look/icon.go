package look

import (
	"bytes"
	"fmt"
	"image/color"

	"fyne.io/fyne/v2"

	"chasqui/assets"
)

// Icon returns one of the project's icons in a colour, to be drawn pixels wide. A
// name that is unknown gives the plain "dot": the word beside an icon carries the
// meaning.
func Icon(name string, ink color.NRGBA, pixels float32) fyne.Resource {
	svg, ok := assets.Icon(name)
	if !ok {
		name = "dot"
		svg, _ = assets.Icon(name)
	}
	hex := fmt.Sprintf("#%02x%02x%02x", ink.R, ink.G, ink.B)
	// Fyne scales an icon's lines but not how thick they are.
	stroke := fmt.Sprintf(`stroke-width="%.2f"`, 2*pixels/24)
	svg = bytes.Replace(svg, []byte(`stroke-width="2"`), []byte(stroke), 1)
	return &fyne.StaticResource{
		// The name is Fyne's key for the drawing it keeps.
		StaticName:    fmt.Sprintf("%s%s-%.0f.svg", name, hex, pixels),
		StaticContent: bytes.ReplaceAll(svg, []byte(assets.IconInk), []byte(hex)),
	}
}
