package office

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"time"

	"chasqui/sync/wire"
)

// Errors of talking to the hub.
var (
	// ErrNotHub: what answered is not the hub whose key is in office.json.
	ErrNotHub = errors.New("what answered is not the hub")
	// ErrRefused: the hub does not take the unit's signature.
	ErrRefused = errors.New("the hub does not take this unit's signature")
	// ErrBusy: the hub asks to come back later.
	ErrBusy = errors.New("the hub is busy")
)

// stalledAfter ends a call in which nothing has moved for so long.
const stalledAfter = 60 * time.Second

// line is the way to the hub. It follows no redirect and asks no environment for
// a proxy.
type line struct {
	hub  *url.URL
	http *http.Client
}

func newLine(hub string, transport http.RoundTripper) (*line, error) {
	u, err := url.Parse(hub)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return nil, fmt.Errorf("%q is not the URL of a hub; it should look like https://hub.example.org", hub)
	}
	if transport == nil {
		transport = &http.Transport{MaxConnsPerHost: 1, IdleConnTimeout: 90 * time.Second, TLSHandshakeTimeout: stalledAfter, ResponseHeaderTimeout: stalledAfter}
	}
	return &line{hub: u, http: &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// post sends a statement and returns status, media type and body.
func (l *line) post(ctx context.Context, path string, s wire.Statement) (int, string, []byte, error) {
	b, err := s.Encode()
	if err != nil {
		return 0, "", nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	address := l.hub.JoinPath(path).String() // #nosec G125 -- path is one of wire's constants
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(b))
	if err != nil {
		return 0, "", nil, err
	}
	request.Header.Set("Content-Type", wire.MediaType)
	r, err := l.http.Do(request)
	if err != nil {
		return 0, "", nil, err
	}
	defer func() { _ = r.Body.Close() }()
	// By progress and not in total: a delivery of some megabytes may take its time.
	watch := time.AfterFunc(stalledAfter, cancel)
	defer watch.Stop()
	body, err := io.ReadAll(io.LimitReader(moving{r.Body, watch}, wire.MaxPacket+1))
	media, _, mediaErr := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if mediaErr != nil {
		media = ""
	}
	return r.StatusCode, media, body, err
}

// moving pushes a watch back with each byte that comes.
type moving struct {
	io.Reader
	watch *time.Timer
}

func (m moving) Read(b []byte) (int, error) {
	n, err := m.Reader.Read(b)
	if n > 0 {
		m.watch.Reset(stalledAfter)
	}
	return n, err
}

// delivery is what a pull brought, checked.
type delivery struct {
	numbers []uint64
	items   [][]byte
	more    bool
}

// pull fetches what comes after a delivery number. It believes only what the hub
// signed for this very pull.
func (o *Office) pull(ctx context.Context, u *unit, after uint64) (delivery, error) {
	nonce := make([]byte, 16)
	if _, err := io.ReadFull(o.cfg.Random, nonce); err != nil {
		return delivery{}, err
	}
	statement, err := wire.Sign(wire.DomainPull, u.signer(), wire.Pull{
		Unit: u.id, Municipality: o.cfg.Municipality, After: after, Time: o.cfg.Now().UnixMilli(), Nonce: nonce})
	if err != nil {
		return delivery{}, err
	}
	status, media, body, err := o.line.post(ctx, wire.PathPull, statement)
	if err != nil {
		return delivery{}, fmt.Errorf("pull: %w", err)
	}
	if err := judge(status); err != nil {
		if errors.Is(err, ErrRefused) {
			u.nextSigner()
		}
		return delivery{}, fmt.Errorf("pull: %w", err)
	}
	if status != http.StatusOK || media != wire.MediaType {
		return delivery{}, fmt.Errorf("pull: %w: status %d, media type %q", ErrNotHub, status, media)
	}
	d, err := openDelivery(body, o.cfg, u.id, nonce, after)
	if err != nil {
		return delivery{}, fmt.Errorf("pull: %w: %w", ErrNotHub, err)
	}
	return d, nil
}

// openDelivery checks a delivery: hub key, nonce, unit, and numbers that rise.
func openDelivery(body []byte, cfg Config, unit string, nonce []byte, after uint64) (delivery, error) {
	packet, err := wire.DecodePacket(body)
	if err != nil {
		return delivery{}, err
	}
	if err := packet.Verify(wire.DomainDelivery, cfg.HubKey); err != nil {
		return delivery{}, err
	}
	var header wire.DeliveryHeader
	if err := packet.ParseHeader(&header); err != nil {
		return delivery{}, err
	}
	switch {
	case header.Version != wire.Version:
		return delivery{}, fmt.Errorf("%w: delivery of version %d", wire.ErrMalformed, header.Version)
	case !bytes.Equal(header.Nonce, nonce):
		return delivery{}, errors.New("the delivery answers another pull")
	case header.Unit != unit:
		return delivery{}, errors.New("the delivery is another unit's")
	case len(header.Numbers) != len(packet.Items):
		return delivery{}, fmt.Errorf("%w: %d numbers for %d items", wire.ErrMalformed, len(header.Numbers), len(packet.Items))
	}
	for _, n := range header.Numbers {
		if n <= after {
			return delivery{}, fmt.Errorf("%w: delivery numbers that do not rise", wire.ErrMalformed)
		}
		after = n
	}
	return delivery{numbers: header.Numbers, items: packet.Items, more: header.More && len(packet.Items) > 0}, nil
}

// judge sorts the answers that are not what was asked for.
func judge(status int) error {
	switch {
	case status == http.StatusOK, status == http.StatusNoContent:
		return nil
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return fmt.Errorf("%w (status %d): see that the directory of units lists its key and that this machine's clock is right", ErrRefused, status)
	case status == http.StatusNetworkAuthenticationRequired, status == http.StatusProxyAuthRequired:
		return fmt.Errorf("%w: status %d", ErrNotHub, status)
	case status >= 500, status == http.StatusTooManyRequests, status == http.StatusRequestTimeout, status == http.StatusTooEarly:
		return fmt.Errorf("%w: status %d", ErrBusy, status)
	}
	return fmt.Errorf("%w: status %d", ErrNotHub, status)
}
