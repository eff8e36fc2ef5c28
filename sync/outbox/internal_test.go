package outbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dgraph-io/badger/v4"

	"chasqui/sync/wire"
)

var (
	sampleEpoch = wire.Epoch{1, 2, 3}
	sampleID    = wire.ID{4, 5, 6}
)

func sampleItem(t testing.TB) (wire.Item, itemRecord) {
	t.Helper()
	it := wire.Item{Header: wire.Header{ID: sampleID, Kiosk: "k", Epoch: sampleEpoch, Seq: 7, Kind: wire.KindRequest, Lane: wire.LaneRequest}, Body: []byte("body")}
	it.Digest = wire.DigestOf(it.Body)
	encoded, err := it.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return it, itemRecord{committed: 1234, digest: wire.DigestOf(encoded), chain: chainStart(sampleEpoch), encoded: encoded}
}

func TestRecordsComeBack(t *testing.T) {
	it, kept := sampleItem(t)
	r := record{step: 9, key: itemKey(sampleEpoch, 7), value: kept.encode()}
	b := append(r.encode(), "what follows"...)
	got, n, err := decodeRecord(b)
	if err != nil || n != len(b)-len("what follows") || got.step != 9 || got.key != r.key || !bytes.Equal(got.value, r.value) {
		t.Fatalf("record came back as %+v, %d, %v", got, n, err)
	}
	back, header, err := decodeItemRecord(got.value)
	if err != nil || back.committed != 1234 || back.chain != kept.chain || header.ID != it.ID || header.Seq != 7 {
		t.Errorf("item record came back as %+v, %v", back, err)
	}
	if epoch, seq, ok := placeOf(r.key); !ok || epoch != sampleEpoch || seq != 7 {
		t.Errorf("its place came back as %d of %s", seq, epoch)
	}
	m := mark{epoch: sampleEpoch, seq: 3, chain: kept.chain, step: 8, place: wire.DigestOf(nil)}
	if back, err := decodeMark(m.encode()); err != nil || back != m {
		t.Errorf("mark came back as %+v, %v", back, err)
	}
}

// Guards: the record's checksum over every byte of it.
func TestARecordWithAFlippedBitIsNotBelieved(t *testing.T) {
	_, kept := sampleItem(t)
	b := record{step: 9, key: itemKey(sampleEpoch, 7), value: kept.encode()}.encode()
	for bit := range 8 * len(b) {
		b[bit/8] ^= 1 << (bit % 8)
		if _, _, err := decodeRecord(b); !errors.Is(err, wire.ErrMalformed) {
			t.Fatalf("with bit %d flipped: %v", bit, err)
		}
		b[bit/8] ^= 1 << (bit % 8)
	}
}

// Guards: the two slots of the mark; with one, a write that is cut short would
// leave none.
func TestATornMarkLeavesTheOneBefore(t *testing.T) {
	dir := t.TempDir()
	f, err := openMark(dir, false, "box")
	if err != nil {
		t.Fatal(err)
	}
	for step := uint64(1); step <= 5; step++ {
		if err := f.write(mark{epoch: sampleEpoch, seq: step * 10, step: step}); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, markName)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if m, err := decodeMarks(b); err != nil || m.step != 5 || m.seq != 50 {
		t.Fatalf("the mark is %+v, %v", m, err)
	}
	for torn := range markLength { // the next write, of step 6, cut short after any byte
		next := mark{epoch: sampleEpoch, seq: 60, step: 6}.encode()
		cut := append(bytes.Clone(next[:torn]), b[torn:]...)
		if m, err := decodeMarks(cut); err != nil || m.step != 5 {
			t.Fatalf("torn after %d bytes the mark is %+v, %v", torn, m, err)
		}
	}
}

// failingShelf fails its writes as told.
type failingShelf struct {
	shelf
	err error
}

func (s *failingShelf) write(w writing) error {
	if s.err != nil {
		return s.err
	}
	return s.shelf.write(w)
}

// Guards: stopping after a failed sync; without it the next commit could report as
// durable what stands behind a hole.
func TestAFailedSyncStopsWriting(t *testing.T) {
	m := NewMemory(Options{})
	broken := &failingShelf{shelf: m.shelf}
	m.shelf = broken
	commit := func() error {
		it, _ := sampleItem(t)
		it.ID[15]++
		_, err := m.Commit(t.Context(), Change{Items: []wire.Item{it}})
		return err
	}
	broken.err = refused(badger.ErrTxnTooBig)
	if err := commit(); !errors.Is(err, ErrTooLarge) {
		t.Fatalf("too large: %v", err)
	}
	broken.err = errors.New("input/output error")
	if err := commit(); !errors.Is(err, ErrBroken) {
		t.Fatalf("a failed sync: %v, want ErrBroken", err)
	}
	broken.err = nil
	if err := commit(); !errors.Is(err, ErrBroken) {
		t.Errorf("after a failed sync: %v, want ErrBroken", err)
	}
	if s, err := m.Summary(t.Context()); err != nil || !strings.Contains(s.Damage, "input/output") || s.Unsent != 0 {
		t.Errorf("summary %+v, %v", s, err)
	}
}

