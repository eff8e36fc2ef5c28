//go:build unix

package office

import (
	"errors"
	"os"
	"syscall"
)

// lockFile takes the lock on an open file; wait says whether to wait for it. It
// goes with the process, however that ends.
func lockFile(f *os.File, wait bool) error {
	how := syscall.LOCK_EX
	if !wait {
		how |= syscall.LOCK_NB
	}
	for {
		err := syscall.Flock(int(f.Fd()), how) // #nosec G115 -- a file descriptor
		if errors.Is(err, syscall.EINTR) {
			continue
		}
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return ErrLocked
		}
		return err
	}
}
