package receipt

import (
	"strings"
	"unicode"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// dash stands before one of a list, on every kind of paper.
const dash = "–"

// hardSpace is a space at which no line is broken.
const hardSpace = '\u00a0'

// nearest are letters that a code page may lack and that come up in names, in
// print and in the marks of a missing translation. Each is tried only where the
// page lacks the letter itself: PC858 has no curly quotes, Windows-1252 has.
var nearest = map[rune]string{
	'⟦': "[", '⟧': "]", '→': "->", '−': "-", '‑': "-", '–': "-", '—': "-", '•': "-", '…': "...",
	'“': `"`, '”': `"`, '„': `"`, '‘': "'", '’': "'", '‚': ",", '‹': "<", '›': ">", '™': "(TM)",
	'\u2009': " ", '\u202f': string(hardSpace), '\u2002': " ", '\u2003': " ",
	'ṉ': "n", 'Ṉ': "N", 'ṯ': "t", 'Ṯ': "T", 'ḻ': "l", 'Ḻ': "L", 'ĩ': "i", 'ẽ': "e", 'ũ': "u", 'ŋ': "ng", 'ꞌ': "'", 'ʼ': "'",
	'š': "s", 'Š': "S", 'ž': "z", 'Ž': "Z", 'œ': "oe", 'Œ': "OE", 'Ÿ': "Y", 'ƒ': "f", '€': "EUR",
}

// encode turns text into bytes of a code page that can do nothing but be printed:
// a control character becomes a space, and what is only there to steer the eye (a
// mark of direction, a joiner) is left out. A letter outside the page falls back
// to the nearest inside it, then to the letter without its marks, then to "?".
func encode(page *charmap.Charmap, text string) string {
	var out strings.Builder
	for _, r := range norm.NFC.String(text) {
		out.WriteString(encodeRune(page, r))
	}
	return out.String()
}

func encodeRune(page *charmap.Charmap, r rune) string {
	switch {
	case unicode.IsControl(r) || r == '\u2028' || r == '\u2029':
		return " "
	case unicode.Is(unicode.Cf, r):
		return ""
	}
	if b, ok := printable(page, r); ok {
		return string([]byte{b})
	}
	for _, spare := range []string{nearest[r], unmarked(r)} {
		if encoded, ok := encodeAll(page, spare); ok {
			return encoded
		}
	}
	return "?"
}

// printable returns the byte of a letter; a byte that a printer may take for a
// command is none.
func printable(page *charmap.Charmap, r rune) (byte, bool) {
	b, ok := page.EncodeRune(r)
	return b, ok && b >= 0x20 && b != 0x7f
}

func encodeAll(page *charmap.Charmap, text string) (string, bool) {
	var out []byte
	for _, r := range text {
		b, ok := printable(page, r)
		if !ok {
			return "", false
		}
		out = append(out, b)
	}
	return string(out), len(out) > 0
}

// unmarked returns a letter without its accents.
func unmarked(r rune) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(string(r)))
}
