package client

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"time"

	"chasqui/sync/wire"
)

// kind sorts answers by what is to be done about them.
type kind int

const (
	// down: nothing answers. Try again, by the back-off.
	down kind = iota
	// busy: 5xx, 408, 425, 429. Try again, by the back-off and Retry-After.
	busy
	// notHub: somebody answers who is not the hub. Nothing is consumed and no
	// attempt counted; look again in a minute.
	notHub
	// badReply: it looks like the hub and is not signed by it or not for this
	// exchange. As notHub.
	badReply
	// refused: the hub, signed, wants nothing of this kiosk. Pause long, raise an
	// alarm, lose nothing.
	refused
	// unreadable: the hub, signed, cannot read this batch. Bisect.
	unreadable
	// tooLarge: the batch is too large for the hub, or for something on the way.
	// Split.
	tooLarge
	// heard: a signed reply to this batch.
	heard
	// local: the kiosk's own disk would not take or give. Try again.
	local
)

// answer is an answer, sorted.
type answer struct {
	kind kind
	// reply is set when signed.
	reply  wire.Reply
	signed bool
	// code is why, of a signed refusal.
	code string
	// retryAfter is how long was asked to wait, at most maxWait.
	retryAfter time.Duration
	// words are for programmers.
	words string
}

// judge sorts the answer to the batch with the given digest and nonce. It
// believes nothing that the hub key did not sign for exactly this exchange.
func judge(r response, err error, hub ed25519.PublicKey, batch wire.Digest, nonce []byte) answer {
	if err != nil {
		if words, stranger := notOurHub(err); stranger {
			return answer{kind: notHub, words: words}
		}
		return answer{kind: down, words: "no answer: " + err.Error()}
	}
	if busyStatus(r.status) {
		return answer{kind: busy, retryAfter: r.retryAfter, words: fmt.Sprintf("the hub is busy: status %d", r.status)}
	}
	switch r.status {
	case http.StatusOK, http.StatusBadRequest, http.StatusForbidden, http.StatusUnprocessableEntity, http.StatusRequestEntityTooLarge:
	default:
		return answer{kind: notHub, words: fmt.Sprintf("what answers is not the hub: status %d", r.status)}
	}
	if !isWire(r.media) {
		if r.status == http.StatusRequestEntityTooLarge {
			// Often a proxy before the hub. Sending less harms nothing, so this needs no
			// signature; putting an item aside does.
			return answer{kind: tooLarge, words: "something on the way takes no batch of this size: status 413"}
		}
		return answer{kind: notHub, words: fmt.Sprintf("what answers is not the hub: status %d, media type %q", r.status, r.media)}
	}
	reply, err := openReply(r.body, hub, batch, nonce)
	if err != nil {
		return answer{kind: badReply, words: fmt.Sprintf("an answer like the hub's that does not hold: status %d: %v", r.status, err)}
	}
	a := answer{kind: heard, reply: reply, signed: true, code: reply.Refused,
		retryAfter: max(0, min(time.Duration(min(reply.RetryAfterMS, maxWait.Milliseconds()))*time.Millisecond, maxWait))}
	switch {
	case reply.Refused == wire.CodeTooLarge || (r.status == http.StatusRequestEntityTooLarge && reply.Refused != ""):
		a.kind, a.words = tooLarge, "the hub takes no batch of this size"
	case reply.Refused == wire.CodeMalformed || (r.status == http.StatusUnprocessableEntity && reply.Refused != ""):
		a.kind, a.words = unreadable, "the hub cannot read this batch: "+reply.Refused
	case reply.Refused != "":
		a.kind, a.words = refused, "the hub refuses this kiosk: "+reply.Refused+"; everything waits here and nothing is lost"
	case r.status != http.StatusOK:
		a.kind, a.words = badReply, fmt.Sprintf("a signed reply with status %d that refuses nothing", r.status)
	}
	return a
}

var errOtherBatch = errors.New("the reply is to another batch")

// openReply checks that a body is the hub's signed reply to the batch.
func openReply(body []byte, hub ed25519.PublicKey, batch wire.Digest, nonce []byte) (wire.Reply, error) {
	statement, err := wire.DecodeStatement(body)
	if err != nil {
		return wire.Reply{}, err
	}
	var reply wire.Reply
	if err := statement.Open(wire.DomainReply, hub, &reply); err != nil {
		return wire.Reply{}, err
	}
	switch {
	case reply.Version != wire.Version:
		return wire.Reply{}, fmt.Errorf("%w: reply of version %d", wire.ErrMalformed, reply.Version)
	case reply.Batch != batch:
		return wire.Reply{}, errOtherBatch
	case reply.Refused != "" && len(reply.Nonce) == 0:
		// A hub that could not read the batch could not read the nonce in it. The
		// digest binds the refusal to these bytes all the same.
	case !bytes.Equal(reply.Nonce, nonce):
		return wire.Reply{}, errOtherBatch
	}
	return reply, nil
}

// isWire reports whether a Content-Type is exactly that of packets and statements.
func isWire(contentType string) bool {
	media, _, err := mime.ParseMediaType(contentType)
	return err == nil && media == wire.MediaType
}
