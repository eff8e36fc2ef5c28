package storetest

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"chasqui/hub"
	"chasqui/hub/store"
	"chasqui/sync/wire"
)

// Places of the suite.
const (
	Municipality hub.Scope = "CL/13/13101"
	Office       hub.Scope = "CL/13/13101/centro"
	// Elsewhere is an office of another municipality, whose path begins alike.
	Elsewhere hub.Scope = "CL/13/131010/centro"
)

// Start is when the made-up kiosks begin.
var Start = time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)

// Code is the short code of every made-up request.
const Code = "482913"

// Kiosk is an enrolled kiosk that makes items, without sealing: to a store a body
// is bytes.
type Kiosk struct {
	hub.Kiosk
	Signer ed25519.PrivateKey
	Epoch  wire.Epoch
	seq    uint64
	made   uint64
	calls  int64
}

// Enrol puts a kiosk into a store. Each name has its own key.
func Enrol(t testing.TB, s store.Fleet, office hub.Scope, name string) *Kiosk {
	t.Helper()
	seed := sha256.Sum256([]byte("signer of " + name))
	signer := ed25519.NewKeyFromSeed(seed[:])
	public, _ := signer.Public().(ed25519.PublicKey)
	statusKey := sha256.Sum256([]byte("status key of " + name))
	code := hub.Code{Hash: wire.DigestOf([]byte(name)), Office: office, Created: Start, Expires: Start.Add(time.Hour)}
	if err := s.SaveCode(t.Context(), code); err != nil {
		t.Fatal(err)
	}
	k, err := s.Enrol(t.Context(), hub.Enrolling{Hash: code.Hash, Key: public, StatusKey: statusKey[:], At: Start})
	if err != nil {
		t.Fatal(err)
	}
	return &Kiosk{Kiosk: k, Signer: signer, Epoch: wire.Epoch(statusKey[:16])}
}

// NewEpoch begins a new life of the kiosk's database.
func (k *Kiosk) NewEpoch() {
	k.Epoch[0]++
	k.seq = 0
}

// header makes the next header of a kind. Ids rise and differ by kiosk.
func (k *Kiosk) header(kind wire.Kind) wire.Header {
	k.seq++
	k.made++
	h := wire.Header{
		Kiosk: k.ID, Epoch: k.Epoch, Seq: k.seq, Lane: kind.Lane(), Kind: kind,
		Office: string(k.Office), Service: "certificado-residencia", ServiceVersion: 1, Language: "es",
		Created: k.clock(),
	}
	sum := sha256.Sum256([]byte(k.ID))
	binary.BigEndian.PutUint64(h.ID[:8], k.made)
	copy(h.ID[8:], sum[:8])
	return h
}

func (k *Kiosk) clock() wire.Clock {
	return wire.Clock{Wall: Start.UnixMilli(), Boot: "boot-" + k.ID, Mono: k.calls, Trusted: true}
}

// Finish gives an item its digest and encodes it.
func Finish(t testing.TB, it wire.Item) hub.Arrival {
	t.Helper()
	it.Digest = wire.DigestOf(it.Body)
	b, err := it.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return hub.Arrival{Item: it, Bytes: b}
}

// Request makes a request for a unit.
func (k *Kiosk) Request(t testing.TB, unit string) hub.Arrival {
	t.Helper()
	h := k.header(wire.KindRequest)
	h.Unit = unit
	digits := make([]byte, 16)
	binary.BigEndian.PutUint64(digits[8:], k.made)
	folio, err := wire.NewFolio(k.FolioPrefix, strings.NewReader(string(digits)))
	if err != nil {
		t.Fatal(err)
	}
	h.Folio, h.CodeHash = folio, wire.HashShortCode(k.StatusKey, folio, Code)
	return Finish(t, wire.Item{Header: h, Body: fmt.Appendf(nil, "sealed %s %d", k.ID, h.Seq)})
}

