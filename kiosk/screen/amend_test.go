package screen_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"chasqui/kiosk"
	"chasqui/kiosk/screen/screentest"
	"chasqui/locales"
	"chasqui/sync/wire"
)

// follow are the steps from Home to the request that every station knows.
func follow() []string {
	return []string{"status", "=" + screentest.Folio, "foot/primary", "=" + screentest.Code, "foot/primary"}
}

// known is a bench at the status page of a request.
func known(t *testing.T, request kiosk.Followed) *screentest.Bench {
	t.Helper()
	b := bench(t, screentest.Options{Change: func(s *screentest.Station) { s.Known = []kiosk.Followed{request} }})
	do(t, b.Begin())
	do(t, b.Steps(follow()...))
	return b
}

func TestAFolioIsReadAsPeopleWriteIt(t *testing.T) {
	for _, written := range []string{"K7M402918376", "K7M 4029 1837 6", "K7M-4029-1837-6"} {
		b := bench(t, screentest.Options{})
		do(t, b.Begin())
		do(t, b.Steps("status", "="+written, "foot/primary", "=482913", "foot/primary"))
		if b.App.Page() != "status" || !reads(b, "K7M\u00a04029\u00a01837\u00a06") {
			t.Errorf("%s: page %s reads %v", written, b.App.Page(), b.Texts())
		}
	}
	b := bench(t, screentest.Options{})
	do(t, b.Begin())
	do(t, b.Tap("status"))
	for _, r := range "k7m 4o29 i837 6" {
		b.Canvas.Focused().TypedRune(r)
	}
	do(t, b.Tap("foot/primary"))
	if b.App.Page() != "status/code" {
		t.Errorf("small letters and look-alikes: page %s reads %v", b.App.Page(), b.Texts())
	}
}

// Guards against guessing: a wrong code and a folio that is not here look the
// same, word for word.
func TestAWrongCodeAndAnotherKiosksFolioLookTheSame(t *testing.T) {
	seen := map[string]bool{}
	for _, steps := range [][]string{
		{"=" + screentest.Folio, "foot/primary", "=111111", "foot/primary"},
		{"=K7M402918376", "foot/primary", "=482914", "foot/primary"},
		{"=A00000000004", "foot/primary", "=482913", "foot/primary"},
	} {
		b := bench(t, screentest.Options{})
		do(t, b.Begin())
		do(t, b.Steps(append([]string{"status"}, steps...)...))
		if b.App.Page() != "status/unknown" {
			t.Fatalf("%v: page %s reads %v", steps, b.App.Page(), b.Texts())
		}
		if !reads(b, "tramites.prueba.example/s") || !reads(b, "En el mesón hay una persona") {
			t.Errorf("it reads %v", b.Texts())
		}
		seen[strings.Join(b.Texts(), " ")] = true
	}
	if len(seen) != 1 {
		t.Errorf("the pages differ: %v", seen)
	}
	b := bench(t, screentest.Options{Change: func(s *screentest.Station) { s.Wait = 90 * time.Second }})
	do(t, b.Begin())
	do(t, b.Steps(follow()...))
	if !reads(b, "Espere 2 minutos") {
		t.Errorf("it reads %v", b.Texts())
	}
	// What was written can be corrected.
	do(t, b.Tap("foot/back"))
	if b.App.Page() != "status/folio" || !reads(b, screentest.Folio) {
		t.Errorf("page %s reads %v", b.App.Page(), b.Texts())
	}
}

