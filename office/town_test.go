package office

import (
	"bytes"
	"crypto/ed25519"
	"encoding/binary"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"chasqui/sync/seal"
	"chasqui/sync/wire"
)

const municipality = "CL/13/13101"

func signer(name string) ed25519.PrivateKey {
	seed := wire.DigestOf([]byte(name))
	return ed25519.NewKeyFromSeed(seed[:])
}

func publicOf(key ed25519.PrivateKey) ed25519.PublicKey {
	public, _ := key.Public().(ed25519.PublicKey)
	return public
}

// keyring makes keys once for all tests.
var keyring = struct {
	sync.Mutex
	made map[string]*seal.Keys
}{made: map[string]*seal.Keys{}}

func keysOf(t testing.TB, unit, role string) *seal.Keys {
	t.Helper()
	keyring.Lock()
	defer keyring.Unlock()
	if k := keyring.made[unit+role]; k != nil {
		return k
	}
	k, err := seal.GenerateKeys(unit, "Departamento "+unit, role)
	if err != nil {
		t.Fatal(err)
	}
	keyring.made[unit+role] = k
	return k
}

// town is a fake hub, what kiosks have filed at it, and an office's folders.
type town struct {
	t   testing.TB
	cfg Config
	log bytes.Buffer

	mu    sync.Mutex
	items [][]byte // the delivery of unit social; numbers from 1
	words []wire.Word
	pulls int
	heard chan wire.Word // gets each word when set
	// change may change a delivery before it is signed; answer may answer instead.
	change func(header *wire.DeliveryHeader, items *[][]byte)
	answer func(w http.ResponseWriter, r *http.Request) bool
	key    ed25519.PrivateKey
	batch  int
}

func newTown(t testing.TB) *town {
	t.Helper()
	town := &town{t: t, key: signer("hub"), batch: 64}
	dir := t.TempDir()
	server := httptest.NewServer(town)
	t.Cleanup(server.Close)
	town.cfg = Config{
		Data: filepath.Join(dir, "data"), Out: filepath.Join(dir, "out"), Hub: server.URL, Municipality: municipality,
		HubKey: publicOf(signer("hub")), Keys: []*seal.Keys{keysOf(t, "social", wire.RoleUnit)},
		Random: rand.NewChaCha8([32]byte{1}), Log: slog.New(slog.NewTextHandler(&town.log, nil)),
		Words: func(key string) string { return "«" + key + "»" },
	}
	return town
}

func (h *town) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	if h.answer != nil && h.answer(w, r) {
		return
	}
	s, err := wire.DecodeStatement(body)
	if err != nil || r.Header.Get("Content-Type") != wire.MediaType {
		h.t.Errorf("the hub got %q: %v", r.Header.Get("Content-Type"), err)
		return
	}
	public := ed25519.PublicKey(keysOf(h.t, "social", wire.RoleUnit).PublicSigner())
	if r.URL.Path == wire.PathWord {
		var word wire.Word
		if s.Open(wire.DomainWord, public, &word) != nil || word.Municipality != municipality || word.Unit != "social" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		h.words = append(h.words, word)
		if h.heard != nil {
			h.heard <- word
		}
		w.WriteHeader(http.StatusNoContent)
		return
	}
	var pull wire.Pull
	if s.Open(wire.DomainPull, public, &pull) != nil {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	h.pulls++
	header := wire.DeliveryHeader{Version: wire.Version, Unit: pull.Unit, Nonce: pull.Nonce, Time: time.Now().UnixMilli()}
	var items [][]byte
	for i := int(pull.After); i < len(h.items) && len(items) < h.batch; i++ {
		items = append(items, h.items[i])
		header.Numbers = append(header.Numbers, uint64(i+1))
	}
	header.More = int(pull.After)+len(items) < len(h.items)
	if h.change != nil {
		h.change(&header, &items)
	}
	packet, err := wire.EncodePacket(wire.DomainDelivery, h.key, header, items)
	if err != nil {
		h.t.Error(err)
	}
	w.Header().Set("Content-Type", wire.MediaType)
	_, _ = w.Write(packet)
}

// filed is a request as a kiosk sends it.
type filed struct {
	id    wire.ID
	folio wire.Folio
	main  []byte
	parts [][]byte
}

var serial atomic.Uint64

// newID returns an id that no other test has, and its number.
func newID() (wire.ID, uint64) {
	n := serial.Add(1)
	var id wire.ID
	binary.BigEndian.PutUint64(id[8:], n)
	id[6], id[8] = 0x70, 0x80
	return id, n
}

// attachment is a file among the answers.
type attachment struct {
	question, name string
	content        []byte
}

