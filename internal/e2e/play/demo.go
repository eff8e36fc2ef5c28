package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"chasqui/assets"
	"chasqui/internal/e2e/eyes"
	"chasqui/internal/e2e/rig"
	"chasqui/internal/e2e/visitor"
	"chasqui/kiosk"
	"chasqui/kiosk/catalog"
	"chasqui/locales"
	"chasqui/sync/wire"
)

// errand is one person's business in the demo.
type errand struct {
	who, language, service string
	answers                kiosk.Answers
}

func text(s string) kiosk.Value { return kiosk.Value{Text: s} }

func run(number string) kiosk.Value {
	return kiosk.Value{Parts: map[string]string{"kind": "run", "number": number}}
}

func address(street string) kiosk.Value {
	return kiosk.Value{Parts: map[string]string{"region": "13", "comuna": "13101", "street": street}}
}

// errands are the three people of the day, all made up.
var errands = []errand{
	{"a neighbour asks for a proof of residence, in Spanish", "es", "certificado-residencia", kiosk.Answers{
		"document": run("12345678-5"), "name": text("ana mar\u00eda nu\u00f1ez"), "address": address("los aromos 124"),
		"purpose": text("benefit"), "phone": text("+56961234567"),
	}},
	{"a tenant asks for help with the water bill, in English", "en", "subsidio-agua-potable", kiosk.Answers{
		"home": text("yes"), "here": text("yes"), "registry": text("in"), "bill": text("own"), "paid": text("yes"),
		"document": {Parts: map[string]string{"kind": "none"}}, "name": text("john example"),
		"address": address("calle ocho 8"), "people": text("4"),
	}},
	{"a passer-by reports a dark street, in Haitian Creole", "ht", "aviso-via-publica", kiosk.Answers{
		"category": text("light"), "place": address("plaza de armas"), "description": text("limyè a pa limen"),
	}},
}

const (
	width, height = 1280, 800
	// patience bounds how long the day waits for what the network has to bring.
	patience = 90 * time.Second
)

// day is one play of the demo.
type day struct {
	*rig.Rig
	road     *rig.Road
	screen   *eyes.Screen
	kiosk    *rig.Process
	catalog  *catalog.Catalog
	office   kiosk.Office
	out      string
	pictures int
	saved    []wire.Folio
	codes    []string
}

