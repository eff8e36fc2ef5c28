package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver"

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
	// It does one thing at a time, and more threads would only wake one another.
	runtime.GOMAXPROCS(1)
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

// lives returns what gives whoever watches this program the signs of life that watch
// wants, nil when nobody does. It is to be called on the thread that draws every
// [watch.Beat]: while that hangs there are none.
func (m *Main) lives(pages *screen.App, window fyne.Window) func() {
	if m.pulse == nil {
		return nil
	}
	var mark *watch.Mark
	beats := 0
	return func() {
		if beats == 0 && !m.windowed { // otherwise nobody looks for it
			var err error
			if mark, err = watch.NewMark(os.Getenv("DISPLAY"), handleOf(window)); err != nil {
				fmt.Fprintln(os.Stderr, "kiosk: -supervise: there is no sign of life on the screen:", err)
			}
		}
		if beats%int(watch.Paint/watch.Beat) == 0 {
			pages.Live()
		}
		beats++
		mark.Change(pages.Shades())
		m.pulse.Beat(pages.Painted())
	}
}

// handleOf returns the number by which X knows a window, or 0. Call it on the window's
// goroutine.
func handleOf(window fyne.Window) (handle uint32) {
	if native, ok := window.(driver.NativeWindow); ok {
		native.RunNative(func(context any) {
			if x, ok := context.(driver.X11WindowContext); ok {
				handle = uint32(x.WindowHandle) // #nosec G115 -- X has numbers of 29 bits
			}
		})
	}
	return handle
}
