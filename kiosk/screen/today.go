package screen

import (
	"slices"
	"strings"
	"time"

	"chasqui/kiosk"
	"chasqui/kiosk/flow"
)

// today answers "can I finish here today?" before anybody begins: how far one gets
// at this screen, what must be at hand for that, and when the counter is open.
func (d *drawing) today(s kiosk.Service) []fact {
	today := flow.Today(s, d.app.office, d.app.cfg.Station.Now())
	out := fact{label: d.text("service.today")}
	var lines []string
	switch cannot := d.app.cannotFile(s); {
	case cannot:
		out.icon, out.lead = "alert", d.text("today.no-keys")
		today.AtHand = nil
		d.unstarted()
	case today.Finish == kiosk.FinishComplete:
		out.icon, out.lead = "done", d.text("today.complete")
	case today.Finish == kiosk.FinishStart:
		out.icon, out.lead = "pencil", d.text("today.start")
		lines = append(lines, d.text("today.start.then"))
	default:
		out.icon, out.lead = "info", d.text("today.not")
	}
	if today.Counter != nil {
		if words := d.counter(*today.Counter); words != "" {
			lines = append(lines, words)
		}
	}
	out.text = strings.Join(lines, "\n")
	if len(today.AtHand) == 0 {
		return []fact{out}
	}
	return []fact{out, {label: d.text("today.hand"), text: strings.Join(today.AtHand, "\n")}}
}

// cannotFile reports whether a service files something and cannot do so here now:
// who answers its questions would learn only at the end that nobody gets them.
func (a *App) cannotFile(s kiosk.Service) bool {
	files := slices.ContainsFunc(s.Outcomes, func(o kiosk.Outcome) bool { return o.Action == kiosk.ActionApply })
	return files && !a.cfg.Station.CanFile(s.ID)
}

// unstarted draws the foot of a service's page anew, without the button that
// starts the service: it leads back and nowhere else.
func (d *drawing) unstarted() {
	back, ok := d.app.top().(backer)
	if !ok {
		return
	}
	d.foot = nil
	delete(d.focusable, idPrimary)
	d.feet(d.back(back.Back), nil)
}

// counter says whether the counter is open, or "" where nobody wrote that down for
// a computer. Nobody here knows of holidays, and the words say so.
func (d *drawing) counter(c kiosk.Counter) string {
	switch c.State {
	case kiosk.CounterOpen:
		return d.text("today.counter.open", "Time", d.w.Time(c.Until))
	case kiosk.CounterLater:
		return d.text("today.counter.later", "Time", d.w.Time(c.Opens))
	case kiosk.CounterClosed:
		return d.text("today.counter.closed", "Date", d.w.Date(c.Opens), "Time", d.w.Time(c.Opens))
	}
	return ""
}

// day reads a day as the catalogue writes it.
func day(text string) (time.Time, bool) {
	t, err := time.Parse(time.DateOnly, text)
	return t, err == nil
}
