package client

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"chasqui/sync/wire"
)

// Each row is a class of answer. What must hold is the same sentence for all of
// them: only the hub's signed reply to this batch moves anything.
func TestWhatIsNotTheHubsSignedReplyMovesNothing(t *testing.T) {
	html := func(status int, header ...string) func(*fakeHub) {
		return func(h *fakeHub) {
			h.before = func(w http.ResponseWriter, _ *http.Request, _ *wire.Packet, _ []byte) bool {
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				for i := 0; i+1 < len(header); i += 2 {
					w.Header().Set(header[i], header[i+1])
				}
				w.WriteHeader(status)
				_, _ = io.WriteString(w, "<html>Welcome! Accept our terms.</html>")
				return true
			}
		}
	}
	signed := func(status int, change func(reply *wire.Reply)) func(*fakeHub) {
		return func(h *fakeHub) {
			h.before = func(w http.ResponseWriter, _ *http.Request, p *wire.Packet, raw []byte) bool {
				var header wire.BatchHeader
				_ = p.ParseHeader(&header)
				item, _ := wire.DecodeItem(p.Items[0])
				reply := wire.Reply{Version: wire.Version, Batch: wire.DigestOf(raw), Nonce: header.Nonce,
					Acks: []wire.Ack{{ID: item.ID, Verdict: wire.VerdictAccepted}}}
				change(&reply)
				h.answer(w, status, reply)
				return true
			}
		}
	}
	refusal := func(code string) func(*wire.Reply) {
		return func(r *wire.Reply) { r.Acks, r.Refused = nil, code }
	}
	cases := []struct {
		name string
		// guards is the remedy, and what would happen without it.
		guards  string
		hub     func(h *fakeHub)
		state   string
		attempt int
		firm    bool
	}{
		{"a portal's page with status 200", "the media type and signature check; without it a portal's page would empty the queue",
			html(200), StateNotHub, 0, false},
		{"a portal's page in our media type", "the signature check; without it anybody who sets a header is the hub",
			html(200, "Content-Type", wire.MediaType), StateBadReply, 0, false},
		{"a redirect to a sign-in page", "redirects are not followed; without it the batch would be posted to a stranger",
			html(302, "Location", "http://portal.example/login"), StateNotHub, 0, false},
		{"a permanent redirect that keeps the method", "as above", html(308, "Location", "http://portal.example/"), StateNotHub, 0, false},
		{"a proxy that wants a password", "407 is not the hub; without it each try would count and the back-off grow for nothing",
			html(407), StateNotHub, 0, false},
		{"a network that wants a sign-in", "511 is not a server error; without it it would be retried like one", html(511), StateNotHub, 0, false},
		{"an unsigned 401", "only a signature makes it the hub's", html(401), StateNotHub, 0, false},
		{"an unsigned 403", "a refusal needs the hub's signature; without it a firewall could silence a kiosk for hours",
			html(403), StateNotHub, 0, false},
		{"an unsigned 400", "an unsigned 400 puts nothing aside; without it a broken proxy would put aside every item",
			html(400), StateNotHub, 0, false},
		{"an unsigned 422", "as above", html(422), StateNotHub, 0, false},
		{"a page that is not there", "404 is not the hub", html(404), StateNotHub, 0, false},
		{"a server error", "retries and counts", html(500), StateDown, 1, false},
		{"a bad gateway", "as above", html(502), StateDown, 1, false},
		{"service unavailable, come back in a minute", "Retry-After is obeyed; without it a recovering hub is knocked over again",
			html(503, "Retry-After", "60"), StateDown, 1, true},
		{"too many requests", "429 retries", html(429, "Retry-After", "30"), StateDown, 1, true},
		{"request timeout", "408 retries", html(408), StateDown, 1, false},
		{"too early", "425 retries", html(425), StateDown, 1, false},
		{"a line that hangs up", "a network error retries and counts", html(200, "X-Hang-Up", "yes"), StateDown, 1, false},
		{"a reply signed by another key", "the pinned hub key; without it any hub's acknowledgement would do",
			func(h *fakeHub) { h.key = signer("another hub") }, StateBadReply, 0, false},
		{"a signed reply to another batch", "Reply.Batch must match; without it a recorded reply could be played again",
			signed(200, func(r *wire.Reply) { r.Batch = wire.DigestOf([]byte("other")) }), StateBadReply, 0, false},
		{"a signed reply with another nonce", "Reply.Nonce must match", signed(200, func(r *wire.Reply) { r.Nonce = []byte("other") }), StateBadReply, 0, false},
		{"a signed reply without a nonce", "as above", signed(200, func(r *wire.Reply) { r.Nonce = nil }), StateBadReply, 0, false},
		{"a signed reply of another version", "the version is checked", signed(200, func(r *wire.Reply) { r.Version = 9 }), StateBadReply, 0, false},
		{"a signed reply with status 201", "the exact status; without it an in-between's rewriting would pass", signed(201, func(*wire.Reply) {}), StateNotHub, 0, false},
		{"a signed 403 that refuses nothing", "a refusal names its reason", signed(403, func(*wire.Reply) {}), StateBadReply, 0, false},
		{"a kiosk that the hub does not know", "a refusal pauses and drops nothing", signed(403, refusal(wire.CodeUnknownKiosk)), StateRefused, 0, true},
		{"a kiosk that was revoked", "as above", signed(403, refusal(wire.CodeRevoked)), StateRefused, 0, true},
		{"a signature that the hub does not take", "as above", signed(403, refusal(wire.CodeBadSignature)), StateRefused, 0, true},
		{"a version that the hub does not read", "as above", signed(400, refusal(wire.CodeVersion)), StateRefused, 0, true},
		{"a refusal with status 200", "the reason counts, not the status", signed(200, refusal(wire.CodeRevoked)), StateRefused, 0, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			// Guards: see c.guards.
			synctest.Test(t, func(t *testing.T) {
				hub := newFakeHub(t)
				b := newBench(t, direct{hub})
				ids := b.file(t, 3, 100)
				c.hub(hub)
				err := b.Exchange(t.Context())
				var trouble *Trouble
				if !errors.As(err, &trouble) || trouble.State != c.state {
					t.Fatalf("%v; want trouble with link %s (%s)", err, c.state, c.guards)
				}
				if got := b.states(t); got[wire.StateSaved] != len(ids) {
					t.Errorf("items moved: %v (%s)", got, c.guards)
				}
				if b.pace.Attempt != c.attempt || b.pace.Firm != c.firm {
					t.Errorf("attempt %d, firm %v; want %d, %v (%s)", b.pace.Attempt, b.pace.Firm, c.attempt, c.firm, c.guards)
				}
				link := b.Link()
				if link.State != c.state || link.Words == "" || !link.NextTry.After(time.Now()) || time.Until(link.NextTry) > maxWait {
					t.Errorf("link %+v", link)
				}
				// The control: the same client and batch with the hub itself.
				hub.set(func() { hub.before, hub.change, hub.key = nil, nil, signer("hub") })
				if err := b.Exchange(t.Context()); err != nil {
					t.Fatal(err)
				}
				if got := b.states(t); got[wire.StateAtHub] != len(ids) {
					t.Errorf("with the hub back: %v", got)
				}
				if link := b.Link(); link.State != StateUp || link.Words != "" || b.pace.Attempt != 0 {
					t.Errorf("with the hub back: link %+v, attempt %d", link, b.pace.Attempt)
				}
			})
		})
	}
}

