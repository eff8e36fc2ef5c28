package screen

import (
	"chasqui/kiosk"
	"chasqui/kiosk/look"
	"chasqui/kiosk/widget"
	"chasqui/sync/wire"
)

// What came of a search, as it is counted. What was typed is counted nowhere.
const (
	searchFound = "found"
	searchNone  = "none"
)

// searchPage looks for a service by somebody's own words, and shows what it finds
// while they are being typed.
type searchPage struct {
	app   *App
	text  string
	caret int
	plane widget.Plane
	// told says that this search was counted.
	told  bool
	field *widget.Field

	// fixed is how many objects of the body stay while one types; top is where what
	// was found begins, end where the keyboard does.
	fixed    int
	top, end float32
	shown    []string
}

func (p *searchPage) Name() string { return "search" }

// Wipe forgets what was typed, in the page and in its field.
func (p *searchPage) Wipe() {
	if p.field != nil {
		p.field.OnChanged = nil
		p.field.Wipe()
	}
	p.text, p.caret, p.told = "", 0, false
}

// Back leads home.
func (p *searchPage) Back() {
	p.tell()
	p.Wipe()
	p.app.show(&homePage{app: p.app})
}

// Proceed shows all that was found, or what else can be done.
func (p *searchPage) Proceed() {
	if p.text == "" {
		return
	}
	p.tell()
	p.app.show(&foundPage{app: p.app, search: p})
}

// ignore counts a search that somebody walked away from.
func (p *searchPage) ignore() { p.tell() }

// tell counts a search once.
func (p *searchPage) tell() {
	if p.told || p.text == "" {
		return
	}
	p.told = true
	answer := searchNone
	if len(p.found()) > 0 {
		answer = searchFound
	}
	p.app.emit(wire.EventSearch, answer)
}

func (p *searchPage) found() []kiosk.Service { return p.app.find(p.text) }

func (p *searchPage) Draw(d *drawing) {
	l := d.l
	d.frame()
	d.feet(d.back(p.Back), d.primary("search.all", p.Proceed))
	d.bottom = d.footTop
	d.y -= l.MM(3)

	// The words above the field give way to what is found.
	fieldHeight := widget.FieldHeight(l, 1)
	title := d.text("search.title")
	keyboard, compact := float32(0), false
	size := float32(0)
	// A tile of two lines, or what is said while there is none.
	least := max(2*l.Small*look.TitleHeight+2*l.MM(3.5), d.height(d.text("search.example"), l.Small, false, d.width), d.height(d.text("search.none.yet"), l.Small, false, d.width))
	for _, try := range []struct{ title, under float32 }{
		{l.Title, 2 * l.Target}, {d.leastTitle(), 2 * l.Target}, {d.leastTitle(), least}, {l.Body, least}, {l.Hint, least}, {l.Small, least},
	} {
		size = try.title
		above := d.height(title, size, true, d.width) + fieldHeight + try.under + l.MM(9)
		if keyboard, compact = widget.KeyboardHeight(l, widget.Letters, d.room()-above); keyboard <= d.room()-above {
			break
		}
	}
	d.paragraph(title, size, true, l.Ink)
	d.space(2)
	p.field = widget.NewField(d.kit, &widget.Field{ID: "answer", Max: 60, OnSubmit: p.Proceed}, p.text)
	p.field.SetCaret(p.caret)
	p.field.OnChanged = p.changed
	d.place(p.field, "answer", d.x, d.y, d.width, fieldHeight)
	d.add(p.field)
	d.field = p.field
	d.y += fieldHeight + l.MM(3)
	d.keyboard(p.field, widget.Letters, keyboard, p.plane, compact, func(plane widget.Plane) { p.plane = plane })
	p.fixed, p.top, p.end, p.shown = len(d.body), d.y, d.footTop-keyboard-l.MM(2), nil
	p.drawFound(d)
}

// changed shows what is found now. The keyboard stays the one it is, so that
// whoever walks it by arrows keeps their place.
func (p *searchPage) changed(text string) {
	p.text, p.caret, p.told = text, p.field.Caret(), false
	a := p.app
	d := a.drawn
	if d == nil || a.top() != Page(p) || len(d.body) < p.fixed {
		return
	}
	for _, id := range p.shown {
		delete(d.focusable, id)
	}
	d.body, p.shown = d.body[:p.fixed:p.fixed], nil
	p.drawFound(d)
	a.root.set(d.finish())
	a.voice.found(len(p.found()))
}

// drawFound draws as many of the services found as there is room for, the best
// first.
func (p *searchPage) drawFound(d *drawing) {
	l := d.l
	d.y, d.bottom = p.top, p.end
	found := p.found()
	if len(found) == 0 {
		text := d.text("search.example")
		if p.text != "" {
			text = d.text("search.none.yet")
		}
		size := l.Hint
		for size > l.Small && d.height(text, size, false, d.width) > d.room() {
			size = max(size-1, l.Small)
		}
		d.column(text, size, false, l.Muted, d.x, d.width)
		return
	}
	var tiles []*widget.Button
	for _, s := range found {
		b := p.app.serviceTile(s, p)
		b.Kind, b.Hint = widget.Tile, ""
		open := b.OnTap
		b.OnTap = func() {
			p.tell()
			open()
		}
		tiles = append(tiles, b)
	}
	width := (d.width - l.Gap) / 2
	text := l.Body
	for ; text > l.Small && d.tileHeight(tallest(d, tiles[:min(2, len(tiles))], width, text), width, text, true) > d.room(); text-- {
	}
	for i := 0; i < len(tiles); i += 2 {
		row := tiles[i:min(i+2, len(tiles))]
		height := d.tileHeight(tallest(d, row, width, text), width, text, true)
		if height > d.room() {
			break
		}
		for j, b := range row {
			b.TextSize = text
			d.button(b, d.x+float32(j)*(width+l.Gap), d.y, width, height)
			p.shown = append(p.shown, b.ID)
		}
		d.y += height + l.Gap
	}
}

// tallest returns the tile that needs the most height.
func tallest(d *drawing, tiles []*widget.Button, width, text float32) *widget.Button {
	out := tiles[0]
	for _, b := range tiles {
		if d.tileHeight(b, width, text, true) > d.tileHeight(out, width, text, true) {
			out = b
		}
	}
	return out
}

// foundPage shows all that was found; where that is nothing, it says so kindly and
// offers the situations and the person.
type foundPage struct {
	app    *App
	search *searchPage
	page   int
}

func (p *foundPage) Name() string { return "found" }

func (p *foundPage) Wipe() {
	p.page = 0
	p.search.Wipe()
}

// Back leads to what was typed.
func (p *foundPage) Back() { p.app.show(p.search) }

func (p *foundPage) Draw(d *drawing) {
	a := p.app
	d.frame()
	found := p.search.found()
	person := &widget.Button{ID: "person", Icon: "person", Plain: true, Label: d.text("home.person"), OnTap: a.help}
	d.feet(&widget.Button{Icon: "back", Label: d.text("search.again"), OnTap: p.Back}, person)
	var tiles []*widget.Button
	if len(found) == 0 {
		d.heading(d.text("search.none"))
		d.reason(d.text("search.none.text"))
		tiles = a.situationTiles(d)
	} else {
		d.heading(d.text("search.found"))
		for _, s := range found {
			tiles = append(tiles, a.serviceTile(s, p))
		}
	}
	d.tiles(tiles, &p.page, a.redraw)
}
