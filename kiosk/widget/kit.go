package widget

import (
	"time"

	"fyne.io/fyne/v2"

	"chasqui/kiosk/look"
)

// Mode says with what a person acts.
type Mode string

// The modes, as they are counted.
const (
	Touch Mode = "touch"
	Keys  Mode = "keys"
)

// Kit is what the parts of a page share. It belongs to one canvas and is used on
// its goroutine only.
type Kit struct {
	// Look is how everything drawn from now on looks.
	Look look.Look
	// Activity is told of every touch and every key, before it acts.
	Activity func(Mode)
	// Key is given what the part that has the focus had no use for: Escape, the
	// arrows, Enter on nothing.
	Key func(fyne.KeyName)
	// Focus asks the canvas to give a part the focus.
	Focus func(fyne.Focusable)
	// Write gives the focus to the keyboard on the screen, which then writes into
	// the field; it reports false where there is no such keyboard.
	Write func(*Field) bool
	// Steady ignores a second strike of any key, of any key on the screen and of any
	// button, when it comes within [StrikeGap] of the first.
	Steady bool
	// Now is the clock by which strikes are told apart; nil for time.Now.
	Now func() time.Time

	// Happened is told of what somebody who does not see must hear of; nil for
	// nobody.
	Happened func(Happening)

	// swallowed says that the key that is down has done all that it will do.
	swallowed bool
	// under is the ID of the button whose touch is being told, "" for another's.
	under string
	// pressed is the part under a finger, nil for none.
	pressed presser
	// keyed is set once a physical key was seen going down; from then on a key
	// that types without having gone down again is held, and is ignored.
	keyed, freshKey, freshRune bool
	focused                    string
	first                      bool
	strikes
}

// presser is a part that can be told that the finger left it.
type presser interface{ letGo() }

// Pressed reports whether a finger is down on something. A page must not be
// drawn anew while it is: the tap would be lost.
func (k *Kit) Pressed() bool { return k.pressed != nil }

// FocusedID returns the ID of the part that has the focus, or "".
func (k *Kit) FocusedID() string { return k.focused }

// Released tells that a finger was lifted somewhere. Whatever was pressed is
// pressed no more.
func (k *Kit) Released() {
	if p := k.pressed; p != nil {
		k.pressed = nil
		p.letGo()
	}
}

func (k *Kit) press(p presser) {
	if k.pressed != p {
		k.Released()
	}
	k.pressed = p
	if b, ok := p.(*Button); ok {
		k.under = b.ID
	}
	k.active(Touch)
}

func (k *Kit) release(p presser) {
	if k.pressed == p {
		k.pressed = nil
	}
}

func (k *Kit) active(m Mode) {
	if k.Activity != nil {
		k.Activity(m)
	}
	k.under = ""
}

// Under returns the ID of the button that is touched, while Activity is told of it.
func (k *Kit) Under() string { return k.under }

func (k *Kit) pass(key fyne.KeyName) {
	if k.Key != nil {
		k.Key(key)
	}
}

func (k *Kit) gained(id string) { k.focused = id }

func (k *Kit) lost(id string) {
	if k.focused == id {
		k.focused = ""
	}
}

// FocusFirst notes that the page about to be drawn is a new one, so that what had
// the focus is no guide to what gets it.
func (k *Kit) FocusFirst() { k.first, k.turned = true, true }

// TakeFocusFirst reports and clears the note.
func (k *Kit) TakeFocusFirst() bool {
	first := k.first
	k.first = false
	return first
}