// Guards: a signed refusal is shown and alarms; without it a revoked kiosk would
// look like one without a network.
func TestARefusalIsSaidInWordsAndAKickDoesNotHammer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub := newFakeHub(t)
		tries := 0
		hub.before = func(w http.ResponseWriter, _ *http.Request, _ *wire.Packet, raw []byte) bool {
			tries++
			hub.refuse(w, http.StatusForbidden, raw, nil, wire.CodeRevoked)
			return true
		}
		b := newBench(t, direct{hub})
		b.file(t, 1, 100)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- b.Run(ctx) }()
		synctest.Wait()
		for range 20 {
			b.Kick()
			b.LinkChanged()
			synctest.Wait()
		}
		if link := b.Link(); link.Refused != wire.CodeRevoked || link.State != StateRefused || link.LastHeard.IsZero() {
			t.Errorf("link %+v", link)
		}
		if tries != 1 {
			t.Errorf("%d tries in no time", tries)
		}
		if wait := time.Until(b.Link().NextTry); wait < maxWait/2 || wait > maxWait {
			t.Errorf("the next try is in %s", wait)
		}
		time.Sleep(time.Hour) // simulated
		synctest.Wait()
		if tries < 4 || tries > 9 {
			t.Errorf("%d tries in an hour", tries)
		}
		stop()
		<-done
	})
}

