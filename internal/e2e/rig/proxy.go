package rig

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"sync"
)

// Road is the network between kiosk and hub: a proxy on the loopback that can be
// closed, and that can stop an exchange on its way at a chosen place.
type Road struct {
	URL string

	target *url.URL
	server *httptest.Server

	mu      sync.Mutex
	open    bool
	ambush  Place
	reached chan struct{}
	release chan struct{}
}

// Place is where on the road an exchange is stopped.
type Place int

// The places.
const (
	Nowhere Place = iota
	// InFlight: half of the batch has been passed on to the hub.
	InFlight
	// AfterCommit: the hub has answered, so it has committed, and nothing of the
	// answer has reached the kiosk.
	AfterCommit
)

// NewRoad opens a road to a hub. It starts closed.
func NewRoad(hub string) (*Road, error) {
	target, err := url.Parse(hub)
	if err != nil {
		return nil, err
	}
	r := &Road{target: target}
	r.server = httptest.NewServer(r.handler())
	r.URL = r.server.URL
	return r, nil
}

// Close ends the road.
func (r *Road) Close() {
	r.Clear()
	r.server.CloseClientConnections()
	r.server.Close()
}

// Open lets traffic pass, or stops it.
func (r *Road) Open(yes bool) {
	r.mu.Lock()
	r.open = yes
	r.mu.Unlock()
	if !yes {
		r.server.CloseClientConnections()
	}
}

// To leads the road to another hub address, after the hub was started again.
func (r *Road) To(hub string) error {
	target, err := url.Parse(hub)
	if err != nil {
		return err
	}
	r.mu.Lock()
	r.target = target
	r.mu.Unlock()
	return nil
}

// Ambush stops the next exchange at a place; the channel closes when one is
// standing there. Clear lets it go.
func (r *Road) Ambush(p Place) <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ambush, r.reached, r.release = p, make(chan struct{}), make(chan struct{})
	return r.reached
}

// Clear ends the ambush; an exchange that stands in it is cut off.
func (r *Road) Clear() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.release != nil {
		close(r.release)
	}
	r.ambush, r.release = Nowhere, nil
}

// spring reports whether this exchange is the one to stop at p.
func (r *Road) spring(p Place) (release chan struct{}, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ambush != p || r.release == nil {
		return nil, false
	}
	r.ambush = Nowhere
	close(r.reached)
	return r.release, true
}

func (r *Road) handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.mu.Lock()
		open, target := r.open, r.target
		r.mu.Unlock()
		if !open {
			cut(w)
			return
		}
		body, err := io.ReadAll(req.Body)
		if err != nil {
			cut(w)
			return
		}
		if release, ok := r.spring(InFlight); ok {
			half(target, req, body[:len(body)/2], release)
			cut(w)
			return
		}
		req.Body = io.NopCloser(bytes.NewReader(body))
		recorder := httptest.NewRecorder()
		failed := false
		(&httputil.ReverseProxy{
			Rewrite:      func(p *httputil.ProxyRequest) { p.SetURL(target) },
			ErrorHandler: func(http.ResponseWriter, *http.Request, error) { failed = true },
		}).ServeHTTP(recorder, req)
		if failed {
			cut(w)
			return
		}
		if release, ok := r.spring(AfterCommit); ok {
			<-release
			cut(w)
			return
		}
		for name, values := range recorder.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(recorder.Code)
		_, _ = w.Write(recorder.Body.Bytes())
	})
}

// half sends the beginning of a request to the hub and then holds the line.
func half(target *url.URL, req *http.Request, body []byte, release chan struct{}) {
	conn, err := net.Dial("tcp", target.Host)
	if err != nil {
		<-release
		return
	}
	defer conn.Close()
	var head bytes.Buffer
	head.WriteString(req.Method + " " + req.URL.Path + " HTTP/1.1\r\nHost: " + target.Host + "\r\n")
	_ = req.Header.Write(&head)
	head.WriteString("Content-Length: ")
	head.WriteString(strconv.Itoa(2*len(body) + 1))
	head.WriteString("\r\n\r\n")
	_, _ = conn.Write(append(head.Bytes(), body...))
	<-release
}

// cut breaks the connection without an answer, as a lost link does.
func cut(w http.ResponseWriter) {
	hijacker, ok := w.(http.Hijacker)
	if !ok {
		panic(http.ErrAbortHandler)
	}
	conn, _, err := hijacker.Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	_ = conn.Close()
}
