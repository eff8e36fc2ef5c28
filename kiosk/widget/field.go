package widget

import (
	"slices"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"chasqui/kiosk/look"
)

// Field is where somebody writes, by the keyboard on the screen or by a real one.
type Field struct {
	fynewidget.BaseWidget
	kit *Kit

	// ID names the field within its page.
	ID string
	// Many makes a field of several lines.
	Many bool
	// Max bounds the number of characters; 0 for a generous bound.
	Max int
	// Masked shows a dot for each character.
	Masked bool
	// Accept says which characters may be written; nil for all that can be read.
	Accept func(rune) bool
	// Form returns what is shown in place of what is written, as "$350.000" for
	// 350000. The caret then stays at the end.
	Form func(text string) string
	// Idle hides the caret of a field into which the keyboard does not write now.
	Idle bool
	// Trouble borders the field in the colour of an error. The words stand beside
	// it: colour never speaks alone.
	Trouble bool
	// OnChanged is told of each change, OnSubmit of Enter.
	OnChanged func(text string)
	OnSubmit  func()
	// OnFocus is told when the field gets the focus, OnLeave when there is nothing
	// left to take away by Backspace.
	OnFocus func()
	OnLeave func()

	text    []rune
	caret   int
	first   int // of the characters shown, in a field of one line
	focused bool
	touch   touch
}

// generousLength bounds what a field takes when nobody says otherwise.
const generousLength = 500

var (
	_ fyne.Tappable   = (*Field)(nil)
	_ fyne.Draggable  = (*Field)(nil)
	_ fyne.Focusable  = (*Field)(nil)
	_ fyne.Tabbable   = (*Field)(nil)
	_ desktop.Keyable = (*Field)(nil)
)

// NewField returns a field as described by f, holding text, the caret at its end.
func NewField(kit *Kit, f *Field, text string) *Field {
	f.kit = kit
	f.text = []rune(text)
	f.caret = len(f.text)
	f.ExtendBaseWidget(f)
	return f
}

// Text returns what is written.
func (f *Field) Text() string { return string(f.text) }

// Focused reports whether the field has the focus.
func (f *Field) Focused() bool { return f.focused }

// Caret returns the place of the caret in characters from the start.
func (f *Field) Caret() int { return f.caret }

// SetCaret moves the caret.
func (f *Field) SetCaret(at int) {
	if f.Form != nil {
		at = len(f.text)
	}
	f.caret = min(max(at, 0), len(f.text))
	f.Refresh()
}

// Wipe forgets what was written and overwrites the memory that held it.
func (f *Field) Wipe() {
	clear(f.text)
	f.text, f.caret, f.first = nil, 0, 0
	f.Refresh()
}

// Insert writes text at the caret, leaving out what the field does not take.
func (f *Field) Insert(text string) {
	limit := f.Max
	if limit <= 0 {
		limit = generousLength
	}
	changed := false
	for _, r := range text {
		if len(f.text) >= limit || !unicode.IsPrint(r) || f.Accept != nil && !f.Accept(r) {
			continue
		}
		f.text = slices.Insert(f.text, f.caret, r)
		f.caret++
		changed = true
	}
	if changed {
		f.change()
	}
}

// Backspace takes away the character before the caret.
func (f *Field) Backspace() {
	if f.caret == 0 {
		if len(f.text) == 0 && f.OnLeave != nil {
			f.OnLeave()
		}
		return
	}
	f.text = slices.Delete(f.text, f.caret-1, f.caret)
	f.caret--
	f.change()
}

func (f *Field) change() {
	if f.OnChanged != nil {
		f.OnChanged(string(f.text))
	}
	f.Refresh()
}

// Tapped implements fyne.Tappable: the caret goes to the finger.
func (f *Field) Tapped(e *fyne.PointEvent) {
	f.kit.active(Touch)
	f.place(e.Position)
	if f.kit.Focus != nil {
		f.kit.Focus(f)
	}
}

// Dragged implements fyne.Draggable: a wobble is a tap here too.
func (f *Field) Dragged(e *fyne.DragEvent) { f.touch.move(e) }

// DragEnd implements fyne.Draggable.
func (f *Field) DragEnd() {
	at := f.touch.at()
	f.touch = touch{}
	f.Tapped(&fyne.PointEvent{Position: at})
}

