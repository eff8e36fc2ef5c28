package screen

import (
	"strconv"

	"fyne.io/fyne/v2"

	"chasqui/kiosk"
	"chasqui/kiosk/catalog"
	"chasqui/kiosk/flow"
	"chasqui/kiosk/look"
	"chasqui/kiosk/widget"
)

// layoutOf returns the keyboard for what is being written.
func (p *questionPage) layoutOf(q kiosk.Question) widget.Layout {
	switch {
	case p.stage == stageNumber && p.choice == flow.DocumentRUN:
		return widget.RUN
	case p.stage == stageTyped:
		return widget.Letters
	case q.Type == kiosk.TypePhone:
		return widget.Phone
	case q.Type == kiosk.TypeNumber, q.Type == kiosk.TypeMoney, q.Type == kiosk.TypeDate, q.Type == kiosk.TypeTime:
		return widget.Digits
	case q.Type == kiosk.TypeEmail:
		return widget.Email
	}
	return widget.Letters
}

// shape is one way to share the body between words, field and keyboard. They are
// tried from the most generous one.
type shape struct {
	service, step, reason bool
	title                 float32
	lines                 int
	// air is the room under title and reason.
	air float32
	// brief leaves the step's name out; instead puts the question where the step stands.
	brief, instead bool
}

func (p *questionPage) shapes(d *drawing, q kiosk.Question) []shape {
	l := d.l
	lines := 1
	if q.Type == kiosk.TypeLongText {
		lines = 3
	}
	reason := p.trouble == nil
	roomy, tight := l.MM(3), l.MM(1.5)
	out := []shape{
		{service: true, step: true, reason: reason, title: l.Title, lines: lines, air: roomy},
		{step: true, reason: reason, title: l.Title, lines: lines, air: roomy},
		{service: true, step: true, reason: reason, title: l.Title, lines: lines, air: tight},
		{step: true, reason: reason, title: l.Title, lines: lines, air: tight},
	}
	if lines > 1 {
		lines = 2
		out = append(out, shape{step: true, reason: reason, title: l.Title, lines: lines, air: tight})
	}
	// The way to what happens to the data, and to the reason, is there in each.
	return append(out,
		shape{step: true, reason: reason, title: l.Body * 1.15, lines: lines, air: tight},
		shape{step: true, title: l.Title, lines: lines, air: tight},
		shape{step: true, title: l.Body * 1.15, lines: lines, air: tight},
		shape{step: true, title: d.leastTitle(), lines: lines, air: tight},
		shape{step: true, title: d.leastTitle(), lines: 1, air: tight},
		shape{step: true, brief: true, title: d.leastTitle(), lines: 1, air: tight},
		shape{step: true, brief: true, title: l.Body, lines: 1, air: tight},
		shape{step: true, brief: true, title: l.Hint, lines: 1, air: tight},
		shape{step: true, brief: true, title: l.Least, lines: 1, air: tight},
	)
}

// drawWriting draws a field with the keyboard under it. The question always stays
// in sight above them.
func (p *questionPage) drawWriting(d *drawing, f *flow.Flow, q kiosk.Question) {
	l := d.l
	h := p.head(d, f, q)
	layout := p.layoutOf(q)
	d.bottom = d.footTop // the keyboard stands on the foot
	d.y -= l.MM(3)

	hint := p.writingHint(d, q)
	var use shape
	var keyboard, short float32
	var compact bool
	fits := func() bool {
		above := p.headHeight(d, f, h, use) + p.rowHeight(d, q, use.lines) + l.MM(6)
		if hint != "" {
			above += d.height(hint, l.Hint, false, d.width) + l.MM(1)
		}
		if p.trouble != nil {
			above += d.troubleHeight(p.trouble.Message)
		}
		keyboard, compact = widget.KeyboardHeight(l, layout, d.room()-above)
		short = keyboard - (d.room() - above)
		return short <= 0
	}
	p.under = !p.beside(d, q)
	found := p.share(d, q, h, layout, &use, &hint, fits, func() bool { return compact })
	if !found && p.under {
		p.under = false
		p.share(d, q, h, layout, &use, &hint, fits, func() bool { return compact })
	}
	for !fits() && d.l.Hint > d.least() {
		// What is to be done about an answer is said, if in smaller letters.
		d.l.Hint = max(d.l.Hint-1, d.least())
		use.title = min(use.title, d.l.Hint)
	}
	// Half of the air around the field may be taken; beyond it there is one last way.
	if !fits() && short > l.MM(3) {
		use.instead = true
		fits()
	}
	p.drawHead(d, f, h, use)
	if hint != "" {
		public := d.secret() // the comuna is part of the answer
		d.column(hint, l.Hint, false, l.Ink, d.x, d.width)
		public()
		d.space(1)
	}
	if p.trouble != nil {
		d.trouble(p.trouble.Message)
	}
	d.space(1.5) // for the ring of the focus
	p.drawRow(d, q, layout, use.lines)

	p.keyboard(d, layout, keyboard, compact)
}