// Guards: hearing of a failed sync of the value log, which badger only logs.
func TestAFailedSyncOfTheValueLogIsHeard(t *testing.T) {
	b, err := Open(t.TempDir(), Options{Reserve: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	}()
	it, _ := sampleItem(t)
	if _, err := b.Commit(t.Context(), Change{Items: []wire.Item{it}}); err != nil {
		t.Fatal(err)
	}
	b.shelf.(*badgerShelf).log.Errorf("Error while curlf sync: %v\n", "input/output error")
	it.ID[0]++
	if _, err := b.Commit(t.Context(), Change{Items: []wire.Item{it}}); !errors.Is(err, ErrBroken) {
		t.Errorf("commit: %v, want ErrBroken", err)
	}
}

// Guards: the options by which badger is durable and small; each is a line of the
// table in the design, and the defaults are the control.
func TestBadgerIsGivenEveryRemedy(t *testing.T) {
	o, d := badgerOptions("x", Options{}, &badgerLog{}), badger.DefaultOptions("x")
	if !o.SyncWrites || d.SyncWrites {
		t.Error("SyncWrites must be on, and is off by default")
	}
	if !o.VerifyValueChecksum || d.VerifyValueChecksum {
		t.Error("VerifyValueChecksum must be on, and is off by default")
	}
	if o.ChecksumVerificationMode == d.ChecksumVerificationMode {
		t.Error("tables must be verified, and are not by default")
	}
	if o.MemTableSize > 8<<20 || o.ValueLogFileSize > 16<<20 || o.BlockCacheSize != 0 || len(o.EncryptionKey) != 0 {
		t.Error("badger must be small and without its encryption")
	}
	if badgerOptions("x", Options{NoSync: true}, &badgerLog{}).SyncWrites {
		t.Error("NoSync must be the control")
	}
}

// The walk through a log must end where badger's own reading ends, or the check at
// open would be of another log.
func TestTheWalkEndsWhereBadgerEnds(t *testing.T) {
	dir := t.TempDir()
	db, err := badger.Open(badgerOptions(dir, Options{NoSync: true}, &badgerLog{log: (Options{}).withDefaults().Log}))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 50 {
		err := db.Update(func(txn *badger.Txn) error {
			return errors.Join(txn.Set([]byte{'a', byte(i)}, bytes.Repeat([]byte{byte(i)}, 10*i)), txn.Set([]byte{'b', byte(i)}, []byte("v")), txn.Delete([]byte{'c', byte(i)}))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(dir, "00001.mem")
	log, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	used := len(bytes.TrimRight(log, "\x00"))
	if end := walkLog(log); end < used || end > used+4 {
		t.Fatalf("the walk ends at %d of %d", end, used)
	}
	for at := logHead; at < used; at += 397 {
		bad := bytes.Clone(log)
		bad[at] ^= 4
		fresh := t.TempDir()
		if err := os.WriteFile(filepath.Join(fresh, "00001.mem"), bad, 0o600); err != nil {
			t.Fatal(err)
		}
		want := 0
		for i := range 50 { // count whole transactions before the walk's end by their bytes
			if n := bytes.Index(log, append([]byte{'b', byte(i)}, 0xff)); n >= 0 && n < walkLog(bad) {
				want++
			}
		}
		db, err := badger.Open(badgerOptions(fresh, Options{NoSync: true}, &badgerLog{log: (Options{}).withDefaults().Log}))
		if err != nil {
			t.Fatal(err)
		}
		got := 0
		err = db.View(func(txn *badger.Txn) error {
			it := txn.NewIterator(badger.IteratorOptions{Prefix: []byte("b")})
			defer it.Close()
			for it.Rewind(); it.Valid(); it.Next() {
				got++
			}
			return nil
		})
		if err := errors.Join(err, db.Close()); err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Fatalf("with byte %d bad badger shows %d transactions, the walk ends after %d", at, got, want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	_, kept := sampleItem(f)
	part := kept
	part.inFile = true
	for _, v := range []any{meta{Version: 1, Epoch: sampleEpoch}, standing{State: wire.StateSaved}, removal{ID: sampleID}, epochEnd{Last: 3, Missing: [][2]uint64{{1, 2}}}} {
		b, err := json.Marshal(v)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add(kept.encode())
	f.Add(part.encode())
	r := record{step: 9, key: itemKey(sampleEpoch, 7), value: kept.encode()}.encode()
	f.Add(append([]byte("before"), r...))
	f.Add(append(mark{epoch: sampleEpoch, step: 1}.encode(), make([]byte, slotLength)...))
	f.Add(append(make([]byte, logHead), 0x40, 0, 2, 1, 0, 'k', 'k', 'v'))
	f.Fuzz(func(t *testing.T, b []byte) {
		fail := func(err error) {
			if err != nil && !errors.Is(err, wire.ErrMalformed) {
				t.Errorf("an error of no kind: %v", err)
			}
		}
		_, n, err := decodeRecord(b)
		fail(err)
		if n > len(b) {
			t.Errorf("a record of %d in %d bytes", n, len(b))
		}
		_, err = decodeMeta(b)
		fail(err)
		_, _, err = decodeItemRecord(b)
		fail(err)
		_, err = decodeStanding(b)
		fail(err)
		_, err = decodeRemoval(b)
		fail(err)
		_, err = decodeEpochEnd(b)
		fail(err)
		_, err = decodeMarks(b)
		fail(err)
		if end := walkLog(b); end > len(b) {
			t.Errorf("the walk ends at %d of %d", end, len(b))
		}
		carve(b, func(at, n int, r record) {
			if at < 0 || at+n > len(b) || r.key == "" {
				t.Errorf("carved %d bytes at %d of %d", n, at, len(b))
			}
		})
		c := &contents{items: map[string]*loadedItem{}, removals: map[string]removal{}, standings: map[wire.ID]standing{}, ends: map[wire.Epoch]epochEnd{}}
		for _, key := range []string{keyMeta, itemKey(sampleEpoch, 7), removalKey(sampleEpoch, 7), stateKey(sampleID), epochKey(sampleEpoch), "s", "e", "i"} {
			fail(c.take(record{key: key, value: b}))
		}
	})
}