// Guards "every word about state is true": the words of the table, how old the
// knowledge is, and "never" where nothing was ever heard.
func TestTheStatusIsNeverBetterThanTrue(t *testing.T) {
	words := locales.In("es")
	for _, state := range wire.States() {
		b := known(t, screentest.Request(state))
		if !reads(b, words.Text("state."+string(state))) || !reads(b, "23 de noviembre de 2026, 10:05") {
			t.Errorf("%s reads %v", state, b.Texts())
		}
		open := screentest.Request(state).Open()
		if reads(b, words.Text("status.amend")) != open {
			t.Errorf("%s: open %t, it reads %v", state, open, b.Texts())
		}
		do(t, b.Tap("foot/primary"))
		if want := map[bool]string{true: "amend", false: "welcome"}[open]; b.App.Page() != want {
			t.Errorf("%s leads to %s", state, b.App.Page())
		}
	}
	never := screentest.Request(wire.StateSaved)
	never.Heard = time.Time{}
	if b := known(t, never); !reads(b, words.Text("status.never")) {
		t.Errorf("it reads %v", b.Texts())
	}
	// The page follows the request.
	b := known(t, screentest.Request(wire.StateAtHub))
	b.Station.Known[0].State = wire.StateDecided
	b.App.Refresh()
	if !reads(b, words.Text("state.decided")) || reads(b, words.Text("status.amend")) {
		t.Errorf("it reads %v", b.Texts())
	}
}

func TestACorrectionIsFiledUnderTheSameNumber(t *testing.T) {
	b := known(t, screentest.Request(wire.StateOpened))
	do(t, b.Steps("foot/primary", "amend/correction", "foot/primary"))
	strip := "Corrige la solicitud"
	if b.App.Page() != "question/document" || !reads(b, strip) {
		t.Fatalf("page %s reads %v", b.App.Page(), b.Texts())
	}
	// Back and forth loses neither the answers nor what they are for.
	do(t, b.Steps("foot/back", "foot/primary", "choice/none", "foot/primary", "=Persona de Ejemplo", "foot/primary",
		"foot/primary", "foot/primary", "=Los Aromos 124", "foot/primary", "choice/benefit", "foot/primary", "foot/primary"))
	if b.App.Page() != "review" || !reads(b, strip) {
		t.Fatalf("page %s reads %v", b.App.Page(), b.Texts())
	}
	do(t, b.Confirm())
	for _, text := range []string{"Su corrección quedó guardada aquí", "K7M 4029 1837 6", "482 913", strip} {
		if !reads(b, text) {
			t.Errorf("Done does not read %q: %v", text, b.Texts())
		}
	}
	amended := b.Station.Amended()
	if len(amended) != 1 || amended[0].Kind != wire.KindCorrection || amended[0].Request.Folio != screentest.Folio {
		t.Errorf("filed %+v", amended)
	}
	// No suggestion after an amendment; how it was is asked.
	do(t, b.Leave("done"))
	if b.App.Page() != "satisfaction" {
		t.Errorf("after Done the page is %s", b.App.Page())
	}
	if got := names(b.Station.Events()); len(got) != 0 {
		t.Errorf("an amendment is counted as %v", got)
	}
	do(t, b.Tap("face/skip"))
	do(t, b.Begin())
	if reads(b, strip) {
		t.Error("the next person is amending")
	}
}

func TestWhatTheKioskNoLongerHasIsNotOffered(t *testing.T) {
	gone := screentest.Request(wire.StateOpened)
	gone.Service = "tramite-retirado"
	b := known(t, gone)
	do(t, b.Tap("foot/primary"))
	if _, ok := b.Find("amend/correction"); ok {
		t.Error("a service that is gone can be corrected")
	}
	if _, ok := b.Find("amend/withdrawal"); !ok {
		t.Error("it cannot be withdrawn")
	}
}

func TestAGivenUpCorrectionIsNotAService(t *testing.T) {
	b := known(t, screentest.Request(wire.StateOpened))
	do(t, b.Steps("foot/primary", "amend/correction", "foot/primary", "choice/none", "foot/primary"))
	b.Pass(2 * time.Minute)
	if got := names(b.Station.Events()); len(got) != 0 {
		t.Errorf("told %v", got)
	}
	b = known(t, screentest.Request(wire.StateOpened))
	do(t, b.Steps("foot/primary", "amend/correction", "foot/primary", "foot/back", "foot/back", "foot/back"))
	if b.App.Page() != "status" || reads(b, "Corrige la solicitud") {
		t.Errorf("page %s reads %v", b.App.Page(), b.Texts())
	}
}

