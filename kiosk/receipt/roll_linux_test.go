package receipt

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"chasqui/kiosk"
)

// Guards a driver that never lets go: the next receipt does not pile up behind it.
func TestADeviceThatNeverTakesAByte(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lp0")
	if err := unix.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	p := rollPrinter(t, RollPrinterConfig{Device: path, Patience: time.Second})
	var trouble *Trouble
	if err := p.Print(t.Context(), samples["es"]); !errors.As(err, &trouble) || trouble.State != kiosk.PrinterGone {
		t.Errorf("nobody at the other end: %v", err)
	}
	reader, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	long := samples["es"]
	long.Foot = strings.Repeat("palabras ", 20_000) // more than a pipe holds
	if err := p.Print(t.Context(), long); !errors.As(err, &trouble) || trouble.State != kiosk.PrinterOff || !trouble.Perhaps {
		t.Errorf("a device that takes no more: %v", err)
	}
}

func TestAPipeTakesTheReceiptAsItIs(t *testing.T) {
	want, err := ESCPOS(samples["ht"], Roll{})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "lp0")
	if err := unix.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	reader, err := os.OpenFile(path, os.O_RDONLY|unix.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if err := rollPrinter(t, RollPrinterConfig{Device: path}).Print(t.Context(), samples["ht"]); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(reader); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

// line opens a serial line: the printer's end, and the path of the kiosk's.
func line(t *testing.T) (*os.File, string) {
	t.Helper()
	far, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no pseudo-terminals here: %v", err)
	}
	t.Cleanup(func() { _ = far.Close() })
	raw, err := far.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var number int
	var inner error
	err = raw.Control(func(fd uintptr) {
		if inner = unix.IoctlSetPointerInt(int(fd), unix.TIOCSPTLCK, 0); inner == nil {
			number, inner = unix.IoctlGetInt(int(fd), unix.TIOCGPTN)
		}
	})
	if err := errors.Join(err, inner); err != nil {
		t.Fatal(err)
	}
	return far, fmt.Sprintf("/dev/pts/%d", number)
}

// Guards a printer on a serial line or a USB cable: it is asked there too, and no
// byte of the receipt is changed on the way, above all no line feed.
func TestASerialLineCarriesBothWays(t *testing.T) {
	c := samples["es"]
	roll := Roll{RasterQR: true, Cut: true} // a picture has every byte in it
	want, err := ESCPOS(c, roll)
	if err != nil {
		t.Fatal(err)
	}
	far, path := line(t)
	// Somebody keeps the line open, as a kernel driver does.
	keep, err := os.OpenFile(path, os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer keep.Close()
	came := make(chan []byte, 1)
	go func() {
		var all []byte
		buffer := make([]byte, 4096)
		for {
			n, err := far.Read(buffer)
			if err != nil {
				return
			}
			all = append(all, buffer[:n]...)
			// Questions of real time come one at a time, before the receipt.
			if len(all) == 3 && all[0] == 0x10 && all[1] == 0x04 {
				answer := []byte{0x16, 0x12, 0x12, 0x1e}[all[2]-1]
				if _, err := far.Write([]byte{answer}); err != nil {
					return
				}
				all = nil
			}
			if bytes.HasSuffix(all, escLast) {
				if _, err := far.Write([]byte{0}); err != nil {
					return
				}
				came <- bytes.TrimSuffix(all, escLast)
				all = nil
			}
		}
	}()
	p := rollPrinter(t, RollPrinterConfig{Device: path, Roll: roll})
	if err := p.Print(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if got := <-came; !bytes.Equal(got, want) {
		t.Errorf("%d bytes came of %d, and not the same", len(got), len(want))
	}
	if s := p.State(); s.State != kiosk.PrinterReady || !strings.Contains(s.Words, "near the end") {
		t.Errorf("%+v", s)
	}
}

// Guards whoever waits for a printer that hangs on its cable.
func TestASerialLineThatIsDeadIsLeft(t *testing.T) {
	far, path := line(t)
	p := rollPrinter(t, RollPrinterConfig{Device: path, Patience: 2 * time.Second})
	// Nobody reads at the far end; the line holds a few thousand bytes.
	long := samples["es"]
	long.Foot = strings.Repeat("palabras ", 20_000)
	var trouble *Trouble
	if err := p.Print(t.Context(), long); !errors.As(err, &trouble) || trouble.State != kiosk.PrinterOff || !trouble.Perhaps {
		t.Errorf("%v", err)
	}
	if err := far.Close(); err != nil {
		t.Fatal(err)
	}
	if err := p.Print(t.Context(), samples["es"]); !errors.As(err, &trouble) || trouble.State == kiosk.PrinterReady {
		t.Errorf("unplugged: %v", err)
	}
}
