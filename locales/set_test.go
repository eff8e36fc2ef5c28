package locales

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// zz is a language that does not exist, as an operator would add one.
const zz = `tag: zz
name: "Zazala"
status: partial
review:
  by: "Rosa Ejemplo"
  on: "2026-11-24"
plural: en
format_of: es
fonts: noto-sans
greeting:
  text: "Zaz"
  source: "a made-up book"
  url: "https://example.org/zz"
  read: "2026-11-24"
`

func pack(files map[string]string) fstest.MapFS {
	out := fstest.MapFS{}
	for name, content := range files {
		out[name] = &fstest.MapFile{Data: []byte(content)}
	}
	return out
}

// Guards "operators can add a pack without a new program".
func TestAnOperatorsPackSpeaks(t *testing.T) {
	s, err := Load(pack(map[string]string{
		"README.txt":           "notes of the operator's",
		"zz/pack.yaml":         zz,
		"zz/kiosk.yaml":        "foot.back: \"Zuru\"\nstatus.unsent:\n  one: \"Zun\"\n  other: \"{{.Count}} zan\"\n",
		"zz/services/any.yaml": "title: Za\n",
		"arn/kiosk.yaml":       "foot.back: \"…\"\n",
	}))
	if err != nil {
		t.Fatal(err)
	}
	w := s.In("zz")
	for got, want := range map[string]string{
		w.Text("foot.back"):           "Zuru",
		w.Plural("status.unsent", 1):  "Zun",
		w.Plural("status.unsent", 12): "12 zan",
		w.Text("foot.next"):           "⟦" + s.In(Source).Text("foot.next") + "⟧",
		w.Number(12345):               "12.345",
		s.In("arn").Text("foot.back"): "…",
		s.In("nowhere").Tag():         Source,
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	l, ok := s.Find("zz")
	if !ok || l.Review != "Textos revisados por Rosa Ejemplo, 24\u00a0de\u00a0noviembre\u00a0de\u00a02026." || l.Note != "Una parte está en español." {
		t.Errorf("%+v", l)
	}
	if have, all := s.Coverage("zz"); have != 2 || all < 100 {
		t.Errorf("%d of %d", have, all)
	}
	if slices.ContainsFunc(s.Languages(), func(l Language) bool { return l.Tag == "zz" }) {
		t.Error("a partial pack is among the complete languages")
	}
	// Nothing of it is in the program's own set.
	if _, known := Find("zz"); known || In("arn").Has("foot.back") {
		t.Error("a pack has leaked into the languages of the program")
	}
}

// Guards operators: what is wrong with a pack is said with file, line and remedy.
func TestAWrongPackIsRefusedByFileAndLine(t *testing.T) {
	with := func(old, replaced string) string { return strings.Replace(zz, old, replaced, 1) }
	for name, test := range map[string]struct {
		files map[string]string
		want  string
	}{
		"no description":        {map[string]string{"zz/kiosk.yaml": "foot.back: Z\n"}, "zz/pack.yaml: there is no such file"},
		"another tag":           {map[string]string{"zy/pack.yaml": zz}, `zy/pack.yaml:1: the tag is "zz" and the folder "zy"`},
		"no name":               {map[string]string{"zz/pack.yaml": with(`"Zazala"`, `""`)}, "zz/pack.yaml:2: name:"},
		"an unknown status":     {map[string]string{"zz/pack.yaml": with("partial", "nearly")}, "zz/pack.yaml:3: status:"},
		"half a review":         {map[string]string{"zz/pack.yaml": with(`"2026-11-24"`, `""`)}, "zz/pack.yaml:4: review:"},
		"no such plural rule":   {map[string]string{"zz/pack.yaml": with("plural: en", "plural: 7")}, "zz/pack.yaml:7: plural:"},
		"formats of nobody":     {map[string]string{"zz/pack.yaml": with("format_of: es", "format_of: xx")}, "zz/pack.yaml:8: format_of:"},
		"other fonts":           {map[string]string{"zz/pack.yaml": with("noto-sans", "comic")}, "zz/pack.yaml:9: fonts:"},
		"a greeting of nowhere": {map[string]string{"zz/pack.yaml": with("https://example.org/zz", "")}, "zz/pack.yaml:10: greeting:"},
		"clips elsewhere":       {map[string]string{"zz/pack.yaml": zz + "voice: {clips: ../voice}\n"}, "zz/pack.yaml:15: voice:"},
		"an unknown field":      {map[string]string{"zz/pack.yaml": zz + "colour: blue\n"}, "colour"},
		"a format of its own":   {map[string]string{"zz/pack.yaml": with("format_of: es", "format:\n  decimal: \",\"")}, "zz/pack.yaml:8: format:"},
		"complete, and is not":  {map[string]string{"zz/pack.yaml": with("partial", "complete"), "zz/kiosk.yaml": "foot.back: Z\n"}, "zz/pack.yaml is said to be complete and lacks"},
		"a complete language":   {map[string]string{"en/kiosk.yaml": "foot.back: Z\n"}, "en is complete in the program"},
		"an unknown area":       {map[string]string{"zz/pack.yaml": zz, "zz/kisok.yaml": "a: b\n"}, `there is no area "kisok"`},
		"an unknown key":        {map[string]string{"zz/pack.yaml": zz, "zz/kiosk.yaml": "foot.back: Z\nfoot.bakc: Z\n"}, `zz/kiosk.yaml:2: no text of the interface has the key "foot.bakc"`},
		"a key twice":           {map[string]string{"zz/pack.yaml": zz, "zz/kiosk.yaml": "foot:\n  back: Z\nfoot.back: Z\n"}, "zz/kiosk.yaml:3: foot.back stands here and in line 2"},
		"a lost placeholder":    {map[string]string{"zz/pack.yaml": zz, "zz/kiosk.yaml": "\nstatus.unsent: {one: Z, other: Z}\n"}, "zz/kiosk.yaml:2: status.unsent has lost {{.Count}}"},
		"a strange placeholder": {map[string]string{"zz/pack.yaml": zz, "zz/kiosk.yaml": "foot.back: \"{{.Zaz}}\"\n"}, "zz/kiosk.yaml:1: foot.back has {{.Zaz}}"},
		"no placeholder":        {map[string]string{"zz/pack.yaml": zz, "zz/kiosk.yaml": "foot.back: \"{{Zaz}}\"\n"}, "zz/kiosk.yaml:1: foot.back has braces"},
		"a missing form":        {map[string]string{"zz/pack.yaml": zz, "zz/kiosk.yaml": "status.unsent: {other: \"{{.Count}}\"}\n"}, `zz/kiosk.yaml:1: status.unsent depends on a number and lacks the form "one"`},
		"a form too many":       {map[string]string{"zz/pack.yaml": zz, "zz/kiosk.yaml": "foot.back: {one: Z, other: Z}\n"}, "zz/kiosk.yaml:1: foot.back does not depend on a number"},
		"a form that is none":   {map[string]string{"zz/pack.yaml": zz, "zz/kiosk.yaml": "status.unsent: {other: \"{{.Count}}\", dual: Z}\n"}, `zz/kiosk.yaml:1: status.unsent: "dual" is no plural form`},
		"a number for a text":   {map[string]string{"zz/pack.yaml": zz, "zz/kiosk.yaml": "\n\nfoot.back: 7\n"}, "zz/kiosk.yaml:3: foot.back is not a text"},
		"not YAML":              {map[string]string{"zz/pack.yaml": zz, "zz/kiosk.yaml": "foot.back: [\n"}, "zz/kiosk.yaml: is not YAML"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := Load(pack(test.files))
			if err == nil || s != nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v, want %q", err, test.want)
			}
		})
	}
}

