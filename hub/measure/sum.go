package measure

import (
	"slices"

	"chasqui/sync/wire"
)

// sum adds up cells.
type sum struct {
	ledger                       *ledger
	started, finished, completed Number
	// digital, assisted and in are of complete cells only.
	digital, assisted uint64
	in                map[wire.Channel]uint64
	all               map[wire.Channel]Number
	counted           map[wire.Channel]map[Day]bool
	lacking           map[wire.Channel]map[Day]bool
	sources           map[wire.Channel][]Source
	stated            map[wire.Channel][]float64
	tallied           map[wire.Channel]map[officeDay]bool
	required          map[wire.Channel]bool
	missing           map[wire.Channel]bool
	days              map[Day]bool
	complete          map[Day]bool
	incomplete        map[Day]bool
	left              uint64
	leftServices      []string
}

func newSum(l *ledger) *sum {
	return &sum{
		ledger: l, in: map[wire.Channel]uint64{}, all: map[wire.Channel]Number{},
		counted: map[wire.Channel]map[Day]bool{}, lacking: map[wire.Channel]map[Day]bool{}, sources: map[wire.Channel][]Source{},
		stated: map[wire.Channel][]float64{}, tallied: map[wire.Channel]map[officeDay]bool{},
		required: map[wire.Channel]bool{}, missing: map[wire.Channel]bool{},
		days: map[Day]bool{}, complete: map[Day]bool{}, incomplete: map[Day]bool{},
	}
}

func (s *sum) add(c cell) {
	s.started, s.finished = s.started.plus(c.started), s.finished.plus(c.finished)
	s.days[c.day] = true
	complete := c.complete()
	if complete {
		s.complete[c.day] = true
	} else {
		s.incomplete[c.day] = true
		if !slices.Contains(s.leftServices, c.service) {
			s.leftServices = append(s.leftServices, c.service)
		}
	}
	for _, channel := range c.required {
		s.required[channel] = true
	}
	for _, channel := range c.missing() {
		s.missing[channel] = true
		if s.lacking[channel] == nil {
			s.lacking[channel] = map[Day]bool{}
		}
		s.lacking[channel][c.day] = true
	}
	for channel, v := range c.channels {
		s.channel(channel, v, c.day)
		switch {
		case !complete:
			s.left += v.n.n
			continue
		case channel.Digital():
			s.digital += v.n.n
		}
		if channel == wire.ChannelAssisted {
			s.assisted += v.n.n
		}
		s.in[channel] += v.n.n
	}
}

func (s *sum) channel(channel wire.Channel, v volume, d Day) {
	s.completed = s.completed.plus(v.n)
	s.all[channel] = s.all[channel].plus(v.n)
	if s.counted[channel] == nil {
		s.counted[channel], s.tallied[channel] = map[Day]bool{}, map[officeDay]bool{}
	}
	if v.whole {
		s.counted[channel][d] = true
	}
	for _, source := range v.sources {
		if !slices.Contains(s.sources[channel], source) {
			s.sources[channel] = append(s.sources[channel], source)
		}
	}
	s.stated[channel] = append(s.stated[channel], v.stated...)
	for _, at := range v.tallied {
		s.tallied[channel][at] = true
	}
}

// whole is how many transactions of complete cells there are in all channels.
func (s *sum) whole() uint64 {
	var n uint64
	for _, in := range s.in {
		n += in
	}
	return n
}

// takeUp is digital ÷ all of complete cells. Where no cell is complete the
// reason is the missing count, not that there was nothing.
func (s *sum) takeUp() Rate {
	if len(s.complete) == 0 && len(s.incomplete) > 0 {
		return NoData(ChannelNotCounted)
	}
	return Share(s.digital, s.whole())
}

func (s *sum) assistedShare() Rate {
	if len(s.complete) == 0 && len(s.incomplete) > 0 {
		return NoData(ChannelNotCounted)
	}
	return Share(s.assisted, s.digital)
}

func (s *sum) completion() Rate {
	started, _ := s.started.Get()
	finished, _ := s.finished.Get()
	return Share(finished, started)
}

