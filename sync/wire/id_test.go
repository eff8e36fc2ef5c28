package wire

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// drawn fills an array with drawn bytes.
func drawn(t *rapid.T, label string, into []byte) {
	copy(into, rapid.SliceOfN(rapid.Byte(), len(into), len(into)).Draw(t, label))
}

func TestAnIDReadsBackAsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var id ID
		drawn(t, "id", id[:])
		parsed, err := ParseID(id.String())
		if err != nil || parsed != id {
			t.Fatalf("%s is read as %s, %v", id, parsed, err)
		}
		if upper, err := ParseID(strings.ToUpper(id.String())); err != nil || upper != id {
			t.Fatalf("%s in capitals is read as %s, %v", id, upper, err)
		}
		b, err := json.Marshal(id)
		if err != nil {
			t.Fatal(err)
		}
		var again ID
		if err := json.Unmarshal(b, &again); err != nil || again != id {
			t.Fatalf("%s is read as %s, %v", b, again, err)
		}
	})
}

func TestAnIDHasTheUsualForm(t *testing.T) {
	id := ID{0x01, 0x90, 0xc8, 0xe2, 0x7b, 0x1a, 0x7c, 0x3d, 0x8e, 0x4f, 0, 1, 2, 3, 4, 5}
	if got, want := id.String(), "0190c8e2-7b1a-7c3d-8e4f-000102030405"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	for _, bad := range []string{"", "x", strings.Repeat("0", 36), "0190c8e2-7b1a-7c3d-8e4f-00010203040", "0190c8e2-7b1a-7c3d-8e4f-00010203040g",
		"0190c8e27b1a-7c3d-8e4f--000102030405", "{190c8e2-7b1a-7c3d-8e4f-00010203040}", " 190c8e2-7b1a-7c3d-8e4f-000102030405"} {
		if id, err := ParseID(bad); !errors.Is(err, ErrMalformed) || !id.IsZero() {
			t.Errorf("%q is read as %s, %v", bad, id, err)
		}
	}
}

func TestTheZeroIDIsEmptyText(t *testing.T) {
	type holder struct{ ID ID }
	b, err := json.Marshal(holder{})
	if err != nil || string(b) != `{"ID":""}` {
		t.Fatalf("%s, %v", b, err)
	}
	h := holder{ID{1}}
	if err := json.Unmarshal(b, &h); err != nil || !h.ID.IsZero() {
		t.Errorf("%s, %v", h.ID, err)
	}
	if err := json.Unmarshal([]byte(`{"ID":"none"}`), &h); !errors.Is(err, ErrMalformed) {
		t.Errorf("error %v", err)
	}
}

func TestAnEpochReadsBackAsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var e Epoch
		drawn(t, "epoch", e[:])
		parsed, err := ParseEpoch(e.String())
		if err != nil || parsed != e || len(e.String()) != 32 {
			t.Fatalf("%s is read as %s, %v", e, parsed, err)
		}
		b, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		var again Epoch
		if err := json.Unmarshal(b, &again); err != nil || again != e {
			t.Fatalf("%s is read as %s, %v", b, again, err)
		}
	})
	for _, bad := range []string{"", "00", strings.Repeat("0", 33), strings.Repeat("g", 32)} {
		if e, err := ParseEpoch(bad); !errors.Is(err, ErrMalformed) || !e.IsZero() {
			t.Errorf("%q is read as %s, %v", bad, e, err)
		}
	}
	var e Epoch
	if err := json.Unmarshal([]byte(`"00"`), &e); !errors.Is(err, ErrMalformed) {
		t.Errorf("error %v", err)
	}
}

func TestADigestReadsBackAsWritten(t *testing.T) {
	// The first test vector of SHA-256 in FIPS 180-4.
	d := DigestOf([]byte("abc"))
	if got, want := d.String(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	b, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	var again Digest
	if err := json.Unmarshal(b, &again); err != nil || again != d {
		t.Errorf("%s is read as %s, %v", b, again, err)
	}
	for _, bad := range []string{`""`, `"00"`, `"` + strings.Repeat("g", 64) + `"`} {
		if err := json.Unmarshal([]byte(bad), &again); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func TestAClockIsUTC(t *testing.T) {
	at := time.Date(2026, 11, 23, 15, 4, 5, 678e6, time.FixedZone("", -3*3600))
	c := Clock{Wall: at.UnixMilli()}
	if got := c.Time(); !got.Equal(at) || got.Location() != time.UTC {
		t.Errorf("%v, want %v", got, at)
	}
}
