package board_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"chasqui/internal/conform"
	"chasqui/locales"
)

// element is one element of a page, with those inside it. A piece of text is one
// without a name.
type element struct {
	name   string
	attr   map[string]string
	inside []*element
	piece  string
}

// text returns the words of an element and of all inside.
func (e *element) text() string {
	var out strings.Builder
	e.each(func(i *element) { out.WriteString(i.piece) })
	return out.String()
}

// each visits an element and all inside it, in their order.
func (e *element) each(visit func(*element)) {
	visit(e)
	for _, i := range e.inside {
		i.each(visit)
	}
}

// all returns the elements of some names, in their order.
func (e *element) all(names ...string) []*element {
	var out []*element
	e.each(func(i *element) {
		if slices.Contains(names, i.name) {
			out = append(out, i)
		}
	})
	return out
}

// parse reads a page. What is not closed, or closed twice, is an error.
func parse(page string) (*element, error) {
	d := xml.NewDecoder(strings.NewReader(page))
	d.Strict = false
	d.AutoClose = []string{"meta", "input", "br", "path", "rect"}
	d.Entity = xml.HTMLEntity
	root := &element{name: "document", attr: map[string]string{}}
	open := []*element{root}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		switch x := token.(type) {
		case xml.StartElement:
			e := &element{name: x.Name.Local, attr: map[string]string{}}
			for _, a := range x.Attr {
				if _, twice := e.attr[a.Name.Local]; twice {
					return nil, fmt.Errorf("<%s> has %s twice", e.name, a.Name.Local)
				}
				e.attr[a.Name.Local] = a.Value
			}
			open[len(open)-1].inside = append(open[len(open)-1].inside, e)
			open = append(open, e)
		case xml.EndElement:
			if len(open) < 2 || open[len(open)-1].name != x.Name.Local {
				return nil, fmt.Errorf("</%s> closes <%s>", x.Name.Local, open[len(open)-1].name)
			}
			open = open[:len(open)-1]
		case xml.CharData:
			within := open[len(open)-1]
			within.inside = append(within.inside, &element{piece: string(x)})
		}
	}
	if len(open) != 1 {
		return nil, fmt.Errorf("<%s> is not closed", open[len(open)-1].name)
	}
	return root, nil
}

// barriers returns what is wrong with a page for whoever reads it with a program.
func barriers(root *element) []string {
	var out []string
	wrong := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	ids := map[string]bool{}
	labelled := map[string]string{}
	root.each(func(e *element) {
		if id := e.attr["id"]; id != "" {
			if ids[id] {
				wrong("id %q stands twice", id)
			}
			ids[id] = true
		}
		if e.name == "label" && strings.TrimSpace(e.text()) != "" {
			labelled[e.attr["for"]] = strings.TrimSpace(e.text())
		}
	})
	root.each(func(e *element) {
		for _, a := range []string{"aria-describedby", "aria-labelledby", "for"} {
			if to := e.attr[a]; to != "" && !ids[to] {
				wrong("<%s> refers to %q, which is not there", e.name, to)
			}
		}
		if to, ok := strings.CutPrefix(e.attr["href"], "#"); ok && !ids[to] {
			wrong("a link leads to #%s, which is not there", to)
		}
		name := strings.TrimSpace(e.text() + e.attr["aria-label"])
		switch e.name {
		case "img":
			if _, ok := e.attr["alt"]; !ok {
				wrong("<img> has no alt")
			}
		case "svg":
			if e.attr["aria-hidden"] != "true" && (e.attr["role"] != "img" || e.attr["aria-label"] == "") {
				wrong("<svg> is neither hidden nor has it a name")
			}
		case "a", "button":
			if name == "" {
				wrong("<%s> has no name", e.name)
			}
		case "input", "select", "textarea":
			if e.attr["type"] != "hidden" && labelled[e.attr["id"]] == "" {
				wrong("<%s id=%q> has no label", e.name, e.attr["id"])
			}
		case "th":
			if s := e.attr["scope"]; s != "col" && s != "row" || strings.TrimSpace(e.text()) == "" {
				wrong("<th>%s has scope %q", e.text(), s)
			}
		case "table":
			if len(e.all("th")) == 0 {
				wrong("a table has no headers")
			}
		case "h1", "h2", "h3", "h4":
			if strings.TrimSpace(e.text()) == "" {
				wrong("<%s> is empty", e.name)
			}
		}
	})
	level := 0
	for _, h := range root.all("h1", "h2", "h3", "h4", "h5", "h6") {
		n := int(h.name[1] - '0')
		if n > level+1 {
			wrong("<%s>%s follows a heading of level %d", h.name, strings.TrimSpace(h.text()), level)
		}
		level = n
	}
	if n := len(root.all("h1")); n != 1 {
		wrong("%d first headings", n)
	}
	if n := len(root.all("main")); n != 1 {
		wrong("%d main parts", n)
	}
	if titles := root.all("title"); len(titles) != 1 || strings.TrimSpace(titles[0].text()) == "" {
		wrong("the page has no title")
	}
	return out
}

