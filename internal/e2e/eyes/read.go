package eyes

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Zone is a part of the screen: from one height to another, in parts of the whole.
type Zone struct{ Top, Bottom float64 }

// The zones of a page.
var (
	Whole = Zone{0, 1}
	// Head is above a keyboard.
	Head = Zone{0, 0.5}
	Foot = Zone{0.84, 1}
)

// part is a zone in points.
func (s *Screen) part(zone Zone) image.Rectangle {
	return image.Rect(0, int(zone.Top*float64(s.Height)), s.Width, int(zone.Bottom*float64(s.Height)))
}

// Read takes a picture and reads a zone of it in one of tesseract's languages
// ("spa", "eng", "por", "hat"), once the window has painted what was done to it. What
// was read a moment ago and stands there unchanged is not read again.
func (s *Screen) Read(ctx context.Context, language string, zone Zone) (Page, error) {
	if err := s.painted(); err != nil {
		return Page{}, err
	}
	picture, err := s.Display.Part(s.part(zone))
	if err != nil {
		return Page{}, err
	}
	ink := even(picture)
	key := fmt.Sprintf("%x %s %v", sha256.Sum256(ink.Pix), language, zone)
	page, known := s.known[key]
	if !known {
		if page, err = read(ctx, ink, language, s.dir); err != nil {
			return Page{}, err
		}
		if len(s.known) > 50 || s.known == nil {
			s.known = map[string]Page{}
		}
		s.known[key] = page
	}
	page.picture = picture
	return page, nil
}

// Page is everything that was read off one picture.
type Page struct {
	Words []Word
	// picture is what was read.
	picture *image.RGBA
}

// read reads ink on paper.
func read(ctx context.Context, ink *image.Gray, language, dir string) (Page, error) {
	path := filepath.Join(dir, "ink.png")
	if err := save(path, ink); err != nil {
		return Page{}, err
	}
	// #nosec G204 -- a test's own arguments
	cmd := exec.CommandContext(ctx, "tesseract", path, "stdout", "-l", language, "--psm", "11", "tsv")
	cmd.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1")
	out, err := cmd.Output()
	if err != nil {
		return Page{}, fmt.Errorf("tesseract: %w", err)
	}
	page, err := parseTSV(out)
	for i := range page.Words {
		page.Words[i].Box = page.Words[i].Box.Add(ink.Rect.Min)
	}
	return page, err
}

func parseTSV(b []byte) (Page, error) {
	var page Page
	lines := strings.Split(string(b), "\n")
	for _, line := range lines[1:] {
		f := strings.Split(line, "\t")
		if len(f) != 12 || f[0] != "5" || strings.TrimSpace(f[11]) == "" {
			continue
		}
		var n [4]int
		for i := range n {
			v, err := strconv.Atoi(f[6+i])
			if err != nil {
				return Page{}, fmt.Errorf("tesseract's table: %w", err)
			}
			n[i] = v
		}
		page.Words = append(page.Words, Word{
			Text: strings.TrimSpace(f[11]), Box: image.Rect(n[0], n[1], n[0]+n[2], n[1]+n[3]),
			line: f[2] + "." + f[3] + "." + f[4],
		})
	}
	return page, nil
}

// ErrNotSeen says that something did not appear on the screen in time.
var ErrNotSeen = errors.New("not seen on the screen")

// Await reads a zone of the screen until see returns true, for at most patience: again
// whenever something was painted, and never else. A part of the page is sooner read; a
// short word on its own is sometimes read only in the company of the rest of the page,
// so the whole is read where the part does not do.
func (s *Screen) Await(ctx context.Context, language string, zone Zone, what string, patience time.Duration, see func(Page) bool) (Page, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	zones := []Zone{zone}
	if zone != Whole {
		zones = append(zones, Whole)
	}
	var last Page
	for {
		for _, zone := range zones {
			page, err := s.Read(ctx, language, zone)
			if err != nil {
				if ctx.Err() != nil {
					break // it was interrupted
				}
				return last, fmt.Errorf("awaiting %s: %w", what, err)
			}
			last = page
			if see(page) {
				return page, nil
			}
		}
		select {
		case <-ctx.Done():
			return last, fmt.Errorf("%w within %s: %s; there stands:\n%s", ErrNotSeen, patience, what, last.Text())
		case <-s.Display.Painted():
		}
	}
}

// QR returns the text of the QR codes on the screen.
func (s *Screen) QR(ctx context.Context) ([]string, error) {
	path := filepath.Join(s.dir, "qr.png")
	if err := s.Shoot(path); err != nil {
		return nil, err
	}
	out, err := exec.CommandContext(ctx, "zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", path).Output() // #nosec G204
	if err != nil {
		return nil, fmt.Errorf("zbarimg: %w", err)
	}
	return strings.Fields(string(out)), nil
}
