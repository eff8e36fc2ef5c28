package screen

import (
	"errors"
	"strings"
	"time"

	"chasqui/kiosk"
	"chasqui/kiosk/look"
	"chasqui/kiosk/widget"
	"chasqui/sync/wire"
)

// whole keeps the groups of a folio on one line.
func whole(folio string) string { return strings.ReplaceAll(folio, " ", "\u00a0") }

// folioPage asks for the number and the code of an earlier request, one after the
// other.
type folioPage struct {
	app *App
	// folio and code are as they were written.
	folio, code string
	// number is the folio once it could be read.
	number wire.Folio
	// trouble is the key of what to do about what was written, or "".
	trouble string
	caret   int
	field   *widget.Field
}

func (p *folioPage) Name() string {
	if p.number != "" {
		return "status/code"
	}
	return "status/folio"
}

// Wipe forgets what was written, in the page and in its field.
func (p *folioPage) Wipe() {
	p.drop()
	p.folio, p.code, p.number, p.trouble = "", "", "", ""
}

// drop empties the field that is drawn now.
func (p *folioPage) drop() {
	if p.field != nil {
		p.field.OnChanged = nil
		p.field.Wipe()
		p.field = nil
	}
}

// Back leads from the code to the folio, and from there home.
func (p *folioPage) Back() {
	if p.number == "" {
		p.Wipe()
		p.app.show(&homePage{app: p.app})
		return
	}
	p.number, p.trouble = "", ""
	p.turn(p.folio)
}

func (p *folioPage) turn(text string) {
	p.drop()
	p.caret = len([]rune(text))
	p.app.kit.FocusFirst()
	p.app.redraw()
}

// Proceed reads what was written; with both it looks for the request.
func (p *folioPage) Proceed() {
	p.trouble = ""
	if p.number == "" {
		number, err := wire.ParseFolio(p.folio)
		if err != nil {
			p.trouble = "status.folio.trouble"
			p.app.redraw()
			return
		}
		p.number = number
		p.turn(p.code)
		return
	}
	code, err := wire.ParseShortCode(p.code)
	if err != nil {
		p.trouble = "status.code.trouble"
		p.app.redraw()
		return
	}
	p.find(code)
}

func (p *folioPage) find(code string) {
	a := p.app
	request, err := a.cfg.Station.Follow(string(p.number), code)
	if err == nil {
		p.Wipe()
		a.show(&statusPage{app: a, request: request})
		return
	}
	// What was written stays: one letter may be all that is wrong.
	missing := &unknownFolioPage{app: a, asked: p}
	var problem *kiosk.Problem
	switch {
	case errors.As(err, &problem) && problem.Code == kiosk.ProblemUnknownFolio:
	case errors.As(err, &problem) && problem.Code == kiosk.ProblemWait:
		missing.waits, missing.wait = true, problem.Wait
	default:
		// Nobody knows that it is not here when nobody could look.
		a.show(&problemPage{
			app: a, code: problemCode(err), title: "status.problem", asked: p,
			back: missing.Back, again: func() { p.find(code) },
		})
		return
	}
	a.show(missing)
}

func (p *folioPage) Draw(d *drawing) {
	d.frame()
	d.feet(d.back(p.Back), d.primary("foot.next", p.Proceed))
	ask := asking{title: d.text("status.folio.title"), reason: d.text("status.folio.text"), layout: widget.Folio, width: 230}
	field := &widget.Field{ID: "answer", Max: 24, Trouble: p.trouble != "", OnSubmit: p.Proceed, Accept: folioSign}
	text := &p.folio
	if p.number != "" {
		ask = asking{title: d.text("status.code.title"), reason: d.text("status.code.text"), layout: widget.PIN, width: 120}
		field.Max, field.Accept = 9, func(r rune) bool { return r >= '0' && r <= '9' || r == ' ' || r == '-' }
		text = &p.code
	}
	if p.trouble != "" {
		ask.trouble = d.text(p.trouble)
	}
	p.field = widget.NewField(d.kit, field, *text)
	p.field.SetCaret(p.caret)
	p.field.OnChanged = func(written string) { *text, p.caret = written, p.field.Caret() }
	p.caret = p.field.Caret()
	d.ask(ask, p.field)
}

// folioSign says which signs can be written in a folio: more than it has, for it is
// read as people write it.
func folioSign(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == ' ' || r == '-' || r == '.'
}

// unknownFolioPage says that there is no such request here. It does not say
// whether the number or the code is not right: whoever guesses learns nothing.
type unknownFolioPage struct {
	app   *App
	asked *folioPage
	// waits says that there were too many guesses, wait how long none is taken.
	waits bool
	wait  time.Duration
}

func (p *unknownFolioPage) Name() string { return "status/unknown" }

func (p *unknownFolioPage) Wipe() { p.asked.Wipe() }

// Back leads to what was written, which can be corrected.
func (p *unknownFolioPage) Back() {
	p.asked.number, p.asked.trouble = "", ""
	p.asked.caret = len([]rune(p.asked.folio))
	p.app.show(p.asked)
}

