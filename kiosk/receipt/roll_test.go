package receipt

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"chasqui/kiosk"
	"chasqui/kiosk/receipt/receipttest"
)

func printer(t *testing.T, m receipttest.Manners) *receipttest.Printer {
	t.Helper()
	p, err := receipttest.Start(m)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}

func rollPrinter(t *testing.T, cfg RollPrinterConfig) *RollPrinter {
	t.Helper()
	p, err := NewRollPrinter(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// folios counts the receipts that came out whole or in part.
func folios(b []byte) int { return bytes.Count(b, []byte("K7M 4029 1837 W\n")) }

// A printer in each of its moments: what is said of it, whether paper came out,
// and whether somebody is told that it may have.
//
// Guards the desk, which is told what to do, and the citizen, who is not told of
// a receipt that never came: without the questions a printer without paper takes
// every receipt in silence.
func TestAPrinterIsAskedBeforeAndAfter(t *testing.T) {
	for _, c := range []struct {
		name    string
		manners receipttest.Manners
		state   kiosk.PrinterState
		words   string
		printed int
		perhaps bool
	}{
		{"ready", receipttest.Manners{}, kiosk.PrinterReady, "", 1, false},
		{"near the end of its paper", receipttest.Manners{NearEnd: true}, kiosk.PrinterReady, "near the end", 1, false},
		{"answers no questions", receipttest.Manners{Silent: true}, kiosk.PrinterReady, "answers no questions", 1, false},
		{"does not say when it is done", receipttest.Manners{Curt: true}, kiosk.PrinterReady, "does not say", 1, false},
		{"out of paper", receipttest.Manners{NoPaper: true}, kiosk.PrinterNoPaper, "out of paper", 0, false},
		{"cover open", receipttest.Manners{CoverOpen: true}, kiosk.PrinterFault, "cover", 0, false},
		{"in error", receipttest.Manners{Error: true}, kiosk.PrinterFault, "error", 0, false},
		{"offline", receipttest.Manners{Offline: true}, kiosk.PrinterFault, "offline", 0, false},
		{"paper ends in the middle", receipttest.Manners{PaperEndsAfter: 300}, kiosk.PrinterNoPaper, "out of paper", 1, true},
		{"hangs up in the middle", receipttest.Manners{HangUpAfter: 300}, kiosk.PrinterOff, "", 1, true},
		{"takes the call and never reads", receipttest.Manners{Deaf: true}, kiosk.PrinterOff, "does not answer", 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			there := printer(t, c.manners)
			p := rollPrinter(t, RollPrinterConfig{Address: there.Address(), Roll: Roll{Cut: true}})
			if s := p.State(); s.State != kiosk.PrinterUnknown || s.Name != "escpos tcp:"+there.Address() {
				t.Errorf("before the first receipt: %+v", s)
			}
			began := time.Now()
			err := p.Print(t.Context(), samples["es"])
			if took := time.Since(began); took > 11*time.Second {
				t.Errorf("it took %v", took)
			}
			var trouble *Trouble
			if good := c.state == kiosk.PrinterReady; good != (err == nil) || err != nil && !errors.As(err, &trouble) {
				t.Fatalf("error %v", err)
			}
			if trouble != nil && (trouble.State != c.state || trouble.Perhaps != c.perhaps) {
				t.Errorf("%+v", trouble)
			}
			if s := p.State(); s.State != c.state || !strings.Contains(s.Words, c.words) {
				t.Errorf("state %+v, want %s with %q", s, c.state, c.words)
			}
			if n := folios(there.Printed()); n != c.printed {
				t.Errorf("%d receipts came out, want %d", n, c.printed)
			}
			if there.Calls() != 1 {
				t.Errorf("the printer was called %d times for one receipt", there.Calls())
			}
		})
	}
}

// Guards against two receipts for one: the rest of a receipt lies in the printer's
// memory when its paper ends, and would come out with the next.
func TestAReceiptThatStuckDoesNotComeOutWithTheNext(t *testing.T) {
	there := printer(t, receipttest.Manners{PaperEndsAfter: 60})
	p := rollPrinter(t, RollPrinterConfig{Address: there.Address()})
	var trouble *Trouble
	if err := p.Print(t.Context(), samples["es"]); !errors.As(err, &trouble) || !trouble.Perhaps {
		t.Fatalf("the first: %v", err)
	}
	// Somebody presses again before there is paper: still nothing.
	if err := p.Print(t.Context(), samples["es"]); !errors.As(err, &trouble) || trouble.Perhaps || trouble.State != kiosk.PrinterNoPaper {
		t.Fatalf("the second: %v", err)
	}
	there.Be(receipttest.Manners{})
	if err := p.Print(t.Context(), samples["es"]); err != nil {
		t.Fatal(err)
	}
	if n := folios(there.Printed()); n != 1 {
		t.Errorf("%d receipts came out", n)
	}
	if s := p.State(); s.State != kiosk.PrinterReady {
		t.Errorf("%+v", s)
	}
}

// Guards a silence that means something: a printer that used to answer is off
// when it does not, and is sent nothing.
func TestAPrinterThatAnsweredBeforeIsOffWhenSilent(t *testing.T) {
	there := printer(t, receipttest.Manners{})
	p := rollPrinter(t, RollPrinterConfig{Address: there.Address()})
	p.Check(t.Context())
	if s := p.State(); s.State != kiosk.PrinterReady {
		t.Fatalf("%+v", s)
	}
	there.Be(receipttest.Manners{Silent: true})
	var trouble *Trouble
	if err := p.Print(t.Context(), samples["es"]); !errors.As(err, &trouble) || trouble.State != kiosk.PrinterOff || trouble.Perhaps {
		t.Errorf("%v", err)
	}
	if len(there.Printed()) != 0 {
		t.Error("it was sent a receipt")
	}
}

func TestAPrinterThatIsNotThere(t *testing.T) {
	free := printer(t, receipttest.Manners{})
	address := free.Address()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		cfg   RollPrinterConfig
		state kiosk.PrinterState
	}{
		{RollPrinterConfig{Address: address}, kiosk.PrinterOff},
		{RollPrinterConfig{Device: filepath.Join(t.TempDir(), "lp0")}, kiosk.PrinterGone},
	} {
		p := rollPrinter(t, c.cfg)
		var trouble *Trouble
		if err := p.Print(t.Context(), samples["es"]); !errors.As(err, &trouble) || trouble.State != c.state || trouble.Perhaps {
			t.Errorf("%+v: %v", c.cfg, err)
		}
		p.Check(t.Context())
		if s := p.State(); s.State != c.state || s.Words == "" {
			t.Errorf("%+v: %+v", c.cfg, s)
		}
	}
}

