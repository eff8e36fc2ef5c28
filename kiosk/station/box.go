package station

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"chasqui/kiosk"
	"chasqui/kiosk/catalog"
	"chasqui/kiosk/desk"
	"chasqui/kiosk/flow"
	"chasqui/kiosk/nudge"
	"chasqui/sync/client"
	"chasqui/sync/outbox"
)

// BoxConfig says where a kiosk lies and what it is given by its program.
type BoxConfig struct {
	// Data is the kiosk's data folder.
	Data string
	// Hub overrides the hub's address of the enrolment.
	Hub     string
	Catalog *catalog.Catalog
	Words   func(language, key string, args ...any) string
	Format  func(language string) flow.Format
	// Languages are the tags that the office may list; nil for any.
	Languages []string
	// Version is the program's, Built the floor of its clock.
	Version string
	Built   time.Time
	Now     func() time.Time
	// Printer gives receipts on paper; that of the settings when nil.
	Printer Printer
	// Voice tells how the voice is, for the desk; nil where nobody knows.
	Voice func() (kiosk.VoiceState, string)
	// OnChange is called, from any goroutine, when the status may have changed.
	OnChange func()
	Log      *slog.Logger

	// WrapOutbox and NewEnvelope are seams for crash tests and controls.
	WrapOutbox  func(outbox.Outbox) outbox.Outbox
	NewEnvelope EnvelopeMaker
}

// Box is a kiosk without its window: identity, settings, outbox, client and
// station, opened from a data folder.
type Box struct {
	Station  *Station
	Settings Settings
	Identity client.Identity

	outbox   outbox.Outbox
	client   *client.Client
	printer  Printer
	onChange func()
	log      *slog.Logger
	metrics  *http.Server
}

// OpenBox opens the kiosk in a data folder. Its errors name the file and the
// next step.
func OpenBox(ctx context.Context, cfg BoxConfig) (*Box, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.OnChange == nil {
		cfg.OnChange = func() {}
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	identity, err := client.LoadIdentity(cfg.Data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", cfg.Data, err)
	}
	settings, err := LoadSettings(filepath.Join(cfg.Data, SettingsFile))
	if err != nil {
		return nil, err
	}
	if cfg.Languages != nil {
		if err := settings.CheckLanguages(cfg.Languages); err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Join(cfg.Data, SettingsFile), err)
		}
	}
	if cfg.Printer == nil {
		if cfg.Printer, err = settings.Printer.Open(cfg.Now); err != nil {
			return nil, err
		}
	}
	clock, err := NewClock(cfg.Now, rand.Reader, cfg.Built)
	if err != nil {
		return nil, err
	}
	queue, err := outbox.Open(filepath.Join(cfg.Data, "outbox"), outbox.Options{Now: cfg.Now, Log: cfg.Log})
	if err != nil {
		return nil, err
	}
	box := &Box{Settings: settings, Identity: identity, outbox: queue, printer: cfg.Printer, onChange: cfg.OnChange, log: cfg.Log}
	if cfg.WrapOutbox != nil {
		box.outbox = cfg.WrapOutbox(queue)
	}
	if err := box.open(ctx, cfg, clock); err != nil {
		return nil, errors.Join(err, queue.Close())
	}
	return box, nil
}

func (b *Box) open(ctx context.Context, cfg BoxConfig, clock *Clock) error {
	hub := cfg.Hub
	if hub == "" {
		hub = b.Identity.Hub
	}
	// The client speaks up once the station is there to hear it.
	var mu sync.Mutex
	changed := func() {
		mu.Lock()
		s := b.Station
		mu.Unlock()
		if s != nil {
			s.Refresh(context.WithoutCancel(ctx))
			cfg.OnChange()
		}
	}
	var err error
	b.client, err = client.New(client.Config{
		Hub: hub, Identity: b.Identity, Outbox: b.outbox, Now: cfg.Now, Boot: clock.Boot(), Started: clock.Started(),
		Program: cfg.Version, OnChange: changed, Log: cfg.Log, DirectoryPath: filepath.Join(cfg.Data, client.DirectoryFile),
	})
	if err != nil {
		return err
	}
	if heard := b.client.Link().HubTime; !heard.IsZero() {
		clock.Heard(heard)
	}
	s, err := New(ctx, Config{
		Office: b.Settings.Office(b.Identity, cfg.Version), Identity: b.Identity, Catalog: cfg.Catalog,
		Outbox: b.outbox, Link: b.client, Policy: nudge.DefaultPolicy(), Gate: desk.NewGate(b.Settings.PIN, cfg.Now), Printer: cfg.Printer, Voice: cfg.Voice,
		Words: cfg.Words, Format: cfg.Format, Clock: clock, NewEnvelope: cfg.NewEnvelope, OnChange: cfg.OnChange, Log: cfg.Log,
	})
	if err != nil {
		return err
	}
	mu.Lock()
	b.Station = s
	mu.Unlock()
	return nil
}

// ServeMetrics serves /metrics on a loopback address until the box is closed.
func (b *Box) ServeMetrics(address string) (string, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return "", fmt.Errorf("serve metrics: %w", err)
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(NewCollector(b.Station))
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	b.metrics = &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() {
		if err := b.metrics.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			b.log.Error("the metrics are no longer served", "error", err)
		}
	}()
	return listener.Addr().String(), nil
}

// Run drains the queue, keeps the counts and asks the printer how it is, until ctx
// ends.
func (b *Box) Run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var wait sync.WaitGroup
	results := make([]error, 2)
	for i, part := range []func(context.Context) error{b.client.Run, b.Station.Run} {
		wait.Go(func() {
			results[i] = part(ctx)
			stop()
		})
	}
	if b.printer != nil {
		wait.Go(func() {
			look := time.NewTicker(printerLook)
			defer look.Stop()
			watchPrinter(ctx, b.printer, look.C, func() {
				p := b.printer.State()
				b.log.Info("the printer was asked", "name", p.Name, "state", p.State, "words", p.Words)
				b.onChange()
			})
		})
	}
	wait.Wait()
	for i, err := range results {
		if errors.Is(err, context.Canceled) {
			results[i] = nil
		}
	}
	return errors.Join(results...)
}

// Close closes what OpenBox opened. Run must have returned.
func (b *Box) Close() error {
	if b.metrics != nil {
		_ = b.metrics.Close()
	}
	return b.outbox.Close()
}
