package screen

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"chasqui/kiosk/widget"
)

// This file is about whoever does not touch. The focus is what the next key acts
// on. Tab and Shift-Tab, or the arrows alone, lead it through body, foot and strip,
// and round; it is always to be seen while somebody uses keys, and a page that is
// drawn anew, or comes back, has it where it was.

// listen takes the keys that no part of a page has the focus for.
func (a *App) listen() {
	a.canvas.SetOnTypedKey(func(e *fyne.KeyEvent) {
		if a.kit.TakeKey(e.Name) {
			a.key(e.Name)
		}
	})
	if d, ok := a.canvas.(desktop.Canvas); ok {
		d.SetOnKeyDown(func(e *fyne.KeyEvent) {
			a.kit.KeyDown(e.Name)
			if e.Name == fyne.KeyTab {
				a.kit.HeldTab() // it moves the focus now, and not again while it is held
			}
		})
		d.SetOnKeyUp(func(e *fyne.KeyEvent) { a.kit.KeyUp(e.Name) })
	}
}

// key is what the part that has the focus did not want.
func (a *App) key(name fyne.KeyName) {
	if a.voiceKey(name) {
		return
	}
	switch name {
	case fyne.KeyEscape:
		if b, ok := a.top().(backer); ok && !a.busy {
			b.Back()
		}
	case fyne.KeyReturn, fyne.KeyEnter:
		a.enter()
	case fyne.KeyDown, fyne.KeyRight:
		a.canvas.FocusNext()
	case fyne.KeyUp, fyne.KeyLeft:
		a.canvas.FocusPrevious()
	default:
		if w, ok := a.top().(*welcomePage); ok {
			w.Proceed()
		}
	}
}

// careful is a page whose primary action cannot be taken back: it files, or leaves
// what will not be seen again.
type careful interface{ Careful() bool }

// enter is Enter where nothing has the focus. It means the primary action where
// that does no harm; elsewhere it only shows what the next Enter would do.
func (a *App) enter() {
	if a.busy {
		return
	}
	p, proceeds := a.top().(proceeder)
	c, cares := a.top().(careful)
	switch {
	case !proceeds:
		a.focusOn("")
	case cares && c.Careful():
		a.focusOn(idPrimary)
	default:
		p.Proceed()
	}
}

// focusOn gives the focus to a part, or else to the first one.
func (a *App) focusOn(id string) {
	if a.drawn == nil {
		return
	}
	if f, ok := a.drawn.focusable[id]; ok {
		a.canvas.Focus(f)
	} else if first := a.drawn.first(); first != nil {
		a.canvas.Focus(first)
	}
}

// focusID returns the ID of what has the focus, or "". The canvas is asked: the
// window itself may have lost the focus for a moment, and the part been told so.
func (a *App) focusID() string {
	focused := a.canvas.Focused()
	if a.drawn == nil || focused == nil {
		return ""
	}
	for id, f := range a.drawn.focusable {
		if f == focused {
			return id
		}
	}
	return ""
}

// write leads from a field to the keyboard on the screen, for whoever has no other.
func (a *App) write(f *widget.Field) bool {
	board, ok := a.drawn.focusable[widget.KeyboardID].(*widget.Keyboard)
	if !ok {
		return false
	}
	a.canvas.Focus(board)
	if f.OnFocus != nil {
		f.OnFocus() // of several boxes this is the one to write into
	}
	board.SetField(f)
	return true
}

// refocus gives the focus on a page just drawn: to what had it before; to what had
// it when the page was left for another that lay over it; to the field of the page;
// or, for somebody who uses keys, to the first thing on it.
func (a *App) refocus(d, last *drawing, before string, fresh bool) {
	returned := a.returned
	a.returned = ""
	if fresh {
		before = returned
	} else {
		d.carry(last)
	}
	if f, ok := d.focusable[before]; ok && before != "" {
		a.canvas.Focus(f)
		return
	}
	if a.mode == widget.Keys && !fresh && before != "" {
		if f := d.nearest(last, before); f != nil {
			a.canvas.Focus(f)
			return
		}
	}
	switch {
	case d.field != nil:
		a.canvas.Focus(d.field)
	case a.mode == widget.Keys:
		if first := d.first(); first != nil {
			a.canvas.Focus(first)
		}
	}
}

// nearest returns what stood next to a part that is gone: before it, or else after.
func (d *drawing) nearest(last *drawing, gone string) fyne.Focusable {
	if last == nil {
		return nil
	}
	var before, after fyne.Focusable
	passed := false
	for _, o := range last.finish() {
		id := partID(o)
		switch f, here := d.focusable[id]; {
		case id == gone:
			passed = true
		case !here || id == "":
		case !passed:
			before = f
		case after == nil:
			after = f
		}
	}
	if before != nil {
		return before
	}
	return after
}

// partID returns the ID of something that can have the focus, or "".
func partID(o fyne.CanvasObject) string {
	switch w := o.(type) {
	case *widget.Button:
		return w.ID
	case *widget.Field:
		return w.ID
	case *widget.Keyboard:
		return widget.KeyboardID
	}
	return ""
}

// carry keeps carets, and the place on the keyboard, of a page that is drawn anew:
// a word from the hub must not move them under somebody's hands.
func (d *drawing) carry(last *drawing) {
	if last == nil {
		return
	}
	for id, f := range d.focusable {
		switch now := f.(type) {
		case *widget.Field:
			if was, ok := last.focusable[id].(*widget.Field); ok && was.Text() == now.Text() {
				now.SetCaret(was.Caret())
			}
		case *widget.Keyboard:
			if was, ok := last.focusable[id].(*widget.Keyboard); ok && was.Layout == now.Layout && was.Compact == now.Compact {
				now.At = was.At
				now.Refresh()
			}
		}
	}
}
