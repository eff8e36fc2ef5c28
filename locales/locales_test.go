package locales

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"go.yaml.in/yaml/v4"
	"golang.org/x/text/language"

	"chasqui/sync/wire"
)

// complete are the languages that may lack nothing.
var complete = Languages()

// text is one message: its forms by name, "other" alone when it has no plural.
type text map[string]string

// read returns the messages of one file by key.
func read(t *testing.T, name string) map[string]text {
	t.Helper()
	b, err := files.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	messages, err := ParseMessages(name, b)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]text{}
	for _, m := range messages {
		out[m.Key] = m.Forms
	}
	return out
}

// The parser of this package and go-i18n's own read the same out of every file:
// ours knows the lines, theirs is what a translator's tools use.
func TestOurParserReadsWhatGoI18nReads(t *testing.T) {
	for _, area := range areas(t) {
		for _, l := range complete {
			name := area + "." + l.Tag + ".yaml"
			b, err := files.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			theirs, err := i18n.ParseMessageFileBytes(b, area+".en.yaml", map[string]i18n.UnmarshalFunc{"yaml": yaml.Unmarshal})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			ours := read(t, name)
			if len(ours) != len(theirs.Messages) {
				t.Errorf("%s: %d messages, go-i18n reads %d", name, len(ours), len(theirs.Messages))
			}
			for _, m := range theirs.Messages {
				for form, words := range map[string]string{"zero": m.Zero, "one": m.One, "two": m.Two, "few": m.Few, "many": m.Many, "other": m.Other} {
					if ours[m.ID][form] != words {
						t.Errorf("%s: %s, %s: %q, go-i18n reads %q", name, m.ID, form, ours[m.ID][form], words)
					}
				}
			}
		}
	}
}

// areas returns the areas that there are: "kiosk" for kiosk.es.yaml.
func areas(t *testing.T) []string {
	t.Helper()
	names, err := fs.Glob(files, "*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, name := range names {
		parts := strings.Split(name, ".")
		if len(parts) == 3 && parts[1] == "pack" {
			continue
		}
		if len(parts) != 3 || !slices.ContainsFunc(complete, func(l Language) bool { return l.Tag == parts[1] }) {
			t.Errorf("%s is not named for an area and a language", name)
			continue
		}
		found[parts[0]] = true
	}
	if len(found) < 2 {
		t.Fatalf("areas %v: the test is looking in the wrong place", found)
	}
	return slices.Sorted(maps.Keys(found))
}

func TestEveryFileParses(t *testing.T) {
	if _, err := Load(); err != nil {
		t.Fatal(err)
	}
	for _, area := range areas(t) {
		for _, l := range complete {
			if len(read(t, area+"."+l.Tag+".yaml")) == 0 {
				t.Errorf("%s.%s.yaml is empty", area, l.Tag)
			}
		}
	}
	// Every file in the folder is embedded.
	inFolder, err := filepath.Glob("*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if want := len(areas(t))*len(complete) + len(Known()); len(inFolder) != want {
		t.Errorf("%d files, want %d", len(inFolder), want)
	}
}

// Guards "complete": a page in Haitian Creole with three words of Spanish in it
// tells a citizen that it was not meant for them.
func TestEveryLanguageHasTheSameKeys(t *testing.T) {
	for _, area := range areas(t) {
		source := read(t, area+"."+Source+".yaml")
		for _, l := range complete {
			there := read(t, area+"."+l.Tag+".yaml")
			for _, key := range missing(source, there) {
				t.Errorf("%s.%s.yaml lacks %s", area, l.Tag, key)
			}
			for _, key := range missing(there, source) {
				t.Errorf("%s.%s.yaml has %s, and Spanish does not", area, l.Tag, key)
			}
		}
	}
}

func missing(from, in map[string]text) []string {
	var out []string
	for _, key := range slices.Sorted(maps.Keys(from)) {
		if in[key] == nil {
			out = append(out, key)
		}
	}
	return out
}

func TestAMissingKeyIsNamed(t *testing.T) {
	if got := missing(map[string]text{"a": {"other": "x"}, "b": {"other": "x"}}, map[string]text{"a": {"other": "y"}}); !slices.Equal(got, []string{"b"}) {
		t.Errorf("the test above tests nothing: %v", got)
	}
}

func TestNoKeyStandsInTwoAreas(t *testing.T) {
	where := map[string]string{}
	for _, area := range areas(t) {
		for key := range read(t, area+"."+Source+".yaml") {
			if other := where[key]; other != "" {
				t.Errorf("%s stands in %s and in %s: one hides the other", key, other, area)
			}
			where[key] = area
		}
	}
}

