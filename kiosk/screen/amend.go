package screen

import (
	"context"
	"errors"

	"chasqui/kiosk"
	"chasqui/kiosk/widget"
	"chasqui/sync/wire"
)

// additionService is the hidden service that asks what is to be added to a request.
const additionService = "agregar-a-solicitud"

// amending returns what is being filed about an earlier request, if anything is.
func (a *App) amending() (kiosk.Amendment, bool) {
	amendment := a.session.Amendment()
	return amendment, amendment.Kind != ""
}

// amendService returns the service whose questions an amendment asks. False means
// that this kiosk no longer has it.
func (a *App) amendService(kind wire.Kind, f kiosk.Followed) (string, bool) {
	id := f.Service
	if kind == wire.KindAddition {
		id = additionService
	}
	_, ok := a.cfg.Catalog.Find(id)
	return id, ok
}

// amendChoicePage asks what is to be done about a request. Only what can be done
// is there.
type amendChoicePage struct {
	app     *App
	request kiosk.Followed
	page    int
}

func (p *amendChoicePage) Name() string { return "amend" }

func (p *amendChoicePage) Wipe() { p.request, p.page = kiosk.Followed{}, 0 }

func (p *amendChoicePage) Back() { p.app.show(&statusPage{app: p.app, request: p.request}) }

func (p *amendChoicePage) Draw(d *drawing) {
	a := p.app
	d.frame()
	d.feet(d.back(p.Back), nil)
	d.title(d.text("amend.title"))
	var tiles []*widget.Button
	for _, choice := range []struct {
		kind wire.Kind
		icon string
	}{{wire.KindCorrection, "pencil"}, {wire.KindAddition, "plus"}} {
		if _, ok := a.amendService(choice.kind, p.request); !ok {
			continue
		}
		key := "amend." + string(choice.kind)
		tiles = append(tiles, &widget.Button{
			ID: "amend/" + string(choice.kind), Icon: choice.icon, Label: d.text(key), Hint: d.text(key + ".hint"), Spare: true,
			OnTap: func() { a.show(&amendPage{app: a, kind: choice.kind, request: p.request}) },
		})
	}
	tiles = append(tiles, &widget.Button{
		ID: "amend/" + string(wire.KindWithdrawal), Icon: "undo", Label: d.text("amend.withdrawal"), Hint: d.text("amend.withdrawal.hint"), Spare: true,
		OnTap: func() { a.show(&withdrawPage{app: a, request: p.request}) },
	})
	d.tiles(tiles, &p.page, a.redraw)
}

// amendPage says what a correction or an addition is, before its questions.
type amendPage struct {
	app     *App
	kind    wire.Kind
	request kiosk.Followed
}

func (p *amendPage) Name() string { return "amend-start" }

func (p *amendPage) Wipe() { p.request = kiosk.Followed{} }

// Back gives the amendment up; the request stands as it did.
func (p *amendPage) Back() {
	a := p.app
	a.forget()
	a.session.Begin("", a.cfg.Station.Now())
	a.show(&amendChoicePage{app: a, request: p.request})
}

// Proceed begins the questions, or goes on with them where Back left them.
func (p *amendPage) Proceed() {
	a := p.app
	service, ok := a.amendService(p.kind, p.request)
	if !ok {
		p.Back()
		return
	}
	if _, begun := a.amending(); !begun {
		a.forget()
		a.session.Begin(service, a.cfg.Station.Now())
		a.session.Amend(kiosk.Amendment{Kind: p.kind, Request: p.request})
	}
	a.goOn("", false)
}

func (p *amendPage) Draw(d *drawing) {
	d.frame()
	d.feet(d.back(p.Back), d.primary("service.start", p.Proceed))
	key := "amend." + string(p.kind)
	d.fit(func() {
		public := d.secret()
		d.title(d.text(key+".title", "Folio", whole(p.request.Folio.String())))
		public()
		d.paragraph(d.text(key+".text"), d.l.Body, false, d.l.Ink)
	})
}

// withdrawPage asks, once, before a request is taken back.
type withdrawPage struct {
	app     *App
	request kiosk.Followed
}

func (p *withdrawPage) Name() string { return "withdraw" }

func (p *withdrawPage) Wipe() { p.request = kiosk.Followed{} }

func (p *withdrawPage) Back() { p.app.show(&amendChoicePage{app: p.app, request: p.request}) }

func (p *withdrawPage) Draw(d *drawing) {
	d.frame()
	d.halves(
		&widget.Button{ID: "withdraw/no", Label: d.text("withdraw.no"), OnTap: p.Back},
		&widget.Button{ID: "withdraw/yes", Label: d.text("withdraw.yes"), OnTap: p.withdraw},
	)
	d.fit(func() {
		public := d.secret()
		d.title(d.text("withdraw.title", "Folio", whole(p.request.Folio.String())))
		public()
		d.paragraph(d.text("withdraw.text"), d.l.Body, false, d.l.Ink)
	})
}

// withdraw files it, away from the screen's goroutine.
func (p *withdrawPage) withdraw() {
	a, request, session := p.app, p.request, p.app.session
	if a.busy {
		return
	}
	a.busy = true
	a.show(&savingPage{app: a, title: "withdraw.saving"})
	a.background(func() func() {
		err := a.cfg.Station.Withdraw(context.Background(), session, request)
		return func() {
			a.busy = false
			a.touched = a.cfg.Now()
			a.status = a.cfg.Station.Status()
			if err == nil {
				a.show(&withdrawnPage{app: a, request: request})
				return
			}
			a.show(&problemPage{
				app: a, code: problemCode(err), title: "withdraw.problem",
				back:  func() { a.show(&amendChoicePage{app: a, request: request}) },
				again: func() { (&withdrawPage{app: a, request: request}).withdraw() },
			})
		}
	})
}

// problemCode is the code of an error for people, "other" for one that is not.
func problemCode(err error) string {
	var problem *kiosk.Problem
	if errors.As(err, &problem) {
		return string(problem.Code)
	}
	return "other"
}

// withdrawnPage says what is true of a withdrawal: it is kept here, and the office
// will be told.
type withdrawnPage struct {
	app     *App
	request kiosk.Followed
}

func (p *withdrawnPage) Name() string { return "withdrawn" }

func (p *withdrawnPage) Wipe() { p.request = kiosk.Followed{} }

// Proceed ends the visit.
func (p *withdrawnPage) Proceed() { p.app.wipe() }

// Careful says that Enter would end the visit.
func (p *withdrawnPage) Careful() bool { return true }

func (p *withdrawnPage) Draw(d *drawing) {
	d.frame()
	d.feet(nil, &widget.Button{Label: d.text("foot.end"), OnTap: p.Proceed})
	d.fit(func() {
		l := d.l
		public := d.secret()
		d.title(d.text("withdrawn.title", "Folio", whole(p.request.Folio.String())))
		public()
		d.notice("clock", d.text("withdrawn.state"), l.Waiting, l.WaitingGround)
		d.space(4)
		d.paragraph(d.text("withdrawn.text"), l.Body, false, l.Ink)
		d.space(3)
		d.person(d.width)
	})
}
