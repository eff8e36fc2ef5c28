package catalog

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

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
	lesson           = "mensaje/lesson.yaml"
)

// manyQuestions returns n more questions as YAML, and their English.
func manyQuestions(n int) (spanish, translated string) {
	var es, en strings.Builder
	for i := range n {
		fmt.Fprintf(&es, "  - {id: extra%d, type: text, label: \"¿Y esto?\", short: \"Esto\", step: \"esto\", why: \"Por esto.\"}\n", i)
		fmt.Fprintf(&en, "question.extra%d.label: \"And this?\"\nquestion.extra%d.short: \"This\"\nquestion.extra%d.step: \"this\"\nquestion.extra%d.why: \"For this.\"\n", i, i, i, i)
	}
	return es.String(), en.String()
}

// Each row breaks the sound service in one place. The rule must be found, in the
// file and on the line where the author has to act.
func TestEachRuleFindsItsFault(t *testing.T) {
	long := "Esta frase sigue y sigue y sigue y sigue y sigue y sigue y sigue y sigue y sigue y sigue y sigue y sigue y sigue y no termina."
	hard := "Consecuentemente, procedimientos administrativos preestablecidos determinan obligatoriamente responsabilidades institucionales. " +
		"Consideraciones reglamentarias complementarias imposibilitarían extraordinariamente autorizaciones municipales correspondientes. " +
		"Recomendaciones interministeriales excepcionales condicionarían significativamente determinaciones posteriores aplicables. " +
		"Simultáneamente, especificaciones presupuestarias internacionales desnaturalizarían compromisos anteriores. " +
		"Posteriormente, reclamaciones extemporáneas significarían inevitablemente resoluciones desfavorables."
	extra16, extra16English := manyQuestions(13)
	extra26, extra26English := manyQuestions(23)
	for _, row := range []struct {
		fault    string
		rule     string
		severity Severity
		file     string
		old, new string   // in file
		more     []string // pairs of old and new in service.yaml
		also     string   // appended to en.yaml
		line     string   // a text on the line that must be named
	}{
		{fault: "a tab for indentation", rule: ruleYAML, file: service, old: "  title: \"Permiso para", new: "\ttitle: \"Permiso para", line: "\ttitle"},
		{fault: "a key twice", rule: ruleYAML, file: service, old: "version: 3", new: "version: 3\nversion: 4", line: "version: 4"},
		{fault: "an alias", rule: ruleYAML, file: service, old: "unit: patentes", new: "unit: &u patentes", line: "unit: &u"},
		{fault: "a misspelt field", rule: ruleSchema, file: service, old: "short: \"Rubro\"", new: "shrot: \"Rubro\"", line: "- id: kind"},
		{fault: "a type that does not exist", rule: ruleSchema, file: service, old: "type: yes-no", new: "type: maybe", line: "type: maybe"},
		{fault: "a version that is text", rule: ruleSchema, file: service, old: "version: 3", new: "version: tres", line: "version: tres"},
		{fault: "min over max", rule: ruleSchema, file: service, old: "max: 20", new: "max: 7", more: []string{"min: 1\n", "min: 9\n"}, line: "min: 9"},
		{fault: "a message file that is a list", rule: ruleYAML, file: english, old: "title: \"Permit for a stall\"", new: "- title", line: ""},
		{fault: "a message that is a number", rule: ruleMessages, file: english, old: "title: \"Permit for a stall\"", new: "title: 3", line: ""},
		{fault: "a placeholder", rule: ruleMessages, file: service, old: "\"Puede ver sus datos.\"", new: "\"Vea {{.Datos}}.\"", line: "rights:"},
		{fault: "an id that is not the folder", rule: ruleFolder, file: service, old: "id: permiso", new: "id: otro", line: "id: otro"},
		{fault: "a question twice", rule: ruleDuplicate, file: service, old: "id: kitchen", new: "id: kind", line: "  - id: kind\n    type: yes-no"},
		{fault: "an option twice", rule: ruleDuplicate, file: service, old: "id: clothes", new: "id: food", line: "Ropa"},
		{fault: "a condition that does not parse", rule: ruleCondition, file: service, old: `'answers.kind == "food"'`, new: `'answers.kind =='`, line: "when: 'answers.kind =='"},
		{fault: "a condition over a question that is not there", rule: ruleCondition, file: service, old: `answers.kind == "animals"`, new: `answers.kynd == "animals"`, line: "answers.kynd"},
		{fault: "a number compared with text", rule: ruleCondition, file: service, old: "answers.metres <= 6", new: "answers.metres <= \"6\"", line: "food_small"},
		{fault: "a condition that is not true or false", rule: ruleCondition, file: service, old: `'answers.kitchen == "no"'`, new: `'answers.kitchen'`, line: "when: 'answers.kitchen'"},
		{fault: "a condition that fails", rule: ruleCondition, file: service, old: `'answers.kitchen == "no"'`, new: `'answers.kitchen == "no" || 10 / answers.metres > 100'`, line: "10 / answers"},
		{fault: "a question that depends on a later one", rule: ruleCycle, file: service, old: `when: 'answers.kind == "food"'`, new: `when: 'answers.metres == 4'`, line: "answers.metres == 4"},
		{fault: "a question that depends on itself", rule: ruleCycle, file: service, old: `when: 'answers.kind == "food"'`, new: `when: 'answers.kitchen == "yes"'`, line: `'answers.kitchen == "yes"'`},
		{fault: "no Spanish", rule: ruleLanguage, file: service, old: "languages: [es, en]", new: "languages: [en]", line: "languages:"},
		{fault: "a language without a file", rule: ruleTranslation, file: service, old: "[es, en]", new: "[es, en, pt]", line: "languages:"},
		{fault: "a text without translation", rule: ruleTranslation, file: english, old: "question.kind.why: \"Each kind has its row.\"\n", new: "", line: "!why: \"Cada rubro"},
		{fault: "a text left in Spanish", rule: ruleTranslation, severity: SeverityWarning, file: english, old: "Each kind has its row.", new: "Cada rubro tiene su fila.", line: "question.kind.why"},
		{fault: "a message that nobody asks for", rule: ruleStray, file: english, old: "question.kind.why", new: "question.kind.whi", line: "question.kind.whi"},
		{fault: "nobody responsible", rule: ruleUnit, file: service, old: "unit: patentes\n", new: "", line: ""},
		{fault: "an icon that is not drawn", rule: ruleIcon, file: service, old: "icon: house", new: "icon: castle", line: "icon: castle"},
		{fault: "an option's icon that is not drawn", rule: ruleIcon, file: service, old: "label: \"Ropa\"", new: "label: \"Ropa\", icon: castle", line: "icon: castle"},
		{fault: "no cost", rule: ruleCost, file: service, old: "  cost: \"Consulte en el mesón.\"\n", new: "", line: ""},
		{fault: "no time limit", rule: ruleTimeLimit, file: service, old: "  time_limit: \"Consulte en el mesón.\"\n", new: "", line: ""},
		{fault: "no documents", rule: ruleDocuments, file: service, old: "documents:\n  - id: none\n    text: \"No necesita papeles.\"\n", new: "", line: ""},
		{fault: "no hours", rule: ruleHours, file: service, old: "level: complete, hours: \"De día.\"", new: "level: complete", line: "channel: counter"},
		{fault: "no other channel", rule: ruleChannel, file: service, old: "channel: counter", new: "channel: kiosk-assisted", line: "channels:"},
		{fault: "no why", rule: ruleWhy, file: service, old: "    why: \"Cada rubro tiene su fila.\"\n", new: "", line: "- id: kind"},
		{fault: "a constraint without message", rule: ruleMessage, file: service, old: ", message: \"Un puesto de comida tiene hasta 6 metros.\"", new: "", line: "food_small"},
		{fault: "no default outcome", rule: ruleDefault, file: service, old: "  - id: pedir\n    action: apply\n", new: "  - id: pedir\n    action: apply\n    when: 'answers.kind == \"clothes\"'\n", line: ""},
		{fault: "an outcome after one that always applies", rule: ruleNoOutcome, file: service, old: "    when: 'answers.kitchen == \"no\"'\n", new: "", line: "- id: pedir"},
		{fault: "an outcome that no answer reaches", rule: ruleNoOutcome, file: service, old: `'answers.kitchen == "no"'`, new: `'answers.kitchen == "no" && answers.kind == "clothes"'`, line: "- id: cocina-primero"},
		{fault: "a question that no answer reaches", rule: ruleNoPage, file: service, old: `when: 'answers.kind == "food"'`, new: `when: 'answers.kind == "food" && answers.kind == "clothes"'`, line: "- id: kitchen"},
		{fault: "a question that nobody uses", rule: ruleUnused, file: service, old: "  - id: pedir\n    action: apply", new: "  - id: pedir\n    action: person",
			more: []string{"questions:\n", "questions:\n  - {id: early, type: text, label: \"¿Y esto?\", short: \"Esto\", step: \"esto\", why: \"Por esto.\"}\n"}, line: "id: early"},
		{fault: "sixteen questions", rule: ruleLong, severity: SeverityWarning, file: service, old: "outcomes:\n", new: extra16 + "outcomes:\n", also: extra16English, line: ""},
		{fault: "twenty-six questions", rule: ruleLong, file: service, old: "outcomes:\n", new: extra26 + "outcomes:\n", also: extra26English, line: ""},
		{fault: "hard words", rule: ruleRead, file: service, old: "\"Vaya al mesón.\"", new: "\"" + hard + "\"", line: "next: \"Consecuentemente"},
		{fault: "a long sentence", rule: ruleSentence, file: service, old: "\"Guarde su número.\"", new: "\"" + long + "\"", line: "next: \"Esta frase"},
		{fault: "a label too long for large type", rule: ruleFit, file: service, old: "¿Tiene cocina?", new: "¿Tiene usted una cocina con agua, con luz y con una ventana grande?", line: "¿Tiene usted una cocina"},
		{fault: "a translated label too long", rule: ruleFit, file: english, old: "Do you have a kitchen?", new: "Do you happen to have a kitchen with water, with light and with a large window that opens?", line: "question.kitchen.label"},
		{fault: "an acronym", rule: ruleAcronym, severity: SeverityWarning, file: service, old: "\"La oficina.\"", new: "\"La OPD.\"", line: "who:"},
		{fault: "a word that blames", rule: ruleWord, file: service, old: "Vaya al mesón.", new: "Su respuesta es inválida.", line: "inválida"},
		{fault: "sent, when it is queued", rule: ruleWord, file: english, old: "Keep your number.", new: "It was sent.", line: "outcome.pedir.next"},
		{fault: "an outcome without test", rule: ruleNoTest, file: service, old: "  - name: \"animales\"\n    answers: {kind: animals}\n    outcome: no-se-puede\n    pages: [kind]\n", new: "", line: "- id: no-se-puede"},
		{fault: "a test that leads elsewhere", rule: ruleTest, file: service, old: "    outcome: cocina-primero", new: "    outcome: pedir", line: "- name: \"comida sin cocina\""},
		{fault: "a test with other pages", rule: ruleTest, file: service, old: "pages: [kind, metres, note]", new: "pages: [kind, note]", line: "- name: \"ropa\""},
		{fault: "a test that answers what is not asked", rule: ruleTest, file: service, old: "{kind: animals}", new: "{kind: animals, metres: 2}", line: "- name: \"animales\""},
		{fault: "a test with an answer that is none", rule: ruleTest, file: service, old: "{kind: animals}", new: "{kind: birds}", line: "- name: \"animales\""},
		{fault: "a test that breaks a constraint", rule: ruleTest, file: service, old: "metres: 6, note: \"Empanadas\"", new: "metres: 9, note: \"Empanadas\"", line: "- name: \"comida con cocina\""},
		{fault: "a suggestion after the digital way failed", rule: ruleSuggestion, file: service, old: " && !digital_failed_today", new: "", line: "when: 'public_url"},
		{fault: "a suggestion without a public address", rule: ruleSuggestion, file: service, old: "'public_url && ", new: "'", line: "when: 'digital_complete"},
		{fault: "a suggestion where the digital way is not complete", rule: ruleSuggestion, file: service, old: " && digital_complete", new: "", line: "when: 'public_url"},
		{fault: "a suggestion before the business is done", rule: ruleSuggestion, file: service, old: ` && action == "apply"`, new: "", line: "when: 'public_url"},
		{fault: "a suggestion that is never made", rule: ruleSuggestion, file: service, old: `action == "apply"`, new: `action == "nothing"`, line: "when: 'public_url"},
		{fault: "a figure without source", rule: ruleSuggestion, file: service, old: "Desde su casa.", new: "8 de 10 lo hacen.", line: "id: una"},
		{fault: "a fact read nowhere", rule: ruleSource, file: service, old: "source: \"pregunte en el mesón\"", new: "source: \"todos lo saben\"", line: "id: local"},

		{fault: "no everyday words", rule: ruleKeywords, file: newer, old: "  keywords: \"plata, caja de comida, apoyo\"\n", new: "", line: "text:"},
		{fault: "hidden, and filed under a situation", rule: ruleHidden, file: newer, old: "situation: family", new: "hidden: true\nsituation: family", line: "situation: family"},
		{fault: "a situation that does not exist", rule: ruleSchema, file: newer, old: "situation: family", new: "situation: love", line: "situation: love"},
		{fault: "keywords left out of a translation", rule: ruleTranslation, file: "ayuda/en.yaml", old: "keywords: \"money, food box, support\"\n", new: "", line: "!ayuda/service.yaml keywords:"},
		{fault: "a document needed at another time", rule: ruleSchema, file: newer, old: "when: later", new: "when: someday", line: "when: someday"},
		{fault: "a document for now without words", rule: ruleSchema, file: newer, old: "{id: card, text: \"Su cédula, si tiene.\", when: now}", new: "{id: card, when: now}", line: "{id: card"},
		{fault: "hours that end before they start", rule: ruleOpen, file: newer, old: "{days: [fri], from: \"08:30\"", new: "{days: [fri], from: \"14:30\"", line: "days: [fri]"},
		{fault: "hours that overlap", rule: ruleOpen, file: newer, old: "days: [fri]", new: "days: [thu, fri]", line: "days: [thu, fri]"},
		{fault: "an hour that is none", rule: ruleSchema, file: newer, old: "to: \"13:00\"", new: "to: \"25:00\"", line: "25:00"},
		{fault: "a day that is none", rule: ruleSchema, file: newer, old: "days: [fri]", new: "days: [viernes]", line: "viernes"},
		{fault: "a choice of several without options", rule: ruleSchema, file: newer, old: "    options:\n      - {id: food, label: \"Comida\"}\n      - {id: bed, label: \"Una cama\", icon: house}\n      - {id: roof, label: \"Arreglar el techo\"}\n", new: "", line: "- id: needs"},
		{fault: "a choice of more options than there are", rule: ruleOptions, file: newer, old: "    max: 2\n", new: "    max: 4\n", line: "- id: needs"},
		{fault: "an option that a condition misspells", rule: ruleNoPage, file: newer, old: "'\"roof\" in answers.needs'", new: "'\"rooff\" in answers.needs'", line: "- id: call"},
		{fault: "a consent to nothing", rule: ruleConsent, file: newer, old: "    statement: \"La municipalidad puede leer mis datos del Registro Social de Hogares para esta ayuda.\"\n", new: "", line: "- id: agree"},
		{fault: "a statement that nobody is asked to agree to", rule: ruleSchema, file: newer, old: "type: signature", new: "type: signature\n    statement: \"Es verdad.\"", line: "Es verdad"},
		{fault: "a statement that is hard to read", rule: ruleSentence, file: newer, old: "La municipalidad puede leer mis datos del Registro Social de Hogares para esta ayuda.", new: long, line: "statement:"},
		{fault: "a group without end", rule: ruleGroup, file: newer, old: "    max: 8\n", new: "", line: "- id: people"},
		{fault: "a group whose entries have no name", rule: ruleGroup, file: newer, old: "    entry: \"Persona\"\n", new: "", line: "- id: people"},
		{fault: "a group of nothing", rule: ruleSchema, file: newer, old: "    questions:\n      - {id: name", new: "    questionz:\n      - {id: name", line: "- id: people"},
		{fault: "a group in a group", rule: ruleSchema, file: newer, old: "        type: number\n", new: "        type: group\n", line: "        type: group"},
		{fault: "a file in a group", rule: ruleSchema, file: newer, old: "{id: name, type: text", new: "{id: name, type: file", line: "type: file"},
		{fault: "a question of a group twice", rule: ruleDuplicate, file: newer, old: "- id: school", new: "- id: age", line: "      - id: age\n        type: yes-no"},
		{fault: "a question of a group with the name of a text", rule: ruleDuplicate, file: newer, old: "- id: school", new: "- id: label", line: "- id: label"},
		{fault: "a question of a group without why", rule: ruleWhy, file: newer, old: "        why: \"La cama puede ser para estudiar.\"\n", new: "", line: "- id: school"},
		{fault: "a condition in a group that looks ahead", rule: ruleCycle, file: newer, old: "'\"bed\" in answers.needs'", new: "'answers.agree == \"yes\"'", line: "answers.agree == "},
		{fault: "a condition in a group over its own entry", rule: ruleCondition, file: newer, old: "'\"bed\" in answers.needs'", new: "'entry.age > 5'", line: "entry.age > 5"},
		{fault: "a constraint in a group that looks ahead", rule: ruleCycle, file: newer, old: "entry.age == 0'", new: "entry.school == \"\"'", line: "name_first"},
		{fault: "an entry's answer that the group has not", rule: ruleCondition, file: newer, old: "p.age < 2", new: "p.size < 2", line: "p.size"},
		{fault: "a day compared with a number", rule: ruleCondition, file: newer, old: "years(answers.born, today) < 18", new: "answers.born < 18", line: "answers.born < 18"},
		{fault: "an age of something that is no date", rule: ruleCondition, file: newer, old: "years(answers.born, today) < 18", new: "years(answers.income, today) < 18", line: "years(answers.income"},
		{fault: "an age that nobody has", rule: ruleNoOutcome, file: newer, old: "years(answers.born, today) < 18", new: "years(answers.born, today) < 0", line: "- id: menor"},
		{fault: "a test with a day that is none", rule: ruleTest, file: newer, old: "{born: \"2015-05-01\"}", new: "{born: \"2015-02-30\"}", line: "- name: \"una niña\""},
		{fault: "a test with a time that is none", rule: ruleTest, file: newer, old: "call: \"10:30\"", new: "call: \"10:75\"", line: "comida y techo"},
		{fault: "a test that ticks too many", rule: ruleTest, file: newer, old: "needs: [food, roof]", new: "needs: [food, bed, roof]", line: "comida y techo"},
		{fault: "a test that ticks what is not there", rule: ruleTest, file: newer, old: "needs: [food, roof]", new: "needs: [food, rooff]", line: "comida y techo"},
		{fault: "a test that declines what is not sensitive", rule: ruleTest, file: newer, old: "    sensitive: true\n", new: "", line: "comida y techo"},
		{fault: "a test whose entry answers what is not asked", rule: ruleTest, file: newer, old: "age: 12}", new: "age: 12, school: \"yes\"}", line: "comida y techo"},
		{fault: "a test whose entry leaves one open", rule: ruleTest, file: newer, old: ", age: 12}", new: "}", line: "comida y techo"},
		{fault: "a test whose entry breaks a constraint", rule: ruleTest, file: newer, old: "\"Otra Persona\"", new: "\"Nadie\"", line: "comida y techo"},
		{fault: "a test that signs twice", rule: ruleTest, file: newer, old: "{typed: \"Persona de Ejemplo\"}", new: "{typed: \"Persona de Ejemplo\", drawn: true}", line: "comida y techo"},
		{fault: "a consent neither yes nor no", rule: ruleTest, file: newer, old: "agree: \"no\"", new: "agree: \"tal vez\"", line: "comida y techo"},
		{fault: "a step that nobody can get right", rule: ruleLesson, file: lesson, old: "right: true, ", new: "", line: "options:"},
		{fault: "a page with too much on it", rule: ruleLesson, file: lesson, old: "Léalo con calma.", new: "Uno. Dos. Tres. Cuatro. Cinco.", line: "text: \"Uno."},
		{fault: "a lesson without title", rule: ruleSchema, file: lesson, old: "  title: \"Un mensaje que engaña\"\n", new: "", line: "text:"},
		{fault: "a lesson with an icon that is not drawn", rule: ruleIcon, file: lesson, old: "icon: phone", new: "icon: castle", line: "icon: castle"},
		{fault: "a lesson with a step twice", rule: ruleDuplicate, file: lesson, old: "id: judge", new: "id: look", line: "id: look\n    title: \"¿Qué hace"},
		{fault: "a lesson half translated", rule: ruleTranslation, file: "mensaje/en.yaml", old: "step.judge.text: \"Read it calmly.\"\n", new: "", line: "!mensaje/lesson.yaml Léalo con calma."},
		{fault: "a lesson with a message that nobody asks for", rule: ruleStray, file: "mensaje/en.yaml", old: "step.judge.text", new: "step.judge.test", line: "step.judge.test"},
		{fault: "a lesson's fact read nowhere", rule: ruleSource, file: lesson, old: "pregunte en el mesón", new: "todos lo saben", line: "id: local"},
		{fault: "a lesson that blames", rule: ruleWord, file: lesson, old: "Mejor no.", new: "Fue un error.", line: "Fue un error"},
	} {
		t.Run(row.fault, func(t *testing.T) {
			fsys := sound(t)
			for name := range fsys { // the others have no part in it
				if path.Dir(name) != path.Dir(row.file) {
					delete(fsys, name)
				}
			}
			edit(t, fsys, row.file, row.old, row.new)
			for i := 0; i+1 < len(row.more); i += 2 {
				edit(t, fsys, service, row.more[i], row.more[i+1])
			}
			if row.also != "" {
				edit(t, fsys, english, "", row.also)
			}
			severity := row.severity
			if severity == "" {
				severity = SeverityError
			}
			file, line := row.file, 0
			text := row.line
			if rest, ok := strings.CutPrefix(text, "!"); ok {
				file, text = service, rest
				if elsewhere, rest, ok := strings.Cut(text, ".yaml "); ok {
					file, text = elsewhere+".yaml", rest
				}
			}
			if text != "" {
				line = lineOf(t, fsys, file, text)
			}
			found := Lint(fsys)
			ok := slices.ContainsFunc(found, func(f Finding) bool {
				return f.Rule == row.rule && f.Severity == severity && f.File == file && f.Line > 0 && (line == 0 || f.Line == line)
			})
			if !ok {
				t.Errorf("no %s %s at %s:%d; found:", severity, row.rule, file, line)
				for _, f := range found {
					t.Log(f)
				}
			}
		})
	}
}

// Guards against a rule that nothing tests: every rule's name must have been
// found by the table above, or be named here with the test that covers it.
func TestEveryRuleHasARow(t *testing.T) {
	source, err := os.ReadFile("lint_test.go")
	if err != nil {
		t.Fatal(err)
	}
	rules, err := os.ReadFile("rules.go")
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := []string{"ruleFile", "ruleOverlay", "ruleExplore"} // below and in catalog_test.go
	for _, line := range strings.Split(string(rules), "\n") {
		name, _, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || !strings.HasPrefix(name, "rule") || slices.Contains(elsewhere, name) {
			continue
		}
		if !strings.Contains(string(source), "rule: "+name+",") {
			t.Errorf("%s has no row", name)
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
	for i := range 20 {
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
