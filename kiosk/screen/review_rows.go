package screen

import (
	"image"
	"strings"

	"chasqui/kiosk"
	"chasqui/kiosk/flow"
	"chasqui/kiosk/look"
	"chasqui/kiosk/widget"
)

// row is one answer being laid out. A long one goes on in rows without label.
type row struct {
	question string // to be changed; "" for a row that goes on
	labels   []string
	lines    []reviewLine
	picture  image.Image
	height   float32
}

// reviewLine is one line of an answer. A quiet one is what was agreed to; anew says that
// it begins another row.
type reviewLine struct {
	text        string
	quiet, anew bool
}

// reviewForm says where labels, answers and buttons stand.
type reviewForm struct {
	// stacked puts a label over its answer, where the letters are large.
	stacked                             bool
	labelWidth, valueX, valueWidth, pad float32
	changeWidth                         float32
}

func (d *drawing) reviewForm() reviewForm {
	l := d.l
	change := &widget.Button{Label: d.text("review.change"), TextSize: l.Small}
	form := reviewForm{stacked: l.Size >= 2 || d.width < l.MM(220), changeWidth: widget.Width(d.kit, change) - l.MM(6), pad: l.MM(1.6)}
	left := d.width * 0.27
	form.valueX, form.valueWidth = d.x+left, d.width-left-form.changeWidth-l.MM(4)
	form.labelWidth = left - l.MM(4)
	if form.stacked {
		form.valueX, form.valueWidth = d.x, d.width-form.changeWidth-l.MM(4)
		form.labelWidth = form.valueWidth
	}
	return form
}

// rows lays the answers out, each entry of a group by itself.
func (p *reviewPage) rows(d *drawing, f *flow.Flow, form reviewForm) []row {
	var rows []row
	for _, answered := range f.Review(p.app.session.Answers()) {
		q, _ := f.Question(answered.Question)
		label := answered.Label
		if q.Short != "" {
			label = q.Short
		}
		if answered.Type == kiosk.TypeGroup && len(answered.Value.Entries) > 0 {
			for i, entry := range answered.Value.Entries {
				// One answer a line reads better than all in one.
				words := strings.ReplaceAll(f.ShownEntry(q.ID, entry), " · ", "\n")
				rows = append(rows, d.reviewRows(form, row{question: q.ID}, label+": "+entryName(d, q, i), d.reviewLines(form, words))...)
			}
			continue
		}
		r := row{question: answered.Question}
		words := answered.Shown
		if len(answered.Value.Many) > 1 {
			words = "• " + strings.ReplaceAll(words, "\n", "\n• ")
		}
		lines := d.reviewLines(form, words)
		switch {
		case answered.Value.File != nil && answered.Type == kiosk.TypeSignature:
			// What was drawn is seen; words for it would say less.
			if r.picture = p.app.pictureOf(q.ID, answered.Value); r.picture != nil {
				lines = nil
			}
		case answered.Value.File != nil:
			r.picture = p.app.pictureOf(q.ID, answered.Value)
		case answered.Type == kiosk.TypeConsent && q.Statement != "":
			lines = d.statementLines(form, label, lines, q.Statement)
		}
		rows = append(rows, d.reviewRows(form, r, label, lines)...)
	}
	return rows
}

// pictureOf returns a picture that was answered with, small enough to be shown. It
// is kept with the question's page, and forgotten with it.
func (a *App) pictureOf(question string, v kiosk.Value) image.Image {
	p, ok := a.visit.questions[question]
	if !ok {
		p = newQuestionPage(a, question)
		a.visit.questions[question] = p
	}
	if p.preview == nil {
		p.preview = unpack(v.File)
	}
	if p.preview == nil {
		return nil
	}
	return p.preview
}

func (d *drawing) reviewLines(form reviewForm, text string) []reviewLine {
	var out []reviewLine
	for _, line := range look.Lines(text, d.l.Body, false, form.valueWidth, false) {
		out = append(out, reviewLine{text: line})
	}
	return out
}

// statementLines puts what was agreed to under an answer, in rows of whole sentences
// where it has no room in one.
func (d *drawing) statementLines(form reviewForm, label string, answer []reviewLine, statement string) []reviewLine {
	lines := func(text string) []string { return look.Lines(text, d.l.Hint, false, form.valueWidth, true) }
	limit := d.rowLimit(form)
	first := limit
	for _, line := range answer {
		first -= d.lineHeight(line)
	}
	if form.stacked {
		first -= float32(len(d.reviewLabels(form, label))) * d.l.Hint * look.LineHeight
	}
	fit := func(room float32) int { return int(room / (d.l.Hint * look.LineHeight)) }
	rows := [][]string{lines(statement)}
	if len(rows[0]) > fit(first) {
		rows, _ = parting{fit(first), fit(limit), max(fit(limit), 1)}.part(statement, lines)
	}
	for i, row := range rows {
		for n, line := range row {
			answer = append(answer, reviewLine{text: line, quiet: true, anew: i > 0 && n == 0})
		}
	}
	return answer
}

