package screen_test

import (
	"testing"

	"chasqui/internal/conform"
	"chasqui/kiosk"
	"chasqui/kiosk/screen/screentest"
	"chasqui/locales"
)

// hear checks what is heard of the page on which a bench is.
func hear(b *screentest.Bench, ear *screentest.Ear, lang string, keyboards map[string]bool, secrets ...string) []string {
	l := &listener{b: b, ear: ear, lang: lang, keyboards: keyboards, secrets: append(secrets, canaries...)}
	return l.page()
}

// Guards that every page can be used by somebody who sees nothing of it, in every
// voiced language.
func TestEveryPageIsHeard(t *testing.T) {
	conform.Clause(t, "EN 301 549 5.1.3.1", "EN 301 549 5.1.3.3", "EN 301 549 5.1.3.6", "EN 301 549 5.1.3.9", "EN 301 549 5.1.3.14", "EN 301 549 5.1.3.15")
	stick, err := screentest.Media(t.TempDir())
	do(t, err)
	for _, lang := range locales.Languages() {
		keyboards := map[string]bool{}
		for _, scene := range screentest.Scenes() {
			t.Run(lang.Tag+"/"+scene.Name, func(t *testing.T) {
				ear := &screentest.Ear{}
				b, err := scene.Show(screentest.Options{Language: lang.Tag, Media: []string{stick}, Ear: ear, Voice: kiosk.Voice{On: true}})
				do(t, err)
				for _, trouble := range hear(b, ear, lang.Tag, keyboards) {
					t.Error(trouble)
				}
			})
		}
	}
}
