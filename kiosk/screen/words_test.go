package screen_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"chasqui/assets"
	"chasqui/kiosk"
	"chasqui/kiosk/flow"
	"chasqui/kiosk/screen/screentest"
	"chasqui/kiosk/widget"
	"chasqui/locales"
	"chasqui/sync/wire"
)

var keyForm = regexp.MustCompile(`^[a-z]+(\.[a-z0-9-]+)+$`)

// families are the keys that are put together when the program runs.
func families() []string {
	var out []string
	for _, link := range []kiosk.LinkState{
		kiosk.LinkUnknown, kiosk.LinkUp, kiosk.LinkDown, kiosk.LinkNotHub, kiosk.LinkRefused, kiosk.LinkNoEnrol, kiosk.LinkBadReply,
	} {
		out = append(out, "link."+string(link), "link.short."+string(link), "link.bare."+string(link), "desk.link."+string(link))
	}
	for _, problem := range []kiosk.ProblemCode{
		kiosk.ProblemFull, kiosk.ProblemDisk, kiosk.ProblemNoKeys, kiosk.ProblemNotReady, kiosk.ProblemService, "other",
		kiosk.ProblemUnknownFolio, kiosk.ProblemWait, kiosk.ProblemClosed,
	} {
		out = append(out, "problem."+string(problem))
	}
	for _, state := range wire.States() {
		out = append(out, "state."+string(state))
	}
	for _, kind := range flow.DocumentKinds() {
		out = append(out, "document."+kind)
		if kind != flow.DocumentNone {
			out = append(out, "document.number."+kind)
		}
	}
	for _, key := range []string{widget.KeyShift, widget.KeyAccents, widget.KeySigns, widget.KeyLetters, widget.KeyDelete, widget.KeySpace, "digits"} {
		out = append(out, "key."+key)
	}
	for _, channel := range []wire.Channel{wire.ChannelWeb, wire.ChannelCounter, wire.ChannelPhone, wire.ChannelMail} {
		out = append(out, "channel."+string(channel))
	}
	for _, situation := range []string{"home", "money", "car", "family", "work", "papers"} {
		out = append(out, "situation."+situation, "situation."+situation+".hint")
	}
	for _, kind := range []wire.Kind{wire.KindCorrection, wire.KindAddition} {
		key := "amend." + string(kind)
		out = append(out, key, key+".hint", key+".title", key+".text", "amend.strip."+string(kind), "done."+string(kind), "done."+string(kind)+".next")
	}
	for _, kind := range []wire.Kind{wire.KindCorrection, wire.KindAddition, wire.KindWithdrawal} {
		out = append(out, "amended."+string(kind))
	}
	for _, face := range []string{"1", "2", "3", "4", "5"} {
		out = append(out, "face."+face)
	}
	for _, key := range []string{"shift", "accents", "signs", "letters", "delete", "space", "digits"} {
		out = append(out, "voice.key."+key)
	}
	for _, role := range []string{"button", "box", "option", "link"} {
		out = append(out, "voice.role."+role)
	}
	for _, state := range []string{"on", "off", "ticked", "unticked", "chosen", "unchosen"} {
		out = append(out, "voice.state."+state)
	}
	for _, state := range []kiosk.VoiceState{kiosk.VoiceOff, kiosk.VoiceMissing, kiosk.VoiceReady, kiosk.VoiceFault} {
		out = append(out, "voice.device."+string(state))
	}
	for _, sign := range strings.Fields(`space dot comma hyphen underscore at colon semicolon question question-open exclamation
		exclamation-open bracket bracket-close square square-close curly curly-close slash plus star equals ordinal ordinal-a
		quote apostrophe percent and hash dollar euro`) {
		out = append(out, "voice.sign."+sign)
	}
	return append(out, "desk.queue", "desk.tally", "desk.device", "desk.help", "author.refused") // the last is said by cmd/kiosk
}

// used returns every key that the pages name.
func used(t *testing.T) map[string]bool {
	t.Helper()
	keys := map[string]bool{}
	for _, key := range families() {
		keys[key] = true
	}
	files, err := filepath.Glob("*.go")
	do(t, err)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		do(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if text, err := strconv.Unquote(lit.Value); err == nil && keyForm.MatchString(text) {
					keys[text] = true
				}
			}
			return true
		})
	}
	return keys
}

// Guards "a missing message in a complete language fails the build".
func TestEveryWordIsThereInEveryLanguage(t *testing.T) {
	keys := used(t)
	if len(keys) < 120 {
		t.Fatalf("only %d keys were found: the test looks in the wrong place", len(keys))
	}
	for _, lang := range locales.Languages() {
		words := locales.In(lang.Tag)
		for key := range keys {
			if !words.Has(key) {
				t.Errorf("%s has no %s", lang.Tag, key)
			}
		}
	}
}

func TestNoWordOfTheScreenIsLeftOver(t *testing.T) {
	keys := used(t)
	for _, area := range []string{"kiosk", "page", "voice"} {
		b, err := os.ReadFile(filepath.Join("..", "..", "locales", area+".es.yaml"))
		do(t, err)
		var messages map[string]any
		do(t, yaml.Unmarshal(b, &messages))
		for key := range messages {
			if !keys[key] {
				t.Errorf("nobody uses %s", key)
			}
		}
	}
}

// Guards the house's words: what waits in the queue is never said to be sent, and
// nobody is told of an "error" or of something "invalid".
func TestTheWordsAreKindAndTrue(t *testing.T) {
	never := map[string]*regexp.Regexp{
		"es": regexp.MustCompile(`(?i)\b(error|inválid|incorrect|enviad[oa]s?\b)`),
		"en": regexp.MustCompile(`(?i)\b(error|invalid|incorrect)`),
		"pt": regexp.MustCompile(`(?i)\b(erro|inválid|incorret)`),
		"ht": regexp.MustCompile(`(?i)\b(erè|envalid)`),
	}
	for tag, words := range never {
		var b []byte
		for _, area := range []string{"kiosk", "page"} {
			of, err := os.ReadFile(filepath.Join("..", "..", "locales", area+"."+tag+".yaml"))
			do(t, err)
			b = append(b, of...)
		}
		for line := range strings.Lines(string(b)) {
			if words.MatchString(line) {
				t.Errorf("%s: %s", tag, strings.TrimSpace(line))
			}
		}
	}
}

// A pseudo-check of every page: no key and no missing text is ever shown.
func TestNoPageShowsAMissingText(t *testing.T) {
	stick, err := screentest.Media(t.TempDir())
	do(t, err)
	for _, lang := range locales.Languages() {
		for _, scene := range screentest.Scenes() {
			b, err := scene.Show(screentest.Options{Language: lang.Tag, Media: []string{stick}})
			do(t, err)
			for _, text := range b.Texts() {
				if strings.Contains(text, "⟦") {
					t.Errorf("%s, %s: %s", lang.Tag, scene.Name, text)
				}
			}
		}
	}
}

// Every icon that the catalogue names is drawn: an unknown one would be a plain
// circle.
func TestEveryIconOfTheCatalogueIsDrawn(t *testing.T) {
	b := bench(t, screentest.Options{})
	for _, service := range b.Catalog.Services() {
		shown := service.In("es")
		icons := []string{shown.Icon}
		for _, q := range shown.Questions {
			for _, o := range q.Options {
				icons = append(icons, o.Icon)
			}
		}
		for _, icon := range icons {
			if _, ok := assets.Icon(icon); !ok && icon != "" {
				t.Errorf("%s: there is no icon %q", shown.ID, icon)
			}
		}
	}
}
