package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"chasqui/kiosk/station"
	"chasqui/locales"
)

// Guards that the four complete languages are spoken in their own voice, a language
// that the office does not offer in none, and that an operator's clips are found.
func TestTheVoicesAreThoseOfThePacks(t *testing.T) {
	data := t.TempDir()
	for _, tag := range []string{"arn", "rap"} {
		if err := os.MkdirAll(filepath.Join(data, "packs", tag, "voice"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	offered := append(station.DefaultSettings().Languages, "arn", "ay")
	voices, clips := voicesOf(data, locales.Known(), offered)
	for tag, want := range map[string]string{"es": "es-419", "en": "en-us", "pt": "pt-br", "ht": "ht", "qu": "", "arn": ""} {
		if voices[tag] != want {
			t.Errorf("%s is said by %q, want %q", tag, voices[tag], want)
		}
	}
	if len(clips) != 1 || clips["arn"] == nil {
		t.Errorf("clips for %v, want arn alone: nobody offers rap, and ay has no folder", clips)
	}
	if _, err := fs.Stat(clips["arn"], "."); err != nil {
		t.Error(err)
	}
}
