package screen_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2/canvas"

	"chasqui/assets"
	"chasqui/internal/conform"
	"chasqui/kiosk"
	"chasqui/kiosk/look"
	"chasqui/kiosk/screen"
	"chasqui/kiosk/screen/screentest"
	"chasqui/locales"
)

// Guards "motion stops; no more than three flashes a second": a page that nobody
// touches is drawn the same after three seconds, and no part of the kiosk knows how
// to animate. The warning counts its seconds, and is the control: it is seen to
// change.
func TestNothingMovesOrFlashes(t *testing.T) {
	conform.Clause(t, "WCAG 2.2 2.2.2", "WCAG 2.2 2.3.1", "Section 508 408.3")
	for _, s := range everyScene(t) {
		if counts := s.scene == "warning"; counts != (s.moved != "") {
			t.Errorf("%s: %q changed by itself", s.scene, s.moved)
		}
	}
	animated := regexp.MustCompile(`Animation|NewActivity|ProgressBarInfinite|\.gif"`)
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if path == "../../cmd/kiosk/doze.go" {
			return nil // its animation has no end and draws nothing: it is where the window rests
		}
		kiosk := strings.HasPrefix(path, "../../kiosk/") || strings.HasPrefix(path, "../../cmd/kiosk/")
		if !kiosk || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		source, err := os.ReadFile(path)
		if found := animated.Find(source); found != nil {
			t.Errorf("%s can animate: %s", path, found)
		}
		return err
	})
	do(t, err)
}

// Guards help that is always at the same place, and a strip that the hand learns
// once: its controls stand in the same order, at the same place, under the same
// words, on every page on which anything can be touched.
//
// The welcome page, which is shown to nobody in particular, has of it only size and
// contrast, at its foot.
func TestHelpAndTheStripAreTheSameOnEveryPage(t *testing.T) {
	conform.Clause(t, "WCAG 2.2 3.2.3", "WCAG 2.2 3.2.4", "WCAG 2.2 3.2.6")
	whole := []string{"strip/language", "strip/size", "strip/contrast", "strip/voice", "strip/help"}
	first := map[string]screen.Control{}
	labels := map[string]string{}
	pages := 0
	for _, s := range everyScene(t) {
		if s.busy {
			continue
		}
		pages++
		controls := slices.SortedFunc(slices.Values(s.controls), func(a, b screen.Control) int { return int(a.Position.X - b.Position.X) })
		var order []string
		for _, c := range controls {
			if !strings.HasPrefix(c.ID, "strip/") || c.ID == "strip/pause" {
				continue // which is there while the voice is, before the others
			}
			order = append(order, c.ID)
			if label, seen := labels[c.ID]; seen && label != c.Label {
				t.Errorf("%s: %s is called %q, and %q elsewhere", s.scene, c.ID, c.Label, label)
			}
			labels[c.ID] = c.Label
			if s.page == "welcome" {
				continue
			}
			if o, seen := first[c.ID]; seen && (o.Position != c.Position || o.Size != c.Size) {
				t.Errorf("%s: %s is at %v, elsewhere at %v", s.scene, c.ID, c, o)
			}
			first[c.ID] = c
		}
		want := slices.DeleteFunc(slices.Clone(whole), func(id string) bool { return s.page == "welcome" && !slices.Contains(order, id) })
		if !slices.Equal(order, want) {
			t.Errorf("%s: the strip has %v", s.scene, order)
		}
	}
	if pages < 80 {
		t.Errorf("only %d pages were looked at", pages)
	}
}

// Guards the focus: it shows where it is, it is not covered, and to move it changes
// nothing else and shows nothing else.
func TestTheFocusIsSeenAndChangesNothing(t *testing.T) {
	conform.Clause(t, "EN 301 549 5.5.2", "WCAG 2.2 1.4.13", "WCAG 2.2 2.4.7", "WCAG 2.2 2.4.11", "WCAG 2.2 3.2.1")
	for _, s := range everyScene(t) {
		if s.onFocus != "" {
			t.Errorf("%s: moving the focus leads to %s, or writes something", s.scene, s.onFocus)
		}
		if len(s.unseen) > 0 || len(s.covered) > 0 {
			t.Errorf("%s: the focus is not seen on %v, and covered on %v", s.scene, s.unseen, s.covered)
		}
	}
}

// Guards against a part from which the keys do not come away: as many steps of Tab as
// a page has parts come to each of them.
func TestTabGoesRoundEveryPage(t *testing.T) {
	conform.Clause(t, "WCAG 2.2 2.1.2")
	for _, s := range everyScene(t) {
		if len(s.unreached) > 0 {
			t.Errorf("%s: Tab does not come to %v", s.scene, s.unreached)
		}
	}
}

// Guards whoever leans on the keys: a letter, a digit or a sign that is typed on a
// page that asks for none does nothing.
func TestNoLetterIsAShortcut(t *testing.T) {
	conform.Clause(t, "WCAG 2.2 2.1.4")
	for _, s := range everyScene(t) {
		if s.onLetter != "" {
			t.Errorf("%s: letters change it: %s", s.scene, s.onLetter)
		}
	}
}

