package board_test

import (
	"flag"
	"html"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"chasqui/hub"
	"chasqui/hub/board"
	"chasqui/hub/measure"
	"chasqui/internal/conform"
	"chasqui/locales"
	"chasqui/sync/wire"
)

var (
	update = flag.Bool("update", false, "write the golden files")
	out    = flag.String("out", "", "write the pages to this `folder`, to be looked at")
)

func get(t testing.TB, h http.Handler, target string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
	h.ServeHTTP(w, r)
	return w
}

func body(t testing.TB, w *httptest.ResponseRecorder) string {
	t.Helper()
	if w.Code != http.StatusOK {
		t.Fatalf("status %d:\n%s", w.Code, w.Body)
	}
	return w.Body.String()
}

func TestBoardIsAsItWasLookedAt(t *testing.T) {
	for name, page := range map[string]struct {
		target string
		store  *fake
	}{
		"month.es":   {"/?lang=es", month()},
		"month.ht":   {"/?lang=ht", month()},
		"day.en":     {"/?lang=en&day=2026-11-23", month()},
		"nothing.es": {"/?lang=es", &fake{}},
		"demo.es":    {"/?lang=es", demo()},
	} {
		t.Run(name, func(t *testing.T) {
			golden(t, name, body(t, get(t, serve(t, page.store), page.target)))
		})
	}
}

