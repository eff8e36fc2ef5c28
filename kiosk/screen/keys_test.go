package screen_test

import (
	"fmt"
	"image"
	"image/color"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"chasqui/internal/conform"
	"chasqui/kiosk"
	"chasqui/kiosk/look"
	"chasqui/kiosk/screen"
	"chasqui/kiosk/screen/screentest"
	"chasqui/kiosk/widget"
	"chasqui/sync/wire"
)

// stops are what the focus must be able to get to: every control, and the keyboard
// on the screen as one, in the order of Tab.
func stops(b *screentest.Bench) []string {
	var out []string
	for _, c := range b.App.Controls() {
		id := c.ID
		if strings.HasPrefix(id, "key/") {
			id = widget.KeyboardID
		}
		if id != "pad" && !slices.Contains(out, id) { // on the pad a finger draws; the way beside it is a button
			out = append(out, id)
		}
	}
	return out
}

// traps looks for what the five keys cannot do on a page: from any stop, down alone
// and up alone must come by every other and back. It returns what is wrong.
func traps(b *screentest.Bench) (faults []string) {
	want := stops(b)
	if len(want) == 0 {
		return nil
	}
	for _, key := range []fyne.KeyName{fyne.KeyDown, fyne.KeyUp, fyne.KeyTab} {
		page := b.App.Page()
		b.Strike(key)
		start := b.FocusID()
		seen := []string{start}
		// A field is left at once, the keyboard after its rows.
		for range len(want) + 12 {
			b.Strike(key)
			id := b.FocusID()
			if id == "" || b.App.Page() != page {
				return append(faults, fmt.Sprintf("%s after %s loses the focus, on page %s", key, seen[len(seen)-1], b.App.Page()))
			}
			if id == start && len(seen) > 1 || len(want) == 1 {
				break
			}
			if id != seen[len(seen)-1] {
				seen = append(seen, id)
			}
		}
		at := slices.Index(want, start)
		if at < 0 {
			return append(faults, fmt.Sprintf("%s leads to %q, which is no control", key, start))
		}
		ring := append(slices.Clone(want[at:]), want[:at]...)
		if key == fyne.KeyUp {
			slices.Reverse(ring[1:])
		}
		if !slices.Equal(seen, ring) {
			faults = append(faults, fmt.Sprintf("%s comes by %v, not by %v", key, seen, ring))
		}
	}
	return faults
}

// shape tells one kind of page from another by what the focus can get to: which tile
// is which makes none.
func shape(b *screentest.Bench) string {
	var out []string
	for _, id := range stops(b) {
		if room, _, tile := strings.Cut(id, "/"); tile && !slices.Contains([]string{"foot", "strip", "pager"}, room) {
			id = room
		}
		out = append(out, id)
	}
	return strings.Join(out, " ")
}

// boards are the keyboards that were walked already, by what keys they have.
type boards map[string]bool

// traps looks for a key of the keyboard on the screen that cannot be reached, or
// from which one cannot get away.
func (seen boards) traps(b *screentest.Bench) (faults []string) {
	var k *widget.Keyboard
	for _, d := range b.Tree() {
		if board, is := d.Object.(*widget.Keyboard); is {
			k = board
		}
	}
	if k == nil {
		return nil
	}
	kind := fmt.Sprint(k.Layout, k.Language, k.Plane, k.Compact)
	if seen[kind] {
		return nil
	}
	seen[kind] = true
	b.Canvas.Focus(k)
	if got := b.Canvas.Focused(); got != fyne.Focusable(k) {
		return []string{"the keyboard takes no focus"}
	}
	for _, key := range []fyne.KeyName{fyne.KeyRight, fyne.KeyLeft} {
		reached := map[int]bool{}
		for range k.Keys() {
			b.Strike(key)
			reached[k.At] = true
		}
		if len(reached) != len(k.Keys()) || b.FocusID() != widget.KeyboardID {
			faults = append(faults, fmt.Sprintf("%s reaches %d of %d keys", key, len(reached), len(k.Keys())))
		}
	}
	for i, key := range k.Keys() {
		for _, arrow := range []fyne.KeyName{fyne.KeyDown, fyne.KeyUp} {
			b.Canvas.Focus(k)
			k.At = i
			for range 6 { // no keyboard has as many rows
				if b.FocusID() != widget.KeyboardID {
					break
				}
				b.Strike(arrow)
			}
			if b.FocusID() == widget.KeyboardID {
				faults = append(faults, fmt.Sprintf("%s from the key %q does not leave the keyboard", arrow, key.Name))
			}
		}
	}
	return faults
}

