package screen

import (
	"slices"
	"strings"
	"unicode"

	"chasqui/kiosk"
	"chasqui/kiosk/flow"
	"chasqui/kiosk/look"
	"chasqui/kiosk/search"
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

// finds reports whether any choice fits what is written in the search.
func (p *questionPage) finds(d *drawing, q kiosk.Question) bool {
	return len(match(p.choices(d, q), p.sought)) > 0
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
	text := min(l.Body, l.Hint)
	if l.Size > 1 {
		text = l.Small
	}
	tile, columns := d.resultSize(tiles, text)
	nothing := d.text("question.search.empty")
	if len(tiles) == 0 {
		tile = d.height(nothing, text, false, d.width)
	}

	// The question gives way before the tiles do.
	var use shape
	var keyboard float32
	var compact bool
	for _, use = range []shape{
		{step: true, title: l.Title, air: l.MM(2)},
		// The page that is searched, a touch back, has step and data's link: the question
		// keeps its size before them.
		{title: l.Title, air: l.MM(1)},
		{title: l.Body * 1.15, air: l.MM(1)},
		{step: true, title: l.Body, air: l.MM(1)},
		{title: d.leastTitle(), air: 1},
		{title: l.Hint, air: 1},
		{title: l.Least, air: 1},
	} {
		room := d.room() - p.headHeight(d, f, h, use) - field - l.MM(7) - tile - l.MM(2)
		if keyboard, compact = widget.KeyboardHeight(l, widget.Letters, room); keyboard <= room {
			break
		}
	}
	p.drawHead(d, f, h, use)
	d.space(1.5)
	p.drawSought(d, q, matching, field)

	d.bottom = d.footTop - keyboard
	if len(tiles) == 0 {
		p.drawClear(d, d.y-field-l.MM(3), field)
		d.column(nothing, text, false, l.Ink, d.x, d.width)
	} else {
		rows := max(int((d.room()-l.MM(2)+l.Gap)/(tile+l.Gap)), 1)
		pages := (len(tiles) + rows*columns - 1) / (rows * columns)
		p.page = min(max(p.page, 0), pages-1)
		width := (d.width - float32(columns-1)*l.Gap) / float32(columns)
		from := p.page * rows * columns
		for i, b := range tiles[from:min(from+rows*columns, len(tiles))] {
			b.TextSize, b.Hint = text, ""
			d.button(b, d.x+float32(i%columns)*(width+l.Gap), d.y+float32(i/columns)*(tile+l.Gap), width, tile)
		}
		p.drawSearchPager(d, pages, d.y-field-l.MM(3), field)
	}
	p.keyboard(d, widget.Letters, keyboard, compact)
}

// drawSought draws the field in which one writes what is looked for.
func (p *questionPage) drawSought(d *drawing, q kiosk.Question, matching []choice, height float32) {
	p.field = widget.NewField(d.kit, &widget.Field{ID: "search", Max: 40, OnSubmit: func() {
		if len(matching) == 1 {
			p.choose(q, matching[0].id)
		}
	}}, p.sought)
	p.field.OnChanged = func(text string) {
		p.sought, p.page = text, 0
		p.app.redraw()
		p.app.voice.found(len(match(p.choices(d, q), text)))
	}
	d.place(p.field, "search", d.x, d.y, d.width*searchPart, height)
	d.add(p.field)
	d.field = p.field
	d.y += height + d.l.MM(3)
}

// drawClear draws, beside the field, how to take all out that was written in it, so
// that nobody has to do it letter by letter.
func (p *questionPage) drawClear(d *drawing, y, height float32) {
	left := d.width*searchPart + d.l.MM(6)
	clear := &widget.Button{ID: "search/clear", Label: d.text("question.search.clear"), TextSize: d.l.Hint, OnTap: p.startSearch}
	d.button(clear, d.x+left, y, min(widget.Width(d.kit, clear), d.width-left), height)
}

// searchPart is how much of the width the field of a search takes; the rest is for
// the pager.
const searchPart = 0.55

// drawSearchPager draws the pager of what was found, beside the field.
func (p *questionPage) drawSearchPager(d *drawing, pages int, y, height float32) {
	if pages < 2 {
		return
	}
	l := d.l
	width := l.MM(18)
	right := d.x + d.width
	label := d.text("pager.page", "N", p.page+1, "Of", pages)
	turn := func(by int) func() {
		return func() {
			p.page += by
			p.app.redraw()
		}
	}
	if p.page+1 < pages {
		d.button(&widget.Button{ID: "pager/next", Kind: widget.Cell, Icon: "next", Spoken: d.text("pager.next"), OnTap: turn(1)}, right-width, y, width, height)
	}
	left := d.x + d.width*searchPart + l.MM(6)
	if p.page > 0 {
		d.button(&widget.Button{ID: "pager/previous", Kind: widget.Cell, Icon: "back", Spoken: d.text("pager.previous"), OnTap: turn(-1)}, left, y, width, height)
	}
	size := l.Hint
	room := right - left - 2*width - l.MM(3)
	for size > l.Least && look.Measure(label, size, false).Width > room {
		size--
	}
	text := look.Measure(label, size, false)
	d.add(widget.Text(label, size, false, l.Ink, left+width+(right-left-2*width-text.Width)/2, y+(height-text.Height)/2))
}

// resultSize returns how high the tiles of what was found must be, and in how many
// columns they read well.
func (d *drawing) resultSize(tiles []*widget.Button, text float32) (height float32, columns int) {
	for columns = 3; columns >= 1; columns-- {
		width := (d.width - float32(columns-1)*d.l.Gap) / float32(columns)
		lines := 1
		height = d.l.Target
		for _, b := range tiles {
			size, hint := b.TextSize, b.Hint
			b.Kind, b.TextSize, b.Hint = widget.Tile, text, ""
			lines = max(lines, widget.TileLines(d.kit, b, width))
			height = max(height, widget.TileHeight(d.kit, b, width))
			b.TextSize, b.Hint = size, hint
		}
		if lines == 1 {
			return height, columns
		}
	}
	return height, 1
}

// match returns the choices that fit what is sought: those that begin with it,
// then those in which a word does, then those that have it anywhere. Where there is
// none, a slip of the finger is forgiven.
func match(all []choice, sought string) []choice {
	words := strings.Fields(search.Fold(sought))
	if len(words) == 0 {
		return all
	}
	type ranked struct {
		choice
		rank int
	}
	var found []ranked
	for _, c := range all {
		text := search.Fold(c.label + " " + c.hint)
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
	if len(out) == 0 {
		return nearly(all, sought)
	}
	return out
}

// nearly returns the choices that fit what is sought but for a slip of the finger.
func nearly(all []choice, sought string) []choice {
	entries := make([]search.Entry, len(all))
	by := map[string]choice{}
	for i, c := range all {
		entries[i] = search.Entry{ID: c.id, Titles: []string{c.label}, Keywords: []string{c.hint}}
		by[c.id] = c
	}
	var out []choice
	for _, id := range search.New(entries).Find(sought) {
		out = append(out, by[id])
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
