package flow

import (
	"time"

	"chasqui/kiosk"
	"chasqui/sync/wire"
)

// Today says how far somebody gets with a service at this kiosk now, what must be
// at hand, and whether the counter is open, on the clock of the office's own time
// zone. Holidays are not known, neither the country's nor the town's: whoever
// shows the counter's state says that they may differ.
func Today(s kiosk.Service, office kiosk.Office, now time.Time) kiosk.Today {
	now = localTime(office, now)
	t := kiosk.Today{Finish: kiosk.FinishElsewhere, AtHand: s.AtHand}
	for _, c := range s.Channels {
		switch c.Channel {
		case wire.ChannelKiosk:
			switch c.Level {
			case "complete":
				t.Finish = kiosk.FinishComplete
			case "start":
				t.Finish = kiosk.FinishStart
			}
		case wire.ChannelCounter:
			counter := kiosk.Counter{Hours: c.Hours, Place: c.Place}
			counter.State, counter.Until, counter.Opens = openAt(c.Open, now)
			t.Counter = &counter
		}
	}
	return t
}

// localTime is a moment on the office's clock. An office without a time zone, or
// with one that is unknown here, has that of now.
func localTime(office kiosk.Office, now time.Time) time.Time {
	if office.TimeZone == "" {
		return now
	}
	zone, err := time.LoadLocation(office.TimeZone)
	if err != nil {
		return now
	}
	return now.In(zone)
}

// openAt reckons with the hours of the week: open until when, or opening when.
func openAt(open []kiosk.OpenHours, now time.Time) (state kiosk.CounterState, until, opens time.Time) {
	// A week on, today's hours that have passed come round again.
	for ahead := range 8 {
		for _, h := range onDay(open, now.AddDate(0, 0, ahead).Weekday()) {
			from, to := clockOn(now, ahead, h.From), clockOn(now, ahead, h.To)
			switch {
			case !now.Before(from) && now.Before(to):
				return kiosk.CounterOpen, closing(open, now, to), time.Time{}
			case now.Before(from) && (opens.IsZero() || from.Before(opens)):
				opens = from
			}
		}
		if !opens.IsZero() {
			if ahead == 0 {
				return kiosk.CounterLater, time.Time{}, opens
			}
			return kiosk.CounterClosed, time.Time{}, opens
		}
	}
	return kiosk.CounterUnknown, time.Time{}, time.Time{}
}

// closing follows hours that go on where others end: 9 to 12 and 12 to 14.
func closing(open []kiosk.OpenHours, now, to time.Time) time.Time {
	for again := true; again; {
		again = false
		for _, h := range onDay(open, now.Weekday()) {
			if clockOn(now, 0, h.From).Equal(to) {
				to, again = clockOn(now, 0, h.To), true
			}
		}
	}
	return to
}

func onDay(open []kiosk.OpenHours, day time.Weekday) []kiosk.OpenHours {
	var out []kiosk.OpenHours
	for _, h := range open {
		for _, d := range h.Days {
			if d == day {
				out = append(out, h)
			}
		}
	}
	return out
}

// clockOn is a time on the clock, so many days from now, in now's zone.
func clockOn(now time.Time, ahead, minutes int) time.Time {
	return time.Date(now.Year(), now.Month(), now.Day()+ahead, 0, minutes, 0, 0, now.Location())
}