// Guards that nobody who has five keys is held anywhere: on every page in every
// state, from any control, each other one is reached by the arrows alone, and one
// comes back; and Tab goes through body, foot and strip, and round. With the keyboard
// that kept whoever came to its edge, or a field that kept the caret at its end, each
// page that has one is told to be a trap.
func TestTheFiveKeysReachEverythingOnEveryPage(t *testing.T) {
	conform.Clause(t, "EN 301 549 5.1.6.2", "EN 301 549 11.2.1.2", "WCAG 2.2 2.1.1", "WCAG 2.2 2.1.2", "WCAG 2.2 2.4.3")
	stick, err := screentest.Media(t.TempDir())
	do(t, err)
	looked := map[string]bool{}
	for _, language := range []string{"es", "ht"} {
		walked := boards{}
		for _, scene := range screentest.Scenes() {
			if testing.Short() && language != "es" {
				continue
			}
			b, err := scene.Show(screentest.Options{Language: language, Media: []string{stick}})
			do(t, err)
			if b.App.Page() == "warning" {
				continue // any key ends it
			}
			kind := scene.Name + shape(b)
			if looked[kind] {
				continue // its longer words change nothing
			}
			looked[kind] = true
			for _, fault := range slices.Concat(traps(b), walked.traps(b)) {
				t.Errorf("%s, scene %s: %s", language, scene.Name, fault)
			}
		}
	}
}

// Guards the errand of whoever has five keys: every example of every service is done
// by up, down, left, right and Enter alone, what is filed is what was answered, and
// no page on the way is a trap. In the longest language the pages are looked at too, of
// each kind of question one service's: they differ by their rooms, not by their words.
func TestEveryServiceIsDoneByTheFiveKeysAlone(t *testing.T) {
	conform.Clause(t, "EN 301 549 5.9", "WCAG 2.2 2.1.1", "WCAG 2.2 2.1.2")
	stick, err := screentest.Media(t.TempDir())
	do(t, err)
	looked := map[string]bool{}
	kinds := map[string]map[kiosk.QuestionType]bool{"es": {}, "ht": {}}
	for _, id := range offered(t) {
		for _, o := range []screentest.Options{{Language: "es", Pad: true}, {Language: "ht"}} {
			if testing.Short() && o.Language != "es" {
				continue
			}
			t.Run(id+"/"+o.Language, func(t *testing.T) {
				o.Media = []string{stick}
				s, _ := bench(t, o).Catalog.Find(id)
				walked := boards{}
				asked, types := kinds[o.Language], map[string]kiosk.QuestionType{}
				for _, q := range s.In(o.Language).Questions {
					types[q.ID] = q.Type
				}
				for _, e := range s.Examples() {
					fresh := false
					for q := range e.Answers {
						fresh, asked[types[q]] = fresh || !asked[types[q]], true
					}
					if !fresh && !o.Pad {
						continue // its pages were looked at
					}
					b := bench(t, o)
					do(t, b.WalkExample(id, e, func(page string) error {
						seen := shape(b)
						if looked[seen] {
							return nil
						}
						looked[seen] = true
						for _, fault := range slices.Concat(traps(b), walked.traps(b)) {
							t.Errorf("example %q, %s: %s", e.Name, page, fault)
						}
						return nil
					}))
					if b.App.Page() != "review" || !o.Pad {
						continue
					}
					do(t, b.Confirm())
					filed := b.Station.Submitted()
					if b.App.Page() != "done" || len(filed) != 1 {
						t.Fatalf("example %q ends on %s with %d requests", e.Name, b.App.Page(), len(filed))
					}
					if got, want := slices.Sorted(maps.Keys(filed[0])), slices.Sorted(maps.Keys(e.Answers)); !slices.Equal(got, want) {
						t.Errorf("example %q filed %v, want %v", e.Name, got, want)
					}
					for q, v := range filed[0] {
						if want := e.Answers[q]; v.File == nil && want.File == nil && fmt.Sprint(v) != fmt.Sprint(want) {
							t.Errorf("example %q, %s: filed %v, want %v", e.Name, q, v, want)
						}
					}
					if e := b.Station.Events()[0]; e.Mode != "keys" {
						t.Errorf("it was counted as done by %q", e.Mode)
					}
				}
			})
		}
	}
}

