package client

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"sync"
	"time"

	"chasqui/sync/outbox"
	"chasqui/sync/wire"
)

// DefaultPollEvery is how often a link that is up asks for words.
const DefaultPollEvery = 20 * time.Second

// Config is what a Client is made from. Hub, Identity, Outbox and DirectoryPath
// are needed.
type Config struct {
	// Hub is the hub's URL, http or https.
	Hub      string
	Identity Identity
	Outbox   outbox.Outbox
	// Now is the kiosk's clock; time.Now when nil.
	Now func() time.Time
	// Boot names this run of the kiosk and Started is when it began.
	Boot    string
	Started time.Time
	// Floor is a moment before which the clock cannot be right: the build date.
	Floor time.Time
	// Random makes nonces and jitter; crypto/rand when nil.
	Random io.Reader
	// Program is the program's version, for the hub.
	Program string
	// Transport replaces the client's own connection to the hub.
	Transport http.RoundTripper
	// Proxy returns the proxy for a request. Nil means none: the environment is not
	// asked.
	Proxy func(*http.Request) (*url.URL, error)
	// PollEvery is how often a link that is up asks for words; DefaultPollEvery
	// when 0.
	PollEvery time.Duration
	// Addresses returns this machine's network addresses as one string; a change of
	// it means that the link may be back. The operating system is asked when nil.
	Addresses func() string
	// OnChange is called, from any goroutine, when the link or the state of an item
	// changed. It may call anything of the client but Exchange.
	OnChange func()
	Log      *slog.Logger
	// DirectoryPath is the file of the newest directory of units.
	DirectoryPath string
}

// Link is what the kiosk knows of its link.
type Link struct {
	// State is one of the State constants.
	State string
	// Words are for programmers: the last trouble, "" when there is none.
	Words string
	// Refused is the hub's code when State is StateRefused.
	Refused string
	// LastHeard is when the hub last answered, signed, by the kiosk's clock; zero
	// for not in this run.
	LastHeard time.Time
	// NextTry is when the next exchange is due.
	NextTry time.Time
	// HubTime is the hub's clock when last heard, also in an earlier run.
	HubTime time.Time
	// Skew is how much the kiosk's clock is ahead of the hub's.
	Skew time.Duration
}

// Client drains the outbox to the hub. Its methods may be called from any
// goroutine.
type Client struct {
	cfg     Config
	address string
	poster  *poster
	kick    chan bool // true: the link may be back

	turn   chan struct{} // full through an exchange; guards what follows
	size   sizer
	cursor uint64
	parked []wire.Statement
	// parkedTried says that parked was tried with the directory in hand.
	parkedTried bool
	saved       hubMemo
	paceKept    bool // a pace lies in the memo

	mu        sync.Mutex // guards what follows, for a moment only
	lastTry   time.Time
	pace      pace
	link      Link
	public    string
	directory wire.Directory
}

// New makes a client and reads what an earlier run left. A directory file that
// is missing or does not hold is no error: the hub is asked for the newest.
func New(cfg Config) (*Client, error) {
	address, err := endpoint(cfg.Hub, wire.PathExchange)
	if err != nil {
		return nil, err
	}
	if cfg.Outbox == nil || cfg.DirectoryPath == "" {
		return nil, errors.New("a client needs an outbox and a directory file")
	}
	if err := cfg.Identity.check(); err != nil {
		return nil, fmt.Errorf("identity: %w", err)
	}
	cfg.fill()
	transport := cfg.Transport
	if transport == nil {
		transport = newTransport((&net.Dialer{}).DialContext, cfg.Proxy, cfg.Now)
	}
	c := &Client{
		cfg: cfg, address: address, kick: make(chan bool, 1), turn: make(chan struct{}, 1), size: newSizer(),
		poster: newPoster(transport, func() float64 { return drawFrom(cfg.Random) }),
		pace:   pace{State: StateUnknown}, public: cfg.Identity.Public,
	}
	if err := c.restore(context.Background()); err != nil {
		return nil, err
	}
	return c, nil
}

