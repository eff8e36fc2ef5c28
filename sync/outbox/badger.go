package outbox

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"
)

// Sizes given to badger, in bytes. The defaults reserve 2 GB of sparse files and
// some hundred MB of memory; these hold RssAnon near 20 MB.
const (
	memTableSize = 4 << 20
	vlogFileSize = 4 << 20
	// valueThreshold: longer values go to the value log. badger only logs it when a
	// sync of that file fails (see badgerLog), so what is short stays out of it.
	valueThreshold = 64 << 10
)

// Each flush of the memory, and each end of the program, adds a table to the database's
// level 0, and badger waits without end before it adds one to fifteen.
const (
	// compactAt tables are merged into one level.
	compactAt = 5
	// refuseAt tables that cannot be merged are a reason to write no more. Two more
	// may be under way.
	refuseAt = 12
)

// badgerOptions are the remedies for badger's defaults.
func badgerOptions(dir string, o Options, log *badgerLog) badger.Options {
	return badger.DefaultOptions(dir).
		WithSyncWrites(!o.NoSync).
		WithChecksumVerificationMode(options.OnTableRead).
		WithVerifyValueChecksum(true).
		WithDetectConflicts(false). // there is one writer at a time
		WithLogger(log).
		WithMetricsEnabled(false).
		// Without compression a record lies in one piece in its file and can be found
		// there whatever happens around it; sealed bytes do not compress anyway. The
		// block cache serves compression and encryption only.
		WithCompression(options.None).
		WithBlockCacheSize(0).
		WithMemTableSize(memTableSize).
		WithNumMemtables(2).
		WithBaseTableSize(1 << 20).
		WithBaseLevelSize(4 << 20).
		WithValueLogFileSize(vlogFileSize).
		WithValueThreshold(valueThreshold).
		// badger's compactors look for work twenty times a second each, which takes half
		// a per cent of a core for nothing: the shelf compacts when it writes.
		WithNumCompactors(0).
		WithNumVersionsToKeep(1)
}

// badgerLog passes badger's log on and notices what badger tells nobody else.
type badgerLog struct {
	log *slog.Logger
	// syncFailed is set when the value log could not be synced: badger logs that and
	// reports the commit as done.
	syncFailed atomic.Bool
}

func (l *badgerLog) Errorf(format string, args ...any) {
	if strings.HasPrefix(format, "Error while curlf sync") {
		l.syncFailed.Store(true)
	}
	l.log.Error("badger: " + strings.TrimSpace(fmt.Sprintf(format, args...)))
}

func (l *badgerLog) Warningf(format string, args ...any) {
	l.log.Warn("badger: " + strings.TrimSpace(fmt.Sprintf(format, args...)))
}

func (l *badgerLog) Infof(format string, args ...any) {
	l.log.Debug("badger: " + strings.TrimSpace(fmt.Sprintf(format, args...)))
}

func (l *badgerLog) Debugf(string, ...any) {}

// badgerShelf keeps records in badger and the mark beside it.
type badgerShelf struct {
	db   *badger.DB
	dir  string // of the database
	log  *badgerLog
	mark *markFile // nil while a new database is filled
	sync bool
	// changed is the folder's modification time when it was last synced.
	changed time.Time
}

func openShelf(dir string, o Options) (*badgerShelf, error) {
	log := &badgerLog{log: o.Log}
	db, err := badger.Open(badgerOptions(dir, o, log))
	if err != nil {
		return nil, fmt.Errorf("badger: %w", err)
	}
	return &badgerShelf{db: db, dir: dir, log: log, sync: !o.NoSync}, nil
}

func (s *badgerShelf) get(key string) (record, error) {
	var r record
	err := s.db.View(func(txn *badger.Txn) error {
		item, err := txn.Get([]byte(key))
		if err != nil {
			return err
		}
		r, err = readItem(item)
		return err
	})
	if errors.Is(err, badger.ErrKeyNotFound) {
		return record{}, errNoRecord
	}
	return r, err
}

