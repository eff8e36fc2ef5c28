package catalog

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// curly are the quotes that word processors make of straight ones. To YAML they are
// letters like any other.
const curly = "“”„‟‘’"

func hasCurly(text string) bool { return strings.ContainsAny(text, curly) }

// curlyQuotes finds values between curly quotes, which would be shown with them.
// They are often why a file breaks other rules, so that they are named even where
// it does not load.
func curlyQuotes(fsys fs.FS, folder string) []Finding {
	files, err := fs.Glob(fsys, path.Join(folder, "*.yaml"))
	if err != nil {
		return nil // said elsewhere
	}
	var out []Finding
	for _, file := range files {
		s, err := readSource(fsys, file)
		if err != nil {
			continue // said elsewhere
		}
		var walk func(n *yaml.Node)
		walk = func(n *yaml.Node) {
			const quoted = yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle
			if first, _ := utf8.DecodeRuneInString(n.Value); n.Kind == yaml.ScalarNode && n.Style&quoted == 0 && strings.ContainsRune(curly, first) {
				p := s.problem(n, ruleQuotes, "curly quotes are part of the text and would be shown; write straight ones: %s", straight(n.Value))
				out = append(out, Finding{p.file, p.line, p.column, ruleQuotes, SeverityWarning, p.message})
			}
			for _, child := range n.Content {
				walk(child)
			}
		}
		walk(s.root)
	}
	return out
}

// straight returns a text, or its beginning, between straight quotes.
func straight(text string) string {
	text = strings.Trim(text, curly)
	if runes := []rune(text); len(runes) > 40 {
		text = string(runes[:40]) + "…"
	}
	return fmt.Sprintf("%q", text)
}

// lineAt returns a line of a file, from 1.
func lineAt(file []byte, line int) string {
	lines := bytes.Split(file, []byte("\n"))
	if line < 1 || line > len(lines) {
		return ""
	}
	return string(lines[line-1])
}
