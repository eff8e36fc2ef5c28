package outbox

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"

	"chasqui/sync/wire"
)

// A record is one value of the database with everything needed to believe it
// wherever its bytes are found:
//
//	offset  length  what (numbers big endian)
//	0       8       recordMagic
//	8       8       step, the number of the transaction that wrote it
//	16      2       k, length of the key
//	18      4       v, length of the value
//	22      k       key
//	…       v       value
//	…       16      the first half of the SHA-256 of everything before
//
// Of two records with the same key the one with the higher step counts.
type record struct {
	step  uint64
	key   string
	value []byte
}

var recordMagic = []byte("\xc5CHQrec\x01")

const (
	recordHead = 22
	recordSum  = 16
	maxKey     = 512
	// maxValue bounds a record's value: the longest item and what stands around it.
	maxValue = wire.MaxBody + wire.MaxHeader + 1024
)

func (r record) encode() []byte {
	out := make([]byte, 0, recordHead+len(r.key)+len(r.value)+recordSum)
	out = append(out, recordMagic...)
	out = binary.BigEndian.AppendUint64(out, r.step)
	out = binary.BigEndian.AppendUint16(out, uint16(len(r.key)))   // #nosec G115 -- at most maxKey
	out = binary.BigEndian.AppendUint32(out, uint32(len(r.value))) // #nosec G115 -- at most maxValue
	out = append(out, r.key...)
	out = append(out, r.value...)
	sum := sha256.Sum256(out)
	return append(out, sum[:recordSum]...)
}

// decodeRecord reads the record at the beginning of b and returns its length. The
// value shares memory with b.
func decodeRecord(b []byte) (record, int, error) {
	if len(b) < recordHead+recordSum || !bytes.HasPrefix(b, recordMagic) {
		return record{}, 0, fmt.Errorf("%w: not a record", wire.ErrMalformed)
	}
	k, v := int(binary.BigEndian.Uint16(b[16:])), int(binary.BigEndian.Uint32(b[18:]))
	end := recordHead + k + v
	if k == 0 || k > maxKey || v > maxValue || end+recordSum > len(b) {
		return record{}, 0, fmt.Errorf("%w: record with key of %d and value of %d in %d bytes", wire.ErrMalformed, k, v, len(b))
	}
	sum := sha256.Sum256(b[:end])
	if !bytes.Equal(sum[:recordSum], b[end:end+recordSum]) {
		return record{}, 0, fmt.Errorf("%w: record does not match its checksum", wire.ErrMalformed)
	}
	return record{step: binary.BigEndian.Uint64(b[8:]), key: string(b[recordHead : recordHead+k]), value: b[recordHead+k : end : end]}, end + recordSum, nil
}

// The kinds of record, by the first byte of the key.
const (
	keyMeta    = "m" // meta
	keyItem    = 'i' // + epoch + seq: itemRecord
	keyRemoval = 'r' // + epoch + seq: removal, in the place of an item
	keyState   = 's' // + id: standing, once it is no longer as committed
	keyFolio   = 'f' // + folio: the id of the request
	keyMemo    = 'n' // + name: 1 and the memo, or 0 when deleted
	keyEpoch   = 'e' // + epoch: epochEnd of an epoch that is over
	placeKey   = 1 + 16 + 8
)

func itemKey(epoch wire.Epoch, seq uint64) string    { return place(keyItem, epoch, seq) }
func removalKey(epoch wire.Epoch, seq uint64) string { return place(keyRemoval, epoch, seq) }
func stateKey(id wire.ID) string                     { return string(keyState) + string(id[:]) }
func folioKey(folio wire.Folio) string               { return string(keyFolio) + string(folio) }
func memoKey(name string) string                     { return string(keyMemo) + name }
func epochKey(epoch wire.Epoch) string               { return string(keyEpoch) + string(epoch[:]) }

