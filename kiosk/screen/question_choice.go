package screen

import (
	"slices"

	"chasqui/kiosk"
	"chasqui/kiosk/catalog"
	"chasqui/kiosk/flow"
	"chasqui/kiosk/look"
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

// chosen reports whether a tile is ticked.
func (p *questionPage) chosen(q kiosk.Question, id string) bool {
	switch {
	case p.stage == stageRegion, p.stage == stageComuna:
		return p.parts[p.stage] == id
	case q.Type == kiosk.TypeManyOf:
		return p.many[id]
	}
	return p.choice == id
}

// anyChosen reports whether any tile is ticked, on whatever page it is.
func (p *questionPage) anyChosen(q kiosk.Question) bool {
	switch {
	case p.stage == stageRegion, p.stage == stageComuna:
		return p.parts[p.stage] != ""
	case q.Type == kiosk.TypeManyOf:
		return len(p.many) > 0
	}
	return p.choice != ""
}

// choose ticks a tile, or takes the tick back where several can be chosen.
func (p *questionPage) choose(q kiosk.Question, id string) {
	p.trouble, p.declined = nil, false
	switch {
	case p.stage == stageRegion:
		if p.parts[flow.PartRegion] != id {
			delete(p.parts, flow.PartComuna)
		}
		p.parts[flow.PartRegion] = id
	case p.stage == stageComuna:
		p.parts[flow.PartComuna] = id
	case p.stage == stageKind:
		if p.choice != id {
			p.text, p.caret = "", 0 // a number belongs to its document
		}
		p.choice = id
	case q.Type == kiosk.TypeManyOf:
		if p.many[id] {
			delete(p.many, id)
		} else {
			p.many[id] = true
		}
	default:
		p.choice = id
	}
	if p.searching && q.Type != kiosk.TypeManyOf {
		p.endSearch()
		return
	}
	p.app.redraw()
}

// choiceTiles returns a tile for each choice, and the place of the first that is
// ticked, -1 for none.
func (p *questionPage) choiceTiles(q kiosk.Question, all []choice) (tiles []*widget.Button, ticked int) {
	ticked = -1
	for i, c := range all {
		selected := p.chosen(q, c.id)
		if selected && ticked < 0 {
			ticked = i
		}
		tiles = append(tiles, &widget.Button{
			ID: "choice/" + c.id, Icon: c.icon, Label: c.label, Hint: c.hint, Plain: true, Choice: true,
			Box: q.Type == kiosk.TypeManyOf, Selected: selected, OnTap: func() { p.choose(q, c.id) },
		})
	}
	return tiles, ticked
}

// drawChoice draws a question whose answer is one or several of some tiles.
func (p *questionPage) drawChoice(d *drawing, f *flow.Flow, q kiosk.Question) {
	h := p.head(d, f, q)
	all := p.choices(d, q)
	tiles, ticked := p.choiceTiles(q, all)
	if declinable(q) && (p.stage == firstStage(q.Type)) {
		if p.declined {
			ticked = len(tiles)
		}
		tiles = append(tiles, p.declineButton(d, q, widget.Tile))
	}
	d.y -= d.l.MM(3)
	row := p.overTiles(d, q, all).height
	if row > 0 {
		row += d.l.Gap
	}
	p.drawChoiceHead(d, f, h, tiles, row)
	p.drawOverTiles(d, p.overTiles(d, q, all))
	if !p.placed {
		// The tile that is ticked is on the page that is shown first.
		p.page, p.placed = d.pageOf(tiles, ticked), true
	}
	d.tiles(tiles, &p.page, p.app.redraw)
}

// tilesRow is the row over tiles: a way to search where they are many, nil for none,
// and how many are chosen.
type tilesRow struct {
	search        *widget.Button
	width, height float32
	// count are the lines on how many are chosen, in letters of a size; none where one
	// alone can be. Over the regions they say what the region is asked for.
	count []string
	size  float32
}

// overTiles lays the row out. It is as high as its words need; its height is 0 where
// there is none.
func (p *questionPage) overTiles(d *drawing, q kiosk.Question, all []choice) tilesRow {
	l := d.l
	row := tilesRow{size: l.Hint}
	room, count := d.width, ""
	switch {
	case q.Type == kiosk.TypeManyOf:
		count = p.countWords(d, q)
		row.height = l.LeastTarget
	case p.stage == stageRegion:
		// The title asks for the region: the question itself stands beside the search.
		count = q.Label
	}
	if len(all) > kiosk.SearchOver {
		row.search = &widget.Button{ID: "search/open", Icon: "lens", Label: d.text("question.search.open"), TextSize: l.Hint, OnTap: p.startSearch}
		if count != "" {
			// The count takes two lines before the words of the button do.
			room -= l.Gap + max(look.Measure(count, row.size, false).Width/1.8, d.width*0.3)
		}
		row.width = min(widget.Width(d.kit, row.search), max(room, d.width*0.5))
		row.height = widget.ActionHeight(d.kit, row.search, row.width)
		room = d.width - row.width - l.Gap
	}
	if count == "" {
		return row
	}
	for {
		row.count = look.Lines(count, row.size, false, room, false)
		if float32(len(row.count))*row.size*1.15 <= row.height+4 || row.size <= l.Least {
			break
		}
		row.size = max(row.size-1, l.Least)
	}
	row.height = max(row.height, float32(len(row.count))*row.size*1.15)
	return row
}

// drawOverTiles draws the row over the tiles.
func (p *questionPage) drawOverTiles(d *drawing, row tilesRow) {
	if row.height == 0 {
		return
	}
	if row.search != nil {
		d.button(row.search, d.x+d.width-row.width, d.y, row.width, row.height)
	}
	objects, _ := widget.Lines(row.count, row.size, 1.15, false, d.l.Muted, d.x, d.y+(row.height-float32(len(row.count))*row.size*1.15)/2)
	d.add(objects...)
	d.y += row.height + d.l.Gap
}

// countWords say how many are chosen, and how many may be.
func (p *questionPage) countWords(d *drawing, q kiosk.Question) string {
	switch {
	case len(p.many) > 0:
		return d.w.Plural("question.many.chosen", len(p.many))
	case q.Max > 0:
		return d.w.Plural("question.many.most", q.Max)
	}
	return d.text("question.many.none")
}

// drawChoiceHead draws the words above tiles, which leave a row between. Where they leave room for only some
// of the tiles, the reason gives way: it is one touch away.
func (p *questionPage) drawChoiceHead(d *drawing, f *flow.Flow, h head, tiles []*widget.Button, row float32) {
	start := d.y
	best, fewest, least := 0, 1<<30, float32(1<<30)
	roomy, tight := d.l.MM(3), d.l.MM(2)
	reason := p.trouble == nil
	shapes := []shape{
		{service: true, step: true, reason: reason, title: d.l.Title, air: roomy},
		{step: true, reason: reason, title: d.l.Title, air: roomy},
		{step: true, reason: reason, title: d.l.Title, air: tight},
		{step: true, reason: reason, title: d.l.Body * 1.15, air: tight},
		{step: true, title: d.l.Title, air: tight},
		{step: true, title: d.l.Body * 1.15, air: tight},
		{step: true, brief: true, title: d.l.Hint, air: tight},
		{step: true, brief: true, title: d.l.Least, air: tight},
	}
	if p.trouble != nil {
		// What is to be done, and the tiles with which to do it, count for more than step
		// and data's link, which come back with the mend. The question keeps its size.
		shapes = slices.Insert(shapes, 1, shape{step: true, title: d.l.Title, air: tight}, shape{title: d.l.Title, air: tight}, shape{title: d.l.Body * 1.15, air: tight})
	}
	for i, use := range shapes {
		if use.brief && fewest <= len(tiles) && least == 0 {
			break // fewer pages are not worth a question in small letters
		}
		d.y = start + p.headHeight(d, f, h, use) + row
		if p.trouble != nil {
			d.y += d.troubleHeight(p.trouble.Message)
		}
		// Where the tiles have no room under any of them, the one that lacks least is taken.
		pages, over := d.tilePages(tiles)
		if pages < fewest && over <= least || over < least {
			best, fewest, least = i, pages, over
		}
	}
	d.y = start
	p.drawHead(d, f, h, shapes[best])
	if p.trouble != nil {
		d.trouble(p.trouble.Message)
	}
}

// tilePages returns how many pages tiles would take from here, and how much of the
// height of a row is lacking.
func (d *drawing) tilePages(all []*widget.Button) (pages int, over float32) {
	if len(all) == 0 {
		return 1, 0
	}
	g := d.bestGrid(all)
	pages = len(g.pages)
	if g.cut || g.text < d.l.Body {
		pages += len(all) // better without the reason than with smaller letters
	}
	return pages, g.over
}
