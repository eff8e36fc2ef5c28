package screen

import (
	"chasqui/kiosk"
	"chasqui/kiosk/widget"
)

// idDecline is the choice not to say.
const idDecline = "choice/declined"

// declinable reports whether one may say that one would rather not say: where a
// question is sensitive and can be left out.
func declinable(q kiosk.Question) bool { return q.Optional && q.Sensitive }

// declineButton is the choice not to say. It is as large as the others and sends
// nobody back.
func (p *questionPage) declineButton(d *drawing, q kiosk.Question, kind widget.Kind) *widget.Button {
	b := &widget.Button{
		ID: idDecline, Kind: kind, Label: d.text("question.decline"), Plain: true, Choice: true, Selected: p.declined,
		OnTap: func() { p.decline(q) },
	}
	if kind == widget.Quiet && p.declined {
		b.Icon = "check"
	}
	return b
}

// decline turns the choice not to say on or off. What was answered goes: nobody
// leaves behind what they would rather not say.
func (p *questionPage) decline(q kiosk.Question) {
	declined := !p.declined
	if declined {
		p.forgetAnswer(q)
	}
	p.declined, p.trouble = declined, nil
	p.app.redraw()
}

// say takes back the choice not to say, for somebody who writes or draws after all.
func (p *questionPage) say() {
	if !p.declined {
		return
	}
	p.declined = false
	if p.app.drawn == nil {
		return
	}
	// The button alone is drawn anew: a field that is being written in stays.
	if b, ok := p.app.drawn.focusable[idDecline].(*widget.Button); ok {
		b.Selected = false
		if b.Kind == widget.Quiet {
			b.Icon = ""
		}
		b.Refresh()
	}
}

// forgetAnswer empties the page of what was answered.
func (p *questionPage) forgetAnswer(q kiosk.Question) {
	for _, field := range p.fields() {
		field.OnChanged = nil
		field.Wipe()
	}
	p.ink.Wipe()
	blank(p.preview)
	p.forgetEntries()
	p.text, p.caret, p.choice, p.box = "", 0, "", ""
	p.parts, p.many = map[string]string{}, map[string]bool{}
	p.file, p.preview = nil, nil
	if q.Type == kiosk.TypeSignature {
		p.stage = stageWhole
	}
}
