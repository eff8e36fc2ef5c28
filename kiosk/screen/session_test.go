package screen_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/driver/software"
	"fyne.io/fyne/v2/test"

	"chasqui/internal/conform"
	"chasqui/kiosk"
	"chasqui/kiosk/memory"
	"chasqui/kiosk/screen"
	"chasqui/kiosk/screen/screentest"
	"chasqui/kiosk/widget"
)

// partOf returns a part of the page of some kind.
func partOf[T any](t *testing.T, b *screentest.Bench) T {
	t.Helper()
	for _, d := range b.Tree() {
		if found, ok := d.Object.(T); ok {
			return found
		}
	}
	t.Fatalf("page %s has no such part", b.App.Page())
	panic("unreachable")
}

// Guards that somebody who does something is never taken for gone, whatever it is
// that they do: each kind of input, at the last moment, again and again. The remedy
// is that every part tells of every touch and key.
func TestEveryKindOfInputIsActivity(t *testing.T) {
	conform.Clause(t, "EN 301 549 11.2.2.1", "WCAG 2.2 2.2.1")
	point := func(x, y float32) fyne.PointEvent { return fyne.PointEvent{Position: fyne.NewPos(x, y)} }
	for name, kind := range map[string]struct {
		question string
		act      func(t *testing.T, b *screentest.Bench)
	}{
		"a touch on nothing": {"name", func(_ *testing.T, b *screentest.Bench) {
			test.TapCanvas(b.Canvas, fyne.NewPos(640, 420))
		}},
		"a key on the screen": {"name", func(t *testing.T, b *screentest.Bench) { do(t, b.Write("a")) }},
		"Shift on the screen": {"name", func(t *testing.T, b *screentest.Bench) {
			k := partOf[*widget.Keyboard](t, b)
			for _, key := range k.Keys() {
				if key.Name == widget.KeyShift {
					k.Tapped(&fyne.PointEvent{Position: key.Position.AddXY(key.Size.Width/2, key.Size.Height/2)})
					return
				}
			}
			t.Fatal("there is no Shift")
		}},
		"a finger that lies on a key": {"name", func(t *testing.T, b *screentest.Bench) {
			k := partOf[*widget.Keyboard](t, b)
			k.MouseDown(&desktop.MouseEvent{PointEvent: point(200, 60), Button: desktop.MouseButtonPrimary})
			t.Cleanup(func() { k.MouseUp(&desktop.MouseEvent{PointEvent: point(200, 60), Button: desktop.MouseButtonPrimary}) })
		}},
		"a touch on the field": {"name", func(t *testing.T, b *screentest.Bench) {
			e := point(20, 20)
			partOf[*widget.Field](t, b).Tapped(&e)
		}},
		"a letter of a real keyboard": {"name", func(t *testing.T, b *screentest.Bench) {
			partOf[*widget.Field](t, b).TypedRune('a')
		}},
		"Shift of a real keyboard": {"name", func(t *testing.T, b *screentest.Bench) {
			partOf[*widget.Field](t, b).KeyDown(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
		}},
		"an arrow": {"name", func(t *testing.T, b *screentest.Bench) {
			partOf[*widget.Field](t, b).TypedKey(&fyne.KeyEvent{Name: fyne.KeyLeft})
		}},
		"a key that means nothing": {"name", func(_ *testing.T, b *screentest.Bench) {
			b.Canvas.OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyF12})
		}},
		"a finger that slides off a button": {"name", func(t *testing.T, b *screentest.Bench) {
			button := partOf[*widget.Button](t, b)
			button.Dragged(&fyne.DragEvent{PointEvent: point(10, 10), Dragged: fyne.NewDelta(3, 400)})
			button.DragEnd()
		}},
		"a stroke of a signature": {"signature", func(t *testing.T, b *screentest.Bench) {
			pad := partOf[*widget.Pad](t, b)
			pad.Dragged(&fyne.DragEvent{PointEvent: point(90, 90), Dragged: fyne.NewDelta(5, 5)})
			pad.DragEnd()
		}},
	} {
		t.Run(name, func(t *testing.T) {
			b := asking(t, kind.question, screentest.Options{})
			page := b.App.Page()
			for i := range 12 {
				b.Pass(59 * time.Second)
				if b.App.Page() != page {
					t.Fatalf("round %d: the page is %s", i, b.App.Page())
				}
				kind.act(t, b)
			}
			b.Pass(60 * time.Second)
			if b.App.Page() != "warning" {
				t.Errorf("who does nothing is not asked: the page is %s", b.App.Page())
			}
		})
	}
}

