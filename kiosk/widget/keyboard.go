package widget

import (
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"chasqui/kiosk/look"
)

// Keyboard is the keyboard on the screen, for one field. It is one stop of the
// Tab key; the arrows move within it, and leave it over its upper and its lower
// edge.
type Keyboard struct {
	fynewidget.BaseWidget
	kit   *Kit
	field *Field
	// KeyLayout says which keys there are; the keyboard changes its Plane.
	KeyLayout
	// OnPlane is told when the plane changes, so that it outlives a new drawing.
	OnPlane func(Plane)
	// At is the place of the key that has the focus, OnMove told when it changes, for
	// the same reason.
	At     int
	OnMove func(at int)
	// OnFocus is told when the keyboard gets the focus.
	OnFocus func()

	keys    []KeyRect
	touch   touch
	pressed string
	focused bool
}

var (
	_ fyne.Tappable     = (*Keyboard)(nil)
	_ fyne.Draggable    = (*Keyboard)(nil)
	_ fyne.Focusable    = (*Keyboard)(nil)
	_ fyne.Tabbable     = (*Keyboard)(nil)
	_ desktop.Mouseable = (*Keyboard)(nil)
	_ desktop.Keyable   = (*Keyboard)(nil)
)

// KeyboardID is the keyboard's ID within every page.
const KeyboardID = "keyboard"

// NewKeyboard returns a keyboard that writes into field.
func NewKeyboard(kit *Kit, field *Field, layout KeyLayout) *Keyboard {
	k := &Keyboard{kit: kit, field: field, KeyLayout: layout}
	k.ExtendBaseWidget(k)
	return k
}

// Field returns the field that the keyboard writes into.
func (k *Keyboard) Field() *Field { return k.field }

// SetField makes the keyboard write into another field.
func (k *Keyboard) SetField(f *Field) { k.field = f }

// Focused reports whether the keyboard has the focus.
func (k *Keyboard) Focused() bool { return k.focused }

// Keys returns the keys as they are now.
func (k *Keyboard) Keys() []KeyRect { return k.keys }

// CreateRenderer implements fyne.Widget.
func (k *Keyboard) CreateRenderer() fyne.WidgetRenderer { return newPainted(k, k.draw) }

func (k *Keyboard) draw(size fyne.Size) []fyne.CanvasObject {
	if size.Width < 2 || size.Height < 2 {
		return nil
	}
	l := k.kit.Look
	k.keys = KeyboardKeys(size, k.KeyLayout, l)
	k.At = min(max(k.At, 0), len(k.keys)-1)
	out := []fyne.CanvasObject{Bar(0, 0, size.Width, size.Height, l.Tray), Bar(0, 0, size.Width, l.Border, l.Rule)}
	for i, key := range k.keys {
		out = append(out, k.drawKey(key, k.focused && i == k.At)...)
	}
	return out
}

func (k *Keyboard) drawKey(key KeyRect, focused bool) []fyne.CanvasObject {
	l := k.kit.Look
	x, y, w, h := key.Position.X, key.Position.Y, key.Size.Width, key.Size.Height
	fill, ink := l.Surface, l.Ink
	held := key.Name == KeyShift && (k.Plane == Upper || k.Plane == UpperAccents)
	switch {
	case k.pressed == key.Name || held:
		fill, ink = l.Accent, l.OnAccent
	}
	var out []fyne.CanvasObject
	if focused {
		out = append(out, ring(l, x, y, w, h)...)
	}
	out = append(out, Box(x, y, w, h, l.Corner*0.7, l.Border, l.Line, fill)...)
	size := max(min(l.Body*1.05, h*0.66), l.Least)
	if len([]rune(key.Label)) > 2 {
		size = max(min(l.Small, h*0.66), l.Least)
	}
	text := look.Measure(key.Label, size, false)
	for size > l.Least && text.Width > w-l.MM(2) {
		size = max(size-1, l.Least)
		text = look.Measure(key.Label, size, false)
	}
	if icon := keyIcons[key.Name]; icon != "" && text.Width > w-l.MM(1) {
		side := min(w, h) * 0.7
		return append(out, Picture(icon, ink, x+(w-side)/2, y+(h-side)/2, side))
	}
	label := key.Label
	if short := keyShort[key.Name]; short != "" && text.Width > w-l.MM(1) {
		label, text = short, look.Measure(short, size, false)
	}
	return append(out, Text(label, size, false, ink, x+(w-text.Width)/2, y+(h-text.Height)/2))
}

