// Package harm does to a running kiosk what may befall one: its thread that draws hangs,
// or something lies over its screen. Whoever supervises it must find out.
package harm

import (
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// Children returns the live children of a process (proc(5)).
func Children(parent int) (found []int) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		b, err := os.ReadFile(path) // #nosec G304 -- below /proc
		if err != nil {
			continue // it ended meanwhile
		}
		text := string(b)
		f := strings.Fields(text[strings.LastIndex(text, ")")+1:])
		if len(f) > 1 && f[1] == strconv.Itoa(parent) && f[0] != "Z" {
			pid, _ := strconv.Atoi(text[:strings.Index(text, " ")])
			found = append(found, pid)
		}
	}
	return found
}

// Hang stops the first thread of a process and no other, as a debugger does, until undo.
func Hang(pid int) (undo func(), err error) {
	end, ended, attached := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		defer close(ended)
		runtime.LockOSThread() // the kernel knows a debugger by its thread
		err := syscall.PtraceAttach(pid)
		attached <- err
		if err != nil {
			return
		}
		// The death of what is debugged is told to the debugger first.
		for {
			var status syscall.WaitStatus
			if got, err := syscall.Wait4(pid, &status, syscall.WALL, nil); err != nil || got == pid && (status.Signaled() || status.Exited()) {
				break
			}
		}
		<-end
	}()
	if err := <-attached; err != nil {
		return nil, fmt.Errorf("a thread cannot be stopped here: %w", err)
	}
	return func() { close(end); <-ended }, nil
}

// Blacken lays a black window over the whole screen of a display, until undo.
func Blacken(display string) (undo func(), err error) { return cover(display, false) }

// Freeze lays a picture of the screen as it is over it, a third of it to the right, until
// undo. What is painted below it is not seen.
func Freeze(display string) (undo func(), err error) { return cover(display, true) }

// cover lays a window over all that there is, out of any window manager's reach.
func cover(display string, picture bool) (undo func(), err error) {
	xgb.Logger = log.New(io.Discard, "", 0)
	c, err := xgb.NewConnDisplay(display)
	if err != nil {
		return nil, fmt.Errorf("cover display %s: %w", display, err)
	}
	defer func() {
		if err != nil {
			c.Close()
			err = fmt.Errorf("cover display %s: %w", display, err)
		}
	}()
	screen := xproto.Setup(c).DefaultScreen(c)
	width, height := screen.WidthInPixels, screen.HeightInPixels
	ground, with := uint32(xproto.CwBackPixel), screen.BlackPixel
	if picture {
		pixmap, err := xproto.NewPixmapId(c)
		if err != nil {
			return nil, err
		}
		if err := xproto.CreatePixmapChecked(c, screen.RootDepth, pixmap, xproto.Drawable(screen.Root), width, height).Check(); err != nil {
			return nil, err
		}
		brush, err := xproto.NewGcontextId(c)
		if err != nil {
			return nil, err
		}
		xproto.CreateGC(c, brush, xproto.Drawable(pixmap), xproto.GcForeground|xproto.GcSubwindowMode, []uint32{screen.WhitePixel, xproto.SubwindowModeIncludeInferiors})
		xproto.PolyFillRectangle(c, xproto.Drawable(pixmap), brush, []xproto.Rectangle{{Width: width, Height: height}})
		right := int16(width / 3) // #nosec G115 -- a third of a screen
		if err := xproto.CopyAreaChecked(c, xproto.Drawable(screen.Root), xproto.Drawable(pixmap), brush, 0, 0, right, 0, width-width/3, height).Check(); err != nil {
			return nil, err
		}
		ground, with = xproto.CwBackPixmap, uint32(pixmap)
	}
	window, err := xproto.NewWindowId(c)
	if err != nil {
		return nil, err
	}
	if err := xproto.CreateWindowChecked(c, screen.RootDepth, window, screen.Root, 0, 0, width, height, 0,
		xproto.WindowClassInputOutput, screen.RootVisual, ground|xproto.CwOverrideRedirect, []uint32{with, 1}).Check(); err != nil {
		return nil, err
	}
	if err := xproto.MapWindowChecked(c, window).Check(); err != nil {
		return nil, err
	}
	return c.Close, nil // the display takes the window away with the connection
}