// rowLimit is how high what is in a row may be: a page with its number under it.
func (d *drawing) rowLimit(form reviewForm) float32 { return d.room() - d.l.Hint*1.5 - 2*form.pad }

func (d *drawing) reviewLabels(form reviewForm, label string) []string {
	return look.Lines(label, d.l.Hint, false, form.labelWidth, false)
}

func (d *drawing) lineHeight(line reviewLine) float32 {
	if line.quiet {
		return d.l.Hint * look.LineHeight
	}
	return d.l.Body * look.LineHeight
}

// pictureHeight is how high a picture stands in a row.
func (d *drawing) pictureHeight() float32 { return d.l.MM(22) }

// reviewRows makes the rows of one answer: one, or as many as it takes to show a
// long one on several pages.
func (d *drawing) reviewRows(form reviewForm, r row, label string, lines []reviewLine) []row {
	l := d.l
	limit := d.rowLimit(form)
	var rows []row
	for first := true; first || len(lines) > 0; first = false {
		part := row{}
		used := float32(0)
		if first {
			part = r
			part.labels = d.reviewLabels(form, label)
			if part.picture != nil {
				used += d.pictureHeight()
			}
		}
		labels := float32(len(part.labels)) * l.Hint * look.LineHeight
		room := limit
		if form.stacked {
			room -= labels
		}
		for len(lines) > 0 && (used+d.lineHeight(lines[0]) <= room && !lines[0].anew || used == 0) {
			used += d.lineHeight(lines[0])
			part.lines, lines = append(part.lines, lines[0]), lines[1:]
		}
		part.height = max(used, labels)
		if form.stacked {
			part.height = used + labels
		}
		part.height += 2 * form.pad
		if first {
			part.height = max(part.height, l.LeastTarget+2*l.MM(2))
		}
		rows = append(rows, part)
	}
	return rows
}

func (p *reviewPage) drawRow(d *drawing, r row, form reviewForm) {
	l := d.l
	top := d.y
	labels := float32(len(r.labels)) * l.Hint * look.LineHeight
	used := float32(0)
	for _, line := range r.lines {
		used += d.lineHeight(line)
	}
	if r.picture != nil {
		used += d.pictureHeight()
	}
	labelY, y := top+(r.height-labels)/2, top+(r.height-used)/2
	if form.stacked {
		labelY = top + (r.height-labels-used)/2
		y = labelY + labels
	} else if len(r.lines) > 2 {
		labelY = y // a label stands beside the first line of a long answer
	}
	objects, _ := widget.Lines(r.labels, l.Hint, look.LineHeight, false, l.Muted, d.x, labelY)
	d.add(objects...)
	public := d.secret()
	if r.picture != nil {
		p.drawPicture(d, r.picture, form.valueX, y)
		y += d.pictureHeight()
	}
	for _, line := range r.lines {
		size, ink := l.Body, l.Ink
		if line.quiet {
			size, ink = l.Hint, l.Muted
		}
		objects, height := widget.Lines([]string{line.text}, size, look.LineHeight, false, ink, form.valueX, y)
		d.add(objects...)
		y += height
	}
	public()
	if r.question != "" {
		question := r.question
		d.button(&widget.Button{
			ID: "change/" + question, Kind: widget.Quiet, Label: d.text("review.change"), TextSize: l.Small,
			Spoken: d.text("review.change") + ": " + strings.Join(r.labels, " "), OnTap: func() { p.app.showQuestion(question, true) },
		}, d.x+d.width-form.changeWidth, top+(r.height-l.LeastTarget-l.MM(1))/2, form.changeWidth, l.LeastTarget+l.MM(1))
	}
	d.y = top + r.height
	d.rule()
}

// drawPicture draws a picture as high as a row allows, on the ground on which it
// was made.
func (p *reviewPage) drawPicture(d *drawing, m image.Image, x, y float32) {
	height := d.pictureHeight() - d.l.MM(2)
	size := m.Bounds().Size()
	width := min(height*float32(size.X)/float32(max(size.Y, 1)), d.l.MM(90))
	d.add(widget.Box(x, y, width, height, 0, d.l.Border, d.l.Rule, lightSurface)...)
	picture := widget.Photo(m, x+d.l.Border, y+d.l.Border, width-2*d.l.Border, height-2*d.l.Border)
	d.picture(picture, d.text("voice.photo"))
}
