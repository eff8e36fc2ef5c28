package e2e

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"chasqui/assets"
	"chasqui/internal/e2e/eyes"
	"chasqui/internal/e2e/rig"
	"chasqui/internal/e2e/visitor"
	"chasqui/kiosk"
	"chasqui/kiosk/catalog"
	"chasqui/locales"
)

// window builds the kiosk beside the other programs, or skips the test where the
// window cannot be driven.
func window(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("driving the real window takes minutes")
	}
	if missing := eyes.Missing(); len(missing) > 0 {
		t.Skipf("missing %v; scripts/packages.sh test installs them", missing)
	}
	programs, err := bin()
	if err != nil {
		t.Fatal(err)
	}
	build := exec.Command("go", "build", "-tags", "no_animations,migrated_fynedo", "-o", programs+"/", "chasqui/cmd/kiosk", "chasqui/internal/e2e/play")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the kiosk: %v\n%s", err, out)
	}
	return programs
}

// shown starts a hub and the real window of an enrolled kiosk under Xvfb, in a
// folder, and waits for the first page. All of it ends with the test.
func shown(t *testing.T, programs, dir string, more ...string) (*eyes.Screen, *rig.Process) {
	t.Helper()
	_, screen, box := whole(t, programs, dir, nil, nil, more...)
	return screen, box
}

// whole is shown, and returns the rig too. env changes the environment of the window,
// nil for not; settings are lines of its office.yaml beside the usual ones.
func whole(t *testing.T, programs, dir string, env func([]string) []string, settings []string, more ...string) (*rig.Rig, *eyes.Screen, *rig.Process) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx := t.Context()
	r := &rig.Rig{Dir: dir, Bin: programs, Log: io.Discard}
	must(r.MakeKeys(ctx))
	must(r.StartHub(ctx))
	t.Cleanup(func() { _ = r.Stop() })
	must(r.Enrol(ctx, r.HubURL, settings...))
	screen, err := eyes.NewScreen(ctx, 1280, 800, dir)
	must(err)
	t.Cleanup(screen.Close)
	around := screen.Env()
	if env != nil {
		around = env(around)
	}
	box, err := r.StartKiosk(ctx, around, append([]string{"-hub", r.HubURL, "-windowed", "-size", "1280x800"}, more...)...)
	must(err)
	t.Cleanup(box.Kill)
	_, _, err = box.Await(time.Minute, 0, func(line string) bool { return strings.Contains(line, "first page is shown") })
	must(err)
	return r, screen, box
}

// readBack are the languages in which the window is read back: the longest, and with
// -full the source too, which the demo reads in every run. Every page in every language is held to its room in kiosk/screen; this is
// about the real window.
func readBack(t *testing.T) []locales.Language {
	var out []locales.Language
	tags := []string{"ht"}
	if *full {
		tags = append(tags, locales.Source)
	}
	for _, tag := range tags {
		l, ok := locales.Find(tag)
		if !ok {
			t.Fatalf("no language %s", tag)
		}
		out = append(out, l)
	}
	return out
}

// Guards that every word is on the screen, whole: the pages of a service are walked
// with a finger and read back off the screen. Its control is TestACutWordIsMissed.
func TestThePagesReadBack(t *testing.T) {
	programs := window(t)
	t.Parallel()
	services, err := catalog.Load(assets.Services(), nil)
	if err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx := t.Context()
	screen, _ := shown(t, programs, t.TempDir())

	pictures := 0
	for i, language := range readBack(t) {
		v := &visitor.Visitor{
			Screen: screen, Language: language.Tag, Catalog: services, Count: &pictures,
			Office: kiosk.Office{Scope: rig.Office, Region: "13", Comuna: "13101", TimeZone: "America/Santiago"},
		}
		read := 0
		v.OnPage = func(name string, page eyes.Page) error {
			wanted := words(v, name)
			if len(wanted) == 0 {
				return nil
			}
			read++
			for _, fault := range missing(page.Text(), wanted) {
				t.Errorf("%s, page %s: %s; there stands:\n%s", language.Tag, name, fault, page.Text())
			}
			for _, w := range page.Words {
				if w.Box.Min.X < 3 || w.Box.Max.X > screen.Width-3 || strings.HasSuffix(w.Text, "…") {
					t.Errorf("%s, page %s: %q is cut off", language.Tag, name, w.Text)
				}
			}
			return nil
		}
		must(v.Come(ctx))
		// Another person each time: whoever asks for the same again is told so.
		passport := fmt.Sprintf("ab12345%d", i)
		_, _, err := v.File(ctx, "certificado-residencia", kiosk.Answers{
			"document": {Parts: map[string]string{"kind": "passport", "number": passport}}, "name": {Text: "persona de ejemplo"},
			"address": {Parts: map[string]string{"region": "13", "comuna": "13101", "street": "los aromos 124"}},
			"purpose": {Text: "health"},
		})
		if err != nil {
			must(screen.Shoot(filepath.Join(os.TempDir(), "chasqui-window-test.png")))
			t.Fatalf("%s: %v", language.Tag, err)
		}
		must(v.Leave(ctx))
		if read < 6 {
			t.Errorf("%s: only %d pages were read back", language.Tag, read)
		}
	}
}

