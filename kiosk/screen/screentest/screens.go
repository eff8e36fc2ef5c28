package screentest

import (
	"fyne.io/fyne/v2"

	"chasqui/kiosk"
	"chasqui/kiosk/look"
	"chasqui/locales"
)

// Screen is a screen that an office may have.
type Screen struct {
	Size fyne.Size
	// WidthMM is how wide its picture is, in millimetres.
	WidthMM float64
}

// Screens are those on which every page must be whole: 15 inches, 16, 24, and 27
// set upright.
func Screens() []Screen {
	return []Screen{
		{fyne.NewSize(1280, 800), 345},
		{fyne.NewSize(1024, 768), 304},
		{fyne.NewSize(1920, 1080), 527},
		{fyne.NewSize(1080, 1920), 336},
	}
}

// widthOf returns the width in millimetres of the screen of a size.
func widthOf(size fyne.Size) float64 {
	for _, s := range Screens() {
		if s.Size == size {
			return s.WidthMM
		}
	}
	return 345
}

// Shape is all that decides where things stand on a page: contrast is not part of
// it.
type Shape struct {
	Letters  int
	Language string
	Screen   Screen
}

// Options returns what a bench of this shape is like.
func (s Shape) Options() Options {
	return Options{Size: s.Screen.Size, Language: s.Language, Looks: &kiosk.Looks{Size: s.Letters}}
}

// Languages are those in which pages are inspected: every complete one, and the
// pseudo-locale, whose words are longer.
func Languages() []string {
	var out []string
	for _, l := range locales.Languages() {
		out = append(out, l.Tag)
	}
	return append(out, locales.Pseudo)
}

// Shapes are all that there are.
func Shapes() []Shape {
	var out []Shape
	for _, view := range Views() {
		for _, language := range Languages() {
			out = append(out, view.In(language))
		}
	}
	return out
}

// View is a text size on a screen.
type View struct {
	Letters int
	Screen  Screen
}

// In returns the shape of a view in a language.
func (v View) In(language string) Shape { return Shape{v.Letters, language, v.Screen} }

// Views returns all that there are.
func Views() []View {
	var out []View
	for letters := range look.Sizes {
		for _, screen := range Screens() {
			out = append(out, View{letters, screen})
		}
	}
	return out
}

// Turns returns the views in which the n-th of many pages is inspected, in every
// language each: every text size and every screen comes up for every page, all of
// their pairs for four pages in a row.
func Turns(n int) []View {
	var out []View
	for k, screen := range Screens() {
		out = append(out, View{(k + n) % look.Sizes, screen})
	}
	return out
}

// Rotation returns the shapes in which the n-th of many pages is inspected: each
// text size, each language and each screen comes up for every page, and all
// of their combinations over many pages.
func Rotation(n int) []Shape {
	languages, screens := Languages(), Screens()
	var out []Shape
	for k := range languages {
		out = append(out, Shape{
			Letters:  (k + n) % look.Sizes,
			Language: languages[(k+n/(look.Sizes*len(screens)))%len(languages)],
			Screen:   screens[(k+n/look.Sizes)%len(screens)],
		})
	}
	return out
}

// InspectAll inspects the page that is seen in every contrast, and leaves it as it
// was. Of a fault that there is in several it tells once.
func (b *Bench) InspectAll() []Fault {
	looks := b.App.Looks()
	defer b.App.SetLooks(looks)
	var out []Fault
	known := map[string]bool{}
	for contrast := range look.Contrasts {
		b.App.SetLooks(kiosk.Looks{Size: looks.Size, Contrast: (looks.Contrast + contrast) % look.Contrasts})
		for _, f := range b.Inspect() {
			if !known[f.Kind+f.What] {
				known[f.Kind+f.What] = true
				out = append(out, f)
			}
		}
	}
	return out
}
