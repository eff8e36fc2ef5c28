package screen

import (
	"context"
	"strings"

	"chasqui/kiosk"
	"chasqui/kiosk/look"
	"chasqui/kiosk/widget"
)

// reviewPage shows every answer before anything is kept: each can be changed, and
// it says what is shared, with whom, why and for how long.
type reviewPage struct {
	app   *App
	page  int
	pages int
}

func (p *reviewPage) Name() string { return "review" }

func (p *reviewPage) Wipe() { p.page = 0 }

// Back leads to the page of answers before, or to the last question.
func (p *reviewPage) Back() {
	if p.page > 0 {
		p.turn(p.page - 1)
		return
	}
	p.app.goBack("")
}

// Proceed shows the rest of the answers, and then files the request: nobody
// confirms what they have not seen.
func (p *reviewPage) Proceed() {
	if p.page+1 < p.pages {
		p.turn(p.page + 1)
		return
	}
	p.app.submit()
}

// Careful says that the whole of it has been seen, so that Enter would file it.
func (p *reviewPage) Careful() bool { return p.page+1 >= p.pages }

func (p *reviewPage) turn(page int) {
	p.page = page
	p.app.kit.FocusFirst()
	p.app.redraw()
}

func (p *reviewPage) Draw(d *drawing) {
	a, l := p.app, d.l
	d.frame()
	f, ok := a.flow()
	if !ok {
		d.feet(d.back(a.pop), nil)
		return
	}
	// The foot's words depend on the page; its height does not.
	d.footGround(l.Foot)
	d.foot = nil
	d.title(d.text("review.title"))

	form := d.reviewForm()
	rows := p.rows(d, f, form)
	var heights []float32
	for _, r := range rows {
		heights = append(heights, r.height)
	}
	about := d.aboutParts(p.about(f.Service().Privacy))
	for i, lines := range about {
		heights = append(heights, d.aboutHeight(lines, i == len(about)-1))
	}
	pages := d.reviewPages(heights)
	p.pages = len(pages)
	if p.pages == 1 && len(rows) > 0 {
		// Where there is room, the rows stand a little wider apart.
		spare := d.room() - float32(len(heights)-1)*2
		for _, h := range heights {
			spare -= h
		}
		for i := range rows {
			rows[i].height += min(max(spare/float32(len(rows)), 0), l.MM(4.5))
		}
	}
	p.page = min(max(p.page, 0), p.pages-1)
	shown := pages[p.page]
	for i := shown[0]; i < shown[1]; i++ {
		if n := i - len(rows); n >= 0 {
			p.drawAbout(d, about[n], n == len(about)-1)
			continue
		}
		p.drawRow(d, rows[i], form)
	}
	primary := &widget.Button{After: "next", Label: d.text("review.confirm"), OnTap: p.Proceed}
	if p.page+1 < p.pages {
		primary.Label = d.text("review.more")
	}
	d.feet(d.back(p.Back), primary)
	if p.pages > 1 {
		label := d.text("pager.page", "N", p.page+1, "Of", p.pages)
		text := look.Measure(label, l.Hint, false)
		d.add(widget.Text(label, l.Hint, false, l.Muted, d.x+(d.width-text.Width)/2, d.bottom-text.Height))
	}
}

// reviewPages pages the rows; the foot's primary button turns them, so that only
// "1 of 2" needs room.
func (d *drawing) reviewPages(heights []float32) [][2]int {
	if one := paginate(heights, 2, d.room()); len(one) < 2 {
		return one
	}
	return paginate(heights, 2, d.room()-d.l.Hint*1.5)
}

// about is what happens to the data, in the sentences of the service.
func (p *reviewPage) about(privacy kiosk.Privacy) string {
	var out []string
	for _, sentence := range []string{privacy.Who, privacy.Why, privacy.HowLong} {
		if sentence != "" {
			out = append(out, sentence)
		}
	}
	return strings.Join(out, " ")
}

// aboutParts breaks the sentences about the data into lines: one part, or where the
// letters are large as many as it takes, each for a page.
func (d *drawing) aboutParts(about string) [][]string {
	lines := func(text string) []string { return look.Lines(text, d.l.Hint, false, d.width, false) }
	fit := func(last bool) int {
		return int((d.room() - d.l.Hint*1.5 - d.aboutHeight(nil, last)) / (d.l.Hint * look.LineHeight))
	}
	if whole := lines(about); len(whole) <= max(fit(true), 1) {
		return [][]string{whole}
	}
	parts, _ := parting{fit(false), fit(false), max(fit(true), 1)}.part(about, lines)
	return parts
}

// aboutHeight is the height of a part; under the last one stands the link to more.
func (d *drawing) aboutHeight(lines []string, last bool) float32 {
	height := float32(len(lines))*d.l.Hint*look.LineHeight + d.l.MM(3)
	if last {
		height += d.l.LeastTarget + widget.RingRoom
	}
	return height
}

