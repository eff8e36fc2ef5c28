package eyes

import (
	"image"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Text returns everything that was read, a line a line.
func (p Page) Text() string {
	var b strings.Builder
	for i, w := range p.Words {
		switch {
		case i == 0:
		case w.line == p.Words[i-1].line:
			b.WriteByte(' ')
		default:
			b.WriteByte('\n')
		}
		b.WriteString(w.Text)
	}
	return b.String()
}

// Find returns where a phrase stands: consecutive words, compared without
// accents, case and punctuation. The phrase may go on over a line's end.
func (p Page) Find(phrase string) (image.Rectangle, bool) {
	all := p.FindAll(phrase)
	if len(all) == 0 {
		return image.Rectangle{}, false
	}
	return all[0], true
}

// FindAll returns every place where a phrase stands, top to bottom. Where one
// word ends and the next begins is not compared: tesseract is often wrong there.
func (p Page) FindAll(phrase string) []image.Rectangle {
	want := Fold(phrase)
	if want == "" {
		return nil
	}
	var found []image.Rectangle
	for i, first := range p.Words {
		if Fold(first.Text) == "" {
			continue
		}
		box, text := first.Box, ""
		for _, w := range p.Words[i:] {
			text += Fold(w.Text)
			if !strings.HasPrefix(want, text) {
				break
			}
			if w.line == first.line {
				box = box.Union(w.Box)
			}
			if text == want {
				found = append(found, box)
				break
			}
		}
	}
	return found
}

// Has reports whether a phrase stands on the page.
func (p Page) Has(phrase string) bool { _, ok := p.Find(phrase); return ok }

// Fold makes words comparable: no accents, no case, letters and digits only, and
// what tesseract takes for one another made one.
func Fold(s string) string {
	return strings.Map(func(r rune) rune {
		switch r = unicode.ToLower(r); {
		case unicode.Is(unicode.Mn, r):
			return -1
		case r == 'i', r == '1', r == '|', r == 'ı':
			return 'l'
		case r == '0':
			return 'o'
		case unicode.IsLetter(r), unicode.IsDigit(r):
			return r
		}
		return -1
	}, norm.NFD.String(s))
}

// Centre returns the middle of a rectangle.
func Centre(r image.Rectangle) image.Point {
	return image.Pt((r.Min.X+r.Max.X)/2, (r.Min.Y+r.Max.Y)/2)
}
