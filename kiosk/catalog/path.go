package catalog

import (
	"time"

	"chasqui/kiosk"
)

// Path is the way of one set of answers through a service.
type Path struct {
	// Questions are the ids of the questions that are asked, in order. They end
	// early where an outcome other than applying here becomes certain, whatever the
	// answers after it would be.
	Questions []string
	// Open are those of them without an answer.
	Open []string
	// Outcome is the index of the outcome in the service, -1 while it is undecided.
	// One that applies here is decided once nothing is open; any other as soon as it
	// is certain.
	Outcome int
}

// Path returns the way of these answers. Answers to questions that are not asked
// have no say in it.
func (s *Service) Path(a kiosk.Answers, office kiosk.Office, now time.Time) Path {
	p := Path{Outcome: -1}
	w := s.world(office, now)
	for i := range s.def.Questions {
		w.unknown[s.def.Questions[i].ID] = true
	}
	if i, ok := s.certain(w); ok && !s.applies(i) {
		p.Outcome = i
		return p
	}
	for i := range s.def.Questions {
		q := &s.def.Questions[i]
		switch s.when[i].eval(w) {
		case isFalse:
			delete(w.unknown, q.ID) // not asked: it reads as empty
			continue
		case isUnknown:
			continue // it depends on an answer that is still to come
		}
		p.Questions = append(p.Questions, q.ID)
		v, answered := a[q.ID]
		if !answered {
			p.Open = append(p.Open, q.ID)
			continue
		}
		w.know(q, v)
		if !s.decides[q.ID] {
			continue
		}
		if i, ok := s.certain(w); ok && !s.applies(i) {
			p.Outcome = i
			return p
		}
	}
	if len(p.Open) == 0 {
		if i, ok := s.certain(w); ok {
			p.Outcome = i
		}
	}
	return p
}

// certain returns the first outcome whose condition holds, when no outcome before
// it is undecided.
func (s *Service) certain(w *world) (int, bool) {
	for i, c := range s.outcomeWhen {
		switch c.eval(w) {
		case isTrue:
			return i, true
		case isUnknown:
			return 0, false
		}
	}
	return 0, false
}

func (s *Service) applies(outcome int) bool {
	return s.def.Outcomes[outcome].Action == kiosk.ActionApply
}

// Broken returns the id of the first constraint of a question that an answer
// breaks, given the other answers on the way. Its message is under ConstraintKey.
func (s *Service) Broken(question string, v kiosk.Value, a kiosk.Answers, office kiosk.Office, now time.Time) (string, bool) {
	i, ok := s.index[question]
	if !ok || v.IsZero() || len(s.valid[i]) == 0 {
		return "", false
	}
	onTheWay := kiosk.Answers{question: v}
	for _, id := range s.Path(a, office, now).Questions {
		if answer, given := a[id]; given && id != question {
			onTheWay[id] = answer
		}
	}
	w := s.known(onTheWay, office, now)
	for j, c := range s.valid[i] {
		if c.eval(w) == isFalse {
			return s.def.Questions[i].Valid[j].ID, true
		}
	}
	return "", false
}
