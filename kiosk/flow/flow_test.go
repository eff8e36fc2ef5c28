package flow

import (
	"io/fs"
	"os"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"chasqui/assets"
	"chasqui/kiosk"
	"chasqui/kiosk/catalog"
	"chasqui/locales"
)

var (
	office = kiosk.Office{Scope: "CL/13/13101/centro", Municipality: "CL/13/13101", Region: "13", Comuna: "13101", Language: "es"}
	day    = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
)

// branching is a service that asks more or less by what is answered: the
// published ones only stop early.
const branching = `
id: feria
version: 1
languages: [es]
text: {title: "Feria"}
questions:
  - id: kind
    type: one-of
    label: "¿Qué vende?"
    short: "Rubro"
    step: "qué vende"
    options: [{id: food, label: "Comida"}, {id: clothes, label: "Ropa"}, {id: animals, label: "Animales"}]
  - {id: kitchen, type: yes-no, when: 'answers.kind == "food"', label: "¿Tiene cocina?", short: "Cocina", step: "cocina"}
  - {id: hands, type: number, min: 1, max: 9, when: 'answers.kitchen == "yes"', label: "¿Cuántos cocinan?", short: "Manos", step: "manos"}
  - id: metres
    type: number
    min: 1
    max: 20
    label: "¿Cuántos metros?"
    short: "Metros"
    step: "metros"
    valid: [{id: small, rule: 'answers.kind != "food" || answers.metres <= 6', message: "Hasta 6 metros si vende comida."}]
  - {id: mail, type: email, optional: true, when: 'answers.metres > 10', label: "¿Su correo?", short: "Correo", step: "correo"}
outcomes:
  - {id: no, action: not-eligible, when: 'answers.kind == "animals"', title: "No", next: "Otra cosa."}
  - {id: persona, action: person, when: 'answers.kitchen == "no" || answers.hands > 5', title: "Una persona", next: "Al mesón."}
  - {id: web, action: web, when: 'answers.metres == 20', title: "En la web", next: "Allá.", url: "https://ejemplo.cl"}
  - {id: pedir, action: apply, title: "Aquí", next: "Guarde su número."}
`

