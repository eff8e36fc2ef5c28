package screentest

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"time"

	"chasqui/kiosk"
)

// Camera is a fake kiosk.Camera: it looks at a house over which the sun goes.
type Camera struct {
	// Absent says that there is none, Broken that it opens and gives no picture.
	Absent, Broken bool
	// Size is what it sees in pixels; 800×600 where it is zero.
	Size image.Point
	// Opened and Closed count; Taken is how many pictures it has given.
	Opened, Closed, Taken int
}

var _ kiosk.Camera = (*Camera)(nil)

// Running reports whether it is open.
func (c *Camera) Running() bool { return c.Opened > c.Closed }

// Present implements kiosk.Camera.
func (c *Camera) Present() bool { return !c.Absent }

// Open implements kiosk.Camera.
func (c *Camera) Open(context.Context) (kiosk.View, error) {
	if c.Absent {
		return nil, fmt.Errorf("camera: %w", kiosk.ErrNoCamera)
	}
	c.Opened++
	return &view{camera: c}, nil
}

type view struct {
	camera *Camera
	closed bool
}

func (v *view) Next(ctx context.Context) (image.Image, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if v.closed || v.camera.Broken {
		return nil, fmt.Errorf("camera: no picture")
	}
	size := v.camera.Size
	if size == (image.Point{}) {
		size = image.Pt(800, 600)
	}
	v.camera.Taken++
	return house(size.X, size.Y, v.camera.Taken), nil
}

func (v *view) Close() error {
	if !v.closed {
		v.closed = true
		v.camera.Closed++
	}
	return nil
}

// house draws a house under a sun that has gone some way.
func house(width, height, way int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	fill := func(r image.Rectangle, c color.RGBA) {
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				m.SetRGBA(x, y, c)
			}
		}
	}
	at := func(x0, y0, x1, y1 int) image.Rectangle {
		return image.Rect(x0*width/100, y0*height/100, x1*width/100, y1*height/100)
	}
	fill(at(0, 0, 100, 70), color.RGBA{0xA9, 0xC7, 0xD6, 0xFF})
	fill(at(0, 70, 100, 100), color.RGBA{0x8A, 0x93, 0x6B, 0xFF})
	sun := 8 + way*7%80
	fill(at(sun, 8, sun+8, 18), color.RGBA{0xF2, 0xD0, 0x6B, 0xFF})
	fill(at(28, 40, 72, 82), color.RGBA{0xC8, 0x7A, 0x55, 0xFF})
	for i := range 20 {
		fill(at(26+i, 40-i, 74-i, 41-i), color.RGBA{0x6E, 0x3B, 0x2E, 0xFF})
	}
	fill(at(45, 58, 55, 82), color.RGBA{0x4A, 0x33, 0x29, 0xFF})
	return m
}

// tick is something that is done again and again.
type tick struct {
	do      func()
	stopped bool
}

func (b *Bench) every(_ time.Duration, do func()) (stop func()) {
	t := &tick{do: do}
	b.ticks = append(b.ticks, t)
	return func() { t.stopped = true }
}

// Tick does once what is done again and again: the camera shows its next picture.
func (b *Bench) Tick() {
	running := b.ticks[:0]
	for _, t := range b.ticks {
		if !t.stopped {
			running = append(running, t)
		}
	}
	b.ticks = running
	for _, t := range append([]*tick(nil), running...) {
		if !t.stopped {
			t.do()
		}
	}
}
