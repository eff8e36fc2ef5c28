package look_test

import (
	"image/color"
	"math"
	"slices"
	"strings"
	"testing"

	_ "fyne.io/fyne/v2/test" // brings a driver that measures text

	"chasqui/assets"
	"chasqui/kiosk"
	"chasqui/kiosk/look"
)

func luminance(c color.NRGBA) float64 {
	part := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*part(c.R) + 0.7152*part(c.G) + 0.0722*part(c.B)
}

func ratio(a, b color.NRGBA) float64 {
	x, y := luminance(a), luminance(b)
	if x < y {
		x, y = y, x
	}
	return (x + 0.05) / (y + 0.05)
}

// Guards the measured contrasts of the design's table; without it a colour that
// somebody retouches by eye could fall below what tired eyes can read.
func TestTheDefaultPaletteHasTheContrastsOfTheDesign(t *testing.T) {
	p := look.PaletteOf(look.Light)
	for _, c := range []struct {
		name     string
		ink, on  color.NRGBA
		expected float64
	}{
		{"ink on paper", p.Ink, p.Paper, 14.7}, {"ink on surface", p.Ink, p.Surface, 16.3},
		{"muted on paper", p.Muted, p.Paper, 6.5}, {"accent on paper", p.Accent, p.Paper, 8.7},
		{"white on accent", p.OnAccent, p.Accent, 9.6}, {"line on paper", p.Line, p.Paper, 3.4},
		{"line on surface", p.Line, p.Surface, 3.7}, {"done on paper", p.Done, p.Paper, 6.6},
		{"error on paper", p.Error, p.Paper, 7.4}, {"waiting", p.Waiting, p.WaitingGround, 8.3},
	} {
		if got := ratio(c.ink, c.on); math.Abs(got-c.expected) > 0.11 {
			t.Errorf("%s: contrast %.2f, the design says %.1f", c.name, got, c.expected)
		}
	}
}

// Guards EN 301 549 11.1.4 in all four contrasts: text 4.5:1, the edges of what can
// be touched 3:1, and one of the focus's two rings 6:1.
func TestEveryPaletteCanBeRead(t *testing.T) {
	for contrast := range look.Contrasts {
		p := look.PaletteOf(contrast)
		for _, ground := range []color.NRGBA{p.Paper, p.Surface} {
			for name, ink := range map[string]color.NRGBA{"ink": p.Ink, "muted": p.Muted, "accent": p.Accent, "error": p.Error, "done": p.Done} {
				if got := ratio(ink, ground); got < 4.5 {
					t.Errorf("contrast %d: %s has %.2f", contrast, name, got)
				}
			}
			if got := ratio(p.Line, ground); got < 3 {
				t.Errorf("contrast %d: the border has %.2f", contrast, got)
			}
			if got := max(ratio(p.FocusOuter, ground), ratio(p.FocusInner, ground)); got < 6 {
				t.Errorf("contrast %d: the focus has %.2f", contrast, got)
			}
		}
		for name, pair := range map[string][2]color.NRGBA{"on accent": {p.OnAccent, p.Accent}, "waiting": {p.Waiting, p.WaitingGround}, "pressed": {p.Ink, p.Pressed}} {
			if got := ratio(pair[0], pair[1]); got < 4.5 {
				t.Errorf("contrast %d: %s has %.2f", contrast, name, got)
			}
		}
	}
}

// Guards the physical sizes: a capital letter is as tall in millimetres on any
// screen; without it a larger screen with the same pixels would mislead.
func TestLettersHaveTheirSizeInMillimetres(t *testing.T) {
	for size, capital := range []float64{4.8, 6.0, 7.3, 9.0} {
		for _, screen := range []struct{ pixels, mm float64 }{{1280, 345}, {1080, 395}, {1920, 520}} {
			l := look.New(kiosk.Office{ScreenWidthMM: screen.mm}, kiosk.Looks{Size: size}, float32(screen.pixels))
			mm := func(font float32) float64 { return float64(font) * 0.714 * screen.mm / screen.pixels }
			if got := mm(l.Body); math.Abs(got-capital) > 0.1 {
				t.Errorf("size %d on %v: capitals of %.2f mm, not %.1f", size, screen, got, capital)
			}
			if got := mm(l.Hint); got < 4.7 {
				t.Errorf("size %d on %v: hints of %.2f mm, 4.8 is the least", size, screen, got)
			}
			if got := mm(l.Small); got < 4.7 {
				t.Errorf("size %d on %v: small letters of %.2f mm, 4.8 is the least", size, screen, got)
			}
		}
	}
}