// demo plays one day and returns an error unless every ledger agrees with it.
// With controls, the evening is played again after the same day against a hub that
// does wrong, once for each fault, and must end badly.
func demo(ctx context.Context, bin, out string, controls bool) (err error) {
	if missing := eyes.Missing(); len(missing) > 0 {
		return fmt.Errorf("missing %v; run scripts/packages.sh test", missing)
	}
	out, err = filepath.Abs(out)
	if err != nil {
		return err
	}
	if err := os.RemoveAll(out); err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil { // #nosec G301 -- pictures for everybody
		return err
	}
	dir, err := os.MkdirTemp("", "chasqui-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	log, err := os.Create(filepath.Join(out, "programs.log")) // #nosec G304 -- the demo's own folder
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	d := &day{Rig: &rig.Rig{Dir: filepath.Join(dir, "day"), Bin: bin, Log: log}, out: out}
	defer func() { err = errors.Join(err, d.Stop()) }()
	if d.screen, err = eyes.NewScreen(ctx, width, height, dir); err != nil {
		return err
	}
	defer d.screen.Close()
	if err := d.setUp(ctx); err != nil {
		return err
	}
	defer func() { d.road.Close() }()
	defer func() {
		if err != nil {
			_ = d.screen.Shoot(filepath.Join(out, "where-it-stopped.png"))
		}
		if d.kiosk != nil {
			d.kiosk.Kill()
		}
	}()
	if err := d.morning(ctx); err != nil {
		return err
	}
	if err := d.counter(ctx); err != nil {
		return err
	}
	if controls {
		if err := d.keepDay(ctx, dir); err != nil {
			return err
		}
	}
	result, err := d.evening(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("pictures: %s\n", out)
	fmt.Println(result)
	if err := result.judge(); err != nil || !controls {
		return err
	}
	return d.controls(ctx, dir)
}

// judge is verdict for what the demo's people did: each was also served once at
// the counter.
func (t tally) judge() error {
	return t.verdict(takeup{value: "0.5", digital: len(errands), total: 2 * len(errands)}, len(errands))
}

func say(format string, args ...any) { fmt.Printf("- "+format+"\n", args...) }

func (d *day) setUp(ctx context.Context) error {
	var err error
	if d.catalog, err = catalog.Load(assets.Services(), nil); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{d.MakeKeys, d.StartHub, d.StartOffice, func(ctx context.Context) error { return d.Enrol(ctx, d.HubURL) }} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	d.office = kiosk.Office{Scope: rig.Office, Region: "13", Comuna: "13101", TimeZone: "America/Santiago"}
	if d.road, err = rig.NewRoad(d.HubURL); err != nil {
		return err
	}
	say("keys made, hub and office running, kiosk enrolled; the road between kiosk and hub is closed")
	return d.start(ctx)
}

// start turns the box on and waits for its first page.
func (d *day) start(ctx context.Context) error {
	var err error
	d.kiosk, err = d.StartKiosk(ctx, d.screen.Env(), "-hub", d.road.URL, "-windowed", "-size", fmt.Sprintf("%dx%d", width, height))
	if err != nil {
		return err
	}
	_, _, err = d.kiosk.Await(time.Minute, 0, func(line string) bool { return strings.Contains(line, "first page is shown") })
	return err
}

// visitor returns somebody who speaks a language.
func (d *day) visitor(language string) *visitor.Visitor {
	return &visitor.Visitor{Screen: d.screen, Language: language, Catalog: d.catalog, Office: d.office, Shots: d.out, Count: &d.pictures}
}

// morning: three people come while there is no network, and the power fails.
func (d *day) morning(ctx context.Context) error {
	for i, e := range errands {
		v := d.visitor(e.language)
		if err := v.Come(ctx); err != nil {
			return err
		}
		folio, code, err := v.File(ctx, e.service, e.answers)
		if err != nil {
			return fmt.Errorf("%s: %w", e.who, err)
		}
		d.saved, d.codes = append(d.saved, folio), append(d.codes, code)
		say("%s: saved here as %s", e.who, folio)
		page, err := v.Screen.Read(ctx, v.Reader(), eyes.Whole)
		if err != nil {
			return err
		}
		if kept := v.Words("state.saved"); !page.Has(kept) {
			return fmt.Errorf("the page does not say %q, though there is no network; it says:\n%s", kept, page.Text())
		}
		if i == 1 {
			d.kiosk.Kill()
			say("the power fails: the kiosk is killed with SIGKILL")
			if err := d.start(ctx); err != nil {
				return err
			}
			say("the box starts again")
			continue
		}
		if err := v.Leave(ctx); err != nil {
			return err
		}
	}
	return nil
}

// counter: the front desk tallies what it served.
func (d *day) counter(ctx context.Context) error {
	v := d.visitor("es")
	if err := v.Come(ctx); err != nil {
		return err
	}
	if err := v.Desk(ctx, rig.PIN); err != nil {
		return err
	}
	if err := v.Note(ctx, "desk-queue"); err != nil {
		return err
	}
	for _, e := range errands {
		service, _ := d.catalog.Find(e.service)
		if err := v.Tally(ctx, service.In("es").Official); err != nil {
			return err
		}
	}
	say("the front desk tallies one of each at the counter")
	return v.Note(ctx, "desk-tally")
}

// evening: the network comes back, and everything is looked up where people would look
// it up.
func (d *day) evening(ctx context.Context) (tally, error) {
	d.road.Open(true)
	say("the network comes back")
	v := d.visitor("es")
	// A kiosk that found no road for long tries it seldom, unless something is counted.
	last, _ := d.catalog.Find(errands[len(errands)-1].service)
	if err := v.Tally(ctx, last.In("es").Official); err != nil {
		return tally{}, err
	}
	if err := v.Untally(ctx); err != nil {
		return tally{}, err
	}
	say("the front desk tallies one too many, and takes it back")
	result, page, err := d.ledgers(ctx)
	if err != nil {
		return result, err
	}
	if err := os.WriteFile(filepath.Join(d.out, "board.html"), page, 0o644); err != nil { // #nosec G306 -- for everybody to look at
		return result, err
	}
	if result.lost() > 0 || result.doubled() > 0 {
		return result, nil // the verdict says it; no need to look any further
	}
	say("the units have opened %d requests: %s", len(result.opened), d.OfficeOut())
	opened := v.Words("state.opened")
	if err := d.awaitWord(ctx, v, opened); err != nil {
		return result, err
	}
	say("the office's signed word is back on the kiosk: %q", opened)
	if err := v.Note(ctx, "desk-after"); err != nil {
		return result, err
	}
	return result, d.statusPage(ctx)
}

// awaitWord waits until the desk's queue has a word beside every request. It is turned to
// again and again, since a desk that nobody touches for long closes.
func (d *day) awaitWord(ctx context.Context, v *visitor.Visitor, word string) error {
	for until := time.Now().Add(patience); ; {
		if err := v.Queue(ctx, rig.PIN); err != nil {
			return err
		}
		// The word's end tells it from the others; tesseract reads a whole one wrong at times.
		end := word[strings.LastIndex(word, " ")+1:]
		_, err := v.Screen.Await(ctx, v.Reader(), eyes.Whole, "the office's word on every request", patience/4, func(p eyes.Page) bool {
			return len(p.FindAll(end)) == len(d.saved)
		})
		if err == nil || !errors.Is(err, eyes.ErrNotSeen) || time.Now().After(until) {
			return err
		}
	}
}

// ledgers reads the ledgers until they have settled or patience is at an end, and
// returns them with the board's page.
//
// They have settled when the board has the day's counts, which travel behind the
// requests, and the office has opened whatever the hub still holds: what is not there
// then will not come.
func (d *day) ledgers(ctx context.Context) (tally, []byte, error) {
	result := tally{saved: d.saved}
	until := time.Now().Add(patience)
	for {
		var page []byte
		var err error
		if result.takeup, page, err = boardLedger(ctx, d.HubURL); err != nil {
			return result, nil, err
		}
		if result.delivered, err = hubLedger(ctx, d.HubData()); err != nil {
			return result, nil, err
		}
		if result.opened, err = d.Opened(); err != nil {
			return result, nil, err
		}
		settled := result.takeup.digital == len(d.saved) && result.takeup.total == 2*len(d.saved)
		for folio := range result.delivered {
			settled = settled && result.opened[folio] > 0
		}
		if settled || time.Now().After(until) {
			return result, page, nil
		}
		select {
		case <-ctx.Done():
			return result, nil, ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// statusPage asks the hub, as from a phone, with the folio and the code that were
// read off the screen.
func (d *day) statusPage(ctx context.Context) error {
	form := url.Values{"f": {d.saved[0].String()}, "c": {d.codes[0]}, "lang": {"es"}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.HubURL+wire.PathStatus, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := (&http.Client{Timeout: 10 * time.Second}).Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if want := locales.In("es").Text("state.opened"); !bytes.Contains(page, []byte(want)) {
		return fmt.Errorf("the status page (%s) does not say %q of %s", resp.Status, want, d.saved[0])
	}
	if err := os.WriteFile(filepath.Join(d.out, "status.html"), page, 0o644); err != nil { // #nosec G306
		return err
	}
	say("the status page says the same, to whoever has folio and code")
	return nil
}
