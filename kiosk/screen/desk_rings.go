package screen

import (
	"strings"
	"time"

	"chasqui/kiosk"
	"chasqui/kiosk/look"
	"chasqui/kiosk/widget"
	"chasqui/locales"
)

// drawRings draws the calls that nobody has attended to, the oldest first: since
// when, on which page, in which service and language. A tap ends one.
func (p *deskPage) drawRings(d *drawing) {
	a, l := p.app, d.l
	defer d.secret()()
	rings := a.cfg.Station.Rings()
	if len(rings) == 0 {
		d.reason(d.text("desk.rings.empty"))
		return
	}
	attend := &widget.Button{Icon: "check", Label: d.text("desk.ring.attend"), TextSize: l.Small}
	buttonWidth := widget.Width(d.kit, attend) - l.MM(6)
	width := d.width - buttonWidth - l.MM(4)
	type row struct {
		ring        kiosk.Ring
		lead, about []string
	}
	var rows []row
	var heights []float32
	for _, ring := range rings {
		r := row{ring: ring, lead: look.Lines(p.since(d, ring), l.Body, true, width, false), about: look.Lines(p.where(d, ring), l.Hint, false, width, false)}
		rows = append(rows, r)
		height := float32(len(r.lead))*l.Body*look.TitleHeight + float32(len(r.about))*l.Hint*look.LineHeight + l.MM(4)
		heights = append(heights, max(height, l.LeastTarget+l.MM(4)))
	}
	pages := d.pages(heights, 2)
	p.page = min(max(p.page, 0), len(pages)-1)
	for i := pages[p.page][0]; i < pages[p.page][1]; i++ {
		top, r := d.y, rows[i]
		objects, used := widget.Lines(r.lead, l.Body, look.TitleHeight, true, l.Ink, d.x, d.y+l.MM(2))
		d.add(objects...)
		objects, _ = widget.Lines(r.about, l.Hint, look.LineHeight, false, l.Muted, d.x, d.y+l.MM(2)+used)
		d.add(objects...)
		id := r.ring.ID
		d.button(&widget.Button{
			ID: "attend/" + d.w.Number(id), Icon: "check", Kind: widget.Quiet, Label: attend.Label, TextSize: l.Small,
			OnTap: func() {
				a.cfg.Station.Attend(id)
				a.redraw()
			},
		}, d.x+d.width-buttonWidth, top+(heights[i]-l.LeastTarget)/2, buttonWidth, l.LeastTarget)
		d.y = top + heights[i]
		d.rule()
	}
	d.pager(p.page, len(pages), func(to int) {
		p.page = to
		a.redraw()
	})
}

// since says when somebody called, and how long ago that is.
func (p *deskPage) since(d *drawing, ring kiosk.Ring) string {
	at := d.w.Time(ring.At.In(p.app.zone()))
	minutes := int(p.app.cfg.Station.Now().Sub(ring.At) / time.Minute)
	if minutes < 1 {
		return d.text("desk.ring.now", "Time", at)
	}
	return d.w.Plural("desk.ring.since", minutes, "Time", at)
}

// where says at what somebody was who called.
func (p *deskPage) where(d *drawing, ring kiosk.Ring) string {
	var parts []string
	if s, ok := p.app.cfg.Catalog.Find(ring.Service); ok {
		shown := s.In(p.app.session.Language())
		parts = append(parts, shown.Title)
		if id, ok := strings.CutPrefix(ring.Page, "question/"); ok {
			for _, q := range shown.Questions {
				if q.ID == id {
					parts = append(parts, q.Short)
				}
			}
		}
	}
	if len(parts) == 0 {
		parts = append(parts, d.text(ringPlace(ring.Page)))
	}
	for _, lang := range locales.Languages() {
		if lang.Tag == ring.Language {
			parts = append(parts, lang.Name)
		}
	}
	return strings.Join(parts, " · ")
}

// ringPlace is the key of what staff calls a page outside of a service.
func ringPlace(page string) string {
	first, _, _ := strings.Cut(page, "/")
	switch first {
	case "home", "situation", "search", "found", "service", "welcome":
		return "desk.ring.choosing"
	case "status", "amend", "withdraw", "withdrawn", "amend-start":
		return "desk.ring.status"
	case "lessons", "lesson", "lesson-end":
		return "desk.ring.lesson"
	}
	return "desk.ring.elsewhere"
}