// speaker is a fake that says whatever it is told for as long as the test wants.
type speaker struct {
	speaking bool
	mute     bool
	stopped  int
}

func (s *speaker) Say(kiosk.Voice, ...kiosk.Utterance) {}
func (s *speaker) Stop()                               { s.speaking = false; s.stopped++ }
func (s *speaker) Pause(bool)                          {}
func (s *speaker) Headset() bool                       { return false }
func (s *speaker) Speaks(string) bool                  { return !s.mute }
func (s *speaker) Speaking() bool                      { return s.speaking }

// hall is a screen that speaks, and a clock.
type hall struct {
	t       *testing.T
	app     *screen.App
	canvas  fyne.Canvas
	speaker *speaker
	now     time.Time
	// rests counts how often it was said that the screen rests.
	rests int
}

func newHall(t *testing.T) *hall {
	t.Helper()
	services, err := screentest.New(screentest.Options{})
	do(t, err)
	h := &hall{t: t, speaker: &speaker{}, now: screentest.Start}
	canvas := software.NewCanvas()
	canvas.SetPadded(false)
	ids := 0
	h.canvas = canvas
	station := screentest.Sample(services.Catalog, "es")
	station.Settings.VoiceOnFirstKey = true
	h.app = screen.New(screen.Config{
		Station: station, Catalog: services.Catalog, Canvas: canvas, Speaker: h.speaker,
		NewSessionID: func() string { ids++; return fmt.Sprint(ids) },
		Now:          func() time.Time { return h.now },
		Background:   func(work func() func()) { work()() },
		Every:        func(time.Duration, func()) func() { return func() {} },
		Rests:        func() { h.rests++ },
	})
	canvas.Resize(fyne.NewSize(1280, 800))
	h.app.Show()
	return h
}

func (h *hall) pass(d time.Duration) {
	for ; d > 0; d -= time.Second {
		h.now = h.now.Add(time.Second)
		h.app.Refresh()
	}
}

func (h *hall) tap(id string) {
	h.t.Helper()
	h.button(id).Tapped(&fyne.PointEvent{})
}

// button returns a button of the page.
func (h *hall) button(id string) *widget.Button {
	h.t.Helper()
	for _, o := range test.WidgetRenderer(h.canvas.Content().(fyne.Widget)).Objects() {
		if b, ok := o.(*widget.Button); ok && b.ID == id {
			return b
		}
	}
	h.t.Fatalf("page %s has no %s", h.app.Page(), id)
	panic("unreachable")
}

// Guards that a page which takes longer to say than somebody is waited for is heard
// to its end: whoever listens is there. What the warning says holds nothing up, or
// an empty hall would keep a visit for ever.
func TestWhoListensIsThere(t *testing.T) {
	conform.Clause(t, "EN 301 549 11.2.2.1", "WCAG 2.2 2.2.1")
	h := newHall(t)
	h.tap("language/es")
	h.tap("strip/voice")
	h.tap("voice/on")
	h.speaker.speaking = true
	h.pass(5 * time.Minute)
	if h.app.Page() != "voice" {
		t.Fatalf("while the page is said, it is %s", h.app.Page())
	}
	h.speaker.speaking = false
	h.pass(59 * time.Second)
	if h.app.Page() != "voice" {
		t.Errorf("less than a minute after the last word the page is %s", h.app.Page())
	}
	h.pass(2 * time.Second)
	if h.app.Page() != "warning" {
		t.Fatalf("a minute after the last word the page is %s", h.app.Page())
	}
	h.speaker.speaking = true
	stopped := h.speaker.stopped
	h.pass(20 * time.Second)
	if h.app.Page() != "welcome" {
		t.Errorf("the warning's own words hold it up: the page is %s", h.app.Page())
	}
	if h.speaker.stopped == stopped {
		t.Error("the wipe does not silence what is being said")
	}
}

// Guards a kiosk that has no voice, for want of a program or by the office's wish: the
// first key does what it says, and the page about the voice offers none. The control is
// the same key where there is a voice, which first says the page.
func TestAKioskWithoutAVoiceOffersNone(t *testing.T) {
	for _, mute := range []bool{true, false} {
		h := newHall(t)
		h.speaker.mute = mute
		h.canvas.OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyReturn})
		if went := h.app.Page() != "welcome"; went != mute {
			t.Errorf("no voice is %v: the first key leads to %s", mute, h.app.Page())
		}
		if !mute {
			continue
		}
		h.tap("strip/voice")
		for _, o := range test.WidgetRenderer(h.canvas.Content().(fyne.Widget)).Objects() {
			if b, ok := o.(*widget.Button); ok && strings.HasPrefix(b.ID, "voice/") && b.ID != "voice/steady" && b.ID != "voice/keys" {
				t.Errorf("%s is offered", b.ID)
			}
		}
	}
}

