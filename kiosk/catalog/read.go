package catalog

import (
	"io/fs"
	"path"
	"slices"
)

// readService reads and compiles <folder>/service.yaml, without its messages. It
// returns every problem that keeps it from being used.
func readService(fsys fs.FS, folder string) (*Service, []*problem) {
	file := path.Join(folder, serviceFile)
	src, err := readSource(fsys, file)
	if err != nil {
		return nil, []*problem{asProblem(file, err)}
	}
	return compileService(src, folder)
}

func compileService(src *source, folder string) (*Service, []*problem) {
	if problems := checkSchema(src, serviceSchema); len(problems) > 0 {
		return nil, problems
	}
	d := &definition{}
	if err := src.root.Decode(d); err != nil {
		return nil, []*problem{src.problem(src.root, ruleSchema, "does not read: %v", err)}
	}
	if problems := checkIDs(src, d, folder); len(problems) > 0 {
		return nil, problems
	}
	s := &Service{def: d, source: src, index: map[string]int{}, decides: map[string]bool{}, branches: map[string]bool{}}
	for i, q := range d.Questions {
		s.index[q.ID] = i
	}
	problems := s.compileConditions()
	return s, append(problems, s.readOpen()...)
}

// reserved are names that a group's question cannot have: under the group's key
// they are its texts.
var reserved = []string{"label", "short", "step", "why", "help", "statement", "entry", "option", "valid", "trouble"}

// checkIDs finds names that stand twice, and a folder that is not the service's.
func checkIDs(src *source, d *definition, folder string) []*problem {
	var problems []*problem
	if d.ID != folder {
		problems = append(problems, src.otherFolder(d.ID, folder))
	}
	unique := func(what string) func(id string, at ...any) { return src.unique(&problems, what) }
	language, document, channel, fact := unique("language"), unique("document"), unique("channel"), unique("fact")
	question, outcome, suggestion := unique("question"), unique("outcome"), unique("suggestion")
	for i, l := range d.Languages {
		language(l, "languages", i)
	}
	for i, doc := range d.Documents {
		document(doc.ID, "documents", i, "id")
	}
	for i, c := range d.Channels {
		channel(c.Channel, "channels", i, "channel")
	}
	for i, f := range d.Facts {
		fact(f.ID, "facts", i, "id")
	}
	parts := func(q *questionDef, path ...any) {
		option, valid := unique("option"), unique("constraint")
		for j, o := range q.Options {
			option(o.ID, slices.Concat(path, []any{"options", j, "id"})...)
		}
		for j, v := range q.Valid {
			valid(v.ID, slices.Concat(path, []any{"valid", j, "id"})...)
		}
	}
	for i, q := range d.Questions {
		question(q.ID, "questions", i, "id")
		parts(&q, "questions", i)
		inner := unique("question of the group")
		for j := range q.Questions {
			own := &q.Questions[j]
			inner(own.ID, "questions", i, "questions", j, "id")
			if slices.Contains(reserved, own.ID) {
				problems = append(problems, src.problem(src.at("questions", i, "questions", j, "id"), ruleDuplicate,
					"question %q of the group has the name of a text; rename it", own.ID))
			}
			parts(own, "questions", i, "questions", j)
		}
	}
	for i, o := range d.Outcomes {
		outcome(o.ID, "outcomes", i, "id")
	}
	for i, g := range d.Suggestions {
		suggestion(g.ID, "suggestions", i, "id")
		wording := unique("wording")
		for j, w := range g.Wordings {
			wording(w.ID, "suggestions", i, "wordings", j, "id")
		}
	}
	return problems
}
