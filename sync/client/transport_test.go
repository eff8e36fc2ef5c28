package client

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"chasqui/sync/wire"
)

// slowServer answers one request over a line that moves so many bytes and then
// pauses, both ways.
type slowServer struct {
	pause time.Duration
	every int
	body  []byte
}

func (s slowServer) serve(conn net.Conn) {
	defer conn.Close()
	r, err := http.ReadRequest(bufio.NewReader(slowReader{conn, s}))
	if err != nil {
		return
	}
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return
	}
	head := fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n", wire.MediaType, len(s.body))
	all := append([]byte(head), s.body...)
	for at := 0; at < len(all); at += s.every {
		time.Sleep(s.pause) // simulated
		if _, err := conn.Write(all[at:min(len(all), at+s.every)]); err != nil {
			return
		}
	}
}

type slowReader struct {
	net.Conn
	slowServer
}

func (r slowReader) Read(b []byte) (int, error) {
	time.Sleep(r.pause) // simulated
	return r.Conn.Read(b[:min(len(b), r.every)])
}

// Guards: time-outs by progress and not in total. With a total of 30 s a batch of
// 64 KB would never get over a line that needs a minute for it; with none a dead
// line would hold the kiosk for ever.
func TestASlowLineIsWaitedForAndADeadOneIsNot(t *testing.T) {
	for _, c := range []struct {
		name  string
		pause time.Duration
		ok    bool
	}{{"25 s between pieces, ten minutes in all", 25 * time.Second, true}, {"40 s of nothing", 40 * time.Second, false}} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var servers sync.WaitGroup
				defer servers.Wait()
				s := slowServer{pause: c.pause, every: 3000, body: make([]byte, 48<<10)}
				transport := newTransport(func(context.Context, string, string) (net.Conn, error) {
					ours, theirs := net.Pipe()
					servers.Go(func() { s.serve(theirs) })
					return ours, nil
				}, nil, time.Now)
				p := newPoster(transport, func() float64 { return 0 })
				started := time.Now()
				r, err := p.post(t.Context(), "http://hub.example/v1/exchange", make([]byte, 64<<10))
				took := time.Since(started)
				if c.ok && (err != nil || len(r.body) != len(s.body) || took < 5*time.Minute) {
					t.Errorf("after %s: %d bytes, %v", took, len(r.body), err)
				}
				// Reading and writing give up at the same moment, so which error it is varies.
				if !c.ok && (err == nil || took < 3*progressTimeout || took > 2*time.Minute) {
					t.Errorf("after %s: %v", took, err)
				}
			})
		})
	}
}

// Guards: a wrong certificate is not the hub, and is not asked again and again.
func TestAWrongCertificateIsNotTheHub(t *testing.T) {
	tries := 0
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the batch got through") }))
	server.Config.ErrorLog = quiet
	server.TLS = &tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) { tries++; return nil, nil }}
	server.StartTLS()
	defer server.Close()
	b := newBench(t, nil, func(c *Config) { c.Hub = server.URL })
	b.file(t, 1, 100)
	err := b.Exchange(t.Context())
	var trouble *Trouble
	if !errors.As(err, &trouble) || trouble.State != StateNotHub || b.pace.Attempt != 0 || b.states(t)[wire.StateSaved] != 1 {
		t.Errorf("%v, attempt %d, %v", err, b.pace.Attempt, b.states(t))
	}
	if tries != 1 {
		t.Errorf("%d tries", tries)
	}
}

// Guards: what does not speak TLS, or HTTP, is not the hub.
func TestALineThatSpeaksSomethingElseIsNotTheHub(t *testing.T) {
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	babble, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer babble.Close()
	go func() {
		for {
			conn, err := babble.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 1<<10))
			_, _ = conn.Write([]byte("SSH-2.0-OpenSSH_9\r\n\r\n"))
			_ = conn.Close()
		}
	}()
	for _, hub := range []string{"https://" + plain.Listener.Addr().String(), "http://" + babble.Addr().String()} {
		b := newBench(t, nil, func(c *Config) { c.Hub = hub })
		b.file(t, 1, 100)
		if err := b.Exchange(t.Context()); err == nil || b.Link().State != StateNotHub || b.pace.Attempt != 0 {
			t.Errorf("%s: %v, attempt %d", hub, err, b.pace.Attempt)
		}
	}
}

// Guards: over real sockets, one connection, no redirect followed, no proxy taken
// from the environment.
func TestRealSocketsOneConnectionNoRedirectsNoProxyFromTheEnvironment(t *testing.T) {
	stranger := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a stranger got the batch") }))
	defer stranger.Close()
	t.Setenv("HTTP_PROXY", stranger.URL)
	t.Setenv("http_proxy", stranger.URL)
	hub := newFakeHub(t)
	server := httptest.NewUnstartedServer(hub)
	connections := map[net.Conn]bool{}
	var mu sync.Mutex
	server.Config.ConnState = func(c net.Conn, s http.ConnState) {
		mu.Lock()
		defer mu.Unlock()
		connections[c] = true
	}
	server.Start()
	defer server.Close()
	b := newBench(t, nil, func(c *Config) { c.Hub = server.URL })
	b.file(t, 30, 5000)
	for range 5 {
		if err := b.Exchange(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	mu.Lock()
	if len(connections) != 1 {
		t.Errorf("%d connections", len(connections))
	}
	mu.Unlock()
	if b.states(t)[wire.StateAtHub] == 0 {
		t.Errorf("%v", b.states(t))
	}
	hub.set(func() {
		hub.before = func(w http.ResponseWriter, r *http.Request, _ *wire.Packet, _ []byte) bool {
			http.Redirect(w, r, stranger.URL+r.URL.Path, http.StatusTemporaryRedirect)
			return true
		}
	})
	b.file(t, 1, 100)
	if err := b.Exchange(t.Context()); err == nil || b.Link().State != StateNotHub {
		t.Errorf("a redirect: %v", err)
	}
	// A proxy that is set is used; this one belongs to a stranger.
	used := false
	set := newBench(t, nil, func(c *Config) {
		c.Hub = server.URL
		c.Proxy = func(*http.Request) (*url.URL, error) { used = true; return nil, errors.New("no way") }
	})
	if err := set.Exchange(t.Context()); err == nil || !used {
		t.Errorf("the proxy that is set was not asked: %v", err)
	}
}

// Guards: nothing there is "down", counted, and found again.
func TestAHubThatIsAwayIsDown(t *testing.T) {
	server := httptest.NewServer(newFakeHub(t))
	address := server.URL
	server.Close()
	b := newBench(t, nil, func(c *Config) { c.Hub = address })
	b.file(t, 1, 100)
	if err := b.Exchange(t.Context()); err == nil || b.Link().State != StateDown || b.pace.Attempt != 1 {
		t.Errorf("%v, link %+v, attempt %d", err, b.Link(), b.pace.Attempt)
	}
}

func TestRetryAfterIsReadInBothFormsAndBounded(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for header, want := range map[string]time.Duration{
		"": 0, "0": 0, "30": 30 * time.Second, "-5": 0, "99999999999": maxWait, "soon": 0,
		"Mon, 23 Nov 2026 12:01:00 GMT": time.Minute, "Mon, 23 Nov 2026 11:00:00 GMT": 0, "Tue, 23 Nov 2027 12:00:00 GMT": maxWait,
		"9223372036854775807": maxWait, "99999999999999999999999": 0,
	} {
		if got := retryAfter(header, now); got != want {
			t.Errorf("Retry-After %q is %s, want %s", header, got, want)
		}
	}
}
