package screen

import (
	"chasqui/kiosk"
	"chasqui/kiosk/widget"
	"chasqui/sync/wire"
)

// The answers to being told that one asked before, as they are counted.
const (
	repeatAgain  = "again"
	repeatStatus = "status"
)

// tellRepeat shows, once for each service of a visit, that this person asked for
// it before. It reports whether it did.
func (a *App) tellRepeat(after string, changed bool) bool {
	service := a.session.Service()
	if _, amending := a.amending(); amending || a.visit.told[service] {
		return false
	}
	repeat, ok := a.cfg.Station.Repeated(a.session)
	if !ok {
		return false
	}
	a.visit.told[service] = true
	a.show(&repeatPage{app: a, repeat: repeat, after: after, changed: changed})
	return true
}

// repeatPage says, kindly, that the same was asked for before. Both ways on are
// equally easy: asking again is nobody's fault.
type repeatPage struct {
	app    *App
	repeat kiosk.Repeat
	// after and changed are what goOn goes on with.
	after   string
	changed bool
}

func (p *repeatPage) Name() string { return "repeat" }

func (p *repeatPage) Wipe() { p.repeat = kiosk.Repeat{} }

// Back leads to the question whose answer was just kept.
func (p *repeatPage) Back() { p.app.showQuestion(p.after, p.changed) }

func (p *repeatPage) again() {
	p.app.emit(wire.EventRepeat, repeatAgain)
	p.app.goOn(p.after, p.changed)
}

func (p *repeatPage) status() {
	a := p.app
	a.emit(wire.EventRepeat, repeatStatus)
	a.forget()
	a.session.Begin("", a.cfg.Station.Now())
	a.show(&folioPage{app: a})
}

func (p *repeatPage) Draw(d *drawing) {
	a := p.app
	d.frame()
	d.halves(
		&widget.Button{ID: "repeat/status", Icon: "receipt", Label: d.text("repeat.status"), OnTap: p.status},
		&widget.Button{ID: "repeat/again", Icon: "restart", Label: d.text("repeat.again"), OnTap: p.again},
	)
	d.fit(func() {
		public := d.secret()
		d.title(d.text("repeat.title", "Date", d.w.Date(p.repeat.On.In(a.zone()))))
		public()
		d.paragraph(d.text("repeat.text"), d.l.Body, false, d.l.Ink)
		d.space(4)
		d.person(d.width)
	})
}

// halves draws two choices in the foot: the same size, the same kind, side by side.
func (d *drawing) halves(left, right *widget.Button) {
	l := d.l
	edge, gap := l.MM(7.5), l.MM(7.5)
	d.footGround(l.Foot + l.MM(10))
	width := (d.size.Width - 2*edge - gap) / 2
	height := l.Foot - l.MM(1)
	y := d.footTop + (l.Foot+l.MM(10)-height)/2
	d.footButton(left, "", edge, y, width, height)
	d.footButton(right, "", edge+width+gap, y, width, height)
}
