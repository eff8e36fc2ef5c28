package screen

import (
	"chasqui/kiosk/look"
	"chasqui/kiosk/widget"
)

// removePage asks once before an entry of a group is taken out: what was written
// about a person is gone with one touch otherwise, and no touch brings it back.
type removePage struct {
	app *App
	// owner is the page of the group, entry the place of what would be taken out.
	owner *questionPage
	entry int
	page  int
}

func (p *removePage) Name() string { return "remove-entry" }

func (p *removePage) Wipe() {}

// Back leaves the entry where it is.
func (p *removePage) Back() { p.app.pop() }

// remove takes the entry out and goes back to the list.
func (p *removePage) remove() {
	p.app.stack = p.app.stack[:len(p.app.stack)-1]
	p.app.kit.FocusFirst()
	p.owner.removeEntry(p.entry)
}

func (p *removePage) Draw(d *drawing) {
	d.frame()
	d.feet(d.back(p.Back), &widget.Button{ID: "remove/yes", Icon: "rubbish", Label: d.text("question.group.remove.yes"), OnTap: p.remove})
	f, ok := p.app.flow()
	if !ok || p.entry >= len(p.owner.entries) {
		return
	}
	q, _ := p.owner.question(f)
	pitch := d.l.Hint * look.LineHeight
	d.fitOver(d.l.MM(3)+2*pitch+d.pagerHeight(), func() {
		d.title(d.text("question.group.remove.title", "Entry", entryName(d, q, p.entry)))
		d.paragraph(d.text("question.group.remove.text"), d.l.Body, false, d.l.Ink)
	})
	defer d.secret()()
	d.space(3)
	l := d.l
	// All of its answers, on as many pages as it takes: whose entry it is must be known.
	lines := func(text string) []string { return look.Lines(text, l.Hint, false, d.width, true) }
	words := p.owner.entryWords(d, f, p.entry)
	pages := [][]string{lines(words)}
	if float32(len(pages[0]))*pitch > d.room() {
		fit := max(int((d.room()-d.pagerHeight())/pitch), 1)
		pages, _ = parting{fit, fit, fit}.part(words, lines)
	}
	p.page = min(p.page, len(pages)-1)
	objects, height := widget.Lines(pages[p.page], l.Hint, look.LineHeight, false, l.Muted, d.x, d.y)
	d.add(objects...)
	d.y += height
	d.pager(p.page, len(pages), func(to int) {
		p.page = to
		p.app.redraw()
	})
}
