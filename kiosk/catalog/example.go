package catalog

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
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

// declined is how an example says that somebody would rather not say.
const declined = "declined"

// exampleValue reads an answer as an example writes it. It must be canonical.
func exampleValue(q *questionDef, written any) (kiosk.Value, error) {
	wrong := fmt.Errorf("answers %q with %v, which is no answer to a question of type %s%s", q.ID, written, q.Type, instead(q))
	if written == nil {
		if !q.Optional {
			return kiosk.Value{}, fmt.Errorf("passes by %q, which is not optional", q.ID)
		}
		return kiosk.Value{}, nil
	}
	if written == declined && q.Optional && q.Sensitive {
		return kiosk.Value{Declined: true}, nil
	}
	var v kiosk.Value
	ok := true
	switch w := written.(type) {
	case string:
		v.Text, ok = w, canonicalText(q, w)
	case int:
		v.Text, ok = strconv.Itoa(w), canonicalText(q, strconv.Itoa(w))
	case time.Time: // a date without quotes
		v.Text, ok = w.Format(time.DateOnly), q.Type == kiosk.TypeDate
	case map[string]any:
		v, ok = exampleParts(q, w)
	case []any:
		if q.Type == kiosk.TypeGroup {
			return exampleEntries(q, w)
		}
		v, ok = exampleMany(q, w)
	default:
		ok = false
	}
	if !ok {
		return kiosk.Value{}, wrong
	}
	return v, nil
}

// instead says what can be written for an answer to a question, where that is
// short.
func instead(q *questionDef) string {
	var words string
	switch choices := choicesOf(q); {
	case choices != nil:
		words = "; its options are " + strings.Join(choices, ", ")
	case q.Type == kiosk.TypeDate:
		words = `; write a day of the calendar, like "2026-11-23"`
	case q.Type == kiosk.TypeTime:
		words = `; write an hour, like "08:30"`
	}
	if q.Optional {
		words += "; null says that it was passed by"
	}
	return words
}

// canonicalText reports whether a text can be the answer to a question whose
// answers are text.
func canonicalText(q *questionDef, text string) bool {
	switch q.Type {
	case kiosk.TypeYesNo, kiosk.TypeConsent:
		return text == "yes" || text == "no"
	case kiosk.TypeOneOf:
		return slices.ContainsFunc(q.Options, func(o optionDef) bool { return o.ID == text })
	case kiosk.TypeNumber, kiosk.TypeMoney:
		n, err := strconv.Atoi(text)
		return err == nil && strconv.Itoa(n) == text && n >= q.Min && (q.Max == 0 || n <= q.Max)
	case kiosk.TypeDate:
		_, err := time.Parse(time.DateOnly, text)
		return err == nil
	case kiosk.TypeTime:
		_, err := time.Parse("15:04", text)
		return err == nil && len(text) == len("15:04")
	case kiosk.TypeDocument, kiosk.TypeAddress, kiosk.TypeFile, kiosk.TypeManyOf, kiosk.TypeGroup, kiosk.TypeSignature:
		return false
	}
	return text != ""
}

func exampleParts(q *questionDef, w map[string]any) (kiosk.Value, bool) {
	switch q.Type {
	case kiosk.TypeFile:
		size, _ := w["size"].(int)
		return kiosk.Value{File: &kiosk.File{Name: fmt.Sprint(w["name"]), Media: fmt.Sprint(w["media"]), Size: int64(size)}}, true
	case kiosk.TypeSignature:
		if len(w) != 1 {
			return kiosk.Value{}, false
		}
		if name, ok := w["typed"].(string); ok {
			return kiosk.Value{Text: name}, name != ""
		}
		return kiosk.Value{File: &kiosk.File{Name: "firma.png", Media: "image/png", Size: 1000}}, w["drawn"] == true
	case kiosk.TypeDocument, kiosk.TypeAddress:
		v := kiosk.Value{Parts: map[string]string{}}
		for part, text := range w {
			v.Parts[part] = fmt.Sprint(text)
		}
		return v, true
	}
	return kiosk.Value{}, false
}

