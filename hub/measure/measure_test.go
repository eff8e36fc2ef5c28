package measure_test

import (
	"fmt"
	"slices"
	"testing"
	"time"
	_ "time/tzdata"

	"chasqui/hub"
	"chasqui/hub/measure"
	"chasqui/sync/wire"
)

const (
	town   = hub.Scope("CL/13/13101")
	centro = hub.Scope("CL/13/13101/centro")
	norte  = hub.Scope("CL/13/13101/norte")
	first  = measure.Day("2026-11-20")
	second = measure.Day("2026-11-21")
)

var santiago = func() *time.Location {
	loc, err := time.LoadLocation("America/Santiago")
	if err != nil {
		panic(err)
	}
	return loc
}()

// at returns the hour that begins at a local time of a day.
func at(d measure.Day, hour int) int64 {
	first, _ := measure.HoursOf(d, d, santiago)
	return first + int64(hour)
}

// input is an input under construction.
type input struct{ measure.Input }

func period(from, to measure.Day, expected ...measure.Expected) *input {
	return &input{measure.Input{From: from, To: to, Location: santiago, Expected: expected}}
}

func expect(service string, channels ...wire.Channel) measure.Expected {
	return measure.Expected{Service: service, Channels: channels}
}

func (in *input) count(office hub.Scope, d measure.Day, service string, channel wire.Channel, event string, n uint64) *input {
	in.Counts = append(in.Counts, hub.CountRow{Office: office, Hour: at(d, 10), Service: service, Channel: channel, Event: event, N: n})
	return in
}

// kiosk says that a kiosk ran and completed n of a service.
func (in *input) kiosk(office hub.Scope, d measure.Day, service string, n uint64) *input {
	in.ran(office, d)
	in.count(office, d, service, wire.ChannelKiosk, wire.EventStarted, n)
	return in.count(office, d, service, wire.ChannelKiosk, wire.EventCompleted, n)
}

func (in *input) ran(office hub.Scope, d measure.Day) *input {
	in.Open = append(in.Open, hub.OpenRow{Kiosk: "K-" + office.Name(), Office: office, Hour: at(d, 10), Seconds: 3600})
	return in
}

func (in *input) tally(office hub.Scope, d measure.Day, service string, n uint64) *input {
	return in.count(office, d, service, wire.ChannelCounter, wire.EventServed, n)
}

func (in *input) brought(place hub.Scope, d measure.Day, service string, channel wire.Channel, n uint64) *input {
	in.Imported = append(in.Imported, measure.Imported{Office: place, Service: service, Channel: channel, Day: string(d), N: n, Coverage: 1, Source: "queue machine"})
	return in
}

// show returns a rate as a person would write it.
func show(r measure.Rate) string {
	part, whole, ok := r.Parts()
	if !ok {
		return "no data: " + string(r.Reason())
	}
	return fmt.Sprintf("%d/%d", part, whole)
}