// Guards the way of the five keys through a field: Enter opens the keyboard and
// never passes the question by, left and right mend what is written where it is
// wrong, and leave the field at its ends.
func TestTheFiveKeysWriteAndMend(t *testing.T) {
	conform.Clause(t, "WCAG 2.2 2.1.1", "WCAG 2.2 2.1.2")
	b := bench(t, screentest.Options{Pad: true})
	do(t, b.Residence("phone")) // it may be passed by
	if b.FocusID() != "answer" {
		t.Fatalf("the focus is on %q", b.FocusID())
	}
	b.Strike(fyne.KeyReturn)
	if b.App.Page() != "question/phone" || b.FocusID() != widget.KeyboardID {
		t.Fatalf("Enter leads to %q on %s", b.FocusID(), b.App.Page())
	}
	do(t, b.Write("961234"))
	for b.FocusID() != "answer" {
		b.Strike(fyne.KeyUp)
	}
	for range 3 {
		b.Strike(fyne.KeyLeft)
	}
	b.Station.SetStatus(kiosk.Status{Link: kiosk.LinkUp, Unsent: 2})
	b.App.Refresh() // a word from the hub between two keys
	b.Strike(fyne.KeyReturn)
	do(t, b.Write("9"))
	if !reads(b, "9619234") && !reads(b, "961 9234") && !strings.Contains(strings.ReplaceAll(strings.Join(b.Texts(), ""), " ", ""), "9619234") {
		t.Errorf("in the middle it wrote %v", b.Texts())
	}
	for b.FocusID() != "answer" {
		b.Strike(fyne.KeyUp)
	}
	for range 20 {
		b.Strike(fyne.KeyRight)
		if b.FocusID() != "answer" {
			break
		}
	}
	if b.FocusID() == "answer" {
		t.Error("right does not leave the field at its end")
	}

	// Whoever types on real keys goes on by Enter.
	b = bench(t, screentest.Options{Keys: true})
	do(t, b.Residence("phone"))
	b.Strike(fyne.KeyReturn)
	if b.App.Page() != "review" {
		t.Errorf("Enter of a typist leads to %s", b.App.Page())
	}
}

// Guards that the focus is where it was: after help or a look at what happens to the
// data, after the warning that nobody was there, after a word from the hub, and after
// letters or contrast were changed, for somebody who uses keys.
func TestTheFocusComesBackToWhereItWas(t *testing.T) {
	conform.Clause(t, "WCAG 2.2 2.4.3", "WCAG 2.2 2.4.7", "EN 301 549 11.2.4.3", "EN 301 549 11.2.4.7")
	b := bench(t, screentest.Options{Pad: true})
	do(t, b.Residence("name"))
	for _, id := range []string{"data", "strip/help", "strip/language"} {
		do(t, b.Tap(id))
		if b.App.Page() == "question/name" {
			t.Fatalf("%s opens nothing", id)
		}
		if b.FocusID() == "" {
			t.Errorf("on %s nothing has the focus", b.App.Page())
		}
		do(t, b.Tap("foot/back"))
		if b.App.Page() != "question/name" || b.FocusID() != id {
			t.Errorf("back from %s the focus is on %q of %s", id, b.FocusID(), b.App.Page())
		}
	}
	for _, id := range []string{"strip/size", "strip/contrast"} {
		do(t, b.Tap(id))
		if b.FocusID() != id {
			t.Errorf("after %s the focus is on %q", id, b.FocusID())
		}
	}
	do(t, b.Tap("key/g"))
	b.Strike(fyne.KeyLeft) // at f
	at := b.Canvas.Focused().(*widget.Keyboard).At
	b.Pass(63 * time.Second)
	if b.App.Page() != "warning" || b.FocusID() == "" {
		t.Fatalf("page %s, focus on %q", b.App.Page(), b.FocusID())
	}
	b.Strike(fyne.KeyReturn)
	k, ok := b.Canvas.Focused().(*widget.Keyboard)
	if !ok || k.At != at || b.App.Page() != "question/name" || !reads(b, "g") || reads(b, "gf") {
		t.Errorf("after the warning the focus is on %q of %s: %v", b.FocusID(), b.App.Page(), b.Texts())
	}
	b.Station.SetStatus(kiosk.Status{Link: kiosk.LinkRefused, Unsent: 1})
	b.App.Refresh()
	if k, ok := b.Canvas.Focused().(*widget.Keyboard); !ok || k.At != at {
		t.Errorf("after a word from the hub the focus is on %q", b.FocusID())
	}

	// What had the focus may be gone: then it is beside it.
	b = bench(t, screentest.Options{Pad: true})
	do(t, b.Residence("address"))
	for range 20 {
		if _, more := b.Find("pager/next"); !more {
			break
		}
		do(t, b.Tap("pager/next"))
	}
	if b.FocusID() != "pager/previous" {
		t.Errorf("at the last page the focus is on %q", b.FocusID())
	}

	// The request moves on while Done is read.
	b = bench(t, screentest.Options{Pad: true})
	do(t, b.Residence(""))
	do(t, b.Confirm())
	do(t, b.Tap("done/receipt"))
	b.Station.SetState(wire.StateAtHub)
	b.App.Refresh()
	if b.FocusID() != "done/receipt" {
		t.Errorf("after a word from the hub the focus is on %q of Done", b.FocusID())
	}
}

