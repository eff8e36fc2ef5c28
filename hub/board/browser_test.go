package board_test

import (
	"context"
	_ "embed"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"chasqui/internal/conform"
	"chasqui/locales"
)

// measured is what a browser found of one page under one condition.
type measured struct {
	Page, How string
	// Wide is how wide the page became, Texts how many pieces of text were measured,
	// Links how many links.
	Wide, Texts, Links int
	// Faults are what is cut, covered, off the page or told by colour alone.
	Faults []string
}

// The conditions: how wide the window is in CSS pixels, which is how a browser
// enlarges (1280 at 200 % are 640, at 400 % 320), and whether the spacing of text is
// what WCAG 1.4.12 widens it to.
var conditions = []struct {
	name    string
	width   int
	spacing bool
}{
	{"plain", 1280, false}, {"twice as large", 640, false}, {"four times as large", 320, false},
	{"spaced", 1280, true}, {"spaced, four times as large", 320, true},
}

const spacing = `<style>*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}p{margin-bottom:2em!important}</style>`

// planted are pages that have each fault once: what measures them must find it.
var planted = map[string]string{
	"a wide page":       `<p style="width:700px">ancho</p>`,
	"cut words":         `<p style="width:60px;height:1em;overflow:hidden">Municipalidad de San Pedro de Atacama</p>`,
	"words over words":  `<p style="position:absolute;top:20px;left:20px">Municipalidad</p><p style="position:absolute;top:24px;left:30px">Dirección</p>`,
	"a link by colour":  `<p>Vea <a href="#x" style="text-decoration:none;color:#0A4A66">aquí</a> más.</p><p id="x">x</p>`,
	"a state by colour": `<p>Hoy <span style="color:#9B1C1C">12</span> de 20.</p>`,
}

// want is what must be found of each.
var want = map[string]string{
	"a wide page": "is as wide as", "cut words": "is cut", "words over words": "lies over", "a link by colour": "a link is told by colour alone", "a state by colour": "is told by colour alone",
}

// full measures in every language: go test ./hub/board -full. Otherwise in the
// office's own and in the one whose words are the longest.
var full = flag.Bool("full", false, "measure the web pages in every language, not in two")

func languagesMeasured() []string {
	if !*full {
		return []string{"es", "ht"}
	}
	var out []string
	for _, l := range locales.Languages() {
		out = append(out, l.Tag)
	}
	return out
}

//go:embed testdata/measure.js
var measureScript string

// browse shows pages to Chromium, each under each condition, and returns what it
// measured.
func browse(ctx context.Context, pages map[string]string) ([]measured, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute) // some seconds, on a machine to itself
	defer cancel()
	type job struct {
		Page, How, Address string
		Width              int
	}
	var jobs []job
	for name := range pages {
		for i, c := range conditions {
			jobs = append(jobs, job{name, c.name, fmt.Sprintf("/page?name=%s&how=%d", strings.ReplaceAll(name, " ", "+"), i), c.width})
		}
	}
	list, err := json.Marshal(jobs)
	if err != nil {
		return nil, err
	}
	found := make(chan []measured, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		switch r.URL.Path {
		case "/page":
			page := pages[r.URL.Query().Get("name")]
			var i int
			if _, err := fmt.Sscan(r.URL.Query().Get("how"), &i); err == nil && conditions[i].spacing {
				page = strings.Replace(page, "</head>", spacing+"</head>", 1)
			}
			_, _ = io.WriteString(w, page)
		case "/found":
			var all []measured
			if err := json.NewDecoder(r.Body).Decode(&all); err == nil {
				found <- all
			}
		case "/":
			_, _ = fmt.Fprintf(w, `<!doctype html><body style="margin:0"><script>const jobs=%s;%s</script>`, list, measureScript)
		default:
			http.NotFound(w, r)
		}
	}))
	defer server.Close()
	path, err := exec.LookPath("chromium")
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "chasqui-browser-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder) //nolint:errcheck // a folder of the test's own
	browser := exec.CommandContext(ctx, path, "--headless", "--hide-scrollbars", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage",
		"--window-size=1400,1000", "--remote-debugging-port=0", "--user-data-dir="+folder, server.URL+"/") // #nosec G204 -- the browser of a test
	var words strings.Builder
	browser.Stderr = &words
	browser.WaitDelay = 5 * time.Second
	if err := browser.Start(); err != nil {
		return nil, err
	}
	defer func() {
		cancel()
		_ = browser.Wait() // it was killed
	}()
	select {
	case all := <-found:
		return all, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("chromium measured nothing: %w\n%s", ctx.Err(), words.String())
	}
}

