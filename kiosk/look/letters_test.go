package look

import (
	"testing"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"golang.org/x/image/font/sfnt"

	"chasqui/locales"
)

// shapes returns a function that reports whether a face has a character.
func shapes(t *testing.T, content []byte) func(r rune) sfnt.GlyphIndex {
	t.Helper()
	font, err := sfnt.Parse(content)
	if err != nil {
		t.Fatal(err)
	}
	var buffer sfnt.Buffer
	return func(r rune) sfnt.GlyphIndex {
		index, err := font.GlyphIndex(&buffer, r)
		if err != nil {
			t.Fatalf("%U: %v", r, err)
		}
		return index
	}
}

// Guards whoever reads Mapudungun or Rapa Nui: every letter of every language that
// has a pack, small and capital, is in both faces. An empty box in the middle of a
// word says that nobody looked.
func TestEveryLetterOfEveryLanguageHasAShape(t *testing.T) {
	for _, bold := range []bool{false, true} {
		shape := shapes(t, Font(bold).Content())
		check := func(what, text string) {
			for _, r := range text {
				for _, c := range []rune{r, unicode.ToUpper(r)} {
					if !unicode.IsSpace(c) && shape(c) == 0 {
						t.Errorf("bold %v: %s needs %q (%U), and the font lacks it", bold, what, c, c)
					}
				}
			}
		}
		for _, l := range locales.Known() {
			if l.Alphabet == "" {
				t.Errorf("%s has no alphabet", l.Tag)
			}
			check(l.Tag, l.Alphabet+l.Name+l.Greeting.Text)
		}
		// What the design names one by one.
		check("the design", "ñüṉṯḻꞌāēīōūŋ⟦⟧⟪⟫")
		for _, l := range append(locales.Languages(), locales.Language{Tag: locales.Pseudo}) {
			for _, m := range locales.Current().Messages(l.Tag) {
				for _, words := range m.Forms {
					check(l.Tag+", "+m.Key, words)
				}
			}
		}
		for _, m := range locales.Current().Messages(locales.Source) {
			for _, words := range m.Forms {
				check("the pseudo-locale", locales.PseudoText(words))
			}
		}
		// The control: Fyne's fonts do not have every character that there is.
		if shape('漢') != 0 {
			t.Error("the test looks into the wrong font")
		}
	}
}

// The marks are added to the bundled font, and everything else in it stays.
func TestMarksAreAddedAndNothingIsLost(t *testing.T) {
	for _, bold := range []bool{false, true} {
		original := theme.DefaultTextFont()
		if bold {
			original = theme.DefaultTextBoldFont()
		}
		before, after := shapes(t, original.Content()), shapes(t, Font(bold).Content())
		characters := 0
		for r := range rune(0xffff) {
			if letter, mark := marks[r]; mark {
				if before(r) != 0 || after(r) != before(letter) || after(r) == 0 {
					t.Errorf("%q: shape %d, that of %q is %d", r, after(r), letter, before(letter))
				}
				continue
			}
			if before(r) != after(r) {
				t.Errorf("%U had the shape %d and has %d", r, before(r), after(r))
			}
			if before(r) != 0 {
				characters++
			}
		}
		if characters < 1000 {
			t.Fatalf("only %d characters: the test looks into the wrong font", characters)
		}
	}
	if Font(true) != Font(true) {
		t.Error("a font is made anew at each call, and with it every cache")
	}
}

// A font that is cut off or is none is left as it is.
func TestAFontThatCannotBeReadIsLeftAsItIs(t *testing.T) {
	whole := theme.DefaultTextFont().Content()
	for _, length := range []int{0, 1, 11, 12, 40, 300, 5000, len(whole) / 2} {
		cut := whole[:length]
		if out, err := withAliases(cut, marks); err == nil && len(out) < length {
			t.Errorf("%d bytes became %d", length, len(out))
		}
		font := fyne.NewStaticResource("cut", cut)
		if got := marked(font); len(got.Content()) < length {
			t.Errorf("%d bytes became %d", length, len(got.Content()))
		}
	}
}
