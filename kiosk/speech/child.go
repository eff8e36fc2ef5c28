package speech

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"time"
)

const (
	synthesiserName = "espeak-ng"
	playerName      = "aplay"
	// mostChildren is how many may live at once: two of a run, and those of the runs
	// before it that the system has not let go of yet.
	mostChildren = 8
	// rest is how long a program is left alone that failed mostFailures times in a row.
	rest         = 10 * time.Second
	mostFailures = 3
)

// errEnded is what a run that was ended says: nothing is wrong.
var errEnded = errors.New("the run was ended")

// child is a process under way.
type child struct {
	cmd    *exec.Cmd
	stderr *beginning
	// done is closed when it was reaped; err is then what became of it.
	done chan struct{}
	err  error
}

// kill ends it at once, and whatever it started itself. It does not wait.
func (c *child) kill() { signalGroup(c.cmd.Process, killed) }

// hold stops it where it is, or lets it go on.
func (c *child) hold(on bool) {
	if on {
		signalGroup(c.cmd.Process, held)
	} else {
		signalGroup(c.cmd.Process, resumed)
	}
}

// failure says why it failed, "" when it did not.
func (c *child) failure() string {
	if c.err == nil {
		return ""
	}
	return strings.TrimSuffix(c.err.Error()+": "+c.stderr.line(), ": ")
}

// hung says that a child did nothing for too long.
type hung struct{ patience time.Duration }

func (h *hung) Error() string { return fmt.Sprintf("it hung for %v and was ended", h.patience) }

// lastWords ends a child that failed and returns what it says of it itself, if it
// does. One that hung is not waited for.
func lastWords(c *child, err error) string {
	defer c.kill()
	if h := (*hung)(nil); errors.As(err, &h) {
		return ""
	}
	short := time.NewTimer(reaping)
	defer short.Stop()
	select {
	case <-c.done:
		return c.failure()
	case <-short.C:
		return ""
	}
}

// nursery starts children, all from one thread: the system kills a child when the
// thread that started it ends (Pdeathsig), so that thread must live as long as the
// kiosk, and no longer.
type nursery struct {
	births chan func()
	wait   sync.WaitGroup
	living chan struct{}
}

func newNursery() *nursery {
	n := &nursery{births: make(chan func()), living: make(chan struct{}, mostChildren)}
	n.wait.Go(func() {
		runtime.LockOSThread() // never unlocked: the thread ends with this function
		for birth := range n.births {
			birth()
		}
	})
	return n
}

// close ends the thread. Every child must have been killed before.
func (n *nursery) close() {
	close(n.births)
	n.wait.Wait()
}

// start starts a program with its standard input and output, nil for none.
func (n *nursery) start(path string, args []string, stdin, stdout *os.File) (*child, error) {
	select {
	case n.living <- struct{}{}:
	default:
		return nil, fmt.Errorf("%d processes could not be ended and are waited for", mostChildren)
	}
	c := &child{cmd: exec.Command(path, args...), stderr: &beginning{}, done: make(chan struct{})} // #nosec G204 -- the arguments are checked settings, and no shell reads them
	c.cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "LANGUAGE=C")
	c.cmd.Stderr = c.stderr
	c.cmd.WaitDelay = time.Second
	if stdin != nil {
		c.cmd.Stdin = stdin
	}
	if stdout != nil {
		c.cmd.Stdout = stdout
	}
	bind(c.cmd)
	born := make(chan error, 1)
	n.births <- func() { born <- c.cmd.Start() }
	if err := <-born; err != nil {
		<-n.living
		return nil, err
	}
	go func() {
		c.err = c.cmd.Wait()
		<-n.living
		close(c.done)
	}()
	return c, nil
}

// programme is one of the two programs, and how it has been doing.
type programme struct {
	name, pack string
	// patience is how long it may do nothing.
	patience time.Duration

	mu       sync.Mutex
	words    string
	failures int
	until    time.Time
}

// find says whether the program is installed. It is asked each time, so that a kiosk
// speaks as soon as it is.
func (p *programme) find() error {
	_, err := p.path()
	return err
}

func (p *programme) path() (string, error) {
	path, err := exec.LookPath(p.name)
	if err != nil {
		return "", fmt.Errorf("%w; install Debian's %s", err, p.pack)
	}
	return path, nil
}

// rests reports whether it is left alone at the moment.
func (p *programme) rests(now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return now.Before(p.until)
}

// failed notes a failure and reports whether it is news.
func (p *programme) failed(err error, now time.Time) (news bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failures++; p.failures >= mostFailures {
		p.until = now.Add(rest)
	}
	news = p.words == ""
	p.words = err.Error()
	return news
}

// worked notes that it did what it should, and reports whether that is news.
func (p *programme) worked() (news bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	news = p.words != ""
	p.words, p.failures, p.until = "", 0, time.Time{}
	return news
}

func (p *programme) trouble() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.words
}

// beginning keeps the first lines of what a child writes to its standard error; it reads
// and forgets the rest, so that the child is never held up.
type beginning struct {
	mu   sync.Mutex
	kept bytes.Buffer
}

func (t *beginning) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if room := 2000 - t.kept.Len(); room > 0 {
		t.kept.Write(b[:min(room, len(b))])
	}
	return len(b), nil
}

// line returns the last line, which says most in both programs.
func (t *beginning) line() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := strings.Split(strings.TrimSpace(t.kept.String()), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}
