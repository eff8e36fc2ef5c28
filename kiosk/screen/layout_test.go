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

	"chasqui/kiosk"
	"chasqui/kiosk/look"
	"chasqui/kiosk/screen/screentest"
)

var update = flag.Bool("update", false, "write the golden pictures anew")

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
