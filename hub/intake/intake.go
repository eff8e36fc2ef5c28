// Package intake is what the hub shows to kiosks: the exchange and enrolment.
//
// Nothing of a batch is believed before its signature holds under the key on
// file, and nothing is acknowledged before it is committed. A batch that is
// refused as a whole gets a reply signed by the hub with a code in Refused, so
// that a kiosk can tell the hub's refusal from a proxy's:
//
//	200  the batch was taken; each item has its verdict
//	400  it cannot be read (malformed)
//	403  unknown or revoked kiosk, wrong signature, unknown version
//	413  too many items; without a signature: too many bytes
//	415  not the wire's media type; unsigned
//	422  an item in it has no readable id (malformed)
//	429  too much from this kiosk, with Retry-After
//	503  the store cannot take it now, with Retry-After; unsigned
//
// An item that cannot be carried on is put aside with its code and stops nothing
// else of its batch.
package intake

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"chasqui/hub"
	"chasqui/hub/fleet"
	"chasqui/hub/store"
	"chasqui/sync/wire"
)

// Config is what an intake needs; all of it but Public and Limits.
type Config struct {
	Store       store.Intake
	Clerk       fleet.Clerk
	Directories *hub.Directories
	// Key signs replies and enrolments.
	Key ed25519.PrivateKey
	// Public is the hub's public address, or empty.
	Public string
	Now    func() time.Time
	Log    *slog.Logger
	Limits Limits
}

// Bounds of one exchange.
const (
	// MaxItems is how many items one batch may bring.
	MaxItems = 4096
	// maxWords is how many offices' words one reply brings.
	maxWords = 256
	// maxStatement bounds an enrolment request in bytes.
	maxStatement = 64 << 10
	// nonceLength is in bytes.
	nonceLength = 16
	// busyFor is how long a kiosk waits when the store cannot take its batch.
	busyFor = 5 * time.Second
)

// Handler serves wire.PathExchange and wire.PathEnrol.
type Handler struct {
	Config
	mux   *http.ServeMux
	gates *gates
}

// New returns an intake.
func New(c Config) *Handler {
	h := &Handler{Config: c, mux: http.NewServeMux(), gates: newGates(c.Limits)}
	h.mux.HandleFunc("POST "+wire.PathExchange, h.exchange)
	h.mux.HandleFunc("POST "+wire.PathEnrol, h.enrol)
	return h
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.mux.ServeHTTP(w, r) }

// refusal is a batch that is refused as a whole.
type refusal struct {
	status int
	code   string
}

func (h *Handler) exchange(w http.ResponseWriter, r *http.Request) {
	body, status := hub.ReadBody(w, r, wire.MaxPacket)
	if status != 0 {
		http.Error(w, http.StatusText(status), status)
		return
	}
	reply := wire.Reply{Version: wire.Version, Batch: wire.DigestOf(body), Acks: []wire.Ack{}, Public: h.Public}
	packet, header, refused := open(body)
	reply.Nonce = header.Nonce
	if refused != nil {
		h.refuse(w, reply, "", *refused)
		return
	}
	kiosk, refused, err := h.authenticate(r.Context(), packet, header)
	if err != nil {
		h.unavailable(w, header.Kiosk, err)
		return
	}
	if refused != nil {
		h.refuse(w, reply, header.Kiosk, *refused)
		return
	}
	if wait := h.gates.exchange(kiosk.ID, len(body), h.Now()); wait > 0 {
		reply.RetryAfterMS = wait.Milliseconds()
		w.Header().Set("Retry-After", seconds(wait))
		h.Log.Warn("kiosk asked to wait", "kiosk", kiosk.ID, "wait", wait.String())
		h.reply(w, http.StatusTooManyRequests, reply)
		return
	}
	arrivals, refused := h.examine(kiosk, packet)
	if refused != nil {
		h.refuse(w, reply, kiosk.ID, *refused)
		return
	}
	stored, err := h.Store.Exchange(r.Context(), hub.Exchange{Kiosk: kiosk.ID, Header: header, At: h.Now(), Items: arrivals})
	switch {
	case errors.Is(err, hub.ErrRevoked):
		h.refuse(w, reply, kiosk.ID, refusal{http.StatusForbidden, wire.CodeRevoked})
		return
	case errors.Is(err, hub.ErrNotFound):
		h.refuse(w, reply, kiosk.ID, refusal{http.StatusForbidden, wire.CodeUnknownKiosk})
		return
	case err != nil:
		h.unavailable(w, kiosk.ID, err)
		return
	}
	h.logExchange(kiosk.ID, stored)
	reply.Acks, reply.HighWater = stored.Acks, stored.HighWater
	h.addDown(r.Context(), &reply, kiosk, header)
	h.reply(w, http.StatusOK, reply)
}