// exampleMany puts ticked options in the question's own order.
func exampleMany(q *questionDef, w []any) (kiosk.Value, bool) {
	if q.Type != kiosk.TypeManyOf || len(w) == 0 || len(w) < q.Min || q.Max > 0 && len(w) > q.Max {
		return kiosk.Value{}, false
	}
	var v kiosk.Value
	for _, o := range q.Options {
		if slices.Contains(w, any(o.ID)) {
			v.Many = append(v.Many, o.ID)
		}
	}
	return v, len(v.Many) == len(w) // neither twice nor unknown
}

// exampleEntries reads the entries of a group. A question that an entry leaves out
// was passed by, or not asked.
func exampleEntries(q *questionDef, w []any) (kiosk.Value, error) {
	if len(w) == 0 || len(w) < q.Min || q.Max > 0 && len(w) > q.Max {
		return kiosk.Value{}, fmt.Errorf("answers %q with %d entries, and it takes %d to %d", q.ID, len(w), max(q.Min, 1), q.Max)
	}
	var v kiosk.Value
	for n, item := range w {
		set, ok := item.(map[string]any)
		if !ok {
			return kiosk.Value{}, fmt.Errorf("answers %q with %v, and an entry is a set of answers", q.ID, item)
		}
		entry := kiosk.Answers{}
		for _, id := range sortedKeys(set) {
			j := slices.IndexFunc(q.Questions, func(own questionDef) bool { return own.ID == id })
			if j < 0 {
				return kiosk.Value{}, fmt.Errorf("answers %q in entry %d of %q, which is no question of it", id, n+1, q.ID)
			}
			answer, err := exampleValue(&q.Questions[j], set[id])
			if err != nil {
				return kiosk.Value{}, err
			}
			entry[id] = answer
		}
		v.Entries = append(v.Entries, entry)
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
		if l.def.Tests[i].Today == "" && l.reckons(e.Answers) {
			l.say(SeverityWarning, ruleToday, place, "the test %q answers with a date and does not say which day it is; write today: \"%s\"", name, sampleDay.Format(time.DateOnly))
		}
		p := l.Path(e.Answers, e.Office, e.Now)
		switch {
		case !slices.ContainsFunc(l.def.Outcomes, func(o outcomeDef) bool { return o.ID == e.Outcome }):
			var ids []string
			for _, o := range l.def.Outcomes {
				ids = append(ids, o.ID)
			}
			l.say(SeverityError, ruleTest, place, "the test %q has the outcome %q, which there is not; the outcomes are %s", name, e.Outcome, strings.Join(ids, ", "))
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
			l.checkEntries(place, name, id, e)
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

// reckons reports whether some condition holds a date among these answers against
// the clock.
func (l *linter) reckons(a kiosk.Answers) bool {
	return slices.ContainsFunc(l.conditions(), func(c *condition) bool {
		return c.clock && slices.ContainsFunc(c.answers, func(id string) bool {
			return l.def.Questions[l.index[id]].Type == kiosk.TypeDate && !a[id].IsZero()
		})
	})
}

// checkEntries holds the entries of an example to their own questions.
func (l *linter) checkEntries(place []any, name, id string, e Example) {
	q := &l.def.Questions[l.index[id]]
	if q.Type != kiosk.TypeGroup {
		return
	}
	asked := l.EntryQuestions(id, e.Answers, e.Office, e.Now)
	for n, entry := range e.Answers[id].Entries {
		for j := range q.Questions {
			own := &q.Questions[j]
			v, answered := entry[own.ID]
			switch isAsked := slices.Contains(asked, own.ID); {
			case isAsked && !answered && !own.Optional:
				l.say(SeverityError, ruleTest, place, "the test %q leaves %q of entry %d of %q open; answer it", name, own.ID, n+1, id)
			case !isAsked && answered:
				l.say(SeverityError, ruleTest, place, "the test %q answers %q of entry %d of %q, which is not asked; take it out", name, own.ID, n+1, id)
			}
			if constraint, broken := l.BrokenEntry(id, own.ID, v, entry, e.Answers, e.Office, e.Now); broken {
				l.say(SeverityError, ruleTest, place, "the test %q breaks the constraint %q of %q in entry %d of %q; correct the answer", name, constraint, own.ID, n+1, id)
			}
		}
	}
}
