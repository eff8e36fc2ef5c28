package screen_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"chasqui/internal/conform"
	"chasqui/kiosk/catalog"
	"chasqui/kiosk/screen/screentest"
)

var (
	part  = flag.String("part", "1/1", "which part of the full run, as 2/4")
	wide  = flag.Bool("wide", false, "inspect every scene in every view, in minutes")
	only  = flag.String("only", "", "of the full run, the pages whose name contains this")
	wrong = flag.String("wrong", "", "a file for what the full run found, by page")
)

// inspect returns what is wrong with the page that is seen.
func inspect(b *screentest.Bench) []string {
	var out []string
	for _, f := range b.Inspect() {
		out = append(out, f.String())
	}
	return out
}

// findings are faults by page, and in which shapes each was seen.
type findings struct {
	shapes map[string]map[string][]string // page, fault, shapes
	seen   map[string]bool
	pages  int
}

// look inspects a page as it is, and with -full in every contrast. What was drawn the
// very same before is inspected once.
func (f *findings) look(b *screentest.Bench, page string, shape screentest.Shape) {
	drawing := fmt.Sprint(shape, b.Drawing())
	if f.seen[drawing] {
		return
	}
	if f.seen == nil {
		f.seen = map[string]bool{}
	}
	f.seen[drawing] = true
	f.pages++
	inspect := b.Inspect
	if *full {
		inspect = b.InspectAll
	}
	for _, fault := range inspect() {
		f.note(page, fault.String(), shape)
	}
}

func (f *findings) note(page, fault string, shape screentest.Shape) {
	if f.shapes == nil {
		f.shapes = map[string]map[string][]string{}
	}
	if f.shapes[page] == nil {
		f.shapes[page] = map[string][]string{}
	}
	where := fmt.Sprintf("%s letters %d %gx%g", shape.Language, shape.Letters, shape.Screen.Size.Width, shape.Screen.Size.Height)
	if at := f.shapes[page][fault]; !slices.Contains(at, where) {
		f.shapes[page][fault] = append(at, where)
	}
}

// String lists the faults by page, so that they can be worked off.
func (f *findings) String() string {
	var out strings.Builder
	for _, page := range sorted(f.shapes) {
		fmt.Fprintf(&out, "%s\n", page)
		for _, fault := range sorted(f.shapes[page]) {
			at := f.shapes[page][fault]
			fmt.Fprintf(&out, "\t%s (%s", fault, at[0])
			if len(at) > 1 {
				fmt.Fprintf(&out, " and %d more", len(at)-1)
			}
			out.WriteString(")\n")
		}
	}
	return out.String()
}

func sorted[V any](m map[string]V) []string {
	var out []string
	for key := range m {
		out = append(out, key)
	}
	slices.Sort(out)
	return out
}

// scene inspects one scene in one view: it is reached in one language, and the
// language is changed on the page itself, as the strip's button does. The first
// language is inspected in every contrast, and with all each is.
func (f *findings) scene(scene screentest.Scene, view screentest.View, first int, all bool, media []string) {
	// The pseudo-locale comes last: a way may be longer in it.
	languages := screentest.Languages()
	complete := len(languages) - 1
	first %= complete
	languages = slices.Concat(languages[first:complete], languages[:first], languages[complete:])
	shape := view.In(languages[0])
	o := shape.Options()
	o.Media = media
	b, err := scene.Show(o)
	if err != nil {
		f.note(scene.Name, "reach: "+err.Error(), shape)
		return
	}
	for n, language := range languages {
		shape := view.In(language)
		b.App.SetLanguage(language)
		inspect := b.Inspect
		if all || n == 0 {
			inspect = b.InspectAll
		}
		f.pages++
		for _, fault := range inspect() {
			f.note(scene.Name, fault.String(), shape)
		}
	}
}

// Guards "nothing cut, overlapped, too small or too faint", and "text may grow by 40 %
// and must still fit": every scene in the sixteen looks, and in each text size in every
// language and the pseudo-locale; on each screen once. All of their combinations are
// the full run's.
func TestEverySceneCanBeReadAndTouched(t *testing.T) {
	conform.Clause(t, "EN 301 549 5.1.4", "Section 508 402.4", "WCAG 2.2 1.4.3", "WCAG 2.2 1.4.11", "WCAG 2.2 2.5.8")
	stick, err := screentest.Media(t.TempDir())
	do(t, err)
	var f findings
	for n, scene := range screentest.Scenes() {
		if !strings.Contains(scene.Name, *only) {
			continue
		}
		views := screentest.Turns(n)
		if *wide {
			views = screentest.Views()
		}
		for k, view := range views {
			f.scene(scene, view, n+k, *full, []string{stick})
		}
	}
	t.Logf("%d pages", f.pages)
	if len(f.shapes) > 0 {
		t.Errorf("of %d pages:\n%s", f.pages, &f)
	}
}

// service inspects every page of every example of a service in one shape.
func (f *findings) service(s *catalog.Service, shape screentest.Shape, media []string) {
	for _, e := range s.Examples() {
		o := shape.Options()
		o.Media = media
		b, err := screentest.New(o)
		if err == nil {
			err = b.WalkExample(s.ID(), e, func(page string) error {
				f.look(b, s.ID()+" "+page, shape)
				return nil
			})
		}
		if err == nil && b.App.Page() == "review" {
			err = b.Confirm()
		}
		if err != nil {
			f.note(s.ID(), "reach: "+err.Error(), shape)
			continue
		}
		f.look(b, s.ID()+" "+b.App.Page(), shape)
	}
}

// The full product, for "make looks": every page in every text size, contrast,
// language and on every screen. It takes long, and runs in parts.
func TestEveryPageInEveryLookLanguageAndScreen(t *testing.T) {
	if !*full {
		t.Skip("only with -full")
	}
	var number, of int
	if n, err := fmt.Sscanf(*part, "%d/%d", &number, &of); err != nil || n != 2 || number < 1 || number > of {
		t.Fatalf("-part %q is not like 2/4", *part)
	}
	stick, err := screentest.Media(t.TempDir())
	do(t, err)
	var f findings
	job := 0
	mine := func(name string) bool {
		if !strings.Contains(name, *only) {
			return false
		}
		job++
		return job%of == number-1
	}
	for _, scene := range screentest.Scenes() {
		if mine(scene.Name) {
			for n, view := range screentest.Views() {
				f.scene(scene, view, n, true, []string{stick})
			}
		}
	}
	for _, s := range bench(t, screentest.Options{}).Catalog.Services() {
		if !s.In("es").Hidden && mine(s.ID()) {
			for _, shape := range screentest.Shapes() {
				f.service(s, shape, []string{stick})
			}
		}
	}
	t.Logf("%d pages, each in four contrasts", f.pages)
	if *wrong != "" {
		do(t, os.WriteFile(*wrong, []byte(f.String()), 0o600))
	}
	if len(f.shapes) > 0 {
		t.Errorf("of %d pages:\n%s", f.pages, &f)
	}
}
