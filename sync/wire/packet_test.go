package wire

import (
	"bytes"
	"crypto/ed25519"
	"encoding/binary"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// key returns the n-th of some fixed signing keys.
func key(n byte) ed25519.PrivateKey { return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{n}, 32)) }

func public(k ed25519.PrivateKey) ed25519.PublicKey { return k.Public().(ed25519.PublicKey) }

func samplePacket(t interface{ Fatal(...any) }, items ...[]byte) []byte {
	b, err := EncodePacket(DomainBatch, key(1), BatchHeader{Version: Version, Kiosk: "kiosk-1", Nonce: make([]byte, 16)}, items)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAPacketReadsBackAsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		header := BatchHeader{Version: Version, Kiosk: rapid.StringMatching(`[a-z<>&ñ]{1,9}`).Draw(t, "kiosk"), Nonce: rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "nonce"), Cursor: rapid.Uint64().Draw(t, "cursor")}
		var items [][]byte
		for range rapid.IntRange(0, 5).Draw(t, "items") {
			items = append(items, encoded(t, drawItem(t)))
		}
		b, err := EncodePacket(DomainBatch, key(1), header, items)
		if err != nil {
			t.Fatal(err)
		}
		p, err := DecodePacket(b)
		if err != nil {
			t.Fatal(err)
		}
		var read BatchHeader
		if err := errors.Join(p.Verify(DomainBatch, public(key(1))), p.ParseHeader(&read)); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(read, header) || len(p.Items) != len(items) {
			t.Fatalf("%+v with %d items is read as %+v with %d", header, len(items), read, len(p.Items))
		}
		for i := range items {
			if !bytes.Equal(p.Items[i], items[i]) {
				t.Fatalf("item %d is read as %q, was %q", i, p.Items[i], items[i])
			}
		}
		// Guards repetitions: the same packet signed again is the same bytes.
		if again, err := EncodePacket(DomainBatch, key(1), header, items); err != nil || !bytes.Equal(again, b) {
			t.Fatalf("written again it differs, %v", err)
		}
	})
}

// taken reports whether somebody who reads a packet as the hub does takes it.
func taken(b []byte) bool {
	p, err := DecodePacket(b)
	if err != nil {
		return false
	}
	return p.Verify(DomainBatch, public(key(1))) == nil
}

