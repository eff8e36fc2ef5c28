package board

import (
	"fmt"
	"net/url"
	"strconv"

	"chasqui/hub/measure"
)

const (
	usualDays = 30
	mostDays  = 366
)

// period is the days that a board shows. Days is 0 for one day that was asked for
// by its date.
type period struct {
	From, To measure.Day
	Days     int
}

// parsePeriod reads ?day=2026-11-23 or ?days=30, the last of which is today.
func parsePeriod(query url.Values, today measure.Day) (period, error) {
	if day := query.Get("day"); day != "" {
		d, err := measure.ParseDay(day)
		return period{From: d, To: d}, err
	}
	days := usualDays
	if asked := query.Get("days"); asked != "" {
		var err error
		if days, err = strconv.Atoi(asked); err != nil || days < 1 || days > mostDays {
			return period{}, fmt.Errorf("%q is not a number of days from 1 to %d", asked, mostDays)
		}
	}
	return period{From: today.Add(1 - days), To: today, Days: days}, nil
}

// query returns the period as part of an address.
func (p period) query() url.Values {
	if p.Days == 0 {
		return url.Values{"day": {string(p.From)}}
	}
	return url.Values{"days": {strconv.Itoa(p.Days)}}
}
