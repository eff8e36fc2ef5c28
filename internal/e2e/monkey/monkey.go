// Package monkey plays with the kiosk as nobody should: it presses any key and any
// chord, puts fingers anywhere, and watches whether the window lets go. It speaks
// to the X server itself, so that ten thousand inputs take seconds.
package monkey

import (
	"fmt"
	"image"
	"math/rand/v2"
	"slices"
	"time"

	"chasqui/internal/display"
)

// chords are what gets people out of other programs.
var chords = [][]display.Symbol{
	{display.Alt, display.F1 + 3}, {display.Control, display.Alt, display.Backspace}, {display.Control, 'q'}, {display.Control, 'w'}, {display.Alt, display.Tab}, {display.Super, display.Tab}, {display.PrintKey}, {display.Alt, display.PrintKey},
	{display.Menu}, {display.Shift, display.F1 + 9}, {display.F1}, {display.F1 + 10}, {display.Alt, display.Space}, {display.Alt, display.Return}, {display.Super}, {display.Super, 'l'}, {display.Super, 'd'}, {display.Super, 'r'},
	{display.Control, display.Escape}, {display.Control, display.Shift, display.Escape}, {display.Control, display.Alt, display.Delete}, {display.Control, display.Alt, display.F1}, {display.Control, display.Alt, display.F1 + 1},
	{display.Alt, display.F1 + 1}, {display.Control, 'c'}, {display.Control, 'v'}, {display.Control, 'x'}, {display.Control, 'a'}, {display.Control, 'z'}, {display.Control, 'y'},
	{display.Shift, display.Insert}, {display.Control, display.Insert}, {display.Shift, display.Delete}, {display.Control, 'n'}, {display.Control, 'o'}, {display.Control, 's'}, {display.Control, 'p'}, {display.Control, 't'},
	{display.Alt}, {display.Alt, 'f'}, {display.Control, display.Shift, 'i'}, {display.Alt, display.Left}, {display.Alt, display.Home}, {display.Control, display.Alt, 't'},
}

var modifiers = []display.Symbol{display.Control, display.Alt, display.Super, display.Shift, display.Shift + 1, display.Control + 1, display.Alt + 1}

// Monkey is somebody with ten fingers and no aim. The same seed does the same.
type Monkey struct {
	*display.Display
	Seed uint64
	// Inputs counts what it has done: a chord is one, and so is a drag.
	Inputs int

	dice *rand.Rand
	last image.Point
}

// New returns a monkey.
func New(d *display.Display, seed uint64) *Monkey {
	return &Monkey{Display: d, Seed: seed, dice: rand.New(rand.NewPCG(seed, 0x6d6f6e6b6579))} // #nosec G404 -- it is to be repeated
}

// patience is how long a window may take for a few inputs: a machine that builds
// something besides is slow.
const patience = time.Minute

// Play does a number of things to a window. After each few it waits until its program
// has taken them, since nobody is faster than a screen for long, and looks whether
// the clipboard was used; watch, when given, is called then too, and ends the play
// by an error.
func (m *Monkey) Play(w display.Window, inputs int, watch func() error) error {
	const few = 10
	for i := range inputs {
		m.act()
		m.Inputs++
		if i%few != few-1 && i != inputs-1 {
			continue
		}
		err := m.Taken(w, patience)
		if err == nil {
			err = m.Clipboards()
		}
		if err != nil {
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
		m.finger(image.Pt(m.Bounds.Dx()/2+m.dice.IntN(m.Bounds.Dx()/2), m.Bounds.Dy()-m.dice.IntN(m.Bounds.Dy()/8)-1))
	case n < 56: // the keyboard on the screen
		m.finger(image.Pt(m.dice.IntN(m.Bounds.Dx()), m.Bounds.Dy()/2+m.dice.IntN(m.Bounds.Dy()*2/5)))
	case n < 60: // twice on the same place
		at := m.point()
		m.Touch(at)
		m.Touch(at)
	case n < 65:
		m.drag()
	case n < 68: // the other buttons and the wheel
		m.Move(m.point())
		button := 2 + m.dice.IntN(8)
		m.Button(button, true)
		m.Button(button, false)
	case n < 69:
		m.tangle()
	case n < 76:
		m.chord(chords[m.dice.IntN(len(chords))]...)
	case n < 82:
		m.wildChord()
	case n < 88: // any key that there is: media keys, lock keys, keys without a name
		code := m.anyKey()
		m.Key(code, true)
		m.Key(code, false)
	case n < 95:
		m.chord([]display.Symbol{
			display.Tab, display.Return, display.Escape, display.Left, display.Right, display.Up, display.Down, display.Space, display.Backspace,
		}[m.dice.IntN(9)])
	case n < 97: // the keys of the voice
		m.chord(display.F1 + 1 + display.Symbol(m.dice.IntN(7))) // #nosec G115 -- F2 to F8
	default:
		m.chord(display.Symbol('!' + m.dice.IntN('~'-'!'))) // #nosec G115 -- a letter or sign
	}
}

func (m *Monkey) point() image.Point {
	if m.dice.IntN(8) == 0 {
		return m.last
	}
	m.last = image.Pt(m.dice.IntN(m.Bounds.Dx()), m.dice.IntN(m.Bounds.Dy()))
	return m.last
}

func (m *Monkey) finger(at image.Point) { m.Touch(at) }

// drag lands somewhere, wanders and is lifted.
func (m *Monkey) drag() {
	at := m.point()
	m.Move(at)
	m.Button(1, true)
	for range 1 + m.dice.IntN(6) {
		at = at.Add(image.Pt(m.dice.IntN(401)-200, m.dice.IntN(401)-200))
		at.X, at.Y = min(max(at.X, 0), m.Bounds.Dx()-1), min(max(at.Y, 0), m.Bounds.Dy()-1)
		m.Move(at)
	}
	m.Button(1, false)
}

// tangle presses several buttons over one another and lifts them in another order.
func (m *Monkey) tangle() {
	order := m.dice.Perm(3)
	m.Move(m.point())
	for _, b := range order {
		m.Button(b+1, true)
	}
	m.Move(m.point())
	for _, b := range m.dice.Perm(3) {
		m.Button(b+1, false)
	}
}

// chord presses the keys that the keyboard has.
func (m *Monkey) chord(symbols ...display.Symbol) {
	symbols = slices.DeleteFunc(slices.Clone(symbols), func(s display.Symbol) bool { return !m.HasKey(s) })
	_ = m.Press(symbols...) // it has them
}

// wildChord is up to three modifiers and any key.
func (m *Monkey) wildChord() {
	var held []int
	for range 1 + m.dice.IntN(3) {
		if code, ok := m.CodeOf(modifiers[m.dice.IntN(len(modifiers))]); ok {
			held = append(held, code)
		}
	}
	held = append(held, m.anyKey())
	for _, code := range held {
		m.Key(code, true)
	}
	for i := len(held) - 1; i >= 0; i-- {
		m.Key(held[i], false)
	}
}

// anyKey is the code of any key that there may be.
func (m *Monkey) anyKey() int {
	first, last := m.Codes()
	return first + m.dice.IntN(last-first+1)
}

// LetGo lifts everything that could still be down.
func (m *Monkey) LetGo() error {
	first, last := m.Codes()
	for code := first; code <= last; code++ {
		m.Key(code, false)
	}
	for b := range 9 {
		m.Button(b+1, false)
	}
	return m.Settle()
}
