package speech

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"chasqui/internal/conform"
	"chasqui/kiosk"
	"chasqui/kiosk/speech/speechtest"
)

// makesSound finds what could make a sound beside this room: a player's name, the
// bell of a terminal, a library for sound.
var makesSound = regexp.MustCompile(`"(aplay|paplay|pw-play|play|mpv|ffplay|espeak(-ng)?|canberra-gtk-play|speaker-test)"|\\a"|\\x07|(ebitengine|hajimehoshi)/oto|gopxl/beep|portaudio`)

// Guards whoever listens from two sounds at once: of words that replace each other
// only the last go on, and nothing else in the kiosk can make a sound. The control is
// this room, which can.
func TestNothingElseIsHeardWhileItSpeaks(t *testing.T) {
	conform.Clause(t, "EN 301 549 5.1.3.10")
	stage := speechtest.NewStage(t, speechtest.Synthesiser, speechtest.Player)
	stage.Pace(1)
	s := start(t, Config{Voices: voices})
	together := func() {
		playing := 0
		for _, sound := range stage.Heard() {
			if sound.Playing {
				playing++
			}
		}
		if playing > 1 {
			t.Fatalf("%d sounds are heard at once", playing)
		}
	}
	for n := range 5 {
		s.Say(kiosk.Voice{On: true}, spanish(long, long)...)
		speechtest.Until(t, "it is heard", func() bool {
			together()
			h := stage.Heard()
			return len(h) == n+1 && len(h[n].Samples) > 1000
		})
	}
	s.Stop()

	here := 0
	for _, folder := range []string{"..", "../../cmd/kiosk", "../../internal/watch"} {
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			source, err := os.ReadFile(path) // #nosec G304 -- our own sources
			if found := makesSound.Find(source); found != nil {
				if below := filepath.ToSlash(filepath.Dir(path)); slices.Contains([]string{"../speech", "../speech/speechtest"}, below) {
					here++
				} else {
					t.Errorf("%s can make a sound: %s", path, found)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if here == 0 {
		t.Error("not even the voice was found")
	}
}
