package screen_test

import (
	"slices"
	"strings"
	"testing"

	"chasqui/kiosk"
	"chasqui/kiosk/look"
	"chasqui/kiosk/screen/screentest"
	"chasqui/locales"
)

// Guards whoever checks where a fact comes from: it stands under its source, whole, in
// every service and every text size, and in the language that was chosen on the page.
func TestASourceIsNotPartedOverTwoPages(t *testing.T) {
	plain := func(s string) string { return strings.ReplaceAll(s, "\u00a0", " ") }
	first, whole := bench(t, screentest.Options{}), 0
	for n, service := range first.Catalog.Offered() {
		language := locales.Languages()[n%len(locales.Languages())].Tag
		for _, screen := range screentest.Screens()[:2] {
			b := bench(t, screentest.Options{Size: screen.Size})
			do(t, b.OpenService(service.ID()))
			do(t, b.Tap("sources"))
			b.App.SetLanguage(language)
			for letters := range look.Sizes {
				b.App.SetLooks(kiosk.Looks{Size: letters})
				var pages []string
				for {
					pages = append(pages, plain(strings.Join(unbuttoned(b), " ")))
					if _, more := b.Find("pager/next"); !more {
						break
					}
					do(t, b.Tap("pager/next"))
				}
				for range pages[1:] {
					do(t, b.Tap("pager/previous"))
				}
				told := func(text string) func(string) bool {
					return func(page string) bool { return strings.Contains(page, plain(text)) }
				}
				for _, f := range service.In(language).Facts {
					if f.About == "" {
						continue
					}
					whole++
					if !slices.ContainsFunc(pages, func(page string) bool { return told(f.About)(page) && told(f.Source)(page) }) {
						t.Errorf("%s, letters %d, %v, %s: on no page whole: %q", language, letters, screen.Size, service.ID(), f.About)
					}
				}
				if check := locales.In(language).Text("sources.check"); !slices.ContainsFunc(pages, told(check)) {
					t.Errorf("%s, letters %d, %v, %s: nowhere %q", language, letters, screen.Size, service.ID(), check)
				}
			}
		}
	}
	if whole < 400 {
		t.Errorf("only %d sources were looked at", whole)
	}
}
