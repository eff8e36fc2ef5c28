// Package station is the kiosk as it runs: it implements [kiosk.Station] on top
// of the outbox, the client and the pure rooms, and is the one room of kiosk/
// that knows sync/.
//
// The heart of it is [Station.Submit]: build the request, seal it to the keys of
// the responsible unit, commit it together with what was counted and with the
// decision on a suggestion in one durable transaction, and only then make a
// [kiosk.Receipt]. An amendment of an earlier request goes the same way: a
// correction or an addition through Submit, a withdrawal through
// [Station.Withdraw], each sealed to the unit that has the request, after
// [Station.Follow] has seen folio and short code. Beside it run the hourly counts ([Station.Emit], flushed into
// the outbox by [Station.Run]), the offer of one suggestion, the desk's view and
// the kiosk's own metrics.
package station

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"chasqui/kiosk"
	"chasqui/kiosk/catalog"
	"chasqui/kiosk/desk"
	"chasqui/kiosk/flow"
	"chasqui/kiosk/nudge"
	"chasqui/kiosk/uptake"
	"chasqui/sync/client"
	"chasqui/sync/outbox"
	"chasqui/sync/seal"
	"chasqui/sync/wire"
)

// Link is the hub as the station sees it; *client.Client is one.
type Link interface {
	// Kick asks for an exchange soon: something was committed.
	Kick()
	Link() client.Link
	// Directory is the newest directory of units, checked against the pinned root.
	Directory() wire.Directory
	// Public is the hub's public address, or "".
	Public() string
}

// Envelope seals one request and its files. *seal.Envelope is the real one; a
// test replaces it by the identity to prove that its search for a canary works.
type Envelope interface {
	SealFile(field string, content []byte) ([]byte, error)
	Seal(plaintext []byte) ([]byte, error)
}

// EnvelopeMaker makes the envelope of one request.
type EnvelopeMaker func(about seal.About, recipients []wire.Recipient) (Envelope, error)

// Config is what a station needs. Now, Random, NewEnvelope, Quiet and Log have
// defaults; the rest must be given.
type Config struct {
	Office   kiosk.Office
	Identity client.Identity
	Catalog  *catalog.Catalog
	Outbox   outbox.Outbox
	Link     Link
	Policy   nudge.Policy
	Gate     *desk.Gate
	// Printer gives receipts on paper; nil when none was set up.
	Printer Printer
	// Voice tells how the voice is, for the desk; nil where nobody knows.
	Voice func() (kiosk.VoiceState, string)
	// Words resolves a key of locales/ in a language.
	Words func(language, key string, args ...any) string
	// Format writes numbers, amounts and days in a language. Without it they stand
	// as Chile writes them.
	Format func(language string) flow.Format
	// Clock tells the time; see NewClock.
	Clock *Clock
	// Random is crypto/rand by default.
	Random io.Reader
	// NewEnvelope is seal.NewEnvelope by default.
	NewEnvelope EnvelopeMaker
	// Quiet is how long nothing must happen before changed counts are queued; 5 s
	// by default.
	Quiet time.Duration
	// OnChange is called, from any goroutine, when Status may have changed.
	OnChange func()
	Log      *slog.Logger
}

// Station implements kiosk.Station.
type Station struct {
	cfg      Config
	location *time.Location

	// mu guards what follows; submitting is held through a commit so that the
	// book that a commit wrote is the book that stays.
	submitting sync.Mutex
	mu         sync.Mutex
	book       *uptake.Book
	openedTo   time.Time
	offer      *pendingOffer
	status     kiosk.Status
	repeats    repeats
	rings      []ring // oldest first
	rung       int

	repeatKey []byte
	guesses   guesses

	stirred chan struct{} // something was counted
	events  *prometheus.CounterVec
}

var _ kiosk.Station = (*Station)(nil)

// The outbox's memos that belong to the station.
const (
	memoBook  = "station/book"
	memoOffer = "station/offer"
)

