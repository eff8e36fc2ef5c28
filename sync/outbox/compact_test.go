package outbox

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// sizeOf adds up the files of a folder.
func sizeOf(t *testing.T, dir string) (size int64) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		size += info.Size()
	}
	return size
}

// inTime does it within a minute: what waits for badger waits for ever.
func inTime(t *testing.T, what string, do func() error) {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- do() }()
	select {
	case err := <-done:
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	case <-time.After(time.Minute):
		t.Fatalf("%s: it waits for ever", what)
	}
}

// Guards a queue that is opened and closed every day for months with a few commits in
// between: each end adds a table, and nobody but write merges them. Without compact
// there are sixty tables at the end.
func TestTablesOfManyDaysAreMerged(t *testing.T) {
	dir := t.TempDir()
	for day := range 60 {
		s, err := openShelf(dir, Options{NoSync: true}.withDefaults())
		if err != nil {
			t.Fatal(err)
		}
		inTime(t, "write", func() error {
			return s.write(writing{set: []record{{step: 1, key: "day", value: []byte(fmt.Sprint(day))}, {step: 1, key: fmt.Sprintf("item %02d", day), value: []byte("x")}}})
		})
		if tables := s.db.Levels()[0].NumTables; tables > compactAt {
			t.Fatalf("day %d: %d tables are not merged", day, tables)
		}
		if err := s.close(); err != nil {
			t.Fatal(err)
		}
	}
	s, err := openShelf(dir, Options{NoSync: true}.withDefaults())
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	count := 0
	if err := s.scan(func(record) error { count++; return nil }); err != nil || count != 61 {
		t.Errorf("%d of 61 records are there (%v)", count, err)
	}
	if r, err := s.get("day"); err != nil || string(r.value) != "59" {
		t.Errorf("the last day is %q (%v)", r.value, err)
	}
}

// Guards a queue that runs for months without an end: hundreds of megabytes of commits
// that are overwritten and removed again neither stall it nor make it grow. Without
// compact the writing waits for ever at the fifteenth table.
func TestMonthsOfWritingNeitherStallNorGrow(t *testing.T) {
	dir := t.TempDir()
	s, err := openShelf(dir, Options{NoSync: true}.withDefaults())
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	const writes, kept = 2000, 20
	content := bytes.Repeat([]byte("sealed"), 10_000) // 60 kB: beside the keys, not in the value log
	for n := range writes {
		w := writing{set: []record{{step: 1, key: "meta", value: []byte(fmt.Sprint(n))}, {step: 1, key: fmt.Sprintf("item %05d", n), value: content}}}
		if n >= kept {
			w.delete = []string{fmt.Sprintf("item %05d", n-kept)}
		}
		inTime(t, fmt.Sprintf("write %d", n), func() error { return s.write(w) })
	}
	const most = 64 << 20 // of 120 MB: memory's logs, level 0, and what is merged
	if size := sizeOf(t, dir); size > most {
		t.Errorf("the database takes %d MB after %d MB were written and nearly all removed", size>>20, writes*len(content)>>20)
	}
	count := 0
	if err := s.scan(func(record) error { count++; return nil }); err != nil || count != kept+1 {
		t.Errorf("%d of %d records are there (%v)", count, kept+1, err)
	}
}
