package screen

import (
	"context"
	"errors"
	"image/color"

	"chasqui/kiosk"
	"chasqui/kiosk/look"
	"chasqui/kiosk/widget"
	"chasqui/sync/wire"
)

// lightSurface is the white under a QR code.
var lightSurface = look.PaletteOf(look.HighLight).Surface

// donePage says that the request is kept. It can be made from a valid receipt
// alone.
type donePage struct {
	app     *App
	receipt kiosk.Receipt
	// state is the state as drawn.
	state wire.State
	// saved is where keeping the receipt's PDF stands: "", "saving", "saved",
	// "failed".
	saved string
	// printed is where giving the receipt on paper stands, in the same words, or
	// "perhaps" when it failed and the paper may have come out.
	printed string
	// page is 1 when what happens next had to go on a page of its own.
	page, pages int
}

// newDonePage returns the page of a receipt. ok is false for one that proves
// nothing.
func newDonePage(a *App, r kiosk.Receipt) (p *donePage, ok bool) {
	if !r.Valid() {
		return nil, false
	}
	return &donePage{app: a, receipt: r}, true
}

func (p *donePage) Name() string { return "done" }

func (p *donePage) Wipe() { p.receipt = kiosk.Receipt{} }

// Stale reports that the request has moved on since the page was drawn.
func (p *donePage) Stale() bool { return p.app.cfg.Station.StateOf(p.receipt.ID()) != p.state }

// Proceed goes on to what happens next, where that has a page of its own, to the
// one suggestion, if there is one, and to the end.
func (p *donePage) Proceed() {
	a := p.app
	if p.page+1 < p.pages {
		p.page++
		a.kit.FocusFirst()
		a.redraw()
		return
	}
	if _, amending := a.amending(); !amending && !a.session.Suggested() {
		offer, ok := a.cfg.Station.Offer(a.session, p.receipt)
		if ok {
			a.session.SetSuggested()
			if !offer.Held {
				a.show(&suggestionPage{app: a, receipt: p.receipt, offer: offer})
				return
			}
		}
	}
	a.rate()
}

// Careful says that Enter would leave the folio behind.
func (p *donePage) Careful() bool { return p.page+1 >= p.pages }

func (p *donePage) Draw(d *drawing) {
	a, l := p.app, d.l
	p.state = a.cfg.Station.StateOf(p.receipt.ID())
	d.frame()
	d.footGround(l.Foot)
	d.foot = nil

	// The number and the code must be seen, whatever else is to be said: what went
	// wrong is said in the title's place where there is no room for both.
	top, before := d.y, len(d.body)
	text, told := p.drawReceipt(d, true)
	if d.room() < 0 && len(p.troubles()) > 0 {
		d.y, d.body = top, d.body[:before]
		text, told = p.drawReceipt(d, false)
	}
	p.pages = 1
	papers, end, next := p.papers(d), &widget.Button{Label: d.text("foot.end"), OnTap: p.Proceed}, d.primary("foot.next", p.Proceed)
	if !p.drawNext(d, text) || !told || !d.footHolds(papers, end) {
		p.pages = 2
	}
	p.page = min(p.page, p.pages-1)
	if p.page == 1 {
		d.body, d.y = d.body[:before], top
		d.fit(func() {
			p.drawState(d, true)
			p.drawAllNext(d)
		})
	}
	if p.page+1 < p.pages {
		end = next
	}
	// Where the letters are large, the last way to take the receipt along stands on the
	// second page.
	here := papers
	for len(here) > 1 && !d.footHolds(here, next) {
		here = here[:len(here)-1]
	}
	if rest := papers[len(here):]; p.page == 1 && len(rest) > 0 {
		here = rest
	}
	d.footer(here, end)
}

// drawReceipt draws the first page, and returns how wide its words are and whether
// the code has its own, for which the letters become smaller if need be.
func (p *donePage) drawReceipt(d *drawing, titled bool) (text float32, told bool) {
	draw := func() {
		p.drawState(d, titled)
		top, side := d.y, float32(0)
		text = d.width
		if side, told = p.drawCode(d); side > 0 {
			text -= side + d.l.MM(8)
		}
		d.y = top
		p.drawNumbers(d, text)
	}
	d.fit(func() {
		if draw(); !told {
			d.y = d.bottom + 1
		}
	}, draw)
	return text, told
}

