// Package way knows where a person puts the finger. It walks the kiosk's pages in
// memory, on the same canvas size and with the same office, and notes each touch
// and key as a [Step]; the same steps then work at the real window, whatever shows
// it. Nothing is read from the program that is measured, and a page that is laid
// out anew tomorrow is still found.
package way

import (
	"errors"
	"fmt"
	"image"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"chasqui/internal/e2e/rig"
	"chasqui/kiosk"
	"chasqui/kiosk/catalog"
	"chasqui/kiosk/screen"
	"chasqui/kiosk/screen/screentest"
	"chasqui/kiosk/widget"
)

// Step is one touch or one key.
type Step struct {
	// ID is what is touched, "foot/primary"; for a key, what has the focus.
	ID string
	// At is where it is touched; Key the key instead, "" for a touch.
	At  image.Point
	Key fyne.KeyName
	// Page is the page that stands there afterwards; Turns says that it is another
	// one than before, so that this is a press to measure.
	Page  string
	Turns bool
	// Patches are how dark each patch of that page is, where it is another one.
	Patches Patches
}

// Way is a sequence of steps from one page to another.
type Way []Step

// Turns counts the steps after which another page stands there.
func (w Way) Turns() int {
	n := 0
	for _, s := range w {
		if s.Turns {
			n++
		}
	}
	return n
}

// Walker walks in memory.
type Walker struct {
	bench *screentest.Bench
	steps Way
	// Seen, when set, is shown every page that a way leads to, once it stands there.
	Seen func(Page)
	// blind leaves out the patches.
	blind bool
}

const (
	primary = "foot/primary"
	back    = "foot/back"
)

// NewWalker stands before the welcome page of a kiosk of the rig's office, online.
func NewWalker(width, height int) (*Walker, error) {
	bench, err := screentest.New(screentest.Options{
		// The kiosk that is measured has a voice, and offers it.
		Size: fyne.NewSize(float32(width), float32(height)), NoReceipts: true, Ear: &screentest.Ear{},
		Change: func(s *screentest.Station) {
			s.Settings.Name, s.Settings.Scope, s.Settings.ScreenWidthMM = rig.OfficeName, rig.Office, 0
			s.Strip = kiosk.Status{Link: kiosk.LinkUp}
			s.Clock = time.Now
		},
	})
	if err != nil {
		return nil, err
	}
	w := &Walker{bench: bench}
	bench.OnTouch = func(c screen.Control) {
		w.settle()
		at := c.Centre()
		w.steps = append(w.steps, Step{ID: c.ID, At: image.Pt(int(at.X), int(at.Y)), Page: w.stand()})
	}
	return w, nil
}

// stand tells one page from another: its name, and what can be touched on it
// beside the keyboard, for a question may take several pages.
func (w *Walker) stand() string {
	b := w.bench
	ids := []string{b.App.Page()}
	for _, c := range b.App.Controls() {
		if !strings.HasPrefix(c.ID, "key/") {
			ids = append(ids, c.ID)
		}
	}
	return strings.Join(ids, " ")
}

// settle completes the step before: only now is it known where it led.
func (w *Walker) settle() {
	if len(w.steps) == 0 || w.steps[len(w.steps)-1].settled() {
		return
	}
	last := &w.steps[len(w.steps)-1]
	now := w.stand()
	last.Turns = last.Page != now
	last.Page, _, _ = strings.Cut(now, " ")
	if last.Turns && !w.blind {
		last.Patches = PatchesOf(w.bench.Capture())
	}
	if last.Turns && w.Seen != nil {
		w.Seen(w.page())
	}
}

// settled says that Page is a name already. Before, it is what stood there.
func (s Step) settled() bool { return !strings.Contains(s.Page, " ") }

// take returns the steps since the last call.
func (w *Walker) take() Way {
	w.settle()
	out := w.steps
	w.steps = nil
	return out
}

// Largest returns the service whose longest example asks the most and can be done
// with a finger alone: a stick to plug in or a name to sign takes no two programs
// the same time.
func Largest(services *catalog.Catalog) (service string, longest catalog.Example, err error) {
	most := 0
	for _, s := range services.Offered() {
		for _, e := range s.Examples() {
			n, plain := 0, true
			count(e.Answers, &n, &plain)
			if plain && n > most {
				most, service, longest = n, s.ID(), e
			}
		}
	}
	if most == 0 {
		return "", catalog.Example{}, errors.New("no service has an example that can be done with a finger alone")
	}
	return service, longest, nil
}

func count(a kiosk.Answers, n *int, plain *bool) {
	for _, v := range a {
		*n++
		*plain = *plain && v.File == nil
		for _, entry := range v.Entries {
			count(entry, n, plain)
		}
	}
}

// Through walks a service from the welcome page to the end of its example.
func (w *Walker) Through(service string, e catalog.Example) (Way, error) {
	if err := w.bench.WalkExample(service, e, nil); err != nil {
		return nil, err
	}
	if w.bench.App.Page() != "review" {
		return nil, fmt.Errorf("%s, example %q: it ends at %s and not at the review", service, e.Name, w.bench.App.Page())
	}
	return w.take(), nil
}

