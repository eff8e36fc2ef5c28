package sheet

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"chasqui/locales"
)

// Merge puts messages into a message file and returns its new content. What the
// file has stays as it is, in its order and with its comments; a message that it
// lacks goes after the one before it in order, which are the keys of the Spanish
// file. title is the comment at the head of a file that is new. name is for
// errors.
func Merge(name string, file []byte, title string, order []string, messages map[string]locales.Message) ([]byte, error) {
	before, err := locales.ParseMessages(name, file)
	if err != nil {
		return nil, err
	}
	want := map[string]map[string]string{}
	for _, m := range before {
		want[m.Key] = m.Forms
	}
	var document yaml.Node
	if err := yaml.Unmarshal(file, &document); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(document.Content) == 0 {
		document = yaml.Node{Kind: yaml.DocumentNode, Content: []*yaml.Node{{Kind: yaml.MappingNode, Tag: "!!map"}}}
		if title != "" {
			document.HeadComment = "# " + title
		}
	}
	root := document.Content[0]
	last := "" // the message after which the next one goes
	changed := false
	for _, key := range order {
		m, ok := messages[key]
		if ok && !maps.Equal(want[key], m.Forms) {
			changed = true
			if value := find(root, key); value != nil {
				set(value, m)
			} else {
				insert(root, last, key, m)
			}
			want[key] = m.Forms
		}
		if want[key] != nil {
			last = key
		}
	}
	if !changed {
		return file, nil
	}
	var out bytes.Buffer
	dumper, err := yaml.NewDumper(&out, yaml.WithIndent(2), yaml.WithLineWidth(-1))
	if err != nil {
		return nil, err
	}
	if err := dumper.Dump(&document); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if err := dumper.Close(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	// What was written must read as what was meant, to the byte: a text that YAML
	// cannot carry is not to be lost in silence.
	after, err := locales.ParseMessages(name, out.Bytes())
	if err != nil {
		return nil, fmt.Errorf("the texts cannot be kept in YAML: %w", err)
	}
	got := map[string]map[string]string{}
	for _, m := range after {
		got[m.Key] = m.Forms
	}
	if !maps.EqualFunc(got, want, maps.Equal) {
		return nil, fmt.Errorf("%s: the texts cannot be kept in YAML as they are; look for control characters in them", name)
	}
	return out.Bytes(), nil
}

// find returns the value of a message in a file, whose keys may be nested:
// "foot.back" stands as such, or as back under foot.
func find(n *yaml.Node, key string) *yaml.Node {
	if n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, value := n.Content[i].Value, n.Content[i+1]
		if name == key {
			return value
		}
		if rest, ok := strings.CutPrefix(key, name+"."); ok {
			if found := find(value, rest); found != nil {
				return found
			}
		}
	}
	return nil
}

// set makes a message of a value, keeping what else is written there.
func set(value *yaml.Node, m locales.Message) {
	if value.Kind == yaml.ScalarNode && !m.IsPlural() {
		value.Value, value.Tag = m.Forms[single], "!!str"
		if value.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0 || !plainly(value.Value) {
			value.Style = yaml.DoubleQuotedStyle
		}
		return
	}
	if value.Kind != yaml.MappingNode {
		comment := value.LineComment
		*value = *valueOf(m)
		value.LineComment = comment
		return
	}
	for _, form := range locales.Forms {
		text, ok := m.Forms[form]
		if !ok {
			continue
		}
		if there := find(value, form); there != nil {
			set(there, locales.Message{Forms: map[string]string{single: text}})
		} else {
			value.Content = append(value.Content, textNode(form, 0), textNode(text, yaml.DoubleQuotedStyle))
		}
	}
}

// plainly reports whether a text is safe in any style of quoting.
func plainly(text string) bool {
	return strings.TrimSpace(text) == text && !strings.ContainsAny(text, "\n\t\r\u0085\u2028\u2029\\\"'")
}

func insert(root *yaml.Node, after, key string, m locales.Message) {
	at := len(root.Content)
	for i := 0; i+1 < len(root.Content); i += 2 {
		if name := root.Content[i].Value; name == after || strings.HasPrefix(after, name+".") {
			at = i + 2
		}
	}
	if after == "" {
		at = 0
		// A comment at the head of a file may be the first key's, and stays first.
		if len(root.Content) > 0 && root.Content[0].HeadComment != "" {
			at = 2
		}
	}
	root.Content = slices.Insert(root.Content, min(at, len(root.Content)), textNode(key, 0), valueOf(m))
}

func valueOf(m locales.Message) *yaml.Node {
	if !m.IsPlural() {
		return textNode(m.Forms[single], yaml.DoubleQuotedStyle)
	}
	out := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	for _, form := range locales.Forms {
		if text, ok := m.Forms[form]; ok {
			out.Content = append(out.Content, textNode(form, 0), textNode(text, yaml.DoubleQuotedStyle))
		}
	}
	return out
}

func textNode(text string, style yaml.Style) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text, Style: style}
}
