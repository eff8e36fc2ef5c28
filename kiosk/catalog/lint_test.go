package catalog

import (
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"go.yaml.in/yaml/v4"

	"chasqui/assets"
)

// sound returns the sound services of testdata, with each pair of texts replaced
// in permiso/service.yaml. A text that is not there fails the test.
func sound(t *testing.T, replace ...string) fstest.MapFS {
	t.Helper()
	folder := os.DirFS("testdata/sound")
	names, err := fs.Glob(folder, "*/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	fsys := fstest.MapFS{}
	for _, name := range names {
		b, err := fs.ReadFile(folder, name)
		if err != nil {
			t.Fatal(err)
		}
		fsys[name] = &fstest.MapFile{Data: b}
	}
	for i := 0; i+1 < len(replace); i += 2 {
		edit(t, fsys, service, replace[i], replace[i+1])
	}
	return fsys
}

func edit(t *testing.T, fsys fstest.MapFS, file, old, new string) {
	t.Helper()
	text := string(fsys[file].Data)
	if old != "" && !strings.Contains(text, old) {
		t.Fatalf("%s has no %q to break", file, old)
	}
	if old == "" {
		text += new
	} else {
		text = strings.Replace(text, old, new, 1)
	}
	fsys[file] = &fstest.MapFile{Data: []byte(text)}
}

// lineOf returns the line, from 1, on which a text first stands.
func lineOf(t *testing.T, fsys fstest.MapFS, file, text string) int {
	t.Helper()
	before, _, ok := strings.Cut(string(fsys[file].Data), text)
	if !ok {
		t.Fatalf("%s has no %q", file, text)
	}
	return strings.Count(before, "\n") + 1
}

// Guards the published services: without it a kiosk could ask what nobody needs,
// in a language that is half there.
func TestThePublishedServicesMeetTheStandard(t *testing.T) {
	for _, f := range Lint(assets.Services()) {
		t.Error(f)
	}
}

func TestTheSoundServicesHaveNoFindings(t *testing.T) {
	for _, f := range Lint(sound(t)) {
		t.Error(f)
	}
}

const (
	service, english = "permiso/service.yaml", "permiso/en.yaml"
	newer            = "ayuda/service.yaml" // with every newer kind of question
)

// fault is a row of testdata/faults.yaml.
type fault struct {
	Fault    string   `yaml:"fault"`
	Rule     string   `yaml:"rule"`
	Severity Severity `yaml:"severity"` // "" is error
	File     string   `yaml:"file"`
	LineIn   string   `yaml:"line_in"`
	Line     string   `yaml:"line"`
	Old      string   `yaml:"old"`
	New      string   `yaml:"new"`
	More     []string `yaml:"more"`
	Also     string   `yaml:"also"`
	With     []string `yaml:"with"`
}

func faults(t *testing.T) []fault {
	t.Helper()
	b, err := os.ReadFile("testdata/faults.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var rows []fault
	if err := yaml.Unmarshal(b, &rows); err != nil {
		t.Fatal(err)
	}
	return rows
}

// Each row breaks a sound service in one place. The rule must be found, in the
// file and on the line where the author has to act, and no rule that has no part
// in it.
func TestEachRuleFindsItsFault(t *testing.T) {
	for _, row := range faults(t) {
		t.Run(row.Fault, func(t *testing.T) {
			fsys := sound(t)
			for name := range fsys { // the others have no part in it
				if path.Dir(name) != path.Dir(row.File) {
					delete(fsys, name)
				}
			}
			edit(t, fsys, row.File, row.Old, row.New)
			for i := 0; i+1 < len(row.More); i += 2 {
				edit(t, fsys, service, row.More[i], row.More[i+1])
			}
			if row.Also != "" {
				edit(t, fsys, english, "", row.Also)
			}
			severity, file, line := cmp.Or(row.Severity, SeverityError), cmp.Or(row.LineIn, row.File), 0
			if row.Line != "" {
				line = lineOf(t, fsys, file, row.Line)
			}
			found := Lint(fsys)
			named := slices.ContainsFunc(found, func(f Finding) bool {
				return f.Rule == row.Rule && f.Severity == severity && f.File == file && f.Line > 0 && (line == 0 || f.Line == line)
			})
			if !named {
				t.Errorf("no %s %s at %s:%d", severity, row.Rule, file, line)
			}
			for _, f := range found {
				if f.Rule != row.Rule && !slices.Contains(row.With, f.Rule) {
					t.Errorf("it is named for %s too", f.Rule)
				}
				if t.Failed() {
					t.Log(f)
				}
			}
		})
	}
}

// Guards against a rule that nothing tests: every rule's name must have been
// found by the table above, or be named here with the test that covers it.
func TestEveryRuleHasARow(t *testing.T) {
	source, err := os.ReadFile("rules.go")
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := []string{ruleFile, ruleOverlay, ruleExplore, ruleNoSuchUnit} // below and in catalog_test.go
	declared := regexp.MustCompile(`(?m)^\trule\w+\s+= "([a-z-]+)"`).FindAllStringSubmatch(string(source), -1)
	if len(declared) < 30 {
		t.Fatalf("%d rules found: the test reads the wrong place", len(declared))
	}
	rows := faults(t)
	for _, rule := range declared {
		if !slices.Contains(elsewhere, rule[1]) && !slices.ContainsFunc(rows, func(f fault) bool { return f.Rule == rule[1] }) {
			t.Errorf("%s has no row", rule[1])
		}
	}
}

func TestAnEmptyCatalogueIsAFinding(t *testing.T) {
	found := Lint(fstest.MapFS{})
	if len(found) != 1 || found[0].Rule != ruleFile {
		t.Errorf("found %v", found)
	}
}

func TestTooManyWaysAreSaidAndNotTriedForEver(t *testing.T) {
	var questions, condition strings.Builder
	for i := range 13 { // 8,192 ways
		fmt.Fprintf(&questions, "  - {id: q%d, type: yes-no, label: \"¿Y esto?\", short: \"Esto\", step: \"esto\", why: \"Por esto.\"}\n", i)
		fmt.Fprintf(&condition, " && answers.q%d == \"yes\"", i)
	}
	fsys := sound(t, "outcomes:\n", questions.String()+"outcomes:\n",
		`'answers.kitchen == "no"'`, `'answers.kitchen == "no"`+condition.String()+`'`)
	found := Lint(fsys)
	if !slices.ContainsFunc(found, func(f Finding) bool { return f.Rule == ruleExplore && f.Severity == SeverityWarning }) {
		t.Errorf("not said: %v", found)
	}
}

// Guards the author who reads a finding: the course explains every rule, and no
// rule that there is not.
func TestTheCourseExplainsEveryRule(t *testing.T) {
	page, err := os.ReadFile("../../docs/AUTHORING.md")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("rules.go")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(page), "## 14.")
	rules := map[string]bool{}
	for _, rule := range regexp.MustCompile(`(?m)^\trule\w+\s+= "([a-z-]+)"`).FindAllStringSubmatch(string(source), -1) {
		rules[rule[1]] = true
		if !strings.Contains(table, "`"+rule[1]+"`") {
			t.Errorf("%s is not explained", rule[1])
		}
	}
	for _, row := range regexp.MustCompile("(?m)^\\| (`[^|]+) \\|").FindAllStringSubmatch(table, -1) {
		for _, name := range regexp.MustCompile("`([a-z-]+)`").FindAllStringSubmatch(row[1], -1) {
			if !rules[name[1]] {
				t.Errorf("%s is explained and no rule", name[1])
			}
		}
	}
}
