package speech

import (
	"math"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"chasqui/internal/conform"
	"chasqui/kiosk"
	"chasqui/kiosk/speech/speechtest"
)

func TestMain(m *testing.M) {
	speechtest.Act()
	os.Exit(m.Run())
}

// voices are those of the four complete languages.
var voices = map[string]string{"es": "es-419", "en": "en-us", "pt": "pt-br", "ht": "ht"}

// start makes a speaker for the rest of a test.
func start(t *testing.T, cfg Config) *Speaker {
	t.Helper()
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func maker(cfg Config) func(t *testing.T) kiosk.Speaker {
	return func(t *testing.T) kiosk.Speaker { return start(t, cfg) }
}

// long takes several seconds to say.
const long = "La municipalidad entrega este certificado sin costo. Traiga su cédula de identidad y un comprobante de su domicilio."

// needs skips a test where a program is not installed.
func needs(t *testing.T, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Skipf("%v; scripts/packages.sh build installs it", err)
	}
}

// Guards what every page relies on, with a voice in whose sound the words can be
// read.
func TestASpeakerWithAPlayedVoiceKeepsTheContract(t *testing.T) {
	speechtest.Contract(t, speechtest.Voice{
		Programs: []string{speechtest.Synthesiser, speechtest.Player}, New: maker(Config{Voices: voices}),
		Language: "es", Texts: [3]string{"Primero.", "El segundo es otro.", "Y el tercero."}, Long: long,
	})
}

// The same with the voice that is heard in an office: its volume goes over 18 dB
// with steps 12 dB above the lowest and the default, and none is clipped.
func TestASpeakerWithEspeakKeepsTheContract(t *testing.T) {
	needs(t, speechtest.Synthesiser)
	conform.Clause(t, "EN 301 549 8.2.1.1", "EN 301 549 8.2.1.2", "EN 301 549 5.1.3.9", "EN 301 549 5.1.3.12", "Section 508 402.3.2")
	speechtest.Contract(t, speechtest.Voice{
		Programs: []string{speechtest.Player}, New: maker(Config{Voices: voices}),
		Language: "es", Texts: [3]string{"Primero.", "El segundo es otro.", "Y el tercero."}, Long: long,
	})
}

// greetings are what each complete language is tried with.
var greetings = map[string]string{
	"es": "Bienvenida. ¿Qué necesita hoy?", "en": "Welcome. What do you need today?",
	"pt": "Boas-vindas. De que você precisa hoje?", "ht": "Byenveni. Kisa ou bezwen jodi a?",
}

// heard says utterances and returns their sounds.
func heard(t *testing.T, stage *speechtest.Stage, s *Speaker, v kiosk.Voice, all ...kiosk.Utterance) []speechtest.Sound {
	t.Helper()
	stage.Clear()
	s.Say(v, all...)
	speechtest.Until(t, "all was said", func() bool {
		n := 0
		for _, sound := range stage.Heard() {
			if sound.Ended {
				n++
			}
		}
		return n == len(all) && len(speechtest.Children()) == 0
	})
	return stage.Heard()
}

// Guards that no complete language is silent, in the voice of another, or at a
// loudness of its own; and that each can be made slower and faster.
func TestEveryCompleteLanguageIsSpoken(t *testing.T) {
	needs(t, speechtest.Synthesiser)
	conform.Clause(t, "EN 301 549 5.1.3.14")
	stage := speechtest.NewStage(t, speechtest.Player)
	s := start(t, Config{Voices: voices})
	for _, tag := range []string{"es", "en", "pt", "ht"} {
		if !s.Speaks(tag) {
			t.Errorf("%s has no voice", tag)
			continue
		}
		before := time.Duration(0)
		for rate := kiosk.FastestRate; rate >= kiosk.SlowestRate; rate-- {
			sound := heard(t, stage, s, kiosk.Voice{On: true, Rate: rate, Volume: kiosk.HighestVolume}, kiosk.Utterance{Text: greetings[tag], Language: tag})[0]
			if sound.Duration() <= before {
				t.Errorf("%s at rate %d takes %v, at the next faster one %v", tag, rate, sound.Duration(), before)
			}
			before = sound.Duration()
			if level := sound.Level(); level < -30 || level > -14 {
				t.Errorf("%s at rate %d: its level is %.1f dB", tag, rate, level)
			}
		}
	}
	// The voices differ: the same words in another's mouth are another sound.
	same := kiosk.Utterance{Text: "Continuar", Language: "es"}
	other := kiosk.Utterance{Text: "Continuar", Language: "en"}
	both := heard(t, stage, s, kiosk.Voice{On: true}, same, other)
	if slices.Equal(both[0].Samples, both[1].Samples) {
		t.Error("Spanish is said by the English voice")
	}
}

