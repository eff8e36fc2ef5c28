package screen_test

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2/canvas"

	"chasqui/kiosk/look"
	"chasqui/kiosk/screen/screentest"
)

// headingSize returns the size in which the first line of a page's body begins with
// words, 0 where none does.
func headingSize(b *screentest.Bench, words string) float32 {
	for _, d := range b.Tree() {
		if text, ok := d.Object.(*canvas.Text); ok && d.Within == nil && strings.HasPrefix(text.Text, words) {
			return text.TextSize
		}
	}
	return 0
}

// Guards whoever must take back one of several choices: while the page says so, at least
// two of the tiles with which to do it are seen at once, in the largest letters too, and
// the question is never smaller where letters are larger. Without this the reason and
// the words about the step left room for one tile on each of nine pages.
func TestTroubleLeavesRoomForTheTilesAndTheQuestion(t *testing.T) {
	for _, screen := range screentest.Screens()[:2] {
		before := float32(0)
		for letters := range look.Sizes {
			shape := screentest.Shape{Letters: letters, Language: "es", Screen: screen}
			b := shownIn(t, "many-of-trouble", shape, false)
			tiles := 0
			for _, c := range b.App.Controls() {
				if strings.HasPrefix(c.ID, "choice/") {
					tiles++
				}
			}
			if tiles < 2 {
				t.Errorf("%v: %d tiles are seen", shape, tiles)
			}
			size := headingSize(b, "¿Qué problemas")
			if size == 0 || size < before {
				t.Errorf("%v: the question is written in %.1f, in smaller letters in %.1f", shape, size, before)
			}
			before = size
			if !reads(b, "Elija 3 opciones o menos.") {
				t.Errorf("%v: it is not said what to do", shape)
			}
		}
	}
}