// keyShort are fewer of the signs that a key leads to, for one too narrow for all.
var keyShort = map[string]string{KeyAccents: "áé", KeySigns: "?#", KeyLetters: "abc"}

// keyIcons are the signs that take the place of a word for which its key is too
// narrow in the letters that were chosen.
var keyIcons = map[string]string{KeyDelete: "backspace", KeyShift: "shift", KeySpace: "minus"}

// keyAt returns the key under a position; a touch between two keys is the nearer
// one's, a touch far from any is nobody's.
func (k *Keyboard) keyAt(at fyne.Position) (KeyRect, bool) {
	reach := k.kit.Look.MM(2.6)
	best, bestDistance := KeyRect{}, reach
	found := false
	for _, key := range k.keys {
		dx := max(key.Position.X-at.X, at.X-key.Position.X-key.Size.Width, 0)
		dy := max(key.Position.Y-at.Y, at.Y-key.Position.Y-key.Size.Height, 0)
		if distance := max(dx, dy); distance < bestDistance || distance == 0 {
			best, bestDistance, found = key, distance, true
		}
	}
	return best, found
}

func (k *Keyboard) press(name string) {
	if k.pressed != name {
		k.pressed = name
		k.Refresh()
	}
}

func (k *Keyboard) letGo() {
	k.touch = touch{}
	k.press("")
}

// MouseDown implements desktop.Mouseable.
func (k *Keyboard) MouseDown(e *desktop.MouseEvent) {
	if e.Button != desktop.MouseButtonPrimary {
		return
	}
	k.touch.land(e.Position)
	k.kit.press(k)
	if key, ok := k.keyAt(e.Position); ok {
		k.press(key.Name)
	}
}

// MouseUp implements desktop.Mouseable.
func (k *Keyboard) MouseUp(*desktop.MouseEvent) {
	if k.kit.pressed != nil && k.kit.pressed != presser(k) {
		k.kit.Released()
	}
	if !k.touch.dragged {
		k.kit.release(k)
	}
}

// Tapped implements fyne.Tappable.
func (k *Keyboard) Tapped(e *fyne.PointEvent) {
	k.kit.release(k)
	k.kit.active(Touch)
	at := e.Position
	if k.touch.down {
		at = k.touch.start
	}
	k.letGo()
	if key, ok := k.keyAt(at); ok && k.kit.takeTap("key/"+key.Name) {
		k.hit(key.Name)
	}
}

// Dragged implements fyne.Draggable.
func (k *Keyboard) Dragged(e *fyne.DragEvent) {
	k.touch.move(e)
	if k.kit.pressed != presser(k) {
		k.kit.press(k)
	}
	if name, ok := k.held(); ok {
		k.press(name)
	} else {
		k.press("")
	}
}

// held returns the key on which the finger landed, while lifting it would be a tap.
func (k *Keyboard) held() (string, bool) {
	key, ok := k.keyAt(k.touch.start)
	if !ok || !k.touch.holds(k.kit.Look.Wobble, key.Position, key.Size) {
		return "", false
	}
	return key.Name, true
}

// DragEnd implements fyne.Draggable.
func (k *Keyboard) DragEnd() {
	name, ok := k.held()
	ok = ok && k.touch.down
	k.kit.release(k)
	k.letGo()
	k.kit.active(Touch)
	if ok && k.kit.takeTap("key/"+name) {
		k.hit(name)
	}
}