// Guards that the voice of one visit is not that of the next: a speaker keeps
// nothing of how it was asked to speak.
func TestTheNextIsSaidAsTheOfficeHasIt(t *testing.T) {
	conform.Clause(t, "EN 301 549 5.1.3.13")
	stage := speechtest.NewStage(t, speechtest.Synthesiser, speechtest.Player)
	s := start(t, Config{Voices: voices, Rate: 150})
	u := kiosk.Utterance{Text: "Bienvenida.", Language: "es"}
	usual := heard(t, stage, s, kiosk.Voice{On: true}, u)[0]
	changed := heard(t, stage, s, kiosk.Voice{On: true, Rate: 2, Volume: kiosk.HighestVolume}, u)[0]
	again := heard(t, stage, s, kiosk.Voice{On: true}, u)[0]
	if math.Abs(again.Level()-usual.Level()) > 0.01 || math.Abs(changed.Level()-usual.Level()-12) > 0.1 {
		t.Errorf("levels %.2f, louder %.2f, then %.2f dB", usual.Level(), changed.Level(), again.Level())
	}
	for i, sound := range []speechtest.Sound{usual, changed, again} {
		w, ok := sound.Words()
		if want := []int{150, 216, 150}[i]; !ok || w.Speed != want || w.Voice != "es-419" || w.Text != u.Text {
			t.Errorf("said %+v, want %d words a minute", w, want)
		}
	}
}

// Guards that no word stands where every user of the box can read it, nor stays in
// memory when it has been said or was stopped.
func TestNoWordIsKept(t *testing.T) {
	stage := speechtest.NewStage(t, speechtest.Synthesiser, speechtest.Player)
	s := start(t, Config{Voices: voices})
	for _, stopped := range []bool{false, true} {
		var gone atomic.Bool
		u := func() kiosk.Utterance {
			b := append([]byte(nil), strings.Repeat("doce millones. ", 20)...)
			runtime.AddCleanup(&b[0], func(*atomic.Bool) { gone.Store(true) }, nil)
			return kiosk.Utterance{Text: unsafe.String(&b[0], len(b)), Language: "es"}
		}
		stage.Pace(0)
		if !stopped {
			heard(t, stage, s, kiosk.Voice{On: true}, u(), kiosk.Utterance{Text: "Otra.", Language: "es"})
		} else {
			stage.Pace(1)
			stage.Clear()
			s.Say(kiosk.Voice{On: true}, u(), u())
			speechtest.Until(t, "it is heard", func() bool { return len(stage.Heard()) > 0 })
			s.Stop()
		}
		speechtest.Until(t, "the words were forgotten", func() bool {
			runtime.GC()
			return gone.Load()
		})
	}
	for _, args := range append(stage.Started(speechtest.Synthesiser), stage.Started(speechtest.Player)...) {
		if strings.Contains(strings.Join(args, " "), "millones") {
			t.Errorf("words stand in the arguments %q", args)
		}
	}
}

// Guards against words that espeak-ng would take for commands or for phonemes, against
// signs that nobody hears, and against more at once than a pipe holds.
func TestTextIsPlainToTheSynthesiser(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"words", " Su número,  por favor. ", "Su número, por favor."},
		{"a command", "uno\x01200S dos", "uno 200S dos"},
		{"phonemes", "uno [[h@lo]] dos", "uno h@lo dos"},
		{"marks of another language", "⟦Continuar⟧", "Continuar"},
		{"lines", "Título\n\n  Texto\r\n", "Título\n\nTexto"},
		{"what is not seen", "cer\u00adtificado\u200b", "certificado"},
		{"nothing", " \x00\n", ""},
		{"broken letters", "a\xffb", "a b"},
	} {
		if got := plain(c.text); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if n := len(plain(strings.Repeat("ñandú ", 20000))); n > mostText {
		t.Errorf("%d bytes are given at once", n)
	}
}
