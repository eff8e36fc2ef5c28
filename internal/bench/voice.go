package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"chasqui/kiosk"
	"chasqui/kiosk/speech"
	"chasqui/kiosk/speech/speechtest"
)

const (
	// stops is how often a voice is stopped, and a sleeping child killed.
	stops = 100
	// batch is how many of either are done in turn.
	batch = 10
	// stopGoal is how long a voice may take to end.
	stopGoal = speechtest.Patience
)

// sentence takes some seconds to say.
const sentence = "La municipalidad entrega este certificado sin costo. Traiga su cédula de identidad y un comprobante de su domicilio."

// voiceTable stops the kiosk's voice in the middle of a sentence, again and again, and
// measures how long it takes until its player is dead. espeak-ng makes the sound; the
// player is a played one, which takes samples at the pace at which one would hear them
// and so needs no sound card.
func voiceTable(ctx context.Context) (string, error) {
	if _, err := exec.LookPath(speechtest.Synthesiser); err != nil {
		return "", fmt.Errorf("%w; run scripts/packages.sh build", err)
	}
	dir, err := os.MkdirTemp("", "chasqui-bench-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := os.Getenv("PATH")
	defer func() { _ = os.Setenv("PATH", path) }()
	stage, err := speechtest.Open(dir, speechtest.Player)
	if err != nil {
		return "", err
	}
	speaker, err := speech.New(speech.Config{Voices: map[string]string{"es": "es-419"}})
	if err != nil {
		return "", err
	}
	defer speaker.Close()

	var took, after, killed, ratios []float64
	for len(took) < stops {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		ours, err := speechtest.MeasureStop(speaker, stage, kiosk.Utterance{Text: sentence, Language: "es"}, batch)
		if err != nil {
			return "", err
		}
		base, err := speechtest.MeasureKill(batch)
		if err != nil {
			return "", fmt.Errorf("baseline: %w", err)
		}
		for i := range batch {
			took, after, killed = append(took, milliseconds(ours[i].Took)), append(after, milliseconds(ours[i].After)), append(killed, milliseconds(base[i]))
		}
		from := len(took) - batch
		ratios = append(ratios, median(took[from:])/median(killed[from:]))
		say("%d stops: median %.2f ms, a sleeping child %.2f ms", len(took), median(took), median(killed))
	}
	return renderVoice(took, after, killed, ratios), nil
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func renderVoice(took, after, killed, ratios []float64) string {
	goal := fmt.Sprintf("at most %d ms", stopGoal.Milliseconds())
	var b strings.Builder
	fmt.Fprintf(&b, "%d of each, %d in turn.\n\n| what | median | 99th percentile | goal |\n|---|---|---|---|\n", len(took), batch)
	for _, r := range []struct {
		what  string
		times []float64
		goal  string
	}{
		{"from Stop until the player is dead", took, goal},
		{"sound that the player took after Stop", after, goal},
		{"baseline: a sleeping child, from its kill until it is dead", killed, ""},
	} {
		fmt.Fprintf(&b, "| %s | %.2f ms | %.2f ms | %s |\n", r.what, median(r.times), percentile(r.times, 99), r.goal)
	}
	fmt.Fprintf(&b, "| ratio of the first to the baseline | %.1f | %.1f | |\n", median(ratios), percentile(took, 99)/percentile(killed, 99))
	return b.String()
}