// Guards "choosing is not going on": a choice or a letter stays on its page, and one
// goes on by the button that says so.
func TestAChoiceDoesNotGoOn(t *testing.T) {
	conform.Clause(t, "WCAG 2.2 3.2.2")
	for _, s := range everyScene(t) {
		if s.onInput != "" {
			t.Errorf("%s: %s", s.scene, s.onInput)
		}
	}
}

// title returns the largest bold text of a page's body.
func (s looked) title() (text string, size float32) {
	for _, x := range s.free {
		inBody := x.Position().Y > 60 || s.page == "welcome" // which has no strip
		if x.FontSource == look.Font(true) && inBody && x.TextSize > size {
			text, size = x.Text, x.TextSize
		}
	}
	return text, size
}

// Guards titles and names: every page has a title in the largest letters of its
// body, pages that are about different things have different ones, and everything
// that can be touched has words or a spoken name.
func TestEveryPageHasATitleAndEveryControlAName(t *testing.T) {
	conform.Clause(t, "WCAG 2.2 2.4.2", "WCAG 2.2 2.4.6")
	body := look.New(kiosk.Office{ScreenWidthMM: 345}, kiosk.Looks{Size: 1}, 1280).Body
	titles := map[string]string{}
	for _, s := range everyScene(t) {
		text, size := s.title()
		if s.page == "desk" {
			continue // the staff's pages are named by the chosen tab
		}
		// Over a picture the title gives up to a tenth of the size, and is the largest still.
		if size < body*0.9 || strings.TrimSpace(text) == "" {
			t.Errorf("%s: its title is %q, %.0f high", s.scene, text, size)
		}
		if len(s.nameless) > 0 {
			t.Errorf("%s: %v have no name", s.scene, s.nameless)
		}
		if page, seen := titles[text]; seen && page != s.page && !strings.HasPrefix(s.page, "question/") && !slices.Contains(strings.Split(page+" "+s.page, " "), "done") {
			t.Errorf("%s and %s have the same title %q", page, s.page, text)
		}
		titles[text] = s.page
	}
}

// Guards text that is text: no icon has letters in it, and the only large pictures
// are codes to scan and what the person gave.
func TestNoTextIsAPicture(t *testing.T) {
	conform.Clause(t, "WCAG 2.2 1.4.5")
	for _, icon := range assets.IconNames() {
		svg, _ := assets.Icon(icon)
		if strings.Contains(string(svg), "<text") || strings.Contains(string(svg), "<image") {
			t.Errorf("icon %s has text in it", icon)
		}
	}
	given := []string{"question/picture", "question/signature"}
	scanned := []string{"done", "how", "outcome", "status/unknown", "lesson"}
	large := 0
	for _, s := range everyScene(t) {
		for _, size := range s.pictures {
			if size < 100 {
				continue // an icon
			}
			large++
			if !slices.Contains(given, s.page) && !slices.Contains(scanned, s.page) {
				t.Errorf("%s shows a picture of %.0f pixels", s.scene, size)
			}
		}
	}
	if large == 0 {
		t.Error("no picture was found at all")
	}
}

// bodily are words by which somebody would be told to go by colour, shape or side.
// What is left over after the places that are no instruction must be empty.
var bodily = map[string]*regexp.Regexp{
	"es": regexp.MustCompile(`(?i)\b(roj[oa]s?|verdes?|azul(es)?|amarill[oa]s?|redond[oa]s?|cuadrad[oa]s?|derecha|izquierda|parpade\w+|pitido)\b`),
	"en": regexp.MustCompile(`(?i)\b(red|green|blue|yellow|round|square|(on|to) the right|left (side|hand|corner)|on the left|blink\w*|beep\w*)\b`),
	"pt": regexp.MustCompile(`(?i)\b(vermelh[oa]s?|verdes?|azu(l|is)|amarel[oa]s?|redond[oa]s?|quadrad[oa]s?|direita|esquerda|pisca\w*)\b`),
	"ht": regexp.MustCompile(`(?i)\b(wouj|vèt|ble|jòn|wonn|kare|adwat|agoch|sou bò dwat|sou bò goch)\b`),
}

// Guards instructions that depend on no single sense: none of the kiosk's words sends
// anybody to a colour, a shape or a side. The control is a sentence that does.
func TestNoInstructionGoesByColourShapeOrSide(t *testing.T) {
	conform.Clause(t, "WCAG 2.2 1.3.3")
	for _, lang := range locales.Languages() {
		messages := locales.Current().Messages(lang.Tag)
		for _, m := range messages {
			if strings.HasPrefix(m.Key, "voice.keys.") || strings.HasPrefix(m.Key, "voice.sign.") || strings.HasPrefix(m.Key, "voice.role.") {
				continue // the names of arrow keys, of signs, and of a box to tick
			}
			for _, text := range m.Forms {
				if found := bodily[lang.Tag].FindString(text); found != "" {
					t.Errorf("%s: %s goes by %q: %s", lang.Tag, m.Key, found, text)
				}
			}
		}
		if len(messages) < 200 {
			t.Errorf("%s: only %d texts", lang.Tag, len(messages))
		}
	}
	for tag, sentence := range map[string]string{
		"es": "Toque el botón verde.", "en": "Touch the button on the right.", "pt": "Toque no botão vermelho.", "ht": "Peze bouton wouj la.",
	} {
		if !bodily[tag].MatchString(sentence) {
			t.Errorf("%s: %q is not found", tag, sentence)
		}
	}
}

