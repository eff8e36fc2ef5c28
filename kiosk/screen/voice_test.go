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
// voiced language: each word, picture, kind, state, name of a field and place among
// others is heard, in its order. And that somebody who hears nothing misses nothing:
// what is said stands on the page.
func TestEveryPageIsHeard(t *testing.T) {
	conform.Clause(t, "EN 301 549 5.1.3.1", "EN 301 549 5.1.3.3", "EN 301 549 5.1.3.6", "EN 301 549 5.1.3.9", "EN 301 549 5.1.3.14", "EN 301 549 5.1.3.15",
		"EN 301 549 5.1.5", "EN 301 549 5.5.2", "EN 301 549 11.1.3.5.2", "Section 508 402.2.1", "Section 508 402.2.3",
		"WCAG 2.2 1.1.1", "WCAG 2.2 1.3.1", "WCAG 2.2 1.3.2", "WCAG 2.2 2.5.3", "WCAG 2.2 4.1.2")
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