// Guards "a missing message in a complete language fails the build", here for the
// whole of the program; the control takes one out.
func TestACompleteLanguageLacksNothing(t *testing.T) {
	s, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	if got := len(s.Languages()); got != 4 {
		t.Errorf("%d complete languages", got)
	}
	for _, l := range s.Languages() {
		if missing := s.Missing(l.Tag); len(missing) > 0 {
			t.Errorf("%s lacks %v", l.Tag, missing)
		}
	}
	area, before := s.Areas()[0], len(s.Missing("ht"))
	s.texts["ht"][area] = s.texts["ht"][area][1:]
	if len(s.Missing("ht")) != before+1 {
		t.Errorf("a message was taken out, and missing are %v", s.Missing("ht"))
	}
}

// Guards "each marked with who reviewed it", in its own language.
func TestEveryLanguageSaysWhoReviewedIt(t *testing.T) {
	for _, l := range Known() {
		in := l.Tag
		if l.Status == Partial {
			in = Source
		}
		if l.Reviewer == "" && l.Review != In(in).Text("languages.unreviewed") {
			t.Errorf("%s says %q", l.Tag, l.Review)
		}
		if (l.Note == "") != (l.Status == Complete) {
			t.Errorf("%s is %s and says %q", l.Tag, l.Status, l.Note)
		}
	}
}

