package measure

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"chasqui/hub"
	"chasqui/sync/wire"
)

// at is a service in a place on a day.
type at struct {
	place   hub.Scope
	service string
	day     Day
}

type atChannel struct {
	at
	channel wire.Channel
}

type officeDay struct {
	office hub.Scope
	day    Day
}

// imports sums the imported rows of one place, service, day and channel.
type imports struct {
	n        uint64
	coverage []float64
}

// ledger is an input, indexed.
type ledger struct {
	expected map[string][]wire.Channel
	order    []string

	started   map[at]uint64        // at an office's kiosks
	finished  map[atChannel]uint64 // at an office's kiosks
	tallies   map[atChannel]uint64 // at an office's desk
	imported  map[atChannel]imports
	touched   map[at]bool           // anything of a service at a place on a day
	open      map[officeDay]hourSet // hours in which a kiosk ran
	tallied   map[officeDay]hourSet // hours in which the desk tallied anything
	kiosks    map[hub.Scope]bool    // offices that have a kiosk
	active    map[string]map[hub.Scope]bool
	left      map[string]map[string]uint64 // service → page → how many left there
	suggested map[asked]Nudge
	satisfied map[string]Satisfaction // by service, "" for none
	amended   map[string]Failure      // by the service of the earlier request
}

// asked is a suggestion after a service on a day.
type asked struct {
	service, suggestion string
	day                 Day
}

type hourSet map[int64]bool

func newLedger(in Input) *ledger {
	l := &ledger{
		expected: map[string][]wire.Channel{},
		started:  map[at]uint64{}, finished: map[atChannel]uint64{}, tallies: map[atChannel]uint64{},
		imported: map[atChannel]imports{}, touched: map[at]bool{},
		open: map[officeDay]hourSet{}, tallied: map[officeDay]hourSet{},
		kiosks: map[hub.Scope]bool{}, active: map[string]map[hub.Scope]bool{},
		left: map[string]map[string]uint64{}, suggested: map[asked]Nudge{},
		satisfied: map[string]Satisfaction{}, amended: map[string]Failure{},
	}
	for _, e := range in.Expected {
		if _, twice := l.expected[e.Service]; !twice {
			l.order = append(l.order, e.Service)
		}
		l.expected[e.Service] = withAssisted(e.Channels)
	}
	dayOf := daysOfHours(in.Location)
	for _, row := range in.Open {
		if d := dayOf(row.Hour); row.Seconds > 0 && d >= in.From && d <= in.To {
			l.kiosks[row.Office] = true
			mark(l.open, officeDay{row.Office, d}, row.Hour)
		}
	}
	for _, row := range in.Counts {
		if d := dayOf(row.Hour); row.N > 0 && d >= in.From && d <= in.To {
			l.count(row, d)
		}
	}
	for _, row := range in.Imported {
		if d := Day(row.Day); d >= in.From && d <= in.To {
			key := atChannel{at{row.Office, row.Service, d}, row.Channel}
			l.imported[key] = imports{l.imported[key].n + row.N, append(l.imported[key].coverage, row.Coverage)}
			l.touch(key.at)
		}
	}
	return l
}

// daysOfHours returns a function that gives the day of an hour and remembers it:
// an hour has many rows.
func daysOfHours(location *time.Location) func(hour int64) Day {
	known := map[int64]Day{}
	return func(hour int64) Day {
		d, ok := known[hour]
		if !ok {
			d = DayOf(wire.HourStart(hour), location)
			known[hour] = d
		}
		return d
	}
}

// withAssisted adds the assisted kiosk where there is a kiosk, and sorts.
func withAssisted(channels []wire.Channel) []wire.Channel {
	var out []wire.Channel
	for _, c := range wire.Channels() {
		assisted := c == wire.ChannelAssisted && slices.Contains(channels, wire.ChannelKiosk)
		if assisted || slices.Contains(channels, c) {
			out = append(out, c)
		}
	}
	return out
}

