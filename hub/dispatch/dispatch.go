// Package dispatch is what the hub shows to offices: the pull of what is sealed
// to a unit, and the words in which the unit answers.
//
// A pull and a word are statements signed by the unit; the hub checks them with
// the municipality's directory of units. A unit sees what is sealed to it in its
// own municipality, and can speak of nothing else. What it gets are the kiosk's
// bytes, unchanged, in a packet that the hub signs. Asking twice gives the same
// twice: an office takes each item once, by its id.
//
// Answers: 200 with a delivery; 204 for a word, also for one heard before; 400
// malformed; 403 not signed by the unit it names, or a pull out of its time; 404
// a word about what is not the unit's; 413 and 415 as in package intake; 503 with
// Retry-After.
package dispatch

import (
	"crypto/ed25519"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"chasqui/hub"
	"chasqui/hub/store"
	"chasqui/sync/wire"
)

// Config is what a dispatch needs, all of it.
type Config struct {
	Store       store.Offices
	Directories *hub.Directories
	// Key signs deliveries.
	Key ed25519.PrivateKey
	Now func() time.Time
	Log *slog.Logger
}

// Bounds of one call.
const (
	// MaxItems and MaxBytes bound one delivery. An item that is longer than
	// MaxBytes comes alone.
	MaxItems = 64
	MaxBytes = 4 << 20
	// Window is how far an office's clock may be off: a captured pull is worth
	// nothing after it.
	Window = 10 * time.Minute
	// maxStatement bounds a pull or word in bytes.
	maxStatement = 64 << 10
	nonceLength  = 16
)

// Handler serves wire.PathPull and wire.PathWord.
type Handler struct {
	Config
	mux *http.ServeMux
}

// New returns a dispatch.
func New(c Config) *Handler {
	h := &Handler{Config: c, mux: http.NewServeMux()}
	h.mux.HandleFunc("POST "+wire.PathPull, h.pull)
	h.mux.HandleFunc("POST "+wire.PathWord, h.word)
	return h
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.mux.ServeHTTP(w, r) }

func (h *Handler) pull(w http.ResponseWriter, r *http.Request) {
	statement, ok := h.read(w, r)
	if !ok {
		return
	}
	var claim wire.Pull
	if statement.Peek(&claim) != nil {
		fail(w, http.StatusBadRequest)
		return
	}
	listed, ok := h.Directories.Find(hub.Scope(claim.Municipality))
	if !ok {
		h.refuse(w, "pull", claim.Unit)
		return
	}
	pull, err := listed.OpenPull(statement)
	if err != nil {
		h.refuse(w, "pull", claim.Unit)
		return
	}
	if off := h.Now().Sub(time.UnixMilli(pull.Time)); off > Window || off < -Window {
		h.Log.Warn("pull out of its time", "unit", pull.Unit, "municipality", pull.Municipality, "off", off.Round(time.Second).String())
		fail(w, http.StatusForbidden)
		return
	}
	if len(pull.Nonce) != nonceLength {
		fail(w, http.StatusBadRequest)
		return
	}
	items, more, err := h.Store.Deliveries(r.Context(), hub.Scope(pull.Municipality), pull.Unit, pull.After, MaxItems, MaxBytes)
	if err != nil {
		h.unavailable(w, err)
		return
	}
	header := wire.DeliveryHeader{
		Version: wire.Version, Unit: pull.Unit, Nonce: pull.Nonce, Numbers: make([]uint64, 0, len(items)),
		More: more, Time: h.Now().UnixMilli(),
	}
	bodies := make([][]byte, 0, len(items))
	for _, item := range items {
		header.Numbers, bodies = append(header.Numbers, item.Number), append(bodies, item.Bytes)
	}
	packet, err := wire.EncodePacket(wire.DomainDelivery, h.Key, header, bodies)
	if err != nil {
		h.unavailable(w, err)
		return
	}
	if len(items) > 0 {
		h.Log.Info("delivery", "unit", pull.Unit, "municipality", pull.Municipality, "items", len(items), "more", more)
	}
	if err := hub.WriteBody(w, http.StatusOK, packet); err != nil {
		h.Log.Info("a delivery did not reach the office", "unit", pull.Unit, "error", err.Error())
	}
}

func (h *Handler) word(w http.ResponseWriter, r *http.Request) {
	statement, ok := h.read(w, r)
	if !ok {
		return
	}
	var claim wire.Word
	if statement.Peek(&claim) != nil {
		fail(w, http.StatusBadRequest)
		return
	}
	listed, ok := h.Directories.Find(hub.Scope(claim.Municipality))
	if !ok {
		h.refuse(w, "word", claim.Unit)
		return
	}
	word, err := listed.OpenWord(statement)
	switch {
	case errors.Is(err, wire.ErrSignature):
		h.refuse(w, "word", claim.Unit)
		return
	case err != nil || !knownReason(word.Reason):
		fail(w, http.StatusBadRequest)
		return
	}
	fresh, err := h.Store.SaveWord(r.Context(), hub.SaidWord{Word: word, Statement: statement, At: h.Now()})
	switch {
	case errors.Is(err, hub.ErrNotFound):
		h.Log.Warn("word about what is not the unit's", "unit", word.Unit, "municipality", word.Municipality)
		fail(w, http.StatusNotFound)
		return
	case err != nil:
		h.unavailable(w, err)
		return
	}
	h.Log.Info("word", "unit", word.Unit, "municipality", word.Municipality, "item", word.Item.String(), "state", string(word.State), "fresh", fresh)
	w.WriteHeader(http.StatusNoContent)
}

// knownReason reports whether a reason is one of the wire's codes that an office
// may give. What travels down is a code and no text.
func knownReason(reason string) bool {
	switch reason {
	case wire.CodeNothingToSay, wire.CodeOfficeCannot, wire.CodeMissing, wire.CodeGranted,
		wire.CodeNotEntitled, wire.CodeCitizenAsked, wire.CodeServiceClosed:
		return true
	}
	return false
}

func (h *Handler) read(w http.ResponseWriter, r *http.Request) (wire.Statement, bool) {
	body, status := hub.ReadBody(w, r, maxStatement)
	if status != 0 {
		fail(w, status)
		return wire.Statement{}, false
	}
	statement, err := wire.DecodeStatement(body)
	if err != nil {
		fail(w, http.StatusBadRequest)
		return wire.Statement{}, false
	}
	return statement, true
}

// refuse is one answer to every statement that its unit did not sign, whatever
// was wrong with it.
func (h *Handler) refuse(w http.ResponseWriter, what, unit string) {
	const most = 32
	if len(unit) > most {
		unit = unit[:most] + "…"
	}
	h.Log.Warn(what+" not signed by a unit of the directory", "unit", unit)
	fail(w, http.StatusForbidden)
}

func (h *Handler) unavailable(w http.ResponseWriter, err error) {
	h.Log.Error("the store cannot serve an office", "error", err.Error())
	w.Header().Set("Retry-After", "5")
	fail(w, http.StatusServiceUnavailable)
}

func fail(w http.ResponseWriter, status int) { http.Error(w, http.StatusText(status), status) }
