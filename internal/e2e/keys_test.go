package e2e

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"chasqui/assets"
	"chasqui/internal/conform"
	"chasqui/internal/e2e/ears"
	"chasqui/internal/e2e/eyes"
	"chasqui/internal/e2e/listener"
	"chasqui/internal/e2e/rig"
	"chasqui/kiosk"
	"chasqui/kiosk/catalog"
	"chasqui/kiosk/screen/screentest"
	"chasqui/locales"
	"chasqui/office"
	"chasqui/sync/wire"
)

var full = flag.Bool("full", false, "do every example of every service in the real window, not one of each")

// leg is a part of a way: what is said where it begins, and the keys from there to
// where the next one does.
type leg struct {
	said string
	keys []string
}

// errand is an example of a service, and the keys by which it is done: found out on a
// screen in memory, to be struck in the real window.
type errand struct {
	service string
	example catalog.Example
	// legs lead from the welcome page to where the answers lead, which said tells, and
	// home from there back to it.
	legs, home []leg
	said       string
	// filed are the answers that the office must find, nil for none.
	filed kiosk.Answers
}

// names are the keys as X calls them; letters and digits are called what they write.
var names = map[fyne.KeyName]string{
	fyne.KeyReturn: "Return", fyne.KeyTab: "Tab", fyne.KeyBackspace: "BackSpace", fyne.KeySpace: "space",
	fyne.KeyUp: "Up", fyne.KeyDown: "Down", fyne.KeyLeft: "Left", fyne.KeyRight: "Right",
}

// titles are what the pages on the way through a service are called, in Spanish.
func titles(s *catalog.Service) map[string]bool {
	w := locales.In("es")
	in := s.In("es")
	out := map[string]bool{in.Title: true, w.Text("situation." + in.Situation): true}
	for _, key := range []string{
		"home.title", "document.number.run", "document.number.ipe", "document.number.passport", "document.number.other",
		"address.region", "address.comuna", "question.signature.typed", "review.title", "done.title", "help.title", "over.title",
	} {
		out[w.Text(key)] = true
	}
	for _, q := range in.Questions {
		out[q.Label] = true
		for _, inner := range q.Questions {
			out[inner.Label] = true
		}
	}
	for _, o := range in.Outcomes {
		out[o.Title] = true
	}
	return out
}

// rehearse finds out by which keys an example is done in Spanish, today, and what is
// said on the way.
func rehearse(service string, e catalog.Example) (errand, error) {
	out := errand{service: service, example: e}
	services, err := catalogue()
	if err != nil {
		return out, err
	}
	s, ok := services.Find(service)
	if !ok {
		return out, fmt.Errorf("there is no service %s", service)
	}
	known := titles(s)
	ear := &screentest.Ear{}
	ear.Plug(true)
	legs := []leg{{}}
	// told begins another leg where a page was said to have come.
	told := func() {
		all := ear.Heard()
		for _, said := range all {
			for _, u := range said.Utterances {
				if known[u.Text] && legs[len(legs)-1].said != u.Text {
					legs = append(legs, leg{said: u.Text})
				}
			}
		}
	}
	b, err := screentest.New(screentest.Options{
		Keys: true, Types: true, NoReceipts: true, Ear: ear,
		OnKey: func(key fyne.KeyName, sign rune) {
			told()
			name, known := names[key]
			if sign != 0 && sign != ' ' {
				name, known = string(sign), true
			}
			if !known {
				name = "key/" + string(key)
			}
			last := &legs[len(legs)-1]
			last.keys = append(last.keys, name)
		},
		Change: func(s *screentest.Station) {
			s.Settings.ScreenWidthMM = 0 // as the rig's office has it
			s.Settings.VoiceOnFirstKey = true
			s.Strip = kiosk.Status{Link: kiosk.LinkUp}
			s.Clock = time.Now
		},
	})
	if err != nil {
		return out, err
	}
	e.Now = time.Time{}
	if err := b.WalkExample(service, e, nil); err != nil {
		return out, err
	}
	switch page := b.App.Page(); page {
	case "review":
		if err := b.Confirm(); err != nil {
			return out, err
		}
		out.filed = b.Station.Submitted()[0]
	case "outcome":
	default:
		return out, fmt.Errorf("it ends on %s", page)
	}
	told()
	out.said = legs[len(legs)-1].said
	out.legs, legs = legs[:len(legs)-1], legs[len(legs)-1:]
	if err := b.Taps("strip/help", "help/over", "start-over/yes"); err != nil {
		return out, err
	}
	out.home = legs
	return out, nil
}

// catalogue returns the program's services.
func catalogue() (*catalog.Catalog, error) { return catalog.Load(assets.Services(), nil) }

// errands returns the examples to be done: one of each service, or all. What needs a
// file of somebody's stick, or another day, is left to the screen's own tests.
func errands(t *testing.T) (rounds [][]errand) {
	t.Helper()
	services, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range services.Services() {
		if s.In("es").Hidden {
			continue
		}
		round := 0
		for _, e := range s.Examples() {
			if hasFile(e.Answers) || round > 0 && !*full {
				continue
			}
			found, err := rehearse(s.ID(), e)
			if err != nil {
				t.Logf("not today: %v", err)
				continue
			}
			if round == len(rounds) {
				rounds = append(rounds, nil)
			}
			rounds[round] = append(rounds[round], found)
			round++
		}
		if round == 0 {
			t.Errorf("no example of %s can be done", s.ID())
		}
	}
	return rounds
}

