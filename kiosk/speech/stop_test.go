package speech

import (
	"flag"
	"slices"
	"testing"
	"time"

	"chasqui/internal/conform"
	"chasqui/kiosk"
	"chasqui/kiosk/speech/speechtest"
)

// full measures at length: go test ./kiosk/speech -full
var full = flag.Bool("full", false, "measure how long Stop takes 500 times instead of 25")

// Guards that speech ends at once when somebody acts, each time and not mostly. The
// verdict goes by what the player took after Stop, which no busy machine can spoil;
// the times are told, and the bench states them.
func TestSpeechStopsWithinATenthOfASecond(t *testing.T) {
	needs(t, speechtest.Synthesiser)
	conform.Clause(t, "EN 301 549 5.1.3.4")
	stage := speechtest.NewStage(t, speechtest.Player)
	s := start(t, Config{Voices: voices})
	n := 25
	if *full {
		n = 500
	}
	all, err := speechtest.MeasureStop(s, stage, kiosk.Utterance{Text: long, Language: "es"}, n)
	if err != nil {
		t.Fatal(err)
	}
	var times []time.Duration
	for i, stopped := range all {
		times = append(times, stopped.Took)
		if stopped.After > speechtest.Patience {
			t.Errorf("time %d: %v were played after Stop", i+1, stopped.After)
		}
	}
	slices.Sort(times)
	t.Logf("until the player was gone: median %v, the longest %v of %d", times[len(times)/2], times[len(times)-1], len(times))
	if longest := times[len(times)-1]; longest > 5*time.Second {
		t.Errorf("a player was there %v after Stop", longest)
	}
}
