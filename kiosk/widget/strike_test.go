package widget_test

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"chasqui/internal/conform"
	"chasqui/kiosk/widget"
)

// hands strike keys as the window's driver tells of them, by a clock that stands
// still until they wait.
type hands struct {
	kit *widget.Kit
	now time.Time
}

func newHands() *hands {
	h := &hands{kit: newKit(), now: time.Date(2026, 11, 23, 14, 5, 0, 0, time.UTC)}
	h.kit.Now = func() time.Time { return h.now }
	return h
}

func (h *hands) wait(d time.Duration) { h.now = h.now.Add(d) }

// part is anything that takes keys.
type part interface {
	fyne.Focusable
	KeyDown(*fyne.KeyEvent)
	KeyUp(*fyne.KeyEvent)
}

// down presses a key, sign is what it writes, 0 for nothing.
func (h *hands) down(p part, name fyne.KeyName, sign rune) {
	p.KeyDown(&fyne.KeyEvent{Name: name})
	h.again(p, name, sign)
}

// again is a key that is held so long that it repeats: the driver tells nothing of
// its going down.
func (h *hands) again(p part, name fyne.KeyName, sign rune) {
	p.TypedKey(&fyne.KeyEvent{Name: name})
	if sign != 0 {
		p.TypedRune(sign)
	}
}

func (h *hands) strike(p part, name fyne.KeyName, sign rune) {
	h.down(p, name, sign)
	p.KeyUp(&fyne.KeyEvent{Name: name})
}

// Guards whoever cannot let a key go in time: what a held key repeats is nothing, in
// a field, on a button, on the keyboard of the screen, and for Tab. The control is
// the second press of each, which counts.
func TestAKeyThatIsHeldTypesOnce(t *testing.T) {
	conform.Clause(t, "EN 301 549 5.7", "Section 508 407.4")
	h := newHands()
	field := widget.NewField(h.kit, &widget.Field{ID: "answer"}, "")
	for range 2 {
		h.down(field, fyne.KeyA, 'a')
		for range 30 {
			h.wait(30 * time.Millisecond)
			h.again(field, fyne.KeyA, 'a')
		}
		field.KeyUp(&fyne.KeyEvent{Name: fyne.KeyA})
		h.wait(time.Second)
	}
	if field.Text() != "aa" {
		t.Errorf("two long presses wrote %q", field.Text())
	}
	for range 2 {
		field.KeyDown(&fyne.KeyEvent{Name: fyne.KeyTab})
		if field.AcceptsTab() {
			t.Error("a Tab that was pressed is kept by the field")
		}
		for range 3 {
			if !field.AcceptsTab() {
				t.Error("a Tab that is held goes on and on")
			}
		}
	}
	k := widget.NewKeyboard(h.kit, field, widget.KeyLayout{Layout: widget.Letters, Language: "es"})
	k.Resize(fyne.NewSize(1280, 330))
	h.down(k, fyne.KeyDown, 0)
	h.again(k, fyne.KeyDown, 0)
	h.again(k, fyne.KeyDown, 0)
	h.strike(k, fyne.KeyReturn, 0)
	if field.Text() != "aaq" {
		t.Errorf("a held arrow and Enter wrote %q", field.Text())
	}
}

// Guards whoever strikes twice where once is meant: within half a second a second
// Enter or space bar does nothing, whatever has the focus by then, and neither does
// a burst of them, or a strike when the hand leaves a key that it held. The control
// is the same Enter half a second later.
func TestASecondStrikeOfEnterIsNone(t *testing.T) {
	conform.Clause(t, "EN 301 549 5.8", "Section 508 407.5")
	for _, key := range []fyne.KeyName{fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace} {
		h, acted := newHands(), []string{}
		button := func(id string) *widget.Button {
			return widget.NewButton(h.kit, &widget.Button{ID: id, OnTap: func() { acted = append(acted, id) }})
		}
		confirm, leave := button("confirm"), button("leave")
		h.strike(confirm, key, 0)
		for range 5 { // the page has changed under the hand
			h.wait(300 * time.Millisecond)
			h.strike(leave, key, 0)
		}
		if len(acted) != 1 {
			t.Errorf("%s: a burst of strikes acted %v", key, acted)
		}
		h.wait(500 * time.Millisecond)
		h.down(leave, key, 0)
		if len(acted) != 2 {
			t.Errorf("%s: a strike half a second later acted %v", key, acted)
		}
		h.wait(3 * time.Second)
		leave.KeyUp(&fyne.KeyEvent{Name: key})
		h.wait(100 * time.Millisecond)
		h.strike(leave, key, 0)
		if len(acted) != 2 {
			t.Errorf("%s: a strike at letting go acted %v", key, acted)
		}
		h.wait(100 * time.Millisecond)
		h.strike(leave, fyne.KeyDown, 0)
		h.strike(leave, key, 0)
		if len(acted) != 3 {
			t.Errorf("%s: after another key it acted %v", key, acted)
		}
	}
}

// Guards the same for every key, for whoever has asked for it, and that nobody else
// has to type slowly: "ll" is written at any speed until then.
func TestASteadyHandIsLentToWhoeverAsks(t *testing.T) {
	conform.Clause(t, "EN 301 549 5.8", "Section 508 407.5")
	for _, steady := range []bool{false, true} {
		h := newHands()
		h.kit.Steady = steady
		field := widget.NewField(h.kit, &widget.Field{ID: "answer"}, "")
		for _, sign := range "allo" {
			h.strike(field, fyne.KeyName(sign-'a'+'A'), sign)
			h.wait(100 * time.Millisecond)
		}
		h.wait(time.Second)
		h.strike(field, fyne.KeySpace, ' ')
		h.strike(field, fyne.KeySpace, ' ')

		k := widget.NewKeyboard(h.kit, field, widget.KeyLayout{Layout: widget.Letters, Language: "es"})
		k.Resize(fyne.NewSize(1280, 330))
		press(t, k, "e", "e", "r", "e")
		taps := 0
		b := widget.NewButton(h.kit, &widget.Button{ID: "number/plus", OnTap: func() { taps++ }})
		for range 3 {
			b.Tapped(&fyne.PointEvent{})
			h.wait(200 * time.Millisecond)
		}
		text, want := "allo  eere", 3
		if steady {
			text, want = "alo ere", 1
		}
		if field.Text() != text || taps != want {
			t.Errorf("steady %v: it wrote %q and tapped %d times, want %q and %d", steady, field.Text(), taps, text, want)
		}
		if h.kit.Forget(); h.kit.Steady {
			t.Error("the next person finds somebody's steady hand")
		}
	}
}

// Guards the page that nobody has seen yet: of a double tap that brings another
// page, the second falls on nothing. The control is the same tap half a second
// later, and a double tap that brings none.
func TestADoubleTapDoesNotReachTheNextPage(t *testing.T) {
	conform.Clause(t, "EN 301 549 5.8")
	h, acted := newHands(), []string{}
	tap := func(page string) {
		widget.NewButton(h.kit, &widget.Button{ID: "foot/primary", OnTap: func() {
			acted = append(acted, page)
			if page != "last" {
				h.kit.FocusFirst() // another page is shown
			}
		}}).Tapped(&fyne.PointEvent{})
	}
	tap("review")
	h.wait(200 * time.Millisecond)
	tap("done")
	h.wait(200 * time.Millisecond)
	tap("done")
	if len(acted) != 1 {
		t.Errorf("a double tap acted on %v", acted)
	}
	h.wait(500 * time.Millisecond)
	tap("last")
	tap("last")
	if len(acted) != 3 {
		t.Errorf("in all it acted on %v", acted)
	}
}
