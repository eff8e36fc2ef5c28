package store

import (
	"math"
	"strings"
	"time"

	"chasqui/hub"
)

// whole fits a count into the signed 64 bits of a database; what does not fit is
// no count that anything can reach by counting.
func whole(n uint64) int64 { return int64(min(n, math.MaxInt64)) } // #nosec G115 -- bounded

// natural is the way back.
func natural(n int64) uint64 { return uint64(max(n, 0)) } // #nosec G115 -- bounded

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// saturate is a minus b in milliseconds, kept within what a time.Duration holds:
// a kiosk may claim any wall clock.
func saturate(a, b int64) int64 {
	const most = math.MaxInt64 / int64(time.Millisecond)
	if a > most || a < -most {
		if a > 0 {
			return most
		}
		return -most
	}
	return max(-most, min(a-b, most))
}

// clip keeps what a kiosk says of itself from filling the database: 128 bytes.
func clip(s string) string {
	if len(s) <= maxName {
		return s
	}
	return strings.ToValidUTF8(s[:maxName], "")
}

// moment reads a time in Unix milliseconds, where 0 is none.
func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// stamp is the way back.
func stamp(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// The condition that an office lies within a scope, for a table alone and for
// items joined as i. Its parameters are $1 to $3, as bounds gives them, in every
// query that has one: a read without a scope cannot be written by leaving it out.
const (
	scoped  = "(office = $1 OR (office > $2 AND office < $3))"
	scopedI = "(i.office = $1 OR (i.office > $2 AND i.office < $3))"
)

// bounds gives the parameters of scoped. "0" is the character after "/", so the
// range holds exactly what lies below, and an index serves it.
func bounds(scope hub.Scope) (itself, after, before any) {
	switch scope {
	case "":
		return "/", "/", "/" // no office is called that
	case hub.World:
		return "/", "", "\U0010FFFF"
	}
	return string(scope), string(scope) + "/", string(scope) + "0"
}

// args are the bounds of a scope and then the others, from $4.
func args(scope hub.Scope, others ...any) []any {
	itself, after, before := bounds(scope)
	return append([]any{itself, after, before}, others...)
}
