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
	"chasqui/kiosk/screen/screentest"
	"chasqui/kiosk/widget"
	"chasqui/locales"
	"chasqui/sync/wire"
)

func bench(t *testing.T, o screentest.Options) *screentest.Bench {
	t.Helper()
	b, err := screentest.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func do(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// reads reports whether the page shows a text, however it is broken into lines.
func reads(b *screentest.Bench, text string) bool {
	return strings.Contains(strings.ReplaceAll(strings.Join(b.Texts(), " "), "\u00a0", " "), strings.ReplaceAll(text, "\u00a0", " "))
}

func names(events []kiosk.Event) []string {
	var out []string
	for _, e := range events {
		out = append(out, strings.TrimSuffix(e.Name+" "+e.Detail, " "))
	}
	return out
}

// The main road: each service, in each language, by taps on what is drawn.
func TestEachServiceIsDoneInEachLanguage(t *testing.T) {
	for _, lang := range locales.Languages() {
		for service, walk := range map[string]func(*screentest.Bench) error{
			"certificado-residencia": func(b *screentest.Bench) error { return b.Residence("") },
			"subsidio-agua-potable":  func(b *screentest.Bench) error { return b.Water("") },
			"aviso-via-publica":      func(b *screentest.Bench) error { return b.Notice("") },
		} {
			t.Run(lang.Tag+"/"+service, func(t *testing.T) {
				b := bench(t, screentest.Options{Language: lang.Tag})
				do(t, walk(b))
				do(t, b.Confirm())
				if b.App.Page() != "done" {
					t.Fatalf("the page is %s", b.App.Page())
				}
				words := locales.In(lang.Tag)
				for _, text := range []string{"K7M 4029 1837 4", "482 913", words.Text("state.saved"), words.Text("done.title")} {
					if !reads(b, text) {
						t.Errorf("Done does not read %q", text)
					}
				}
				if texts := strings.Join(b.Texts(), " "); strings.Contains(texts, "⟦") {
					t.Errorf("a text is missing: %s", texts)
				}
				filed := b.Station.Submitted()
				if len(filed) != 1 || len(filed[0]) < 5 {
					t.Fatalf("filed: %v", filed)
				}
				events := b.Station.Events()
				if !slices.Equal(names(events), []string{wire.EventStarted}) {
					t.Errorf("events %v", names(events))
				}
				if e := events[0]; e.Service != service || e.ServiceVersion < 1 || e.Language != lang.Tag || e.Channel != wire.ChannelKiosk || e.Mode != "touch" {
					t.Errorf("started: %+v", e)
				}
				do(t, b.Leave("done"))
				do(t, b.Tap("suggestion/no"))
				if b.App.Page() != "satisfaction" {
					t.Fatalf("after No the page is %s", b.App.Page())
				}
				do(t, b.Tap("face/skip"))
				if b.App.Page() != "welcome" || !slices.Equal(b.Station.Answered(), []string{wire.AnswerRefused}) {
					t.Errorf("after No the page is %s, the answers %v", b.App.Page(), b.Station.Answered())
				}
			})
		}
	}
}

func TestTheAnswersAreFiledAsTheyWereGiven(t *testing.T) {
	b := bench(t, screentest.Options{})
	do(t, b.Residence(""))
	do(t, b.Confirm())
	got := b.Station.Submitted()[0]
	if v := got["document"]; v.Parts["kind"] != "run" || v.Parts["number"] != "12345678-5" {
		t.Errorf("document %v", v)
	}
	if v := got["address"]; v.Parts["region"] != "13" || v.Parts["comuna"] != "13101" || v.Parts["street"] != "Los Aromos 124" {
		t.Errorf("address %v", v)
	}
	if got["name"].Text != "Persona de Ejemplo" || got["purpose"].Text != "benefit" || got["phone"].Text != "+56961234567" {
		t.Errorf("answers %v", got)
	}
}

// Guards "a change of language loses nothing"; without it whoever began in the
// wrong language would start again.
func TestAHalfTypedAnswerOutlivesLanguageSizeAndContrast(t *testing.T) {
	conform.Clause(t, "WCAG 2.2 3.3.7")
	b := bench(t, screentest.Options{})
	do(t, b.Residence("name"))
	do(t, b.Write("José Ñandú"))
	do(t, b.Taps("strip/language", "language/ht"))
	if b.App.Page() != "question/name" || !reads(b, "José Ñandú") || !reads(b, "Ki non konplè ou?") {
		t.Fatalf("page %s reads %v", b.App.Page(), b.Texts())
	}
	do(t, b.Taps("strip/size", "strip/contrast"))
	do(t, b.Write(" è"))
	if !reads(b, "José Ñandú è") {
		t.Errorf("it reads %v", b.Texts())
	}
	// Back and forth keeps it too, and so does a look at help.
	do(t, b.Taps("strip/help", "foot/back", "foot/back", "foot/primary", "foot/primary"))
	if b.App.Page() != "question/name" || !reads(b, "José Ñandú è") {
		t.Errorf("after going back and forth page %s reads %v", b.App.Page(), b.Texts())
	}
}

func TestAnAnswerThatCannotBeTakenStaysAndSaysWhatToDo(t *testing.T) {
	conform.Clause(t, "WCAG 2.2 3.3.1", "WCAG 2.2 3.3.3")
	b := bench(t, screentest.Options{})
	do(t, b.Residence("document"))
	do(t, b.Tap("foot/primary"))
	if !reads(b, "Elija qué documento tiene") {
		t.Errorf("nothing chosen reads %v", b.Texts())
	}
	do(t, b.Taps("choice/run", "foot/primary"))
	do(t, b.Write("12345678-9"))
	do(t, b.Tap("foot/primary"))
	if b.App.Page() != "question/document" || !reads(b, "12345678-9") || !reads(b, "Revise los números de su RUN") {
		t.Errorf("page %s reads %v", b.App.Page(), b.Texts())
	}
}

func TestChangeFromTheReviewComesBackToIt(t *testing.T) {
	conform.Clause(t, "WCAG 2.2 3.3.4")
	b := bench(t, screentest.Options{})
	do(t, b.Residence(""))
	do(t, b.Tap("change/name"))
	do(t, b.Write(" Segunda"))
	do(t, b.Tap("foot/primary"))
	if b.App.Page() != "review" || !reads(b, "Persona de Ejemplo Segunda") {
		t.Errorf("page %s reads %v", b.App.Page(), b.Texts())
	}
}

// Guards "one tap files one request": the second tap of a double tap falls on a
// page on which nothing can be touched. The control is that one request is filed.
func TestADoubleTapFilesOnce(t *testing.T) {
	b := bench(t, screentest.Options{})
	do(t, b.Residence(""))
	confirm, _ := b.Find("foot/primary")
	b.Hold = true
	b.Ease()
	test.TapCanvas(b.Canvas, confirm.Centre())
	if b.App.Page() != "saving" || !reads(b, "Guardando su solicitud") {
		t.Fatalf("page %s", b.App.Page())
	}
	b.Ease() // a tap that is meant
	test.TapCanvas(b.Canvas, confirm.Centre())
	b.Strike(fyne.KeyReturn)
	b.Pass(5 * time.Minute) // saving is not inactivity
	if b.App.Page() != "saving" {
		t.Errorf("while saving the page became %s", b.App.Page())
	}
	b.Work()
	if n := len(b.Station.Submitted()); n != 1 || b.App.Page() != "done" {
		t.Errorf("%d requests, page %s", n, b.App.Page())
	}
}

func TestAProblemIsSaidInWordsAndTheAnswersStay(t *testing.T) {
	for _, code := range []kiosk.ProblemCode{kiosk.ProblemFull, kiosk.ProblemDisk, kiosk.ProblemNoKeys, kiosk.ProblemNotReady, kiosk.ProblemService} {
		b := bench(t, screentest.Options{Change: func(s *screentest.Station) { s.Fail = &kiosk.Problem{Code: code} }})
		do(t, b.Residence(""))
		do(t, b.Confirm())
		if b.App.Page() != "problem" || !reads(b, strings.Fields(locales.In("es").Text("problem." + string(code)))[0]) {
			t.Errorf("%s: page %s reads %v", code, b.App.Page(), b.Texts())
		}
		b.Station.Fail = nil
		if code == kiosk.ProblemFull || code == kiosk.ProblemNoKeys {
			// Only a person can help; from the answers one may try again all the same.
			do(t, b.Tap("problem/person"))
			if b.App.Page() != "help" {
				t.Errorf("%s: a person is called on %s", code, b.App.Page())
			}
			do(t, b.Steps("foot/back", "foot/back"))
			do(t, b.Confirm())
		} else {
			do(t, b.Tap("foot/primary"))
		}
		if b.App.Page() != "done" {
			t.Errorf("%s: trying again leads to %s", code, b.App.Page())
		}
	}
}

// Guards "Done only from a valid receipt": a station that says all is well but
// shows no receipt gets no Done page.
func TestWithoutAReceiptThereIsNoDonePage(t *testing.T) {
	b := bench(t, screentest.Options{Change: func(s *screentest.Station) { s.Forge = true }})
	do(t, b.Residence(""))
	do(t, b.Confirm())
	if b.App.Page() != "problem" || reads(b, "quedó guardada") {
		t.Errorf("page %s reads %v", b.App.Page(), b.Texts())
	}
}

func TestTheDonePageFollowsTheRequest(t *testing.T) {
	b := bench(t, screentest.Options{})
	do(t, b.Residence(""))
	do(t, b.Confirm())
	words := locales.In("es")
	for _, state := range wire.States() {
		b.Station.SetState(state)
		b.App.Refresh()
		if !reads(b, words.Text("state."+string(state))) {
			t.Errorf("%s: it reads %v", state, b.Texts())
		}
	}
	do(t, b.Tap("done/receipt"))
	if len(b.Receipts) != 1 || !reads(b, words.Text("done.receipt.kept")) {
		t.Errorf("%d receipts; it reads %v", len(b.Receipts), b.Texts())
	}
}

func TestTheStripTellsTheTruth(t *testing.T) {
	b := bench(t, screentest.Options{})
	do(t, b.Begin())
	words := locales.In("es")
	for _, link := range []kiosk.LinkState{kiosk.LinkUnknown, kiosk.LinkDown, kiosk.LinkNotHub, kiosk.LinkRefused, kiosk.LinkNoEnrol, kiosk.LinkBadReply} {
		b.Station.SetStatus(kiosk.Status{Link: link, Unsent: 3})
		b.App.Refresh()
		if !reads(b, words.Text("link."+string(link))) || !reads(b, "3 por enviar") {
			t.Errorf("%s: it reads %v", link, b.Texts())
		}
	}
	b.Station.SetStatus(kiosk.Status{Link: kiosk.LinkUp, Unsent: 1})
	b.App.Refresh()
	if !reads(b, words.Text("link.up")) || !reads(b, "1 por enviar") {
		t.Errorf("up with one unsent: it reads %v", b.Texts())
	}
	b.Station.SetStatus(kiosk.Status{Link: kiosk.LinkUp})
	b.App.Refresh()
	if reads(b, "enviar") {
		t.Errorf("up with nothing unsent: it reads %v", b.Texts())
	}
	b.Station.SetStatus(kiosk.Status{Link: kiosk.LinkUp, Full: true})
	b.App.Refresh()
	if !reads(b, words.Text("status.full")) {
		t.Errorf("full: it reads %v", b.Texts())
	}
}

// Guards the rules of suggesting: No is as large as Yes, of the same kind, and one
// tap; why is answered; a person stays in sight.
func TestNoIsAsLargeAndAsQuickAsYes(t *testing.T) {
	for _, lang := range locales.Languages() {
		for size := range 4 {
			b := bench(t, screentest.Options{Language: lang.Tag, Looks: &kiosk.Looks{Size: size}})
			do(t, b.Residence(""))
			do(t, b.Confirm())
			do(t, b.Leave("done"))
			no, _ := b.Find("suggestion/no")
			yes, ok := b.Find("suggestion/yes")
			if !ok || no.Size != yes.Size || no.Position.Y != yes.Position.Y {
				t.Errorf("%s, size %d: No %v, Yes %v", lang.Tag, size, no, yes)
			}
			var kinds []widget.Kind
			for _, d := range b.Tree() {
				if button, is := d.Object.(*widget.Button); is && strings.HasPrefix(button.ID, "suggestion/") && button.ID != "suggestion/why" {
					kinds = append(kinds, button.Kind)
				}
			}
			if len(kinds) != 2 || kinds[0] != kinds[1] {
				t.Errorf("%s: kinds %v", lang.Tag, kinds)
			}
			if !reads(b, locales.In(lang.Tag).Text("person.sight")) {
				t.Errorf("%s, size %d: no person in sight: %v", lang.Tag, size, b.Texts())
			}
		}
	}
}

func TestTheAnswersToASuggestion(t *testing.T) {
	filed := func(change func(*screentest.Station)) *screentest.Bench {
		b := bench(t, screentest.Options{Change: change})
		do(t, b.Residence(""))
		do(t, b.Confirm())
		do(t, b.Leave("done"))
		return b
	}
	b := filed(nil)
	do(t, b.Taps("suggestion/why", "suggestion/yes"))
	if b.App.Page() != "how" || !reads(b, "K7M 4029 1837 4") || !slices.Equal(b.Station.Answered(), []string{wire.AnswerAccepted}) {
		t.Errorf("yes: page %s, answers %v", b.App.Page(), b.Station.Answered())
	}
	b = filed(nil)
	b.Pass(100 * time.Second)
	if b.App.Page() != "welcome" || !slices.Equal(b.Station.Answered(), []string{wire.AnswerIgnored}) {
		t.Errorf("left alone: page %s, answers %v", b.App.Page(), b.Station.Answered())
	}
	if b = filed(func(s *screentest.Station) { s.Suggest.Held = true }); b.App.Page() != "satisfaction" || len(b.Station.Answered()) != 0 {
		t.Errorf("held out: page %s, answers %v", b.App.Page(), b.Station.Answered())
	}
	if b = filed(func(s *screentest.Station) { s.Offered = false }); b.App.Page() != "satisfaction" {
		t.Errorf("no offer: page %s", b.App.Page())
	}
}
