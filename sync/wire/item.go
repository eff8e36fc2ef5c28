package wire

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
)

// Errors that every parser of this package wraps.
var (
	// ErrMalformed: the bytes are not what they should be.
	ErrMalformed = errors.New("malformed")
	// ErrSignature: the bytes are well formed and not signed by the key given.
	ErrSignature = errors.New("signature does not match")
)

// Bounds that hold for every item, checked before anything is allocated.
const (
	// MaxBody is the longest body of an item in bytes.
	MaxBody = 1 << 20
	// MaxHeader is the longest JSON header of an item or packet in bytes.
	MaxHeader = 64 << 10
	// PartSize is the length in bytes of every part of an attachment but the last.
	PartSize = 32 << 10
)

// Digest is a SHA-256 digest; in JSON and text, 64 hex digits.
type Digest [sha256.Size]byte

// DigestOf returns the SHA-256 digest of b.
func DigestOf(b []byte) Digest { return sha256.Sum256(b) }

// String returns 64 hex digits.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// MarshalText implements encoding.TextMarshaler.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Digest) UnmarshalText(text []byte) error {
	if len(text) != 2*len(d) {
		return fmt.Errorf("%w: a digest has %d hex digits", ErrMalformed, 2*len(d))
	}
	_, err := hex.Decode(d[:], text)
	if err != nil {
		return fmt.Errorf("%w: %q is not a digest", ErrMalformed, text)
	}
	return nil
}

// Header is what the hub sees of an item. All of it is visible metadata.
type Header struct {
	ID    ID     `json:"id"`
	Kiosk string `json:"kiosk"`
	// Epoch and Seq are given by the outbox at commit: 1, 2, 3 … in an epoch.
	Epoch Epoch  `json:"epoch"`
	Seq   uint64 `json:"seq"`
	Lane  Lane   `json:"lane"`
	Kind  Kind   `json:"kind"`
	// Office is the scope path of the office, e.g. "CL/13/13101/centro".
	Office  string `json:"office"`
	Service string `json:"service,omitempty"`
	// ServiceVersion is the version of the service definition, from 1.
	ServiceVersion int    `json:"service_version,omitempty"`
	Unit           string `json:"unit,omitempty"`
	Language       string `json:"language,omitempty"`
	Folio          Folio  `json:"folio,omitempty"`
	// CodeHash is HashShortCode of the receipt's short code.
	CodeHash []byte `json:"code_hash,omitempty"`
	Created  Clock  `json:"created"`
	// Parent is the request that an amendment is about, or the request or amendment
	// to which an attachment part belongs.
	Parent ID `json:"parent,omitzero"`
	// Part places an attachment part in its file.
	Part *Part `json:"part,omitempty"`
	// Digest is of the body.
	Digest Digest `json:"digest"`
}

// Part places one part in a sealed file.
type Part struct {
	// File is the digest of the whole sealed file.
	File Digest `json:"file"`
	// Index counts from 0 to Of-1.
	Index int `json:"index"`
	Of    int `json:"of"`
	// Size is the length of the whole sealed file in bytes.
	Size int64 `json:"size"`
}

// Item is one thing to hand over: a header in the clear and a body, which is
// sealed when the kind says so.
type Item struct {
	Header
	Body []byte `json:"-"`
}

// Encode returns the item's bytes: the header's length (uint32, big endian), the
// header as JSON, the body. A kiosk encodes once, at commit, and sends the same
// bytes each time, so their digest tells a repetition from a conflict.
func (it Item) Encode() ([]byte, error) {
	header, err := json.Marshal(it.Header)
	if err != nil {
		return nil, fmt.Errorf("encode item %s: %w", it.ID, err)
	}
	if len(header) > MaxHeader || len(it.Body) > MaxBody {
		return nil, fmt.Errorf("encode item %s: %w: header of %d or body of %d bytes is too long", it.ID, ErrMalformed, len(header), len(it.Body))
	}
	out := make([]byte, 0, 4+len(header)+len(it.Body))
	out = binary.BigEndian.AppendUint32(out, uint32(len(header))) // #nosec G115 -- at most MaxHeader, checked above
	out = append(out, header...)
	return append(out, it.Body...), nil
}

// DecodeItem reads what Encode wrote and checks that the body has the digest
// its header states. The body shares memory with b.
func DecodeItem(b []byte) (Item, error) {
	var it Item
	if len(b) < 4 {
		return it, fmt.Errorf("%w: item of %d bytes", ErrMalformed, len(b))
	}
	n := int(binary.BigEndian.Uint32(b))
	if n > MaxHeader || n > len(b)-4 || len(b)-4-n > MaxBody {
		return it, fmt.Errorf("%w: item with header of %d in %d bytes", ErrMalformed, n, len(b))
	}
	if err := json.Unmarshal(b[4:4+n], &it.Header); err != nil {
		return Item{}, fmt.Errorf("%w: item header: %v", ErrMalformed, err)
	}
	it.Body = b[4+n:]
	if err := it.check(); err != nil {
		return Item{}, err
	}
	return it, nil
}

func (it Item) check() error {
	switch {
	case it.ID.IsZero():
		return fmt.Errorf("%w: item without id", ErrMalformed)
	case it.Kiosk == "" || it.Epoch.IsZero() || it.Seq == 0:
		return fmt.Errorf("%w: item %s without kiosk, epoch or seq", ErrMalformed, it.ID)
	case it.Part != nil && (it.Part.Index < 0 || it.Part.Of < 1 || it.Part.Index >= it.Part.Of || it.Part.Size < 0):
		return fmt.Errorf("%w: item %s has an impossible part", ErrMalformed, it.ID)
	case DigestOf(it.Body) != it.Digest:
		return fmt.Errorf("%w: item %s does not match its digest", ErrMalformed, it.ID)
	}
	return nil
}
