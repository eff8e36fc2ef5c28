package screen

import (
	"fmt"
	"slices"
	"strings"

	"chasqui/kiosk"
	"chasqui/kiosk/flow"
	"chasqui/kiosk/look"
	"chasqui/kiosk/widget"
)

// asked are the questions that are asked for each entry of a group.
func (p *questionPage) asked(f *flow.Flow) []kiosk.Question {
	return f.EntryQuestions(p.id, p.app.session.Answers())
}

// innerPage returns the page that asks one question for one entry.
func (p *questionPage) innerPage(entry int, id string) *questionPage {
	key := fmt.Sprintf("%d/%s", entry, id)
	inner, ok := p.inner[key]
	if !ok {
		inner = newQuestionPage(p.app, id)
		inner.owner, inner.entry = p, entry
		if p.inner == nil {
			p.inner = map[string]*questionPage{}
		}
		p.inner[key] = inner
	}
	return inner
}

// ask shows the page that asks one question for one entry.
func (p *questionPage) ask(entry int, id string, trouble *flow.Trouble) {
	inner := p.innerPage(entry, id)
	inner.enter()
	inner.trouble = trouble
	p.app.show(inner)
}

// addEntry begins another entry with its first question.
func (p *questionPage) addEntry() {
	p.trouble, p.declined = nil, false
	p.entries = append(p.entries, kiosk.Answers{})
	p.changeEntry(len(p.entries) - 1)
}

// changeEntry goes through the questions of an entry, from the first.
func (p *questionPage) changeEntry(entry int) {
	f, ok := p.app.flow()
	if !ok {
		return
	}
	p.trouble = nil
	if all := p.asked(f); len(all) > 0 {
		p.ask(entry, all[0].ID, nil)
	}
}

// removeEntry takes an entry out. The pages of all are forgotten, for each knows
// its place.
func (p *questionPage) removeEntry(entry int) {
	clear(p.entries[entry])
	p.entries = append(p.entries[:entry:entry], p.entries[entry+1:]...)
	p.forgetInner()
	p.trouble, p.placed = nil, true
	p.app.redraw()
}

// list shows the entries, on the page where one of them is.
func (p *questionPage) list(entry int) {
	p.stage, p.trouble, p.near, p.placed = stageWhole, nil, entry, false
	p.app.show(p)
}

// onInEntry goes on after a question of an entry: to its next, or to the list.
func (p *questionPage) onInEntry(inner *questionPage) {
	if f, ok := p.app.flow(); ok {
		all := p.asked(f)
		for i, q := range all {
			if q.ID == inner.id && i+1 < len(all) {
				p.ask(inner.entry, all[i+1].ID, nil)
				return
			}
		}
	}
	p.list(inner.entry)
}

// backInEntry goes to the question of the entry before, or to the list. An entry
// in which nothing was answered is none.
func (p *questionPage) backInEntry(inner *questionPage) {
	f, ok := p.app.flow()
	if ok {
		all := p.asked(f)
		for i, q := range all {
			if q.ID == inner.id && i > 0 {
				p.ask(inner.entry, all[i-1].ID, nil)
				return
			}
		}
		if q, _ := inner.question(f); len(p.entries[inner.entry]) == 0 && inner.empty(q) && inner.entry == len(p.entries)-1 {
			p.entries = p.entries[:inner.entry]
			p.forgetInner()
		}
	}
	p.list(inner.entry)
}

// forgetInner forgets what is half done in the entries.
func (p *questionPage) forgetInner() {
	for key, inner := range p.inner {
		inner.Wipe()
		delete(p.inner, key)
	}
}

// forgetEntries forgets the entries and what is half done in them.
func (p *questionPage) forgetEntries() {
	p.forgetInner()
	for _, entry := range p.entries {
		clear(entry)
	}
	p.entries = nil
}

