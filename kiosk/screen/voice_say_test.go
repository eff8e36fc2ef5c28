package screen_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"chasqui/internal/conform"
	"chasqui/kiosk"
	"chasqui/kiosk/screen/screentest"
	"chasqui/kiosk/widget"
	"chasqui/locales"
	"chasqui/sync/wire"
)

// spoken is a bench whose voice is on, with or without a headset.
func spoken(t *testing.T, headset bool, o screentest.Options) (*screentest.Bench, *screentest.Ear) {
	t.Helper()
	o.Ear, o.Voice = &screentest.Ear{}, kiosk.Voice{On: true}
	o.Ear.Plug(headset)
	return bench(t, o), o.Ear
}

func has(t *testing.T, heard string, want ...string) {
	t.Helper()
	for _, text := range want {
		if !strings.Contains(bare(heard), bare(text)) {
			t.Errorf("%q is not heard in %q", text, heard)
		}
	}
}

func lacks(t *testing.T, heard string, want ...string) {
	t.Helper()
	for _, text := range want {
		if strings.Contains(bare(heard), bare(text)) {
			t.Errorf("%q is heard in %q", text, heard)
		}
	}
}

// Guards the checker itself: a text that nobody says, a control without a name and
// a private word without its mark must each be found. Without this control the walk
// through all pages could pass because it looks at nothing.
func TestTheListenerFindsWhatIsNotHeard(t *testing.T) {
	finds := func(b *screentest.Bench, ear *screentest.Ear, want string) {
		t.Helper()
		trouble := hear(b, ear, "es", map[string]bool{})
		if !slices.ContainsFunc(trouble, func(s string) bool { return strings.Contains(s, want) }) {
			t.Errorf("%q was not found among %q", want, trouble)
		}
	}
	b, ear := spoken(t, true, screentest.Options{})
	do(t, b.Residence("phone"))
	if trouble := hear(b, ear, "es", map[string]bool{}); len(trouble) > 0 {
		t.Fatalf("before anything is planted: %q", trouble)
	}
	// What is drawn and not said: the letters change after the page was read.
	for _, d := range b.Tree() {
		if text, ok := d.Object.(*canvas.Text); ok && d.Within == nil && strings.HasPrefix(text.Text, "¿") {
			b.App.PlantText("Texto que nadie dice")
			break
		}
	}
	finds(b, ear, "Texto que nadie dice")
	b.App.PlantButton(&widget.Button{ID: "planted", Kind: widget.Cell, Icon: "plus"})
	finds(b, ear, "planted has neither words nor a name")
	b, ear = spoken(t, true, screentest.Options{})
	do(t, b.Residence("phone"))
	b.App.PlantPrivate("Persona de Ejemplo")
	finds(b, ear, "is said aloud in")
}

