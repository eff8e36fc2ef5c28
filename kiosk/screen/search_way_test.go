package screen_test

import (
	"strings"
	"testing"

	"chasqui/kiosk/screen/screentest"
	"chasqui/kiosk/widget"
	"chasqui/locales"
)

// primaryIs fails unless the one thing to do next is called as a key says.
func primaryIs(t *testing.T, b *screentest.Bench, key string) {
	t.Helper()
	if c, there := b.Find("foot/primary"); !there || c.Label != locales.In("es").Text(key) {
		t.Errorf("the primary button is %q, not %q", c.Label, locales.In("es").Text(key))
	}
}

// Guards whoever searches a list in which one thing is chosen: a button leads on from
// every search, and what was chosen before is still seen and kept. Without this there
// was nothing but the way back.
func TestASearchInAListLeadsOn(t *testing.T) {
	wide := screentest.Shape{Letters: 3, Language: "es", Screen: screentest.Screens()[0]}
	b := shownIn(t, "comuna-search", wide, false)
	// Another region has other comunas, of which none is chosen.
	do(t, b.Taps("foot/back", "foot/back", "choice/05", "foot/primary", "search/open"))
	primaryIs(t, b, "question.search.list")
	do(t, b.Tap("foot/primary"))
	if _, listed := b.Find("search/open"); !listed {
		t.Error("the list is not shown")
	}

	b = shownIn(t, "one-of-search", wide, false)
	primaryIs(t, b, "question.search.done")
	page := b.App.Page()
	do(t, b.Tap("foot/primary"))
	chosen := ""
	for _, c := range b.App.Controls() {
		if button := drawnControl(b, c.ID); button != nil && button.Selected {
			chosen = c.ID
		}
	}
	if !strings.HasPrefix(chosen, "choice/") {
		t.Errorf("what was chosen is not seen, but %q", chosen)
	}
	primaryIs(t, b, "foot.save")
	do(t, b.Tap("foot/primary"))
	if b.App.Page() == page {
		t.Error("what was chosen does not lead on")
	}
}

// Guards whoever misspells a word: the page says what to do, and both ways are there,
// to take all out at a touch and to look at the list. Without this it said to delete one
// letter, which helps nobody.
func TestASearchThatFindsNothingSaysWhatToDo(t *testing.T) {
	for _, screen := range screentest.Screens() {
		shape := screentest.Shape{Letters: 3, Language: "es", Screen: screen}
		b := shownIn(t, "one-of-nothing", shape, false)
		for _, language := range screentest.Languages() {
			b.App.SetLanguage(language)
			if text := locales.In(language).Text("question.search.empty"); !reads(b, text) {
				t.Errorf("%v: %q is not on the page", shape, text)
			}
			for _, fault := range b.Inspect() {
				t.Errorf("%v, %s: %v", shape, language, fault)
			}
		}
		b.App.SetLanguage("es")
		primaryIs(t, b, "question.search.list")
		do(t, b.Tap("search/clear"))
		if partOf[*widget.Field](t, b).Text() != "" {
			t.Errorf("%v: what was written is still there", shape)
		}
		if _, shown := b.Find("search/clear"); shown {
			t.Errorf("%v: there is nothing to take out, and a button for it", shape)
		}
	}
}
