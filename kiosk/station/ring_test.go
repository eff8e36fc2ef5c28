package station

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"chasqui/kiosk"
	"chasqui/kiosk/receipt"
	"chasqui/sync/wire"
)

func TestACallWaitsUntilSomebodyComes(t *testing.T) {
	b := newBench(t)
	visit := func(id string) *kiosk.Session { return kiosk.NewSession(id, "ht", kiosk.Looks{}, b.now) }
	session := b.visit()
	b.station.Ring(session, "question/name")
	b.station.Ring(session, "question/name") // somebody who presses twice
	b.now = b.now.Add(90 * time.Second)
	b.station.Ring(visit("b"), "home")
	rings := b.station.Rings()
	if len(rings) != 2 || rings[0].ID != 1 || rings[0].Page != "question/name" || rings[0].Service != "certificado-residencia" || rings[1].Language != "ht" {
		t.Fatalf("rings %+v", rings)
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(NewCollector(b.station))
	text, err := exposition(registry)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"kiosk_help_calls_waiting 2", "kiosk_help_oldest_call_seconds 90", `kiosk_amendments{kind="withdrawal",sent="no"} 0`} {
		if !strings.Contains(text, want) {
			t.Errorf("the metrics lack %s", want)
		}
	}
	b.station.Attend(rings[0].ID)
	b.station.Attend(rings[0].ID)
	b.station.Attend(99)
	if rings = b.station.Rings(); len(rings) != 1 || rings[0].ID != 2 {
		t.Errorf("after one was attended to: %+v", rings)
	}
	b.station.Ring(session, "review") // the same person, later
	if rings = b.station.Rings(); len(rings) != 2 || rings[1].ID != 3 {
		t.Errorf("rung again: %+v", rings)
	}
	for n := range 2 * mostRings {
		b.station.Ring(visit(strings.Repeat("x", n+3)), "home")
	}
	// Whoever calls now is still there, and is not passed over for fifty who have gone.
	if rings = b.station.Rings(); len(rings) != mostRings || rings[mostRings-1].ID != 3+2*mostRings {
		t.Errorf("%d calls are kept, the last is %d", len(rings), rings[len(rings)-1].ID)
	}
	details := map[string]uint64{}
	for _, set := range b.station.book.Clone().Due() {
		for _, c := range set.Counts {
			if c.Event == wire.EventHelp {
				details[c.Detail] += c.N
			}
		}
	}
	if details["ring/question/name"] != 1 || details["ring/review"] != 1 || details["ring/home"] != 1+2*mostRings {
		t.Errorf("counted %v", details)
	}
	b.open()
	if len(b.station.Rings()) != 0 {
		t.Error("a call outlived the program")
	}
}

// fakePrinter is a printer in words.
type fakePrinter struct {
	err   error
	got   []receipt.Content
	state kiosk.Printer
}

func (p *fakePrinter) Print(_ context.Context, c receipt.Content) error {
	p.got = append(p.got, c)
	return p.err
}
func (p *fakePrinter) State() kiosk.Printer { return p.state }

func TestAReceiptIsPrintedAsItStandsInThePDF(t *testing.T) {
	b := newBench(t)
	session := b.visit()
	r := b.submit(session)
	if err := b.station.Print(t.Context(), session.Language(), r); code(err) != kiosk.ProblemPrinter {
		t.Errorf("without a printer: %v", err)
	}
	if p := b.station.Printer(); p.State != kiosk.PrinterNone {
		t.Errorf("without a printer: %+v", p)
	}
	printer := &fakePrinter{state: kiosk.Printer{Name: "escpos", State: kiosk.PrinterReady}}
	b.cfg.Printer = printer
	b.open()
	if err := b.station.Print(t.Context(), session.Language(), r); err != nil {
		t.Fatal(err)
	}
	want, err := b.station.receiptContent(session.Language(), r)
	if err != nil {
		t.Fatal(err)
	}
	if len(printer.got) != 1 || printer.got[0].Folio != r.Folio().String() || printer.got[0].Code != wire.GroupShortCode(r.Code()) || printer.got[0].StateText != want.StateText || printer.got[0].StatusURL == "" {
		t.Errorf("printed %+v", printer.got)
	}
	jam := errors.New("out of paper")
	printer.err, printer.state.State = jam, kiosk.PrinterNoPaper
	if err := b.station.Print(t.Context(), session.Language(), r); code(err) != kiosk.ProblemPrinter || !errors.Is(err, jam) {
		t.Errorf("without paper: %v", err)
	}
	// Guards that nobody prints twice, or walks away from a receipt with their number
	// on it: what may have come out is told apart from what has not.
	for perhaps, want := range map[bool]kiosk.ProblemCode{true: kiosk.ProblemPrinterPerhaps, false: kiosk.ProblemPrinter} {
		printer.err = fmt.Errorf("print: %w", &receipt.Trouble{State: kiosk.PrinterNoPaper, Perhaps: perhaps, Err: jam})
		if err := b.station.Print(t.Context(), session.Language(), r); code(err) != want || !errors.Is(err, jam) {
			t.Errorf("perhaps %v: %v, want %s", perhaps, err, want)
		}
	}
	if b.station.Printer().State != kiosk.PrinterNoPaper {
		t.Errorf("printer %+v", b.station.Printer())
	}
	if err := b.station.Print(t.Context(), session.Language(), kiosk.Receipt{}); code(err) != kiosk.ProblemNotReady || len(printer.got) != 4 {
		t.Errorf("nothing was filed and %d receipts came out: %v", len(printer.got), err)
	}
}
