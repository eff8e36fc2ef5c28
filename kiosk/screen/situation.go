package screen

import (
	"chasqui/kiosk"
	"chasqui/kiosk/widget"
)

// situationPage shows the services of one life situation.
type situationPage struct {
	app       *App
	situation string
	page      int
}

func (p *situationPage) Name() string { return "situation" }

func (p *situationPage) Wipe() { p.page = 0 }

func (p *situationPage) Back() { p.app.show(&homePage{app: p.app}) }

func (p *situationPage) Draw(d *drawing) {
	a := p.app
	d.frame()
	d.feet(d.back(p.Back), nil)
	d.title(d.text("situation." + p.situation))
	var tiles []*widget.Button
	for _, s := range a.services(p.situation) {
		tiles = append(tiles, a.serviceTile(s, p))
	}
	other := d.searchTile()
	other.Label, other.Hint = d.text("situation.other"), ""
	d.tiles(append(tiles, other), &p.page, a.redraw)
}

// serviceTile leads to a service, and from there back to a page.
func (a *App) serviceTile(s kiosk.Service, from Page) *widget.Button {
	b := &widget.Button{ID: "service/" + s.ID, Icon: s.Icon, Label: s.Title, Spare: true}
	if s.Official != s.Title {
		b.Hint = s.Official
	}
	b.OnTap = func() { a.show(&servicePage{app: a, service: s.ID, from: from}) }
	return b
}
