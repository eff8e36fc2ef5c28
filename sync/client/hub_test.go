package client

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"chasqui/sync/outbox"
	"chasqui/sync/wire"
)

// signer makes a key from a word, the same each time.
func signer(name string) ed25519.PrivateKey {
	seed := wire.DigestOf([]byte(name))
	return ed25519.NewKeyFromSeed(seed[:])
}

func publicOf(key ed25519.PrivateKey) ed25519.PublicKey {
	public, _ := key.Public().(ed25519.PublicKey)
	return public
}

const municipality = "CL/13/13101"

// directoryOf signs a directory in which unit social signs with the named key.
func directoryOf(t testing.TB, root ed25519.PrivateKey, version uint64, social string) wire.Statement {
	t.Helper()
	key := bytes.Repeat([]byte{1}, 1216)
	spare := bytes.Repeat([]byte{2}, 1216)
	return sign(t, wire.DomainDirectory, root, wire.Directory{
		Version: version, Municipality: municipality, Name: "Municipalidad de Prueba",
		Units: []wire.Unit{{ID: "social", Name: "Departamento Social", Signers: [][]byte{publicOf(signer(social))},
			Recipients: []wire.Recipient{{ID: wire.KeyID(key), Role: wire.RoleUnit, Key: key}, {ID: wire.KeyID(spare), Role: wire.RoleRecovery, Key: spare}}}},
	})
}

func sign(t testing.TB, domain wire.Domain, key ed25519.PrivateKey, body any) wire.Statement {
	t.Helper()
	s, err := wire.Sign(domain, key, body)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func wordOf(t testing.TB, key string, id wire.ID, state wire.State, at int64) wire.Statement {
	t.Helper()
	return sign(t, wire.DomainWord, signer(key), wire.Word{Item: id, Municipality: municipality, Unit: "social", State: state, At: at})
}

// fakeHub is a hub in as far as a kiosk sees one: it checks the kiosk's signature,
// keeps items by id, and signs its replies.
type fakeHub struct {
	t   testing.TB
	key ed25519.PrivateKey

	mu sync.Mutex
	// kept counts how often each item came with an accepting verdict.
	kept map[wire.ID]int
	// batches lists the items of every batch that could be read, in order.
	batches [][]wire.Item
	headers []wire.BatchHeader
	words   []wire.Statement
	dir     *wire.Statement
	now     func() time.Time
	// before, when set, may answer in the hub's place.
	before func(w http.ResponseWriter, r *http.Request, batch *wire.Packet, raw []byte) bool
	// change, when set, may change a reply before it is signed.
	change func(reply *wire.Reply, items []wire.Item)
}

func newFakeHub(t testing.TB) *fakeHub {
	return &fakeHub{t: t, key: signer("hub"), kept: map[wire.ID]int{}, now: time.Now}
}

func (h *fakeHub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return // the kiosk hung up
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	packet, err := wire.DecodePacket(raw)
	if err != nil {
		h.t.Errorf("the hub got no packet: %v", err)
		return
	}
	if h.before != nil && h.before(w, r, packet, raw) {
		return
	}
	if r.URL.Path != wire.PathExchange || r.Method != http.MethodPost || r.Header.Get("Content-Type") != wire.MediaType {
		h.t.Errorf("the hub got %s %s of type %q", r.Method, r.URL.Path, r.Header.Get("Content-Type"))
	}
	if err := packet.Verify(wire.DomainBatch, publicOf(signer("kiosk"))); err != nil {
		h.t.Errorf("the batch is not signed by the kiosk: %v", err)
	}
	var header wire.BatchHeader
	if err := packet.ParseHeader(&header); err != nil {
		h.t.Error(err)
	}
	h.headers = append(h.headers, header)
	reply := wire.Reply{Version: wire.Version, Batch: wire.DigestOf(raw), Nonce: header.Nonce, Time: h.now().UnixMilli(), Cursor: header.Cursor}
	var items []wire.Item
	for _, b := range packet.Items {
		item, err := wire.DecodeItem(b)
		if err != nil {
			h.t.Error(err)
			continue
		}
		items = append(items, item)
		verdict := wire.VerdictAccepted
		if h.kept[item.ID] > 0 {
			verdict = wire.VerdictDuplicate
		}
		h.kept[item.ID]++
		reply.Acks = append(reply.Acks, wire.Ack{ID: item.ID, Verdict: verdict})
	}
	h.batches = append(h.batches, items)
	if int(header.Cursor) < len(h.words) {
		reply.Words = h.words[header.Cursor:]
		reply.Cursor = uint64(len(h.words))
	}
	if h.dir != nil {
		var d wire.Directory
		if err := h.dir.Peek(&d); err == nil && d.Version > header.Directory {
			reply.Directory = h.dir
		}
	}
	if h.change != nil {
		h.change(&reply, items)
	}
	h.answer(w, http.StatusOK, reply)
}

// answer sends a signed reply.
func (h *fakeHub) answer(w http.ResponseWriter, status int, reply wire.Reply) {
	b, err := sign(h.t, wire.DomainReply, h.key, reply).Encode()
	if err != nil {
		h.t.Error(err)
	}
	w.Header().Set("Content-Type", wire.MediaType)
	w.WriteHeader(status)
	_, _ = w.Write(b)
}

// refuse answers like a hub that refuses the whole exchange.
func (h *fakeHub) refuse(w http.ResponseWriter, status int, raw, nonce []byte, code string) {
	h.answer(w, status, wire.Reply{Version: wire.Version, Batch: wire.DigestOf(raw), Nonce: nonce, Refused: code})
}

func (h *fakeHub) set(f func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	f()
}

// direct is a transport that calls a handler without any network, so that it can
// be used where time is simulated.
type direct struct{ http.Handler }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	if w.Code == 0 || w.Header().Get("X-Hang-Up") != "" {
		return nil, io.ErrUnexpectedEOF
	}
	return w.Result(), nil
}

