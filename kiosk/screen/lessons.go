package screen

import (
	"chasqui/kiosk"
	"chasqui/kiosk/look"
	"chasqui/kiosk/widget"
	"chasqui/sync/wire"
)

// The ends of a lesson, as they are counted.
const (
	lessonStarted  = "/started"
	lessonFinished = "/finished"
)

// lessons returns the practice lessons in the session's language.
func (a *App) lessons() []kiosk.Lesson {
	var out []kiosk.Lesson
	for _, lesson := range a.cfg.Catalog.Lessons() {
		out = append(out, lesson.In(a.session.Language()))
	}
	return out
}

func (a *App) lesson(id string) (kiosk.Lesson, bool) {
	for _, lesson := range a.lessons() {
		if lesson.ID == id {
			return lesson, true
		}
	}
	return kiosk.Lesson{}, false
}

// lessonsPage lists the practice lessons.
type lessonsPage struct {
	app  *App
	page int
}

func (p *lessonsPage) Name() string { return "lessons" }

func (p *lessonsPage) Wipe() { p.page = 0 }

func (p *lessonsPage) Back() { p.app.show(&homePage{app: p.app}) }

func (p *lessonsPage) Draw(d *drawing) {
	a := p.app
	d.frame()
	d.feet(d.back(p.Back), nil)
	d.title(d.text("lessons.title"))
	var tiles []*widget.Button
	for _, lesson := range a.lessons() {
		tiles = append(tiles, &widget.Button{
			ID: "lesson/" + lesson.ID, Icon: lesson.Icon, Label: lesson.Title, Hint: lesson.Summary, Spare: true,
			OnTap: func() {
				a.emit(wire.EventLesson, lesson.ID+lessonStarted)
				a.show(&lessonPage{app: a, lesson: lesson.ID})
			},
		})
	}
	d.tiles(tiles, &p.page, a.redraw)
}

// The parts of a step of a lesson.
const (
	partTell = iota // what it says, with what to practise on
	partTry         // the answers, where they have no room there
	partSaid        // what is said to an answer
)

// lessonPage is one step of a lesson. It keeps where one is, in no language. What
// somebody answers is neither counted nor kept.
type lessonPage struct {
	app    *App
	lesson string
	step   int
	part   int
	// tried is the option that was tried last.
	tried string
	page  int
	// together says that the answers stood under what they answer.
	together bool
}

func (p *lessonPage) Name() string { return "lesson" }

func (p *lessonPage) Wipe() { p.step, p.part, p.tried, p.page = 0, partTell, "", 0 }

func (p *lessonPage) turn(step, part int) {
	p.step, p.part, p.page = step, part, 0
	p.app.kit.FocusFirst()
	p.app.redraw()
}

// Back leads to what was seen before.
func (p *lessonPage) Back() {
	switch {
	case p.part == partSaid && !p.together:
		p.turn(p.step, partTry)
	case p.part != partTell:
		p.turn(p.step, partTell)
	case p.step > 0:
		p.turn(p.step-1, partTell)
	default:
		p.app.show(&lessonsPage{app: p.app})
	}
}

// Proceed goes on. Nobody is kept from it by an answer that was not the best.
func (p *lessonPage) Proceed() {
	lesson, ok := p.app.lesson(p.lesson)
	if !ok || p.step >= len(lesson.Steps) {
		p.app.show(&lessonsPage{app: p.app})
		return
	}
	options := len(lesson.Steps[p.step].Options) > 0
	switch {
	case options && p.part == partTell && !p.together:
		p.turn(p.step, partTry)
	case options && p.part != partSaid:
		// There is no way on but an answer, and every answer leads on.
	case p.step+1 < len(lesson.Steps):
		p.turn(p.step+1, partTell)
	default:
		p.app.emit(wire.EventLesson, lesson.ID+lessonFinished)
		p.app.show(&lessonEndPage{app: p.app, lesson: p.lesson})
	}
}

func (p *lessonPage) Draw(d *drawing) {
	d.frame()
	lesson, ok := p.app.lesson(p.lesson)
	if !ok || p.step >= len(lesson.Steps) {
		d.feet(d.back(p.Back), nil)
		return
	}
	step := lesson.Steps[p.step]
	if p.part == partSaid {
		p.drawSaid(d, step)
		return
	}
	d.footGround(d.l.Foot)
	d.foot = nil
	top, before := d.y, len(d.body)
	p.drawHead(d, lesson, step)
	if p.part == partTry {
		d.feet(d.back(p.Back), nil)
		d.tiles(p.options(d, step), &p.page, p.app.redraw)
		return
	}
	p.drawTell(d, step)
	if d.room() < 0 && !p.together {
		// What is to be done must be read whole: its title gives way.
		full := d.l
		d.y, d.body, d.foot = top, d.body[:before], nil
		d.l.Title, d.l.Body = d.least(), d.least()
		p.drawHead(d, lesson, step)
		d.l = full
		p.drawTell(d, step)
	}
}

// drawHead says which step of which lesson this is, and what it is about.
func (p *lessonPage) drawHead(d *drawing, lesson kiosk.Lesson, step kiosk.LessonStep) {
	d.paragraph(d.text("lesson.step", "N", p.step+1, "Of", len(lesson.Steps), "Lesson", lesson.Title), d.stepSize(), false, d.l.Muted)
	d.space(2)
	d.heading(step.Title)
}

