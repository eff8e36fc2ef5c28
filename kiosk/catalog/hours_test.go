package catalog

import (
	"strings"
	"testing"
	"time"

	"chasqui/kiosk"
)

func TestHoursForAComputer(t *testing.T) {
	c, err := Load(sound(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	s, _ := c.Find("ayuda")
	counter := s.In("en").Channels[1]
	if len(counter.Open) != 2 || counter.Open[0].From != 510 || counter.Open[0].To != 840 || len(counter.Open[0].Days) != 4 ||
		counter.Open[1].Days[0] != time.Friday {
		t.Errorf("open %+v", counter.Open)
	}
	if kiosk := s.In("es").Channels[0]; kiosk.Open != nil {
		t.Errorf("hours that nobody wrote: %v", kiosk.Open)
	}
}

// A town's own hours replace the shared ones; where it says its hours in words
// only, the shared ones for a computer are known to be wrong and are dropped.
func TestATownsOwnHours(t *testing.T) {
	for _, row := range []struct {
		name  string
		files map[string]string
		want  int // ranges at the counter
		err   string
	}{
		{"none of its own", map[string]string{}, 2, ""},
		{"its own", map[string]string{"ayuda/local.yaml": "open:\n  counter:\n    - {days: [sat], from: \"09:00\", to: \"13:00\"}\n"}, 1, ""},
		{"in words only", map[string]string{"ayuda/es.yaml": "channel.counter.hours: \"De 9 a 13.\"\n"}, 0, ""},
		{"in words and for a computer", map[string]string{
			"ayuda/es.yaml":    "channel.counter.hours: \"Sábado de 9 a 13.\"\n",
			"ayuda/local.yaml": "open: {counter: [{days: [sat], from: \"09:00\", to: \"13:00\"}]}\n"}, 1, ""},
		{"closed altogether", map[string]string{"ayuda/local.yaml": "open: {counter: []}\n"}, 0, ""},
		{"that end before they start", map[string]string{"ayuda/local.yaml": "open:\n  counter:\n    - {days: [sat], from: \"19:00\", to: \"13:00\"}\n"}, 0, "ayuda/local.yaml:3"},
		{"of a channel that is not there", map[string]string{"ayuda/local.yaml": "open: {mail: []}\n"}, 0, "ayuda/local.yaml:1"},
		{"and something else", map[string]string{"ayuda/local.yaml": "unit: otra\n"}, 0, "ayuda/local.yaml:1"},
	} {
		t.Run(row.name, func(t *testing.T) {
			c, err := Load(sound(t), overlay(row.files))
			if row.err != "" {
				if err == nil || !strings.Contains(err.Error(), row.err) {
					t.Errorf("%v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			s, _ := c.Find("ayuda")
			if got := s.In("es").Channels[1].Open; len(got) != row.want {
				t.Errorf("open %+v", got)
			}
		})
	}
}

func TestWhatIsNeededNowIsTold(t *testing.T) {
	c, err := Load(sound(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	s, _ := c.Find("ayuda")
	var shown kiosk.Service = s.In("es")
	if len(shown.Documents) != 2 || len(shown.AtHand) != 1 || shown.AtHand[0] != "Su cédula, si tiene." {
		t.Errorf("documents %q, at hand %q", shown.Documents, shown.AtHand)
	}
	if got := strings.Join(shown.Keywords, "|"); got != "plata|caja de comida|apoyo" {
		t.Errorf("keywords %q", got)
	}
}
