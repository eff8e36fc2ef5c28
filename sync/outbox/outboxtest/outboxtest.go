// Package outboxtest holds every implementation of [outbox.Outbox] to its
// contract, and makes sample items for tests.
//
//	func TestContract(t *testing.T) {
//		outboxtest.Run(t, func(t *testing.T) outbox.Outbox { return myOutbox(t) })
//	}
package outboxtest

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"chasqui/sync/outbox"
	"chasqui/sync/wire"
)

// Run runs the contract suite. open must return a new, empty outbox each time, on
// the real clock; the suite closes it.
func Run(t *testing.T, open func(t *testing.T) outbox.Outbox) {
	for name, test := range map[string]func(*testing.T, outbox.Outbox){
		"items are numbered without a gap":                     testNumbers,
		"a change is written whole or not at all":              testWhole,
		"what is pending is what was committed":                testPending,
		"lanes go first and nobody starves":                    testLanes,
		"bounds on a batch hold":                               testBounds,
		"only the hub's word moves an item":                    testAcks,
		"an office's words come in any order":                  testWords,
		"the cursor never goes back":                           testCursor,
		"an item put aside stops nothing":                      testPutAside,
		"sending is shown and forgotten":                       testSending,
		"folios are found and remembered":                      testFolios,
		"memos are written with their items":                   testMemos,
		"entries come newest first":                            testEntries,
		"the summary counts":                                   testSummary,
		"attachments come back part by part":                   testAttachments,
		"pruning keeps what it must and logs what it removes":  testPrune,
		"a request stays as long as its attachments do":        testPruneAttachments,
		"a withdrawn request is so from the commit on":         testWithdrawn,
		"a withdrawal put aside puts its request aside":        testWithdrawalAside,
		"an amendment stays as long as its request does":       testPruneAmendments,
		"many goroutines commit at once":                       testConcurrent,
		"a closed outbox says so":                              testClosed,
		"a cancelled context writes nothing":                   testCancelled,
		"what was committed does not change with its caller's": testCopies,
	} {
		t.Run(name, func(t *testing.T) {
			o := open(t)
			t.Cleanup(func() {
				if err := o.Close(); err != nil {
					t.Errorf("close: %v", err)
				}
			})
			test(t, o)
		})
	}
}

// counter begins anywhere, so that processes that share a folder do not collide.
var counter = func() *atomic.Uint64 {
	var c atomic.Uint64
	c.Store(rand.Uint64N(1 << 48)) // #nosec G404 -- ids of test items
	return &c
}()

// ID returns an id that no other call returns.
func ID() wire.ID {
	var id wire.ID
	binary.BigEndian.PutUint64(id[8:], counter.Add(1))
	id[0], id[6], id[8] = 1, 0x70, 0x80
	return id
}

// Folio returns a well-formed folio that no other call returns.
func Folio() wire.Folio {
	var seed [16]byte
	binary.BigEndian.PutUint64(seed[8:], counter.Add(1))
	f, err := wire.NewFolio("A00", reader(seed[:]))
	if err != nil {
		panic(err)
	}
	return f
}

type reader []byte

func (r reader) Read(b []byte) (int, error) { return copy(b, r), nil }

// Item makes an item of a kind, in the kind's lane, with a body of n bytes.
func Item(kind wire.Kind, n int) wire.Item {
	id := ID()
	body := make([]byte, n)
	for i := range body {
		body[i] = byte(i*7) ^ id[8+i%8]
	}
	return wire.Item{
		Header: wire.Header{
			ID: id, Kiosk: "k1", Lane: kind.Lane(), Kind: kind, Office: "CL/13/13101/centro",
			Service: "certificado-residencia", ServiceVersion: 1, Unit: "atencion", Language: "es",
			Created: wire.Clock{Wall: 1_760_000_000_000, Boot: "b", Mono: 1, Trusted: true}, Digest: wire.DigestOf(body),
		},
		Body: body,
	}
}

// Request makes a request with a folio and a body of n bytes.
func Request(n int) wire.Item {
	it := Item(wire.KindRequest, n)
	it.Folio = Folio()
	return it
}