// Guards: acknowledgements are believed for items of the batch only; without it
// one reply could move the whole queue.
func TestOnlyItemsOfTheBatchAreAcknowledged(t *testing.T) {
	hub := newFakeHub(t)
	b := newBench(t, direct{hub})
	b.size.items = 1
	ids := b.file(t, 3, 100)
	hub.change = func(reply *wire.Reply, _ []wire.Item) {
		for _, id := range ids {
			reply.Acks = append(reply.Acks, wire.Ack{ID: id, Verdict: wire.VerdictRejected, Code: "no"})
		}
	}
	if err := b.Exchange(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := b.states(t); got[wire.StateAtHub] != 1 || got[wire.StateSaved] != 2 {
		t.Errorf("%v; the batch had one item", got)
	}
	if state, _ := b.state(t, ids[0]); state != wire.StateAtHub {
		t.Errorf("the first acknowledgement counts, got %s", state)
	}
}

func TestEachVerdictMovesItsItem(t *testing.T) {
	hub := newFakeHub(t)
	b := newBench(t, direct{hub})
	ids := b.file(t, 6, 100)
	hub.change = func(reply *wire.Reply, _ []wire.Item) {
		reply.Acks = []wire.Ack{
			{ID: ids[0], Verdict: wire.VerdictAccepted}, {ID: ids[1], Verdict: wire.VerdictDuplicate},
			{ID: ids[2], Verdict: wire.VerdictRejected, Code: wire.CodeConflict},
			{ID: ids[3], Verdict: wire.VerdictRejected, Code: "<script>" + string(bytes.Repeat([]byte("x"), 100))},
			{ID: ids[4], Verdict: wire.VerdictRetry}, {ID: ids[5], Verdict: "perhaps"},
		}
	}
	if err := b.Exchange(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct {
		state  wire.State
		reason string
	}{{wire.StateAtHub, ""}, {wire.StateAtHub, ""}, {wire.StatePutAside, wire.CodeConflict},
		{wire.StatePutAside, wire.CodeMalformed}, {wire.StateSaved, ""}, {wire.StateSaved, ""}} {
		if state, reason := b.state(t, ids[i]); state != want.state || reason != want.reason {
			t.Errorf("item %d is %s %q, want %s %q", i, state, reason, want.state, want.reason)
		}
	}
	// The two that the hub did not settle sit out, so that they cannot spin.
	if batch, err := b.size.choose(t.Context(), b.queue, time.Now()); err != nil || len(batch) != 0 {
		t.Errorf("the next batch has %d items, %v", len(batch), err)
	}
	if batch, err := b.size.choose(t.Context(), b.queue, time.Now().Add(holdTime+time.Second)); err != nil || len(batch) != 2 {
		t.Errorf("after the hold the batch has %d items, %v", len(batch), err)
	}
}
