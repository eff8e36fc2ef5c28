package station

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"chasqui/sync/client"
)

func exposition(registry *prometheus.Registry) (string, error) {
	recorder := httptest.NewRecorder()
	promhttp.HandlerFor(registry, promhttp.HandlerOpts{}).ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	return recorder.Body.String(), nil
}

const goodSettings = "name: Municipalidad de Prueba\nregion: \"13\"\ncomuna: \"13101\"\n"

func TestSettingsNameTheFieldThatIsWrong(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{"good", goodSettings, ""},
		{"no name", "region: \"13\"\ncomuna: \"13101\"\n", "name:"},
		{"a comuna of another region", "name: X\nregion: \"05\"\ncomuna: \"13101\"\n", "comuna:"},
		{"a number for a code", "name: X\nregion: 13\ncomuna: 13\n", "comuna:"},
		{"an unknown zone", goodSettings + "time_zone: Chile/Central\n", "time_zone:"},
		{"a screen in centimetres", goodSettings + "screen_width_mm: 34.5\n", "screen_width_mm:"},
		{"a short count-down", goodSettings + "idle_count_seconds: 5\n", "idle_count_seconds:"},
		{"a language that is not offered", goodSettings + "language: pt\nlanguages: [es, en]\n", "language:"},
		{"a language twice", goodSettings + "languages: [es, en, es]\n", "languages: \"es\" stands twice"},
		{"no language", goodSettings + "languages: []\n", "languages:"},
		{"a voice", goodSettings + "voice: {device: \"plughw:CARD=PCH,DEV=0\", headset: {card: AudioNav}, on_first_key: false, rate: 140}\n", ""},
		{"a voice that is off", goodSettings + "voice: {off: true}\n", ""},
		{"a headset that is noticed in two ways", goodSettings + "voice: {headset: {card: AudioNav, always: true}}\n", "voice.headset: write one of"},
		{"a headset that is never noticed", goodSettings + "voice: {headset: {device: headphones}}\n", "voice.headset: say how"},
		{"a card by its number", goodSettings + "voice: {headset: {card: card1}}\n", "voice.headset.card:"},
		{"a card outside", goodSettings + "voice: {headset: {card: ../../etc}}\n", "voice.headset.card:"},
		{"a switch that is none", goodSettings + "voice: {headset: {switch: /dev/snd/controlC0}}\n", "voice.headset.switch:"},
		{"a device with an option", goodSettings + "voice: {device: \"-D hw:0\"}\n", "voice.device:"},
		{"a headset's device with a blank", goodSettings + "voice: {headset: {always: true, device: \"a b\"}}\n", "voice.headset.device:"},
		{"a rate that nobody follows", goodSettings + "voice: {rate: 400}\n", "voice.rate:"},
		{"a voice misspelt", goodSettings + "voice: {of: true}\n", "of"},
		{"an unknown field", goodSettings + "screen_widht_mm: 345\n", "screen_widht_mm"},
		{"not YAML", "name: [x", "not a settings file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), SettingsFile)
			if err := os.WriteFile(path, []byte(c.file), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := LoadSettings(path)
			switch {
			case c.want == "" && err != nil:
				t.Error(err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path)):
				t.Errorf("error %v, want one that names %s and %q", err, path, c.want)
			}
		})
	}
}

// Guards the operator's switch: a language that nobody knows is named, rather than
// being a button that is not there.
func TestALanguageThatNobodyKnowsIsNamed(t *testing.T) {
	s, err := ParseSettings([]byte(goodSettings + "languages: [es, arn, xx]\n"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.CheckLanguages([]string{"es", "arn", "xx"}); err != nil {
		t.Error(err)
	}
	if err := s.CheckLanguages([]string{"es", "arn"}); err == nil || !strings.Contains(err.Error(), `languages: "xx" is none of es, arn`) {
		t.Errorf("%v", err)
	}
}

// Guards the office's choice: what it leaves out is the default, and what it
// switches off does not come on by itself.
func TestTheVoiceComesOnWithTheFirstKeyUnlessItIsSwitchedOff(t *testing.T) {
	for settings, want := range map[string]bool{
		"": true, "voice: {rate: 140}\n": true, "voice: {on_first_key: true}\n": true, "voice: {on_first_key: false}\n": false, "voice: {off: true}\n": false,
	} {
		s, err := ParseSettings([]byte(goodSettings + settings))
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Office(client.Identity{}, "").VoiceOnFirstKey; got != want {
			t.Errorf("%q: %v, want %v", settings, got, want)
		}
		if s.Voice.Rate != usualRate && settings != "voice: {rate: 140}\n" {
			t.Errorf("%q: the rate is %d", settings, s.Voice.Rate)
		}
	}
}

func FuzzParseSettings(f *testing.F) {
	f.Add([]byte(goodSettings))
	f.Add([]byte("name: [x"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if s, err := ParseSettings(b); err == nil && s.check() != nil {
			t.Error("settings were taken that do not pass their own check")
		}
	})
}

func TestAClockBelowItsFloorIsNotTrusted(t *testing.T) {
	floor := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	now := floor.Add(time.Hour)
	clock, err := NewClock(func() time.Time { return now }, strings.NewReader("12345678"), floor)
	if err != nil {
		t.Fatal(err)
	}
	if !clock.Stamp().Trusted {
		t.Error("an hour after the floor is not trusted")
	}
	now = time.Unix(0, 0)
	if clock.Stamp().Trusted {
		t.Error("1970 is trusted")
	}
	now = floor.Add(30 * 24 * time.Hour)
	clock.Heard(now.Add(30 * 24 * time.Hour))
	if clock.Stamp().Trusted {
		t.Error("a month before the hub's time is trusted")
	}
}
