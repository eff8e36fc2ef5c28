package monkey_test

import (
	"errors"
	"image"
	"testing"
	"time"

	"chasqui/internal/display"
	"chasqui/internal/e2e/eyes"
)

// The controls of TestTheKioskCannotBeLeft: what the monkey watches for is noticed
// when it happens. Somebody copies, another window stands on the screen, a program
// does not answer, a picture changes.
func TestWhatTheMonkeyWatchesForIsNoticed(t *testing.T) {
	if missing := eyes.Missing(); len(missing) > 0 {
		t.Skipf("missing %v; scripts/packages.sh test installs them", missing)
	}
	screen, err := eyes.NewScreen(t.Context(), 640, 480, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(screen.Close)
	open := func() *display.Display {
		t.Helper()
		d, err := display.Open(screen.Display.Name)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(d.Close)
		return d
	}
	d := open()
	if err := d.HoldClipboards(); err != nil {
		t.Fatal(err)
	}
	if err := d.Clipboards(); err != nil {
		t.Fatalf("nobody has copied: %v", err)
	}
	before, err := d.Picture()
	if err != nil {
		t.Fatal(err)
	}
	if windows, err := d.Windows(); err != nil || len(windows) != 0 {
		t.Fatalf("on an empty screen stand %v (%v)", windows, err)
	}

	other := open()
	if err := other.HoldClipboards(); err != nil { // it takes the clipboards as whoever copies does
		t.Fatal(err)
	}
	if err := d.Clipboards(); !errors.Is(err, display.ErrClipboard) {
		t.Errorf("somebody has copied, and the monkey says %v", err)
	}
	at := image.Rect(10, 20, 110, 220)
	if err := other.Show(at); err != nil {
		t.Fatal(err)
	}
	windows, err := d.Windows()
	if err != nil || len(windows) != 1 || windows[0].Frame != at {
		t.Fatalf("there stand %v (%v)", windows, err)
	}
	after, err := d.Picture()
	if err != nil {
		t.Fatal(err)
	}
	if points, where := display.Differ(before, after); points == 0 || !where.Overlaps(at) {
		t.Errorf("%d points differ, in %v", points, where)
	}
	silent := open()
	if err := silent.Taken(windows[0], 300*time.Millisecond); !errors.Is(err, display.ErrSilent) {
		t.Errorf("a window whose program sleeps: %v", err)
	}
}
