package screentest

import (
	"fmt"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"chasqui/kiosk/widget"
)

// focusID returns the ID of what has the focus.
func (b *Bench) focusID() string {
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

// reach gives the focus to a part by Tab alone.
func (b *Bench) reach(id string) error {
	for range 150 {
		if b.focusID() == id {
			return nil
		}
		test.FocusNext(b.Canvas)
	}
	return fmt.Errorf("page %s: Tab does not reach %q", b.App.Page(), id)
}

// press does by keys what a touch of a control does.
func (b *Bench) press(id string) error {
	name, isKey := strings.CutPrefix(id, "key/")
	if !isKey {
		if err := b.reach(id); err != nil {
			return err
		}
		if _, field := b.Canvas.Focused().(*widget.Field); !field {
			b.Type(fyne.KeyReturn)
		}
		return nil
	}
	if err := b.reach(widget.KeyboardID); err != nil {
		return err
	}
	for range 80 {
		k, ok := b.Canvas.Focused().(*widget.Keyboard)
		if !ok {
			return fmt.Errorf("page %s: the keyboard lost the focus to %q", b.App.Page(), b.focusID())
		}
		if k.Keys()[k.At].Name == name {
			b.Type(fyne.KeyReturn)
			return nil
		}
		b.Type(fyne.KeyRight)
	}
	return fmt.Errorf("page %s: the arrows do not reach the key %q", b.App.Page(), name)
}

// Type types a key into what has the focus.
func (b *Bench) Type(key fyne.KeyName) {
	if f := b.Canvas.Focused(); f != nil {
		f.TypedKey(&fyne.KeyEvent{Name: key})
		return
	}
	b.Canvas.OnTypedKey()(&fyne.KeyEvent{Name: key})
}
