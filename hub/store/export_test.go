package store

import (
	"context"
	"testing"
	"time"
)

// Settings reads how the writing connection treats the file.
func Settings(t *testing.T, s *SQLite) (mode string, synchronous int) {
	t.Helper()
	err := s.writing(t.Context(), func(tx *tx) error {
		if _, err := tx.row([]any{&mode}, "PRAGMA journal_mode"); err != nil {
			return err
		}
		_, err := tx.row([]any{&synchronous}, "PRAGMA synchronous")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return mode, synchronous
}

// Hold keeps the writer busy until release is called.
func Hold(t *testing.T, s *SQLite) (release func()) {
	t.Helper()
	started, free := make(chan struct{}), make(chan struct{})
	go func() {
		_ = s.writing(context.Background(), func(*tx) error {
			close(started)
			<-free
			return nil
		})
	}()
	<-started
	return func() { close(free) }
}

// AwaitQueued waits until n calls wait for the writer.
func AwaitQueued(t *testing.T, s *SQLite, n int) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for len(s.w.jobs) < n {
		if time.Now().After(deadline) {
			t.Fatalf("%d of %d calls wait", len(s.w.jobs), n)
		}
		time.Sleep(time.Millisecond) // a condition is awaited, with a deadline
	}
}

// Commits tells how many transactions a closed store committed.
func Commits(s *SQLite) uint64 { return s.w.commits }
