package catalog

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// maxFile bounds a catalogue file, in bytes: the largest service is a tenth of it.
const maxFile = 512 << 10

// maxDepth bounds how deep a catalogue file nests.
const maxDepth = 16

// source is a YAML file with the place of everything in it.
type source struct {
	file string // path inside the catalogue
	root *yaml.Node
}

// problem is an error in a file, with the place and what to do.
type problem struct {
	file         string
	line, column int
	rule         string
	message      string
}

func (p *problem) Error() string {
	return fmt.Sprintf("%s:%d: %s", p.file, p.line, p.message)
}

// readSource reads a YAML file. Anchors, aliases, merge keys and a key written
// twice are refused: they make a file say less, or more, than it shows.
func readSource(fsys fs.FS, file string) (*source, error) {
	b, err := readBounded(fsys, file)
	if err != nil {
		return nil, &problem{file: file, line: 1, column: 1, rule: ruleFile, message: "cannot be read; check that the file is there: " + err.Error()}
	}
	return parseSource(file, b)
}

// readBounded reads a file whose size is known and bounded beforehand: a link to a
// device would be read for ever.
func readBounded(fsys fs.FS, file string) ([]byte, error) {
	info, err := fs.Stat(fsys, file)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, errors.New("it is no ordinary file")
	case info.Size() > maxFile:
		return nil, fmt.Errorf("it is %d bytes long; keep it under %d", info.Size(), maxFile)
	}
	return fs.ReadFile(fsys, file)
}

var lineInError = regexp.MustCompile(`line (\d+)`)

func parseSource(file string, b []byte) (*source, error) {
	at := func(line, column int, format string, args ...any) *problem {
		return &problem{file: file, line: line, column: column, rule: ruleYAML, message: fmt.Sprintf(format, args...)}
	}
	if len(b) > maxFile {
		return nil, at(1, 1, "is %d bytes long; keep it under %d", len(b), maxFile)
	}
	if !utf8.Valid(b) {
		return nil, at(badLine(b), 1, "has letters that are not UTF-8; save it anew with the encoding UTF-8, so that accents stay")
	}
	var document yaml.Node
	if err := yaml.Unmarshal(b, &document); err != nil {
		line := 1
		if m := lineInError.FindStringSubmatch(err.Error()); m != nil {
			line, _ = strconv.Atoi(m[1]) // the expression matches digits only
		}
		if hasCurly(lineAt(b, line)) {
			return nil, at(line, 1, "is not YAML; this line has curly quotes, write straight ones (\"): %v", err)
		}
		return nil, at(line, 1, "is not YAML; %s (it says: %v)", yamlWords(err.Error()), err)
	}
	if document.Kind != yaml.DocumentNode || len(document.Content) != 1 || document.Content[0].Kind != yaml.MappingNode {
		return nil, at(1, 1, "is empty or not a set of keys; begin with \"key: value\"")
	}
	s := &source{file: file, root: document.Content[0]}
	if err := s.checkNode(s.root, 0); err != nil {
		return nil, err
	}
	return s, nil
}

// yamlWords says what to look for where a file is not YAML.
func yamlWords(said string) string {
	for _, known := range []struct{ said, words string }{
		{"tab character", "there is a tab; write blanks in its place, two for each step"},
		{"mapping values are not allowed", "a text with a colon in it stands in double quotes, and a line begins below the first letter of its neighbours"},
		{"expected '-' indicator", "this line, or the one above, is shifted; begin it below the first letter of its neighbours"},
		{"expected key", "a quote is missing or too much here or just above, or a line is shifted; what has double quotes in it stands in single ones, as when: 'answers.who == \"club\"'"},
	} {
		if strings.Contains(said, known.said) {
			return known.words
		}
	}
	return "correct the indentation or the quotes here, or in the line above"
}

// badLine returns the first line, from 1, that is not UTF-8.
func badLine(b []byte) int {
	line := 1
	for text := range bytes.Lines(b) {
		if !utf8.Valid(text) {
			return line
		}
		line++
	}
	return 1
}

