package screen

import (
	"chasqui/kiosk"
	"chasqui/kiosk/widget"
)

// situations are the life situations under which services are found, in the order
// in which Home shows them.
var situations = []struct{ id, icon string }{
	{"home", "house"}, {"money", "coins"}, {"car", "car"}, {"family", "family"}, {"work", "work"}, {"papers", "document"},
}

// services returns the services that are offered, in the session's language: those
// of a situation, or all for "".
func (a *App) services(situation string) []kiosk.Service {
	var out []kiosk.Service
	for _, s := range a.cfg.Catalog.Offered() {
		if shown := s.In(a.session.Language()); situation == "" || shown.Situation == situation {
			out = append(out, shown)
		}
	}
	return out
}

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
	d.feet(
		&widget.Button{Icon: "restart", Label: d.text("home.over"), OnTap: p.Back},
		&widget.Button{ID: "person", Icon: "person", Plain: true, Label: d.text("home.person"), OnTap: a.help},
	)
	search := d.searchTile()
	errands := a.situationTiles(d)
	others := []*widget.Button{{
		ID: "status", Icon: "receipt", Label: d.text("home.receipt"), Hint: d.text("home.receipt.hint"), Spare: true,
		OnTap: func() { a.show(&folioPage{app: a}) },
	}}
	if len(a.cfg.Catalog.Lessons()) > 0 {
		others = append(others, &widget.Button{
			ID: "learn", Icon: "phone", Label: d.text("home.learn"), Hint: d.text("home.learn.hint"), Spare: true,
			OnTap: func() { a.show(&lessonsPage{app: a}) },
		})
	}
	title := d.text("home.title")
	use, ok := d.homeLayout(title, search, errands, others)
	if !ok {
		// No screen that the design knows is so small; on one that is, it is paged.
		d.title(title)
		d.tiles(append(append([]*widget.Button{search}, errands...), others...), &p.page, a.redraw)
		return
	}
	d.drawHome(use, title, search, errands, others)
}

// searchTile leads to the search.
func (d *drawing) searchTile() *widget.Button {
	a := d.app
	return &widget.Button{
		ID: "search", Icon: "search", Label: d.text("home.search"), Hint: d.text("home.search.hint"), Spare: true,
		OnTap: func() { a.show(&searchPage{app: a}) },
	}
}

// situationTiles are the situations that have services.
func (a *App) situationTiles(d *drawing) []*widget.Button {
	var out []*widget.Button
	for _, s := range situations {
		if len(a.services(s.id)) == 0 {
			continue
		}
		out = append(out, &widget.Button{
			ID: "situation/" + s.id, Icon: s.icon, Label: d.text("situation." + s.id), Hint: d.text("situation." + s.id + ".hint"), Spare: true,
			OnTap: func() { a.show(&situationPage{app: a, situation: s.id}) },
		})
	}
	return out
}

// homeLayout is a way to have everything in reach at once.
type homeLayout struct {
	title, text float32
	// plain leaves out the hints.
	plain bool
	// head is the height of the title's row, tile of each tile.
	head, tile, air float32
}

// homeLayout returns the first way in which all fits: large letters before smaller
// ones, hints before none.
func (d *drawing) homeLayout(title string, search *widget.Button, errands, others []*widget.Button) (homeLayout, bool) {
	l := d.l
	width := (d.width - l.Gap) / 2
	rows := float32((len(errands)+1)/2 + (len(others)+1)/2)
	for _, titleSize := range []float32{l.Title, l.Body} {
		for _, text := range []float32{l.Body, (l.Body + l.Hint) / 2, l.Hint, (l.Hint + l.Small) / 2, l.Small} {
			for _, plain := range []bool{false, true} {
				use := homeLayout{title: titleSize, text: text, plain: plain, air: l.MM(3)}
				for _, b := range append(append([]*widget.Button{}, errands...), others...) {
					use.tile = max(use.tile, d.tileHeight(b, width, text, plain))
				}
				use.head = max(d.height(title, titleSize, true, width), d.tileHeight(search, width, text, true))
				spare := d.room() - (use.head + use.air + rows*use.tile + (rows-1)*l.Gap + use.air)
				if spare < 0 {
					continue
				}
				// Where there is room, tiles are a little taller than they must be.
				use.tile += min(spare/rows, max(l.MM(26)-use.tile, 0))
				return use, true
			}
		}
	}
	return homeLayout{}, false
}

// tileHeight is the height of a tile with letters of a size.
func (d *drawing) tileHeight(b *widget.Button, width, text float32, plain bool) float32 {
	probe := widget.Button{Kind: widget.Tile, Label: b.Label, Hint: b.Hint, Icon: b.Icon, TextSize: text}
	if plain {
		probe.Hint = ""
	}
	return widget.TileHeight(d.kit, &probe, width)
}

// drawHome draws title and search side by side, the situations under them, and a
// little apart what else one may have come for.
func (d *drawing) drawHome(use homeLayout, title string, search *widget.Button, errands, others []*widget.Button) {
	l := d.l
	width := (d.width - l.Gap) / 2
	top := d.y
	d.y += (use.head - d.height(title, use.title, true, width)) / 2
	d.column(title, use.title, true, l.Ink, d.x, width)
	search.Kind, search.TextSize, search.Hint = widget.Tile, use.text, ""
	d.y = top + use.head + use.air
	d.button(search, d.x+width+l.Gap, top, width, use.head)
	grid := func(tiles []*widget.Button) {
		for i, b := range tiles {
			b.Kind, b.TextSize = widget.Tile, use.text
			if use.plain {
				b.Hint = ""
			}
			x, y := d.x+float32(i%2)*(width+l.Gap), d.y+float32(i/2)*(use.tile+l.Gap)
			d.button(b, x, y, width, use.tile)
		}
		d.y += float32((len(tiles)+1)/2) * (use.tile + l.Gap)
	}
	grid(errands)
	d.y += use.air
	grid(others)
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
	d.fit(func() {
		d.title(d.text("over.title"))
		d.paragraph(d.text("over.text"), d.l.Body, false, d.l.Ink)
	})
}
