package kiosk

import (
	"time"

	"chasqui/sync/wire"
)

// Followed is an earlier request that somebody has shown to be theirs, by its
// folio and short code. It says where the request stands as far as this kiosk
// knows; there is no content of the request in it.
type Followed struct {
	ID      wire.ID
	Folio   wire.Folio
	Code    string
	Service string
	Unit    string
	Created time.Time
	State   wire.State
	// Reason is a reason code, or "".
	Reason string
	// Changed is when this kiosk learned of the state.
	Changed time.Time
	// Heard is when the hub last answered this kiosk, zero for never: how old what
	// is known can be.
	Heard time.Time
	// Amended lists what was filed here about this request since, oldest first.
	Amended []Amended
}

// Amended is one thing filed about an earlier request.
type Amended struct {
	Kind  wire.Kind
	State wire.State
	At    time.Time
}

// Open reports whether the request can still be corrected, added to or withdrawn.
func (f Followed) Open() bool {
	switch f.State {
	case wire.StateWithdrawn, wire.StateDecided, wire.StateRefused:
		return false
	}
	return true
}

// Amendment is what the session under way is filing about an earlier request: a
// wire.KindCorrection or a wire.KindAddition. The zero value means nothing.
type Amendment struct {
	Kind    wire.Kind
	Request Followed
}

// Repeat says that this person asked for this service here before.
type Repeat struct {
	// On is when.
	On time.Time
}

// Ring is one call for a person, made at this kiosk.
type Ring struct {
	// ID counts the rings of this run of the program, from 1.
	ID       int
	At       time.Time
	Service  string
	Page     string
	Language string
}
