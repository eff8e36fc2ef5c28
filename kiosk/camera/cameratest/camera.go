// Package cameratest plays a camera for the tests of screens, and holds the suite
// that every kiosk.Camera must pass.
package cameratest

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"io/fs"
	"sync"

	"chasqui/kiosk"
)

// Width and Height are the size of the test picture.
const (
	Width  = 640
	Height = 360
)

// ErrBusy is what Open answers while there is another view.
var ErrBusy = errors.New("the camera is in use")

// Camera is a camera that shows a moving test picture. The zero value is one that
// is plugged in. Set its fields before it is used.
type Camera struct {
	// Fail is what Open answers, nil for a view.
	Fail error
	// Step, when set, is waited for before each picture, so that a test says when
	// there is one.
	Step <-chan struct{}

	mu        sync.Mutex
	unplugged bool
	running   *view
	shown     int
}

var _ kiosk.Camera = (*Camera)(nil)

// Present implements kiosk.Camera.
func (c *Camera) Present() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.unplugged
}

// Unplug takes the camera away, in the middle of a view as well.
func (c *Camera) Unplug() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.unplugged = true
	if c.running != nil && !c.running.lost {
		c.running.lost = true
		close(c.running.gone)
	}
}

// Plug plugs it in again. A view from before stays lost.
func (c *Camera) Plug() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.unplugged = false
}

// Running reports whether somebody has a view open.
func (c *Camera) Running() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.running != nil
}

// Open implements kiosk.Camera.
func (c *Camera) Open(ctx context.Context) (kiosk.View, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case c.unplugged:
		return nil, fmt.Errorf("play a camera: %w", kiosk.ErrNoCamera)
	case c.Fail != nil:
		return nil, c.Fail
	case c.running != nil:
		return nil, ErrBusy
	}
	c.running = &view{camera: c, gone: make(chan struct{}), closed: make(chan struct{})}
	return c.running, nil
}

type view struct {
	camera *Camera
	gone   chan struct{} // closed when unplugged
	closed chan struct{}
	lost   bool // guarded by camera.mu, as is done
	done   bool
}

// Next implements kiosk.View.
func (v *view) Next(ctx context.Context) (image.Image, error) {
	ready := v.camera.Step
	if ready == nil {
		now := make(chan struct{})
		close(now)
		ready = now
	}
	for _, ends := range []<-chan struct{}{ctx.Done(), v.closed, v.gone} {
		select {
		case <-ends:
			return nil, v.why(ctx)
		default:
		}
	}
	select {
	case <-ready:
	case <-ctx.Done():
		return nil, v.why(ctx)
	case <-v.closed:
		return nil, v.why(ctx)
	case <-v.gone:
		return nil, v.why(ctx)
	}
	v.camera.mu.Lock()
	defer v.camera.mu.Unlock()
	v.camera.shown++
	return Picture(v.camera.shown), nil
}

func (v *view) why(ctx context.Context) error {
	v.camera.mu.Lock()
	defer v.camera.mu.Unlock()
	switch {
	case v.done:
		return fmt.Errorf("play a camera: %w", fs.ErrClosed)
	case v.lost:
		return fmt.Errorf("play a camera: %w: it was unplugged", kiosk.ErrNoCamera)
	}
	return ctx.Err()
}

// Close implements kiosk.View.
func (v *view) Close() error {
	v.camera.mu.Lock()
	defer v.camera.mu.Unlock()
	if !v.done {
		v.done = true
		close(v.closed)
		v.camera.running = nil
	}
	return nil
}

// bars are the colours of the test picture, from left to right.
var bars = []color.RGBA{
	{0xeb, 0xeb, 0xeb, 0xff}, {0xeb, 0xeb, 0x10, 0xff}, {0x10, 0xeb, 0xeb, 0xff}, {0x10, 0xeb, 0x10, 0xff},
	{0xeb, 0x10, 0xeb, 0xff}, {0xeb, 0x10, 0x10, 0xff}, {0x10, 0x10, 0xeb, 0xff}, {0x10, 0x10, 0x10, 0xff},
}

// Picture draws the nth test picture: bars of colour, and a white square on a
// black band that moves on by one step a picture.
func Picture(n int) image.Image {
	const band, square = Height * 3 / 4, 40
	img := image.NewRGBA(image.Rect(0, 0, Width, Height))
	left := n * 8 % (Width - square)
	for y := range Height {
		for x := range Width {
			c := bars[x*len(bars)/Width]
			if y >= band {
				c = color.RGBA{A: 0xff}
				if x >= left && x < left+square && y >= band+20 && y < band+20+square {
					c = color.RGBA{0xff, 0xff, 0xff, 0xff}
				}
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img
}
