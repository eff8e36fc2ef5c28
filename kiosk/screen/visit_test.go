package screen_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"chasqui/internal/conform"
	"chasqui/kiosk"
	"chasqui/kiosk/look"
	"chasqui/kiosk/screen/screentest"
	"chasqui/kiosk/widget"
	"chasqui/sync/wire"
)

const canary = "Kanario Zyx"

// holds reports whether a value holds the canary anywhere that can be reached from
// it, in strings, bytes or characters, unexported fields included.
func holds(v any, canary string) bool {
	seen := map[uintptr]bool{}
	var search func(v reflect.Value) bool
	search = func(v reflect.Value) bool {
		switch v.Kind() {
		case reflect.String:
			return strings.Contains(v.String(), canary)
		case reflect.Pointer, reflect.Interface:
			if v.IsNil() {
				return false
			}
			if v.Kind() == reflect.Pointer {
				if seen[v.Pointer()] {
					return false
				}
				seen[v.Pointer()] = true
			}
			return search(v.Elem())
		case reflect.Struct:
			for i := range v.NumField() {
				if search(v.Field(i)) {
					return true
				}
			}
		case reflect.Map:
			for _, key := range v.MapKeys() {
				if search(key) || search(v.MapIndex(key)) {
					return true
				}
			}
		case reflect.Slice, reflect.Array:
			switch v.Type().Elem().Kind() {
			case reflect.Int32, reflect.Uint8:
				var text []rune
				if v.Kind() == reflect.Slice {
					v = v.Slice3(0, v.Cap(), v.Cap()) // what is left behind the end counts
				}
				for i := range v.Len() {
					if e := v.Index(i); e.CanInt() {
						text = append(text, rune(e.Int()))
					} else {
						text = append(text, rune(e.Uint()))
					}
				}
				return strings.Contains(string(text), canary)
			}
			for i := range v.Len() {
				if search(v.Index(i)) {
					return true
				}
			}
		}
		return false
	}
	return search(reflect.ValueOf(v))
}

// Guards the wipe: after it no answer is in the widgets, in the pages, nor in
// anything else that can be reached from the screen, not even in the field that
// was on it. The control is the same search before the wipe, which finds it.
func TestAWipeLeavesNoAnswer(t *testing.T) {
	for name, end := range map[string]func(b *screentest.Bench) error{
		"inactivity": func(b *screentest.Bench) error { b.Pass(81 * time.Second); return nil },
		"start over": func(b *screentest.Bench) error { return b.Taps("strip/help", "help/over", "start-over/yes") },
	} {
		t.Run(name, func(t *testing.T) {
			b := bench(t, screentest.Options{})
			do(t, b.Residence("name"))
			do(t, b.Write(canary))
			do(t, b.Tap("foot/primary")) // once as an answer
			do(t, b.Taps("foot/primary", "foot/primary"))
			do(t, b.Write(canary)) // once half typed
			before := b.Tree()
			if !holds(b.App, canary) || !slices.Contains(b.Texts(), canary) {
				t.Fatal("the search does not find what is there")
			}
			do(t, end(b))
			if b.App.Page() != "welcome" {
				t.Fatalf("the page is %s", b.App.Page())
			}
			for _, text := range b.Texts() {
				if strings.Contains(text, canary) {
					t.Errorf("a widget still reads %q", text)
				}
			}
			if holds(b.App, canary) {
				t.Error("the canary can still be reached from the screen")
			}
			for _, d := range before {
				if f, ok := d.Object.(*widget.Field); ok && (f.Text() != "" || holds(f, canary)) {
					t.Error("the field that was on the screen still holds it")
				}
			}
			if got := names(b.Station.Events()); !slices.Contains(got, wire.EventAbandoned+" question/address") {
				t.Errorf("events %v", got)
			}
		})
	}
}

