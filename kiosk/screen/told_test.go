package screen_test

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2/canvas"

	"chasqui/kiosk/look"
	"chasqui/kiosk/screen/screentest"
	"chasqui/kiosk/widget"
	"chasqui/locales"
)

// Guards whoever has printed, or has called somebody: that it is done is drawn as a word
// with a tick, not as a button that waits to be pressed, and is not said to be one.
// Without this people pressed it again and waited for something to come of it.
func TestWhatIsDoneIsNoButtonToPress(t *testing.T) {
	for name, id := range map[string]string{"done-printed": "done/print", "help-called": "help/call"} {
		for letters := range look.Sizes {
			b := shownIn(t, name, screentest.Shape{Letters: letters, Language: "es", Screen: screentest.Screens()[0]}, true)
			told := drawnControl(b, id)
			if told == nil {
				t.Errorf("%s, letters %d: %s is not drawn", name, letters, id)
				continue
			}
			surface := look.PaletteOf(look.Light).Surface
			for _, part := range within[*canvas.Rectangle](b, told) {
				if part.FillColor != surface && part.Size().Width > told.Size().Width/2 {
					t.Errorf("%s, letters %d: %q has an outline", name, letters, told.Label)
				}
			}
			if told.Icon != "check" || len(within[*canvas.Image](b, told)) != 1 {
				t.Errorf("%s, letters %d: %q has no tick", name, letters, told.Label)
			}
			for _, fault := range b.Inspect() {
				t.Errorf("%s, letters %d: %v", name, letters, fault)
			}
		}
	}
	b, ear := spoken(t, true, screentest.Options{})
	do(t, b.Begin())
	do(t, b.Steps("strip/help", "help/call"))
	for range 20 {
		ear.Heard()
		b.Canvas.FocusNext()
		if f, ok := b.Canvas.Focused().(*widget.Button); ok && f.ID == "help/call" {
			said := fmt.Sprint(ear.Heard())
			words := locales.In("es")
			if !strings.Contains(said, words.Text("help.called")) || strings.Contains(said, words.Text("voice.role.button")) {
				t.Errorf("it is said to be a button: %q", said)
			}
			return
		}
	}
	t.Error("what was done has no place among the keys")
}
