package measure

import (
	"time"

	"chasqui/hub"
	"chasqui/sync/wire"
)

// Expected is what the catalogue says of a service: the channels in which it can
// be done. ChannelKiosk stands for the assisted kiosk as well.
type Expected struct {
	Service  string
	Channels []wire.Channel
}

// Input is everything a report is made of. Rows outside the days from From to
// To are left out.
type Input struct {
	From, To Day
	Location *time.Location
	Expected []Expected
	Counts   []hub.CountRow
	Open     []hub.OpenRow
	Imported []Imported
}

// Source is how a count was captured.
type Source string

// The sources.
const (
	SourceKiosk  Source = "kiosk"  // the kiosk counts itself
	SourceTally  Source = "tally"  // one tap at the desk
	SourceImport Source = "import" // a file from a queue machine, a web back end …
)

// Report holds the figures of a place and a period.
type Report struct {
	From, To Day
	Total    Total
	// Services come in the order of Input.Expected, then those that were counted
	// and are not in the catalogue, by id.
	Services []Service
	// Days are the days From to To, each with its total.
	Days   []DayTotal
	Nudges []Nudge
	// Compared says where tally and import counted the same.
	Compared []Compared
}

// Base says on how many days a rate rests.
type Base struct {
	// Days are complete, of OfDays on which anything was counted.
	Days, OfDays int
	// Left is how many completed transactions were counted on the other days.
	Left uint64
}

// Total is the municipality's total.
type Total struct {
	// Started and Finished are at the kiosk; no data when no kiosk reported.
	Started, Finished Number
	// Completed is everything counted as completed in any channel, also what does
	// not enter the take-up.
	Completed  Number
	TakeUp     Rate
	Assisted   Rate
	Completion Rate
	// Satisfaction and Failure are over all services.
	Satisfaction Satisfaction
	Failure      Failure
	Channels     []Channel
	Base         Base
	// Included are the services with at least one complete day.
	Included []string
	// LeftOut names what did not enter the take-up, wholly or on some days.
	LeftOut []LeftOut
}

// LeftOut is a service that does not enter the total on some or all days.
type LeftOut struct {
	Service string
	Reason  Reason
	// Missing are the channels without a count.
	Missing []wire.Channel
	// Days are left out, of OfDays on which anything was counted.
	Days, OfDays int
	// Completed is what was counted and does not enter.
	Completed uint64
}

// Channel is one channel of a service or of the total.
type Channel struct {
	Channel wire.Channel
	// All is everything counted in the period; no data when nobody counted.
	All Number
	// Share is the share among transactions of complete cells.
	Share Rate
	// Days are those on which everybody who should have counted did, of OfDays on
	// which anything was counted.
	Days, OfDays int
	Sources      []Source
	Coverage     Coverage
}

// Service holds the figures of one service.
type Service struct {
	ID string
	// Listed says that the service is in the catalogue.
	Listed            bool
	Started, Finished Number
	Completed         Number
	TakeUp            Rate
	Assisted          Rate
	Completion        Rate
	Satisfaction      Satisfaction
	Failure           Failure
	Channels          []Channel
	Base              Base
	// Missing are the channels that lack a count on some day.
	Missing []wire.Channel
	Days    []ServiceDay
	// Leaving says on which pages people left, most first.
	Leaving []Leaving
}

// ServiceDay is one service on one day.
type ServiceDay struct {
	Day               Day
	Started, Finished Number
	Completed         Number
	// Channels holds what was counted by channel.
	Channels map[wire.Channel]Number
	TakeUp   Rate
	Missing  []wire.Channel
}

// DayTotal is one day over all services.
type DayTotal struct {
	Day               Day
	Started, Finished Number
	Completed         Number
	TakeUp            Rate
	// LeftOut are the services that do not enter that day's take-up.
	LeftOut []string
	// Nudge sums all suggestions of the day.
	Nudge Nudge
}

// Leaving is how many left a service on a page.
type Leaving struct {
	Page string
	N    uint64
}

// Nudge is how one suggestion after one service was answered; in a day's total,
// all of them together.
type Nudge struct {
	Service, Suggestion string
	// Shown = Accepted + Refused + Ignored. HeldOut were deliberately not shown.
	Shown, Accepted, Refused, Ignored, HeldOut uint64
}

func (n Nudge) plus(m Nudge) Nudge {
	return Nudge{n.Service, n.Suggestion, n.Shown + m.Shown, n.Accepted + m.Accepted, n.Refused + m.Refused, n.Ignored + m.Ignored, n.HeldOut + m.HeldOut}
}

// Compared is how tally and import agree where both counted the same service and
// channel on the same days. The import enters the figures.
type Compared struct {
	Service       string
	Channel       wire.Channel
	Days          int
	Tally, Import uint64
}

// Measure makes a report.
func Measure(in Input) Report {
	l := newLedger(in)
	r := Report{From: in.From, To: in.To, Nudges: l.nudges(), Compared: l.compared()}
	total, days := newSum(l), map[Day]*sum{}
	for _, id := range l.services() {
		_, listed := l.expected[id]
		all, byDay := newSum(l), map[Day]*sum{}
		for _, c := range l.cells(id) {
			all.add(c)
			total.add(c)
			sumOf(byDay, c.day, l).add(c)
			sumOf(days, c.day, l).add(c)
		}
		service := all.service(id, listed, byDay, in)
		service.Leaving = l.leaving(id)
		service.Satisfaction, service.Failure = l.satisfied[id], l.failure(id, service.Finished)
		r.Services = append(r.Services, service)
		if len(all.complete) > 0 {
			r.Total.Included = append(r.Total.Included, id)
		}
		if left, ok := service.leftOut(); ok {
			r.Total.LeftOut = append(r.Total.LeftOut, left)
		}
	}
	total.fill(&r.Total)
	l.totalAfter(&r.Total)
	for _, d := range Days(in.From, in.To) {
		day := sumOf(days, d, l).dayTotal(d)
		day.Nudge = l.nudgedOn(d)
		r.Days = append(r.Days, day)
	}
	return r
}

func sumOf(days map[Day]*sum, d Day, l *ledger) *sum {
	if days[d] == nil {
		days[d] = newSum(l)
	}
	return days[d]
}

// leftOut says what of the service does not enter the total.
func (s Service) leftOut() (LeftOut, bool) {
	out := LeftOut{Service: s.ID, Missing: s.Missing, OfDays: s.Base.OfDays, Completed: s.Base.Left, Days: s.Base.OfDays - s.Base.Days}
	switch {
	case !s.Listed:
		out.Reason = NotInCatalogue
	case s.Base.OfDays == 0:
		out.Reason = NothingCounted
	case out.Days > 0:
		out.Reason = ChannelNotCounted
	default:
		return LeftOut{}, false
	}
	return out, true
}