func place(kind byte, epoch wire.Epoch, seq uint64) string {
	b := append([]byte{kind}, epoch[:]...)
	return string(binary.BigEndian.AppendUint64(b, seq))
}

// placeOf reads the epoch and seq of an item's or removal's key.
func placeOf(key string) (epoch wire.Epoch, seq uint64, ok bool) {
	if len(key) != placeKey {
		return epoch, 0, false
	}
	copy(epoch[:], key[1:])
	return epoch, binary.BigEndian.Uint64([]byte(key[17:])), true
}

// meta is the state of the whole outbox, written by every transaction.
type meta struct {
	Version int        `json:"version"`
	Epoch   wire.Epoch `json:"epoch"`
	// Seq and Chain are of the last item of Epoch.
	Seq    uint64      `json:"seq"`
	Chain  wire.Digest `json:"chain"`
	Cursor uint64      `json:"cursor"`
	// Damage was found at an open, and Folder, inside the outbox's folder, keeps
	// what was damaged.
	Damage string `json:"damage,omitempty"`
	Folder string `json:"folder,omitempty"`
}

const metaVersion = 1

func decodeMeta(b []byte) (meta, error) {
	var m meta
	if err := json.Unmarshal(b, &m); err != nil {
		return meta{}, fmt.Errorf("%w: meta: %v", wire.ErrMalformed, err)
	}
	if m.Version != metaVersion || m.Epoch.IsZero() {
		return meta{}, fmt.Errorf("%w: meta of version %d", wire.ErrMalformed, m.Version)
	}
	return m, nil
}

// itemRecord is an item as committed.
//
//	0   1   version, 1
//	1   1   1 when the body lies in the attachment's file, else 0
//	2   8   when it was committed, Unix milliseconds
//	10  32  chain after this item
//	42  32  SHA-256 of the encoded item
//	74  …   the encoded item, without its body in the first case
type itemRecord struct {
	inFile    bool
	committed int64
	chain     wire.Digest
	digest    wire.Digest
	encoded   []byte
}

const itemHead = 74

func (r itemRecord) encode() []byte {
	out := make([]byte, 0, itemHead+len(r.encoded))
	out = append(out, 1, 0)
	if r.inFile {
		out[1] = 1
	}
	out = binary.BigEndian.AppendUint64(out, uint64(r.committed)) // #nosec G115 -- read back the same way
	out = append(out, r.chain[:]...)
	out = append(out, r.digest[:]...)
	return append(out, r.encoded...)
}

// decodeItemRecord reads what encode wrote, and the header in it. The body is
// checked against the digest when it is there.
func decodeItemRecord(b []byte) (itemRecord, wire.Header, error) {
	var r itemRecord
	if len(b) < itemHead+4 || b[0] != 1 || b[1] > 1 {
		return r, wire.Header{}, fmt.Errorf("%w: item record of %d bytes", wire.ErrMalformed, len(b))
	}
	r.inFile = b[1] == 1
	r.committed = int64(binary.BigEndian.Uint64(b[2:])) // #nosec G115 -- written the same way
	copy(r.chain[:], b[10:])
	copy(r.digest[:], b[42:])
	r.encoded = b[itemHead:]
	header, n, err := decodeHeader(r.encoded)
	if err != nil {
		return r, header, err
	}
	if r.inFile {
		if header.Part == nil || n != len(r.encoded) {
			return r, header, fmt.Errorf("%w: item record %s names no part", wire.ErrMalformed, header.ID)
		}
	} else if wire.DigestOf(r.encoded) != r.digest {
		return r, header, fmt.Errorf("%w: item record %s does not match its digest", wire.ErrMalformed, header.ID)
	}
	return r, header, nil
}

