package display

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"image"
	"time"

	"github.com/jezek/xgb/damage"
	"github.com/jezek/xgb/shm"
	"github.com/jezek/xgb/xproto"
)

// Print tells one picture from another. The zero Print is of no picture.
type Print uint64

// ErrNotPainted says that a picture did not come in time.
var ErrNotPainted = errors.New("not painted")

// look fetches a part of the screen and gives its points to see, as blue, green, red and
// nothing.
func (d *Display) look(part image.Rectangle, see func(pixels []byte)) error {
	if part.Empty() || !part.In(d.Bounds) {
		return fmt.Errorf("look at %v: the screen is %v", part, d.Bounds)
	}
	d.seeing.Lock()
	defer d.seeing.Unlock()
	if d.shared == nil {
		return errClosed
	}
	// What is painted from here on is told anew.
	select {
	case <-d.painted:
	default:
	}
	damage.Subtract(d.conn, d.damage, 0, 0)
	reply, err := shm.GetImage(d.conn, xproto.Drawable(d.screen.Root), int16(part.Min.X), int16(part.Min.Y), // #nosec G115 -- a screen has fewer pixels
		uint16(part.Dx()), uint16(part.Dy()), ^uint32(0), xproto.ImageFormatZPixmap, d.segment, 0).Reply() // #nosec G115 -- the same
	if err != nil {
		return fmt.Errorf("look at display %s: %w", d.Name, err)
	}
	if int(reply.Size) != 4*part.Dx()*part.Dy() {
		return fmt.Errorf("display %s has %d bytes for %v; start it with a depth of 24", d.Name, reply.Size, part)
	}
	pixels := d.shared[:reply.Size]
	d.leaveOut(part, pixels)
	see(pixels)
	return nil
}

// leaveOut paints over what is to be ignored.
func (d *Display) leaveOut(part image.Rectangle, pixels []byte) {
	hidden := d.Ignore.Intersect(part)
	if hidden.Empty() {
		return
	}
	at := func(x, y int) []byte {
		i := 4 * ((y-part.Min.Y)*part.Dx() + x - part.Min.X)
		return pixels[i : i+4 : i+4]
	}
	ground := at(min(hidden.Max.X, part.Max.X-1), min(hidden.Max.Y, part.Max.Y-1))
	for y := hidden.Min.Y; y < hidden.Max.Y; y++ {
		for x := hidden.Min.X; x < hidden.Max.X; x++ {
			copy(at(x, y), ground)
		}
	}
}

// Print returns the print of a part of the screen as it is now.
func (d *Display) Print(part image.Rectangle) (print Print, err error) {
	err = d.look(part, func(pixels []byte) { print = Print(maphash.Bytes(d.seed, pixels) | 1) })
	return print, err
}

// Part returns what stands on a part of the screen; its points keep their places.
func (d *Display) Part(part image.Rectangle) (*image.RGBA, error) {
	out := image.NewRGBA(part)
	err := d.look(part, func(pixels []byte) {
		for i := 0; i < len(pixels); i += 4 {
			out.Pix[i], out.Pix[i+1], out.Pix[i+2], out.Pix[i+3] = pixels[i+2], pixels[i+1], pixels[i], 0xff
		}
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Picture returns what stands on the screen.
func (d *Display) Picture() (*image.RGBA, error) { return d.Part(d.Bounds) }

// Painted holds something once the screen was painted on since it was looked at. The
// picture may be the same.
func (d *Display) Painted() <-chan struct{} { return d.painted }

// Until looks at a part of the screen, now and whenever it was painted on, until it
// has a print that ok holds of. It returns when it was seen: the time is taken once the
// picture has been fetched and compared, so that it is never too early.
func (d *Display) Until(ctx context.Context, part image.Rectangle, ok func(Print) bool) (time.Time, error) {
	for {
		print, err := d.Print(part)
		if err != nil {
			return time.Time{}, err
		}
		if ok(print) {
			return time.Now(), nil
		}
		select {
		case <-d.painted:
		case <-ctx.Done():
			return time.Time{}, fmt.Errorf("%w: %w", ErrNotPainted, ctx.Err())
		}
	}
}

// Still waits until the screen has stood still for a while and returns the print of all
// of it. Painting that changes nothing is none.
func (d *Display) Still(ctx context.Context, quiet time.Duration) (Print, error) {
	last, since := Print(0), time.Now()
	for {
		now, err := d.Print(d.Bounds)
		if err != nil {
			return 0, err
		}
		if now != last {
			last, since = now, time.Now()
		}
		rest := quiet - time.Since(since)
		if rest <= 0 {
			return now, nil
		}
		timer := time.NewTimer(rest)
		select {
		case <-d.painted:
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return 0, fmt.Errorf("%w: it does not come to rest: %w", ErrNotPainted, ctx.Err())
		}
		timer.Stop()
	}
}

// Differ counts the points in which two pictures differ, and returns the rectangle in
// which they lie.
func Differ(x, y *image.RGBA) (points int, where image.Rectangle) {
	if x.Rect != y.Rect {
		return x.Rect.Dx() * x.Rect.Dy(), x.Rect.Union(y.Rect)
	}
	for i := 0; i < len(x.Pix); i += 4 {
		if !bytes.Equal(x.Pix[i:i+4], y.Pix[i:i+4]) {
			points++
			at := x.Rect.Min.Add(image.Pt(i/4%x.Rect.Dx(), i/4/x.Rect.Dx()))
			where = where.Union(image.Rectangle{at, at.Add(image.Pt(1, 1))})
		}
	}
	return points, where
}

// Blank reports whether a picture is all of one colour, as one is that shows nothing.
func Blank(p *image.RGBA) bool {
	for i := 4; i < len(p.Pix); i += 4 {
		if !bytes.Equal(p.Pix[i:i+4], p.Pix[:4]) {
			return false
		}
	}
	return true
}
