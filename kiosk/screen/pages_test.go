package screen_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"chasqui/internal/conform"
	"chasqui/kiosk"
	"chasqui/kiosk/catalog"
	"chasqui/kiosk/screen/screentest"
	"chasqui/kiosk/widget"
	"chasqui/locales"
	"chasqui/sync/wire"
)

var (
	enterKey  = &fyne.KeyEvent{Name: fyne.KeyReturn}
	escapeKey = &fyne.KeyEvent{Name: fyne.KeyEscape}
)

// press is a key that no part of the page takes for itself.
func press(b *screentest.Bench, key *fyne.KeyEvent) {
	b.Canvas.Unfocus()
	b.Canvas.OnTypedKey()(key)
}

// last returns the last event that was told.
func last(t *testing.T, b *screentest.Bench) kiosk.Event {
	t.Helper()
	events := b.Station.Events()
	if len(events) == 0 {
		t.Fatal("no event was told")
	}
	return events[len(events)-1]
}

// Guards "everything in reach": on Home nothing is on a further page, in any
// language, at any size of letters.
func TestHomeHasEverythingInReachAtOnce(t *testing.T) {
	for _, lang := range locales.Languages() {
		for size := range 4 {
			b := bench(t, screentest.Options{Language: lang.Tag, Looks: &kiosk.Looks{Size: size}})
			do(t, b.Begin())
			want := []string{"search", "status", "learn", "person", "foot/back"}
			for _, s := range b.Catalog.Services() {
				if shown := s.In(lang.Tag); !shown.Hidden {
					want = append(want, "situation/"+shown.Situation)
				}
			}
			for _, id := range want {
				if _, ok := b.Find(id); !ok {
					t.Errorf("%s, size %d: %s is not in reach", lang.Tag, size, id)
				}
			}
			if _, paged := b.Find("pager/next"); paged {
				t.Errorf("%s, size %d: Home is paged", lang.Tag, size)
			}
		}
	}
}

func TestASituationWithoutServicesIsNotShown(t *testing.T) {
	b := bench(t, screentest.Options{})
	do(t, b.Begin())
	for _, situation := range []string{"home", "money", "car", "family", "work", "papers"} {
		has := slices.ContainsFunc(b.Catalog.Services(), func(s *catalog.Service) bool {
			return s.In("es").Situation == situation && !s.In("es").Hidden
		})
		if _, shown := b.Find("situation/" + situation); shown != has {
			t.Errorf("%s: shown %t, services %t", situation, shown, has)
		}
	}
}

// Guards the search's silence: an event a search, saying whether anything was
// found, and never what was typed.
func TestASearchIsCountedOnceAndNeverItsWords(t *testing.T) {
	b := bench(t, screentest.Options{})
	do(t, b.Begin())
	do(t, b.Steps("search", "=agua"))
	if len(b.Station.Events()) != 0 {
		t.Errorf("while typing: %v", names(b.Station.Events()))
	}
	do(t, b.Steps("foot/primary", "service/subsidio-agua-potable", "foot/back", "foot/back"))
	if b.App.Page() != "search" || !reads(b, "agua") {
		t.Fatalf("going back leads to %s: %v", b.App.Page(), b.Texts())
	}
	do(t, b.Steps("service/subsidio-agua-potable"))
	if got := names(b.Station.Events()); !slices.Equal(got, []string{"search found"}) {
		t.Errorf("one search told %v", got)
	}
	do(t, b.Steps("foot/back", "=zzyx", "foot/primary"))
	if !reads(b, "No encontramos nada") || last(t, b).Detail != "none" {
		t.Errorf("it reads %v, told %v", b.Texts(), names(b.Station.Events()))
	}
	if _, ok := b.Find("situation/home"); !ok {
		t.Error("where nothing is found the situations are not offered")
	}
	if _, ok := b.Find("person"); !ok {
		t.Error("where nothing is found the person is not offered")
	}
	for _, e := range b.Station.Events() {
		if holds(e, "agua") && e.Service == "" || holds(e, "zzyx") {
			t.Errorf("an event tells what was typed: %+v", e)
		}
	}
	// Who only looks at the page has not searched; who walks away from words has.
	b = bench(t, screentest.Options{})
	do(t, b.Begin())
	do(t, b.Steps("search", "foot/back", "search", "=zzyx"))
	b.Pass(2 * time.Minute)
	if got := names(b.Station.Events()); !slices.Equal(got, []string{"search none"}) || b.App.Page() != "welcome" {
		t.Errorf("walking away told %v, page %s", got, b.App.Page())
	}
}

