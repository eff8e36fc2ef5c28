package screen_test

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"chasqui/internal/conform"
	"chasqui/kiosk"
	"chasqui/kiosk/catalog"
	"chasqui/kiosk/screen/screentest"
	"chasqui/locales"
)

// squeezed is a text without its spaces, whatever lines it was broken into.
func squeezed(text string) string { return strings.Join(strings.Fields(text), "") }

// Guards "labels" and either way of hanging the screen: a service is done lying and
// upright, nothing on its pages is cut, and on the page of each question what is
// asked stands in full. That every service does so in every language is seen by
// TestEveryServiceIsDoneInEveryLanguage, which takes minutes.
func TestPagesSayWhatTheyAskLyingAndUpright(t *testing.T) {
	conform.Clause(t, "WCAG 2.2 1.3.4", "WCAG 2.2 2.5.8", "WCAG 2.2 3.3.2")
	for _, size := range []fyne.Size{fyne.NewSize(1280, 800), fyne.NewSize(1080, 1920)} {
		for _, id := range []string{"certificado-residencia", "subsidio-agua-potable"} {
			b := bench(t, screentest.Options{Size: size})
			s, _ := b.Catalog.Find(id)
			said := map[string]string{}
			do(t, b.WalkExample(id, s.Examples()[0], func(page string) error {
				said[page] += squeezed(strings.Join(b.Texts(), " "))
				for _, trouble := range inspect(b) {
					t.Errorf("%s, %v, %s: %s", id, size, page, trouble)
				}
				return nil
			}))
			asked := 0
			for _, q := range s.In("es").Questions {
				read, ok := said["question/"+q.ID]
				if !ok {
					continue
				}
				asked++
				if !strings.Contains(read, squeezed(q.Label)) {
					t.Errorf("%s, %v: the pages of %s do not read %q", id, size, q.ID, q.Label)
				}
			}
			if asked < 3 {
				t.Errorf("%s: %d questions were asked", id, asked)
			}
		}
	}
}

// Guards "nothing is sent before it was shown": until the last page is confirmed
// nothing is filed, every answer stands on it, and each can be changed from there.
func TestNothingIsSentBeforeItWasShown(t *testing.T) {
	conform.Clause(t, "WCAG 2.2 3.3.4")
	b := bench(t, screentest.Options{})
	do(t, b.Residence(""))
	if b.App.Page() != "review" || len(b.Station.Submitted()) != 0 {
		t.Fatalf("page %s, filed %v", b.App.Page(), b.Station.Submitted())
	}
	read, changes := "", map[string]bool{}
	for range 5 {
		read += strings.Join(b.Texts(), " ") + " "
		for _, c := range b.App.Controls() {
			if strings.HasPrefix(c.ID, "change/") {
				changes[c.ID] = true
			}
		}
		c, _ := b.Find("foot/primary")
		if c.Label != locales.In("es").Text("review.more") {
			break
		}
		do(t, b.Tap("foot/primary"))
	}
	for _, answer := range []string{"12.345.678-5", "Persona de Ejemplo", "Los Aromos 124", "9 6123 4567"} {
		if !strings.Contains(squeezed(read), squeezed(answer)) {
			t.Errorf("the answers do not read %q: %s", answer, read)
		}
	}
	for _, id := range []string{"change/document", "change/name", "change/address", "change/purpose", "change/phone"} {
		if !changes[id] {
			t.Errorf("%s is not offered: %v", id, changes)
		}
	}
	if len(b.Station.Submitted()) != 0 {
		t.Errorf("looking at the answers filed %v", b.Station.Submitted())
	}
	do(t, b.Tap("foot/primary"))
	if len(b.Station.Submitted()) != 1 {
		t.Errorf("confirmed on %s, filed %v", b.App.Page(), b.Station.Submitted())
	}
}

// Guards whoever writes with effort: no service asks for the same thing twice, and
// what was answered is there again after going back, and from the last page.
func TestNothingIsAskedTwice(t *testing.T) {
	conform.Clause(t, "WCAG 2.2 3.3.7")
	b := bench(t, screentest.Options{})
	for _, s := range b.Catalog.Services() {
		for _, lang := range locales.Languages() {
			asked := map[string]string{}
			for _, q := range s.In(lang.Tag).Questions {
				if before, twice := asked[q.Label]; twice {
					t.Errorf("%s, %s: %s and %s both ask %q", s.ID(), lang.Tag, before, q.ID, q.Label)
				}
				asked[q.Label] = q.ID
			}
		}
	}
	do(t, b.Residence(""))
	for question, answer := range map[string]string{"name": "Persona de Ejemplo", "phone": "961234567"} {
		do(t, b.Tap("change/"+question))
		if !strings.Contains(squeezed(strings.Join(b.Texts(), "")), squeezed(answer)) {
			t.Errorf("%s: %q has to be written again: %v", question, answer, b.Texts())
		}
		do(t, b.Tap("foot/primary"))
		if b.App.Page() != "review" {
			t.Fatalf("after %s the page is %s", question, b.App.Page())
		}
	}
}

// Guards "one touch at a time": every type of question is answered, and the request
// filed, by touches of one finger that neither drag nor are held, the signature too.
func TestEverythingIsDoneByOneTouchAtATime(t *testing.T) {
	conform.Clause(t, "EN 301 549 5.9", "WCAG 2.2 2.5.1", "WCAG 2.2 2.5.7")
	c, s := every(t)
	stick, err := screentest.Media(t.TempDir())
	do(t, err)
	i := slices.IndexFunc(s.Examples(), func(e catalog.Example) bool { return e.Answers["signature"].File != nil })
	if i < 0 {
		t.Fatal("no example is signed by a finger")
	}
	e := s.Examples()[i]
	e.Answers["signature"] = kiosk.Value{Text: "Persona de Ejemplo"} // in place of a path drawn
	b := bench(t, screentest.Options{Catalog: c, Media: []string{stick}})
	do(t, b.WalkExample(s.ID(), e, nil))
	do(t, b.Confirm())
	if filed := b.Station.Submitted(); len(filed) != 1 || filed[0]["signature"].Text != "Persona de Ejemplo" {
		t.Errorf("page %s, filed %v", b.App.Page(), filed)
	}
}

// Guards two ways to each service: by situation, and by searching for its name.
func TestAServiceIsFoundInTwoWays(t *testing.T) {
	conform.Clause(t, "WCAG 2.2 2.4.5")
	for _, id := range []string{"certificado-residencia", "subsidio-agua-potable", "permiso-circulacion"} {
		b := bench(t, screentest.Options{})
		do(t, b.OpenService(id))
		if b.App.Page() != "service" {
			t.Errorf("%s: by situation one comes to %s", id, b.App.Page())
		}
		b = bench(t, screentest.Options{})
		s, _ := b.Catalog.Find(id)
		do(t, b.Begin())
		longest := slices.MaxFunc(strings.Fields(s.In("es").Title), func(a, b string) int { return len(a) - len(b) })
		do(t, b.Steps("search", "="+strings.ToLower(longest), "foot/primary", "service/"+id))
		if b.App.Page() != "service" {
			t.Errorf("%s: by searching for %q one comes to %s", id, longest, b.App.Page())
		}
	}
}
