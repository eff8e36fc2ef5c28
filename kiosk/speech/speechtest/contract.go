package speechtest

import (
	"math"
	"slices"
	"testing"
	"time"

	"chasqui/kiosk"
)

// Voice is a speaker that the contract is held to.
type Voice struct {
	// Programs are the ones that are played; the player must be among them.
	Programs []string
	// New makes the speaker, without a headset, for the rest of a test.
	New func(t *testing.T) kiosk.Speaker
	// Language is one that it speaks.
	Language string
	// Texts are three different texts that it can say; Long is one that takes at
	// least three seconds.
	Texts [3]string
	Long  string
}

// Patience is how much may still be heard after Stop.
const Patience = 100 * time.Millisecond

// Contract holds a speaker with a voice to what [kiosk.Speaker] promises.
func Contract(t *testing.T, v Voice) {
	for _, c := range []struct {
		name string
		test func(b bench)
	}{
		{"says everything in order", bench.order},
		{"stops, and is silent", bench.stop},
		{"says something else in its place", bench.replace},
		{"is held, and goes on without losing a word", bench.pause},
		{"is louder and quieter by 6 dB", bench.volume},
		{"keeps private words to the headset", bench.private},
		{"says what it can of what it is given", bench.unknown},
		{"never piles up", bench.hurry},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := bench{Voice: v, t: t, stage: NewStage(t, v.Programs...)}
			b.stage.Pace(0)
			b.speaker = v.New(t)
			c.test(b)
			b.speaker.Stop()
			b.quiet()
		})
	}
}

// bench is a speaker on a stage.
type bench struct {
	Voice
	t       *testing.T
	stage   *Stage
	speaker kiosk.Speaker
}

func (b bench) utterance(text string) kiosk.Utterance {
	return kiosk.Utterance{Text: text, Language: b.Language}
}

func (b bench) say(texts ...string) {
	var all []kiosk.Utterance
	for _, text := range texts {
		all = append(all, b.utterance(text))
	}
	b.speaker.Say(kiosk.Voice{On: true}, all...)
}

// quiet waits until no child is left, dead or alive.
func (b bench) quiet() {
	b.t.Helper()
	Until(b.t, "no child was left", func() bool { return len(Children()) == 0 })
}

// ended waits until so many sounds have ended and no child is left, and returns all
// sounds.
func (b bench) ended(n int) []Sound {
	b.t.Helper()
	Until(b.t, "all was said", func() bool {
		ended := 0
		for _, s := range b.stage.Heard() {
			if s.Ended {
				ended++
			}
		}
		return ended >= n
	})
	b.quiet()
	return b.stage.Heard()
}

// alone says one text and returns its sound.
func (b bench) alone(text string) Sound {
	b.t.Helper()
	b.stage.Clear()
	b.say(text)
	heard := b.ended(1)
	if len(heard) != 1 || len(heard[0].Samples) < Rate/10 || heard[0].Level() < -60 {
		b.t.Fatalf("%q alone made %d sounds, the first of %v at %.0f dB", text, len(heard), heard[0].Duration(), heard[0].Level())
	}
	b.stage.Clear()
	return heard[0]
}

// playing waits until a sound is heard, and returns it. It is played at the pace at
// which one hears it.
func (b bench) playing(n int) Sound {
	b.t.Helper()
	var sound Sound
	Until(b.t, "a sound is heard", func() bool {
		heard := b.stage.Heard()
		if len(heard) < n {
			return false
		}
		sound = heard[n-1]
		return len(sound.Samples) >= Rate/50
	})
	return sound
}

// Guards against a speaker that leaves words out, or says them one over the other.
func (b bench) order() {
	var alone [3]Sound
	for i, text := range b.Texts {
		alone[i] = b.alone(text)
	}
	b.say(b.Texts[:]...)
	heard := b.ended(3)
	if len(heard) != 3 {
		b.t.Fatalf("%d sounds for three utterances", len(heard))
	}
	for i, sound := range heard {
		if !slices.Equal(sound.Samples, alone[i].Samples) {
			b.t.Errorf("utterance %d sounds otherwise than alone: %v, alone %v", i+1, sound.Duration(), alone[i].Duration())
		}
	}
}

// Guards that speech ends when somebody acts.
func (b bench) stop() {
	b.speaker.Stop() // nothing to stop
	if b.speaker.Speaking() {
		b.t.Error("speaks before anything is to be said")
	}
	b.stage.Pace(1)
	b.say(b.Long, b.Texts[0])
	b.playing(1)
	if !b.speaker.Speaking() {
		b.t.Error("does not know that it speaks")
	}
	b.speaker.Stop()
	if b.speaker.Speaking() {
		b.t.Error("speaks after Stop")
	}
	at := b.stage.Heard()[0]
	b.quiet()
	heard := b.stage.Heard()
	if len(heard) != 1 || heard[0].Ended {
		b.t.Fatalf("after Stop %d sounds, the first ended %v", len(heard), heard[0].Ended)
	}
	if after := heard[0].Duration() - at.Duration(); after > Patience {
		b.t.Errorf("%v were heard after Stop", after)
	}
	b.speaker.Stop()
	b.stage.Pace(0)
	b.alone(b.Texts[1])
}

// Guards that what is said is about what is shown now.
func (b bench) replace() {
	want := b.alone(b.Texts[2])
	b.stage.Pace(1)
	b.say(b.Long, b.Texts[0])
	b.playing(1)
	b.say(b.Texts[2])
	b.stage.Pace(0)
	heard := b.ended(1)
	if len(heard) != 2 || heard[0].Ended || !slices.Equal(heard[1].Samples, want.Samples) {
		b.t.Errorf("%d sounds, the first ended %v, the last %v long, want %v", len(heard), heard[0].Ended, heard[len(heard)-1].Duration(), want.Duration())
	}
}

