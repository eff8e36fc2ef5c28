package catalog

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"chasqui/assets"
)

// The names of the JSON Schemas, at the root of the services and of the lessons.
// Editors complete and check a service.yaml or lesson.yaml with them.
const (
	SchemaFile       = "service.schema.json"
	LessonSchemaFile = "lesson.schema.json"
)

var (
	serviceSchema = sync.OnceValues(func() (*jsonschema.Schema, error) { return compileSchema(assets.Services(), SchemaFile) })
	lessonSchema  = sync.OnceValues(func() (*jsonschema.Schema, error) { return compileSchema(assets.Lessons(), LessonSchemaFile) })
)

func compileSchema(fsys fs.FS, name string) (*jsonschema.Schema, error) {
	file, err := fsys.Open(name)
	if err != nil {
		return nil, fmt.Errorf("catalog: %w", err)
	}
	defer func() { _ = file.Close() }() // read only
	document, err := jsonschema.UnmarshalJSON(file)
	if err != nil {
		return nil, fmt.Errorf("catalog: %s: %w", name, err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(name, document); err != nil {
		return nil, fmt.Errorf("catalog: %s: %w", name, err)
	}
	return compiler.Compile(name)
}

// Schema returns the JSON Schema of "service" or "lesson", as it is published.
func Schema(of string) ([]byte, error) {
	switch of {
	case "service":
		return fs.ReadFile(assets.Services(), SchemaFile)
	case "lesson":
		return fs.ReadFile(assets.Lessons(), LessonSchemaFile)
	}
	return nil, fmt.Errorf("catalog: there is no schema of %q; ask for service or lesson", of)
}

// checkSchema holds a file to one of the schemas.
func checkSchema(src *source, compiled func() (*jsonschema.Schema, error)) []*problem {
	sch, err := compiled()
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
		return "the file"
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
