package screen_test

import (
	"bytes"
	"fmt"
	"image"
	_ "image/jpeg"
	"strings"
	"testing"
	"time"

	"chasqui/kiosk"
	"chasqui/kiosk/screen/screentest"
	"chasqui/kiosk/widget"
	"chasqui/locales"
)

// asking returns a bench that shows a question of the service that has every type.
func asking(t *testing.T, question string, o screentest.Options) *screentest.Bench {
	t.Helper()
	o.Catalog, _ = every(t)
	b := bench(t, o)
	do(t, b.Reach(question))
	return b
}

// Guards "closed when the page is left or the session wiped": a camera that goes on
// looking at the hall is a camera nobody agreed to.
func TestTheCameraRunsOnlyWhileItsPictureIsSeen(t *testing.T) {
	for name, leave := range map[string]func(b *screentest.Bench) error{
		"back":       func(b *screentest.Bench) error { return b.Tap("foot/back") },
		"taken":      func(b *screentest.Bench) error { return b.Tap("foot/primary") },
		"help":       func(b *screentest.Bench) error { return b.Tap("strip/help") },
		"language":   func(b *screentest.Bench) error { return b.Tap("strip/language") },
		"data":       func(b *screentest.Bench) error { return b.Tap("data") },
		"warning":    func(b *screentest.Bench) error { b.Pass(61 * time.Second); return nil },
		"inactivity": func(b *screentest.Bench) error { b.Pass(90 * time.Second); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			camera := &screentest.Camera{}
			b := asking(t, "picture", screentest.Options{Camera: camera})
			if camera.Opened != 0 {
				t.Fatal("the camera runs before anybody asked for it")
			}
			do(t, b.Tap("files/camera"))
			before := camera.Taken
			b.Tick()
			b.Tick()
			if !camera.Running() || camera.Taken < before+2 {
				t.Fatalf("running %v, %d pictures", camera.Running(), camera.Taken)
			}
			do(t, leave(b))
			if camera.Running() {
				t.Errorf("on page %s the camera still runs", b.App.Page())
			}
			seen := camera.Taken
			b.Tick()
			if camera.Taken != seen {
				t.Error("it still takes pictures")
			}
		})
	}
}

func TestTheCameraComesBackAfterAVisitToHelp(t *testing.T) {
	camera := &screentest.Camera{}
	b := asking(t, "picture", screentest.Options{Camera: camera})
	do(t, b.Taps("files/camera", "strip/help", "foot/back"))
	if b.App.Page() != "question/picture" || !camera.Running() {
		t.Errorf("page %s, running %v", b.App.Page(), camera.Running())
	}
}

// Guards the size of a picture: it travels over a bad link.
func TestAPictureIsTakenAgainAndKept(t *testing.T) {
	camera := &screentest.Camera{Size: image.Pt(2400, 1800)}
	b := asking(t, "picture", screentest.Options{Camera: camera})
	do(t, b.Taps("files/camera", "foot/primary", "camera/again"))
	if !camera.Running() {
		t.Fatal("taking another shows no picture")
	}
	do(t, b.Taps("foot/primary", "foot/primary"))
	if !reads(b, locales.In("es").Text("question.camera.file")) {
		t.Fatalf("it reads %q", b.Texts())
	}
	do(t, b.Tap("foot/primary"))
	do(t, b.Tap("choice/yes"))
	do(t, b.Tap("foot/primary"))
	do(t, b.Sign())
	do(t, b.Tap("foot/primary"))
	do(t, b.Confirm())
	if len(b.Station.Submitted()) != 1 {
		t.Fatalf("page %s reads %q", b.App.Page(), b.Texts())
	}
	file := b.Station.Submitted()[0]["picture"].File
	if file == nil || file.Media != "image/jpeg" || file.Size >= 2<<20 || int(file.Size) != len(file.Content) {
		t.Fatalf("%+v", file)
	}
	m, _, err := image.Decode(bytes.NewReader(file.Content))
	do(t, err)
	if m.Bounds().Dx() != 1600 || m.Bounds().Dy() != 1200 {
		t.Errorf("%v", m.Bounds())
	}
	// The wipe overwrites what was filed from memory.
	b.Pass(90 * time.Second)
	if b.App.Page() != "welcome" || !bytes.Equal(file.Content, make([]byte, len(file.Content))) {
		t.Errorf("page %s: the picture is still in memory", b.App.Page())
	}
}

func TestACameraThatFailsSaysWhatToDo(t *testing.T) {
	camera := &screentest.Camera{Broken: true}
	b := asking(t, "picture", screentest.Options{Camera: camera})
	do(t, b.Tap("files/camera"))
	if !reads(b, "Pruebe otra vez") || camera.Running() {
		t.Fatalf("running %v; it reads %q", camera.Running(), b.Texts())
	}
	camera.Broken = false
	do(t, b.Tap("camera/again"))
	if !camera.Running() {
		t.Error("trying again does nothing")
	}
	for name, none := range map[string]kiosk.Camera{"absent": &screentest.Camera{Absent: true}, "nil": nil} {
		b := asking(t, "picture", screentest.Options{Camera: none})
		if _, offered := b.Find("files/camera"); offered {
			t.Errorf("%s: a camera is offered", name)
		}
	}
}

