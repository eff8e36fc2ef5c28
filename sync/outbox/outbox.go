package outbox

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"time"

	"chasqui/sync/wire"
)

// Grace is how long an item stays after it was acknowledged.
const Grace = 30 * 24 * time.Hour

// AgeAfter is how long an item waits before ageing helps it: from then on it can
// take one of the places that a batch keeps for the longest waiting.
const AgeAfter = time.Hour

// MaxMemo is the longest memo in bytes.
const MaxMemo = 256 << 10

// Errors that callers tell apart. All are wrapped with what was being done.
var (
	// ErrFull: free space is under the reserve. Nothing was written; what is
	// queued is safe and can still be sent.
	ErrFull = errors.New("the disk is full")
	// ErrNotFound: no such item or folio here (any more).
	ErrNotFound = errors.New("not in the outbox")
	// ErrExists: an item with the same id, or another request with the same folio,
	// was committed before.
	ErrExists = errors.New("committed before")
	// ErrInvalid: the change is not one that can be committed.
	ErrInvalid = errors.New("not a valid change")
	// ErrTooLarge: the change does not fit into one transaction.
	ErrTooLarge = errors.New("too large for one transaction")
	// ErrLocked: the outbox is open already, here or in another program.
	ErrLocked = errors.New("the outbox is already open")
	// ErrClosed: the outbox was closed.
	ErrClosed = errors.New("the outbox is closed")
	// ErrBroken: a write failed in a way that leaves open what is on the disk.
	// Nothing more is written until the outbox is opened again; reading goes on.
	ErrBroken = errors.New("the disk failed; the outbox must be opened again")
)

// Change is what one Commit writes, whole or not at all.
type Change struct {
	// Items get Epoch, Seq and Digest from Commit, in order; a Digest that is
	// already there must match. An item of wire.KindAttachment is one part of a
	// file in Files: Part says which, and Body holds the part's bytes.
	Items []wire.Item
	// Files are sealed attachment files by their SHA-256. Each must belong to an
	// item. They are on the disk before the items are.
	Files map[wire.Digest][]byte
	// Memos are written in the same transaction; nil deletes one.
	Memos map[string][]byte
}

// Effects are what one exchange with the hub brought, written in one transaction.
type Effects struct {
	// Acks: accepted and duplicate move an item to wire.StateAtHub, rejected puts it
	// aside with the code, retry changes nothing.
	Acks []wire.Ack
	// Words are offices' words, checked by the caller. A word about an item that is
	// not here is ignored, and so is one older than the last word on its item.
	Words []wire.Word
	// Cursor is the position after the last word; a lower one than before, or 0,
	// changes nothing.
	Cursor uint64
	Memos  map[string][]byte
}

// Want bounds what Pending returns.
type Want struct {
	// MaxItems is the most items; 0 means no bound.
	MaxItems int
	// MaxBytes is the most encoded bytes; 0 means no bound. The first item comes
	// even if it is longer than that.
	MaxBytes int
	// Now is the time against which waiting is measured; the outbox's own clock
	// when zero.
	Now time.Time
}

// Pending is an item that the hub has not acknowledged.
type Pending struct {
	Header wire.Header
	// Bytes is the encoded item, the same each time.
	Bytes []byte
}

// Entry is an item and where it stands. A request of which a withdrawal was
// committed here is wire.StateWithdrawn with wire.CodeCitizenAsked from that moment,
// whatever is said of it later, while both go on to the hub; or wire.StatePutAside
// when its withdrawal is put aside.
type Entry struct {
	Header wire.Header
	State  wire.State
	// Reason is a reason code, or "".
	Reason string
	// Changed is when the state was last changed here.
	Changed time.Time
}

// Summary is the outbox at a glance.
type Summary struct {
	// UnsentRequests and Unsent count the requests with their amendments, and all
	// items, that the hub has not acknowledged.
	UnsentRequests, Unsent int
	// PutAside counts what a person must look at.
	PutAside int
	// Oldest is when the oldest unsent request or amendment was committed, or the
	// oldest unsent item if there is none; zero if nothing is.
	Oldest    time.Time
	FreeBytes uint64
	// Full says that Commit would answer ErrFull.
	Full bool
	// Damage is a sentence for programmers when the outbox's own check failed, or a
	// write did; it stays until the damaged copy that it names is removed.
	Damage string
	Epoch  wire.Epoch
	// Seq is the seq of the last item of Epoch, 0 when there is none.
	Seq uint64
}