// decodeHeader reads the header of an encoded item and returns where the body
// begins. Unlike wire.DecodeItem it needs no body.
func decodeHeader(b []byte) (wire.Header, int, error) {
	var h wire.Header
	if len(b) < 4 {
		return h, 0, fmt.Errorf("%w: item of %d bytes", wire.ErrMalformed, len(b))
	}
	n := binary.BigEndian.Uint32(b)
	if n > wire.MaxHeader || int(n) > len(b)-4 {
		return h, 0, fmt.Errorf("%w: item with header of %d in %d bytes", wire.ErrMalformed, n, len(b))
	}
	end := 4 + int(n)
	if err := json.Unmarshal(b[4:end], &h); err != nil {
		return wire.Header{}, 0, fmt.Errorf("%w: item header: %v", wire.ErrMalformed, err)
	}
	if p := h.Part; h.ID.IsZero() || h.Epoch.IsZero() || h.Seq == 0 ||
		(p != nil && (p.Index < 0 || p.Of < 1 || p.Index >= p.Of || p.Size < 1)) {
		return wire.Header{}, 0, fmt.Errorf("%w: item header without id, epoch or seq, or with an impossible part", wire.ErrMalformed)
	}
	return h, end, nil
}

// standing is where an item stands and since when. Times are Unix milliseconds.
type standing struct {
	State   wire.State `json:"state"`
	Reason  string     `json:"reason,omitempty"`
	Changed int64      `json:"changed"`
	// Acked is when the hub's acknowledgement, or an office's word, came first.
	Acked int64 `json:"acked,omitempty"`
	// WordAt is the office's clock of the last word taken.
	WordAt int64 `json:"word_at,omitempty"`
}

func decodeStanding(b []byte) (standing, error) {
	var s standing
	if err := json.Unmarshal(b, &s); err != nil {
		return standing{}, fmt.Errorf("%w: state: %v", wire.ErrMalformed, err)
	}
	if !s.State.Valid() || s.State == wire.StateSending {
		return standing{}, fmt.Errorf("%w: state %q", wire.ErrMalformed, s.State)
	}
	return s, nil
}

// removal stands in the place of an item that was pruned.
type removal struct {
	ID    wire.ID    `json:"id"`
	Folio wire.Folio `json:"folio,omitempty"`
	Kind  wire.Kind  `json:"kind"`
	Why   string     `json:"why"`
	At    int64      `json:"at"`
	// Digest is of the encoded item, so that the chain can be followed past it.
	Digest wire.Digest `json:"digest"`
}

func decodeRemoval(b []byte) (removal, error) {
	var r removal
	if err := json.Unmarshal(b, &r); err != nil {
		return removal{}, fmt.Errorf("%w: removal: %v", wire.ErrMalformed, err)
	}
	if r.ID.IsZero() {
		return removal{}, fmt.Errorf("%w: removal without id", wire.ErrMalformed)
	}
	return r, nil
}

// epochEnd is what is known of an epoch that is over.
type epochEnd struct {
	// Last is the seq of its last item, and Missing what was lost to damage: pairs of
	// first and last seq.
	Last    uint64      `json:"last"`
	Missing [][2]uint64 `json:"missing,omitempty"`
}

func decodeEpochEnd(b []byte) (epochEnd, error) {
	var e epochEnd
	if err := json.Unmarshal(b, &e); err != nil {
		return epochEnd{}, fmt.Errorf("%w: epoch: %v", wire.ErrMalformed, err)
	}
	return e, nil
}

func (e epochEnd) lacks(seq uint64) bool {
	for _, m := range e.Missing {
		if m[0] <= seq && seq <= m[1] {
			return true
		}
	}
	return false
}

// chainStart is the chain of an epoch before its first item.
func chainStart(epoch wire.Epoch) wire.Digest {
	return wire.DigestOf(append([]byte("chasqui chain v1\x00"), epoch[:]...))
}

// chainNext is the chain after an item whose encoded bytes have the given digest.
func chainNext(chain, digest wire.Digest) wire.Digest {
	return wire.DigestOf(append(chain[:], digest[:]...))
}
