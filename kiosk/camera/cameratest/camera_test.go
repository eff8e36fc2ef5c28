package cameratest

import (
	"errors"
	"testing"
)

func TestTheFakeIsACamera(t *testing.T) {
	Suite(t, func(*testing.T) Rig {
		c := &Camera{}
		return Rig{Camera: c, Unplug: c.Unplug, Plug: c.Plug}
	})
}

func TestTheFakeGivesAPictureWhenItIsTold(t *testing.T) {
	step := make(chan struct{}, 1)
	c := &Camera{Step: step}
	v, err := c.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !c.Running() {
		t.Error("a view is open and the camera does not run")
	}
	step <- struct{}{}
	if img, err := v.Next(t.Context()); err != nil || !same(img, Picture(1)) {
		t.Errorf("not the first picture, %v", err)
	}
	if err := v.Close(); err != nil || c.Running() {
		t.Errorf("still running, %v", err)
	}
	broken := errors.New("broken")
	if _, err := (&Camera{Fail: broken}).Open(t.Context()); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
}
