package screen

import (
	"fyne.io/fyne/v2"

	"chasqui/kiosk"
	"chasqui/kiosk/flow"
	"chasqui/kiosk/widget"
)

// drawSignature draws a pad to sign on, and beside it the way for whoever cannot
// or would rather not draw: to write the name.
func (p *questionPage) drawSignature(d *drawing, f *flow.Flow, q kiosk.Question) {
	l := d.l
	h := p.head(d, f, q)
	d.y -= l.MM(3)
	buttons := p.signatureButtons(d, q)
	width := (d.width - float32(len(buttons)-1)*l.Gap) / float32(len(buttons))
	row := l.MM(16)
	for _, b := range buttons {
		row = max(row, widget.ActionHeight(d.kit, b, width))
	}
	least := l.MM(38) + l.MM(4) + row
	shapes := []shape{
		{service: true, step: true, reason: p.trouble == nil, title: l.Title, air: l.MM(2)},
		{step: true, reason: p.trouble == nil, title: l.Title, air: l.MM(2)},
		{step: true, reason: p.trouble == nil, title: l.Body * 1.15, air: l.MM(1.5)},
		{step: true, title: l.Title, air: l.MM(1.5)},
		{step: true, title: l.Body * 1.15, air: l.MM(1.5)},
		{step: true, brief: true, title: l.Least, air: l.MM(1)},
	}
	var use shape
	for _, use = range shapes {
		above := p.headHeight(d, f, h, use)
		if p.trouble != nil {
			above += d.troubleHeight(p.trouble.Message)
		}
		if above+least <= d.room() {
			break
		}
	}
	p.drawHead(d, f, h, use)
	if p.trouble != nil {
		d.trouble(p.trouble.Message)
	}
	height := min(d.room()-l.MM(4)-row, l.MM(80))
	p.pad = widget.NewPad(d.kit, &p.ink, &widget.Pad{
		ID: "pad", Trouble: p.trouble != nil, Guide: d.text("question.signature.guide"),
		OnChanged: func() {
			p.say()
			p.relabel(d, q)
		},
	})
	p.pad.Resize(fyne.NewSize(d.width, height))
	p.pad.Move(fyne.NewPos(d.x, d.y))
	d.add(p.pad)
	if p.ink.Empty() && p.file != nil {
		// Signed before, and the strokes are gone.
		if p.preview == nil {
			p.preview = unpack(p.file)
		}
	}
	if p.ink.Empty() && p.preview != nil {
		d.picture(widget.Photo(p.preview, d.x+l.MM(4), d.y+l.MM(4), d.width-l.MM(8), height*0.7-l.MM(4)), d.text("voice.signature"))
	}
	d.y += height + l.MM(4)

	for i, b := range buttons {
		d.button(b, d.x+float32(i)*(width+l.Gap), d.y, width, row)
	}
	d.y += row
}

// signatureButtons are those under the pad.
func (p *questionPage) signatureButtons(d *drawing, q kiosk.Question) []*widget.Button {
	buttons := []*widget.Button{
		{ID: "signature/clear", Icon: "restart", Label: d.text("question.signature.clear"), OnTap: p.clearInk},
		{ID: "signature/typed", Icon: "pencil", Label: d.text("question.signature.instead"), OnTap: p.typeInstead},
	}
	if declinable(q) {
		buttons = append(buttons, p.declineButton(d, q, widget.Quiet))
	}
	for _, b := range buttons {
		b.TextSize = d.l.Hint
	}
	return buttons
}

// clearInk takes back what was drawn.
func (p *questionPage) clearInk() {
	p.ink.Wipe()
	if p.pad != nil {
		p.pad.Wipe()
	}
	p.drop()
	p.trouble = nil
	p.app.redraw()
}

// typeInstead goes on to write the name in place of a signature.
func (p *questionPage) typeInstead() {
	p.declined, p.trouble = false, nil
	p.turn(stageTyped)
}

// sign makes the picture of what was drawn, if anything was.
func (p *questionPage) sign(v *kiosk.Value) bool {
	if p.ink.Empty() {
		return true
	}
	content, err := p.ink.PNG()
	if err != nil {
		p.trouble = &flow.Trouble{Question: p.id, Message: p.app.words().Text("question.signature.again")}
		p.app.redraw()
		return false
	}
	p.drop()
	p.file = &kiosk.File{Media: "image/png", Size: int64(len(content)), Content: content} // the flow names it
	*v = kiosk.Value{File: p.file}
	return true
}