// words returns what must stand on a page, in the visitor's language.
func words(v *visitor.Visitor, page string) []string {
	service, _ := v.Catalog.Find("certificado-residencia")
	shown := service.In(v.Language)
	switch page {
	case "welcome":
		var all []string
		for _, l := range locales.Languages() {
			all = append(all, l.Name, locales.In(l.Tag).Text("welcome.start"))
		}
		return all
	case "home":
		all := []string{v.Words("home.title"), v.Words("home.person"), v.Words("home.over")}
		all = append(all, v.Words("home.search"), v.Words("home.receipt"), v.Words("home.learn"))
		for _, s := range v.Catalog.Services() {
			if situation := s.In(v.Language).Situation; situation != "" {
				all = append(all, v.Words("situation."+situation))
			}
		}
		return all
	case "service":
		return []string{shown.Title, shown.Official, v.Words("service.today"), shown.Summary, v.Words("service.start"), v.Words("foot.back")}
	case "review":
		all := []string{v.Words("review.title"), v.Words("review.change")}
		for _, q := range shown.Questions[:2] {
			all = append(all, q.Short)
		}
		return all
	case "done":
		return []string{v.Words("done.title"), v.Words("receipt.folio"), v.Words("foot.end")}
	}
	for _, q := range shown.Questions {
		if page != "question-"+q.ID || q.Type == kiosk.TypeAddress {
			continue
		}
		all := []string{q.Label, q.Why}
		for _, o := range q.Options {
			all = append(all, o.Label)
		}
		return all
	}
	return nil
}

var letters = regexp.MustCompile(`[\p{L}\p{N}]{3,}`)

// missing returns which of the phrases' words do not stand in a text. Tesseract
// may misread a word, and one in twelve on a full page; a phrase that is cut off,
// or not there, misses more.
func missing(text string, phrases []string) (faults []string) {
	joined := eyes.Fold(text)
	total, lost := 0, []string{}
	for _, phrase := range phrases {
		all := letters.FindAllString(phrase, -1)
		gone := 0
		for _, word := range all {
			total++
			if !strings.Contains(joined, eyes.Fold(word)) {
				lost = append(lost, word)
				gone++
			}
		}
		if len(all) > 2 && gone*2 > len(all) {
			faults = append(faults, fmt.Sprintf("%q is not there", phrase))
		}
	}
	if len(lost) > max(1, total/12) {
		faults = append(faults, fmt.Sprintf("%d of %d words are not there: %q", len(lost), total, lost))
	}
	return faults
}

// The control: a page whose sentence ends too early, and one without its title,
// are found out.
func TestACutWordIsMissed(t *testing.T) {
	phrases := []string{"¿Con qué documento se identifica?", "Lo pedimos porque el certificado dice quién es usted."}
	whole := strings.Join(phrases, "\n")
	if f := missing(whole, phrases); len(f) != 0 {
		t.Errorf("a whole page has faults: %v", f)
	}
	if f := missing(strings.ToUpper(strings.Map(func(r rune) rune {
		if unicode.IsPunct(r) {
			return -1
		}
		return r
	}, whole)), phrases); len(f) != 0 {
		t.Errorf("case and punctuation count as faults: %v", f)
	}
	for name, cut := range map[string]string{
		"cut":           "¿Con qué documento se identifica?\nLo pedimos porque el certificado",
		"without title": phrases[1],
		"empty":         "",
	} {
		if len(missing(cut, phrases)) == 0 {
			t.Errorf("%s: no fault was found", name)
		}
	}
}

// Guards the demo's promise, and its honesty: the same morning ends well with the
// real hub, and is told to have gone wrong with one that drops an item and with
// one that doubles one.
func TestTheDemoTellsAGoodHubFromABadOne(t *testing.T) {
	programs := window(t)
	t.Parallel()
	play := exec.CommandContext(t.Context(), filepath.Join(programs, "play"), "-bin", programs, "-out", filepath.Join(t.TempDir(), "demo"), "-controls", "demo")
	play.Env = append(os.Environ(), "LC_ALL=en_US.UTF-8")
	out, err := play.CombinedOutput()
	if err != nil {
		t.Errorf("the demo ended with %v", err)
	}
	for _, line := range []string{
		`demo: saved=3 delivered=3 opened=3 lost=0 doubled=0 takeup=0\.5\(3/6\)`,
		`control drop: saved=3 delivered=2 opened=2 lost=1 doubled=0 `,
		`control double: saved=3 delivered=3 opened=3 lost=0 doubled=1 `,
	} {
		if !regexp.MustCompile(`(?m)^` + line).Match(out) {
			t.Errorf("no line %q in:\n%s", line, out)
		}
	}
}
