package seal

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"chasqui/sync/wire"
)

func mustKeys(t testing.TB, unit, role string) *Keys {
	t.Helper()
	k, err := GenerateKeys(unit, "Oficina de "+unit, role)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// office is a unit's key, its recovery key and somebody else's, made once.
var office = sync.OnceValue(func() (o struct{ unit, recovery, other *Keys }) {
	for k, role := range map[**Keys]string{&o.unit: wire.RoleUnit, &o.recovery: wire.RoleRecovery, &o.other: wire.RoleUnit} {
		var err error
		if *k, err = GenerateKeys("atencion", "Oficina de Informaciones", role); err != nil {
			panic(err)
		}
	}
	return o
})

func recipients() []wire.Recipient {
	return []wire.Recipient{office().unit.Recipient(), office().recovery.Recipient()}
}

var sample = About{ID: wire.ID{1, 2, 3}, Service: "certificado-residencia", ServiceVersion: 1}

func mustEnvelope(t testing.TB, about About) *Envelope {
	t.Helper()
	e, err := NewEnvelope(about, recipients())
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func mustSeal(t testing.TB, plaintext []byte) []byte {
	t.Helper()
	body, err := mustEnvelope(t, sample).Seal(plaintext)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func TestWhatIsSealedOpensWithEitherKey(t *testing.T) {
	unit, recovery := office().unit, office().recovery
	rapid.Check(t, func(rt *rapid.T) {
		var id wire.ID
		copy(id[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(rt, "id"))
		id[0] |= 1
		about := About{ID: id, Service: rapid.StringMatching(`[a-z-]{1,40}`).Draw(rt, "service"), ServiceVersion: rapid.IntRange(1, 1000).Draw(rt, "version")}
		plaintext := rapid.OneOf(rapid.SliceOfN(rapid.Byte(), 0, 6000), rapid.Map(rapid.StringN(0, 3000, -1), func(s string) []byte { return []byte(s) })).Draw(rt, "plaintext")
		file := rapid.SliceOfN(rapid.Byte(), 0, 9000).Draw(rt, "file")
		e, err := NewEnvelope(about, recipients())
		if err != nil {
			rt.Fatal(err)
		}
		sealedFile, err := e.SealFile("foto", file)
		if err != nil {
			rt.Fatal(err)
		}
		body, err := e.Seal(plaintext)
		if err != nil {
			rt.Fatal(err)
		}
		for _, keys := range [][]*Keys{{unit}, {recovery}, {office().other, recovery}} {
			o, err := Open(body, about, keys...)
			if err != nil {
				rt.Fatal(err)
			}
			if !bytes.Equal(o.Plaintext, plaintext) {
				rt.Fatalf("opened %d bytes, sealed %d", len(o.Plaintext), len(plaintext))
			}
			content, err := o.OpenFile("foto", sealedFile)
			if err != nil || !bytes.Equal(content, file) {
				rt.Fatalf("the file came back as %d bytes of %d: %v", len(content), len(file), err)
			}
			if _, err := o.OpenFile("otra", sealedFile); !errors.Is(err, ErrOpen) {
				rt.Fatalf("the file opened under another field: %v", err)
			}
		}
	})
}

func TestNobodyElseOpens(t *testing.T) {
	body := mustSeal(t, []byte("secreto"))
	if _, err := Open(body, sample, office().other); !errors.Is(err, ErrNotForKeys) {
		t.Errorf("another key: %v, want ErrNotForKeys", err)
	}
	if _, err := Open(body, sample); !errors.Is(err, ErrNotForKeys) {
		t.Errorf("no key: %v, want ErrNotForKeys", err)
	}
	// Somebody who rewrites the hint to his own key still has no content key.
	forged := slices.Clone(body)
	copy(forged[wrapsAt:], keyHint(office().other.public))
	if _, err := Open(forged, sample, office().other); !errors.Is(err, ErrOpen) {
		t.Errorf("a forged hint: %v, want ErrOpen", err)
	}
}

// Guards: id, service and version in the additional data; without it a body could
// be moved to another item.
func TestABodyBelongsToOneItem(t *testing.T) {
	body := mustSeal(t, []byte("x"))
	for name, about := range map[string]About{
		"another id":      {ID: wire.ID{9}, Service: sample.Service, ServiceVersion: sample.ServiceVersion},
		"another service": {ID: sample.ID, Service: "aviso-via-publica", ServiceVersion: sample.ServiceVersion},
		"another version": {ID: sample.ID, Service: sample.Service, ServiceVersion: 2},
	} {
		if _, err := Open(body, about, office().unit); !errors.Is(err, ErrOpen) {
			t.Errorf("%s: %v, want ErrOpen", name, err)
		}
	}
}

// Guards: the authentication of every part of a body, wraps of other recipients
// included; without the hash of all wraps a flip in the recovery key's wrap would
// go unseen by the unit.
func TestEveryFlippedByteIsRefused(t *testing.T) {
	e := mustEnvelope(t, sample)
	file, err := e.SealFile("foto", []byte("una foto"))
	if err != nil {
		t.Fatal(err)
	}
	body, err := e.Seal([]byte(`{"nombre":"x"}`))
	if err != nil {
		t.Fatal(err)
	}
	step := 1
	if testing.Short() {
		step = 13
	}
	for at := 0; at < len(body); at += step {
		flipped := slices.Clone(body)
		flipped[at] ^= 1 << (at % 8)
		if _, err := Open(flipped, sample, office().unit); err == nil {
			t.Fatalf("opened with byte %d flipped", at)
		}
	}
	for _, n := range []int{0, 3, 5, 100, len(body) - 1024, len(body) - 1} {
		if _, err := Open(body[:n], sample, office().unit); err == nil {
			t.Errorf("opened when cut to %d bytes", n)
		}
	}
	o, err := Open(body, sample, office().unit)
	if err != nil {
		t.Fatal(err)
	}
	for at := range file {
		flipped := slices.Clone(file)
		flipped[at] ^= 1 << (at % 8)
		if _, err := o.OpenFile("foto", flipped); err == nil {
			t.Fatalf("the file opened with byte %d flipped", at)
		}
	}
}

// Guards: the hash of all wraps; without it wraps could be exchanged, dropped or
// put in another order.
func TestSwappedWrapsAreRefused(t *testing.T) {
	a, b := mustSeal(t, []byte("uno")), mustSeal(t, []byte("dos"))
	wrap := func(body []byte, n int) []byte { return body[wrapsAt+n*wrapLength : wrapsAt+(n+1)*wrapLength] }

	swapped := slices.Clone(a)
	copy(wrap(swapped, 0), wrap(a, 1))
	copy(wrap(swapped, 1), wrap(a, 0))
	foreign := slices.Clone(a)
	copy(wrap(foreign, 1), wrap(b, 1))
	for name, body := range map[string][]byte{"in another order": swapped, "another body's recovery wrap": foreign} {
		if _, err := Open(body, sample, office().unit); !errors.Is(err, ErrOpen) {
			t.Errorf("%s: %v, want ErrOpen", name, err)
		}
	}
	// Control: the wraps themselves are good, so only the binding refuses them.
	p, err := parseBody(swapped)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := p.unwrap(sample.context(), []*Keys{office().unit}); err != nil {
		t.Errorf("control: the swapped wrap should still give the content key: %v", err)
	}
}

// Guards: the commitment to the content key; without it a body could be made that
// two recipients open to two contents. The control builds a body whose second wrap
// holds another key and is consistent in all else.
func TestRecipientsCannotBeGivenDifferentKeys(t *testing.T) {
	e := mustEnvelope(t, sample)
	other := make([]byte, keyLength)
	rand.Read(other)
	wrap, err := wrapKey(office().recovery.public, e.context, other)
	if err != nil {
		t.Fatal(err)
	}
	copy(e.head[wrapsAt+wrapLength:], wrap)
	body, err := e.Seal([]byte("para la unidad"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(body, sample, office().unit); err != nil {
		t.Fatalf("control: the unit should open it: %v", err)
	}
	_, err = Open(body, sample, office().recovery)
	if !errors.Is(err, ErrOpen) || !strings.Contains(err.Error(), "commitment") {
		t.Errorf("the recovery key: %v, want a refusal for the commitment", err)
	}
}

func TestALengthTellsItsClassOnly(t *testing.T) {
	overhead := len(mustSeal(t, nil)) - SizeClasses[0]
	rapid.Check(t, func(rt *rapid.T) {
		// Random bytes do not compress, so the plaintext's length decides.
		plaintext := make([]byte, rapid.IntRange(0, 40_000).Draw(rt, "length"))
		rand.Read(plaintext)
		body := mustSeal(t, plaintext)
		if !slices.Contains(SizeClasses, len(body)-overhead) {
			rt.Fatalf("%d bytes made a body of %d, of no class", len(plaintext), len(body))
		}
	})
	lengths := map[int]bool{}
	for n := range 50 {
		lengths[len(mustSeal(t, bytes.Repeat([]byte("á"), n*7)))] = true
	}
	if len(lengths) != 1 {
		t.Errorf("50 short requests have %d lengths, want 1", len(lengths))
	}
	e := mustEnvelope(t, sample)
	short, err := e.SealFile("foto", []byte("a"))
	if err != nil {
		t.Fatal(err)
	}
	long, err := e.SealFile("foto", make([]byte, fileBlock-8))
	if err != nil {
		t.Fatal(err)
	}
	if len(short) != len(long) {
		t.Errorf("files of 1 and %d bytes have lengths %d and %d", fileBlock-8, len(short), len(long))
	}
}

// Guards: sealing itself. The control looks for the same words in the padded
// content before encryption.
func TestNothingReadableIsLeft(t *testing.T) {
	canary := "CANARIO-Ñandú-7319"
	plaintext := []byte(`{"version":1,"nombre":"` + canary + `","direccion":"Avenida Siempre Viva 742"}`)
	e := mustEnvelope(t, sample)
	file, err := e.SealFile("foto", []byte(canary))
	if err != nil {
		t.Fatal(err)
	}
	body, err := e.Seal(plaintext)
	if err != nil {
		t.Fatal(err)
	}
	padded, err := pack(plaintext)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(padded, []byte(canary[:8])) {
		t.Error("control: the canary should be readable before encryption")
	}
	for n := 0; n+4 <= len(canary); n++ {
		piece := []byte(canary[n : n+4])
		if bytes.Contains(body, piece) || bytes.Contains(file, piece) {
			t.Errorf("found %q in what was sealed", piece)
		}
	}
	if bytes.Contains(body, e.key) || bytes.Contains(file, e.key) {
		t.Error("found the content key in what was sealed")
	}
	if bytes.Equal(mustSeal(t, plaintext), mustSeal(t, plaintext)) {
		t.Error("sealing twice gave the same bytes")
	}
}

func TestEnvelopesNeedAUnitAndARecoveryKey(t *testing.T) {
	unit, recovery := office().unit.Recipient(), office().recovery.Recipient()
	wrongID, badKey := unit, unit
	wrongID.ID = "0000000000000000"
	badKey.Key = []byte("too short")
	badKey.ID = wire.KeyID(badKey.Key)
	for name, list := range map[string][]wire.Recipient{
		"nobody":            nil,
		"one":               {unit},
		"no recovery key":   {unit, office().other.Recipient()},
		"no unit key":       {recovery},
		"the same twice":    {unit, recovery, unit},
		"id does not match": {wrongID, recovery},
		"not a key":         {badKey, recovery},
		"too many":          slices.Repeat([]wire.Recipient{unit, recovery}, MaxRecipients),
	} {
		if _, err := NewEnvelope(sample, list); !errors.Is(err, ErrRecipients) {
			t.Errorf("%s: %v, want ErrRecipients", name, err)
		}
	}
	for name, about := range map[string]About{
		"no id": {Service: "x", ServiceVersion: 1}, "no service": {ID: wire.ID{1}, ServiceVersion: 1}, "no version": {ID: wire.ID{1}, Service: "x"},
	} {
		if _, err := NewEnvelope(about, recipients()); !errors.Is(err, wire.ErrMalformed) {
			t.Errorf("%s: %v, want ErrMalformed", name, err)
		}
	}
	e := mustEnvelope(t, sample)
	if _, err := e.Seal([]byte("uno")); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Seal([]byte("dos")); err == nil {
		t.Error("an envelope sealed two requests")
	}
}

func TestWhatIsTooLargeIsRefused(t *testing.T) {
	noise := make([]byte, SizeClasses[len(SizeClasses)-1])
	rand.Read(noise)
	for name, plaintext := range map[string][]byte{"incompressible": noise, "over the bound": make([]byte, MaxPlaintext+1)} {
		if _, err := mustEnvelope(t, sample).Seal(plaintext); !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s: %v, want ErrTooLarge", name, err)
		}
	}
	if _, err := mustEnvelope(t, sample).SealFile("foto", make([]byte, MaxFile+1)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("file: %v, want ErrTooLarge", err)
	}
	largest := len(mustSeal(t, noise[:len(noise)-64]))
	if largest > wire.MaxBody {
		t.Errorf("the largest body has %d bytes and an item takes %d", largest, wire.MaxBody)
	}
}

// Guards: the bound on decompression; without it a small frame that claims to hold
// much would fill the memory of the office.
func TestDecompressionIsBounded(t *testing.T) {
	enc, err := newEncoder()
	if err != nil {
		t.Fatal(err)
	}
	bomb := enc.EncodeAll(make([]byte, 64<<20), nil)
	for name, claimed := range map[string]uint32{"claims little": 10, "claims the bound": MaxPlaintext} {
		padded := make([]byte, SizeClasses[len(SizeClasses)-1])
		padded[0] = dictionaryID
		binary.BigEndian.PutUint32(padded[1:], claimed)
		binary.BigEndian.PutUint32(padded[5:], uint32(len(bomb)))
		copy(padded[packHead:], bomb)
		if _, err := unpack(padded); !errors.Is(err, wire.ErrMalformed) {
			t.Errorf("%s: %v, want ErrMalformed", name, err)
		}
	}
	if _, err := pack(make([]byte, MaxPlaintext)); err != nil {
		t.Errorf("control: zeros up to the bound should pack: %v", err)
	}
}

// Guards: the dictionary of version 1, for ever; a change to it would make what
// kiosks sealed before unreadable.
func TestTheDictionaryNeverChanges(t *testing.T) {
	const want = "dc9c50649b6f9baf384196b4ca3ba141b9ff2264091694354fbc71d1f0436e2b"
	if got := wire.DigestOf(dictionary1).String(); got != want {
		t.Errorf("dictionary 1 has digest %s, want %s: give a new one a new id", got, want)
	}
	frame := []byte(`{"version":1,"service":"certificado-residencia","answers":[{"question":"nombre","type":"text","label":"¿Cuál es su nombre completo?","shown":"X","value":{"text":"X"}}]}`)
	padded, err := pack(frame)
	if err != nil {
		t.Fatal(err)
	}
	if n := binary.BigEndian.Uint32(padded[5:]); int(n) > len(frame)/2 {
		t.Errorf("a typical request of %d bytes takes %d with the dictionary", len(frame), n)
	}
}
