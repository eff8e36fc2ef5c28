package kiosk

import "time"

// Today answers the question with which people come: can I finish here today?
type Today struct {
	Finish Finish
	// AtHand are the papers that must be at hand now, in words; none for nothing.
	AtHand []string
	// Counter is the municipality's counter, nil where the service has none.
	Counter *Counter
}

// Finish is how far somebody gets at this kiosk.
type Finish string

// How far one gets.
const (
	FinishComplete  Finish = "complete"  // all of it
	FinishStart     Finish = "start"     // the beginning; the office does the rest
	FinishElsewhere Finish = "elsewhere" // nothing can be filed here
)

// Counter is where a person attends to the service, and when.
type Counter struct {
	// Hours and Place are the words of whoever wrote the service.
	Hours string
	Place string
	State CounterState
	// Until is when it closes, set while it is open.
	Until time.Time
	// Opens is when it opens next, set while it is closed.
	Opens time.Time
}

// CounterState is whether the counter is open, as far as can be reckoned. The
// holidays of the place are not known, so that the screen says beside it that
// they may differ.
type CounterState string

// The states of a counter.
const (
	CounterOpen    CounterState = "open"
	CounterLater   CounterState = "later"   // it opens later today
	CounterClosed  CounterState = "closed"  // it opens on another day
	CounterUnknown CounterState = "unknown" // nobody wrote its hours for a computer
)
