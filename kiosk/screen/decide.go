package screen

import (
	"strings"

	"chasqui/kiosk"
	"chasqui/kiosk/flow"
	"chasqui/kiosk/widget"
)

// outcomePage says where the answers lead when that is not filing a request here,
// and what to do next.
type outcomePage struct {
	app *App
	// last is the question after which it was decided.
	last string
}

func (p *outcomePage) Name() string { return "outcome" }

func (p *outcomePage) Wipe() {}

// Back leads to the last question, whose answer can be changed.
func (p *outcomePage) Back() {
	if p.last == "" {
		p.app.goBack("")
		return
	}
	p.app.showQuestion(p.last, false)
}

// Proceed ends the visit.
func (p *outcomePage) Proceed() { p.app.wipe() }

// Careful says that Enter would end the visit.
func (p *outcomePage) Careful() bool { return true }

func (p *outcomePage) Draw(d *drawing) {
	a := p.app
	d.frame()
	f, ok := a.flow()
	if !ok {
		d.feet(d.back(a.pop), nil)
		return
	}
	d.feet(d.back(p.Back), &widget.Button{Label: d.text("foot.end"), OnTap: p.Proceed})
	d.fit(func() { p.drawOutcome(d, f, true) }, func() { p.drawOutcome(d, f, false) })
}

// drawOutcome draws the outcome, over it of which service it is one.
func (p *outcomePage) drawOutcome(d *drawing, f *flow.Flow, service bool) {
	l := d.l
	outcome, _ := f.Outcome(p.app.session.Answers())
	if service {
		d.reason(f.Service().Title)
	}
	d.title(outcome.Title)
	d.space(1)
	text := d.width
	top := d.y
	if outcome.URL != "" {
		side, _ := d.code(outcome.URL, d.text("outcome.web"))
		if side > 0 {
			text -= side + l.MM(8)
		}
	}
	d.y = top
	d.column(outcome.Next, l.Body, false, l.Ink, d.x, text)
	if outcome.URL != "" {
		d.space(3)
		d.column(readable(outcome.URL), l.Hint, false, l.Muted, d.x, text)
	}
	if outcome.Action == kiosk.ActionPerson || outcome.Action == kiosk.ActionNotEligible {
		d.space(5)
		d.person(text)
	}
}

// readable is an address as people type it.
func readable(url string) string {
	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(url, "https://"), "http://"), "/")
}

// person keeps a person in sight: an icon and where to find somebody.
func (d *drawing) person(width float32) {
	l := d.l
	mark := l.Body
	d.add(widget.Picture("person", l.Accent, d.x, d.y+l.Body*0.2, mark))
	d.column(d.text("person.sight"), l.Hint, false, l.Ink, d.x+mark+l.MM(3), width-mark-l.MM(3))
}

// code draws a QR code at the right of the body with words under it, and returns
// how wide both are, 0 when there is none to draw, and whether there was room for words.
// The code becomes smaller for them, and where it would become too small they are fewer.
func (d *drawing) code(text, caption string) (wide float32, told bool) {
	l := d.l
	wide = min(d.width*0.34, l.MM(72))
	under := func(words string) float32 {
		return min(wide, d.room()-l.MM(2)-d.height(words, l.Small, false, wide))
	}
	least := l.MM(25)
	side := under(caption)
	if side < l.MM(36) {
		caption = d.text("code.short")
		side = under(caption)
	}
	if side < l.MM(30) {
		if wide = min(wide, d.room()); wide < least {
			return 0, false
		}
		side, caption = wide, ""
	}
	// The code brings its own quiet border.
	inset := l.MM(1) + l.Border
	image, err := d.app.cfg.QR(text, int(side-2*inset))
	if err != nil {
		return 0, true // there is nothing to tell of
	}
	x := d.x + d.width - wide
	// A code is dark on white in every contrast: telephones read no other.
	white := lightSurface
	d.add(widget.Box(x, d.y, side, side, l.Corner, l.Border, l.Line, white)...)
	d.picture(widget.Image(image, x+inset, d.y+inset, side-2*inset), d.text("voice.code"))
	if caption != "" {
		d.y += side + l.MM(2)
		d.column(caption, l.Small, false, l.Muted, x, wide)
	}
	return wide, caption != ""
}
