package screen

import (
	"fmt"
	"time"

	"chasqui/kiosk/look"
	"chasqui/kiosk/widget"
)

// languagePage chooses the language, and goes back to where one was.
type languagePage struct {
	app  *App
	page int
}

func (p *languagePage) Name() string { return "language" }

func (p *languagePage) Wipe() {}

func (p *languagePage) Back() { p.app.pop() }

func (p *languagePage) Draw(d *drawing) {
	a := p.app
	d.frame()
	d.feet(d.back(p.Back), nil)
	d.title(d.text("language.title"))
	d.space(1)
	var tiles []*widget.Button
	for _, lang := range a.languages() {
		tiles = append(tiles, &widget.Button{
			ID: "language/" + lang.Tag, Label: lang.Name, Hint: chooseHint(lang), Spare: lang.Note == "", Choice: true,
			Selected: lang.Tag == a.session.Language(), OnTap: func() {
				a.session.SetLanguage(lang.Tag)
				a.pop()
			},
		})
	}
	d.tiles(tiles, &p.page, a.redraw)
}

// warningPage asks whether somebody is still there. Any touch or key ends it.
type warningPage struct {
	app   *App
	left  time.Duration
	drawn int
}

func (p *warningPage) Name() string { return "warning" }

func (p *warningPage) Wipe() {}

func (p *warningPage) seconds() int { return int((p.left + time.Second - 1) / time.Second) }

// tolls reports that the seconds are worth saying: who listens must have time to
// answer between two of them.
func (p *warningPage) tolls() bool { return p.drawn == 20 || p.drawn == 10 || p.drawn == 5 }

// Stale reports that another second has passed.
func (p *warningPage) Stale() bool { return p.seconds() != p.drawn }

func (p *warningPage) Draw(d *drawing) {
	a, l := p.app, d.l
	p.drawn = p.seconds()
	d.frame()
	// What a button does is done by the touch itself: it ends the warning.
	d.feet(
		&widget.Button{ID: "warning/more", Icon: "clock", Label: d.text("warning.more"), OnTap: func() { a.patience = morePatience - 1 }},
		&widget.Button{ID: "warning/here", Label: d.text("warning.here")},
	)
	d.title(d.text("warning.title"))
	d.paragraph(d.text("warning.text"), l.Body, false, l.Ink)
	d.space(5)
	number := fmt.Sprint(p.drawn)
	size := l.Title * 2
	d.add(widget.Text(number, size, true, l.Ink, d.x, d.y))
	text := look.Measure(number, size, true)
	label := look.Measure(d.w.Plural("warning.seconds", p.drawn), l.Body, false)
	d.add(widget.Text(d.w.Plural("warning.seconds", p.drawn), l.Body, false, l.Ink, d.x+text.Width+l.MM(4), d.y+text.Height*0.72-label.Height*0.72))
}
