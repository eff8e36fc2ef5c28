package eyes

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image/color"
	"io"
	"net"
	"path/filepath"
	"strings"
	"time"
)

// Cover lays a black window over the whole screen, above every other, until it is
// taken away: whoever works on goes by something else than the picture. It asks for
// no keys and takes none, so that they still go where they went.
func (s *Screen) Cover() (uncover func(), err error) {
	c, err := net.DialTimeout("unix", "/tmp/.X11-unix/X"+strings.TrimPrefix(s.Display, ":"), 5*time.Second)
	if err != nil {
		return nil, fmt.Errorf("cover the screen: %w", err)
	}
	if err := cover(c, s.Width, s.Height); err != nil {
		return nil, errors.Join(fmt.Errorf("cover the screen: %w", err), c.Close())
	}
	// The display takes the window away when the connection ends.
	return func() { _ = c.Close() }, nil
}

// cover speaks as much of the X protocol as one window needs: it opens the
// connection, makes the window, shows it, and asks something of the display, whose
// answer says that all before it was done.
func cover(c net.Conn, width, height int) error {
	if err := c.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		return err
	}
	if _, err := c.Write([]byte{'l', 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0}); err != nil {
		return err
	}
	head := make([]byte, 8)
	if _, err := io.ReadFull(c, head); err != nil {
		return err
	}
	body := make([]byte, 4*int(binary.LittleEndian.Uint16(head[6:])))
	if _, err := io.ReadFull(c, body); err != nil {
		return err
	}
	if head[0] != 1 {
		return fmt.Errorf("the display lets nobody in: %q", body)
	}
	window := binary.LittleEndian.Uint32(body[4:]) // the first of the IDs that are ours
	vendor, formats := int(binary.LittleEndian.Uint16(body[16:])), int(body[21])
	screen := body[32+(vendor+3)/4*4+8*formats:]
	root, black := binary.LittleEndian.Uint32(screen), binary.LittleEndian.Uint32(screen[12:])

	request := func(parts ...any) error {
		var b []byte
		for _, part := range parts {
			b, _ = binary.Append(b, binary.LittleEndian, part)
		}
		_, err := c.Write(b)
		return err
	}
	const createWindow, mapWindow, getInputFocus = 1, 8, 43
	const backPixel, overrideRedirect = 1 << 1, 1 << 9
	err := errors.Join(
		request(uint8(createWindow), uint8(0), uint16(10), window, root, int16(0), int16(0), uint16(width), uint16(height), // #nosec G115 -- a screen's
			uint16(0), uint16(1), uint32(0), uint32(backPixel|overrideRedirect), black, uint32(1)),
		request(uint8(mapWindow), uint8(0), uint16(2), window),
		request(uint8(getInputFocus), uint8(0), uint16(1)),
	)
	if err != nil {
		return err
	}
	answer := make([]byte, 32)
	if _, err := io.ReadFull(c, answer); err != nil {
		return err
	}
	if answer[0] != 1 {
		return fmt.Errorf("the display refuses, with error %d", answer[1])
	}
	return c.SetDeadline(time.Time{})
}

// Dark reports whether there is nothing to be seen: every point of a picture of the
// screen is black.
func (s *Screen) Dark(ctx context.Context) (bool, error) {
	path := filepath.Join(s.dir, "dark.png")
	if err := s.Shoot(ctx, path); err != nil {
		return false, err
	}
	picture, err := load(path)
	if err != nil {
		return false, err
	}
	bounds := picture.Bounds()
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			if c, ok := color.GrayModel.Convert(picture.At(x, y)).(color.Gray); !ok || c.Y > 0 {
				return false, nil
			}
		}
	}
	return true, nil
}
