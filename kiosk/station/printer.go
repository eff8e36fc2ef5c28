package station

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"

	"chasqui/kiosk"
	"chasqui/kiosk/receipt"
)

// Printer gives receipts on paper. *receipt.RollPrinter and *receipt.CUPSPrinter
// are such; nil stands for none.
type Printer interface {
	// Print gives one receipt on paper. An error that is a *receipt.Trouble says how
	// the printer is and whether the paper may have come out all the same; nobody
	// but a person may then ask again.
	Print(ctx context.Context, c receipt.Content) error
	// State returns what was last heard of the printer.
	State() kiosk.Printer
}

// checker is a printer that can be asked how it is without printing.
type checker interface{ Check(ctx context.Context) }

// The kinds of printer.
const (
	PrinterESCPOS = "escpos" // a receipt printer on a cable or a port
	PrinterCUPS   = "cups"   // a queue of CUPS, which prints the PDF
)

// PrinterSettings say what prints receipts. Without a kind nothing does.
type PrinterSettings struct {
	// Kind is PrinterESCPOS or PrinterCUPS.
	Kind string `yaml:"kind,omitempty"`

	// Of a receipt printer: Device is a device file, Address a host with a port;
	// one of them. Columns is 42 or 48 for paper 80 mm wide, 32 for 58 mm. Cut says
	// that it has a cutter, CodePage which letters it is asked for (cp858, cp1252),
	// QR who draws the QR code (printer, picture), Status whether it is asked how it
	// is (ask, none).
	Device   string `yaml:"device,omitempty"`
	Address  string `yaml:"address,omitempty"`
	Columns  int    `yaml:"columns,omitempty"`
	Cut      bool   `yaml:"cut,omitempty"`
	CodePage string `yaml:"code_page,omitempty"`
	QR       string `yaml:"qr,omitempty"`
	Status   string `yaml:"status,omitempty"`

	// Of a queue: its name, and options as lp's -o takes them.
	Queue   string   `yaml:"queue,omitempty"`
	Options []string `yaml:"options,omitempty"`
}

// check says what is wrong, naming the field below "printer".
func (s PrinterSettings) check() error {
	_, err := s.open(nil)
	return err
}

// Open returns the printer that the settings name, or nil for none. The printer
// is not looked for yet: one that is off or gone is told by its state.
func (s PrinterSettings) Open(now func() time.Time) (Printer, error) { return s.open(now) }

func (s PrinterSettings) open(now func() time.Time) (Printer, error) {
	roll := s.Device != "" || s.Address != "" || s.Columns != 0 || s.Cut || s.CodePage != "" || s.QR != "" || s.Status != ""
	queue := s.Queue != "" || len(s.Options) > 0
	switch {
	case s.Kind == "" && !roll && !queue:
		return nil, nil
	case s.Kind == PrinterESCPOS && queue:
		return nil, errors.New("printer.queue: a receipt printer (kind: escpos) has none; leave queue and options out, or write kind: cups")
	case s.Kind == PrinterCUPS && roll:
		return nil, errors.New("printer.device: a queue (kind: cups) knows its device and its paper itself; leave everything but queue and options out, or write kind: escpos")
	case s.Kind == PrinterCUPS:
		p, err := receipt.NewCUPSPrinter(receipt.CUPSConfig{Queue: s.Queue, Options: s.Options, Now: now})
		if err != nil {
			return nil, fmt.Errorf("printer.%w", err)
		}
		return p, nil
	case s.Kind != PrinterESCPOS:
		return nil, fmt.Errorf("printer.kind: %q is not known; write escpos for a receipt printer or cups for a queue", s.Kind)
	}
	if s.QR != "" && s.QR != "printer" && s.QR != "picture" {
		return nil, fmt.Errorf("printer.qr: %q is not known; write printer, or picture for a printer that draws no QR codes", s.QR)
	}
	if s.Status != "" && s.Status != "ask" && s.Status != "none" {
		return nil, fmt.Errorf("printer.status: %q is not known; write ask, or none for a printer that never answers", s.Status)
	}
	p, err := receipt.NewRollPrinter(receipt.RollPrinterConfig{
		Device: s.Device, Address: s.Address, Mute: s.Status == "none", Now: now,
		Roll: receipt.Roll{Columns: s.Columns, CodePage: receipt.CodePage(s.CodePage), Cut: s.Cut, RasterQR: s.QR == "picture"},
	})
	if err != nil {
		return nil, fmt.Errorf("printer.%w", err)
	}
	return p, nil
}

// cameraOff switches the camera off.
const cameraOff = "off"

var cameraDevice = regexp.MustCompile(`^/dev/[A-Za-z0-9/_.:-]+$`)

// checkCamera says what is wrong with the setting of the camera.
func checkCamera(camera string) error {
	if camera == "" || camera == cameraOff || cameraDevice.MatchString(camera) {
		return nil
	}
	return fmt.Errorf("camera: %q is not a device like /dev/video0; write \"off\" for none, or leave it out for the first that there is", camera)
}

// printerLook is how often the printer is asked how it is.
const printerLook = 30 * time.Second

// watchPrinter asks the printer how it is, at the start and then at every tick,
// until ctx ends, and calls changed when the answer is another.
func watchPrinter(ctx context.Context, p Printer, tick <-chan time.Time, changed func()) {
	asked, ok := p.(checker)
	if !ok {
		return
	}
	for last := kiosk.PrinterState(""); ; {
		asked.Check(ctx)
		if state := p.State().State; state != last {
			last = state
			changed()
		}
		select {
		case <-ctx.Done():
			return
		case <-tick:
		}
	}
}
