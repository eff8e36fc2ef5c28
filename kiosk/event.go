package kiosk

import (
	"time"

	"chasqui/sync/wire"
)

// Event is something that happened on the screen. It says nothing about who the
// person is. Events stay on the kiosk; uptake folds them into hourly counts.
type Event struct {
	At time.Time
	// Name is one of wire's Event constants.
	Name           string
	Service        string
	ServiceVersion int
	Channel        wire.Channel
	Language       string
	Mode           string
	// Detail narrows the event: the page left, the outcome, suggestion/answer.
	Detail string
	// Duration is set on "completed": from start to completed.
	Duration time.Duration
}
