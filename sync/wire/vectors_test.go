package wire

import (
	"bytes"
	"encoding/hex"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the test vectors under testdata anew")

// vectors are whole messages made with the keys of this test: the seed of key(n)
// is 32 times the byte n.
func vectors(t *testing.T) map[string][]byte {
	t.Helper()
	part := sampleItem()
	part.ID, part.Kind, part.Lane, part.Seq = ID{2, 3, 4}, KindAttachment, LaneAttachment, 8
	part.Parent, part.Part = ID{1, 2, 3}, &Part{File: DigestOf([]byte("file")), Index: 1, Of: 2, Size: PartSize + 6}
	part.Folio, part.CodeHash = "", nil
	batch, err := EncodePacket(DomainBatch, key(1), sampleHeader(), [][]byte{encoded(t, sampleItem()), encoded(t, part)})
	if err != nil {
		t.Fatal(err)
	}
	delivery, err := EncodePacket(DomainDelivery, key(2), DeliveryHeader{Version: Version, Unit: "social", Nonce: bytes.Repeat([]byte{6}, 16), Numbers: []uint64{41}, Time: 1795446245678}, [][]byte{encoded(t, sampleItem())})
	if err != nil {
		t.Fatal(err)
	}
	word := signed(t, DomainWord, socialKey, sampleWord())
	directory := signed(t, DomainDirectory, rootKey, sampleDirectory())
	reply := signed(t, DomainReply, key(2), Reply{
		Version: Version, Batch: DigestOf(batch), Nonce: sampleHeader().Nonce, Time: 1795446245999, HighWater: 8, Cursor: 1, Public: "https://example.cl",
		Acks:  []Ack{{ID: ID{1, 2, 3}, Verdict: VerdictAccepted}, {ID: ID{2, 3, 4}, Verdict: VerdictRejected, Code: CodeUnknownUnit}},
		Words: []Statement{word}, Directory: &directory,
	})
	amendment := func(kind Kind, n byte) []byte {
		it := sampleItem()
		it.ID, it.Kind, it.Lane, it.Seq, it.Parent = ID{3, 4, n}, kind, kind.Lane(), 8+uint64(n), ID{1, 2, 3}
		return encoded(t, it)
	}
	out := map[string][]byte{"correction": amendment(KindCorrection, 1), "addition": amendment(KindAddition, 2), "withdrawal": amendment(KindWithdrawal, 3),
		"batch": batch, "delivery": delivery, "item": encoded(t, sampleItem())}
	for name, s := range map[string]Statement{"word": word, "directory": directory, "reply": reply} {
		b, err := s.Encode()
		if err != nil {
			t.Fatal(err)
		}
		out[name] = b
	}
	return out
}

func sampleHeader() BatchHeader {
	return BatchHeader{
		Version: Version, Kiosk: "kiosk-1", Epoch: Epoch{4, 5, 6}, Nonce: bytes.Repeat([]byte{5}, 16),
		Clock: Clock{Wall: 1795446245678, Boot: "b007", Mono: 12345, Trusted: true}, Cursor: 17, Directory: 3,
		Health: Health{Program: "1.0", Unsent: 2, PutAside: 1, OldestMS: 60_000, FreeBytes: 1 << 33},
	}
}

// Guards kiosks in the field: an old kiosk and a new hub must go on understanding
// each other, so the bytes of version 1 never change. When a version 2 comes its
// vectors are added and these stay.
func TestTheBytesOfVersionOneStayAsTheyAre(t *testing.T) {
	for name, b := range vectors(t) {
		path := filepath.Join("testdata", "v1-"+name+".hex")
		if *update {
			if err := os.MkdirAll("testdata", 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(fold(hex.EncodeToString(b))), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if want := vector(t, name); !bytes.Equal(b, want) {
			t.Errorf("%s: the bytes are now\n%q\nand were\n%q", name, b, want)
		}
	}
}

// The vectors are read as anybody else would read them: from the file alone.
func TestTheBytesOfVersionOneAreRead(t *testing.T) {
	batch, err := DecodePacket(vector(t, "batch"))
	if err != nil {
		t.Fatal(err)
	}
	var header BatchHeader
	if err := errors.Join(batch.Verify(DomainBatch, public(key(1))), batch.ParseHeader(&header)); err != nil || !reflect.DeepEqual(header, sampleHeader()) {
		t.Errorf("header %+v, %v", header, err)
	}
	if len(batch.Items) != 2 || !bytes.Equal(batch.Items[0], vector(t, "item")) {
		t.Fatalf("%d items", len(batch.Items))
	}
	part, err := DecodeItem(batch.Items[1])
	if err != nil || part.Part == nil || part.Part.Size != PartSize+6 || part.Parent != (ID{1, 2, 3}) || string(part.Body) != "sealed" {
		t.Errorf("part %+v, %v", part, err)
	}
	for _, kind := range Amendments() {
		it, err := DecodeItem(vector(t, string(kind)))
		if err != nil || it.Kind != kind || it.Lane != kind.Lane() || it.Parent != (ID{1, 2, 3}) || it.Folio != sampleItem().Folio || string(it.Body) != "sealed" {
			t.Errorf("%s %+v, %v", kind, it, err)
		}
	}
	delivery, err := DecodePacket(vector(t, "delivery"))
	if err != nil || delivery.Verify(DomainDelivery, public(key(2))) != nil || len(delivery.Items) != 1 {
		t.Errorf("delivery %+v, %v", delivery, err)
	}
	statement, err := DecodeStatement(vector(t, "reply"))
	if err != nil {
		t.Fatal(err)
	}
	var reply Reply
	if err := statement.Open(DomainReply, public(key(2)), &reply); err != nil || reply.Batch != DigestOf(vector(t, "batch")) || len(reply.Acks) != 2 || reply.Acks[1].Code != CodeUnknownUnit {
		t.Fatalf("reply %+v, %v", reply, err)
	}
	directory, err := OpenDirectory(*reply.Directory, public(rootKey))
	if err != nil {
		t.Fatal(err)
	}
	if word, err := directory.OpenWord(reply.Words[0]); err != nil || word != sampleWord() {
		t.Errorf("word %+v, %v", word, err)
	}
}

// vector reads a vector from its file.
func vector(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "v1-"+name+".hex"))
	if err != nil {
		t.Fatalf("%v; go test ./sync/wire -update writes it", err)
	}
	b, err := hex.DecodeString(strings.Join(strings.Fields(string(text)), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// fold breaks hex into lines of 32 bytes.
func fold(digits string) string {
	var out strings.Builder
	for len(digits) > 64 {
		out.WriteString(digits[:64] + "\n")
		digits = digits[64:]
	}
	return out.String() + digits + "\n"
}
