//go:build !linux && !darwin

package outbox

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// freeSpace is not known here: give Options.FreeSpace.
func freeSpace(string) (uint64, error) {
	return 0, errors.New("free space is not known on this system: the outbox needs Options.FreeSpace")
}

func inode(fs.FileInfo) uint64 { return 0 }

var openHere sync.Map

// lockFile keeps an outbox from being opened twice in this process; badger's own
// lock keeps other processes out.
func lockFile(path string) (release func() error, err error) {
	if path, err = filepath.Abs(path); err != nil {
		return nil, err
	}
	if _, taken := openHere.LoadOrStore(path, true); taken {
		return nil, fmt.Errorf("%w in this program", ErrLocked)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		openHere.Delete(path)
		return nil, err
	}
	return func() error {
		openHere.Delete(path)
		return f.Close()
	}, nil
}