func (l *ledger) count(row hub.CountRow, d Day) {
	key := at{row.Office, row.Service, d}
	kiosk := fromKiosk(row.Channel)
	switch {
	case row.Event == wire.EventStarted && kiosk:
		l.started[key] += row.N
	case row.Event == wire.EventCompleted && kiosk:
		l.finished[atChannel{key, row.Channel}] += row.N
	case row.Event == wire.EventServed && !kiosk:
		l.tallies[atChannel{key, row.Channel}] += row.N
		mark(l.tallied, officeDay{row.Office, d}, row.Hour)
	case row.Event == wire.EventAbandoned:
		if l.left[row.Service] == nil {
			l.left[row.Service] = map[string]uint64{}
		}
		l.left[row.Service][row.Detail] += row.N
		return
	case row.Event == wire.EventNudge:
		l.nudge(row, d)
		return
	case kiosk && (row.Event == wire.EventSatisfaction || row.Event == wire.EventAmended):
		l.after(row)
		return
	default:
		return
	}
	if kiosk {
		l.kiosks[row.Office] = true
		mark(l.open, officeDay{row.Office, d}, row.Hour)
	}
	l.touch(key)
}

func (l *ledger) touch(key at) {
	if key.service == "" {
		return
	}
	l.touched[key] = true
	if l.active[key.service] == nil {
		l.active[key.service] = map[hub.Scope]bool{}
	}
	l.active[key.service][key.place] = true
}

func fromKiosk(c wire.Channel) bool { return c == wire.ChannelKiosk || c == wire.ChannelAssisted }

func mark(sets map[officeDay]hourSet, key officeDay, hour int64) {
	if sets[key] == nil {
		sets[key] = hourSet{}
	}
	sets[key][hour] = true
}

// nudge counts the answer to a suggestion; the row's detail is
// "suggestion/answer".
func (l *ledger) nudge(row hub.CountRow, d Day) {
	slash := strings.LastIndexByte(row.Detail, '/')
	if slash < 0 {
		return
	}
	key := asked{row.Service, row.Detail[:slash], d}
	n := l.suggested[key]
	switch row.Detail[slash+1:] {
	case wire.AnswerAccepted:
		n.Accepted += row.N
	case wire.AnswerRefused:
		n.Refused += row.N
	case wire.AnswerIgnored:
		n.Ignored += row.N
	case wire.AnswerHeldOut:
		n.HeldOut += row.N
	default:
		return
	}
	n.Shown = n.Accepted + n.Refused + n.Ignored
	l.suggested[key] = n
}

// nudges adds up by service and suggestion, in the order of services.
func (l *ledger) nudges() []Nudge {
	found := map[asked]Nudge{}
	for key, n := range l.suggested {
		key.day = ""
		sum := found[key].plus(n)
		sum.Service, sum.Suggestion = key.service, key.suggestion
		found[key] = sum
	}
	return slices.SortedFunc(maps.Values(found), func(a, b Nudge) int {
		return cmp.Or(cmp.Compare(l.place(a.Service), l.place(b.Service)),
			cmp.Compare(a.Service, b.Service), cmp.Compare(a.Suggestion, b.Suggestion))
	})
}

// place is where a service stands in the catalogue; others come last.
func (l *ledger) place(service string) int {
	if at := slices.Index(l.order, service); at >= 0 {
		return at
	}
	return len(l.order)
}

// nudgedOn adds up the suggestions of a day.
func (l *ledger) nudgedOn(d Day) Nudge {
	var sum Nudge
	for key, n := range l.suggested {
		if key.day == d {
			sum = sum.plus(n)
		}
	}
	return sum
}

// services lists the catalogue's services in its order, then others by id.
func (l *ledger) services() []string {
	all := slices.Clone(l.order)
	for _, id := range slices.Sorted(maps.Keys(l.active)) {
		if _, listed := l.expected[id]; !listed {
			all = append(all, id)
		}
	}
	return all
}

func (l *ledger) leaving(service string) []Leaving {
	var all []Leaving
	for page, n := range l.left[service] {
		all = append(all, Leaving{page, n})
	}
	slices.SortFunc(all, func(a, b Leaving) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Page, b.Page))
	})
	return all
}

// compared finds where an import and a tally counted the same.
func (l *ledger) compared() []Compared {
	type key struct {
		service string
		channel wire.Channel
	}
	found := map[key]*Compared{}
	for k, tally := range l.tallies {
		in, ok := l.imported[k]
		if !ok {
			continue
		}
		at := key{k.service, k.channel}
		if found[at] == nil {
			found[at] = &Compared{Service: k.service, Channel: k.channel}
		}
		found[at].Days++
		found[at].Tally += tally
		found[at].Import += in.n
	}
	var all []Compared
	for _, c := range found {
		all = append(all, *c)
	}
	slices.SortFunc(all, func(a, b Compared) int {
		return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Channel, b.Channel))
	})
	return all
}
