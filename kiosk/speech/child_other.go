//go:build !linux

package speech

import (
	"os"
	"os/exec"
	"syscall"
)

// A kiosk runs on Linux. Elsewhere this room only compiles: nothing is held, and a
// child that is killed dies alone.
const (
	killed  = syscall.SIGKILL
	held    = syscall.Signal(0)
	resumed = syscall.Signal(0)
)

func bind(*exec.Cmd) {}

func signalGroup(p *os.Process, s syscall.Signal) {
	if s == killed {
		_ = p.Kill()
	}
}
