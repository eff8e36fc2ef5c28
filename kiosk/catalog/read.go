package catalog

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"chasqui/assets"
)

// SchemaFile is the name of the JSON Schema at the root of the catalogue. Editors
// complete and check a service.yaml with it.
const SchemaFile = "service.schema.json"

var schema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	file, err := assets.Services().Open(SchemaFile)
	if err != nil {
		return nil, fmt.Errorf("catalog: %w", err)
	}
	defer func() { _ = file.Close() }() // read only
	document, err := jsonschema.UnmarshalJSON(file)
	if err != nil {
		return nil, fmt.Errorf("catalog: %s: %w", SchemaFile, err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(SchemaFile, document); err != nil {
		return nil, fmt.Errorf("catalog: %s: %w", SchemaFile, err)
	}
	return compiler.Compile(SchemaFile)
})

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
	if problems := checkSchema(src); len(problems) > 0 {
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

func checkSchema(src *source) []*problem {
	sch, err := schema()
	if err != nil {
		return []*problem{asProblem(src.file, err)}
	}
	err = sch.Validate(plain(src.root))
	if err == nil {
		return nil
	}
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		return []*problem{asProblem(src.file, err)}
	}
	var problems []*problem
	var walk func(e *jsonschema.ValidationError)
	walk = func(e *jsonschema.ValidationError) {
		if len(e.Causes) > 0 {
			for _, cause := range e.Causes {
				walk(cause)
			}
			return
		}
		at := make([]any, len(e.InstanceLocation))
		for i, step := range e.InstanceLocation {
			at[i] = step
		}
		problems = append(problems, src.problem(src.at(at...), ruleSchema, "%s: %s", where(e.InstanceLocation), schemaWords(e)))
	}
	walk(invalid)
	slices.SortFunc(problems, func(a, b *problem) int { return a.line - b.line })
	return problems
}

func where(location []string) string {
	if len(location) == 0 {
		return "the service"
	}
	return strings.Join(location, ".")
}

// schemaWords says what to do about the commonest faults, and leaves the rest to
// the validator's own words.
func schemaWords(e *jsonschema.ValidationError) string {
	switch k := e.ErrorKind.(type) {
	case *kind.Required:
		return "add " + strings.Join(k.Missing, ", ")
	case *kind.AdditionalProperties:
		return "does not know " + strings.Join(k.Properties, ", ") + "; correct the spelling or take it out"
	case *kind.Enum:
		return fmt.Sprintf("must be one of %v", k.Want)
	case *kind.Pattern:
		return fmt.Sprintf("%q must look like %s", k.Got, k.Want)
	case *kind.Type:
		return fmt.Sprintf("is %s, write %s", k.Got, strings.Join(k.Want, " or "))
	}
	message := e.Error()
	if i := strings.LastIndex(message, ": "); i >= 0 {
		message = message[i+2:]
	}
	return message
}

// reserved are names that a group's question cannot have: under the group's key
// they are its texts.
var reserved = []string{"label", "short", "step", "why", "help", "statement", "entry", "option", "valid", "trouble"}

// checkIDs finds names that stand twice, and a folder that is not the service's.
func checkIDs(src *source, d *definition, folder string) []*problem {
	var problems []*problem
	if d.ID != folder {
		problems = append(problems, src.problem(src.at("id"), ruleFolder, "the id is %q and the folder %q; give both the same name", d.ID, folder))
	}
	unique := func(what string) func(id string, at ...any) {
		seen := map[string]bool{}
		return func(id string, at ...any) {
			if seen[id] {
				problems = append(problems, src.problem(src.at(at...), ruleDuplicate, "%s %q stands twice; rename one", what, id))
			}
			seen[id] = true
		}
	}
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
