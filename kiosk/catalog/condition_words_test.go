package catalog

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

// Guards the author who has never written a condition: each of the usual slips is
// answered with what to write, and what CEL says comes last.
func TestASlipInAConditionIsAnsweredInPlainWords(t *testing.T) {
	for condition, want := range map[string]string{
		`answers.agree == yes`:                          `write "yes" in double quotes`,
		`answers.needs == roof`:                         `write "roof" in double quotes`,
		`answers.agree = "yes"`:                         `write == (two equals signs)`,
		`answers.income => 5`:                           `write >= for "at least"`,
		`answers.income > "500000"`:                     `write 500000 without quotes`,
		`answers.agree == "yes" and answers.income > 5`: `write && for "and"`,
		`answers.agree == "yes" or answers.income > 5`:  `write || for "or"`,
		`not answers.agree == "yes"`:                    `write !( … ) for "not"`,
		`answers.agree == "yes" & answers.income > 5`:   `write && (twice)`,
		`answers.agre == "yes"`:                         `did you mean "agree"?`,
		`answers.zzzzzzzz == "yes"`:                     `The questions are born`,
		`agree == "yes"`:                                `write answers.agree`,
		`answer.agree == "yes"`:                         `did you mean "answers"?`,
		`answers.agree == “yes”`:                        `straight ones`,
		`answers.agree`:                                 `neither true nor false`,
		`answers.agree == "yes`:                         `a quote or a bracket`,
		`answers.born < 18`:                             `years(answers.born, today)`,
		`years(answers.income, today) > 5`:              `no date`,
		`answers.people > 5`:                            `answers.people.size()`,
		`answers.needs == "roof"`:                       `"…" in answers.needs`,
		`answers.agree && answers.income > 5`:           `a comparison on each side`,
		`entry.age > 5`:                                 `inside a group`,
		`answers.agree in "yes"`:                        `in stands between`,
	} {
		quoted := strings.ReplaceAll(condition, "'", "''")
		fsys := sound(t)
		edit(t, fsys, newer, `'years(answers.born, today) < 18'`, "'"+quoted+"'")
		_, problems := loadService(fs.FS(fsys), nil, "ayuda")
		if len(problems) == 0 {
			t.Errorf("%s is taken", condition)
			continue
		}
		if said := problems[0].message; !strings.Contains(said, want) || !strings.Contains(said, "the condition '"+condition+"'") {
			t.Errorf("%s\n got %s\nwant %s", condition, said, want)
		}
		if testing.Verbose() {
			t.Log(problems[0].message)
		}
	}
}

// Guards the same author against the words of a schema: what is wrong is named as
// it is called in the course.
func TestASlipInAFieldIsAnsweredInPlainWords(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"  - id: kitchen", "  - id: Cocina nueva", `the 2nd question, id: is "Cocina nueva"; write small letters a to z without accents, digits and _`},
		{"unit: patentes", "unit: Patentes_1", `unit: is "Patentes_1"; write small letters`},
		{"    short: \"Cocina\"\n", "", `question "kitchen": add short`},
		{"type: yes-no", "type: si-no", `question "kitchen", type: is "si-no"; write one of text, long-text`},
		{"type: one-of", "type: text", `question "kind", options: only a question of type one-of and many-of has options, and this one is of type text`},
		{"    min: 1\n", "    min: uno\n", `question "metres", min: is a text; write a whole number`},
		{"{id: food, label: \"Comida\"}", "{id: food, label: \"\"}", `question "kind", option "food", label: is empty`},
		{"channel: counter", "channel: window", `write one of kiosk, kiosk-assisted, web, counter, phone, mail`},
		{"version: 3", "version: 0", `version: is 0; write 1 or more`},
		{"{kind: animals}", "{kind: true}", `test "animales", answers.kind: is no answer`},
	} {
		fsys := sound(t, c.old, c.new)
		_, problems := loadService(fsys, nil, "permiso")
		if len(problems) == 0 {
			t.Errorf("%s is taken", c.new)
			continue
		}
		if said := problems[0].message; !strings.Contains(said, c.want) {
			t.Errorf("%s\n got %s\nwant %s", c.new, said, c.want)
		}
	}
}

// Guards against one slip that fills a page: where outcomes after the first are out
// of reach, or an option is misspelt, what only follows from it is left out, and
// the report says that there is more to check.
func TestWhatOnlyFollowsIsLeftOut(t *testing.T) {
	for _, change := range [][2]string{
		{"    when: 'answers.kind == \"animals\"'\n", ""},
		{`answers.kind == "animals"`, `answers.kind == "animales"`},
	} {
		r := Check(sound(t, change[0], change[1]), Options{Only: "permiso"})
		if len(r.Findings) != 1 || !r.Partly {
			t.Errorf("%q: partly %v, found %v", change[1], r.Partly, r.Findings)
		}
	}
	if r := Check(sound(t), Options{}); r.Partly {
		t.Error("a sound catalogue was not checked whole")
	}
}

// Guards requests that nobody could open: a unit that there is not is named.
func TestAUnitThatThereIsNotIsSaid(t *testing.T) {
	r := Check(sound(t), Options{Units: []string{"patentes", "rentas"}})
	if len(r.Findings) != 1 || r.Findings[0].Rule != ruleNoSuchUnit || r.Findings[0].File != newer || r.Findings[0].Severity != SeverityWarning {
		t.Errorf("found %v", r.Findings)
	}
}

// Guards the translator of a service: an empty file, and one just begun, are one
// finding with what to do, and the skeleton has every text with its Spanish.
func TestATranslationBegins(t *testing.T) {
	fsys := sound(t)
	whole := string(fsys[english].Data)
	for _, begun := range []string{"", "# Nothing yet.\n", "title: \"Permit\"\n"} {
		fsys[english] = &fstest.MapFile{Data: []byte(begun)}
		r := Check(fsys, Options{Only: "permiso"})
		if len(r.Findings) != 1 || r.Findings[0].File != english || !strings.Contains(r.Findings[0].Message, "chasqui texts new -lang en permiso") {
			t.Fatalf("%q: found %v", begun, r.Findings)
		}
		b, lacks, err := Skeleton(fsys, "permiso", "en")
		if err != nil || lacks < 30 || !strings.HasPrefix(string(b), begun) {
			t.Fatalf("%q: %d, %v\n%s", begun, lacks, err, b)
		}
		if !strings.Contains(string(b), "# Cada rubro tiene su fila.\nquestion.kind.why: \"\"\n") {
			t.Errorf("the skeleton lacks a text:\n%s", b)
		}
		fsys[english] = &fstest.MapFile{Data: b}
		r = Check(fsys, Options{Only: "permiso"})
		if len(r.Findings) != 1 || !strings.Contains(r.Findings[0].Message, "write between the quotes") {
			t.Errorf("the skeleton: found %v", r.Findings)
		}
		c, err := Load(fsys, nil)
		if err != nil {
			t.Fatal(err)
		}
		s, _ := c.Find("permiso")
		if shown := s.In("en").Summary; shown != visible("Un permiso para vender en la feria.") {
			t.Errorf("what is not written yet is shown as %q", shown)
		}
	}
	fsys[english] = &fstest.MapFile{Data: []byte(whole)}
	if b, lacks, err := Skeleton(fsys, "permiso", "en"); err != nil || lacks != 0 || string(b) != whole {
		t.Errorf("a whole file changes: %d, %v", lacks, err)
	}
}
