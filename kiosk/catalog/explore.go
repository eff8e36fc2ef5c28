package catalog

import (
	"slices"
	"strconv"
	"time"

	"chasqui/kiosk"
)

// maxSteps bounds how many pages the exploration of one service turns.
const maxSteps = 5_000

// explored is what trying every way through a service found. Only the questions
// that some condition reads are given more than one answer.
type explored struct {
	asked    map[string]bool // on some way
	applied  map[string]bool // on some way that ends in applying here
	outcomes map[int]bool
	longest  int
	// nowhere is a set of answers without an outcome, if there is one.
	nowhere kiosk.Answers
	// failed are the sources of conditions that failed, with the answers.
	failed map[string]kiosk.Answers
	// cut says that there were more ways than steps.
	cut bool
}

// explore tries every way through a service that its conditions can tell apart.
func (s *Service) explore() *explored {
	e := &explored{asked: map[string]bool{}, applied: map[string]bool{}, outcomes: map[int]bool{}, failed: map[string]kiosk.Answers{}}
	steps := 0
	for _, office := range s.sampleOffices() {
		var walk func(a kiosk.Answers)
		walk = func(a kiosk.Answers) {
			if steps++; steps > maxSteps {
				e.cut = true
				return
			}
			p := s.Path(a, office, sampleDay)
			if len(p.Open) == 0 || p.Outcome >= 0 {
				s.arrived(e, p, a, office)
				return
			}
			id := p.Open[0]
			for _, v := range s.domain(id, office) {
				if _, broken := s.Broken(id, v, a, office, sampleDay); broken {
					continue
				}
				next := a.Clone()
				next[id] = v
				walk(next)
			}
		}
		walk(kiosk.Answers{})
	}
	return e
}

// sampleDay is an ordinary working day.
var sampleDay = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func (s *Service) arrived(e *explored, p Path, a kiosk.Answers, office kiosk.Office) {
	e.longest = max(e.longest, len(p.Questions))
	for _, id := range p.Questions {
		e.asked[id] = true
	}
	if p.Outcome < 0 {
		if e.nowhere == nil {
			e.nowhere = a
		}
	} else {
		e.outcomes[p.Outcome] = true
		if s.applies(p.Outcome) {
			for _, id := range p.Questions {
				e.applied[id] = true
			}
		}
	}
	w := s.known(a, office, sampleDay)
	for _, c := range s.conditions() {
		if c.eval(w) == isFailed {
			e.failed[c.source] = a
		}
	}
}

// conditions returns every condition over answers.
func (s *Service) conditions() []*condition {
	all := slices.Concat(s.when, s.outcomeWhen, slices.Concat(s.valid...))
	return slices.DeleteFunc(all, func(c *condition) bool { return c == nil })
}

// readsToday reports whether some condition depends on the day.
func (s *Service) readsToday() bool {
	return slices.ContainsFunc(s.conditions(), func(c *condition) bool { return c.today })
}

// sampleOffices returns an office without a place, one in Santiago, and one in
// each comuna that a condition names.
func (s *Service) sampleOffices() []kiosk.Office {
	comunas := []string{"13101"}
	for _, c := range s.conditions() {
		for _, literal := range c.literals {
			if _, _, ok := FindComuna(literal); ok && !slices.Contains(comunas, literal) {
				comunas = append(comunas, literal)
			}
		}
	}
	offices := []kiosk.Office{{}}
	for _, code := range comunas {
		municipality := "CL/" + code[:2] + "/" + code
		offices = append(offices, kiosk.Office{Scope: municipality + "/centro", Municipality: municipality, Region: code[:2], Comuna: code})
	}
	return offices
}

// domain returns the answers to a question that are worth trying: one where no
// condition reads it, and otherwise every one that a condition could tell apart.
func (s *Service) domain(id string, office kiosk.Office) []kiosk.Value {
	q := &s.def.Questions[s.index[id]]
	values := s.everyValue(q, office)
	if !s.decides[id] {
		return values[:1]
	}
	if q.Optional {
		values = append(values, kiosk.Value{})
	}
	return values
}