// golden compares a page with the one that was looked at.
func golden(t *testing.T, name, page string) {
	t.Helper()
	if *out != "" {
		if err := os.WriteFile(filepath.Join(*out, name+".html"), []byte(page), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got := structure(t, page)
	file := filepath.Join("testdata", name+".html")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the page is not as in %s; look at it, then: go test ./hub/board -update", file)
	}
}

var styleSheet = regexp.MustCompile(`(?s)<style>.*</style>`)

// structure takes the style sheet out of a page and puts ids in the place of the
// catalogue's texts, so that neither a colour nor a better word there changes the
// golden pages.
func structure(t *testing.T, page string) string {
	page = styleSheet.ReplaceAllString(page, "<style></style>")
	for _, s := range catalogue(t).Services() {
		for _, l := range locales.Languages() {
			shown := s.In(l.Tag)
			page = strings.ReplaceAll(page, html.EscapeString(shown.Title), "{"+s.ID()+"}")
			for _, q := range shown.Questions {
				page = strings.ReplaceAll(page, "«"+html.EscapeString(q.Short)+"»", "«{"+q.ID+"}»")
			}
		}
	}
	return page
}

// demo is three requests at the kiosk and one at the counter, all of one service.
func demo() *fake {
	f := &fake{}
	f.kiosk(today, 10, home, 3, 3)
	f.tally(today, 10, home, 1)
	return f
}

var takeUp = regexp.MustCompile(`<data id="takeup"[^>]*>`)

// Guards: what programs read off the page. The figure has the value and both
// parts of the fraction, or an empty value; without the counter's count it is
// "no data", and the control, with the count, has the rate.
func TestTakeUpIsReadOffThePage(t *testing.T) {
	uncounted := &fake{}
	uncounted.kiosk(today, 10, home, 3, 3)
	for _, test := range []struct {
		name  string
		store *fake
		want  string
		words []string
	}{
		{"three at the kiosk, one at the counter", demo(), `<data id="takeup" value="0.75" data-digital="3" data-total="4">`,
			[]string{"75\u00a0%", "3 de 4 trámites contados fueron digitales", `<tr data-service="certificado-residencia" data-takeup="0.75" data-digital="3" data-total="4">`,
				`<tr data-service="aviso-via-publica" data-takeup="" data-digital="" data-total="">`}},
		{"nobody counted at the counter", uncounted, `<data id="takeup" class="none" value="">`,
			[]string{"sin datos", "Todavía no se puede decir", "Cuente «", "en el mesón", `<tr data-service="certificado-residencia" data-takeup="" data-digital="" data-total="">`}},
		{"nothing at all", &fake{}, `<data id="takeup" class="none" value="">`, []string{"sin datos", "Todavía no se ha contado ningún trámite", "Empiece a contar"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			page := body(t, get(t, serve(t, test.store), "/?lang=es&days=7"))
			if got := takeUp.FindString(page); got != test.want {
				t.Errorf("the page says %s, want %s", got, test.want)
			}
			for _, words := range test.words {
				if !strings.Contains(page, words) {
					t.Errorf("the page lacks %q", words)
				}
			}
		})
	}
}

var (
	factsList = regexp.MustCompile(`(?s)<ul class="facts">(.*?)</ul>`)
	listItem  = regexp.MustCompile(`<li>(.*?)</li>`)
)

// Guards: what does not enter is told once for each reason, and no service of it goes
// unnamed. An office that has not begun to count would otherwise read a sentence for
// each service of its catalogue. The controls are one service alone, which has its own
// sentence, and services that lack different channels or days, which are not one.
func TestWhatIsLeftOutForOneReasonIsToldOnce(t *testing.T) {
	before := today.Add(-1)
	all := demo()
	all.kiosk(before, 10, water, 2, 2)
	all.tally(before, 10, water, 1)
	all.kiosk(today, 10, water, 5, 4)
	all.kiosk(before, 10, street, 3, 3)
	all.tally(before, 10, street, 1)
	all.kiosk(today, 10, street, 6, 6)
	whole := demo()
	whole.kiosk(today, 10, water, 5, 4)
	whole.kiosk(today, 10, street, 6, 6)
	one := demo()
	one.kiosk(today, 10, water, 5, 4)
	part := demo()
	part.kiosk(before, 10, water, 2, 2)
	part.tally(before, 10, water, 1)
	part.kiosk(today, 10, water, 5, 4)
	part.kiosk(today, 10, street, 6, 6)
	apart := &fake{}
	apart.kiosk(today, 10, water, 5, 4)
	apart.tally(before, 10, street, 6)
	for _, test := range []struct {
		name  string
		store *fake
		want  []string
	}{
		{"nothing is counted yet", &fake{}, []string{
			"3 services are left out: nothing was counted. They are “{aviso-via-publica}”, “{certificado-residencia}”, “{subsidio-agua-potable}”.",
		}},
		{"two lack the counter", whole, []string{
			"2 services are left out (transactions counted: 10). No data: Counter. They are “{aviso-via-publica}”, “{subsidio-agua-potable}”.",
		}},
		{"two lack the counter on a day", all, []string{
			"Of 2 services some days are left out (transactions counted: 10). No data: Counter. They are “{aviso-via-publica}” (1 of 2 days), “{subsidio-agua-potable}” (1 of 2 days).",
		}},
		{"one lacks the counter, one everything", one, []string{
			"“{aviso-via-publica}” is left out: nothing was counted.", "“{subsidio-agua-potable}” is left out (4 counted). No data: Counter.",
		}},
		{"one lacks the counter always, one on a day", part, []string{
			"“{aviso-via-publica}” is left out (6 counted). No data: Counter.",
			"1 of 2 days of “{subsidio-agua-potable}” are left out (4 counted). No data: Counter.",
		}},
		{"one lacks the counter, one the kiosk", apart, []string{
			"“{aviso-via-publica}” is left out (6 counted). No data: Kiosk, unassisted.",
			"“{certificado-residencia}” is left out: nothing was counted.",
			"“{subsidio-agua-potable}” is left out (4 counted). No data: Counter.",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			page := structure(t, body(t, get(t, serve(t, test.store), "/?lang=en&days=7")))
			var left []string
			for _, item := range listItem.FindAllStringSubmatch(factsList.FindString(page), -1) {
				if strings.Contains(item[1], "left out") {
					left = append(left, item[1])
				}
			}
			if !slices.Equal(left, test.want) {
				t.Errorf("the page says\n%q, want\n%q", left, test.want)
			}
		})
	}
}

// Guards: never a rate without its denominator. Every percentage of the page has
// "n of m" in its cell, in the table's caption, or in the sentence beside it.
func TestEveryShareHasItsDenominator(t *testing.T) {
	page := body(t, get(t, serve(t, month()), "/?lang=en"))
	cells := regexp.MustCompile(`<td class="n"[^>]*>(.*?)</td>`).FindAllStringSubmatch(page, -1)
	shares := 0
	for _, cell := range cells {
		if !strings.Contains(cell[1], "%") {
			continue
		}
		shares++
		inMix := strings.Contains(cell[1], "<data value=")
		if !inMix && !regexp.MustCompile(`\d+ of \d+`).MatchString(cell[1]) {
			t.Errorf("the cell %q has no denominator", cell[1])
		}
	}
	if shares < 10 {
		t.Fatalf("only %d shares were looked at", shares)
	}
	if !regexp.MustCompile(`Shares are of the \d+ transactions`).MatchString(page) {
		t.Error("the channel mix does not say of how many")
	}
}

// Guards: what programs read off the page of what came after. Both shares stand
// with their denominators, and where nothing was asked the page says "no data".
func TestWhatCameAfterIsReadOffThePage(t *testing.T) {
	page := body(t, get(t, serve(t, month()), "/?lang=en"))
	for _, want := range []string{
		`<tr data-satisfaction="all" data-good="`, `<tr data-satisfaction="certificado-residencia" data-good="0.8333333333333334">`,
		`<tr data-satisfaction="subsidio-agua-potable" data-good="0">`, `<tr data-failure="all" data-share="`, `<tr data-failure="subsidio-agua-potable"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(page, `data-satisfaction="aviso-via-publica"`) {
		t.Error("a service of which nobody was asked has a row")
	}
	for _, l := range locales.Languages() {
		nothing := body(t, get(t, serve(t, &fake{}), "/?lang="+l.Tag))
		words := locales.In(l.Tag)
		for _, key := range []string{"web.satisfaction.none", "web.failure.none"} {
			if want := `<span class="none">` + words.Text("web.no-data") + `</span> <span class="of">` + html.EscapeString(words.Text(key)) + `</span>`; !strings.Contains(nothing, want) {
				t.Errorf("%s: without data the page lacks %q", l.Tag, want)
			}
		}
	}
}

// Guards: what comes from files or kiosks is text on the page. The control is the
// same page before it: the words are there, escaped.
func TestWhatIsImportedIsEscaped(t *testing.T) {
	const evil = `x"><script>alert(1)</script>`
	f := demo()
	f.imported = append(f.imported, hub.Imported{Office: centro, Service: evil, Channel: wire.ChannelWeb, Day: string(today), N: 7, Coverage: 1, Source: evil})
	f.count(today, 10, home, wire.ChannelKiosk, wire.EventNudge, evil+"/accepted", 1)
	f.count(today, 10, evil, wire.ChannelKiosk, wire.EventAbandoned, evil, 90)
	f.kiosk(today, 10, evil, 90, 0)
	f.kiosks = []hub.Kiosk{{ID: evil, Office: evil}}
	for _, target := range []string{"/", "/s?f=" + "x%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "/?lang=%22%3E%3Cscript%3E", "/%3Cscript%3E"} {
		w := get(t, serve(t, f), target)
		if strings.Contains(w.Body.String(), "<script") {
			t.Errorf("%s: a script got onto the page", target)
		}
		if target == "/" && strings.Count(w.Body.String(), "&lt;script&gt;") < 5 {
			t.Error("control: the words are not on the page at all")
		}
	}
}

func TestPeriods(t *testing.T) {
	f := demo()
	f.kiosk(today.Add(-1), 10, home, 9, 9)
	f.tally(today.Add(-1), 10, home, 27)
	b := serve(t, f)
	for target, want := range map[string]string{
		"/":                `value="0.3" data-digital="12" data-total="40"`,
		"/?days=1":         `value="0.75" data-digital="3" data-total="4"`,
		"/?day=2026-11-22": `value="0.25" data-digital="9" data-total="36"`,
		"/?day=2026-11-21": `value=""`,
		"/?days=366":       `data-total="40"`,
	} {
		if page := body(t, get(t, b, target)); !strings.Contains(takeUp.FindString(page), want) {
			t.Errorf("%s says %s, want %s", target, takeUp.FindString(page), want)
		}
	}
	for _, target := range []string{"/?days=0", "/?days=367", "/?days=x", "/?day=yesterday", "/?day=2026-02-30"} {
		if w := get(t, b, target); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "2026-11-23") {
			t.Errorf("%s answers %d", target, w.Code)
		}
	}
}

func TestEveryPageIsGuarded(t *testing.T) {
	b := serve(t, month())
	for _, target := range []string{"/", "/s", "/nowhere", "/?days=x"} {
		h := get(t, b, target).Header()
		for name, want := range map[string]string{
			"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin",
		} {
			if h.Get(name) != want {
				t.Errorf("%s: %s is %q", target, name, h.Get(name))
			}
		}
		policy := h.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "style-src 'sha256-", "form-action 'self'", "frame-ancestors 'none'"} {
			if !strings.Contains(policy, want) {
				t.Errorf("%s: the policy %q lacks %q", target, policy, want)
			}
		}
		if strings.Contains(policy, "unsafe") {
			t.Errorf("%s: the policy is %q", target, policy)
		}
	}
	if w := get(t, b, "/nowhere"); w.Code != http.StatusNotFound {
		t.Errorf("a page that is not there answers %d", w.Code)
	}
}

