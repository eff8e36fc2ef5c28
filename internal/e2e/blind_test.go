package e2e

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chasqui/internal/conform"
	"chasqui/internal/e2e/ears"
	"chasqui/internal/e2e/listener"
	"chasqui/kiosk"
	"chasqui/kiosk/catalog"
	"chasqui/locales"
	"chasqui/sync/wire"
)

// patience is how long a listener waits for a word, on a machine that does much else.
const patience = 20 * time.Second

// listen opens ears for the kiosk that is started with their environment.
func listen(t *testing.T, programs string) *ears.Ears {
	t.Helper()
	e, err := ears.New(filepath.Join(programs, "mouth"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	return e
}

// hand is a hand at the booth's keyboard.
func (h *booth) hand() *listener.Hand {
	h.t.Helper()
	hand, err := listener.NewHand(h.screen.Display)
	h.must(err)
	return hand
}

// household is an errand with a question of almost every kind: the answers as the
// office must find them.
func household() kiosk.Answers {
	return kiosk.Answers{
		"want": {Text: "complete"}, "here": {Text: "yes"}, "adult": {Text: "yes"}, "agree": {Text: "yes"},
		"document": {Parts: map[string]string{"kind": "passport", "number": "AB123456"}},
		"name":     {Text: "ana rojas"},
		"address":  {Parts: map[string]string{"region": "13", "comuna": "13101", "street": "los aromos"}},
		"detail":   {Text: "hijo enfermo"},
		"phone":    {Text: "+56961234567"},
	}
}

// residence is a short errand.
func residence() kiosk.Answers {
	return kiosk.Answers{
		"document": {Parts: map[string]string{"kind": "passport", "number": "AB123456"}},
		"name":     {Text: "ana rojas"},
		"address":  {Parts: map[string]string{"region": "13", "comuna": "13101", "street": "los aromos"}},
		"purpose":  {Text: "health"},
		"phone":    {}, // passed by
	}
}

// errandOf is a service in a language, and the answers to it.
func errandOf(t *testing.T, service, language string, answers kiosk.Answers) listener.Errand {
	t.Helper()
	services, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	s, ok := services.Find(service)
	if !ok {
		t.Fatalf("there is no service %s", service)
	}
	return listener.Errand{Service: s.In(language), Answers: answers}
}

// Guards whoever does not see: from the welcome page to the number of the request,
// under a black screen, with five keys, by what is said alone. With a headset what is
// private is said at once; without one, with -full, after a yes, which is found and given
// by ear.
// The office has the answers, and number and code that were heard are those by which
// the hub tells how the request is going.
func TestABlindPersonFilesARequestByEar(t *testing.T) {
	conform.Clause(t, "EN 301 549 5.1.3.2", "Section 508 402.2.3", "EN 301 549 5.1.6.1", "EN 301 549 5.1.6.2", "EN 301 549 11.2.1.1.2")
	programs := window(t)
	t.Parallel()
	type person struct {
		language, service string
		answers           kiosk.Answers
		headset           bool
	}
	all := []person{{"es", "registro-social-hogares", household(), true}}
	if *full {
		all = append(all, person{"ht", "certificado-residencia", residence(), false}, person{"en", "registro-social-hogares", household(), false}, person{"pt", "registro-social-hogares", household(), true})
	}
	for _, p := range all {
		t.Run(p.language, func(t *testing.T) {
			t.Parallel()
			e := errandOf(t, p.service, p.language, p.answers)
			e.Aloud = !p.headset
			heard := listen(t, programs)
			var settings []string
			if p.headset {
				settings = append(settings, "voice: {headset: {always: true}}")
			}
			hall := openBooth(t, programs, heard, settings...)
			if dark, err := hall.screen.Dark(); err != nil || dark {
				t.Fatalf("before it is covered the screen is dark: %v, %v", dark, err)
			}
			uncover, err := hall.screen.Display.Cover(nil)
			hall.must(err)
			if dark, err := hall.screen.Dark(); err != nil || !dark {
				t.Fatalf("something can be seen: %v", err)
			}
			started := time.Now()
			l := &listener.Listener{Ears: heard, Hand: hall.hand(), Language: p.language, Patience: patience}
			folio, code, err := l.Do(t.Context(), e)
			hall.must(errors.Join(err, uncover()))
			t.Logf("%d keys, %d utterances, %v", l.Hand.Struck, len(heard.Heard()), time.Since(started).Round(time.Second))
			awaitRequest(t, hall.Rig, folio, errand{service: p.service, example: catalog.Example{Name: "by ear"}, filed: p.answers})
			tells := func(code string) bool { return hall.tells(folio, code) }
			if !tells(code) {
				t.Errorf("the hub does not know %s with the code that was heard, %s", folio, code)
			}
			if wrong := strings.Map(func(r rune) rune { return '0' + (r-'0'+1)%10 }, code); tells(wrong) {
				t.Errorf("the hub takes %s for the code of %s", wrong, folio)
			}
		})
	}
}

// tells reports whether the hub's page tells how a request is going, of which
// somebody has the number and the code.
func (h *booth) tells(folio wire.Folio, code string) bool {
	h.t.Helper()
	form := url.Values{"f": {folio.String()}, "c": {code}}
	answer, err := http.PostForm(h.HubURL+wire.PathStatus, form) // #nosec G107 -- the rig's own hub
	h.must(err)
	defer answer.Body.Close()
	page, err := io.ReadAll(answer.Body)
	h.must(err)
	return answer.StatusCode == http.StatusOK && strings.Contains(string(page), folio.String())
}

// The controls of [TestABlindPersonFilesARequestByEar]: where one thing is not said,
// she does not go on by luck. She is told neither what the button that goes on is
// called, nor which page has come, nor what is private.
func TestWhoIsNotToldDoesNotFile(t *testing.T) {
	programs := window(t)
	t.Parallel()
	e := errandOf(t, "certificado-residencia", "es", residence())
	words := locales.In("es")
	heard := listen(t, programs)
	hall := openBooth(t, programs, heard)
	hand := hall.hand()
	label := e.Service.Questions[0].Label
	for n, control := range []struct {
		name string
		deaf func(text string) bool
		lost string
	}{
		{"the button without its words", func(text string) bool { return strings.HasPrefix(text, words.Text("foot.next")) }, words.Text("foot.next")},
		{"the page without its title", func(text string) bool { return text == label }, label},
		{"everything private", nil, "whether"},
	} {
		if n > 0 && !*full {
			break // the others take a minute more
		}
		e.Aloud = control.deaf != nil
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
		l := &listener.Listener{Ears: heard, Hand: hand, Language: "es", Patience: 8 * time.Second, Deaf: control.deaf}
		folio, _, err := l.Do(ctx, e)
		cancel()
		if err == nil {
			t.Fatalf("%s: she filed %s all the same", control.name, folio)
		}
		if !strings.Contains(err.Error(), control.lost) {
			t.Errorf("%s: she was lost otherwise: %v", control.name, err)
		}
		l.Deaf = nil
		for _, name := range []string{words.Text("strip.help"), words.Text("help.over"), words.Text("over.yes")} {
			hall.must(l.Choose(t.Context(), name))
		}
	}
}
