package receipt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"sync/atomic"
	"syscall"
	"time"
)

// link is the way to a receipt printer: a socket or a device file.
type link interface {
	// write writes all of b until a moment; when it fails, sent says whether any of
	// it may have gone out.
	write(b []byte, until time.Time) (sent bool, err error)
	// read waits for one byte; its error is errSilent when none came until then.
	read(until time.Time) (byte, error)
	// answers reports whether it makes sense to ask.
	answers() bool
	// finish waits for a sign that the other side took everything that was written,
	// where there can be one.
	finish(until time.Time) error
	close()
}

// The printer's port when the address names none, and how long it may take to
// answer a call.
const (
	rawPort  = "9100"
	dialTime = 3 * time.Second
)

// socket is a printer on the network.
type socket struct{ conn *net.TCPConn }

func dial(ctx context.Context, address string) (link, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	return &socket{conn: conn.(*net.TCPConn)}, nil
}

func (s *socket) answers() bool { return true }

func (s *socket) write(b []byte, until time.Time) (sent bool, err error) {
	if err := s.conn.SetWriteDeadline(until); err != nil {
		return false, err
	}
	n, err := s.conn.Write(b)
	return n > 0, err
}

func (s *socket) read(until time.Time) (byte, error) {
	if err := s.conn.SetReadDeadline(until); err != nil {
		return 0, err
	}
	var b [1]byte
	switch _, err := s.conn.Read(b[:]); {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return 0, errSilent
	case err != nil:
		return 0, fmt.Errorf("the printer hung up: %w", err)
	}
	return b[0], nil
}

// finish says that this was all and waits for the printer to hang up as well.
// Without that nothing tells a printer that took everything from one that lets it
// lie in a buffer.
func (s *socket) finish(until time.Time) error {
	if err := s.conn.CloseWrite(); err != nil {
		return err
	}
	if err := s.conn.SetReadDeadline(until); err != nil {
		return err
	}
	// A printer that talks all the time is cut off by the deadline.
	switch _, err := io.Copy(io.Discard, s.conn); {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Errorf("%w, and does not say that it took the receipt", errSilent)
	case err != nil:
		return fmt.Errorf("the printer hung up: %w", err)
	}
	return nil
}

func (s *socket) close() { _ = s.conn.Close() }

// device is a printer behind a device file. A file that is none is written to as
// it is: what a FIFO's reader or a regular file does is theirs.
type device struct {
	file *os.File
	asks bool
	// hung counts writes that the driver never let go of, over all links to the
	// device.
	hung *atomic.Int32
}

// openDevice opens a device file without waiting: not for a FIFO's reader, not
// for a modem's carrier.
func openDevice(path string, hung *atomic.Int32) (link, error) {
	if hung.Load() > 0 {
		return nil, &Trouble{State: stateOf(os.ErrDeadlineExceeded), Err: errors.New("an earlier write to the printer still hangs in the system")}
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	talks := info.Mode()&fs.ModeCharDevice != 0
	flags := os.O_WRONLY | os.O_APPEND
	if talks {
		flags = os.O_RDWR
	}
	f, err := os.OpenFile(path, flags|syscall.O_NONBLOCK|openFlags, 0) // #nosec G304 -- the operator names the device
	if err != nil {
		return nil, fmt.Errorf("%w%s", err, remedy(err))
	}
	if talks {
		if err := makeRaw(f); err != nil {
			_ = f.Close()
			return nil, err
		}
		// A device that cannot be waited for cannot be asked: the read might never
		// return.
		talks = f.SetReadDeadline(time.Time{}) == nil
	}
	return &device{file: f, asks: talks, hung: hung}, nil
}

// remedy is the next step for an operator.
func remedy(err error) string {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return "; add the kiosk's user to the group that owns the device, mostly lp"
	case errors.Is(err, syscall.EBUSY):
		return "; another program holds the printer, perhaps CUPS"
	}
	return ""
}

func (d *device) answers() bool { return d.asks }

// write writes in the background, since some drivers wait for ever for a printer
// that is off and cannot be told how long.
func (d *device) write(b []byte, until time.Time) (sent bool, err error) {
	_ = d.file.SetWriteDeadline(until) // where it can be told
	type result struct {
		n   int
		err error
	}
	done := make(chan result, 1)
	d.hung.Add(1)
	go func() {
		n, err := d.file.Write(b)
		d.hung.Add(-1)
		done <- result{n, err}
	}()
	timer := time.NewTimer(time.Until(until) + 100*time.Millisecond)
	defer timer.Stop()
	select {
	case r := <-done:
		return r.n > 0, r.err
	case <-timer.C:
		return true, fmt.Errorf("write to %s: %w", d.file.Name(), os.ErrDeadlineExceeded)
	}
}

func (d *device) read(until time.Time) (byte, error) {
	if !d.asks {
		return 0, errSilent
	}
	if err := d.file.SetReadDeadline(until); err != nil {
		return 0, err
	}
	for {
		var b [1]byte
		switch n, err := d.file.Read(b[:]); {
		case n == 1:
			return b[0], nil
		case errors.Is(err, os.ErrDeadlineExceeded):
			return 0, errSilent
		case err != nil && !errors.Is(err, io.EOF):
			return 0, err
		}
		// A USB printer with nothing to say answers with nothing, over and over.
		pause := time.NewTimer(20 * time.Millisecond)
		<-pause.C
		if !time.Now().Before(until) {
			return 0, errSilent
		}
	}
}

func (d *device) finish(time.Time) error { return nil }

func (d *device) close() { _ = d.file.Close() }