// Guards: no script, and no style but the one that the policy names; inline style
// attributes would be dropped by the browser and leave the page bare.
func TestPagesNeedNoScript(t *testing.T) {
	// What no program runs on has no trap, no shortcut, no gesture, and leads nowhere
	// by itself.
	conform.Clause(t, "EN 301 549 9.2.1.1", "EN 301 549 9.2.1.2", "EN 301 549 9.2.1.4", "EN 301 549 9.2.5.1", "EN 301 549 9.2.5.2",
		"EN 301 549 9.3.2.1", "EN 301 549 9.3.2.2")
	b := serve(t, month())
	for _, target := range []string{"/", "/s", "/nowhere"} {
		page := get(t, b, target).Body.String()
		for _, bad := range []string{"<script", "javascript:", " style=", " onclick", "<link", "@import", "url("} {
			if strings.Contains(page, bad) {
				t.Errorf("%s has %q in it", target, bad)
			}
		}
	}
}

func TestLanguages(t *testing.T) {
	conform.Clause(t, "EN 301 549 9.3.1.1")
	b := serve(t, month())
	for _, test := range []struct{ target, accept, want string }{
		{"/", "", "es"},
		{"/", "en-GB,en;q=0.9,es;q=0.5", "en"},
		{"/", "de,fr;q=0.9,ht;q=0.1", "ht"},
		{"/", "de-DE", "es"},
		{"/", "es;q=0.2, pt-BR;q=0.8", "pt"},
		{"/", "en;q=x, ;;,=,q=", "es"},
		{"/?lang=pt", "en", "pt"},
		{"/?lang=xx", "en", "en"},
		{"/s?lang=ht", "en", "ht"},
	} {
		w := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, test.target, nil)
		r.Header.Set("Accept-Language", test.accept)
		b.ServeHTTP(w, r)
		if !strings.Contains(w.Body.String(), `<html lang="`+test.want+`">`) {
			t.Errorf("%s with %q is not in %s", test.target, test.accept, test.want)
		}
	}
}

