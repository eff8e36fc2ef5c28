package intake_test

import (
	"bytes"
	"context"
	"net/http"
	"testing"

	"chasqui/hub"
	"chasqui/hub/intake"
	"chasqui/sync/wire"
)

// door is a store with one kiosk that keeps nothing: the fuzzing engine watches
// every branch of a database if there is one, and gets nowhere.
type door struct{ kiosk hub.Kiosk }

func (d door) Kiosk(_ context.Context, scope hub.Scope, id string) (hub.Kiosk, error) {
	if id != d.kiosk.ID || !scope.Contains(d.kiosk.Office) {
		return hub.Kiosk{}, hub.ErrNotFound
	}
	return d.kiosk, nil
}

func (d door) Exchange(_ context.Context, e hub.Exchange) (hub.Stored, error) {
	stored := hub.Stored{Acks: []wire.Ack{}}
	for _, a := range e.Items {
		ack := wire.Ack{ID: a.Item.ID, Verdict: wire.VerdictAccepted}
		if a.Refuse != "" {
			ack.Verdict, ack.Code = wire.VerdictRejected, a.Refuse
		}
		stored.Acks = append(stored.Acks, ack)
	}
	return stored, nil
}

func (d door) Words(_ context.Context, _ hub.Scope, _ string, after uint64, _ int) ([]wire.Statement, uint64, bool, error) {
	return nil, after, false, nil
}

func fuzzSite(f *testing.F) *site {
	s := newSite(f)
	s.config.Limits = intake.Limits{ExchangesPerSecond: 1e9, ExchangeBurst: 1 << 30, BytesPerSecond: 1e12, BytesBurst: 1 << 40}
	s.config.Store = door{kiosk: s.kiosk.Kiosk}
	s.handler = newHandler(s)
	return s
}

// Guards the door that anybody can knock at; without the bounds and checks a body
// could crash the hub, get an answer that is not the hub's, or be stored unsigned.
func FuzzExchange(f *testing.F) {
	s := fuzzSite(f)
	k := s.kiosk
	request := k.Request(f, "atencion")
	good := pack(f, k, request, k.Counts(f, 1, 1, 1), k.Decision(f, request.Item, wire.AnswerIgnored))
	f.Add(good)
	f.Add(pack(f, k))
	f.Add(good[:len(good)-1])
	f.Add(append(bytes.Clone(good), 0))
	f.Add([]byte("CHQ\x01"))
	f.Add([]byte("CHQ\x02"))
	f.Add([]byte{})
	honest := map[wire.Digest]bool{wire.DigestOf(good): true}
	f.Fuzz(func(t *testing.T, body []byte) {
		s.t = t
		w := s.post(wire.PathExchange, body)
		reply := openReply(t, w, body)
		switch w.Code {
		case http.StatusOK:
			if reply.Refused != "" || len(reply.Acks) > 0 && !honest[wire.DigestOf(body)] {
				t.Fatalf("a batch that the kiosk did not sign was taken: %+v", reply)
			}
		case http.StatusBadRequest, http.StatusForbidden, http.StatusUnprocessableEntity:
			if reply.Refused == "" || len(reply.Acks) > 0 {
				t.Fatalf("refused and yet: %+v", reply)
			}
		default:
			t.Fatalf("status %d", w.Code)
		}
	})
}

// The same for what is inside a signed batch: the kiosk's key lies on a disk that
// a thief may have.
func FuzzItem(f *testing.F) {
	s := fuzzSite(f)
	k := s.kiosk
	request := k.Request(f, "atencion")
	f.Add(request.Bytes)
	f.Add(k.Counts(f, 1, 1, 1).Bytes)
	f.Add(k.Decision(f, request.Item, wire.AnswerIgnored).Bytes)
	f.Add([]byte{0, 0, 0, 2, '{', '}'})
	f.Add([]byte{255, 255, 255, 255})
	f.Fuzz(func(t *testing.T, item []byte) {
		s.t = t
		arrival := request
		arrival.Bytes = item
		body := pack(t, k, arrival)
		w := s.post(wire.PathExchange, body)
		reply := openReply(t, w, body)
		if w.Code != http.StatusOK && w.Code != http.StatusUnprocessableEntity || w.Code == http.StatusOK && len(reply.Acks) != 1 {
			t.Fatalf("status %d, %+v", w.Code, reply)
		}
		// Only what is whole, the kiosk's own and for a unit may be taken.
		if w.Code == http.StatusOK && reply.Acks[0].Verdict == wire.VerdictAccepted {
			it, err := wire.DecodeItem(item)
			if err != nil || it.Kiosk != k.ID || !k.Office.Contains(hub.Scope(it.Office)) || !it.Kind.Valid() || it.Kind.Sealed() && it.Unit != "atencion" && it.Unit != "social" {
				t.Fatalf("taken: %+v, %v", it.Header, err)
			}
		}
	})
}
