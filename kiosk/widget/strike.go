package widget

import (
	"time"

	"fyne.io/fyne/v2"
)

// StrikeGap is how long after a key or a tap a second one of the same is taken for
// a tremor of the hand (EN 301 549, 5.8). A burst of strikes counts once, however
// long it is: each is measured from the one before.
const StrikeGap = 500 * time.Millisecond

// strikes is what is remembered of keys and taps to tell a held key and a double
// strike from a key that is meant.
type strikes struct {
	key   fyne.KeyName
	keyAt time.Time
	tap   string
	tapAt time.Time
	// turned says that another page came after the last tap.
	turned bool
	// typist is set once a key was struck that a pad of five keys does not have.
	typist bool
}

func (k *Kit) now() time.Time {
	if k.Now == nil {
		return time.Now()
	}
	return k.Now()
}

// acts reports whether a key is one that presses what has the focus.
func acts(name fyne.KeyName) bool {
	return name == fyne.KeyReturn || name == fyne.KeyEnter || name == fyne.KeySpace
}

// KeyDown tells that a physical key went down, where nothing is written by it. A
// second strike of Enter or of the space bar is never taken: it would act on what
// the first has brought.
func (k *Kit) KeyDown(name fyne.KeyName) { k.down(name, acts(name)) }

// keyDownInField is KeyDown where keys write: there the space bar is a letter.
func (k *Kit) keyDownInField(name fyne.KeyName) { k.down(name, acts(name) && name != fyne.KeySpace) }

func (k *Kit) down(name fyne.KeyName, guarded bool) {
	now := k.now()
	double := name == k.key && now.Sub(k.keyAt) < StrikeGap && (guarded || k.Steady)
	k.key, k.keyAt = name, now
	k.keyed, k.freshKey, k.freshRune, k.swallowed = true, !double, !double, false
	k.active(Keys)
}

// Down returns the key that was pressed last.
func (k *Kit) Down() fyne.KeyName { return k.key }

// KeyUp tells that a physical key was let go. A hand that trembles strikes again
// just then.
func (k *Kit) KeyUp(name fyne.KeyName) {
	if name == k.key {
		k.keyAt = k.now()
	}
}

// TakeKey reports whether a typed key counts: it does once for each time it goes
// down, so that a key that is held does nothing more.
func (k *Kit) TakeKey(name fyne.KeyName) bool {
	taken := !k.keyed || k.freshKey
	k.freshKey, k.swallowed = false, false
	if !k.keyed {
		k.key = name // nobody told of its going down
	}
	if taken {
		k.active(Keys)
	}
	return taken && !k.swallowed
}

// HeldTab reports whether a Tab is one that does not count. The window moves the
// focus at each Tab of its own accord, at those of a held key too, unless the part
// that has the focus says that it takes Tab itself.
func (k *Kit) HeldTab() bool {
	if !k.TakeKey(fyne.KeyTab) {
		return true
	}
	k.typist = true
	return false
}

// Swallow makes the key that is down do nothing more: it was taken as a sign that
// somebody is there.
func (k *Kit) Swallow() {
	k.swallowed = true
	if k.keyed {
		k.freshKey, k.freshRune = false, false
	}
}

func (k *Kit) takeRune() bool {
	k.typist = true
	taken := !k.keyed || k.freshRune
	k.freshRune, k.swallowed = false, false
	if taken {
		k.active(Keys)
	}
	return taken && !k.swallowed
}

// takeTap reports whether a tap counts. The second tap of a double tap does not when
// the first has brought another page, where it would fall on something that nobody
// has seen: after "confirm", on what leaves the folio behind. For somebody who has
// asked for it, no second tap on the same thing does.
func (k *Kit) takeTap(id string) bool {
	now := k.now()
	double := id == k.tap && now.Sub(k.tapAt) < StrikeGap && (k.Steady || k.turned)
	k.tap, k.tapAt = id, now
	k.turned = k.turned && double
	return !double
}

// Typist reports whether somebody has used keys that a pad of five does not have.
func (k *Kit) Typist() bool { return k.typist }

// Forget forgets whose hands these were. What was struck last is remembered: a second
// strike must not act on the page of whoever comes next.
func (k *Kit) Forget() { k.Steady, k.typist = false, false }
