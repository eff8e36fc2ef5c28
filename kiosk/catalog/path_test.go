package catalog

import (
	"slices"
	"strings"
	"testing"
	"time"

	"cel.dev/cel-go/cel"

	"chasqui/kiosk"
)

func word(s string) kiosk.Value { return kiosk.Value{Text: s} }

func TestTheWayOfAnswers(t *testing.T) {
	s := loadSound(t)
	for _, row := range []struct {
		name    string
		answers kiosk.Answers
		asked   string
		open    string
		outcome string
	}{
		{"nothing answered: what depends on an answer is not asked yet",
			kiosk.Answers{}, "kind metres note", "kind metres note", ""},
		{"an answer that asks one more",
			kiosk.Answers{"kind": word("food")}, "kind kitchen metres note", "kitchen metres note", ""},
		{"an answer that does not",
			kiosk.Answers{"kind": word("clothes")}, "kind metres note", "metres note", ""},
		{"a certain outcome ends the questions",
			kiosk.Answers{"kind": word("animals")}, "kind", "", "no-se-puede"},
		{"so does one further on",
			kiosk.Answers{"kind": word("food"), "kitchen": word("no")}, "kind kitchen", "", "cocina-primero"},
		{"an answer left over from before has no say",
			kiosk.Answers{"kind": word("clothes"), "kitchen": word("no")}, "kind metres note", "metres note", ""},
		{"applying here waits for the last answer",
			kiosk.Answers{"kind": word("clothes"), "metres": word("4")}, "kind metres note", "note", ""},
		{"one passed by is answered",
			kiosk.Answers{"kind": word("clothes"), "metres": word("4"), "note": {}}, "kind metres note", "", "pedir"},
	} {
		t.Run(row.name, func(t *testing.T) {
			p := s.Path(row.answers, kiosk.Office{}, sampleDay)
			outcome := ""
			if p.Outcome >= 0 {
				outcome = s.def.Outcomes[p.Outcome].ID
			}
			if got := strings.Join(p.Questions, " "); got != row.asked {
				t.Errorf("asked %q, want %q", got, row.asked)
			}
			if got := strings.Join(p.Open, " "); got != row.open {
				t.Errorf("open %q, want %q", got, row.open)
			}
			if outcome != row.outcome {
				t.Errorf("outcome %q, want %q", outcome, row.outcome)
			}
		})
	}
}

func TestAConstraintSeesTheOtherAnswersOnTheWay(t *testing.T) {
	s := loadSound(t)
	food := kiosk.Answers{"kind": word("food")}
	if id, broken := s.Broken("metres", word("9"), food, kiosk.Office{}, sampleDay); !broken || id != "food_small" {
		t.Errorf("9 metres of food: %q %v", id, broken)
	}
	if _, broken := s.Broken("metres", word("6"), food, kiosk.Office{}, sampleDay); broken {
		t.Error("6 metres of food are refused")
	}
	if _, broken := s.Broken("metres", word("9"), kiosk.Answers{"kind": word("clothes")}, kiosk.Office{}, sampleDay); broken {
		t.Error("9 metres of clothes are refused")
	}
}

// conditionOver compiles a condition over one question of each type.
func conditionOver(t *testing.T, expression string) (*Service, *condition) {
	t.Helper()
	s := &Service{def: &definition{}, index: map[string]int{}}
	for i, q := range []questionDef{
		{ID: "t", Type: kiosk.TypeText}, {ID: "n", Type: kiosk.TypeNumber}, {ID: "y", Type: kiosk.TypeYesNo},
		{ID: "d", Type: kiosk.TypeDocument}, {ID: "a", Type: kiosk.TypeAddress}, {ID: "f", Type: kiosk.TypeFile},
		{ID: "m", Type: kiosk.TypeMoney}, {ID: "b", Type: kiosk.TypeDate}, {ID: "h", Type: kiosk.TypeTime}, {ID: "c", Type: kiosk.TypeConsent},
		{ID: "s", Type: kiosk.TypeSignature}, {ID: "o", Type: kiosk.TypeManyOf, Options: []optionDef{{ID: "light"}, {ID: "road"}}},
		{ID: "g", Type: kiosk.TypeGroup, Questions: []questionDef{{ID: "name", Type: kiosk.TypeText}, {ID: "age", Type: kiosk.TypeNumber}}},
	} {
		s.def.Questions = append(s.def.Questions, q)
		s.index[q.ID] = i
	}
	lang, err := newLanguage(s.def.Questions)
	if err != nil {
		t.Fatal(err)
	}
	c, err := compile(lang.env, expression, true)
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return s, c
}

