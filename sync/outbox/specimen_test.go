package outbox_test

import (
	"bytes"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chasqui/sync/outbox"
	"chasqui/sync/outbox/outboxtest"
	"chasqui/sync/wire"
)

var small = outbox.Options{Reserve: 1 << 20}

// specimen is an outbox's folder as it lies on the disk while it is open: items in
// tables, in the value log and in the memtable's log.
type specimen struct {
	dir   string
	saved map[wire.ID][]byte // encoded
	acked wire.ID            // an item that the hub has
}

func makeSpecimen(t *testing.T) *specimen {
	t.Helper()
	live := t.TempDir()
	s := &specimen{dir: t.TempDir(), saved: map[wire.ID][]byte{}}
	note := func(b *outbox.Badger) {
		pending, err := b.Pending(ctx, outbox.Want{})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range pending {
			s.saved[p.Header.ID] = p.Bytes
		}
	}
	b := mustOpen(t, live, small)
	for range 30 {
		outboxtest.Commit(t, b, outboxtest.Request(3000))
	}
	outboxtest.Commit(t, b, outboxtest.Request(90_000), outboxtest.Item(wire.KindCounts, 400))
	outboxtest.CommitChange(t, b, outboxtest.WithFile(40_000))
	note(b)
	closeNow(t, b) // what is there so far goes into a table
	b = mustOpen(t, live, small)
	for range 30 {
		outboxtest.Commit(t, b, outboxtest.Request(3000))
	}
	outboxtest.Commit(t, b, outboxtest.Request(80_000))
	acked := outboxtest.Request(2000)
	outboxtest.Commit(t, b, acked)
	note(b)
	outboxtest.Accept(t, b, acked.ID)
	s.acked = acked.ID
	outboxtest.Commit(t, b, outboxtest.Request(2000))
	note(b)
	copyFolder(t, live, s.dir)
	return s
}

func copyFolder(t testing.TB, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if e.IsDir() {
			return os.MkdirAll(filepath.Join(to, name), 0o700)
		}
		copySparse(t, path, filepath.Join(to, name))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// try copies the specimen, damages the copy, opens it, and checks that nothing is
// missing without an alarm, that no more is missing than allowed, and that the
// outbox works. It returns what is missing.
func (s *specimen) try(t *testing.T, what string, allowed int, damage func(dir string)) (missing int, alarm string) {
	t.Helper()
	dir := t.TempDir()
	copyFolder(t, s.dir, dir)
	damage(dir)
	b, err := outbox.Open(dir, small)
	if err != nil {
		t.Errorf("%s: it does not open: %v", what, err)
		return 0, ""
	}
	defer closeNow(t, b)
	pending, err := b.Pending(ctx, outbox.Want{})
	if err != nil {
		t.Errorf("%s: %v", what, err)
	}
	sendable := map[wire.ID]bool{}
	for _, p := range pending {
		if want, ok := s.saved[p.Header.ID]; !ok || !bytes.Equal(want, p.Bytes) {
			t.Errorf("%s: item %s comes out as it never was", what, p.Header.ID)
		}
		sendable[p.Header.ID] = true
	}
	for id := range s.saved {
		e, err := b.Get(ctx, id)
		switch {
		case errors.Is(err, outbox.ErrNotFound):
			missing++
		case err != nil:
			t.Errorf("%s: item %s: %v", what, id, err)
		case id == s.acked && e.State == wire.StateSaved:
			missing++ // it will be sent again, which harms nobody, but it is less
		case id != s.acked && !sendable[id] && e.State != wire.StatePutAside:
			t.Errorf("%s: item %s is %s and cannot be sent", what, id, e.State)
		}
	}
	sum, err := b.Summary(ctx)
	if err != nil {
		t.Errorf("%s: %v", what, err)
	}
	if missing > 0 && sum.Damage == "" {
		t.Errorf("%s: %d of %d are missing and nothing is said", what, missing, len(s.saved))
	}
	if missing > allowed {
		t.Errorf("%s: %d are missing, and %d could have been read: %s", what, missing, missing-allowed, sum.Damage)
	}
	if sum.Damage != "" && strings.Contains(sum.Damage, "damaged copy") {
		if _, err := os.Stat(filepath.Join(dir, "damaged-1", "note.txt")); err != nil {
			t.Errorf("%s: the damaged copy: %v", what, err)
		}
	}
	if _, err := b.Commit(ctx, outbox.Change{Items: []wire.Item{outboxtest.Request(100)}}); err != nil {
		t.Errorf("%s: it does not work on: %v", what, err)
	}
	return missing, sum.Damage
}

// flip flips one bit in a file, at an offset that is not in its empty tail nor in
// the head of a log, of which 12 bytes mean nothing without badger's encryption.
func flip(t testing.TB, path string) (at int64) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	used := len(bytes.TrimRight(b, "\x00"))
	head := 0
	if ext := filepath.Ext(path); ext == ".mem" || ext == ".vlog" {
		head = 20
	}
	at = int64(head + rand.IntN(max(used-head, 1)))
	b[at] ^= 1 << rand.IntN(8)
	f, err := os.OpenFile(path, os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt(b[at:at+1], at); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return at
}

// find returns the largest file of a kind.
func find(t testing.TB, dir, pattern string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || len(found) == 0 {
		t.Fatalf("no %s: %v", pattern, err)
	}
	best, used := "", -1
	for _, path := range found {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(bytes.TrimRight(b, "\x00")); n > used {
			best, used = path, n
		}
	}
	return best
}