// Proceed goes home.
func (p *unknownFolioPage) Proceed() {
	p.Wipe()
	p.app.show(&homePage{app: p.app})
}

func (p *unknownFolioPage) Draw(d *drawing) {
	d.frame()
	d.feet(
		&widget.Button{Icon: "pencil", Label: d.text("status.again"), OnTap: p.Back},
		&widget.Button{Label: d.text("foot.home"), OnTap: p.Proceed},
	)
	top, before := d.y, len(d.body)
	d.fit(func() { p.drawUnknown(d, true) })
	if d.room() < 0 {
		// The address is in the code too.
		d.y, d.body = top, d.body[:before]
		d.fit(func() { p.drawUnknown(d, false) })
	}
}

func (p *unknownFolioPage) drawUnknown(d *drawing, addressed bool) {
	a, l := p.app, d.l
	text := d.text("problem." + string(kiosk.ProblemUnknownFolio))
	title := d.text("status.unknown")
	if p.waits {
		title = d.text("status.patience")
		text = d.text("problem." + string(kiosk.ProblemWait))
		if minutes := int((p.wait + time.Minute - 1) / time.Minute); minutes > 0 {
			text = d.w.Plural("status.wait", minutes)
		}
	}
	d.title(title)
	width, top := d.width, d.y
	address := ""
	if a.cfg.StatusPage != nil {
		address = a.cfg.StatusPage()
	}
	if address != "" {
		if side, _ := d.code(address, d.text("status.elsewhere")); side > 0 {
			width -= side + l.MM(8)
		}
	}
	d.y = top
	d.column(text, l.Body, false, l.Ink, d.x, width)
	d.space(2)
	if address != "" && addressed {
		d.column(readable(address), l.Hint, false, l.Muted, d.x, width)
		d.space(2)
	}
	d.person(width)
}

// statusPage says where a request stands, as far as this kiosk knows, and how old
// that knowledge is.
type statusPage struct {
	app     *App
	request kiosk.Followed
	page    int
}

func (p *statusPage) Name() string { return "status" }

func (p *statusPage) Wipe() { p.request, p.page = kiosk.Followed{}, 0 }

// Back leads home. What was shown is not kept.
func (p *statusPage) Back() {
	p.Wipe()
	p.app.show(&homePage{app: p.app})
}

// Proceed leads to what can still be done, or else ends the visit.
func (p *statusPage) Proceed() {
	if p.request.Open() {
		p.app.show(&amendChoicePage{app: p.app, request: p.request})
		return
	}
	p.app.wipe()
}

// Stale reports that the request has moved on, or that the municipality was heard
// again, since the page was drawn.
func (p *statusPage) Stale() bool {
	a := p.app
	if a.cfg.Station.StateOf(p.request.ID) == p.request.State && a.status.LastHeard.Truncate(time.Minute).Equal(p.request.Heard.Truncate(time.Minute)) {
		return false
	}
	request, err := a.cfg.Station.Follow(string(p.request.Folio), p.request.Code)
	if err != nil || request.State == p.request.State && request.Heard.Equal(p.request.Heard) {
		return false
	}
	p.request = request
	return true
}

func (p *statusPage) Draw(d *drawing) {
	a, request := p.app, p.request
	d.frame()
	defer d.secret()()
	end := &widget.Button{Label: d.text("foot.end"), OnTap: p.Proceed}
	if request.Open() {
		// People come to look. What changes or takes back a request is there, quietly.
		end = d.primary("status.amend", p.Proceed)
		end.Kind, end.Plain = widget.Quiet, true
	}
	d.feet(d.back(p.Back), end)
	icon, ink, ground := d.stateLook(request.State)
	text := d.text("state." + string(request.State))
	if request.Reason != "" {
		text += ". " + d.text("reason."+request.Reason)
	}
	d.overFacts(func() {
		d.heading(d.text("status.title", "Folio", whole(request.Folio.String())))
		d.notice(icon, text, ink, ground)
		d.space(1)
	})

	when := func(t time.Time) string { return d.w.DateTime(t.In(a.zone())) }
	title := request.Service
	if s, ok := a.cfg.Catalog.Find(request.Service); ok {
		title = s.In(a.session.Language()).Title
	}
	known := d.text("status.never")
	if !request.Heard.IsZero() {
		known = d.text("status.heard", "Time", when(request.Heard))
	}
	all := []fact{
		{label: d.text("status.known"), text: known},
		{label: d.text("status.request"), text: title + "\n" + when(request.Created)},
	}
	for _, amended := range request.Amended {
		all = append(all, fact{
			label: d.text("amended." + string(amended.Kind)),
			text:  when(amended.At) + ". " + d.text("state."+string(amended.State)) + ".",
		})
	}
	d.facts(all, &p.page, a.redraw)
}

// heading is a title that gives way where the letters are large, so that what it
// stands over keeps its room.
func (d *drawing) heading(text string) {
	size := d.l.Title
	for size > d.l.Body && len(look.Lines(text, size, true, d.width, false)) > 1 {
		size--
	}
	d.paragraph(text, size, true, d.l.Ink)
	d.space(3)
}