func (p *reviewPage) drawAbout(d *drawing, about []string, last bool) {
	d.space(2)
	objects, height := widget.Lines(about, d.l.Hint, look.LineHeight, false, d.l.Muted, d.x, d.y)
	d.add(objects...)
	d.y += height
	if last {
		d.y += widget.RingRoom
		d.link(&widget.Button{ID: "data", Icon: "shield", Label: d.text("review.rights"), OnTap: func() { p.app.push(&dataPage{app: p.app}) }})
	}
}

// dataPage says what happens to the data, and why a question is asked.
type dataPage struct {
	app *App
	// asked is the page from which one came, nil for the review.
	asked *questionPage
	// service is one that is not under way yet, or "".
	service string
	page    int
}

func (p *dataPage) Name() string { return "data" }

func (p *dataPage) Wipe() { p.page = 0 }

func (p *dataPage) Back() { p.app.pop() }

func (p *dataPage) Draw(d *drawing) {
	d.frame()
	d.feet(d.back(p.Back), nil)
	d.title(d.text("data.title"))
	var all []fact
	add := func(key, text string) {
		if text != "" {
			all = append(all, fact{label: d.text(key), text: text})
		}
	}
	var privacy kiosk.Privacy
	if s, ok := p.app.cfg.Catalog.Find(p.service); ok {
		privacy = s.In(p.app.session.Language()).Privacy
	} else if f, ok := p.app.flow(); ok {
		if p.asked != nil {
			q, _ := p.asked.question(f)
			add("data.ask", q.Why)
			add("data.help", q.Help)
		}
		privacy = f.Service().Privacy
	}
	add("data.who", privacy.Who)
	add("data.why", privacy.Why)
	add("data.long", privacy.HowLong)
	add("data.rights", privacy.Rights)
	d.facts(all, &p.page, p.app.redraw)
}

// submit files the request, away from the screen's goroutine. A second tap finds
// the page that says so.
func (a *App) submit() {
	if a.busy {
		return
	}
	a.busy = true
	a.show(&savingPage{app: a, title: "saving.title"})
	session := a.session
	a.background(func() func() {
		r, err := a.cfg.Station.Submit(context.Background(), session)
		return func() { a.submitted(r, err) }
	})
}

func (a *App) submitted(r kiosk.Receipt, err error) {
	a.busy = false
	a.touched = a.cfg.Now()
	a.status = a.cfg.Station.Status()
	if err == nil {
		if done, ok := newDonePage(a, r); ok {
			a.visit.receipt = r
			a.show(done)
			return
		}
	}
	a.show(&problemPage{
		app: a, code: problemCode(err), title: "problem.title", kept: true,
		back: func() { a.show(&reviewPage{app: a}) }, again: a.submit,
	})
}

// savingPage is shown while something is being put on the disk. Nothing can be
// touched on it.
type savingPage struct {
	app *App
	// title is the key of what is being saved.
	title string
}

func (p *savingPage) Name() string { return "saving" }

func (p *savingPage) Wipe() {}

func (p *savingPage) Draw(d *drawing) {
	d.frame()
	d.title(d.text(p.title))
	d.paragraph(d.text("saving.text"), d.l.Body, false, d.l.Ink)
}

// problemPage says, in words, why something could not be kept and what to do.
type problemPage struct {
	app  *App
	code string
	// title is the key of what could not be kept; kept says that the answers to the
	// questions are all there.
	title string
	kept  bool
	// asked holds the number that was being looked for, nil for none.
	asked *folioPage
	// back leads to what was done before, again tries once more.
	back, again func()
}

func (p *problemPage) Name() string { return "problem" }

func (p *problemPage) Wipe() {
	if p.asked != nil {
		p.asked.Wipe()
	}
}

// Back leads to what was done before.
func (p *problemPage) Back() { p.back() }

// Proceed tries again.
func (p *problemPage) Proceed() { p.again() }

// primary is what helps: a person where trying again would not. Back and another
// confirmation try again there too.
func (p *problemPage) primary(d *drawing) *widget.Button {
	switch kiosk.ProblemCode(p.code) {
	case kiosk.ProblemFull, kiosk.ProblemNoKeys:
		return &widget.Button{ID: "problem/person", Icon: "person", Label: d.text("home.person"), OnTap: p.app.help}
	}
	return &widget.Button{Icon: "restart", Label: d.text("problem.again"), OnTap: p.Proceed}
}

func (p *problemPage) Draw(d *drawing) {
	d.frame()
	d.feet(d.back(p.Back), p.primary(d))
	d.fit(func() {
		d.title(d.text(p.title))
		d.paragraph(d.text("problem."+p.code), d.l.Body, false, d.l.Ink)
		d.space(4)
		if p.kept {
			d.reason(d.text("problem.kept"))
		}
		d.person(d.width)
	})
}
