package screen

import (
	"chasqui/kiosk"
	"chasqui/kiosk/widget"
	"chasqui/sync/wire"
)

// suggestionPage makes the one suggestion of a session, after the citizen's own
// business is done. No is as large and as quick as Yes.
type suggestionPage struct {
	app      *App
	receipt  kiosk.Receipt
	offer    kiosk.Offer
	answered bool
	// why says that "why do I see this?" was asked.
	why bool
}

func (p *suggestionPage) Name() string { return "suggestion" }

func (p *suggestionPage) Wipe() { p.receipt = kiosk.Receipt{} }

// Back refuses: leaving is a No.
func (p *suggestionPage) Back() { p.refuse() }

func (p *suggestionPage) answer(answer string) {
	if p.answered {
		return
	}
	p.answered = true
	p.app.cfg.Station.Answer(p.app.session, p.receipt, p.offer, answer)
}

func (p *suggestionPage) ignore() { p.answer(wire.AnswerIgnored) }

func (p *suggestionPage) refuse() {
	p.answer(wire.AnswerRefused)
	p.app.rate()
}

func (p *suggestionPage) accept() {
	p.answer(wire.AnswerAccepted)
	p.app.show(&howPage{app: p.app, receipt: p.receipt, how: p.offer.Suggestion.How})
}

func (p *suggestionPage) Draw(d *drawing) {
	d.frame()
	p.choices(d)
	start, before := d.y, len(d.body)
	for _, parts := range []offerParts{{body: true, person: true}, {person: true}, {}} {
		d.y, d.body = start, d.body[:before]
		d.fit(func() { p.drawOffer(d, parts) })
		if d.room() >= 0 || !p.why {
			break
		}
	}
}

// offerParts say what stands beside the title and the reason: where that was asked
// for and the letters are large, the rest of the offer gives way, and is one touch
// back.
type offerParts struct{ body, person bool }

// drawOffer draws what is offered, why if that was asked, and the person at the desk.
func (p *suggestionPage) drawOffer(d *drawing, parts offerParts) {
	l, w := d.l, p.offer.Wording
	d.title(w.Title)
	why := p.offer.Suggestion.Why
	turn := func() {
		p.why = !p.why
		p.app.redraw()
	}
	if parts.body {
		d.paragraph(w.Body, l.Body, false, l.Ink)
		d.space(2)
	}
	switch {
	case !p.why:
		d.link(&widget.Button{ID: "suggestion/why", Label: d.text("suggestion.why"), OnTap: turn})
		d.space(2)
	case parts.body:
		d.paragraph(why, l.Hint, false, l.Muted)
		d.space(3)
	default:
		d.paragraph(why, l.Hint, false, l.Muted)
		d.space(3)
		d.link(&widget.Button{ID: "suggestion/offer", Icon: "back", Label: d.text("pager.previous"), OnTap: turn})
		d.space(2)
	}
	if parts.person {
		d.person(d.width)
	}
}

// choices draws No and Yes: the same size, the same kind, side by side.
func (p *suggestionPage) choices(d *drawing) {
	w := p.offer.Wording
	d.halves(
		&widget.Button{ID: "suggestion/no", Label: w.Refuse, OnTap: p.refuse},
		&widget.Button{ID: "suggestion/yes", Label: w.Accept, OnTap: p.accept},
	)
}

// howPage shows somebody who said yes how to do it.
type howPage struct {
	app     *App
	receipt kiosk.Receipt
	how     string
}

func (p *howPage) Name() string { return "how" }

func (p *howPage) Wipe() { p.receipt = kiosk.Receipt{} }

// Proceed goes on to the visit's end.
func (p *howPage) Proceed() { p.app.rate() }

func (p *howPage) Draw(d *drawing) {
	l := d.l
	d.frame()
	d.feet(nil, d.primary("foot.next", p.Proceed))
	var text float32
	d.fit(func() {
		d.title(d.text("how.title"))
		top := d.y
		text = d.width
		if url := p.receipt.StatusURL(); url != "" {
			if side, _ := d.code(url, d.text("done.scan")); side > 0 {
				text -= side + l.MM(8)
			}
		}
		d.y = top
		p.drawHow(d, text)
	})
	if url := p.receipt.StatusURL(); url != "" && d.room() > l.Hint*3 {
		d.column(readable(url), l.Small, false, l.Muted, d.x, text)
	}
}

// drawHow draws how it is done, and what is needed for it.
func (p *howPage) drawHow(d *drawing, width float32) {
	l := d.l
	d.column(p.how, l.Body, false, l.Ink, d.x, width)
	d.space(4)
	d.column(d.text("receipt.folio"), l.Hint, false, l.Muted, d.x, width)
	defer d.secret()()
	d.column(p.receipt.Folio().String(), l.Body*1.15, true, l.Ink, d.x, width)
	d.space(1)
	d.labelled(d.text("receipt.code")+":", wire.GroupShortCode(p.receipt.Code()), width)
	d.space(1)
}