// What is found appears while one types, and the keyboard stays the same one: who
// walks it by arrows keeps their place.
func TestResultsAppearWhileTyping(t *testing.T) {
	b := bench(t, screentest.Options{})
	do(t, b.Begin())
	do(t, b.Tap("search"))
	keyboard := func() fyne.CanvasObject {
		for _, d := range b.Tree() {
			if k, ok := d.Object.(*widget.Keyboard); ok {
				return k
			}
		}
		return nil
	}
	before := keyboard()
	do(t, b.Write("agu"))
	if _, ok := b.Find("service/subsidio-agua-potable"); !ok {
		t.Errorf("nothing appears: %v", b.Texts())
	}
	if keyboard() != before {
		t.Error("the keyboard is another one")
	}
	test.Type(b.Canvas.Focused(), "zzz")
	if _, ok := b.Find("service/subsidio-agua-potable"); ok {
		t.Error("what no longer fits is still there")
	}
}

// Guards the wipe of all that is written outside of questions.
func TestAWipeLeavesNoFolioCodeOrSearch(t *testing.T) {
	for name, c := range map[string]struct {
		steps  []string
		canary string
	}{
		"search":        {[]string{"search", "=agua  agua"}, "agua  agua"},
		"found":         {[]string{"search", "=agua  agua", "foot/primary"}, "agua  agua"},
		"service found": {[]string{"search", "=agua  agua", "service/subsidio-agua-potable"}, "agua  agua"},
		"folio":         {[]string{"status", "=Y9Y 9Y9"}, "Y9Y 9Y9"},
		"code":          {[]string{"status", "=" + screentest.Folio, "foot/primary", "=482913"}, "482913"},
		"unknown":       {[]string{"status", "=" + screentest.Folio, "foot/primary", "=999111", "foot/primary"}, "999111"},
		"status":        {follow(), screentest.Code},
		"amending":      {append(follow(), "foot/primary", "amend/correction", "foot/primary"), screentest.Code},
		"withdrawing":   {append(follow(), "foot/primary", "amend/withdrawal"), screentest.Code},
	} {
		b := bench(t, screentest.Options{})
		do(t, b.Begin())
		do(t, b.Steps(c.steps...))
		b.Station.Known = nil // the station knows it; the screen must not
		if !holds(b.App, c.canary) {
			t.Fatalf("%s: the search does not find what is there", name)
		}
		b.Pass(3 * time.Minute)
		if b.App.Page() != "welcome" || holds(b.App, c.canary) {
			t.Errorf("%s: page %s, and %q can still be reached", name, b.App.Page(), c.canary)
		}
	}
}

// Guards EN 301 549 5.1.6 on every page around the questions: Tab reaches
// everything and comes back, and the page is left without a touch.
func TestKeysAloneLeaveEveryPage(t *testing.T) {
	conform.Clause(t, "WCAG 2.2 2.1.2")
	for _, scene := range screentest.PageScenes() {
		b, err := scene.Show(screentest.Options{})
		do(t, err)
		b.Canvas.OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyF5}) // somebody uses keys
		seen := map[fyne.Focusable]bool{}
		for range 80 {
			test.FocusNext(b.Canvas)
			f := b.Canvas.Focused()
			if seen[f] {
				break
			}
			seen[f] = true
		}
		want := 0
		for _, c := range b.App.Controls() {
			if !strings.HasPrefix(c.ID, "key/") {
				want++
			} else if c.ID == "key/"+widget.KeyDelete {
				want++ // the keyboard is one stop
			}
		}
		if len(seen) != want {
			t.Errorf("%s: Tab reaches %d of %d", scene.Name, len(seen), want)
		}
		for _, must := range []string{"strip/language", "strip/size", "strip/contrast", "strip/help"} {
			if _, ok := b.Find(must); !ok {
				t.Errorf("%s: %s is out of reach", scene.Name, must)
			}
		}
		before, texts := b.App.Page(), strings.Join(b.Texts(), "|")
		press(b, escapeKey)
		if b.App.Page() == before && strings.Join(b.Texts(), "|") == texts {
			press(b, enterKey)
			if b.App.Page() == before {
				b.Strike(fyne.KeyReturn) // Enter without a focus shows first what it would do
			}
			if b.App.Page() == before && strings.Join(b.Texts(), "|") == texts {
				t.Errorf("%s: neither Escape nor Enter leads on from %s", scene.Name, before)
			}
		}
	}
}