// parsed are the pages of each language that were read before, written the same as
// they are sent.
var (
	parsed  = map[string]map[string]*element{}
	written = map[string]map[string]string{}
)

// rawPages are the hub's pages in a language as they are sent, by what they are.
func rawPages(t *testing.T, lang string) map[string]string {
	t.Helper()
	if out, ok := written[lang]; ok {
		return out
	}
	out := map[string]string{}
	for name, store := range map[string]*fake{"board": month(), "nothing": {}, "demo": demo()} {
		out[name] = body(t, get(t, serve(t, store), "/?lang="+lang))
	}
	out["form"] = body(t, get(t, serve(t, requests(t)), "/s?lang="+lang))
	out["wrong"] = body(t, post(t, serve(t, requests(t)), ask(string(folio(t, 2)), rightCode, lang)))
	out["answer"] = body(t, post(t, serve(t, requests(t)), ask(string(folio(t, 1)), rightCode, lang)))
	missing := get(t, serve(t, month()), "/nowhere?lang="+lang)
	if missing.Code != http.StatusNotFound {
		t.Fatalf("/nowhere answers %d", missing.Code)
	}
	out["not there"] = missing.Body.String()
	written[lang] = out
	return out
}

// pagesOfHub are the hub's pages in a language, by what they are.
func pagesOfHub(t *testing.T, lang string) map[string]*element {
	t.Helper()
	if out, ok := parsed[lang]; ok {
		return out
	}
	out := map[string]*element{}
	for name, page := range rawPages(t, lang) {
		root, err := parse(page)
		if err != nil {
			t.Fatalf("%s, %s: %v", name, lang, err)
		}
		out[name] = root
	}
	parsed[lang] = out
	return out
}

// Guards the pages for whoever reads them with a program: names, labels, headings,
// tables, references, in every language. The controls are the same pages with one
// thing taken out.
func TestEveryPageCanBeReadByAProgram(t *testing.T) {
	conform.Clause(t, "EN 301 549 9.1.1.1", "EN 301 549 9.1.3.1", "EN 301 549 9.2.4.2", "EN 301 549 9.2.4.4", "EN 301 549 9.2.4.6",
		"EN 301 549 9.2.5.3", "EN 301 549 9.3.3.2", "EN 301 549 9.4.1.1", "EN 301 549 9.4.1.2")
	for _, l := range locales.Languages() {
		titles := map[string]string{}
		for name, root := range pagesOfHub(t, l.Tag) {
			for _, wrong := range barriers(root) {
				t.Errorf("%s, %s: %s", name, l.Tag, wrong)
			}
			heading := strings.TrimSpace(root.all("h1")[0].text())
			if before, seen := titles[heading]; seen && !slices.Contains([]string{"form", "wrong"}, name) {
				t.Errorf("%s: %s and %s have the same heading %q", l.Tag, before, name, heading)
			}
			titles[heading] = name
			// A name that is given where words are seen has these words in it.
			root.each(func(e *element) {
				if label := e.attr["aria-label"]; label != "" && slices.Contains([]string{"a", "button", "input"}, e.name) && !strings.Contains(label, strings.TrimSpace(e.text())) {
					t.Errorf("%s, %s: <%s> reads %q and is called %q", name, l.Tag, e.name, e.text(), label)
				}
			})
		}
	}
	form := get(t, serve(t, requests(t)), "/s?lang=es").Body.String()
	board := get(t, serve(t, month()), "/?lang=es").Body.String()
	for _, c := range []struct{ page, take, put, want string }{
		{form, `<label for="f">`, `<p>`, ""}, // no page at all: closed by another
		{form, `for="f"`, ``, `<input id="f"> has no label`},
		{form, `id="f-hint"`, ``, `refers to "f-hint"`},
		{form, `<h1>`, `<h1></h1><h1>`, "2 first headings"},
		{board, `scope="col"`, ``, "has scope"},
		{board, `role="img"`, ``, "<svg> is neither hidden"},
		{board, `<h2 id="days">`, `<h2 id="mix">`, `id "mix" stands twice`},
		{board, `href="#main"`, `href="#body"`, "leads to #body"},
	} {
		root, err := parse(strings.Replace(c.page, c.take, c.put, 1))
		if c.want == "" {
			if err == nil {
				t.Errorf("without %s the page is still well formed", c.take)
			}
			continue
		}
		if err != nil || !strings.Contains(strings.Join(barriers(root), "\n"), c.want) {
			t.Errorf("without %s: %v, %v", c.take, err, barriers(root))
		}
	}
}

