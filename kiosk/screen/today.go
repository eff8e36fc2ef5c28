package screen

import (
	"slices"
	"strings"
	"time"

	"chasqui/kiosk"
	"chasqui/sync/wire"
)

// How far a service can be brought at this screen.
const (
	levelComplete = "complete"
	levelStart    = "start"
)

// today answers "can I finish here today?" before anybody begins: how far one gets
// at this screen, what must be at hand for that, and when the counter is open.
func (d *drawing) today(s kiosk.Service) fact {
	level := ""
	var counter []kiosk.OpenHours
	for _, c := range s.Channels {
		switch c.Channel {
		case wire.ChannelKiosk:
			level = c.Level
		case wire.ChannelCounter:
			counter = c.Open
		}
	}
	out := fact{label: d.text("service.today")}
	switch level {
	case levelComplete:
		out.icon, out.lead = "done", d.text("today.complete")
	case levelStart:
		out.icon, out.lead = "pencil", d.text("today.start")
	default:
		out.icon, out.lead = "info", d.text("today.not")
	}
	var lines []string
	if level == levelStart {
		lines = append(lines, d.text("today.start.then"))
	}
	if hours := d.counterToday(counter); hours != "" {
		lines = append(lines, hours)
	}
	out.text = strings.Join(lines, "\n")
	return out
}

// counterToday says when the counter is open today, or "" where nobody wrote that
// down. Nobody here knows of holidays, and the words say so.
func (d *drawing) counterToday(hours []kiosk.OpenHours) string {
	if len(hours) == 0 {
		return ""
	}
	now := d.app.cfg.Station.Now().In(d.app.zone())
	minute := now.Hour()*60 + now.Minute()
	clock := func(minutes int) string {
		return d.w.Time(time.Date(now.Year(), now.Month(), now.Day(), 0, minutes, 0, 0, time.UTC))
	}
	last := -1
	for _, h := range hours {
		if !slices.Contains(h.Days, now.Weekday()) {
			continue
		}
		if minute < h.To {
			return d.text("today.counter", "From", clock(h.From), "To", clock(h.To))
		}
		last = h.To
	}
	if last >= 0 {
		return d.text("today.counter.over", "To", clock(last))
	}
	return d.text("today.counter.closed")
}

// day reads a day as the catalogue writes it.
func day(text string) (time.Time, bool) {
	t, err := time.Parse(time.DateOnly, text)
	return t, err == nil
}
