package screen

import (
	"slices"
	"strings"
	"unicode"

	"chasqui/kiosk"
	"chasqui/kiosk/flow"
	"chasqui/kiosk/look"
	"chasqui/kiosk/widget"
)

// startSearch lays a search over the tiles.
func (p *questionPage) startSearch() {
	p.searching, p.sought, p.plane = true, "", widget.Lower
	p.page, p.trouble = 0, nil
	p.app.kit.FocusFirst()
	p.app.redraw()
}

// endSearch goes back to the tiles, to the page of the one that is ticked.
func (p *questionPage) endSearch() {
	p.searching, p.sought, p.placed = false, "", false
	p.app.kit.FocusFirst()
	p.app.redraw()
}

// drawSearch draws a field over the tiles whose words fit what is written in it,
// with the keyboard under both.
func (p *questionPage) drawSearch(d *drawing, f *flow.Flow, q kiosk.Question) {
	l := d.l
	h := p.head(d, f, q)
	matching := match(p.choices(d, q), p.sought)
	tiles, _ := p.choiceTiles(q, matching)
	d.bottom = d.footTop
	d.y -= l.MM(3)
	field := widget.FieldHeight(l, 1)

	// The question gives way before the tiles do.
	least := l.Target + 2*l.MM(3) // one row of tiles
	if len(tiles) > 2 {
		least += d.pagerHeight()
	}
	var use shape
	var keyboard float32
	var compact bool
	for _, use = range []shape{
		{step: true, title: l.Title, air: l.MM(2)},
		{step: true, title: l.Body * 1.15, air: l.MM(1.5)},
		{step: true, title: l.Hint, air: l.MM(1)},
		{title: l.Hint, air: l.MM(1)},
		{title: l.Small, air: l.MM(1)},
	} {
		room := d.room() - p.headHeight(d, f, h, use) - field - l.MM(4) - least
		if keyboard, compact = widget.KeyboardHeight(l, widget.Letters, room); keyboard <= room {
			break
		}
	}
	p.drawHead(d, f, h, use)
	d.space(1.5)
	p.field = widget.NewField(d.kit, &widget.Field{ID: "search", Max: 40, OnSubmit: func() {
		if len(matching) == 1 {
			p.choose(q, matching[0].id)
		}
	}}, p.sought)
	p.field.OnChanged = func(text string) {
		p.sought, p.page = text, 0
		p.app.redraw()
	}
	width := min(d.width, l.MM(170))
	d.place(p.field, "search", d.x, d.y, width, field)
	d.add(p.field)
	d.field = p.field
	if q.Type == kiosk.TypeManyOf && d.width-width > l.MM(60) {
		p.drawCount(d, q, d.x+width+l.MM(6), d.y, d.width-width-l.MM(6), field)
	}
	d.y += field + l.MM(3)

	d.bottom = d.footTop - keyboard - l.MM(3)
	if len(tiles) == 0 {
		d.column(d.text("question.search.empty"), l.Hint, false, l.Ink, d.x, d.width)
	} else {
		d.tiles(tiles, &p.page, p.app.redraw)
	}
	p.keyboard(d, widget.Letters, keyboard, compact)
}

// match returns the choices that fit what is sought: those that begin with it,
// then those in which a word does, then those that have it anywhere.
func match(all []choice, sought string) []choice {
	words := strings.Fields(look.Fold(sought))
	if len(words) == 0 {
		return all
	}
	type ranked struct {
		choice
		rank int
	}
	var found []ranked
	for _, c := range all {
		text := look.Fold(c.label + " " + c.hint)
		rank := 0
		for i, word := range words {
			at := strings.Index(text, word)
			switch {
			case at < 0:
				rank = -1
			case at == 0 && i == 0:
			case beginsWord(text, word):
				rank = max(rank, 1)
			default:
				rank = max(rank, 2)
			}
			if rank < 0 {
				break
			}
		}
		if rank >= 0 {
			found = append(found, ranked{c, rank})
		}
	}
	slices.SortStableFunc(found, func(x, y ranked) int { return x.rank - y.rank })
	var out []choice
	for _, c := range found {
		out = append(out, c.choice)
	}
	return out
}

func beginsWord(text, word string) bool {
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if strings.HasPrefix(part, word) {
			return true
		}
	}
	return false
}
