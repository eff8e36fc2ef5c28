//go:build !linux

package outbox

import "os"

// allocate gives a file room on the disk, not merely a length.
func allocate(f *os.File, size int64) error { return writeZeros(f, size) }
