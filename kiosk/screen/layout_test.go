package screen_test

import (
	"flag"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"chasqui/kiosk"
	"chasqui/kiosk/look"
	"chasqui/kiosk/screen/screentest"
	"chasqui/kiosk/widget"
	"chasqui/locales"
)

var update = flag.Bool("update", false, "write the golden pictures anew")

// box is a rectangle on the canvas with what it is.
type box struct {
	what                     string
	left, top, right, bottom float32
	within                   fyne.Widget
}

func (b box) overlaps(o box) bool {
	const slack = 0.75
	return b.left+slack < o.right && o.left+slack < b.right && b.top+slack < o.bottom && o.top+slack < b.bottom
}

func (b box) inside(o box) bool {
	const slack = 1
	return b.left >= o.left-slack && b.top >= o.top-slack && b.right <= o.right+slack && b.bottom <= o.bottom+slack
}

// inspect reports what is cut, crowded or too small on a page.
func inspect(b *screentest.Bench) []string {
	var trouble []string
	page := box{"the page", 0, 0, b.Canvas.Size().Width, b.Canvas.Size().Height, nil}
	least := float32(12.7*0.99) * b.Canvas.Size().Width / float32(b.Station.Settings.ScreenWidthMM)
	foot := b.Canvas.Size().Height - look.New(b.Station.Settings, kiosk.Looks{}, b.Canvas.Size().Width).Foot
	var texts, controls []box
	for _, d := range b.Tree() {
		size := d.Object.Size()
		at := box{"", d.Position.X, d.Position.Y, d.Position.X + size.Width, d.Position.Y + size.Height, d.Within}
		switch o := d.Object.(type) {
		case *canvas.Text:
			// The letters themselves, without the room that the font keeps above the
			// capitals and below the tails.
			at.what = fmt.Sprintf("%q", o.Text)
			width := look.Measure(o.Text, o.TextSize, o.FontSource == look.Font(true)).Width
			at.right = at.left + width
			at.top += o.TextSize * 0.3
			at.bottom = at.top + o.TextSize*0.95
			texts = append(texts, at)
		case *canvas.Image:
			at.what = "a picture"
			if o.Resource != nil {
				at.what = o.Resource.Name()
			}
			texts = append(texts, at)
		case *widget.Button:
			at.what, at.within = "button "+o.ID, o
			controls = append(controls, at)
		case *widget.Field:
			at.what, at.within = "field "+o.ID, o
			controls = append(controls, at)
		case *widget.Keyboard:
			at.what, at.within = "the keyboard", o
			controls = append(controls, at)
		default:
			continue
		}
		if !at.inside(page) {
			trouble = append(trouble, at.what+" lies beyond the edge")
		}
		// Whatever stands in the foot belongs to a button: anything else there is a
		// part of the body that is cut off.
		if at.within == nil && at.bottom > foot+1 {
			trouble = append(trouble, at.what+" is cut by the foot")
		}
	}
	for i, c := range controls {
		if c.right-c.left < least || c.bottom-c.top < least {
			trouble = append(trouble, fmt.Sprintf("%s is too small: %.0f×%.0f, %.0f is the least", c.what, c.right-c.left, c.bottom-c.top, least))
		}
		for _, other := range controls[i+1:] {
			if c.overlaps(other) {
				trouble = append(trouble, c.what+" lies on "+other.what)
			}
		}
		for _, text := range texts {
			switch {
			case text.within == c.within:
				if !text.inside(c) {
					trouble = append(trouble, text.what+" is cut by "+c.what)
				}
			case text.overlaps(c):
				trouble = append(trouble, text.what+" lies under "+c.what)
			}
		}
	}
	for i, text := range texts {
		for _, other := range texts[i+1:] {
			if text.overlaps(other) {
				trouble = append(trouble, text.what+" lies on "+other.what)
			}
		}
	}
	return trouble
}

