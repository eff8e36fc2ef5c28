package screen_test

import (
	"strings"
	"testing"

	"chasqui/kiosk/screen/screentest"
)

// Guards what a citizen gave about somebody: in the list of entries, and where one is
// taken out, it is there whole. It ended in "…" after two lines.
func TestAnEntryIsNeverShownCut(t *testing.T) {
	for _, name := range []string{"group", "group-remove", "group-money"} {
		found := false
		for _, scene := range screentest.Scenes() {
			if scene.Name != name {
				continue
			}
			found = true
			for n, shape := range screentest.Shapes() {
				if shape.Letters < 3 && n%4 > 0 {
					continue
				}
				b, err := scene.Show(shape.Options())
				do(t, err)
				for range 20 {
					if all := strings.Join(b.Texts(), " "); strings.Contains(all, "…") {
						t.Errorf("%s, %v: %q", name, shape, all)
					}
					if _, more := b.Find("pager/next"); !more {
						break
					}
					do(t, b.Tap("pager/next"))
				}
			}
		}
		if !found {
			t.Errorf("there is no scene %s", name)
		}
	}
}
