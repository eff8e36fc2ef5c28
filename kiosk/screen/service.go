package screen

import (
	"strings"

	"chasqui/kiosk"
	"chasqui/sync/wire"
)

// servicePage tells what a service is before anybody starts it.
type servicePage struct {
	app     *App
	service string
	page    int
}

func (p *servicePage) Name() string { return "service" }

func (p *servicePage) Wipe() { p.page = 0 }

// Back leads to the services. One who had begun leaves the service only by
// starting over or by taking up another.
func (p *servicePage) Back() {
	a := p.app
	if a.session.Service() != "" {
		a.leave()
		a.forget()
		a.session.Begin("", a.cfg.Station.Now())
	}
	a.show(&homePage{app: a})
}

// Proceed starts the service, or goes on with it where it was left by Back.
func (p *servicePage) Proceed() {
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
	d.title(shown.Title)
	if shown.Official != "" && shown.Official != shown.Title {
		d.y -= d.l.MM(1.5)
		d.reason(shown.Official)
	}
	d.facts(p.facts(d, shown), &p.page, a.redraw)
}

func (p *servicePage) facts(d *drawing, s kiosk.Service) []fact {
	var out []fact
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
	today := "service.today.start"
	for _, c := range s.Channels {
		if c.Channel == wire.ChannelKiosk && c.Level == "complete" {
			today = "service.today.complete"
		}
	}
	add("service.today", d.text(today))
	var others []string
	for _, c := range s.Channels {
		if c.Channel == wire.ChannelKiosk || c.Channel == wire.ChannelAssisted {
			continue
		}
		line := d.text("channel." + string(c.Channel))
		for _, part := range []string{c.Place, c.Hours, c.URL} {
			if part != "" {
				line += ". " + strings.TrimSuffix(part, ".")
			}
		}
		others = append(others, line+".")
	}
	add("service.others", strings.Join(others, "\n"))
	add("service.law", s.LegalText)
	return out
}
