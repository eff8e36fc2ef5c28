package monkey

import (
	"fmt"
	"image"
	"math/rand/v2"
	"time"

	"github.com/jezek/xgb/xproto"
)

// The symbols of the keys that have names here, as X11's keysymdef.h numbers them.
const (
	Backspace = 0xff08
	Tab       = 0xff09
	Return    = 0xff0d
	Escape    = 0xff1b
	Home      = 0xff50
	Left      = 0xff51
	Up        = 0xff52
	Right     = 0xff53
	Down      = 0xff54
	End       = 0xff57
	Print     = 0xff61
	Insert    = 0xff63
	Menu      = 0xff67
	F1        = 0xffbe
	F2        = 0xffbf
	F4        = 0xffc1
	F11       = 0xffc8
	Shift     = 0xffe1
	Control   = 0xffe3
	Alt       = 0xffe9
	Super     = 0xffeb
	Delete    = 0xffff
	Space     = ' '
)

// chords are what gets people out of other programs.
var chords = [][]uint32{
	{Alt, F4}, {Control, Alt, Backspace}, {Control, 'q'}, {Control, 'w'}, {Alt, Tab}, {Super, Tab}, {Print}, {Alt, Print},
	{Menu}, {Shift, F1 + 9}, {F1}, {F11}, {Alt, Space}, {Alt, Return}, {Super}, {Super, 'l'}, {Super, 'd'}, {Super, 'r'},
	{Control, Escape}, {Control, Shift, Escape}, {Control, Alt, Delete}, {Control, Alt, F1}, {Control, Alt, F2},
	{Alt, F2}, {Control, 'c'}, {Control, 'v'}, {Control, 'x'}, {Control, 'a'}, {Control, 'z'}, {Control, 'y'},
	{Shift, Insert}, {Control, Insert}, {Shift, Delete}, {Control, 'n'}, {Control, 'o'}, {Control, 's'}, {Control, 'p'}, {Control, 't'},
	{Alt}, {Alt, 'f'}, {Control, Shift, 'i'}, {Alt, Left}, {Alt, Home}, {Control, Alt, 't'},
}

var modifiers = []uint32{Control, Alt, Super, Shift, Shift + 1, Control + 1, Alt + 1}

// Monkey is somebody with ten fingers and no aim. The same seed does the same.
type Monkey struct {
	*Display
	Seed uint64
	// Inputs counts what it has done: a chord is one, and so is a drag.
	Inputs int

	dice *rand.Rand
	last image.Point
}

// New returns a monkey.
func New(d *Display, seed uint64) *Monkey {
	return &Monkey{Display: d, Seed: seed, dice: rand.New(rand.NewPCG(seed, 0x6d6f6e6b6579))} // #nosec G404 -- it is to be repeated
}

// patience is how long a window may take for a few inputs: a machine that builds
// something besides is slow.
const patience = time.Minute

// Play does a number of things to a window. After each few it waits until its program
// has taken them, since nobody is faster than a screen for long, and looks whether
// the clipboard was used; watch, when given, is called then too, and ends the play
// by an error.
func (m *Monkey) Play(w Window, inputs int, watch func() error) error {
	const few = 10
	for i := range inputs {
		m.act()
		m.Inputs++
		if i%few != few-1 && i != inputs-1 {
			continue
		}
		if err := m.Await(w, patience); err != nil {
			return fmt.Errorf("seed %d, input %d: %w", m.Seed, m.Inputs, err)
		}
		if watch != nil {
			if err := watch(); err != nil {
				return fmt.Errorf("seed %d, input %d: %w", m.Seed, m.Inputs, err)
			}
		}
	}
	return nil
}

