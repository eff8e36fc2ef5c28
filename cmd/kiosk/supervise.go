package main

import (
	"context"
	"fmt"
	"image/color"
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

// live is the chore that gives whoever watches this program the signs of life that watch
// wants: while the thread that draws hangs there are none. It does not wait for the
// display.
func (m *Main) live(pages *screen.App, window fyne.Window) chore {
	type beat struct {
		handle  uint32
		shades  [2]color.NRGBA
		painted uint64
	}
	beats := make(chan beat, 1)
	go func() {
		var mark *watch.Mark
		for first := true; ; first = false {
			b := <-beats
			if first && !m.windowed { // otherwise nobody looks for it
				var err error
				if mark, err = watch.NewMark(os.Getenv("DISPLAY"), b.handle); err != nil {
					fmt.Fprintln(os.Stderr, "kiosk: -supervise: there is no sign of life on the screen:", err)
				}
			}
			mark.Change(b.shades)
			m.pulse.Beat(b.painted)
		}
	}()
	count := 0
	return chore{every: watch.Beat, do: func() (paint bool) {
		if paint = count%int(watch.Paint/watch.Beat) == 0; paint {
			pages.Live()
		}
		count++
		select {
		case beats <- beat{handleOf(window), pages.Shades(), pages.Painted()}:
		default: // the one before still waits for the display
		}
		return paint
	}}
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
