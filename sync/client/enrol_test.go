package client

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"chasqui/sync/wire"
)

var quiet = log.New(io.Discard, "", 0)

// registrar is a hub that enrols one kiosk.
type registrar struct {
	t      *testing.T
	key    ed25519.PrivateKey
	root   ed25519.PrivateKey
	mu     sync.Mutex
	bound  ed25519.PublicKey
	change func(*wire.Enrolment)
	answer func(w http.ResponseWriter) bool
	lose   bool // the answer of the next call
}

func (h *registrar) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.answer != nil && h.answer(w) {
		return
	}
	body, _ := io.ReadAll(r.Body)
	s, err := wire.DecodeStatement(body)
	var request wire.EnrolRequest
	if err != nil || s.Peek(&request) != nil || s.Open(wire.DomainEnrol, request.Key, &request) != nil || r.URL.Path != wire.PathEnrol {
		h.t.Errorf("not an enrolment: %v, %s", err, r.URL.Path)
	}
	w.Header().Set("Content-Type", wire.MediaType)
	send := func(status int, s wire.Statement) {
		b, _ := s.Encode()
		w.WriteHeader(status)
		_, _ = w.Write(b)
	}
	// One code, one key: again with the same key is the same kiosk.
	if request.Code != "ABCD-1234" || (h.bound != nil && !bytes.Equal(h.bound, request.Key)) {
		send(http.StatusForbidden, sign(h.t, wire.DomainReply, h.key, wire.Reply{Version: wire.Version, Batch: wire.DigestOf(body), Refused: wire.CodeUnknownKiosk}))
		return
	}
	h.bound = request.Key
	if h.lose {
		h.lose = false
		panic(http.ErrAbortHandler)
	}
	e := wire.Enrolment{Version: wire.Version, Kiosk: "k1", Office: municipality + "/centro", FolioPrefix: "K7M", StatusKey: make([]byte, 32),
		HubKey: publicOf(h.key), Directory: directoryOf(h.t, h.root, 1, "social"), Public: "https://tramites.example", Time: time.Now().UnixMilli()}
	if h.change != nil {
		h.change(&e)
	}
	send(http.StatusOK, sign(h.t, wire.DomainEnrol, h.key, e))
}

func (h *registrar) boundKey() ed25519.PublicKey {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.bound
}

func startRegistrar(t *testing.T) (*registrar, EnrolOptions) {
	hub := &registrar{t: t, key: signer("hub"), root: signer("root")}
	server := httptest.NewUnstartedServer(hub)
	server.Config.ErrorLog = quiet
	server.Start()
	t.Cleanup(server.Close)
	return hub, EnrolOptions{Dir: filepath.Join(t.TempDir(), "kiosk"), Hub: server.URL, Code: " ABCD-1234\n",
		HubKey: publicOf(signer("hub")), Root: publicOf(signer("root"))}
}

func TestEnrolMakesAnIdentityThatCanBeLoaded(t *testing.T) {
	hub, o := startRegistrar(t)
	if _, err := LoadIdentity(o.Dir); !errors.Is(err, ErrNotEnrolled) {
		t.Fatalf("before: %v", err)
	}
	id, d, err := Enrol(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if id.Kiosk != "k1" || id.Municipality() != municipality || id.Hub != o.Hub || id.Public == "" || len(d.Units) != 1 || !bytes.Equal(publicOf(id.Key), hub.boundKey()) {
		t.Errorf("%+v, %+v", id, d)
	}
	loaded, err := LoadIdentity(o.Dir)
	if err != nil || !loaded.Key.Equal(id.Key) || loaded.Office != id.Office || !loaded.Root.Equal(id.Root) || !loaded.HubKey.Equal(id.HubKey) || loaded.Public != id.Public {
		t.Errorf("%+v, %v", loaded, err)
	}
	entries, err := os.ReadDir(o.Dir)
	if err != nil || len(entries) != 3 {
		t.Errorf("%v, %v", entries, err)
	}
	for _, e := range entries {
		if info, err := e.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, %v", e.Name(), info.Mode(), err)
		}
	}
	if _, _, err := Enrol(t.Context(), o); !errors.Is(err, ErrAlreadyEnrolled) {
		t.Errorf("a second time: %v", err)
	}
}

