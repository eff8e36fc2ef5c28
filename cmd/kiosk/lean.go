package main

// #include <malloc.h>
import "C"

import (
	"os"
	"runtime/debug"
	"time"
)

// A kiosk's box is small, and other programs live on it. What the window draws is
// short-lived: every page makes its words' pictures anew, in C's memory and in Go's,
// and nothing needs them for long.
const (
	// collectAt is by how many per cent the heap may grow before it is collected. What
	// lives on it is small, so that a collection takes some milliseconds.
	collectAt = 40
	// ownMapping is from what size on, in bytes, a block of C's memory is mapped for
	// itself, so that it goes back to the system when it is freed. It is glibc's
	// default, which raises it of itself up to 32 MB unless it is set (mallopt(3),
	// M_MMAP_THRESHOLD).
	ownMapping = 128 << 10
	// painting is how long after the screen came to rest Fyne has painted once more, and
	// freed the pictures of what is not seen any more.
	painting = 2 * time.Second
)

// keepSmall keeps the program's memory small from its start. Whoever sets GOGC knows
// better.
func keepSmall() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
	C.mallopt(C.M_MMAP_THRESHOLD, ownMapping)
	C.mallopt(C.M_TRIM_THRESHOLD, ownMapping)
}

// giveBack returns to the system what memory the pages took that are not seen any
// more, a visit's among them. The system clears what it hands out again: so this ends, too, how
// long freed memory may hold what a citizen typed.
func giveBack() {
	time.AfterFunc(painting, func() {
		debug.FreeOSMemory()
		C.malloc_trim(0)
	})
}
