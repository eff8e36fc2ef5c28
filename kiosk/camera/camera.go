package camera

import (
	"context"
	"errors"
	"fmt"
	"image"
	"io/fs"
	"sync"
	"syscall"
	"time"

	"chasqui/kiosk"
)

// Off, as a device, switches the camera off.
const Off = "off"

// ErrBusy says that the camera is used by another program, or by another view of
// this one.
var ErrBusy = errors.New("the camera is in use")

// What is asked of a camera; it may give something near.
const (
	wantWidth  = 1280
	wantHeight = 720
)

const (
	// look is how long one wait for a frame lasts: a view that is closed meanwhile
	// is let go after it.
	look = 100 * time.Millisecond
	// silence is how long a camera may give no picture before it is given up.
	silence = 5 * time.Second
	// mostBroken is how many frames in a row may be broken: the first ones of many
	// a camera are.
	mostBroken = 60
)

// Camera is a camera of this machine. The zero value is not usable; see New.
type Camera struct {
	device string
	kernel kernel
	now    func() time.Time

	mu sync.Mutex
	// known says of each device that was looked at whether it takes pictures, as
	// long as it stays the same device.
	known map[node]bool
	open  bool
}

var _ kiosk.Camera = (*Camera)(nil)

// New returns the camera at a device, "/dev/video0"; the first that takes
// pictures when device is empty; none when it is Off. It may be plugged in later.
func New(device string) *Camera { return newCamera(device, system{}, time.Now) }

func newCamera(device string, k kernel, now func() time.Time) *Camera {
	return &Camera{device: device, kernel: k, now: now, known: map[node]bool{}}
}

// Present implements kiosk.Camera. A device is opened once, to ask what it is;
// after that looking at its file is enough.
func (c *Camera) Present() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, ok := c.find()
	return ok
}

// find returns the device to use.
func (c *Camera) find() (string, bool) {
	if c.device == Off {
		return "", false
	}
	for _, n := range c.kernel.nodes() {
		if c.device != "" && n.path != c.device {
			continue
		}
		takes, asked := c.known[n]
		if !asked {
			h, err := c.kernel.open(n.path)
			if err != nil {
				// Busy is a camera too; one that may not be opened is none.
				if errors.Is(err, syscall.EBUSY) {
					return n.path, true
				}
				continue
			}
			takes = capture(h)
			_ = h.close()
			c.known[n] = takes
		}
		if takes {
			return n.path, true
		}
	}
	return "", false
}

// Open implements kiosk.Camera. Its error is ErrBusy, wrapped, when somebody else
// has the camera.
func (c *Camera) Open(ctx context.Context) (kiosk.View, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("open the camera: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	path, ok := c.find()
	switch {
	case !ok && c.device == "":
		return nil, fmt.Errorf("open the camera: %w: no device takes pictures", kiosk.ErrNoCamera)
	case !ok:
		return nil, fmt.Errorf("open the camera: %w: %s", kiosk.ErrNoCamera, c.device)
	case c.open:
		return nil, fmt.Errorf("open the camera: %w by this program", ErrBusy)
	}
	h, err := c.kernel.open(path)
	if err != nil {
		return nil, fmt.Errorf("open the camera: %w", explain(err))
	}
	s, err := start(h)
	if err != nil {
		return nil, fmt.Errorf("open the camera at %s: %w", path, errors.Join(explain(err), h.close()))
	}
	c.open = true
	return &view{camera: c, stream: s, closed: make(chan struct{})}, nil
}

// explain gives an error of the system the meaning it has for a camera.
func explain(err error) error {
	switch {
	case errors.Is(err, syscall.ENODEV), errors.Is(err, syscall.ENXIO), errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w: %w", kiosk.ErrNoCamera, err)
	case errors.Is(err, syscall.EBUSY):
		return fmt.Errorf("%w: %w", ErrBusy, err)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%w; add the kiosk's user to the group video", err)
	}
	return err
}

// view is a running camera.
type view struct {
	camera *Camera
	once   sync.Once
	closed chan struct{}

	// mu is held by whoever reads, so that Close does not take the camera away
	// under a reader.
	mu     sync.Mutex
	stream *stream
}

// Next implements kiosk.View. Frames that are broken are left out.
func (v *view) Next(ctx context.Context) (image.Image, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	began, broken := v.camera.now(), 0
	for {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("take a picture: %w", err)
		}
		select {
		case <-v.closed:
			return nil, fmt.Errorf("take a picture: %w", fs.ErrClosed)
		default:
		}
		var picture image.Image
		err := v.stream.next(look, func(frame []byte) (err error) {
			picture, err = decode(frame, v.stream.layout)
			return err
		})
		switch {
		case err == nil:
			return picture, nil
		case errors.Is(err, errNothingYet):
			if v.camera.now().Sub(began) > silence {
				return nil, fmt.Errorf("take a picture: the camera has given none for %v", silence)
			}
		case errors.Is(err, errBroken):
			if broken++; broken > mostBroken {
				return nil, fmt.Errorf("take a picture: %d in a row were spoilt: %w", broken, err)
			}
		default:
			return nil, fmt.Errorf("take a picture: %w", explain(err))
		}
	}
}

// Close implements kiosk.View. It waits for a Next under way, which it ends. Only
// the first call does anything.
func (v *view) Close() error {
	var err error
	v.once.Do(func() {
		close(v.closed)
		v.mu.Lock()
		defer v.mu.Unlock()
		err = v.stream.stop()
		v.camera.mu.Lock()
		defer v.camera.mu.Unlock()
		v.camera.open = false
	})
	if err != nil {
		return fmt.Errorf("close the camera: %w", err)
	}
	return nil
}
