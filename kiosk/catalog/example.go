package catalog

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"chasqui/kiosk"
)

// Example is one of a service's tests: answers and where they lead.
type Example struct {
	Name    string
	Office  kiosk.Office
	Now     time.Time
	Answers kiosk.Answers
	// Outcome is the id of the expected outcome; Pages the questions expected to be
	// asked, nil where the test does not say.
	Outcome string
	Pages   []string
}

// Examples returns the tests written in the service file. A file in an answer has
// a name and a size and no content.
func (s *Service) Examples() []Example {
	var out []Example
	for i := range s.def.Tests {
		e, err := s.example(i)
		if err == nil { // the linter reports the others
			out = append(out, e)
		}
	}
	return out
}

func (s *Service) example(i int) (Example, error) {
	t := &s.def.Tests[i]
	e := Example{
		Name: t.Name, Outcome: t.Outcome, Pages: t.Pages, Now: sampleDay, Answers: kiosk.Answers{},
		Office: kiosk.Office{Scope: t.Office.Scope, Region: t.Office.Region, Comuna: t.Office.Comuna},
	}
	if t.Office.Comuna != "" {
		e.Office.Municipality = "CL/" + t.Office.Comuna[:2] + "/" + t.Office.Comuna
	}
	if t.Today != "" {
		day, err := time.Parse(time.DateOnly, t.Today)
		if err != nil {
			return Example{}, fmt.Errorf("today is %q; write a day as 2026-11-23", t.Today)
		}
		e.Now = day.Add(12 * time.Hour)
	}
	for _, id := range sortedKeys(t.Answers) {
		at, ok := s.index[id]
		if !ok {
			return Example{}, fmt.Errorf("answers %q, which is no question", id)
		}
		v, err := exampleValue(&s.def.Questions[at], t.Answers[id])
		if err != nil {
			return Example{}, err
		}
		e.Answers[id] = v
	}
	return e, nil
}

func exampleValue(q *questionDef, written any) (kiosk.Value, error) {
	wrong := fmt.Errorf("answers %q with %v, which is no answer to a question of type %s", q.ID, written, q.Type)
	var v kiosk.Value
	switch w := written.(type) {
	case nil:
		if !q.Optional {
			return v, fmt.Errorf("passes by %q, which is not optional", q.ID)
		}
		return v, nil
	case string:
		v.Text = w
	case int:
		v.Text = strconv.Itoa(w)
	case map[string]any:
		if q.Type == kiosk.TypeFile {
			size, _ := w["size"].(int)
			v.File = &kiosk.File{Name: fmt.Sprint(w["name"]), Media: fmt.Sprint(w["media"]), Size: int64(size)}
			return v, nil
		}
		v.Parts = map[string]string{}
		for part, text := range w {
			v.Parts[part] = fmt.Sprint(text)
		}
	}
	parts := q.Type == kiosk.TypeDocument || q.Type == kiosk.TypeAddress
	if parts != (v.Parts != nil) || q.Type == kiosk.TypeFile {
		return kiosk.Value{}, wrong
	}
	switch q.Type {
	case kiosk.TypeYesNo:
		if v.Text != "yes" && v.Text != "no" {
			return kiosk.Value{}, wrong
		}
	case kiosk.TypeOneOf:
		if !slices.ContainsFunc(q.Options, func(o optionDef) bool { return o.ID == v.Text }) {
			return kiosk.Value{}, wrong
		}
	}
	return v, nil
}

// checkTests runs every example, and asks one of every outcome.
func (l *linter) checkTests() {
	tested := map[string]bool{}
	for i := range l.def.Tests {
		place := at("tests", i)
		name := l.def.Tests[i].Name
		e, err := l.example(i)
		if err != nil {
			l.say(SeverityError, ruleTest, place, "the test %q %v", name, err)
			continue
		}
		tested[e.Outcome] = true
		p := l.Path(e.Answers, e.Office, e.Now)
		switch {
		case p.Outcome < 0 && len(p.Open) > 0:
			l.say(SeverityError, ruleTest, place, "the test %q decides nothing: %q is still open; answer it", name, p.Open[0])
		case p.Outcome < 0:
			l.say(SeverityError, ruleTest, place, "the test %q leads to no outcome", name)
		case l.def.Outcomes[p.Outcome].ID != e.Outcome:
			l.say(SeverityError, ruleTest, place, "the test %q leads to %q, not to %q; correct the conditions or the test", name, l.def.Outcomes[p.Outcome].ID, e.Outcome)
		case e.Pages != nil && !slices.Equal(e.Pages, p.Questions):
			l.say(SeverityError, ruleTest, place, "the test %q asks %v, not %v; correct the conditions or the test", name, p.Questions, e.Pages)
		}
		for _, id := range e.Answers.IDs() {
			if p.Outcome >= 0 && !slices.Contains(p.Questions, id) {
				l.say(SeverityError, ruleTest, place, "the test %q answers %q, which is not asked; take it out", name, id)
			}
			if constraint, broken := l.Broken(id, e.Answers[id], e.Answers, e.Office, e.Now); broken {
				l.say(SeverityError, ruleTest, place, "the test %q breaks the constraint %q of %q; correct the answer", name, constraint, id)
			}
		}
	}
	for i, o := range l.def.Outcomes {
		if !tested[o.ID] {
			l.say(SeverityError, ruleNoTest, at("outcomes", i), "outcome %q has no test; write answers that lead there", o.ID)
		}
	}
}
