package watch

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const supported = true

// onOneThread runs do on a thread of its own that lives as long as it: the kernel
// takes the death of the thread that started a child for the death of the parent.
func onOneThread(do func() error) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	return do()
}

// start starts the child in a process group of its own, so that all it has started
// can be ended with it, and a Ctrl-C at a terminal reaches the watcher alone.
func (k *Keeper) start() (*child, error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer write.Close()
	cmd := exec.Command(k.Program, k.Args...) // #nosec G204 -- this very program
	cmd.Stdout, cmd.Stderr = k.Stdout, k.Stderr
	cmd.Env = append(os.Environ(), pulseVariable+"="+strconv.Itoa(pulseDescriptor))
	if k.pace.Software() {
		cmd.Env = append(cmd.Env, "LIBGL_ALWAYS_SOFTWARE=1")
	}
	cmd.ExtraFiles = []*os.File{write}
	// A child whose watcher was killed dies too: as an orphan it would keep the
	// queue's lock from the next one.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		_ = read.Close()
		return nil, fmt.Errorf("start %s: %w", k.Program, err)
	}
	c := &child{pid: cmd.Process.Pid, gone: make(chan struct{})}
	go c.listen(read)
	go func() {
		err := cmd.Wait()
		c.status = cmd.ProcessState.ExitCode()
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			c.status = -1
		}
		// What a crashed child left behind, such as a voice in the middle of a
		// sentence, ends with it.
		c.kill()
		close(c.gone)
	}()
	return c, nil
}

// ask tells the child to end.
func (c *child) ask() { _ = syscall.Kill(c.pid, syscall.SIGTERM) }

// kill kills the child and all that it has started.
func (c *child) kill() { _ = syscall.Kill(-c.pid, syscall.SIGKILL) }

// clock tells the time, and what of it was not the child's.
type clock struct {
	// schedstat is about the child's first thread, the one that draws; pressure about
	// the whole machine: drawing needs the display's server and other threads too.
	schedstat         string
	waited, contended time.Duration
	asleep            time.Duration
}

const pressure = "/proc/pressure/cpu"

func newClock(pid int) *clock {
	c := &clock{schedstat: fmt.Sprintf("/proc/%d/schedstat", pid)}
	c.signs()
	return c
}

// now is the time since the machine started, without the time it slept.
func (c *clock) now() time.Duration { return kernelTime(unix.CLOCK_MONOTONIC) }

func kernelTime(id int32) time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(id, &t); err != nil {
		return 0
	}
	return time.Duration(t.Nano())
}

// slept is the least difference between the clocks that is a sleep.
const slept = 200 * time.Millisecond

// signs returns how long the child was kept from a processor since the last call, and
// whether the machine slept. What a kernel does not tell is nothing.
func (c *clock) signs() Signs {
	waited := nanoseconds(c.schedstat)
	contended := contention(pressure)
	asleep := kernelTime(unix.CLOCK_BOOTTIME) - kernelTime(unix.CLOCK_MONOTONIC)
	s := Signs{Starved: max(waited-c.waited, contended-c.contended), Slept: asleep-c.asleep > slept}
	c.waited, c.contended, c.asleep = waited, contended, asleep
	return s
}

// nanoseconds reads how long a thread stood in the queue, the second number of
// /proc/PID/schedstat.
func nanoseconds(path string) time.Duration {
	b, _ := os.ReadFile(path) // #nosec G304 -- a file of the kernel's
	f := strings.Fields(string(b))
	if len(f) < 2 {
		return 0
	}
	n, _ := strconv.ParseInt(f[1], 10, 64)
	return time.Duration(n)
}

// contention reads how long, in all, somebody stood in the queue for a processor: the
// line "some avg10=… avg60=… avg300=… total=MICROSECONDS".
func contention(path string) time.Duration {
	b, _ := os.ReadFile(path) // #nosec G304 -- a file of the kernel's
	line, _, _ := strings.Cut(string(b), "\n")
	_, total, _ := strings.Cut(line, "total=")
	n, _ := strconv.ParseInt(strings.TrimSpace(total), 10, 64)
	return time.Duration(n) * time.Microsecond
}