// Guards the languages: a page says its own, and a word in another says that one.
func TestEveryPageSaysItsLanguages(t *testing.T) {
	conform.Clause(t, "EN 301 549 9.3.1.1", "EN 301 549 9.3.1.2")
	for _, l := range locales.Languages() {
		for name, root := range pagesOfHub(t, l.Tag) {
			if got := root.all("html")[0].attr["lang"]; got != l.Tag {
				t.Errorf("%s in %s says that it is in %q", name, l.Tag, got)
			}
			for _, other := range locales.Languages() {
				for _, e := range root.all("a", "button") {
					if other.Tag != l.Tag && strings.TrimSpace(e.text()) == other.Name && e.attr["lang"] != other.Tag {
						t.Errorf("%s in %s: %q does not say its language", name, l.Tag, other.Name)
					}
				}
			}
		}
	}
}

// Guards the error of the one form: announced, in words, with what to do.
func TestAWrongPairIsToldAndHowToPutItRight(t *testing.T) {
	conform.Clause(t, "EN 301 549 9.3.3.1", "EN 301 549 9.3.3.3", "EN 301 549 9.4.1.3")
	for _, l := range locales.Languages() {
		pages := pagesOfHub(t, l.Tag)
		alerts := 0
		pages["wrong"].each(func(e *element) {
			if e.attr["role"] != "alert" {
				return
			}
			alerts++
			for _, key := range []string{"web.status.wrong", "web.status.wrong.do"} {
				if words := locales.In(l.Tag).Text(key); !strings.Contains(e.text(), words) {
					t.Errorf("%s: the alert does not read %q: %s", l.Tag, words, e.text())
				}
			}
		})
		if alerts != 1 {
			t.Errorf("%s: %d alerts", l.Tag, alerts)
		}
	}
}

// Guards the order: the board begins with a way past what is above it, nothing takes
// the focus out of its turn, and no style puts things in another order than the
// source or shows something under the pointer.
func TestPagesAreReadInTheirOrder(t *testing.T) {
	conform.Clause(t, "EN 301 549 9.1.3.2", "EN 301 549 9.1.3.4", "EN 301 549 9.1.4.5", "EN 301 549 9.1.4.13", "EN 301 549 9.2.2.2", "EN 301 549 9.2.3.1", "EN 301 549 9.2.4.1", "EN 301 549 9.2.4.3")
	for name, root := range pagesOfHub(t, "es") {
		root.each(func(e *element) {
			for _, bad := range []string{"tabindex", "accesskey", "title", "autofocus"} {
				if _, has := e.attr[bad]; has {
					t.Errorf("%s: <%s> has %s", name, e.name, bad)
				}
			}
			if slices.Contains([]string{"img", "video", "audio", "marquee", "blink", "picture"}, e.name) {
				t.Errorf("%s has <%s>", name, e.name)
			}
		})
		if links := root.all("a"); name == "board" && (len(links) == 0 || links[0].attr["href"] != "#main") {
			t.Errorf("%s does not begin with a way to its main part", name)
		}
	}
	for _, bad := range []string{"order:", "row-reverse", "column-reverse", "float:", "animation", "transition", "@keyframes", "orientation:", ":hover::", "user-select:none"} {
		if sheet := style(t); strings.Contains(sheet, bad) && !(bad == "order:" && !regexp.MustCompile(`[^-]\border:`).MatchString(sheet)) {
			t.Errorf("the style sheet has %q", bad)
		}
	}
}