// Guards: complete words in all four languages, on pages with and without data. A
// missing one would stand between the marks.
func TestNothingIsLeftUntranslated(t *testing.T) {
	for _, l := range locales.Languages() {
		for name, f := range map[string]*fake{"a month": month(), "nothing": {}, "a demo": demo()} {
			b := serve(t, f)
			for _, target := range []string{"/?lang=" + l.Tag, "/s?lang=" + l.Tag, "/?days=x&lang=" + l.Tag, "/nowhere?lang=" + l.Tag} {
				if page := get(t, b, target).Body.String(); strings.ContainsAny(page, "⟦⟧") || strings.Contains(page, "<no value>") {
					t.Errorf("%s, %s: something is not in the language", name, target)
				}
			}
		}
	}
}

func TestAStoreThatCannotBeReadSaysSo(t *testing.T) {
	f := month()
	f.err = os.ErrDeadlineExceeded
	w := get(t, serve(t, f), "/?lang=es")
	if w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), "Ahora no se puede consultar") {
		t.Errorf("status %d:\n%s", w.Code, w.Body)
	}
	if strings.Contains(w.Body.String(), "deadline") || strings.Contains(w.Body.String(), "timeout") {
		t.Error("the page shows what is for programmers")
	}
}

// The place is every place, its zone the capital's and its clock the machine's,
// until somebody says otherwise.
func TestDefaults(t *testing.T) {
	b := board.New(board.Config{Store: demo(), Catalog: catalogue(t)})
	page := body(t, get(t, b, "/?lang=es&day="+string(today)))
	if !strings.Contains(page, "Todas las comunas") || !strings.Contains(takeUp.FindString(page), `data-total="4"`) {
		t.Errorf("the page of all places says %s", takeUp.FindString(page))
	}
}

// Guards: a board sees its own place alone.
func TestABoardSeesItsOwnPlace(t *testing.T) {
	elsewhere := board.New(board.Config{Store: demo(), Catalog: catalogue(t), Scope: "CL/05/05101", Now: noon})
	if got := takeUp.FindString(body(t, get(t, elsewhere, "/"))); !strings.Contains(got, `value=""`) {
		t.Errorf("another town's board says %s", got)
	}
}

// BenchmarkBoard draws the board of a year of one busy office: eight hours a day,
// three services.
func BenchmarkBoard(b *testing.B) {
	f := &fake{}
	for _, d := range measure.Days(today.Add(-364), today) {
		for hour := int64(9); hour < 17; hour++ {
			for _, service := range []string{home, water, street} {
				f.kiosk(d, hour, service, 5, 4)
				f.tally(d, hour, service, 2)
			}
		}
	}
	h := serve(b, f)
	for b.Loop() {
		if w := get(b, h, "/?days=365"); w.Code != http.StatusOK {
			b.Fatal(w.Code)
		}
	}
}
