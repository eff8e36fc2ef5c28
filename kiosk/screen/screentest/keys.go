package screentest

import (
	"fmt"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"chasqui/kiosk/widget"
)

// window is a canvas that tells of keys going down and up, as that of a real window
// does.
type window struct {
	test.WindowlessCanvas
	down, up func(*fyne.KeyEvent)
}

var _ desktop.Canvas = (*window)(nil)

func (w *window) OnKeyDown() func(*fyne.KeyEvent)     { return w.down }
func (w *window) SetOnKeyDown(f func(*fyne.KeyEvent)) { w.down = f }
func (w *window) OnKeyUp() func(*fyne.KeyEvent)       { return w.up }
func (w *window) SetOnKeyUp(f func(*fyne.KeyEvent))   { w.up = f }

// FocusID returns the ID of what has the focus, or "".
func (b *Bench) FocusID() string {
	switch w := b.Canvas.Focused().(type) {
	case *widget.Button:
		return w.ID
	case *widget.Field:
		return w.ID
	case *widget.Keyboard:
		return widget.KeyboardID
	}
	return ""
}

// most is more than there is on any page.
const most = 300

// reach gives the focus to a part by Tab alone, or by one arrow alone.
func (b *Bench) reach(id string) error {
	key := fyne.KeyTab
	if b.pad {
		key = fyne.KeyDown
	}
	for range most {
		if b.FocusID() == id {
			return nil
		}
		b.Strike(key)
	}
	return fmt.Errorf("page %s: %s does not reach %q", b.App.Page(), key, id)
}

// press does by keys what a touch of a control does.
func (b *Bench) press(id string) error {
	name, isKey := strings.CutPrefix(id, "key/")
	if isKey {
		return b.pressKey(name)
	}
	if err := b.reach(id); err != nil {
		return err
	}
	if _, field := b.Canvas.Focused().(*widget.Field); !field {
		b.Strike(fyne.KeyReturn)
	}
	return nil
}

// pressKey walks the keyboard on the screen to a key: first to its row, then along.
func (b *Bench) pressKey(name string) error {
	if err := b.reach(widget.KeyboardID); err != nil {
		return err
	}
	for range most {
		k, ok := b.Canvas.Focused().(*widget.Keyboard)
		if !ok {
			return fmt.Errorf("page %s: the keyboard lost the focus to %q", b.App.Page(), b.FocusID())
		}
		to, ok := widget.FindKey(k.Keys(), name)
		if !ok {
			return fmt.Errorf("page %s: there is no key %q", b.App.Page(), name)
		}
		at := k.Keys()[k.At]
		switch {
		case at.Name == to.Name:
			b.Strike(fyne.KeyReturn)
			return nil
		case at.Position.Y < to.Position.Y:
			b.Strike(fyne.KeyDown)
		case at.Position.Y > to.Position.Y:
			b.Strike(fyne.KeyUp)
		case at.Position.X < to.Position.X:
			b.Strike(fyne.KeyRight)
		default:
			b.Strike(fyne.KeyLeft)
		}
	}
	return fmt.Errorf("page %s: the arrows do not reach the key %q", b.App.Page(), name)
}

// Ease lets the time pass that a hand takes between two keys or touches that are
// both meant. The station's clock stands still.
func (b *Bench) Ease() { b.ease += 2 * widget.StrikeGap }

// Strike presses a key and lets it go, and takes its time before.
func (b *Bench) Strike(key fyne.KeyName) {
	b.Ease()
	if b.onKey != nil {
		b.onKey(key, 0)
	}
	b.Down(key)
	b.Up(key)
}

// typed reports whether every keyboard writes a text.
func typed(text string) bool {
	return strings.Trim(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ") == ""
}

// strikeSign presses the key that writes a sign.
func (b *Bench) strikeSign(sign rune) {
	b.Ease()
	key := fyne.KeyName(strings.ToUpper(string(sign)))
	if sign == ' ' {
		key = fyne.KeySpace
	}
	if b.onKey != nil {
		b.onKey(key, sign)
	}
	e := &fyne.KeyEvent{Name: key}
	if part, ok := b.Canvas.Focused().(desktop.Keyable); ok {
		part.KeyDown(e)
	}
	b.Type(key)
	if part := b.Canvas.Focused(); part != nil {
		part.TypedRune(sign)
	}
	b.Up(key)
}

// Down presses a key. It tells of it what the window's driver does, in its order:
// the key goes down; Tab moves the focus unless the part takes it; else the key is
// typed; what it writes is told last.
func (b *Bench) Down(key fyne.KeyName) {
	e := &fyne.KeyEvent{Name: key}
	if part, ok := b.Canvas.Focused().(desktop.Keyable); ok {
		part.KeyDown(e)
	} else {
		b.window.down(e)
	}
	b.Again(key)
}

// Again is what the driver tells of a key that was held so long that it repeats.
func (b *Bench) Again(key fyne.KeyName) {
	e := &fyne.KeyEvent{Name: key}
	if key == fyne.KeyTab {
		if part, ok := b.Canvas.Focused().(fyne.Tabbable); !ok || !part.AcceptsTab() {
			test.FocusNext(b.Canvas)
			return
		}
	}
	b.Type(key)
	if sign := []rune(string(e.Name)); len(sign) == 1 || key == fyne.KeySpace {
		if key == fyne.KeySpace {
			sign = []rune{' '}
		}
		if part := b.Canvas.Focused(); part != nil {
			part.TypedRune(sign[0])
		}
	}
}

// Up lets a key go.
func (b *Bench) Up(key fyne.KeyName) {
	e := &fyne.KeyEvent{Name: key}
	if part, ok := b.Canvas.Focused().(desktop.Keyable); ok {
		part.KeyUp(e)
		return
	}
	b.window.up(e)
}

// Type types a key into what has the focus, without its going down.
func (b *Bench) Type(key fyne.KeyName) {
	if f := b.Canvas.Focused(); f != nil {
		f.TypedKey(&fyne.KeyEvent{Name: key})
		return
	}
	b.Canvas.OnTypedKey()(&fyne.KeyEvent{Name: key})
}