// Guards "speech stops on any action, repeat and pause": without the stop whoever
// goes on hears two pages at once.
func TestAnyActionEndsWhatIsSaid(t *testing.T) {
	conform.Clause(t, "EN 301 549 5.1.3.4", "EN 301 549 5.1.3.5", "Section 508 402.2.4", "WCAG 2.2 1.4.2")
	b, ear := spoken(t, true, screentest.Options{})
	do(t, b.Begin())
	for name, act := range map[string]func(){
		"a key":   func() { b.Type(fyne.KeyF9) },
		"a touch": func() { test.TapCanvas(b.Canvas, fyne.NewPos(5, 300)) },
	} {
		b.Type(fyne.KeyF3)
		if !ear.Speaking() {
			t.Fatal("nothing is being said")
		}
		if act(); ear.Speaking() {
			t.Errorf("%s does not end it", name)
		}
	}
	ear.Heard()
	b.Type(fyne.KeyF3)
	has(t, ear.Last(), "¿Qué necesita?")
	b.Type(fyne.KeyF4)
	if !ear.Paused() {
		t.Error("F4 does not hold what is being said")
	}
	b.Type(fyne.KeyF4)
	if ear.Paused() || !ear.Speaking() {
		t.Error("F4 does not let it go on")
	}
	// By the strip, and on the page about the voice; by touch and by key.
	pause := func(what string, act func()) {
		t.Helper()
		if act(); !ear.Paused() {
			t.Errorf("%s does not hold what is being said", what)
		}
		if act(); ear.Paused() || !ear.Speaking() {
			t.Errorf("%s does not let it go on", what)
		}
		if said := ear.Heard(); len(said) > 0 {
			t.Errorf("%s says %v over it", what, said)
		}
	}
	ear.Heard()
	pause("the strip", func() { do(t, b.Tap("strip/pause")) })
	do(t, b.Tap("strip/voice"))
	for range 2 { // it may be on the second page
		if _, there := b.Find("voice/pause"); !there {
			do(t, b.Tap("pager/next"))
		}
	}
	b.Type(fyne.KeyF3)
	ear.Heard()
	pause("the tile", func() { do(t, b.Tap("voice/pause")) })
	ear.Endless()
	for range 40 {
		if f, ok := b.Canvas.Focused().(*widget.Button); ok && f.ID == "voice/pause" {
			break
		}
		test.FocusNext(b.Canvas)
	}
	ear.Heard()
	pause("Enter on the tile", func() { b.Pass(time.Second / 2); b.Type(fyne.KeyReturn) })
	b.App.SetVoice(kiosk.Voice{})
	if _, there := b.Find("strip/pause"); there {
		t.Error("a pause is offered where nothing is said")
	}
}

// Guards rate and volume by key, in the headset and on the loudspeaker, and that the
// next person finds what the office has set.
func TestRateAndVolumeByKeysAndAWipeForgetsThem(t *testing.T) {
	conform.Clause(t, "EN 301 549 5.1.3.11", "EN 301 549 5.1.3.12", "EN 301 549 5.1.3.13", "Section 508 402.3.2")
	for _, headset := range []bool{true, false} {
		b, ear := spoken(t, headset, screentest.Options{})
		do(t, b.Begin())
		for range 9 {
			b.Type(fyne.KeyF8)
		}
		has(t, ear.Last(), "Volumen 4 de 4")
		b.Type(fyne.KeyF7)
		b.Type(fyne.KeyF5)
		has(t, ear.Last(), "Velocidad 2 de 6")
		b.Type(fyne.KeyF6)
		b.Type(fyne.KeyF6)
		if v := b.App.Voice(); v != (kiosk.Voice{On: true, Rate: 1, Volume: kiosk.HighestVolume - 1}) {
			t.Errorf("the voice is %+v", v)
		}
		b.Type(fyne.KeyF3)
		heard := ear.Heard()
		if v := heard[len(heard)-1].Voice; v.Volume != kiosk.HighestVolume-1 || v.Rate != 1 {
			t.Errorf("it is said with %+v", v)
		}
		b.Pass(3 * time.Minute)
		if v := b.App.Voice(); v != (kiosk.Voice{}) || b.App.Page() != "welcome" {
			t.Errorf("the next person finds %+v on %s", v, b.App.Page())
		}
	}
}

