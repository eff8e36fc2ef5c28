package watch

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
)

// pulseVariable names, in the child's environment, the descriptor of the pipe.
const pulseVariable = "CHASQUI_PULSE"

// pulseDescriptor is the first that a child inherits beside the standard three.
const pulseDescriptor = 3

// Pulse is the child's end of the pipe.
type Pulse struct{ descriptor int }

// TakePulse returns the pulse that whoever started this program wants, or nil when
// nobody does. Programs that this one starts will not inherit it.
func TakePulse() *Pulse {
	if os.Getenv(pulseVariable) != strconv.Itoa(pulseDescriptor) {
		return nil
	}
	_ = os.Unsetenv(pulseVariable)
	syscall.CloseOnExec(pulseDescriptor)
	// A watcher that does not read must not stop the drawing.
	if err := syscall.SetNonblock(pulseDescriptor, true); err != nil {
		return nil
	}
	return &Pulse{pulseDescriptor}
}

// Beat says that the thread that draws is alive and how often it has painted. Call it
// on that thread.
func (p *Pulse) Beat(painted uint64) {
	_, _ = syscall.Write(p.descriptor, fmt.Appendf(nil, "painted %d\n", painted))
}

// heard is the watcher's end.
type heard struct {
	beats, painted atomic.Uint64
	// fresh is rung at each beat.
	fresh chan struct{}
}

func newHeard() *heard { return &heard{fresh: make(chan struct{}, 1)} }

// listen counts beats until the pipe ends. A line that is no beat is none.
func (h *heard) listen(r io.Reader) {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		word, number, _ := strings.Cut(lines.Text(), " ")
		painted, err := strconv.ParseUint(number, 10, 64)
		if word != "painted" || err != nil {
			continue
		}
		h.painted.Store(painted)
		h.beats.Add(1)
		select {
		case h.fresh <- struct{}{}:
		default: // the one before has not been looked at yet
		}
	}
}