func hasFile(a kiosk.Answers) bool {
	for _, v := range a {
		if v.File != nil {
			return true
		}
	}
	return false
}

// requests reads what stands in the units' ledgers, by folio.
func requests(r *rig.Rig) (map[wire.Folio]office.Request, error) {
	out := map[wire.Folio]office.Request{}
	paths, err := filepath.Glob(filepath.Join(r.OfficeOut(), "*", "requests.csv"))
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		b, err := os.ReadFile(path) // #nosec G304 -- the rig's own folder
		if err != nil {
			return nil, err
		}
		rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
		if err != nil {
			return nil, err // it is being written at this moment
		}
		for _, row := range rows[1:] {
			request := office.Request{Folio: wire.Folio(row[2]), Service: row[3]}
			if err := json.Unmarshal([]byte(row[10]), &request.Answers); err != nil {
				return nil, fmt.Errorf("%s: %w", path, err)
			}
			out[request.Folio] = request
		}
	}
	return out, nil
}

// awaitRequest waits until the office has opened a request, and holds its answers
// against those that were given.
func awaitRequest(t *testing.T, r *rig.Rig, folio wire.Folio, e errand) {
	t.Helper()
	for deadline := time.Now().Add(40 * time.Second); ; {
		all, err := requests(r)
		if request, ok := all[folio]; ok && err == nil {
			if request.Service != e.service {
				t.Errorf("%s is a request of %s, not of %s", folio, request.Service, e.service)
			}
			if len(request.Answers) != len(e.filed) {
				t.Errorf("%s, %q: the office has %d answers, want %d", e.service, e.example.Name, len(request.Answers), len(e.filed))
			}
			for _, a := range request.Answers {
				got, _ := json.Marshal(a.Value)
				want, _ := json.Marshal(e.filed[a.Question])
				if string(got) != string(want) {
					t.Errorf("%s, %q, %s: the office has %s, want %s", e.service, e.example.Name, a.Question, got, want)
				}
			}
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the office has not opened %s: %v, %v", folio, all, err)
		}
		select {
		case <-t.Context().Done():
			return
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Guards whoever does not touch: each of the services is done in the real window by
// Tab, arrows, letters and Enter alone, with no pointer. Each page is said when it has
// come, before a key acts on it. The office opens what was answered, under the number
// that was heard; a service that is done elsewhere is done up to where it says so.
func TestEveryServiceIsDoneByKeysInTheWindow(t *testing.T) {
	conform.Clause(t, "EN 301 549 11.2.1.2", "WCAG 2.2 2.1.1", "WCAG 2.2 2.1.2")
	programs := window(t)
	t.Parallel()
	for i, round := range errands(t) {
		// Two kiosks at a time: while one draws, the other's office opens.
		half := (len(round) + 1) / 2
		for part, some := range [][]errand{round[:half], round[half:]} {
			t.Run(fmt.Sprintf("%d-%d", i, part), func(t *testing.T) {
				t.Parallel()
				hall := openBooth(t, programs, listen(t, programs), "voice: {headset: {always: true}}")
				hall.doAll(some)
			})
		}
	}
}

// booth is a kiosk's window, its hub and its office, and ears for what it says.
type booth struct {
	t *testing.T
	*rig.Rig
	screen *eyes.Screen
	heard  *ears.Ears
}

func openBooth(t *testing.T, programs string, heard *ears.Ears, settings ...string) *booth {
	t.Helper()
	r, screen, _ := whole(t, programs, t.TempDir(), heard.Env, settings)
	h := &booth{t: t, Rig: r, screen: screen, heard: heard}
	h.must(h.StartOffice(t.Context()))
	t.Cleanup(func() { _ = h.Office.Stop() })
	return h
}

func (h *booth) must(err error) {
	h.t.Helper()
	if err != nil {
		path := filepath.Join(os.TempDir(), "chasqui-keys-test.png")
		_ = h.screen.Shoot(context.WithoutCancel(h.t.Context()), path)
		h.t.Fatalf("%v (the screen is in %s)", err, path)
	}
}

// doAll does errands one after the other, coming back to the welcome page after each,
// and then waits for the office to have opened them.
func (h *booth) doAll(all []errand) {
	h.t.Helper()
	ctx := h.t.Context()
	l := &listener.Listener{Ears: h.heard, Hand: h.hand(), Language: "es", Patience: patience}
	filed := map[wire.Folio]errand{}
	for _, e := range all {
		started, before := time.Now(), l.Hand.Struck
		h.must(h.follow(l, e, e.legs, e.said))
		if e.filed != nil {
			folio, _, err := l.Receipt(ctx)
			h.must(err)
			filed[folio] = e
		}
		h.must(h.follow(l, e, e.home, ""))
		h.t.Logf("%s, %q: %d keys, %v", e.service, e.example.Name, l.Hand.Struck-before, time.Since(started).Round(time.Second/10))
	}
	for folio, e := range filed {
		awaitRequest(h.t, h.Rig, folio, e)
	}
}

// follow strikes the keys of a way. Where a leg begins it waits until that is said.
func (h *booth) follow(l *listener.Listener, e errand, way []leg, end string) error {
	ctx := h.t.Context()
	for i, part := range way {
		next := end
		if i+1 < len(way) {
			next = way[i+1].said
		}
		for _, key := range part.keys {
			if err := l.Press(ctx, key); err != nil {
				return err
			}
		}
		if next == "" {
			continue
		}
		if err := l.Hear(ctx, next); err != nil {
			return fmt.Errorf("%s, %q, after %q: %w", e.service, e.example.Name, part.said, err)
		}
	}
	return nil
}