// lacks returns the first question of an entry without a good answer.
func (p *questionPage) lacks(f *flow.Flow, entry int) (id string, trouble *flow.Trouble, lacking bool) {
	for _, q := range p.asked(f) {
		v, answered := p.entries[entry][q.ID]
		if !answered {
			return q.ID, nil, true
		}
		if _, trouble := f.CheckEntry(p.id, q.ID, v, p.entries[entry], p.app.session.Answers()); trouble != nil {
			return q.ID, trouble, true
		}
	}
	return "", nil, false
}

// completeEntries goes to what is missing in an entry, and reports whether anything
// is.
func (p *questionPage) completeEntries(f *flow.Flow) bool {
	for i := range p.entries {
		if id, trouble, lacking := p.lacks(f, i); lacking {
			p.ask(i, id, trouble)
			return true
		}
	}
	return false
}

// entryName is what an entry is called: "Persona 2".
func entryName(d *drawing, q kiosk.Question, entry int) string {
	return d.text("question.group.entry", "Entry", q.Entry, "N", entry+1)
}

// entryWords are the answers of an entry in one line.
func (p *questionPage) entryWords(d *drawing, f *flow.Flow, entry int) string {
	if _, _, lacking := p.lacks(f, entry); lacking {
		return d.text("question.group.lacking")
	}
	return f.ShownEntry(p.id, p.entries[entry])
}

// groupRow is one line of the list of entries, or what stands under them.
type groupRow struct {
	entry         int // -1 for what is not an entry; without names it goes on
	names, values []string
	height        float32
	button        *widget.Button
}

// drawGroup draws the entries, each to be changed or taken out, and the way to add
// another.
func (p *questionPage) drawGroup(d *drawing, f *flow.Flow, q kiosk.Question) {
	l := d.l
	h := p.head(d, f, q)
	d.y -= l.MM(3)
	end := p.groupEnd(d, q)
	change := &widget.Button{Label: d.text("review.change"), TextSize: l.Small}
	remove := &widget.Button{Label: d.text("question.group.remove"), TextSize: l.Small}
	width := max(widget.Width(d.kit, change), widget.Width(d.kit, remove)) - l.MM(6)
	text := d.width - 2*width - 2*l.Gap
	shapes := []shape{
		{step: true, reason: p.trouble == nil && len(p.entries) == 0, title: min(l.Title, l.Body*1.15), air: l.MM(2)},
		{step: true, title: min(l.Title, l.Body*1.15), air: l.MM(2)},
		{step: true, brief: true, title: l.Hint, air: l.MM(1)},
		{step: true, brief: true, title: l.Least, air: l.MM(1)},
	}
	roomOf := func(use shape) float32 {
		room := d.room() - p.headHeight(d, f, h, use)
		if p.trouble != nil {
			room -= d.troubleHeight(p.trouble.Message)
		}
		if len(p.entries)+len(end) > 1 {
			room -= d.pagerHeight()
		}
		return room
	}

	var rows []groupRow
	for i := range p.entries {
		names := look.Lines(entryName(d, q, i), l.Hint, true, text, false)
		values := look.Lines(p.entryWords(d, f, i), l.Hint, false, text, false)
		rows = append(rows, d.entryRows(i, names, values, roomOf(shapes[len(shapes)-1]))...)
	}
	rows = append(rows, end...)
	heights := make([]float32, len(rows))
	for i, r := range rows {
		heights[i] = r.height
	}
	for _, use := range shapes {
		room := roomOf(use)
		// The reason, one touch away, gives way to each entry and to the way to add one.
		if room >= slices.Max(heights) || use.title <= l.Least {
			p.drawHead(d, f, h, use)
			break
		}
	}
	if p.trouble != nil {
		d.trouble(p.trouble.Message)
	}
	pages := d.pages(heights, 2)
	if !p.placed {
		for i, page := range pages {
			// What was changed last is seen, and with it, if there is room, the way on.
			if at := slices.IndexFunc(rows, func(r groupRow) bool { return r.entry < 0 || r.entry == p.near && r.names != nil }); at >= page[0] && at < page[1] {
				p.page = i
			}
		}
		p.placed = true
	}
	p.page = min(max(p.page, 0), len(pages)-1)
	for i := pages[p.page][0]; i < pages[p.page][1]; i++ {
		p.drawGroupRow(d, rows[i], width)
	}
	d.pager(p.page, len(pages), func(to int) {
		p.page = to
		p.app.redraw()
	})
}

