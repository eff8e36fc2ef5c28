package office

import (
	"bytes"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"chasqui/sync/seal"
	"chasqui/sync/wire"
)

// Each row is something that a hub, or whoever stands in its place, may try.
func TestAHostileHubCannotPassAnythingOff(t *testing.T) {
	t.Parallel() // it waits for the disk
	other := func(t *testing.T) *seal.Keys { return keysOf(t, "atencion", wire.RoleUnit) }
	cases := []struct {
		name   string
		guards string
		do     func(t *testing.T, town *town, f filed)
		// reason is the code under which it is put aside, "" when the whole delivery
		// is not believed; said is what the hub is told of the request.
		reason, said string
	}{
		{"a delivery signed by another key", "the pinned hub key; without it anybody on the road could file requests",
			func(_ *testing.T, town *town, _ filed) { town.key = signer("another") }, "", ""},
		{"a recorded delivery played again", "the nonce; without it an old delivery could hide new ones",
			func(_ *testing.T, town *town, _ filed) {
				town.change = func(h *wire.DeliveryHeader, _ *[][]byte) { h.Nonce = make([]byte, 16) }
			}, "", ""},
		{"another unit's delivery", "the unit's name in the header", func(_ *testing.T, town *town, _ filed) {
			town.change = func(h *wire.DeliveryHeader, _ *[][]byte) { h.Unit = "atencion" }
		}, "", ""},
		{"numbers that do not fit the items", "each item has its number", func(_ *testing.T, town *town, _ filed) {
			town.change = func(h *wire.DeliveryHeader, _ *[][]byte) { h.Numbers = append(h.Numbers, 99) }
		}, "", ""},
		{"numbers that fall", "numbers rise; without it the cursor could be led astray", func(_ *testing.T, town *town, _ filed) {
			town.change = func(h *wire.DeliveryHeader, items *[][]byte) {
				h.Numbers, *items = []uint64{5, 4}, [][]byte{(*items)[0], (*items)[0]}
			}
		}, "", ""},
		{"an unknown version", "the version is checked", func(_ *testing.T, town *town, _ filed) {
			town.change = func(h *wire.DeliveryHeader, _ *[][]byte) { h.Version = 9 }
		}, "", ""},
		{"a portal's page", "status, media type and signature", func(_ *testing.T, town *town, _ filed) {
			town.answer = func(w http.ResponseWriter, _ *http.Request) bool { _, _ = w.Write([]byte("<html>")); return true }
		}, "", ""},
		{"a redirect", "redirects are not followed", func(_ *testing.T, town *town, _ filed) {
			town.answer = func(w http.ResponseWriter, r *http.Request) bool {
				http.Redirect(w, r, "http://portal.example/", http.StatusTemporaryRedirect)
				return true
			}
		}, "", ""},
		{"an empty 204", "a pull is answered with a delivery", func(_ *testing.T, town *town, _ filed) {
			town.answer = func(w http.ResponseWriter, _ *http.Request) bool { w.WriteHeader(204); return true }
		}, "", ""},
		{"the sealed content of another request", "the seal binds the id; without it answers could be swapped between people",
			func(t *testing.T, town *town, f filed) {
				item, another := decode(t, f.main), decode(t, town.file("otra", nil).main)
				town.replace(encode(t, item.Header, another.Body))
			}, wire.CodeDamaged, "needs-something/office-cannot"},
		{"another folio on the outside", "the sealed folio must agree; without it the citizen's number would lead to somebody else",
			func(t *testing.T, town *town, f filed) {
				item, another := decode(t, f.main), town.file("otra", nil)
				item.Folio = another.folio
				town.replace(encode(t, item.Header, item.Body))
			}, wire.CodeConflict, "needs-something/office-cannot"},
		{"another service on the outside", "the seal binds the service", func(t *testing.T, town *town, f filed) {
			item := decode(t, f.main)
			item.Service = "certificado-residencia"
			town.replace(encode(t, item.Header, item.Body))
		}, wire.CodeDamaged, "needs-something/office-cannot"},
		{"another office on the outside", "the sealed office must agree", func(t *testing.T, town *town, f filed) {
			item := decode(t, f.main)
			item.Office = municipality + "/norte"
			town.replace(encode(t, item.Header, item.Body))
		}, wire.CodeConflict, "needs-something/office-cannot"},
		{"an item of another municipality", "the municipality is checked", func(t *testing.T, town *town, f filed) {
			item := decode(t, f.main)
			item.Office = "CL/13/13102/centro"
			town.replace(encode(t, item.Header, item.Body))
		}, wire.CodeUnknownUnit, ""},
		{"an item of another unit", "the unit is checked, and nothing is said for it", func(t *testing.T, town *town, f filed) {
			item := decode(t, f.main)
			item.Unit = "atencion"
			town.replace(encode(t, item.Header, item.Body))
		}, wire.CodeUnknownUnit, ""},
		{"an item sealed to other keys", "it is put aside and not lost", func(t *testing.T, town *town, _ filed) {
			town.cfg.Keys = []*seal.Keys{keysOf(t, "social", wire.RoleUnit)}
			id, _ := newID()
			e, err := seal.NewEnvelope(seal.About{ID: id, Service: "subsidio-agua-potable", ServiceVersion: 3},
				[]wire.Recipient{other(t).Recipient(), keysOf(t, "recovery", wire.RoleRecovery).Recipient()})
			if err != nil {
				t.Fatal(err)
			}
			body, err := e.Seal([]byte("{}"))
			if err != nil {
				t.Fatal(err)
			}
			item := decode(t, town.items[0])
			item.ID = id
			town.replace(encode(t, item.Header, body))
		}, wire.CodeKeysUnknown, "-"},
		{"bytes that are no item", "the parser's bounds", func(_ *testing.T, town *town, _ filed) { town.replace([]byte("junk")) }, wire.CodeMalformed, ""},
		{"a service that climbs", "names are checked before they become paths; without it a hub could write anywhere",
			func(t *testing.T, town *town, f filed) {
				item := decode(t, f.main)
				item.Service = "../../../etc"
				town.replace(encode(t, item.Header, item.Body))
			}, wire.CodeMalformed, "needs-something/office-cannot"},
		{"a folio that climbs", "as above", func(t *testing.T, town *town, f filed) {
			item := decode(t, f.main)
			item.Folio = "../../evil"
			town.replace(encode(t, item.Header, item.Body))
		}, wire.CodeMalformed, "needs-something/office-cannot"},
		{"a kind that is not an office's", "unknown kinds stop nothing", func(t *testing.T, town *town, f filed) {
			item := decode(t, f.main)
			item.Kind = wire.KindCounts
			town.replace(encode(t, item.Header, item.Body))
		}, wire.CodeUnknownKind, ""},
		{"a part without a place", "a part's numbers must fit", func(t *testing.T, town *town, f filed) {
			item := decode(t, f.main)
			item.Kind, item.Parent, item.Part = wire.KindAttachment, f.id, &wire.Part{Index: 0, Of: 1 << 30, Size: 1 << 50}
			town.replace(encode(t, item.Header, item.Body))
		}, wire.CodeMalformed, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			// Guards: see c.guards.
			town := newTown(t)
			f := town.file("texto", nil)
			town.deliver(f.main)
			c.do(t, town, f)
			// A sound request behind it.
			good := town.file("buena", nil)
			town.deliver(good.main)
			err := town.round()
			if c.reason == "" {
				if !errors.Is(err, ErrNotHub) {
					t.Errorf("the delivery passed: %v (%s)", err, c.guards)
				}
				if rows := town.rows("requests.csv"); len(rows) != 0 || len(town.words) != 0 {
					t.Errorf("%d lines, %d words (%s)", len(rows), len(town.words), c.guards)
				}
				// The control: the hub itself is believed.
				town.change, town.answer, town.key = nil, nil, signer("hub")
				if err := town.round(); err != nil || len(town.rows("requests.csv")) != 2 {
					t.Errorf("with the hub back: %v", err)
				}
				return
			}
			if err != nil {
				t.Fatalf("one bad item stopped the round: %v", err)
			}
			if rows := town.rows("requests.csv"); len(rows) != 1 || rows[0][1] != good.id.String() {
				t.Errorf("lines %v (%s)", rows, c.guards)
			}
			aside := town.rows("put-aside.csv")
			if len(aside) != 1 || aside[0][5] != c.reason {
				t.Fatalf("put aside %v, want reason %s", aside, c.reason)
			}
			kept, err := os.ReadFile(filepath.Join(town.cfg.Out, "social", "put-aside", aside[0][6]))
			if err != nil || !bytes.Equal(kept, town.items[0]) {
				t.Errorf("what is put aside is not kept as it came: %v", err)
			}
			if c.said != "-" {
				if got := town.said(f.id); got != c.said {
					t.Errorf("the hub heard %q, want %q", got, c.said)
				}
			}
			// Again: it is put aside once.
			town.deliver(town.items[0])
			if err := town.round(); err != nil || len(town.rows("put-aside.csv")) != 1 {
				t.Errorf("%v, %v", err, town.rows("put-aside.csv"))
			}
			// Nothing was written outside.
			for _, stray := range []string{"etc", "evil"} {
				if _, err := os.Lstat(filepath.Join(filepath.Dir(town.cfg.Out), stray)); err == nil {
					t.Errorf("%s was written outside the folder", stray)
				}
			}
		})
	}
}

func decode(t testing.TB, b []byte) wire.Item {
	t.Helper()
	item, err := wire.DecodeItem(b)
	if err != nil {
		t.Fatal(err)
	}
	return item
}

func (h *town) replace(item []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.items = [][]byte{item}
}

// Guards: putting aside is no verdict; a sound copy that comes later is opened.
func TestASoundCopyAfterADamagedOneIsOpened(t *testing.T) {
	town := newTown(t)
	f := town.file("texto", nil)
	item := decode(t, f.main)
	spoiled := bytes.Clone(item.Body)
	spoiled[len(spoiled)-1] ^= 1
	town.deliver(encode(t, item.Header, spoiled))
	if err := town.round(); err != nil {
		t.Fatal(err)
	}
	town.deliver(f.main)
	if err := town.round(); err != nil {
		t.Fatal(err)
	}
	if got := town.said(f.id); got != "needs-something/office-cannot opened" {
		t.Errorf("the hub heard %q", got)
	}
	if rows := town.rows("requests.csv"); len(rows) != 1 {
		t.Errorf("%d lines", len(rows))
	}
}
