package hub

import (
	"time"

	"chasqui/sync/wire"
)

// Request is what the hub knows of a filed request: all metadata, no content.
type Request struct {
	ID             wire.ID
	Folio          wire.Folio
	Kiosk          string
	Office         Scope
	Unit           string
	Service        string
	ServiceVersion int
	Language       string
	// Size is the length of the sealed item in bytes.
	Size int
	// Created is the kiosk's clock, Arrived the hub's.
	Created time.Time
	Arrived time.Time
	// State is StateAtHub until an office speaks. Changed is when it came to be
	// so: Arrived, or the office's own clock in its word.
	State   wire.State
	Reason  string
	Changed time.Time
}

// Said is one step in a request's history.
type Said struct {
	State  wire.State
	Reason string
	Unit   string
	// At is the office's clock, Arrived the hub's.
	At      time.Time
	Arrived time.Time
	// Late says that a newer word had been heard before, so that this one changed
	// nothing and was not passed on.
	Late bool
}

// Standing is what the status page may tell to whoever holds folio and code.
type Standing struct {
	State    wire.State
	Reason   string
	Changed  time.Time
	Service  string
	Language string
	Office   Scope
}

// PutAside is an item that the hub could not carry on.
type PutAside struct {
	ID      wire.ID
	Kiosk   string
	Office  Scope
	Kind    wire.Kind
	Service string
	Folio   wire.Folio
	Code    string
	At      time.Time
}

// CountRow is how often something happened in one hour at one office, summed
// over its kiosks and over the versions of the service and modes of use.
type CountRow struct {
	Office Scope
	// Hour is the hour since the Unix epoch, UTC; see wire.HourStart.
	Hour     int64
	Service  string
	Channel  wire.Channel
	Language string
	// Event is one of wire's Event constants; Detail narrows it.
	Event  string
	Detail string
	N      uint64
}

// HistogramRow is the durations of one hour at one office, summed likewise.
type HistogramRow struct {
	Office   Scope
	Hour     int64
	Service  string
	Channel  wire.Channel
	Language string
	Event    string
	// Buckets are as in wire.Histogram; Sum is in seconds.
	Buckets []uint64
	Sum     float64
}

// OpenRow is for how long a kiosk ran in one hour.
type OpenRow struct {
	Kiosk  string
	Office Scope
	Hour   int64
	// Seconds is 0 to 3600.
	Seconds int
}

// Imported is a count of completed transactions that did not come from a kiosk:
// a queue machine, a call log, a web back end.
type Imported struct {
	Office  Scope
	Service string
	Channel wire.Channel
	// Day is the office's own date, "2026-11-23".
	Day string
	N   uint64
	// Coverage is the share of the day's open hours that the count covers, 0 to 1.
	Coverage float64
	// Source says how it was captured, "queue machine".
	Source string
	// At is when it was imported.
	At time.Time
}

// DecisionRow is the record of one suggestion with where it was made.
type DecisionRow struct {
	wire.Decision
	Kiosk    string
	Office   Scope
	Service  string
	Language string
	// Created is the kiosk's clock, Arrived the hub's.
	Created time.Time
	Arrived time.Time
}

// Totals are sums over a scope since the hub began.
type Totals struct {
	// Items counts stored items by kind, PutAside those kept aside.
	Items    map[wire.Kind]uint64
	PutAside uint64
	// Requests counts distinct ids of requests, Folios their distinct folios.
	Requests uint64
	Folios   uint64
	// States counts requests by the state they are in.
	States map[wire.State]uint64
	// Words counts the words of offices.
	Words uint64
	// Kiosks counts enrolled kiosks that are not revoked, Revoked those that are.
	Kiosks  uint64
	Revoked uint64
}