// troubles are the keys of what could not be done.
func (p *donePage) troubles() []string {
	var out []string
	if p.saved == "failed" {
		out = append(out, "done.receipt.failed")
	}
	switch p.printed {
	case "failed":
		out = append(out, "done.print.failed")
	case "perhaps":
		out = append(out, "done.print.perhaps")
	}
	return out
}

// drawState says what was done, where it stands, and what could not be done.
func (p *donePage) drawState(d *drawing, titled bool) {
	title := "done.title"
	if amendment, amending := p.app.amending(); amending {
		title = "done." + string(amendment.Kind)
	}
	if titled {
		d.title(d.text(title))
	}
	icon, ink, ground := d.stateLook(p.state)
	d.notice(icon, d.text("state."+string(p.state)), ink, ground)
	d.space(4)
	for _, trouble := range p.troubles() {
		d.trouble(d.text(trouble))
	}
}

// drawCode draws what a telephone reads: the page of the request, or its numbers.
func (p *donePage) drawCode(d *drawing) (wide float32, told bool) {
	content, caption := p.receipt.StatusURL(), d.text("done.scan")
	if content == "" {
		content, caption = p.receipt.Folio().String()+" / "+wire.GroupShortCode(p.receipt.Code()), d.text("done.scan.number")
	}
	return d.code(content, caption)
}

// papers are the ways to take the receipt along: printed, and kept as a PDF.
func (p *donePage) papers(d *drawing) []*widget.Button {
	var out []*widget.Button
	if p.app.speaks() {
		out = append(out, &widget.Button{ID: "done/listen", Icon: "voice", Label: d.text("done.listen"), OnTap: p.listen})
	}
	if p.app.cfg.Station.Printer().State != kiosk.PrinterNone {
		b := &widget.Button{ID: "done/print", Icon: "printer", Label: d.text("done.print"), OnTap: p.print}
		switch p.printed {
		case "saving":
			b.Icon, b.Label = "clock", d.text("done.print.now")
		case "saved":
			b.Icon, b.Label, b.Told = "check", d.text("done.print.out"), true
		}
		out = append(out, b)
	}
	if p.app.cfg.SaveReceipt != nil {
		b := &widget.Button{ID: "done/receipt", Icon: "receipt", Label: d.text("done.receipt"), OnTap: p.keep}
		if p.saved == "saved" {
			b.Icon, b.Label, b.Told = "check", d.text("done.receipt.kept"), true
		}
		out = append(out, b)
	}
	return out
}

// stateLook returns how a state is shown: as waiting until the municipality has the
// request, as done from then on.
func (d *drawing) stateLook(state wire.State) (icon string, ink, ground color.NRGBA) {
	l := d.l
	switch state {
	case wire.StateSaved, wire.StateSending:
		icon = "clock"
		if d.app.status.Link != kiosk.LinkUp {
			icon = "offline"
		}
		return icon, l.Waiting, l.WaitingGround
	case wire.StateWithdrawn:
		return "undo", l.Muted, l.Surface
	case wire.StatePutAside, wire.StateRefused, wire.StateNeedsSomething:
		return "alert", l.Error, l.Surface
	}
	return "done", l.Done, l.Surface
}

// drawNumbers draws the folio, large and in groups, and the code.
func (p *donePage) drawNumbers(d *drawing, width float32) {
	l := d.l
	d.column(d.text("receipt.folio"), l.Hint, false, l.Muted, d.x, width)
	size := l.Body * 2
	defer d.secret()()
	folio := p.receipt.Folio().String()
	for size > l.Body && look.Measure(folio, size, true).Width > width {
		size--
	}
	lines, height := widget.Lines([]string{folio}, size, 1.2, true, l.Ink, d.x, d.y)
	d.add(lines...)
	d.y += height + l.MM(1)

	d.labelled(d.text("receipt.code")+":", wire.GroupShortCode(p.receipt.Code()), width)
}

// labelled writes a label and the figures after it, on two lines where they have no
// room on one.
func (d *drawing) labelled(label, figures string, width float32) {
	l := d.l
	labelSize, size := look.Measure(label, l.Hint, false), l.Body*1.15
	wide := look.Measure(figures, size, true)
	row := size * look.LineHeight
	if labelSize.Width+l.MM(3)+wide.Width <= width {
		d.add(widget.Text(label, l.Hint, false, l.Muted, d.x, d.y+(row-labelSize.Height)/2))
		d.add(widget.Text(figures, size, true, l.Ink, d.x+labelSize.Width+l.MM(3), d.y+(row-wide.Height)/2))
		d.y += row
		return
	}
	d.column(label, l.Hint, false, l.Muted, d.x, width)
	d.column(figures, size, true, l.Ink, d.x, width)
}

