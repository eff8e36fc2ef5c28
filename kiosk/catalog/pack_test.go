package catalog

import (
	"strings"
	"testing"
	"testing/fstest"
)

func packFiles(files map[string]string) fstest.MapFS {
	out := fstest.MapFS{}
	for name, content := range files {
		out[name] = &fstest.MapFile{Data: []byte(content)}
	}
	return out
}

// Guards "a missing one in a partial pack falls back to Spanish, visibly", for what
// a service says.
func TestAPackTranslatesWhatItHas(t *testing.T) {
	c := published(t)
	with, err := c.Add(Pack{Tag: "zz", Files: packFiles(map[string]string{
		"services/certificado-residencia.yaml": "title: Zazi\n",
		"kiosk.yaml":                           "foot.back: Z\n",
	})})
	if err != nil {
		t.Fatal(err)
	}
	s, _ := with.Find("certificado-residencia")
	shown, spanish := s.In("zz"), s.In("es")
	if shown.Title != "Zazi" || shown.Summary != "⟦"+spanish.Summary+"⟧" {
		t.Errorf("title %q, summary %q", shown.Title, shown.Summary)
	}
	if text, ok := s.Text("zz", "title"); !ok || text != "Zazi" {
		t.Errorf("%q, %v", text, ok)
	}
	// The catalogue that it was added to is what it was.
	before, _ := c.Find("certificado-residencia")
	if got := before.In("zz").Title; got != "⟦"+spanish.Title+"⟧" {
		t.Errorf("the first catalogue has %q", got)
	}
	have, all := 0, 0
	for _, text := range with.Texts("zz") {
		all++
		if text.In != "" {
			have++
		}
	}
	if have != 1 || all < 100 {
		t.Errorf("%d of %d", have, all)
	}
	for _, text := range with.Texts("ht") {
		if text.In == "" || text.Spanish == "" {
			t.Errorf("%+v", text)
		}
	}
}

// A declared language is complete, and a pack does not change it.
func TestAPackLeavesADeclaredLanguageAlone(t *testing.T) {
	c, err := published(t).Add(Pack{Tag: "en", Files: packFiles(map[string]string{"services/certificado-residencia.yaml": "title: Z\n"})})
	if err != nil {
		t.Fatal(err)
	}
	s, _ := c.Find("certificado-residencia")
	if got := s.In("en").Title; got == "Z" {
		t.Error("a pack has changed a complete language")
	}
}

// Guards the citizen of a municipality that says its own facts: the pack's
// translation is of the shared one, which does not hold there.
func TestAPackDoesNotTranslateAFactThatDoesNotHold(t *testing.T) {
	c, err := Load(sound(t), packFiles(map[string]string{"permiso/es.yaml": "cost: \"Cuesta 500 pesos.\"\n"}))
	if err != nil {
		t.Fatal(err)
	}
	c, err = c.Add(Pack{Tag: "zz", Files: packFiles(map[string]string{"services/permiso.yaml": "cost: Za\ntitle: Zi\n"})}, Pack{Tag: "qps", Derive: func(s string) string { return "<" + s + ">" }})
	if err != nil {
		t.Fatal(err)
	}
	s, _ := c.Find("permiso")
	if got := s.In("zz"); got.Cost != "⟦Cuesta 500 pesos.⟧" || got.Title != "Zi" {
		t.Errorf("cost %q, title %q", got.Cost, got.Title)
	}
	if got := s.In("qps"); got.Cost != "<Cuesta 500 pesos.>" {
		t.Errorf("derived: %q", got.Cost)
	}
}

// Guards "a pseudo-locale finds what is not translated": every text of the
// catalogue is another one.
func TestADerivedLanguageHasEveryText(t *testing.T) {
	c, err := published(t).Add(Pack{Tag: "qps", Derive: func(s string) string { return "<" + s + ">" }})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range c.Texts("qps") {
		if text.In != "<"+text.Spanish+">" {
			t.Errorf("%s %s: %q", text.ID, text.Key, text.In)
		}
	}
}

func TestAWrongPackOfServicesIsNamedByFileAndLine(t *testing.T) {
	for name, test := range map[string]struct{ file, content, want string }{
		"an unknown service": {"services/certificado.yaml", "title: Z\n", `zz/services/certificado.yaml: the catalogue has no service of the name "certificado"`},
		"an unknown key":     {"services/certificado-residencia.yaml", "title: Z\ntitel: Z\n", `zz/services/certificado-residencia.yaml:2: certificado-residencia has no text with the key "titel"`},
		"a placeholder":      {"services/certificado-residencia.yaml", "title: \"{{.N}}\"\n", "zz/services/certificado-residencia.yaml:1: \"title\" has a placeholder"},
		"not YAML":           {"services/certificado-residencia.yaml", "title: [\n", "zz/services/certificado-residencia.yaml:"},
		"an unknown lesson":  {"lessons/nada.yaml", "title: Z\n", `zz/lessons/nada.yaml: the catalogue has no lesson of the name "nada"`},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := published(t).Add(Pack{Tag: "zz", Files: packFiles(map[string]string{test.file: test.content})})
			if err == nil || c != nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v, want %q", err, test.want)
			}
		})
	}
}

// Guards an author who changes a service on a kiosk that has packs: the languages
// of the packs are there after every change.
func TestPacksOutliveAChangeOfTheCatalogue(t *testing.T) {
	zz := Pack{Tag: "zz", Files: packFiles(map[string]string{
		"services/permiso.yaml": "title: Zazi\nkeywords: \"zumbido\"\n", "lessons/mensaje.yaml": "title: Zeta\n",
	})}
	c, err := Load(sound(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	if c, err = c.Add(zz); err != nil {
		t.Fatal(err)
	}
	again, err := Load(sound(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	c.Replace(again)
	s, _ := c.Find("permiso")
	if got := s.In("zz").Title; got != "Zazi" {
		t.Errorf("after the change the title is %q", got)
	}
	for _, l := range c.Lessons() {
		if got := l.In("zz").Title; l.ID() == "mensaje" && got != "Zeta" {
			t.Errorf("the lesson's title is %q", got)
		}
	}
	if found := c.Search("zumbido"); len(found) == 0 || found[0] != "permiso" {
		t.Errorf("a word of the pack finds %v", found)
	}
}
