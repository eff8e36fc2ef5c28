package catalog

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"go.yaml.in/yaml/v4"
)

// items are what one item of a list is called, with the field that names it.
var items = map[string]struct{ one, by string }{
	"questions": {"question", "id"}, "options": {"option", "id"}, "outcomes": {"outcome", "id"}, "documents": {"document", "id"},
	"facts": {"fact", "id"}, "channels": {"channel", "channel"}, "valid": {"constraint", "id"}, "tests": {"test", "name"},
	"suggestions": {"suggestion", "id"}, "wordings": {"wording", "id"}, "open": {"line of hours", ""}, "steps": {"step", "id"},
	"languages": {"language", ""}, "pages": {"page", ""}, "days": {"day", ""},
}

// where names a place as its author would: the question by its id, or by its
// number where the id is what is wrong.
func (s *source) where(location []string) string {
	var words []string
	var rest []string
	flush := func() {
		if len(rest) > 0 {
			words, rest = append(words, strings.Join(rest, ".")), nil
		}
	}
	for i := 0; i < len(location); i++ {
		item, listed := items[location[i]]
		n, err := 0, error(nil)
		if i+1 < len(location) {
			n, err = strconv.Atoi(location[i+1])
		}
		if !listed || i+1 == len(location) || err != nil {
			rest = append(rest, location[i])
			continue
		}
		flush()
		name := ""
		if i+2 >= len(location) || location[i+2] != item.by {
			name = s.nameAt(location[:i+2], item.by)
		}
		if name == "" {
			words = append(words, "the "+ordinal(n+1)+" "+item.one)
		} else {
			words = append(words, item.one+" "+strconv.Quote(name))
		}
		i++
	}
	flush()
	if len(words) == 0 {
		return "the file"
	}
	return strings.Join(words, ", ")
}

func (s *source) nameAt(location []string, field string) string {
	n := s.root
	for _, step := range append(append([]string{}, location...), field) {
		if _, n = child(n, step); n == nil {
			return ""
		}
	}
	if n.Kind != yaml.ScalarNode {
		return ""
	}
	return n.Value
}

func ordinal(n int) string {
	if n%100 < 11 || n%100 > 13 {
		switch n % 10 {
		case 1:
			return fmt.Sprintf("%dst", n)
		case 2:
			return fmt.Sprintf("%dnd", n)
		case 3:
			return fmt.Sprintf("%drd", n)
		}
	}
	return fmt.Sprintf("%dth", n)
}

// patterns say in words what each pattern of the schemas asks for.
var patterns = map[string]string{
	`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`:     "small letters a to z without accents, digits, and single hyphens between them, a letter first, like reserva-cancha",
	`^[a-z][a-z0-9_]*$`:                 "small letters a to z without accents, digits and _, a letter first, like club_name",
	`^[a-z]{2,3}$`:                      "the two or three small letters of a language, like es or en",
	`^\d{4}-\d{2}-\d{2}$`:               `a day, like "2026-11-23"`,
	`^\d{2}$`:                           `the two digits of a region in quotes, like "13"`,
	`^\d{5}$`:                           `the five digits of a comuna in quotes, like "13101"`,
	`^https://[^ ]+$`:                   "an address that begins with https:// and has no blanks",
	`^([01]\d|2[0-3]):[0-5]\d$|^24:00$`: `an hour in quotes with two digits each, like "08:30"`,
}

// kinds say in words what the kinds of values are called.
var kinds = map[string]string{
	"string": "a text", "integer": "a whole number", "number": "a number", "boolean": "true or false",
	"array": "a list", "object": "a set of fields", "null": "empty",
}

// owners are the types of question that have a field others may not have.
var owners = map[string]string{
	"options": "one-of and many-of", "statement": "consent", "entry": "group", "questions": "group",
}

// schemaWords says what to do about the commonest faults, and leaves the rest to
// the validator's own words.
func (s *source) schemaWords(e *jsonschema.ValidationError) string {
	switch k := e.ErrorKind.(type) {
	case *kind.Required:
		return "add " + strings.Join(k.Missing, ", ")
	case *kind.AdditionalProperties:
		return "does not know " + strings.Join(k.Properties, ", ") + "; correct the spelling, or take it out, or move it to where it belongs"
	case *kind.Enum:
		return fmt.Sprintf("is %s; write one of %s", value(k.Got), list(k.Want))
	case *kind.Pattern:
		if words, ok := patterns[k.Want]; ok {
			return fmt.Sprintf("is %q; write %s", k.Got, words)
		}
		return fmt.Sprintf("%q must look like %s", k.Got, k.Want)
	case *kind.Type:
		want := make([]string, len(k.Want))
		for i, name := range k.Want {
			want[i] = kinds[name]
		}
		return fmt.Sprintf("is %s; write %s", kinds[k.Got], strings.Join(want, " or "))
	case *kind.FalseSchema:
		field := e.InstanceLocation[len(e.InstanceLocation)-1]
		if types, ok := owners[field]; ok {
			return fmt.Sprintf("only a question of type %s has %s, and this one is of type %s; change the type or take %s out",
				types, field, s.nameAt(e.InstanceLocation[:len(e.InstanceLocation)-1], "type"), field)
		}
	case *kind.AnyOf:
		return "is no answer; write a text in quotes, a whole number, a list, or a set like {typed: \"…\"}"
	case *kind.MaxLength:
		return fmt.Sprintf("is %d characters long; at most %d are taken", k.Got, k.Want)
	case *kind.MinLength:
		return "is empty; write something, or take it out"
	case *kind.MinItems:
		return fmt.Sprintf("has %d; at least %d are needed", k.Got, k.Want)
	case *kind.Minimum:
		return fmt.Sprintf("is %s; write %s or more", k.Got.RatString(), k.Want.RatString())
	case *kind.Maximum:
		return fmt.Sprintf("is %s; write %s or less", k.Got.RatString(), k.Want.RatString())
	case *kind.UniqueItems:
		return "has one twice; take one out"
	}
	message := e.Error()
	if i := strings.LastIndex(message, ": "); i >= 0 {
		message = message[i+2:]
	}
	return message
}

func value(v any) string {
	if text, ok := v.(string); ok {
		return strconv.Quote(text)
	}
	return fmt.Sprint(v)
}

func list(values []any) string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = fmt.Sprint(v)
	}
	return strings.Join(words, ", ")
}