// Guards: the take-up of the reference (alphagov/transactions-explorer) and the
// rule that a channel without a count makes "no data"; without the rule the
// kiosk's own numbers alone would read 100 %.
func TestTakeUp(t *testing.T) {
	kioskAndCounter := expect("a", wire.ChannelKiosk, wire.ChannelCounter)
	for _, test := range []struct {
		name string
		in   *input
		want string
	}{
		{"5 of 10 is a half", period(first, first, kioskAndCounter).kiosk(centro, first, "a", 5).tally(centro, first, "a", 5), "5/10"},
		{"services add up: 5 of 10 and 10 of 30",
			period(first, first, kioskAndCounter, expect("b", wire.ChannelKiosk, wire.ChannelCounter)).
				kiosk(centro, first, "a", 5).tally(centro, first, "a", 5).
				kiosk(centro, first, "b", 10).tally(centro, first, "b", 20), "15/40"},
		{"volumes from different periods do not meet", period(first, second, kioskAndCounter).
			kiosk(centro, first, "a", 5).tally(centro, second, "a", 5), "no data: channel-not-counted"},
		{"only the days on which both counted enter", period(first, second, kioskAndCounter).
			kiosk(centro, first, "a", 5).tally(centro, first, "a", 5).kiosk(centro, second, "a", 90), "5/10"},
		{"all values missing", period(first, first, kioskAndCounter), "no data: nothing-counted"},
		{"a counter without a count is not 100 %", period(first, first, kioskAndCounter).kiosk(centro, first, "a", 5), "no data: channel-not-counted"},
		{"a counter that counted zero is 100 %", period(first, first, kioskAndCounter).kiosk(centro, first, "a", 5).brought(centro, first, "a", wire.ChannelCounter, 0), "5/5"},
		{"a service without another channel is 100 %", period(first, first, expect("a", wire.ChannelKiosk)).kiosk(centro, first, "a", 5), "5/5"},
		{"0 of 0 is no data", period(first, first, kioskAndCounter).ran(centro, first).brought(centro, first, "a", wire.ChannelCounter, 0), "no data: nothing-counted"},
		{"a kiosk that ran and took none is 0 %", period(first, first, kioskAndCounter).ran(centro, first).tally(centro, first, "a", 4), "0/4"},
		{"a kiosk that has not reported is not 0 %", period(first, first, kioskAndCounter).brought(centro, first, "a", wire.ChannelCounter, 4), "no data: channel-not-counted"},
		{"a web page without a count", period(first, first, expect("a", wire.ChannelKiosk, wire.ChannelCounter, wire.ChannelWeb)).
			kiosk(centro, first, "a", 5).tally(centro, first, "a", 5), "no data: channel-not-counted"},
		{"the web counts as digital, for the whole town", period(first, first, expect("a", wire.ChannelKiosk, wire.ChannelCounter, wire.ChannelWeb)).
			kiosk(centro, first, "a", 5).tally(centro, first, "a", 5).brought(town, first, "a", wire.ChannelWeb, 10), "15/20"},
		{"assisted ones are digital", period(first, first, kioskAndCounter).kiosk(centro, first, "a", 2).
			count(centro, first, "a", wire.ChannelAssisted, wire.EventCompleted, 1).tally(centro, first, "a", 1), "3/4"},
		{"a channel that the catalogue does not list is added all the same", period(first, first, kioskAndCounter).
			kiosk(centro, first, "a", 5).tally(centro, first, "a", 5).brought(town, first, "a", wire.ChannelMail, 10), "5/20"},
		{"every office's counter must count", period(first, first, kioskAndCounter).
			kiosk(centro, first, "a", 5).tally(centro, first, "a", 5).kiosk(norte, first, "a", 5), "no data: channel-not-counted"},
		{"two offices that count", period(first, first, kioskAndCounter).
			kiosk(centro, first, "a", 5).tally(centro, first, "a", 5).kiosk(norte, first, "a", 2).tally(norte, first, "a", 8), "7/20"},
		{"an import takes the tally's place", period(first, first, kioskAndCounter).
			kiosk(centro, first, "a", 5).tally(centro, first, "a", 4).brought(centro, first, "a", wire.ChannelCounter, 5), "5/10"},
		{"a service outside the catalogue does not enter", period(first, first, kioskAndCounter).
			kiosk(centro, first, "a", 5).tally(centro, first, "a", 5).kiosk(centro, first, "x", 50).tally(centro, first, "x", 1), "5/10"},
		{"rows outside the period do not enter", period(second, second, kioskAndCounter).
			kiosk(centro, first, "a", 5).tally(centro, first, "a", 5), "no data: nothing-counted"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := show(measure.Measure(test.in.Input).Total.TakeUp); got != test.want {
				t.Errorf("take-up is %s, want %s", got, test.want)
			}
		})
	}
}