func (s *Service) everyValue(q *questionDef, office kiosk.Office) []kiosk.Value {
	var literals []string
	var numbers []int64
	for _, c := range s.conditions() {
		if slices.Contains(c.answers, q.ID) {
			literals = append(literals, c.literals...)
			numbers = append(numbers, c.numbers...)
		}
	}
	switch q.Type {
	case kiosk.TypeYesNo:
		return texts("yes", "no")
	case kiosk.TypeOneOf:
		var ids []string
		for _, o := range q.Options {
			ids = append(ids, o.ID)
		}
		return texts(ids...)
	case kiosk.TypeNumber:
		return everyNumber(q, numbers)
	case kiosk.TypePhone:
		return texts(append([]string{"+56961234567"}, literals...)...)
	case kiosk.TypeEmail:
		return texts(append([]string{"persona@ejemplo.cl"}, literals...)...)
	case kiosk.TypeDocument:
		return []kiosk.Value{
			{Parts: map[string]string{"kind": "run", "number": "12345678-5"}},
			{Parts: map[string]string{"kind": "ipe", "number": "100200300"}},
			{Parts: map[string]string{"kind": "passport", "number": "AB123456"}},
			{Parts: map[string]string{"kind": "other", "number": "123456"}},
			{Parts: map[string]string{"kind": "none"}},
		}
	case kiosk.TypeAddress:
		var values []kiosk.Value
		for _, code := range append([]string{office.Comuna, "13101", "01101"}, literals...) {
			if r, c, ok := FindComuna(code); ok {
				values = append(values, kiosk.Value{Parts: map[string]string{"region": r.Code, "comuna": c.Code, "street": "Los Aromos 124"}})
			}
		}
		return values
	case kiosk.TypeFile:
		return []kiosk.Value{{File: &kiosk.File{Name: "foto.jpg", Media: "image/jpeg", Size: 1000}}}
	}
	return texts(append([]string{"Texto de ejemplo"}, literals...)...)
}

func everyNumber(q *questionDef, named []int64) []kiosk.Value {
	maximum := int64(q.Max)
	if maximum == 0 {
		maximum = 999_999_999
	}
	var numbers []int64
	for _, n := range append([]int64{int64(q.Min), maximum}, named...) {
		for _, near := range []int64{n - 1, n, n + 1} {
			if near >= int64(q.Min) && near <= maximum && !slices.Contains(numbers, near) {
				numbers = append(numbers, near)
			}
		}
	}
	var values []kiosk.Value
	for _, n := range numbers {
		values = append(values, kiosk.Value{Text: strconv.FormatInt(n, 10)})
	}
	return values
}

func texts(all ...string) []kiosk.Value {
	var values []kiosk.Value
	for _, text := range all {
		if text != "" {
			values = append(values, kiosk.Value{Text: text})
		}
	}
	return values
}

// checkPaths reports what exploring found.
func (l *linter) checkPaths() {
	e := l.explore()
	for _, source := range sortedKeys(e.failed) {
		l.say(SeverityError, ruleCondition, l.whereIs(source), "the condition %q fails with the answers %v; guard it", source, shortForm(e.failed[source]))
	}
	if e.nowhere != nil {
		l.say(SeverityError, ruleDefault, at("outcomes"), "the answers %v lead nowhere; end with an outcome without a condition", shortForm(e.nowhere))
	}
	if e.longest > maxQuestions {
		l.say(SeverityError, ruleLong, at("questions"), "the longest way asks %d questions, at most %d; ask less, or in two services", e.longest, maxQuestions)
	} else if e.longest > manyQuestion {
		l.say(SeverityWarning, ruleLong, at("questions"), "the longest way asks %d questions, better under %d; ask less", e.longest, manyQuestion+1)
	}
	if e.cut {
		l.say(SeverityWarning, ruleExplore, at("questions"), "there are more than %d ways to try; what cannot be reached was not looked for", maxSteps)
		return
	}
	if l.readsToday() {
		return // another day may reach what this one does not
	}
	for i, q := range l.def.Questions {
		switch {
		case !e.asked[q.ID]:
			l.say(SeverityError, ruleNoPage, at("questions", i), "question %q is never asked; correct its condition or take it out", q.ID)
		case !e.applied[q.ID] && !l.decides[q.ID]:
			l.say(SeverityError, ruleUnused, at("questions", i), "question %q is asked and nobody uses the answer; do not ask it", q.ID)
		}
	}
	for i, o := range l.def.Outcomes {
		if !e.outcomes[i] {
			l.say(SeverityError, ruleNoOutcome, at("outcomes", i), "outcome %q is never reached; correct its condition or take it out", o.ID)
		}
	}
}

// whereIs returns the place of a condition by its source.
func (l *linter) whereIs(source string) []any {
	for i, q := range l.def.Questions {
		if q.When == source {
			return at("questions", i, "when")
		}
		for j, v := range q.Valid {
			if v.Rule == source {
				return at("questions", i, "valid", j, "rule")
			}
		}
	}
	for i, o := range l.def.Outcomes {
		if o.When == source {
			return at("outcomes", i, "when")
		}
	}
	return at()
}

// shortForm returns sample answers as an author would write them.
func shortForm(a kiosk.Answers) map[string]any {
	out := map[string]any{}
	for id, v := range a {
		switch {
		case v.Parts != nil:
			out[id] = v.Parts
		case v.File != nil:
			out[id] = v.File.Name
		default:
			out[id] = v.Text
		}
	}
	return out
}