// share finds the shape that fits, and reports whether any does. A pad of digits
// stands close together before words give way.
func (p *questionPage) share(d *drawing, q kiosk.Question, h head, layout widget.Layout, use *shape, hint *string, fits, compact func() bool) bool {
	for _, packed := range []bool{false, true} {
		for _, *use = range p.shapes(d, q) {
			if !packed && (use.brief || !use.reason && p.trouble == nil && h.reason != "") {
				continue
			}
			if fits() && (packed || !compact() || !widget.IsPad(layout)) {
				return true
			}
			if packed && use.brief && *hint != "" && p.stage != stageStreet {
				if *hint = ""; fits() {
					return true
				}
			}
		}
	}
	return false
}

// keyboard draws the keyboard on the foot; it writes into the page's field.
func (p *questionPage) keyboard(d *drawing, layout widget.Layout, height float32, compact bool) {
	k := widget.NewKeyboard(d.kit, p.field, widget.KeyLayout{
		Layout: layout, Language: p.app.session.Language(), Plane: p.plane, Compact: compact,
		Words: func(key string) string { return d.text(key) },
	})
	k.OnPlane = func(plane widget.Plane) { p.plane = plane }
	k.OnFocus = func() { p.aimAtGap(d) }
	k.At, k.OnMove = p.key, func(at int) { p.key = at }
	d.place(k, widget.KeyboardID, 0, d.footTop-height, d.size.Width, height)
	d.add(k)
	p.board = k
}

// writingHint is what stands over the field where the question alone says too
// little.
func (p *questionPage) writingHint(d *drawing, q kiosk.Question) string {
	switch {
	case p.stage == stageStreet:
		if _, comuna, ok := catalog.FindComuna(p.parts[flow.PartComuna]); ok {
			return d.text("address.street", "Comuna", comuna.Name)
		}
	case p.trouble != nil:
		return "" // the trouble says it
	case q.Type == kiosk.TypeMoney:
		return d.text("question.money.hint")
	case q.Type == kiosk.TypeTime:
		// Nothing bounds a time; how the afternoon's hours are written helps.
		return d.text("question.time.hint")
	}
	return ""
}

// rowHeight is the height of what is written into, with the words over it.
func (p *questionPage) rowHeight(d *drawing, q kiosk.Question, lines int) float32 {
	height := widget.FieldHeight(d.l, lines)
	if p.boxNames(d, q) != nil {
		height += d.captionHeight()
	}
	if p.under {
		height += p.underHeight(d, q)
	}
	return height
}

// drawRow draws what is written into, and beside it what may be touched instead.
func (p *questionPage) drawRow(d *drawing, q kiosk.Question, layout widget.Layout, lines int) {
	height := widget.FieldHeight(d.l, lines)
	right := d.x + d.width
	if p.stage == stageWhole && declinable(q) && !p.under {
		right = p.drawDecline(d, q, right, height)
	}
	switch {
	case p.boxNames(d, q) != nil:
		p.drawBoxes(d, q, right, height)
	case p.stage == stageWhole && stepped(q):
		p.drawStepped(d, q, right, height)
	default:
		p.drawField(d, q, layout, lines, d.x, right-d.x)
	}
	d.y += p.rowHeight(d, q, lines)
	if p.under {
		bottom := d.y
		d.y -= p.underHeight(d, q)
		p.drawUnder(d, q)
		d.y = bottom
	}
}

// declineWidth is how wide the choice not to say is at the end of a row: as its words
// and its tick need, and no more than a third if two lines of them fit there.
func (p *questionPage) declineWidth(d *drawing, q kiosk.Question) float32 {
	b := p.declineButton(d, q, widget.Quiet)
	b.TextSize = d.l.Hint
	// Chosen, it has a sign before its words and a tick in its corner.
	least := widget.LeastWidth(d.kit, b) + d.l.Hint + d.l.MM(10)
	return min(widget.Width(d.kit, b)+d.l.Hint+d.l.MM(2), max(d.width*0.34, least))
}

// drawDecline draws the choice not to say at the right end of a row, and returns
// where the room beside it ends.
func (p *questionPage) drawDecline(d *drawing, q kiosk.Question, right, height float32) float32 {
	l := d.l
	b := p.declineButton(d, q, widget.Quiet)
	b.TextSize = l.Hint
	width := p.declineWidth(d, q)
	top := d.y
	if p.boxNames(d, q) != nil {
		top += d.captionHeight()
	}
	d.button(b, right-width, top, width, height)
	return right - width - l.Gap
}

