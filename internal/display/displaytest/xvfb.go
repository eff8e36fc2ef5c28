// Package displaytest gives tests a display of their own.
package displaytest

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Xvfb starts a virtual display with one screen, such as "320x200x24" (points across,
// points down, bits of a colour), for the rest of a test, and returns its name. Nothing
// is shown on it. Where there is no Xvfb the test is skipped.
func Xvfb(t testing.TB, screen string) (name string) {
	t.Helper()
	if _, err := exec.LookPath("Xvfb"); err != nil {
		t.Skip("missing Xvfb; scripts/packages.sh test installs it")
	}
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	server := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", screen, "-nolisten", "tcp") // #nosec G204 -- a test's own words
	server.ExtraFiles = []*os.File{write}
	err = server.Start()
	_ = write.Close()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = server.Process.Kill()
		_ = server.Wait()
	})
	// The whole line must be read: a reader who is gone before its end kills Xvfb.
	number, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		t.Fatalf("the display does not start: %v", err)
	}
	return ":" + strings.TrimSpace(number)
}
