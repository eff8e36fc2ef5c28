package station

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"html"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"chasqui/hub"
	"chasqui/hub/board"
	"chasqui/hub/dispatch"
	"chasqui/hub/fleet"
	"chasqui/hub/intake"
	"chasqui/hub/store"
	"chasqui/hub/store/storetest"
	"chasqui/kiosk"
	"chasqui/locales"
	"chasqui/office"
	"chasqui/sync/client"
	"chasqui/sync/outbox"
	"chasqui/sync/seal"
	"chasqui/sync/wire"
)

// road is a whole one: a kiosk with its queue on the disk and its client, a hub
// with its database and its pages, and an office with its folders.
type road struct {
	*bench
	client *client.Client
	store  *store.SQLite
	hub    string
	office office.Config
}

// doubled delivers every call twice and, every third time, loses the answer.
type doubled struct {
	to    http.RoundTripper
	calls int
}

var errLost = errors.New("the answer was lost")

func (d *doubled) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	var last *http.Response
	for range 2 {
		if last != nil {
			if _, err := io.Copy(io.Discard, last.Body); err != nil {
				return nil, err
			}
			_ = last.Body.Close()
		}
		again := r.Clone(r.Context())
		again.Body = io.NopCloser(bytes.NewReader(body))
		if last, err = d.to.RoundTrip(again); err != nil {
			return nil, err
		}
	}
	if d.calls++; d.calls%3 == 0 {
		_ = last.Body.Close()
		return nil, errLost
	}
	return last, nil
}

func newRoad(t *testing.T) *road {
	t.Helper()
	b := newBench(t)
	r := &road{bench: b}
	now := func() time.Time { return b.now }
	dir := t.TempDir()
	root, hubKey := storetest.Key("root"), storetest.Key("hub")
	municipalities := filepath.Join(dir, "municipalities")
	storetest.WriteDirectory(t, municipalities, "prueba", b.link.directory, root)
	log := slog.New(slog.DiscardHandler)
	directories, err := hub.ReadDirectories(municipalities, now, log)
	if err != nil {
		t.Fatal(err)
	}
	if r.store, err = store.Open(dir); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.store.Close() })
	kiosks := intake.New(intake.Config{Store: r.store, Clerk: fleet.Clerk{Store: r.store, Now: now}, Directories: directories, Key: hubKey, Public: "https://tramites.example.org", Now: now, Log: log})
	offices := dispatch.New(dispatch.Config{Store: r.store, Directories: directories, Key: hubKey, Now: now, Log: log})
	mux := http.NewServeMux()
	mux.Handle(wire.PathExchange, kiosks)
	mux.Handle(wire.PathPull, offices)
	mux.Handle(wire.PathWord, offices)
	mux.Handle("/", board.New(board.Config{Store: r.store, Catalog: b.cfg.Catalog, Now: now}))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	r.hub = server.URL

	k := storetest.Enrol(t, r.store, storetest.Office, "a")
	identity := client.Identity{Kiosk: k.ID, Office: string(k.Office), FolioPrefix: k.FolioPrefix, StatusKey: k.StatusKey,
		HubKey: storetest.Public(hubKey), Root: storetest.Public(root), Key: k.Signer, Hub: r.hub, Public: "https://tramites.example.org"}
	queue, err := outbox.Open(filepath.Join(dir, "outbox"), outbox.Options{Now: now, Reserve: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = queue.Close() })
	b.outbox.Outbox = queue
	path := filepath.Join(dir, "directory.json")
	if err := copyFile(filepath.Join(municipalities, "prueba", hub.DirectoryFile), path); err != nil {
		t.Fatal(err)
	}
	r.client, err = client.New(client.Config{
		Hub: r.hub, Identity: identity, Outbox: b.outbox, Now: now, Boot: b.cfg.Clock.Boot(), Started: b.cfg.Clock.Started(),
		Program: "test", Transport: &doubled{to: http.DefaultTransport}, DirectoryPath: path, Addresses: func() string { return "" },
	})
	if err != nil {
		t.Fatal(err)
	}
	b.cfg.Identity, b.cfg.Link = identity, r.client
	b.open()
	r.office = office.Config{
		Data: filepath.Join(dir, "office"), Out: filepath.Join(dir, "out"), Hub: r.hub, Municipality: string(storetest.Municipality),
		HubKey: storetest.Public(hubKey), Keys: []*seal.Keys{b.keys}, Now: now, Transport: &doubled{to: http.DefaultTransport},
		Words: func(key string) string { return locales.In("es").Text(key) },
	}
	return r
}