// Guards what is put into a message: a placeholder that a translator misspelt
// shows as "<no value>".
func TestEveryLanguageHasTheSamePlaceholders(t *testing.T) {
	for _, area := range areas(t) {
		source := read(t, area+"."+Source+".yaml")
		for _, l := range complete {
			for key, message := range read(t, area+"."+l.Tag+".yaml") {
				if want, got := Placeholders(source[key]["other"]), Placeholders(message["other"]); !slices.Equal(got, want) {
					t.Errorf("%s.%s.yaml: %s has the placeholders %v, in Spanish %v", area, l.Tag, key, got, want)
				}
				for form, words := range message {
					if rest := placeholder.ReplaceAllString(words, ""); strings.Contains(rest, "{{") || strings.Contains(rest, "}}") {
						t.Errorf("%s.%s.yaml: %s has something in braces that is no placeholder: %s", area, l.Tag, key, words)
					}
					for _, p := range Placeholders(words) {
						// "One" may leave the number out and say "una solicitud".
						if !slices.Contains(Placeholders(message["other"]), p) {
							t.Errorf("%s.%s.yaml: %s has {{.%s}} in the form %q alone", area, l.Tag, key, p, form)
						}
					}
					if words == "" || strings.Trim(words, " \t\n") != words {
						t.Errorf("%s.%s.yaml: %s is empty or has spaces around it: %q", area, l.Tag, key, words)
					}
				}
			}
		}
	}
}

func TestEveryMessageResolvesInEveryLanguage(t *testing.T) {
	for _, area := range areas(t) {
		for key, message := range read(t, area+"."+Source+".yaml") {
			var args []any
			for _, p := range Placeholders(message["other"]) {
				args = append(args, p, "X")
			}
			for _, l := range complete {
				w := In(l.Tag)
				if !w.Has(key) {
					t.Errorf("%s has no %s", l.Tag, key)
				}
				if len(message) == 1 {
					if got := w.Text(key, args...); strings.ContainsAny(got, "⟦⟧") || strings.Contains(got, "<no value>") {
						t.Errorf("%s in %s: %q", key, l.Tag, got)
					}
					continue
				}
				for _, count := range []int{0, 1, 2, 3, 5, 11, 21, 100, 1000, 1_000_000, 2_500_000} {
					got := w.Plural(key, count, args...)
					if strings.ContainsAny(got, "⟦⟧") || strings.Contains(got, "<no value>") {
						t.Errorf("%s in %s for %d: %q", key, l.Tag, count, got)
					}
				}
			}
		}
	}
}

// Guards the grammar of "1 solicitud, 2 solicitudes" in each language.
func TestAPluralMessageHasTheFormsOfItsLanguage(t *testing.T) {
	for _, area := range areas(t) {
		source := read(t, area+"."+Source+".yaml")
		for _, l := range complete {
			for key, message := range read(t, area+"."+l.Tag+".yaml") {
				if len(source[key]) == 1 && len(message) == 1 {
					continue
				}
				for _, form := range []string{"one", "other"} {
					if message[form] == "" {
						t.Errorf("%s.%s.yaml: %s lacks the form %q", area, l.Tag, key, form)
					}
				}
			}
		}
	}
}

// Guards promise 5, "every word about state is true, in the words of the table":
// a state without words would be shown as its code.
func TestEveryStateReasonAndChannelHasItsWords(t *testing.T) {
	var keys []string
	for _, s := range wire.States() {
		keys = append(keys, "state."+string(s))
	}
	for _, c := range wire.Channels() {
		keys = append(keys, "channel."+string(c))
	}
	// What stands in the desk's queue.
	for _, k := range append(wire.Amendments(), wire.KindRequest) {
		keys = append(keys, "kind."+string(k))
	}
	codes := codesOf(t)
	for _, code := range codes {
		if code != wire.CodeNothingToSay {
			keys = append(keys, "reason."+code)
		}
	}
	if len(codes) < 15 || !slices.Contains(codes, wire.CodeConflict) {
		t.Fatalf("codes %v: the test is looking in the wrong place", codes)
	}
	for _, l := range complete {
		for _, key := range keys {
			if !In(l.Tag).Has(key) {
				t.Errorf("%s has no %s", l.Tag, key)
			}
		}
	}
	// And the other way: no words for a state, reason or channel that is none.
	for key := range read(t, "state."+Source+".yaml") {
		if !slices.Contains(keys, key) {
			t.Errorf("there is no %s", key)
		}
	}
}

