package e2e

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"chasqui/internal/e2e/heap"
	"chasqui/kiosk"
	"chasqui/kiosk/screen/screentest"
	"chasqui/sync/wire"
)

// "make monkey" searches the heap after all services, and that of the real window.
var heapOfAll = flag.Bool("heap-of-all", false, "search the heap after every service, and the real window's")

// heapBird begins the canaries of these tests. What else they type is put together
// only while it is typed, so that no test holds it.
const heapBird = "Avequenadierecuerda"

// The halves of numbers that somebody types.
var (
	runHalves   = [2]string{"1763", "9482"}
	phoneHalves = [2]string{"9873", "16452"}
	pinHalves   = [2]string{"83649", "25170"}
	codeHalves  = [2]string{"739", "185"}
	folioHalves = [2]string{"R4T", "58130627"}
)

func join(halves [2]string) string { return strings.Join(halves[:], "") }

// runOf returns a RUN with its check digit.
func runOf(body string) string {
	sum, factor := 0, 2
	for i := len(body) - 1; i >= 0; i-- {
		sum += int(body[i]-'0') * factor
		if factor++; factor > 7 {
			factor = 2
		}
	}
	return body + "-" + string("0K987654321"[sum%11])
}

// strangeFolio is a folio of no request here, without its check character.
func strangeFolio(t *testing.T) string {
	for _, check := range "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ" {
		if folio, err := wire.ParseFolio(join(folioHalves) + string(check)); err == nil {
			return string(folio)
		}
	}
	t.Fatal("no check character fits")
	return ""
}

// typedWords are all that is looked for. It is called only after a dump is written.
func typedWords() []string {
	run := join(runHalves)
	return []string{
		heapBird, run, run[:2] + "." + run[2:5] + "." + run[5:], join(phoneHalves), join(pinHalves),
		join(folioHalves), "R4T 5813 0627", join(codeHalves), "ave nadie busca",
	}
}

// dump writes the heap of this program into a file.
func dump(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path) // #nosec G304 -- a test's own folder
	if err != nil {
		t.Fatal(err)
	}
	// Pools give up what they hold at the second collection.
	for range 3 {
		runtime.GC()
	}
	debug.FreeOSMemory()
	debug.WriteHeapDump(f.Fd())
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// searched returns what is found in a dump.
func searched(t *testing.T, path string) []heap.Find {
	t.Helper()
	b, err := os.ReadFile(path) // #nosec G304 -- a test's own folder
	if err != nil {
		t.Fatal(err)
	}
	d, err := heap.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	return d.Search(typedWords()...)
}

// bench is another screen of this kiosk.
func (h *hall) bench() *screentest.Bench {
	h.t.Helper()
	b, err := screentest.New(screentest.Options{Real: h.box.Station, Catalog: h.catalog, OnDay: func(day time.Time) { h.now.Store(day.UnixNano()) }})
	if err != nil {
		h.t.Fatal(err)
	}
	h.screens = append(h.screens, b)
	return b
}

// typeElsewhere types what is asked for outside of services: a search, somebody's
// folio and code, and a PIN that is wrong.
func (h *hall) typeElsewhere() []*screentest.Bench {
	h.t.Helper()
	must := func(err error) {
		h.t.Helper()
		if err != nil {
			h.t.Fatal(err)
		}
	}
	search := h.bench()
	must(search.Begin())
	must(search.Tap("search"))
	must(search.Write(strings.Join([]string{"ave", "nadie", "busca"}, " ")))
	must(search.Tap("foot/primary"))

	folio := h.bench()
	must(folio.Begin())
	must(folio.Tap("status"))
	must(folio.Write(strangeFolio(h.t)))
	must(folio.Tap("foot/primary"))
	must(folio.Write(join(codeHalves)))
	must(folio.Tap("foot/primary"))

	pin := h.bench()
	must(pin.Begin())
	must(pin.Taps("strip/help", "help/desk"))
	must(pin.Write(join(pinHalves)))
	return []*screentest.Bench{search, folio, pin}
}