// Guards the withdrawal: asked once, done once, and never said to have reached
// anybody.
func TestAWithdrawalIsAskedOnceAndSaysWhatIsTrue(t *testing.T) {
	b := known(t, screentest.Request(wire.StateOpened))
	do(t, b.Steps("foot/primary", "amend/withdrawal", "withdraw/no"))
	if b.App.Page() != "amend" || len(b.Station.Withdrawn()) != 0 {
		t.Fatalf("No leads to %s, withdrawn %v", b.App.Page(), b.Station.Withdrawn())
	}
	do(t, b.Tap("amend/withdrawal"))
	b.Hold = true
	do(t, b.Tap("withdraw/yes"))
	if b.App.Page() != "saving" {
		t.Errorf("meanwhile the page is %s", b.App.Page())
	}
	b.Work()
	if len(b.Station.Withdrawn()) != 1 || b.App.Page() != "withdrawn" || !reads(b, "Su retiro quedó guardado aquí") || !reads(b, "Se lo diremos a la oficina") {
		t.Errorf("page %s reads %v", b.App.Page(), b.Texts())
	}
	b.Hold = false
	do(t, b.Tap("foot/primary"))
	if b.App.Page() != "welcome" {
		t.Errorf("page %s", b.App.Page())
	}
	// What could not be kept is said, and can be tried again.
	b = known(t, screentest.Request(wire.StateOpened))
	b.Station.Fail = &kiosk.Problem{Code: kiosk.ProblemClosed}
	do(t, b.Steps("foot/primary", "amend/withdrawal", "withdraw/yes"))
	if b.App.Page() != "problem" || !reads(b, "ya terminó") {
		t.Errorf("page %s reads %v", b.App.Page(), b.Texts())
	}
	b.Station.Fail = nil
	do(t, b.Tap("foot/primary"))
	if b.App.Page() != "withdrawn" {
		t.Errorf("trying again leads to %s", b.App.Page())
	}
}

// A repeated request is told once, and both ways on are the same size.
func TestARepeatedRequestIsToldOnceAndKindly(t *testing.T) {
	again := func() *screentest.Bench {
		b := bench(t, screentest.Options{Change: func(s *screentest.Station) { s.Repeat.On = screentest.Start.AddDate(0, 0, -9) }})
		do(t, b.Start("certificado-residencia"))
		do(t, b.Taps("choice/none", "foot/primary"))
		if b.App.Page() != "repeat" || !reads(b, "14 de noviembre de 2026") {
			t.Fatalf("page %s reads %v", b.App.Page(), b.Texts())
		}
		return b
	}
	b := again()
	status, _ := b.Find("repeat/status")
	other, _ := b.Find("repeat/again")
	if status.Size != other.Size {
		t.Errorf("the choices are %v and %v", status.Size, other.Size)
	}
	do(t, b.Tap("repeat/again"))
	if b.App.Page() != "question/name" || last(t, b).Name != wire.EventRepeat || last(t, b).Detail != "again" {
		t.Errorf("page %s, told %v", b.App.Page(), names(b.Station.Events()))
	}
	do(t, b.Steps("=Persona de Ejemplo", "foot/primary"))
	if b.App.Page() != "question/address" {
		t.Errorf("it is told twice: page %s", b.App.Page())
	}
	b = again()
	do(t, b.Tap("repeat/status"))
	if got := names(b.Station.Events()); b.App.Page() != "status/folio" || !slices.Equal(got, []string{"started", "repeat status"}) {
		t.Errorf("page %s, told %v", b.App.Page(), got)
	}
	// The next person is told anew.
	b.Pass(2 * time.Minute)
	do(t, b.Start("certificado-residencia"))
	do(t, b.Taps("choice/none", "foot/primary"))
	if b.App.Page() != "repeat" {
		t.Errorf("page %s", b.App.Page())
	}
}