// open reads a batch's frames and header. The nonce of a batch that cannot be
// read so far is left out of the reply; the digest binds it all the same.
func open(body []byte) (*wire.Packet, wire.BatchHeader, *refusal) {
	magic := []byte("CHQ")
	if len(body) > len(magic) && bytes.HasPrefix(body, magic) && body[len(magic)] != wire.Version {
		return nil, wire.BatchHeader{}, &refusal{http.StatusForbidden, wire.CodeVersion}
	}
	malformed := &refusal{http.StatusBadRequest, wire.CodeMalformed}
	packet, err := wire.DecodePacket(body)
	if err != nil {
		return nil, wire.BatchHeader{}, malformed
	}
	var header wire.BatchHeader
	if err := packet.ParseHeader(&header); err != nil {
		return nil, wire.BatchHeader{}, malformed
	}
	switch {
	case header.Version != wire.Version:
		return packet, header, &refusal{http.StatusForbidden, wire.CodeVersion}
	case len(header.Nonce) != nonceLength || header.Kiosk == "" || header.Epoch.IsZero():
		return packet, wire.BatchHeader{}, malformed
	case len(packet.Items) > MaxItems:
		return packet, header, &refusal{http.StatusRequestEntityTooLarge, wire.CodeTooLarge}
	}
	return packet, header, nil
}

// authenticate finds the kiosk that the header names and checks that it signed
// the batch. That it was revoked is told only to whoever holds its key.
func (h *Handler) authenticate(ctx context.Context, packet *wire.Packet, header wire.BatchHeader) (hub.Kiosk, *refusal, error) {
	kiosk, err := h.Store.Kiosk(ctx, hub.World, header.Kiosk)
	if errors.Is(err, hub.ErrNotFound) {
		return hub.Kiosk{}, &refusal{http.StatusForbidden, wire.CodeUnknownKiosk}, nil
	}
	if err != nil {
		return hub.Kiosk{}, nil, err
	}
	if packet.Verify(wire.DomainBatch, kiosk.Key) != nil {
		return hub.Kiosk{}, &refusal{http.StatusForbidden, wire.CodeBadSignature}, nil
	}
	if !kiosk.Revoked.IsZero() {
		return hub.Kiosk{}, &refusal{http.StatusForbidden, wire.CodeRevoked}, nil
	}
	return kiosk, nil, nil
}

// addDown adds what is new for the kiosk. That it cannot be read now must not
// cost the acknowledgements, which are committed: it comes with the next one.
func (h *Handler) addDown(ctx context.Context, reply *wire.Reply, kiosk hub.Kiosk, header wire.BatchHeader) {
	words, cursor, more, err := h.Store.Words(ctx, kiosk.Office, kiosk.ID, header.Cursor, maxWords)
	reply.Words, reply.Cursor, reply.More = words, cursor, more
	if err != nil {
		reply.Cursor = header.Cursor
		h.Log.Error("words for a kiosk cannot be read", "kiosk", kiosk.ID, "error", err.Error())
	}
	if listed, ok := h.Directories.Find(kiosk.Office); ok && listed.Version > header.Directory {
		reply.Directory = &listed.Statement
	}
}

func (h *Handler) refuse(w http.ResponseWriter, reply wire.Reply, kiosk string, refused refusal) {
	h.Log.Warn("batch refused", "kiosk", shorten(kiosk), "code", refused.code)
	reply.Refused, reply.Public = refused.code, ""
	h.reply(w, refused.status, reply)
}

// reply signs and sends. Time is set last, so that it is the time of the answer.
func (h *Handler) reply(w http.ResponseWriter, status int, reply wire.Reply) {
	reply.Time = h.Now().UnixMilli()
	h.send(w, status, wire.DomainReply, reply)
}

func (h *Handler) send(w http.ResponseWriter, status int, domain wire.Domain, body any) {
	statement, err := wire.Sign(domain, h.Key, body)
	if err == nil {
		var b []byte
		if b, err = statement.Encode(); err == nil {
			err = hub.WriteBody(w, status, b)
		}
	}
	if err != nil {
		// The kiosk hears nothing and asks again; what is stored is a duplicate then.
		h.Log.Info("an answer did not reach the kiosk", "error", err.Error())
	}
}

func (h *Handler) unavailable(w http.ResponseWriter, kiosk string, err error) {
	h.Log.Error("the store cannot take an exchange", "kiosk", shorten(kiosk), "error", err.Error())
	w.Header().Set("Retry-After", seconds(busyFor))
	http.Error(w, http.StatusText(http.StatusServiceUnavailable), http.StatusServiceUnavailable)
}

func (h *Handler) logExchange(kiosk string, stored hub.Stored) {
	if len(stored.Acks) == 0 {
		return
	}
	verdicts := map[wire.Verdict]int{}
	for _, ack := range stored.Acks {
		verdicts[ack.Verdict]++
	}
	h.Log.Info("exchange", "kiosk", kiosk, "accepted", verdicts[wire.VerdictAccepted], "duplicate", verdicts[wire.VerdictDuplicate],
		"rejected", verdicts[wire.VerdictRejected], "retry", verdicts[wire.VerdictRetry], "high_water", stored.HighWater)
}

// seconds is a Retry-After, rounded up.
func seconds(d time.Duration) string {
	return strconv.FormatInt(int64((d+time.Second-1)/time.Second), 10)
}

// shorten keeps a made-up kiosk's name from filling the log.
func shorten(kiosk string) string {
	const most = 32
	if len(kiosk) > most {
		return kiosk[:most] + "…"
	}
	return kiosk
}
