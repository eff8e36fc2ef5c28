package watch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"
)

// Keeper runs a program and keeps it running.
type Keeper struct {
	// Program and Args are what is run, with this program's environment.
	Program string
	Args    []string
	// Stdout and Stderr are the child's, as they are.
	Stdout, Stderr *os.File
	// Display is the X display at whose screen the keeper looks; "" to watch the
	// pulse only, where the screen is not the child's alone.
	Display string
	// Limits say when the child is frozen; DefaultLimits where they are zero.
	Limits Limits
	Log    *slog.Logger

	judge Judge
	pace  Pace
	tell  notifier
}

// How long a child that is told to end may take: it has a queue to close.
const endPatience = 8 * time.Second

// Run keeps the program running until ctx ends, and ends it then.
func (k *Keeper) Run(ctx context.Context) error {
	if !supported {
		return errors.New("-supervise works on Linux only: leave it out")
	}
	if k.Limits == (Limits{}) {
		k.Limits = DefaultLimits
	}
	k.judge.Limits = k.Limits
	k.tell = takeNotifier()
	defer k.tell.tell("STOPPING=1")
	var watching *eye
	if k.Display != "" {
		watching = newEye(k.Display)
	}
	// systemd is told at once: what is promised is to keep trying.
	k.tell.tell("READY=1", "STATUS=starting")
	starts := newStarter()
	defer starts.close()
	for {
		end, err := k.once(ctx, starts, watching)
		if ctx.Err() != nil {
			return err
		}
		if err != nil {
			k.Log.Error("supervise: the kiosk cannot be started", "why", err)
		}
		before := k.pace.Software()
		wait := k.pace.After(end)
		k.Log.Error("supervise: the kiosk is started anew", "why", end.String(), "lived", end.Lived.Round(time.Millisecond), "in", wait)
		if k.pace.Software() && !before {
			k.Log.Error("supervise: it ended too often: from now on it draws without the graphics driver (LIBGL_ALWAYS_SOFTWARE=1)")
		}
		k.tell.tell("STATUS=restarting: " + end.String())
		if !k.pause(ctx, wait, end.Refused()) {
			return nil
		}
	}
}

// pause waits, and reports whether to go on. While it waits for somebody to put a
// configuration right, systemd hears that nothing else is wrong.
func (k *Keeper) pause(ctx context.Context, wait time.Duration, refused bool) bool {
	if refused {
		k.tell.tell("WATCHDOG=1")
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// once runs the child until it ends, is frozen, or ctx ends.
func (k *Keeper) once(ctx context.Context, starts starter, watching *eye) (End, error) {
	began := time.Now()
	var c *child
	var err error
	starts.do(func() { c, err = k.start() })
	if err != nil {
		return End{Lived: time.Since(began), Status: -1}, err
	}
	clock := newClock(c.pid)
	defer clock.close()
	k.judge.Begin(clock.now())
	overdue := time.NewTimer(k.Limits.Soon)
	defer overdue.Stop()
	end := func(f Fault) End {
		return End{Lived: time.Since(began), Status: c.status, Fault: f, Shown: k.judge.Started()}
	}
	shown, told := false, time.Time{}
	for {
		select {
		case <-c.gone:
			return end(Well), nil
		case <-ctx.Done():
			err := c.end(endPatience)
			if !k.judge.Started() && c.status < 0 {
				err = nil // it was not yet listening, and had nothing open to close well
			}
			return end(Well), err
		case <-c.heard.fresh:
			overdue.Reset(k.Limits.Look)
		case <-overdue.C:
			overdue.Reset(k.Limits.Soon)
		}
		s := clock.signs()
		s.Beats, s.Painted, s.Picture = c.heard.beats.Load(), c.heard.painted.Load(), watching.see()
		blind := k.judge.Blind()
		fault := k.judge.Look(clock.now(), s)
		if k.judge.Blind() && !blind {
			k.Log.Error("supervise: no page was ever seen on the screen, and the kiosk says that it paints: the screen is not judged any more")
		}
		if fault != Well {
			k.Log.Error("supervise: the kiosk is frozen", "why", string(fault))
			k.kill(c)
			return end(fault), nil
		}
		if !k.judge.Started() {
			continue
		}
		if !shown {
			shown = true
			k.Log.Info("supervise: the page is shown", "after", time.Since(began).Round(time.Millisecond))
		}
		if time.Since(told) >= time.Second {
			told = time.Now()
			k.tell.tell("WATCHDOG=1", "STATUS="+k.judge.String())
		}
	}
}

// kill ends a frozen child and waits until it is gone: it holds the queue's lock.
func (k *Keeper) kill(c *child) {
	c.kill()
	for {
		timer := time.NewTimer(5 * time.Second)
		select {
		case <-c.gone:
			timer.Stop()
			return
		case <-timer.C:
			k.Log.Error("supervise: the frozen kiosk cannot be killed: the kernel holds it, mostly for a disk or a driver; if this goes on the machine must be started anew")
			c.kill()
		}
	}
}

// child is the program, running.
type child struct {
	pid    int
	heard  *heard
	status int           // once gone
	gone   chan struct{} // closed when it has ended
}

// end asks the child to end, and kills it when it takes longer than patience.
func (c *child) end(patience time.Duration) error {
	c.ask()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-c.gone:
		if c.status != 0 {
			return fmt.Errorf("the kiosk ended with status %d", c.status)
		}
		return nil
	case <-timer.C:
		c.kill()
		<-c.gone
		return errors.New("the kiosk did not end and was killed; its queue is durable")
	}
}

// listen follows the child's pulse and closes the pipe at its end.
func (c *child) listen(pipe io.ReadCloser) {
	defer pipe.Close()
	c.heard.listen(pipe)
}
