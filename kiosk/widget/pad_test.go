package widget_test

import (
	"bytes"
	"image/png"
	"math/rand/v2"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"chasqui/kiosk/widget"
)

func newPad(ink *widget.Ink, width, height float32) *widget.Pad {
	pad := widget.NewPad(newKit(), ink, &widget.Pad{ID: "pad", Guide: "Firme aquí"})
	pad.Resize(fyne.NewSize(width, height))
	return pad
}

// drawn returns how many pixels of a pad's picture are not clear.
func drawn(pad *widget.Pad) int {
	n := 0
	for _, o := range test.WidgetRenderer(pad).Objects() {
		m, ok := o.(*canvas.Image)
		if !ok || m.Image == nil {
			continue
		}
		for y := range m.Image.Bounds().Dy() {
			for x := range m.Image.Bounds().Dx() {
				if _, _, _, a := m.Image.At(x, y).RGBA(); a > 0 {
					n++
				}
			}
		}
	}
	return n
}

func TestAFingerDrawsOnAPad(t *testing.T) {
	var ink widget.Ink
	pad := newPad(&ink, 600, 200)
	changes := 0
	pad.OnChanged = func() { changes++ }
	f := &finger{target: pad}
	f.land(100, 100)
	f.move(80, 20)
	f.move(900, 20) // off the pad: the stroke stays within it
	f.lift()
	if ink.Empty() || changes != 1 || drawn(pad) < 300 {
		t.Fatalf("empty %v, %d changes, %d pixels", ink.Empty(), changes, drawn(pad))
	}
	content, err := ink.PNG()
	if err != nil {
		t.Fatal(err)
	}
	m, err := png.Decode(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	// It is trimmed: a wide stroke makes a wide picture.
	if size := m.Bounds().Size(); size.X < 800 || size.Y > 300 || len(content) > 100<<10 {
		t.Errorf("%v in %d bytes", size, len(content))
	}
	// A dot counts once, with and without a drag.
	dot := &finger{target: pad}
	dot.land(300, 40)
	dot.lift()
	if changes != 2 {
		t.Errorf("%d changes after a dot", changes)
	}
}

func TestInkOutlivesItsPad(t *testing.T) {
	var ink widget.Ink
	f := &finger{target: newPad(&ink, 600, 200)}
	f.land(100, 100)
	f.move(400, 50)
	f.lift()
	smaller := newPad(&ink, 300, 150)
	if drawn(smaller) < 100 {
		t.Errorf("%d pixels on a smaller pad", drawn(smaller))
	}
}

// Guards the limit of 100 KB: whoever scribbles over the whole pad.
func TestAScribbleIsASmallPictureToo(t *testing.T) {
	var ink widget.Ink
	f := &finger{target: newPad(&ink, 1100, 300)}
	random := rand.New(rand.NewPCG(1, 2))
	f.land(500, 150)
	for range 3000 {
		f.move((random.Float32()-0.5)*400, (random.Float32()-0.5)*200)
	}
	f.lift()
	content, err := ink.PNG()
	if err != nil || len(content) > 100<<10 {
		t.Errorf("%d bytes, %v", len(content), err)
	}
}

// Guards the wipe: no stroke is left in the memory that held it, nor on the pad.
func TestAWipedPadIsBlank(t *testing.T) {
	var ink widget.Ink
	pad := newPad(&ink, 600, 200)
	f := &finger{target: pad}
	f.land(100, 100)
	f.move(80, 20)
	f.lift()
	if drawn(pad) == 0 {
		t.Fatal("nothing was drawn: the test tests nothing")
	}
	ink.Wipe()
	pad.Wipe()
	content, err := ink.PNG()
	if !ink.Empty() || content != nil || err != nil || drawn(pad) != 0 {
		t.Errorf("empty %v, %d bytes, %v, %d pixels", ink.Empty(), len(content), err, drawn(pad))
	}
}

func TestAFieldShowsAnAmountInGroups(t *testing.T) {
	kit := newKit()
	f := widget.NewField(kit, &widget.Field{ID: "answer", Form: func(text string) string { return "$" + text + "!" }}, "12")
	f.Resize(fyne.NewSize(400, 80))
	f.Insert("3")
	f.SetCaret(0) // the caret stays at the end
	f.Insert("4")
	if f.Text() != "1234" || !shows(f, "$1234!") {
		t.Errorf("%q", f.Text())
	}
	f.Backspace()
	if f.Text() != "123" {
		t.Errorf("%q after deleting", f.Text())
	}
}

func shows(w fyne.Widget, text string) bool {
	for _, o := range test.WidgetRenderer(w).Objects() {
		if t, ok := o.(*canvas.Text); ok && t.Text == text {
			return true
		}
	}
	return false
}
