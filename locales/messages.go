package locales

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"go.yaml.in/yaml/v4"
)

// Message is one message of a message file: a key with its words, in each plural
// form that it has.
type Message struct {
	// Key is its path in the file: "home.title".
	Key string
	// Forms holds the words by plural form, "other" alone where there is no plural.
	Forms map[string]string
	// Description is what the file tells translators about it.
	Description string
	// Line is where it stands in its file, from 1.
	Line int
}

// Forms are the plural forms of Unicode's CLDR in its order. In a message file
// they are reserved words: a key of that name is a form and no message.
var Forms = []string{"zero", "one", "two", "few", "many", "other"}

// notes are the other reserved words of go-i18n's format.
var notes = []string{"id", "description", "hash", "leftdelim", "rightdelim"}

// ParseMessages reads a message file in go-i18n's format, in its order. Errors
// name file and line.
func ParseMessages(file string, b []byte) ([]Message, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(b, &document); err != nil {
		return nil, fmt.Errorf("%s: is not YAML: %w", file, err)
	}
	if len(document.Content) == 0 {
		return nil, nil
	}
	p := reading{file: file, seen: map[string]int{}}
	if err := p.walk("", document.Content[0]); err != nil {
		return nil, err
	}
	return p.out, nil
}

type reading struct {
	file string
	out  []Message
	seen map[string]int
}

func (p *reading) fault(n *yaml.Node, format string, args ...any) error {
	return fmt.Errorf("%s:%d: %s", p.file, n.Line, fmt.Sprintf(format, args...))
}

func (p *reading) walk(prefix string, n *yaml.Node) error {
	if n.Kind != yaml.MappingNode {
		return p.fault(n, "write \"key: text\" lines")
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, value := n.Content[i], n.Content[i+1]
		key := name.Value
		if prefix != "" {
			key = prefix + "." + key
		}
		switch {
		case value.Kind == yaml.ScalarNode && value.ShortTag() == "!!str":
			if err := p.add(Message{Key: key, Forms: map[string]string{"other": value.Value}, Line: name.Line}, name); err != nil {
				return err
			}
		case value.Kind == yaml.MappingNode && isMessage(value):
			m, err := p.message(key, name.Line, value)
			if err != nil {
				return err
			}
			if err := p.add(m, name); err != nil {
				return err
			}
		case value.Kind == yaml.MappingNode:
			if err := p.walk(key, value); err != nil {
				return err
			}
		default:
			return p.fault(value, "%s is not a text; put it in quotes", key)
		}
	}
	return nil
}

func (p *reading) add(m Message, at *yaml.Node) error {
	if line, twice := p.seen[m.Key]; twice {
		return p.fault(at, "%s stands here and in line %d; take one out", m.Key, line)
	}
	p.seen[m.Key] = m.Line
	p.out = append(p.out, m)
	return nil
}

// isMessage reports whether a mapping is a message with forms rather than a set of
// keys, as go-i18n tells them apart: it has a reserved word with a text.
func isMessage(n *yaml.Node) bool {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i+1].Kind == yaml.ScalarNode && slices.Contains(Forms, n.Content[i].Value) {
			return true
		}
	}
	return false
}

func (p *reading) message(key string, line int, n *yaml.Node) (Message, error) {
	m := Message{Key: key, Line: line, Forms: map[string]string{}}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, value := n.Content[i].Value, n.Content[i+1]
		switch {
		case value.Kind != yaml.ScalarNode || value.ShortTag() != "!!str":
			return m, p.fault(value, "%s: %s is not a text; put it in quotes", key, name)
		case slices.Contains(Forms, name):
			m.Forms[name] = value.Value
		case name == "description":
			m.Description = value.Value
		case name == "leftdelim" || name == "rightdelim":
			return m, p.fault(value, "%s: placeholders are written {{.Name}} here; take %s out", key, name)
		case !slices.Contains(notes, name):
			return m, p.fault(n.Content[i], "%s: %q is no plural form; the forms are %s", key, name, strings.Join(Forms, ", "))
		}
	}
	return m, nil
}

// i18n returns the message as go-i18n holds it.
func (m Message) i18n() *i18n.Message {
	return &i18n.Message{
		ID: m.Key, Description: m.Description,
		Zero: m.Forms["zero"], One: m.Forms["one"], Two: m.Forms["two"],
		Few: m.Forms["few"], Many: m.Forms["many"], Other: m.Forms["other"],
	}
}

// IsPlural reports whether the message depends on a number.
func (m Message) IsPlural() bool { return len(m.Forms) > 1 || m.Forms["other"] == "" }

var placeholder = regexp.MustCompile(`\{\{\s*\.([A-Za-z][A-Za-z0-9]*)\s*\}\}`)

// Placeholders returns the names of the placeholders in a text, sorted, each once.
func Placeholders(text string) []string {
	var out []string
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(out, m[1]) {
			out = append(out, m[1])
		}
	}
	slices.Sort(out)
	return out
}

// CheckTranslation compares a translation with its Spanish source and says what a
// translator should do, or returns nil. needed are the plural forms of the
// translation's language.
//
// Any form but "other" may leave a placeholder out: "una solicitud" needs no
// number.
func CheckTranslation(source, got Message, needed []string) error {
	if source.IsPlural() {
		for _, form := range needed {
			if got.Forms[form] == "" {
				return fmt.Errorf("%s depends on a number and lacks the form %q; write the forms %s", source.Key, form, strings.Join(needed, ", "))
			}
		}
	} else if got.IsPlural() {
		return fmt.Errorf("%s does not depend on a number; write one text, without plural forms", source.Key)
	}
	want := Placeholders(source.Forms["other"])
	for _, form := range Forms {
		text, ok := got.Forms[form]
		if !ok {
			continue
		}
		have := Placeholders(text)
		for _, p := range have {
			if !slices.Contains(want, p) {
				return fmt.Errorf("%s has {{.%s}}, which the Spanish text does not have; take it out", source.Key, p)
			}
		}
		for _, p := range want {
			if form == "other" && !slices.Contains(have, p) {
				return fmt.Errorf("%s has lost {{.%s}}; put it where the value belongs", source.Key, p)
			}
		}
		if rest := placeholder.ReplaceAllString(text, ""); strings.Contains(rest, "{{") || strings.Contains(rest, "}}") {
			return fmt.Errorf("%s has braces that are no placeholder; write placeholders like {{.Name}}", source.Key)
		}
	}
	return nil
}
