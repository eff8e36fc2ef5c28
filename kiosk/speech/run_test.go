package speech

import (
	"strings"
	"testing"

	"chasqui/kiosk"
	"chasqui/kiosk/speech/speechtest"
)

// idle waits until a speaker has nothing more to say.
func idle(t *testing.T, s *Speaker) {
	t.Helper()
	speechtest.Until(t, "all was said", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.run == nil && s.next == nil
	})
}

// Guards against gaps in which a person waits for a synthesiser, and against a
// synthesiser that runs far ahead of what is heard.
func TestTheNextWordsAreMadeWhileTheseAreHeard(t *testing.T) {
	stage := speechtest.NewStage(t, speechtest.Synthesiser, speechtest.Player)
	stage.Pace(1)
	s := start(t, Config{Voices: voices})
	s.Say(kiosk.Voice{On: true}, spanish(long, "Segundo.", "Tercero.", "Cuarto.")...)
	// On a busy machine the player may be the last of the three to get going.
	speechtest.Until(t, "the second is made, its synthesiser gone, and the first begun", func() bool {
		return len(stage.Started(speechtest.Synthesiser)) == 2 && len(speechtest.Children()) == 1 && len(stage.Heard()) > 0
	})
	if h := stage.Heard(); len(h) != 1 || h[0].Ended {
		t.Errorf("%d sounds when the second was made", len(h))
	}
	stage.Pace(8)
	speechtest.Until(t, "all was said", func() bool {
		made, h := len(stage.Started(speechtest.Synthesiser)), stage.Heard()
		if made > 2 && !h[0].Ended {
			t.Fatalf("%d synthesisers were started while the first utterance is heard", made)
		}
		return len(h) == 4 && h[3].Ended
	})
	if said := strings.Join(stage.Said(), "|"); said != long+"|Segundo.|Tercero.|Cuarto." {
		t.Errorf("said %q", said)
	}
}

// Guards that Debian's own aplay takes what it is told: a device that is always
// there plays it, and one that is not is told in aplay's words.
func TestTheSystemsPlayerTakesIt(t *testing.T) {
	needs(t, speechtest.Synthesiser)
	needs(t, speechtest.Player)
	for device, want := range map[string]kiosk.VoiceState{"null": kiosk.VoiceReady, "nosuchcard": kiosk.VoiceFault} {
		s := start(t, Config{Voices: voices, Device: device})
		for _, p := range []*programme{s.player, s.synth} {
			p.words = "nothing was heard of it" // until it has worked
		}
		s.Say(kiosk.Voice{On: true}, spanish("Buenos días.")...)
		idle(t, s)
		state, words := s.State()
		if state != want || want == kiosk.VoiceFault && !strings.Contains(words, "aplay: main") {
			t.Errorf("on %s the voice is %s: %q", device, state, words)
		}
	}
}
