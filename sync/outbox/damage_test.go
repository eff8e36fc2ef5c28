package outbox_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dgraph-io/badger/v4"

	"chasqui/sync/outbox"
	"chasqui/sync/outbox/outboxtest"
	"chasqui/sync/wire"
)

// Guards: the check at open: gapless seq, chain, mark, the walk through the files
// before badger sees them; without it a flipped bit in the memtable's log leaves
// fewer items and no word of it, which the control shows with badger alone.
func TestAFlippedBitIsNeverSilent(t *testing.T) {
	s := makeSpecimen(t)
	trials := 5
	if testing.Short() {
		trials = 3
	}
	for _, test := range []struct {
		file    string
		allowed int  // records that one flipped bit can take
		alarm   bool // that every flip must raise an alarm
	}{
		{"db/*.mem", 1, true},
		{"db/*.sst", 1, true},
		{"db/*.vlog", 1, true},
		{"db/MANIFEST", 0, false},    // an entry's length can point past the end, as after a crash
		{"db/KEYREGISTRY", 0, false}, // its IV means nothing without encryption
		{"db/DISCARD", 0, false},     // a hint for collecting garbage
		{"mark", 0, false},           // the other slot is one step older, which is right too
		{"files/*", 0, false},        // found when it is sent
	} {
		alarms := 0
		for range trials {
			var at int64
			_, alarm := s.try(t, "a bit flipped in "+test.file, test.allowed, func(dir string) { at = flip(t, find(t, dir, test.file)) })
			if alarm != "" {
				alarms++
			} else if test.alarm {
				t.Errorf("%s: no alarm for a flip at %d", test.file, at)
			}
		}
		t.Logf("%s: %d alarms in %d flips", test.file, alarms, trials)
	}
	t.Run("control", func(t *testing.T) {
		fewer := 0
		for range trials {
			dir := t.TempDir()
			copyFolder(t, s.dir, dir)
			flip(t, find(t, dir, "db/*.mem"))
			n, err := countWithBadgerAlone(filepath.Join(dir, "db"))
			if err == nil && n < len(s.saved) {
				fewer++
			}
		}
		t.Logf("badger alone shows fewer items and no error in %d of %d flips", fewer, trials)
		if fewer == 0 {
			t.Error("badger alone should have shown fewer")
		}
	})
}

func countWithBadgerAlone(dir string) (n int, err error) {
	db, err := badger.Open(badger.DefaultOptions(dir).WithLogger(nil).WithCompression(0).WithBlockCacheSize(0))
	if err != nil {
		return 0, err
	}
	err = db.View(func(txn *badger.Txn) error {
		it := txn.NewIterator(badger.IteratorOptions{Prefix: []byte("i")})
		defer it.Close()
		for it.Rewind(); it.Valid(); it.Next() {
			n++
		}
		return nil
	})
	return n, errors.Join(err, db.Close())
}

// Guards: as above, for files that are cut off or gone.
func TestFilesCutOffOrGoneAreNeverSilent(t *testing.T) {
	s := makeSpecimen(t)
	for _, pattern := range []string{"db/*.mem", "db/*.sst", "db/*.vlog", "db/MANIFEST", "db/KEYREGISTRY", "db/DISCARD", "mark"} {
		inTable := len(s.saved) // a file that is gone takes what is only there
		if strings.HasPrefix(pattern, "db/MANIFEST") || !strings.Contains(pattern, "*") {
			inTable = 0
		}
		s.try(t, pattern+" gone", inTable, func(dir string) {
			if err := os.Remove(find(t, dir, pattern)); err != nil {
				t.Fatal(err)
			}
		})
		s.try(t, pattern+" emptied", inTable, func(dir string) {
			if err := os.Truncate(find(t, dir, pattern), 0); err != nil {
				t.Fatal(err)
			}
		})
		s.try(t, pattern+" cut in the middle", inTable, func(dir string) {
			path := find(t, dir, pattern)
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.Truncate(path, int64(len(bytes.TrimRight(b, "\x00"))/2)); err != nil {
				t.Fatal(err)
			}
		})
	}
	_, alarm := s.try(t, "the whole database gone", len(s.saved), func(dir string) {
		if err := os.RemoveAll(filepath.Join(dir, "db")); err != nil {
			t.Fatal(err)
		}
	})
	if alarm == "" {
		t.Error("the whole database is gone and nothing is said")
	}
}

