//go:build linux || darwin

package outbox

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// freeSpace returns the bytes that this program may still write on dir's disk.
func freeSpace(dir string) (uint64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, fmt.Errorf("statfs %s: %w", dir, err)
	}
	return s.Bavail * uint64(s.Bsize), nil // #nosec G115 -- a block size is positive
}

// inode tells a file from a copy of it.
func inode(info fs.FileInfo) uint64 {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return s.Ino
	}
	return 0
}

// lockFile takes the exclusive lock of a file, or returns ErrLocked. The lock ends
// with the process, however that ends.
func lockFile(path string) (release func() error, err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) // #nosec G304 -- in the outbox's own folder
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil { // #nosec G115 -- a file descriptor is small
		if errors.Is(err, syscall.EWOULDBLOCK) {
			err = fmt.Errorf("%w, here or in another program", ErrLocked)
		}
		return nil, errors.Join(err, f.Close())
	}
	return f.Close, nil
}
