// Package flow decides which page comes next, whether an answer is good, and
// where the answers lead. It is pure: it holds no answers, reads no clock, and
// knows no screen.
//
//   - A [Flow] is one service in one language at one office, at one moment.
//   - The way is the list of questions that these answers ask; see
//     [Flow.Questions]. An answer off the way has no say and is not shown.
//   - An answer has a canonical form (package kiosk, Value); [Flow.Check] brings
//     what was typed into it, or returns a [Trouble]: words that say what to do.
//   - An outcome is decided once nothing the person could still answer would
//     change it; see [Flow.Outcome].
package flow

import (
	"slices"
	"time"

	"chasqui/kiosk"
	"chasqui/kiosk/catalog"
)

// Flow is one service in one language. It may be made anew at each page; it keeps
// nothing between calls.
type Flow struct {
	source   *catalog.Service
	service  kiosk.Service
	language string
	office   kiosk.Office
	now      time.Time
	words    func(key string, args ...any) string
	format   Format
	question map[string]kiosk.Question
	order    map[string]int
}

// New returns the flow of a service. words resolves keys of the interface in the
// same language ("trouble.", "answer.", "document."); args are pairs of a
// placeholder's name and its value. A day is the office's day: now is taken to its
// time zone. format, of which there is at most one, writes
// numbers and days as that language does; without it they stand as Chile writes
// them.
func New(s *catalog.Service, language string, office kiosk.Office, now time.Time, words func(key string, args ...any) string, format ...Format) *Flow {
	f := &Flow{
		source: s, service: s.In(language), language: language, office: office, now: localTime(office, now), words: words, format: plain{},
		question: map[string]kiosk.Question{}, order: map[string]int{},
	}
	if len(format) > 0 && format[0] != nil {
		f.format = format[0]
	}
	for i, q := range f.service.Questions {
		f.question[q.ID] = q
		f.order[q.ID] = i
	}
	return f
}

// Service returns the service in the flow's language.
func (f *Flow) Service() kiosk.Service { return f.service }

// Question returns a question of the service, asked or not.
func (f *Flow) Question(id string) (kiosk.Question, bool) {
	q, ok := f.question[id]
	return q, ok
}

func (f *Flow) path(a kiosk.Answers) catalog.Path { return f.source.Path(a, f.office, f.now) }

// Questions returns the questions that are asked, in order, as far as can be told
// from these answers. They end early once an outcome other than applying here is
// certain.
func (f *Flow) Questions(a kiosk.Answers) []kiosk.Question {
	var out []kiosk.Question
	for _, id := range f.path(a).Questions {
		out = append(out, f.question[id])
	}
	return out
}

// First returns the first question.
func (f *Flow) First(a kiosk.Answers) (kiosk.Question, bool) { return f.Next(a, "") }

// Next returns the question that follows one, "" for the first. False means that
// nothing further is asked: the outcome or the review comes next. A question that
// these answers no longer ask is followed by what comes after its place.
func (f *Flow) Next(a kiosk.Answers, after string) (kiosk.Question, bool) {
	place := -1
	if after != "" {
		place = f.order[after]
	}
	for _, id := range f.path(a).Questions {
		if f.order[id] > place {
			return f.question[id], true
		}
	}
	return kiosk.Question{}, false
}

// Previous returns the question before one, "" for the last that is asked. False
// means that it is the first.
func (f *Flow) Previous(a kiosk.Answers, before string) (kiosk.Question, bool) {
	place := len(f.order)
	if before != "" {
		place = f.order[before]
	}
	ids := f.path(a).Questions
	for _, id := range slices.Backward(ids) {
		if f.order[id] < place {
			return f.question[id], true
		}
	}
	return kiosk.Question{}, false
}

// Step returns which step a question is and of how many, from 1. A question that
// is not asked is step 0.
func (f *Flow) Step(a kiosk.Answers, id string) (n, of int) {
	ids := f.path(a).Questions
	return slices.Index(ids, id) + 1, len(ids)
}

// Outcome returns where the answers lead, and whether that is decided. An outcome
// other than applying here is decided as soon as no further answer could change
// it; applying here once every question on the way has been answered or passed by.
func (f *Flow) Outcome(a kiosk.Answers) (kiosk.Outcome, bool) {
	i := f.path(a).Outcome
	if i < 0 {
		return kiosk.Outcome{}, false
	}
	return f.service.Outcomes[i], true
}

// Complete reports whether every question on the way has a good answer, and
// otherwise the first that has not. A request may be filed when Complete holds
// and the Outcome is to apply here.
func (f *Flow) Complete(a kiosk.Answers) (missing string, ok bool) {
	for _, id := range f.path(a).Questions {
		v, answered := a[id]
		if !answered {
			return id, false
		}
		if _, trouble := f.Check(id, v, a); trouble != nil {
			return id, false
		}
	}
	return "", true
}

// Review returns the answers on the way, in order, with each as the citizen reads
// it. A question that was passed by stands there too, with words that say so.
func (f *Flow) Review(a kiosk.Answers) []kiosk.Answered {
	var out []kiosk.Answered
	for _, id := range f.path(a).Questions {
		v, answered := a[id]
		if !answered {
			continue
		}
		q := f.question[id]
		out = append(out, kiosk.Answered{
			Question: q.ID, Type: q.Type, Label: q.Label, Shown: f.Shown(id, v), Value: v.Clone(), Statement: q.Statement,
		})
	}
	return out
}

// Prefill returns what may stand in a question's fields before anything is typed:
// for an address the office's own region and comuna. It is not an answer.
func (f *Flow) Prefill(question string) kiosk.Value {
	if f.question[question].Type != kiosk.TypeAddress {
		return kiosk.Value{}
	}
	region, comuna, ok := catalog.FindComuna(f.office.Comuna)
	if !ok {
		return kiosk.Value{}
	}
	return kiosk.Value{Parts: map[string]string{PartRegion: region.Code, PartComuna: comuna.Code}}
}
