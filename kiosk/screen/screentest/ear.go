package screentest

import (
	"slices"
	"strings"
	"sync"

	"chasqui/kiosk"
)

// Said is what a screen once gave a speaker to say.
type Said struct {
	Voice      kiosk.Voice
	Utterances []kiosk.Utterance
	// Headset says that it was heard in a headset alone.
	Headset bool
}

// Ear is a speaker that only listens. Its zero value hears all languages of the
// program, without a headset.
type Ear struct {
	mu sync.Mutex
	// plugged says that there is a headset; deaf are the languages without a voice.
	plugged, talking, paused, endless bool
	deaf                              []string
	all                               []Said
	stops                             int
}

var _ kiosk.Speaker = (*Ear)(nil)

// Say implements kiosk.Speaker.
func (e *Ear) Say(v kiosk.Voice, all ...kiosk.Utterance) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.all = append(e.all, Said{v, slices.Clone(all), e.plugged})
	e.talking, e.paused = len(all) > 0, false
}

// Stop implements kiosk.Speaker.
func (e *Ear) Stop() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.stops++
	e.talking, e.paused = false, false
}

// Pause implements kiosk.Speaker.
func (e *Ear) Pause(on bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.paused = on && e.talking
}

// Speaking implements kiosk.Speaker: until it is stopped, or Finish is called.
func (e *Ear) Speaking() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.talking
}

// Headset implements kiosk.Speaker.
func (e *Ear) Headset() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.plugged
}

// Speaks implements kiosk.Speaker.
func (e *Ear) Speaks(language string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return !slices.Contains(e.deaf, language)
}

// Plug plugs a headset in, or pulls it out.
func (e *Ear) Plug(in bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.plugged = in
}

// Deafen takes the voices of languages away.
func (e *Ear) Deafen(languages ...string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.deaf = languages
}

// Endless makes what is said from now on last until it is stopped. Otherwise it
// ends within the second.
func (e *Ear) Endless() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.endless = true
}

// second passes.
func (e *Ear) second() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.endless && !e.paused {
		e.talking = false
	}
}

// Finish lets what is being said come to its end.
func (e *Ear) Finish() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.talking, e.paused = false, false
}

// Paused reports whether what is being said is held.
func (e *Ear) Paused() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.paused
}

// Stops counts how often what was being said was stopped.
func (e *Ear) Stops() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.stops
}

// Heard returns all that was said since the last call.
func (e *Ear) Heard() []Said {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := e.all
	e.all = nil
	return out
}

// Last returns the words that were said last since the last call, as one text.
func (e *Ear) Last() string {
	all := e.Heard()
	if len(all) == 0 {
		return ""
	}
	return Words(all[len(all)-1].Utterances)
}

// Words are utterances as one text.
func Words(all []kiosk.Utterance) string {
	var out []string
	for _, u := range all {
		out = append(out, u.Text)
	}
	return strings.Join(out, " | ")
}
