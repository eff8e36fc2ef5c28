package receipt

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"chasqui/kiosk"
)

// RollPrinterConfig says where a receipt printer is. One of Device and Address is
// needed.
type RollPrinterConfig struct {
	// Device is a device file, "/dev/usb/lp0"; Address a host, with a port where it
	// is not 9100.
	Device  string
	Address string
	Roll    Roll
	// Mute says that the printer never answers a question, so that it is not asked.
	Mute bool
	// Patience is how long Print may take, 10 s when zero.
	Patience time.Duration
	// Now is time.Now when nil. It dates what is heard; waiting goes by the system.
	Now func() time.Time
}

// RollPrinter is a receipt printer that speaks ESC/POS, on a device file or on a
// port of the network.
//
// What holds of [RollPrinter.Print]: one receipt at a time; it returns within
// Patience, whatever the printer does. An error without [Trouble.Perhaps] means
// that no byte of the receipt went out. Nothing is ever tried twice inside Print.
// nil means that the receipt came out where the printer answers questions: it is
// asked at the end for an answer that comes only when all before it is done.
// Where a printer answers none, nil means that it took everything. A receipt that
// ended in Perhaps is wiped from the memory of a printer that answers before the
// next one, so that paper put in later does not bring two; one that answers none may
// take the wipe for letters, and is left alone.
type RollPrinter struct {
	*desk
	cfg  RollPrinterConfig
	hung atomic.Int32

	// What is known of the printer; only who has the turn touches it.
	spoke bool // it has answered a question
	curt  bool // it answers DLE EOT, and GS r not
	owed  bool // the last receipt may lie in its memory
}

// The share of Patience that each step may take.
const (
	patience    = 10 * time.Second
	answerTime  = 700 * time.Millisecond
	finishTime  = 2500 * time.Millisecond
	confirmTime = 6 * time.Second
	confirmLook = time.Second
)

// escWipe empties the printer's memory at once: DLE DC4 8. escLast is answered
// when all before it is done: GS r 1.
var (
	escWipe = []byte{0x10, 0x14, 8, 1, 3, 20, 1, 6, 2, 8}
	escLast = []byte{0x1d, 'r', 1}
)

// NewRollPrinter returns the printer. It does not look for it yet.
func NewRollPrinter(cfg RollPrinterConfig) (*RollPrinter, error) {
	if (cfg.Device == "") == (cfg.Address == "") {
		return nil, errors.New("device: name a device file like /dev/usb/lp0, or an address like 192.0.2.7:9100, and not both")
	}
	if err := cfg.Roll.Check(); err != nil {
		return nil, err
	}
	name := "escpos file:" + cfg.Device
	if cfg.Address != "" {
		if _, _, err := net.SplitHostPort(cfg.Address); err != nil {
			cfg.Address = net.JoinHostPort(cfg.Address, rawPort)
		}
		name = "escpos tcp:" + cfg.Address
	}
	if cfg.Patience == 0 {
		cfg.Patience = patience
	}
	return &RollPrinter{desk: newDesk(name, cfg.Now), cfg: cfg}, nil
}

// Print gives one receipt on paper; see RollPrinter for what its errors mean. They
// are *Trouble, or ErrContent when the receipt itself cannot be.
func (p *RollPrinter) Print(ctx context.Context, c Content) error {
	slip, err := ESCPOS(c, p.cfg.Roll)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, p.cfg.Patience)
	defer cancel()
	if err := p.take(ctx); err != nil {
		return err
	}
	defer p.give()
	words, t := p.print(ctx, slip)
	p.owed = p.owed || t != nil && t.Perhaps
	return p.result(t, words)
}

// Check asks the printer how it is, without printing. It waits for no receipt
// under way: that one will tell.
func (p *RollPrinter) Check(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, p.cfg.Patience)
	defer cancel()
	select {
	case <-p.turn:
	default:
		return
	}
	defer p.give()
	l, err := p.open(ctx)
	if err != nil {
		_ = p.result(trouble(err, false), "")
		return
	}
	defer l.close()
	a, asked, t := p.ask(l)
	switch {
	case t != nil:
		_ = p.result(t, "")
	case asked:
		p.note(kiosk.PrinterReady, a.words())
	case p.State().State != kiosk.PrinterReady:
		p.note(kiosk.PrinterUnknown, "it is there and answers no questions")
	}
}