// Guards trouble that is said and not only coloured: a page with trouble has words
// and a picture that it has not without.
func TestTroubleIsSaidInWordsNotInColourAlone(t *testing.T) {
	conform.Clause(t, "WCAG 2.2 1.4.1", "Section 508 410.1")
	all := map[string]looked{}
	for _, s := range everyScene(t) {
		all[s.scene] = s
	}
	for trouble, plain := range map[string]string{
		"name-trouble": "name", "document-trouble": "document-run", "date-trouble": "date", "signature-trouble": "signature",
		"group-trouble": "group-empty", "many-of-trouble": "many-of", "pin-wrong": "pin",
	} {
		with, without := all[trouble], all[plain]
		if with.scene == "" || without.scene == "" {
			t.Errorf("there is no scene %s or %s", trouble, plain)
			continue
		}
		said := map[string]bool{}
		for _, x := range without.texts {
			said[x.Text] = true
		}
		words := slices.ContainsFunc(with.free, func(x *canvas.Text) bool { return !said[x.Text] && len(strings.Fields(x.Text)) > 2 })
		if !words || len(with.pictures) <= len(without.pictures) {
			t.Errorf("%s: words %t, %d pictures; without the trouble %d", trouble, words, len(with.pictures), len(without.pictures))
		}
	}
}

// notBodily are the types of question: what each takes is written, chosen or handed
// over. A type that is not here has to be judged before it is added.
var notBodily = []kiosk.QuestionType{
	kiosk.TypeText, kiosk.TypeLongText, kiosk.TypeNumber, kiosk.TypeYesNo, kiosk.TypeOneOf, kiosk.TypeDocument, kiosk.TypePhone,
	kiosk.TypeEmail, kiosk.TypeAddress, kiosk.TypeFile, kiosk.TypeMoney, kiosk.TypeDate, kiosk.TypeTime, kiosk.TypeManyOf,
	kiosk.TypeConsent, kiosk.TypeSignature, kiosk.TypeGroup,
}

// Guards "no biometrics as the only way; no speech-only input": no service asks for a
// finger, a face or a voice; the one trait of the body that can be given, a
// signature, can be written instead; and nothing in the kiosk listens.
func TestNoServiceAsksForTheBody(t *testing.T) {
	conform.Clause(t, "EN 301 549 5.3", "EN 301 549 5.1.7", "Section 508 403.1")
	every, err := screentest.EveryType()
	do(t, err)
	seen := map[kiosk.QuestionType]bool{}
	for _, s := range append(every.Services(), bench(t, screentest.Options{}).Catalog.Services()...) {
		for _, q := range s.In("es").Questions {
			for _, one := range append([]kiosk.Question{q}, q.Questions...) {
				seen[one.Type] = true
				if !slices.Contains(notBodily, one.Type) {
					t.Errorf("%s asks %s for a %s", s.ID(), one.ID, one.Type)
				}
			}
		}
	}
	if len(seen) != len(notBodily) {
		t.Errorf("%d of %d types were met", len(seen), len(notBodily))
	}
	b := bench(t, screentest.Options{Catalog: every})
	do(t, b.Begin())
	answers := every.Services()[0].Examples()[0].Answers
	for _, s := range every.Services() {
		if s.ID() == screentest.EveryService {
			answers = s.Examples()[1].Answers
		}
	}
	delete(answers, "signature")
	b.App.Open(screentest.EveryService, answers, "signature")
	do(t, b.Steps("signature/typed", "=Persona de Ejemplo", "foot/primary"))
	do(t, b.Confirm())
	if filed := b.Station.Submitted(); len(filed) != 1 || filed[0]["signature"].Text != "Persona de Ejemplo" {
		t.Errorf("signed by writing: page %s, filed %v", b.App.Page(), filed)
	}
	// A kiosk that listened would record: no source of it opens a microphone.
	listens := regexp.MustCompile(`arecord|Microphone|microphone|SNDRV_PCM_STREAM_CAPTURE|pcmC\d+D\d+c`)
	for _, folder := range []string{"..", "../../cmd/kiosk"} {
		do(t, filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			// Comments may speak of microphones.
			set := token.NewFileSet()
			parsed, err := parser.ParseFile(set, path, nil, 0)
			if err != nil {
				return err
			}
			for _, found := range literals(parsed) {
				if listens.MatchString(found) {
					t.Errorf("%s names %s", path, found)
				}
			}
			return nil
		}))
	}
}

// literals returns the strings that a source writes out.
func literals(file *ast.File) []string {
	var out []string
	ast.Inspect(file, func(n ast.Node) bool {
		if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
			out = append(out, l.Value)
		}
		return true
	})
	return out
}
