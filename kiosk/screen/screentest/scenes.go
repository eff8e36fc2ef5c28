package screentest

import (
	"bytes"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"time"

	"fyne.io/fyne/v2/test"

	"chasqui/kiosk"
	"chasqui/sync/wire"
)

// Scene is a way from the welcome page to a page worth looking at.
type Scene struct {
	Name string
	// Change changes the station before the screen is made.
	Change func(*Station)
	Steps  func(*Bench) error
	// Every shows the service that has every type of question, and a camera.
	Every bool
	// Voice shows a kiosk that can speak.
	Voice bool
	// Pending keeps the seam's work from being done, to see the page meanwhile.
	Pending bool
}

// Begin goes from the welcome page to the home page in the bench's language.
func (b *Bench) Begin() error { return b.Tap("language/" + b.Station.Settings.Language) }

// Start begins a service.
func (b *Bench) Start(service string) error {
	if err := b.OpenService(service); err != nil {
		return err
	}
	return b.Tap(next)
}

// OpenService goes from the welcome page, or from Home, to the page of a service.
// It is the one place that knows the way through Home.
func (b *Bench) OpenService(service string) error {
	if b.App.Page() == "welcome" {
		if err := b.Begin(); err != nil {
			return err
		}
	}
	s, ok := b.Catalog.Find(service)
	if !ok {
		return fmt.Errorf("there is no service %q", service)
	}
	return b.Taps("situation/"+s.In(b.Station.Settings.Language).Situation, "service/"+service)
}

const (
	next = "foot/primary"
	// finish goes on from Done, which takes two pages where the letters are large.
	finish = "finish"
)

// Residence answers certificado-residencia up to a question, which it leaves open.
func (b *Bench) Residence(upTo string) error {
	return b.walk("certificado-residencia", upTo, []answer{
		{"document", []string{"choice/run", next, "=12345678-5", next}},
		{"name", []string{"=Persona de Ejemplo", next}},
		{"address", []string{next, next, "=Los Aromos 124", next}},
		{"purpose", []string{"choice/benefit", next}},
		{"phone", []string{"=961234567", next}},
	})
}

// Water answers subsidio-agua-potable up to a question.
func (b *Bench) Water(upTo string) error {
	return b.walk("subsidio-agua-potable", upTo, []answer{
		{"home", []string{"choice/yes", next}},
		{"here", []string{"choice/yes", next}},
		{"registry", []string{"choice/in", next}},
		{"bill", []string{"choice/own", next}},
		{"paid", []string{"choice/yes", next}},
		{"document", []string{"choice/none", next}},
		{"name", []string{"=Persona de Ejemplo", next}},
		{"address", []string{next, next, "=Los Aromos 124", next}},
		{"people", []string{"=4", next}},
		{"customer", []string{next}},
		{"phone", []string{next}},
	})
}

// Notice answers aviso-via-publica up to a question.
func (b *Bench) Notice(upTo string) error {
	return b.walk("aviso-via-publica", upTo, []answer{
		{"category", []string{"choice/light", next}},
		{"place", []string{next, next, "=Los Aromos 124", next}},
		{"description", []string{"=La luz de la esquina no prende desde el lunes.", next}},
		{"picture", []string{next}},
		{"name", []string{next}},
		{"phone", []string{next}},
	})
}

type answer struct {
	question string
	steps    []string
}

// walk starts a service and answers its questions until the one named upTo, or to
// the review where that is "".
func (b *Bench) walk(service, upTo string, answers []answer) error {
	if err := b.Start(service); err != nil {
		return err
	}
	for _, a := range answers {
		if want := "question/" + a.question; b.App.Page() != want {
			return fmt.Errorf("the page is %s, not %s", b.App.Page(), want)
		}
		if a.question == upTo {
			return nil
		}
		if err := b.Steps(a.steps...); err != nil {
			return err
		}
	}
	if b.App.Page() != "review" {
		return fmt.Errorf("the page after the last question is %s", b.App.Page())
	}
	return nil
}

