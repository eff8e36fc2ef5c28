package catalog

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
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
		if _, either := e.ErrorKind.(*kind.AnyOf); len(e.Causes) > 0 && !either {
			for _, cause := range e.Causes {
				walk(cause)
			}
			return
		}
		at := make([]any, len(e.InstanceLocation))
		for i, step := range e.InstanceLocation {
			at[i] = step
		}
		problems = append(problems, src.problem(src.at(at...), ruleSchema, "%s: %s", src.where(e.InstanceLocation), src.schemaWords(e)))
	}
	walk(invalid)
	slices.SortFunc(problems, func(a, b *problem) int { return a.line - b.line })
	return problems
}