// Guards EN 301 549 11.2.2: a warning, 20 seconds, and as many extensions as one
// likes, by a touch, by a key, by a key drawn on the screen.
func TestTheWarningCanBeExtendedMoreThanTenTimes(t *testing.T) {
	conform.Clause(t, "WCAG 2.2 2.2.1")
	b := bench(t, screentest.Options{})
	do(t, b.Residence("name"))
	do(t, b.Write(canary))
	for i := range 12 {
		b.Pass(60 * time.Second)
		if b.App.Page() != "warning" || !reads(b, "20 segundos") {
			t.Fatalf("round %d: after a minute the page is %s: %v", i, b.App.Page(), b.Texts())
		}
		b.Pass(19 * time.Second)
		if !reads(b, "1 segundo") {
			t.Fatalf("round %d: it reads %v", i, b.Texts())
		}
		switch i % 3 {
		case 0:
			test.TapCanvas(b.Canvas, fyne.NewPos(640, 420)) // on nothing
		case 1:
			do(t, b.Tap("warning/here"))
		case 2:
			b.Canvas.OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyF5})
		}
		if b.App.Page() != "question/name" || !reads(b, canary) {
			t.Fatalf("round %d: the page is %s: %v", i, b.App.Page(), b.Texts())
		}
	}
	// Typing on the screen's keyboard is activity.
	for range 5 {
		b.Pass(40 * time.Second)
		do(t, b.Write("a"))
	}
	if b.App.Page() != "question/name" {
		t.Errorf("typing did not count: the page is %s", b.App.Page())
	}
	b.Pass(79 * time.Second)
	if b.App.Page() != "warning" {
		t.Errorf("the page is %s", b.App.Page())
	}
	b.Pass(time.Second)
	if b.App.Page() != "welcome" {
		t.Errorf("the end did not come: the page is %s", b.App.Page())
	}
}

func TestWhoAsksForMoreTimeKeepsItForTheSession(t *testing.T) {
	b := bench(t, screentest.Options{})
	do(t, b.Residence("name"))
	b.Pass(65 * time.Second)
	do(t, b.Tap("warning/more"))
	for range 2 {
		b.Pass(170 * time.Second)
		if b.App.Page() != "question/name" {
			t.Fatalf("the page is %s", b.App.Page())
		}
		do(t, b.Write("a"))
	}
	b.Pass(201 * time.Second)
	do(t, b.Residence("name"))
	b.Pass(65 * time.Second)
	if b.App.Page() != "warning" {
		t.Errorf("the next person inherited the time: the page is %s", b.App.Page())
	}
}

func TestTheNextPersonFindsTheOfficesLooks(t *testing.T) {
	b := bench(t, screentest.Options{})
	do(t, b.Tap("language/pt"))
	do(t, b.Taps("strip/size", "strip/contrast"))
	b.Pass(90 * time.Second)
	if b.App.Page() != "welcome" || ground(b) != look.PaletteOf(look.Light).Paper {
		t.Errorf("page %s on %v", b.App.Page(), ground(b))
	}
	do(t, b.Tap("strip/contrast"))
	if ground(b) != look.PaletteOf(look.Night).Paper {
		t.Error("the contrast button of the welcome page does nothing")
	}
	b.Pass(61 * time.Second)
	if ground(b) != look.PaletteOf(look.Light).Paper {
		t.Error("the welcome page keeps somebody's contrast")
	}
	test.TapCanvas(b.Canvas, fyne.NewPos(640, 30)) // anywhere
	if b.App.Page() != "home" || !reads(b, "¿Qué necesita?") {
		t.Errorf("page %s reads %v", b.App.Page(), b.Texts())
	}
}

// ground returns the colour behind the page.
func ground(b *screentest.Bench) any {
	for _, d := range b.Tree() {
		if r, ok := d.Object.(*canvas.Rectangle); ok && r.Size() == b.Canvas.Size() {
			return r.FillColor
		}
	}
	return nil
}

func TestSizesAndContrastsGoRound(t *testing.T) {
	b := bench(t, screentest.Options{})
	do(t, b.Begin())
	title := func() float32 {
		for _, d := range b.Tree() {
			if text, ok := d.Object.(*canvas.Text); ok && text.Text == "¿Qué necesita?" {
				return text.TextSize
			}
		}
		return 0
	}
	var sizes []float32
	var grounds []any
	for range 4 {
		sizes = append(sizes, title())
		grounds = append(grounds, ground(b))
		do(t, b.Taps("strip/size", "strip/contrast"))
	}
	if !(sizes[3] < sizes[0] && sizes[0] < sizes[1] && sizes[1] < sizes[2]) || title() != sizes[0] {
		t.Errorf("sizes %v", sizes)
	}
	for i, contrast := range []int{look.Light, look.Night, look.HighLight, look.HighDark} {
		if grounds[i] != look.PaletteOf(contrast).Paper {
			t.Errorf("contrast %d has ground %v", contrast, grounds[i])
		}
	}
}

