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
	lines := func(text string) []string { return look.Lines(text, l.Hint, false, d.width-2*pad, true) }

	// The reason gives way, and then the size of the question, where fewer sentences of
	// the statement are then parted or it takes fewer pages. It becomes smaller than what
	// is agreed to only where the choices would else have none of that over them.
	var best shape
	var pages [][]string
	var cuts int
	held := false
	for _, use := range []shape{
		{step: true, reason: p.trouble == nil, title: l.Title, air: l.MM(2)},
		{step: true, title: l.Title, air: l.MM(2)},
		{step: true, title: l.Body * 1.15, air: l.MM(1.5)},
		{step: true, title: l.Body, air: l.MM(1)},
		{step: true, brief: true, title: l.Hint, air: l.MM(1)},
		{step: true, brief: true, title: l.Least, air: l.MM(1)},
	} {
		if use.brief && held {
			break
		}
		room := d.room() - p.headHeight(d, f, h, use) - 2*pad
		if p.trouble != nil {
			room -= d.troubleHeight(p.trouble.Message)
		}
		split, cut := statementPages(q.Statement, lines, room, d.pagerHeight(), choices, pitch)
		holds := len(split[len(split)-1]) > 0
		if pages == nil || holds && !held || holds == held && (cut < cuts || cut == cuts && len(split) < len(pages)) {
			best, pages, cuts, held = use, split, cut, holds
		}
	}
	p.drawHead(d, f, h, best)
	if p.trouble != nil {
		d.trouble(p.trouble.Message)
	}
	p.statementPages = len(pages)
	p.page = min(max(p.page, 0), len(pages)-1)
	shown := pages[p.page]

	height := float32(len(shown))*pitch + 2*pad
	if len(shown) > 0 {
		d.add(widget.Box(d.x, d.y, d.width, height, l.Corner, l.Border, l.Rule, l.Surface)...)
		objects, _ := widget.Lines(shown, l.Hint, look.LineHeight, false, l.Ink, d.x+pad, d.y+pad)
		d.add(objects...)
		d.y += height + l.MM(4)
	} else {
		d.space(1.5) // the choices under the question need air for their focus
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

// statementPages parts a statement into pages of a room. The last one has the choices
// under it, and all but a single one the pager.
func statementPages(statement string, lines func(string) []string, room, pager, choices, pitch float32) (pages [][]string, cuts int) {
	fit := func(room float32) int { return max(int(room/pitch), 0) }
	if whole := lines(statement); len(whole) <= fit(room-choices) {
		return [][]string{whole}, 0
	}
	each := fit(room - pager)
	return parting{each, each, fit(room - pager - choices)}.part(statement, lines)
}
