package catalog

import (
	"slices"

	"chasqui/kiosk"
)

// checkQuestions holds each question, and those inside a group, to the rules of
// its type.
func (l *linter) checkQuestions() {
	for i := range l.def.Questions {
		q := &l.def.Questions[i]
		l.checkQuestion(q, "questions", i)
		for j := range q.Questions {
			l.checkQuestion(&q.Questions[j], "questions", i, "questions", j)
		}
		if q.Type == kiosk.TypeGroup {
			l.checkGroup(q, i)
		}
	}
}

func (l *linter) checkQuestion(q *questionDef, path ...any) {
	under := func(more ...any) []any { return slices.Concat(path, more) }
	for j, o := range q.Options {
		if o.Icon != "" {
			l.checkIcon(o.Icon, under("options", j, "icon")...)
		}
	}
	switch q.Type {
	case kiosk.TypeDocument, kiosk.TypePhone, kiosk.TypeEmail:
		if !q.Sensitive {
			l.say(SeverityWarning, ruleSensitive, path, "question %q asks for what is nobody else's business; write sensitive: true", q.ID)
		}
	}
	if q.Why == "" {
		l.say(SeverityError, ruleWhy, path, "question %q does not say why it is asked; write why, or do not ask", q.ID)
	}
	for j, v := range q.Valid {
		if v.Message == "" {
			l.say(SeverityError, ruleMessage, under("valid", j), "constraint %q has no message; say what to do when it does not hold", v.ID)
		}
	}
	if q.Max > 0 && q.Min > q.Max {
		l.say(SeverityError, ruleSchema, under("min"), "min is over max; no answer fits")
	}
	switch q.Type {
	case kiosk.TypeManyOf:
		if n := len(q.Options); q.Min > n || q.Max > n {
			l.say(SeverityError, ruleOptions, path, "question %q asks for more options than its %d; correct min and max", q.ID, n)
		}
	case kiosk.TypeConsent:
		if q.Statement == "" {
			l.say(SeverityError, ruleConsent, path, "question %q asks for consent to nothing; write statement", q.ID)
		}
	}
}

func (l *linter) checkGroup(q *questionDef, i int) {
	if q.Max == 0 {
		l.say(SeverityError, ruleGroup, at("questions", i), "group %q has no end; write max, the most entries there can be", q.ID)
	}
	if q.Entry == "" {
		l.say(SeverityError, ruleGroup, at("questions", i), "group %q does not say what one entry is called; write entry", q.ID)
	}
}
