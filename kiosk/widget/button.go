package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"
)

// Kind is what a button looks like.
type Kind int

// The kinds.
const (
	// Quiet is outlined in the accent: Back, Previous, No.
	Quiet Kind = iota
	// Primary is solid: the one thing to do next.
	Primary
	// Tile is a large white card with an icon, a title and a hint.
	Tile
	// Strip is a control of the strip: an icon and a word on white.
	Strip
	// Link is underlined text, as tall as a target.
	Link
	// Cell is a small white card with a word or an icon in its middle: a day of a
	// month, a stepper.
	Cell
)

// Button is anything that can be touched.
type Button struct {
	fynewidget.BaseWidget
	kit *Kit

	// ID names the button within its page, the same in every language.
	ID    string
	Kind  Kind
	Label string
	// Hint is a second, smaller text under a tile's label.
	Hint string
	// Spare says that the hint is told elsewhere too, and can be left out where
	// room is short.
	Spare bool
	// Icon stands before the label, After behind it.
	Icon, After string
	// Selected fills and ticks a tile.
	Selected bool
	// Choice says that a tile is one of several to choose from: it has room for the
	// tick before it is ticked.
	Choice bool
	// Box draws a box to tick in place of the tick alone: of such tiles several can
	// be chosen.
	Box bool
	// Level draws Of dots under a strip's label, the one at place Level filled, from
	// 1.
	Level, Of int
	// TextSize is the font size of the label; 0 for the body's.
	TextSize float32
	// Spoken names the button where neither label nor picture says enough to
	// somebody who does not see it.
	Spoken string
	// Plain labels are not bold in a tile.
	Plain bool
	// Told says that a button has done its part: it says so with a tick and without an
	// outline, and nothing comes of a touch. It keeps its place and the focus.
	Told  bool
	OnTap func()

	touch   touch
	pressed bool
	focused bool
}

var (
	_ fyne.Tappable     = (*Button)(nil)
	_ fyne.Draggable    = (*Button)(nil)
	_ fyne.Focusable    = (*Button)(nil)
	_ fyne.Tabbable     = (*Button)(nil)
	_ desktop.Mouseable = (*Button)(nil)
	_ desktop.Keyable   = (*Button)(nil)
)

// NewButton returns a button as described by b.
func NewButton(kit *Kit, b *Button) *Button {
	b.kit = kit
	if b.TextSize == 0 {
		b.TextSize = kit.Look.Body
	}
	b.ExtendBaseWidget(b)
	return b
}

// CreateRenderer implements fyne.Widget.
func (b *Button) CreateRenderer() fyne.WidgetRenderer { return newPainted(b, b.draw) }

// Focused reports whether the button has the focus.
func (b *Button) Focused() bool { return b.focused }

func (b *Button) setPressed(pressed bool) {
	if b.pressed != pressed && !b.Told {
		b.pressed = pressed
		b.Refresh()
	}
}

func (b *Button) letGo() {
	b.touch = touch{}
	b.setPressed(false)
}

// tap is act for a finger, whose second tap may be none.
func (b *Button) tap() {
	if b.kit.takeTap(b.ID) {
		b.act()
	}
}

func (b *Button) act() {
	if b.OnTap != nil && !b.Told {
		b.OnTap()
	}
}

// MouseDown implements desktop.Mouseable: a finger landed.
func (b *Button) MouseDown(e *desktop.MouseEvent) {
	if e.Button != desktop.MouseButtonPrimary {
		return
	}
	b.touch.land(e.Position)
	b.kit.press(b)
	b.setPressed(true)
}

// MouseUp implements desktop.Mouseable: a finger was lifted. What it means is said
// by Tapped or DragEnd, which follow.
func (b *Button) MouseUp(*desktop.MouseEvent) {
	if b.kit.pressed != nil && b.kit.pressed != presser(b) {
		b.kit.Released()
	}
	if !b.touch.dragged {
		b.kit.release(b)
		b.setPressed(false)
	}
}

// Tapped implements fyne.Tappable.
func (b *Button) Tapped(*fyne.PointEvent) {
	b.kit.release(b)
	b.letGo()
	b.kit.under = b.ID
	b.kit.active(Touch)
	b.tap()
}

// Dragged implements fyne.Draggable.
func (b *Button) Dragged(e *fyne.DragEvent) {
	b.touch.move(e)
	if b.kit.pressed != presser(b) {
		b.kit.press(b)
	}
	b.setPressed(b.touch.holds(b.kit.Look.Wobble, fyne.Position{}, b.Size()))
}

// DragEnd implements fyne.Draggable.
func (b *Button) DragEnd() {
	tap := b.touch.down && b.touch.holds(b.kit.Look.Wobble, fyne.Position{}, b.Size())
	b.kit.release(b)
	b.letGo()
	b.kit.under = b.ID
	b.kit.active(Touch)
	if tap {
		b.tap()
	}
}

// FocusGained implements fyne.Focusable.
func (b *Button) FocusGained() {
	b.focused = true
	b.kit.gained(b.ID)
	b.Refresh()
	b.kit.tell(Focused, b, "")
}

// FocusLost implements fyne.Focusable.
func (b *Button) FocusLost() {
	b.focused = false
	b.kit.lost(b.ID)
	b.Refresh()
}

// TypedRune implements fyne.Focusable.
func (b *Button) TypedRune(rune) { b.kit.takeRune() }

// TypedKey implements fyne.Focusable: Enter and Space act.
func (b *Button) TypedKey(e *fyne.KeyEvent) {
	if !b.kit.TakeKey(e.Name) {
		return
	}
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		b.act()
	default:
		b.kit.pass(e.Name)
	}
}

// KeyDown implements desktop.Keyable.
func (b *Button) KeyDown(e *fyne.KeyEvent) { b.kit.KeyDown(e.Name) }

// KeyUp implements desktop.Keyable.
func (b *Button) KeyUp(e *fyne.KeyEvent) { b.kit.KeyUp(e.Name) }

// AcceptsTab implements fyne.Tabbable: a Tab that is held moves nothing.
func (b *Button) AcceptsTab() bool { return b.kit.HeldTab() }
