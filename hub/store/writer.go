package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"

	"chasqui/hub"
)

// writer is the one goroutine that writes. While it waits for the disk to take
// one commit, callers queue up; the next transaction carries all of them, so
// that a hundred kiosks at once cost a few syncs and not a hundred. Each caller
// stands on a savepoint of its own: one that fails takes nothing with it.
type writer struct {
	jobs chan *job
	done chan struct{}

	mu     sync.RWMutex // guards closed against a send on jobs
	closed bool

	tx      *tx
	commits uint64 // transactions committed, for tests; read after close
}

// maxGroup bounds how many callers one transaction carries.
const maxGroup = 256

type job struct {
	ctx    context.Context
	do     func(*tx) error
	result chan error
}

func startWriter(db *sql.DB) (*writer, error) {
	conn, err := db.Conn(context.Background())
	if err != nil {
		return nil, err
	}
	w := &writer{
		jobs: make(chan *job, maxGroup), done: make(chan struct{}),
		tx: &tx{conn: conn, prepared: map[string]*sql.Stmt{}},
	}
	go w.run()
	return w, nil
}

// writing runs do inside a transaction and returns once it is committed. A ctx that
// ends before do starts stops it; later the outcome is awaited, because it is the
// truth. do may run when other writes of the same transaction fail, and never
// twice.
func (s *SQLite) writing(ctx context.Context, do func(*tx) error) error {
	j := &job{ctx: ctx, do: do, result: make(chan error, 1)}
	s.w.mu.RLock()
	if s.w.closed {
		s.w.mu.RUnlock()
		return hub.ErrClosed
	}
	s.w.jobs <- j
	s.w.mu.RUnlock()
	return <-j.result
}

func (w *writer) run() {
	defer close(w.done)
	for first := range w.jobs {
		group := []*job{first}
		for more := true; more && len(group) < maxGroup; {
			select {
			case next, ok := <-w.jobs:
				if more = ok; ok {
					group = append(group, next)
				}
			default:
				more = false
			}
		}
		results, err := w.commit(group)
		for i, j := range group {
			if err != nil {
				j.result <- err
			} else {
				j.result <- results[i]
			}
		}
	}
}

// commit runs a group in one transaction. The error it returns holds for all.
func (w *writer) commit(group []*job) ([]error, error) {
	// IMMEDIATE takes the write lock now, waiting for another process if need be,
	// so that no read inside grows stale.
	if err := w.tx.exec("BEGIN IMMEDIATE"); err != nil {
		return nil, fmt.Errorf("begin a transaction: %w", err)
	}
	results := make([]error, len(group))
	for i, j := range group {
		if results[i] = j.ctx.Err(); results[i] != nil {
			continue
		}
		var err error
		if results[i], err = w.tx.attempt(j.do); err != nil {
			return nil, errors.Join(err, w.rollback())
		}
	}
	if err := w.tx.exec("COMMIT"); err != nil {
		return nil, errors.Join(fmt.Errorf("commit: %w", err), w.rollback())
	}
	w.commits++
	return results, nil
}

// rollback ends a transaction that failed. SQLite may have ended it by itself, on
// a full disk for one: then there is none left to end.
func (w *writer) rollback() error {
	if err := w.tx.exec("ROLLBACK"); err != nil && !strings.Contains(err.Error(), "no transaction is active") {
		return fmt.Errorf("roll back: %w", err)
	}
	return nil
}

func (w *writer) close() error {
	w.mu.Lock()
	if w.closed {
		w.mu.Unlock()
		return nil
	}
	w.closed = true
	w.mu.Unlock()
	close(w.jobs)
	<-w.done
	return w.tx.close()
}

// tx is the writer's connection inside a transaction. It prepares each statement
// once. It is used by the writer's goroutine only.
type tx struct {
	conn     *sql.Conn
	prepared map[string]*sql.Stmt
}

// attempt runs do on a savepoint. result is what do returned; err says that the
// transaction itself is broken.
func (t *tx) attempt(do func(*tx) error) (result, err error) {
	if err := t.exec("SAVEPOINT caller"); err != nil {
		return nil, fmt.Errorf("savepoint: %w", err)
	}
	if result = do(t); result != nil {
		if err := t.exec("ROLLBACK TO SAVEPOINT caller"); err != nil {
			return nil, errors.Join(result, fmt.Errorf("roll back to savepoint: %w", err))
		}
	}
	if err := t.exec("RELEASE SAVEPOINT caller"); err != nil {
		return nil, errors.Join(result, fmt.Errorf("release savepoint: %w", err))
	}
	return result, nil
}

func (t *tx) statement(query string) (*sql.Stmt, error) {
	if stmt, ok := t.prepared[query]; ok {
		return stmt, nil
	}
	stmt, err := t.conn.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, err
	}
	t.prepared[query] = stmt
	return stmt, nil
}

func (t *tx) exec(query string, args ...any) error {
	stmt, err := t.statement(query)
	if err != nil {
		return err
	}
	_, err = stmt.ExecContext(context.Background(), args...)
	return err
}

// changed is exec that also tells how many rows it changed.
func (t *tx) changed(query string, args ...any) (int64, error) {
	stmt, err := t.statement(query)
	if err != nil {
		return 0, err
	}
	result, err := stmt.ExecContext(context.Background(), args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// row scans the one row of a query into out; found is false when there is none.
func (t *tx) row(out []any, query string, args ...any) (found bool, err error) {
	stmt, err := t.statement(query)
	if err != nil {
		return false, err
	}
	err = stmt.QueryRowContext(context.Background(), args...).Scan(out...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// next gives the next number of a counter, from 1.
func (t *tx) next(counter string) (uint64, error) {
	var n int64
	_, err := t.row([]any{&n}, `INSERT INTO counters (name, value) VALUES ($1, 1)
		ON CONFLICT (name) DO UPDATE SET value = counters.value + 1 RETURNING value`, counter)
	return uint64(n), err // #nosec G115 -- counts up from 1
}

func (t *tx) close() error {
	var all []error
	for _, stmt := range t.prepared {
		all = append(all, stmt.Close())
	}
	return errors.Join(append(all, t.conn.Close())...)
}