func TestLinesAreNeverLongerThanSixtyCharactersNorThanTheirRoom(t *testing.T) {
	text := strings.Repeat("Un papel que dice en qué dirección vive usted. ", 6)
	for _, lines := range [][]string{look.Lines(text, 31, false, 5000, true), look.Balanced(text, 31, false, 400, true)} {
		for _, line := range lines {
			if len([]rune(line)) > look.MostCharacters {
				t.Errorf("a line of %d characters: %q", len([]rune(line)), line)
			}
		}
		if strings.Join(lines, " ") != strings.TrimSpace(text) {
			t.Error("breaking lines changed the words")
		}
	}
	for _, line := range look.Lines("Electroencefalografista", 31, false, 120, false) {
		if got := look.Measure(line, 31, false).Width; got > 120 {
			t.Errorf("%q is %.0f pixels wide", line, got)
		}
	}
	if got := look.Balanced("Puede dejarlo en blanco si no quiere.", 31, false, 480, true); len(got) == 2 && len(strings.Fields(got[1])) < 2 {
		t.Errorf("a word by itself: %q", got)
	}
}

// Guards the words of a narrow tile: lines are made equal by moving words, never by
// breaking one. Without this "Municipalidad de" became "Municipalida" and "d de".
func TestNoWordIsBrokenToMakeLinesEqual(t *testing.T) {
	for _, text := range []string{"Municipalidad de Prueba", "Anplwaye biwo a", "Buscar en la lista de instituciones"} {
		longest := float32(0)
		for _, word := range look.Words(text) {
			longest = max(longest, look.Measure(word, 31, true).Width)
		}
		for width := longest + 1; width < 3*longest; width += 7 {
			if got := look.Balanced(text, 31, true, width, false); strings.Join(got, " ") != text {
				t.Errorf("%.0f pixels: %q", width, got)
			}
		}
	}
}

// Guards the groups of a folio and a number with its sign: a number that is broken
// in two is copied wrongly.
func TestWhatBelongsTogetherStaysOnOneLine(t *testing.T) {
	folio := "K7M\u00a04029\u00a01837\u00a06"
	for width := float32(300); width < 900; width += 20 {
		if lines := look.Lines("Corrige la solicitud "+folio+" ahora", 31, true, width, false); !slices.ContainsFunc(lines, func(line string) bool { return strings.Contains(line, folio) }) {
			t.Errorf("%.0f pixels: %q", width, lines)
		}
	}
}

func TestEveryIconIsDrawnOnTheGridInOneWeight(t *testing.T) {
	for _, name := range assets.IconNames() {
		svg, _ := assets.Icon(name)
		for _, must := range []string{`viewBox="0 0 24 24"`, `stroke-width="2"`, `stroke-linecap="round"`, `stroke="` + assets.IconInk + `"`} {
			if !strings.Contains(string(svg), must) {
				t.Errorf("icon %s lacks %s", name, must)
			}
		}
		if got := look.Icon(name, color.NRGBA{R: 0x0A, G: 0x4A, B: 0x66, A: 0xFF}, 48); !strings.Contains(string(got.Content()), "#0a4a66") || !strings.Contains(string(got.Content()), `stroke-width="4.00"`) {
			t.Errorf("icon %s does not take its colour and weight", name)
		}
	}
	if got := look.Icon("no such icon", color.NRGBA{A: 0xFF}, 24).Name(); !strings.HasPrefix(got, "dot") {
		t.Errorf("an unknown icon is drawn as %s", got)
	}
}
