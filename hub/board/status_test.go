package board_test

import (
	"bytes"
	"fmt"
	"html"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"chasqui/hub"
	"chasqui/hub/board"
	"chasqui/locales"
	"chasqui/sync/wire"
)

const rightCode = "482913"

// folio makes the n-th folio of a test.
func folio(t testing.TB, n byte) wire.Folio {
	t.Helper()
	f, err := wire.NewFolio("A0F", bytes.NewReader(append(make([]byte, 15), n)))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func requests(t testing.TB) *fake {
	return &fake{code: rightCode, standing: map[wire.Folio]hub.Standing{
		folio(t, 1): {State: wire.StateNeedsSomething, Reason: wire.CodeMissing, Changed: noon().Add(-26 * time.Hour), Service: home, Language: "ht", Office: centro},
	}}
}

// post sends the form as a browser does from the page itself.
func post(t testing.TB, h http.Handler, form url.Values, change ...func(*http.Request)) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/s", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	for _, c := range change {
		c(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func ask(f, c, lang string) url.Values { return url.Values{"f": {f}, "c": {c}, "lang": {lang}} }

func TestStatusForm(t *testing.T) {
	b := serve(t, requests(t))
	f := folio(t, 1)
	page := body(t, get(t, b, "/s?lang=es&f="+string(f)))
	for _, want := range []string{`method="post" action="/s"`, `value="` + f.String() + `"`, "¿En qué va su solicitud?", `lang="ht"`, "f=A0F"} {
		if !strings.Contains(page, want) {
			t.Errorf("the form lacks %q", want)
		}
	}
	if w := get(t, b, "/s?f="+strings.Repeat("A", 5000)); strings.Count(w.Body.String(), "AAAAAAAAAA") > 20 {
		t.Error("the form repeats as much as it is given")
	}
}

// Guards: the state is told in the words of the one table, in the language asked
// for, however people write their numbers.
func TestStatusAnswer(t *testing.T) {
	f := folio(t, 1)
	for _, l := range locales.Languages() {
		w := post(t, serve(t, requests(t)), ask(strings.ToLower(f.String()), "482 913", l.Tag))
		page := body(t, w)
		words := locales.In(l.Tag)
		for _, want := range []string{words.Text("state.needs-something"), words.Text("reason.missing"), f.String(), `data-state="needs-something"`, `lang="` + l.Tag + `"`} {
			if !strings.Contains(page, want) {
				t.Errorf("in %s the answer lacks %q", l.Tag, want)
			}
		}
		if strings.ContainsAny(page, "⟦⟧") {
			t.Errorf("in %s something is not in the language", l.Tag)
		}
		if got := w.Header().Get("Cache-Control"); got != "no-store" {
			t.Errorf("the answer may be kept: %q", got)
		}
	}
	page := body(t, post(t, serve(t, requests(t)), ask(string(f), rightCode, ""), func(r *http.Request) { r.Header.Set("Accept-Language", "pt-BR") }))
	if !strings.Contains(page, "22 de novembro de 2026") {
		t.Error("the browser's language or the office's date is not on the page")
	}
}

// Guards: a wrong guess learns nothing. Unknown folio, wrong code and what can be
// neither give the same bytes, headers and status after the same question to the
// store. The control is the right pair, which differs.
func TestEveryWrongGuessGetsTheSameAnswer(t *testing.T) {
	right := string(folio(t, 1))
	guess := func(f, c string) (string, http.Header, int, int) {
		store := requests(t)
		w := post(t, serve(t, store), ask(f, c, "es"))
		return w.Body.String(), w.Header(), w.Code, len(store.asked)
	}
	page, header, code, asked := guess(string(folio(t, 2)), rightCode)
	if code != http.StatusOK || !strings.Contains(page, "No encontramos una solicitud") || asked != 1 {
		t.Fatalf("an unknown folio answers %d after %d questions:\n%s", code, asked, page)
	}
	for name, pair := range map[string][2]string{
		"a wrong code":           {right, "000000"},
		"another wrong code":     {right, "482914"},
		"a folio mistyped":       {right[:11] + "0", rightCode},
		"no folio":               {"", rightCode},
		"no code":                {right, ""},
		"a code of letters":      {right, "abcdef"},
		"nothing":                {"", ""},
		"a very long folio":      {strings.Repeat("9", 3000), rightCode},
		"bytes that are no text": {"\xff\xfe", "\x00"},
		"a script":               {"<script>", "<script>"},
		"two folios":             {right + right, rightCode},
		"the one asked instead":  {"000000000000", "000000"},
	} {
		t.Run(name, func(t *testing.T) {
			p, h, c, n := guess(pair[0], pair[1])
			if p != page || c != code || !maps.EqualFunc(h, header, func(a, b []string) bool { return strings.Join(a, ",") == strings.Join(b, ",") }) {
				t.Errorf("it answers %d and\n%s\nnot as for an unknown folio", c, p)
			}
			if n != asked {
				t.Errorf("it asks the store %d times, an unknown folio %d", n, asked)
			}
		})
	}
	if p, _, _, _ := guess(right, rightCode); p == page {
		t.Error("control: the right pair gets the same answer")
	}
}

// Guards: what is typed is written down nowhere: not in the log, not in a metric,
// and the code in no address.
func TestFolioAndCodeAreWrittenNowhere(t *testing.T) {
	var log bytes.Buffer
	store := requests(t)
	b := board.New(board.Config{Store: store, Catalog: catalogue(t), Now: noon, Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	right := string(folio(t, 1))
	page := post(t, b, ask(right, rightCode, "es")).Body.String()
	store.err = io.ErrUnexpectedEOF
	if w := post(t, b, ask(right, rightCode, "es")); w.Code != http.StatusInternalServerError {
		t.Errorf("a store that fails answers %d", w.Code)
	}
	if log.Len() == 0 {
		t.Fatal("control: nothing is logged at all")
	}
	store.err = nil
	written := log.String() + exposition(t, b)
	if strings.Contains(written, right) || strings.Contains(written, rightCode) {
		t.Errorf("folio or code are written down:\n%s", written)
	}
	if strings.Contains(page, "c="+rightCode) || strings.Contains(page, "?f=") {
		t.Error("the answer has a link with the code or folio in it")
	}
}

func TestGuessingIsLimited(t *testing.T) {
	now := noon()
	store := requests(t)
	b := board.New(board.Config{Store: store, Catalog: catalogue(t), Now: func() time.Time { return now }})
	from := func(address string) func(*http.Request) {
		return func(r *http.Request) { r.RemoteAddr = address }
	}
	burst := func(f func(int) *httptest.ResponseRecorder) int {
		for i := range 500 {
			if w := f(i); w.Code == http.StatusTooManyRequests {
				if !strings.Contains(w.Body.String(), "Espere un momento") || w.Header().Get("Retry-After") == "" {
					t.Errorf("the refusal does not say what to do:\n%s", w.Body)
				}
				return i
			}
		}
		return -1
	}
	if n := burst(func(i int) *httptest.ResponseRecorder {
		return post(t, b, ask(string(folio(t, byte(i))), "000000", "es"), from("198.51.100.7:5000"))
	}); n != 20 {
		t.Errorf("one address may try %d folios at once, want 20", n)
	}
	if w := post(t, b, ask(string(folio(t, 99)), "000000", "es"), from("198.51.100.8:5000")); w.Code != http.StatusOK {
		t.Errorf("another address is refused too: %d", w.Code)
	}
	if n := burst(func(i int) *httptest.ResponseRecorder {
		return post(t, b, ask(string(folio(t, 200)), "000000", "es"), from(fmt.Sprintf("[2001:db8:0:%x::1]:5000", i)))
	}); n != 10 {
		t.Errorf("one folio may be tried %d times from anywhere, want 10", n)
	}
	now = now.Add(time.Minute)
	asked := len(store.asked)
	// Refused also with the right code: or guessing on would pay.
	store.standing[folio(t, 200)] = hub.Standing{State: wire.StateAtHub, Service: home}
	if w := post(t, b, ask(string(folio(t, 200)), rightCode, "es")); w.Code != http.StatusTooManyRequests || len(store.asked) != asked {
		t.Errorf("a folio that was guessed at answers %d", w.Code)
	}
	now = now.Add(5 * time.Minute)
	if w := post(t, b, ask(string(folio(t, 200)), rightCode, "es")); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `data-state="at-hub"`) {
		t.Errorf("later it answers %d", w.Code)
	}
	now = now.Add(time.Hour)
	if n := burst(func(i int) *httptest.ResponseRecorder {
		return post(t, b, ask("", "", "es"), from(fmt.Sprintf("203.0.%d.%d:5000", i/100, i%100)))
	}); n != 100 {
		t.Errorf("all together may ask %d times at once, want 100", n)
	}
}

// Guards: a page elsewhere cannot make a visitor's browser ask. The control is the
// same form from the page itself, and from the hub's public address behind a
// proxy.
func TestFormsOfOtherSitesAreRefused(t *testing.T) {
	b := board.New(board.Config{Store: requests(t), Catalog: catalogue(t), Now: noon, Public: "https://tramites.example"})
	form := ask(string(folio(t, 1)), rightCode, "es")
	for name, test := range map[string]struct {
		site, origin string
		want         int
	}{
		"from elsewhere":                         {"cross-site", "https://evil.example", http.StatusForbidden},
		"from elsewhere, old browser":            {"", "https://evil.example", http.StatusForbidden},
		"from the page":                          {"same-origin", "http://example.com", http.StatusOK},
		"from the page, old browser":             {"", "http://example.com", http.StatusOK},
		"from the public address behind a proxy": {"", "https://tramites.example", http.StatusOK},
	} {
		w := post(t, b, form, func(r *http.Request) {
			r.Header.Del("Sec-Fetch-Site")
			if test.site != "" {
				r.Header.Set("Sec-Fetch-Site", test.site)
			}
			r.Header.Set("Origin", test.origin)
		})
		if w.Code != test.want {
			t.Errorf("%s: %d, want %d", name, w.Code, test.want)
		}
		if test.want == http.StatusForbidden && !strings.Contains(w.Body.String(), "código QR") {
			t.Errorf("%s: it does not say what to do", name)
		}
	}
}

func TestAFormThatIsTooLong(t *testing.T) {
	w := post(t, serve(t, requests(t)), ask(strings.Repeat("9", 10_000), "1", "es"))
	if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "Vuelva a escribir") {
		t.Errorf("it answers %d", w.Code)
	}
}

func FuzzStatus(f *testing.F) {
	f.Add("A0F 0000 0001 V", "482 913", "es")
	f.Add("<script>", "\x00", "xx")
	f.Add(strings.Repeat("é", 100), "123456", "ht")
	b := serve(f, requests(f))
	f.Fuzz(func(t *testing.T, typed, code, lang string) {
		for _, w := range []*httptest.ResponseRecorder{
			post(t, b, ask(typed, code, lang)),
			get(t, b, "/s?"+url.Values{"f": {typed}, "lang": {lang}}.Encode()),
		} {
			if page := w.Body.String(); strings.Contains(page, "<script") || w.Code >= 500 {
				t.Fatalf("%d:\n%s", w.Code, page)
			}
		}
	})
}

func exposition(t testing.TB, b *board.Board) string {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(board.Collector(b))
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, family := range families {
		out.WriteString(family.String())
	}
	return out.String()
}

// TestStatusPagesAreAsTheyWereLookedAt holds the four faces of the status page.
func TestStatusPagesAreAsTheyWereLookedAt(t *testing.T) {
	right := string(folio(t, 1))
	for name, page := range map[string]string{
		"status.form.es":   body(t, get(t, serve(t, requests(t)), "/s?lang=es&f="+right)),
		"status.answer.es": body(t, post(t, serve(t, requests(t)), ask(right, rightCode, "es"))),
		"status.answer.ht": body(t, post(t, serve(t, requests(t)), ask(right, rightCode, "ht"))),
		"status.wrong.pt":  body(t, post(t, serve(t, requests(t)), ask(right, "000000", "pt"))),
	} {
		golden(t, name, page)
	}
}

// Guards the citizen's word: what was taken back is told as such, with whose wish
// it was, in every language.
func TestAWithdrawnRequestIsToldAsWithdrawn(t *testing.T) {
	f := requests(t)
	f.standing[folio(t, 1)] = hub.Standing{State: wire.StateWithdrawn, Reason: wire.CodeCitizenAsked, Changed: noon(), Service: home, Language: "es", Office: centro}
	for _, l := range locales.Languages() {
		page := body(t, post(t, serve(t, f), ask(string(folio(t, 1)), rightCode, l.Tag)))
		for _, key := range []string{"state.withdrawn", "reason.citizen-asked"} {
			if words := locales.In(l.Tag).Text(key); !strings.Contains(page, html.EscapeString(words)) {
				t.Errorf("%s: the page lacks %q", l.Tag, words)
			}
		}
	}
}