// Guards "volume and voice are the office's again for the next person", also where
// somebody changed them on the welcome page and went away: there no warning comes.
func TestTheNextPersonFindsTheOfficesVoice(t *testing.T) {
	h := newHall(t)
	h.tap("language/es")
	office := h.button("strip/voice").Level
	h.tap("strip/voice")
	h.tap("voice/on")
	if h.button("strip/voice").Level == office {
		t.Fatal("the voice cannot be switched on")
	}
	h.pass(81 * time.Second)
	if h.app.Page() != "welcome" {
		t.Fatalf("the page is %s", h.app.Page())
	}
	h.tap("language/es")
	if h.button("strip/voice").Level != office {
		t.Error("the next person inherits the voice")
	}

	stopped := h.speaker.stopped
	h.tap("strip/help")
	h.tap("foot/back")
	h.pass(81 * time.Second)
	if h.app.Page() != "welcome" || h.speaker.stopped == stopped {
		t.Fatalf("the page is %s", h.app.Page())
	}
	// A touch on the welcome page that leads nowhere else is a visit too.
	stopped = h.speaker.stopped
	h.tap("strip/contrast")
	h.tap("strip/contrast")
	h.tap("strip/contrast")
	h.tap("strip/contrast") // once round
	h.pass(61 * time.Second)
	if h.speaker.stopped == stopped {
		t.Error("whoever only touched the welcome page is not forgotten")
	}
	stopped = h.speaker.stopped
	h.pass(10 * time.Minute)
	if h.speaker.stopped != stopped {
		t.Error("an empty hall is wiped again and again")
	}
}

// Guards that the memory of a visit goes back to the system once Fyne keeps nothing of
// it, and once only: earlier, Fyne's caches would still hold it; without end, an idle
// kiosk would collect its heap every second.
func TestTheProgramIsToldWhenTheScreenRests(t *testing.T) {
	h := newHall(t)
	h.tap("language/es")
	h.pass(80 * time.Second)
	if h.app.Page() != "welcome" {
		t.Fatalf("the page is %s", h.app.Page())
	}
	h.rests = 0
	h.pass(memory.Life)
	if h.rests != 0 {
		t.Error("a visit counts as forgotten while Fyne's caches may hold it")
	}
	h.pass(time.Hour)
	if h.rests != 1 {
		t.Errorf("it was said %d times", h.rests)
	}
}

// Guards that what was under way when a visit was wiped brings nothing of it back:
// a print that ends later, and a receipt that is kept later.
func TestWhatEndsAfterTheWipeBringsNothingBack(t *testing.T) {
	b := bench(t, screentest.Options{Change: func(s *screentest.Station) { s.Paper.State = kiosk.PrinterUnknown }})
	do(t, b.Residence(""))
	do(t, b.Confirm())
	folio := "K7M 4029 1837 4"
	if !reads(b, folio) {
		t.Fatalf("it reads %v", b.Texts())
	}
	b.Hold = true
	do(t, b.Tap("done/print"))
	b.Pass(81 * time.Second)
	if b.App.Page() != "welcome" {
		t.Fatalf("a print holds the visit: the page is %s", b.App.Page())
	}
	b.Work()
	if b.App.Page() != "welcome" || reads(b, folio) {
		t.Errorf("page %s reads %v", b.App.Page(), b.Texts())
	}
}

// Guards that nobody is led out of the pages by what Fyne offers to others: a menu,
// a clipboard, a shortcut, a dialog over the page. No part of any page takes a
// shortcut or a right click, and no page lays anything over the canvas.
func TestNoPartKnowsMenusOrTheClipboard(t *testing.T) {
	for _, question := range []string{"name", "document", "born", "signature", "note", "email", "place", "picture"} {
		b := asking(t, question, screentest.Options{Camera: &screentest.Camera{}})
		for _, d := range b.Tree() {
			switch d.Object.(type) {
			case fyne.Shortcutable, fyne.SecondaryTappable, fyne.DoubleTappable, fyne.Scrollable:
				t.Errorf("%s: %T takes shortcuts, right clicks, double taps or a wheel", b.App.Page(), d.Object)
			}
		}
		if len(b.Canvas.Overlays().List()) > 0 {
			t.Errorf("%s: something lies over the page", b.App.Page())
		}
	}
}