// Back walks back to a page by the button at the foot.
func (w *Walker) Back(to string) (Way, error) {
	for range 60 {
		if w.bench.App.Page() == to {
			return w.take(), nil
		}
		if err := w.bench.Tap(back); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("the way back does not lead to %s but to %s", to, w.bench.App.Page())
}

// On walks on to a page by the primary button, answers being there already.
func (w *Walker) On(to string) (Way, error) {
	for range 60 {
		if w.bench.App.Page() == to {
			return w.take(), nil
		}
		if err := w.bench.Tap(primary); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("the way on does not lead to %s but to %s", to, w.bench.App.Page())
}

// OnByKeys is On with the keys of the five-key pad as far as they lead.
func (w *Walker) OnByKeys(to string) (Way, error) {
	for range 60 {
		if w.bench.App.Page() == to {
			return w.take(), nil
		}
		if err := w.reach(primary); err != nil {
			return nil, err
		}
		w.press(fyne.KeyReturn)
		w.settle()
	}
	return nil, fmt.Errorf("the keys do not lead to %s but to %s", to, w.bench.App.Page())
}

// reach moves the focus with the arrow, and with Tab where the arrow moves within
// a keyboard on the screen.
func (w *Walker) reach(id string) error {
	for i := range 120 {
		switch {
		case w.focused() == id:
			return nil
		case i < 12 && w.focused() != widget.KeyboardID:
			w.press(fyne.KeyDown)
		default:
			w.press(fyne.KeyTab)
		}
	}
	return fmt.Errorf("page %s: the keys do not reach %q", w.bench.App.Page(), id)
}

func (w *Walker) press(key fyne.KeyName) {
	w.settle()
	w.steps = append(w.steps, Step{ID: w.focused(), Key: key, Page: w.stand()})
	if key == fyne.KeyTab {
		test.FocusNext(w.bench.Canvas)
		return
	}
	w.bench.Type(key)
}

func (w *Walker) focused() string {
	switch f := w.bench.Canvas.Focused().(type) {
	case *widget.Button:
		return f.ID
	case *widget.Field:
		return f.ID
	case *widget.Keyboard:
		return widget.KeyboardID
	}
	return ""
}

// Session is a short visit in a language: a service is begun, its first questions
// are answered, and the visit is wiped by starting over. It ends where it began.
func (w *Walker) Session(language, service string, e catalog.Example, questions int) (Way, error) {
	b := w.bench
	s, ok := b.Catalog.Find(service)
	if !ok {
		return nil, fmt.Errorf("there is no service %q", service)
	}
	shown := s.In(language)
	if err := b.Taps("language/"+language, "situation/"+shown.Situation, "service/"+service, primary); err != nil {
		return nil, err
	}
	for range questions {
		id := strings.TrimPrefix(b.App.Page(), "question/")
		for _, q := range shown.Questions {
			if q.ID != id {
				continue
			}
			if err := b.AnswerQuestion(q, e.Answers[id]); err != nil {
				return nil, err
			}
		}
	}
	if err := b.Tap("strip/help"); err != nil {
		return nil, err
	}
	if err := b.Tap("help/over"); err != nil {
		return nil, err
	}
	if err := b.Tap("start-over/yes"); err != nil {
		return nil, err
	}
	if b.App.Page() != "welcome" {
		return nil, fmt.Errorf("after starting over the page is %s", b.App.Page())
	}
	return w.take(), nil
}

// Page is what a page says, to build the same page for another program.
type Page struct {
	Name string
	// Texts are the paragraphs of the body, from top to bottom, the title first.
	Texts []string
	// Choices are what can be chosen, those that are Selected ticked.
	Choices []Choice
	// Several says that more than one choice may be ticked.
	Several bool
	// Fields are what is written in the page's fields.
	Fields []string
	// Office, Strip and Foot are the words above and below.
	Office string
	Strip  []string
	Foot   []string
}

// Choice is one of several, with the words on it.
type Choice struct {
	Label, Hint string
	Selected    bool
}

// Page returns the page that stands there.
func (w *Walker) Page() Page { return w.page() }

func (w *Walker) page() Page {
	b := w.bench
	p := Page{Name: b.App.Page(), Office: b.Station.Settings.Name}
	var last *canvas.Text
	lastAt := fyne.Position{}
	foot := float32(0)
	for _, d := range b.Tree() {
		if button, ok := d.Object.(*widget.Button); ok && (button.ID == primary || button.ID == back) {
			foot = d.Position.Y
		}
	}
	for _, d := range b.Tree() {
		switch o := d.Object.(type) {
		case *widget.Button:
			words := strings.TrimSpace(o.Label)
			switch {
			case words == "":
			case strings.HasPrefix(o.ID, "strip/"):
				p.Strip = append(p.Strip, words)
			case foot > 0 && d.Position.Y >= foot:
				p.Foot = append(p.Foot, words)
			case o.Choice:
				p.Choices, p.Several = append(p.Choices, Choice{words, o.Hint, o.Selected}), p.Several || o.Box
			default:
				p.Choices = append(p.Choices, Choice{Label: words, Hint: o.Hint})
			}
		case *widget.Field:
			p.Fields = append(p.Fields, o.Text())
		case *canvas.Text:
			if d.Within != nil || o.Text == "" || o.Text == p.Office {
				continue
			}
			// Lines of one paragraph have the same letters and stand close.
			if last != nil && last.TextSize == o.TextSize && last.Color == o.Color && lastAt.X == d.Position.X && d.Position.Y-lastAt.Y < o.TextSize*1.6 && d.Position.Y > lastAt.Y {
				p.Texts[len(p.Texts)-1] += " " + o.Text
			} else {
				p.Texts = append(p.Texts, o.Text)
			}
			last, lastAt = o, d.Position
		}
	}
	return p
}
