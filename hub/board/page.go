package board

import (
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"chasqui/hub"
	"chasqui/hub/measure"
	"chasqui/sync/wire"
)

// boardPage is the board as its template draws it.
type boardPage struct {
	frame
	Period string
	// Updated is when the page was made.
	Updated     string
	Periods     []link
	Headline    string
	TakeUp      share
	Facts       []string
	Chart       *chart
	Mix         []mixRow
	MixOf       string
	Services    []serviceRow
	Steps       []string
	Nudges      []nudgeRow
	Faces       []facesRow
	Failure     []failureRow
	Sources     []sourceRow
	Compared    []comparedRow
	Days        []dayRow
	ServiceDays []serviceDayRow
	States      []stateRow
	PutAside    string
	Kiosks      []kioskRow
	Definitions []definition
}

type mixRow struct {
	Channel wire.Channel
	Name    string
	All     figure
	Share   share
	Width   int // of 100
}

type serviceRow struct {
	ID, Title          string
	Started, Completed figure
	TakeUp, Completion share
	Missing            string
	Days               string
}

type nudgeRow struct {
	ID, Service                                string
	Name                                       string
	Shown, Accepted, Refused, Ignored, HeldOut string
}

// facesRow is what people said of a service, or of all of them.
type facesRow struct {
	ID, Title      string
	Faces          []string // worst first
	Good, Response share
}

// failureRow is what was filed about earlier requests for a service, or for all.
type failureRow struct {
	ID, Title                           string
	Corrections, Additions, Withdrawals string
	Share                               share
}

type sourceRow struct{ Channel, How, Days, Coverage string }

type comparedRow struct{ Service, Channel, Days, Tally, Import string }

type dayRow struct {
	ISO, Day           string
	Started, Completed figure
	TakeUp             share
	LeftOut            string
	Nudge              nudgeRow
}

type serviceDayRow struct {
	ISO, Day, ID, Title string
	Started, Completed  figure
	Channels            []figure
	TakeUp              share
	Missing             string
}

type stateRow struct {
	State wire.State
	Text  string
	N     string
}

type kioskRow struct{ ID, Office, State, Heard, Unsent string }

type definition struct{ ID, Term, Text string }

const mostSteps = 5

func (b *Board) page(w words, p period, today measure.Day, f figures) boardPage {
	r := f.report
	page := boardPage{
		frame:    frame{words: w, Place: b.place(w), PageTitle: w.T("web.title")},
		Period:   w.day(p.From),
		Updated:  w.moment(b.cfg.Now(), b.cfg.Location),
		Headline: w.headline(r.Total), TakeUp: w.rate(r.Total.TakeUp), Facts: b.facts(w, r.Total),
		Mix: b.mix(w, r.Total), Nudges: b.nudges(w, r), Steps: b.steps(w, r),
		Sources: b.sources(w, r.Total), PutAside: w.number(f.totals.PutAside),
	}
	page.Languages = languages(w, "/", p.query())
	page.Periods = periods(w, p, today)
	if p.From != p.To {
		page.Period = w.T("web.period.range", "From", w.day(p.From), "To", w.day(p.To))
		c := w.chart(r)
		page.Chart = &c
	}
	if _, whole, ok := r.Total.TakeUp.Parts(); ok {
		page.MixOf = w.T("web.mix.of", "N", w.number(whole))
	}
	for _, s := range r.Services {
		row := serviceRow{
			ID: s.ID, Title: b.title(w, s.ID), Started: w.figure(s.Started), Completed: w.figure(s.Completed),
			TakeUp: w.rate(s.TakeUp), Completion: w.rate(s.Completion),
			Days: w.T("web.of", "Part", s.Base.Days, "Whole", s.Base.OfDays),
		}
		if s.Base.OfDays > 0 {
			row.Missing = w.channels(s.Missing)
		}
		page.Services = append(page.Services, row)
	}
	for _, c := range r.Compared {
		page.Compared = append(page.Compared, comparedRow{
			b.title(w, c.Service), w.channel(c.Channel), strconv.Itoa(c.Days), w.number(c.Tally), w.number(c.Import),
		})
	}
	b.after(&page, r)
	b.daily(&page, r)
	for _, state := range wire.States() {
		if n := f.totals.States[state]; n > 0 {
			page.States = append(page.States, stateRow{state, w.T("state." + string(state)), w.number(n)})
		}
	}
	page.Kiosks = b.kiosks(w, f.kiosks)
	for _, id := range definitions() {
		page.Definitions = append(page.Definitions, definition{id, w.T("web.definition." + id + ".term"), w.T("web.definition." + id + ".text")})
	}
	return page
}