func (cfg *Config) fill() {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Started.IsZero() {
		cfg.Started = cfg.Now()
	}
	if cfg.Random == nil {
		cfg.Random = rand.Reader
	}
	if cfg.PollEvery <= 0 {
		cfg.PollEvery = DefaultPollEvery
	}
	if cfg.Addresses == nil {
		cfg.Addresses = addresses
	}
	if cfg.OnChange == nil {
		cfg.OnChange = func() {}
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
}

// restore reads memos, cursor and directory.
func (c *Client) restore(ctx context.Context) error {
	var err error
	if c.cursor, err = c.cfg.Outbox.Cursor(ctx); err != nil {
		return fmt.Errorf("read the cursor: %w", err)
	}
	memo := func(key string, read func([]byte) error) error {
		b, err := c.cfg.Outbox.Memo(ctx, key)
		if err != nil || b == nil {
			return err
		}
		if err := read(b); err != nil {
			c.cfg.Log.Warn("a memo of the client cannot be read and is passed over", "memo", key, "error", err)
		}
		return nil
	}
	err = errors.Join(
		memo(memoPace, func(b []byte) error {
			p, err := decodePace(b)
			if err == nil {
				c.pace, c.paceKept = p.resume(c.cfg.Now()), true
			}
			return err
		}),
		memo(memoHub, func(b []byte) error { return json.Unmarshal(b, &c.saved) }),
		memo(memoWords, func(b []byte) error { return json.Unmarshal(b, &c.parked) }),
	)
	if err != nil {
		return fmt.Errorf("read the client's memos: %w", err)
	}
	if c.saved.Time > 0 {
		c.link.HubTime = time.UnixMilli(c.saved.Time)
	}
	if c.saved.Public != "" {
		c.public = publicAddress(c.saved.Public)
	}
	c.loadDirectory()
	return nil
}

func (c *Client) loadDirectory() {
	b, err := os.ReadFile(c.cfg.DirectoryPath)
	if err == nil {
		var s wire.Statement
		if s, err = wire.DecodeStatement(b); err == nil {
			c.directory, _, err = newer(&s, c.cfg.Identity, 0)
		}
	}
	if err != nil {
		c.directory = wire.Directory{}
		c.cfg.Log.Warn("no directory of units that holds; the hub is asked for the newest", "error", err)
	}
}

// Link returns what is known of the link.
func (c *Client) Link() Link {
	c.mu.Lock()
	defer c.mu.Unlock()
	l := c.link
	l.State, l.Words, l.NextTry = c.pace.State, c.pace.Words, c.pace.Next
	if l.State != StateRefused {
		l.Refused = ""
	}
	return l
}

// Directory returns the newest directory of units; its Version is 0 when there
// is none.
func (c *Client) Directory() wire.Directory {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.directory
}

// Public returns the hub's public address, or "".
func (c *Client) Public() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.public
}

// Kick says that something was committed or that the link may be back: Run tries
// now, still one exchange at a time. It shortens a back-off's wait, at most every
// two seconds, and never one that the hub asked for.
func (c *Client) Kick() { c.wake(false) }

// LinkChanged is a Kick that also forgets the failures so far: the network that
// failed is not the one there is now. Run calls it by itself when the machine's
// addresses change.
func (c *Client) LinkChanged() { c.wake(true) }

func (c *Client) wake(changed bool) {
	for {
		select {
		case c.kick <- changed:
			return
		default:
		}
		// One is waiting already; a change of the link must not be lost behind it.
		select {
		case earlier := <-c.kick:
			changed = changed || earlier
		default:
		}
	}
}

const (
	// kickGap is the least time between two tries on a link that is not up.
	kickGap = 2 * time.Second
	// watchEvery is how often the machine's addresses are looked at.
	watchEvery = 5 * time.Second
)

// Run exchanges until ctx ends, and returns its error, or the outbox's when that
// was closed.
func (c *Client) Run(ctx context.Context) error {
	watched := c.cfg.Addresses()
	watch := time.NewTicker(watchEvery)
	defer watch.Stop()
	for {
		if err := c.wait(ctx, watch.C, &watched); err != nil {
			return err
		}
		if err := c.Exchange(ctx); errors.Is(err, outbox.ErrClosed) {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// wait returns when the next exchange is due.
func (c *Client) wait(ctx context.Context, watch <-chan time.Time, watched *string) error {
	p := c.currentPace()
	timer := time.NewTimer(p.left(c.cfg.Now()))
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-timer.C:
			return nil
		case changed := <-c.kick:
			p = c.kicked(changed)
		case <-watch:
			now := c.cfg.Addresses()
			if now == *watched {
				continue
			}
			*watched = now
			p = c.kicked(true)
		}
		timer.Reset(p.left(c.cfg.Now()))
	}
}

func (c *Client) currentPace() pace {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.pace
}

// kicked shortens the wait, unless the hub asked for it.
func (c *Client) kicked(changed bool) pace {
	now := c.cfg.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pace.Firm {
		return c.pace
	}
	soon := now
	if c.pace.State != StateUp && !changed && !c.lastTry.IsZero() && now.Sub(c.lastTry) < kickGap {
		soon = now.Add(kickGap)
	}
	if changed {
		c.pace.Attempt = 0
	}
	if soon.Before(c.pace.Next) {
		c.pace.Next = soon
	}
	return c.pace
}

func drawFrom(random io.Reader) float64 {
	var b [8]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return 0.5 // no jitter is better than no exchange
	}
	return float64(binary.BigEndian.Uint64(b[:])>>11) / (1 << 53)
}

// addresses is every address of every interface, as one string.
func addresses() string {
	all, err := net.InterfaceAddrs()
	if err != nil {
		return ""
	}
	return fmt.Sprint(all)
}
