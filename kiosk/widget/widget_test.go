package widget_test

import (
	"image/color"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/driver/software"
	"fyne.io/fyne/v2/test"

	"chasqui/internal/conform"
	"chasqui/kiosk"
	"chasqui/kiosk/look"
	"chasqui/kiosk/widget"
)

func newKit() *widget.Kit {
	return &widget.Kit{Look: look.New(kiosk.Office{}, kiosk.Looks{Size: 1}, 1280)}
}

// finger does what the window's driver does: it tells of the landing, of each
// move over two pixels as a drag, and of a tap only when there was no drag.
type finger struct {
	target interface {
		fyne.Tappable
		fyne.Draggable
		desktop.Mouseable
	}
	at      fyne.Position
	dragged bool
}

func (f *finger) land(x, y float32) {
	f.at = fyne.NewPos(x, y)
	f.target.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: f.at}, Button: desktop.MouseButtonPrimary})
}

func (f *finger) move(dx, dy float32) {
	f.at = f.at.AddXY(dx, dy)
	f.dragged = true
	f.target.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: f.at}, Dragged: fyne.NewDelta(dx, dy)})
}

func (f *finger) lift() {
	f.target.MouseUp(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: f.at}, Button: desktop.MouseButtonPrimary})
	if f.dragged {
		f.target.DragEnd()
	} else {
		f.target.Tapped(&fyne.PointEvent{Position: f.at})
	}
}

// Guards the tap of a hand that trembles: Fyne drops one that strays over 2
// pixels; without the button's own rule every second tap of some people is lost.
func TestAButtonBearsAWobbleAndLetsOneSlideOff(t *testing.T) {
	conform.Clause(t, "WCAG 2.2 2.5.2")
	for _, c := range []struct {
		name  string
		moves [][2]float32
		from  [2]float32
		taps  int
	}{
		{"a still finger", nil, [2]float32{100, 40}, 1},
		{"a wobble of 3 pixels", [][2]float32{{3, 0}}, [2]float32{100, 40}, 1},
		{"a wobble of 20 pixels", [][2]float32{{12, 0}, {8, 0}}, [2]float32{100, 40}, 1},
		{"a wobble over the edge", [][2]float32{{0, -15}}, [2]float32{100, 5}, 1},
		{"a tremble that comes back", [][2]float32{{15, 0}, {-30, 0}, {15, 0}}, [2]float32{100, 40}, 1},
		{"sliding off", [][2]float32{{0, 60}}, [2]float32{100, 40}, 0},
		{"sliding off and on again", [][2]float32{{0, 60}, {0, -55}}, [2]float32{100, 40}, 1},
		{"a slip within a large tile", [][2]float32{{80, 0}}, [2]float32{100, 40}, 1},
	} {
		taps := 0
		kit := newKit()
		b := widget.NewButton(kit, &widget.Button{Label: "Seguir", OnTap: func() { taps++ }})
		b.Resize(fyne.NewSize(300, 76))
		f := &finger{target: b}
		f.land(c.from[0], c.from[1])
		if !kit.Pressed() {
			t.Errorf("%s: nothing is pressed", c.name)
		}
		if taps != 0 {
			t.Errorf("%s: it acted before the lift", c.name)
		}
		for _, m := range c.moves {
			f.move(m[0], m[1])
		}
		f.lift()
		if taps != c.taps {
			t.Errorf("%s: %d taps, not %d", c.name, taps, c.taps)
		}
		if kit.Pressed() {
			t.Errorf("%s: it stays pressed", c.name)
		}
	}
}

// Guards against what a mouse can do and a finger cannot: a right click presses nothing.
func TestOnlyTheFirstButtonOfAMouseTouches(t *testing.T) {
	kit := newKit()
	b := widget.NewButton(kit, &widget.Button{Label: "Seguir"})
	b.MouseDown(&desktop.MouseEvent{Button: desktop.MouseButtonSecondary})
	if kit.Pressed() {
		t.Error("the second button pressed it")
	}
}

