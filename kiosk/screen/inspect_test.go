package screen_test

import (
	"image/color"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"chasqui/internal/conform"
	"chasqui/kiosk"
	"chasqui/kiosk/look"
	"chasqui/kiosk/screen/screentest"
	"chasqui/kiosk/widget"
)

// bodyText returns the n-th text on a page that belongs to no control.
func bodyText(b *screentest.Bench, n int) *canvas.Text {
	for _, d := range b.Tree() {
		text, ok := d.Object.(*canvas.Text)
		if !ok || d.Within != nil || d.Position.Y < b.Canvas.Size().Height/8 {
			continue
		}
		if n == 0 {
			return text
		}
		n--
	}
	return nil
}

// drawnControl returns a control that is drawn, by its ID.
func drawnControl(b *screentest.Bench, id string) *widget.Button {
	for _, d := range b.Tree() {
		if button, ok := d.Object.(*widget.Button); ok && button.ID == id {
			return button
		}
	}
	return nil
}

// within returns the parts of a control that are of one type.
func within[T fyne.CanvasObject](b *screentest.Bench, control fyne.Widget) []T {
	var out []T
	for _, d := range b.Tree() {
		if part, ok := d.Object.(T); ok && d.Within == control {
			out = append(out, part)
		}
	}
	return out
}