func TestTheRestOfTheReport(t *testing.T) {
	in := period(first, second,
		expect("a", wire.ChannelKiosk, wire.ChannelCounter), expect("b", wire.ChannelKiosk, wire.ChannelCounter), expect("c", wire.ChannelKiosk)).
		kiosk(centro, first, "a", 3).tally(centro, first, "a", 1).
		count(centro, first, "a", wire.ChannelKiosk, wire.EventStarted, 1).
		count(centro, first, "a", wire.ChannelAssisted, wire.EventCompleted, 1).
		count(centro, first, "a", wire.ChannelAssisted, wire.EventStarted, 1).
		kiosk(centro, second, "a", 7).
		kiosk(centro, first, "b", 2)
	for detail, n := range map[string]uint64{"follow/accepted": 2, "follow/refused": 3, "follow/ignored": 1, "follow/held-out": 4, "odd": 9, "follow/what": 9} {
		in.Counts = append(in.Counts, hub.CountRow{Office: centro, Hour: at(first, 9), Service: "a", Channel: wire.ChannelKiosk, Event: wire.EventNudge, Detail: detail, N: n})
	}
	in.Counts = append(in.Counts,
		hub.CountRow{Office: centro, Hour: at(first, 9), Service: "a", Channel: wire.ChannelKiosk, Event: wire.EventAbandoned, Detail: "name", N: 1},
		hub.CountRow{Office: centro, Hour: at(first, 9), Service: "a", Channel: wire.ChannelKiosk, Event: wire.EventAbandoned, Detail: "address", N: 2})
	r := measure.Measure(in.Input)

	if got := show(r.Total.TakeUp); got != "4/5" {
		t.Errorf("take-up is %s, want 4/5: the first day of a alone", got)
	}
	if got := show(r.Total.Assisted); got != "1/4" {
		t.Errorf("the assisted share is %s, want 1/4 of the digital ones", got)
	}
	if got := show(r.Total.Completion); got != "13/14" {
		t.Errorf("the completion rate is %s, want 13/14", got)
	}
	if got := r.Total.Base; got != (measure.Base{Days: 1, OfDays: 2, Left: 9}) {
		t.Errorf("the base is %+v", got)
	}
	if len(r.Total.Included) != 1 || r.Total.Included[0] != "a" {
		t.Errorf("included are %q, want a", r.Total.Included)
	}
	want := []measure.LeftOut{
		{Service: "a", Reason: measure.ChannelNotCounted, Missing: []wire.Channel{wire.ChannelCounter}, Days: 1, OfDays: 2, Completed: 7},
		{Service: "b", Reason: measure.ChannelNotCounted, Missing: []wire.Channel{wire.ChannelCounter}, Days: 1, OfDays: 1, Completed: 2},
		{Service: "c", Reason: measure.NothingCounted, Missing: []wire.Channel{wire.ChannelKiosk, wire.ChannelAssisted}},
	}
	if !slices.EqualFunc(r.Total.LeftOut, want, func(a, b measure.LeftOut) bool {
		return a.Service == b.Service && a.Reason == b.Reason && slices.Equal(a.Missing, b.Missing) && a.Days == b.Days && a.OfDays == b.OfDays && a.Completed == b.Completed
	}) {
		t.Errorf("left out are\n%+v, want\n%+v", r.Total.LeftOut, want)
	}
	if want := (measure.Nudge{Service: "a", Suggestion: "follow", Shown: 6, Accepted: 2, Refused: 3, Ignored: 1, HeldOut: 4}); len(r.Nudges) != 1 || r.Nudges[0] != want {
		t.Errorf("nudges are %+v, want %+v", r.Nudges, want)
	}
	if day := r.Days[0].Nudge; day.Shown != 6 || day.HeldOut != 4 || r.Days[1].Nudge.Shown != 0 {
		t.Errorf("by day they are %+v and %+v", day, r.Days[1].Nudge)
	}
	if got := r.Services[0].Leaving; len(got) != 2 || got[0] != (measure.Leaving{Page: "address", N: 2}) {
		t.Errorf("people left at %+v", got)
	}
	if got := show(r.Days[0].TakeUp) + ", " + show(r.Days[1].TakeUp); got != "4/5, no data: channel-not-counted" {
		t.Errorf("by day the take-up is %s", got)
	}
	if got := r.Days[0].LeftOut; len(got) != 1 || got[0] != "b" {
		t.Errorf("on the first day %q are left out, want b", got)
	}
	counter := r.Services[1].Channels[2]
	if _, known := counter.All.Get(); counter.Channel != wire.ChannelCounter || known {
		t.Errorf("the counter of b is %+v, want no data", counter)
	}
	if c := r.Total.Channels[2]; c.Days != 0 || c.OfDays != 2 {
		t.Errorf("the counter counted on %d of %d days; b lacked it on the first and a on the second", c.Days, c.OfDays)
	}
	var shares string
	for _, c := range r.Total.Channels {
		shares += string(c.Channel) + " " + show(c.Share) + " "
	}
	if want := "kiosk 3/5 kiosk-assisted 1/5 counter 1/5 "; shares != want {
		t.Errorf("the mix is %q, want %q", shares, want)
	}
}