// Steps does one step after another: "=text" writes on the keyboard that is
// drawn, finish leaves Done, anything else is touched.
func (b *Bench) Steps(steps ...string) error {
	for _, step := range steps {
		var err error
		text, write := cutEqual(step)
		switch {
		case write:
			err = b.Write(text)
		case step == finish:
			err = b.Leave("done")
		default:
			err = b.Tap(step)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func cutEqual(s string) (string, bool) {
	if len(s) > 0 && s[0] == '=' {
		return s[1:], true
	}
	return s, false
}

// Confirm goes through the review to Done.
func (b *Bench) Confirm() error { return b.Leave("review") }

// Leave touches the primary button until another page than the one named is seen.
func (b *Bench) Leave(page string) error {
	for range 20 {
		if b.App.Page() != page {
			return nil
		}
		if err := b.Tap(next); err != nil {
			return err
		}
	}
	return fmt.Errorf("page %s does not end", page)
}

// Scenes lists every page in every state worth looking at.
func Scenes() []Scene {
	residence := func(upTo string, steps ...string) func(*Bench) error {
		return func(b *Bench) error {
			if err := b.Residence(upTo); err != nil {
				return err
			}
			return b.Steps(steps...)
		}
	}
	filed := func(steps ...string) func(*Bench) error {
		return func(b *Bench) error {
			if err := b.Residence(""); err != nil {
				return err
			}
			if err := b.Confirm(); err != nil {
				return err
			}
			return b.Steps(steps...)
		}
	}
	home := func(steps ...string) func(*Bench) error {
		return func(b *Bench) error {
			if err := b.Begin(); err != nil {
				return err
			}
			return b.Steps(steps...)
		}
	}
	desk := func(steps ...string) func(*Bench) error {
		return home(append([]string{"strip/help", "help/desk", "=" + PIN, next}, steps...)...)
	}
	online := func(s *Station) { s.Strip = kiosk.Status{Link: kiosk.LinkUp} }
	return slices.Concat([]Scene{
		{Name: "welcome", Voice: true, Change: online, Steps: func(*Bench) error { return nil }},
		{Name: "offline-start", Steps: func(*Bench) error { return nil }},
		{Name: "home", Steps: home()},
		{Name: "document-kind", Change: online, Steps: residence("document")},
		{Name: "document-run", Steps: residence("document", "choice/run", next, "=1234567")},
		{Name: "document-trouble", Steps: residence("document", "choice/run", next, "=12345678-9", next)},
		{Name: "name", Change: online, Steps: residence("name", "=Persona de Ejem")},
		{Name: "name-offline", Steps: residence("name", "=José Ñ")},
		{Name: "name-trouble", Steps: residence("name", next)},
		{Name: "region", Steps: residence("address")},
		{Name: "comuna", Steps: residence("address", next)},
		{Name: "street", Change: online, Steps: residence("address", next, next, "=Los Aromos 124")},
		{Name: "street-offline", Steps: residence("address", next, next, "=Los Aromos 124")},
		{Name: "purpose", Steps: residence("purpose", "choice/benefit")},
		{Name: "phone", Steps: residence("phone", "=9612")},
		{Name: "phone-skip", Change: online, Steps: residence("phone")},
		{Name: "review", Steps: residence("")},
		{Name: "review-water", Steps: func(b *Bench) error { return b.Water("") }},
		{Name: "data", Steps: residence("name", "data")},
		{Name: "saving", Pending: true, Steps: filed()},
		{Name: "problem", Change: func(s *Station) { s.Fail = &kiosk.Problem{Code: kiosk.ProblemFull}; s.Strip.Full = true }, Steps: filed()},
		{Name: "done", Change: func(s *Station) { s.Strip.Unsent = 1 }, Steps: filed()},
		{Name: "done-at-hub", Change: func(s *Station) { online(s); s.State = wire.StateAtHub }, Steps: filed("done/receipt")},
		{Name: "done-no-hub-address", Change: func(s *Station) { s.URL = "" }, Steps: filed()},
		{Name: "suggestion", Change: online, Steps: filed(finish)},
		{Name: "suggestion-why", Steps: filed(finish, "suggestion/why")},
		{Name: "suggestion-how", Change: online, Steps: filed(finish, "suggestion/yes")},
		{Name: "outcome-not-eligible", Steps: residence("address", "choice/09", next, "choice/09101", next, "=Los Aromos 1", next)},
		{Name: "outcome-web", Change: online, Steps: func(b *Bench) error {
			if err := b.Water("registry"); err != nil {
				return err
			}
			return b.Steps("choice/out", next)
		}},
		{Name: "outcome-person", Steps: func(b *Bench) error {
			if err := b.Water("registry"); err != nil {
				return err
			}
			return b.Steps("choice/unsure", next)
		}},
		{Name: "yes-no", Change: online, Steps: func(b *Bench) error { return b.Water("home") }},
		{Name: "number", Steps: func(b *Bench) error {
			if err := b.Water("people"); err != nil {
				return err
			}
			return b.Write("4")
		}},
		{Name: "category", Steps: func(b *Bench) error { return b.Notice("category") }},
		{Name: "description", Steps: func(b *Bench) error {
			if err := b.Notice("description"); err != nil {
				return err
			}
			return b.Write("La luz de la esquina no prende desde el lunes. Está muy oscuro")
		}},
		{Name: "file", Steps: func(b *Bench) error {
			if err := b.Notice("picture"); err != nil {
				return err
			}
			return b.Tap("choice/0")
		}},
		{Name: "help", Steps: home("strip/help")},
		{Name: "help-question", Steps: residence("name", "strip/help")},
		{Name: "language", Change: online, Steps: residence("name", "strip/language")},
		{Name: "start-over", Steps: residence("name", "strip/help", "help/over")},
		{Name: "warning", Steps: func(b *Bench) error {
			if err := b.Residence("name"); err != nil {
				return err
			}
			b.Pass(63 * time.Second)
			return nil
		}},
		{Name: "pin", Steps: home("strip/help", "help/desk", "=24")},
		{Name: "pin-wrong", Steps: home("strip/help", "help/desk", "=1111", next)},
		{Name: "desk-queue", Steps: desk()},
		{Name: "desk-tally", Steps: desk("desk/tally", "tally/certificado-residencia", "tally/certificado-residencia")},
		{Name: "desk-device", Steps: desk("desk/device")},
		{Name: "focus", Change: online, Steps: func(b *Bench) error {
			if err := b.Begin(); err != nil {
				return err
			}
			test.FocusNext(b.Canvas)
			return nil
		}},
	}, questionScenes(), pageScenes())
}

// Show makes a bench and goes to a scene.
func (s Scene) Show(o Options) (*Bench, error) {
	change := o.Change
	o.Change = func(station *Station) {
		if change != nil {
			change(station)
		}
		if s.Change != nil {
			s.Change(station)
		}
	}
	if s.Every {
		every, err := EveryType()
		if err != nil {
			return nil, err
		}
		o.Catalog = every
		if o.Camera == nil {
			o.Camera = &Camera{}
		}
	}
	if s.Voice && o.Ear == nil {
		o.Ear = &Ear{}
	}
	b, err := New(o)
	if err != nil {
		return nil, err
	}
	b.Hold = s.Pending
	if err := s.Steps(b); err != nil {
		return nil, fmt.Errorf("scene %s: %w", s.Name, err)
	}
	return b, nil
}

// Media makes a folder like somebody's USB stick, under dir.
func Media(dir string) (string, error) {
	folder := filepath.Join(dir, "usb")
	if err := os.MkdirAll(filepath.Join(folder, "DCIM"), 0o700); err != nil {
		return "", err
	}
	for i, name := range []string{"DCIM/IMG_0412.jpg", "DCIM/IMG_0413.jpg", "carta.pdf", "poste.png", "notas.txt"} {
		path := filepath.Join(folder, filepath.FromSlash(name))
		content := make([]byte, 150_000*(i+1))
		if filepath.Ext(name) == ".png" {
			// A picture that can be seen; what follows its end does no harm.
			var out bytes.Buffer
			if err := png.Encode(&out, house(320, 240, 0)); err != nil {
				return "", err
			}
			copy(content, out.Bytes())
		}
		copy(content, map[string]string{".jpg": "\xff\xd8\xff\xe0", ".png": "\x89PNG\r\n\x1a\n", ".pdf": "%PDF-1.7\n"}[filepath.Ext(name)])
		if err := os.WriteFile(path, content, 0o600); err != nil {
			return "", err
		}
		at := Start.Add(-time.Duration(i) * time.Hour)
		if err := os.Chtimes(path, at, at); err != nil {
			return "", err
		}
	}
	return folder, nil
}