// codesOf reads the Code constants off the source of sync/wire, so that a new one
// cannot be forgotten here.
func codesOf(t *testing.T) []string {
	t.Helper()
	src, err := os.ReadFile("../sync/wire/words.go")
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), "words.go", src, 0)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(spec.Names[0].Name, "Code") {
			return true
		}
		for _, value := range spec.Values {
			code, err := strconv.Unquote(value.(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, code)
		}
		return true
	})
	return out
}

// "Enviado", "sent", for what only waits, is the lie this program must never tell.
func TestWhatIsSavedIsNotSaidToBeSent(t *testing.T) {
	lies := map[string]*regexp.Regexp{
		"es": regexp.MustCompile(`(?i)\b(fue|ha sido|está|ya)\s+(enviad|mandad)`),
		"en": regexp.MustCompile(`(?i)\b(has been|was|is|been|already)\s+sent\b`),
		"pt": regexp.MustCompile(`(?i)\b(foi|já|está)\s+enviad`),
		"ht": regexp.MustCompile(`(?i)\b(li te|li deja|yo te|yo deja)\s+(pati|voye)`),
	}
	for _, l := range complete {
		for _, state := range []wire.State{wire.StateSaved, wire.StateSending} {
			if words := In(l.Tag).Text("state." + string(state)); lies[l.Tag].MatchString(words) {
				t.Errorf("%s: %s is %q", l.Tag, state, words)
			}
		}
	}
	if !lies["es"].MatchString("Su solicitud fue enviada") || !lies["en"].MatchString("It was sent") {
		t.Error("the test tests nothing")
	}
}

// with returns the words of a language made up of messages, for what must not
// happen in the complete ones.
func with(t *testing.T, l Language, messages string) *Words {
	t.Helper()
	parsed, err := ParseMessages("x.yaml", []byte(messages))
	if err != nil {
		t.Fatal(err)
	}
	w := newWords(l, parsed)
	w.chain = []*Words{In(Source)}
	return w
}

// Guards translators and operators: a gap is seen, not papered over.
func TestAMissingMessageFallsBackVisibly(t *testing.T) {
	w := with(t, Language{Tag: "arn", plural: language.English}, `here: "Mari mari {{.Name}}"`)
	if got := w.Text("here", "Name", "Rayen"); got != "Mari mari Rayen" {
		t.Errorf("%q", got)
	}
	if got, want := w.Text("state.withdrawn"), "⟦"+In(Source).Text("state.withdrawn")+"⟧"; got != want || got == "⟦⟧" {
		t.Errorf("%q, want %q", got, want)
	}
	if w.Has("state.withdrawn") || !w.Has("here") {
		t.Error("a message that falls back counts as there, or one that is there does not")
	}
	for _, words := range []*Words{w, In(Source), In("ht")} {
		if got, want := words.Text("no.such.key"), "⟦no.such.key⟧"; got != want {
			t.Errorf("%s: %q, want %q", words.Tag(), got, want)
		}
		if got, want := words.Plural("no.such.key", 2), "⟦no.such.key⟧"; got != want {
			t.Errorf("%s: %q, want %q", words.Tag(), got, want)
		}
	}
}

func TestAnUnknownLanguageIsSpanish(t *testing.T) {
	if In("quy").Tag() != Source || In("").Tag() != Source || In("ht").Tag() != "ht" {
		t.Error("an unknown language is not Spanish, or a known one is")
	}
}

// go-i18n knows no plural rule for Haitian Creole and would refuse its files: it
// borrows English's, which has the same two forms.
func TestHaitianCreoleBorrowsItsPluralRule(t *testing.T) {
	i := slices.IndexFunc(complete, func(l Language) bool { return l.Tag == "ht" })
	w := with(t, complete[i], "demann:\n  one: \"{{.Count}} demann\"\n  other: \"{{.Count}} demann yo, {{.Name}}\"\n")
	for count, want := range map[int]string{0: "0 demann yo, A", 1: "1 demann", 2: "2 demann yo, A", 1000000: "1000000 demann yo, A"} {
		if got := w.Plural("demann", count, "Name", "A"); got != want {
			t.Errorf("%d: %q, want %q", count, got, want)
		}
	}
	// The control: under its own tag it cannot be read.
	bundle := i18n.NewBundle(language.MustParse("ht"))
	bundle.RegisterUnmarshalFunc("yaml", yaml.Unmarshal)
	if _, err := bundle.ParseMessageFileBytes([]byte("demann:\n  one: x\n  other: y\n"), "x.ht.yaml"); err == nil {
		t.Error("go-i18n has learnt Haitian Creole: the borrowed rule is no longer needed")
	}
}

func TestLanguagesAreACopy(t *testing.T) {
	Languages()[0].Name = "changed"
	if Languages()[0].Name != "Español" || len(Languages()) != 4 {
		t.Errorf("%+v", Languages())
	}
}
