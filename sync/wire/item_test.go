package wire

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// drawItem draws an item as an outbox commits one.
func drawItem(t *rapid.T) Item {
	var it Item
	drawn(t, "id", it.ID[:])
	drawn(t, "epoch", it.Epoch[:])
	it.ID[0] |= 1
	it.Epoch[0] |= 1
	word := rapid.StringMatching(`[a-z0-9/ñ<>&-]{1,20}`)
	it.Kiosk = word.Draw(t, "kiosk")
	it.Seq = rapid.Uint64Min(1).Draw(t, "seq")
	it.Kind = rapid.SampledFrom(Kinds()).Draw(t, "kind")
	it.Lane = it.Kind.Lane()
	it.Office = word.Draw(t, "office")
	it.Service, it.ServiceVersion = word.Draw(t, "service"), rapid.IntRange(0, 99).Draw(t, "version")
	it.Unit, it.Language = word.Draw(t, "unit"), word.Draw(t, "language")
	if rapid.Bool().Draw(t, "has folio") {
		it.Folio = drawFolio(t)
		it.CodeHash = rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "code hash")
	}
	it.Created = Clock{Wall: rapid.Int64().Draw(t, "wall"), Boot: word.Draw(t, "boot"), Mono: rapid.Int64().Draw(t, "mono"), Trusted: rapid.Bool().Draw(t, "trusted")}
	if it.Kind.Amends() {
		drawn(t, "parent", it.Parent[:])
	}
	if it.Kind == KindAttachment {
		drawn(t, "parent", it.Parent[:])
		of := rapid.IntRange(1, 200).Draw(t, "of")
		it.Part = &Part{Index: rapid.IntRange(0, of-1).Draw(t, "index"), Of: of, Size: rapid.Int64Min(0).Draw(t, "size")}
		drawn(t, "file", it.Part.File[:])
	}
	it.Body = rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "body")
	it.Digest = DigestOf(it.Body)
	return it
}

func encoded(t interface{ Fatal(...any) }, it Item) []byte {
	b, err := it.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAnItemReadsBackAsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		it := drawItem(t)
		b := encoded(t, it)
		read, err := DecodeItem(b)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(read.Header, it.Header) || !bytes.Equal(read.Body, it.Body) {
			t.Fatalf("%+v is read as %+v", it, read)
		}
		// Guards "a repetition is told from a conflict": the same item always has the
		// same bytes.
		if again := encoded(t, read); !bytes.Equal(again, b) {
			t.Fatalf("written again it is\n%q, was\n%q", again, b)
		}
	})
}

// Guards the office and the hub against a damaged disk: what is no longer what
// was committed is not read as something else.
func TestADamagedBodyIsRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		it := drawItem(t)
		it.Body = append(it.Body, 1)
		it.Digest = DigestOf(it.Body)
		b := encoded(t, it)
		at := len(b) - 1 - rapid.IntRange(0, len(it.Body)-1).Draw(t, "at")
		b[at] ^= byte(rapid.IntRange(1, 255).Draw(t, "flip"))
		if _, err := DecodeItem(b); !errors.Is(err, ErrMalformed) {
			t.Fatalf("a body damaged at %d is read: %v", at, err)
		}
	})
}

func TestATruncatedItemIsRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		it := drawItem(t)
		it.Body = append(it.Body, 1)
		it.Digest = DigestOf(it.Body)
		b := encoded(t, it)
		for n := range b {
			if _, err := DecodeItem(b[:n]); !errors.Is(err, ErrMalformed) {
				t.Fatalf("the first %d of %d bytes are read: %v", n, len(b), err)
			}
		}
		if _, err := DecodeItem(append(b, 0)); !errors.Is(err, ErrMalformed) {
			t.Fatalf("one byte too many is read: %v", err)
		}
	})
}

// sampleItem is a whole and valid one.
func sampleItem() Item {
	it := Item{Body: []byte("sealed")}
	it.Header = Header{
		ID: ID{1, 2, 3}, Kiosk: "kiosk-1", Epoch: Epoch{4, 5, 6}, Seq: 7, Lane: LaneRequest, Kind: KindRequest,
		Office: "CL/13/13101/centro", Service: "certificado-residencia", ServiceVersion: 1, Unit: "atencion", Language: "es",
		Folio: "K7M40291837W", CodeHash: bytes.Repeat([]byte{9}, 32),
		Created: Clock{Wall: 1795446245678, Boot: "b007", Mono: 12345, Trusted: true}, Digest: DigestOf(it.Body),
	}
	return it
}

