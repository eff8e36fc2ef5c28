package look

import (
	"math"

	"fyne.io/fyne/v2"

	"chasqui/kiosk"
)

// The text sizes, by the height of a capital letter in millimetres.
var capitals = [...]float64{4.8, 6.0, 7.3, 9.0}

// Sizes is how many text sizes there are.
const Sizes = len(capitals)

const (
	// nearby is the viewing distance in millimetres for which sizes are thought.
	nearby = 600
	// capital is the height of a capital letter of Noto Sans in parts of the font
	// size.
	capital = 0.714
	// LineHeight is the distance of two lines of running text, and TitleHeight of a
	// title, in parts of the font size.
	LineHeight  = 1.4
	TitleHeight = 1.25
)

// Look is a palette and every size in pixels, for one screen, one text size and
// one contrast. It is a value: compare two with ==.
type Look struct {
	Palette
	// Size is 0 to 3, the index of the text size; Contrast that of the palette.
	Size, Contrast int
	// PerMM is how many pixels are a millimetre.
	PerMM float32

	// Font sizes.
	Body, Title, Hint float32
	// Small is for the strip and the keyboard's words, and Least the smallest size
	// there is: 4.8 mm, and at the largest text size 7.3 mm, so that whoever chose
	// that size sees no capital under 0.7°.
	Small, Least float32

	// Strip and Foot are the heights of the zones, Margin the room at either side.
	Strip, Foot, Margin float32
	// Target is the height of what is to be touched (20 mm), LeastTarget what it
	// may shrink to (12.7 mm), Gap what parts two of them (at least 3 mm).
	Target, LeastTarget, Gap float32
	// Pad is the room inside a tile.
	Pad    float32
	Corner float32
	Border float32
	Icon   float32
	// Wobble is how far, in pixels, a finger may stray and still have tapped.
	Wobble float32
}

// New returns the look of a screen canvasWidth pixels wide at an office. A width
// in millimetres of zero counts as 345.
func New(office kiosk.Office, looks kiosk.Looks, canvasWidth float32) Look {
	width := office.ScreenWidthMM
	if width <= 0 {
		width = 345
	}
	size := min(max(looks.Size, 0), Sizes-1)
	contrast := looks.Contrast
	if contrast < 0 || contrast >= Contrasts {
		contrast = Light
	}
	l := Look{Palette: PaletteOf(contrast), Size: size, Contrast: contrast, PerMM: canvasWidth / float32(width)}
	// Letters are measured by the angle at which they are seen: twice as far away,
	// twice as large. A finger is as broad at any distance.
	far := office.ViewingDistanceMM / nearby
	if far <= 0 {
		far = 1
	}
	letter := func(mm float64) float32 {
		return float32(math.Round(mm*far*float64(l.PerMM)/capital*2) / 2)
	}
	mm := func(n float32) float32 { return float32(math.Round(float64(n * l.PerMM))) }
	l.Body = letter(capitals[size])
	l.Title = letter(capitals[size] * 1.35)
	l.Hint = letter(max(capitals[size]*0.9, capitals[0]))
	l.Small = letter([...]float64{4.8, 4.8, 5.2, 7.3}[size])
	l.Least = letter([...]float64{4.8, 4.8, 4.8, 7.3}[size])
	l.Strip, l.Foot, l.Margin = mm(22), mm(28), mm(17)
	l.Target, l.LeastTarget, l.Gap = mm(20), mm(12.7), mm(4)
	l.Pad, l.Corner, l.Border, l.Icon = mm(5), mm(3), 2, mm(13)
	l.Wobble = 20
	return l
}

// MM returns a length in pixels.
func (l Look) MM(mm float32) float32 { return float32(math.Round(float64(mm * l.PerMM))) }

// Theme returns the Fyne theme of this look.
func (l Look) Theme() fyne.Theme { return themed{l} }