// Guards the five faces: one tap, or none, and each is counted once.
func TestTheFacesAreCountedOnce(t *testing.T) {
	rated := func(steps ...string) *screentest.Bench {
		b := bench(t, screentest.Options{Change: func(s *screentest.Station) { s.Offered = false }})
		do(t, b.Residence(""))
		do(t, b.Confirm())
		do(t, b.Leave("done"))
		if b.App.Page() != "satisfaction" {
			t.Fatalf("after Done the page is %s", b.App.Page())
		}
		do(t, b.Steps(steps...))
		return b
	}
	for _, face := range []string{"1", "2", "3", "4", "5"} {
		b := rated("face/" + face)
		if e := last(t, b); e.Name != wire.EventSatisfaction || e.Detail != face || e.Service != "certificado-residencia" || b.App.Page() != "welcome" {
			t.Errorf("%s: %+v, page %s", face, e, b.App.Page())
		}
	}
	for name, leave := range map[string]func(*screentest.Bench){
		"skip":   func(b *screentest.Bench) { do(t, b.Tap("face/skip")) },
		"escape": func(b *screentest.Bench) { press(b, escapeKey) },
		"enter":  func(b *screentest.Bench) { press(b, enterKey) },
		"away":   func(b *screentest.Bench) { b.Pass(2 * time.Minute) },
		"over":   func(b *screentest.Bench) { do(t, b.Taps("strip/help", "help/over", "start-over/yes")) },
	} {
		b := rated()
		leave(b)
		var skipped int
		for _, e := range b.Station.Events() {
			if e.Name == wire.EventSatisfaction && e.Detail == "skipped" {
				skipped++
			}
		}
		if skipped != 1 || b.App.Page() != "welcome" {
			t.Errorf("%s: skipped %d times, page %s", name, skipped, b.App.Page())
		}
	}
	// Where nothing was filed nobody is asked.
	b := bench(t, screentest.Options{})
	do(t, b.Water("registry"))
	do(t, b.Taps("choice/out", "foot/primary", "foot/primary"))
	if b.App.Page() != "welcome" {
		t.Errorf("after an outcome the page is %s", b.App.Page())
	}
}

func TestALessonIsPractisedAndNothingIsCountedAboutAnswers(t *testing.T) {
	b := bench(t, screentest.Options{})
	do(t, b.Lesson(func(_ kiosk.Lesson, step kiosk.LessonStep) bool { return len(step.Options) > 0 }))
	do(t, b.Try(false))
	if !reads(b, "Mirémoslo otra vez") {
		t.Errorf("it reads %v", b.Texts())
	}
	do(t, b.Tap("foot/back")) // try again
	do(t, b.Try(true))
	if !reads(b, "Así es") {
		t.Errorf("it reads %v", b.Texts())
	}
	do(t, b.Taps("strip/language", "language/ht"))
	if b.App.Page() != "lesson" || !reads(b, locales.In("ht").Text("lesson.right")) {
		t.Errorf("another language leads to %s: %v", b.App.Page(), b.Texts())
	}
	do(t, b.Tap("foot/primary"))
	for _, e := range b.Station.Events() {
		if e.Name != wire.EventLesson || !strings.HasSuffix(e.Detail, "/started") {
			t.Errorf("an answer told %+v", e)
		}
	}
	// From the first lesson's end one comes home.
	b = bench(t, screentest.Options{})
	do(t, b.Lesson(func(kiosk.Lesson, kiosk.LessonStep) bool { return false }))
	if b.App.Page() != "lesson-end" {
		t.Fatalf("page %s", b.App.Page())
	}
	do(t, b.Tap("foot/primary"))
	lesson := b.Catalog.Lessons()[0].ID()
	if got := names(b.Station.Events()); !slices.Equal(got, []string{"lesson " + lesson + "/started", "lesson " + lesson + "/finished"}) || b.App.Page() != "home" {
		t.Errorf("told %v, page %s", got, b.App.Page())
	}
}

