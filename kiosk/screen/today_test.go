package screen_test

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"

	"chasqui/kiosk/screen/screentest"
	"chasqui/locales"
)

// Guards that nobody answers every question to learn at the end that the request
// cannot be filed here: where the responsible unit's keys are missing, the page of
// the service says so and offers no start. What is only looked up starts as ever.
func TestWhoCannotFileHereLearnsItBeforeStarting(t *testing.T) {
	noKeys := func(s *screentest.Station) { s.NoKeys = true }
	for _, lang := range locales.Languages() {
		b := bench(t, screentest.Options{Language: lang.Tag, Change: noKeys})
		do(t, b.Begin())
		do(t, b.Steps("search", "=agua", "service/subsidio-agua-potable"))
		if want := locales.In(lang.Tag).Text("today.no-keys"); !reads(b, want) {
			t.Errorf("%s: nobody is told %q: %v", lang.Tag, want, b.Texts())
		}
		for _, trouble := range inspect(b) {
			t.Errorf("%s: %s", lang.Tag, trouble)
		}
		if _, ok := b.Find("foot/primary"); ok {
			t.Errorf("%s: what cannot be filed can be started", lang.Tag)
		}
		if b.Type(fyne.KeyReturn); b.App.Page() != "service" {
			t.Errorf("%s: Enter starts what cannot be filed: the page is %s", lang.Tag, b.App.Page())
		}
		do(t, b.Steps("foot/back"))
		if b.App.Page() != "search" {
			t.Errorf("%s: back leads to %s", lang.Tag, b.App.Page())
		}
		if got := names(b.Station.Events()); slices.Contains(got, "started") {
			t.Errorf("%s: it was started: %v", lang.Tag, got)
		}
	}
	b := bench(t, screentest.Options{Change: noKeys})
	do(t, b.Begin())
	do(t, b.Steps("search", "=clave", "service/activar-clave-unica"))
	if _, ok := b.Find("foot/primary"); !ok || reads(b, locales.In("es").Text("today.no-keys")) {
		t.Errorf("what files nothing cannot be started: %v", b.Texts())
	}
}
