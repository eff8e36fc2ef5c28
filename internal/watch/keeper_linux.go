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

// starter starts children, all on one thread that lives as long as it: the kernel takes
// the death of the thread that started a child for the death of the parent. The keeper
// itself is not bound to it, which would cost it a change of threads at each look.
type starter struct{ wishes chan func() }

func newStarter() starter {
	s := starter{make(chan func())}
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		for wish := range s.wishes {
			wish()
		}
	}()
	return s
}

// do runs f on the thread.
func (s starter) do(f func()) {
	done := make(chan struct{})
	s.wishes <- func() { f(); close(done) }
	<-done
}

func (s starter) close() { close(s.wishes) }

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
	c := &child{pid: cmd.Process.Pid, heard: newHeard(), gone: make(chan struct{})}
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
	// the whole machine: drawing needs the display's server and other threads too. Both
	// stay open, nil where a kernel has none: opening costs more than reading.
	schedstat, pressure *os.File
	waited, contended   time.Duration
	asleep              time.Duration
}

func newClock(pid int) *clock {
	c := &clock{}
	c.schedstat, _ = os.Open(fmt.Sprintf("/proc/%d/schedstat", pid)) // #nosec G304 -- a file of the kernel's
	c.pressure, _ = os.Open("/proc/pressure/cpu")
	c.signs()
	return c
}

func (c *clock) close() {
	_, _ = c.schedstat.Close(), c.pressure.Close()
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
	waited, contended := nanoseconds(read(c.schedstat)), contention(read(c.pressure))
	asleep := kernelTime(unix.CLOCK_BOOTTIME) - kernelTime(unix.CLOCK_MONOTONIC)
	s := Signs{Starved: max(waited-c.waited, contended-c.contended), Slept: asleep-c.asleep > slept}
	c.waited, c.contended, c.asleep = waited, contended, asleep
	return s
}

// read returns what a file of the kernel's says now, and nothing of none.
func read(f *os.File) string {
	if f == nil {
		return ""
	}
	b := make([]byte, 512)
	n, _ := unix.Pread(int(f.Fd()), b, 0) // #nosec G115 -- a descriptor
	return string(b[:max(n, 0)])
}

// nanoseconds is how long a thread stood in the queue, the second number of
// /proc/PID/schedstat.
func nanoseconds(schedstat string) time.Duration {
	f := strings.Fields(schedstat)
	if len(f) < 2 {
		return 0
	}
	n, _ := strconv.ParseInt(f[1], 10, 64)
	return time.Duration(n)
}

// contention is how long, in all, somebody stood in the queue for a processor: the
// line "some avg10=… avg60=… avg300=… total=MICROSECONDS".
func contention(pressure string) time.Duration {
	line, _, _ := strings.Cut(pressure, "\n")
	_, total, _ := strings.Cut(line, "total=")
	n, _ := strconv.ParseInt(strings.TrimSpace(total), 10, 64)
	return time.Duration(n) * time.Microsecond
}