func (s *sum) channels() []Channel {
	var out []Channel
	for _, channel := range wire.Channels() {
		if !s.required[channel] && !s.all[channel].known {
			continue
		}
		c := Channel{
			Channel: channel, All: s.all[channel], Days: s.daysOf(channel), OfDays: len(s.days),
			Sources: s.sources[channel], Coverage: s.coverage(channel),
		}
		slices.Sort(c.Sources)
		if len(s.complete) == 0 {
			c.Share = NoData(s.takeUp().Reason())
		} else {
			c.Share = Share(s.in[channel], s.whole())
		}
		out = append(out, c)
	}
	return out
}

// daysOf counts the days on which a channel was counted by everybody who should.
func (s *sum) daysOf(channel wire.Channel) int {
	n := 0
	for day := range s.counted[channel] {
		if !s.lacking[channel][day] {
			n++
		}
	}
	return n
}

// coverage is the mean over office days that the desk tallied and imported rows.
// An office's day counts once, however many services it is asked about.
func (s *sum) coverage(channel wire.Channel) Coverage {
	var c Coverage
	for at := range s.tallied[channel] {
		hours := hourSet{}
		for _, set := range []hourSet{s.ledger.open[at], s.ledger.tallied[at]} {
			for hour := range set {
				hours[hour] = true
			}
		}
		c.Hours += len(s.ledger.tallied[at])
		c.OfHours += len(hours)
		c.sum += float64(len(s.ledger.tallied[at])) / float64(len(hours))
		c.cells++
	}
	for _, stated := range s.stated[channel] {
		c.Stated++
		c.sum += stated
		c.cells++
	}
	return c
}

func (s *sum) missingChannels() []wire.Channel {
	var out []wire.Channel
	for _, channel := range wire.Channels() {
		if s.missing[channel] {
			out = append(out, channel)
		}
	}
	return out
}

// service turns the sum of a service's cells into its figures.
func (s *sum) service(id string, listed bool, byDay map[Day]*sum, in Input) Service {
	if listed && len(s.days) == 0 {
		// Nothing at all was counted: every channel it has is missing.
		for _, channel := range s.ledger.expected[id] {
			s.required[channel], s.missing[channel] = true, true
		}
	}
	out := Service{
		ID: id, Listed: listed, Started: s.started, Finished: s.finished, Completed: s.completed,
		TakeUp: s.takeUp(), Assisted: s.assistedShare(), Completion: s.completion(),
		Channels: s.channels(), Missing: s.missingChannels(),
		Base: Base{Days: len(s.days) - len(s.incomplete), OfDays: len(s.days), Left: s.left},
	}
	if !listed {
		out.TakeUp, out.Assisted = NoData(NotInCatalogue), NoData(NotInCatalogue)
		for i := range out.Channels {
			out.Channels[i].Share = NoData(NotInCatalogue)
		}
	}
	for _, d := range Days(in.From, in.To) {
		day, ok := byDay[d]
		if !ok {
			continue
		}
		one := ServiceDay{
			Day: d, Started: day.started, Finished: day.finished, Completed: day.completed,
			Channels: day.all, TakeUp: day.takeUp(), Missing: day.missingChannels(),
		}
		if !listed {
			one.TakeUp = NoData(NotInCatalogue)
		}
		out.Days = append(out.Days, one)
	}
	return out
}

// fill sets the figures of the total.
func (s *sum) fill(t *Total) {
	t.Started, t.Finished, t.Completed = s.started, s.finished, s.completed
	t.TakeUp, t.Assisted, t.Completion = s.takeUp(), s.assistedShare(), s.completion()
	t.Channels = s.channels()
	t.Base = Base{Days: len(s.complete), OfDays: len(s.days), Left: s.left}
}

func (s *sum) dayTotal(d Day) DayTotal {
	return DayTotal{
		Day: d, Started: s.started, Finished: s.finished, Completed: s.completed,
		TakeUp: s.takeUp(), LeftOut: s.leftServices,
	}
}
