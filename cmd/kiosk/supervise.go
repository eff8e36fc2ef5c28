package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"chasqui/internal/watch"
	"chasqui/kiosk/screen"
)

// supervise runs this program as a child, with the same flags, and keeps it running.
// The child has a pulse to give, and so does not supervise another. The parent opens
// neither the window nor the queue.
func supervise(ctx context.Context, f flags, args []string, stderr io.Writer) int {
	program, err := os.Executable()
	if err != nil {
		fmt.Fprintln(stderr, "kiosk: -supervise:", err)
		return exitFailed
	}
	display := os.Getenv("DISPLAY")
	if f.windowed {
		display = "" // other windows have a right to be there
	}
	keeper := watch.Keeper{
		Program: program, Args: args, Stdout: os.Stdout, Stderr: os.Stderr,
		Display: display, Log: slog.New(slog.NewTextHandler(stderr, nil)),
	}
	if err := keeper.Run(ctx); err != nil {
		fmt.Fprintln(stderr, "kiosk: -supervise:", err)
		return exitFailed
	}
	return exitOK
}

// live gives whoever watches this program the signs of life that watch wants, until
// ctx ends. It does so on the screen's goroutine, through do: one that hangs gives
// none.
func (m *Main) live(ctx context.Context, pages *screen.App, do func(func())) {
	if m.pulse == nil {
		return
	}
	wait := func(d time.Duration) bool {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-ctx.Done():
			return false
		case <-timer.C:
			return true
		}
	}
	for {
		do(pages.Live)
		if !wait(watch.Beat) {
			return
		}
		do(func() { m.pulse.Beat(pages.Painted()) })
		if !wait(watch.Mark - watch.Beat) {
			return
		}
	}
}