// Guards EN 301 549 5.7: a key that is held acts once. The control is the second
// press, which acts again.
func TestAHeldKeyActsOnce(t *testing.T) {
	conform.Clause(t, "EN 301 549 5.7")
	taps := 0
	kit, now := newKit(), time.Time{}
	kit.Now = func() time.Time { return now }
	b := widget.NewButton(kit, &widget.Button{Label: "Seguir", OnTap: func() { taps++ }})
	enter := &fyne.KeyEvent{Name: fyne.KeyReturn}
	b.KeyDown(enter)
	b.TypedKey(enter)
	b.TypedKey(enter)
	b.TypedKey(enter)
	if taps != 1 {
		t.Errorf("a held key acted %d times", taps)
	}
	now = now.Add(time.Second)
	b.KeyDown(enter)
	b.TypedKey(enter)
	if taps != 2 {
		t.Errorf("a second press acted %d times in all", taps)
	}
}

func keyboard(t *testing.T, layout widget.KeyLayout) (*widget.Field, *widget.Keyboard, fyne.Canvas) {
	t.Helper()
	c := software.NewCanvas()
	c.SetPadded(false)
	kit := newKit()
	kit.Focus = c.Focus
	field := widget.NewField(kit, &widget.Field{ID: "answer"}, "")
	field.Resize(fyne.NewSize(700, 76))
	k := widget.NewKeyboard(kit, field, layout)
	k.Resize(fyne.NewSize(1280, 330))
	return field, k, c
}

func press(t *testing.T, k *widget.Keyboard, names ...string) {
	t.Helper()
	for _, name := range names {
		key, ok := widget.FindKey(k.Keys(), name)
		if !ok {
			t.Fatalf("there is no key %q", name)
		}
		k.Tapped(&fyne.PointEvent{Position: key.Position.AddXY(key.Size.Width/2, key.Size.Height/2)})
	}
}

func TestTheKeyboardWritesAccentsCapitalsAndEmail(t *testing.T) {
	conform.Clause(t, "EN 301 549 5.9")
	field, k, _ := keyboard(t, widget.KeyLayout{Layout: widget.Letters, Language: "es"})
	for _, r := range "áéíóúü" {
		press(t, k, widget.KeyAccents, string(r))
	}
	press(t, k, "ñ", widget.KeySpace, widget.KeyShift, "J", "o", widget.KeyShift, widget.KeyAccents, "É")
	if got := field.Text(); got != "áéíóúüñ JoÉ" {
		t.Errorf("it wrote %q", got)
	}
	press(t, k, widget.KeyDelete, widget.KeyDelete)
	if got := field.Text(); got != "áéíóúüñ J" {
		t.Errorf("after two deletions it reads %q", got)
	}

	field, k, _ = keyboard(t, widget.KeyLayout{Layout: widget.Email, Language: "es"})
	press(t, k, "a", "n", "a", ".", "p", "_", "1", "@gmail.com")
	if got := field.Text(); got != "ana.p_1@gmail.com" {
		t.Errorf("it wrote %q", got)
	}
}

// Every letter of the four languages must be on a key of its own language: nobody
// should miss a letter of their name.
func TestEachLanguageHasItsLetters(t *testing.T) {
	for language, needed := range map[string]string{
		"es": "abcdefghijklmnñopqrstuvwxyzáéíóúü¿¡", "en": "abcdefghijklmnopqrstuvwxyz'",
		"pt": "abcdefghijklmnopqrstuvwxyzáâãàçéêíóôõú", "ht": "abcdefghijklmnopqrstuvwxyzèòàé'",
	} {
		var all []string
		for _, plane := range []widget.Plane{widget.Lower, widget.Accents, widget.Signs} {
			for _, key := range widget.KeyboardKeys(fyne.NewSize(1280, 330), widget.KeyLayout{Layout: widget.Letters, Language: language, Plane: plane}, newKit().Look) {
				all = append(all, key.Name)
			}
		}
		for _, r := range needed {
			if !strings.Contains(strings.Join(all, ""), string(r)) {
				t.Errorf("%s: no key for %q", language, r)
			}
		}
	}
}

