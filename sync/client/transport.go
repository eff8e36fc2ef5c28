package client

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"chasqui/sync/wire"
)

const (
	// progressTimeout ends a connection on which no byte has moved for so long.
	progressTimeout = 30 * time.Second
	// shortRetries are the retries within one exchange, a second or so apart; the
	// pace does the long ones.
	shortRetries = 2
	shortWaitMin = 500 * time.Millisecond
	shortWaitMax = 4 * time.Second
)

// newTransport makes the one connection to the hub: no proxy but the one given,
// no second connection, no compression (everything large is sealed), time-outs by
// progress. now is the clock by which certificates are judged.
func newTransport(dial func(ctx context.Context, network, address string) (net.Conn, error), proxy func(*http.Request) (*url.URL, error), now func() time.Time) *http.Transport {
	return &http.Transport{
		Proxy: proxy,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			ctx, cancel := context.WithTimeout(ctx, progressTimeout)
			defer cancel()
			conn, err := dial(ctx, network, address)
			if err != nil {
				return nil, err
			}
			if tcp, ok := conn.(*net.TCPConn); ok {
				// What lies in the kernel's send buffer looks moved and is not: a small
				// buffer keeps "no byte has moved" honest on a slow link.
				_ = tcp.SetWriteBuffer(16 << 10)
			}
			return newProgressConn(conn, progressTimeout), nil
		},
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, Time: now},
		DisableCompression:     true,
		MaxConnsPerHost:        1,
		MaxIdleConns:           1,
		MaxIdleConnsPerHost:    1,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
	}
}

// progressConn ends when no byte has moved, in either direction, for limit: a
// transfer may take as long as it likes while it moves.
type progressConn struct {
	net.Conn
	limit time.Duration
	moved atomic.Int64 // when a byte last moved, Unix nanoseconds
}

func newProgressConn(conn net.Conn, limit time.Duration) *progressConn {
	c := &progressConn{Conn: conn, limit: limit}
	c.moves()
	return c
}

func (c *progressConn) moves() { c.moved.Store(time.Now().UnixNano()) }

// stalled reports whether the end of a short wait is the end of the connection.
func (c *progressConn) stalled(err error) bool {
	return !errors.Is(err, os.ErrDeadlineExceeded) || time.Now().UnixNano()-c.moved.Load() >= int64(c.limit+c.limit/waits)
}

// waits is into how many a wait is cut, so that what moved meanwhile in the other
// direction, or in the midst of a long write, is seen before the time is up.
const waits = 10

func (c *progressConn) soon() time.Time { return time.Now().Add(c.limit / waits) }

func (c *progressConn) Read(b []byte) (int, error) {
	for {
		if err := c.SetReadDeadline(c.soon()); err != nil {
			return 0, err
		}
		n, err := c.Conn.Read(b)
		if n > 0 {
			c.moves()
		}
		if n > 0 || err == nil || c.stalled(err) {
			return n, err
		}
	}
}

func (c *progressConn) Write(b []byte) (int, error) {
	c.moves() // whoever was idle begins to wait now
	written := 0
	for {
		if err := c.SetWriteDeadline(c.soon()); err != nil {
			return written, err
		}
		n, err := c.Conn.Write(b[written:])
		written += n
		if n > 0 {
			c.moves()
		}
		if err == nil || written >= len(b) || c.stalled(err) {
			return written, err
		}
	}
}

// response is what came back, read to its end.
type response struct {
	status     int
	media      string
	body       []byte
	retryAfter time.Duration
	// elapsed is how long the last try took, from its first byte to its last.
	elapsed time.Duration
}

// startedKey finds in a request's context where to note when a try began.
type startedKey struct{}

// poster posts to a hub with short retries by a policy of our own: the library's
// takes any 200 for success and hammers on certificates it does not trust.
type poster struct{ http *retryablehttp.Client }

