package catalog

import (
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// dateFunction makes a function of a date's text and a timestamp known to CEL. A
// text that is no date reads as an empty one: 0.
func dateFunction(name string, reckon func(date, today time.Time) int) cel.EnvOption {
	return cel.Function(name, cel.Overload(name+"_string_timestamp",
		[]*cel.Type{cel.StringType, cel.TimestampType}, cel.IntType,
		cel.BinaryBinding(func(date, today ref.Val) ref.Val {
			text, ok := date.(types.String)
			clock, isClock := today.(types.Timestamp)
			if !ok || !isClock {
				return types.MaybeNoSuchOverloadErr(date)
			}
			day, err := time.Parse(time.DateOnly, string(text))
			if err != nil {
				return types.Int(0)
			}
			return types.Int(reckon(day, dayOf(clock.Time)))
		})))
}

// dayOf returns the calendar day of a moment, in its own zone, as midnight UTC:
// days in UTC are all equally long.
func dayOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// years returns the completed years from a date to today. Who was born on 29
// February is a year older on 1 March where there is no such day. A date still to
// come gives a number below zero, or 0 within the year.
func years(date, today time.Time) int {
	if date.After(today) {
		return -years(today, date)
	}
	n := today.Year() - date.Year()
	if today.Month() < date.Month() || today.Month() == date.Month() && today.Day() < date.Day() {
		n--
	}
	return n
}

// days returns the days from today to a date, below zero when it is past.
func days(date, today time.Time) int { return int(date.Sub(today).Hours() / 24) }
