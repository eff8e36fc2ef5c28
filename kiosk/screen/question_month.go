package screen

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"chasqui/kiosk"
	"chasqui/kiosk/flow"
	"chasqui/kiosk/look"
	"chasqui/kiosk/widget"
)

// The years that the pages of months go to.
const (
	firstYear = 1900
	lastYear  = 2100
)

// pick shows the page of the month that stands in the boxes, or of this month.
func (p *questionPage) pick(q kiosk.Question) {
	now := p.app.cfg.Station.Now()
	year, err := strconv.Atoi(p.parts[boxYear])
	if err != nil || year < firstYear || year > lastYear {
		year = now.Year()
	}
	month, err := strconv.Atoi(p.parts[boxMonth])
	if err != nil || month < 1 || month > 12 {
		month = int(now.Month())
	}
	p.month = time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC)
	p.trouble = nil
	p.turn(stagePick)
}

// turnMonths goes to another month.
func (p *questionPage) turnMonths(months int) {
	to := p.month.AddDate(0, months, 0)
	if to.Year() >= firstYear && to.Year() <= lastYear {
		p.month = to
	}
	p.app.redraw()
}

// chooseDay writes a day of the month shown into the boxes.
func (p *questionPage) chooseDay(day int) {
	p.parts = map[string]string{
		boxDay: fmt.Sprintf("%02d", day), boxMonth: fmt.Sprintf("%02d", int(p.month.Month())), boxYear: fmt.Sprintf("%04d", p.month.Year()),
	}
	p.declined, p.trouble = false, nil
	p.app.redraw()
}

// holds reports whether a day is the one that stands in the boxes.
func (p *questionPage) holds(day time.Time) bool {
	for name, n := range map[string]int{boxDay: day.Day(), boxMonth: int(day.Month()), boxYear: day.Year()} {
		if in, err := strconv.Atoi(p.parts[name]); err != nil || in != n {
			return false
		}
	}
	return true
}

// drawMonth draws a month with a tile for each of its days, and no others: a day
// that is not in it cannot be touched.
func (p *questionPage) drawMonth(d *drawing, f *flow.Flow, q kiosk.Question) {
	l := d.l
	h := p.head(d, f, q)
	d.y -= l.MM(3)
	p.drawHead(d, f, head{step: h.step}, shape{step: true})
	if p.trouble != nil {
		d.trouble(p.trouble.Message)
	}
	if d.width < d.room()*1.3 {
		// Upright: the days stand under the steppers.
		d.paragraph(h.title, l.Title, true, l.Ink)
		d.space(3)
		p.drawMonthSteps(d, d.x, d.width)
		d.space(5)
		p.drawDays(d, d.x, d.width)
		return
	}
	top, left := d.y, d.width*0.37
	d.column(h.title, l.Hint, true, l.Ink, d.x, left)
	d.space(3)
	p.drawMonthSteps(d, d.x, left)
	d.y = top
	p.drawDays(d, d.x+left+l.MM(8), d.width-left-l.MM(8))
}

// drawMonthSteps draws month, year and ten years at once, each between two steppers.
func (p *questionPage) drawMonthSteps(d *drawing, x, width float32) {
	l := d.l
	step := l.MM(16)
	row := func(name, label string, months int, size float32, bold bool) {
		room := width - 2*(step+l.Gap)
		for size > l.Small && look.Measure(label, size, bold).Width > room {
			size = max(size-1, l.Small)
		}
		lines := look.Lines(label, size, bold, room, false)
		words := float32(len(lines)) * size * look.TitleHeight
		height := max(l.MM(15), words)
		end := p.drawStep(d, name+"/minus", "minus", d.text("question.less", "What", label), x, d.y, height, func() { p.turnMonths(-months) })
		for i, line := range lines {
			text := look.Measure(line, size, bold)
			d.add(widget.Text(line, size, bold, l.Ink, end+(room-text.Width)/2, d.y+(height-words)/2+float32(i)*size*look.TitleHeight+(size*look.TitleHeight-text.Height)/2))
		}
		p.drawStep(d, name+"/plus", "plus", d.text("question.more", "What", label), x+width-step, d.y, height, func() { p.turnMonths(months) })
		d.y += height + l.Gap
	}
	row("month", d.w.Month(p.month.Month()), 1, l.Body, true)
	row("year", strconv.Itoa(p.month.Year()), 12, l.Body, true)
	row("decade", d.text("question.date.ten"), 120, l.Small, false)
	d.y -= l.Gap
}

// drawDays draws the week's days as a heading, and a tile for each day.
func (p *questionPage) drawDays(d *drawing, x, width float32) {
	l := d.l
	gap := l.MM(2.8)
	cell := (width - 6*gap) / 7
	for i, name := range strings.Fields(d.text("question.date.week")) {
		text := look.Measure(name, l.Small, false)
		d.add(widget.Text(name, l.Small, false, l.Muted, x+float32(i)*(cell+gap)+(cell-text.Width)/2, d.y))
	}
	d.y += d.captionHeight()
	height := min((d.room()-5*gap)/6, l.MM(20))
	before := (int(p.month.Weekday()) + 6) % 7 // days of the week that are the last month's
	days := p.month.AddDate(0, 1, -1).Day()
	for day := 1; day <= days; day++ {
		place := before + day - 1
		this := p.month.AddDate(0, 0, day-1)
		d.button(&widget.Button{
			ID: fmt.Sprintf("day/%d", day), Kind: widget.Cell, Label: strconv.Itoa(day), Spoken: d.w.Date(this),
			Selected: p.holds(this), OnTap: func() { p.chooseDay(day) },
		}, x+float32(place%7)*(cell+gap), d.y+float32(place/7)*(height+gap), cell, height)
	}
	d.y += 6*(height+gap) - gap
}