// Amendment makes an amendment of a request.
func Amendment(kind wire.Kind, of wire.Item) wire.Item {
	it := Item(kind, 10)
	it.Parent, it.Folio = of.ID, of.Folio
	return it
}

// WithFile makes a change of a request and the parts of a file of n bytes.
func WithFile(n int) outbox.Change {
	request := Request(2000)
	file := Item(wire.KindAttachment, n).Body
	digest := wire.DigestOf(file)
	c := outbox.Change{Items: []wire.Item{request}, Files: map[wire.Digest][]byte{digest: file}}
	parts := (n + wire.PartSize - 1) / wire.PartSize
	for i := range parts {
		part := Item(wire.KindAttachment, 0)
		part.Body = file[i*wire.PartSize : min((i+1)*wire.PartSize, n)]
		part.Parent, part.Digest = request.ID, wire.DigestOf(part.Body)
		part.Part = &wire.Part{File: digest, Index: i, Of: parts, Size: int64(n)}
		c.Items = append(c.Items, part)
	}
	return c
}

// Commit commits items and returns their headers.
func Commit(t testing.TB, o outbox.Outbox, items ...wire.Item) []wire.Header {
	t.Helper()
	return CommitChange(t, o, outbox.Change{Items: items})
}

// CommitChange commits a change and returns the headers of its items.
func CommitChange(t testing.TB, o outbox.Outbox, c outbox.Change) []wire.Header {
	t.Helper()
	headers, err := o.Commit(context.Background(), c)
	if err != nil {
		t.Fatalf("commit: %v", err)
	}
	return headers
}

// Accept acknowledges items as accepted.
func Accept(t testing.TB, o outbox.Outbox, ids ...wire.ID) {
	t.Helper()
	var e outbox.Effects
	for _, id := range ids {
		e.Acks = append(e.Acks, wire.Ack{ID: id, Verdict: wire.VerdictAccepted})
	}
	if err := o.Apply(context.Background(), e); err != nil {
		t.Fatalf("apply: %v", err)
	}
}

// State returns where an item stands.
func State(t testing.TB, o outbox.Outbox, id wire.ID) (wire.State, string) {
	t.Helper()
	e, err := o.Get(context.Background(), id)
	if err != nil {
		t.Fatalf("get %s: %v", id, err)
	}
	return e.State, e.Reason
}

// PendingIDs returns the ids of what is pending, in order.
func PendingIDs(t testing.TB, o outbox.Outbox, w outbox.Want) []wire.ID {
	t.Helper()
	pending, err := o.Pending(context.Background(), w)
	if err != nil {
		t.Fatalf("pending: %v", err)
	}
	ids := make([]wire.ID, 0, len(pending))
	for _, p := range pending {
		ids = append(ids, p.Header.ID)
	}
	return ids
}

func ids(items ...wire.Item) []wire.ID {
	out := make([]wire.ID, 0, len(items))
	for _, it := range items {
		out = append(out, it.ID)
	}
	return out
}

func wantState(t *testing.T, o outbox.Outbox, id wire.ID, state wire.State, reason string) {
	t.Helper()
	if s, r := State(t, o, id); s != state || r != reason {
		t.Errorf("item stands at %q (%q), want %q (%q)", s, r, state, reason)
	}
}

// later is a time after the grace period of everything committed in a test.
func later() time.Time { return time.Now().Add(outbox.Grace + time.Hour) }

func word(id wire.ID, state wire.State, reason string, at int64) outbox.Effects {
	return outbox.Effects{Words: []wire.Word{{Item: id, Municipality: "CL/13/13101", Unit: "atencion", State: state, Reason: reason, At: at}}}
}

func apply(t *testing.T, o outbox.Outbox, e outbox.Effects) {
	t.Helper()
	if err := o.Apply(context.Background(), e); err != nil {
		t.Fatalf("apply: %v", err)
	}
}

func describe(ids []wire.ID) string {
	out := ""
	for _, id := range ids {
		out += fmt.Sprintf(" …%x", id[12:])
	}
	return out
}
