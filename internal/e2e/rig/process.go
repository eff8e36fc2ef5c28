package rig

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Process is one of the real programs, running.
type Process struct {
	Name string
	cmd  *exec.Cmd
	in   io.WriteCloser

	mu     sync.Mutex
	lines  []string
	more   chan struct{} // closed and replaced at each line
	ended  chan struct{}
	result error
}

// Start runs a program. Its output is kept, line by line, and copied to log when
// that is given: logs are searched for canaries too.
func Start(ctx context.Context, log io.Writer, env []string, name, path string, args ...string) (*Process, error) {
	cmd := exec.CommandContext(ctx, path, args...) // #nosec G204 -- our own programs
	cmd.Env = env
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 5 * time.Second
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	cmd.Stdout, cmd.Stderr = write, write
	if err := cmd.Start(); err != nil {
		_, _ = read.Close(), write.Close()
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	_ = write.Close()
	p := &Process{Name: name, cmd: cmd, in: in, more: make(chan struct{}), ended: make(chan struct{})}
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		defer read.Close()
		scanner := bufio.NewScanner(read)
		scanner.Buffer(nil, 1<<20)
		for scanner.Scan() {
			if log != nil {
				fmt.Fprintf(log, "%s: %s\n", name, scanner.Text())
			}
			p.mu.Lock()
			p.lines = append(p.lines, scanner.Text())
			close(p.more)
			p.more = make(chan struct{})
			p.mu.Unlock()
		}
	}()
	go func() {
		p.result = cmd.Wait()
		<-drained
		close(p.ended)
	}()
	return p, nil
}

// Say writes a line to the program's standard input.
func (p *Process) Say(line string) error {
	_, err := io.WriteString(p.in, line+"\n")
	return err
}

// Await waits for a line that match accepts, from the from-th on, and returns it
// and the number of the line after it.
func (p *Process) Await(patience time.Duration, from int, match func(string) bool) (line string, next int, err error) {
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	for {
		p.mu.Lock()
		for i := from; i < len(p.lines); i++ {
			if match(p.lines[i]) {
				line := p.lines[i]
				p.mu.Unlock()
				return line, i + 1, nil
			}
		}
		from = len(p.lines)
		more := p.more
		p.mu.Unlock()
		select {
		case <-more:
		case <-p.ended:
			p.mu.Lock()
			done := from >= len(p.lines)
			p.mu.Unlock()
			if done {
				return "", from, fmt.Errorf("%s ended (%v); it said:\n%s", p.Name, p.result, p.Output())
			}
		case <-deadline.C:
			return "", from, fmt.Errorf("%s did not say what was awaited within %s; it said:\n%s", p.Name, patience, p.Output())
		}
	}
}

// Output returns everything the program has said.
func (p *Process) Output() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.lines, "\n")
}

// Freeze stops the program where it is, until Thaw lets it go on.
func (p *Process) Freeze() error { return p.cmd.Process.Signal(syscall.SIGSTOP) }

// Thaw ends Freeze.
func (p *Process) Thaw() error { return p.cmd.Process.Signal(syscall.SIGCONT) }

// Kill sends SIGKILL and waits until the program is gone.
func (p *Process) Kill() {
	_ = p.cmd.Process.Kill()
	<-p.ended
}

// Stop asks the program to end, and kills it when it does not within ten seconds.
func (p *Process) Stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.ended:
		return p.result
	case <-time.After(10 * time.Second):
		p.Kill()
		return fmt.Errorf("%s did not stop and was killed", p.Name)
	}
}

// Ended is closed when the program is gone.
func (p *Process) Ended() <-chan struct{} { return p.ended }

// PID returns the process number.
func (p *Process) PID() int { return p.cmd.Process.Pid }
