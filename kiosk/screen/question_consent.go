package screen

import (
	"chasqui/kiosk"
	"chasqui/kiosk/flow"
	"chasqui/kiosk/look"
	"chasqui/kiosk/widget"
)

// readsOn reports whether the rest of a statement comes next: nobody agrees to what
// they have not seen.
func (p *questionPage) readsOn(q kiosk.Question) bool {
	return q.Type == kiosk.TypeConsent && p.page+1 < p.statementPages
}

// drawConsent draws what is agreed to in full, on as many pages as it takes, and
// under its end two choices of the same size: no is an answer too.
func (p *questionPage) drawConsent(d *drawing, f *flow.Flow, q kiosk.Question) {
	l := d.l
	h := p.head(d, f, q)
	tiles, _ := p.choiceTiles(q, []choice{
		{"yes", d.text("question.consent.yes"), "", "yes"}, {"no", d.text("question.consent.no"), "", "no"},
	})
	if declinable(q) {
		tiles = append(tiles, p.declineButton(d, q, widget.Tile))
	}
	d.y -= l.MM(3)
	use := d.bestGrid(tiles)
	rows := float32((len(tiles) + use.columns - 1) / use.columns)
	choices := rows*(max(use.height, l.Target)+l.Gap) + l.MM(2)
	pad, pitch := l.MM(4), l.Hint*look.LineHeight
	lines := look.Lines(q.Statement, l.Hint, false, d.width-2*pad, true)

	// The reason gives way where the statement then takes fewer pages.
	var best shape
	var pages [][2]int
	for _, use := range []shape{
		{step: true, reason: p.trouble == nil, title: l.Title, air: l.MM(2)},
		{step: true, title: l.Title, air: l.MM(2)},
		{step: true, title: l.Body * 1.15, air: l.MM(1.5)},
		{step: true, title: l.Body, air: l.MM(1)},
	} {
		room := d.room() - p.headHeight(d, f, h, use) - 2*pad
		if p.trouble != nil {
			room -= d.troubleHeight(p.trouble.Message)
		}
		split := statementPages(len(lines), room, d.pagerHeight(), choices, pitch)
		if pages == nil || len(split) < len(pages) {
			best, pages = use, split
		}
	}
	p.drawHead(d, f, h, best)
	if p.trouble != nil {
		d.trouble(p.trouble.Message)
	}
	p.statementPages = len(pages)
	p.page = min(max(p.page, 0), len(pages)-1)
	shown := lines[pages[p.page][0]:pages[p.page][1]]

	height := float32(len(shown))*pitch + 2*pad
	if len(shown) > 0 {
		d.add(widget.Box(d.x, d.y, d.width, height, l.Corner, l.Border, l.Rule, l.Surface)...)
		objects, _ := widget.Lines(shown, l.Hint, look.LineHeight, false, l.Ink, d.x+pad, d.y+pad)
		d.add(objects...)
		d.y += height + l.MM(4)
	}
	if p.page == len(pages)-1 {
		bottom := d.bottom
		if len(pages) > 1 {
			d.bottom -= d.pagerHeight()
		}
		page := 0
		d.tiles(tiles, &page, p.app.redraw)
		d.bottom = bottom
	}
	d.pager(p.page, len(pages), func(to int) {
		p.page = to
		p.app.redraw()
	})
	p.relabel(d, q)
}

// statementPages splits lines into pages of a room. The last one has the choices
// under it, and all but a single one the pager.
func statementPages(lines int, room, pager, choices, pitch float32) [][2]int {
	fit := func(room float32) int { return max(int(room/pitch), 0) }
	if lines <= fit(room-choices) {
		return [][2]int{{0, lines}}
	}
	each, last := max(fit(room-pager), 1), fit(room-pager-choices)
	var pages [][2]int
	from := 0
	for lines-from > last {
		to := min(from+each, lines)
		pages = append(pages, [2]int{from, to})
		from = to
	}
	return append(pages, [2]int{from, lines})
}