// print does one receipt, and returns what was heard.
func (p *RollPrinter) print(ctx context.Context, slip []byte) (words string, t *Trouble) {
	l, err := p.open(ctx)
	if err != nil {
		return "", trouble(err, false)
	}
	// Whoever stops waiting stops the printer's line as well.
	defer context.AfterFunc(ctx, l.close)()
	defer l.close()
	until, _ := ctx.Deadline()
	if p.owed && l.answers() && p.spoke {
		if _, err := l.write(escWipe, until); err != nil {
			return "", trouble(err, false)
		}
		p.owed = false
	}
	a, asked, t := p.ask(l)
	if t != nil {
		return "", t
	}
	confirm := asked && !p.curt
	if confirm {
		slip = append(slip, escLast...)
	}
	// A second is kept for asking why.
	if sent, err := l.write(slip, until.Add(-p.cfg.Patience/10)); err != nil {
		return "", p.because(l, err, sent)
	}
	if !asked {
		if p.cfg.Mute || !l.answers() {
			return "handed over; the printer is not asked", nil
		}
		if err := l.finish(earlier(until, finishTime)); err != nil {
			return "", trouble(err, true)
		}
		return "handed over; the printer answers no questions", nil
	}
	if confirm {
		return p.confirm(l, a, earlier(until.Add(-p.cfg.Patience/5), confirmTime))
	}
	return a.words(), nil
}

// confirm waits for the answer that comes when the receipt is done, and asks in
// between how the printer is, so that nobody waits long for paper that ended.
func (p *RollPrinter) confirm(l link, before answers, until time.Time) (words string, t *Trouble) {
	for {
		_, _, err := hear(l, processed, earlier(until, confirmLook))
		if err == nil {
			return before.words(), nil
		}
		if !errors.Is(err, errSilent) {
			return "", trouble(err, true)
		}
		after, done, err := askAll(l, answerTime)
		switch {
		case done:
			return after.words(), nil
		case err != nil:
			return "", trouble(err, true)
		}
		if t := after.trouble(); t != nil {
			return "", trouble(t, true)
		}
		if !time.Now().Before(until) {
			p.curt = true
			return describe("handed over; the printer does not say when it is done", after.words()), nil
		}
	}
}

// because finds out why the receipt could not be handed over.
func (p *RollPrinter) because(l link, err error, sent bool) *Trouble {
	if p.spoke && l.answers() {
		if a, _, silent := askAll(l, answerTime); silent == nil {
			if t := a.trouble(); t != nil {
				return &Trouble{State: t.State, Perhaps: sent, Err: fmt.Errorf("%w (%w)", t.Err, err)}
			}
		}
	}
	return trouble(err, sent)
}

// open opens the way to the printer.
func (p *RollPrinter) open(ctx context.Context) (link, error) {
	if p.cfg.Device != "" {
		return openDevice(p.cfg.Device, &p.hung)
	}
	return dial(ctx, p.cfg.Address)
}

// ask asks the printer how it is. asked is false when it cannot be asked; one
// that answered before and does not now is off.
func (p *RollPrinter) ask(l link) (a answers, asked bool, t *Trouble) {
	if p.cfg.Mute || !l.answers() {
		return a, false, nil
	}
	a, _, err := askAll(l, answerTime)
	switch {
	case errors.Is(err, errSilent) && !p.spoke:
		return a, false, nil
	case err != nil:
		return a, false, trouble(err, false)
	}
	p.spoke = true
	return a, true, a.trouble()
}

// earlier is the earlier of a moment and a while from now.
func earlier(until time.Time, while time.Duration) time.Time {
	if soon := time.Now().Add(while); soon.Before(until) {
		return soon
	}
	return until
}
