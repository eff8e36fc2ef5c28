package widget

import (
	"strings"
	"unicode"

	"fyne.io/fyne/v2"

	"chasqui/kiosk/look"
)

func toUpper(r rune) string { return string(unicode.ToUpper(r)) }

// KeyRect is one key as it lies on the screen.
type KeyRect struct {
	// Name is what the key writes, or one of KeyShift, KeyDelete and so on.
	Name string
	// Label is what is written on it.
	Label    string
	Position fyne.Position // within the keyboard
	Size     fyne.Size
	row      int
}

// KeyLayout says which keyboard is meant.
type KeyLayout struct {
	Layout   Layout
	Language string
	Plane    Plane
	// Compact leaves out the row of digits where there is no room for five rows, and
	// sets a pad in two.
	Compact bool
	// Words resolves the words on keys: "key.space" and so on. nil shows the names.
	Words func(key string) string
}

// KeyboardKeys returns where each key of a keyboard of a size is, row by row. It
// is how a test that drives the real window knows where to touch.
func KeyboardKeys(size fyne.Size, layout KeyLayout, metrics look.Look) []KeyRect {
	gap := metrics.MM(2.6)
	all := rows(layout.Layout, layout.Language, layout.Plane, layout.Compact)
	width, left := size.Width-2*metrics.Margin, metrics.Margin
	if IsPad(layout.Layout) {
		// A pad is no wider than a hand, and stands under its field.
		width = min(width, metrics.MM(160))
	}
	top := metrics.MM(3)
	height := (size.Height - 2*top - float32(len(all)-1)*gap) / float32(len(all))
	var out []KeyRect
	for i, row := range all {
		columns := float32(0)
		for _, k := range row {
			columns += k.width
		}
		unit := (width + gap) / columns
		x := left
		for _, k := range row {
			w := unit*k.width - gap
			if k.name != "" {
				out = append(out, KeyRect{
					Name: k.name, Label: keyLabel(k.name, layout), row: i,
					Position: fyne.NewPos(x, top+float32(i)*(height+gap)), Size: fyne.NewSize(w, height),
				})
			}
			x += unit * k.width
		}
	}
	return out
}

func keyLabel(name string, layout KeyLayout) string {
	switch name {
	case KeyShift, KeyAccents, KeySigns, KeyLetters, KeyDelete, KeySpace:
		if name == KeySigns && layout.Compact {
			name = "digits"
		}
		if layout.Words != nil {
			return layout.Words("key." + name)
		}
	}
	return name
}

// KeyboardHeight returns how high a keyboard is, at most room. compact reports
// that all rows of the least height do not fit, so that the digits above letters must
// go, and those of a pad stand in two rows.
func KeyboardHeight(l look.Look, layout Layout, room float32) (height float32, compact bool) {
	gap, edges := l.MM(2.6), 2*l.MM(3)
	least, best := l.LeastTarget, l.MM(15)
	count := 5
	switch {
	case IsPad(layout):
		count, best = 4, l.MM(18)
	case layout == Folio:
		count = 4
	}
	if room > l.MM(200) {
		best += l.MM(4) // an upright screen has room for larger keys
	}
	of := func(rows int, each float32) float32 { return float32(rows)*each + float32(rows-1)*gap + edges }
	switch {
	case layout == Letters && of(count, least) > room:
		count, compact = 4, true
	case IsPad(layout) && of(count, least) > room:
		count, compact = 2, true
	}
	return max(min(of(count, best), room), of(count, least)), compact
}

// FindKey returns the key of a name.
func FindKey(keys []KeyRect, name string) (KeyRect, bool) {
	for _, key := range keys {
		if key.Name == name || strings.EqualFold(key.Name, name) && len(name) > 1 {
			return key, true
		}
	}
	return KeyRect{}, false
}