// Guards the inspection itself: each fault that it is for is planted on a page
// that has none, and is found. Without this a page could be called whole because
// nothing was looked at.
func TestTheInspectionFindsWhatIsPlanted(t *testing.T) {
	grey := color.NRGBA{R: 0xA0, G: 0xA0, B: 0xA0, A: 0xFF}
	for _, c := range []struct {
		name, scene, kind string
		letters           int
		plant             func(b *screentest.Bench)
	}{
		{"a text over another", "street", screentest.Over, 1, func(b *screentest.Bench) { bodyText(b, 1).Move(bodyText(b, 0).Position()) }},
		{"a text beyond the edge", "street", screentest.Edge, 1, func(b *screentest.Bench) { bodyText(b, 0).Move(fyne.NewPos(1200, 200)) }},
		{"a text in the foot", "street", screentest.Foot, 1, func(b *screentest.Bench) {
			back := drawnControl(b, "foot/back")
			bodyText(b, 0).Move(fyne.NewPos(600, back.Position().Y-35))
		}},
		{"a text under the strip", "street", screentest.Crowded, 1, func(b *screentest.Bench) {
			bodyText(b, 0).Move(fyne.NewPos(300, drawnControl(b, "strip/help").Size().Height-10))
		}},
		{"a text at a field's ring", "street", screentest.Crowded, 1, func(b *screentest.Bench) {
			back := drawnControl(b, "foot/back")
			bodyText(b, 0).Move(back.Position().AddXY(back.Size().Width+3, 20))
		}},
		{"a text over its button", "street", screentest.Cut, 1, func(b *screentest.Bench) {
			within[*canvas.Text](b, drawnControl(b, "foot/primary"))[0].Move(fyne.NewPos(-40, 20))
		}},
		{"a word cut short", "street", screentest.Broken, 1, func(b *screentest.Bench) {
			within[*canvas.Text](b, drawnControl(b, "foot/primary"))[0].Text = "Guard"
		}},
		{"something painted over a text", "street", screentest.Covered, 1, func(b *screentest.Bench) {
			bar := within[*canvas.Rectangle](b, drawnControl(b, "strip/help"))[0]
			at := bodyText(b, 0).Position()
			help := drawnControl(b, "strip/help").Position()
			bar.Move(at.SubtractXY(help.X, help.Y))
			bar.Resize(fyne.NewSize(40, 80))
		}},
		{"a button of 10 mm", "street", screentest.Small, 1, func(b *screentest.Bench) {
			drawnControl(b, "foot/back").Resize(fyne.NewSize(200, 10*1280/345))
		}},
		{"two buttons 2 mm apart", "home", screentest.Near, 1, func(b *screentest.Bench) {
			size := drawnControl(b, "learn").Size()
			at := drawnControl(b, "learn").Position()
			drawnControl(b, "person").Move(at.AddXY(size.Width+2*1280/345, 0))
		}},
		{"capitals of 4 mm", "street", screentest.Letters, 1, func(b *screentest.Bench) { bodyText(b, 0).TextSize = 4 / 0.714 * 1280 / 345 }},
		{"capitals of 6 mm in the largest letters", "street", screentest.Letters, 3, func(b *screentest.Bench) { bodyText(b, 0).TextSize = 6 / 0.714 * 1280 / 345 }},
		{"grey on white", "street", screentest.Contrast, 1, func(b *screentest.Bench) { bodyText(b, 0).Color = grey }},
		{"a pale button", "street", screentest.Contrast, 1, func(b *screentest.Bench) {
			for _, r := range within[*canvas.Rectangle](b, drawnControl(b, "foot/back")) {
				r.FillColor = color.NRGBA{R: 0xE0, G: 0xE0, B: 0xE0, A: 0xFF}
			}
		}},
		{"a pale icon", "street", screentest.Contrast, 1, func(b *screentest.Bench) {
			icon := within[*canvas.Image](b, drawnControl(b, "foot/back"))[0]
			icon.Image = widget.Picture("back", grey, 0, 0, 40).Image
		}},
		{"a choice that is only dark", "purpose", screentest.OnlyColor, 1, func(b *screentest.Bench) {
			tick := within[*canvas.Image](b, drawnControl(b, "choice/benefit"))
			tick[len(tick)-1].Hide()
		}},
		{"a trouble that is only red", "name-trouble", screentest.OnlyColor, 1, func(b *screentest.Bench) {
			for _, d := range b.Tree() {
				if text, ok := d.Object.(*canvas.Text); ok && text.Color == look.PaletteOf(look.Light).Error {
					text.Color = look.PaletteOf(look.Light).Ink
				}
			}
		}},
		{"a focus that is pale", "street", screentest.Ring, 1, func(b *screentest.Bench) {
			back := drawnControl(b, "foot/back")
			b.Canvas.Focus(back)
			for _, r := range within[*canvas.Rectangle](b, back)[:2] {
				r.FillColor = grey
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := show(t, c.scene, screentest.Options{Language: "es", Looks: &kiosk.Looks{Size: c.letters}})
			before := b.Inspect()
			c.plant(b)
			found := slices.ContainsFunc(b.Inspect(), func(f screentest.Fault) bool {
				return f.Kind == c.kind && !slices.Contains(before, f)
			})
			if !found {
				t.Errorf("not found; before: %v, now: %v", before, b.Inspect())
			}
		})
	}
}

// show goes to a scene.
func show(t *testing.T, name string, o screentest.Options) *screentest.Bench {
	t.Helper()
	for _, scene := range screentest.Scenes() {
		if scene.Name == name {
			b, err := scene.Show(o)
			do(t, err)
			return b
		}
	}
	t.Fatalf("there is no scene %s", name)
	return nil
}

// Guards "visible focus" in every contrast: whatever can have the focus on a page
// shows a ring that stands out from what is beside it.
func TestTheFocusIsSeenInEveryContrast(t *testing.T) {
	conform.Clause(t, "EN 301 549 11.2.4.7", "WCAG 2.2 2.4.7", "WCAG 2.2 1.4.11")
	for _, scene := range []string{"home", "street", "purpose", "review", "date"} {
		for contrast := range look.Contrasts {
			b := show(t, scene, screentest.Options{Looks: &kiosk.Looks{Size: 1, Contrast: contrast}})
			rings := 0
			for range b.App.Controls() {
				test.FocusNext(b.Canvas)
				for _, fault := range b.Inspect() {
					if fault.Kind == screentest.Ring {
						t.Errorf("%s, contrast %d: %s", scene, contrast, fault)
					}
				}
				for _, d := range b.Tree() {
					if r, ok := d.Object.(*canvas.Rectangle); ok && r.FillColor == look.PaletteOf(contrast).FocusOuter {
						rings++
					}
				}
			}
			if rings < 5 {
				t.Errorf("%s, contrast %d: %d rings were seen", scene, contrast, rings)
			}
		}
	}
}

// Guards "physical": an office whose people stand further away has larger letters,
// and the inspection measures by the same distance.
func TestLettersGrowWithTheDistanceFromWhichTheyAreRead(t *testing.T) {
	conform.Clause(t, "EN 301 549 5.1.4", "Section 508 402.4")
	far := func(s *screentest.Station) { s.Settings.ViewingDistanceMM = 750 }
	b := show(t, "name", screentest.Options{Looks: &kiosk.Looks{Size: 1}, Change: far})
	for _, trouble := range inspect(b) {
		if strings.HasPrefix(trouble, screentest.Letters) {
			t.Error(trouble)
		}
	}
}
