package widget

import "fyne.io/fyne/v2"

// What is the kind of a Happening.
type What int

// What happens to parts that somebody who does not see must hear of.
const (
	// Focused: a part got the focus.
	Focused What = iota
	// Wrote: Text was written into a field.
	Wrote
	// Took: Text was taken away from a field.
	Took
	// Moved: the caret of a field went to before Text, which is "" at the end.
	Moved
	// Walked: the focus within a keyboard went to the key named Text.
	Walked
	// Turned: the keyboard shows other keys since the key named Text was pressed.
	Turned
)

// Happening is something that a part tells of itself, after it has happened, to
// whoever speaks for it.
type Happening struct {
	What What
	Part fyne.CanvasObject
	Text string
}

func (k *Kit) tell(what What, part fyne.CanvasObject, text string) {
	if k.Happened != nil {
		k.Happened(Happening{what, part, text})
	}
}

// Caption returns what stands in the field as it is shown: in its form, or as dots.
func (f *Field) Caption() string {
	if f.Form != nil && !f.Masked {
		return f.Form(string(f.text))
	}
	return f.shown(0, len(f.text))
}

// Key returns the key that has the focus within the keyboard.
func (k *Keyboard) Key() (KeyRect, bool) {
	if k.At < 0 || k.At >= len(k.keys) {
		return KeyRect{}, false
	}
	return k.keys[k.At], true
}

// Empty reports that nothing is drawn on the pad.
func (p *Pad) Empty() bool { return p.ink.Empty() }
