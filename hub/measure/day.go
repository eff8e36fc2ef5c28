package measure

import (
	"fmt"
	"time"

	"chasqui/sync/wire"
)

// Day is a calendar day in the office's own time zone, "2026-11-23". Days
// compare as strings.
type Day string

// ParseDay reads a day.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 2000 || t.Year() > 2199 {
		return "", fmt.Errorf("%q is not a day such as 2026-11-23", clip(s))
	}
	return Day(t.Format(time.DateOnly)), nil
}

// DayOf returns the day on which t lies in loc.
func DayOf(t time.Time, loc *time.Location) Day { return Day(t.In(loc).Format(time.DateOnly)) }

// Date returns midnight UTC of the day, for formatting only.
func (d Day) Date() time.Time {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return time.Time{}
	}
	return t
}

// Add returns the day n days later, earlier when n is negative.
func (d Day) Add(n int) Day { return Day(d.Date().AddDate(0, 0, n).Format(time.DateOnly)) }

// Days lists the days from and to, both included, in order.
func Days(from, to Day) []Day {
	var all []Day
	for d := from; d <= to; d = d.Add(1) {
		all = append(all, d)
	}
	return all
}

// HoursOf returns the hours since the Unix epoch that begin in the days from and
// to, as first ≤ hour < end. A day can have 23 or 25 hours.
func HoursOf(from, to Day, loc *time.Location) (first, end int64) {
	return from.firstHour(loc), to.Add(1).firstHour(loc)
}

// firstHour returns the first hour that begins on the day. It looks for it
// instead of asking for midnight, because in Chile the clock skips midnight once
// a year and time.Date may then answer with an hour of the day before.
func (d Day) firstHour(loc *time.Location) int64 {
	const earliest = 15 // no zone is more than 14 hours ahead of UTC
	hour := wire.Hour(d.Date()) - earliest
	for DayOf(wire.HourStart(hour), loc) < d {
		hour++
	}
	return hour
}

func clip(s string) string {
	const most = 40
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return string(runes[:most]) + "…"
}