func (m *Monkey) act() {
	switch n := m.dice.IntN(100); {
	case n < 30:
		m.finger(m.point())
	case n < 44: // the foot, where the way goes on
		m.finger(image.Pt(m.Width/2+m.dice.IntN(m.Width/2), m.Height-m.dice.IntN(m.Height/8)-1))
	case n < 56: // the keyboard on the screen
		m.finger(image.Pt(m.dice.IntN(m.Width), m.Height/2+m.dice.IntN(m.Height*2/5)))
	case n < 60: // twice on the same place
		at := m.point()
		m.Tap(at)
		m.Tap(at)
	case n < 65:
		m.drag()
	case n < 68: // the other buttons and the wheel
		m.Move(m.point())
		button := byte(2 + m.dice.IntN(8))
		m.Button(button, true)
		m.Button(button, false)
	case n < 69:
		m.tangle()
	case n < 76:
		m.chord(chords[m.dice.IntN(len(chords))]...)
	case n < 82:
		m.wildChord()
	case n < 88: // any key that there is: media keys, lock keys, keys without a name
		code := m.least + xproto.Keycode(m.dice.IntN(int(m.most-m.least)+1)) // #nosec G115 -- a key code
		m.Key(code, true)
		m.Key(code, false)
	case n < 95:
		m.chord([]uint32{Tab, Return, Escape, Left, Right, Up, Down, Space, Backspace}[m.dice.IntN(9)])
	case n < 97: // the keys of the voice
		m.chord(uint32(F2 + m.dice.IntN(7))) // #nosec G115 -- F2 to F8
	default:
		m.chord(uint32('!' + m.dice.IntN('~'-'!'))) // #nosec G115 -- a letter
	}
}

func (m *Monkey) point() image.Point {
	if m.dice.IntN(8) == 0 {
		return m.last
	}
	m.last = image.Pt(m.dice.IntN(m.Width), m.dice.IntN(m.Height))
	return m.last
}

func (m *Monkey) finger(at image.Point) { m.Tap(at) }

// drag lands somewhere, wanders and is lifted.
func (m *Monkey) drag() {
	at := m.point()
	m.Move(at)
	m.Button(1, true)
	for range 1 + m.dice.IntN(6) {
		at = at.Add(image.Pt(m.dice.IntN(401)-200, m.dice.IntN(401)-200))
		at.X, at.Y = min(max(at.X, 0), m.Width-1), min(max(at.Y, 0), m.Height-1)
		m.Move(at)
	}
	m.Button(1, false)
}

// tangle presses several buttons over one another and lifts them in another order.
func (m *Monkey) tangle() {
	order := m.dice.Perm(3)
	m.Move(m.point())
	for _, b := range order {
		m.Button(byte(b+1), true)
	}
	m.Move(m.point())
	for _, b := range m.dice.Perm(3) {
		m.Button(byte(b+1), false)
	}
}

// chord presses the keys that the keyboard has.
func (m *Monkey) chord(symbols ...uint32) {
	for _, s := range symbols {
		if code, ok := m.codes[s]; ok {
			m.Key(code, true)
		}
	}
	for i := len(symbols) - 1; i >= 0; i-- {
		if code, ok := m.codes[symbols[i]]; ok {
			m.Key(code, false)
		}
	}
}

// wildChord is up to three modifiers and any key.
func (m *Monkey) wildChord() {
	var held []xproto.Keycode
	for range 1 + m.dice.IntN(3) {
		if code, ok := m.codes[modifiers[m.dice.IntN(len(modifiers))]]; ok {
			held = append(held, code)
		}
	}
	held = append(held, m.least+xproto.Keycode(m.dice.IntN(int(m.most-m.least)+1))) // #nosec G115 -- a key code
	for _, code := range held {
		m.Key(code, true)
	}
	for i := len(held) - 1; i >= 0; i-- {
		m.Key(held[i], false)
	}
}

// LetGo lifts everything that could still be down.
func (m *Monkey) LetGo() error {
	for code := int(m.least); code <= int(m.most); code++ {
		m.Key(xproto.Keycode(code), false)
	}
	for b := range byte(9) {
		m.Button(b+1, false)
	}
	return m.Settle()
}
