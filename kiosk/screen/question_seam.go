package screen

import (
	"chasqui/kiosk"
	"chasqui/kiosk/flow"
)

// question returns what the page asks.
func (p *questionPage) question(f *flow.Flow) (kiosk.Question, bool) {
	if p.owner == nil {
		return f.Question(p.id)
	}
	for _, q := range p.owner.asked(f) {
		if q.ID == p.id {
			return q, true
		}
	}
	return kiosk.Question{}, false
}

// answer returns what was answered before, and whether the question was seen.
func (p *questionPage) answer() (kiosk.Value, bool) {
	if p.owner == nil {
		return p.app.session.Answer(p.id)
	}
	v, ok := p.owner.entries[p.entry][p.id]
	return v, ok
}

// keep keeps an answer. A file that it replaces is overwritten.
func (p *questionPage) keep(v kiosk.Value) {
	if p.owner != nil {
		p.owner.entries[p.entry][p.id] = v.Clone()
		return
	}
	if old, ok := p.app.session.Answer(p.id); ok && old.File != nil && (v.File == nil || !same(old.File.Content, v.File.Content)) {
		clear(old.File.Content)
	}
	p.app.session.SetAnswer(p.id, v)
}

// drop lets go of a file. Its bytes are overwritten, unless they are still those of
// an answer that was kept: then they are when it is replaced.
func (p *questionPage) drop() {
	if p.file != nil {
		if old, ok := p.app.session.Answer(p.id); !ok || old.File == nil || !same(old.File.Content, p.file.Content) {
			clear(p.file.Content)
		}
	}
	blank(p.preview)
	p.file, p.preview = nil, nil
}

// same reports whether two slices are the same memory.
func same(x, y []byte) bool { return len(x) > 0 && len(y) > 0 && &x[0] == &y[0] }

// check asks the flow about an answer.
func (p *questionPage) check(f *flow.Flow, v kiosk.Value) (kiosk.Value, *flow.Trouble) {
	if p.owner == nil {
		return f.Check(p.id, v, p.app.session.Answers())
	}
	return f.CheckEntry(p.owner.id, p.id, v, p.owner.entries[p.entry], p.app.session.Answers())
}

// Open begins a service with answers that were given before, and shows one of its
// questions, or the review where none is named.
func (a *App) Open(service string, answers kiosk.Answers, question string) {
	a.forget()
	a.session.Begin(service, a.cfg.Station.Now())
	for _, id := range answers.IDs() {
		a.session.SetAnswer(id, answers[id])
	}
	if question == "" {
		a.show(&reviewPage{app: a})
		return
	}
	a.showQuestion(question, false)
}
