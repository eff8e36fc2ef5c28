package wire

import (
	"encoding/hex"
	"fmt"
)

// ID names an item for ever: a UUID version 7 (RFC 9562), made on the kiosk.
// It is the idempotency key of everything downstream.
type ID [16]byte

// Epoch names one life of a kiosk's database. A restored or cloned disk starts
// a new one, so that (kiosk, epoch, seq) can never name two items.
type Epoch [16]byte

// IsZero reports whether id is unset.
func (id ID) IsZero() bool { return id == ID{} }

// String returns the usual 8-4-4-4-12 form.
func (id ID) String() string {
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[0:4], id[4:6], id[6:8], id[8:10], id[10:16])
}

// ParseID reads the 8-4-4-4-12 form.
func ParseID(s string) (ID, error) {
	var id ID
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return id, fmt.Errorf("%w: %q is not an item id", ErrMalformed, s)
	}
	if _, err := hex.Decode(id[:], []byte(s[0:8]+s[9:13]+s[14:18]+s[19:23]+s[24:36])); err != nil {
		return ID{}, fmt.Errorf("%w: %q is not an item id", ErrMalformed, s)
	}
	return id, nil
}

// MarshalText implements encoding.TextMarshaler.
func (id ID) MarshalText() ([]byte, error) {
	if id.IsZero() {
		return nil, nil
	}
	return []byte(id.String()), nil
}

// UnmarshalText implements encoding.TextUnmarshaler; empty text is the zero ID.
func (id *ID) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*id = ID{}
		return nil
	}
	parsed, err := ParseID(string(text))
	if err != nil {
		return err
	}
	*id = parsed
	return nil
}

// String returns 32 hex digits.
func (e Epoch) String() string { return hex.EncodeToString(e[:]) }

// IsZero reports whether e is unset.
func (e Epoch) IsZero() bool { return e == Epoch{} }

// ParseEpoch reads 32 hex digits.
func ParseEpoch(s string) (Epoch, error) {
	var e Epoch
	if len(s) != 32 {
		return e, fmt.Errorf("%w: %q is not an epoch", ErrMalformed, s)
	}
	if _, err := hex.Decode(e[:], []byte(s)); err != nil {
		return Epoch{}, fmt.Errorf("%w: %q is not an epoch", ErrMalformed, s)
	}
	return e, nil
}

// MarshalText implements encoding.TextMarshaler.
func (e Epoch) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (e *Epoch) UnmarshalText(text []byte) error {
	parsed, err := ParseEpoch(string(text))
	if err != nil {
		return err
	}
	*e = parsed
	return nil
}
