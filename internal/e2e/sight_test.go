package e2e

import (
	"image"
	"testing"
	"time"

	"chasqui/internal/display"
	"chasqui/internal/e2e/eyes"
)

// sight looks at a display for somebody who looks at something else too, many times a
// second.
type sight struct {
	t       *testing.T
	display *display.Display
}

func newSight(t *testing.T, screen *eyes.Screen) *sight {
	t.Helper()
	return &sight{t: t, display: screen.Display}
}

// page returns the points of the whole screen, without the sign of life.
func (s *sight) page() []byte {
	s.t.Helper()
	picture, err := s.display.Picture()
	if err != nil {
		s.t.Fatal(err)
	}
	return picture.Pix
}

// differ returns which part of two pictures differs.
func differ(a, b []byte) float64 {
	if len(a) != len(b) {
		return 1
	}
	count := 0
	for i := range a {
		if a[i] != b[i] {
			count++
		}
	}
	return float64(count) / float64(len(a))
}

// until waits until ok holds of the page, looking every 20 ms, and returns when.
func (s *sight) until(what string, patience time.Duration, ok func(page []byte) bool) time.Time {
	s.t.Helper()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for end := time.Now().Add(patience); time.Now().Before(end); <-look.C {
		if ok(s.page()) {
			return time.Now()
		}
	}
	s.t.Fatalf("not seen within %s: %s", patience, what)
	return time.Time{}
}

// settled waits until the page has not changed for a second and returns it.
func (s *sight) settled() []byte {
	s.t.Helper()
	last, since := s.page(), time.Now()
	s.until("a page that stays as it is", 30*time.Second, func(page []byte) bool {
		if blank(page) || differ(page, last) > 0 {
			last, since = page, time.Now()
		}
		return time.Since(since) > time.Second
	})
	return last
}

// blank reports whether a picture is of one colour.
func blank(page []byte) bool {
	for i := range page {
		if i%4 < 3 && page[i] != page[i%4] {
			return false
		}
	}
	return true
}

// cover puts a window over the whole screen that no window manager can take away:
// black, or a picture.
func (s *sight) cover(points []byte) {
	s.t.Helper()
	var picture *image.RGBA
	if points != nil {
		picture = &image.RGBA{Pix: points, Stride: 4 * s.display.Bounds.Dx(), Rect: s.display.Bounds}
	}
	if _, err := s.display.Cover(picture); err != nil {
		s.t.Fatal(err)
	}
}

// upsideDown returns the screen as it is, turned by half: a picture that is no page
// of the kiosk's.
func (s *sight) upsideDown() []byte {
	s.t.Helper()
	page := s.page()
	turned := make([]byte, 0, len(page))
	for at := len(page) - 4; at >= 0; at -= 4 {
		turned = append(turned, page[at:at+4]...)
	}
	return turned
}
