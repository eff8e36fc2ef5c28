//go:build heapdump

package main

import (
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"
)

// A kiosk built with the tag heapdump writes its heap to the file that this variable
// names whenever it gets SIGUSR1, so that a test can search it for what a citizen
// typed. No kiosk in a hall is built so: the file would hold the visit in progress.
const heapDumpVariable = "CHASQUI_HEAP_DUMP"

func init() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGUSR1)
	go func() {
		for range signals {
			if err := writeHeap(os.Getenv(heapDumpVariable)); err != nil {
				fmt.Fprintln(os.Stderr, "kiosk: write the heap:", err)
				continue
			}
			fmt.Println("kiosk: the heap is written")
		}
	}()
}

func writeHeap(path string) error {
	f, err := os.Create(path) // #nosec G304 -- a test's own
	if err != nil {
		return err
	}
	// Pools give up what they hold at the second collection.
	for range 3 {
		runtime.GC()
	}
	debug.FreeOSMemory()
	debug.WriteHeapDump(f.Fd())
	return f.Close()
}