// Guards "private data only to the headset or after an explicit yes", and that the
// yes ends with the headset and with the visit.
func TestPrivateWordsWaitForAHeadsetOrAYes(t *testing.T) {
	conform.Clause(t, "EN 301 549 5.1.3.9", "Section 508 405.1")
	b, ear := spoken(t, false, screentest.Options{})
	do(t, b.Residence(""))
	// The screen does not go blank because somebody listens.
	texts, _, _ := body(b)
	if !slices.ContainsFunc(texts, func(p paragraph) bool { return strings.Contains(p.text, "Persona de Ejemplo") }) {
		t.Errorf("with the voice on the page shows %v", texts)
	}
	ear.Heard()
	b.Type(fyne.KeyF3)
	heard := ear.Last()
	lacks(t, heard, "Persona de Ejemplo", "12345678", "Los Aromos")
	has(t, heard, "Revise sus respuestas", "conecte audífonos", "marque: leer mis datos en voz alta")
	do(t, b.Taps("strip/voice", "voice/aloud"))
	has(t, ear.Last(), "Leer mis datos en voz alta", "Otras personas pueden oír", "marcada")
	do(t, b.Taps("foot/back"))
	has(t, ear.Last(), "Persona de Ejemplo", "12345678", "Los Aromos")
	ear.Plug(true)
	b.Pass(time.Second)
	ear.Plug(false)
	b.Pass(time.Second)
	if b.App.Voice().Aloud || ear.Speaking() {
		t.Error("the yes outlives the headset")
	}
	ear.Heard()
	b.Type(fyne.KeyF3)
	lacks(t, ear.Last(), "Persona de Ejemplo")
	b.App.SetVoice(kiosk.Voice{On: true, Aloud: true})
	b.Pass(3 * time.Minute)
	if b.App.Voice().Aloud {
		t.Error("the yes outlives the visit")
	}
}

// Guards the masked entry: neither the echo nor the field says it, headset or not.
func TestAMaskedEntryIsNeverSaid(t *testing.T) {
	conform.Clause(t, "EN 301 549 5.1.3.8")
	for _, headset := range []bool{true, false} {
		b, ear := spoken(t, headset, screentest.Options{})
		do(t, b.Begin())
		do(t, b.Steps("strip/help", "help/desk"))
		ear.Heard()
		do(t, b.Write("2468"))
		for _, said := range ear.Heard() {
			if got := screentest.Words(said.Utterances); got != "un signo" {
				t.Errorf("headset %v: the echo is %q", headset, got)
			}
		}
		b.Type(fyne.KeyF3)
		heard := ear.Last()
		lacks(t, heard, "2468")
		has(t, heard, locales.In("es").Plural("voice.state.masked", 4))
	}
}

// Guards writing by ear: each sign is heard, and without a headset nobody else learns
// which.
func TestWritingIsEchoed(t *testing.T) {
	conform.Clause(t, "EN 301 549 5.1.3.1", "Section 508 405.1")
	b, ear := spoken(t, true, screentest.Options{})
	do(t, b.Residence("name"))
	field := b.Canvas.Focused()
	for _, step := range []struct {
		act  func()
		want string
	}{
		{func() { field.TypedRune('a') }, "a"},
		{func() { field.TypedRune('Ñ') }, "Ñ mayúscula"},
		{func() { field.TypedRune('.') }, "punto"},
		{func() { b.Type(fyne.KeyBackspace) }, "borrado: punto"},
		{func() { b.Type(fyne.KeyLeft) }, "Ñ mayúscula"},
		{func() { b.Type(fyne.KeyEnd) }, "fin"},
		{func() { b.Type(fyne.KeyF3) }, "dice: aÑ"},
	} {
		ear.Heard()
		step.act()
		has(t, ear.Last(), step.want)
	}
	// Without a headset the echo would tell everybody.
	ear.Plug(false)
	ear.Heard()
	field.TypedRune('z')
	if got := ear.Last(); got != "un signo" {
		t.Errorf("aloud, z is said as %q", got)
	}
}

// Guards states by ear: what is chosen or switched says so when it changes, and when
// somebody only comes by it.
func TestChoosingSaysTheNewState(t *testing.T) {
	conform.Clause(t, "EN 301 549 5.1.3.1", "EN 301 549 5.6.1", "WCAG 2.2 4.1.2")
	b, ear := spoken(t, true, screentest.Options{})
	do(t, b.Residence("purpose"))
	ear.Heard()
	do(t, b.Tap("choice/benefit"))
	has(t, ear.Last(), "Para pedir un subsidio o una beca", "elegida")
	do(t, b.Taps("strip/size"))
	has(t, ear.Last(), "Letra", "nivel 3 de 4")
}

