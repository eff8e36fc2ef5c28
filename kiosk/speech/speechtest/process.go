package speechtest

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Process is a child of this process, as /proc has it.
type Process struct {
	PID  int
	Name string
	// State is R, S, D, T (held) or Z (dead and not yet waited for).
	State string
}

// Children returns the children of this process that are synthesisers or players,
// the system's own or played ones.
func Children() []Process {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	var out []Process
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		if p, parent, ok := process(pid); ok && parent == os.Getpid() && (p.Name == Synthesiser || p.Name == Player) {
			out = append(out, p)
		}
	}
	return out
}

func process(pid int) (p Process, parent int, ok bool) {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return p, 0, false
	}
	// The name stands in brackets and may hold anything.
	before, after, ok := strings.Cut(string(b), "(")
	end := strings.LastIndex(after, ")")
	if !ok || end < 0 || before == "" {
		return p, 0, false
	}
	fields := strings.Fields(after[end+1:])
	if len(fields) < 2 {
		return p, 0, false
	}
	parent, err = strconv.Atoi(fields[1])
	return Process{PID: pid, Name: after[:end], State: fields[0]}, parent, err == nil
}

// living reports whether a process is there and not dead.
func living(pid int) bool {
	p, _, ok := process(pid)
	return ok && p.State != "Z"
}

// held reports whether a process is stopped where it is.
func held(pid int) bool {
	p, _, ok := process(pid)
	return ok && p.State == "T"
}

// Until waits for a condition, and fails the test when it does not come.
func Until(t testing.TB, what string, condition func() bool) {
	t.Helper()
	if err := await("it was not so that "+what, 4*time.Millisecond, condition); err != nil {
		t.Fatal(err)
	}
}
