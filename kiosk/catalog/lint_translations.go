package catalog

import "slices"

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
			l.say(SeverityError, ruleTranslation, at("languages"), "there is no %s.yaml; write it, or take %s out of languages", language, language)
			continue
		}
		for _, t := range l.words {
			switch translated := m.text[t.Key]; {
			case translated == "" && t.Optional:
			case translated == "":
				l.say(SeverityError, ruleTranslation, t.At, "%s.yaml lacks %q; translate it", language, t.Key)
			case translated == t.Text && countWords(t.Text) >= 4:
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

// sayIn adds a finding at a message of a message file.
func (l *page) sayIn(m *messages, severity Severity, rule, key, format string, args ...any) {
	p := m.source.problem(m.node(key), rule, format, args...)
	l.findings = append(l.findings, Finding{p.file, p.line, p.column, rule, severity, p.message})
}
