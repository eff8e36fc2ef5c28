package listener

import (
	"context"
	"fmt"
	"time"

	"chasqui/internal/display"
	"chasqui/kiosk/widget"
)

// patience is how long a window may take for one key.
const patience = 20 * time.Second

// Hand strikes keys, at the keyboard of a display.
type Hand struct {
	display *display.Display
	window  display.Window
	last    string
	at      time.Time
	// Struck counts the keys.
	Struck int
}

// NewHand returns a hand at a display, for the window that it shows.
func NewHand(d *display.Display) (*Hand, error) {
	w, ok, err := d.Front()
	if err == nil && !ok {
		err = fmt.Errorf("display %s shows no window", d.Name)
	}
	if err != nil {
		return nil, err
	}
	return &Hand{display: d, window: w}, nil
}

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
	if err := h.display.Strike(key); err != nil {
		return err
	}
	h.last, h.at = key, time.Now()
	h.Struck++
	// The next key comes when this one was taken: of two that wait together the window
	// may take the second for the first, held.
	return h.display.Taken(h.window, patience)
}