// Amend makes an amendment of a request of this kiosk.
func (k *Kiosk) Amend(t testing.TB, kind wire.Kind, of wire.Item) hub.Arrival {
	t.Helper()
	h := k.header(kind)
	h.Unit, h.Parent, h.Folio, h.CodeHash = of.Unit, of.ID, of.Folio, of.CodeHash
	return Finish(t, wire.Item{Header: h, Body: fmt.Appendf(nil, "sealed %s %d", k.ID, h.Seq)})
}

// Counts makes a set of counts of one hour.
func (k *Kiosk) Counts(t testing.TB, hour int64, revision, open int, counts ...wire.Count) hub.Arrival {
	t.Helper()
	set := wire.CountSet{Kiosk: k.ID, Office: string(k.Office), Hour: hour, Revision: revision, Open: open, Counts: counts}
	body, err := json.Marshal(set)
	if err != nil {
		t.Fatal(err)
	}
	a := Finish(t, wire.Item{Header: k.header(wire.KindCounts), Body: body})
	a.Counts = &set
	return a
}

// Decision makes the record of a suggestion about a request.
func (k *Kiosk) Decision(t testing.TB, about wire.Item, answer string) hub.Arrival {
	t.Helper()
	d := wire.Decision{
		Folio: about.Folio, Request: about.ID, Suggestion: "seguir-desde-casa", Epoch: 1, Policy: "00", Bucket: "certificado-residencia/es",
		Arms: []wire.Arm{{ID: "a", Probability: 0.5}, {ID: "b", Probability: 0.5}}, Shown: "a", Draw: 0.25, Answer: answer,
	}
	body, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	a := Finish(t, wire.Item{Header: k.header(wire.KindDecision), Body: body})
	a.Decision = &d
	return a
}

// Header makes the header of the kiosk's next batch.
func (k *Kiosk) Header() wire.BatchHeader {
	k.calls++
	nonce := make([]byte, 16)
	binary.BigEndian.PutUint64(nonce, uint64(k.calls)) // #nosec G115 -- counts up
	return wire.BatchHeader{Version: wire.Version, Kiosk: k.ID, Epoch: k.Epoch, Nonce: nonce, Clock: k.clock(),
		Health: wire.Health{Program: "test", Unsent: int(k.calls)}}
}

// Batch is an exchange of the kiosk.
func (k *Kiosk) Batch(items ...hub.Arrival) hub.Exchange {
	return hub.Exchange{Kiosk: k.ID, Header: k.Header(), At: Start.Add(time.Duration(k.calls) * time.Second), Items: items}
}

// Send stores a batch and returns its verdicts.
func (k *Kiosk) Send(t testing.TB, s store.Intake, items ...hub.Arrival) ([]wire.Verdict, hub.Stored) {
	t.Helper()
	stored, err := s.Exchange(context.WithoutCancel(t.Context()), k.Batch(items...))
	if err != nil {
		t.Fatal(err)
	}
	if len(stored.Acks) != len(items) {
		t.Fatalf("%d acknowledgements for %d items", len(stored.Acks), len(items))
	}
	verdicts := []wire.Verdict{}
	for i, item := range items {
		ack := stored.Acks[i]
		if ack.ID != item.Item.ID {
			t.Fatalf("acknowledgement %d is of %s, not %s", i, ack.ID, item.Item.ID)
		}
		verdicts = append(verdicts, ack.Verdict)
	}
	return verdicts, stored
}

// Word makes a word about a request. Its signature is not checked by a store.
func Word(t testing.TB, about wire.Item, state wire.State, at time.Time) hub.SaidWord {
	t.Helper()
	municipality, _ := hub.Scope(about.Office).Municipality()
	w := wire.Word{
		Item: about.ID, Folio: about.Folio, Municipality: string(municipality), Unit: about.Unit,
		State: state, At: at.UnixMilli(),
	}
	statement, err := wire.Sign(wire.DomainWord, ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)), w)
	if err != nil {
		t.Fatal(err)
	}
	return hub.SaidWord{Word: w, Statement: statement, At: at.Add(time.Second)}
}