// Guards the size of keys, 12.7 mm with 2.54 mm between, and that no key lies on
// another or outside.
func TestKeysAreLargeEnoughAndApart(t *testing.T) {
	conform.Clause(t, "WCAG 2.2 2.5.8")
	for _, layout := range []widget.Layout{widget.Letters, widget.Email, widget.Digits, widget.RUN, widget.Phone, widget.PIN} {
		for size := range look.Sizes {
			l := look.New(kiosk.Office{}, kiosk.Looks{Size: size}, 1280)
			for _, room := range []float32{260, 300, 360, 600} {
				height, compact := widget.KeyboardHeight(l, layout, room)
				extent := fyne.NewSize(1280, height)
				keys := widget.KeyboardKeys(extent, widget.KeyLayout{Layout: layout, Language: "es", Compact: compact}, l)
				for i, a := range keys {
					if a.Size.Height < l.MM(12.6) || a.Size.Width < l.MM(12.6) {
						t.Errorf("%s in %v: key %s is %v", layout, room, a.Name, a.Size)
					}
					if a.Position.X < 0 || a.Position.Y < 0 || a.Position.X+a.Size.Width > extent.Width || a.Position.Y+a.Size.Height > extent.Height {
						t.Errorf("%s: key %s lies outside", layout, a.Name)
					}
					for _, b := range keys[i+1:] {
						dx := max(b.Position.X-a.Position.X-a.Size.Width, a.Position.X-b.Position.X-b.Size.Width)
						dy := max(b.Position.Y-a.Position.Y-a.Size.Height, a.Position.Y-b.Position.Y-b.Size.Height)
						if max(dx, dy) < l.MM(2.5) {
							t.Errorf("%s: keys %s and %s are %v apart", layout, a.Name, b.Name, max(dx, dy))
						}
					}
				}
			}
		}
	}
}

// Guards the writing of a hand that trembles: a key whose finger wobbles writes, by its
// own rule as a button has one, and the key to which a finger slides does not.
func TestAKeyBearsAWobbleAndItsNeighbourGetsNothing(t *testing.T) {
	conform.Clause(t, "WCAG 2.2 2.5.2")
	field, k, _ := keyboard(t, widget.KeyLayout{Layout: widget.Letters, Language: "es"})
	key, _ := widget.FindKey(k.Keys(), "g")
	centre := key.Position.AddXY(key.Size.Width/2, key.Size.Height/2)
	f := &finger{target: k}
	f.land(centre.X, centre.Y)
	f.move(15, 10)
	f.lift()
	if field.Text() != "g" {
		t.Errorf("a wobble wrote %q", field.Text())
	}
	f = &finger{target: k}
	f.land(centre.X, centre.Y)
	f.move(key.Size.Width+20, 0)
	f.lift()
	if field.Text() != "g" {
		t.Errorf("sliding to the next key wrote %q", field.Text())
	}
}

func TestTheArrowsWalkTheKeyboard(t *testing.T) {
	field, k, _ := keyboard(t, widget.KeyLayout{Layout: widget.Letters, Language: "es"})
	k.FocusGained()
	for _, name := range []fyne.KeyName{fyne.KeyDown, fyne.KeyRight, fyne.KeyReturn, fyne.KeyDown, fyne.KeySpace} {
		k.TypedKey(&fyne.KeyEvent{Name: name})
	}
	if field.Text() != "ws" {
		t.Errorf("walking from 1 down, right, Enter, down, Space wrote %q", field.Text())
	}
}

func TestAFieldTakesARealKeyboard(t *testing.T) {
	field := widget.NewField(newKit(), &widget.Field{Max: 6}, "")
	field.Resize(fyne.NewSize(400, 76))
	test.Type(field, "Ñandú\n é")
	if got := field.Text(); got != "Ñandú " {
		t.Errorf("it reads %q, six characters without the line break", got)
	}
	for _, name := range []fyne.KeyName{fyne.KeyLeft, fyne.KeyLeft, fyne.KeyBackspace, fyne.KeyHome, fyne.KeyDelete} {
		field.TypedKey(&fyne.KeyEvent{Name: name})
	}
	if got := field.Text(); got != "anú " {
		t.Errorf("after editing it reads %q", got)
	}
	field.Wipe()
	if field.Text() != "" || field.Caret() != 0 {
		t.Error("wiping leaves something")
	}
}