func TestWhatAConditionSees(t *testing.T) {
	given := kiosk.Answers{
		"t": word("hola"), "n": word("7"), "y": word("yes"),
		"d": {Parts: map[string]string{"kind": "run", "number": "12345678-5"}},
		"a": {Parts: map[string]string{"region": "13", "comuna": "13101", "street": "Uno 1"}},
		"f": {File: &kiosk.File{Name: "a.png", Media: "image/png", Size: 900}},
		"m": word("350000"), "b": word("1958-03-02"), "h": word("14:05"), "c": word("no"),
		"s": {File: &kiosk.File{Name: "firma.png"}}, "o": {Many: []string{"light"}},
		"g": {Entries: []kiosk.Answers{{"name": word("Ana"), "age": word("40")}, {"name": word("Eva"), "age": word("7")}}},
	}
	office := kiosk.Office{Scope: "CL/13/13101/centro", Municipality: "CL/13/13101", Region: "13", Comuna: "13101"}
	for _, row := range []struct {
		expression string
		full       truth // with every answer
		empty      truth // with every question passed by
		open       truth // with every answer still to come
	}{
		{`answers.t == "hola"`, isTrue, isFalse, isUnknown},
		{`answers.n > 5`, isTrue, isFalse, isUnknown},
		{`answers.n == 0`, isFalse, isTrue, isUnknown},
		{`answers.y == "yes"`, isTrue, isFalse, isUnknown},
		{`answers.d.kind == "run"`, isTrue, isFalse, isUnknown},
		{`answers.d.number.endsWith("-5")`, isTrue, isFalse, isUnknown},
		{`answers.a.comuna == office.comuna`, isTrue, isFalse, isUnknown},
		{`answers.f.size < 1000`, isTrue, isTrue, isUnknown},
		{`answers.f.media == "image/png"`, isTrue, isFalse, isUnknown},
		{`has(answers.f)`, isTrue, isFalse, isUnknown},
		{`has(answers.t) && has(answers.d.number)`, isTrue, isFalse, isUnknown},
		{`answers.m > 300000`, isTrue, isFalse, isUnknown},
		{`years(answers.b, today) >= 60`, isTrue, isFalse, isUnknown},
		{`days(answers.b, today) < 0`, isTrue, isFalse, isUnknown},
		{`answers.b == ""`, isFalse, isTrue, isUnknown},
		{`answers.h < "15:00" && answers.h != ""`, isTrue, isFalse, isUnknown},
		{`answers.c == "no"`, isTrue, isFalse, isUnknown},
		{`answers.s.drawn`, isTrue, isFalse, isUnknown},
		{`answers.s.name == ""`, isTrue, isTrue, isUnknown},
		{`"light" in answers.o`, isTrue, isFalse, isUnknown},
		{`answers.o.size() == 0`, isFalse, isTrue, isUnknown},
		{`answers.g.size() == 2`, isTrue, isFalse, isUnknown},
		{`answers.g.exists(p, p.age >= 18)`, isTrue, isFalse, isUnknown},
		{`answers.g.all(p, p.name != "")`, isTrue, isTrue, isUnknown},
		{`answers.g.filter(p, p.age < 18).size() == 1`, isTrue, isFalse, isUnknown},
		{`office.comuna == "13101" || answers.t == "hola"`, isTrue, isTrue, isTrue},
		{`office.comuna == "01101" && answers.t == "hola"`, isFalse, isFalse, isFalse},
		{`office.scope.startsWith(office.municipality)`, isTrue, isTrue, isTrue},
		{`today >= timestamp("2026-01-01T00:00:00Z")`, isTrue, isTrue, isTrue},
		{`answers.t in ["hola", "chao"]`, isTrue, isFalse, isUnknown},
		{`10 / answers.n == 1`, isTrue, isFailed, isUnknown},
	} {
		s, c := conditionOver(t, row.expression)
		open := s.world(office, sampleDay)
		for _, q := range s.def.Questions {
			open.unknown[q.ID] = true
		}
		got := [3]truth{c.eval(s.known(given, office, sampleDay)), c.eval(s.world(office, sampleDay)), c.eval(open)}
		if want := [3]truth{row.full, row.empty, row.open}; got != want {
			t.Errorf("%s: full, empty, open %v, want %v", row.expression, got, want)
		}
	}
}

