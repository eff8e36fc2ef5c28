package flow

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"chasqui/kiosk"
)

// The years that a date can be in.
const (
	minYear = 1900
	maxYear = 2100
)

// written are the forms of a date in one piece: the year first, as it is kept, or
// last, as people write it.
var (
	yearFirst = regexp.MustCompile(`^(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})$`)
	yearLast  = regexp.MustCompile(`^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{1,4})$`)
)

// checkDate takes a date in one piece or in its three parts, and keeps a day that
// there is on the calendar as "2026-11-23".
func checkDate(v kiosk.Value) (kiosk.Value, *fault) {
	day, month, year := v.Parts[PartDay], v.Parts[PartMonth], v.Parts[PartYear]
	if text := strings.TrimSpace(v.Text); text != "" {
		if m := yearFirst.FindStringSubmatch(text); m != nil {
			year, month, day = m[1], m[2], m[3]
		} else if m := yearLast.FindStringSubmatch(text); m != nil {
			day, month, year = m[1], m[2], m[3]
		} else {
			return kiosk.Value{}, &fault{part: PartDay, code: CodeDay}
		}
	}
	day, month, year = strings.TrimSpace(day), strings.TrimSpace(month), strings.TrimSpace(year)
	if day == "" && month == "" && year == "" {
		return kiosk.Value{}, nil
	}
	d, ok := between(day, 1, 31)
	if !ok {
		return kiosk.Value{}, &fault{part: PartDay, code: CodeDay}
	}
	m, ok := between(month, 1, 12)
	if !ok {
		return kiosk.Value{}, &fault{part: PartMonth, code: CodeMonth}
	}
	y, ok := between(year, minYear, maxYear)
	if !ok {
		return kiosk.Value{}, &fault{part: PartYear, code: CodeYear}
	}
	date := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if date.Day() != d {
		return kiosk.Value{}, &fault{part: PartDay, code: CodeDate}
	}
	return textValue(date.Format(time.DateOnly)), nil
}

// between reads up to four digits as a number within bounds.
func between(text string, minimum, maximum int) (int, bool) {
	if len(text) > 4 || strings.Trim(text, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= minimum && n <= maximum
}

// clock is a time in one piece: "9:05", "09.05", "9 h 05".
var clock = regexp.MustCompile(`^(\d{1,2})(?:[:.]| ?h ?)(\d{2})(?: ?h)?$`)

// checkTime takes a time of the day in one piece or in its two parts, and keeps
// it as "14:05".
func checkTime(v kiosk.Value) (kiosk.Value, *fault) {
	hour, minute := strings.TrimSpace(v.Parts[PartHour]), strings.TrimSpace(v.Parts[PartMinute])
	if text := strings.TrimSpace(v.Text); text != "" {
		m := clock.FindStringSubmatch(text)
		if m == nil {
			return kiosk.Value{}, &fault{part: PartHour, code: CodeTime}
		}
		hour, minute = m[1], m[2]
	}
	if hour == "" && minute == "" {
		return kiosk.Value{}, nil
	}
	h, ok := between(hour, 0, 23)
	if !ok {
		return kiosk.Value{}, &fault{part: PartHour, code: CodeTime}
	}
	m, ok := between(minute, 0, 59)
	if !ok {
		return kiosk.Value{}, &fault{part: PartMinute, code: CodeTime}
	}
	return textValue(fmt.Sprintf("%02d:%02d", h, m)), nil
}

// ParseDate reads a kept date; ok is false for an answer that is none.
func ParseDate(canonical string) (time.Time, bool) {
	t, err := time.Parse(time.DateOnly, canonical)
	return t, err == nil
}
