package screen_test

import (
	"testing"

	"fyne.io/fyne/v2/canvas"

	"chasqui/kiosk"
	"chasqui/kiosk/look"
	"chasqui/kiosk/screen/screentest"
	"chasqui/kiosk/widget"
)

// scene shows a scene in letters of a size.
func scene(t *testing.T, name string, size int) *screentest.Bench {
	t.Helper()
	for _, s := range screentest.Scenes() {
		if s.Name == name {
			b, err := s.Show(screentest.Options{Looks: &kiosk.Looks{Size: size}})
			if err != nil {
				t.Fatal(err)
			}
			return b
		}
	}
	t.Fatalf("there is no scene %q", name)
	return nil
}

// Guards whoever looks for one of many tiles: where the label gives way to room, its
// hint does too. Without this the hint was written larger than what it explains.
func TestAHintIsNeverLargerThanItsLabel(t *testing.T) {
	for _, name := range []string{"desk-tally", "voice"} {
		for size := range look.Sizes {
			labels, hints := map[*widget.Button]float32{}, map[*widget.Button]float32{}
			for _, d := range scene(t, name, size).Tree() {
				text, isText := d.Object.(*canvas.Text)
				b, inButton := d.Within.(*widget.Button)
				if !isText || !inButton || b.Kind != widget.Tile || b.Hint == "" {
					continue
				}
				if text.FontSource.Name() == look.Font(true).Name() {
					labels[b] = text.TextSize
				} else {
					hints[b] = text.TextSize
				}
			}
			if len(hints) == 0 {
				t.Errorf("%s, letters %d: no hint is drawn", name, size)
			}
			for b, hint := range hints {
				if hint > labels[b] {
					t.Errorf("%s, letters %d: %q is written in %.1f and its hint in %.1f", name, size, b.Label, labels[b], hint)
				}
			}
		}
	}
}

// Guards whoever chooses among tiles in large letters: one long hint takes room on its
// own page alone. Without this each page held two tiles in place of four.
func TestALongHintMakesNoTileTallerOnOtherPages(t *testing.T) {
	b := scene(t, "category", 2)
	light, ok := b.Find("choice/light")
	if !ok {
		t.Fatal("the first choice is not on the first page")
	}
	if _, ok := b.Find("choice/tree"); !ok {
		t.Error("fewer than four choices are on the first page")
	}
	for range 10 {
		if danger, ok := b.Find("choice/danger"); ok {
			if danger.Size.Height <= light.Size.Height {
				t.Errorf("the tile with the long hint is %.0f high, the others %.0f", danger.Size.Height, light.Size.Height)
			}
			return
		}
		do(t, b.Tap("pager/next"))
	}
	t.Error("the last choice is on no page")
}
