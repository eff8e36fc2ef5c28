package catalog

import (
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"chasqui/assets"
	"chasqui/kiosk"
)

// loaded is read once: a catalogue does not change unless it is replaced.
var loaded = sync.OnceValues(func() (*Catalog, error) { return Load(assets.Services(), nil) })

func published(t *testing.T) *Catalog {
	t.Helper()
	c, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func loadSound(t *testing.T, replace ...string) *Service {
	t.Helper()
	c, err := Load(sound(t, replace...), nil)
	if err != nil {
		t.Fatal(err)
	}
	s, ok := c.Find("permiso")
	if !ok {
		t.Fatal("permiso was not loaded")
	}
	return s
}

func TestThePublishedCatalogue(t *testing.T) {
	c := published(t)
	units := map[string]string{}
	for _, s := range c.Services() {
		units[s.ID()] = s.Unit()
	}
	for id, unit := range map[string]string{"certificado-residencia": "atencion", "subsidio-agua-potable": "social", "aviso-via-publica": "atencion"} {
		if units[id] != unit {
			t.Errorf("%s is answered by %q, want %q", id, units[id], unit)
		}
	}
	if _, ok := c.Find("nada"); ok {
		t.Error("found a service that is not there")
	}
}

// Guards the citizen who does not read Spanish: without it a text could be half
// translated and nobody would see it before them.
func TestEveryTextIsThereInEveryLanguage(t *testing.T) {
	for _, s := range published(t).Services() {
		for _, language := range []string{"es", "en", "pt", "ht"} {
			for _, text := range s.def.texts() {
				shown, ok := s.Text(language, text.Key)
				if !ok || strings.Contains(shown, "⟦") || strings.TrimSpace(shown) == "" {
					t.Errorf("%s in %s: %s is %q", s.ID(), language, text.Key, shown)
				}
			}
		}
		// The control: in a language without messages every text is marked.
		if title := s.In("qu").Title; !strings.HasPrefix(title, "⟦") {
			t.Errorf("%s: title in a language without messages is %q, not marked", s.ID(), title)
		}
	}
}

func TestTheWaterSubsidyHasFourOutcomes(t *testing.T) {
	s, _ := published(t).Find("subsidio-agua-potable")
	var actions []kiosk.OutcomeAction
	for _, o := range s.In("es").Outcomes {
		actions = append(actions, o.Action)
	}
	slices.Sort(actions)
	want := []kiosk.OutcomeAction{kiosk.ActionApply, kiosk.ActionNotEligible, kiosk.ActionPerson, kiosk.ActionWeb}
	if !slices.Equal(actions, want) {
		t.Errorf("actions %v, want %v", actions, want)
	}
}

func TestABrokenServiceIsNotLoadedAndSaysWhere(t *testing.T) {
	for _, row := range []struct{ old, new, want string }{
		{"type: yes-no", "type: maybe", "permiso/service.yaml:"},
		{`answers.kind == "food"`, `answers.kynd == "food"`, "answers.kynd"},
		{"id: permiso", "id: otro", "give both the same name"},
	} {
		fsys := sound(t, row.old, row.new)
		_, err := Load(fsys, nil)
		if err == nil || !strings.Contains(err.Error(), row.want) || !strings.Contains(err.Error(), "permiso/service.yaml:") {
			t.Errorf("%q for %q: %v", row.new, row.old, err)
		}
	}
	if _, err := Load(fstest.MapFS{}, nil); err == nil {
		t.Error("an empty catalogue was loaded")
	}
}

func overlay(files map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

func TestAMunicipalityReplacesItsOwnFacts(t *testing.T) {
	c, err := Load(sound(t), overlay(map[string]string{
		"permiso/es.yaml": "cost: \"Cuesta 2.000 pesos.\"\nchannel.counter.hours: \"De 9 a 13.\"\n",
		"permiso/en.yaml": "cost: \"It costs 2,000 pesos.\"\n",
	}))
	if err != nil {
		t.Fatal(err)
	}
	s, _ := c.Find("permiso")
	if got := s.In("es").Cost; got != "Cuesta 2.000 pesos." {
		t.Errorf("cost in Spanish: %q", got)
	}
	if got := s.In("en").Cost; got != "It costs 2,000 pesos." {
		t.Errorf("cost in English: %q", got)
	}
	// The shared English hours do not hold here: the town's own show, marked.
	if got := s.In("en").Channels[1].Hours; got != "⟦De 9 a 13.⟧" {
		t.Errorf("hours in English: %q", got)
	}
	if got := s.In("en").Title; got != "Permit for a stall" {
		t.Errorf("title in English: %q", got)
	}
}

// Guards the shared file: without it a town could reword a question while its
// conditions and its translations stay as they were.
func TestAMunicipalityReplacesNothingElse(t *testing.T) {
	for _, key := range []string{"question.kind.label", "title", "channel.mail.hours", "outcome.pedir.next"} {
		_, err := Load(sound(t), overlay(map[string]string{"permiso/es.yaml": key + ": \"Otra cosa\"\n"}))
		if err == nil || !strings.Contains(err.Error(), "permiso/es.yaml:1") {
			t.Errorf("%s: %v", key, err)
		}
	}
}

func TestWhenASuggestionMayBeMade(t *testing.T) {
	good := Facts{PublicURL: true, DigitalComplete: true, Language: "es", Service: "permiso", Outcome: "pedir"}
	for _, row := range []struct {
		name   string
		change func(*Facts)
		want   int
	}{
		{"after a request is filed", func(*Facts) {}, 1},
		{"without a public address", func(f *Facts) { f.PublicURL = false }, 0},
		{"where the digital way is not complete", func(f *Facts) { f.DigitalComplete = false }, 0},
		{"for whom the digital way failed today", func(f *Facts) { f.DigitalFailedToday = true }, 0},
		{"when nothing was filed", func(f *Facts) { f.Outcome = "no-se-puede" }, 0},
		{"of which nothing more is told than that it was filed", func(f *Facts) { f.Outcome = "" }, 1},
		{"at an outcome that is not the service's", func(f *Facts) { f.Outcome = "otra-cosa" }, 0},
	} {
		facts := good
		row.change(&facts)
		if got := loadSound(t).Eligible(facts); len(got) != row.want {
			t.Errorf("%s: %v", row.name, got)
		}
	}
}

// Guards people whom the digital way failed against an author who forgot them:
// the rule holds whatever the condition says.
func TestTwoRulesOfSuggestingAreNotLeftToTheAuthor(t *testing.T) {
	s := loadSound(t, `'public_url && digital_complete && !digital_failed_today && action == "apply"'`, `'true'`)
	if got := s.Eligible(Facts{DigitalComplete: true, Outcome: "pedir"}); len(got) != 1 {
		t.Fatalf("the careless condition suggests %v: it controls nothing", got)
	}
	if got := s.Eligible(Facts{DigitalComplete: true, DigitalFailedToday: true}); got != nil {
		t.Errorf("suggested %v to somebody for whom it failed", got)
	}
	if got := s.Eligible(Facts{}); got != nil {
		t.Errorf("suggested %v where it is not complete", got)
	}
}

// Guards the kiosk of an author, and the author: a link to a device in the folder
// would be read for ever, and a file without end too. Neither is opened.
func TestOnlyFilesOfAKnownSizeAreRead(t *testing.T) {
	for name, spoil := range map[string]func(*fstest.MapFile){
		"no ordinary file": func(f *fstest.MapFile) { f.Mode = fs.ModeDevice },
		"keep it under":    func(f *fstest.MapFile) { f.Data = append(f.Data, make([]byte, maxFile)...) },
	} {
		fsys := sound(t)
		spoil(fsys["permiso/service.yaml"])
		before := fingerprint(fsys)
		if _, err := Load(fsys, nil); err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), "permiso/service.yaml:1:") {
			t.Errorf("%s: %v", name, err)
		}
		fsys["permiso/service.yaml"].Data[0]++
		if fingerprint(fsys) != before {
			t.Errorf("%s: what is in it was looked at", name)
		}
	}
}