// New opens a station on an outbox: it takes up the counts where they were and
// files an offer that nobody answered before a power cut as ignored.
func New(ctx context.Context, cfg Config) (*Station, error) {
	if cfg.Random == nil {
		cfg.Random = rand.Reader
	}
	if cfg.NewEnvelope == nil {
		cfg.NewEnvelope = func(about seal.About, recipients []wire.Recipient) (Envelope, error) {
			return seal.NewEnvelope(about, recipients)
		}
	}
	if cfg.Quiet == 0 {
		cfg.Quiet = 5 * time.Second
	}
	if cfg.OnChange == nil {
		cfg.OnChange = func() {}
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	location, err := time.LoadLocation(cfg.Office.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("open the station: time zone %q: %w", cfg.Office.TimeZone, err)
	}
	s := &Station{cfg: cfg, location: location, stirred: make(chan struct{}, 1), openedTo: cfg.Clock.Now(), events: newEvents()}
	if err := s.restoreBook(ctx); err != nil {
		return nil, err
	}
	if err := s.restoreOffer(ctx); err != nil {
		return nil, err
	}
	if err := s.restoreGate(ctx); err != nil {
		return nil, err
	}
	if err := s.restoreGuesses(ctx); err != nil {
		return nil, err
	}
	if s.repeatKey, err = repeatKey(cfg.Identity); err != nil {
		return nil, fmt.Errorf("open the station: %w", err)
	}
	if err := s.restoreRepeats(ctx); err != nil {
		return nil, err
	}
	s.Refresh(ctx)
	return s, nil
}

// Office implements kiosk.Station.
func (s *Station) Office() kiosk.Office { return s.cfg.Office }

// Now implements kiosk.Station.
func (s *Station) Now() time.Time { return s.cfg.Clock.Now() }

// Status implements kiosk.Station. It is what Refresh last saw, so that a screen
// may ask as often as it draws.
func (s *Station) Status() kiosk.Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.status
}

// Refresh looks at the outbox and the link again. Wire it to the client's
// OnChange.
func (s *Station) Refresh(ctx context.Context) {
	link := s.cfg.Link.Link()
	status := kiosk.Status{Link: kiosk.LinkState(link.State), LastHeard: link.LastHeard}
	summary, err := s.cfg.Outbox.Summary(ctx)
	if err != nil {
		s.cfg.Log.Error("the outbox cannot be read", "error", err)
	}
	status.Unsent, status.Oldest, status.Full = summary.UnsentRequests, summary.Oldest, summary.Full
	s.mu.Lock()
	changed := s.status != status
	s.status = status
	s.mu.Unlock()
	if changed {
		s.cfg.OnChange()
	}
}

// StateOf implements kiosk.Station.
func (s *Station) StateOf(id wire.ID) wire.State {
	entry, err := s.cfg.Outbox.Get(context.Background(), id)
	switch {
	case errors.Is(err, outbox.ErrNotFound):
		// Pruned: the grace period after the hub's acknowledgement is over.
		return wire.StateAtHub
	case err != nil:
		s.cfg.Log.Error("a request's state cannot be read", "error", err)
		return wire.StateSaved
	}
	return entry.State
}

// Run keeps the counts and the clock going until ctx ends: it queues changed
// counts once nothing has happened for a while, and writes down how long the
// kiosk was open. A last flush happens on the way out.
func (s *Station) Run(ctx context.Context) error {
	minute := time.NewTicker(time.Minute)
	defer minute.Stop()
	quiet := time.NewTimer(s.cfg.Quiet)
	defer quiet.Stop()
	for {
		select {
		case <-s.stirred:
			if err := s.keepBook(ctx); err != nil {
				s.cfg.Log.Error("the counts cannot be kept", "error", err)
			}
			quiet.Reset(s.cfg.Quiet)
		case <-quiet.C:
			s.flush(ctx)
		case <-minute.C:
			s.flush(ctx)
			if err := s.fadeRepeats(ctx); err != nil {
				s.cfg.Log.Error("who asked before cannot be forgotten yet", "error", err)
			}
			if removed, err := s.cfg.Outbox.Prune(ctx, s.Now()); err != nil {
				s.cfg.Log.Error("old requests cannot be removed", "error", err)
			} else if len(removed) > 0 {
				s.cfg.Log.Info("removed after the grace period", "items", len(removed))
			}
			s.Refresh(ctx)
		case <-ctx.Done():
			s.flush(context.WithoutCancel(ctx))
			return nil
		}
	}
}

func (s *Station) flush(ctx context.Context) {
	if err := s.FlushCounts(ctx); err != nil {
		s.cfg.Log.Error("the counts cannot be queued", "error", err)
	}
}
