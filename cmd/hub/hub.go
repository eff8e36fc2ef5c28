package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"chasqui/assets"
	"chasqui/hub"
	"chasqui/hub/board"
	"chasqui/hub/dispatch"
	"chasqui/hub/fleet"
	"chasqui/hub/intake"
	"chasqui/hub/store"
	"chasqui/kiosk/catalog"
	"chasqui/sync/seal"
	"chasqui/sync/wire"
)

// Main is the hub as a program. Set the exported fields, or let ParseFlags, then
// Run; or Open, Serve and Close, as a test does that wants to know the address in
// between.
type Main struct {
	Data   string
	Listen string
	Public string

	// Out gets the one line that says where the hub listens.
	Out io.Writer
	Log *slog.Logger
	Now func() time.Time

	store    *store.SQLite
	listener net.Listener
	server   *http.Server
}

// The names in the data folder.
const (
	keyFile      = "hub.key"
	publicFile   = "hub.pub"
	municipality = "municipalities"
)

// How long connections may be idle, silent or closing. Bodies of machines have
// time-outs by progress; see hub.ReadBody.
const (
	headerTimeout = 10 * time.Second
	pageTimeout   = 60 * time.Second
	idleTimeout   = 2 * time.Minute
	stopTimeout   = 10 * time.Second
	maxHeader     = 32 << 10
)

// NewMain returns a Main with the machine's clock and no output.
func NewMain() *Main {
	return &Main{Listen: "127.0.0.1:0", Out: io.Discard, Log: slog.New(slog.DiscardHandler), Now: time.Now}
}

// Run serves until ctx ends, then lets calls under way finish.
func (m *Main) Run(ctx context.Context) (err error) {
	if err := m.Open(); err != nil {
		return errors.Join(err, m.Close())
	}
	defer func() { err = errors.Join(err, m.Close()) }()
	if _, err := fmt.Fprintf(m.Out, "hub: listening on %s\n", m.URL()); err != nil {
		return err
	}
	return m.Serve(ctx)
}

// Open reads the configuration, opens the database and listens. Its errors are
// the operator's to put right.
func (m *Main) Open() error {
	if err := os.MkdirAll(m.Data, 0o700); err != nil {
		return configf("-data: %w", err)
	}
	key, err := seal.LoadOrCreateSigner(filepath.Join(m.Data, keyFile))
	if err != nil {
		return configError{err}
	}
	if err := publish(filepath.Join(m.Data, publicFile), key); err != nil {
		return configError{err}
	}
	directories, err := hub.ReadDirectories(filepath.Join(m.Data, municipality), m.Now, m.Log)
	if err != nil {
		return configError{err}
	}
	all := directories.All()
	if len(all) == 0 {
		m.Log.Warn("no municipality yet: put root.pub and directory.json into a folder of its own", "folder", filepath.Join(m.Data, municipality))
	}
	for _, listed := range all {
		m.Log.Info("municipality", "scope", listed.Municipality, "name", listed.Name, "directory", listed.Version, "units", len(listed.Units))
	}
	if m.store, err = store.Open(m.Data); err != nil {
		return configError{err}
	}
	if m.listener, err = net.Listen("tcp", m.Listen); err != nil {
		return configf("-listen: %w", err)
	}
	handler, err := m.routes(key, directories)
	if err != nil {
		return err
	}
	m.server = &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: headerTimeout, ReadTimeout: pageTimeout, WriteTimeout: pageTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: maxHeader,
		ErrorLog:       slog.NewLogLogger(m.Log.Handler(), slog.LevelWarn),
	}
	return nil
}

// publish writes the public half of the hub's key, which kiosks and offices are
// given by hand.
func publish(path string, key ed25519.PrivateKey) error {
	public := seal.PublicOf(key)
	if written, err := seal.ReadPublic(path); err == nil && written.Equal(public) {
		return nil
	}
	return seal.WritePublic(path, public)
}

// routes is the table of the hub's doors.
func (m *Main) routes(key ed25519.PrivateKey, directories *hub.Directories) (http.Handler, error) {
	kiosks := intake.New(intake.Config{
		Store: m.store, Clerk: fleet.Clerk{Store: m.store, Random: rand.Reader, Now: m.Now},
		Directories: directories, Key: key, Public: m.Public, Now: m.Now, Log: m.Log.With("room", "intake"),
	})
	offices := dispatch.New(dispatch.Config{
		Store: m.store, Directories: directories, Key: key, Now: m.Now, Log: m.Log.With("room", "dispatch"),
	})
	mux := http.NewServeMux()
	mux.Handle(wire.PathExchange, kiosks)
	mux.Handle(wire.PathEnrol, kiosks)
	mux.Handle(wire.PathPull, offices)
	mux.Handle(wire.PathWord, offices)
	mux.HandleFunc("GET /health", m.health)
	services, err := catalog.Load(assets.Services(), nil)
	if err != nil {
		return nil, fmt.Errorf("the catalogue of services in this program: %w", err)
	}
	config := board.Config{Store: m.store, Catalog: services, Public: m.Public, Now: m.Now, Log: m.Log.With("room", "board")}
	if all := directories.All(); len(all) == 1 {
		config.Scope, config.Name = hub.Scope(all[0].Municipality), all[0].Name
	}
	pages := board.New(config)
	mux.Handle("/", pages)
	registry := prometheus.NewRegistry()
	for _, c := range []prometheus.Collector{
		board.Collector(pages), collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	} {
		if err := registry.Register(c); err != nil {
			return nil, fmt.Errorf("metrics: %w", err)
		}
	}
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{ErrorLog: slog.NewLogLogger(m.Log.Handler(), slog.LevelWarn)}))
	return mux, nil
}

// health answers a supervisor: 200 while the database can be read.
func (m *Main) health(w http.ResponseWriter, r *http.Request) {
	if err := m.store.Health(r.Context()); err != nil {
		m.Log.Error("not healthy", "error", err.Error())
		http.Error(w, "the database cannot be read", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, "ok\n")
}

// URL is where the hub listens, after Open: "http://127.0.0.1:8080".
func (m *Main) URL() string { return "http://" + m.listener.Addr().String() }

// Serve answers until ctx ends.
func (m *Main) Serve(ctx context.Context) error {
	failed := make(chan error, 1)
	go func() { failed <- m.server.Serve(m.listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	m.Log.Info("stopping")
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	if err := m.server.Shutdown(patience); errors.Is(err, context.DeadlineExceeded) {
		// Somebody is too slow to wait for. What was not acknowledged comes again.
		return m.server.Close()
	} else if err != nil {
		return fmt.Errorf("stop: %w", err)
	}
	return nil
}

// Close lets go of everything; after Serve, or instead of it.
func (m *Main) Close() error {
	var all []error
	if m.listener != nil {
		if err := m.listener.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			all = append(all, err)
		}
	}
	if m.store != nil {
		all = append(all, m.store.Close())
	}
	return errors.Join(all...)
}
