package flow

import (
	"fmt"
	"strings"

	"chasqui/kiosk"
)

// A group is answered entry by entry, and an entry question by question. The
// screen keeps the entry under way, checks each answer with CheckEntry, puts the
// entry among the others and checks the whole with Check.

// EntryQuestions returns the questions that are asked for each entry of a group,
// in order, as the service's other answers have it.
func (f *Flow) EntryQuestions(group string, a kiosk.Answers) []kiosk.Question {
	var out []kiosk.Question
	for _, id := range f.source.EntryQuestions(group, a, f.office, f.now) {
		if q, ok := f.inner(group, id); ok {
			out = append(out, q)
		}
	}
	return out
}

func (f *Flow) inner(group, question string) (kiosk.Question, bool) {
	for _, q := range f.question[group].Questions {
		if q.ID == question {
			return q, true
		}
	}
	return kiosk.Question{}, false
}

// CheckEntry is Check for one question of a group. entry are the answers of the
// entry under way, a those of the service. The trouble's Question is the inner
// one.
func (f *Flow) CheckEntry(group, question string, v kiosk.Value, entry, a kiosk.Answers) (kiosk.Value, *Trouble) {
	fail := func(t *Trouble) (kiosk.Value, *Trouble) {
		t.Question = question
		return kiosk.Value{}, t
	}
	q, ok := f.inner(group, question)
	if !ok {
		return fail(f.trouble(question, &fault{code: CodeUnknown}))
	}
	path := group + "." + question
	good, wrong := f.checkAnswer(q, v)
	if wrong != nil {
		return fail(f.trouble(path, wrong))
	}
	if constraint, broken := f.source.BrokenEntry(group, question, good, entry, a, f.office, f.now); broken {
		return fail(f.rule(path, constraint))
	}
	return good, nil
}

// checkGroup checks every entry by its own questions. An answer in an entry that
// is not asked is dropped.
func (f *Flow) checkGroup(q kiosk.Question, v kiosk.Value, a kiosk.Answers) (kiosk.Value, *Trouble) {
	switch n := len(v.Entries); {
	case v.Declined && q.Optional && q.Sensitive:
		return kiosk.Value{Declined: true}, nil
	case n == 0 && q.Optional:
		return kiosk.Value{}, nil
	case n == 0 || n < q.Min:
		return kiosk.Value{}, f.trouble(q.ID, &fault{code: CodeFewEntries, args: []any{"Min", max(q.Min, 1)}})
	case q.Max > 0 && n > q.Max:
		return kiosk.Value{}, f.trouble(q.ID, &fault{code: CodeManyEntries, args: []any{"Max", q.Max}})
	}
	asked := f.EntryQuestions(q.ID, a)
	var good kiosk.Value
	for i, written := range v.Entries {
		entry := kiosk.Answers{}
		for _, own := range asked {
			answer, trouble := f.CheckEntry(q.ID, own.ID, written[own.ID], entry, a)
			if trouble != nil {
				trouble.Question, trouble.Inner, trouble.Entry = q.ID, own.ID, i+1
				return kiosk.Value{}, trouble
			}
			entry[own.ID] = answer
		}
		good.Entries = append(good.Entries, entry)
	}
	if constraint, broken := f.source.Broken(q.ID, good, a, f.office, f.now); broken {
		return kiosk.Value{}, f.rule(q.ID, constraint)
	}
	return good, nil
}

// ShownEntry returns an entry in one line: the first answer as it is, mostly a
// name, and each other after what it is, "Persona de Ejemplo · Edad: 40". What
// was passed by is left out.
func (f *Flow) ShownEntry(group string, entry kiosk.Answers) string {
	var line []string
	for _, q := range f.question[group].Questions {
		v := entry[q.ID]
		if v.IsZero() {
			continue
		}
		shown := strings.ReplaceAll(f.shown(q, v), "\n", " ")
		if len(line) > 0 {
			shown = q.Short + ": " + shown
		}
		line = append(line, shown)
	}
	if len(line) == 0 {
		return f.words("answer.passed")
	}
	return strings.Join(line, " · ")
}

// showGroup numbers the entries, a line each.
func (f *Flow) showGroup(q kiosk.Question, entries []kiosk.Answers) string {
	lines := make([]string, len(entries))
	for i, entry := range entries {
		lines[i] = fmt.Sprintf("%d. %s", i+1, f.ShownEntry(q.ID, entry))
	}
	return strings.Join(lines, "\n")
}
