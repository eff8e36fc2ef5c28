package screen_test

import (
	"strings"
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

// Guards whoever chooses among tiles: one long hint takes room in its own row alone.
// Without this each page held two tiles in place of four.
func TestALongHintMakesNoTileTallerOnOtherPages(t *testing.T) {
	b := scene(t, "category", 2)
	danger, ok := b.Find("choice/danger")
	if !ok {
		t.Fatal("what is in a hurry is not on the first page")
	}
	do(t, b.Tap("pager/next"))
	lower := 0
	for _, c := range b.App.Controls() {
		if strings.HasPrefix(c.ID, "choice/") && c.Size.Height < danger.Size.Height {
			lower++
		}
	}
	if lower < 4 {
		t.Errorf("%d tiles of the second page are lower than the one with the long hint, want four", lower)
	}
}

// Guards the reader of the first page: a row without a hint is not made as high as the
// one with it where it would then have no room.
func TestALongHintMakesNoOtherRowTaller(t *testing.T) {
	b := bench(t, screentest.Options{Size: screentest.Screens()[1].Size})
	do(t, b.Notice("category"))
	for _, choice := range []string{"choice/danger", "choice/rubbish"} {
		if _, ok := b.Find(choice); !ok {
			t.Errorf("%s is not on the first page", choice)
		}
	}
}
