package screen

import "chasqui/kiosk/widget"

// homePage asks what somebody needs.
type homePage struct {
	app  *App
	page int
}

func (p *homePage) Name() string { return "home" }

func (p *homePage) Wipe() { p.page = 0 }

// Back asks whether to begin anew.
func (p *homePage) Back() { p.app.push(&startOverPage{app: p.app}) }

func (p *homePage) Draw(d *drawing) {
	a := p.app
	d.frame()
	d.feet(&widget.Button{Icon: "restart", Label: d.text("home.over"), OnTap: p.Back}, nil)
	d.title(d.text("home.title"))
	d.space(1)
	var tiles []*widget.Button
	for _, s := range a.cfg.Catalog.Offered() {
		shown := s.In(a.session.Language())
		id := s.ID()
		tiles = append(tiles, &widget.Button{
			ID: "service/" + id, Icon: shown.Icon, Label: shown.Title, Hint: shown.Official, Spare: true,
			OnTap: func() { a.show(&servicePage{app: a, service: id}) },
		})
	}
	tiles = append(tiles, &widget.Button{
		ID: "person", Icon: "person", Label: d.text("home.person"), Hint: d.text("home.person.hint"), Spare: true, OnTap: a.help,
	})
	d.tiles(tiles, &p.page, a.redraw)
}

// startOverPage asks once before everything written is forgotten.
type startOverPage struct{ app *App }

func (p *startOverPage) Name() string { return "start-over" }

func (p *startOverPage) Wipe() {}

func (p *startOverPage) Back() { p.app.pop() }

func (p *startOverPage) Draw(d *drawing) {
	a := p.app
	d.frame()
	d.feet(d.back(p.Back), &widget.Button{ID: "start-over/yes", Icon: "restart", Label: d.text("over.yes"), OnTap: a.wipe})
	d.title(d.text("over.title"))
	d.paragraph(d.text("over.text"), d.l.Body, false, d.l.Ink)
}
