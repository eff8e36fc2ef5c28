// Package eyes is a person in front of the kiosk, for tests: it has a screen
// (Xvfb), reads what stands on it (tesseract, zbar) and puts a finger on what it has
// read (package display). It knows nothing of the program behind the window.
package eyes

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"image"
	"os"
	"os/exec"
	"strings"
	"time"

	"chasqui/internal/display"
)

// Screen is a virtual display. Its pictures leave out the sign of life that a
// supervised kiosk has in its corner.
type Screen struct {
	Display       *display.Display
	Width, Height int

	cmd *exec.Cmd
	dir string
	// owed says that the window may have something to paint still, of what was done.
	owed bool
	// lifted is when the last touch was taken.
	lifted time.Time
	// known are the pages that were read already, by their ink.
	known map[string]Page
}

// Word is one word read off a picture, with the rectangle it stands in.
type Word struct {
	Text string
	Box  image.Rectangle
	line string // block, paragraph and line: words of one line share it
}

// Missing returns the programs that eyes need and this machine lacks.
func Missing() []string {
	var missing []string
	for _, name := range []string{"Xvfb", "tesseract", "zbarimg"} {
		if _, err := exec.LookPath(name); err != nil {
			missing = append(missing, name)
		}
	}
	return missing
}

// NewScreen starts a display of the given size; pictures pass through dir.
func NewScreen(ctx context.Context, width, height int, dir string) (*Screen, error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer read.Close()
	// #nosec G204 -- numbers only
	cmd := exec.CommandContext(ctx, "Xvfb", "-displayfd", "3", "-screen", "0", fmt.Sprintf("%dx%dx24", width, height), "-nolisten", "tcp", "-dpi", "96")
	cmd.ExtraFiles = []*os.File{write}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		_ = write.Close()
		return nil, fmt.Errorf("start Xvfb: %w", err)
	}
	_ = write.Close()
	// The whole line must be read: a reader who is gone before its end kills Xvfb.
	number, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		return nil, fmt.Errorf("start Xvfb: %w\n%s", err, stderr.String())
	}
	s := &Screen{Width: width, Height: height, cmd: cmd, dir: dir}
	if s.Display, err = display.Open(":" + strings.TrimSpace(number)); err != nil {
		s.Close()
		return nil, err
	}
	s.Display.Ignore = image.Rect(0, 0, mark, mark)
	return s, nil
}

// mark is within how many points of the corner the sign of life is.
const mark = 16

// Close stops the display.
func (s *Screen) Close() {
	if s.Display != nil {
		s.Display.Close()
	}
	_ = s.cmd.Process.Signal(os.Interrupt)
	done := make(chan struct{})
	go func() { _ = s.cmd.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(5 * time.Second):
		_ = s.cmd.Process.Kill()
		<-done
	}
}

// Env returns the environment in which a program shows its window here.
func (s *Screen) Env() []string {
	return append(os.Environ(), "DISPLAY="+s.Display.Name, "LIBGL_ALWAYS_SOFTWARE=1", "XDG_SESSION_TYPE=x11", "LC_ALL=en_US.UTF-8")
}

// Shoot saves what stands on the screen as a PNG.
func (s *Screen) Shoot(path string) error {
	picture, err := s.Display.Picture()
	if err != nil {
		return err
	}
	return save(path, picture)
}