// Guards: the mark beside the database; without it a database that is whole in
// itself but older would pass.
func TestAnOlderDatabasePutBackIsNoticed(t *testing.T) {
	dir, older := t.TempDir(), t.TempDir()
	b := mustOpen(t, dir, small)
	outboxtest.Commit(t, b, outboxtest.Request(10))
	closeNow(t, b)
	copyFolder(t, filepath.Join(dir, "db"), older)
	b = mustOpen(t, dir, small)
	outboxtest.Commit(t, b, outboxtest.Request(10))
	closeNow(t, b)
	db := filepath.Join(dir, "db")
	if err := errors.Join(os.RemoveAll(db), os.Rename(older, db)); err != nil {
		t.Fatal(err)
	}
	b = mustOpen(t, dir, small)
	sum, err := b.Summary(ctx)
	if err != nil || !strings.Contains(sum.Damage, "items 2 to 2") || sum.Unsent != 1 {
		t.Errorf("damage %q with %d unsent, %v, want item 2 named and item 1 there", sum.Damage, sum.Unsent, err)
	}
}

func TestDamageIsSaidUntilItsFolderIsRemoved(t *testing.T) {
	s := makeSpecimen(t)
	dir := s.dir
	flip(t, find(t, dir, "db/*.sst"))
	for range 3 {
		b := mustOpen(t, dir, small)
		sum, err := b.Summary(ctx)
		if err != nil || !strings.Contains(sum.Damage, "damaged-1") {
			t.Fatalf("damage %q, %v", sum.Damage, err)
		}
		outboxtest.Commit(t, b, outboxtest.Request(10))
		closeNow(t, b)
	}
	// A second blow is a second folder.
	flip(t, find(t, dir, "db/*.sst"))
	b := mustOpen(t, dir, small)
	if sum, err := b.Summary(ctx); err != nil || !strings.Contains(sum.Damage, "damaged-2") {
		t.Errorf("after a second blow damage is %q, %v", sum.Damage, err)
	}
	closeNow(t, b)
	for n := range 2 {
		if err := os.RemoveAll(filepath.Join(dir, fmt.Sprintf("damaged-%d", n+1))); err != nil {
			t.Fatal(err)
		}
	}
	b = mustOpen(t, dir, small)
	if sum, err := b.Summary(ctx); err != nil || sum.Damage != "" {
		t.Errorf("after the folders are removed damage is %q, %v", sum.Damage, err)
	}
}

// Guards: the order of the steps of a rebuilding; a crash between its renames must
// be made good.
func TestARebuildingCutShortIsFinished(t *testing.T) {
	dir := t.TempDir()
	b := mustOpen(t, dir, small)
	outboxtest.Commit(t, b, outboxtest.Request(1000))
	before := snapshot(t, b)
	closeNow(t, b)
	db, fresh := filepath.Join(dir, "db"), filepath.Join(dir, "db.new")
	// The new one had not yet taken the place of the one moved aside.
	if err := os.Rename(db, fresh); err != nil {
		t.Fatal(err)
	}
	b = mustOpen(t, dir, small)
	if after := snapshot(t, b); after != before {
		t.Errorf("after finishing:\n%s\nwant:\n%s", after, before)
	}
	closeNow(t, b)
	// A new one that was not complete is thrown away with the next rebuilding.
	if err := os.MkdirAll(fresh, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(fresh, "00001.mem"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	flip(t, find(t, dir, "db/*.sst"))
	b = mustOpen(t, dir, small)
	if sum, err := b.Summary(ctx); err != nil || sum.Damage == "" {
		t.Errorf("damage %q, %v", sum.Damage, err)
	}
}

// Guards: one bad item stops nothing else.
func TestADamagedAttachmentIsPutAside(t *testing.T) {
	dir := t.TempDir()
	b := mustOpen(t, dir, small)
	good, bad := outboxtest.WithFile(70_000), outboxtest.WithFile(70_000)
	outboxtest.CommitChange(t, b, bad)
	outboxtest.CommitChange(t, b, good)
	path := filepath.Join(dir, "files", bad.Items[2].Part.File.String())
	f, err := os.OpenFile(path, os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt([]byte("x"), wire.PartSize+5); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if got := outboxtest.PendingIDs(t, b, outbox.Want{}); len(got) != 7 {
		t.Errorf("%d of 8 can be sent, want all but the damaged part", len(got))
	}
	if state, reason := outboxtest.State(t, b, bad.Items[2].ID); state != wire.StatePutAside || reason != wire.CodeDamaged {
		t.Errorf("the damaged part is %s (%s)", state, reason)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if got := outboxtest.PendingIDs(t, b, outbox.Want{}); len(got) != 5 {
		t.Errorf("%d can be sent, want 5: two requests and three parts", len(got))
	}
}
