package screen

import (
	"strings"

	"chasqui/kiosk"
	"chasqui/kiosk/look"
	"chasqui/kiosk/widget"
	"chasqui/sync/wire"
)

// servicePage tells what a service is before anybody starts it, and first of all
// whether it can be finished here today.
type servicePage struct {
	app     *App
	service string
	page    int
	// from is the page to which Back leads, nil for that of the service's situation.
	from Page
}

func (p *servicePage) Name() string { return "service" }

func (p *servicePage) Wipe() {
	p.page = 0
	if p.from != nil {
		p.from.Wipe()
	}
}

// Back leads to the services. One who had begun leaves the service only by
// starting over or by taking up another.
func (p *servicePage) Back() {
	a := p.app
	if a.session.Service() != "" {
		a.leave()
		a.forget()
		a.session.Begin("", a.cfg.Station.Now())
	}
	if p.from != nil {
		a.show(p.from)
		return
	}
	if s, ok := a.cfg.Catalog.Find(p.service); ok && !s.In(a.session.Language()).Hidden {
		a.show(&situationPage{app: a, situation: s.In(a.session.Language()).Situation})
		return
	}
	a.show(&homePage{app: a})
}

// Proceed starts the service, or goes on with it where it was left by Back. One
// that cannot be filed here is not started, by Enter either.
func (p *servicePage) Proceed() {
	if s, ok := p.app.cfg.Catalog.Find(p.service); !ok || p.app.cannotFile(s.In(p.app.session.Language())) {
		return
	}
	if p.app.session.Service() == p.service {
		p.app.goOn("", false)
		return
	}
	p.app.begin(p.service)
}

func (p *servicePage) Draw(d *drawing) {
	a := p.app
	s, ok := a.cfg.Catalog.Find(p.service)
	d.frame()
	d.feet(d.back(p.Back), d.primary("service.start", p.Proceed))
	if !ok {
		d.title(d.text("problem." + string(kiosk.ProblemService)))
		return
	}
	shown := s.In(a.session.Language())
	all := p.facts(d, shown)
	official := shown.Official
	if official == shown.Title {
		official = ""
	}
	// Where the letters are large the official term is told among the facts: whether
	// one can finish here today comes first, whole.
	room := d.l.MM(110)
	if d.l.Size >= 2 {
		room = d.l.MM(200)
	}
	if official != "" && d.lines(official, d.l.Hint, false, d.width) > 1 && d.room() <= room {
		all = append(all, fact{label: d.text("service.official"), text: official})
		official = ""
	}
	start, before := d.y, len(d.body)
	begins := func(later bool) float32 {
		d.y, d.body = start, d.body[:before]
		p.head(d, shown, official, later)
		return d.y
	}
	first, later := begins(false), begins(true)
	pages := d.factPages(all, first, later)
	p.page = min(max(p.page, 0), max(len(pages)-1, 0))
	begins(p.page > 0)
	if len(pages) == 0 {
		return
	}
	d.drawFacts(pages[p.page])
	d.pager(p.page, len(pages), func(to int) {
		p.page = to
		a.redraw()
	})
}

// head draws title, official term and links. After the first page the title is
// known: it is there in small letters, and leaves the facts its room.
func (p *servicePage) head(d *drawing, s kiosk.Service, official string, later bool) {
	a, l := p.app, d.l
	links := []*widget.Button{
		{
			ID: "data", Icon: "shield", Label: d.text("data.link"), TextSize: d.stepSize(),
			OnTap: func() { a.push(&dataPage{app: a, service: p.service}) },
		},
		d.sourcesLink(func() []kiosk.Fact {
			s, ok := a.cfg.Catalog.Find(p.service)
			if !ok {
				return nil
			}
			return s.In(a.session.Language()).Facts
		}),
	}
	if later && l.Size >= 2 {
		d.l.Title, d.l.Body = l.Small, l.Small
		defer func() { d.l = l }()
		official = ""
	}
	beside := d.beside(s.Title, links)
	d.heading(s.Title)
	d.y -= d.l.MM(1.5)
	if official != "" {
		d.reason(official)
		d.y -= d.l.MM(1)
	}
	if !beside {
		d.y += d.l.MM(1) // for the ring of the focus
		d.aside(d.x, links)
		d.y += d.l.LeastTarget
	}
}

// aside draws links side by side from x on.
func (d *drawing) aside(x float32, links []*widget.Button) {
	for _, b := range links {
		width := widget.LinkWidth(d.kit, b)
		d.button(b, x, d.y, min(width, d.x+d.width-x), d.l.LeastTarget)
		x += width + d.l.MM(8)
	}
}

// beside draws links at the right of the title that is about to be drawn, where
// both have room on one line, and reports whether it did.
func (d *drawing) beside(title string, links []*widget.Button) bool {
	width := float32(0)
	for _, b := range links {
		b.Kind = widget.Link
		width += widget.LinkWidth(d.kit, b) + d.l.MM(8)
	}
	if look.Measure(title, d.l.Title, true).Width+width > d.width {
		return false
	}
	y := d.y
	d.y += (d.l.Title*look.TitleHeight - d.l.LeastTarget) / 2
	d.aside(d.x+d.width-width+d.l.MM(8), links)
	d.y = y
	return true
}

func (p *servicePage) facts(d *drawing, s kiosk.Service) []fact {
	out := d.today(s)
	add := func(key, text string) {
		if text != "" {
			out = append(out, fact{label: d.text(key), text: text})
		}
	}
	add("service.what", s.Summary)
	add("service.who", s.ForWhom)
	add("service.cost", s.Cost)
	add("service.time", s.TimeLimit)
	add("service.bring", strings.Join(s.Documents, "\n"))
	for _, c := range s.Channels {
		if c.Channel == wire.ChannelKiosk || c.Channel == wire.ChannelAssisted {
			continue
		}
		var parts []string
		for _, part := range []string{c.Place, c.Hours, readable(c.URL)} {
			if part != "" {
				parts = append(parts, part)
			}
		}
		out = append(out, fact{label: d.text("service.others"), lead: d.text("channel." + string(c.Channel)), text: strings.Join(parts, "\n")})
	}
	add("service.law", s.LegalText)
	return out
}