// Guards a printer that was off and came back: nobody need restart the kiosk.
func TestAPrinterThatCameBackPrints(t *testing.T) {
	there := printer(t, receipttest.Manners{CoverOpen: true})
	p := rollPrinter(t, RollPrinterConfig{Address: there.Address()})
	if err := p.Print(t.Context(), samples["es"]); err == nil {
		t.Fatal("printed with the cover open")
	}
	there.Be(receipttest.Manners{})
	p.Check(t.Context())
	if s := p.State(); s.State != kiosk.PrinterReady || s.Words != "" {
		t.Errorf("%+v", s)
	}
	if err := p.Print(t.Context(), samples["es"]); err != nil || folios(there.Printed()) != 1 {
		t.Errorf("%v", err)
	}
}

// Guards one receipt at a time: two at once would be mixed line by line.
func TestReceiptsDoNotMix(t *testing.T) {
	there := printer(t, receipttest.Manners{})
	p := rollPrinter(t, RollPrinterConfig{Address: there.Address()})
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if err := p.Print(t.Context(), samples["pt"]); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	one, err := ESCPOS(samples["pt"], Roll{})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(there.Printed(), bytes.Repeat(one, 8)) {
		t.Error("what came out is not eight receipts, one after the other")
	}
}

// Guards whoever waits: with the page gone, the printer is left at once.
func TestPrintingEndsWithItsContext(t *testing.T) {
	there := printer(t, receipttest.Manners{Deaf: true})
	p := rollPrinter(t, RollPrinterConfig{Address: there.Address()})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	began := time.Now()
	if err := p.Print(ctx, samples["es"]); err == nil || time.Since(began) > 5*time.Second {
		t.Errorf("%v after %v", err, time.Since(began))
	}
}

func TestAFileTakesTheReceiptAsItIs(t *testing.T) {
	want, err := ESCPOS(samples["ht"], Roll{Cut: true})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "lp0")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	p := rollPrinter(t, RollPrinterConfig{Device: path, Roll: Roll{Cut: true}})
	p.Check(t.Context())
	if s := p.State(); s.State != kiosk.PrinterUnknown || s.Name != "escpos file:"+path {
		t.Errorf("%+v", s)
	}
	for range 2 {
		if err := p.Print(t.Context(), samples["ht"]); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, append(want, want...)) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

func TestAPrinterIsInOnePlace(t *testing.T) {
	for _, cfg := range []RollPrinterConfig{{}, {Device: "/dev/usb/lp0", Address: "192.0.2.7"}, {Address: "192.0.2.7", Roll: Roll{Columns: 7}}} {
		if _, err := NewRollPrinter(cfg); err == nil {
			t.Errorf("%+v is taken", cfg)
		}
	}
	p := rollPrinter(t, RollPrinterConfig{Address: "192.0.2.7"})
	if name := p.State().Name; name != "escpos tcp:"+net.JoinHostPort("192.0.2.7", "9100") {
		t.Error(name)
	}
}

// Guards a receipt that cannot be from being blamed on the printer.
func TestAReceiptThatCannotBeIsNotThePrintersFault(t *testing.T) {
	there := printer(t, receipttest.Manners{})
	p := rollPrinter(t, RollPrinterConfig{Address: there.Address()})
	if err := p.Print(t.Context(), Content{}); !errors.Is(err, ErrContent) {
		t.Errorf("%v", err)
	}
	if s := p.State(); s.State != kiosk.PrinterUnknown || there.Calls() != 0 {
		t.Errorf("%+v after %d calls", s, there.Calls())
	}
}