// file seals a request for unit social, as a kiosk does. change may spoil header
// and request before sealing.
func (h *town) file(answer string, change func(*wire.Header, *Request), files ...attachment) filed {
	h.t.Helper()
	id, n := newID()
	folio, err := wire.NewFolio("K7M", bytes.NewReader(binary.BigEndian.AppendUint64(make([]byte, 8), n)))
	if err != nil {
		h.t.Fatal(err)
	}
	header := wire.Header{ID: id, Kiosk: "k1", Epoch: wire.Epoch{1}, Seq: n, Lane: wire.LaneRequest, Kind: wire.KindRequest,
		Office: municipality + "/centro", Service: "subsidio-agua-potable", ServiceVersion: 3, Unit: "social", Language: "ht", Folio: folio,
		Created: wire.Clock{Wall: 1_790_000_000_000, Boot: "b", Trusted: true}}
	r := Request{Version: 1, ID: id, Folio: folio, Service: header.Service, ServiceVersion: 3, Title: "Subsidio al agua potable", Unit: "social",
		Office: header.Office, Language: "ht", Outcome: "apply", Created: header.Created,
		Answers: []Answered{{Question: "motivo", Type: "long-text", Label: "¿Por qué lo pide?", Shown: answer, Value: Value{Text: answer}}}}
	if change != nil {
		change(&header, &r)
	}
	envelope, err := seal.NewEnvelope(seal.About{ID: id, Service: r.Service, ServiceVersion: r.ServiceVersion},
		[]wire.Recipient{keysOf(h.t, "social", wire.RoleUnit).Recipient(), keysOf(h.t, "recovery", wire.RoleRecovery).Recipient()})
	if err != nil {
		h.t.Fatal(err)
	}
	out := filed{id: id, folio: folio}
	for _, f := range files {
		sealed, err := envelope.SealFile(f.question, f.content)
		if err != nil {
			h.t.Fatal(err)
		}
		digest := wire.DigestOf(sealed)
		r.Answers = append(r.Answers, Answered{Question: f.question, Type: "file", Label: "Foto", Shown: f.name,
			Value: Value{File: &File{Name: f.name, Media: "image/png", Size: int64(len(f.content))}},
			File:  &SealedFile{Digest: digest, Plain: wire.DigestOf(f.content), Size: int64(len(sealed))}})
		of := (len(sealed) + wire.PartSize - 1) / wire.PartSize
		for n := range of {
			part := header
			part.ID, _ = newID()
			part.Parent, part.Kind, part.Lane, part.Folio = id, wire.KindAttachment, wire.LaneAttachment, ""
			part.Part = &wire.Part{File: digest, Index: n, Of: of, Size: int64(len(sealed))}
			out.parts = append(out.parts, encode(h.t, part, sealed[n*wire.PartSize:min((n+1)*wire.PartSize, len(sealed))]))
		}
	}
	plain, err := json.Marshal(r)
	if err != nil {
		h.t.Fatal(err)
	}
	body, err := envelope.Seal(plain)
	if err != nil {
		h.t.Fatal(err)
	}
	out.main = encode(h.t, header, body)
	return out
}

// amend seals what amends a request, as a kiosk does.
func (h *town) amend(kind wire.Kind, of filed, answer string, change func(*wire.Header, *Request), files ...attachment) filed {
	h.t.Helper()
	out := h.file(answer, func(header *wire.Header, r *Request) {
		header.Kind, header.Lane, header.Parent, header.Folio = kind, kind.Lane(), of.id, of.folio
		r.Kind, r.Amends, r.Folio = kind, of.id, of.folio
		if kind == wire.KindWithdrawal {
			r.Answers, r.Outcome = []Answered{}, ""
		}
		if change != nil {
			change(header, r)
		}
	}, files...)
	out.folio = of.folio
	return out
}

func encode(t testing.TB, header wire.Header, body []byte) []byte {
	t.Helper()
	header.Digest = wire.DigestOf(body)
	b, err := wire.Item{Header: header, Body: body}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// deliver puts items into the unit's delivery.
func (h *town) deliver(items ...[]byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.items = append(h.items, items...)
}

// open starts the office program; it is closed with the test.
func (h *town) open() *Office {
	h.t.Helper()
	o, err := New(h.cfg)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { _ = o.Close() })
	return o
}

// round starts the program, makes one round, and ends it.
func (h *town) round() error {
	h.t.Helper()
	o, err := New(h.cfg)
	if err != nil {
		return err
	}
	err = o.Once(h.t.Context())
	if closeErr := o.Close(); closeErr != nil {
		h.t.Fatal(closeErr)
	}
	return err
}

// rows reads a ledger as a stranger would, without its header.
func (h *town) rows(name string) [][]string {
	h.t.Helper()
	f, err := os.Open(filepath.Join(h.cfg.Out, "social", name))
	if err != nil {
		h.t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		h.t.Fatal(err)
	}
	return rows[1:]
}

// page reads a request's readable file.
func (h *town) page(f filed) string {
	h.t.Helper()
	b, err := os.ReadFile(h.base(f) + ".txt")
	if err != nil {
		h.t.Fatal(err)
	}
	return string(b)
}

func (h *town) base(f filed) string {
	id := f.id.String()
	return filepath.Join(h.cfg.Out, "social", "subsidio-agua-potable", fmt.Sprintf("%s-%s", string(f.folio), id[len(id)-8:]))
}

// said lists the words that the hub has got about a request, in order.
func (h *town) said(id wire.ID) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var out []string
	for _, w := range h.words {
		if w.Item == id {
			out = append(out, strings.TrimSuffix(string(w.State)+"/"+w.Reason, "/"))
		}
	}
	return strings.Join(out, " ")
}
