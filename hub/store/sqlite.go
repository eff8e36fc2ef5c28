package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // registers the driver "sqlite"

	"chasqui/hub"
)

//go:embed migrations/*.sql
var migrations embed.FS

// File is the name of the database in the hub's data folder.
const File = "hub.db"

// SQLite is the store of one machine: one file beside its write-ahead log. All
// writes go through one goroutine, which commits what came in meanwhile in one
// transaction (see writer); reads run beside it. Another process, such as the
// operator's tool, may have the same file open.
type SQLite struct {
	reads *sql.DB
	write *sql.DB
	w     *writer
}

var _ Store = (*SQLite)(nil)

// readers is how many reads run at once.
const readers = 4

// Open opens the database in dir, or makes it, and brings its schema up to date.
// The folder must be there. The file is for its owner alone.
func Open(dir string) (_ *SQLite, err error) {
	path, err := filepath.Abs(filepath.Join(dir, File))
	if err != nil {
		return nil, fmt.Errorf("open the hub's database: %w", err)
	}
	if info, err := os.Stat(dir); err != nil {
		return nil, fmt.Errorf("open the hub's database: %w", err)
	} else if !info.IsDir() {
		return nil, fmt.Errorf("open the hub's database: %s is not a folder", dir)
	}
	// SQLite would make the file for everybody to read; its log and shared memory
	// take the mode of the file.
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) // #nosec G304 -- the operator names the folder
	if err != nil {
		return nil, fmt.Errorf("open the hub's database: %w", err)
	}
	if err := f.Close(); err != nil {
		return nil, fmt.Errorf("open the hub's database: %w", err)
	}
	s := &SQLite{}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.closeAll())
		}
	}()
	if s.write, err = sql.Open("sqlite", dataSource(path, false)); err != nil {
		return nil, fmt.Errorf("open the hub's database: %w", err)
	}
	s.write.SetMaxOpenConns(1)
	if err := migrate(s.write); err != nil {
		return nil, fmt.Errorf("open the hub's database %s: %w", path, err)
	}
	if s.reads, err = sql.Open("sqlite", dataSource(path, true)); err != nil {
		return nil, fmt.Errorf("open the hub's database: %w", err)
	}
	s.reads.SetMaxOpenConns(readers)
	s.reads.SetMaxIdleConns(readers)
	if s.w, err = startWriter(s.write); err != nil {
		return nil, fmt.Errorf("open the hub's database %s: %w", path, err)
	}
	return s, nil
}

// dataSource names the file and how each connection treats it. synchronous=FULL
// is what makes a commit survive the loss of power; without it SQLite in WAL mode
// syncs at checkpoints only.
func dataSource(path string, readOnly bool) string {
	q := url.Values{}
	q.Set("_busy_timeout", "10000")
	q.Set("_journal_mode", "WAL")
	q.Set("_synchronous", "FULL")
	q.Set("_foreign_keys", "1")
	q.Set("_dqs", "0")
	if readOnly {
		q.Set("_query_only", "1")
	}
	return (&url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: q.Encode()}).String()
}

// migrate brings the schema up to date. Two processes that do so at once are
// harmless: the second finds the tables there, and asks again.
func migrate(db *sql.DB) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, files,
		goose.WithLogger(goose.NopLogger()), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("its schema: %w", err)
	}
	var last error
	for range 3 {
		if _, last = provider.Up(context.Background()); last == nil {
			break
		}
	}
	if last != nil {
		return fmt.Errorf("its schema: %w", last)
	}
	current, target, err := provider.GetVersions(context.Background())
	if err != nil {
		return fmt.Errorf("its schema: %w", err)
	}
	if current > target {
		return fmt.Errorf("its schema has version %d and this program knows version %d: use a newer program", current, target)
	}
	return nil
}

// Close waits for writes under way and closes the database.
func (s *SQLite) Close() error { return s.closeAll() }

func (s *SQLite) closeAll() error {
	var all []error
	if s.w != nil {
		all = append(all, s.w.close())
	}
	for _, db := range []*sql.DB{s.reads, s.write} {
		if db != nil {
			all = append(all, db.Close())
		}
	}
	return errors.Join(all...)
}

// Health reports that the database cannot be read.
func (s *SQLite) Health(ctx context.Context) error {
	var n int
	if err := s.reads.QueryRowContext(ctx, `SELECT count(*) FROM counters`).Scan(&n); err != nil {
		return fmt.Errorf("the hub's database cannot be read: %w", closedError(err))
	}
	return nil
}

// closedError turns database/sql's word for a closed store into the hub's.
func closedError(err error) error {
	if err != nil && err.Error() == "sql: database is closed" {
		return hub.ErrClosed
	}
	return err
}
