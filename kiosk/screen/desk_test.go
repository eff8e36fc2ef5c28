package screen_test

import (
	"slices"
	"testing"
	"time"

	"chasqui/kiosk"
	"chasqui/kiosk/screen/screentest"
	"chasqui/locales"
	"chasqui/sync/wire"
)

func TestTheDeskOpensWithItsPIN(t *testing.T) {
	b := bench(t, screentest.Options{})
	do(t, b.Begin())
	do(t, b.Steps("strip/help", "help/desk"))
	for range 4 {
		do(t, b.Steps("=1111", "foot/primary"))
		if b.App.Page() != "pin" || !reads(b, "esa no es") {
			t.Fatalf("page %s reads %v", b.App.Page(), b.Texts())
		}
	}
	do(t, b.Steps("=1111", "foot/primary"))
	if !reads(b, "Espere 60 segundos") {
		t.Errorf("after five it reads %v", b.Texts())
	}
	do(t, b.Steps("="+screentest.PIN))
	if reads(b, screentest.PIN) {
		t.Error("the PIN can be read on the screen")
	}
	do(t, b.Tap("foot/primary"))
	if b.App.Page() != "desk" {
		t.Fatalf("page %s", b.App.Page())
	}
	words := locales.In("es")
	for _, item := range b.Station.Items[:2] {
		if !reads(b, item.Folio.String()) || !reads(b, words.Text("state."+string(item.State))) {
			t.Errorf("the queue reads %v", b.Texts())
		}
	}
	do(t, b.Steps("pager/next"))
	if !reads(b, words.Text("reason."+wire.CodeKeysUnknown)) {
		t.Errorf("the reason is not there: %v", b.Texts())
	}
	b.Station.Items[3].State = wire.StateAtHub
	b.Station.Items[3].Reason = ""
	b.App.Refresh()
	if reads(b, words.Text("reason."+wire.CodeKeysUnknown)) {
		t.Error("the queue does not follow")
	}
	do(t, b.Steps("desk/device"))
	if !reads(b, words.Text("desk.link.down")) || !reads(b, "54321 MB") {
		t.Errorf("the device reads %v", b.Texts())
	}
	do(t, b.Steps("pager/next"))
	if !reads(b, "v0.1.0") {
		t.Errorf("the version is not there: %v", b.Texts())
	}
	do(t, b.Steps("foot/back", "foot/back"))
	if b.App.Page() != "home" {
		t.Errorf("closing leads to %s", b.App.Page())
	}
}

func TestOneTapTalliesAndUndoTakesItBack(t *testing.T) {
	b := bench(t, screentest.Options{})
	do(t, b.Begin())
	do(t, b.Steps("strip/help", "help/desk", "="+screentest.PIN, "foot/primary", "desk/tally"))
	do(t, b.Steps("tally/certificado-residencia", "tally/certificado-residencia", "tally/aviso-via-publica", "tally/undo"))
	if got := b.Station.Tallied(); got["certificado-residencia"] != 2 || got["aviso-via-publica"] != 0 {
		t.Errorf("tallied %v", got)
	}
	do(t, b.Tap("tally/certificado-residencia"))
	do(t, b.Tap("tally/undo"))
	if !reads(b, "2 hoy") {
		t.Errorf("it reads %v", b.Texts())
	}
	if _, again := b.Find("tally/undo"); again {
		t.Error("undo is offered twice")
	}
}

func TestStaffHelpCountsAsAssisted(t *testing.T) {
	b := bench(t, screentest.Options{})
	do(t, b.Begin())
	do(t, b.Steps("strip/help", "help/desk", "="+screentest.PIN, "foot/primary", "desk/assist", "foot/back", "foot/back"))
	do(t, b.OpenService("certificado-residencia"))
	do(t, b.Tap("foot/primary"))
	events := b.Station.Events()
	if last := events[len(events)-1]; last.Name != wire.EventStarted || last.Channel != wire.ChannelAssisted {
		t.Errorf("the event is %+v", last)
	}
	if !slices.Contains(names(events), wire.EventHelp+" home") {
		t.Errorf("events %v", names(events))
	}
}

func TestOutcomesSayWhatToDoNext(t *testing.T) {
	for _, c := range []struct{ choice, outcome, reads string }{
		{"choice/out", "registro-primero", "www.registrosocial.gob.cl"},
		{"choice/unsure", "hablar-con-persona", "En el mesón hay una persona"},
	} {
		b := bench(t, screentest.Options{})
		do(t, b.Water("registry"))
		do(t, b.Taps(c.choice, "foot/primary"))
		if b.App.Page() != "outcome" || !reads(b, c.reads) {
			t.Errorf("%s: page %s reads %v", c.outcome, b.App.Page(), b.Texts())
		}
		do(t, b.Tap("foot/primary"))
		got := names(b.Station.Events())
		if !slices.Equal(got, []string{wire.EventStarted, wire.EventOutcome + " " + c.outcome}) || b.App.Page() != "welcome" {
			t.Errorf("%s: events %v, page %s", c.outcome, got, b.App.Page())
		}
	}
}

func TestAFileIsPickedFromTheMediaAlone(t *testing.T) {
	stick, err := screentest.Media(t.TempDir())
	do(t, err)
	b := bench(t, screentest.Options{Media: []string{stick, "/no/such/folder"}})
	do(t, b.Notice("picture"))
	for _, name := range []string{"IMG_0412.jpg", "carta.pdf"} {
		if !reads(b, name) {
			t.Errorf("%s is not offered: %v", name, b.Texts())
		}
	}
	if reads(b, "notas.txt") {
		t.Error("a file of another kind is offered")
	}
	do(t, b.Taps("choice/0", "foot/primary", "foot/primary", "foot/primary"))
	do(t, b.Confirm())
	file := b.Station.Submitted()[0]["picture"].File
	if file == nil || file.Name != "IMG_0412.jpg" || file.Media != "image/jpeg" || file.Size != 150_000 || len(file.Content) != 150_000 {
		t.Errorf("filed %+v", file)
	}
}

// What was read for somebody who has gone is not for the next person.
func TestAFileReadTooLateIsDropped(t *testing.T) {
	stick, err := screentest.Media(t.TempDir())
	do(t, err)
	b := bench(t, screentest.Options{Media: []string{stick}})
	do(t, b.Notice("picture"))
	b.Hold = true
	do(t, b.Tap("choice/0"))
	b.Pass(2 * time.Minute)
	b.Work()
	if b.App.Page() != "welcome" || holds(b.App, "IMG_0412") {
		t.Errorf("page %s, and the file can be reached", b.App.Page())
	}
}

func TestTheOfficesLanguagesAreOffered(t *testing.T) {
	b := bench(t, screentest.Options{Change: func(s *screentest.Station) { s.Settings.Languages = []string{"es", "ht"} }})
	if _, ok := b.Find("language/en"); ok {
		t.Error("a language is offered that the office does not")
	}
	b = bench(t, screentest.Options{Change: func(s *screentest.Station) {
		s.Settings = kiosk.Office{Name: "X", Languages: []string{"es"}, Comuna: "13101"}
	}})
	do(t, b.Tap("language/es"))
	if _, ok := b.Find("strip/language"); ok {
		t.Error("one language, and still a choice")
	}
}
