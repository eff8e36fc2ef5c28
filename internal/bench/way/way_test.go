package way

import (
	"image"
	"image/color"
	"testing"

	"chasqui/assets"
	"chasqui/kiosk/catalog"
)

// walked returns a walker at the end of the largest service.
func walked(t testing.TB) *Walker {
	t.Helper()
	services, err := catalog.Load(assets.Services(), nil)
	if err != nil {
		t.Fatal(err)
	}
	service, example, err := Largest(services)
	if err != nil {
		t.Fatal(err)
	}
	w, err := NewWalker(1280, 800)
	if err != nil {
		t.Fatal(err)
	}
	w.blind = true
	if _, err := w.Through(service, example); err != nil {
		t.Fatal(err)
	}
	return w
}

// Guards what is measured: the way on by touch and the way on by keys pass the same
// pages, from the first of the service to its review, and every press that counts
// leads to another page.
func TestBothWaysPassTheSamePages(t *testing.T) {
	w := walked(t)
	pages := func(way Way, err error) (names []string) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range way {
			if step.Turns {
				names = append(names, step.Page)
			}
		}
		return names
	}
	back := pages(w.Back("service"))
	touch := pages(w.On("review"))
	pages(w.Back("service"))
	keys := pages(w.OnByKeys("review"))
	if len(touch) < 12 || len(keys) != len(touch) || len(back) < len(touch) {
		t.Fatalf("%d pages back, %d on by touch, %d by keys", len(back), len(touch), len(keys))
	}
	for i := range touch {
		if touch[i] != keys[i] {
			t.Errorf("page %d is %s by touch and %s by keys", i+1, touch[i], keys[i])
		}
	}
	if w.Page().Name != "review" {
		t.Errorf("the ways end at %s", w.Page().Name)
	}
}

// Guards the check that the window shows what was walked to in memory: another
// picture is unlike, the same with other edges is not.
func TestPatchesTellPagesApart(t *testing.T) {
	draw := func(at int, edge uint8) Patches {
		m := image.NewGray(image.Rect(0, 0, 320, 160))
		for i := range m.Pix {
			m.Pix[i] = 240
		}
		for y := range 64 {
			for x := range 64 {
				m.SetGray(at+x, at+y, color.Gray{Y: edge})
			}
		}
		return PatchesOf(m)
	}
	if off := draw(32, 20).Unlike(draw(32, 30)); off != 0 {
		t.Errorf("the same page is unlike by %v", off)
	}
	if off := draw(32, 20).Unlike(draw(80, 20)); off < 0.1 {
		t.Errorf("another page is unlike by %v only", off)
	}
	if draw(0, 0).Unlike(nil) != 1 {
		t.Error("a picture is like none")
	}
}

// BenchmarkTurn is what the pages themselves take of a press: from the touch to
// everything laid out, without painting.
func BenchmarkTurn(b *testing.B) {
	w := walked(b)
	turns := 0
	for b.Loop() {
		back, err := w.Back("service")
		if err != nil {
			b.Fatal(err)
		}
		on, err := w.On("review")
		if err != nil {
			b.Fatal(err)
		}
		turns += back.Turns() + on.Turns()
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(turns)/1000, "ms/turn")
}