// Guards an idle processor: the window's canvas lays a widget out again whenever
// one of its parts is new; without the remedy each frame drew new parts, and the
// kiosk used a whole core while nobody was there.
func TestALayoutOfTheSameSizeDrawsNothingNew(t *testing.T) {
	kit := newKit()
	b := widget.NewButton(kit, &widget.Button{Kind: widget.Tile, Label: "Seguir"})
	field := widget.NewField(kit, &widget.Field{}, "Ana")
	for _, w := range []fyne.Widget{b, field, widget.NewKeyboard(kit, field, widget.KeyLayout{Layout: widget.Letters}), widget.NewGround(kit, nil)} {
		w.Resize(fyne.NewSize(1000, 300))
		r := test.WidgetRenderer(w)
		before := r.Objects()
		r.Layout(fyne.NewSize(1000, 300))
		if len(before) == 0 || r.Objects()[0] != before[0] {
			t.Errorf("%T was drawn anew", w)
		}
		r.Layout(fyne.NewSize(900, 300))
		if r.Objects()[0] == before[0] {
			t.Errorf("%T was not drawn for a new size", w)
		}
	}
}

// Guards "not by colour alone": what is chosen has a tick, or a box with one, and is
// filled with a colour that stands 3:1 against the unfilled, in every contrast. What is
// switched on and off in the strip has dots, of which another one is filled.
func TestWhatIsChosenIsTickedNotOnlyColoured(t *testing.T) {
	conform.Clause(t, "EN 301 549 5.6.2", "WCAG 2.2 1.4.1", "Section 508 410.1")
	for contrast := range look.Contrasts {
		kit := &widget.Kit{Look: look.New(kiosk.Office{}, kiosk.Looks{Size: 1, Contrast: contrast}, 1280)}
		drawn := func(selected, box bool) (pictures int, fill float64) {
			b := widget.NewButton(kit, &widget.Button{Kind: widget.Tile, Label: "Sí", Choice: true, Box: box, Selected: selected})
			b.Resize(fyne.NewSize(400, 90))
			for _, o := range test.WidgetRenderer(b).Objects() {
				switch x := o.(type) {
				case *canvas.Image:
					pictures++
				case *canvas.Rectangle:
					if x.Size().Width > 300 {
						r, g, bl, _ := x.FillColor.RGBA()
						fill = luminance(r) * 0.2126
						fill += luminance(g)*0.7152 + luminance(bl)*0.0722
					}
				}
			}
			return pictures, fill
		}
		plain, light := drawn(false, false)
		ticked, dark := drawn(true, false)
		if ticked != plain+1 {
			t.Errorf("contrast %d: %d pictures when chosen, %d when not", contrast, ticked, plain)
		}
		if got := (max(light, dark) + 0.05) / (min(light, dark) + 0.05); got < 3 {
			t.Errorf("contrast %d: chosen and not differ by %.1f", contrast, got)
		}
		empty, light := drawn(false, true)
		boxed, dark := drawn(true, true)
		if got := (max(light, dark) + 0.05) / (min(light, dark) + 0.05); boxed == empty || got < 3 {
			t.Errorf("contrast %d: a box has %d pictures when chosen, %d when not, and differs by %.1f", contrast, boxed, empty, got)
		}
		// dots returns which of a switch's dots are filled, from left to right.
		dots := func(level int) (filled []bool) {
			last := float32(-1)
			b := widget.NewButton(kit, &widget.Button{Kind: widget.Strip, Label: "Voz", Icon: "voice", Level: level, Of: 2})
			b.Resize(fyne.NewSize(200, 90))
			for _, o := range test.WidgetRenderer(b).Objects() {
				if dot, ok := o.(*canvas.Rectangle); ok && dot.CornerRadius > 0 && dot.CornerRadius == dot.Size().Width/2 {
					if x := dot.Position().X; x > last+5 {
						filled, last = append(filled, false), x
					}
					filled[len(filled)-1] = dot.FillColor == color.Color(kit.Look.Ink) // a line lies under its filling
				}
			}
			return filled
		}
		if off, on := dots(1), dots(2); len(off) != 2 || slices.Equal(off, on) || off[1] || !on[1] {
			t.Errorf("contrast %d: a switch that is off has the dots %v, one that is on %v", contrast, off, on)
		}
	}
}

func luminance(v uint32) float64 {
	s := float64(v) / 0xFFFF
	if s <= 0.04045 {
		return s / 12.92
	}
	return math.Pow((s+0.055)/1.055, 2.4)
}
