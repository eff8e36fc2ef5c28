package kiosk

import (
	"time"

	"chasqui/sync/wire"
)

// RequestVersion is the version of the Request's form.
const RequestVersion = 1

// Request is what is filed: sealed to the unit's keys before it touches the
// disk, and opened only by the office. It keeps each question's text as shown.
type Request struct {
	Version        int        `json:"version"`
	ID             wire.ID    `json:"id"`
	Folio          wire.Folio `json:"folio"`
	Service        string     `json:"service"`
	ServiceVersion int        `json:"service_version"`
	Title          string     `json:"title"`
	Unit           string     `json:"unit"`
	Office         string     `json:"office"`
	Language       string     `json:"language"`
	Assisted       bool       `json:"assisted,omitempty"`
	Outcome        string     `json:"outcome"`
	Created        wire.Clock `json:"created"`
	Answers        []Answered `json:"answers"`
	// Kind is empty for a request, and for what amends one its wire.Kind: it lies in
	// the seal, so that nobody on the way can make a withdrawal of a correction.
	Kind wire.Kind `json:"kind,omitempty"`
	// Amends is the earlier request that this one corrects, adds to or withdraws;
	// Folio is then that request's.
	Amends wire.ID `json:"amends,omitzero"`
}

// Answered is one question as it was shown and the answer given.
type Answered struct {
	Question string       `json:"question"`
	Type     QuestionType `json:"type"`
	Label    string       `json:"label"`
	// Shown is the answer as the citizen saw it on the review page.
	Shown string `json:"shown"`
	Value Value  `json:"value"`
	// Statement is what a consent was given to, as shown.
	Statement string `json:"statement,omitempty"`
	// File is the digest of the sealed file when the answer is one.
	File *SealedFile `json:"file,omitempty"`
}

// SealedFile says which sealed file belongs to an answer and how to know it.
type SealedFile struct {
	// Digest is of the sealed bytes, Plain of the content.
	Digest wire.Digest `json:"digest"`
	Plain  wire.Digest `json:"plain"`
	Size   int64       `json:"size"` // of the sealed bytes
}

// Receipt proves that a request is on the disk. Its zero value proves nothing
// and has no folio; the only one to make another is a station, once the outbox
// has committed (the house test sees to that).
type Receipt struct {
	id        wire.ID
	folio     wire.Folio
	code      string
	service   string
	created   time.Time
	state     wire.State
	statusURL string
}

// NewReceipt is for a station's Submit alone. For an amendment id is its own, and
// folio and code are those of the request that it is about. statusURL is empty when the hub has
// no public address.
func NewReceipt(id wire.ID, folio wire.Folio, code, service, statusURL string, created time.Time) Receipt {
	return Receipt{id: id, folio: folio, code: code, service: service, statusURL: statusURL, created: created, state: wire.StateSaved}
}

// Valid reports whether the receipt came from a commit.
func (r Receipt) Valid() bool { return r.folio != "" }

// ID returns the request's id.
func (r Receipt) ID() wire.ID { return r.id }

// Folio returns the number the citizen takes home.
func (r Receipt) Folio() wire.Folio { return r.folio }

// Code returns the short code that goes with the folio. It exists here and on
// the citizen's paper, nowhere else.
func (r Receipt) Code() string { return r.code }

// Service returns the service's id.
func (r Receipt) Service() string { return r.service }

// Created returns when the request was filed.
func (r Receipt) Created() time.Time { return r.created }

// StatusURL returns where the request can be followed from home, or "".
func (r Receipt) StatusURL() string { return r.statusURL }