// hit does what a key does. The field keeps the focus, unless the keyboard has it
// for somebody who walks it by arrows.
func (k *Keyboard) hit(name string) {
	if !k.focused && k.kit.Focus != nil {
		k.kit.Focus(k.field)
	}
	switch name {
	case KeyShift, KeyAccents, KeySigns, KeyLetters:
		defer k.kit.tell(Turned, k, name)
	}
	switch name {
	case KeyDelete:
		k.field.Backspace()
	case KeySpace:
		k.field.Insert(" ")
	case KeyShift:
		k.turn(map[Plane]Plane{Lower: Upper, Upper: Lower, Accents: UpperAccents, UpperAccents: Accents, Signs: Upper}[k.Plane])
	case KeyAccents:
		if k.Plane == Upper {
			k.turn(UpperAccents)
		} else {
			k.turn(Accents)
		}
	case KeySigns:
		k.turn(Signs)
	case KeyLetters:
		k.turn(Lower)
	default:
		// Shift and the accents hold for one letter. They end before it is written: who
		// is told of it may draw the page, and this keyboard, anew.
		if r := []rune(name); len(r) == 1 && unicode.IsLetter(r[0]) && k.Layout == Letters {
			k.turn(Lower)
		}
		k.field.Insert(name)
	}
}

func (k *Keyboard) turn(p Plane) {
	if k.Plane == p {
		return
	}
	k.Plane = p
	if k.OnPlane != nil {
		k.OnPlane(p)
	}
	k.Refresh()
}

// FocusGained implements fyne.Focusable.
func (k *Keyboard) FocusGained() {
	k.focused = true
	k.kit.gained(KeyboardID)
	if k.OnFocus != nil {
		k.OnFocus()
	}
	k.Refresh()
	k.kit.tell(Focused, k, "")
}

// FocusLost implements fyne.Focusable.
func (k *Keyboard) FocusLost() {
	k.focused = false
	k.kit.lost(KeyboardID)
	k.Refresh()
}

// TypedRune implements fyne.Focusable: a real keyboard writes into the field.
func (k *Keyboard) TypedRune(r rune) {
	if r != ' ' {
		k.field.TypedRune(r)
		return
	}
	k.kit.takeRune()
}

// TypedKey implements fyne.Focusable: arrows walk, Enter and Space press.
func (k *Keyboard) TypedKey(e *fyne.KeyEvent) {
	if !k.kit.TakeKey(e.Name) {
		return
	}
	switch e.Name {
	case fyne.KeyLeft:
		k.along(-1)
	case fyne.KeyRight:
		k.along(1)
	case fyne.KeyUp:
		k.across(-1, e.Name)
	case fyne.KeyDown:
		k.across(1, e.Name)
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		if k.At < len(k.keys) {
			k.hit(k.keys[k.At].Name)
		}
	case fyne.KeyBackspace:
		k.field.Backspace()
	default:
		k.kit.pass(e.Name)
	}
}

// along moves the focus along the keys, round and round.
func (k *Keyboard) along(by int) {
	if len(k.keys) > 0 {
		k.step((k.At + by + len(k.keys)) % len(k.keys))
	}
}

// across moves the focus to the nearest key of the row above or below. Where there
// is none it leaves the keyboard: nobody who has arrows alone is held in it.
func (k *Keyboard) across(by int, arrow fyne.KeyName) {
	if len(k.keys) == 0 {
		k.kit.pass(arrow)
		return
	}
	from := k.keys[k.At]
	middle := from.Position.X + from.Size.Width/2
	best, bestDistance := -1, float32(1e9)
	for i, key := range k.keys {
		distance := key.Position.X + key.Size.Width/2 - middle
		if distance < 0 {
			distance = -distance
		}
		if key.row == from.row+by && distance < bestDistance {
			best, bestDistance = i, distance
		}
	}
	if best < 0 {
		k.kit.pass(arrow)
		return
	}
	k.step(best)
}

func (k *Keyboard) step(at int) {
	k.At = at
	if k.OnMove != nil {
		k.OnMove(at)
	}
	k.Refresh()
	k.kit.tell(Walked, k, k.keys[k.At].Name)
}

// KeyDown implements desktop.Keyable.
func (k *Keyboard) KeyDown(e *fyne.KeyEvent) { k.kit.KeyDown(e.Name) }

// KeyUp implements desktop.Keyable.
func (k *Keyboard) KeyUp(e *fyne.KeyEvent) { k.kit.KeyUp(e.Name) }

// AcceptsTab implements fyne.Tabbable: a Tab that is held moves nothing.
func (k *Keyboard) AcceptsTab() bool { return k.kit.HeldTab() }