var inBrowser struct {
	once sync.Once
	all  []measured
	err  error
}

// seenInBrowser returns what Chromium measured of each page of the hub under each
// condition, having shown that it finds each fault.
func seenInBrowser(t *testing.T) []measured {
	t.Helper()
	if _, err := exec.LookPath("chromium"); err != nil {
		t.Skipf("%v; scripts/packages.sh bench installs it", err)
	}
	inBrowser.once.Do(func() {
		pages := map[string]string{}
		for name, fault := range planted {
			pages[name] = `<!doctype html><html lang="es"><head><title>x</title></head><body>` + fault + `</body></html>`
		}
		for _, lang := range languagesMeasured() {
			for name, page := range rawPages(t, lang) {
				pages[name+", "+lang] = page
			}
		}
		inBrowser.all, inBrowser.err = browse(context.WithoutCancel(t.Context()), pages)
	})
	if inBrowser.err != nil {
		t.Fatal(inBrowser.err)
	}
	var out []measured
	for _, m := range inBrowser.all {
		fault, control := want[m.Page]
		switch {
		case !control:
			out = append(out, m)
		case m.How == "four times as large" && !slices.ContainsFunc(m.Faults, func(f string) bool { return strings.Contains(f, fault) }):
			t.Errorf("control: of %s was found %q", m.Page, m.Faults)
		}
	}
	if least := 7 * len(languagesMeasured()) * len(conditions); len(out) < least {
		t.Fatalf("%d pages were measured, of %d", len(out), least)
	}
	return out
}

// inCondition reports the faults of the pages as some conditions show them.
func inCondition(t *testing.T, colour bool, names ...string) {
	t.Helper()
	texts, links := 0, 0
	for _, m := range seenInBrowser(t) {
		if !slices.Contains(names, m.How) {
			continue
		}
		texts, links = texts+m.Texts, links+m.Links
		for _, fault := range m.Faults {
			if strings.Contains(fault, "colour") == colour {
				t.Errorf("%s, %s: %s", m.Page, m.How, fault)
			}
		}
	}
	if texts < 1000 || links < 100 {
		t.Errorf("only %d texts and %d links were looked at", texts, links)
	}
}

// Guards letters of twice the size: nothing is cut, covered or pushed off the page.
func TestTheWebPagesBearLargerText(t *testing.T) {
	conform.Clause(t, "EN 301 549 9.1.4.4")
	inCondition(t, false, "plain", "twice as large")
}

// Guards narrow windows and four times the size: lines wrap, and nobody scrolls in
// two directions.
func TestTheWebPagesWrap(t *testing.T) {
	conform.Clause(t, "EN 301 549 9.1.4.10")
	inCondition(t, false, "four times as large")
}

// Guards whoever widens lines, words and letters to be able to read them.
func TestTheWebPagesBearSpacing(t *testing.T) {
	conform.Clause(t, "EN 301 549 9.1.4.12")
	inCondition(t, false, "spaced", "spaced, four times as large")
}

// Guards whoever does not tell colours apart: what has a colour of its own has also a
// line, a weight, a size or a row of its own, or says in words what it means; each
// bar stands in the row of its name and its number.
func TestTheWebPagesSayNothingByColourAlone(t *testing.T) {
	conform.Clause(t, "EN 301 549 9.1.4.1")
	inCondition(t, true, "plain", "four times as large")
	bars := 0
	for _, l := range locales.Languages() {
		for name, root := range pagesOfHub(t, l.Tag) {
			for _, row := range root.all("tr") {
				for _, drawn := range row.all("svg") {
					bars++
					if len(row.all("th")) == 0 || strings.TrimSpace(row.all("th")[0].text()) == "" || len(row.all("data")) == 0 {
						t.Errorf("%s, %s: a bar %v has no name and number beside it", name, l.Tag, drawn.attr)
					}
				}
			}
		}
	}
	if bars == 0 {
		t.Error("no bar was found")
	}
}
