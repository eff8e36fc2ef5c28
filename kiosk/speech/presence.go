package speech

import (
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"
)

// Headset says how a headset is noticed and played to. The zero value is none; at
// most one of Card, Switch and Always is set.
type Headset struct {
	// Card is the id of a sound card that is there while the headset, or the pad that
	// it is plugged into, is: a folder of /proc/asound.
	Card string
	// Switch is the input device on which the socket says whether something is
	// plugged in: /dev/input/event5.
	Switch string
	// Always says that there is no loudspeaker: whatever is heard is heard in a
	// headset.
	Always bool
	// Device is the headset's name in ALSA. When it is "", it is that of the Card, or
	// else the loudspeaker's: one card, whose socket switches between the two.
	Device string

	// cards is /proc/asound but in tests, inserted asks a Switch.
	cards    string
	inserted func(path string) bool
}

// device returns where to play to; speaker is the loudspeaker's device.
func (h Headset) device(speaker string) string {
	switch {
	case h.Device != "":
		return h.Device
	case h.Card != "":
		return "plughw:CARD=" + h.Card
	}
	return speaker
}

// look looks whether the headset is there.
func (h Headset) look() bool {
	switch {
	case h.Always:
		return true
	case h.Card != "":
		_, err := os.Stat(filepath.Join(h.cards, h.Card, "id"))
		return err == nil
	case h.Switch != "":
		return h.inserted(h.Switch)
	}
	return false
}

// glance is how often a headset is looked for. A pulled one is noticed, and speech
// ended, well within a tenth of a second.
const glance = 50 * time.Millisecond

// presence knows whether a headset is there.
type presence struct {
	headset Headset
	// changed is told when it came or went.
	changed func(there bool)
	state   atomic.Bool
	looking sync.Mutex
	stop    chan struct{}
	stopped chan struct{}
}

func newPresence(h Headset, changed func(bool)) *presence {
	if h.cards == "" {
		h.cards = "/proc/asound"
	}
	if h.inserted == nil {
		h.inserted = inserted
	}
	p := &presence{headset: h, changed: changed, stop: make(chan struct{}), stopped: make(chan struct{})}
	p.state.Store(h.look())
	if h.Card == "" && h.Switch == "" {
		close(p.stopped) // it never changes
		return p
	}
	go p.watch()
	return p
}

func (p *presence) watch() {
	defer close(p.stopped)
	next := time.NewTicker(glance)
	defer next.Stop()
	for {
		select {
		case <-p.stop:
			return
		case <-next.C:
			p.look()
		}
	}
}

// there tells what was last seen.
func (p *presence) there() bool { return p.state.Load() }

// look looks now.
func (p *presence) look() bool {
	p.looking.Lock()
	defer p.looking.Unlock()
	there := p.headset.look()
	if p.state.Swap(there) != there {
		p.changed(there)
	}
	return there
}

func (p *presence) close() {
	close(p.stop)
	<-p.stopped
}
