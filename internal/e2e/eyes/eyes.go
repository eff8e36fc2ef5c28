// Package eyes is a person in front of the kiosk, for tests: it has a screen
// (Xvfb), reads what stands on it (tesseract, zbar) and puts a finger on it
// (xdotool). It knows nothing of the program behind the window.
package eyes

import (
	"bufio"
	"bytes"
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
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Screen is a virtual display.
type Screen struct {
	Display       string
	Width, Height int

	cmd *exec.Cmd
	dir string
	// known are the pages that were read already, by their ink.
	known map[string]Page
}

// Word is one word read off a picture, with the rectangle it stands in.
type Word struct {
	Text string
	Box  image.Rectangle
	line string // block, paragraph and line: words of one line share it
}

// Missing returns the programs that eyes need and this machine lacks.
func Missing() []string {
	var missing []string
	for _, name := range []string{"Xvfb", "xdotool", "import", "tesseract", "zbarimg"} {
		if _, err := exec.LookPath(name); err != nil {
			missing = append(missing, name)
		}
	}
	return missing
}

// NewScreen starts a display of the given size; pictures pass through dir.
func NewScreen(ctx context.Context, width, height int, dir string) (*Screen, error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer read.Close()
	// #nosec G204 -- numbers only
	cmd := exec.CommandContext(ctx, "Xvfb", "-displayfd", "3", "-screen", "0", fmt.Sprintf("%dx%dx24", width, height), "-nolisten", "tcp", "-dpi", "96")
	cmd.ExtraFiles = []*os.File{write}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		_ = write.Close()
		return nil, fmt.Errorf("start Xvfb: %w", err)
	}
	_ = write.Close()
	// The whole line must be read: a reader who is gone before its end kills Xvfb.
	number, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		return nil, fmt.Errorf("start Xvfb: %w\n%s", err, stderr.String())
	}
	return &Screen{Display: ":" + strings.TrimSpace(number), Width: width, Height: height, cmd: cmd, dir: dir}, nil
}

// Close stops the display.
func (s *Screen) Close() {
	_ = s.cmd.Process.Signal(os.Interrupt)
	done := make(chan struct{})
	go func() { _ = s.cmd.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(5 * time.Second):
		_ = s.cmd.Process.Kill()
		<-done
	}
}

// Env returns the environment in which a program shows its window here.
func (s *Screen) Env() []string {
	return append(os.Environ(), "DISPLAY="+s.Display, "LIBGL_ALWAYS_SOFTWARE=1", "XDG_SESSION_TYPE=x11", "LC_ALL=en_US.UTF-8")
}

// Shoot saves what stands on the screen as a PNG.
func (s *Screen) Shoot(ctx context.Context, path string) error {
	return s.tool(ctx, "import", "-silent", "-window", "root", path)
}

// Tap puts a finger on a point and lifts it.
func (s *Screen) Tap(ctx context.Context, at image.Point) error {
	return s.tool(ctx, "xdotool", "mousemove", strconv.Itoa(at.X), strconv.Itoa(at.Y), "mousedown", "1", "sleep", "0.03", "mouseup", "1")
}

// TapAndWait is Tap, and waits until the page has changed and then stands still:
// somebody who touched too soon again would touch what comes next.
func (s *Screen) TapAndWait(ctx context.Context, at image.Point) error {
	before, err := s.print(ctx)
	if err != nil {
		return err
	}
	if err := s.Tap(ctx, at); err != nil {
		return err
	}
	last := before
	for range 60 {
		now, err := s.print(ctx)
		if err != nil {
			return err
		}
		if now != before && now == last {
			return nil
		}
		last = now
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(60 * time.Millisecond):
		}
	}
	return fmt.Errorf("%w: a change after a touch at %v", ErrNotSeen, at)
}

// print tells one picture of the screen from another.
func (s *Screen) print(ctx context.Context) (string, error) {
	path := filepath.Join(s.dir, "print.png")
	if err := s.Shoot(ctx, path); err != nil {
		return "", err
	}
	picture, err := load(path)
	if err != nil {
		return "", err
	}
	hash := sha256.New()
	bounds := picture.Bounds()
	for y := bounds.Min.Y; y < bounds.Max.Y; y += 2 {
		for x := bounds.Min.X; x < bounds.Max.X; x += 2 {
			r, g, b, _ := picture.At(x, y).RGBA()
			_, _ = hash.Write([]byte{byte(r >> 8), byte(g >> 8), byte(b >> 8)}) // #nosec G115 -- the high bytes
		}
	}
	return string(hash.Sum(nil)), nil
}

// Key presses a key by its X name, e.g. "Tab".
func (s *Screen) Key(ctx context.Context, names ...string) error {
	return s.tool(ctx, "xdotool", append([]string{"key", "--delay", "30"}, names...)...)
}

// Do has xdotool do several things, in its own words.
func (s *Screen) Do(ctx context.Context, commands ...string) error {
	return s.tool(ctx, "xdotool", commands...)
}

