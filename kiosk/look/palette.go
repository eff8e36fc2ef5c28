package look

import "image/color"

// The contrasts, in the order in which the strip's button goes through them.
const (
	Light     = 0 // "Claro"
	Night     = 1 // "Noche"
	HighLight = 2 // "Alto contraste claro"
	HighDark  = 3 // "Alto contraste oscuro"
	// Contrasts is how many there are.
	Contrasts = 4
)

// Palette is the colours of one contrast, named for what they are for.
type Palette struct {
	Paper   color.NRGBA // the page's ground
	Surface color.NRGBA // tiles, fields, strip and foot
	Ink     color.NRGBA // text
	Muted   color.NRGBA // reasons and hints
	// Accent is for one thing: what to do next. OnAccent is written on it.
	Accent   color.NRGBA
	OnAccent color.NRGBA
	// Line borders what can be touched; Rule parts what belongs together.
	Line color.NRGBA
	Rule color.NRGBA
	// Tray is the ground under the on-screen keyboard.
	Tray  color.NRGBA
	Done  color.NRGBA
	Error color.NRGBA
	// Waiting is written on WaitingGround.
	Waiting       color.NRGBA
	WaitingGround color.NRGBA
	// Pressed fills a quiet control under a finger.
	Pressed color.NRGBA
	// FocusOuter and FocusInner are the double ring round what has the focus.
	FocusOuter color.NRGBA
	FocusInner color.NRGBA
	// Dark says that the ground is dark.
	Dark bool
}

func rgb(hex uint32) color.NRGBA {
	return color.NRGBA{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: 0xFF} // #nosec G115 -- each byte of 0xRRGGBB is meant
}

var palettes = [Contrasts]Palette{
	Light: {
		Paper: rgb(0xF6F3EC), Surface: rgb(0xFFFFFF), Ink: rgb(0x16212B), Muted: rgb(0x4B5966),
		Accent: rgb(0x0A4A66), OnAccent: rgb(0xFFFFFF), Line: rgb(0x7C858E), Rule: rgb(0xD5CFC1),
		Tray: rgb(0xEDEAE0), Done: rgb(0x1B6238), Error: rgb(0x9B1C1C),
		Waiting: rgb(0x5A3E00), WaitingGround: rgb(0xFFE9B0), Pressed: rgb(0xD9E6EC),
		FocusOuter: rgb(0xFFC247), FocusInner: rgb(0x16212B),
	},
	Night: {
		Paper: rgb(0x12181E), Surface: rgb(0x1B242D), Ink: rgb(0xF4F1EA), Muted: rgb(0xB7C0C8),
		Accent: rgb(0x8FD0EA), OnAccent: rgb(0x0B1A22), Line: rgb(0x7F8A94), Rule: rgb(0x3A454F),
		Tray: rgb(0x0B1015), Done: rgb(0x8CD9A6), Error: rgb(0xFF9C94),
		Waiting: rgb(0xFFE2A0), WaitingGround: rgb(0x3B2E0A), Pressed: rgb(0x2C4350),
		FocusOuter: rgb(0xFFC247), FocusInner: rgb(0x16212B), Dark: true,
	},
	HighLight: {
		Paper: rgb(0xFFFFFF), Surface: rgb(0xFFFFFF), Ink: rgb(0x000000), Muted: rgb(0x000000),
		Accent: rgb(0x00239C), OnAccent: rgb(0xFFFFFF), Line: rgb(0x000000), Rule: rgb(0x000000),
		Tray: rgb(0xFFFFFF), Done: rgb(0x00401A), Error: rgb(0x8B0000),
		Waiting: rgb(0x000000), WaitingGround: rgb(0xFFFFFF), Pressed: rgb(0xD6DEFF),
		FocusOuter: rgb(0xFFC247), FocusInner: rgb(0x16212B),
	},
	HighDark: {
		Paper: rgb(0x000000), Surface: rgb(0x000000), Ink: rgb(0xFFFFFF), Muted: rgb(0xFFFFFF),
		Accent: rgb(0xFFE600), OnAccent: rgb(0x000000), Line: rgb(0xFFFFFF), Rule: rgb(0xFFFFFF),
		Tray: rgb(0x000000), Done: rgb(0x9BFFB4), Error: rgb(0xFFB4AD),
		Waiting: rgb(0xFFFFFF), WaitingGround: rgb(0x000000), Pressed: rgb(0x4D4600),
		FocusOuter: rgb(0xFFC247), FocusInner: rgb(0x16212B), Dark: true,
	},
}

// PaletteOf returns the colours of a contrast; an unknown one is [Light].
func PaletteOf(contrast int) Palette {
	if contrast < 0 || contrast >= Contrasts {
		contrast = Light
	}
	return palettes[contrast]
}
