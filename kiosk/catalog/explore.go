package catalog

import (
	"slices"
	"time"

	"chasqui/kiosk"
)

// maxSteps bounds how many pages the exploration of one service turns, three times
// what the widest of the catalogue takes: an author is not to wait for minutes at
// every change to be told so.
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
			for _, v := range s.goodDomain(e, id, a, office) {
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
		if len(c.entry) == 0 && c.eval(w) == isFailed {
			e.failed[c.source] = a
		}
	}
}

// conditions returns every condition over answers.
func (s *Service) conditions() []*condition {
	all := slices.Concat(s.when, s.outcomeWhen, slices.Concat(s.valid...))
	for _, group := range s.groups {
		for _, c := range group {
			all = append(append(all, c.when), c.valid...)
		}
	}
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
	var in func(questions []questionDef, path []any) []any
	in = func(questions []questionDef, path []any) []any {
		for i, q := range questions {
			place := slices.Concat(path, at("questions", i))
			if q.When == source {
				return append(place, "when")
			}
			for j, v := range q.Valid {
				if v.Rule == source {
					return append(place, "valid", j, "rule")
				}
			}
			if found := in(q.Questions, place); found != nil {
				return found
			}
		}
		return nil
	}
	if found := in(l.def.Questions, nil); found != nil {
		return found
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
		case v.Declined:
			out[id] = declined
		case v.Parts != nil:
			out[id] = v.Parts
		case v.File != nil:
			out[id] = v.File.Name
		case v.Many != nil:
			out[id] = v.Many
		case v.Entries != nil:
			entries := make([]any, len(v.Entries))
			for i, e := range v.Entries {
				entries[i] = shortForm(e)
			}
			out[id] = entries
		default:
			out[id] = v.Text
		}
	}
	return out
}
