// Package glass is the screen as its X server knows it, for measuring: a finger
// and keys are put on it through the server's test extension, and what stands on it
// is looked at in the server's own pixels. It never asks the program behind the
// window, so that two programs are measured alike.
//
// The server tells of every change, and only then is the picture fetched, through
// shared memory (package display): nothing is polled, and looking costs the program
// that is looked at next to nothing.
package glass

import (
	"context"
	"fmt"
	"image"
	"time"

	"chasqui/internal/display"
)

// Print tells one picture from another. The zero Print is of no picture.
type Print = display.Print

// ErrNotPainted says that a picture did not come in time.
var ErrNotPainted = display.ErrNotPainted

// Glass is an open connection to a display.
type Glass struct{ *display.Display }

// Open connects to a display such as ":99". Its screen must have 32 bits a pixel.
func Open(name string) (*Glass, error) {
	d, err := display.Open(name)
	if err != nil {
		return nil, err
	}
	return &Glass{d}, nil
}

// Key presses and lifts the key of a code, as [Glass.Code] returns it. It returns
// when that began.
func (g *Glass) Key(code byte) time.Time {
	now := time.Now()
	g.Display.Key(int(code), true)
	g.Display.Key(int(code), false)
	return now
}

// Code returns the code of the key that bears a symbol.
func (g *Glass) Code(symbol display.Symbol) (byte, error) {
	code, ok := g.CodeOf(symbol)
	if !ok {
		return 0, fmt.Errorf("no key bears the symbol %#x", uint32(symbol))
	}
	return byte(code), nil // #nosec G115 -- a key's code
}

// Until waits until a zone shows the picture of a print, and returns when it was
// seen there.
func (g *Glass) Until(ctx context.Context, zone image.Rectangle, want Print) (time.Time, error) {
	return g.Display.Until(ctx, zone, func(now Print) bool { return now == want })
}

// Settle waits until nothing has changed for a while and returns the print of a zone as
// it stands then.
func (g *Glass) Settle(ctx context.Context, zone image.Rectangle, quiet time.Duration) (Print, error) {
	if _, err := g.Still(ctx, quiet); err != nil {
		return 0, err
	}
	return g.Print(zone)
}
