package receipttest

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"sync"
)

// The answers to DLE EOT 1 to 4 of a printer that is well.
var well = [5]byte{0, 0x16, 0x12, 0x12, 0x12}

// Manners are how a printer behaves.
type Manners struct {
	// Silent printers answer no question. A silent one still hangs up after its
	// caller does.
	Silent bool
	// Curt printers answer DLE EOT, but not GS r.
	Curt bool
	// Deaf printers take a call and never read.
	Deaf bool
	// HangUpAfter is how many bytes of a receipt are read before the printer hangs
	// up in the middle; 0 for all.
	HangUpAfter int
	// PaperEndsAfter is how many bytes of a receipt are printed before the paper
	// ends. What comes after stays in the printer's memory until there is paper.
	PaperEndsAfter int
	// CoverOpen, NoPaper, NearEnd, Offline and Error are what it says of itself.
	CoverOpen, NoPaper, NearEnd, Offline, Error bool
}

func (m Manners) answers() [5]byte {
	a := well
	if m.Offline || m.CoverOpen || m.NoPaper {
		a[1] |= 0x08
	}
	if m.CoverOpen {
		a[2] |= 0x04
	}
	if m.NoPaper {
		a[2] |= 0x20
		a[4] |= 0x60
	}
	if m.Error {
		a[2] |= 0x40
		a[3] |= 0x20
	}
	if m.NearEnd {
		a[4] |= 0x0c
	}
	return a
}

// Printer plays a receipt printer on a port of this machine.
type Printer struct {
	listener net.Listener
	wait     sync.WaitGroup

	mu      sync.Mutex
	manners Manners
	printed bytes.Buffer
	memory  bytes.Buffer
	calls   int
	open    map[net.Conn]bool
}

// Start starts a printer; it must be closed.
func Start(m Manners) (*Printer, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("play a printer: %w", err)
	}
	p := &Printer{listener: listener, manners: m, open: map[net.Conn]bool{}}
	p.wait.Go(p.serve)
	return p, nil
}

// Address is where the printer listens.
func (p *Printer) Address() string { return p.listener.Addr().String() }

// Be changes how the printer behaves from now on. With paper, what was in its
// memory comes out.
func (p *Printer) Be(m Manners) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.manners = m
	if !m.NoPaper {
		p.printed.Write(p.memory.Bytes())
		p.memory.Reset()
	}
}

// Printed returns all that came out on paper so far, as bytes.
func (p *Printer) Printed() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return bytes.Clone(p.printed.Bytes())
}

// Calls counts how often somebody called.
func (p *Printer) Calls() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls
}

// Close switches the printer off.
func (p *Printer) Close() error {
	err := p.listener.Close()
	p.mu.Lock()
	for conn := range p.open {
		_ = conn.Close()
	}
	p.mu.Unlock()
	p.wait.Wait()
	return err
}

func (p *Printer) serve() {
	for {
		conn, err := p.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue
		}
		p.mu.Lock()
		p.calls++
		p.open[conn] = true
		deaf := p.manners.Deaf
		p.mu.Unlock()
		if deaf {
			_ = conn.(*net.TCPConn).SetReadBuffer(1)
			continue
		}
		p.wait.Go(func() { p.talk(conn) })
	}
}

// talk reads byte by byte, as a printer's line does: a question of real time is
// answered at once, the rest is printed in its order.
func (p *Printer) talk(conn net.Conn) {
	defer conn.Close()
	var held []byte
	one, took := make([]byte, 1), 0
	for {
		if _, err := conn.Read(one); err != nil {
			return
		}
		held = append(held, one[0])
		answer, done := p.hear(held)
		if !done {
			continue
		}
		if answer == nil {
			took += len(held)
			p.print(held, took)
		}
		held = nil
		if len(answer) > 0 {
			if _, err := conn.Write(answer); err != nil {
				return
			}
		}
		p.mu.Lock()
		hangUp := p.manners.HangUpAfter > 0 && took >= p.manners.HangUpAfter
		p.mu.Unlock()
		if hangUp {
			return
		}
	}
}

var wipe = []byte{0x10, 0x14, 8, 1, 3, 20, 1, 6, 2, 8}

// hear looks at what may be a question. done is false while it may yet become
// one; the answer is nil when it is to be printed.
func (p *Printer) hear(held []byte) (answer []byte, done bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	last := []byte{0x1d, 'r', 1}
	switch {
	case len(held) == 3 && held[0] == 0x10 && held[1] == 0x04:
		if p.manners.Silent || held[2] < 1 || held[2] > 4 {
			return []byte{}, true
		}
		a := p.manners.answers()
		return a[held[2] : held[2]+1], true
	case bytes.Equal(held, wipe):
		p.memory.Reset()
		return []byte{0x37, 0x25, 0x00}, true
	case bytes.Equal(held, last):
		if p.manners.Silent || p.manners.Curt || p.manners.NoPaper {
			return []byte{}, true
		}
		return []byte{0}, true
	case bytes.HasPrefix([]byte{0x10, 0x04}, held), bytes.HasPrefix(wipe, held), bytes.HasPrefix(last, held):
		return nil, false
	}
	return nil, true
}

// print puts bytes on paper, or into memory when there is none.
func (p *Printer) print(b []byte, took int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.manners.PaperEndsAfter > 0 && took >= p.manners.PaperEndsAfter {
		p.manners.NoPaper = true
	}
	if p.manners.NoPaper {
		p.memory.Write(b)
		return
	}
	p.printed.Write(b)
}
