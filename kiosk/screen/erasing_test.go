package screen_test

import (
	"strings"
	"testing"

	"chasqui/kiosk"
	"chasqui/kiosk/screen/screentest"
	"chasqui/locales"
)

// Guards whoever reads the whole page: where it tells that something will be forgotten,
// the line of state tells of the network and promises nothing. Without this "all is kept
// here" stood over "what you wrote will be deleted".
func TestTheStripKeepsNothingOnAPageThatForgets(t *testing.T) {
	links := []kiosk.LinkState{kiosk.LinkUnknown, kiosk.LinkDown, kiosk.LinkNotHub, kiosk.LinkRefused, kiosk.LinkNoEnrol, kiosk.LinkBadReply}
	for _, name := range []string{"start-over", "warning", "group-remove", "help"} {
		for _, letters := range []int{1, 3} {
			b := shownIn(t, name, screentest.Shape{Letters: letters, Language: "es", Screen: screentest.Screens()[0]}, false)
			for _, language := range map[int][]string{1: {"es"}, 3: {"es", "en", "pt", "ht"}}[letters] {
				b.App.SetLanguage(language)
				for _, link := range links {
					b.Station.SetStatus(kiosk.Status{Link: link})
					b.App.Refresh()
					words := locales.In(language)
					if !reads(b, words.Text("link.bare."+string(link))) {
						t.Errorf("%s, letters %d, %s: the state %s is not told", name, letters, language, link)
					}
					for _, key := range []string{"link.", "link.short."} {
						_, promise, _ := strings.Cut(words.Text(key+string(link)), ". ")
						if promise == "" || reads(b, promise) {
							t.Errorf("%s, letters %d, %s: %q is promised", name, letters, language, promise)
						}
					}
				}
			}
		}
	}
}
