package intake

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"net/http"

	"chasqui/hub"
	"chasqui/sync/wire"
)

// The longest names in an item's header, and the largest count of an hour.
const (
	maxName     = 128
	maxCount    = 1_000_000_000
	maxHour     = 1 << 24 // the year 3883
	hashLength  = 32
	maxRevision = math.MaxInt32
)

// examine decides on every item of a batch whose signature held. It refuses the
// batch only when an item cannot even be named.
func (h *Handler) examine(kiosk hub.Kiosk, packet *wire.Packet) ([]hub.Arrival, *refusal) {
	listed, known := h.Directories.Find(kiosk.Office)
	arrivals := make([]hub.Arrival, 0, len(packet.Items))
	for _, raw := range packet.Items {
		arrival, ok := look(raw)
		if !ok {
			return nil, &refusal{http.StatusUnprocessableEntity, wire.CodeMalformed}
		}
		if arrival.Refuse == "" {
			check(&arrival, kiosk)
		}
		if arrival.Refuse == "" && arrival.Item.Kind.Sealed() {
			if _, listed := listed.Find(arrival.Item.Unit); known && !listed {
				arrival.Refuse = wire.CodeUnknownUnit
			} else if !known {
				// The hub's own lack, not the item's: it waits on the kiosk.
				arrival.Retry = true
			}
		}
		arrivals = append(arrivals, arrival)
	}
	if !known {
		h.Log.Error("no directory of units for this kiosk's municipality", "kiosk", kiosk.ID, "office", string(kiosk.Office))
	}
	return arrivals, nil
}

// look decodes one item. One that does not decode still has a name if its header
// can be read: the kiosk needs it to put the item aside.
func look(raw []byte) (hub.Arrival, bool) {
	item, err := wire.DecodeItem(raw)
	if err == nil {
		return hub.Arrival{Item: item, Bytes: raw}, true
	}
	const prefix = 4
	if len(raw) < prefix {
		return hub.Arrival{}, false
	}
	n := int64(binary.BigEndian.Uint32(raw))
	if n > wire.MaxHeader || n > int64(len(raw)-prefix) {
		return hub.Arrival{}, false
	}
	var header wire.Header
	if json.Unmarshal(raw[prefix:prefix+n], &header) != nil || header.ID.IsZero() {
		return hub.Arrival{}, false
	}
	code := wire.CodeMalformed
	if int64(len(raw))-prefix-n > wire.MaxBody {
		code = wire.CodeTooLarge
	}
	return hub.Arrival{Item: wire.Item{Header: header}, Bytes: raw, Refuse: code}, true
}

// check sets Refuse on an item that this kiosk may not file or whose body is not
// what its kind says, and parses what the hub is to read.
func check(a *hub.Arrival, kiosk hub.Kiosk) {
	it := a.Item
	if !it.Kind.Valid() {
		a.Refuse = wire.CodeUnknownKind
		return
	}
	ok := it.Kiosk == kiosk.ID && it.Seq <= math.MaxInt64 && within(it.Office, kiosk.Office) &&
		named(it.Service, it.Unit, it.Language, string(it.Folio)) && it.ServiceVersion >= 0
	if ok {
		switch it.Kind {
		case wire.KindRequest:
			ok = request(it, kiosk) && it.Parent.IsZero()
		case wire.KindCorrection, wire.KindAddition, wire.KindWithdrawal:
			// A folio of its own kiosk: nobody amends what another kiosk filed. Whether it
			// is the parent's, the store knows once it has both.
			ok = request(it, kiosk) && !it.Parent.IsZero() && it.Parent != it.ID
		case wire.KindAttachment:
			ok = it.Unit != "" && !it.Parent.IsZero() && it.Part != nil && len(it.Body) > 0
		case wire.KindCounts:
			ok = readCounts(a, kiosk)
		case wire.KindDecision:
			ok = readDecision(a, kiosk)
		}
	}
	if !ok {
		a.Refuse = wire.CodeMalformed
	}
}

// request reports whether an item has what a request needs, and so does what is
// about one.
func request(it wire.Item, kiosk hub.Kiosk) bool {
	return it.Unit != "" && it.Service != "" && ours(it.Folio, kiosk) && len(it.CodeHash) == hashLength && len(it.Body) > 0 && it.Part == nil
}

// within reports whether an office is a place in a municipality, inside scope.
func within(office string, scope hub.Scope) bool {
	place, err := hub.ParseScope(office)
	if err != nil || !scope.Contains(place) {
		return false
	}
	_, ok := place.Municipality()
	return ok
}

// ours reports whether a folio is whole and made under the kiosk's prefix.
func ours(folio wire.Folio, kiosk hub.Kiosk) bool {
	parsed, err := wire.ParseFolio(string(folio))
	return err == nil && parsed == folio && string(folio[:len(kiosk.FolioPrefix)]) == kiosk.FolioPrefix
}

func named(names ...string) bool {
	for _, name := range names {
		if len(name) > maxName {
			return false
		}
	}
	return true
}
