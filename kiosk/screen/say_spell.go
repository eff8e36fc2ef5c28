package screen

import (
	"regexp"
	"strings"
	"unicode"

	"chasqui/locales"
)

// What people copy is said sign by sign, in the groups in which it is written.
var (
	folioForm = regexp.MustCompile(`\b[A-Z0-9]{3}[ \x{a0}-]\d{4}[ \x{a0}-]\d{4}(?:[ \x{a0}-][A-Z0-9])?\b`)
	runForm   = regexp.MustCompile(`\b\d{1,2}(?:\.?\d{3}){1,2}-[\dkK]\b`)
	phoneForm = regexp.MustCompile(`\+\d[\d \x{a0}-]{6,}\d`)
	codeForm  = regexp.MustCompile(`^\s*\d{3}[ \x{a0}]\d{3}\s*$`)
	moneyForm = regexp.MustCompile(`-?\$[ \x{a0}]?(\d{1,3}(?:[.,\x{a0} ]\d{3})+|\d+)`)
)

// speakable is a text as it is to be said: the same words, with what a voice would
// say wrongly written out. Nothing of it is left out but marks that only the eye
// needs.
func speakable(text string, w *locales.Words) string {
	if codeForm.MatchString(text) {
		return spelled(text)
	}
	text = moneyForm.ReplaceAllStringFunc(text, func(amount string) string {
		minus := ""
		if strings.HasPrefix(amount, "-") {
			minus = "-"
		}
		digits := strings.Map(func(r rune) rune {
			if unicode.IsDigit(r) {
				return r
			}
			return -1
		}, amount)
		return w.Text("voice.money", "Amount", minus+digits)
	})
	for _, form := range []*regexp.Regexp{folioForm, phoneForm, runForm} {
		text = form.ReplaceAllStringFunc(text, spelled)
	}
	return strings.TrimSpace(marks.Replace(text))
}

// marks are for the eye.
var marks = strings.NewReplacer(" · ", ", ", "•", "", " …", "", "\u00a0", " ", "→", "", "\n", ". ")

// spelled parts the signs of a number, and its groups by a pause.
func spelled(number string) string {
	var groups []string
	for _, group := range strings.FieldsFunc(number, func(r rune) bool { return unicode.IsSpace(r) || r == '.' || r == '-' }) {
		var signs []string
		for _, r := range group {
			signs = append(signs, string(r))
		}
		groups = append(groups, strings.Join(signs, " "))
	}
	return strings.Join(groups, ", ")
}

// copied reports whether a text is a number that people copy, whole or in part.
func copied(text string) bool {
	return len(text) > 4 && strings.ContainsFunc(text, unicode.IsDigit) && !strings.ContainsFunc(text, unicode.IsLower)
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

// hasWords reports whether anything is heard of a text.
func hasWords(text string) bool { return strings.ContainsFunc(text, isWord) }

// signs are the signs that a voice passes over, by the keys of their names.
var signNames = map[string]string{
	" ": "space", ".": "dot", ",": "comma", "-": "hyphen", "_": "underscore", "@": "at", ":": "colon", ";": "semicolon",
	"?": "question", "¿": "question-open", "!": "exclamation", "¡": "exclamation-open", "(": "bracket", ")": "bracket-close",
	"[": "square", "]": "square-close", "{": "curly", "}": "curly-close", "/": "slash", "+": "plus", "*": "star", "=": "equals",
	"º": "ordinal", "ª": "ordinal-a", "\"": "quote", "'": "apostrophe", "%": "percent", "&": "and", "#": "hash", "$": "dollar", "€": "euro",
}

// signWords is how one sign is said: a letter by itself, a capital as one.
func (d *drawing) signWords(text string) string {
	w := d.app.words()
	if key, ok := signNames[text]; ok {
		return w.Text("voice.sign." + key)
	}
	runes := []rune(text)
	if len(runes) == 1 && unicode.IsUpper(runes[0]) {
		return w.Text("voice.capital", "Letter", text)
	}
	if len(runes) > 1 {
		// ".com" is written by one key.
		if rest, dotted := strings.CutPrefix(text, "."); dotted {
			return w.Text("voice.sign.dot") + " " + rest
		}
	}
	return text
}
