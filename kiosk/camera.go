package kiosk

import (
	"context"
	"errors"
	"image"
)

// ErrNoCamera says that there is no camera to open.
var ErrNoCamera = errors.New("no camera")

// Camera takes pictures for attachments. Nothing that it sees is kept but the
// picture that the citizen takes, and that in memory until the request is sealed.
type Camera interface {
	// Present reports whether there is a camera. It is quick.
	Present() bool
	// Open starts the camera. The view must be closed; a camera runs only while
	// somebody is looking at its picture. Its error is ErrNoCamera, wrapped, when
	// there is none.
	Open(ctx context.Context) (View, error)
}

// View is a running camera.
type View interface {
	// Next waits for the next picture.
	Next(ctx context.Context) (image.Image, error)
	Close() error
}