// Guards errors: named, described, and said again for every try.
func TestAnErrorIsNamedAndDescribedAloud(t *testing.T) {
	conform.Clause(t, "EN 301 549 5.1.3.15", "WCAG 2.2 3.3.1", "WCAG 2.2 4.1.3")
	b, ear := spoken(t, true, screentest.Options{})
	do(t, b.Residence("name"))
	for range 2 {
		ear.Heard()
		do(t, b.Tap("foot/primary"))
		has(t, ear.Last(), "Revise: ¿Cuál es su nombre completo? Escriba")
	}
}

// Guards "receipt spoken": folio, code and state as often as one likes, and the state
// when it changes.
func TestTheReceiptIsHeardAndHeardAgain(t *testing.T) {
	conform.Clause(t, "EN 301 549 5.1.3.16", "Section 508 402.2.2")
	b, ear := spoken(t, true, screentest.Options{})
	do(t, b.Residence(""))
	do(t, b.Confirm())
	has(t, ear.Last(), "K 7 M, 4 0 2 9, 1 8 3 7, 4", "4 8 2, 9 1 3", locales.In("es").Text("state.saved"))
	for range 2 {
		do(t, b.Tap("done/listen"))
		has(t, ear.Last(), "Comprobante de solicitud", "K7M402918374", "482913", locales.In("es").Text("receipt.keep"))
	}
	b.Station.SetState(wire.StateAtHub)
	ear.Finish()
	b.Pass(time.Second)
	has(t, ear.Last(), locales.In("es").Text("state."+string(wire.StateAtHub)))
	// Whoever has no headset hears how to get one instead.
	ear.Plug(false)
	do(t, b.Tap("done/listen"))
	heard := ear.Last()
	has(t, heard, "conecte audífonos")
	lacks(t, heard, "K7M4029", "482913")
}

// Guards the ways in which the voice comes on: whoever does not see cannot look for
// a button.
func TestTheVoiceComesOnByHeadsetKeyAndButton(t *testing.T) {
	conform.Clause(t, "EN 301 549 5.1.3.1", "EN 301 549 5.2")
	silent := func(change func(*screentest.Station)) (*screentest.Bench, *screentest.Ear) {
		ear := &screentest.Ear{}
		return bench(t, screentest.Options{Ear: ear, Change: change}), ear
	}
	b, ear := silent(nil)
	do(t, b.Begin())
	b.Type(fyne.KeyTab)
	if len(ear.Heard()) > 0 {
		t.Error("it speaks without being asked")
	}
	b.Type(fyne.KeyF2)
	has(t, ear.Last(), "¿Qué necesita?")
	b.Type(fyne.KeyF2)
	if b.App.Voice().On || ear.Speaking() {
		t.Error("F2 does not switch it off")
	}
	do(t, b.Taps("strip/voice", "voice/on"))
	has(t, ear.Last(), "Cómo quiere oír esta pantalla")

	b, ear = silent(nil)
	ear.Plug(true)
	b.Pass(time.Second)
	has(t, ear.Last(), "Municipalidad de Prueba", "Español", "English")

	// Who looks at the first page finds it there, in words of each language, and hears
	// each word in its own.
	for _, keys := range []bool{false, true} {
		b, ear = silent(nil)
		if keys {
			for range 20 {
				if f, ok := b.Canvas.Focused().(*widget.Button); ok && f.ID == "welcome/voice" {
					break
				}
				test.FocusNext(b.Canvas)
			}
			b.Type(fyne.KeyReturn)
		} else {
			do(t, b.Tap("welcome/voice"))
		}
		has(t, ear.Last(), "Municipalidad de Prueba", "Español", "Kreyòl ayisyen")
		if !b.App.Voice().On || b.App.Page() != "welcome" {
			t.Errorf("keys %v: voice %+v on page %s", keys, b.App.Voice(), b.App.Page())
		}
	}
	b.Canvas.Unfocus()
	for range 5 {
		test.FocusNext(b.Canvas)
	}
	all := ear.Heard()
	for tag, word := range map[string]string{"es": "Escuchar", "en": "Listen", "pt": "Ouvir", "ht": "Koute"} {
		if !slices.Contains(all[len(all)-1].Utterances, kiosk.Utterance{Text: word, Language: tag}) {
			t.Errorf("%q is not said in %s: %v", word, tag, all[len(all)-1].Utterances)
		}
	}
	has(t, screentest.Words(all[len(all)-1].Utterances), "casilla", "marcada")
	do(t, b.Tap("welcome/voice"))
	if b.App.Voice().On || ear.Speaking() {
		t.Error("a second tap does not switch it off")
	}

	b, ear = silent(func(s *screentest.Station) { s.Settings.VoiceOnFirstKey = true })
	b.Type(fyne.KeyReturn)
	has(t, ear.Last(), "Municipalidad de Prueba")
	if b.App.Page() != "welcome" {
		t.Errorf("the key that asked for the voice led on to %s", b.App.Page())
	}
	b, ear = silent(func(s *screentest.Station) { s.Settings.VoiceOnFirstKey = true })
	do(t, b.Begin())
	b.Type(fyne.KeyReturn)
	if len(ear.Heard()) > 0 || b.App.Voice().On {
		t.Error("a key after a touch switches it on")
	}
}