func (s *source) checkNode(n *yaml.Node, depth int) error {
	if depth > maxDepth {
		return s.problem(n, ruleYAML, "nests deeper than %d levels; write it flatter", maxDepth)
	}
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		return s.problem(n, ruleYAML, "uses an anchor or alias; write the value out")
	}
	if n.Kind == yaml.MappingNode {
		seen := map[string]bool{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			if key.Kind != yaml.ScalarNode || key.Tag == "!!merge" {
				return s.problem(key, ruleYAML, "has a key that is not a word; write a plain key")
			}
			if seen[key.Value] {
				return s.problem(key, ruleYAML, "has the key %q twice; keep one", key.Value)
			}
			seen[key.Value] = true
		}
	}
	for _, child := range n.Content {
		if err := s.checkNode(child, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (s *source) problem(n *yaml.Node, rule, format string, args ...any) *problem {
	return &problem{file: s.file, line: max(n.Line, 1), column: max(n.Column, 1), rule: rule, message: fmt.Sprintf(format, args...)}
}

// unique returns a function that adds a problem for each name it is given twice.
func (s *source) unique(problems *[]*problem, what string) func(id string, at ...any) {
	seen := map[string]bool{}
	return func(id string, at ...any) {
		if seen[id] {
			*problems = append(*problems, s.problem(s.at(at...), ruleDuplicate, "%s %q stands twice; rename one", what, id))
		}
		seen[id] = true
	}
}

// otherFolder says that a file's id is not the name of its folder.
func (s *source) otherFolder(id, folder string) *problem {
	return s.problem(s.at("id"), ruleFolder, "the id is %q and the folder %q; give both the same name", id, folder)
}

// at returns the node to point at for a path of keys (string) and indexes (int),
// or for the nearest one above it that exists: the value, or its key where the
// value is a list or a set of keys of its own.
func (s *source) at(path ...any) *yaml.Node {
	n, place := s.root, s.root
	for _, step := range path {
		key, next := child(n, step)
		if next == nil {
			break
		}
		n, place = next, next
		if key != nil && next.Kind != yaml.ScalarNode {
			place = key
		}
	}
	return place
}

// child returns the node under a key or index, with its key where it has one.
func child(n *yaml.Node, step any) (key, value *yaml.Node) {
	switch step := step.(type) {
	case int:
		if n.Kind == yaml.SequenceNode && step >= 0 && step < len(n.Content) {
			return nil, n.Content[step]
		}
	case string:
		if n.Kind == yaml.SequenceNode {
			if i, err := strconv.Atoi(step); err == nil {
				return child(n, i)
			}
			return nil, nil
		}
		if n.Kind != yaml.MappingNode {
			return nil, nil
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == step {
				return n.Content[i], n.Content[i+1]
			}
		}
	}
	return nil, nil
}

// plain returns a node as the values that a JSON Schema speaks of. Numbers come
// as int or float64, and a date stays the text it was written as.
func plain(n *yaml.Node) any {
	switch n.Kind {
	case yaml.MappingNode:
		out := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			out[n.Content[i].Value] = plain(n.Content[i+1])
		}
		return out
	case yaml.SequenceNode:
		out := []any{}
		for _, c := range n.Content {
			out = append(out, plain(c))
		}
		return out
	}
	switch n.ShortTag() {
	case "!!null":
		return nil
	case "!!bool":
		var b bool
		if n.Decode(&b) == nil {
			return b
		}
	case "!!int":
		if i, err := strconv.Atoi(n.Value); err == nil {
			return i
		}
	case "!!float":
		if f, err := strconv.ParseFloat(n.Value, 64); err == nil {
			return f
		}
	}
	return n.Value
}

// asProblem returns err as a problem in file, whatever it was.
func asProblem(file string, err error) *problem {
	var p *problem
	if errors.As(err, &p) {
		return p
	}
	return &problem{file: file, line: 1, column: 1, rule: ruleFile, message: err.Error()}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func hasAnyPrefix(s string, prefixes ...string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(s, p) })
}
