package outbox_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"chasqui/sync/outbox"
	"chasqui/sync/outbox/outboxtest"
	"chasqui/sync/wire"
)

// snapshot is everything that an outbox says of itself, to compare.
func snapshot(t testing.TB, o outbox.Outbox) string {
	t.Helper()
	var out strings.Builder
	entries, err := o.Entries(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		fmt.Fprintf(&out, "%s seq %d of %s: %s %q changed %s\n", e.Header.ID, e.Header.Seq, e.Header.Epoch, e.State, e.Reason, e.Changed)
	}
	pending, err := o.Pending(ctx, outbox.Want{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pending {
		fmt.Fprintf(&out, "pending %s\n", wire.DigestOf(p.Bytes))
	}
	s, err := o.Summary(ctx)
	if err != nil {
		t.Fatal(err)
	}
	cursor, err := o.Cursor(ctx)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&out, "unsent %d/%d aside %d oldest %s epoch %s seq %d cursor %d damage %q", s.UnsentRequests, s.Unsent, s.PutAside, s.Oldest, s.Epoch, s.Seq, cursor, s.Damage)
	return out.String()
}

// closeNow closes before the test's end.
func closeNow(t testing.TB, b *outbox.Badger) {
	t.Helper()
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
}

// fill puts a bit of everything into an outbox.
func fill(t testing.TB, o outbox.Outbox) (all []wire.ID) {
	t.Helper()
	for i := range 20 {
		c := outboxtest.WithFile(40_000 + i)
		c.Memos = map[string][]byte{"book": []byte(fmt.Sprint(i))}
		for _, h := range outboxtest.CommitChange(t, o, c) {
			all = append(all, h.ID)
		}
		count := outboxtest.Item(wire.KindCounts, 500)
		big := outboxtest.Request(100_000) // long enough for the value log
		outboxtest.Commit(t, o, count, big)
		all = append(all, count.ID, big.ID)
		switch i % 4 {
		case 1:
			outboxtest.Accept(t, o, c.Items[0].ID)
		case 2:
			if err := o.PutAside(ctx, count.ID, wire.CodeTooLarge); err != nil {
				t.Fatal(err)
			}
		case 3:
			if err := o.Apply(ctx, outbox.Effects{Cursor: uint64(i), Words: []wire.Word{{Item: big.ID, State: wire.StateOpened, At: 5}}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	return all
}

func TestEverythingIsThereAfterReopening(t *testing.T) {
	dir := t.TempDir()
	b := mustOpen(t, dir, outbox.Options{})
	all := fill(t, b)
	before := snapshot(t, b)
	for range 3 {
		closeNow(t, b)
		b = mustOpen(t, dir, outbox.Options{})
		if after := snapshot(t, b); after != before {
			t.Fatalf("after reopening:\n%s\nbefore:\n%s", after, before)
		}
	}
	if memo, err := b.Memo(ctx, "book"); err != nil || string(memo) != "19" {
		t.Errorf("memo %q, %v", memo, err)
	}
	outboxtest.Accept(t, b, all...)
	removed, err := b.Prune(ctx, time.Now().Add(outbox.Grace+time.Hour))
	if err != nil || len(removed) != len(all) {
		t.Fatalf("pruned %d of %d, %v", len(removed), len(all), err)
	}
	closeNow(t, b)
	// A file without an item is what a crash before the transaction leaves.
	orphan := filepath.Join(dir, "files", strings.Repeat("ab", 32))
	if err := os.WriteFile(orphan, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	b = mustOpen(t, dir, outbox.Options{})
	if entries, err := b.Entries(ctx); err != nil || len(entries) != 0 {
		t.Errorf("%d entries are left, %v", len(entries), err)
	}
	if left, err := os.ReadDir(filepath.Join(dir, "files")); err != nil || len(left) != 0 {
		t.Errorf("%d files are left, %v", len(left), err)
	}
	if s, err := b.Summary(ctx); err != nil || s.Damage != "" || s.Seq != uint64(len(all)) {
		t.Errorf("after pruning and reopening: %+v, %v", s, err)
	}
}

func TestOpeningTwiceIsAClearError(t *testing.T) {
	dir := t.TempDir()
	b := mustOpen(t, dir, outbox.Options{})
	if _, err := outbox.Open(dir, outbox.Options{}); !errors.Is(err, outbox.ErrLocked) || !strings.Contains(err.Error(), dir) {
		t.Errorf("the second open: %v, want ErrLocked that names the folder", err)
	}
	outboxtest.Commit(t, b, outboxtest.Request(10)) // the first goes on
	closeNow(t, b)
	mustOpen(t, dir, outbox.Options{})
}

// Guards: the inode and the place in the mark; without them a clone would give
// other items numbers that the hub already knows.
func TestACopyBeginsANewEpoch(t *testing.T) {
	dir, clone := t.TempDir(), t.TempDir()
	b := mustOpen(t, dir, outbox.Options{Place: "box 1"})
	waiting := outboxtest.Commit(t, b, outboxtest.Request(100))[0]
	epoch := b.Epoch()
	closeNow(t, b)

	b = mustOpen(t, dir, outbox.Options{Place: "box 1"})
	if b.Epoch() != epoch {
		t.Error("the same box began a new epoch")
	}
	closeNow(t, b)
	told := func() *outbox.Badger {
		// A clone of the whole disk looks the same: only the hub can tell.
		b := mustOpen(t, dir, outbox.Options{Place: "box 1"})
		if b.Epoch() != epoch {
			t.Error("the same box began a new epoch")
		}
		if err := b.StartEpoch(ctx); err != nil {
			t.Fatal(err)
		}
		return b
	}
	known := map[wire.Epoch]bool{epoch: true}
	for n, test := range []struct {
		name string
		open func() *outbox.Badger
	}{
		{"told by somebody else", told},
		{"a disk in another box", func() *outbox.Badger { return mustOpen(t, dir, outbox.Options{Place: "box 2"}) }},
		{"a copied folder", func() *outbox.Badger {
			if err := os.CopyFS(filepath.Join(clone, "outbox"), os.DirFS(dir)); err != nil {
				t.Fatal(err)
			}
			return mustOpen(t, filepath.Join(clone, "outbox"), outbox.Options{Place: "box 2"})
		}},
	} {
		b := test.open()
		if known[b.Epoch()] {
			t.Errorf("%s: the epoch %s was there before", test.name, b.Epoch())
		}
		known[b.Epoch()] = true
		h := outboxtest.Commit(t, b, outboxtest.Request(10))[0]
		if h.Seq != 1 || h.Epoch != b.Epoch() {
			t.Errorf("%s: the next item is %d of %s", test.name, h.Seq, h.Epoch)
		}
		pending, err := b.Pending(ctx, outbox.Want{})
		if err != nil || len(pending) != n+2 || pending[0].Header.Seq != 1 || pending[0].Header.Epoch != waiting.Epoch {
			t.Errorf("%s: %d wait, %v", test.name, len(pending), err)
		}
		if s, err := b.Summary(ctx); err != nil || s.Damage != "" {
			t.Errorf("%s: damage %q, %v", test.name, s.Damage, err)
		}
		closeNow(t, b)
	}
}

// Guards: that the mark is written after the transaction, and only then believed;
// a crash in between is no damage, and neither is one in the very first opening.
func TestACrashBeforeTheMarkIsNoDamage(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "mark")
	restore := func(b []byte) { // in place: another inode would be a copied folder
		f, err := os.OpenFile(path, os.O_WRONLY, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteAt(b, 0); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	b := mustOpen(t, dir, outbox.Options{})
	first := b.Epoch()
	closeNow(t, b)
	restore(make([]byte, 8192)) // the first transaction, and no mark yet
	b = mustOpen(t, dir, outbox.Options{})
	if s, err := b.Summary(ctx); err != nil || s.Damage != "" || s.Epoch != first {
		t.Errorf("after the first crash: %+v, %v", s, err)
	}
	one, two := outboxtest.Request(10), outboxtest.Request(10)
	outboxtest.Commit(t, b, one)
	old, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	outboxtest.Commit(t, b, two)
	before := snapshot(t, b)
	closeNow(t, b)
	restore(old)
	b = mustOpen(t, dir, outbox.Options{})
	if after := snapshot(t, b); after != before {
		t.Errorf("after the crash:\n%s\nwant:\n%s", after, before)
	}
	closeNow(t, b)
	if now, err := os.ReadFile(path); err != nil || bytes.Equal(now, old) {
		t.Errorf("opening did not bring the mark up to the database: %v", err)
	}
}

// Guards: the free-space check before each write and the ballast; without them a
// full disk ends the process by SIGBUS.
func TestAFullDiskRefusesNewItemsAndGoesOnSending(t *testing.T) {
	const reserve = 1 << 20
	dir := t.TempDir()
	var free uint64 = 10 << 20
	// The ballast's room comes back when its file is deleted, as on a real disk.
	space := func(string) (uint64, error) {
		if _, err := os.Stat(filepath.Join(dir, "ballast")); err == nil {
			return free, nil
		}
		return free + reserve/2, nil
	}
	o := outbox.Options{Reserve: reserve, FreeSpace: space}
	b := mustOpen(t, dir, o)
	one, two := outboxtest.Request(1000), outboxtest.Request(1000)
	outboxtest.Commit(t, b, one, two)
	before := snapshot(t, b)

	free = reserve - 1
	if _, err := b.Commit(ctx, outboxtest.WithFile(100)); !errors.Is(err, outbox.ErrFull) {
		t.Fatalf("commit: %v, want ErrFull", err)
	}
	if after := snapshot(t, b); after != before {
		t.Errorf("a refused commit changed it to:\n%s\nfrom:\n%s", after, before)
	}
	if left, err := os.ReadDir(filepath.Join(dir, "files")); err != nil || len(left) != 0 {
		t.Errorf("a refused commit left %d files, %v", len(left), err)
	}
	if s, err := b.Summary(ctx); err != nil || !s.Full || s.FreeBytes != free {
		t.Errorf("summary %+v, %v", s, err)
	}
	outboxtest.Accept(t, b, one.ID)

	free = 1000 // nearly nothing is left: the ballast is given up for acknowledgements
	outboxtest.Accept(t, b, two.ID)
	if _, err := os.Stat(filepath.Join(dir, "ballast")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the ballast is still there: %v", err)
	}
	if got := outboxtest.PendingIDs(t, b, outbox.Want{}); len(got) != 0 {
		t.Errorf("%d are still pending", len(got))
	}
	closeNow(t, b)

	// Opening with no room at all is refused in words, not by a signal.
	empty := o
	empty.FreeSpace = func(string) (uint64, error) { return 1000, nil }
	if _, err := outbox.Open(dir, empty); !errors.Is(err, outbox.ErrFull) {
		t.Errorf("open: %v, want ErrFull", err)
	}
	free = 100 << 20
	b = mustOpen(t, dir, o)
	if s, err := b.Summary(ctx); err != nil || s.Full || s.Damage != "" || s.Seq != 2 {
		t.Errorf("with room again: %+v, %v", s, err)
	}
	if info, err := os.Stat(filepath.Join(dir, "ballast")); err != nil || info.Size() != reserve/2 {
		t.Errorf("the ballast is not back: %v", err)
	}
	outboxtest.Commit(t, b, outboxtest.Request(10))
}

func TestAChangeTooLargeForOneTransactionIsRefusedWhole(t *testing.T) {
	b := mustOpen(t, t.TempDir(), outbox.Options{})
	var c outbox.Change
	for range 20 {
		c.Items = append(c.Items, outboxtest.Request(60_000))
	}
	if _, err := b.Commit(ctx, c); !errors.Is(err, outbox.ErrTooLarge) {
		t.Fatalf("commit: %v, want ErrTooLarge", err)
	}
	// Control: half of it fits, and the next seq is the first.
	if h := outboxtest.Commit(t, b, c.Items[:8]...); h[0].Seq != 1 {
		t.Errorf("the first seq is %d", h[0].Seq)
	}
	// A file as large as a kiosk takes does fit.
	outboxtest.CommitChange(t, b, outboxtest.WithFile(6<<20))
}

// Guards: the injected logger; without it badger writes to standard error, and
// where it logs to standard output the kill test's lines would break.
func TestBadgerSpeaksOnlyToTheInjectedLog(t *testing.T) {
	var heard bytes.Buffer
	log := slog.New(slog.NewTextHandler(&heard, &slog.HandlerOptions{Level: slog.LevelDebug}))
	out, err := os.CreateTemp(t.TempDir(), "out")
	if err != nil {
		t.Fatal(err)
	}
	stdout, stderr := os.Stdout, os.Stderr
	os.Stdout, os.Stderr = out, out
	b, err := outbox.Open(t.TempDir(), outbox.Options{Log: log})
	if err == nil {
		_, err = b.Commit(ctx, outbox.Change{Items: []wire.Item{outboxtest.Request(10)}})
		err = errors.Join(err, b.Close())
	}
	os.Stdout, os.Stderr = stdout, stderr
	if err != nil {
		t.Fatal(err)
	}
	if info, err := out.Stat(); err != nil || info.Size() != 0 {
		t.Errorf("%d bytes went to standard output or error, %v", info.Size(), err)
	}
	if !strings.Contains(heard.String(), "badger:") {
		t.Error("control: the injected log heard nothing of badger")
	}
}

// Guards: the small sizes given to badger.
func TestTheFilesAreSmallAndPrivate(t *testing.T) {
	dir := t.TempDir()
	b := mustOpen(t, dir, outbox.Options{})
	outboxtest.CommitChange(t, b, outboxtest.WithFile(100))
	var size int64
	err := filepath.WalkDir(filepath.Join(dir, "db"), func(path string, e os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		size += info.Size()
		return err
	})
	if err != nil || size > 64<<20 {
		t.Errorf("a new database takes %d bytes of sparse files, %v", size, err)
	}
	for _, name := range []string{"db", "files"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("folder %s has mode %v, %v", name, info.Mode(), err)
		}
	}
	names, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range names {
		got = append(got, e.Name())
	}
	if want := []string{"ballast", "db", "files", "lock", "mark"}; !slices.Equal(got, want) {
		t.Errorf("the folder holds %v, want %v", got, want)
	}
}
