package speech

import (
	"os"
	"os/exec"
	"syscall"
)

const (
	killed  = syscall.SIGKILL
	held    = syscall.SIGSTOP
	resumed = syscall.SIGCONT
)

// bind makes a child die with the kiosk, even with one that was killed, and the
// leader of a group of its own, so that what it starts itself dies with it.
func bind(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// signalGroup sends a signal to a child and its own children. A child that was
// reaped meanwhile is safe: Go sends nothing to a process that it has waited for,
// and the group is asked only while its leader is there.
func signalGroup(p *os.Process, s syscall.Signal) {
	if p.Signal(s) == nil {
		_ = syscall.Kill(-p.Pid, s)
	}
}
