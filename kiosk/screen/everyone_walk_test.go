package screen_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"chasqui/kiosk/screen"
	"chasqui/kiosk/screen/screentest"
	"chasqui/kiosk/widget"
)

// looked is what was found out about one scene.
type looked struct {
	scene, page string
	// busy pages have nothing that can be touched.
	busy     bool
	controls []screen.Control
	texts    []*canvas.Text
	// words of texts that belong to no control.
	free []*canvas.Text
	// nameless are controls with neither words nor a picture's name.
	nameless []string
	// pictures are the sizes of images, largest first, in pixels.
	pictures []float32
	// moved is what changed by itself in three seconds, onFocus when the focus went
	// once round, onLetter when letters, digits and signs were typed, onInput when
	// something was chosen or written: what it led to.
	moved, onFocus, onLetter, onInput string
	// unseen are parts that look the same with the focus, covered those of which the
	// focus cannot be seen because something lies on them.
	unseen, covered []string
	// unreached are parts that Tab does not come to in one round.
	unreached []string
}

// scenes looks at every scene once, for all the tests that ask about every page.
var scenes = sync.OnceValues(func() ([]looked, error) {
	dir, err := os.MkdirTemp("", "stick")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	stick, err := screentest.Media(dir)
	if err != nil {
		return nil, err
	}
	var out []looked
	for _, scene := range screentest.Scenes() {
		b, err := scene.Show(screentest.Options{Media: []string{stick}})
		if err != nil {
			return nil, err
		}
		out = append(out, lookAt(scene.Name, b))
	}
	return out, nil
})

func everyScene(t *testing.T) []looked {
	t.Helper()
	all, err := scenes()
	do(t, err)
	if len(all) < 80 {
		t.Fatalf("only %d scenes", len(all))
	}
	return all
}

func lookAt(scene string, b *screentest.Bench) looked {
	s := looked{scene: scene, page: b.App.Page(), controls: b.App.Controls()}
	s.busy = len(s.controls) == 0
	for _, d := range b.Tree() {
		switch o := d.Object.(type) {
		case *canvas.Text:
			s.texts = append(s.texts, o)
			if d.Within == nil {
				s.free = append(s.free, o)
			}
		case *canvas.Image:
			s.pictures = append(s.pictures, max(o.Size().Width, o.Size().Height))
		case *widget.Button:
			if o.Label == "" && o.Spoken == "" {
				s.nameless = append(s.nameless, o.ID)
			}
		}
	}
	slices.SortFunc(s.pictures, func(a, b float32) int { return int(b - a) })

	before := describe(b)
	b.Pass(3 * time.Second)
	s.moved = changed(before, describe(b))
	if s.busy {
		return s
	}
	s.focusRound(b)
	if s.page != "welcome" && s.page != "warning" { // there any key goes on
		b.Canvas.Unfocus()
		before, page := describe(b), b.App.Page()
		for _, r := range "abcdefghijklmnopqrstuvwxyz0123456789.,-+*/?!" {
			b.Canvas.Unfocus()
			b.Canvas.OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyName(strings.ToUpper(string(r)))})
			if typed := b.Canvas.OnTypedRune(); typed != nil {
				typed(r)
			}
		}
		if b.App.Page() != page {
			s.onLetter = b.App.Page()
		} else {
			s.onLetter = changed(before, describe(b))
		}
	}
	s.input(b)
	return s
}

// focusRound moves the focus once round the page.
func (s *looked) focusRound(b *screentest.Bench) {
	b.Canvas.Unfocus()
	plain := map[string]string{}
	for _, d := range b.Tree() {
		if f, ok := d.Object.(fyne.Focusable); ok {
			plain[fmt.Sprintf("%p", f)] = describeFrom(d.Object)
		}
	}
	page, texts := b.App.Page(), strings.Join(b.Texts(), "\n")
	come := map[string]bool{}
	for range len(plain) {
		test.FocusNext(b.Canvas)
		f := b.Canvas.Focused()
		if f == nil {
			continue
		}
		if b.App.Page() != page || strings.Join(b.Texts(), "\n") != texts {
			s.onFocus = b.App.Page()
			return
		}
		come[fmt.Sprintf("%p", f)] = true
		object, _ := f.(fyne.CanvasObject)
		if describeFrom(object) == plain[fmt.Sprintf("%p", f)] {
			s.unseen = append(s.unseen, name(object))
		}
		if by := coveredBy(b, object); by != "" {
			s.covered = append(s.covered, name(object)+" by "+by)
		}
	}
	for _, d := range b.Tree() {
		if f, ok := d.Object.(fyne.Focusable); ok && !come[fmt.Sprintf("%p", f)] {
			s.unreached = append(s.unreached, name(d.Object))
		}
	}
	b.Canvas.Unfocus()
}