func newPoster(transport http.RoundTripper, draw func() float64) *poster {
	return &poster{http: &retryablehttp.Client{
		HTTPClient: &http.Client{
			Transport: transport,
			// A redirect is somebody else's: it is looked at and never followed.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		RetryWaitMin: shortWaitMin,
		RetryWaitMax: shortWaitMax,
		RetryMax:     shortRetries,
		CheckRetry:   checkRetry,
		Backoff: func(least, most time.Duration, attempt int, r *http.Response) time.Duration {
			wait := time.Duration(draw() * float64(min(most, least<<min(attempt, 8))))
			if r != nil {
				wait = max(wait, retryAfter(r.Header.Get("Retry-After"), time.Now()))
			}
			return max(wait, shortWaitMin/5)
		},
		// The goodput is of the last try alone, without the waits before it.
		RequestLogHook: func(_ retryablehttp.Logger, r *http.Request, _ int) {
			if started, ok := r.Context().Value(startedKey{}).(*time.Time); ok {
				*started = time.Now()
			}
		},
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}}
}

// checkRetry is the policy of the short retries: network errors, and busy answers
// that do not ask for a long wait. What is not the hub is not asked twice.
func checkRetry(ctx context.Context, r *http.Response, err error) (bool, error) {
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if err != nil {
		_, stranger := notOurHub(err)
		return !stranger, nil
	}
	return busyStatus(r.StatusCode) && retryAfter(r.Header.Get("Retry-After"), time.Now()) <= shortWaitMax, nil
}

// post sends body and reads the answer. An error is a network's, a stranger's
// (see notOurHub) or the context's.
func (p *poster) post(ctx context.Context, address string, body []byte) (response, error) {
	started := time.Now()
	ctx = context.WithValue(ctx, startedKey{}, &started)
	request, err := retryablehttp.NewRequestWithContext(ctx, http.MethodPost, address, body)
	if err != nil {
		return response{}, fmt.Errorf("post to the hub: %w", err)
	}
	request.Header.Set("Content-Type", wire.MediaType)
	request.Header.Set("Accept", wire.MediaType)
	var out response
	read := func(r *http.Response) error {
		defer func() { _ = r.Body.Close() }()
		b, err := io.ReadAll(io.LimitReader(r.Body, wire.MaxPacket+1))
		if err != nil {
			return fmt.Errorf("read the answer: %w", err)
		}
		out = response{status: r.StatusCode, media: r.Header.Get("Content-Type"), body: b,
			retryAfter: retryAfter(r.Header.Get("Retry-After"), time.Now()), elapsed: time.Since(started)}
		return nil
	}
	request.SetResponseHandler(read)
	r, err := p.http.Do(request)
	if err != nil {
		if r != nil {
			_ = r.Body.Close()
		}
		return response{}, err
	}
	if out.status == 0 { // the retries of a busy answer are used up: it was not read yet
		if err := read(r); err != nil {
			return response{}, err
		}
	}
	return out, nil
}

// busyStatus reports whether a status asks to come back later.
func busyStatus(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	case http.StatusNetworkAuthenticationRequired: // a captive portal's own status
		return false
	}
	return status >= 500
}

// retryAfter reads the header in either of its forms; 0 when absent or past.
func retryAfter(header string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseInt(strings.TrimSpace(header), 10, 64); err == nil {
		return time.Duration(max(0, min(seconds, int64(maxWait/time.Second)))) * time.Second
	}
	if at, err := http.ParseTime(header); err == nil {
		return max(0, min(at.Sub(now), maxWait))
	}
	return 0
}

// notOurHub reports whether an error shows that somebody answers who is not the
// hub: a certificate that does not hold, or no TLS or HTTP at all.
func notOurHub(err error) (words string, stranger bool) {
	var (
		verification *tls.CertificateVerificationError
		unknown      x509.UnknownAuthorityError
		host         x509.HostnameError
		invalid      x509.CertificateInvalidError
		record       tls.RecordHeaderError
		alert        tls.AlertError
	)
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "the certificate does not hold at this kiosk's clock: " + invalid.Error(), true
	case errors.As(err, &host), errors.As(err, &unknown), errors.As(err, &invalid), errors.As(err, &verification):
		return "the certificate is not the hub's: " + err.Error(), true
	case errors.As(err, &record), errors.As(err, &alert), errors.Is(err, http.ErrSchemeMismatch):
		return "what answers does not speak TLS as a hub does: " + err.Error(), true
	case strings.Contains(err.Error(), "malformed HTTP"):
		return "what answers does not speak HTTP: " + err.Error(), true
	}
	return "", false
}
