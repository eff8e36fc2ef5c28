package screen_test

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2/canvas"

	"chasqui/kiosk"
	"chasqui/kiosk/screen/screentest"
	"chasqui/kiosk/widget"
)

// Guards whoever reads the strip in two rows: the dots that say which text size this is
// stand apart from the word, and from the button's edge.
func TestTheDotsOfALowStripStandApartFromTheWord(t *testing.T) {
	screen := screentest.Screens()[1]
	perMM := screen.Size.Width / float32(screen.WidthMM)
	for _, scene := range screentest.Scenes() {
		if scene.Name != "status-add" {
			continue
		}
		b, err := scene.Show(screentest.Options{Size: screen.Size, Looks: &kiosk.Looks{Size: 3}})
		do(t, err)
		dots := 0
		words := map[*widget.Button]float32{}
		for _, d := range b.Tree() {
			button, ok := d.Within.(*widget.Button)
			if !ok || !strings.HasPrefix(button.ID, "strip/") {
				continue
			}
			switch o := d.Object.(type) {
			case *canvas.Text:
				words[button] = d.Position.X + o.MinSize().Width
			case *canvas.Rectangle:
				if o.Size().Width != o.Size().Height || o.Size().Width > 3*perMM || words[button] == 0 {
					continue
				}
				dots++
				if air := (d.Position.X - words[button]) / perMM; air < 1.4 {
					t.Errorf("%s: %.1f mm between the word and its dots", button.ID, air)
				}
				if air := (d.WithinAt.X + button.Size().Width - d.Position.X - o.Size().Width) / perMM; air < 0.9 {
					t.Errorf("%s: %.1f mm between the dots and the edge", button.ID, air)
				}
			}
		}
		if dots < 8 {
			t.Errorf("only %d dots", dots)
		}
		return
	}
	t.Fatal("there is no scene status-add")
}

// Guards whoever only looks: nothing that changes or takes back a request is the most
// prominent button of the page on which one looks.
func TestLookingIsNotUrgedToWithdraw(t *testing.T) {
	for _, scene := range screentest.Scenes() {
		if scene.Name != "status" {
			continue
		}
		b, err := scene.Show(screentest.Options{})
		do(t, err)
		seen := false
		for _, d := range b.Tree() {
			if button, ok := d.Object.(*widget.Button); ok && button.ID == "foot/primary" {
				seen = true
				if button.Kind == widget.Primary {
					t.Errorf("%q is solid", button.Label)
				}
			}
		}
		if !seen {
			t.Error("the way to correct a request is gone")
		}
		return
	}
	t.Fatal("there is no scene status")
}