func TestMoreCompletedThanStartedIsNoRate(t *testing.T) {
	in := period(first, first, expect("a", wire.ChannelKiosk)).ran(centro, first).
		count(centro, first, "a", wire.ChannelKiosk, wire.EventStarted, 1).
		count(centro, first, "a", wire.ChannelKiosk, wire.EventCompleted, 2)
	if got := show(measure.Measure(in.Input).Total.Completion); got != "no data: more-than-all" {
		t.Errorf("the completion rate is %s", got)
	}
}

// Guards: the desk's coverage is counted in hours of an office's day, once, and
// not again for each service.
func TestCoverage(t *testing.T) {
	in := period(first, first, expect("a", wire.ChannelKiosk, wire.ChannelCounter), expect("b", wire.ChannelKiosk, wire.ChannelCounter))
	for hour := 9; hour < 17; hour++ {
		in.Open = append(in.Open, hub.OpenRow{Kiosk: "K", Office: centro, Hour: at(first, hour), Seconds: 3600})
	}
	in.kiosk(centro, first, "a", 1).tally(centro, first, "a", 2).kiosk(centro, first, "b", 1).tally(centro, first, "b", 2)
	in.Counts = append(in.Counts, hub.CountRow{Office: centro, Hour: at(first, 12), Service: "b", Channel: wire.ChannelCounter, Event: wire.EventServed, N: 1})
	c := measure.Measure(in.Input).Total.Channels[2].Coverage
	if share, ok := c.Share(); c.Hours != 2 || c.OfHours != 8 || !ok || share != 0.25 {
		t.Errorf("the counter's coverage is %+v, want 2 of 8 hours", c)
	}
	if _, ok := measure.Measure(in.Input).Total.Channels[0].Coverage.Share(); ok {
		t.Error("the kiosk has a coverage that nobody measured")
	}
	in.Imported = append(in.Imported,
		measure.Imported{Office: centro, Service: "a", Channel: wire.ChannelCounter, Day: string(first), N: 4, Coverage: 0.75, Source: "q"})
	c = measure.Measure(in.Input).Total.Channels[2].Coverage
	if share, _ := c.Share(); c.Stated != 1 || share != 0.5 {
		t.Errorf("with an import of 75 %% it is %+v, %v; want the mean, a half", c, share)
	}
}

func TestNext(t *testing.T) {
	both := []wire.Channel{wire.ChannelKiosk, wire.ChannelCounter}
	kinds := func(r measure.Report) (out []string) {
		for _, s := range r.Next(10) {
			out = append(out, string(s.Kind)+" "+s.Service)
		}
		return out
	}
	for _, test := range []struct {
		name string
		in   *input
		want []string
	}{
		{"nothing counted", period(first, first, expect("a", both...)), []string{"begin "}},
		{"all is well", period(first, first, expect("a", both...)).kiosk(centro, first, "a", 20).tally(centro, first, "a", 5), nil},
		{"the counter first where most is left out", period(first, first, expect("a", both...), expect("b", both...)).
			kiosk(centro, first, "a", 2).kiosk(centro, first, "b", 20), []string{"tally b", "tally a"}},
		{"a service that nobody used", period(first, first, expect("a", both...), expect("b", both...)).
			kiosk(centro, first, "a", 20).tally(centro, first, "a", 5), []string{"unused b"}},
		{"the web's counts", period(first, first, expect("a", wire.ChannelKiosk, wire.ChannelWeb)).kiosk(centro, first, "a", 2), []string{"bring a"}},
		{"a silent kiosk", period(first, second, expect("a", both...)).kiosk(centro, first, "a", 2).tally(centro, first, "a", 1).
			brought(town, second, "a", wire.ChannelCounter, 3), []string{"connect a"}},
		{"tally and import differ", period(first, first, expect("a", both...)).kiosk(centro, first, "a", 20).
			tally(centro, first, "a", 5).brought(centro, first, "a", wire.ChannelCounter, 9), []string{"compare a"}},
		{"mostly at the counter", period(first, first, expect("a", both...)).kiosk(centro, first, "a", 2).tally(centro, first, "a", 8), []string{"offer a"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := kinds(measure.Measure(test.in.Input)); !slices.Equal(got, test.want) {
				t.Errorf("next is %q, want %q", got, test.want)
			}
		})
	}
}

