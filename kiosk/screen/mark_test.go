package screen_test

import (
	"image"
	"image/color"
	"math"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"chasqui/internal/conform"
	"chasqui/internal/watch"
	"chasqui/kiosk"
	"chasqui/kiosk/look"
	"chasqui/kiosk/screen/screentest"
)

// Guards the sign of life by which a supervisor tells a living picture from a frozen
// one: on every page and in every contrast it changes each time, in the corner that
// the supervisor looks at and nowhere else, and nobody can see it. Without it a page
// at rest would count as frozen, or a frozen one as at rest.
func TestAMarkThatNobodySeesChangesOnEveryPage(t *testing.T) {
	conform.Clause(t, "WCAG 2.2 2.3.1", "EN 301 549 11.2.3.1")
	if watch.Mark < time.Second/3 {
		t.Errorf("the mark changes every %s, more than three times a second", watch.Mark)
	}
	stick, err := screentest.Media(t.TempDir())
	do(t, err)
	const corner = 8 // what the supervisor looks at
	for i, scene := range screentest.Scenes() {
		contrast := i % look.Contrasts
		b, err := scene.Show(screentest.Options{Size: fyne.NewSize(1024, 768), Looks: &kiosk.Looks{Size: 1, Contrast: contrast}, Media: []string{stick}})
		do(t, err)
		before := b.Capture()
		if painted := b.App.Painted(); painted != 0 {
			t.Fatalf("%s: painted %d times before anybody looked for it", scene.Name, painted)
		}
		for n := range uint64(3) {
			b.App.Live()
			after := b.Capture()
			if painted := b.App.Painted(); painted != n+1 {
				t.Errorf("%s: painted %d times after %d", scene.Name, painted, n+1)
			}
			inside, outside, most := changed(before, after, corner)
			if inside == 0 {
				t.Errorf("%s, contrast %d: painting %d changed nothing", scene.Name, contrast, n+1)
			}
			if outside > 0 {
				t.Errorf("%s: %d pixels changed outside the corner", scene.Name, outside)
			}
			if most > 1.2 {
				t.Errorf("%s: the mark changes by %.2f:1, which can be seen", scene.Name, most)
			}
			before = after
		}
	}
}

// changed counts the pixels that differ inside and outside a corner, and says by what
// contrast they do at most.
func changed(a, b image.Image, corner int) (inside, outside int, most float64) {
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
