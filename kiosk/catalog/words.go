package catalog

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The limits of what is read on the screen.
const (
	maxSentence  = 25 // words
	maxQuestions = 25
	manyQuestion = 15
	inflesz      = 55.0 // below: hard for most people
	infleszGood  = 65.0
	judgedWords  = 30 // a shorter text is not judged
	growth       = 1.4
)

// room is how many characters a text has at the largest type, by the end of its
// key. Other languages may be longer by growth.
var room = []struct {
	suffix     string
	characters int
}{
	{".label", 60}, {".short", 24}, {".entry", 24}, {".step", 32}, {".why", 90}, {".hint", 50}, {".title", 60},
	{".accept", 24}, {".refuse", 24}, {"title", 60},
}

func roomFor(key string) (int, bool) {
	if strings.HasPrefix(key, "suggestion.") && strings.HasSuffix(key, ".why") || key == "privacy.why" {
		return 0, false // a page of its own
	}
	for _, r := range room {
		if strings.HasSuffix(key, r.suffix) {
			return r.characters, true
		}
	}
	return 0, false
}

// unkind are words that a citizen should never read, by language.
var unkind = map[string]*regexp.Regexp{
	"es": regexp.MustCompile(`(?i)(?:^|[^\pL])(error(?:es)?|inválid[oa]s?|enviad[oa]s?|denegad[oa]s?)(?:[^\pL]|$)`),
	"en": regexp.MustCompile(`(?i)(?:^|[^\pL])(errors?|invalid|sent|denied)(?:[^\pL]|$)`),
	"pt": regexp.MustCompile(`(?i)(?:^|[^\pL])(erros?|inválid[oa]s?|enviad[oa]s?|negad[oa]s?)(?:[^\pL]|$)`),
	"ht": regexp.MustCompile(`(?i)(?:^|[^\pL])(erè|envalid|voye)(?:[^\pL]|$)`),
}

// knownAcronyms are in everybody's mouth, or say nothing when spelled out.
var knownAcronyms = map[string]bool{"RUN": true, "RUT": true, "QR": true, "PDF": true, "JPG": true, "PNG": true, "USB": true}

var acronym = regexp.MustCompile(`\p{Lu}{2,}`)

func (l *page) checkWords() {
	var everything strings.Builder
	for _, t := range l.words {
		everything.WriteString(t.Text + "\n")
	}
	for _, t := range l.words {
		if t.Key == keywordsKey {
			continue
		}
		l.checkText(sourceLanguage, t.Key, t.Text, func(severity Severity, rule, format string, args ...any) {
			l.say(severity, rule, t.At, format, args...)
		})
		if countWords(t.Text) >= judgedWords {
			l.judge(t.At, t.Text)
		}
		for _, a := range acronym.FindAllString(t.Text, -1) {
			if !t.Quoted && !knownAcronyms[a] && !strings.Contains(everything.String(), "("+a+")") && !strings.Contains(everything.String(), a+" (") {
				l.say(SeverityWarning, ruleAcronym, t.At, "%s is not spelled out anywhere; write it out once, with %s in brackets", a, a)
			}
		}
	}
	for _, language := range l.languages {
		if language == sourceLanguage {
			continue
		}
		m, err := readMessages(l.fsys, l.folder, language)
		if err != nil || m == nil {
			continue // said elsewhere
		}
		for _, key := range sortedKeys(m.text) {
			if key == keywordsKey {
				continue
			}
			l.checkText(language, key, m.text[key], func(severity Severity, rule, format string, args ...any) {
				l.sayIn(m, severity, rule, key, format, args...)
			})
		}
	}
}

// checkHeaderWords judges the page that presents the service as one text.
func (l *linter) checkHeaderWords() {
	h := l.def.Text
	page := strings.Join([]string{h.Summary, h.ForWhom, h.Cost, h.TimeLimit}, " ")
	if countWords(page) >= judgedWords {
		l.judge(at("text", "summary"), page)
	}
}

