package screen

import (
	"chasqui/kiosk"
	"chasqui/kiosk/catalog"
	"chasqui/kiosk/flow"
	"chasqui/kiosk/widget"
)

// choice is one tile to choose.
type choice struct{ id, label, hint, icon string }

// choices returns what is to be chosen from at the stage shown.
func (p *questionPage) choices(d *drawing, q kiosk.Question) []choice {
	var out []choice
	switch {
	case q.Type == kiosk.TypeYesNo:
		return []choice{{"yes", d.text("answer.yes"), "", "yes"}, {"no", d.text("answer.no"), "", "no"}}
	case p.stage == stageKind:
		icons := map[string]string{
			flow.DocumentRUN: "document", flow.DocumentIPE: "file", flow.DocumentPassport: "globe",
			flow.DocumentOther: "more", flow.DocumentNone: "person",
		}
		for _, kind := range flow.DocumentKinds() {
			out = append(out, choice{kind, d.text("document." + kind), "", icons[kind]})
		}
	case p.stage == stageRegion:
		for _, r := range catalog.Regions() {
			out = append(out, choice{id: r.Code, label: r.Short})
		}
	case p.stage == stageComuna:
		for _, r := range catalog.Regions() {
			if r.Code == p.parts[flow.PartRegion] {
				for _, c := range r.Comunas {
					out = append(out, choice{id: c.Code, label: c.Name})
				}
			}
		}
	default:
		for _, o := range q.Options {
			out = append(out, choice{o.ID, o.Label, o.Hint, o.Icon})
		}
	}
	return out
}

// chosen returns which tile is ticked.
func (p *questionPage) chosen() string {
	switch p.stage {
	case stageRegion, stageComuna:
		return p.parts[p.stage]
	}
	return p.choice
}

// choose ticks a tile.
func (p *questionPage) choose(id string) {
	p.trouble = nil
	switch p.stage {
	case stageRegion:
		if p.parts[flow.PartRegion] != id {
			delete(p.parts, flow.PartComuna)
		}
		p.parts[flow.PartRegion] = id
	case stageComuna:
		p.parts[flow.PartComuna] = id
	case stageKind:
		if p.choice != id {
			p.text, p.caret = "", 0 // a number belongs to its document
		}
		p.choice = id
	default:
		p.choice = id
	}
	p.app.redraw()
}

// drawChoice draws a question whose answer is one of several tiles.
func (p *questionPage) drawChoice(d *drawing, f *flow.Flow, q kiosk.Question) {
	h := p.head(d, f, q)
	all := p.choices(d, q)
	var tiles []*widget.Button
	ticked := -1
	for i, c := range all {
		selected := c.id == p.chosen()
		if selected {
			ticked = i
		}
		tiles = append(tiles, &widget.Button{
			ID: "choice/" + c.id, Icon: c.icon, Label: c.label, Hint: c.hint, Plain: true, Choice: true,
			Selected: selected, OnTap: func() { p.choose(c.id) },
		})
	}
	d.y -= d.l.MM(3)
	p.drawChoiceHead(d, f, h, tiles)
	if !p.placed {
		// The tile that is ticked is on the page that is shown first.
		p.page, p.placed = d.pageOf(tiles, ticked), true
	}
	d.tiles(tiles, &p.page, p.app.redraw)
}

// drawChoiceHead draws the words above tiles. Where they leave room for only some
// of the tiles, the reason gives way: it is one touch away.
func (p *questionPage) drawChoiceHead(d *drawing, f *flow.Flow, h head, tiles []*widget.Button) {
	start := d.y
	best, fewest := 0, 1<<30
	roomy, tight := d.l.MM(3), d.l.MM(2)
	shapes := []shape{
		{service: true, step: true, reason: p.trouble == nil, title: d.l.Title, air: roomy},
		{step: true, reason: p.trouble == nil, title: d.l.Title, air: roomy},
		{step: true, reason: p.trouble == nil, title: d.l.Title, air: tight},
		{step: true, reason: p.trouble == nil, title: d.l.Body * 1.15, air: tight},
		{step: true, title: d.l.Title, air: tight},
		{step: true, title: d.l.Body * 1.15, air: tight},
	}
	for i, use := range shapes {
		d.y = start + p.headHeight(d, f, h, use)
		if p.trouble != nil {
			d.y += d.troubleHeight(p.trouble.Message)
		}
		if pages := d.tilePages(tiles); pages < fewest {
			best, fewest = i, pages
		}
	}
	d.y = start
	p.drawHead(d, f, h, shapes[best])
	if p.trouble != nil {
		d.trouble(p.trouble.Message)
	}
}

// tilePages returns how many pages tiles would take from here.
func (d *drawing) tilePages(all []*widget.Button) int {
	if len(all) == 0 {
		return 1
	}
	g := d.bestGrid(all)
	pages := len(g.pages)
	if g.cut || g.text < d.l.Body {
		pages += len(all) // better without the reason than with smaller letters
	}
	return pages
}
