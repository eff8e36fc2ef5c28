package catalog

import (
	"slices"
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
	if !ok || !given(v) || len(s.valid[i]) == 0 {
		return "", false
	}
	others := s.onTheWay(a, office, now)
	others[question] = v
	w := s.known(others, office, now)
	for j, c := range s.valid[i] {
		if c.eval(w) == isFalse {
			return s.def.Questions[i].Valid[j].ID, true
		}
	}
	return "", false
}

// EntryQuestions returns the ids of a group's own questions that these answers
// ask, in order. They are the same for each entry.
func (s *Service) EntryQuestions(group string, a kiosk.Answers, office kiosk.Office, now time.Time) []string {
	i, ok := s.index[group]
	if !ok {
		return nil
	}
	var w *world
	var ids []string
	for j, c := range s.groups[i] {
		if c.when != nil && w == nil {
			w = s.known(s.onTheWay(a, office, now), office, now)
		}
		if c.when.eval(w) != isFalse {
			ids = append(ids, s.def.Questions[i].Questions[j].ID)
		}
	}
	return ids
}

// BrokenEntry is Broken for one question of a group, within one entry.
func (s *Service) BrokenEntry(group, question string, v kiosk.Value, entry, a kiosk.Answers, office kiosk.Office, now time.Time) (string, bool) {
	i, ok := s.index[group]
	if !ok || !given(v) {
		return "", false
	}
	q := &s.def.Questions[i]
	j := slices.IndexFunc(q.Questions, func(own questionDef) bool { return own.ID == question })
	if j < 0 || len(s.groups[i][j].valid) == 0 {
		return "", false
	}
	w := s.known(s.onTheWay(a, office, now), office, now)
	own := entry.Clone()
	own[question] = v
	w.vars["entry"] = entryRecord(q, own)
	for k, c := range s.groups[i][j].valid {
		if c.eval(w) == isFalse {
			return q.Questions[j].Valid[k].ID, true
		}
	}
	return "", false
}

// onTheWay returns the answers that these answers ask for.
func (s *Service) onTheWay(a kiosk.Answers, office kiosk.Office, now time.Time) kiosk.Answers {
	out := kiosk.Answers{}
	for _, id := range s.Path(a, office, now).Questions {
		if answer, answered := a[id]; answered {
			out[id] = answer
		}
	}
	return out
}
