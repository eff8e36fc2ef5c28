package locales

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Pseudo is the tag of the pseudo-locale: Spanish made longer, accented and
// marked. It is for whoever draws pages and looks for what is cut off or was never
// handed to a translator, and is offered to nobody unless an office lists it.
const Pseudo = "qps"

// kept are the parts of a text that no translator may touch: placeholders,
// addresses, and figures.
var kept = regexp.MustCompile(`\{\{[^}]*\}\}|https?://\S+|www\.\S+|\S+@\S+|[0-9]+`)

// looks gives letters that read alike. All are in the fonts of the screen.
var looks = strings.NewReplacer(
	"a", "å", "b", "ɓ", "c", "ç", "d", "ð", "e", "é", "f", "ƒ", "g", "ģ", "h", "ĥ", "i", "î", "k", "ķ", "l", "ľ",
	"m", "ṁ", "n", "ñ", "o", "ö", "p", "þ", "s", "ŝ", "t", "ť", "u", "ů", "w", "ŵ", "x", "ẍ", "y", "ý", "z", "ž",
	"A", "Å", "C", "Ç", "D", "Đ", "E", "É", "G", "Ĝ", "H", "Ĥ", "I", "Î", "J", "Ĵ", "K", "Ķ", "L", "Ľ", "M", "Ṁ",
	"N", "Ñ", "O", "Ö", "P", "Þ", "R", "Ŕ", "S", "Š", "T", "Ţ", "U", "Û", "V", "Ṽ", "W", "Ŵ", "X", "Ẍ", "Y", "Ý", "Z", "Ž",
)

// shortText is up to how many characters a text grows by more than the rest:
// "No" becomes twice as long in many a language.
const shortText = 20

// PseudoText returns a text of the pseudo-locale: between ⟪ ⟫, with accents, and
// longer by 40 %, marks included; a short one by more. Words grow, as they do
// where German takes the place of Spanish. Placeholders, addresses and figures
// stay as they are.
func PseudoText(text string) string {
	loose := kept.ReplaceAllString(text, "")
	n := utf8.RuneCountInString(loose)
	more := (n*4 + 9) / 10
	if n > shortText {
		more -= 2
	}
	vowels := 0
	for _, r := range loose {
		if isVowel(r) {
			vowels++
		}
	}
	g := grower{more: more, places: vowels}
	var out strings.Builder
	out.WriteString("⟪")
	last := 0
	for _, at := range kept.FindAllStringIndex(text, -1) {
		g.write(&out, text[last:at[0]])
		out.WriteString(text[at[0]:at[1]])
		last = at[1]
	}
	g.write(&out, text[last:])
	// A text without vowels has nowhere else to grow.
	if vowels == 0 {
		out.WriteString(strings.Repeat("~", more))
	}
	out.WriteString("⟫")
	return out.String()
}

// grower says a vowel more than once, as evenly over the text as it can.
type grower struct{ more, places, seen, given int }

func (g *grower) write(out *strings.Builder, part string) {
	for _, r := range part {
		letter := looks.Replace(string(r))
		out.WriteString(letter)
		if !isVowel(r) {
			continue
		}
		g.seen++
		for g.given < g.more*g.seen/g.places {
			out.WriteString(strings.ToLower(letter))
			g.given++
		}
	}
}

func isVowel(r rune) bool { return strings.ContainsRune("aeiouáéíóúü", unicode.ToLower(r)) }

// pseudo returns messages in the pseudo-locale. Plural forms stay what they are.
func pseudo(messages []Message) []Message {
	out := make([]Message, 0, len(messages))
	for _, m := range messages {
		forms := map[string]string{}
		for form, text := range m.Forms {
			forms[form] = PseudoText(text)
		}
		m.Forms = forms
		out = append(out, m)
	}
	return out
}
