package catalog

import (
	"bytes"
	"io/fs"
	"path"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"go.yaml.in/yaml/v4"
)

// messages is one message file: its texts by key, and where each stands.
type messages struct {
	source *source
	text   map[string]string
}

// readMessages reads <folder>/<language>.yaml in go-i18n's format. A file that is
// not there gives nil.
func readMessages(fsys fs.FS, folder, language string) (*messages, error) {
	file := path.Join(folder, language+".yaml")
	if _, err := fs.Stat(fsys, file); err != nil {
		return nil, nil
	}
	b, err := readBounded(fsys, file)
	if err != nil {
		return nil, asProblem(file, err)
	}
	return parseMessages(file, b)
}

func parseMessages(file string, b []byte) (*messages, error) {
	if nothing(b) {
		return &messages{source: &source{file: file, root: &yaml.Node{Kind: yaml.MappingNode}}, text: map[string]string{}}, nil
	}
	s, err := parseSource(file, b)
	if err != nil {
		return nil, err
	}
	parsed, err := i18n.ParseMessageFileBytes(b, path.Base(file), map[string]i18n.UnmarshalFunc{"yaml": yaml.Unmarshal})
	if err != nil {
		return nil, s.problem(s.root, ruleMessages, "is not a go-i18n message file; write \"key: text\" lines: %v", err)
	}
	m := &messages{source: s, text: map[string]string{}}
	for _, message := range parsed.Messages {
		m.text[message.ID] = message.Other
	}
	return m, nil
}

// nothing reports whether a file has no line but empty ones and comments: somebody
// has begun it, and every text in it is still to be translated.
func nothing(file []byte) bool {
	for line := range bytes.Lines(file) {
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
			return false
		}
	}
	return true
}

// written returns the texts that somebody has written: one that is empty is still
// to be translated.
func (m *messages) written() map[string]string {
	out := map[string]string{}
	for key, text := range m.text {
		if text != "" {
			out[key] = text
		}
	}
	return out
}

// node returns where the message under key stands.
func (m *messages) node(key string) *yaml.Node { return m.source.at(key) }

// visible marks a text that stands in Spanish because its language lacks it.
func visible(text string) string { return "⟦" + text + "⟧" }

// sourceLanguage is the one in which service.yaml itself is written.
const sourceLanguage = "es"
