package screen_test

import (
	"image"
	"image/color"
	"math"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"chasqui/internal/conform"
	"chasqui/internal/watch"
	"chasqui/kiosk"
	"chasqui/kiosk/look"
	"chasqui/kiosk/screen/screentest"
)

// Guards the page's mark, by which a supervisor tells whether what is painted comes to the
// screen: on every page and in every contrast it changes each time, in the corner that
// the supervisor looks at and nowhere else, and nobody can see it; and so it is with the
// shades of the supervisor's own. Without it a picture that stands still would count as
// one at rest.
func TestAMarkThatNobodySeesChangesOnEveryPage(t *testing.T) {
	conform.Clause(t, "WCAG 2.2 2.3.1", "EN 301 549 11.2.3.1")
	if watch.Beat < time.Second/3 {
		t.Errorf("a mark changes every %s, more than three times a second", watch.Beat)
	}
	stick, err := screentest.Media(t.TempDir())
	do(t, err)
	for _, scene := range screentest.Scenes() {
		b, err := scene.Show(screentest.Options{Size: fyne.NewSize(1024, 768), Media: []string{stick}})
		do(t, err)
		if _, there := markOf(b); there {
			t.Fatalf("%s: there is a mark before anybody looked for it", scene.Name)
		}
		b.App.Live()
		if at, there := markOf(b); !there || at != (fyne.Position{}) {
			t.Errorf("%s: no mark lies over the page in its corner", scene.Name)
		}
	}
	for contrast := range look.Contrasts {
		b, err := screentest.New(screentest.Options{Size: fyne.NewSize(1024, 768)})
		do(t, err)
		b.App.Live()
		b.App.SetLooks(kiosk.Looks{Size: 1, Contrast: contrast}) // a page drawn anew keeps the mark
		if pair := b.App.Shades(); pair[0] == pair[1] || contrastOf(pair[0], pair[1]) > 1.2 {
			t.Errorf("contrast %d: two shades %v of %.2f:1", contrast, pair, contrastOf(pair[0], pair[1]))
		}
		b.App.Live()
		before := b.Capture()
		for n, last := b.App.Painted(), b.App.Painted()+3; n < last; n++ {
			b.App.Live()
			after := b.Capture()
			if painted := b.App.Painted(); painted != n+1 {
				t.Errorf("contrast %d: painted %d times after %d", contrast, painted, n+1)
			}
			inside, outside, most := repainted(before, after, corner)
			if inside == 0 {
				t.Errorf("contrast %d: painting %d changed nothing", contrast, n+1)
			}
			if outside > 0 {
				t.Errorf("contrast %d: %d pixels changed outside the corner", contrast, outside)
			}
			if most > 1.2 {
				t.Errorf("contrast %d: the mark changes by %.2f:1, which can be seen", contrast, most)
			}
			before = after
		}
	}
}

// asked is a canvas that notes which objects it is asked to paint anew: a real window
// paints no others. It is asked through the driver of the app.
type asked struct {
	fyne.Canvas
	objects []fyne.CanvasObject
}

func (a *asked) Refresh(o fyne.CanvasObject) { a.objects = append(a.objects, o) }

type askedDriver struct {
	fyne.Driver
	canvas *asked
}

func (d askedDriver) CanvasForObject(fyne.CanvasObject) fyne.Canvas { return d.canvas }

type askedApp struct {
	fyne.App
	driver askedDriver
}

func (a askedApp) Driver() fyne.Driver { return a.driver }

// ask has noted, for the rest of a test, what is asked to be painted anew.
func ask(t *testing.T, c fyne.Canvas) *asked {
	app, noted := fyne.CurrentApp(), &asked{Canvas: c}
	fyne.SetCurrentApp(askedApp{app, askedDriver{app.Driver(), noted}})
	t.Cleanup(func() { fyne.SetCurrentApp(app) })
	return noted
}

// Guards that a new page is told from a picture that stands still: whatever is drawn anew,
// the mark is painted with it, in the shades of the look that the page has now. Without it
// a supervisor would learn only twice a minute that what is painted does not come to the
// screen, and in another contrast somebody would see the mark.
func TestAPageDrawnAnewHasItsMarkPaintedToo(t *testing.T) {
	b := bench(t, screentest.Options{Size: fyne.NewSize(1024, 768)})
	window := ask(t, b.Canvas)
	b.App.Live()
	tree := b.Tree()
	mark := tree[len(tree)-1].Object
	for _, anew := range []struct {
		why  string
		draw func() error
	}{
		{"another page", b.Begin},
		{"larger letters", func() error { return b.Tap("strip/size") }},
		{"another state", func() error {
			b.Station.SetStatus(kiosk.Status{Link: kiosk.LinkUp, Unsent: 3})
			b.App.Refresh()
			return nil
		}},
	} {
		window.objects = nil
		do(t, anew.draw())
		if !slices.Contains(window.objects, mark) {
			t.Errorf("%s: the mark is not painted with it", anew.why)
		}
	}
	b.App.SetLooks(kiosk.Looks{Size: 1, Contrast: look.Contrasts - 1})
	picture, shades := b.Capture(), b.App.Shades()
	for y := range 3 {
		for x := range 3 {
			if got := color.NRGBAModel.Convert(picture.At(x, y)); got != color.Color(shades[0]) && got != color.Color(shades[1]) {
				t.Errorf("in another contrast the point %d, %d of the mark is %v and not of %v", x, y, got, shades)
			}
		}
	}
}

// corner is what the supervisor looks at.
const corner = 8

// markOf returns where the mark lies, when it is the last thing drawn.
func markOf(b *screentest.Bench) (fyne.Position, bool) {
	tree := b.Tree()
	last := tree[len(tree)-1]
	_, is := last.Object.(*canvas.Raster)
	return last.Position, is && last.Object.Size() == fyne.NewSquareSize(3)
}

// repainted counts the pixels that differ inside and outside a corner, and says by what
// contrast they do at most.
func repainted(a, b image.Image, corner int) (inside, outside int, most float64) {
	bounds := a.Bounds()
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			before, after := a.At(x, y), b.At(x, y)
			if before == after {
				continue
			}
			most = max(most, contrastOf(before, after))
			if x < corner && y < corner {
				inside++
			} else {
				outside++
			}
		}
	}
	return inside, outside, most
}

// contrastOf is WCAG's contrast of two colours.
func contrastOf(a, b color.Color) float64 {
	luminance := func(c color.Color) float64 {
		sum := 0.0
		r, g, b, _ := c.RGBA()
		for i, v := range []uint32{r, g, b} {
			s := float64(v) / 0xffff
			if s <= 0.04045 {
				s /= 12.92
			} else {
				s = math.Pow((s+0.055)/1.055, 2.4)
			}
			sum += s * []float64{0.2126, 0.7152, 0.0722}[i]
		}
		return sum
	}
	x, y := luminance(a)+0.05, luminance(b)+0.05
	return max(x, y) / min(x, y)
}
