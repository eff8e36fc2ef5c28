// Package store keeps what the hub holds: items, counts, words of offices,
// kiosks and codes. [Store] is the contract, held by the suite in storetest;
// [SQLite] is the store of one machine.
//
// Three things are true of every store:
//
//   - What a method that writes has returned without an error survives the loss
//     of power.
//   - An item is kept once, however often and by whichever road it arrives: its
//     id is unique, and so is (kiosk, epoch, seq), and the folio of a request.
//     The same bytes again are a duplicate, other bytes a conflict.
//   - Every read takes a hub.Scope and sees that subtree alone; what lies outside
//     is not found.
package store

import (
	"context"
	"time"

	"chasqui/hub"
	"chasqui/sync/wire"
)

// Store is the hub's memory. Its methods may be called by many goroutines at
// once. Reads return rows in a stated order, and an empty slice or map, not an
// error, when there is nothing.
type Store interface {
	Intake
	Offices
	Fleet
	Board
	// Close waits for writes under way and closes the store. Later calls return
	// hub.ErrClosed.
	Close() error
}

// Intake is what faces the kiosks.
type Intake interface {
	// Kiosk returns an enrolled kiosk, revoked or not; hub.ErrNotFound.
	Kiosk(ctx context.Context, scope hub.Scope, id string) (hub.Kiosk, error)
	// Exchange stores a batch in one transaction, together with the kiosk's
	// check-in, and returns only after the commit. Each item gets its verdict:
	//
	//   - accepted: it is stored now; a sealed one has a delivery number.
	//   - duplicate: the same bytes were stored before; nothing changed.
	//   - rejected with CodeConflict: its id, or its (kiosk, epoch, seq), or its
	//     request's folio belongs to other bytes. It is kept aside.
	//   - rejected with CodeConflict: it amends what is stored and is not a request
	//     that this kiosk filed with the same folio and unit. It is kept aside. An
	//     amendment may come before its request; then nothing is known against it.
	//   - rejected with the Arrival's own Refuse code. It is kept aside.
	//   - retry: the Arrival says so; nothing is kept.
	//
	// An item kept aside counts as held for the high-water mark. If the same
	// bytes come again and are no longer refused, they are accepted.
	//
	// A withdrawal moves its request to wire.StateWithdrawn with
	// wire.CodeCitizenAsked, whichever of the two comes first, and for good. One of
	// another kiosk, folio or unit that came before its request moves nothing.
	//
	// A set of counts replaces, whole, the one of the same kiosk and hour with a
	// lower revision; one with a lower or equal revision is accepted and changes
	// no count.
	//
	// The check-in is noted unless the batch is an old one come again, which its
	// clock's boot and monotonic offset tell.
	//
	// hub.ErrNotFound for a kiosk that is not enrolled and hub.ErrRevoked for one
	// that is revoked: then nothing is stored.
	Exchange(ctx context.Context, e hub.Exchange) (hub.Stored, error)
	// Words returns the offices' words for a kiosk with a number above after, in
	// order, at most limit; cursor is the number of the last one returned, or
	// after. A late word (see SaveWord) is not among them.
	Words(ctx context.Context, scope hub.Scope, kiosk string, after uint64, limit int) (words []wire.Statement, cursor uint64, more bool, err error)
}

// Offices is what faces the units that handle requests.
type Offices interface {
	// Deliveries returns the sealed items of a municipality's unit with a number
	// above after, in order: at most maxItems, and no more than maxBytes of them,
	// but always the first. more says that there are others.
	Deliveries(ctx context.Context, municipality hub.Scope, unit string, after uint64, maxItems, maxBytes int) (items []hub.Delivery, more bool, err error)
	// Request returns one request; hub.ErrNotFound.
	Request(ctx context.Context, scope hub.Scope, id wire.ID) (hub.Request, error)
	// SaveWord keeps an office's word about a request once, gives it to the kiosk
	// and moves the request's state. fresh is false when the same statement was
	// kept before. A word is late, and then only history, when a word with a later
	// time was kept before it, or when it says "opened" of a request about which
	// something was said already, unless that was that the office could not open
	// it. A request that was withdrawn stays so; what is said of it is kept in its
	// history and goes to the kiosk. The caller has checked the signature.
	// hub.ErrNotFound unless the request belongs to the word's municipality, unit
	// and folio.
	SaveWord(ctx context.Context, w hub.SaidWord) (fresh bool, err error)
}

