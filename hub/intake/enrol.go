package intake

import (
	"crypto/ed25519"
	"errors"
	"net"
	"net/http"

	"chasqui/hub"
	"chasqui/sync/wire"
)

// enrol binds the key that a new kiosk brings to the place of its one-time code.
func (h *Handler) enrol(w http.ResponseWriter, r *http.Request) {
	body, status := hub.ReadBody(w, r, maxStatement)
	if status != 0 {
		http.Error(w, http.StatusText(status), status)
		return
	}
	reply := wire.Reply{Version: wire.Version, Batch: wire.DigestOf(body), Acks: []wire.Ack{}}
	// Guessing codes is slow, whoever guesses.
	if wait := h.gates.enrol(address(r), h.Now()); wait > 0 {
		w.Header().Set("Retry-After", seconds(wait))
		http.Error(w, http.StatusText(http.StatusTooManyRequests), http.StatusTooManyRequests)
		return
	}
	request, refused := openEnrol(body)
	if refused != nil {
		h.refuse(w, reply, "", *refused)
		return
	}
	kiosk, err := h.Clerk.Enrol(r.Context(), request.Code, request.Key)
	switch {
	case errors.Is(err, hub.ErrCode):
		h.refuse(w, reply, "", refusal{http.StatusForbidden, wire.CodeUnknownKiosk})
		return
	case err != nil:
		h.unavailable(w, "", err)
		return
	}
	// Without the directory of its municipality a kiosk has nobody to seal to. The
	// same code brings the same kiosk again once the directory is there.
	listed, ok := h.Directories.Find(kiosk.Office)
	if !ok {
		h.unavailable(w, kiosk.ID, errors.New("the hub has no directory of units for "+string(kiosk.Office)))
		return
	}
	h.Log.Info("kiosk enrolled", "kiosk", kiosk.ID, "office", string(kiosk.Office))
	h.send(w, http.StatusOK, wire.DomainEnrol, wire.Enrolment{
		Version: wire.Version, Kiosk: kiosk.ID, Office: string(kiosk.Office), FolioPrefix: kiosk.FolioPrefix,
		StatusKey: kiosk.StatusKey, HubKey: h.public(), Directory: listed.Statement, Public: h.Public, Time: h.Now().UnixMilli(),
	})
}

// openEnrol reads a request and checks that whoever sends it holds its key.
func openEnrol(body []byte) (wire.EnrolRequest, *refusal) {
	var request wire.EnrolRequest
	statement, err := wire.DecodeStatement(body)
	if err != nil || statement.Peek(&request) != nil {
		return request, &refusal{http.StatusBadRequest, wire.CodeMalformed}
	}
	if request.Version != wire.Version {
		return request, &refusal{http.StatusForbidden, wire.CodeVersion}
	}
	if statement.Open(wire.DomainEnrol, request.Key, &request) != nil {
		return request, &refusal{http.StatusForbidden, wire.CodeBadSignature}
	}
	return request, nil
}

// address is where a request comes from, without its port. A header that claims
// another address is not believed.
func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

func (h *Handler) public() []byte {
	public, _ := h.Key.Public().(ed25519.PublicKey)
	return public
}
