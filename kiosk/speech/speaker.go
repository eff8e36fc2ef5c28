package speech

import (
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"sync"
	"time"

	"chasqui/kiosk"
)

// Config says what a Speaker speaks with. The zero value speaks no language.
type Config struct {
	// Voices are the voices of espeak-ng by the tag of the language that they speak.
	Voices map[string]string
	// Clips are folders of recorded clips by the tag of their language; see [ReadClips].
	Clips map[string]fs.FS
	// Device is the loudspeaker's name in ALSA, "" for the system's default.
	Device string
	// Headset says how a headset is noticed and played to.
	Headset Headset
	// Rate is the usual rate in words a minute, DefaultRate when zero.
	Rate int
	// Log hears what is wrong, and never a word that was said; nil for nobody.
	Log *slog.Logger
	// Now is time.Now when nil. Waiting goes by the system.
	Now func() time.Time
	// Patience is how long a child may do nothing, DefaultPatience when zero.
	Patience time.Duration
}

// The usual rate in words a minute, and what an office may make of it: at the
// fastest step it is still within what espeak-ng knows.
const (
	DefaultRate, LeastRate, MostRate = 165, 100, 250
	// DefaultPatience is far longer than either program ever needs to go on.
	DefaultPatience = 5 * time.Second
)

// Speaker says things with espeak-ng, clips and aplay. New makes it, Close ends it.
type Speaker struct {
	cfg      Config
	clips    map[string]*Clips
	nursery  *nursery
	synth    *programme
	player   *programme
	presence *presence
	wake     chan struct{}
	ended    chan struct{}

	mu sync.Mutex
	// next is what is to be said when the run under way has ended, nil for nothing.
	next   *wish
	run    *run
	closed bool
}

// wish is what one call of Say asked for.
type wish struct {
	voice kiosk.Voice
	all   []kiosk.Utterance
	// paused says that it is held before it begins.
	paused bool
}

// New returns a speaker. It looks into the folders of clips and says what is wrong
// with them; the programs need not be there yet, nor the sound card.
func New(cfg Config) (*Speaker, error) {
	if cfg.Rate == 0 {
		cfg.Rate = DefaultRate
	}
	if cfg.Rate < LeastRate || cfg.Rate > MostRate {
		return nil, fmt.Errorf("rate: %d is not a number of words a minute from %d to %d", cfg.Rate, LeastRate, MostRate)
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Patience == 0 {
		cfg.Patience = DefaultPatience
	}
	s := &Speaker{
		cfg: cfg, clips: map[string]*Clips{}, wake: make(chan struct{}, 1), ended: make(chan struct{}),
		synth: &programme{name: synthesiserName, pack: "espeak-ng", patience: cfg.Patience}, player: &programme{name: playerName, pack: "alsa-utils", patience: cfg.Patience},
	}
	for tag, folder := range cfg.Clips {
		clips, err := ReadClips(folder)
		if err != nil {
			return nil, fmt.Errorf("clips of %s: %w", tag, err)
		}
		s.clips[tag] = clips
	}
	s.nursery = newNursery()
	s.presence = newPresence(cfg.Headset, s.plugged)
	go s.work()
	return s, nil
}

// Say implements kiosk.Speaker. It also ends a pause.
func (s *Speaker) Say(v kiosk.Voice, all ...kiosk.Utterance) {
	s.take(&wish{voice: v, all: slices.Clone(all)})
}

// Stop implements kiosk.Speaker.
func (s *Speaker) Stop() { s.take(nil) }

// take ends what is being said and puts something in its place, or nothing.
func (s *Speaker) take(w *wish) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	s.next = w
	if s.run != nil {
		s.run.kill()
	}
	s.ring()
}

func (s *Speaker) ring() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Pause implements kiosk.Speaker. Nothing is held when nothing is being said.
func (s *Speaker) Pause(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.next != nil {
		s.next.paused = on
		return
	}
	if s.run != nil {
		s.run.pause(on)
	}
}

// Speaking implements kiosk.Speaker.
func (s *Speaker) Speaking() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.next != nil || s.run != nil && s.run.lives()
}

// Headset implements kiosk.Speaker. It tells what was last noticed, and touches no
// device.
func (s *Speaker) Headset() bool { return s.presence.there() }

// Speaks implements kiosk.Speaker. A voice whose program is not installed is none.
func (s *Speaker) Speaks(language string) bool {
	if s.player.find() != nil {
		return false
	}
	return s.clips[language].any() || s.cfg.Voices[language] != "" && s.synth.find() == nil
}

// State tells how the voice is, and in words for programmers why it is not better.
func (s *Speaker) State() (kiosk.VoiceState, string) {
	for _, p := range []*programme{s.player, s.synth} {
		if err := p.find(); err != nil && (p == s.player || len(s.cfg.Voices) > 0) {
			return kiosk.VoiceMissing, err.Error()
		}
	}
	for _, p := range []*programme{s.player, s.synth} {
		if words := p.trouble(); words != "" {
			return kiosk.VoiceFault, words
		}
	}
	return kiosk.VoiceReady, ""
}

// Close ends what is being said, and the speaker. Nothing is said afterwards.
func (s *Speaker) Close() {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return
	}
	s.closed, s.next = true, nil
	if s.run != nil {
		s.run.kill()
	}
	s.ring()
	s.mu.Unlock()
	<-s.ended
	s.presence.close()
	s.nursery.close()
}

// work runs one wish after another. Wishes that came while one was being ended are
// skipped but for the last: a queue of them never piles up.
func (s *Speaker) work() {
	defer close(s.ended)
	for range s.wake {
		s.mu.Lock()
		w := s.next
		s.next = nil
		if s.closed {
			s.mu.Unlock()
			return
		}
		if w == nil {
			s.mu.Unlock()
			continue
		}
		r := newRun(s, w)
		s.run = r
		s.mu.Unlock()

		r.say()

		s.mu.Lock()
		s.run = nil
		again := s.next != nil || s.closed
		s.mu.Unlock()
		if again {
			s.ring()
		}
	}
}

// plugged is told that a headset came or went. One that went may have taken private
// words with it: nobody else may hear their end. One that came gets what was being
// said on the loudspeaker, from the utterance that was cut off.
func (s *Speaker) plugged(there bool) {
	if !there {
		s.Stop()
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.run == nil {
		return
	}
	if s.next == nil {
		s.next = s.run.rest()
	}
	s.run.kill()
	s.ring()
}

// Silence is the speaker of a kiosk without a voice.
type Silence struct{}

// Say implements kiosk.Speaker.
func (Silence) Say(kiosk.Voice, ...kiosk.Utterance) {}

// Stop implements kiosk.Speaker.
func (Silence) Stop() {}

// Pause implements kiosk.Speaker.
func (Silence) Pause(bool) {}

// Speaking implements kiosk.Speaker.
func (Silence) Speaking() bool { return false }

// Headset implements kiosk.Speaker.
func (Silence) Headset() bool { return false }

// Speaks implements kiosk.Speaker.
func (Silence) Speaks(string) bool { return false }
