package outbox

import (
	"errors"
	"os"
	"syscall"
)

// allocate gives a file room on the disk, not merely a length.
func allocate(f *os.File, size int64) error {
	err := syscall.Fallocate(int(f.Fd()), 0, 0, size) // #nosec G115 -- a file descriptor is small
	if errors.Is(err, syscall.ENOTSUP) || errors.Is(err, syscall.ENOSYS) {
		return writeZeros(f, size)
	}
	return err
}
