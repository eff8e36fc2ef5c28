package flow

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"go.yaml.in/yaml/v4"

	"chasqui/assets"
	"chasqui/kiosk"
	"chasqui/kiosk/catalog"
	"chasqui/locales"
)

// block is a fenced piece of docs/AUTHORING.md that is YAML. Its kind is the word
// after "yaml": the name of a file, "question", "answers", or nothing.
type block struct {
	kind, text string
	line       int
}

var fence = regexp.MustCompile("(?ms)^```yaml ?([^\n]*)\n(.*?)^```$")

func authoring(t *testing.T) []block {
	t.Helper()
	b, err := os.ReadFile("../../docs/AUTHORING.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(b)
	var blocks []block
	for _, m := range fence.FindAllStringSubmatchIndex(page, -1) {
		blocks = append(blocks, block{page[m[2]:m[3]], page[m[4]:m[5]], strings.Count(page[:m[4]], "\n") + 1})
	}
	if len(blocks) < 10 {
		t.Fatalf("%d examples found: the test reads the wrong place", len(blocks))
	}
	return blocks
}

func TestEveryExampleOfTheCourseIsYAML(t *testing.T) {
	for _, b := range authoring(t) {
		var v any
		if err := yaml.Unmarshal([]byte(b.text), &v); err != nil || v == nil {
			t.Errorf("docs/AUTHORING.md:%d: %v", b.line, err)
		}
	}
}

// Guards the author's hour: the service that the course builds, exactly as the
// page has it, lies among the published ones without a finding, in Spanish alone at
// part 7 and in two languages after part 8, and each of its made-up people arrives
// where the page says.
func TestTheServiceOfTheCourseIsSound(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, assets.Services()); err != nil {
		t.Fatal(err)
	}
	for _, b := range authoring(t) {
		if !strings.Contains(b.kind, "/") {
			continue
		}
		file := filepath.Join(dir, b.kind)
		if filepath.Base(file) != "service.yaml" {
			sound(t, dir) // as it is before part 8
			declareEnglish(t, dir)
		}
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(b.text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	sound(t, dir)
	c, err := catalog.Load(os.DirFS(dir), nil)
	if err != nil {
		t.Fatal(err)
	}
	s, ok := c.Find("reserva-cancha")
	if !ok {
		t.Fatal("the course builds no service")
	}
	if found := c.Search("canhca de futbol"); len(found) == 0 || found[0] != s.ID() {
		t.Errorf("it is found as %v", found)
	}
	if len(s.Examples()) < 3 {
		t.Fatalf("%d examples", len(s.Examples()))
	}
	for _, e := range s.Examples() {
		for _, language := range s.Languages() {
			walkExample(t, New(s, language, e.Office, e.Now, locales.In(language).Text, locales.In(language)), e)
		}
	}
}

// sound fails the test for every finding about the service of the course, among
// them a unit that no published service has.
func sound(t *testing.T, dir string) {
	t.Helper()
	c, err := catalog.Load(assets.Services(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var units []string
	for _, s := range c.Services() {
		units = append(units, s.Unit())
	}
	for _, f := range catalog.Check(os.DirFS(dir), catalog.Options{Only: "reserva-cancha", Units: units}).Findings {
		t.Error(f)
	}
}

// declareEnglish does what part 8 says.
func declareEnglish(t *testing.T, dir string) {
	t.Helper()
	file := filepath.Join(dir, "reserva-cancha", "service.yaml")
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, after, ok := strings.Cut(string(b), "languages: [es]\n")
	if !ok {
		t.Fatal("the course does not begin in Spanish alone")
	}
	if err := os.WriteFile(file, []byte(before+"languages: [es, en]\n"+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

// Guards the first finding that an author reads: part 7 shows it as it will be said.
func TestTheSampleFindingOfTheCourseIsTrue(t *testing.T) {
	page, err := os.ReadFile("../../docs/AUTHORING.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range authoring(t) {
		if b.kind != "reserva-cancha/service.yaml" {
			continue
		}
		broken := regexp.MustCompile("(?m)^    why:.*\n").ReplaceAllStringFunc(b.text, func() func(string) string {
			first := true
			return func(line string) string {
				if first {
					first = false
					return ""
				}
				return line
			}
		}())
		found := catalog.Lint(fstest.MapFS{b.kind: {Data: []byte(broken)}})
		if len(found) != 1 || !strings.Contains(string(page), "\n"+found[0].String()+"\n") {
			t.Errorf("the page does not show %v", found)
		}
	}
}

// walkExample answers page after page, as a person would.
func walkExample(t *testing.T, f *Flow, e catalog.Example) {
	t.Helper()
	a := kiosk.Answers{}
	var asked []string
	for q, ok := f.First(a); ok; q, ok = f.Next(a, q.ID) {
		v, trouble := f.Check(q.ID, e.Answers[q.ID], a)
		if trouble != nil {
			t.Fatalf("%s: %s: %s", e.Name, q.ID, trouble.Message)
		}
		a[q.ID] = v
		asked = append(asked, q.ID)
	}
	if o, ok := f.Outcome(a); !ok || o.ID != e.Outcome {
		t.Errorf("%s arrives at %q", e.Name, o.ID)
	}
	if got, want := strings.Join(asked, " "), strings.Join(e.Pages, " "); got != want {
		t.Errorf("%s is asked %s, not %s", e.Name, got, want)
	}
	for _, answered := range f.Review(a) {
		if strings.ContainsAny(answered.Shown+answered.Label, "⟦⟧") || answered.Shown == "" {
			t.Errorf("%s: %s is shown as %q", e.Name, answered.Question, answered.Shown)
		}
	}
}

// Every question of part 9, every answer to one and every recipe of part 11 is
// put into one service, which must load and take its own example.
func TestEveryQuestionAndRecipeOfTheCourseIsSound(t *testing.T) {
	var service strings.Builder
	service.WriteString("id: todo\nversion: 1\nlanguages: [es]\ntext: {title: \"Todo\"}\nquestions:\n")
	var answers string
	for _, b := range authoring(t) {
		switch b.kind {
		case "question":
			for line := range strings.Lines(b.text) {
				service.WriteString("  " + line)
			}
		case "answers":
			for line := range strings.Lines(b.text) {
				answers += "      " + line
			}
			answers += "      corner: \"Los Aromos con El Roble\"\n"
		}
	}
	service.WriteString("outcomes:\n")
	page, err := os.ReadFile("../../docs/AUTHORING.md")
	if err != nil {
		t.Fatal(err)
	}
	_, recipes, _ := strings.Cut(string(page), "| you mean | write |")
	recipes, _, _ = strings.Cut(recipes, "(In the table")
	n := 0
	for _, m := range regexp.MustCompile("(?m)^\\| [^|]+ \\| `(.+)` \\|$").FindAllStringSubmatch(recipes, -1) {
		n++
		fmt.Fprintf(&service, "  - {id: o%d, action: person, when: 'false && (%s)', title: \"T\", next: \"N\"}\n", n, strings.ReplaceAll(m[1], `\|`, "|"))
	}
	if n < 20 {
		t.Fatalf("%d recipes found", n)
	}
	service.WriteString("  - {id: pedir, action: apply, title: \"T\", next: \"N\"}\ntests:\n  - name: todo\n    outcome: pedir\n    answers:\n" + answers)
	c, err := catalog.Load(fstest.MapFS{"todo/service.yaml": {Data: []byte(service.String())}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := c.Services()[0]
	asked := map[kiosk.QuestionType]bool{}
	for _, q := range s.In("es").Questions {
		asked[q.Type] = true
	}
	if len(asked) != 17 {
		t.Errorf("%d types of question are shown: %v", len(asked), asked)
	}
	if len(s.Examples()) != 1 {
		t.Fatal("the example is not good")
	}
	e := s.Examples()[0]
	f := New(s, "es", e.Office, e.Now, locales.In("es").Text)
	for _, q := range f.Questions(e.Answers) {
		v := e.Answers[q.ID]
		if v.File != nil {
			v.File.Content = []byte("\xff\xd8\xff picture")
		}
		if _, trouble := f.Check(q.ID, v, e.Answers); trouble != nil {
			t.Errorf("%s: %s", q.ID, trouble.Message)
		}
	}
}
