package client

import (
	"encoding/json"
	"testing"
	"time"

	"chasqui/sync/outbox"
	"chasqui/sync/wire"
)

// FuzzReply holds the reading of answers to this: it never panics; without the
// hub's signature for this batch nothing is heard, refused, or called unreadable;
// and a hub that signs whatever it likes still moves nothing but the batch's items.
func FuzzReply(f *testing.F) {
	hub := signer("hub")
	batch, nonce := wire.DigestOf([]byte("batch")), []byte("0123456789abcdef")
	ours := wire.ID{1}
	seed := func(status int, r wire.Reply, sign bool) {
		b, err := json.Marshal(r)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(status, wire.MediaType, b, sign)
	}
	good := wire.Reply{Version: wire.Version, Batch: batch, Nonce: nonce, Acks: []wire.Ack{{ID: ours, Verdict: wire.VerdictAccepted}}, Cursor: 7}
	refusal := wire.Reply{Version: wire.Version, Batch: batch, Refused: wire.CodeRevoked}
	for _, signed := range []bool{true, false} {
		seed(200, good, signed)
		seed(403, refusal, signed)
		seed(400, wire.Reply{Version: wire.Version, Batch: batch, Refused: wire.CodeMalformed, RetryAfterMS: -1 << 62}, signed)
		seed(200, wire.Reply{Version: wire.Version, Batch: batch, Nonce: nonce, RetryAfterMS: 1 << 62, Words: []wire.Statement{{Body: []byte("x")}}}, signed)
	}
	f.Add(200, "text/html", []byte("<html>"), false)
	f.Add(503, "", []byte(nil), false)
	signed := directoryOf(f, signer("root"), 1, "social")
	directory, err := wire.OpenDirectory(signed, publicOf(signer("root")))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, status int, media string, body []byte, sign bool) {
		r := response{status: status, media: media, body: body}
		if sign {
			s, err := wire.Sign(wire.DomainReply, hub, json.RawMessage(body))
			if err != nil {
				return // not JSON
			}
			if r.body, err = s.Encode(); err != nil {
				t.Fatal(err)
			}
		}
		a := judge(r, nil, publicOf(hub), batch, nonce)
		if a.signed && !sign {
			// The fuzzer would have had to forge a signature.
			t.Fatalf("status %d, %q: believed unsigned: %+v", status, media, a)
		}
		if !a.signed && (a.kind == heard || a.kind == refused || a.kind == unreadable) {
			t.Fatalf("status %d, %q: kind %d without a signature", status, media, a.kind)
		}
		if a.signed && a.reply.Batch != batch {
			t.Fatal("a reply to another batch was believed")
		}
		if a.retryAfter < 0 || a.retryAfter > maxWait {
			t.Fatalf("asked to wait %s", a.retryAfter)
		}
		items := []outbox.Pending{{Header: wire.Header{ID: ours}}}
		acks, open := believe(items, a.reply.Acks)
		if len(acks)+len(open) != len(items) || (len(acks) == 1 && acks[0].ID != ours) {
			t.Fatalf("%d acknowledgements and %d open for one item", len(acks), len(open))
		}
		words, parked, dropped := sortWords(directory, a.reply.Words)
		if len(words) > 0 || len(parked)+dropped > len(a.reply.Words) {
			t.Fatalf("%d words that nobody signed, %d kept, %d dropped", len(words), len(parked), dropped)
		}
		if _, kept, err := encodeParked(parked); err != nil || len(kept) > maxParked {
			t.Fatalf("%d kept, %v", len(kept), err)
		}
		if _, take, err := newer(a.reply.Directory, identity(), 1); take && err == nil {
			t.Fatal("a directory that nobody signed was taken")
		}
	})
}

// FuzzMemos holds the reading of memos to this: whatever lies in them, a wait is
// bounded.
func FuzzMemos(f *testing.F) {
	f.Add([]byte(`{"attempt":3,"next":"2026-11-23T12:00:00Z","wait_ns":1000000000,"state":"down"}`))
	f.Add([]byte(`{"attempt":-9223372036854775808,"wait_ns":-1}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := decodePace(b)
		if err != nil {
			return
		}
		now := time.Unix(1_790_000_000, 0)
		q := p.resume(now)
		if left := q.left(now); left < 0 || left > maxWait {
			t.Fatalf("%s left", left)
		}
		if wait := q.after(answer{kind: down}, now, 0.5, DefaultPollEvery).Wait; wait < leastWait || wait > maxWait {
			t.Fatalf("the next wait is %s", wait)
		}
	})
}
