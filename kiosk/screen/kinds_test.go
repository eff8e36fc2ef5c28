package screen_test

import (
	"bytes"
	"image"
	_ "image/png"
	"reflect"
	"slices"
	"testing"

	"chasqui/internal/conform"
	"chasqui/kiosk"
	"chasqui/kiosk/catalog"
	"chasqui/kiosk/screen/screentest"
)

// every returns the service that has every type of question.
func every(t *testing.T) (*catalog.Catalog, *catalog.Service) {
	t.Helper()
	c, err := screentest.EveryType()
	do(t, err)
	s, ok := c.Find(screentest.EveryService)
	if !ok {
		t.Fatal("there is no sample service")
	}
	return c, s
}

// plainly returns answers without what a file holds.
func plainly(a kiosk.Answers) kiosk.Answers {
	out := a.Clone()
	for id, v := range out {
		if v.File != nil {
			v.File = &kiosk.File{Media: v.File.Media}
		}
		out[id] = v
	}
	return out
}

// Guards "usable by touch, by keys alone": every type of question takes every
// answer by a finger, by pickers and steppers, and by Tab, arrows and Enter alone,
// and what is filed is its canonical form.
func TestEveryTypeIsAnsweredByTouchAndByKeysAlone(t *testing.T) {
	conform.Clause(t, "WCAG 2.2 2.1.1")
	c, s := every(t)
	stick, err := screentest.Media(t.TempDir())
	do(t, err)
	for name, o := range map[string]screentest.Options{
		"touch":               {Language: "es"},
		"touch and pickers":   {Language: "en", Pickers: true},
		"keys":                {Language: "ht", Keys: true},
		"keys, large letters": {Language: "pt", Keys: true, Pickers: true, Looks: &kiosk.Looks{Size: 3}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, e := range s.Examples() {
				if v := e.Answers["signature"]; o.Keys && v.File != nil {
					e.Answers["signature"] = kiosk.Value{Text: "Persona de Ejemplo"} // the way for whoever does not draw
				}
				o.Catalog, o.Media = c, []string{stick}
				b := bench(t, o)
				var pages []string
				do(t, b.WalkExample(s.ID(), e, func(page string) error {
					if !slices.Contains(pages, page) {
						pages = append(pages, page)
					}
					return nil
				}))
				if b.App.Page() != "review" || !slices.Contains(pages, "question/people/born") || pages[0] != "service" {
					t.Fatalf("%s: page %s after %v", e.Name, b.App.Page(), pages)
				}
				do(t, b.Confirm())
				filed := b.Station.Submitted()
				if len(filed) != 1 {
					t.Fatalf("%s: filed %v on %s: %v", e.Name, filed, b.App.Page(), b.Texts())
				}
				got, want := plainly(filed[0]), plainly(e.Answers)
				for _, id := range want.IDs() {
					if !reflect.DeepEqual(got[id], want[id]) {
						t.Errorf("%s, %s: filed %+v, want %+v", e.Name, id, got[id], want[id])
					}
				}
			}
		})
	}
}

// A drawn signature is a picture that can be read, black on white, and small.
func TestASignatureIsASmallPicture(t *testing.T) {
	c, s := every(t)
	b := bench(t, screentest.Options{Catalog: c})
	answers := s.Examples()[1].Answers
	delete(answers, "signature")
	do(t, b.Begin())
	b.App.Open(s.ID(), answers, "signature")
	do(t, b.Sign())
	do(t, b.Tap("foot/primary"))
	do(t, b.Confirm())
	if len(b.Station.Submitted()) != 1 {
		t.Fatalf("page %s reads %q", b.App.Page(), b.Texts())
	}
	v := b.Station.Submitted()[0]["signature"]
	if v.File == nil || v.File.Media != "image/png" || v.File.Name != "firma.png" || v.File.Size > 100<<10 {
		t.Fatalf("%+v", v)
	}
	m, _, err := image.Decode(bytes.NewReader(v.File.Content))
	do(t, err)
	dark := 0
	for y := range m.Bounds().Dy() {
		for x := range m.Bounds().Dx() {
			if r, _, _, _ := m.At(x, y).RGBA(); r < 0x4000 {
				dark++
			}
		}
	}
	if corner, _, _, _ := m.At(0, 0).RGBA(); corner != 0xFFFF || dark < 500 {
		t.Errorf("corner %x, %d dark pixels of %v", corner, dark, m.Bounds())
	}
}
