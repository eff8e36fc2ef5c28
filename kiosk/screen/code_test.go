package screen_test

import (
	"slices"
	"testing"

	"chasqui/kiosk/look"
	"chasqui/kiosk/screen/screentest"
	"chasqui/locales"
)

// Guards whoever has never seen such a square: what to do with it is said under it, in
// fewer words where the letters are large.
func TestACodeSaysWhatToDoWithIt(t *testing.T) {
	captions := map[string][]string{
		"done": {"done.scan"}, "done-at-hub": {"done.scan"}, "done-no-hub-address": {"done.scan.number"},
	}
	for _, scene := range screentest.Scenes() {
		keys, coded := captions[scene.Name]
		if !coded {
			continue
		}
		delete(captions, scene.Name)
		for n, shape := range screentest.Shapes() {
			// The largest pseudo-letters have it on the page after this one.
			if shape.Letters < 2 && n%3 > 0 || shape.Letters == look.Sizes-1 && shape.Language == locales.Pseudo {
				continue
			}
			b, err := scene.Show(shape.Options())
			do(t, err)
			if !slices.ContainsFunc(append(keys, "code.short"), func(key string) bool { return reads(b, locales.In(shape.Language).Text(key)) }) {
				t.Errorf("%s, %v: nothing is said of the code: %q", scene.Name, shape, b.Texts())
			}
		}
	}
	if len(captions) > 0 {
		t.Errorf("there are no scenes %v", captions)
	}
}
