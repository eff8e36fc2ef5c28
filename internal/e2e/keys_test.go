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
	"chasqui/internal/e2e/rig"
	"chasqui/internal/e2e/visitor"
	"chasqui/kiosk"
	"chasqui/kiosk/catalog"
	"chasqui/kiosk/screen/screentest"
	"chasqui/office"
	"chasqui/sync/wire"
)

var full = flag.Bool("full", false, "do every example of every service in the real window, not one of each")

// errand is an example of a service, and the keys by which it is done: found out on a
// screen in memory, to be struck in the real window.
type errand struct {
	service string
	example catalog.Example
	// keys lead from the welcome page to where the answers lead, home from there back
	// to it.
	keys, home []string
	// filed are the answers that the office must find, nil for none.
	filed kiosk.Answers
	// outcome is what stands on the last page where nothing is filed.
	outcome string
}

// names are the keys as X calls them; letters and digits are called what they write.
var names = map[fyne.KeyName]string{
	fyne.KeyReturn: "Return", fyne.KeyTab: "Tab", fyne.KeyBackspace: "BackSpace", fyne.KeySpace: "space",
	fyne.KeyUp: "Up", fyne.KeyDown: "Down", fyne.KeyLeft: "Left", fyne.KeyRight: "Right",
}

// rehearse finds out by which keys an example is done in Spanish, today.
func rehearse(service string, e catalog.Example) (errand, error) {
	out := errand{service: service, example: e}
	to := &out.keys
	b, err := screentest.New(screentest.Options{
		Keys: true, Types: true, NoReceipts: true,
		OnKey: func(key fyne.KeyName, sign rune) {
			name, known := names[key]
			if sign != 0 && sign != ' ' {
				name, known = string(sign), true
			}
			if !known {
				name = "key/" + string(key)
			}
			*to = append(*to, name)
		},
		Change: func(s *screentest.Station) {
			s.Settings.ScreenWidthMM = 0 // as the rig's office has it
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
	switch b.App.Page() {
	case "review":
		if err := b.Confirm(); err != nil {
			return out, err
		}
		out.filed = b.Station.Submitted()[0]
	case "outcome":
		s, _ := b.Catalog.Find(service)
		for _, o := range s.In("es").Outcomes {
			if o.ID == e.Outcome {
				out.outcome = o.Title
			}
		}
	}
	if out.filed == nil && out.outcome == "" {
		return out, fmt.Errorf("it ends on %s", b.App.Page())
	}
	to = &out.home
	if err := b.Taps("strip/help", "help/over", "start-over/yes"); err != nil {
		return out, err
	}
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

// strike presses keys in the window as fast as the window takes them. The same key
// twice would count once when the kiosk comes to both within half a second: one is put
// between that does nothing.
func strike(ctx context.Context, screen *eyes.Screen, keys []string) error {
	var all []string
	last := ""
	for _, key := range keys {
		if key == last && (key == "Return" || key == "space") {
			all = append(all, "F9")
		}
		all, last = append(all, key), key
	}
	return screen.Strike(ctx, all...)
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
// Tab, arrows, letters and Enter alone, with no pointer, and the office opens what was
// answered; a service that is done elsewhere is done up to where it says so.
func TestEveryServiceIsDoneByKeysInTheWindow(t *testing.T) {
	conform.Clause(t, "EN 301 549 11.2.1.2", "WCAG 2.2 2.1.1", "WCAG 2.2 2.1.2")
	programs := window(t)
	t.Parallel()
	for _, round := range errands(t) {
		// Without the voice, as the rehearsal is: it would take the first key for itself.
		hall := openBooth(t, programs, listen(t, programs), "voice: {off: true}")
		for _, e := range round {
			started := time.Now()
			hall.do(e)
			t.Logf("%s, %q: %d keys, %v", e.service, e.example.Name, len(e.keys), time.Since(started).Round(time.Second))
		}
	}
}

// booth is a kiosk's window, its hub and its office.
type booth struct {
	t *testing.T
	*rig.Rig
	screen  *eyes.Screen
	visitor *visitor.Visitor
}

// openBooth opens one. heard are the ears for what it says, settings lines of its
// office.yaml.
func openBooth(t *testing.T, programs string, heard *ears.Ears, settings ...string) *booth {
	t.Helper()
	r, screen, _ := whole(t, programs, t.TempDir(), heard.Env, settings)
	h := &booth{t: t, Rig: r, screen: screen}
	h.must(h.StartOffice(t.Context()))
	t.Cleanup(func() { _ = h.Office.Stop() })
	services, err := catalogue()
	h.must(err)
	pictures := 0
	h.visitor = &visitor.Visitor{
		Screen: screen, Language: "es", Catalog: services, Count: &pictures,
		Office: kiosk.Office{Scope: rig.Office, Region: "13", Comuna: "13101", TimeZone: "America/Santiago"},
	}
	return h
}

func (h *booth) must(err error) {
	h.t.Helper()
	if err != nil {
		path := filepath.Join(os.TempDir(), "chasqui-keys-test.png")
		_ = h.screen.Shoot(path)
		h.t.Fatalf("%v (the screen is in %s)", err, path)
	}
}

// do does an errand and comes back to the welcome page.
func (h *booth) do(e errand) {
	h.t.Helper()
	ctx := h.t.Context()
	h.must(strike(ctx, h.screen, e.keys))
	if e.filed != nil {
		folio, _, err := h.visitor.Folio(ctx)
		if err != nil {
			err = fmt.Errorf("%s, %q: %w", e.service, e.example.Name, err)
		}
		h.must(err)
		awaitRequest(h.t, h.Rig, folio, e)
	} else if _, err := h.visitor.See(ctx, e.outcome); err != nil {
		h.must(fmt.Errorf("%s, %q: %w", e.service, e.example.Name, err))
	}
	h.must(strike(ctx, h.screen, e.home))
}