// Guards one request for one errand, and the folio that must be seen: "confirm"
// struck twice, by Enter or by the space bar, files once and leaves Done where it
// is; and where nothing has the focus, Enter only shows what it would do there. The
// control is a strike that takes its time.
func TestAnEnterTooManyConfirmsNothing(t *testing.T) {
	conform.Clause(t, "EN 301 549 5.8", "WCAG 2.2 3.3.4", "EN 301 549 11.3.3.4")
	for _, key := range []fyne.KeyName{fyne.KeyReturn, fyne.KeySpace} {
		b := bench(t, screentest.Options{Keys: true})
		do(t, b.Residence(""))
		for b.FocusID() != "foot/primary" {
			b.Strike(fyne.KeyTab)
		}
		b.Ease()
		for range 4 {
			b.Down(key)
			b.Up(key)
		}
		if b.App.Page() != "review" && b.App.Page() != "done" {
			t.Errorf("%s: four strikes lead to %s", key, b.App.Page())
		}
		if n := len(b.Station.Submitted()); n > 1 {
			t.Errorf("%s: %d requests", key, n)
		}
	}
	b := bench(t, screentest.Options{})
	do(t, b.Residence(""))
	for range 5 {
		b.Canvas.Unfocus()
		b.Strike(fyne.KeyReturn)
	}
	if b.App.Page() != "review" || len(b.Station.Submitted()) != 0 || b.FocusID() != "foot/primary" {
		t.Errorf("Enter on nothing leads to %q of %s and files %d", b.FocusID(), b.App.Page(), len(b.Station.Submitted()))
	}
	b.Strike(fyne.KeyReturn)
	if b.App.Page() != "done" {
		t.Fatalf("Enter on confirm leads to %s", b.App.Page())
	}
	b.Canvas.Unfocus()
	b.Strike(fyne.KeyReturn)
	if b.App.Page() != "done" || b.FocusID() != "foot/primary" {
		t.Errorf("Enter on nothing leads to %q of %s", b.FocusID(), b.App.Page())
	}
}

// Guards that whoever uses keys sees where they are: around every control of a page,
// and around the key of the keyboard, there is a ring of two colours that was not
// there before, in light and in dark, and nothing lies over it.
func TestTheFocusIsSeen(t *testing.T) {
	conform.Clause(t, "WCAG 2.2 2.4.7", "WCAG 2.2 2.4.11", "EN 301 549 11.2.4.7")
	for contrast, pages := range map[int][]string{look.Light: {"home", "name"}, look.HighDark: {"review"}} {
		palette := look.PaletteOf(contrast)
		for _, name := range pages {
			i := slices.IndexFunc(screentest.Scenes(), func(s screentest.Scene) bool { return s.Name == name })
			b, err := screentest.Scenes()[i].Show(screentest.Options{Looks: &kiosk.Looks{Size: 1, Contrast: contrast}})
			do(t, err)
			count := func(m image.Image, c screen.Control) (outer, inner int) {
				for y := int(c.Position.Y) - widget.RingRoom; y < int(c.Position.Y+c.Size.Height)+widget.RingRoom; y++ {
					for x := int(c.Position.X) - widget.RingRoom; x < int(c.Position.X+c.Size.Width)+widget.RingRoom; x++ {
						switch color.NRGBAModel.Convert(m.At(x, y)) {
						case palette.FocusOuter:
							outer++
						case palette.FocusInner:
							inner++
						}
					}
				}
				return outer, inner
			}
			b.Canvas.Unfocus()
			without := b.Capture()
			for range stops(b) {
				b.Strike(fyne.KeyTab)
				id := b.FocusID()
				if k, is := b.Canvas.Focused().(*widget.Keyboard); is {
					id = "key/" + k.Keys()[k.At].Name
				}
				c, ok := b.Find(id)
				if !ok {
					t.Fatalf("%s: nothing is called %q", name, id)
				}
				outer, inner := count(b.Capture(), c)
				outerBefore, innerBefore := count(without, c)
				if least := int(2 * (c.Size.Width + c.Size.Height)); outer-outerBefore < least || inner-innerBefore < least {
					t.Errorf("contrast %d, %s: around %s there are %d and %d pixels of a ring, not %d", contrast, name, id, outer-outerBefore, inner-innerBefore, least)
				}
			}
		}
	}
}