// Guards whoever hears the first step of an answer: what the region is of is said
// with it.
func TestTheFirstStepOfAnAddressSaysTheQuestion(t *testing.T) {
	b, ear := spoken(t, true, screentest.Options{})
	do(t, b.Residence("address"))
	has(t, ear.Last(), "Primero, elija la región", "¿En qué dirección vive?")
}

// Guards that each language is offered in its own voice: nobody can choose what they
// do not understand.
func TestEachLanguageIsOfferedInItsOwnVoice(t *testing.T) {
	conform.Clause(t, "EN 301 549 5.1.3.14", "WCAG 2.2 3.1.2")
	b, ear := spoken(t, true, screentest.Options{})
	want := map[string]string{"es": "Español", "en": "English", "pt": "Português", "ht": "Kreyòl ayisyen"}
	b.Type(fyne.KeyF3)
	all := ear.Heard()
	for tag, name := range want {
		if !slices.ContainsFunc(all[len(all)-1].Utterances, func(u kiosk.Utterance) bool { return u.Language == tag && strings.HasPrefix(u.Text, name) }) {
			t.Errorf("%s is not said by itself in %s: %v", name, tag, all)
		}
	}
	// What a partial pack lacks is said in Spanish, without its marks.
	b, ear = spoken(t, true, screentest.Options{Language: "arn"})
	do(t, b.Begin())
	all = ear.Heard()
	for _, u := range all[len(all)-1].Utterances {
		if strings.ContainsAny(u.Text, "⟦⟧") {
			t.Errorf("a mark is said: %q", u.Text)
		}
		if strings.Contains(u.Text, "¿Qué necesita?") && u.Language != "es" {
			t.Errorf("%q is said in %s", u.Text, u.Language)
		}
	}
}

// Guards whoever listens to a long page: listening is not inactivity, and not for
// ever either.
func TestNobodyIsTimedOutWhoListens(t *testing.T) {
	conform.Clause(t, "WCAG 2.2 2.2.1")
	b, ear := spoken(t, true, screentest.Options{})
	ear.Endless()
	do(t, b.Begin())
	b.Pass(9 * time.Minute)
	if b.App.Page() != "home" {
		t.Errorf("while it spoke the page became %s", b.App.Page())
	}
	b.Pass(5 * time.Minute)
	if b.App.Page() != "welcome" || ear.Speaking() {
		t.Errorf("a voice that speaks to nobody: page %s, speaking %v", b.App.Page(), ear.Speaking())
	}
}