// readItem reads and checks a record. What cannot be read is an error that names
// its key.
func readItem(item *badger.Item) (record, error) {
	value, err := item.ValueCopy(nil)
	if err != nil {
		return record{}, fmt.Errorf("%w: key %q: %v", errUnreadable, item.Key(), err)
	}
	r, n, err := decodeRecord(value)
	if err == nil && (n != len(value) || r.key != string(item.Key())) {
		err = fmt.Errorf("%d of %d bytes, key %q", n, len(value), r.key)
	}
	if err != nil {
		return record{}, fmt.Errorf("%w: key %q: %v", errUnreadable, item.Key(), err)
	}
	return r, nil
}

// scan calls fn for every record.
func (s *badgerShelf) scan(fn func(record) error) error {
	return s.db.View(func(txn *badger.Txn) error {
		it := txn.NewIterator(badger.IteratorOptions{})
		defer it.Close()
		for it.Rewind(); it.Valid(); it.Next() {
			r, err := readItem(it.Item())
			if err != nil {
				return err
			}
			if err := fn(r); err != nil {
				return err
			}
		}
		return nil
	})
}

// compact merges the tables of level 0 into the rest when there are many, and so drops
// what was overwritten and removed. A full disk can keep it from that: it is tried
// again with the next writing, and that is refused before badger would wait for it.
func (s *badgerShelf) compact() error {
	tables := s.db.Levels()[0].NumTables
	if tables < compactAt {
		return nil
	}
	err := s.db.Flatten(1)
	if err == nil {
		return nil
	}
	if tables < refuseAt {
		s.log.log.Warn("the outbox could not be compacted", "tables", tables, "error", err)
		return nil
	}
	return fmt.Errorf("%w: %d tables cannot be compacted: %w", errNothingWritten, tables, err)
}

func (s *badgerShelf) write(w writing) error {
	if err := s.compact(); err != nil {
		return err
	}
	txn := s.db.NewTransaction(true)
	defer txn.Discard()
	for _, r := range w.set {
		if err := txn.Set([]byte(r.key), r.encode()); err != nil {
			return refused(err)
		}
	}
	for _, key := range w.delete {
		if err := txn.Delete([]byte(key)); err != nil {
			return refused(err)
		}
	}
	if err := txn.Commit(); err != nil {
		if errors.Is(err, badger.ErrTxnTooBig) {
			return refused(err)
		}
		return fmt.Errorf("commit: %w", err)
	}
	if s.log.syncFailed.Load() {
		return errors.New("commit: the value log could not be synced")
	}
	if err := s.syncNames(); err != nil {
		return fmt.Errorf("commit: sync the database's folder: %w", err)
	}
	if s.mark == nil {
		return nil
	}
	return s.mark.write(w.mark)
}

// refused marks an error of a transaction that never began to be written.
func refused(err error) error {
	if errors.Is(err, badger.ErrTxnTooBig) {
		err = ErrTooLarge
	}
	return fmt.Errorf("%w: %w", errNothingWritten, err)
}

// syncNames syncs the database's folder when a file was made or removed in it.
// badger starts a new log without that, and what is in a file that has no name
// after a power cut is lost with it.
func (s *badgerShelf) syncNames() error {
	info, err := os.Stat(s.dir)
	if err != nil || !s.sync || info.ModTime().Equal(s.changed) {
		return err
	}
	// A file system's clock can stand still for some milliseconds: only a time that
	// is past can be relied on to change with the next file.
	if age := time.Since(info.ModTime()); age > time.Second {
		s.changed = info.ModTime()
	}
	return syncDir(s.dir)
}

// tidy rewrites value log files of which more than half is removed. badger rewrites
// one at a time.
func (s *badgerShelf) tidy() error {
	for {
		switch err := s.db.RunValueLogGC(0.5); {
		case errors.Is(err, badger.ErrNoRewrite) || errors.Is(err, badger.ErrRejected):
			return nil
		case err != nil:
			return err
		}
	}
}

func (s *badgerShelf) close() error {
	err := s.db.Close()
	if s.mark != nil {
		err = errors.Join(err, s.mark.close())
	}
	return err
}
