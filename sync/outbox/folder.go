package outbox

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"chasqui/sync/wire"
)

// The names inside an outbox's folder.
const (
	lockName    = "lock"
	dbName      = "db"
	newDBName   = "db.new"
	filesName   = "files"
	markName    = "mark"
	ballastName = "ballast"
	damagedName = "damaged-"
)

// folder is the attachments' folder.
type folder struct{ dir string }

func (f folder) path(digest wire.Digest) string { return filepath.Join(f.dir, digest.String()) }

// put writes a file durably: temporary name, sync, rename, sync of the folder. A
// file under its final name is always whole.
func (f folder) put(digest wire.Digest, content []byte) (err error) {
	tmp, err := os.CreateTemp(f.dir, ".part-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(tmp.Name()))
		}
	}()
	if _, err = tmp.Write(content); err != nil {
		return errors.Join(err, tmp.Close())
	}
	if err = tmp.Sync(); err != nil {
		return errors.Join(err, tmp.Close())
	}
	if err = tmp.Close(); err != nil {
		return err
	}
	if err = os.Rename(tmp.Name(), f.path(digest)); err != nil {
		return err
	}
	return syncDir(f.dir)
}

func (f folder) read(digest wire.Digest, offset int64, n int) ([]byte, error) {
	file, err := os.Open(f.path(digest))
	if err != nil {
		return nil, err
	}
	b := make([]byte, n)
	if _, err := file.ReadAt(b, offset); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return b, file.Close()
}

func (f folder) remove(digest wire.Digest) error {
	if err := os.Remove(f.path(digest)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return syncDir(f.dir)
}

// orphans returns the paths of files that no item in the box names: of a commit
// that never came to its transaction, or of a removal that was cut short.
func (f folder) orphans(b *box) ([]string, error) {
	needed := map[string]bool{}
	for _, s := range b.order {
		if s.file != nil {
			needed[s.file.String()] = true
		}
	}
	found, err := os.ReadDir(f.dir)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range found {
		if !needed[e.Name()] {
			out = append(out, filepath.Join(f.dir, e.Name()))
		}
	}
	return out, nil
}

// syncDir makes the names in a folder durable.
func syncDir(dir string) error {
	d, err := os.Open(dir) // #nosec G304 -- in the outbox's own folder
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// writeSynced writes a small file and syncs it; the caller syncs the folder.
func writeSynced(path string, b []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600) // #nosec G304 -- in the outbox's own folder
	if err != nil {
		return err
	}
	if _, err := f.Write(b); err != nil {
		return errors.Join(err, f.Close())
	}
	return errors.Join(f.Sync(), f.Close())
}

// keepBallast makes the ballast file: room that is given up when the disk is full,
// so that acknowledgements can still be written and the queue can drain.
func keepBallast(dir string, size uint64) error {
	path := filepath.Join(dir, ballastName)
	if info, err := os.Stat(path); err == nil && info.Size() == int64(size) { // #nosec G115 -- half the reserve
		return nil
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600) // #nosec G304 -- in the outbox's own folder
	if err != nil {
		return err
	}
	if err := errors.Join(allocate(f, int64(size)), f.Close()); err != nil { // #nosec G115 -- half the reserve
		return errors.Join(fmt.Errorf("ballast: %w", err), os.Remove(path))
	}
	return nil
}

func dropBallast(dir string) error {
	err := os.Remove(filepath.Join(dir, ballastName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// writeZeros is allocate where the system has no quicker way.
func writeZeros(f *os.File, size int64) error {
	_, err := io.CopyN(f, zeros{}, size)
	return err
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}