// Removed is the log of one removal. It says what and why and holds no content.
type Removed struct {
	ID    wire.ID
	Folio wire.Folio
	Kind  wire.Kind
	// Why is WhyGrace.
	Why string
	At  time.Time
}

// WhyGrace: acknowledged by the hub, and the grace period is over.
const WhyGrace = "acknowledged"

// Outbox is the queue's contract. All methods may be called from any goroutine.
type Outbox interface {
	// Commit writes a change in one durable transaction and returns the items'
	// headers as committed. When it returns without error the change survives a
	// power cut. Errors: ErrFull, ErrExists, ErrInvalid and ErrTooLarge mean that
	// nothing was written; any other leaves open whether it was.
	Commit(ctx context.Context, c Change) ([]wire.Header, error)
	// Pending returns what waits to be sent, most urgent first: by lane, then in
	// the order of commit, except that the second place and every eighth after it
	// go to the longest waiting item if it waits longer than AgeAfter. An item whose
	// bytes on the disk are damaged is put aside with wire.CodeDamaged and does not
	// stop the others. Items marked as sending are among them.
	Pending(ctx context.Context, w Want) ([]Pending, error)
	// MarkSending shows items as wire.StateSending, in memory only, until release
	// is called.
	MarkSending(ids []wire.ID) (release func())
	// Apply writes what an exchange brought in one durable transaction.
	Apply(ctx context.Context, e Effects) error
	// PutAside stops the sending of an item that waits, with a reason code. One that
	// the hub has acknowledged stays as it is.
	PutAside(ctx context.Context, id wire.ID, code string) error
	// Get and FindFolio return an entry, or ErrNotFound. FindFolio finds the request
	// that was first committed under the folio.
	Get(ctx context.Context, id wire.ID) (Entry, error)
	FindFolio(ctx context.Context, folio wire.Folio) (Entry, error)
	// Entries returns the items of the given kinds, or all, newest first.
	Entries(ctx context.Context, kinds ...wire.Kind) ([]Entry, error)
	// FolioUsed reports whether a request was ever committed under the folio.
	FolioUsed(ctx context.Context, folio wire.Folio) (bool, error)
	// Memo returns a memo, or nil when there is none.
	Memo(ctx context.Context, key string) ([]byte, error)
	// Cursor returns the highest cursor applied.
	Cursor(ctx context.Context) (uint64, error)
	Summary(ctx context.Context) (Summary, error)
	// Prune removes items acknowledged longer than Grace before now. A request or
	// amendment goes after its attachments, and an attachment's file when all its
	// parts may go. A request's time is its own, whatever was filed about it since;
	// an amendment stays at least as long as the request that it is about.
	Prune(ctx context.Context, now time.Time) ([]Removed, error)
	// Epoch names this life of the database.
	Epoch() wire.Epoch
	Close() error
}

// Options configure an outbox. The zero value is right for a kiosk.
type Options struct {
	// Now is the clock, time.Now by default. It only dates: order never comes from
	// it.
	Now func() time.Time
	// Random makes epochs; crypto/rand by default.
	Random io.Reader
	// Reserve is the free space in bytes under which Commit answers ErrFull;
	// DefaultReserve when 0. Half as much again is kept in the ballast file.
	Reserve uint64
	// FreeSpace returns the bytes free for this program on the disk of dir; asked of
	// the operating system by default.
	FreeSpace func(dir string) (uint64, error)
	// Place names the box, e.g. its machine id. When it is not the same as at the
	// last open, a new epoch begins.
	Place string
	// NoSync leaves out every sync of the database. It is the control of the
	// power-cut test, which must lose records with it, and for nothing else.
	NoSync bool
	// Log hears what badger and the check at open have to say; nobody by default.
	Log *slog.Logger
}

// DefaultReserve is the free space kept by default, in bytes: several times what
// badger can write at once when it flushes and compacts.
const DefaultReserve = 48 << 20
