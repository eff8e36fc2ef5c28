package screen

import (
	"slices"
	"strings"

	"chasqui/kiosk"
	"chasqui/kiosk/widget"
	"chasqui/sync/wire"
)

// call is somebody's own call for a person.
type call struct {
	// ring is its number, 0 for none; seen that the desk has attended to it.
	ring int
	seen bool
}

// help shows where a person is to be found.
func (a *App) help() {
	switch a.top().(type) {
	case *helpPage, *pinPage, *deskPage:
		return
	}
	a.emit(wire.EventHelp, a.top().Name())
	a.push(&helpPage{app: a, from: a.top().Name()})
}

// helpPage leads to a person: where to find one, and a button that calls one. From
// here one can start over, and staff opens the desk.
type helpPage struct {
	app *App
	// from is the page on which help was asked for.
	from string
	page int
	// drawn is the call as drawn.
	drawn call
}

func (p *helpPage) Name() string { return "help" }

func (p *helpPage) Wipe() { p.page = 0 }

func (p *helpPage) Back() { p.app.pop() }

// Stale reports that the desk has attended to the call.
func (p *helpPage) Stale() bool { return p.app.called() != p.drawn }

// called is the visit's call as it stands.
func (a *App) called() call {
	c := a.visit.call
	if c.ring != 0 && !c.seen {
		c.seen = !slices.ContainsFunc(a.cfg.Station.Rings(), func(r kiosk.Ring) bool { return r.ID == c.ring })
		a.visit.call = c
	}
	return c
}

// Proceed calls a person. A call that nobody has attended to yet is not made
// twice.
func (p *helpPage) Proceed() {
	a := p.app
	if c := a.called(); c.ring != 0 && !c.seen {
		return
	}
	before := a.cfg.Station.Rings()
	a.cfg.Station.Ring(a.session, p.from)
	for _, r := range a.cfg.Station.Rings() {
		// A station that has too many calls takes none; then none is said to be made.
		if !slices.Contains(before, r) {
			a.visit.call = call{ring: r.ID}
		}
	}
	a.redraw()
}

func (p *helpPage) Draw(d *drawing) {
	a, l := p.app, d.l
	p.drawn = a.called()
	d.frame()
	ring := &widget.Button{ID: "help/call", Icon: "bell", Label: d.text("help.call"), OnTap: p.Proceed}
	title, text := d.text("help.title"), d.text("help.text")
	switch {
	case p.drawn.seen:
		title, text = d.text("help.seen"), d.text("help.seen.text")
	case p.drawn.ring != 0:
		ring.Icon, ring.Label, ring.Plain, ring.Told = "check", d.text("help.called"), true, true
		title, text = d.text("help.called.title"), d.text("help.called.text")
	}
	d.feet(d.back(p.Back), ring)
	tiles := []*widget.Button{
		{ID: "help/over", Icon: "restart", Label: d.text("help.over"), Hint: d.text("help.over.hint"), Spare: true, OnTap: func() { a.push(&startOverPage{app: a}) }},
		{ID: "help/desk", Icon: "lock", Label: d.text("help.desk"), Hint: d.text("help.desk.hint"), Spare: true, OnTap: func() { a.push(&pinPage{app: a}) }},
	}
	// The tiles stay in reach at once; the letters give way.
	least := float32(0)
	for _, b := range tiles {
		least = max(least, d.tileHeight(b, (d.width-l.Gap)/2, l.Small, true))
	}
	body := l.Body
	for body > l.Small && d.height(text, body, false, d.width)+least+l.Title*2+l.MM(6) > d.room() {
		body--
	}
	d.heading(title)
	d.paragraph(text, body, false, l.Ink)
	if question := p.hint(); question != "" {
		question = d.text("data.help") + ": " + question
		// Where the letters are large, it is told on the page about the data.
		if d.room() > d.height(question, l.Body, false, d.width)+2*l.Target+l.Gap+l.MM(8) {
			d.space(1)
			d.paragraph(question, l.Body, false, l.Muted)
		}
	}
	d.space(4)
	d.tiles(tiles, &p.page, a.redraw)
}

// hint is what helps with the question beneath, or "".
func (p *helpPage) hint() string {
	id, ok := strings.CutPrefix(p.app.stack[0].Name(), "question/")
	if !ok {
		return ""
	}
	f, begun := p.app.flow()
	if !begun {
		return ""
	}
	q, _ := f.Question(id)
	return q.Help
}