func (l *page) judge(at []any, text string) {
	switch score := INFLESZ(text); {
	case score < inflesz:
		l.say(SeverityError, ruleRead, at, "is hard to read (INFLESZ %.0f, at least %.0f); write shorter sentences and commoner words", score, inflesz)
	case score < infleszGood:
		l.say(SeverityWarning, ruleRead, at, "is not easy to read (INFLESZ %.0f, better over %.0f); shorten a sentence or a word", score, infleszGood)
	}
}

// checkText holds one text of any language to the rules that need no grammar.
func (l *page) checkText(language, key, words string, say func(Severity, string, string, ...any)) {
	if strings.Contains(words, "{{") {
		say(SeverityError, ruleMessages, "%q has a placeholder; the texts of a service have none", key)
	}
	if characters, ok := roomFor(key); ok {
		if language != sourceLanguage {
			characters = int(float64(characters) * growth)
		}
		if n := utf8.RuneCountInString(words); n > characters {
			say(SeverityError, ruleFit, "%q is %d characters long and large type has room for %d; shorten it", key, n, characters)
		}
	}
	for _, sentence := range sentences(words) {
		if n := countWords(sentence); n > maxSentence {
			say(SeverityError, ruleSentence, "%q has a sentence of %d words, at most %d; split it", key, n, maxSentence)
		}
	}
	quoted := slices.ContainsFunc(l.words, func(t text) bool { return t.Quoted && t.Key == key })
	if found := unkind[language].FindStringSubmatch(words); found != nil && !quoted {
		say(SeverityError, ruleWord, "%q says %q; say what to do instead", key, found[1])
	}
}

// sentences splits a text after . ! ? and … where a space or the end follows.
func sentences(text string) []string {
	var out []string
	start := 0
	runes := []rune(text)
	for i, r := range runes {
		ends := strings.ContainsRune(".!?…", r) && (i+1 == len(runes) || unicode.IsSpace(runes[i+1]))
		if ends || i+1 == len(runes) {
			if s := strings.TrimSpace(string(runes[start : i+1])); countWords(s) > 0 {
				out = append(out, s)
			}
			start = i + 1
		}
	}
	return out
}

// countWords counts the words that have a letter or a digit in them.
func countWords(text string) int {
	n := 0
	for _, w := range strings.Fields(text) {
		if strings.ContainsFunc(w, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			n++
		}
	}
	return n
}

// INFLESZ returns how easy a Spanish text is to read: Szigriszt's formula on the
// scale of Barrio-Cantalejo, 206.835 − 62.3 × syllables/words − words/sentences.
// Above 65 is easy, under 55 hard for most people. Words without letters do not
// count. A text without words gives 206.835.
func INFLESZ(text string) float64 {
	words, syllables := 0, 0
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
		words++
		syllables += Syllables(w)
	}
	if words == 0 {
		return 206.835
	}
	n := max(len(sentences(text)), 1)
	return 206.835 - 62.3*float64(syllables)/float64(words) - float64(words)/float64(n)
}

// Syllables counts the syllables of a Spanish word, at least one: its vowels,
// where two make one unless both are strong or the weak one bears the accent. The
// u of que, qui, gue and gui is silent, and a final y is a vowel.
func Syllables(word string) int {
	runes := []rune(strings.ToLower(word))
	n := 0
	var before rune
	for i, r := range runes {
		if r == 'y' && i == len(runes)-1 && i > 0 {
			r = 'i'
		}
		if r == 'u' && i > 0 && i+1 < len(runes) && strings.ContainsRune("qg", runes[i-1]) && strings.ContainsRune("eiéí", runes[i+1]) {
			continue
		}
		if !strings.ContainsRune("aeiouáéíóúü", r) {
			if r != 'h' { // as in "ahora" and "prohíbe", h does not part vowels
				before = 0
			}
			continue
		}
		if before == 0 || strong(before) && strong(r) {
			n++
		}
		before = r
	}
	return max(n, 1)
}

func strong(r rune) bool { return strings.ContainsRune("aeoáéóíú", r) }

func hasDigit(text string) bool { return strings.ContainsFunc(text, unicode.IsDigit) }

func mentions(text string, words ...string) bool {
	text = strings.ToLower(text)
	for _, w := range words {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}
