package cameratest

import (
	"context"
	"errors"
	"image"
	"sync"
	"testing"

	"chasqui/kiosk"
)

// Rig is a camera under test and the hand that plugs it.
type Rig struct {
	Camera       kiosk.Camera
	Unplug, Plug func()
}

// Suite is what every kiosk.Camera must pass. plugged returns one that is plugged in
// and shows a picture that moves.
func Suite(t *testing.T, plugged func(t *testing.T) Rig) {
	open := func(t *testing.T, r Rig) kiosk.View {
		t.Helper()
		v, err := r.Camera.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = v.Close() })
		return v
	}
	next := func(t *testing.T, v kiosk.View) image.Image {
		t.Helper()
		img, err := v.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return img
	}

	t.Run("pictures follow each other", func(t *testing.T) {
		r := plugged(t)
		if !r.Camera.Present() {
			t.Fatal("it is plugged in and not present")
		}
		v := open(t, r)
		first := next(t, v)
		if b := first.Bounds(); b.Dx() < 2 || b.Dy() < 2 {
			t.Fatalf("a picture of %v", b)
		}
		for range 20 {
			if !same(first, next(t, v)) {
				return
			}
		}
		t.Error("twenty pictures are the same")
	})
	// Guards a picture that was taken: the next one must not be painted over it.
	t.Run("a picture stays as it is", func(t *testing.T) {
		v := open(t, plugged(t))
		first := next(t, v)
		b := first.Bounds()
		kept := image.NewRGBA(b)
		for y := b.Min.Y; y < b.Max.Y; y++ {
			for x := b.Min.X; x < b.Max.X; x++ {
				kept.Set(x, y, first.At(x, y))
			}
		}
		for range 10 {
			next(t, v)
		}
		if !same(kept, first) {
			t.Error("a picture changed after it was taken")
		}
	})
	// Guards "a camera runs only while somebody is looking".
	t.Run("one view at a time, and again after it", func(t *testing.T) {
		r := plugged(t)
		v := open(t, r)
		if other, err := r.Camera.Open(t.Context()); err == nil {
			_ = other.Close()
			t.Error("two views of one camera")
		} else if errors.Is(err, kiosk.ErrNoCamera) {
			t.Errorf("a camera in use is said not to be there: %v", err)
		}
		if err := v.Close(); err != nil {
			t.Fatal(err)
		}
		if err := v.Close(); err != nil {
			t.Errorf("closed twice: %v", err)
		}
		if _, err := v.Next(t.Context()); err == nil {
			t.Error("a picture from a closed view")
		}
		next(t, open(t, r))
	})
	t.Run("unplugged before", func(t *testing.T) {
		r := plugged(t)
		r.Unplug()
		if r.Camera.Present() {
			t.Error("it is unplugged and present")
		}
		if _, err := r.Camera.Open(t.Context()); !errors.Is(err, kiosk.ErrNoCamera) {
			t.Errorf("%v", err)
		}
		r.Plug()
		if !r.Camera.Present() {
			t.Error("it is plugged in again and not present")
		}
		next(t, open(t, r))
	})
	t.Run("unplugged in the middle", func(t *testing.T) {
		r := plugged(t)
		v := open(t, r)
		next(t, v)
		r.Unplug()
		if _, err := v.Next(t.Context()); !errors.Is(err, kiosk.ErrNoCamera) {
			t.Errorf("%v", err)
		}
		if err := v.Close(); err != nil {
			t.Errorf("close what is gone: %v", err)
		}
		r.Plug()
		next(t, open(t, r))
	})
	t.Run("nobody waits", func(t *testing.T) {
		r := plugged(t)
		v := open(t, r)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := v.Next(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
		next(t, v)
		if _, err := r.Camera.Open(ctx); err == nil {
			t.Error("opened for nobody")
		}
	})
	// Guards leaving the page while a picture is on its way.
	t.Run("closed under a reader", func(t *testing.T) {
		v := open(t, plugged(t))
		began, ended := make(chan struct{}), make(chan struct{})
		started := sync.OnceFunc(func() { close(began) })
		go func() {
			defer close(ended)
			for {
				if _, err := v.Next(t.Context()); err != nil {
					return
				}
				started()
			}
		}()
		<-began
		if err := v.Close(); err != nil {
			t.Error(err)
		}
		<-ended
	})
}

// same reports whether two pictures are the same.
func same(a, b image.Image) bool {
	if a.Bounds() != b.Bounds() {
		return false
	}
	for y := a.Bounds().Min.Y; y < a.Bounds().Max.Y; y++ {
		for x := a.Bounds().Min.X; x < a.Bounds().Max.X; x++ {
			ar, ag, ab, _ := a.At(x, y).RGBA()
			br, bg, bb, _ := b.At(x, y).RGBA()
			if ar>>8 != br>>8 || ag>>8 != bg>>8 || ab>>8 != bb>>8 {
				return false
			}
		}
	}
	return true
}