// Guards the person in front of the screen against an author's mistake: a
// condition that fails asks the question, passes over the outcome, and takes the
// answer.
func TestAConditionThatFailsCostsThePersonNothing(t *testing.T) {
	s := loadSound(t,
		`when: 'answers.kind == "food"'`, `when: '10 / (answers.kind == "food" ? 0 : 0) > 1'`,
		`'answers.kind == "animals"'`, `'10 / (answers.kind == "food" ? 0 : 0) > 1'`,
		`answers.kind != "food" || answers.metres <= 6`, `10 / (answers.metres - answers.metres) > 1`)
	p := s.Path(kiosk.Answers{"kind": word("clothes")}, kiosk.Office{}, sampleDay)
	if !slices.Contains(p.Questions, "kitchen") {
		t.Errorf("asked %v", p.Questions)
	}
	if _, broken := s.Broken("metres", word("4"), kiosk.Answers{}, kiosk.Office{}, sampleDay); broken {
		t.Error("the answer is refused")
	}
	p = s.Path(kiosk.Answers{"kind": word("clothes"), "kitchen": word("yes"), "metres": word("4"), "note": {}}, kiosk.Office{}, sampleDay)
	if p.Outcome != 2 {
		t.Errorf("outcome %d", p.Outcome)
	}
}

// Guards the kiosk against a condition that never ends: without the limit, the
// one below runs a million steps at every page.
func TestAConditionIsBoundedInCost(t *testing.T) {
	list := "[0,1,2,3,4,5,6,7,8,9]"
	costly := "true"
	for i := range 6 {
		costly = list + ".all(x" + string(rune('a'+i)) + ", " + costly + ")"
	}
	s, c := conditionOver(t, costly)
	start := time.Now()
	if got := c.eval(s.world(kiosk.Office{}, sampleDay)); got != isFailed {
		t.Errorf("it says %v", got)
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("it took %v", took)
	}
}

func TestNoConditionReadsWhatIsNotThere(t *testing.T) {
	lang, err := newLanguage([]questionDef{{ID: "n", Type: kiosk.TypeNumber}})
	if err != nil {
		t.Fatal(err)
	}
	for _, expression := range []string{
		`answers.m == 1`, `answers.n == "1"`, `answers.n.kind == "run"`, `office.name == ""`, `person.name == ""`,
		`answers["n"] == 1`, `answers.n`, `today == "2026-11-23"`,
	} {
		if _, err := compile(lang.env, expression, true); err == nil {
			t.Errorf("%s compiles", expression)
		}
	}
}

// Guards the right to say nothing: no rule can tell it from an answer passed by.
func TestWhatIsDeclinedReadsAsEmpty(t *testing.T) {
	for _, expression := range []string{`has(answers.m)`, `answers.m != 0`, `answers.b != ""`, `has(answers.g)`, `answers.s.drawn`, `answers.o.size() > 0`} {
		s, c := conditionOver(t, expression)
		a := kiosk.Answers{}
		for _, q := range s.def.Questions {
			a[q.ID] = kiosk.Value{Declined: true}
		}
		if got := c.eval(s.known(a, kiosk.Office{}, sampleDay)); got != isFalse {
			t.Errorf("%s: %v", expression, got)
		}
	}
}

func celInt(name string) cel.EnvOption { return cel.Variable(name, cel.IntType) }
