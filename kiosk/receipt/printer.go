package receipt

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	"chasqui/kiosk"
)

// Trouble says why a receipt did not come out, as far as can be told.
type Trouble struct {
	// State is how the printer is.
	State kiosk.PrinterState
	// Perhaps says that the receipt was handed over, whole or in part, and may
	// have come out or may come out yet. A program must not print it again by
	// itself; a person who stands before the printer sees whether it did.
	Perhaps bool
	// Err is for programmers.
	Err error
}

// Error implements error.
func (t *Trouble) Error() string {
	if t.Perhaps {
		return fmt.Sprintf("print a receipt: the printer is %q, and the receipt may have come out: %v", t.State, t.Err)
	}
	return fmt.Sprintf("print a receipt: the printer is %q: %v", t.State, t.Err)
}

// Unwrap returns the error for programmers.
func (t *Trouble) Unwrap() error { return t.Err }

// trouble makes a Trouble of an error of the system.
func trouble(err error, perhaps bool) *Trouble {
	var known *Trouble
	if errors.As(err, &known) {
		return &Trouble{State: known.State, Perhaps: known.Perhaps || perhaps, Err: known.Err}
	}
	return &Trouble{State: stateOf(err), Perhaps: perhaps, Err: err}
}

// stateOf reads an error of the system as a state of the printer.
func stateOf(err error) kiosk.PrinterState {
	var name *net.DNSError
	switch {
	case errors.As(err, &name) && name.IsNotFound,
		errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENXIO), errors.Is(err, syscall.ENODEV):
		return kiosk.PrinterGone
	case errors.Is(err, syscall.ENOSPC): // what Linux's usblp says of a printer without paper
		return kiosk.PrinterNoPaper
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EBUSY):
		return kiosk.PrinterFault
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled), errors.Is(err, os.ErrDeadlineExceeded):
		return kiosk.PrinterOff
	}
	return kiosk.PrinterOff
}

// desk is what every printer has: one receipt at a time, and what was last heard
// of it.
type desk struct {
	now func() time.Time
	// turn holds one token: who has it, prints.
	turn chan struct{}

	mu    sync.Mutex
	heard kiosk.Printer
}

func newDesk(name string, now func() time.Time) *desk {
	if now == nil {
		now = time.Now
	}
	d := &desk{now: now, turn: make(chan struct{}, 1), heard: kiosk.Printer{Name: name, State: kiosk.PrinterUnknown, At: now()}}
	d.turn <- struct{}{}
	return d
}

// take waits for the turn; whoever gets it gives it back.
func (d *desk) take(ctx context.Context) error {
	select {
	case <-d.turn:
		return nil
	case <-ctx.Done():
		return &Trouble{State: d.State().State, Err: fmt.Errorf("another receipt is still being printed: %w", ctx.Err())}
	}
}

func (d *desk) give() { d.turn <- struct{}{} }

// State returns what was last heard of the printer.
func (d *desk) State() kiosk.Printer {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.heard
}

// note writes down what was heard.
func (d *desk) note(state kiosk.PrinterState, words string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.heard.State, d.heard.Words, d.heard.At = state, words, d.now()
}

// result notes how an attempt ended, and returns it as an error.
func (d *desk) result(t *Trouble, words string) error {
	if t != nil {
		d.note(t.State, t.Err.Error())
		return t
	}
	d.note(kiosk.PrinterReady, words)
	return nil
}