// heapFolder names the folder for the dumps to the test that runs as a program of its
// own: whoever searches a heap for words must not have them in it.
const heapFolder = "CHASQUI_TEST_HEAP"

// Guards that memory forgets a visit: everything that can be typed, drawn or brought
// is typed, drawn and brought, into services that are filed and into services that
// are left; and once the visits are wiped and Fyne's caches have expired, nothing of
// it is in an object that the program still holds, nor in its global variables. The
// screens stay, as the one of a kiosk does. The remedies are the wipe of every page
// and part, an encoder for each request, and the short life of the caches; the
// control is the same search before the end, which finds what was typed.
func TestTheHeapForgetsAVisit(t *testing.T) {
	if dir := os.Getenv(heapFolder); dir != "" {
		visitAndDump(t, dir)
		return
	}
	if testing.Short() {
		t.Skip("the caches take a while to expire")
	}
	t.Parallel()
	programs, err := bin()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	args := []string{"-test.run=^TestTheHeapForgetsAVisit$", "-test.v"}
	if *heapOfAll {
		args = append(args, "-heap-of-all")
	}
	again := exec.CommandContext(t.Context(), os.Args[0], args...) // #nosec G204 -- this very test
	again.Env = append(os.Environ(), heapFolder+"="+dir, binFolder+"="+programs, "FYNE_CACHE=2s")
	if out, err := again.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	found := map[string]bool{}
	for _, f := range searched(t, filepath.Join(dir, "before")) {
		found[f.Word] = true
	}
	for _, word := range []string{join(pinHalves), "739185", "ave nadie busca"} {
		if !found[word] {
			t.Errorf("before the end the search does not find %q", word)
		}
	}
	finds := searched(t, filepath.Join(dir, "after"))
	for i, f := range finds {
		if i == 12 {
			t.Errorf("and %d more", len(finds)-i)
			break
		}
		t.Error(f)
	}
}

func visitAndDump(t *testing.T, dir string) {
	h := newHall(t, false)
	h.bird, h.stays = heapBird, true
	h.mark = func(q kiosk.Question, v *kiosk.Value) {
		switch {
		case q.Type == kiosk.TypePhone && v.Text != "":
			v.Text = "+56" + join(phoneHalves)
		case q.Type == kiosk.TypeDocument && v.Parts["kind"] == "run":
			v.Parts["number"] = runOf(join(runHalves))
		}
	}
	services := []string{"oficina-partes", "registro-social-hogares"}
	if *heapOfAll {
		services = nil
		for _, s := range h.catalog.Offered() {
			services = append(services, s.ID())
		}
	}
	filed := 0
	for _, id := range services {
		s, ok := h.catalog.Find(id)
		if !ok {
			t.Fatalf("no service %s", id)
		}
		longest, most := 0, 0
		for i, e := range s.Examples() {
			if i > 0 && !*heapOfAll {
				break
			}
			pages, done := h.visit(id, e, 0)
			if done {
				filed++
			}
			if pages > most {
				longest, most = i, pages
			}
		}
		h.visit(id, s.Examples()[longest], most)
		h.visit(id, s.Examples()[longest], most/2)
	}
	if filed < len(services)/2 {
		t.Fatalf("%d requests were filed in %d services", filed, len(services))
	}
	clear(h.where)
	open := h.typeElsewhere()
	dump(t, filepath.Join(dir, "before"))
	for _, b := range open {
		b.Pass(65 * time.Second)
		b.Pass(time.Minute)
		if b.App.Page() != "welcome" {
			t.Fatalf("after all that time the page is %s", b.App.Page())
		}
	}
	// Fyne looks at the clock of the machine, and cleans at most every ten seconds.
	for range 2 {
		time.Sleep(10500 * time.Millisecond)
		for _, b := range h.screens {
			b.Canvas.Capture() // a frame
		}
	}
	dump(t, filepath.Join(dir, "after"))
	t.Logf("%d services, %d requests filed, %d canaries typed", len(services), filed, h.typed)
	runtime.KeepAlive(h)
}