func TestKeysReachEverything(t *testing.T) {
	conform.Clause(t, "WCAG 2.2 2.1.1", "WCAG 2.2 2.1.2")
	b := bench(t, screentest.Options{})
	enter := &fyne.KeyEvent{Name: fyne.KeyReturn}
	b.Canvas.OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeySpace})
	if b.App.Page() != "home" {
		t.Fatalf("any key starts; the page is %s", b.App.Page())
	}
	// Tab goes once round everything that can be touched, and comes back.
	seen := map[fyne.Focusable]bool{}
	for range 50 {
		f := b.Canvas.Focused()
		if seen[f] {
			break
		}
		seen[f] = true
		test.FocusNext(b.Canvas)
	}
	if len(seen) != len(b.App.Controls()) {
		t.Errorf("Tab reaches %d of %d", len(seen), len(b.App.Controls()))
	}
	test.FocusNext(b.Canvas)
	b.Canvas.Focused().TypedKey(enter) // the first situation
	if b.App.Page() != "situation" {
		t.Fatalf("Enter leads to %s", b.App.Page())
	}
	b.Canvas.Focused().TypedKey(enter) // its first service
	if b.App.Page() != "service" {
		t.Fatalf("Enter leads to %s", b.App.Page())
	}
	b.Canvas.Unfocus()
	b.Canvas.OnTypedKey()(enter)
	if b.App.Page() != "question/category" {
		t.Fatalf("Enter on the page leads to %s", b.App.Page())
	}
	b.Canvas.OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if b.App.Page() != "service" {
		t.Errorf("Escape leads to %s", b.App.Page())
	}

	b = bench(t, screentest.Options{})
	do(t, b.Residence("name"))
	field := b.Canvas.Focused()
	if _, ok := field.(*widget.Field); !ok {
		t.Fatalf("the focus is on %T", field)
	}
	test.Type(field, "María Ñ. Öst'")
	field.TypedKey(enter)
	if b.App.Page() != "question/address" {
		t.Errorf("Enter in the field leads to %s: %v", b.App.Page(), b.Texts())
	}
	do(t, b.Tap("foot/back"))
	if !reads(b, "María Ñ. Öst'") {
		t.Errorf("it reads %v", b.Texts())
	}
}

// A page is drawn anew only when something on it changes: whoever walks the
// keyboard on the screen by arrows would else lose their place at each exchange.
func TestAnExchangeAloneDrawsNothing(t *testing.T) {
	b := bench(t, screentest.Options{})
	do(t, b.Residence("name"))
	before := b.Canvas.Focused()
	// The window's canvas asks for layouts of its own accord.
	test.WidgetRenderer(b.Canvas.Content().(fyne.Widget)).Layout(b.Canvas.Size())
	if b.Canvas.Focused() != before {
		t.Error("a layout of the same size drew the page anew")
	}
	b.Station.SetStatus(kiosk.Status{Link: kiosk.LinkDown, LastHeard: screentest.Start})
	b.App.Refresh()
	if b.Canvas.Focused() != before {
		t.Error("the page was drawn anew for nothing")
	}
	b.Station.SetStatus(kiosk.Status{Link: kiosk.LinkDown, Unsent: 1})
	b.App.Refresh()
	if b.Canvas.Focused() == before || !reads(b, "1 por enviar") {
		t.Error("the page was not drawn anew for something")
	}
}

// A page that is drawn anew under a finger would lose its tap.
func TestARefreshWaitsForTheFinger(t *testing.T) {
	b := bench(t, screentest.Options{})
	do(t, b.Begin())
	var tile *widget.Button
	for _, d := range b.Tree() {
		if button, ok := d.Object.(*widget.Button); ok && button.ID == "situation/home" {
			tile = button
		}
	}
	tile.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(50, 50)}, Dragged: fyne.NewDelta(3, 0)})
	b.Station.SetStatus(kiosk.Status{Link: kiosk.LinkRefused})
	b.App.Refresh()
	b.App.Refresh()
	if reads(b, "no recibe a este tótem") {
		t.Error("the page was drawn anew under the finger")
	}
	tile.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(50, 50)}, Dragged: fyne.NewDelta(0, 300)})
	tile.DragEnd() // slid off
	b.App.Refresh()
	if b.App.Page() != "home" || !reads(b, "no recibe a este tótem") {
		t.Errorf("after the finger left, page %s reads %v", b.App.Page(), b.Texts())
	}
	do(t, b.Tap("situation/home"))
	if b.App.Page() != "situation" || !reads(b, "no recibe a este tótem") {
		t.Errorf("page %s reads %v", b.App.Page(), b.Texts())
	}
}
