package speech

import (
	"os"
	"os/exec"
	"testing"

	"chasqui/kiosk"
	"chasqui/kiosk/speech/speechtest"
)

func TestMain(m *testing.M) {
	speechtest.Act()
	os.Exit(m.Run())
}

// voices are those of the four complete languages.
var voices = map[string]string{"es": "es-419", "en": "en", "pt": "pt-br", "ht": "ht"}

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

func TestASpeakerWithAPlayedVoiceKeepsTheContract(t *testing.T) {
	speechtest.Contract(t, speechtest.Voice{
		Programs: []string{speechtest.Synthesiser, speechtest.Player}, New: maker(Config{Voices: voices}),
		Language: "es", Texts: [3]string{"Primero.", "El segundo es otro.", "Y el tercero."}, Long: long,
	})
}

func TestASpeakerWithEspeakKeepsTheContract(t *testing.T) {
	needs(t, speechtest.Synthesiser)
	speechtest.Contract(t, speechtest.Voice{
		Programs: []string{speechtest.Player}, New: maker(Config{Voices: voices}),
		Language: "es", Texts: [3]string{"Primero.", "El segundo es otro.", "Y el tercero."}, Long: long,
	})
}