// allServices marks the row over all services.
const allServices = "all"

// after fills the tables of what came after the transactions, the sum first. A
// service of which nothing was counted has no row, and without any there is no
// table.
func (b *Board) after(page *boardPage, r measure.Report) {
	w := page.words
	faces := func(id, title string, s measure.Satisfaction) {
		row := facesRow{ID: id, Title: title, Good: w.rate(s.Good()), Response: w.rate(s.Response())}
		for _, n := range s.Faces {
			row.Faces = append(row.Faces, w.number(n))
		}
		page.Faces = append(page.Faces, row)
	}
	failure := func(id, title string, f measure.Failure) {
		page.Failure = append(page.Failure, failureRow{id, title, w.number(f.Corrections), w.number(f.Additions), w.number(f.Withdrawals), w.rate(f.Share())})
	}
	if r.Total.Satisfaction.Asked() > 0 {
		faces(allServices, w.T("web.all-services"), r.Total.Satisfaction)
	}
	if r.Total.Failure.Amended()+r.Total.Failure.Finished > 0 {
		failure(allServices, w.T("web.all-services"), r.Total.Failure)
	}
	for _, s := range r.Services {
		if s.Satisfaction.Asked() > 0 {
			faces(s.ID, b.title(w, s.ID), s.Satisfaction)
		}
		if s.Failure.Amended()+s.Failure.Finished > 0 {
			failure(s.ID, b.title(w, s.ID), s.Failure)
		}
	}
}

// definitions are the terms that the page explains, in order.
func definitions() []string {
	return []string{"completed", "take-up", "no-data", "assisted", "mix", "completion", "coverage", "import", "suggestion", "holdout", "satisfaction", "failure"}
}

func periods(w words, p period, today measure.Day) []link {
	var all []link
	for _, days := range []int{1, 7, usualDays, 90, 365} {
		q := period{Days: days}.query()
		q.Set("lang", w.Lang())
		all = append(all, link{Text: w.T("web.period." + strconv.Itoa(days)), Href: "/?" + q.Encode(), Current: p.Days == days && p.To == today})
	}
	return all
}

func (b *Board) mix(w words, t measure.Total) []mixRow {
	most := 0.0
	for _, c := range t.Channels {
		if v, ok := c.Share.Value(); ok {
			most = max(most, v)
		}
	}
	var all []mixRow
	for _, c := range t.Channels {
		row := mixRow{Channel: c.Channel, Name: w.channel(c.Channel), All: w.figure(c.All), Share: w.rate(c.Share)}
		if !row.All.Known {
			row.Share = w.rate(measure.NoData(measure.ChannelNotCounted))
		}
		if v, ok := c.Share.Value(); ok && most > 0 && row.All.Known {
			row.Width = int(math.Round(100 * v / most))
		}
		all = append(all, row)
	}
	return all
}

func (b *Board) sources(w words, t measure.Total) []sourceRow {
	var all []sourceRow
	for _, c := range t.Channels {
		var how []string
		for _, source := range c.Sources {
			how = append(how, w.T("web.source."+string(source)))
		}
		row := sourceRow{Channel: w.channel(c.Channel), How: strings.Join(how, "; "), Days: w.T("web.of", "Part", c.Days, "Whole", c.OfDays)}
		if len(how) == 0 {
			row.How = w.T("web.no-data")
		}
		row.Coverage = w.T("web.coverage.unknown")
		if text, ok := b.coverage(w, c); ok {
			row.Coverage = text
		} else if len(c.Sources) > 0 && c.Sources[0] == measure.SourceKiosk {
			row.Coverage = w.T("web.coverage.kiosk")
		}
		all = append(all, row)
	}
	return all
}

func (b *Board) nudges(w words, r measure.Report) []nudgeRow {
	var all []nudgeRow
	for _, n := range r.Nudges {
		row := w.nudge(n)
		row.Name = b.title(w, n.Service)
		all = append(all, row)
	}
	return all
}