// Guards whoever does not see the seconds of the warning go.
func TestTheWarningCountsAloud(t *testing.T) {
	conform.Clause(t, "WCAG 2.2 4.1.3")
	b, ear := spoken(t, true, screentest.Options{})
	do(t, b.Begin())
	b.Pass(60 * time.Second)
	has(t, ear.Last(), locales.In("es").Text("warning.title"), "20")
	b.Pass(9 * time.Second)
	if got := ear.Heard(); len(got) > 0 {
		t.Errorf("between the counts %v is said", got)
	}
	b.Pass(time.Second)
	has(t, ear.Last(), "10")
	b.Pass(5 * time.Second)
	has(t, ear.Last(), "5")
}

// Guards the truth of the strip for whoever does not see it.
func TestTheLinksStateIsSaidWhenItChanges(t *testing.T) {
	conform.Clause(t, "WCAG 2.2 4.1.3")
	b, ear := spoken(t, true, screentest.Options{})
	do(t, b.Begin())
	has(t, ear.Last(), locales.In("es").Text("link.down"))
	b.Station.SetStatus(kiosk.Status{Link: kiosk.LinkUp, Unsent: 1})
	ear.Endless()
	b.Type(fyne.KeyF3)
	ear.Heard()
	b.App.Refresh()
	if got := ear.Heard(); len(got) > 0 {
		t.Errorf("it interrupts with %v", got)
	}
	ear.Finish()
	b.App.Refresh()
	has(t, ear.Last(), locales.In("es").Text("link.up"), "1 por enviar")
}

// Guards whoever has no keyboard: what its keys do for the voice, the page does too, each
// change is said at once, and "again" leads back to the page that is to be heard.
func TestTheVoicePageDoesItAll(t *testing.T) {
	b, ear := spoken(t, true, screentest.Options{Keys: true})
	do(t, b.Begin())
	do(t, b.Tap("strip/voice"))
	do(t, b.Tap("voice/faster"))
	has(t, ear.Last(), "Velocidad 4 de 6")
	do(t, b.Tap("voice/louder"))
	has(t, ear.Last(), "Volumen 3 de 4")
	do(t, b.Tap("voice/steady"))
	has(t, ear.Last(), "marcada")
	do(t, b.Tap("voice/keys"))
	has(t, ear.Last(), "Las teclas", "Las flechas o Tab", "F2")
	do(t, b.Tap("foot/back"))
	do(t, b.Tap("voice/again"))
	if b.App.Page() != "home" {
		t.Errorf("the page is %s", b.App.Page())
	}
	has(t, ear.Last(), "¿Qué necesita?")
}

// Guards the wipe of what was said: the voice must not keep what the page forgot.
// The control is the same search before the wipe, which finds it. Two things write over
// it, the wipe and the welcome page that is read next: with the first taken out alone
// this still passes.
func TestAWipeForgetsWhatWasSaid(t *testing.T) {
	b, ear := spoken(t, true, screentest.Options{})
	do(t, b.Residence("name"))
	do(t, b.Write(canary))
	do(t, b.Taps("foot/primary", "foot/back"))
	ear.Heard()
	if !holds(b.App, canary) {
		t.Fatal("the search does not find what is there")
	}
	b.Pass(3 * time.Minute)
	ear.Heard() // what was heard is the ear's
	if b.App.Page() != "welcome" || holds(b.App, canary) {
		t.Errorf("page %s, and the canary can still be reached", b.App.Page())
	}
}

// Guards whoever writes and does not see the list under the field grow shorter.
func TestWhatIsFoundIsCountedAloud(t *testing.T) {
	conform.Clause(t, "WCAG 2.2 4.1.3")
	b, ear := spoken(t, true, screentest.Options{})
	do(t, b.Begin())
	do(t, b.Steps("search", "=agua"))
	has(t, ear.Last(), "resultado")
}
