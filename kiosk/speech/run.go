package speech

import (
	"context"
	"errors"
	"maps"
	"os"
	"slices"
	"sync"
	"time"

	"chasqui/kiosk"
)

const (
	// reaping is how long the next run waits for the system to let go of what was
	// killed: a sound card is often lent to one player at a time.
	reaping = 500 * time.Millisecond
	// pipe is more than what lies between us and the player when we are done: a pipe's
	// 64 KB at the slowest rate of samples.
	pipe = 5 * time.Second
)

// run is one call of Say under way.
type run struct {
	s      *Speaker
	w      *wish
	ctx    context.Context
	cancel context.CancelFunc

	mu       sync.Mutex
	dead     bool
	children map[*child]bool
	player   *child
	// index is the utterance that is being played.
	index int
	// goOn is closed when a pause ends, nil when there is none; since is when the last
	// one ended.
	goOn  chan struct{}
	since time.Time
}

// sound is the samples of one utterance on their way from synthesiser or clip to
// the player: mono, 16 bits, little-endian.
type sound struct {
	index   int
	private bool
	// rate is in samples a second; it is known when the first samples come.
	rate    int
	samples chan []byte
}

// ahead is how many pieces of a sound may wait for the player: some seconds.
const ahead = 64

func newRun(s *Speaker, w *wish) *run {
	r := &run{s: s, w: w, children: map[*child]bool{}}
	r.ctx, r.cancel = context.WithCancel(context.Background())
	r.pause(w.paused)
	return r
}

// kill ends the run at once, with its children. It does not wait.
func (r *run) kill() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.dead = true
	r.cancel()
	for c := range r.children {
		c.kill()
	}
}

// lives reports whether the run has not been ended.
func (r *run) lives() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return !r.dead
}

// pause holds the player where it is, or lets it go on. Between two players it
// keeps the next from starting.
func (r *run) pause(on bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case on && r.goOn == nil:
		r.goOn = make(chan struct{})
	case !on && r.goOn != nil:
		close(r.goOn)
		r.goOn, r.since = nil, time.Now()
	default:
		return
	}
	if r.player != nil {
		r.player.hold(on)
	}
}

// rest returns what is not yet said, from the utterance that is being said.
func (r *run) rest() *wish {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.index >= len(r.w.all) {
		return nil
	}
	return &wish{voice: r.w.voice, all: slices.Clone(r.w.all[r.index:]), paused: r.goOn != nil}
}

// say says everything, and returns when it is said, or soon after a kill.
func (r *run) say() {
	defer r.cancel()
	ready := make(chan *sound, 1)
	go r.voice(ready)
	for sound := range ready {
		r.at(sound.index)
		if err := r.play(sound); err != nil {
			r.report(r.s.player, err)
		}
		for range sound.samples { // what the player did not take
		}
	}
	r.at(len(r.w.all))
	r.reap()
}

// at notes which utterance is being said, and forgets those before it.
func (r *run) at(index int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.index = index
	clear(r.w.all[:index])
}

// reap waits for what was killed.
func (r *run) reap() {
	r.mu.Lock()
	left := slices.Collect(maps.Keys(r.children))
	r.mu.Unlock()
	enough := time.NewTimer(reaping)
	defer enough.Stop()
	for _, c := range left {
		select {
		case <-c.done:
		case <-enough.C:
			return
		}
	}
}

// voice makes the sound of one utterance after another. A sound is handed over
// before it is made, and the next one only when this one has been taken: so there
// is never more than one synthesiser, and it is one utterance ahead of the player.
func (r *run) voice(ready chan<- *sound) {
	defer close(ready)
	for i := range r.w.all {
		u := r.w.all[i]
		make, from := r.source(u)
		if make == nil {
			continue
		}
		s := newSound(i, u.Private)
		select {
		case ready <- s:
		case <-r.ctx.Done():
			return
		}
		err := make(s)
		close(s.samples)
		if from != nil {
			r.report(from, err)
		} else if err != nil && r.ctx.Err() == nil {
			r.s.cfg.Log.Warn("a clip was not played", "language", u.Language, "error", err)
		}
	}
}

func newSound(index int, private bool) *sound {
	return &sound{index: index, private: private, samples: make(chan []byte, ahead)}
}

// source returns what makes an utterance's sound, and by which program; nil when
// there are no words in it, or nobody who could say them, or they are private and
// would be heard in the room.
func (r *run) source(u kiosk.Utterance) (func(*sound) error, *programme) {
	text := plain(u.Text)
	if text == "" || u.Private && !r.mayHear() {
		return nil, nil
	}
	if file := r.s.clips[u.Language].find(u.Text); file != "" {
		return func(s *sound) error { return r.clip(s, u.Language, file) }, nil
	}
	voice := r.s.cfg.Voices[u.Language]
	if voice == "" || r.s.synth.rests(r.s.cfg.Now()) {
		return nil, nil
	}
	return func(s *sound) error { return r.espeak(s, voice, text) }, r.s.synth
}

// mayHear reports whether private words may be said at this moment.
func (r *run) mayHear() bool { return r.w.voice.Aloud || r.s.presence.look() }

// report notes how a program did. What a run that was ended left behind says
// nothing about it.
func (r *run) report(p *programme, err error) {
	r.mu.Lock()
	dead := r.dead
	r.mu.Unlock()
	switch {
	case dead || errors.Is(err, errEnded):
	case err == nil:
		if p.worked() {
			r.s.cfg.Log.Info("the voice works again", "program", p.name)
		}
	case p.failed(err, r.s.cfg.Now()):
		r.s.cfg.Log.Warn("the voice failed; words were skipped", "program", p.name, "error", err)
	}
}

// start starts a child of this run.
func (r *run) start(path string, args []string, stdin, stdout *os.File) (*child, error) {
	if r.ctx.Err() != nil {
		return nil, errEnded
	}
	c, err := r.s.nursery.start(path, args, stdin, stdout)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.children[c] = true
	if r.dead { // ended while it was being started: it has been given nothing yet
		c.kill()
		return c, errEnded
	}
	return c, nil
}

// finish waits until a child has ended by itself, for at most patience beyond
// pauses, and kills it otherwise.
func (r *run) finish(c *child, patience time.Duration) error {
	for {
		wait := time.NewTimer(patience)
		select {
		case <-c.done:
			wait.Stop()
			r.mu.Lock()
			delete(r.children, c)
			r.mu.Unlock()
			if words := c.failure(); words != "" {
				return errors.New(words)
			}
			return nil
		case <-r.ctx.Done():
			wait.Stop()
			return errEnded
		case <-wait.C:
			if !r.held(patience) {
				c.kill()
				return &hung{patience}
			}
		}
	}
}

// held reports whether the player is held, or was within some time.
func (r *run) held(within time.Duration) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.goOn != nil || time.Since(r.since) < within
}

// gate waits while there is a pause.
func (r *run) gate() {
	for {
		r.mu.Lock()
		goOn := r.goOn
		r.mu.Unlock()
		if goOn == nil {
			return
		}
		select {
		case <-goOn:
		case <-r.ctx.Done():
			return
		}
	}
}