// area is where something lies on the canvas.
type area struct{ left, top, right, bottom float32 }

func areaOf(d screentest.Drawn) area {
	size := d.Object.Size()
	return area{d.Position.X, d.Position.Y, d.Position.X + size.Width, d.Position.Y + size.Height}
}

func (a area) inside(o area) bool {
	const slack = 1
	return a.left >= o.left-slack && a.top >= o.top-slack && a.right <= o.right+slack && a.bottom <= o.bottom+slack
}

// coveredBy returns what lies wholly over a part, or beyond what edge it lies.
func coveredBy(b *screentest.Bench, part fyne.CanvasObject) string {
	var at *area
	for _, d := range b.Tree() {
		here := areaOf(d)
		switch {
		case d.Object == part:
			at = &here
			if !here.inside(area{0, 0, b.Canvas.Size().Width, b.Canvas.Size().Height}) {
				return "the edge of the screen"
			}
		case at == nil || fyne.CanvasObject(d.Within) == part:
		default:
			switch d.Object.(type) {
			case *canvas.Rectangle, *canvas.Image, *widget.Button, *widget.Field, *widget.Keyboard, *widget.Pad:
				if at.inside(here) {
					return name(d.Object)
				}
			}
		}
	}
	return ""
}

// input chooses the first choice, and writes a character where one can.
func (s *looked) input(b *screentest.Bench) {
	page := b.App.Page()
	for _, c := range b.App.Controls() {
		if strings.HasPrefix(c.ID, "choice/") {
			test.TapCanvas(b.Canvas, c.Centre())
			if b.App.Page() != page {
				s.onInput = c.ID + " leads to " + b.App.Page()
			}
			return
		}
	}
	for _, d := range b.Tree() {
		if f, ok := d.Object.(*widget.Field); ok {
			f.TypedRune('1')
			if b.App.Page() != page {
				s.onInput = "a letter leads to " + b.App.Page()
			}
			return
		}
	}
}

func name(o fyne.CanvasObject) string {
	switch w := o.(type) {
	case *widget.Button:
		return w.ID
	case *widget.Field:
		return w.ID
	case *widget.Keyboard:
		return widget.KeyboardID
	case *widget.Pad:
		return w.ID
	}
	return fmt.Sprintf("%T", o)
}

// describe tells everything that is drawn: what, where, in what colour.
func describe(b *screentest.Bench) string { return describeFrom(b.Canvas.Content()) }

func describeFrom(root fyne.CanvasObject) string {
	var out strings.Builder
	var walk func(o fyne.CanvasObject)
	walk = func(o fyne.CanvasObject) {
		fmt.Fprintf(&out, "%s %v %v", name(o), o.Position(), o.Size())
		switch c := o.(type) {
		case *canvas.Text:
			fmt.Fprintf(&out, " %q %v %v", c.Text, c.TextSize, c.Color)
		case *canvas.Rectangle:
			fmt.Fprintf(&out, " %v", c.FillColor)
		case *canvas.Image:
			if c.Image != nil {
				fmt.Fprintf(&out, " %v", c.Image.Bounds())
			}
		}
		out.WriteByte('\n')
		switch c := o.(type) {
		case fyne.Widget:
			for _, child := range test.WidgetRenderer(c).Objects() {
				walk(child)
			}
		case *fyne.Container:
			for _, child := range c.Objects {
				walk(child)
			}
		}
	}
	walk(root)
	return out.String()
}

// changed returns the first line in which two descriptions differ.
func changed(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range max(len(x), len(y)) {
		switch {
		case i >= len(x):
			return "more: " + y[i]
		case i >= len(y):
			return "less: " + x[i]
		case x[i] != y[i]:
			return x[i] + " became " + y[i]
		}
	}
	return ""
}
