package screen

import (
	"strings"

	"chasqui/kiosk"
	"chasqui/kiosk/widget"
)

// sourcesLink leads to where facts come from.
func (d *drawing) sourcesLink(facts []kiosk.Fact) *widget.Button {
	a := d.app
	return &widget.Button{
		ID: "sources", Kind: widget.Link, Icon: "info", Label: d.text("sources.link"), TextSize: d.stepSize(),
		OnTap: func() { a.push(&sourcesPage{app: a, facts: facts}) },
	}
}

// sourcesPage says where what is told about a service comes from, and when that was
// read.
type sourcesPage struct {
	app   *App
	facts []kiosk.Fact
	page  int
}

func (p *sourcesPage) Name() string { return "sources" }

func (p *sourcesPage) Wipe() { p.page = 0 }

func (p *sourcesPage) Back() { p.app.pop() }

func (p *sourcesPage) Draw(d *drawing) {
	d.frame()
	d.feet(d.back(p.Back), nil)
	d.overFacts(func() {
		d.heading(d.text("sources.title"))
		d.reason(d.text("sources.check"))
	})
	var all []fact
	for _, f := range p.facts {
		if f.About == "" {
			continue
		}
		source := f.Source
		if f.URL != "" {
			source += "\n" + site(f.URL)
		}
		if day, ok := day(f.Read); ok {
			source += "\n" + d.text("sources.read", "Date", d.w.Date(day))
		}
		all = append(all, fact{label: source, text: f.About})
	}
	d.facts(all, &p.page, p.app.redraw)
}

// site is the part of an address by which people know a page: nobody copies the
// rest off a screen.
func site(url string) string {
	host, _, _ := strings.Cut(readable(url), "/")
	return host
}
