package seal

import (
	"bytes"
	"errors"
	"testing"

	"chasqui/sync/wire"
)

func FuzzOpen(f *testing.F) {
	e, err := NewEnvelope(sample, recipients())
	if err != nil {
		f.Fatal(err)
	}
	file, err := e.SealFile("foto", []byte("x"))
	if err != nil {
		f.Fatal(err)
	}
	body, err := e.Seal([]byte(`{"a":1}`))
	if err != nil {
		f.Fatal(err)
	}
	opened, err := Open(body, sample, office().unit)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(body)
	f.Add(body[:wrapsAt+wrapLength])
	f.Add(file)
	f.Add([]byte("CHS\x01\x02"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if o, err := Open(b, sample, office().unit, office().recovery); err == nil && !bytes.Equal(b, body) {
			t.Errorf("opened %d bytes that nobody sealed: %q", len(b), o.Plaintext)
		} else if err != nil && !errors.Is(err, wire.ErrMalformed) && !errors.Is(err, ErrOpen) && !errors.Is(err, ErrNotForKeys) {
			t.Errorf("an error of no kind: %v", err)
		}
		if _, err := opened.OpenFile("foto", b); err == nil && !bytes.Equal(b, file) {
			t.Errorf("opened a file of %d bytes that nobody sealed", len(b))
		}
	})
}

// FuzzUnpack reads what stands behind the encryption: an office's keys protect it
// from strangers, not from a kiosk gone wrong.
func FuzzUnpack(f *testing.F) {
	padded, err := pack([]byte(`{"a":1}`))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(padded)
	f.Add([]byte{1, 0, 0, 0, 0, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		plaintext, err := unpack(b)
		if err == nil && len(plaintext) > MaxPlaintext {
			t.Errorf("unpacked %d bytes", len(plaintext))
		}
	})
}
