package screen

import (
	"strings"

	"chasqui/kiosk"
	"chasqui/kiosk/widget"
)

// sourcesLink leads to where facts come from; they are read anew for each drawing, in
// the language of the session.
func (d *drawing) sourcesLink(facts func() []kiosk.Fact) *widget.Button {
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
	facts func() []kiosk.Fact
	page  int
}

func (p *sourcesPage) Name() string { return "sources" }

func (p *sourcesPage) Wipe() { p.page = 0 }

func (p *sourcesPage) Back() { p.app.pop() }

func (p *sourcesPage) Draw(d *drawing) {
	d.frame()
	d.feet(d.back(p.Back), nil)
	var all []fact
	for _, f := range p.facts() {
		if f.About == "" {
			continue
		}
		source := f.Source
		sep := "\n"
		if f.URL != "" {
			source += sep + site(f.URL)
			sep = " · "
		}
		if day, ok := day(f.Read); ok {
			source += sep + d.text("sources.read", "Date", d.w.Date(day))
		}
		all = append(all, fact{label: source, text: f.About, whole: true})
	}
	d.stackFacts = true
	var pages [][]factRow
	full, top, before := d.l, d.y, len(d.body)
	head := func(use sourcesHead) float32 {
		d.y, d.body = top, d.body[:before]
		if use.small {
			d.paragraph(d.text("sources.title"), full.Small, true, full.Ink)
			d.space(1)
		} else {
			d.heading(d.text("sources.title"))
		}
		if use.reason {
			d.reason(d.text("sources.check"))
		}
		return d.y
	}
	// Where the letters are large what stands over a source gives way to all of it, the
	// reason is then told under the last one, and at the end the letters become smaller.
	known := sourcesHead{small: d.l.Size >= 2}
	var first sourcesHead
	for _, first = range []sourcesHead{
		{reason: true}, {small: true, reason: true}, {small: true}, {small: true, body: full.Hint}, {small: true, body: full.Least},
	} {
		told := all
		if !first.reason {
			told = append(told[:len(told):len(told)], fact{text: d.text("sources.check"), whole: true})
		}
		d.l = full
		if first.body > 0 {
			d.l.Body = min(d.l.Body, first.body)
		}
		later := head(known)
		pages = d.factPages(told, head(first), later)
		rows := 0
		for _, page := range pages {
			rows += len(page)
		}
		if rows == len(told) {
			break // none is parted
		}
	}
	p.page = min(max(p.page, 0), max(len(pages)-1, 0))
	if p.page > 0 {
		head(known)
	}
	if len(pages) == 0 {
		return
	}
	d.drawFacts(pages[p.page])
	d.pager(p.page, len(pages), func(to int) {
		p.page = to
		p.app.redraw()
	})
}

// sourcesHead is what stands over the sources, and how large their letters are where it
// is not as ever.
type sourcesHead struct {
	small, reason bool
	body          float32
}

// site is the part of an address by which people know a page: nobody copies the
// rest off a screen.
func site(url string) string {
	host, _, _ := strings.Cut(readable(url), "/")
	return host
}
