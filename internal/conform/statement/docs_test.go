package statement_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"chasqui/internal/conform"
)

var (
	docHeading = regexp.MustCompile(`^(#{1,6}) +(.*)$`)
	docLink    = regexp.MustCompile(`(!?)\[([^\]]*)\]\(([^)\s]*)\)`)
	docTag     = regexp.MustCompile(`</?[a-z][a-z0-9]*[ />]`)
	docCode    = regexp.MustCompile("`[^`]*`")
	docRule    = regexp.MustCompile(`^\|(?: *:?-+:? *\|)+$`)
	vague      = []string{"here", "this", "link", "more", "read more", "click here"}
)

// cells are the cells of a row of a table. A bar behind a backslash, or in code, is
// none between two of them.
func cells(line string) []string {
	line = docCode.ReplaceAllString(strings.ReplaceAll(line, `\|`, "x"), "code")
	return strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
}

// docBarriers returns what is wrong with a document for whoever reads it with a
// program: headings out of order, tables without headers or with rows of another
// width, pictures without words, links that do not say where they lead or lead
// nowhere, and tags whose meaning the reader would have to know.
func docBarriers(folder, text string) []string {
	var out []string
	wrong := func(line int, format string, args ...any) {
		out = append(out, fmt.Sprintf("line %d: ", line+1)+fmt.Sprintf(format, args...))
	}
	level, fenced, columns := 0, false, 0
	seen := map[string]bool{}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			fenced = !fenced
			continue
		}
		if fenced {
			continue
		}
		if h := docHeading.FindStringSubmatch(line); h != nil {
			n := len(h[1])
			switch {
			case n > level+1:
				wrong(i, "a heading of level %d follows one of level %d", n, level)
			case n == 1 && level > 0:
				wrong(i, "a second title")
			case strings.TrimSpace(h[2]) == "" || seen[h[2]]:
				wrong(i, "the heading %q says nothing, or stands twice", h[2])
			}
			level, seen[h[2]] = n, true
		} else if level == 0 && strings.TrimSpace(line) != "" {
			wrong(i, "it does not begin with its title")
			level = 1
		}
		switch isRow := strings.HasPrefix(line, "|"); {
		case !isRow:
			columns = 0
		case columns == 0:
			columns = len(cells(line))
			if i+1 >= len(lines) || !docRule.MatchString(strings.TrimSpace(lines[i+1])) {
				wrong(i, "a table has no row of headers")
			}
			for n, cell := range cells(line) {
				if strings.TrimSpace(cell) == "" && n > 0 {
					wrong(i, "column %d of a table has no header", n+1)
				}
			}
		case len(cells(line)) != columns:
			wrong(i, "a row has %d cells and its table %d headers", len(cells(line)), columns)
		}
		plain := docCode.ReplaceAllString(line, "code")
		for _, tag := range docTag.FindAllString(plain, -1) {
			wrong(i, "%s is HTML; write it in words", tag)
		}
		for _, l := range docLink.FindAllStringSubmatch(line, -1) {
			words, to := strings.TrimSpace(l[2]), l[3]
			switch {
			case l[1] == "!" && len(strings.Fields(words)) < 3:
				wrong(i, "the picture %s is described as %q", to, words)
			case words == "" || slices.Contains(vague, strings.ToLower(words)):
				wrong(i, "the link to %s is called %q", to, words)
			}
			if file, _, _ := strings.Cut(to, "#"); file != "" && !strings.Contains(file, ":") {
				if _, err := os.Stat(filepath.Join(folder, filepath.FromSlash(file))); err != nil {
					wrong(i, "a link leads to %s, which is not there", file)
				}
			}
		}
	}
	if fenced {
		wrong(len(lines)-1, "code does not end")
	}
	return out
}

// Guards the documents for whoever has them read aloud. The controls are documents
// with each barrier once.
func TestTheDocumentsCanBeReadByAProgram(t *testing.T) {
	conform.Clause(t, "EN 301 549 12.1.2")
	files, err := filepath.Glob("../../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, "../../../README.md", "../../../CONTRIBUTING.md", "../../../CHANGELOG.md")
	if len(files) < 8 {
		t.Fatalf("only %d documents were found", len(files))
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, wrong := range docBarriers(filepath.Dir(file), string(text)) {
			t.Errorf("%s, %s", filepath.Base(file), wrong)
		}
	}
	for text, want := range map[string]string{
		"# A\n\nText.\n":                           "",
		"Text.\n\n# A\n":                           "line 1: it does not begin with its title",
		"# A\n\n### B\n":                           "line 3: a heading of level 3 follows one of level 1",
		"# A\n\n# B\n":                             "line 3: a second title",
		"# A\n\n## B\n\n## B\n":                    "line 5: the heading \"B\" says nothing, or stands twice",
		"# A\n\n| a | b |\n| c | d |\n":            "line 3: a table has no row of headers",
		"# A\n\n| a | |\n|---|---|\n| c | d |\n":   "line 3: column 2 of a table has no header",
		"# A\n\n| a | b |\n|---|---|\n| c |\n":     "line 5: a row has 1 cells and its table 2 headers",
		"# A\n\n![](docs_test.go)\n":               "line 3: the picture docs_test.go is described as \"\"",
		"# A\n\nSee [here](docs_test.go).\n":       "line 3: the link to docs_test.go is called \"here\"",
		"# A\n\nSee [the test](nothing.md#a).\n":   "line 3: a link leads to nothing.md, which is not there",
		"# A\n\n<font color=red>Danger</font>\n":   "line 3: <font  is HTML",
		"# A\n\n```\ncode\n":                       "line 5: code does not end",
		"# A\n\n```\n<b>\n```\n\nSee `<id>.yaml`.": "",
	} {
		got := strings.Join(docBarriers(".", text), "\n")
		if want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