// Guards "the bytes are signed, not the connection": whoever carries a batch, by
// network or on a stick, can change none of it.
func TestEveryFlippedByteIsRefused(t *testing.T) {
	b := samplePacket(t, encoded(t, sampleItem()), nil, []byte("xyz"))
	if !taken(b) {
		t.Fatal("the packet itself is refused")
	}
	for at := range b {
		for bit := range 8 {
			changed := bytes.Clone(b)
			changed[at] ^= 1 << bit
			if taken(changed) {
				t.Fatalf("bit %d of byte %d of %d can be flipped", bit, at, len(b))
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		changed := bytes.Clone(b)
		for range rapid.IntRange(1, 4).Draw(t, "changes") {
			changed[rapid.IntRange(0, len(b)-1).Draw(t, "at")] = rapid.Byte().Draw(t, "byte")
		}
		if !bytes.Equal(changed, b) && taken(changed) {
			t.Fatal("several changed bytes are taken")
		}
	})
}

// The control: without Verify a changed body goes through.
func TestWithoutVerifyAChangedByteGoesThrough(t *testing.T) {
	b := samplePacket(t, []byte("xyz"))
	b[bytes.Index(b, []byte("xyz"))] = 'q'
	if p, err := DecodePacket(b); err != nil || string(p.Items[0]) != "qyz" {
		t.Errorf("the test above tests nothing: %v", err)
	}
}

func TestATruncatedPacketIsRefused(t *testing.T) {
	b := samplePacket(t, encoded(t, sampleItem()), []byte("xyz"))
	for n := range b {
		if p, err := DecodePacket(b[:n]); !errors.Is(err, ErrMalformed) || p != nil {
			t.Fatalf("the first %d of %d bytes are read: %v", n, len(b), err)
		}
	}
}

// Guards against what somebody appends to, or puts into, a signed packet.
func TestFramesOutOfPlaceAreRefused(t *testing.T) {
	frame := func(kind byte, payload string) []byte { return appendFrame(nil, kind, []byte(payload)) }
	header, item, signature := frame(frameHeader, "{}"), frame(frameItem, "x"), frame(frameSignature, strings.Repeat("s", 64))
	join := func(parts ...[]byte) []byte { return append(bytes.Clone(packetMagic), bytes.Join(parts, nil)...) }
	if _, err := DecodePacket(join(header, item, signature)); err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{
		"nothing":                       nil,
		"the magic alone":               join(),
		"another magic":                 append([]byte("CHR\x01"), join(header, signature)[4:]...),
		"a later version":               append([]byte("CHQ\x02"), join(header, signature)[4:]...),
		"no header":                     join(item, signature),
		"no header, no item":            join(signature),
		"an empty header":               join(frame(frameHeader, ""), signature),
		"a header too long":             join(frame(frameHeader, strings.Repeat(" ", MaxHeader+1)), signature),
		"two headers":                   join(header, header, signature),
		"a header after an item":        join(header, item, header, signature),
		"no signature":                  join(header, item),
		"a short signature":             join(header, frame(frameSignature, strings.Repeat("s", 63))),
		"a long signature":              join(header, frame(frameSignature, strings.Repeat("s", 65))),
		"two signatures":                join(header, signature, signature),
		"an item after the signature":   join(header, signature, item),
		"a byte after the signature":    join(header, signature, []byte{0}),
		"an unknown frame":              join(header, frame(4, "x"), signature),
		"a frame of type 0":             join(header, frame(0, ""), signature),
		"a frame of four gigabytes":     join(header, []byte{0xff, 0xff, 0xff, 0xff, frameItem}, signature),
		"a frame longer than what's up": join(header, binary.BigEndian.AppendUint32(nil, 200), []byte{frameItem}, signature),
		"half a frame's head":           join(header, item, []byte{0, 0, 0}),
	} {
		if p, err := DecodePacket(b); !errors.Is(err, ErrMalformed) || p != nil {
			t.Errorf("%s: read, %v", name, err)
		}
	}
}

// Guards the reader's memory: empty frames cost little to send.
func TestAPacketIsBounded(t *testing.T) {
	if _, err := EncodePacket(DomainBatch, key(1), struct{}{}, make([][]byte, MaxItems+1)); !errors.Is(err, ErrMalformed) {
		t.Errorf("%d items are written: %v", MaxItems+1, err)
	}
	b := appendFrame(bytes.Clone(packetMagic), frameHeader, []byte("{}"))
	for range MaxItems {
		b = appendFrame(b, frameItem, nil)
	}
	signature := appendFrame(nil, frameSignature, make([]byte, 64))
	if p, err := DecodePacket(append(bytes.Clone(b), signature...)); err != nil || len(p.Items) != MaxItems {
		t.Errorf("the most items are not read: %v", err)
	}
	if _, err := DecodePacket(append(appendFrame(b, frameItem, nil), signature...)); !errors.Is(err, ErrMalformed) {
		t.Errorf("%d items are read: %v", MaxItems+1, err)
	}
	if _, err := EncodePacket(DomainBatch, key(1), struct{}{}, [][]byte{make([]byte, MaxPacket)}); !errors.Is(err, ErrMalformed) {
		t.Errorf("a packet too long is written: %v", err)
	}
	if _, err := EncodePacket(DomainBatch, key(1), strings.Repeat("x", MaxHeader), nil); !errors.Is(err, ErrMalformed) {
		t.Errorf("a header too long is written: %v", err)
	}
	if _, err := EncodePacket(DomainBatch, key(1), math.Inf(1), nil); err == nil {
		t.Error("a header that is no JSON is written")
	}
	if _, err := DecodePacket(make([]byte, MaxPacket+1)); !errors.Is(err, ErrMalformed) {
		t.Errorf("a packet too long is read: %v", err)
	}
}

// Guards the separation of purposes: a kiosk's batch is no delivery, and nobody
// else's either.
func TestAPacketHoldsUnderItsOwnDomainAndKeyAlone(t *testing.T) {
	p, err := DecodePacket(samplePacket(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Verify(DomainBatch, public(key(1))); err != nil {
		t.Error(err)
	}
	for name, err := range map[string]error{
		"another domain": p.Verify(DomainDelivery, public(key(1))),
		"another key":    p.Verify(DomainBatch, public(key(2))),
		"no key":         p.Verify(DomainBatch, nil),
		"a short key":    p.Verify(DomainBatch, public(key(1))[:31]),
		"a long key":     p.Verify(DomainBatch, append(bytes.Clone(public(key(1))), 0)),
	} {
		if !errors.Is(err, ErrSignature) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := (&Packet{}).Verify(DomainBatch, public(key(1))); !errors.Is(err, ErrSignature) {
		t.Errorf("an empty packet: %v", err)
	}
	if err := (&Packet{Header: []byte("{")}).ParseHeader(&BatchHeader{}); !errors.Is(err, ErrMalformed) {
		t.Errorf("half a header: %v", err)
	}
}

var domains = []Domain{DomainBatch, DomainReply, DomainDelivery, DomainPull, DomainWord, DomainDirectory, DomainEnrol}

func TestNoDomainIsThePrefixOfAnother(t *testing.T) {
	for i, a := range domains {
		for j, b := range domains {
			if i != j && bytes.HasPrefix(signedBytes(b, nil), signedBytes(a, nil)) {
				t.Errorf("what is signed for %q can be taken for %q", b, a)
			}
		}
	}
}

func TestAStatementReadsBackAsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		domain := rapid.SampledFrom(domains).Draw(t, "domain")
		word := Word{Municipality: rapid.String().Draw(t, "municipality"), Unit: "social", State: StateOpened, At: rapid.Int64().Draw(t, "at")}
		drawn(t, "item", word.Item[:])
		s, err := Sign(domain, key(1), word)
		if err != nil {
			t.Fatal(err)
		}
		b, err := s.Encode()
		if err != nil {
			t.Fatal(err)
		}
		read, err := DecodeStatement(b)
		if err != nil || !reflect.DeepEqual(read, s) {
			t.Fatalf("%+v is read as %+v, %v", s, read, err)
		}
		var got, peeked Word
		if err := errors.Join(read.Open(domain, public(key(1)), &got), read.Peek(&peeked)); err != nil {
			t.Fatal(err)
		}
		if want := rapidJSON(word); got != want || peeked != want {
			t.Fatalf("%+v is opened as %+v", word, got)
		}
		for _, other := range domains {
			if err := read.Open(other, public(key(1)), &got); other != domain && !errors.Is(err, ErrSignature) {
				t.Fatalf("signed for %q it opens for %q", domain, other)
			}
		}
		if err := read.Open(domain, public(key(2)), &got); !errors.Is(err, ErrSignature) {
			t.Fatalf("it opens with another key: %v", err)
		}
		flipped := Statement{Body: bytes.Clone(s.Body), Signature: s.Signature}
		flipped.Body[rapid.IntRange(0, len(s.Body)-1).Draw(t, "at byte")] ^= 1
		if err := flipped.Open(domain, public(key(1)), &got); !errors.Is(err, ErrSignature) {
			t.Fatalf("a changed body opens: %v", err)
		}
	})
}

// rapidJSON is what JSON leaves of a word: its strings as valid UTF-8.
func rapidJSON(w Word) Word {
	w.Municipality = strings.ToValidUTF8(w.Municipality, "\ufffd")
	return w
}

func TestWhatIsNoStatementIsRefused(t *testing.T) {
	s, err := Sign(DomainWord, key(1), Word{})
	if err != nil {
		t.Fatal(err)
	}
	good, err := s.Encode()
	if err != nil {
		t.Fatal(err)
	}
	for n := range good {
		if _, err := DecodeStatement(good[:n]); !errors.Is(err, ErrMalformed) {
			t.Fatalf("the first %d of %d bytes are read: %v", n, len(good), err)
		}
	}
	for _, bad := range []string{"", "null", "{}", "[]", `{"body":"e30=","signature":"AAAA"}`, `{"body":"","signature":"` + strings.Repeat("A", 86) + `=="}`,
		string(good) + "x", `{"body":"?"}`, "<html>sign in to the network</html>", strings.Repeat(" ", MaxPacket+1)} {
		if s, err := DecodeStatement([]byte(bad)); !errors.Is(err, ErrMalformed) || s.Body != nil {
			t.Errorf("%.40q is read: %v", bad, err)
		}
	}
	if _, err := Sign(DomainWord, key(1), math.NaN()); err == nil {
		t.Error("what is no JSON is signed")
	}
	signed := Statement{Body: []byte("{"), Signature: ed25519.Sign(key(1), signedBytes(DomainWord, []byte("{")))}
	if err := signed.Open(DomainWord, public(key(1)), &Word{}); !errors.Is(err, ErrMalformed) {
		t.Errorf("signed nonsense: %v", err)
	}
	if err := s.Open(DomainWord, nil, &Word{}); !errors.Is(err, ErrSignature) {
		t.Errorf("without a key: %v", err)
	}
}