// Guards "everything is ready for a pack" and "sentences that nobody here can judge
// are not made up".
func TestTheFourLanguagesWithoutATranslationAreReady(t *testing.T) {
	for _, tag := range []string{"qu", "ay", "arn", "rap"} {
		l, ok := Find(tag)
		if !ok || l.Status != Partial || l.Name == "" || l.Alphabet == "" || l.Voice.Clips == "" {
			t.Errorf("%s: %+v", tag, l)
		}
		if !slices.Equal(l.Fallback, []string{Source}) || !slices.Equal(l.PluralForms(), []string{"one", "other"}) {
			t.Errorf("%s falls back to %v and has the forms %v", tag, l.Fallback, l.PluralForms())
		}
		if l.Greeting.Text != "" && (l.Greeting.URL == "" || l.Greeting.Read == "") {
			t.Errorf("%s greets from nowhere: %+v", tag, l.Greeting)
		}
		if have, _ := current().Coverage(tag); have != 0 {
			t.Errorf("%s has %d messages, and nobody here can judge one", tag, have)
		}
		if got := In(tag).Text("foot.back"); got != "⟦Volver⟧" {
			t.Errorf("%s: %q", tag, got)
		}
	}
}

// Guards whoever reads about the languages: what docs/LANGUAGES.md says of each is
// what its pack says.
func TestTheDocumentationSaysWhatThePacksSay(t *testing.T) {
	b, err := os.ReadFile("../docs/LANGUAGES.md")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(b), "\n")
	for _, l := range Known() {
		i := slices.IndexFunc(lines, func(line string) bool { return strings.HasPrefix(line, "| "+l.Tag+" | ") })
		if i < 0 {
			t.Errorf("%s is not in the table", l.Tag)
			continue
		}
		reviewer := l.Reviewer
		if reviewer == "" {
			reviewer = "nobody yet"
		}
		for _, want := range []string{l.Name, "| " + string(l.Status), reviewer, l.Greeting.Text} {
			if !strings.Contains(lines[i], want) {
				t.Errorf("%s: the table lacks %q: %s", l.Tag, want, lines[i])
			}
		}
		if !strings.Contains(string(b), l.Greeting.URL) {
			t.Errorf("%s: the source of the greeting is not named", l.Tag)
		}
	}
}

// A chain looks into each language in turn before Spanish.
func TestAFallBackMayHaveStops(t *testing.T) {
	s, err := Load(pack(map[string]string{
		"zx/pack.yaml":  strings.Replace(zz, "tag: zz", "tag: zx", 1),
		"zx/kiosk.yaml": "foot.back: Zuru\n",
		"zz/pack.yaml":  zz + "fallback: [zx]\n",
	}))
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{"foot.back": "⟦Zuru⟧", "foot.next": "⟦Seguir⟧"} {
		if got := s.In("zz").Text(key); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestUseIsForTheStartOfAProgramOnly(t *testing.T) {
	before := used.Load()
	t.Cleanup(func() { used.Store(before) })
	used.Store(nil)
	s, err := Load(pack(map[string]string{"zz/pack.yaml": zz, "zz/kiosk.yaml": "foot.back: Zuru\n"}))
	if err != nil {
		t.Fatal(err)
	}
	Use(s)
	if In("zz").Text("foot.back") != "Zuru" || len(Known()) != 9 || Current() != s {
		t.Error("the set in use is not the one that speaks")
	}
	defer func() {
		if recover() == nil {
			t.Error("a second set was taken in the middle of a run")
		}
	}()
	Use(s)
}

func FuzzParseMessages(f *testing.F) {
	for _, seed := range []string{"a: b\n", "a:\n  one: b\n  other: c\n", "a: {b: {c: d}}\n", "a: [\n", "", "a: 7\n", zz} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		messages, err := ParseMessages("x.yaml", b)
		if err != nil {
			return
		}
		seen := map[string]bool{}
		for _, m := range messages {
			if seen[m.Key] || len(m.Forms) == 0 || m.Line < 1 {
				t.Errorf("%+v", m)
			}
			seen[m.Key] = true
		}
	})
}