// place puts the caret nearest to a position. In a field of several lines it goes
// to the end, where one goes on writing.
func (f *Field) place(at fyne.Position) {
	if f.Many {
		f.SetCaret(len(f.text))
		return
	}
	x := at.X - f.inset()
	best, bestDistance := f.first, float32(1e9)
	for i := f.first; i <= len(f.text); i++ {
		distance := f.width(f.first, i) - x
		if distance < 0 {
			distance = -distance
		}
		if distance < bestDistance {
			best, bestDistance = i, distance
		}
	}
	f.SetCaret(best)
}

// FocusGained implements fyne.Focusable.
func (f *Field) FocusGained() {
	f.focused = true
	f.kit.gained(f.ID)
	if f.OnFocus != nil {
		f.OnFocus()
	}
	f.Refresh()
}

// FocusLost implements fyne.Focusable.
func (f *Field) FocusLost() {
	f.focused = false
	f.kit.lost(f.ID)
	f.Refresh()
}

// TypedRune implements fyne.Focusable. A key that is held types once.
func (f *Field) TypedRune(r rune) {
	if f.kit.takeRune() {
		f.Insert(string(r))
	}
}

// TypedKey implements fyne.Focusable. Left and right move the caret, and where it
// stands at an end they leave the field, as up and down always do.
func (f *Field) TypedKey(e *fyne.KeyEvent) {
	if !f.kit.TakeKey(e.Name) {
		return
	}
	switch e.Name {
	case fyne.KeyBackspace:
		f.Backspace()
	case fyne.KeyDelete:
		if f.caret < len(f.text) {
			f.caret++
			f.Backspace()
		}
	case fyne.KeyLeft:
		if f.caret == 0 || f.Form != nil {
			f.kit.pass(e.Name)
			return
		}
		f.SetCaret(f.caret - 1)
	case fyne.KeyRight:
		if f.caret == len(f.text) {
			f.kit.pass(e.Name)
			return
		}
		f.SetCaret(f.caret + 1)
	case fyne.KeyHome:
		f.SetCaret(0)
	case fyne.KeyEnd:
		f.SetCaret(len(f.text))
	case fyne.KeyReturn, fyne.KeyEnter:
		f.enter()
	case fyne.KeySpace: // arrives as a character too
	default:
		f.kit.pass(e.Name)
	}
}

// KeyDown implements desktop.Keyable.
func (f *Field) KeyDown(e *fyne.KeyEvent) { f.kit.keyDownInField(e.Name) }

// KeyUp implements desktop.Keyable.
func (f *Field) KeyUp(e *fyne.KeyEvent) { f.kit.KeyUp(e.Name) }

// AcceptsTab implements fyne.Tabbable: a Tab that is held moves nothing.
func (f *Field) AcceptsTab() bool { return f.kit.HeldTab() }

// enter goes on for whoever types on real keys. For whoever has only the five of a
// pad it leads to the keyboard on the screen: there is no other way to write, and
// the question would be passed by.
func (f *Field) enter() {
	if !f.kit.typist && f.kit.Write != nil && f.kit.Write(f) {
		return
	}
	if f.OnSubmit != nil {
		f.OnSubmit()
	}
}

// CreateRenderer implements fyne.Widget.
func (f *Field) CreateRenderer() fyne.WidgetRenderer { return newPainted(f, f.draw) }

// SetText writes text in place of what is there, as a stepper does.
func (f *Field) SetText(text string) {
	clear(f.text)
	f.text = []rune(text)
	f.caret, f.first = len(f.text), 0
	f.change()
}

// SetIdle shows or hides the caret.
func (f *Field) SetIdle(idle bool) {
	if f.Idle != idle {
		f.Idle = idle
		f.Refresh()
	}
}

// BoxWidth returns how wide a field is that holds that many digits.
func BoxWidth(l look.Look, digits int) float32 {
	return look.Measure("0", l.Body*1.05, false).Width*float32(digits) + 2*l.MM(5) + l.MM(3)
}

// FieldHeight returns how high a field of that many lines is.
func FieldHeight(l look.Look, lines int) float32 {
	return max(float32(lines)*l.Body*look.LineHeight*1.05+2*l.MM(3), l.Target*0.95)
}