// Guards "nothing cut, crowded or out of reach": every page in every language,
// lying in the default and the largest letters, upright in the largest. The control
// is a text that is laid over another, which the same inspection finds.
func TestNothingIsCutOrCrowdedOnAnyPage(t *testing.T) {
	stick, err := screentest.Media(t.TempDir())
	do(t, err)
	sizes := []fyne.Size{fyne.NewSize(1280, 800), fyne.NewSize(1080, 1920)}
	for _, lang := range locales.Languages() {
		for _, size := range sizes {
			for _, letters := range []int{1, 3} {
				if testing.Short() && (lang.Tag != "ht" || size != sizes[0]) {
					continue
				}
				if size != sizes[0] && letters == 1 {
					continue // what fits upright in the largest letters fits in these
				}
				for _, scene := range screentest.Scenes() {
					b, err := scene.Show(screentest.Options{Language: lang.Tag, Size: size, Looks: &kiosk.Looks{Size: letters}, Media: []string{stick}})
					if err != nil {
						t.Errorf("%s %v letters %d: %v", lang.Tag, size, letters, err)
						continue
					}
					for _, trouble := range inspect(b) {
						t.Errorf("%s %gx%g letters %d, %s: %s", lang.Tag, size.Width, size.Height, letters, scene.Name, trouble)
					}
				}
			}
		}
	}
}

func TestTheInspectionFindsWhatIsCrowded(t *testing.T) {
	b := bench(t, screentest.Options{})
	do(t, b.Begin())
	if trouble := inspect(b); len(trouble) > 0 {
		t.Fatal(trouble)
	}
	var first *canvas.Text
	for _, d := range b.Tree() {
		text, ok := d.Object.(*canvas.Text)
		if !ok || d.Within != nil {
			continue
		}
		if first == nil {
			first = text
			continue
		}
		text.Move(first.Position())
		break
	}
	if len(inspect(b)) == 0 {
		t.Error("one text over another was not found")
	}
}

// golden are the pages whose pictures are kept.
var golden = []struct {
	scene, language string
	looks           kiosk.Looks
	size            fyne.Size
}{
	{"welcome", "es", kiosk.Looks{Size: 1}, fyne.NewSize(1280, 800)},
	{"home", "es", kiosk.Looks{Size: 1}, fyne.NewSize(1280, 800)},
	{"street", "es", kiosk.Looks{Size: 1}, fyne.NewSize(1280, 800)},
	{"review", "pt", kiosk.Looks{Size: 1}, fyne.NewSize(1280, 800)},
	{"done", "es", kiosk.Looks{Size: 1}, fyne.NewSize(1280, 800)},
	{"suggestion", "en", kiosk.Looks{Size: 1, Contrast: look.Night}, fyne.NewSize(1280, 800)},
	{"name", "ht", kiosk.Looks{Size: 3, Contrast: look.HighDark}, fyne.NewSize(1280, 800)},
	{"purpose", "es", kiosk.Looks{Size: 1}, fyne.NewSize(1080, 1920)},
}

// Guards the pages' looks: a change that nobody meant is seen. Run with -update
// after one that was meant, and look at the pictures.
func TestPagesLookAsTheyDid(t *testing.T) {
	for _, g := range golden {
		for _, scene := range screentest.Scenes() {
			if scene.Name != g.scene {
				continue
			}
			b, err := scene.Show(screentest.Options{Language: g.language, Looks: &g.looks, Size: g.size})
			do(t, err)
			path := filepath.Join("testdata", fmt.Sprintf("%s-%s.png", g.scene, g.language))
			got := b.Capture()
			if *update {
				do(t, write(path, got))
				continue
			}
			want, err := read(path)
			do(t, err)
			if part := difference(got, want); part > 0.0005 {
				failed := filepath.Join("testdata", "failed", filepath.Base(path))
				do(t, write(failed, got))
				t.Errorf("%s differs in %.2f %% of its pixels; see %s", path, part*100, failed)
			}
		}
	}
}

func write(path string, m image.Image) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(f, m); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}

func read(path string) (image.Image, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return png.Decode(f)
}

// difference returns the part of pixels that differ by more than rounding does.
func difference(a, b image.Image) float64 {
	if a.Bounds().Size() != b.Bounds().Size() {
		return 1
	}
	size := a.Bounds().Size()
	differ := 0
	for y := range size.Y {
		for x := range size.X {
			r1, g1, b1, _ := a.At(x, y).RGBA()
			r2, g2, b2, _ := b.At(x, y).RGBA()
			if max(apart(r1, r2), apart(g1, g2), apart(b1, b2)) > 0x1000 {
				differ++
			}
		}
	}
	return float64(differ) / float64(size.X*size.Y)
}

func apart(x, y uint32) uint32 {
	if x > y {
		return x - y
	}
	return y - x
}
