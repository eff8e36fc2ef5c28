package catalog

import (
	"slices"
	"strconv"
	"time"

	"chasqui/kiosk"
)

// goodDomain returns the answers to a question that are worth trying after those
// given: every one that parts the ways, and otherwise the first that its
// constraints let pass.
func (s *Service) goodDomain(e *explored, id string, a kiosk.Answers, office kiosk.Office) []kiosk.Value {
	var good []kiosk.Value
	for _, v := range s.domain(id, office) {
		v, ok := s.goodEntries(e, id, v, a, office)
		if !ok {
			continue
		}
		if _, broken := s.Broken(id, v, a, office, sampleDay); broken {
			continue
		}
		if s.branches[id] || len(good) == 0 {
			good = append(good, v)
		}
		if len(s.valid[s.index[id]]) == 0 {
			continue
		}
		others := s.onTheWay(a, office, sampleDay)
		others[id] = v
		w := s.known(others, office, sampleDay)
		for _, c := range s.valid[s.index[id]] {
			if c.eval(w) == isFailed {
				e.failed[c.source] = others
			}
		}
	}
	return good
}

// goodEntries holds the entries of a group to its own questions, as a person's
// would be: what is not asked is left out, and what breaks a constraint is not
// taken. Any other answer comes back as it is.
func (s *Service) goodEntries(e *explored, id string, v kiosk.Value, a kiosk.Answers, office kiosk.Office) (kiosk.Value, bool) {
	i := s.index[id]
	q := &s.def.Questions[i]
	if q.Type != kiosk.TypeGroup || len(v.Entries) == 0 {
		return v, true
	}
	asked := s.EntryQuestions(id, a, office, sampleDay)
	w := s.known(s.onTheWay(a, office, sampleDay), office, sampleDay)
	var good kiosk.Value
	for _, written := range v.Entries {
		entry := kiosk.Answers{}
		for j := range q.Questions {
			own := q.Questions[j].ID
			if !slices.Contains(asked, own) {
				continue
			}
			entry[own] = written[own]
			if !given(entry[own]) {
				continue
			}
			w.vars["entry"] = entryRecord(q, entry)
			for _, c := range s.groups[i][j].valid {
				switch c.eval(w) {
				case isFailed:
					e.failed[c.source] = entry
				case isFalse:
					return kiosk.Value{}, false
				}
			}
		}
		good.Entries = append(good.Entries, entry)
	}
	return good, true
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

// named is what the conditions over an answer compare it with.
type named struct {
	texts   []string
	numbers []int64
}

func (s *Service) everyValue(q *questionDef, office kiosk.Office) []kiosk.Value {
	var in named
	for _, c := range s.conditions() {
		if slices.Contains(c.answers, q.ID) {
			in.texts = append(in.texts, c.literals...)
			in.numbers = append(in.numbers, c.numbers...)
		}
	}
	for _, inner := range s.groups[s.index[q.ID]] {
		for _, c := range inner.valid {
			if c != nil {
				in.texts = append(in.texts, c.literals...)
				in.numbers = append(in.numbers, c.numbers...)
			}
		}
	}
	return everyAnswer(q, in, office)
}

func everyAnswer(q *questionDef, in named, office kiosk.Office) []kiosk.Value {
	switch q.Type {
	case kiosk.TypeYesNo, kiosk.TypeConsent:
		return texts("yes", "no")
	case kiosk.TypeOneOf:
		return texts(optionIDs(q)...)
	case kiosk.TypeNumber, kiosk.TypeMoney:
		return everyNumber(q, in.numbers)
	case kiosk.TypeDate:
		return everyDate(in)
	case kiosk.TypeTime:
		return everyTime(in.texts)
	case kiosk.TypeManyOf:
		return everyChoice(q, in.texts)
	case kiosk.TypeSignature:
		return []kiosk.Value{
			{Text: "Persona de Ejemplo"}, {File: &kiosk.File{Name: "firma.png", Media: "image/png", Size: 1000}},
		}
	case kiosk.TypeGroup:
		return everyGroup(q, in, office)
	case kiosk.TypePhone:
		return texts(append([]string{"+56961234567"}, in.texts...)...)
	case kiosk.TypeEmail:
		return texts(append([]string{"persona@ejemplo.cl"}, in.texts...)...)
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
		for _, code := range append([]string{office.Comuna, "13101", "01101"}, in.texts...) {
			if r, c, ok := FindComuna(code); ok {
				values = append(values, kiosk.Value{Parts: map[string]string{"region": r.Code, "comuna": c.Code, "street": "Los Aromos 124"}})
			}
		}
		return values
	case kiosk.TypeFile:
		return []kiosk.Value{{File: &kiosk.File{Name: "foto.jpg", Media: "image/jpeg", Size: 1000}}}
	}
	return texts(append([]string{"Texto de ejemplo"}, in.texts...)...)
}

// The largest number and the largest amount that are taken.
const (
	MaxNumber = 999_999_999
	MaxMoney  = 999_999_999_999
)

func everyNumber(q *questionDef, numbers []int64) []kiosk.Value {
	maximum := int64(q.Max)
	if maximum == 0 {
		maximum = MaxNumber
		if q.Type == kiosk.TypeMoney {
			maximum = MaxMoney
		}
	}
	var values []kiosk.Value
	for _, n := range around(append([]int64{int64(q.Min), maximum}, numbers...), int64(q.Min), maximum) {
		values = append(values, kiosk.Value{Text: strconv.FormatInt(n, 10)})
	}
	return values
}

// around returns each number with its neighbours, within bounds, once.
func around(numbers []int64, minimum, maximum int64) []int64 {
	var out []int64
	for _, n := range numbers {
		for _, near := range []int64{n - 1, n, n + 1} {
			if near >= minimum && near <= maximum && !slices.Contains(out, near) {
				out = append(out, near)
			}
		}
	}
	return out
}

// everyDate returns days on either side of each limit that a condition names: so
// many years ago, so many days from today, a day written out.
func everyDate(in named) []kiosk.Value {
	today := dayOf(sampleDay)
	dates := []string{today.AddDate(-40, 0, 0).Format(time.DateOnly), today.AddDate(0, 0, 10).Format(time.DateOnly)}
	add := func(day time.Time) {
		for _, off := range []int{-1, 0, 1} {
			near := day.AddDate(0, 0, off)
			if text := near.Format(time.DateOnly); near.Year() >= 1900 && near.Year() <= 2100 && !slices.Contains(dates, text) {
				dates = append(dates, text)
			}
		}
	}
	add(today)
	for _, n := range in.numbers {
		if n < -40_000 || n > 40_000 {
			continue
		}
		if n >= -130 && n <= 130 {
			add(today.AddDate(-int(n), 0, 0))
		}
		add(today.AddDate(0, 0, int(n)))
	}
	for _, text := range in.texts {
		if day, err := time.Parse(time.DateOnly, text); err == nil {
			add(day)
		}
	}
	return texts(dates...)
}

func everyTime(named []string) []kiosk.Value {
	times := []string{"10:30", "00:00", "23:59"}
	for _, text := range named {
		at, ok := minutes(text)
		if !ok {
			continue
		}
		for _, n := range around([]int64{int64(at)}, 0, 24*60-1) {
			if near := time.Date(2026, 1, 1, 0, int(n), 0, 0, time.UTC).Format("15:04"); !slices.Contains(times, near) {
				times = append(times, near)
			}
		}
	}
	return texts(times...)
}

// everyChoice returns each option alone, all of them, and every set of those that
// a condition names, filled up or cut down to the question's bounds.
func everyChoice(q *questionDef, names []string) []kiosk.Value {
	ids := optionIDs(q)
	var sets []map[string]bool
	all := map[string]bool{}
	for _, id := range ids {
		sets = append(sets, map[string]bool{id: true})
		all[id] = true
	}
	sets = append(sets, all)
	var decisive []string
	for _, id := range ids {
		if slices.Contains(names, id) && len(decisive) < 4 {
			decisive = append(decisive, id)
		}
	}
	for bits := range 1 << len(decisive) {
		set := map[string]bool{}
		for i, id := range decisive {
			set[id] = bits&(1<<i) != 0
		}
		sets = append(sets, set)
	}
	var values []kiosk.Value
	for _, set := range sets {
		v := kiosk.Value{}
		for _, id := range ids {
			if set[id] {
				v.Many = append(v.Many, id)
			}
		}
		if q.Max > 0 && len(v.Many) > q.Max {
			v.Many = v.Many[:q.Max]
		}
		v.Many = filled(v.Many, ids, decisive, max(q.Min, 1))
		if !slices.ContainsFunc(values, func(other kiosk.Value) bool { return slices.Equal(other.Many, v.Many) }) {
			values = append(values, v)
		}
	}
	return values
}

// filled adds options to a choice until there are enough: those that no condition
// names first.
func filled(chosen, ids, decisive []string, enough int) []string {
	for _, named := range []bool{false, true} {
		for _, id := range ids {
			if len(chosen) < enough && slices.Contains(decisive, id) == named && !slices.Contains(chosen, id) {
				chosen = append(chosen, id)
			}
		}
	}
	var ordered []string
	for _, id := range ids {
		if slices.Contains(chosen, id) {
			ordered = append(ordered, id)
		}
	}
	return ordered
}

func optionIDs(q *questionDef) []string {
	var ids []string
	for _, o := range q.Options {
		ids = append(ids, o.ID)
	}
	return ids
}

// everyGroup returns entries in which one answer at a time is changed, and the
// numbers of entries on either side of each that a condition names.
func everyGroup(q *questionDef, in named, office kiosk.Office) []kiosk.Value {
	ordinary := kiosk.Answers{}
	for i := range q.Questions {
		ordinary[q.Questions[i].ID] = everyAnswer(&q.Questions[i], in, office)[0]
	}
	times := func(n int, entry kiosk.Answers) kiosk.Value {
		v := kiosk.Value{}
		for range n {
			v.Entries = append(v.Entries, entry)
		}
		return v
	}
	few := max(q.Min, 1)
	values := []kiosk.Value{times(few, ordinary)}
	for i := range q.Questions {
		inner := everyAnswer(&q.Questions[i], in, office)
		if q.Questions[i].Optional {
			inner = append(inner, kiosk.Value{})
		}
		for _, answer := range inner[1:] {
			entry := ordinary.Clone()
			entry[q.Questions[i].ID] = answer
			values = append(values, times(few, entry))
		}
	}
	many := int64(few + 2)
	if q.Max > 0 {
		many = int64(q.Max)
	}
	for _, n := range around(in.numbers, int64(few)+1, many) {
		values = append(values, times(int(n), ordinary))
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
