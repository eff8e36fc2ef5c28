package screen_test

import (
	"testing"

	"fyne.io/fyne/v2/canvas"

	"chasqui/kiosk"
	"chasqui/kiosk/look"
	"chasqui/kiosk/screen/screentest"
)

// firstBold returns the size of the first bold text of a page that is in no control and
// not in the strip: its heading.
func firstBold(b *screentest.Bench) float32 {
	for _, d := range b.Tree() {
		text, ok := d.Object.(*canvas.Text)
		if ok && d.Within == nil && text.FontSource != nil && text.FontSource.Name() == look.Font(true).Name() && d.Position.Y > b.Canvas.Size().Height/12 {
			return text.TextSize
		}
	}
	return 0
}

// Guards whoever asks for larger letters on a page of a question or a search: its heading
// is never smaller than it was. Without this the room for one tile more was taken from
// the question, which was then the smallest text of the page.
func TestNoHeadingShrinksWhereLettersGrow(t *testing.T) {
	for _, name := range []string{"document-kind", "description", "region", "comuna-search", "one-of-search", "one-of-nothing", "many-of", "camera-kept", "signature-typed", "search"} {
		for _, screen := range screentest.Screens()[:2] {
			b := shownIn(t, name, screentest.Shape{Language: "es", Screen: screen}, false)
			for _, language := range []string{"es", "ht"} {
				b.App.SetLanguage(language)
				before := float32(0)
				for letters := range look.Sizes {
					b.App.SetLooks(kiosk.Looks{Size: letters})
					size := firstBold(b)
					if size == 0 || size < before {
						t.Errorf("%s, %v, %s, letters %d: the heading is written in %.1f, in smaller letters in %.1f", name, screen.Size, language, letters, size, before)
					}
					before = size
				}
			}
		}
	}
}
