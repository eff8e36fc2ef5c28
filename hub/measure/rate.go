package measure

// Reason says why there is no data. Each has words in locales/web under
// "web.reason."+reason.
type Reason string

// The reasons.
const (
	// NothingCounted: nothing was counted, or 0 of 0.
	NothingCounted Reason = "nothing-counted"
	// ChannelNotCounted: a channel that exists for the service has no count.
	ChannelNotCounted Reason = "channel-not-counted"
	// NotInCatalogue: the service is not in the catalogue, so nobody knows which
	// channels it has.
	NotInCatalogue Reason = "not-in-catalogue"
	// MoreThanAll: the part is larger than the whole, so one of them is wrong or
	// belongs to another period.
	MoreThanAll Reason = "more-than-all"
)

// Reasons lists every reason once.
func Reasons() []Reason {
	return []Reason{NothingCounted, ChannelNotCounted, NotInCatalogue, MoreThanAll}
}

// Number is how many were counted, or no data. The zero Number is no data.
type Number struct {
	n     uint64
	known bool
}

// Counted returns the number n.
func Counted(n uint64) Number { return Number{n, true} }

// Get returns the number and whether there is one.
func (n Number) Get() (uint64, bool) { return n.n, n.known }

// plus adds; a number added to no data is that number.
func (n Number) plus(m Number) Number { return Number{n.n + m.n, n.known || m.known} }

// Rate is a part of a whole, or no data for a reason. The zero Rate is no data
// because nothing was counted.
type Rate struct {
	part, whole uint64
	known       bool
	reason      Reason
}

// Share returns part ÷ whole: no data when whole is 0 or part is larger.
func Share(part, whole uint64) Rate {
	switch {
	case part > whole:
		return NoData(MoreThanAll)
	case whole == 0:
		return NoData(NothingCounted)
	}
	return Rate{part: part, whole: whole, known: true}
}

// NoData returns a rate that says why there is none.
func NoData(reason Reason) Rate { return Rate{reason: reason} }

// Parts returns part and whole, and whether there are any.
func (r Rate) Parts() (part, whole uint64, ok bool) { return r.part, r.whole, r.known }

// Value returns part ÷ whole, 0 to 1, and whether there is any.
func (r Rate) Value() (float64, bool) {
	if !r.known {
		return 0, false
	}
	return float64(r.part) / float64(r.whole), true
}

// Reason returns why there is no data, or "" when there is.
func (r Rate) Reason() Reason {
	switch {
	case r.known:
		return ""
	case r.reason == "":
		return NothingCounted
	}
	return r.reason
}

// Coverage is the share of hours in which something was counted. The zero
// Coverage is unknown.
type Coverage struct {
	// Hours of OfHours had at least one tally, over the days that the desk tallied.
	Hours, OfHours int
	// Stated counts imported rows, which state their own coverage.
	Stated int

	sum   float64
	cells int
}

// Share returns the mean share over what was counted, 0 to 1, and whether it is
// known.
func (c Coverage) Share() (float64, bool) {
	if c.cells == 0 {
		return 0, false
	}
	return c.sum / float64(c.cells), true
}