func (s *Screen) tool(ctx context.Context, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...) // #nosec G204 -- a test's own arguments
	cmd.Env = s.Env()
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, bytes.TrimSpace(out))
	}
	return nil
}

// Zone is a part of the screen: from one height to another, in parts of the whole.
type Zone struct{ Top, Bottom float64 }

// The zones of a page.
var (
	Whole = Zone{0, 1}
	Foot  = Zone{0.84, 1}
)

// Read takes a picture and reads a zone of it in one of tesseract's languages
// ("spa", "eng", "por", "hat"). What was read a moment ago and stands there
// unchanged is not read again.
func (s *Screen) Read(ctx context.Context, language string, zone Zone) (Page, error) {
	path := filepath.Join(s.dir, "look.png")
	if err := s.Shoot(ctx, path); err != nil {
		return Page{}, err
	}
	picture, err := load(path)
	if err != nil {
		return Page{}, err
	}
	ink := even(crop(picture, zone))
	key := fmt.Sprintf("%x %s %v", sha256.Sum256(ink.Pix), language, zone)
	if page, ok := s.known[key]; ok {
		return page, nil
	}
	page, err := read(ctx, ink, language, s.dir)
	if err != nil {
		return Page{}, err
	}
	if len(s.known) > 50 || s.known == nil {
		s.known = map[string]Page{}
	}
	s.known[key] = page
	return page, nil
}

// Page is everything that was read off one picture.
type Page struct {
	Words []Word
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

// Text returns everything that was read, a line a line.
func (p Page) Text() string {
	var b strings.Builder
	for i, w := range p.Words {
		switch {
		case i == 0:
		case w.line == p.Words[i-1].line:
			b.WriteByte(' ')
		default:
			b.WriteByte('\n')
		}
		b.WriteString(w.Text)
	}
	return b.String()
}

// Find returns where a phrase stands: consecutive words, compared without
// accents, case and punctuation. The phrase may go on over a line's end.
func (p Page) Find(phrase string) (image.Rectangle, bool) {
	all := p.FindAll(phrase)
	if len(all) == 0 {
		return image.Rectangle{}, false
	}
	return all[0], true
}

// FindAll returns every place where a phrase stands, top to bottom. Where one
// word ends and the next begins is not compared: tesseract is often wrong there.
func (p Page) FindAll(phrase string) []image.Rectangle {
	want := Fold(phrase)
	if want == "" {
		return nil
	}
	var found []image.Rectangle
	for i, first := range p.Words {
		if Fold(first.Text) == "" {
			continue
		}
		box, text := first.Box, ""
		for _, w := range p.Words[i:] {
			text += Fold(w.Text)
			if !strings.HasPrefix(want, text) {
				break
			}
			if w.line == first.line {
				box = box.Union(w.Box)
			}
			if text == want {
				found = append(found, box)
				break
			}
		}
	}
	return found
}

// Has reports whether a phrase stands on the page.
func (p Page) Has(phrase string) bool { _, ok := p.Find(phrase); return ok }

// Fold makes words comparable: no accents, no case, letters and digits only, and
// what tesseract takes for one another made one.
func Fold(s string) string {
	return strings.Map(func(r rune) rune {
		switch r = unicode.ToLower(r); {
		case unicode.Is(unicode.Mn, r):
			return -1
		case r == 'i', r == '1', r == '|', r == 'ı':
			return 'l'
		case r == '0':
			return 'o'
		case unicode.IsLetter(r), unicode.IsDigit(r):
			return r
		}
		return -1
	}, norm.NFD.String(s))
}

// Centre returns the middle of a rectangle.
func Centre(r image.Rectangle) image.Point {
	return image.Pt((r.Min.X+r.Max.X)/2, (r.Min.Y+r.Max.Y)/2)
}

// ErrNotSeen says that something did not appear on the screen in time.
var ErrNotSeen = errors.New("not seen on the screen")

// Await reads the screen until see returns true, for at most patience.
func (s *Screen) Await(ctx context.Context, language string, zone Zone, what string, patience time.Duration, see func(Page) bool) (Page, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var last Page
	for {
		page, err := s.Read(ctx, language, zone)
		if err == nil {
			last = page
			if see(page) {
				return page, nil
			}
		}
		select {
		case <-ctx.Done():
			return last, fmt.Errorf("%w within %s: %s; there stands:\n%s", ErrNotSeen, patience, what, last.Text())
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// QR returns the text of the QR codes on the screen.
func (s *Screen) QR(ctx context.Context) ([]string, error) {
	path := filepath.Join(s.dir, "qr.png")
	if err := s.Shoot(ctx, path); err != nil {
		return nil, err
	}
	out, err := exec.CommandContext(ctx, "zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", path).Output() // #nosec G204
	if err != nil {
		return nil, fmt.Errorf("zbarimg: %w", err)
	}
	return strings.Fields(string(out)), nil
}