func (w words) nudge(n measure.Nudge) nudgeRow {
	return nudgeRow{
		ID: n.Suggestion, Service: n.Service, Shown: w.number(n.Shown), Accepted: w.number(n.Accepted),
		Refused: w.number(n.Refused), Ignored: w.number(n.Ignored), HeldOut: w.number(n.HeldOut),
	}
}

func (b *Board) steps(w words, r measure.Report) []string {
	var all []string
	for _, s := range r.Next(mostSteps) {
		args := []any{"N", w.number(s.N), "Of", w.number(s.Of), "Days", s.Days, "OfDays", s.OfDays, "Service", "", "Channel", "", "Page", ""}
		if s.Service != "" {
			args = append(args, "Service", b.title(w, s.Service), "Page", b.question(w, s.Service, s.Page))
		}
		if s.Channel != "" {
			args = append(args, "Channel", w.channel(s.Channel))
		}
		all = append(all, w.T("web.next."+string(s.Kind), args...))
	}
	return all
}

// question returns what a service calls one of its pages.
func (b *Board) question(w words, service, page string) string {
	for _, o := range b.offers {
		if o.id != service {
			continue
		}
		for _, q := range o.service.In(w.Lang()).Questions {
			if q.ID == page && q.Short != "" {
				return q.Short
			}
		}
	}
	return page
}

// daily fills the tables by day, the newest day first. A day on which nothing was
// counted has no row; the chart shows its gap.
func (b *Board) daily(page *boardPage, r measure.Report) {
	w := page.words
	for _, d := range slices.Backward(r.Days) {
		if _, ok := d.Completed.Get(); !ok && len(d.LeftOut) == 0 {
			continue
		}
		var left []string
		for _, id := range d.LeftOut {
			left = append(left, b.title(w, id))
		}
		page.Days = append(page.Days, dayRow{
			string(d.Day), w.tableDay(d.Day, r), w.figure(d.Started), w.figure(d.Completed), w.rate(d.TakeUp), strings.Join(left, ", "), w.nudge(d.Nudge),
		})
		for _, s := range r.Services {
			for _, one := range s.Days {
				if one.Day == d.Day {
					page.ServiceDays = append(page.ServiceDays, b.serviceDay(page, r, s, one))
				}
			}
		}
	}
}

func (b *Board) serviceDay(page *boardPage, r measure.Report, s measure.Service, d measure.ServiceDay) serviceDayRow {
	w := page.words
	row := serviceDayRow{
		ISO: string(d.Day), Day: w.tableDay(d.Day, r), ID: s.ID, Title: b.title(w, s.ID),
		Started: w.figure(d.Started), Completed: w.figure(d.Completed), TakeUp: w.rate(d.TakeUp), Missing: w.channels(d.Missing),
	}
	for _, c := range page.Mix {
		row.Channels = append(row.Channels, w.figure(d.Channels[c.Channel]))
	}
	return row
}

func (b *Board) kiosks(w words, kiosks []hub.Kiosk) []kioskRow {
	var all []kioskRow
	for _, k := range kiosks {
		row := kioskRow{
			ID: k.ID, Office: string(k.Office), State: w.T("web.kiosk." + kioskState(k, b.cfg.Now())),
			Heard: w.T("web.kiosk.never"), Unsent: w.T("web.no-data"),
		}
		if !k.CheckIn.At.IsZero() {
			row.Heard = w.moment(k.CheckIn.At, b.cfg.Location)
			row.Unsent = strconv.Itoa(k.CheckIn.Health.Unsent)
		}
		all = append(all, row)
	}
	return all
}

// tableDay writes a date for a table of a report's days: without the year where
// it is the same in every row.
func (w words) tableDay(d measure.Day, r measure.Report) string {
	if r.From.Date().Year() == r.To.Date().Year() {
		return w.date(d, "web.day.year-known", "web.months.short")
	}
	return w.shortDay(d)
}

func (w words) moment(t time.Time, location *time.Location) string {
	return w.shortDay(measure.DayOf(t, location)) + ", " + t.In(location).Format("15:04")
}

// DayHref returns the address of the board of one day.
func (w words) DayHref(iso string) string {
	return "/?" + url.Values{"day": {iso}, "lang": {w.Lang()}}.Encode()
}
