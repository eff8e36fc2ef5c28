package listener

import (
	"context"
	"fmt"
	"time"
	"unicode"

	"chasqui/internal/e2e/monkey"
	"chasqui/kiosk/widget"
)

// symbols are the keys of X that write nothing, by their names there.
var symbols = map[string]uint32{
	"Up": 0xff52, "Down": 0xff54, "Left": 0xff51, "Right": 0xff53, "Return": 0xff0d,
	"Tab": 0xff09, "BackSpace": 0xff08, "Escape": 0xff1b, "space": ' ',
}

// patience is how long a window may take for one key.
const patience = 20 * time.Second

const leftShift = 0xffe1

// Hand strikes keys, at the keyboard of a display.
type Hand struct {
	display *monkey.Display
	window  monkey.Window
	last    string
	at      time.Time
	// Struck counts the keys.
	Struck int
}

// NewHand returns a hand at a display such as ":7", for the window that it shows.
func NewHand(display string) (*Hand, error) {
	d, err := monkey.Open(display)
	if err != nil {
		return nil, err
	}
	windows, err := d.Windows()
	if err == nil && len(windows) == 0 {
		err = fmt.Errorf("display %s shows no window", display)
	}
	if err != nil {
		d.Close()
		return nil, err
	}
	return &Hand{display: d, window: windows[0]}, nil
}

// Close takes the hand away.
func (h *Hand) Close() { h.display.Close() }

// Strike presses a key and lets it go: one of X's names, or the letter or digit that
// it writes. The same key of those that act is not struck again before the kiosk
// takes it for meant: a hand rests for as long.
func (h *Hand) Strike(ctx context.Context, key string) error {
	if rest := widget.StrikeGap + 100*time.Millisecond - time.Since(h.at); h.last == key && (key == "Return" || key == "space") && rest > 0 {
		timer := time.NewTimer(rest)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	var err error
	sign := []rune(key)
	symbol, known := symbols[key]
	switch {
	case known:
		err = h.display.Press(symbol)
	case len(sign) != 1:
		err = fmt.Errorf("there is no key %q", key)
	case unicode.IsUpper(sign[0]):
		err = h.display.Press(leftShift, uint32(unicode.ToLower(sign[0]))) // #nosec G115 -- a letter
	default:
		err = h.display.Press(uint32(sign[0])) // #nosec G115 -- a letter
	}
	if err != nil {
		return err
	}
	h.last, h.at = key, time.Now()
	h.Struck++
	// The next key comes when this one was taken: of two that wait together the window
	// may take the second for the first, held.
	return h.display.Await(h.window, patience)
}
