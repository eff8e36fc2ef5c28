package catalog

import (
	"path"
	"slices"
)

func (l *page) checkLanguages() {
	if !slices.Contains(l.languages, sourceLanguage) {
		l.say(SeverityError, ruleLanguage, at("languages"), "Spanish is not among the languages; add es")
	}
}

// checkTranslations compares every declared language with the Spanish texts.
func (l *page) checkTranslations() {
	known := map[string]bool{}
	for _, t := range l.words {
		known[t.Key] = true
	}
	for _, language := range l.languages {
		if language == sourceLanguage {
			continue
		}
		m, err := readMessages(l.fsys, l.folder, language)
		if err != nil {
			continue // loading has said so
		}
		if m == nil {
			l.say(SeverityError, ruleTranslation, at("languages"), "there is no %s.yaml; \"%s\" begins it, or take %s out of languages", language, l.begin(language), language)
			continue
		}
		l.checkComplete(m, language)
		for _, t := range l.words {
			if m.text[t.Key] == t.Text && countWords(t.Text) >= 4 {
				l.sayIn(m, SeverityWarning, ruleTranslation, t.Key, "%q is still in Spanish; translate it", t.Key)
			}
		}
		for _, key := range sortedKeys(m.text) {
			if !known[key] {
				l.sayIn(m, SeverityError, ruleStray, key, "no text has the key %q; correct it or take it out", key)
			}
		}
	}
}

// manyTexts is how many missing texts of a file are named one by one.
const manyTexts = 5

// checkComplete names the texts that a language lacks, in its own file, after the
// text before each; where it lacks many, all of them at once.
func (l *page) checkComplete(m *messages, language string) {
	type gap struct {
		text  text
		after string // the key to point at
	}
	var gaps []gap
	absent, before := 0, ""
	for _, t := range l.words {
		_, there := m.text[t.Key]
		if there {
			before = t.Key
		}
		if m.text[t.Key] != "" || t.Optional {
			continue
		}
		if !there {
			absent++
		}
		gaps = append(gaps, gap{t, before})
	}
	switch {
	case len(gaps) <= manyTexts:
		for _, g := range gaps {
			if _, there := m.text[g.text.Key]; there {
				l.sayIn(m, SeverityError, ruleTranslation, g.text.Key, "%q is still to be translated; in Spanish it is %q", g.text.Key, g.text.Text)
			} else {
				l.sayIn(m, SeverityError, ruleTranslation, g.after, "%q is missing; add a line for it, in Spanish it is %q", g.text.Key, g.text.Text)
			}
		}
	case absent > 0:
		l.sayIn(m, SeverityError, ruleTranslation, gaps[0].after, "%d of %d texts are still to be translated; \"%s\" adds the lines that are missing, each below its Spanish text",
			len(gaps), len(l.words), l.begin(language))
	default:
		l.sayIn(m, SeverityError, ruleTranslation, gaps[0].text.Key, "%d of %d texts are still to be translated, this one first; write between the quotes what the line above them says in Spanish",
			len(gaps), len(l.words))
	}
}

// sayIn adds a finding at a message of a message file.
func (l *page) sayIn(m *messages, severity Severity, rule, key, format string, args ...any) {
	p := m.source.problem(m.node(key), rule, format, args...)
	l.findings = append(l.findings, Finding{p.file, p.line, p.column, rule, severity, p.message})
}

// begin returns the command that writes the lines which a language lacks.
func (l *page) begin(language string) string {
	return l.program() + " texts new -lang " + language + " " + path.Join(l.Dir, l.folder)
}