func copyFile(from, to string) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, b, 0o600)
}

// send exchanges until nothing waits.
func (r *road) send() {
	r.t.Helper()
	for range 60 {
		r.now = r.now.Add(time.Second)
		if err := r.client.Exchange(r.t.Context()); err != nil && r.t.Context().Err() != nil {
			r.t.Fatal(err)
		}
		s, err := r.outbox.Summary(r.t.Context())
		if err != nil {
			r.t.Fatal(err)
		}
		if s.Unsent == 0 && r.client.Link().State == client.StateUp {
			r.station.Refresh(r.t.Context())
			return
		}
	}
	r.t.Fatalf("the queue does not drain: %+v", r.client.Link())
}

// handle makes rounds of the office until one comes to its end.
func (r *road) handle() {
	r.t.Helper()
	var err error
	for range 20 {
		r.now = r.now.Add(time.Minute)
		var o *office.Office
		if o, err = office.New(r.office); err != nil {
			r.t.Fatal(err)
		}
		err = errors.Join(o.Once(r.t.Context()), o.Close())
		if err == nil {
			return
		}
	}
	r.t.Fatalf("the office does not come to an end: %v", err)
}

func (r *road) rows(name string) [][]string {
	r.t.Helper()
	b, err := os.ReadFile(filepath.Join(r.office.Out, "atencion", name))
	if err != nil {
		r.t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		r.t.Fatal(err)
	}
	return rows[1:]
}

// status asks as a citizen does from home.
func (r *road) status(of kiosk.Receipt, language string) string {
	r.t.Helper()
	form := url.Values{"f": {of.Folio().String()}, "c": {wire.GroupShortCode(of.Code())}, "lang": {language}}
	answer, err := http.PostForm(r.hub+wire.PathStatus, form) // #nosec G107 -- the test's own server
	if err != nil {
		r.t.Fatal(err)
	}
	defer answer.Body.Close()
	page, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		r.t.Fatalf("status %d, %v", answer.StatusCode, err)
	}
	return html.UnescapeString(string(page))
}

func (r *road) says(of kiosk.Receipt, state wire.State) {
	r.t.Helper()
	for _, l := range locales.Languages() {
		if page := r.status(of, l.Tag); !strings.Contains(page, locales.In(l.Tag).Text("state."+string(state))) {
			r.t.Errorf("%s: the status page does not say %s", l.Tag, state)
		}
	}
}

// Guards the whole road for what is filed about a request: from a finger on the
// screen to the office's folders, once each, whatever is doubled or lost on the
// way and whichever comes first, and back to the citizen's page.
func TestAmendmentsOnTheWholeRoad(t *testing.T) {
	for name, when := range map[string]struct{ send, handle bool }{
		"each on its own":                 {true, true},
		"all sent at once":                {false, false},
		"sent one by one, handled in one": {true, false},
		"filed before, amended in one":    {false, true},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRoad(t)
			kept := r.submit(r.visit())
			first := r.submit(r.visit())
			step := func(last bool) {
				if when.send || last {
					r.send()
				}
				if when.handle && when.send || last {
					r.handle()
				}
			}
			if name == "filed before, amended in one" {
				r.send()
				r.handle()
				r.send() // and the office's word comes down
				if state := r.station.StateOf(first.ID()); state != wire.StateOpened {
					t.Fatalf("the kiosk heard %s of the office", state)
				}
			}
			step(false)
			correction := r.submit(r.amendment(wire.KindCorrection, "certificado-residencia", r.follow(first)))
			step(false)
			addition := r.submit(r.amendment(wire.KindAddition, adding, r.follow(first)))
			step(false)
			if err := r.station.Withdraw(t.Context(), kiosk.NewSession("w", "es", kiosk.Looks{}, r.now), r.follow(first)); err != nil {
				t.Fatal(err)
			}
			if state := r.station.StateOf(first.ID()); state != wire.StateWithdrawn {
				t.Errorf("at the kiosk it is %s at once", state)
			}
			step(true)
			// The office's words go down, and everything goes once more.
			for range 2 {
				r.send()
				r.handle()
			}
			r.send()

			checkRoad(t, r, kept, first, correction, addition)
		})
	}
}