// Guards that a pause loses no word, and that none is kept for what comes later.
func (b bench) pause() {
	want := b.alone(b.Long)
	b.speaker.Pause(true) // nothing to hold
	b.stage.Pace(1)
	b.say(b.Long, b.Texts[0])
	sound := b.playing(1)
	b.speaker.Pause(true)
	b.speaker.Pause(true)
	Until(b.t, "the player is held", func() bool { return held(sound.PID) })
	before := len(b.stage.Heard()[0].Samples)
	b.speaker.Pause(false)
	Until(b.t, "it goes on", func() bool { return len(b.stage.Heard()[0].Samples) > before })
	b.stage.Pace(0)
	heard := b.ended(2)
	if len(heard) != 2 || !slices.Equal(heard[0].Samples, want.Samples) {
		b.t.Errorf("%d sounds; the one that was held has %v, want %v", len(heard), heard[0].Duration(), want.Duration())
	}
	if before >= len(want.Samples) {
		b.t.Error("it was held when all had been said")
	}

	// Held for good, it can be stopped, and something else is said.
	b.stage.Clear()
	b.stage.Pace(1)
	b.say(b.Long)
	sound = b.playing(1)
	b.speaker.Pause(true)
	Until(b.t, "the player is held", func() bool { return held(sound.PID) })
	b.stage.Pace(0)
	b.say(b.Texts[0])
	if heard := b.ended(1); len(heard) != 2 || heard[0].Ended {
		b.t.Errorf("%d sounds after a pause and something else", len(heard))
	}
}

// Guards the range of 18 dB with a step 12 dB above the default, and that the
// loudest step is still clean.
func (b bench) volume() {
	levels := map[int]float64{}
	for volume := kiosk.LowestVolume; volume <= kiosk.HighestVolume; volume++ {
		b.stage.Clear()
		b.speaker.Say(kiosk.Voice{On: true, Volume: volume}, b.utterance(b.Long))
		sound := b.ended(1)[0]
		levels[volume] = sound.Level()
		if n := sound.Clipped(); n > 0 {
			b.t.Errorf("at volume %d %d samples are clipped", volume, n)
		}
	}
	for volume := kiosk.LowestVolume + 1; volume <= kiosk.HighestVolume; volume++ {
		if step := levels[volume] - levels[volume-1]; math.Abs(step-kiosk.VolumeStepDB) > 0.1 {
			b.t.Errorf("volume %d is %.2f dB above the one before", volume, step)
		}
	}
	if above := levels[kiosk.HighestVolume] - levels[0]; above < 11.9 {
		b.t.Errorf("the loudest is %.2f dB above the default, want 12", above)
	}
}

// Guards that nobody in the hall hears what is private.
func (b bench) private() {
	secret := b.utterance(b.Texts[1])
	secret.Private = true
	want := b.alone(b.Texts[1])
	b.speaker.Say(kiosk.Voice{On: true}, b.utterance(b.Texts[0]), secret, b.utterance(b.Texts[2]))
	for _, sound := range b.ended(2) {
		if slices.Equal(sound.Samples, want.Samples) {
			b.t.Error("private words were said without a headset")
		}
	}
	b.stage.Clear()
	b.speaker.Say(kiosk.Voice{On: true, Aloud: true}, secret)
	if heard := b.ended(1); !slices.Equal(heard[0].Samples, want.Samples) {
		b.t.Error("private words were not said to somebody who had asked for them aloud")
	}
}

// Guards that a language without a voice costs its own words and no others.
func (b bench) unknown() {
	if !b.speaker.Speaks(b.Language) || b.speaker.Speaks("xx") || b.speaker.Headset() {
		b.t.Errorf("speaks %s: %v, speaks xx: %v, headset: %v", b.Language, b.speaker.Speaks(b.Language), b.speaker.Speaks("xx"), b.speaker.Headset())
	}
	b.speaker.Say(kiosk.Voice{On: true}, kiosk.Utterance{Text: b.Texts[1], Language: "xx"}, b.utterance(" \x01\n"), b.utterance(b.Texts[0]))
	if heard := b.ended(1); len(heard) != 1 {
		b.t.Errorf("%d sounds, want one", len(heard))
	}
	b.stage.Clear()
	b.speaker.Say(kiosk.Voice{On: true})
	b.quiet()
}

// Guards a box against somebody who presses key after key.
func (b bench) hurry() {
	want := b.alone(b.Texts[0])
	b.stage.Pace(1)
	most := 0
	for i := range 40 {
		b.say(b.Long, b.Long, b.Long)
		if i%10 == 9 { // and now and then one gets to speak
			Until(b.t, "something is heard", func() bool {
				heard := b.stage.Heard()
				return len(heard) > 0 && heard[len(heard)-1].Playing && len(heard[len(heard)-1].Samples) > 0
			})
		}
		living := 0
		for _, p := range Children() {
			if p.State != "Z" {
				living++
			}
		}
		most = max(most, living)
	}
	b.say(b.Texts[0])
	b.stage.Pace(0)
	heard := b.ended(1)
	// Two of the run under way, and those before it that are being ended.
	if most > 6 {
		b.t.Errorf("%d children at once", most)
	}
	if last := heard[len(heard)-1]; !slices.Equal(last.Samples, want.Samples) {
		b.t.Error("the last thing asked for was not said")
	}
	for _, sound := range heard[:len(heard)-1] {
		if sound.Ended {
			b.t.Error("something was said to its end that had been replaced")
		}
	}
}
