package store_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"chasqui/hub"
	"chasqui/hub/store"
	"chasqui/hub/store/storetest"
	"chasqui/sync/wire"
)

func open(t *testing.T, dir string) *store.SQLite {
	t.Helper()
	s, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestContract(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store { return open(t, t.TempDir()) })
}

func TestAClosedDatabaseIsThereAgain(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a folder? with #signs 100%")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	s := open(t, dir)
	k := storetest.Enrol(t, s, storetest.Office, "a")
	request := k.Request(t, "atencion")
	k.Send(t, s, request)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %o", entry.Name(), info.Mode().Perm())
		}
	}
	if _, err := os.Stat(filepath.Join(dir, store.File)); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	t.Cleanup(func() { _ = s.Close() })
	if verdicts, _ := k.Send(t, s, request); verdicts[0] != wire.VerdictDuplicate {
		t.Errorf("after opening again: %v", verdicts)
	}
}

// Guards the settings of every connection that writes; without synchronous=FULL
// an acknowledged commit can be lost with the power, without WAL readers stop the
// writer.
func TestCommitsAreSynced(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	t.Cleanup(func() { _ = s.Close() })
	if mode, synchronous := store.Settings(t, s); mode != "wal" || synchronous != 2 {
		t.Errorf("journal_mode %s, synchronous %d; want wal and 2 (FULL)", mode, synchronous)
	}
}

// Guards the group commit; without it each of many exchanges costs a sync.
func TestConcurrentExchangesShareCommits(t *testing.T) {
	s := open(t, t.TempDir())
	k := storetest.Enrol(t, s, storetest.Office, "a")
	release := store.Hold(t, s)
	const n = 100
	var wait sync.WaitGroup
	for range n {
		e := k.Batch(k.Request(t, "atencion"))
		wait.Go(func() {
			if _, err := s.Exchange(context.Background(), e); err != nil {
				t.Error(err)
			}
		})
	}
	store.AwaitQueued(t, s, n)
	release()
	wait.Wait()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	// One for the held writer's own, one for the hundred; two made the kiosk.
	if commits := store.Commits(s); commits > 6 {
		t.Errorf("%d exchanges that waited together took %d commits", n, commits)
	}
}

// Guards that a second program may work beside the hub; without the busy
// time-out or with a lock held for long, one of them would fail.
func TestTwoProgramsShareTheDatabase(t *testing.T) {
	dir := t.TempDir()
	first, second := open(t, dir), open(t, dir)
	t.Cleanup(func() { _, _ = first.Close(), second.Close() })
	k := storetest.Enrol(t, second, storetest.Office, "a") // the tool made the code
	var wait sync.WaitGroup
	for range 20 {
		e := k.Batch(k.Request(t, "atencion"))
		wait.Go(func() {
			if _, err := first.Exchange(context.Background(), e); err != nil {
				t.Errorf("exchange: %v", err)
			}
		})
		wait.Go(func() {
			row := hub.Imported{Office: storetest.Office, Service: "x", Channel: wire.ChannelWeb, Day: "2026-11-23", N: 1, Coverage: 1, Source: "s"}
			if err := second.SaveImported(context.Background(), []hub.Imported{row}); err != nil {
				t.Errorf("import: %v", err)
			}
		})
	}
	wait.Wait()
	totals, err := second.Totals(t.Context(), storetest.Office)
	if err != nil || totals.Requests != 20 {
		t.Errorf("%d requests, %v", totals.Requests, err)
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	newer := t.TempDir()
	s := open(t, newer)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", filepath.Join(newer, store.File))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)`); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	garbage := t.TempDir()
	if err := os.WriteFile(filepath.Join(garbage, store.File), []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]string{
		filepath.Join(t.TempDir(), "none"): "no such file",
		newer:                              "use a newer program",
		garbage:                            "not a database",
	} {
		s, err := store.Open(dir)
		if err == nil {
			_ = s.Close()
			t.Errorf("%s opened", want)
			continue
		}
		if !strings.Contains(err.Error(), want) {
			t.Errorf("got %q, want %q in it", err, want)
		}
	}
}
