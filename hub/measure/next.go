package measure

import (
	"cmp"
	"slices"

	"chasqui/sync/wire"
)

// StepKind is a kind of thing to do next. Each has words in locales/web under
// "web.next."+kind.
type StepKind string

// The kinds, the one that makes figures possible first.
const (
	StepBegin   StepKind = "begin"   // nothing was counted at all
	StepTally   StepKind = "tally"   // count Service at the counter, too
	StepBring   StepKind = "bring"   // bring the counts of Channel for Service
	StepConnect StepKind = "connect" // the kiosk has not reported on some days
	StepCompare StepKind = "compare" // tally (N) and import (Of) differ
	StepCover   StepKind = "cover"   // N of Of open hours were tallied
	StepLeave   StepKind = "leave"   // N of Of who started leave on Page
	StepOffer   StepKind = "offer"   // N of Of were not digital
	StepUnused  StepKind = "unused"  // nothing at all was counted of Service
)

// StepKinds lists every kind once.
func StepKinds() []StepKind {
	return []StepKind{StepBegin, StepTally, StepBring, StepConnect, StepCompare, StepCover, StepLeave, StepOffer, StepUnused}
}

// Step is one thing to do next, with the numbers it follows from.
type Step struct {
	Kind    StepKind
	Service string
	Channel wire.Channel
	Page    string
	N, Of   uint64
	// Days lack a count, of OfDays on which anything was counted.
	Days, OfDays int
}

const (
	enoughToSay = 10  // below this many, chance says as much as the figures do
	goodHours   = 0.8 // tallied in at least this share of the hours: nothing to say
)

// Next lists what to do, the most telling first, at most `most` steps.
func (r Report) Next(most int) []Step {
	if r.Total.Base.OfDays == 0 {
		return []Step{{Kind: StepBegin}}
	}
	steps := r.uncounted()
	for _, c := range r.Compared {
		larger, gap := max(c.Tally, c.Import), max(c.Tally, c.Import)-min(c.Tally, c.Import)
		if gap >= 3 && gap*10 > larger {
			steps = append(steps, Step{Kind: StepCompare, Service: c.Service, Channel: c.Channel, N: c.Tally, Of: c.Import, Days: c.Days})
		}
	}
	for _, c := range r.Total.Channels {
		tallied, all := c.Coverage.Hours, c.Coverage.OfHours
		if all >= enoughToSay && float64(tallied) < goodHours*float64(all) {
			steps = append(steps, Step{Kind: StepCover, Channel: c.Channel, N: number(tallied), Of: number(all)})
		}
	}
	steps = append(steps, r.leaving()...)
	if step, ok := r.offer(); ok {
		steps = append(steps, step)
	}
	for _, s := range r.Services {
		if s.Base.OfDays == 0 {
			steps = append(steps, Step{Kind: StepUnused, Service: s.ID})
		}
	}
	return steps[:min(most, len(steps))]
}

// uncounted names the counts that are missing, those first that keep the most
// transactions out of the take-up.
func (r Report) uncounted() []Step {
	var steps []Step
	left := map[string]uint64{}
	for _, s := range r.Services {
		left[s.ID] = s.Base.Left
		if s.Base.OfDays == 0 {
			continue
		}
		kiosk := false
		for _, c := range s.Channels {
			if !slices.Contains(s.Missing, c.Channel) {
				continue
			}
			step := Step{Kind: StepBring, Service: s.ID, Channel: c.Channel, Days: c.OfDays - c.Days, OfDays: c.OfDays}
			switch {
			case fromKiosk(c.Channel) && kiosk:
				continue // one kiosk, said once
			case fromKiosk(c.Channel):
				step.Kind, kiosk = StepConnect, true
			case c.Channel == wire.ChannelCounter:
				step.Kind = StepTally
			}
			steps = append(steps, step)
		}
	}
	slices.SortStableFunc(steps, func(a, b Step) int { return cmp.Compare(left[b.Service], left[a.Service]) })
	return steps
}

// leaving names the page on which at least one in five leaves a service.
func (r Report) leaving() []Step {
	var steps []Step
	for _, s := range r.Services {
		started, _ := s.Started.Get()
		if len(s.Leaving) == 0 || started < enoughToSay {
			continue
		}
		if worst := s.Leaving[0]; worst.N*5 >= started && worst.N <= started {
			steps = append(steps, Step{Kind: StepLeave, Service: s.ID, Page: worst.Page, N: worst.N, Of: started})
		}
	}
	return steps
}

// offer names the service in which the most transactions were not digital.
func (r Report) offer() (Step, bool) {
	var best Step
	for _, s := range r.Services {
		digital, all, ok := s.TakeUp.Parts()
		if ok && all >= enoughToSay && digital*2 < all && all-digital > best.N {
			best = Step{Kind: StepOffer, Service: s.ID, N: all - digital, Of: all}
		}
	}
	return best, best.Kind != ""
}

func number(n int) uint64 { return uint64(max(n, 0)) } // #nosec G115 -- not negative
