package hub

import (
	"crypto/ed25519"
	"time"

	"chasqui/sync/wire"
)

// Kiosk is an enrolled box.
type Kiosk struct {
	// ID is the name the hub gave it, "K-A0F": K and its prefix of folios.
	ID string
	// Office is the scope for which its code was made; it may file for that
	// place and those below.
	Office Scope
	// FolioPrefix are the first three characters of every folio it makes.
	FolioPrefix string
	// Key checks the signatures of its batches.
	Key ed25519.PublicKey
	// StatusKey is the key of wire.HashShortCode, 32 bytes. It never leaves the
	// hub after enrolment: no page, no log, no export.
	StatusKey []byte
	Enrolled  time.Time
	// Revoked is when its key stopped being taken; zero while it is.
	Revoked time.Time
	CheckIn CheckIn
}

// CheckIn is what was learned at a kiosk's last exchange; zero when there was
// none.
type CheckIn struct {
	// At is the hub's clock.
	At time.Time
	// Skew is the kiosk's wall clock minus the hub's.
	Skew         time.Duration
	ClockTrusted bool
	Epoch        wire.Epoch
	// HighWater is the highest seq of Epoch up to which the hub has every item.
	HighWater uint64
	// Cursor is the last word that is on the kiosk's disk.
	Cursor uint64
	Health wire.Health
}

// Code is a one-time code that enrols one kiosk at a place. Only its hash is
// kept.
type Code struct {
	Hash    wire.Digest
	Office  Scope
	Created time.Time
	Expires time.Time
}

// Enrolling is what turns a code into a kiosk.
type Enrolling struct {
	Hash      wire.Digest
	Key       ed25519.PublicKey
	StatusKey []byte
	At        time.Time
}

// Exchange is one batch of a kiosk whose signature held, ready to be stored.
type Exchange struct {
	Kiosk  string
	Header wire.BatchHeader
	// At is the hub's clock at arrival.
	At    time.Time
	Items []Arrival
}

// Arrival is one item of an exchange.
type Arrival struct {
	Item wire.Item
	// Bytes are the item as the kiosk encoded it; they are what is delivered, and
	// their digest tells a repetition from a conflict.
	Bytes []byte
	// Counts is set for items of KindCounts, Decision for KindDecision.
	Counts   *wire.CountSet
	Decision *wire.Decision
	// Refuse is the code for which the item cannot be carried on: it is kept put
	// aside and acknowledged as rejected. Retry asks the kiosk to send it again
	// later; nothing of it is kept.
	Refuse string
	Retry  bool
}

// Stored is what a committed exchange may be acknowledged with.
type Stored struct {
	// Acks answer the exchange's items, in order.
	Acks []wire.Ack
	// HighWater is of the batch's epoch.
	HighWater uint64
}

// Delivery is a sealed item for a unit.
type Delivery struct {
	// Number counts 1, 2, 3 … within the municipality's unit.
	Number uint64
	ID     wire.ID
	// Bytes are exactly those that the kiosk sent.
	Bytes []byte
}

// SaidWord is an office's word about a request.
type SaidWord struct {
	Word      wire.Word
	Statement wire.Statement
	// At is the hub's clock at arrival.
	At time.Time
}