// Guards "Back inside an entry works and keeps answers", and the bounds of a group.
func TestAGroupKeepsWhatIsHalfDone(t *testing.T) {
	b := asking(t, "people", screentest.Options{})
	// Guards that one touch does not take out what was written about somebody.
	do(t, b.Taps("entry/2/remove", "foot/back"))
	if _, there := b.Find("entry/2/remove"); !there {
		t.Error("to go back took the entry out")
	}
	do(t, b.Taps("entry/2/remove", "remove/yes", "entry/1/remove", "remove/yes", "foot/primary"))
	if b.App.Page() != "question/people" || !reads(b, "1 por lo menos") {
		t.Fatalf("page %s reads %q", b.App.Page(), b.Texts())
	}
	do(t, b.Tap("entry/add"))
	if !reads(b, "Persona 1: su nombre") {
		t.Errorf("the step reads %q", b.Texts())
	}
	do(t, b.Tap("foot/back"))
	if _, begun := b.Find("entry/1/change"); begun || b.App.Page() != "question/people" {
		t.Errorf("an entry without an answer stays: page %s, %q", b.App.Page(), b.Texts())
	}
	do(t, b.Steps("entry/add", "="+canary, "foot/primary", "=0105", "foot/back"))
	if b.App.Page() != "question/people/name" || !reads(b, canary) {
		t.Fatalf("page %s reads %q", b.App.Page(), b.Texts())
	}
	do(t, b.Tap("foot/primary"))
	if !reads(b, "05") || b.App.Page() != "question/people/born" {
		t.Errorf("page %s reads %q", b.App.Page(), b.Texts())
	}
	do(t, b.Taps("foot/back", "foot/back"))
	if !reads(b, "Falta completar") {
		t.Errorf("the list reads %q", b.Texts())
	}
	do(t, b.Tap("foot/primary")) // leads to what is missing
	if b.App.Page() != "question/people/born" {
		t.Fatalf("the page is %s", b.App.Page())
	}
	do(t, b.Steps("date/year", "=2010", "foot/primary", "choice/works", "foot/primary", "choice/declined", "foot/primary"))
	if b.App.Page() != "question/people" || !reads(b, "1 de mayo de 2010") || !reads(b, "Prefiere no decirlo") {
		t.Fatalf("page %s reads %q", b.App.Page(), b.Texts())
	}
	for i := range 3 {
		do(t, b.Steps("entry/add", "=Ana", "foot/primary", "=01052010", "foot/primary", "choice/works", "foot/primary", "foot/primary"))
		if b.App.Page() != "question/people" {
			t.Fatalf("entry %d: page %s", i+2, b.App.Page())
		}
	}
	if _, more := b.Find("entry/add"); more || !reads(b, "caben 4") {
		t.Errorf("a fifth is offered: %q", b.Texts())
	}
	do(t, b.Tap("foot/back"))
	do(t, b.Tap("strip/size")) // nothing is lost by drawing anew
	if holds(b.App, canary) == false {
		t.Error("the search for the canary finds nothing: the test tests nothing")
	}
	b.Pass(90 * time.Second)
	if b.App.Page() != "welcome" || holds(b.App, canary) {
		t.Error("the group outlives its session")
	}
}

// Guards the wipe for each type: nothing that was written, ticked or drawn is left.
func TestAWipeLeavesNothingOfAnyType(t *testing.T) {
	for question, steps := range map[string][]string{
		"name":      {"=" + canary},
		"signature": {"signature/typed", "=" + canary},
		"trade":     {"search/open", "=" + canary},
		"place":     {"foot/primary", "foot/primary", "=" + canary},
		"note":      {"=" + canary},
		"people":    {"entry/add", "=" + canary},
	} {
		b := asking(t, question, screentest.Options{})
		do(t, b.Steps(steps...))
		before := b.Tree()
		if !holds(b.App, canary) {
			t.Fatalf("%s: the search does not find what is there", question)
		}
		b.Pass(90 * time.Second)
		if b.App.Page() != "welcome" || holds(b.App, canary) {
			t.Errorf("%s: page %s; the canary can still be reached", question, b.App.Page())
		}
		for _, d := range before {
			if f, ok := d.Object.(*widget.Field); ok && f.Text() != "" {
				t.Errorf("%s: the field still holds %q", question, f.Text())
			}
		}
	}
	for _, question := range []string{"born", "at", "income", "rooms"} {
		b := asking(t, question, screentest.Options{})
		before := b.Tree()
		b.Pass(90 * time.Second)
		for _, d := range before {
			if f, ok := d.Object.(*widget.Field); ok && f.Text() != "" {
				t.Errorf("%s: the field still holds %q", question, f.Text())
			}
		}
	}
}