// Each row is a mistake that an operator, a network or a hub can make.
func TestWhatIsWrongWithAnEnrolmentIsNamedAndNothingIsSaved(t *testing.T) {
	cases := []struct {
		name   string
		guards string
		spoil  func(h *registrar, o *EnrolOptions)
		want   error
		words  string
	}{
		{"a wrong code", "the hub's signed refusal", func(_ *registrar, o *EnrolOptions) { o.Code = "WRONG" }, ErrCode, "ask for a new one"},
		{"a wrong hub key", "the hub key is pinned from outside the network; without it whoever answers first is the hub",
			func(h *registrar, _ *EnrolOptions) { h.key = signer("impostor") }, ErrHubKey, "hub.pub"},
		{"a wrong hub key and a wrong code", "a refusal needs a signature too",
			func(h *registrar, o *EnrolOptions) { h.key = signer("impostor"); o.Code = "WRONG" }, ErrHubKey, "hub.pub"},
		{"a hub that names another key", "the hub's own word on its key", func(h *registrar, _ *EnrolOptions) {
			h.change = func(e *wire.Enrolment) { e.HubKey = publicOf(signer("other")) }
		}, ErrHubKey, "another"},
		{"a directory under another root", "the root is pinned from outside the network; without it the hub could hand out keys of its own",
			func(h *registrar, _ *EnrolOptions) { h.root = signer("hub") }, ErrRoot, "root.pub"},
		{"a directory of another municipality", "the municipality must be the office's", func(h *registrar, _ *EnrolOptions) {
			h.change = func(e *wire.Enrolment) { e.Office = "CL/13/13102/centro" }
		}, ErrRoot, "CL/13/13102"},
		{"a folio prefix that is none", "what is pinned is checked first", func(h *registrar, _ *EnrolOptions) {
			h.change = func(e *wire.Enrolment) { e.FolioPrefix = "../" }
		}, wire.ErrMalformed, "prefix"},
		{"a status key that is too short", "as above", func(h *registrar, _ *EnrolOptions) {
			h.change = func(e *wire.Enrolment) { e.StatusKey = nil }
		}, wire.ErrMalformed, "status key"},
		{"an office that is no path", "as above", func(h *registrar, _ *EnrolOptions) {
			h.change = func(e *wire.Enrolment) { e.Office = "centro" }
		}, wire.ErrMalformed, "office"},
		{"a portal's page", "the media type", func(h *registrar, _ *EnrolOptions) {
			h.answer = func(w http.ResponseWriter) bool { _, _ = io.WriteString(w, "<html>"); return true }
		}, ErrNotHub, "sign-in"},
		{"a page that is not there", "as above", func(h *registrar, _ *EnrolOptions) {
			h.answer = func(w http.ResponseWriter) bool { w.WriteHeader(404); return true }
		}, ErrNotHub, "404"},
		{"an address that is none", "", func(_ *registrar, o *EnrolOptions) { o.Hub = "hub.example" }, nil, "https://hub.example.org"},
		{"no hub key", "", func(_ *registrar, o *EnrolOptions) { o.HubKey = nil }, nil, "on paper"},
		{"another version", "", func(h *registrar, _ *EnrolOptions) { h.change = func(e *wire.Enrolment) { e.Version = 2 } }, nil, "version 2"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			// Guards: see c.guards.
			hub, o := startRegistrar(t)
			c.spoil(hub, &o)
			_, _, err := Enrol(t.Context(), o)
			if err == nil || (c.want != nil && !errors.Is(err, c.want)) || !strings.Contains(err.Error(), c.words) {
				t.Fatalf("%v; want %v with %q (%s)", err, c.want, c.words, c.guards)
			}
			if _, err := LoadIdentity(o.Dir); !errors.Is(err, ErrNotEnrolled) {
				t.Errorf("something was saved: %v", err)
			}
		})
	}
}

// Guards: the key is kept from the first try on; without it an answer lost on the
// way would cost the code, which works once.
func TestAnAnswerLostOnTheWayCostsNoCode(t *testing.T) {
	hub, o := startRegistrar(t)
	hub.lose = true
	ctx, stop := context.WithCancel(t.Context())
	first := o
	first.HTTP = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		resp, err := http.DefaultTransport.RoundTrip(r)
		stop() // no short retry
		return resp, err
	})}
	if _, _, err := Enrol(ctx, first); err == nil {
		t.Fatal("the answer was not lost")
	}
	if hub.boundKey() == nil {
		t.Fatal("the hub never heard of it")
	}
	if id, _, err := Enrol(t.Context(), o); err != nil || !bytes.Equal(publicOf(id.Key), hub.boundKey()) {
		t.Errorf("again: %v", err)
	}
}

func TestADamagedIdentityIsNotUsed(t *testing.T) {
	_, o := startRegistrar(t)
	if _, _, err := Enrol(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	path := func(name string) string { return filepath.Join(o.Dir, name) }
	for name, content := range map[string]string{identityFile: "{}", keyFile: "not a key"} {
		kept, err := os.ReadFile(path(name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path(name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := LoadIdentity(o.Dir); err == nil || errors.Is(err, ErrNotEnrolled) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
		if err := os.WriteFile(path(name), kept, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Remove(path(keyFile)); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadIdentity(o.Dir); err == nil {
		t.Error("an identity without its key was loaded")
	}
}