func checkRoad(t *testing.T, r *road, kept, first, correction, addition kiosk.Receipt) {
	t.Helper()
	// The office.
	states := map[string]string{}
	for _, row := range r.rows("requests.csv") {
		if states[row[2]] != "" {
			t.Errorf("folio %s stands twice in the ledger", row[2])
		}
		states[row[2]] = row[9]
	}
	if len(states) != 2 || states[string(first.Folio())] != "withdrawn" || states[string(kept.Folio())] != "opened" {
		t.Errorf("requests.csv: %v", states)
	}
	var kinds []string
	for _, row := range r.rows("amendments.csv") {
		if row[2] != first.ID().String() || row[3] != string(first.Folio()) {
			t.Errorf("amendments.csv: %v", row[:9])
		}
		if want := map[string]string{"correction": correction.ID().String(), "addition": addition.ID().String()}[row[4]]; want != "" && row[1] != want {
			t.Errorf("the %s is %s, want %s", row[4], row[1], want)
		}
		kinds = append(kinds, row[4])
	}
	if slices.Sort(kinds); !slices.Equal(kinds, []string{"addition", "correction", "withdrawal"}) {
		t.Errorf("amendments.csv: %v", kinds)
	}
	if rows := r.rows("put-aside.csv"); len(rows) != 0 {
		t.Errorf("the office put aside %v", rows)
	}
	if rows := r.rows("attachments.csv"); len(rows) != 1 || rows[0][1] != addition.ID().String() {
		t.Errorf("attachments.csv: %v", rows)
	}
	id := addition.ID().String()
	content, err := os.ReadFile(filepath.Join(r.office.Out, "atencion", "certificado-residencia", fmt.Sprintf("%s-%s", string(first.Folio()), id[len(id)-8:]), "foto.png"))
	if err != nil || !bytes.Equal(content, picture) {
		t.Errorf("the attachment has %d bytes, %v", len(content), err)
	}
	files := 0
	err = filepath.WalkDir(r.office.Out, func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".txt") {
			files++
		}
		return err
	})
	if err != nil || files != 5 {
		t.Errorf("%d readable files, %v, want two requests and three amendments", files, err)
	}
	// The hub.
	totals, err := r.store.Totals(t.Context(), hub.World)
	if err != nil || totals.Requests != 2 || totals.Folios != 2 || totals.PutAside != 0 || totals.States[wire.StateWithdrawn] != 1 || totals.States[wire.StateOpened] != 1 ||
		totals.Items[wire.KindCorrection] != 1 || totals.Items[wire.KindAddition] != 1 || totals.Items[wire.KindWithdrawal] != 1 {
		t.Errorf("the hub holds %+v, %v", totals, err)
	}
	r.says(first, wire.StateWithdrawn)
	r.says(kept, wire.StateOpened)
	history, err := r.store.History(t.Context(), hub.World, first.ID())
	if err != nil || len(history) != 1 || history[0].State != wire.StateOpened {
		t.Errorf("the history is %+v, %v: opened is kept, once", history, err)
	}
	// The kiosk.
	f := r.follow(first)
	if f.State != wire.StateWithdrawn || len(f.Amended) != 3 || f.Heard.IsZero() {
		t.Errorf("the kiosk follows %+v", f)
	}
	for _, a := range f.Amended {
		if a.State != wire.StateAtHub {
			t.Errorf("the %s stands at %s", a.Kind, a.State)
		}
	}
	if state := r.follow(kept).State; state != wire.StateOpened {
		t.Errorf("the other request stands at %s", state)
	}
	if s := r.station.Status(); s.Unsent != 0 {
		t.Errorf("%d are unsent", s.Unsent)
	}
}