// next returns what happens now, the most important first.
func (p *donePage) next(d *drawing) []string {
	var texts []string
	if amendment, amending := p.app.amending(); amending {
		return []string{d.text("done." + string(amendment.Kind) + ".next"), d.text("receipt.ask")}
	}
	if f, ok := p.app.flow(); ok {
		if outcome, decided := f.Outcome(p.app.session.Answers()); decided && outcome.Next != "" {
			texts = append(texts, outcome.Next)
		}
		if limit := f.Service().TimeLimit; limit != "" {
			texts = append(texts, d.text("receipt.answer", "Time", limit))
		}
	}
	return append(texts, d.text("receipt.ask"))
}

// drawNext says what happens now under the numbers, and whether all of it fits.
func (p *donePage) drawNext(d *drawing, width float32) bool {
	l := d.l
	texts := p.next(d)
	d.space(3)
	for _, first := range []float32{l.Body, l.Hint} {
		height := float32(0)
		for i, text := range texts {
			size := l.Hint
			if i == 0 {
				size = first
			}
			height += d.height(text, size, false, width) + l.MM(1)
		}
		if height-l.MM(1) > d.room() {
			continue
		}
		for i, text := range texts {
			size, ink := l.Hint, l.Muted
			if i == 0 {
				size, ink = first, l.Ink
			}
			d.column(text, size, false, ink, d.x, width)
			d.space(1)
		}
		return true
	}
	return false
}

// drawAllNext says it on a page of its own, beside the code with its words.
func (p *donePage) drawAllNext(d *drawing) {
	top, before, text := d.y, len(d.body), d.width
	draw := func() {
		d.y = top
		for _, next := range p.next(d) {
			d.column(next, d.l.Body, false, d.l.Ink, d.x, text)
			d.space(2)
		}
	}
	if side, told := p.drawCode(d); told {
		under := d.y
		text -= side + d.l.MM(8)
		draw()
		if d.y = max(d.y, under); d.room() >= 0 {
			return
		}
	}
	d.body, text = d.body[:before], d.width
	draw()
}

// listen says everything that stands on the receipt, and switches the voice on for
// it. Without a headset, what is private is said only after a yes.
func (p *donePage) listen() {
	a := p.app
	words, err := a.cfg.Station.ReceiptWords(a.session.Language(), p.receipt)
	if err != nil {
		return
	}
	v := a.session.Voice()
	v.On = true
	a.session.SetVoice(v)
	a.redraw()
	a.voice.receipt(words)
}

// keep saves the receipt's PDF, away from the screen's goroutine.
func (p *donePage) keep() {
	if p.saved == "saving" || p.saved == "saved" {
		return
	}
	p.saved = "saving"
	a, r := p.app, p.receipt
	visit, language := a.session.ID(), a.session.Language()
	a.background(func() func() {
		pdf, err := a.cfg.Station.ReceiptPDF(language, r)
		if err == nil && len(pdf) == 0 {
			err = errors.New("an empty receipt")
		}
		if err == nil {
			err = a.cfg.SaveReceipt(pdf)
		}
		return func() {
			if a.session.ID() != visit {
				return
			}
			p.saved = "saved"
			if err != nil {
				p.saved = "failed"
			}
			a.redrawIf(p)
		}
	})
}

// print gives the receipt on paper, away from the screen's goroutine. What came of
// it is said; the number and the code stay in sight either way.
func (p *donePage) print() {
	if p.printed == "saving" || p.printed == "saved" {
		return
	}
	p.printed = "saving"
	a, r := p.app, p.receipt
	visit, language := a.session.ID(), a.session.Language()
	a.redraw()
	a.background(func() func() {
		err := a.cfg.Station.Print(context.Background(), language, r)
		return func() {
			if a.session.ID() != visit {
				return
			}
			p.printed = "saved"
			problem := (*kiosk.Problem)(nil)
			switch {
			case errors.As(err, &problem) && problem.Code == kiosk.ProblemPrinterPerhaps:
				p.printed = "perhaps"
			case err != nil:
				p.printed = "failed"
			}
			a.redrawIf(p)
		}
	})
}