// Guards: a day is the office's own. Without the zone, what was done after 21:00
// in Santiago would count on the next day.
func TestDaysAreTheOfficesOwn(t *testing.T) {
	late := time.Date(2026, 11, 20, 23, 30, 0, 0, santiago)
	if got := measure.DayOf(late, santiago); got != first {
		t.Errorf("half past eleven at night is on %s, want %s", got, first)
	}
	if got := measure.DayOf(late, time.UTC); got != second {
		t.Errorf("control: in UTC it is on %s, want %s", got, second)
	}
	for _, test := range []struct {
		name, zone string
		day        measure.Day
		hours      int64
	}{
		{"an ordinary day", "America/Santiago", "2026-11-20", 24},
		{"the day that begins at one o'clock", "America/Santiago", "2026-09-06", 23},
		{"the day with an hour twice", "America/Santiago", "2026-04-04", 25},
		{"a day at the world's edge", "Pacific/Kiritimati", "2026-11-20", 24},
	} {
		t.Run(test.name, func(t *testing.T) {
			loc, err := time.LoadLocation(test.zone)
			if err != nil {
				t.Fatal(err)
			}
			from, end := measure.HoursOf(test.day, test.day, loc)
			if end-from != test.hours {
				t.Errorf("the day has %d hours, want %d", end-from, test.hours)
			}
			for hour := from - 2; hour < end+2; hour++ {
				if in := measure.DayOf(wire.HourStart(hour), loc) == test.day; in != (hour >= from && hour < end) {
					t.Errorf("hour %d is counted on the wrong day", hour-from)
				}
			}
		})
	}
}

// Guards: a share of faces is of those who answered, failure demand of all that
// were filed, and either is no data where nothing was counted. Without the first
// rule whoever passes by would be taken for content, or for cross.
func TestWhatCameAfter(t *testing.T) {
	if r := measure.Measure(period(first, first, expect("a", wire.ChannelKiosk)).Input); show(r.Total.Satisfaction.Good())+", "+show(r.Total.Satisfaction.Response())+", "+show(r.Total.Failure.Share()) !=
		"no data: nothing-counted, no data: nothing-counted, no data: nothing-counted" {
		t.Errorf("of nothing it says %+v, %+v", r.Total.Satisfaction, r.Total.Failure)
	}
	in := period(first, first, expect("a", wire.ChannelKiosk), expect("b", wire.ChannelKiosk)).kiosk(centro, first, "a", 6).kiosk(norte, first, "a", 2)
	after := func(office hub.Scope, d measure.Day, service, event, detail string, n uint64) {
		in.Counts = append(in.Counts, hub.CountRow{Office: office, Hour: at(d, 9), Service: service, Channel: wire.ChannelKiosk, Event: event, Detail: detail, N: n})
	}
	for detail, n := range map[string]uint64{"1": 1, "3": 2, "4": 3, "5": 4, "skipped": 5, "other": 50, "9": 50, "": 50} {
		after(centro, first, "a", wire.EventSatisfaction, detail, n)
	}
	after(norte, first, "", wire.EventSatisfaction, "5", 1)
	after(centro, first, "a", wire.EventAmended, "correction", 1)
	after(norte, first, "a", wire.EventAmended, "withdrawal", 1)
	after(centro, first, "b", wire.EventAmended, "addition", 1)
	after(centro, first, "b", wire.EventAmended, "other", 90)
	after(centro, second, "a", wire.EventAmended, "correction", 90) // of another day
	r := measure.Measure(in.Input)
	a, b := r.Services[0], r.Services[1]
	for what, got := range map[string][2]string{
		"a is good":         {show(a.Satisfaction.Good()), "7/10"},
		"a answered":        {show(a.Satisfaction.Response()), "10/15"},
		"b is good":         {show(b.Satisfaction.Good()), "no data: nothing-counted"},
		"all are good":      {show(r.Total.Satisfaction.Good()), "8/11"},
		"all answered":      {show(r.Total.Satisfaction.Response()), "11/16"},
		"a again":           {show(a.Failure.Share()), "2/10"},
		"b again":           {show(b.Failure.Share()), "1/1"},
		"all again":         {show(r.Total.Failure.Share()), "3/11"},
		"a is still whole":  {show(a.TakeUp), "8/8"},
		"b was not counted": {show(b.TakeUp), "no data: nothing-counted"},
	} {
		if got[0] != got[1] {
			t.Errorf("%s: %s, want %s", what, got[0], got[1])
		}
	}
	if a.Satisfaction.Faces != [measure.Faces]uint64{1, 0, 2, 3, 4} {
		t.Errorf("the faces of a are %v", a.Satisfaction.Faces)
	}
}
