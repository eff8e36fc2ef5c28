package screen_test

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"chasqui/kiosk"
	"chasqui/kiosk/screen/screentest"
	"chasqui/locales"
)

func textOf(b *screentest.Bench) string { return strings.Join(b.Texts(), " ") }

// offering is an office that lists languages.
func offering(tags ...string) func(*screentest.Station) {
	return func(s *screentest.Station) { s.Settings.Languages = tags }
}

// Guards the operator's switch: a partial pack is offered where the office lists
// it, is shown as partial, and nothing is offered that the office did not list.
func TestAPartialLanguageIsOfferedOnlyWhereListedAndSaysSo(t *testing.T) {
	b := bench(t, screentest.Options{Change: offering("es", "en", "arn")})
	for id, want := range map[string]bool{"language/es": true, "language/en": true, "language/arn": true, "language/pt": false, "language/qps": false, "language/qu": false} {
		if _, got := b.Find(id); got != want {
			t.Errorf("%s offered: %v, want %v", id, got, want)
		}
	}
	text := textOf(b)
	for _, want := range []string{"Mapudungun", "Mari mari", "Una parte está en español."} {
		if !strings.Contains(text, want) {
			t.Errorf("the welcome page lacks %q: %s", want, text)
		}
	}
	if strings.Contains(text, "⟦") {
		t.Errorf("the welcome page shows a gap: %s", text)
	}
	do(t, b.Taps("language/arn", "strip/language"))
	if text := textOf(b); !strings.Contains(text, "Una parte está en español.") || !strings.Contains(text, locales.In("es").Text("languages.unreviewed")) {
		t.Errorf("the language page does not say how far the language has come: %s", text)
	}
	if text := textOf(b); !strings.Contains(text, "⟦") {
		t.Errorf("what is missing does not stand out: %s", text)
	}
	// Without a list, the complete ones are offered and no other.
	b = bench(t, screentest.Options{})
	for _, l := range locales.Known() {
		if _, got := b.Find("language/" + l.Tag); got != (l.Status == locales.Complete) {
			t.Errorf("%s is offered: %v", l.Tag, got)
		}
	}
}

// Guards "the welcome page can greet in them from a published source": only words
// of a pack with its source are said.
func TestTheWelcomePageGreetsFromPublishedSourcesOnly(t *testing.T) {
	b := bench(t, screentest.Options{})
	texts := b.Texts()
	for _, l := range locales.Known() {
		if l.Status == locales.Partial && !slices.Contains(texts, l.Greeting.Text) && !slices.Contains(texts, l.Name) {
			t.Errorf("%s is not greeted: %v", l.Tag, texts)
		}
	}
}

// Guards "each marked with who reviewed it": every complete language says so in
// its own words where it is chosen.
func TestTheLanguagePageSaysWhoReviewed(t *testing.T) {
	b := bench(t, screentest.Options{})
	do(t, b.Begin())
	do(t, b.Tap("strip/language"))
	text := textOf(b)
	for _, l := range locales.Languages() {
		if !strings.Contains(text, l.Review) {
			t.Errorf("%s: %q is not on the page: %s", l.Tag, l.Review, text)
		}
	}
}

// Guards the pages on which languages stand, with all that an office may list, in
// the largest letters.
func TestNoLanguageIsCutWhereManyAreOffered(t *testing.T) {
	for _, size := range []fyne.Size{fyne.NewSize(1280, 800), fyne.NewSize(1080, 1920)} {
		for _, letters := range []int{1, 3} {
			b := bench(t, screentest.Options{
				Size: size, Looks: &kiosk.Looks{Size: letters}, Change: offering("es", "en", "pt", "ht", "arn", "rap"),
			})
			for _, trouble := range inspect(b) {
				t.Errorf("welcome, %v, letters %d: %s", size, letters, trouble)
			}
			do(t, b.Taps("language/es", "strip/language"))
			for _, trouble := range inspect(b) {
				t.Errorf("language, %v, letters %d: %s", size, letters, trouble)
			}
		}
	}
}

// Guards "a pseudo-locale finds what is not translated": in it no page shows a part
// of a Spanish message as it stands. A language's own tile is in its own words.
func TestThePseudoLocaleLeavesNoSpanishOnAnyPage(t *testing.T) {
	var spanish []string
	for _, m := range locales.Current().Messages(locales.Source) {
		for _, words := range m.Forms {
			spanish = append(spanish, words)
		}
	}
	for _, service := range bench(t, screentest.Options{}).Catalog.Texts(locales.Source) {
		spanish = append(spanish, service.Spanish)
	}
	// The name of a site that is a source, and what a scene types, are in no language.
	kept := func(text string) bool { return text == "ChileAtiende" || strings.HasPrefix(text, "K7M") }
	left := func(text string) bool {
		return !kept(text) && len([]rune(text)) >= 8 && slices.ContainsFunc(spanish, func(s string) bool { return strings.Contains(s, text) })
	}
	stick, err := screentest.Media(t.TempDir())
	do(t, err)
	for _, scene := range screentest.Scenes() {
		if scene.Name == "welcome" || scene.Name == "language" {
			continue
		}
		b, err := scene.Show(screentest.Options{Language: locales.Pseudo, Media: []string{stick}})
		do(t, err)
		for _, text := range b.Texts() {
			if left(text) {
				t.Errorf("%s: %q was not translated", scene.Name, text)
			}
		}
	}
	// The control: on a page in Spanish there is much of it.
	b := bench(t, screentest.Options{})
	do(t, b.Begin())
	if !slices.ContainsFunc(b.Texts(), left) {
		t.Error("no Spanish was found on a page in Spanish: the test tests nothing")
	}
}
