package display

import (
	"fmt"
	"image"
	"time"
	"unicode/utf8"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"
)

// Symbol is what a key stands for, by X's number of it: a letter or sign by that of
// Unicode, as long as that is less than 256.
type Symbol uint32

// The symbols of the keys that have names here, as X11's keysymdef.h numbers them. The
// twelve of F1 follow one another, and the key at the right follows each modifier.
const (
	Backspace Symbol = 0xff08
	Tab       Symbol = 0xff09
	Return    Symbol = 0xff0d
	Escape    Symbol = 0xff1b
	Home      Symbol = 0xff50
	Left      Symbol = 0xff51
	Up        Symbol = 0xff52
	Right     Symbol = 0xff53
	Down      Symbol = 0xff54
	End       Symbol = 0xff57
	PrintKey  Symbol = 0xff61
	Insert    Symbol = 0xff63
	Menu      Symbol = 0xff67
	F1        Symbol = 0xffbe
	Shift     Symbol = 0xffe1
	Control   Symbol = 0xffe3
	Alt       Symbol = 0xffe9
	Super     Symbol = 0xffeb
	Delete    Symbol = 0xffff
	Space     Symbol = ' '
)

var named = map[string]Symbol{
	"BackSpace": Backspace, "Tab": Tab, "Return": Return, "Escape": Escape, "Home": Home, "Left": Left, "Up": Up,
	"Right": Right, "Down": Down, "End": End, "Insert": Insert, "Menu": Menu, "Delete": Delete, "space": Space,
	"F1": F1, "F2": F1 + 1, "F3": F1 + 2, "F4": F1 + 3, "F5": F1 + 4, "F6": F1 + 5, "F7": F1 + 6, "F8": F1 + 7, "F9": F1 + 8,
	"F10": F1 + 9, "F11": F1 + 10, "F12": F1 + 11, "Shift": Shift, "Control": Control, "Alt": Alt, "Super": Super,
}

// SymbolOf returns the symbol of a key by X's name of it, as "Tab" or "space", or by the
// one letter or sign that it writes.
func SymbolOf(name string) (Symbol, error) {
	if s, ok := named[name]; ok {
		return s, nil
	}
	r, size := utf8.DecodeRuneInString(name)
	if size != len(name) || r < ' ' || r == utf8.RuneError {
		return 0, fmt.Errorf("no key is called %q; use X's names, as \"Tab\", or the one letter that it writes", name)
	}
	if r > 0xff {
		return Symbol(0x1000000 + r), nil // #nosec G115 -- a letter's number is not negative
	}
	return Symbol(r), nil // #nosec G115 -- the same
}

// stroke is how a symbol is written: by a key, alone or with Shift.
type stroke struct {
	code    xproto.Keycode
	shifted bool
}

// keyboard is what keys there are.
type keyboard struct {
	// first and last bound the codes of the keys that there may be.
	first, last xproto.Keycode
	strokes     map[Symbol]stroke
}

func readKeyboard(conn *xgb.Conn) (keyboard, error) {
	setup := xproto.Setup(conn)
	k := keyboard{first: setup.MinKeycode, last: setup.MaxKeycode, strokes: map[Symbol]stroke{}}
	count := int(k.last-k.first) + 1
	reply, err := xproto.GetKeyboardMapping(conn, k.first, byte(count)).Reply() // #nosec G115 -- at most 248
	if err != nil {
		return k, fmt.Errorf("read the keyboard: %w", err)
	}
	per := int(reply.KeysymsPerKeycode)
	for column := range min(per, 2) {
		for i := range count {
			symbol := Symbol(reply.Keysyms[i*per+column])
			if _, known := k.strokes[symbol]; symbol != 0 && !known {
				k.strokes[symbol] = stroke{k.first + xproto.Keycode(i), column == 1} // #nosec G115 -- a key's code
			}
		}
	}
	return k, nil
}

// Codes returns the first and the last of the codes that a key may have.
func (d *Display) Codes() (first, last int) { return int(d.keyboard.first), int(d.keyboard.last) }

// HasKey reports whether the keyboard writes a symbol.
func (d *Display) HasKey(s Symbol) bool { _, ok := d.keyboard.strokes[s]; return ok }

// CodeOf returns the code of the key that writes a symbol, alone or with Shift.
func (d *Display) CodeOf(s Symbol) (code int, ok bool) {
	how, ok := d.keyboard.strokes[s]
	return int(how.code), ok
}

// Key presses or lifts the key of a code.
func (d *Display) Key(code int, down bool) {
	kind := byte(xproto.KeyRelease)
	if down {
		kind = xproto.KeyPress
	}
	xtest.FakeInput(d.conn, kind, byte(code), 0, d.screen.Root, 0, 0, 0) // #nosec G115 -- a key's code
}

// Press presses keys by their symbols, the last one while the others are held, and lets
// them go. Shift is held too where a symbol is not written without.
func (d *Display) Press(symbols ...Symbol) error {
	var codes []xproto.Keycode
	for _, s := range symbols {
		how, ok := d.keyboard.strokes[s]
		if !ok {
			return fmt.Errorf("the keyboard of display %s has no key for the symbol %#x", d.Name, uint32(s))
		}
		if how.shifted {
			codes = append(codes, d.keyboard.strokes[Shift].code)
		}
		codes = append(codes, how.code)
	}
	for _, code := range codes {
		d.Key(int(code), true)
	}
	for i := len(codes) - 1; i >= 0; i-- {
		d.Key(int(codes[i]), false)
	}
	return nil
}

// Strike is Press for one key by its name, as [SymbolOf] knows it.
func (d *Display) Strike(name string) error {
	s, err := SymbolOf(name)
	if err != nil {
		return err
	}
	return d.Press(s)
}

// Button presses or lifts a button of the mouse; a finger is the first.
func (d *Display) Button(number int, down bool) {
	kind := byte(xproto.ButtonRelease)
	if down {
		kind = xproto.ButtonPress
	}
	xtest.FakeInput(d.conn, kind, byte(number), 0, d.screen.Root, 0, 0, 0) // #nosec G115 -- a button's number
}

// Move moves the finger.
func (d *Display) Move(at image.Point) {
	// #nosec G115 -- a point of the screen
	xtest.FakeInput(d.conn, xproto.MotionNotify, 0, 0, d.screen.Root, int16(at.X), int16(at.Y), 0)
}

// Touch puts a finger on a point and lifts it at once. It returns when that began.
func (d *Display) Touch(at image.Point) time.Time {
	now := time.Now()
	d.Move(at)
	d.Button(1, true)
	d.Button(1, false)
	return now
}