// drawField draws the field of a question that is answered by one.
func (p *questionPage) drawField(d *drawing, q kiosk.Question, layout widget.Layout, lines int, x, width float32) {
	l := d.l
	length := q.MaxLength
	if length == 0 && q.Type == kiosk.TypeLongText {
		length = 1000
	}
	field := &widget.Field{
		ID: "answer", Many: lines > 1, Max: length, Trouble: p.trouble != nil, Accept: accepts(layout),
		OnSubmit: p.Proceed,
	}
	if q.Type == kiosk.TypeMoney {
		field.Max, field.Form = mostDigits, d.money
	}
	p.field = widget.NewField(d.kit, field, p.text)
	p.field.SetCaret(p.caret)
	p.field.OnChanged = func(text string) {
		p.text, p.caret = text, p.field.Caret()
		p.say()
		p.relabel(d, q)
	}
	if layout != widget.Letters && layout != widget.Email {
		width = min(width, l.MM(160))
	} else if lines == 1 {
		width = min(width, l.MM(280))
	}
	d.place(p.field, "answer", x, d.y, width, widget.FieldHeight(l, lines))
	d.add(p.field)
	d.field = p.field
}

// mostDigits bounds an amount as it is written; the flow bounds it further.
const mostDigits = 12

// money shows digits as an amount, in groups.
func (d *drawing) money(digits string) string {
	pesos, err := strconv.Atoi(digits)
	if err != nil {
		return digits
	}
	return d.w.Money(pesos)
}

// accepts returns which characters can be written with a layout.
func accepts(layout widget.Layout) func(rune) bool {
	in := func(signs string) func(rune) bool {
		return func(r rune) bool {
			for _, s := range signs {
				if s == r {
					return true
				}
			}
			return r >= '0' && r <= '9'
		}
	}
	switch layout {
	case widget.RUN:
		return in("kK-. ")
	case widget.Phone:
		return in("+-() ")
	case widget.Digits, widget.PIN:
		return in("")
	case widget.Email:
		return func(r rune) bool { return r != ' ' }
	}
	return nil
}

// stepLine returns the words above the question.
func (p *questionPage) stepLine(f *flow.Flow, h head, use shape) string {
	if !use.step {
		return ""
	}
	if use.instead {
		return h.title
	}
	if use.brief {
		return h.brief
	}
	if use.service {
		return f.Service().Title + " · " + h.step
	}
	return h.step
}

func (p *questionPage) headHeight(d *drawing, f *flow.Flow, h head, use shape) float32 {
	height := float32(0)
	if use.step {
		height += max(d.l.LeastTarget, d.height(p.stepLine(f, h, use), p.stepSize(d, use), use.instead, d.width-p.dataWidth(d)))
	}
	if !use.instead {
		height += d.height(h.title, use.title, true, d.width)
	}
	height += use.air
	if use.reason && h.reason != "" {
		height += d.height(h.reason, d.l.Hint, false, d.width) + use.air
	}
	return height
}

// stepSize is the size of the step's words, which are the quietest on the page.
func (d *drawing) stepSize() float32 { return min(d.l.Hint, d.l.Small) }

// stepSize is the size of what stands where the step does.
func (p *questionPage) stepSize(d *drawing, use shape) float32 {
	if use.instead {
		return use.title
	}
	return d.stepSize()
}

func (p *questionPage) dataWidth(d *drawing) float32 {
	return widget.LinkWidth(d.kit, p.dataLink(d)) + d.l.MM(6)
}

// dataLink leads to what happens to the data, from every page that asks for any.
func (p *questionPage) dataLink(d *drawing) *widget.Button {
	return &widget.Button{
		ID: "data", Kind: widget.Link, Icon: "shield", Label: d.text("data.link"), TextSize: d.stepSize(),
		OnTap: func() { p.app.push(&dataPage{app: p.app, asked: p}) },
	}
}

// drawHead draws step, question and reason as a shape has them.
func (p *questionPage) drawHead(d *drawing, f *flow.Flow, h head, use shape) {
	l := d.l
	if use.step {
		link := p.dataLink(d)
		width := widget.LinkWidth(d.kit, link)
		size, ink := p.stepSize(d, use), l.Muted
		if use.instead {
			ink = l.Ink
		}
		lines := look.Lines(p.stepLine(f, h, use), size, use.instead, d.width-p.dataWidth(d), false)
		// A little higher than the middle: the ring of the focus must clear the title.
		row := max(l.LeastTarget, float32(len(lines))*size*look.LineHeight)
		objects, height := widget.Lines(lines, size, look.LineHeight, use.instead, ink, d.x, 0)
		for _, o := range objects {
			o.Move(o.Position().Add(fyne.NewPos(0, d.y+(row-height)/2-widget.RingRoom/2)))
		}
		d.add(objects...)
		d.button(link, d.x+d.width-width, d.y+(row-l.LeastTarget)/2-widget.RingRoom/2, width, l.LeastTarget)
		d.y += row
	}
	if !use.instead {
		d.paragraph(h.title, use.title, true, l.Ink)
	}
	d.y += use.air
	if use.reason && h.reason != "" {
		d.paragraph(h.reason, l.Hint, false, l.Muted)
		d.y += use.air
	}
}