func identity() Identity {
	return Identity{
		Kiosk: "k1", Office: municipality + "/centro", FolioPrefix: "K7M", StatusKey: make([]byte, 32),
		HubKey: publicOf(signer("hub")), Root: publicOf(signer("root")), Key: signer("kiosk"), Hub: "http://hub.example",
	}
}

// random is reproducible.
func random() io.Reader { return rand.NewChaCha8(wire.DigestOf([]byte("test"))) }

// bench is a client with its outbox.
type bench struct {
	*Client
	queue *outbox.Memory
	dir   string
	cfg   Config
}

// newBench makes a client of the fake hub over the given transport.
func newBench(t testing.TB, transport http.RoundTripper, change ...func(*Config)) *bench {
	t.Helper()
	b := &bench{queue: outbox.NewMemory(outbox.Options{Random: random()}), dir: t.TempDir()}
	signed, err := directoryOf(t, signer("root"), 1, "social").Encode()
	if err != nil {
		t.Fatal(err)
	}
	b.cfg = Config{
		Hub: "http://hub.example", Identity: identity(), Outbox: b.queue, Transport: transport, Random: random(),
		Boot: "boot", Program: "test", DirectoryPath: filepath.Join(b.dir, DirectoryFile),
		Addresses: func() string { return "" },
	}
	if err := writeFile(b.cfg.DirectoryPath, signed); err != nil {
		t.Fatal(err)
	}
	for _, f := range change {
		f(&b.cfg)
	}
	b.restart(t)
	return b
}

// restart makes a new client on what the last one left on the disk.
func (b *bench) restart(t testing.TB) {
	t.Helper()
	c, err := New(b.cfg)
	if err != nil {
		t.Fatal(err)
	}
	b.Client = c
}

var serial uint64

// file commits n requests of the given size and returns their ids.
func (b *bench) file(t testing.TB, n, size int) []wire.ID {
	t.Helper()
	var out []wire.ID
	for range n {
		serial++
		var id wire.ID
		binary.BigEndian.PutUint64(id[8:], serial)
		folio, err := wire.NewFolio("K7M", bytes.NewReader(binary.BigEndian.AppendUint64(make([]byte, 8), serial)))
		if err != nil {
			t.Fatal(err)
		}
		body := bytes.Repeat([]byte{byte(serial)}, size)
		item := wire.Item{Header: wire.Header{ID: id, Kiosk: "k1", Lane: wire.LaneRequest, Kind: wire.KindRequest,
			Office: municipality + "/centro", Service: "certificado-residencia", ServiceVersion: 1, Unit: "social",
			Language: "es", Folio: folio, Created: wire.Clock{Wall: time.Now().UnixMilli(), Boot: "boot"}, Digest: wire.DigestOf(body)}, Body: body}
		if _, err := b.queue.Commit(context.Background(), outbox.Change{Items: []wire.Item{item}}); err != nil {
			t.Fatal(err)
		}
		out = append(out, id)
	}
	return out
}

// states returns how many items stand in each state.
func (b *bench) states(t testing.TB) map[wire.State]int {
	t.Helper()
	entries, err := b.queue.Entries(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	out := map[wire.State]int{}
	for _, e := range entries {
		out[e.State]++
	}
	return out
}

func (b *bench) state(t testing.TB, id wire.ID) (wire.State, string) {
	t.Helper()
	e, err := b.queue.Get(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	return e.State, e.Reason
}