func TestAnImpossibleItemIsRefused(t *testing.T) {
	if _, err := DecodeItem(encoded(t, sampleItem())); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Item){
		"no id":                 func(it *Item) { it.ID = ID{} },
		"no kiosk":              func(it *Item) { it.Kiosk = "" },
		"no epoch":              func(it *Item) { it.Epoch = Epoch{} },
		"no seq":                func(it *Item) { it.Seq = 0 },
		"another digest":        func(it *Item) { it.Digest[0] ^= 1 },
		"a part before the 1st": func(it *Item) { it.Part = &Part{Index: -1, Of: 1} },
		"a part after the last": func(it *Item) { it.Part = &Part{Index: 2, Of: 2} },
		"a part of none":        func(it *Item) { it.Part = &Part{Index: 0, Of: 0} },
		"a part of less":        func(it *Item) { it.Part = &Part{Index: 0, Of: 1, Size: -1} },
	} {
		t.Run(name, func(t *testing.T) {
			it := sampleItem()
			change(&it)
			if read, err := DecodeItem(encoded(t, it)); !errors.Is(err, ErrMalformed) {
				t.Errorf("read as %+v, %v", read, err)
			}
		})
	}
}

func TestAnItemTooLongIsNeitherWrittenNorRead(t *testing.T) {
	it := sampleItem()
	it.Body = make([]byte, MaxBody)
	it.Digest = DigestOf(it.Body)
	if _, err := DecodeItem(encoded(t, it)); err != nil {
		t.Errorf("the longest body: %v", err)
	}
	header, err := json.Marshal(it.Header)
	if err != nil {
		t.Fatal(err)
	}
	by := func(header, body []byte) []byte {
		return append(append(binary.BigEndian.AppendUint32(nil, uint32(len(header))), header...), body...)
	}
	if _, err := DecodeItem(by(header, make([]byte, MaxBody+1))); !errors.Is(err, ErrMalformed) {
		t.Errorf("a longer body: %v", err)
	}
	if _, err := DecodeItem(by(append(header, bytes.Repeat([]byte(" "), MaxHeader)...), nil)); !errors.Is(err, ErrMalformed) {
		t.Errorf("a longer header: %v", err)
	}
	if _, err := DecodeItem([]byte{0xff, 0xff, 0xff, 0xff, '{', '}'}); !errors.Is(err, ErrMalformed) {
		t.Errorf("a header of four gigabytes: %v", err)
	}
	it.Body = append(it.Body, 0)
	if _, err := it.Encode(); !errors.Is(err, ErrMalformed) {
		t.Errorf("a longer body is written: %v", err)
	}
	it = sampleItem()
	it.Office = strings.Repeat("x", MaxHeader)
	if _, err := it.Encode(); !errors.Is(err, ErrMalformed) {
		t.Errorf("a longer header is written: %v", err)
	}
}

func TestTheTablesOfWordsAreWhole(t *testing.T) {
	for _, s := range States() {
		if !s.Valid() {
			t.Errorf("state %s is not valid", s)
		}
		if s.Unsent() != (s == StateSaved || s == StateSending) {
			t.Errorf("state %s: unsent %v", s, s.Unsent())
		}
	}
	if State("lost").Valid() || State("").Valid() {
		t.Error("a word outside the table is valid")
	}
	// Guards promise 5, "every word about state is true": only an office may say
	// these, and no hub or kiosk in its place.
	for _, s := range []State{StateOpened, StateDecided, StateNeedsSomething, StateRefused} {
		if !s.FromOffice() {
			t.Errorf("%s is not an office's word", s)
		}
	}
	for _, s := range []State{StateSaved, StateSending, StateAtHub, StatePutAside, StateWithdrawn, "lost"} {
		if s.FromOffice() {
			t.Errorf("%s is an office's word", s)
		}
	}
	digital := map[Channel]bool{ChannelKiosk: true, ChannelAssisted: true, ChannelWeb: true}
	for _, c := range Channels() {
		if !c.Valid() || c.Digital() != digital[c] {
			t.Errorf("channel %s: valid %v, digital %v", c, c.Valid(), c.Digital())
		}
	}
	if Channel("tram").Valid() || Channel("tram").Digital() {
		t.Error("a channel outside the table is valid or digital")
	}
	for kind, want := range map[Kind]Lane{KindRequest: LaneRequest, KindAttachment: LaneAttachment, KindCounts: LaneCount, KindDecision: LaneCount,
		KindCorrection: LaneRequest, KindAddition: LaneRequest, KindWithdrawal: LaneState} {
		if !kind.Valid() || kind.Lane() != want {
			t.Errorf("kind %s: valid %v, lane %d", kind, kind.Valid(), kind.Lane())
		}
		if kind.Sealed() != (want != LaneCount) {
			t.Errorf("kind %s: sealed %v", kind, kind.Sealed())
		}
	}
	for _, kind := range Kinds() {
		if !kind.Valid() || kind.Amends() != slices.Contains(Amendments(), kind) {
			t.Errorf("kind %s: valid %v, amends %v", kind, kind.Valid(), kind.Amends())
		}
	}
	if Kind("letter").Valid() || Kind("letter").Sealed() || Kind("letter").Amends() {
		t.Error("an unknown kind is valid or sealed")
	}
}