func style(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("templates/style.css")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Guards the colours of the web pages, as they are used, and that the focus is seen.
func TestTheWebPagesCanBeRead(t *testing.T) {
	conform.Clause(t, "EN 301 549 9.1.4.3", "EN 301 549 9.1.4.11", "EN 301 549 9.2.4.7")
	sheet := style(t)
	colour := func(name string) [3]float64 {
		if !strings.HasPrefix(name, "#") {
			found := regexp.MustCompile(`--` + name + `:\s*(#[0-9A-Fa-f]{3,6})`).FindStringSubmatch(sheet)
			if found == nil {
				t.Fatalf("the style sheet has no --%s", name)
			}
			name = found[1]
		}
		hex := name[1:]
		if len(hex) == 3 {
			hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
		}
		var out [3]float64
		for i := range out {
			v, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
			if err != nil {
				t.Fatal(err)
			}
			part := float64(v) / 255
			if part <= 0.04045 {
				out[i] = part / 12.92
			} else {
				out[i] = math.Pow((part+0.055)/1.055, 2.4)
			}
		}
		return out
	}
	luminance := func(name string) float64 {
		c := colour(name)
		return 0.2126*c[0] + 0.7152*c[1] + 0.0722*c[2]
	}
	ratio := func(a, b string) float64 {
		x, y := luminance(a), luminance(b)
		return (max(x, y) + 0.05) / (min(x, y) + 0.05)
	}
	for _, pair := range []struct {
		ink, on string
		least   float64
	}{
		{"ink", "paper", 4.5}, {"ink", "surface", 4.5}, {"muted", "paper", 4.5}, {"muted", "surface", 4.5},
		{"accent", "paper", 4.5}, {"accent", "surface", 4.5}, {"wrong", "paper", 4.5}, {"#FFF", "accent", 4.5}, {"ink", "wait-ground", 4.5}, {"muted", "wait-ground", 4.5},
		{"wait", "paper", 4.5}, {"wait", "surface", 4.5}, {"wait", "wait-ground", 4.5},
		{"line", "paper", 3}, {"line", "surface", 3}, {"accent", "paper", 3},
	} {
		if got := ratio(pair.ink, pair.on); got < pair.least {
			t.Errorf("%s on %s has %.2f, not %.1f", pair.ink, pair.on, got, pair.least)
		}
	}
	if got := ratio("#888888", "#FFFFFF"); got > 4.5 || got < 3 {
		t.Errorf("control: a middle grey on white has %.2f", got)
	}
	for ink := range allInks(sheet) {
		if !slices.Contains([]string{"var(--ink)", "var(--muted)", "var(--accent)", "var(--wrong)", "var(--wait)", "#FFF", "inherit"}, ink) {
			t.Errorf("text is written in %s, which is not measured", ink)
		}
	}
	focus := regexp.MustCompile(`:focus(-visible)?\{[^}]*outline:[^}]+\}`)
	if !focus.MatchString(sheet) || strings.Contains(sheet, "outline:none") || strings.Contains(sheet, "outline:0") {
		t.Errorf("the focus is not drawn: %s", focus.FindString(sheet))
	}
}

// allInks returns what the style sheet writes text in.
func allInks(sheet string) map[string]bool {
	out := map[string]bool{}
	for _, found := range regexp.MustCompile(`[{;]color:([^;}]+)`).FindAllStringSubmatch(sheet, -1) {
		out[found[1]] = true
	}
	return out
}

// The one form is sent by its button, by keys too, and asks for nothing that a key
// cannot write.
func TestTheFormIsSentByKeys(t *testing.T) {
	conform.Clause(t, "EN 301 549 9.2.1.1")
	for name, root := range pagesOfHub(t, "es") {
		root.each(func(e *element) {
			for attr := range e.attr {
				if strings.HasPrefix(attr, "on") {
					t.Errorf("%s: <%s> acts by %s", name, e.name, attr)
				}
			}
		})
		for _, form := range root.all("form") {
			if len(form.all("button")) != 1 {
				t.Errorf("%s: a form has %d buttons", name, len(form.all("button")))
			}
			if to, err := url.Parse(form.attr["action"]); err != nil || to.Path != "/s" {
				t.Errorf("%s: a form leads to %q", name, form.attr["action"])
			}
		}
		for _, a := range root.all("a") {
			if a.attr["href"] == "" {
				t.Errorf("%s: a link without a place takes no key", name)
			}
		}
	}
}