// drawTell draws what a step says, with what to practise on, and the answers under
// it where there is room for all of them.
func (p *lessonPage) drawTell(d *drawing, step kiosk.LessonStep) {
	l := d.l
	options := p.options(d, step)
	start, before := d.y, len(d.body)
	p.together = false
	for _, size := range []float32{l.Body, l.Hint, l.Small} {
		d.y, d.body = start, d.body[:before]
		p.drawMatter(d, step, size)
		d.space(4)
		if len(options) > 0 {
			if size < l.Hint {
				break // who asked for large letters reads a message in large letters
			}
			if g := d.bestGrid(options); len(g.pages) == 1 && !g.cut && g.text >= l.Hint && g.height*float32((len(options)+g.columns-1)/g.columns) <= d.room() {
				p.together = true
				break
			}
		} else if d.room() >= 0 {
			break
		}
	}
	if p.together {
		d.feet(d.back(p.Back), nil)
		d.tiles(options, &p.page, p.app.redraw)
		return
	}
	if len(options) > 0 {
		// They go on a page of their own; what is said may be large again.
		for _, size := range []float32{l.Body, l.Hint, l.Small} {
			d.y, d.body = start, d.body[:before]
			p.drawMatter(d, step, size)
			if d.room() >= 0 {
				break
			}
		}
	}
	d.feet(d.back(p.Back), d.primary("foot.next", p.Proceed))
}

// drawMatter draws text, code and message.
func (p *lessonPage) drawMatter(d *drawing, step kiosk.LessonStep, size float32) {
	l := d.l
	width, top := d.width, d.y
	if step.Scan != "" {
		if side, _ := d.code(step.Scan, d.text("lesson.scan")); side > 0 {
			width -= side + l.MM(8)
		}
	}
	d.y = top
	d.column(step.Text, size, false, l.Ink, d.x, width)
	if step.Message != "" {
		d.space(3)
		d.message(step.Message, size, width)
	}
}

// message draws a message as a telephone shows one: a bubble, with a mark that says
// what it is.
func (d *drawing) message(text string, size, width float32) {
	l := d.l
	pad, mark := l.MM(4), l.Body
	left := d.x + mark + l.MM(4)
	room := min(width-mark-l.MM(4), l.MM(230))
	lines := look.Lines(text, size, false, room-2*pad, true)
	wide := float32(0)
	for _, line := range lines {
		wide = max(wide, look.Measure(line, size, false).Width)
	}
	height := float32(len(lines))*size*look.LineHeight + 2*pad
	d.add(widget.Picture("message", l.Accent, d.x, d.y+(height-mark)/2, mark))
	d.add(widget.Box(left, d.y, wide+2*pad, height, l.Corner*1.5, l.Border, l.Line, l.Surface)...)
	objects, _ := widget.Lines(lines, size, look.LineHeight, false, l.Ink, left+pad, d.y+pad)
	d.add(objects...)
	d.y += height
}

func (p *lessonPage) options(_ *drawing, step kiosk.LessonStep) []*widget.Button {
	var out []*widget.Button
	for _, o := range step.Options {
		out = append(out, &widget.Button{ID: "option/" + o.ID, Label: o.Label, OnTap: func() {
			p.tried = o.ID
			p.turn(p.step, partSaid)
		}})
	}
	return out
}

// drawSaid draws what is said to an answer: kindly, and with another try.
func (p *lessonPage) drawSaid(d *drawing, step kiosk.LessonStep) {
	l := d.l
	back := d.back(p.Back)
	for _, o := range step.Options {
		if o.ID != p.tried {
			continue
		}
		icon, ink, title := "done", l.Done, d.text("lesson.right")
		if !o.Right {
			icon, ink, title = "info", l.Accent, d.text("lesson.nearly")
			back.Icon, back.Label = "undo", d.text("lesson.again")
		}
		mark := l.Title * 1.3
		d.add(widget.Picture(icon, ink, d.x, d.y, mark))
		left := mark + l.MM(4)
		lines := look.Lines(title, l.Title, true, d.width-left, false)
		objects, height := widget.Lines(lines, l.Title, look.TitleHeight, true, l.Ink, d.x+left, d.y+max((mark-float32(len(lines))*l.Title*look.TitleHeight)/2, 0))
		d.add(objects...)
		d.y += max(height, mark) + l.MM(4)
		d.paragraph(o.Say, l.Body, false, l.Ink)
	}
	d.feet(back, d.primary("foot.next", p.Proceed))
}

// lessonEndPage says what was learnt and leads home.
type lessonEndPage struct {
	app    *App
	lesson string
}

func (p *lessonEndPage) Name() string { return "lesson-end" }

func (p *lessonEndPage) Wipe() {}

// Back leads to the lessons.
func (p *lessonEndPage) Back() { p.app.show(&lessonsPage{app: p.app}) }

// Proceed goes home.
func (p *lessonEndPage) Proceed() { p.app.show(&homePage{app: p.app}) }

func (p *lessonEndPage) Draw(d *drawing) {
	a, l := p.app, d.l
	d.frame()
	d.feet(
		&widget.Button{Icon: "back", Label: d.text("lesson.more"), OnTap: p.Back},
		&widget.Button{Icon: "house", Label: d.text("foot.home"), OnTap: p.Proceed},
	)
	lesson, ok := a.lesson(p.lesson)
	if !ok {
		return
	}
	d.title(d.text("lesson.end"))
	d.paragraph(lesson.End, l.Body, false, l.Ink)
	if len(lesson.Facts) > 0 {
		d.space(3)
		d.link(d.sourcesLink(func() []kiosk.Fact {
			lesson, _ := a.lesson(p.lesson)
			return lesson.Facts
		}))
	}
}
