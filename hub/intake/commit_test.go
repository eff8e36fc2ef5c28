package intake_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"chasqui/hub"
	"chasqui/hub/intake"
	"chasqui/hub/store"
	"chasqui/hub/store/storetest"
	"chasqui/sync/wire"
)

func newHandler(s *site) http.Handler { return intake.New(s.config) }

// slowStore lets a test stand between the arrival and the commit.
type slowStore struct {
	store.Intake
	arrived, commit chan struct{}
	fail            error
}

func (s *slowStore) Exchange(ctx context.Context, e hub.Exchange) (hub.Stored, error) {
	if s.fail != nil {
		return hub.Stored{}, s.fail
	}
	s.arrived <- struct{}{}
	<-s.commit
	return s.Intake.Exchange(ctx, e)
}

// Guards promise 2's other half: no acknowledgement before the commit; without it
// a hub that loses power has told the kiosk to forget a request it does not have.
func TestNothingIsAcknowledgedBeforeTheCommit(t *testing.T) {
	s := newSite(t)
	slow := &slowStore{Intake: s.store, arrived: make(chan struct{}), commit: make(chan struct{})}
	s.config.Store = slow
	server := httptest.NewServer(newHandler(s))
	t.Cleanup(server.Close)
	body := pack(t, s.kiosk, s.kiosk.Request(t, "atencion"))
	answered := make(chan *http.Response, 1)
	go func() {
		response, err := http.Post(server.URL+wire.PathExchange, wire.MediaType, bytes.NewReader(body))
		if err != nil {
			t.Error(err)
		}
		answered <- response
	}()
	<-slow.arrived
	select {
	case <-answered:
		t.Fatal("answered before the commit")
	default:
	}
	close(slow.commit)
	response := <-answered
	if response == nil || response.StatusCode != http.StatusOK {
		t.Fatalf("response %+v", response)
	}
	_ = response.Body.Close()
}

// Guards promise 6: when the store cannot take a batch the kiosk is told to come
// again, in no words that it could take for an acknowledgement or a refusal.
func TestAStoreThatFailsAsksToComeAgain(t *testing.T) {
	s := newSite(t)
	s.config.Store = &slowStore{Intake: s.store, fail: errors.New("disk full")}
	s.handler = newHandler(s)
	w := s.post(wire.PathExchange, pack(t, s.kiosk, s.kiosk.Request(t, "atencion")))
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" || w.Header().Get("Content-Type") == wire.MediaType {
		t.Errorf("status %d, %v", w.Code, w.Header())
	}
	if bytes.Contains(w.Body.Bytes(), []byte("disk")) {
		t.Errorf("the answer tells what is inside: %s", w.Body)
	}
	// Revoked between the look-up and the commit.
	s.config.Store = &slowStore{Intake: s.store, fail: fmt.Errorf("store: %w", hub.ErrRevoked)}
	s.handler = newHandler(s)
	if status, reply := s.exchange(pack(t, s.kiosk)); status != 403 || reply.Refused != wire.CodeRevoked {
		t.Errorf("status %d, %+v", status, reply)
	}
}

// Guards promise 2 over real sockets: many kiosks post every batch twice, at the
// same time, and there is one copy of each.
func TestManyKiosksPostTwice(t *testing.T) {
	s := newSite(t)
	server := httptest.NewServer(s.handler)
	t.Cleanup(server.Close)
	const kiosks, batches, size = 6, 4, 5
	var wait sync.WaitGroup
	for n := range kiosks {
		k := storetest.Enrol(t, s.store, storetest.Office, fmt.Sprint("kiosk ", n))
		for range batches {
			var items []hub.Arrival
			for range size {
				items = append(items, k.Request(t, "atencion"))
			}
			body := pack(t, k, items...)
			for range 2 {
				wait.Go(func() {
					response, err := http.Post(server.URL+wire.PathExchange, wire.MediaType, bytes.NewReader(body))
					if err != nil {
						t.Error(err)
						return
					}
					defer func() { _ = response.Body.Close() }()
					answer, err := io.ReadAll(response.Body)
					if err != nil || response.StatusCode != http.StatusOK {
						t.Errorf("status %d, %v: %s", response.StatusCode, err, answer)
					}
				})
			}
		}
	}
	wait.Wait()
	totals, err := s.store.Totals(t.Context(), storetest.Office)
	if err != nil || totals.Requests != kiosks*batches*size || totals.Folios != kiosks*batches*size || totals.PutAside != 0 {
		t.Errorf("totals %+v, %v", totals, err)
	}
	items, more, err := s.store.Deliveries(t.Context(), storetest.Municipality, "atencion", 0, 1000, 1<<30)
	if err != nil || more || len(items) != kiosks*batches*size {
		t.Errorf("%d deliveries, %v", len(items), err)
	}
}