// services returns every service that the tests walk through.
func services(t testing.TB) []*catalog.Service {
	t.Helper()
	all, err := walked()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// walked reads them once.
var walked = sync.OnceValues(func() (all []*catalog.Service, err error) {
	for _, fsys := range []fs.FS{assets.Services(), fstest.MapFS{"feria/service.yaml": {Data: []byte(branching)}}, os.DirFS("../catalog/testdata/sound")} {
		c, err := catalog.Load(fsys, nil)
		if err != nil {
			return nil, err
		}
		all = append(all, c.Services()...)
	}
	return all, nil
})

func flowOf(t testing.TB, id, language string) *Flow {
	t.Helper()
	for _, s := range services(t) {
		if s.ID() == id {
			return New(s, language, office, day, locales.In(language).Text, locales.In(language))
		}
	}
	t.Fatalf("no service %q", id)
	return nil
}

func word(s string) kiosk.Value { return kiosk.Value{Text: s} }

func parts(pairs ...string) kiosk.Value {
	v := kiosk.Value{Parts: map[string]string{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Parts[pairs[i]] = pairs[i+1]
	}
	return v
}

func ids(questions []kiosk.Question) string {
	var out []string
	for _, q := range questions {
		out = append(out, q.ID)
	}
	return strings.Join(out, " ")
}

func TestACertificateFromFirstPageToReview(t *testing.T) {
	f := flowOf(t, "certificado-residencia", "es")
	a := kiosk.Answers{}
	typed := map[string]kiosk.Value{
		"document": parts("kind", "run", "number", "12.345.678-5"),
		"name":     word("  Persona   de Ejemplo "),
		"address":  parts("region", "13", "comuna", "13101", "street", "Los Aromos 124"),
		"purpose":  word("benefit"),
		"phone":    word("9 6123 4567"),
	}
	q, ok := f.First(a)
	for n := 1; ok; n++ {
		if _, decided := f.Outcome(a); decided {
			t.Fatalf("decided before %s", q.ID)
		}
		if step, of := f.Step(a, q.ID); step != n || of != 5 {
			t.Errorf("%s is step %d of %d", q.ID, step, of)
		}
		v, trouble := f.Check(q.ID, typed[q.ID], a)
		if trouble != nil {
			t.Fatalf("%s: %s", q.ID, trouble.Message)
		}
		a[q.ID] = v
		q, ok = f.Next(a, q.ID)
	}
	if missing, ok := f.Complete(a); !ok {
		t.Fatalf("%s is missing", missing)
	}
	if o, ok := f.Outcome(a); !ok || o.Action != kiosk.ActionApply {
		t.Fatalf("outcome %v %v", o, ok)
	}
	var shown []string
	for _, answered := range f.Review(a) {
		shown = append(shown, answered.Shown)
	}
	want := []string{"RUN 12.345.678-5", "Persona de Ejemplo", "Los Aromos 124, Santiago", "Para pedir un subsidio o una beca", "+56 9 6123 4567"}
	if !reflect.DeepEqual(shown, want) {
		t.Errorf("review\n%q, want\n%q", shown, want)
	}
}

// Guards the switch of language in the middle: the answers stay and only their
// words change.
func TestAReviewInAnotherLanguage(t *testing.T) {
	a := kiosk.Answers{"home": word("yes"), "here": word("yes"), "registry": word("in")}
	for language, want := range map[string]string{"es": "Sí", "en": "Yes", "pt": "Sim", "ht": "Wi"} {
		f := flowOf(t, "subsidio-agua-potable", language)
		if got := f.Review(a)[0]; got.Shown != want || got.Value.Text != "yes" {
			t.Errorf("in %s: %q (%q)", language, got.Shown, got.Value.Text)
		}
	}
	f := flowOf(t, "certificado-residencia", "ht")
	none := f.Review(kiosk.Answers{"document": parts("kind", "none"), "name": {}})
	if none[0].Shown != "Mwen pa gen dokiman" || none[1].Shown != "San repons" {
		t.Errorf("in Creole: %q, %q", none[0].Shown, none[1].Shown)
	}
}

func TestQuestionsStopOnceAnOutcomeIsCertain(t *testing.T) {
	f := flowOf(t, "subsidio-agua-potable", "es")
	a := kiosk.Answers{"home": word("yes"), "here": word("no"), "registry": word("in"), "name": word("Ana")}
	if got := ids(f.Questions(a)); got != "home here" {
		t.Errorf("asks %q", got)
	}
	if _, more := f.Next(a, "here"); more {
		t.Error("something follows a certain outcome")
	}
	if o, ok := f.Outcome(a); !ok || o.Action != kiosk.ActionNotEligible || o.Next == "" {
		t.Errorf("outcome %v %v", o, ok)
	}
	if got := f.Review(a); len(got) != 2 {
		t.Errorf("review shows %d answers", len(got))
	}
	// The answers behind it come back when the way does.
	a["here"] = word("yes")
	if got := f.Review(a); len(got) != 4 {
		t.Errorf("review shows %d answers", len(got))
	}
}

func TestEveryOutcomeOfTheSubsidy(t *testing.T) {
	f := flowOf(t, "subsidio-agua-potable", "es")
	base := kiosk.Answers{"home": word("yes"), "here": word("yes"), "registry": word("in"), "bill": word("own"), "paid": word("yes")}
	for _, row := range []struct {
		question, answer string
		want             kiosk.OutcomeAction
	}{
		{"home", "no", kiosk.ActionNotEligible},
		{"here", "no", kiosk.ActionNotEligible},
		{"registry", "out", kiosk.ActionWeb},
		{"registry", "unsure", kiosk.ActionPerson},
		{"bill", "shared", kiosk.ActionPerson},
		{"bill", "none", kiosk.ActionPerson},
		{"paid", "no", kiosk.ActionPerson},
	} {
		a := base.Clone()
		a[row.question] = word(row.answer)
		if o, ok := f.Outcome(a); !ok || o.Action != row.want {
			t.Errorf("%s=%s: %v %v", row.question, row.answer, o.Action, ok)
		}
	}
	if o, ok := f.Outcome(base); ok {
		t.Errorf("an eligible household is decided (%s) before it has applied", o.ID)
	}
}

func TestAQuestionThatIsNoLongerAskedIsFollowedByItsSuccessor(t *testing.T) {
	f := flowOf(t, "feria", "es")
	a := kiosk.Answers{"kind": word("clothes"), "kitchen": word("yes")}
	if q, _ := f.Next(a, "kitchen"); q.ID != "metres" {
		t.Errorf("after kitchen comes %q", q.ID)
	}
	if q, _ := f.Previous(a, "kitchen"); q.ID != "kind" {
		t.Errorf("before kitchen comes %q", q.ID)
	}
	if n, of := f.Step(a, "kitchen"); n != 0 || of != 2 {
		t.Errorf("kitchen is step %d of %d", n, of)
	}
	if q, ok := f.Previous(a, ""); !ok || q.ID != "metres" {
		t.Errorf("the last is %q", q.ID)
	}
}

func TestCompleteNamesTheFirstThatIsMissingOrNoLongerGood(t *testing.T) {
	f := flowOf(t, "feria", "es")
	a := kiosk.Answers{"kind": word("clothes"), "metres": word("9")}
	if missing, ok := f.Complete(a); !ok {
		t.Errorf("%s is missing", missing)
	}
	a["kind"] = word("food")
	if missing, ok := f.Complete(a); ok || missing != "kitchen" {
		t.Errorf("missing %q", missing)
	}
	a["kitchen"], a["hands"] = word("yes"), word("2")
	// 9 metres were good for clothes and are too many for food.
	if missing, ok := f.Complete(a); ok || missing != "metres" {
		t.Errorf("missing %q", missing)
	}
	if _, trouble := f.Check("metres", a["metres"], a); trouble == nil || trouble.Message != "Hasta 6 metros si vende comida." {
		t.Errorf("trouble %v", trouble)
	}
}

func TestTheComunaIsPrefilledFromTheOffice(t *testing.T) {
	f := flowOf(t, "certificado-residencia", "es")
	v := f.Prefill("address")
	if v.Parts[PartRegion] != "13" || v.Parts[PartComuna] != "13101" {
		t.Errorf("prefilled %v", v)
	}
	if _, trouble := f.Check("address", v, nil); trouble == nil || trouble.Part != PartStreet {
		t.Errorf("what was prefilled passes for an answer: %v", trouble)
	}
	if v := f.Prefill("name"); !v.IsZero() {
		t.Errorf("a name is prefilled with %v", v)
	}
}

// Every example of the catalogue must also be what a person could type.
func TestTheExamplesOfTheCatalogueAreGoodAnswers(t *testing.T) {
	for _, s := range services(t) {
		for _, e := range s.Examples() {
			f := New(s, "es", e.Office, e.Now, locales.In("es").Text)
			for id, v := range e.Answers {
				if v.File != nil {
					v.File.Content = []byte("\xff\xd8\xff picture")
					if v.File.Media == "image/png" {
						v.File.Content = []byte("\x89PNG\r\n\x1a\n picture")
					}
				}
				if _, trouble := f.Check(id, v, e.Answers); trouble != nil {
					t.Errorf("%s, %s: %s: %s", s.ID(), e.Name, id, trouble.Message)
				}
			}
			if o, ok := f.Outcome(e.Answers); !ok || o.ID != e.Outcome {
				t.Errorf("%s, %s: outcome %q %v", s.ID(), e.Name, o.ID, ok)
			}
		}
	}
}
