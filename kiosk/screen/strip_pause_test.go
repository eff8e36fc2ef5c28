package screen_test

import (
	"testing"

	"chasqui/kiosk"
	"chasqui/kiosk/screen/screentest"
)

// shownIn shows a scene in one shape, with the voice on or without any, and with a
// stick plugged in.
func shownIn(t *testing.T, name string, shape screentest.Shape, voice bool) *screentest.Bench {
	t.Helper()
	for _, s := range screentest.Scenes() {
		if s.Name != name {
			continue
		}
		o := shape.Options()
		stick, err := screentest.Media(t.TempDir())
		do(t, err)
		o.Media = []string{stick}
		if voice {
			o.Ear, o.Voice = &screentest.Ear{}, kiosk.Voice{On: true}
		}
		b, err := s.Show(o)
		do(t, err)
		return b
	}
	t.Fatalf("there is no scene %q", name)
	return nil
}

// Guards whoever listens in large letters or on a narrow screen: while the voice is on,
// the way to hold it is in the strip of every page. Without this the strip left it out
// where the row was full, and in two rows always.
func TestThePauseIsInTheStripAtEverySizeInEveryLanguage(t *testing.T) {
	for _, name := range []string{"home", "status-correcting"} {
		for _, view := range screentest.Views() {
			b := shownIn(t, name, view.In("es"), true)
			for _, language := range screentest.Languages() {
				b.App.SetLanguage(language)
				if _, there := b.Find("strip/pause"); !there {
					t.Errorf("%s, %v, %s: no pause", name, view, language)
				}
				for _, fault := range b.Inspect() {
					t.Errorf("%s, %v, %s: %v", name, view, language, fault)
				}
			}
		}
	}
}
