package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

// Each target holds a parser to three promises: it never panics, every error
// wraps ErrMalformed, and what it takes it also writes and takes again.

func FuzzDecodeItem(f *testing.F) {
	f.Add(encoded(f, sampleItem()))
	part := sampleItem()
	part.Kind, part.Parent, part.Part = KindAttachment, ID{9}, &Part{Index: 1, Of: 3, Size: 70_000}
	f.Add(encoded(f, part))
	f.Add([]byte{0, 0, 0, 2, '{', '}'})
	f.Add([]byte{0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, b []byte) {
		it, err := DecodeItem(b)
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Fatal(err)
			}
			return
		}
		again, err := it.Encode()
		if errors.Is(err, ErrMalformed) {
			return // its header was within the bound and is not once its letters are escaped
		}
		if err != nil {
			t.Fatal(err)
		}
		read, err := DecodeItem(again)
		if err != nil || read.ID != it.ID || read.Digest != it.Digest || !bytes.Equal(read.Body, it.Body) {
			t.Fatalf("%+v is written and read as %+v, %v", it, read, err)
		}
		if third, err := read.Encode(); err != nil || !bytes.Equal(third, again) {
			t.Fatalf("it changes each time it is written: %v", err)
		}
	})
}

func FuzzDecodePacket(f *testing.F) {
	f.Add(samplePacket(f))
	f.Add(samplePacket(f, encoded(f, sampleItem()), nil))
	f.Add([]byte("CHQ\x01\x00\x00\x00\x02\x01{}"))
	f.Add([]byte("CHQ\x01\xff\xff\xff\xff\x02"))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := DecodePacket(b)
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Fatal(err)
			}
			return
		}
		// The frames are the bytes: put together again they are what was read.
		again := appendFrame(bytes.Clone(packetMagic), frameHeader, p.Header)
		for _, item := range p.Items {
			again = appendFrame(again, frameItem, item)
		}
		if again = appendFrame(again, frameSignature, p.signature); !bytes.Equal(again, b) {
			t.Fatalf("%q is read as %q", b, again)
		}
		err = p.Verify(DomainBatch, public(key(1)))
		if err != nil && !errors.Is(err, ErrSignature) {
			t.Fatal(err)
		}
		var header BatchHeader
		if err := p.ParseHeader(&header); err != nil && !errors.Is(err, ErrMalformed) {
			t.Fatal(err)
		}
	})
}

func FuzzDecodeStatement(f *testing.F) {
	for _, s := range []Statement{
		signed(f, DomainWord, socialKey, sampleWord()), signed(f, DomainPull, atencionKey, Pull{Unit: "atencion", Municipality: "CL/13/13101"}),
		signed(f, DomainReply, key(1), Reply{Version: 1, Acks: []Ack{{ID: ID{1}, Verdict: VerdictAccepted}}}),
	} {
		b, err := s.Encode()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(`{"body":null,"signature":""}`))
	directory := sampleDirectory()
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := DecodeStatement(b)
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Fatal(err)
			}
			return
		}
		again, err := s.Encode()
		if err != nil {
			t.Fatal(err)
		}
		read, err := DecodeStatement(again)
		if err != nil || !bytes.Equal(read.Body, s.Body) || !bytes.Equal(read.Signature, s.Signature) {
			t.Fatalf("%q is written and read as %q, %v", b, again, err)
		}
		_, wordErr := directory.OpenWord(s)
		_, pullErr := directory.OpenPull(s)
		for _, err := range []error{wordErr, pullErr} {
			if err != nil && !errors.Is(err, ErrMalformed) && !errors.Is(err, ErrSignature) {
				t.Fatal(err)
			}
		}
	})
}

func FuzzParseCountSet(f *testing.F) {
	f.Add([]byte(`{"kiosk":"k","hour":5,"revision":1,"open_seconds":3600,"counts":[{"service":"s","channel":"kiosk","event":"started","n":18446744073709551615}],` +
		`"histograms":[{"channel":"kiosk","event":"time","buckets":[0,1,2,3,4,5,6,7,8,9],"sum":1e300}]}`))
	f.Add([]byte(`{"kiosk":"k","revision":1,"counts":null}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		set, err := ParseCountSet(b)
		roundTrip(t, err, set, ParseCountSet)
	})
}

func FuzzParseDecision(f *testing.F) {
	b, err := json.Marshal(sampleDecision())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`{"folio":"x","request":"01020300-0000-0000-0000-000000000000","suggestion":"s","draw":-1e308}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := ParseDecision(b)
		roundTrip(t, err, d, ParseDecision)
	})
}

// roundTrip checks what a parser of JSON made of its input.
func roundTrip[T any](t *testing.T, err error, got T, parse func([]byte) (T, error)) {
	t.Helper()
	if err != nil {
		if !errors.Is(err, ErrMalformed) {
			t.Fatal(err)
		}
		return
	}
	once, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	again, err := parse(once)
	if err != nil {
		t.Fatalf("%s is taken and written, and not taken again: %v", once, err)
	}
	if twice, err := json.Marshal(again); err != nil || !bytes.Equal(once, twice) {
		t.Fatalf("%s changes to %s, %v", once, twice, err)
	}
}

func FuzzParseFolio(f *testing.F) {
	for _, s := range []string{"K7M 4029 1837 6", "k7m-4029-1837-6", "AOI O2SG BLIO", "", "\u00a0", "ſıﬃ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		folio, err := ParseFolio(s)
		if err != nil {
			if !errors.Is(err, ErrMalformed) || folio != "" {
				t.Fatalf("%q is read as %q, %v", s, string(folio), err)
			}
			return
		}
		if len(folio) != FolioLength || strings.Trim(string(folio), folioAlphabet) != "" || folioCheck(string(folio[:FolioLength-1])) != folio[FolioLength-1] {
			t.Fatalf("%q is read as %q", s, string(folio))
		}
		if again, err := ParseFolio(folio.String()); err != nil || again != folio {
			t.Fatalf("%q is read as %q, %v", folio, string(again), err)
		}
	})
}

func FuzzParseID(f *testing.F) {
	f.Add("0190c8e2-7b1a-7c3d-8e4f-000102030405")
	f.Add("--------------------------------é--")
	f.Fuzz(func(t *testing.T, s string) {
		if id, err := ParseID(s); err == nil && id.String() != strings.ToLower(s) || err != nil && !errors.Is(err, ErrMalformed) {
			t.Fatalf("%q is read as %s, %v", s, id, err)
		}
		if e, err := ParseEpoch(s); err == nil && e.String() != strings.ToLower(s) || err != nil && !errors.Is(err, ErrMalformed) {
			t.Fatalf("%q is read as %s, %v", s, e, err)
		}
	})
}

func FuzzParseShortCode(f *testing.F) {
	f.Add("482 913")
	f.Fuzz(func(t *testing.T, s string) {
		code, err := ParseShortCode(s)
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Fatal(err)
			}
			return
		}
		if again, err := ParseShortCode(GroupShortCode(code)); err != nil || again != code {
			t.Fatalf("%q is read as %q, then %q, %v", s, code, again, err)
		}
	})
}
