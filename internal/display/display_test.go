package display_test

import (
	"context"
	"errors"
	"image"
	"image/color"
	"strings"
	"testing"
	"time"

	"chasqui/internal/display"
	"chasqui/internal/display/displaytest"
)

// empty opens a virtual display on which nothing is shown.
func empty(t *testing.T) *display.Display {
	t.Helper()
	return open(t, displaytest.Xvfb(t, "320x200x24"))
}

func open(t *testing.T, name string) *display.Display {
	t.Helper()
	d, err := display.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// stripes is a picture in which every point has a colour of its own.
func stripes(bounds image.Rectangle) *image.RGBA {
	p := image.NewRGBA(bounds)
	for y := range bounds.Dy() {
		for x := range bounds.Dx() {
			p.SetRGBA(x, y, color.RGBA{R: uint8(x), G: uint8(y), B: uint8(x/256*16 + y/16), A: 0xff})
		}
	}
	return p
}

// Guards that what is shown is what is seen, point by point, whole and in part: it
// fails where red and blue are taken for one another, or a part lies beside its place.
func TestThePictureIsWhatIsShown(t *testing.T) {
	d := empty(t)
	want := stripes(d.Bounds)
	uncover, err := d.Cover(want)
	must(t, err)
	got, err := d.Picture()
	must(t, err)
	if points, where := display.Differ(want, got); points != 0 {
		t.Errorf("%d points differ, in %v", points, where)
	}
	place := image.Rect(37, 51, 201, 120)
	part, err := d.Part(place)
	must(t, err)
	expected := image.NewRGBA(place)
	for y := place.Min.Y; y < place.Max.Y; y++ {
		for x := place.Min.X; x < place.Max.X; x++ {
			expected.SetRGBA(x, y, want.RGBAAt(x, y))
		}
	}
	if points, where := display.Differ(expected, part); points != 0 {
		t.Errorf("of a part %d points differ, in %v", points, where)
	}
	if _, err := d.Part(image.Rect(300, 0, 340, 10)); err == nil {
		t.Error("there is something beside the screen")
	}
	must(t, uncover())
	if got, err := d.Picture(); err != nil || !display.Blank(got) || display.Blank(want) {
		t.Errorf("without the cover the screen is not empty (%v)", err)
	}
}

// Guards that a sign of life is no change of the picture. It fails without Ignore.
func TestWhatIsIgnoredIsNoChange(t *testing.T) {
	d := empty(t)
	plain, marked := image.NewRGBA(d.Bounds), image.NewRGBA(d.Bounds)
	marked.SetRGBA(2, 1, color.RGBA{R: 0xff, A: 0xff})
	d.Ignore = image.Rect(0, 0, 4, 4)
	var prints [2]display.Print
	for i, p := range []*image.RGBA{plain, marked} {
		uncover, err := d.Cover(p)
		must(t, err)
		prints[i], err = d.Print(d.Bounds)
		must(t, err)
		if i == 1 {
			d.Ignore = image.Rectangle{}
			if there, err := d.Print(d.Bounds); err != nil || there == prints[0] {
				t.Errorf("the mark is not there at all (%v)", err)
			}
		}
		must(t, uncover())
	}
	if prints[0] != prints[1] {
		t.Error("the mark changes the print")
	}
}

// Guards that whoever waits is woken by what is painted, and only by what is another
// picture: it fails where the display does not tell of damage.
func TestWhoWaitsSeesTheChange(t *testing.T) {
	d := empty(t)
	other := open(t, d.Name)
	before, err := d.Print(d.Bounds)
	must(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	changed := func(now display.Print) bool { return now != before }
	if _, err := d.Until(ctx, d.Bounds, changed); !errors.Is(err, display.ErrNotPainted) {
		t.Errorf("nothing has changed, and the wait ends with %v", err)
	}
	if still, err := d.Still(t.Context(), 50*time.Millisecond); err != nil || still != before {
		t.Errorf("the empty screen stands still as %v (%v), want %v", still, err, before)
	}
	seen := make(chan error, 1)
	go func() {
		_, err := d.Until(t.Context(), d.Bounds, changed)
		seen <- err
	}()
	must(t, other.Show(image.Rect(10, 10, 20, 20)))
	select {
	case err := <-seen:
		must(t, err)
	case <-time.After(20 * time.Second):
		t.Fatal("a window came, and whoever waits does not see it")
	}
}

// Guards that every symbol that the keyboard writes can be struck, with Shift where it
// needs that, and that what it does not write is refused by name.
func TestKeysAreFoundByWhatTheyWrite(t *testing.T) {
	d := empty(t)
	for _, name := range []string{"a", "A", "9", "@", "?", "space", "Return", "BackSpace", "F9", "Escape"} {
		if err := d.Strike(name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	a, _ := d.CodeOf('a')
	if capital, ok := d.CodeOf('A'); !ok || capital != a {
		t.Errorf("A is written by the key %d and a by %d", capital, a)
	}
	for _, name := range []string{"", "Nokey", "\x00", "ñandú", "漢"} {
		if err := d.Strike(name); err == nil {
			t.Errorf("%q was struck", name)
		}
	}
	must(t, d.Settle())
}

// Guards that a display that cannot be opened says which it is.
func TestADisplayThatIsNotThere(t *testing.T) {
	if _, err := display.Open(":64999"); err == nil || !strings.Contains(err.Error(), ":64999") {
		t.Errorf("it says %v", err)
	}
}

// Guards that whoever waits for a display that ends waits no longer.
func TestAClosedDisplayHoldsNobodyUp(t *testing.T) {
	d := empty(t)
	d.Close()
	if err := d.Settle(); err == nil {
		t.Error("a closed display settles")
	}
	if _, err := d.Picture(); err == nil {
		t.Error("a closed display shows something")
	}
	if d.Clipboards() == nil {
		t.Error("a closed display has clipboards")
	}
}