// Fleet is enrolment and revocation.
type Fleet interface {
	// SaveCode keeps a code by its hash.
	SaveCode(ctx context.Context, c hub.Code) error
	// Enrol uses a code up and returns the kiosk it makes, in one transaction, with
	// an id and a prefix of folios of its own. The same code with the same key,
	// before it expires, returns the same kiosk again, so that a lost answer can
	// be asked for twice. hub.ErrCode otherwise; hub.ErrNoPrefix.
	Enrol(ctx context.Context, e hub.Enrolling) (hub.Kiosk, error)
	// Revoke stops a kiosk's key from being taken, at once and for ever. It is no
	// error to revoke twice; the first time counts. hub.ErrNotFound.
	Revoke(ctx context.Context, scope hub.Scope, kiosk string, at time.Time) error
}

// Board is what pages, metrics and exports read.
type Board interface {
	// Lookup returns where a request stands to whoever knows folio and short code,
	// both in their compact form. An unknown folio and a wrong code take the same
	// steps, in constant time where the secret is compared, and give the same
	// hub.ErrNotFound. It does not limit how often one may guess: its caller does.
	Lookup(ctx context.Context, scope hub.Scope, folio wire.Folio, code string) (hub.Standing, error)

	// Counts returns the kiosks' counts of the hours from ≤ hour < to, ordered by
	// hour, office, service, channel, language, event, detail.
	Counts(ctx context.Context, scope hub.Scope, from, to int64) ([]hub.CountRow, error)
	// Histograms returns the kiosks' durations likewise.
	Histograms(ctx context.Context, scope hub.Scope, from, to int64) ([]hub.HistogramRow, error)
	// Open returns for how long each kiosk ran in the hours from ≤ hour < to,
	// ordered by hour and kiosk.
	Open(ctx context.Context, scope hub.Scope, from, to int64) ([]hub.OpenRow, error)

	// SaveImported keeps counts from elsewhere, all or none. One replaces the
	// earlier one of the same office, service, channel, day and source.
	// hub.ErrInvalid, naming the row from 1, for a scope above a comuna, an
	// unknown channel, a day that is none, a coverage outside 0 to 1, or no source.
	SaveImported(ctx context.Context, rows []hub.Imported) error
	// Imported returns the counts from elsewhere of the days fromDay ≤ day < toDay
	// ("2026-11-23"), ordered by day, office, service, channel, source.
	Imported(ctx context.Context, scope hub.Scope, fromDay, toDay string) ([]hub.Imported, error)

	// Kiosks returns the scope's kiosks, revoked ones too, ordered by office and id.
	Kiosks(ctx context.Context, scope hub.Scope) ([]hub.Kiosk, error)
	// Decisions returns the records of suggestions that arrived in from ≤ t < to,
	// in the order of arrival. A zero to means no end.
	Decisions(ctx context.Context, scope hub.Scope, from, to time.Time) ([]hub.DecisionRow, error)
	// Requests returns the requests that arrived, newest first, at most limit.
	Requests(ctx context.Context, scope hub.Scope, limit int) ([]hub.Request, error)
	// History returns what was said of a request, in the order of arrival.
	History(ctx context.Context, scope hub.Scope, id wire.ID) ([]hub.Said, error)
	// Aside returns what is kept aside, newest first, at most limit.
	Aside(ctx context.Context, scope hub.Scope, limit int) ([]hub.PutAside, error)
	// Totals returns sums over the scope.
	Totals(ctx context.Context, scope hub.Scope) (hub.Totals, error)
	// Health reports, as an error, that the store cannot be read.
	Health(ctx context.Context) error
}