// groupEnd is what stands under the entries: the way to add one, or why there is
// none, and the choice not to say.
func (p *questionPage) groupEnd(d *drawing, q kiosk.Question) []groupRow {
	l := d.l
	var rows []groupRow
	add := func(b *widget.Button) {
		b.Kind, b.Plain = widget.Tile, true
		rows = append(rows, groupRow{entry: -1, button: b, height: widget.TileHeight(d.kit, b, d.width) + l.MM(4)})
	}
	if q.Max == 0 || len(p.entries) < q.Max {
		hint := ""
		if q.Min > 0 && len(p.entries) < q.Min {
			hint = d.w.Plural("question.group.least", q.Min)
		}
		add(&widget.Button{ID: "entry/add", Icon: "plus", Label: d.text("question.group.add", "Entry", q.Entry), Hint: hint, OnTap: p.addEntry})
	} else {
		lines := look.Lines(d.w.Plural("question.group.most", q.Max), l.Hint, false, d.width, false)
		rows = append(rows, groupRow{entry: -1, values: lines, height: float32(len(lines))*l.Hint*look.LineHeight + 2*l.MM(3)})
	}
	if declinable(q) && len(p.entries) == 0 {
		add(p.declineButton(d, q, widget.Tile))
	}
	return rows
}

func (p *questionPage) drawGroupRow(d *drawing, r groupRow, width float32) {
	l := d.l
	top := d.y
	if r.button != nil {
		d.button(r.button, d.x, top+l.MM(4), d.width, r.height-l.MM(4))
		d.y += r.height + 2
		return
	}
	names := float32(len(r.names)) * l.Hint * look.TitleHeight
	values := float32(len(r.values)) * l.Hint * look.LineHeight
	y := top + (r.height-names-values)/2
	objects, used := widget.Lines(r.names, l.Hint, look.TitleHeight, true, l.Ink, d.x, y)
	d.add(objects...)
	public := d.secret()
	objects, _ = widget.Lines(r.values, l.Hint, look.LineHeight, false, l.Muted, d.x, y+used)
	d.add(objects...)
	public()
	d.y = top + r.height
	if r.entry < 0 {
		return
	}
	if r.names == nil {
		d.rule()
		return
	}
	height := l.LeastTarget + l.MM(1)
	y = top + (r.height-height)/2
	x := d.x + d.width - 2*width - l.Gap
	d.button(&widget.Button{
		ID: fmt.Sprintf("entry/%d/change", r.entry+1), Label: d.text("review.change"), TextSize: l.Small,
		Spoken: d.text("review.change") + ": " + strings.Join(r.names, " "), OnTap: func() { p.changeEntry(r.entry) },
	}, x, y, width, height)
	d.button(&widget.Button{
		ID: fmt.Sprintf("entry/%d/remove", r.entry+1), Label: d.text("question.group.remove"), TextSize: l.Small,
		Spoken: d.text("question.group.remove") + ": " + strings.Join(r.names, " "), OnTap: func() { p.app.push(&removePage{app: p.app, owner: p, entry: r.entry}) },
	}, x+width+l.Gap, y, width, height)
	d.rule()
}

// entryRows lays out one entry, all of it: in one row, or where its answers are longer
// than a page in rows that go on without a name.
func (d *drawing) entryRows(entry int, names, values []string, room float32) []groupRow {
	l := d.l
	var rows []groupRow
	for first := true; first || len(values) > 0; first = false {
		r := groupRow{entry: entry}
		if first {
			r.names = names
		}
		used := float32(len(r.names))*l.Hint*look.TitleHeight + 2*l.MM(2)
		n := min(max(int((room-used)/(l.Hint*look.LineHeight)), 1), len(values))
		r.values, values = values[:n], values[n:]
		r.height = max(used+float32(n)*l.Hint*look.LineHeight, l.LeastTarget+l.MM(5))
		rows = append(rows, r)
	}
	return rows
}
