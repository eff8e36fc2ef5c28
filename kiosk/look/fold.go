package look

import (
	"strings"
	"unicode"
)

// plain are the letters under accents that the keyboards write.
var plain = func() map[rune]rune {
	out := map[rune]rune{}
	for to, from := range map[rune]string{
		'a': "áàâäãåā", 'e': "éèêëē", 'i': "íìîïī", 'o': "óòôöõō", 'u': "úùûüū",
		'n': "ñṉ", 'c': "ç", 'l': "ḻ", 't': "ṯ",
	} {
		for _, r := range from {
			out[r] = to
		}
	}
	return out
}()

// Fold returns text as it is compared with what somebody writes in a hurry: small
// letters, no accents, one space between words.
func Fold(text string) string {
	text = strings.Map(func(r rune) rune {
		r = unicode.ToLower(r)
		switch {
		case plain[r] != 0:
			return plain[r]
		case unicode.Is(unicode.Mn, r):
			return -1 // an accent that stands by itself
		}
		return r
	}, text)
	return strings.Join(strings.Fields(text), " ")
}
