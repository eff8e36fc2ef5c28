package station

import (
	"context"
	"strings"
	"testing"
	"time"

	"chasqui/kiosk"
	"chasqui/kiosk/receipt"
	"chasqui/kiosk/receipt/receipttest"
)

// Guards whoever sets a kiosk up: a printer that is written down wrongly is told
// at once, with the field and what to write; one that is only off is not.
func TestPrinterAndCameraSettingsNameTheField(t *testing.T) {
	for _, c := range []struct{ name, lines, printer, want string }{
		{"nothing", "", "", ""},
		{"a device", "printer: {kind: escpos, device: /dev/usb/lp0, cut: true}\n", "escpos file:/dev/usb/lp0", ""},
		{"an address", "printer: {kind: escpos, address: \"192.0.2.7\", columns: 32, qr: picture, status: none, code_page: cp1252}\n", "escpos tcp:192.0.2.7:9100", ""},
		{"a queue", "printer: {kind: cups, queue: receipts, options: [media=A4]}\n", "cups receipts", ""},
		{"no kind", "printer: {device: /dev/usb/lp0}\n", "", "printer.kind:"},
		{"an unknown kind", "printer: {kind: star}\n", "", "printer.kind:"},
		{"no place", "printer: {kind: escpos}\n", "", "printer.device:"},
		{"two places", "printer: {kind: escpos, device: /dev/usb/lp0, address: \"192.0.2.7:9100\"}\n", "", "printer.device:"},
		{"paper of a banner", "printer: {kind: escpos, device: /dev/usb/lp0, columns: 400}\n", "", "printer.columns:"},
		{"an unknown page", "printer: {kind: escpos, device: /dev/usb/lp0, code_page: utf8}\n", "", "printer.code_page:"},
		{"an unknown way to draw", "printer: {kind: escpos, device: /dev/usb/lp0, qr: yes}\n", "", "printer.qr:"},
		{"an unknown way to ask", "printer: {kind: escpos, device: /dev/usb/lp0, status: maybe}\n", "", "printer.status:"},
		{"no queue", "printer: {kind: cups}\n", "", "printer.queue:"},
		{"a queue that is an option", "printer: {kind: cups, queue: \"-h\"}\n", "", "printer.queue:"},
		{"an option that is none", "printer: {kind: cups, queue: r, options: [\"a b\"]}\n", "", "printer.options:"},
		{"a receipt printer's queue", "printer: {kind: escpos, device: /dev/usb/lp0, queue: r}\n", "", "printer.queue:"},
		{"a queue's device", "printer: {kind: cups, queue: r, device: /dev/usb/lp0}\n", "", "printer.device:"},
		{"an unknown field", "printer: {kind: cups, quque: r}\n", "", "quque"},
		{"a camera", "camera: /dev/video2\n", "", ""},
		{"no camera", "camera: \"off\"\n", "", ""},
		{"a camera by its number", "camera: \"0\"\n", "", "camera:"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := ParseSettings([]byte(goodSettings + c.lines))
			if (c.want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Fatalf("%v, want %q", err, c.want)
			}
			if err != nil {
				return
			}
			p, err := s.Printer.Open(time.Now)
			switch {
			case err != nil:
				t.Error(err)
			case c.printer == "" && p != nil:
				t.Errorf("a printer where there is none: %+v", p.State())
			case c.printer != "" && (p.State().Name != c.printer || p.State().State != kiosk.PrinterUnknown):
				t.Errorf("%+v", p.State())
			}
		})
	}
}

// Guards the desk: a printer that runs out of paper overnight is known before the
// first person needs it.
func TestThePrinterIsWatched(t *testing.T) {
	there, err := receipttest.Start(receipttest.Manners{})
	if err != nil {
		t.Fatal(err)
	}
	defer there.Close()
	p, err := PrinterSettings{Kind: PrinterESCPOS, Address: there.Address()}.Open(time.Now)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	tick, changed, ended := make(chan time.Time), make(chan kiosk.PrinterState, 1), make(chan struct{})
	go func() {
		defer close(ended)
		watchPrinter(ctx, p, tick, func() { changed <- p.State().State })
	}()
	if state := <-changed; state != kiosk.PrinterReady {
		t.Errorf("at the start: %s", state)
	}
	there.Be(receipttest.Manners{NoPaper: true})
	tick <- time.Now()
	if state := <-changed; state != kiosk.PrinterNoPaper {
		t.Errorf("without paper: %s", state)
	}
	there.Be(receipttest.Manners{})
	tick <- time.Now()
	if state := <-changed; state != kiosk.PrinterReady {
		t.Errorf("with paper: %s", state)
	}
	stop()
	<-ended
	if len(there.Printed()) != 0 {
		t.Error("watching printed something")
	}
}

// Guards the watch against a printer that cannot be asked.
func TestAPrinterThatCannotBeAskedIsLeftAlone(t *testing.T) {
	watchPrinter(t.Context(), dumb{}, nil, func() { t.Error("something changed") })
}

type dumb struct{}

func (dumb) Print(context.Context, receipt.Content) error { return nil }
func (dumb) State() kiosk.Printer                         { return kiosk.Printer{} }