// Guards "a quiet but equally large choice": not to say is no smaller than to say,
// and what was written goes with it.
func TestWhoWouldRatherNotSayCanSaySo(t *testing.T) {
	for _, letters := range []int{0, 3} {
		b := asking(t, "help", screentest.Options{Looks: &kiosk.Looks{Size: letters}})
		first, ok := b.Find("choice/food")
		for range 5 {
			if _, here := b.Find("choice/declined"); !here {
				do(t, b.Tap("pager/next"))
			}
		}
		decline, there := b.Find("choice/declined")
		if !ok || !there || first.Size != decline.Size {
			t.Errorf("letters %d: an option %v, declining %v", letters, first.Size, decline.Size)
		}
		b = asking(t, "rent", screentest.Options{Looks: &kiosk.Looks{Size: letters}})
		field, _ := b.Find("answer")
		decline, there = b.Find("choice/declined")
		if !there || decline.Size.Height < field.Size.Height {
			t.Errorf("letters %d: a field %v, declining %v", letters, field.Size, decline.Size)
		}
	}
	b := asking(t, "rent", screentest.Options{})
	do(t, b.Steps("=4500", "choice/declined"))
	if reads(b, "4.500") || !reads(b, "Guardar y seguir") {
		t.Errorf("it reads %q", b.Texts())
	}
	do(t, b.Write("7"))
	if !reads(b, "$7") {
		t.Errorf("writing after declining: %q", b.Texts())
	}
	if b = asking(t, "income", screentest.Options{}); true {
		if _, offered := b.Find("choice/declined"); offered {
			t.Error("a question that must be answered can be declined")
		}
	}
}

// Guards a free consent: both choices are of the same size, and no is taken.
func TestNoIsAsEasyAsYesAndIsSeenAfterTheStatement(t *testing.T) {
	for _, lang := range locales.Languages() {
		for letters := range 4 {
			b := asking(t, "agree", screentest.Options{Language: lang.Tag, Looks: &kiosk.Looks{Size: letters}})
			for range 5 { // the primary button reads on until the end
				if _, end := b.Find("choice/no"); end {
					break
				}
				do(t, b.Tap("pager/next"))
			}
			yes, _ := b.Find("choice/yes")
			no, ok := b.Find("choice/no")
			if !ok || yes.Size != no.Size {
				t.Errorf("%s, letters %d: yes %v, no %v", lang.Tag, letters, yes.Size, no.Size)
			}
			do(t, b.Taps("choice/no", "foot/primary"))
			if b.App.Page() != "question/signature" {
				t.Errorf("%s, letters %d: after no the page is %s: %q", lang.Tag, letters, b.App.Page(), b.Texts())
			}
		}
	}
}

func TestASearchForgivesAccentsCapitalsAndSlips(t *testing.T) {
	b := asking(t, "trade", screentest.Options{})
	do(t, b.Steps("search/open", "=CONST"))
	do(t, b.Tap("choice/building"))
	if selected, here := b.Find("choice/building"); !here || b.App.Page() != "question/trade" || selected.Label != "Construcción" {
		t.Errorf("page %s reads %q", b.App.Page(), b.Texts())
	}
	do(t, b.Steps("search/open", "=educacion"))
	var found []string
	for _, c := range b.App.Controls() {
		if strings.HasPrefix(c.ID, "choice/") {
			found = append(found, c.ID)
		}
	}
	if len(found) != 1 || found[0] != "choice/school" {
		t.Errorf("found %v", found)
	}
	do(t, b.Tap("foot/back"))
	do(t, b.Steps("search/open", "=minreia")) // a slip of the finger
	if _, here := b.Find("choice/mine"); !here {
		t.Errorf("a slip is not forgiven: %q", b.Texts())
	}
	do(t, b.Tap("foot/back"))
	if b.App.Page() != "question/trade" {
		t.Errorf("back from the search leads to %s", b.App.Page())
	}
}

// Guards "only real days": a month has the tiles of its own days.
func TestAMonthHasItsOwnDays(t *testing.T) {
	for _, c := range []struct {
		month, year string
		days        int
	}{{"02", "2026", 28}, {"02", "2024", 29}, {"02", "1900", 28}, {"04", "2026", 30}, {"12", "2099", 31}} {
		b := asking(t, "married", screentest.Options{})
		do(t, b.Steps("=01"+c.month+c.year, "date/picker"))
		days := 0
		for _, control := range b.App.Controls() {
			if strings.HasPrefix(control.ID, "day/") {
				days++
			}
		}
		if _, beyond := b.Find(fmt.Sprintf("day/%d", c.days+1)); beyond || days != c.days {
			t.Errorf("%s-%s has %d days, want %d", c.year, c.month, days, c.days)
		}
	}
}