// A call is made once, is said to be seen and no more, and its end is noticed.
func TestACallForAPersonIsHonest(t *testing.T) {
	b := bench(t, screentest.Options{})
	do(t, b.Residence("name"))
	do(t, b.Taps("strip/help", "help/call", "help/call"))
	rings := b.Station.Rings()
	if len(rings) != 1 || rings[0].Page != "question/name" || rings[0].Service != "certificado-residencia" || rings[0].Language != "es" {
		t.Fatalf("rings %+v", rings)
	}
	if !reads(b, "No podemos decirle cuándo vendrá alguien") {
		t.Errorf("it reads %v", b.Texts())
	}
	b.Station.Attend(rings[0].ID)
	b.App.Refresh()
	if !reads(b, "En el mesón vieron su llamado") {
		t.Errorf("attended to, it reads %v", b.Texts())
	}
	do(t, b.Tap("help/call"))
	if len(b.Station.Rings()) != 1 {
		t.Error("who is still waiting cannot call again")
	}
	b.Pass(2 * time.Minute)
	do(t, b.Begin())
	do(t, b.Tap("strip/help"))
	if !reads(b, "Hay una persona para ayudarle") {
		t.Errorf("the next person finds somebody's call: %v", b.Texts())
	}
}

func TestTheDeskSeesAndEndsCalls(t *testing.T) {
	b := bench(t, screentest.Options{})
	do(t, b.Residence("name"))
	do(t, b.Steps("strip/help", "help/call"))
	b.Pass(30 * time.Second)
	do(t, b.Steps("foot/back", "=a"))
	b.Pass(50 * time.Second)
	do(t, b.Steps("strip/help", "help/desk", "="+screentest.PIN, "foot/primary"))
	if !reads(b, "Llamados (1)") {
		t.Errorf("the tile reads %v", b.Texts())
	}
	do(t, b.Tap("desk/help"))
	if !reads(b, "hace 1 minuto") || !reads(b, "Papel que dice dónde vive · Nombre · Español") {
		t.Errorf("it reads %v", b.Texts())
	}
	do(t, b.Tap("attend/1"))
	if len(b.Station.Rings()) != 0 || !reads(b, "Nadie está llamando") {
		t.Errorf("it reads %v", b.Texts())
	}
}

// Guards "a folio and a code are enough": what came of the paper is said, and the
// number stays in sight either way.
func TestPrintingSaysWhatCameOfIt(t *testing.T) {
	for name, c := range map[string]struct {
		jam   bool
		state kiosk.PrinterState
		reads string
	}{
		"printed": {false, kiosk.PrinterUnknown, "Impreso"},
		"jammed":  {true, kiosk.PrinterNoPaper, "el papel no salió"},
	} {
		b := bench(t, screentest.Options{Change: func(s *screentest.Station) { s.Paper.State, s.Jam = c.state, c.jam }})
		do(t, b.Residence(""))
		do(t, b.Confirm())
		b.Hold = true
		do(t, b.Taps("done/print", "done/print"))
		if !reads(b, "Imprimiendo") {
			t.Errorf("%s: meanwhile it reads %v", name, b.Texts())
		}
		b.Work()
		if !reads(b, c.reads) || !reads(b, "K7M 4029 1837 4") || !reads(b, "482 913") {
			t.Errorf("%s: it reads %v", name, b.Texts())
		}
		if printed := b.Station.Printed(); len(printed) != 1 != c.jam {
			t.Errorf("%s: printed %v", name, printed)
		}
	}
	b := bench(t, screentest.Options{})
	do(t, b.Residence(""))
	do(t, b.Confirm())
	if _, ok := b.Find("done/print"); ok {
		t.Error("without a printer, printing is offered")
	}
}

func TestAnAuthorsNoticeStandsOnEveryPage(t *testing.T) {
	b := bench(t, screentest.Options{Notice: "catálogo rechazado: certificado-residencia/service.yaml:12", Change: func(s *screentest.Station) {
		s.Strip = kiosk.Status{Link: kiosk.LinkUp}
	}})
	if !reads(b, "service.yaml:12") {
		t.Errorf("welcome reads %v", b.Texts())
	}
	do(t, b.Begin())
	if !reads(b, "service.yaml:12") {
		t.Errorf("home reads %v", b.Texts())
	}
}
