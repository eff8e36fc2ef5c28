package catalog

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"chasqui/assets"
)

func TestALessonInALanguage(t *testing.T) {
	c, err := Load(sound(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	lessons := c.Lessons()
	if len(lessons) != 1 || lessons[0].ID() != "mensaje" {
		t.Fatalf("lessons %v", lessons)
	}
	english := lessons[0].In("en")
	if english.Title != "A message that deceives" || english.Icon != "phone" || len(english.Steps) != 2 {
		t.Errorf("%+v", english)
	}
	// What is scanned and where it comes from need no translation.
	if got := english.Steps[0].Scan; got != "https://ejemplo.cl/hola" {
		t.Errorf("scan %q", got)
	}
	if got := english.Facts[0].About; got != "Qué hacer en cada caso." {
		t.Errorf("fact %q", got)
	}
	judge := english.Steps[1]
	if judge.Message != "Your parcel is waiting. Tap here and pay." || len(judge.Options) != 2 ||
		judge.Options[0].Right || !judge.Options[1].Right || judge.Options[1].Say != "Good. Nobody hurries you." {
		t.Errorf("%+v", judge)
	}
	if got := lessons[0].In("qu").Title; got != "⟦Un mensaje que engaña⟧" {
		t.Errorf("in a language without messages: %q", got)
	}
}

// Where a folder has services only, the lessons are those of the program.
func TestAFolderWithoutLessonsHasThoseOfTheProgram(t *testing.T) {
	fsys := sound(t)
	for name := range fsys {
		if strings.HasPrefix(name, "mensaje/") {
			delete(fsys, name)
		}
	}
	c, err := Load(fsys, nil)
	if err != nil {
		t.Fatal(err)
	}
	own, err := foldersWith(assets.Lessons(), lessonFile)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Lessons()) != len(own) {
		t.Errorf("%d lessons, and the program has %d", len(c.Lessons()), len(own))
	}
}

func TestThePublishedLessonsMeetTheStandard(t *testing.T) {
	own, err := foldersWith(assets.Lessons(), lessonFile)
	if err != nil {
		t.Fatal(err)
	}
	if len(own) == 0 {
		t.Skip("no lessons yet")
	}
	for _, f := range Lint(assets.Lessons()) {
		t.Error(f)
	}
}

// A message to be judged is somebody else's words: it may shout and blame, or
// there would be nothing to learn from. What the lesson says itself may not.
func TestAMessageToBeJudgedMayBlame(t *testing.T) {
	fsys := sound(t)
	edit(t, fsys, "mensaje/lesson.yaml", "Su paquete espera.", "BANCO: error en su cuenta, pago denegado.")
	edit(t, fsys, "mensaje/en.yaml", "Your parcel is waiting.", "BANK: payment denied.")
	for _, f := range Lint(fsys) {
		t.Error(f)
	}
	edit(t, fsys, "mensaje/en.yaml", "Good. Nobody", "Invalid. Nobody")
	if found := Lint(fsys); len(found) != 1 || found[0].Rule != ruleWord {
		t.Errorf("the lesson itself blames, and this is found: %v", found)
	}
}

func TestABrokenLessonIsNotLoadedAndSaysWhere(t *testing.T) {
	fsys := sound(t)
	edit(t, fsys, "mensaje/lesson.yaml", "title: \"Mire quién escribe\"", "titel: \"Mire\"")
	_, err := Load(fsys, nil)
	if err == nil || !strings.Contains(err.Error(), "mensaje/lesson.yaml:9") {
		t.Errorf("%v", err)
	}
}

func TestTheSchemasArePublished(t *testing.T) {
	for of, word := range map[string]string{"service": "many-of", "lesson": "right"} {
		b, err := Schema(of)
		if err != nil || !strings.Contains(string(b), word) {
			t.Errorf("%s: %d bytes, %v", of, len(b), err)
		}
	}
	if _, err := Schema("poem"); err == nil {
		t.Error("a poem has a schema")
	}
	// Editors find it by the line at the head of every service.
	folders, err := foldersWith(assets.Services(), serviceFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range folders {
		b, err := fs.ReadFile(assets.Services(), folder+"/"+serviceFile)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(b), "# yaml-language-server: $schema=../"+SchemaFile+"\n") {
			t.Errorf("%s does not name its schema", folder)
		}
	}
}

func FuzzLesson(f *testing.F) {
	b, err := os.ReadFile("testdata/sound/mensaje/lesson.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte("id: mensaje\nicon: phone\nlanguages: [es]\ntext: {title: A, summary: B, end: C}\nsteps: [{id: a, title: A, text: A}]\nfacts: [{id: a, about: A, source: A}]\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		src, err := parseSource("mensaje/lesson.yaml", b)
		if err != nil {
			return
		}
		l, problems := compileLesson(src, "mensaje")
		for _, p := range problems {
			if p.line < 1 || p.message == "" {
				t.Fatalf("an error without a place: %v", p)
			}
		}
		if len(problems) == 0 {
			l.In("es")
			lintLesson(fstest.MapFS{"mensaje/lesson.yaml": {Data: b}}, "mensaje", Options{})
		}
	})
}
