// Package locales holds the interface's words and the descriptions of the
// languages that they are in. A message file is named for its area and its
// language, "kiosk.es.yaml", in go-i18n's own format:
//
//	state.*.yaml      the words of the state table and of reason codes
//	kiosk.*.yaml      the citizen's screen and the desk
//	receipt.*.yaml    the receipt
//	print.*.yaml      the printer, as the desk sees it
//	question.*.yaml   what the pages of questions say
//	page.*.yaml       what the pages around them say
//	flow.*.yaml       what to do about an answer
//	web.*.yaml        the hub's status page and boards
//	voice.*.yaml      what the voice says of controls, and the page about it
//	languages.*.yaml  what is said about a language itself
//
// A pack's description is named for its language, "arn.pack.yaml": its own name,
// how far it has come, who reviewed it, whose plural rule and formats it uses, how
// it greets and where that was read. See docs/LANGUAGES.md.
//
// A key that a language lacks falls back to Spanish, visibly, between ⟦ ⟧ marks,
// and a test fails the build when that happens in a complete language.
//
// The languages of the program are there from the start. A kiosk adds its
// operator's packs with [Load] and [Use] before it shows anything.
package locales

import (
	"embed"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

//go:embed *.yaml
var files embed.FS

// Source is the language that every other falls back to.
const Source = "es"

// builtin are the program's own languages.
var builtin = sync.OnceValue(func() *Set {
	s, err := Load()
	if err != nil {
		panic("locales: embedded files do not parse: " + err.Error()) // a test parses them
	}
	return s
})

var used atomic.Pointer[Set]

// Use makes the functions of this package speak from a set. A program calls it at
// most once, at its start and before it shows anything; another call panics.
func Use(s *Set) {
	if s == nil || !used.CompareAndSwap(nil, s) {
		panic("locales: Use is called once, with the languages of the whole run")
	}
}

func current() *Set {
	if s := used.Load(); s != nil {
		return s
	}
	return builtin()
}

// Languages lists the complete languages in the order of the welcome page.
func Languages() []Language { return current().Languages() }

// Known lists every language with a pack, the complete ones first.
func Known() []Language { return current().Known() }

// Find returns a language by its tag, the pseudo-locale too.
func Find(tag string) (Language, bool) { return current().Find(tag) }

// In returns the words of a language, or of Spanish when there is no such one.
func In(tag string) *Words { return current().In(tag) }

// Words resolves keys in one language.
type Words struct {
	lang      Language
	localizer *i18n.Localizer
	// chain are the words to look into for what this language lacks.
	chain []*Words
}

// Tag returns the language's tag.
func (w *Words) Tag() string { return w.lang.Tag }

// Text returns the message under key. args are pairs of a placeholder's name and
// its value: Text("step", "N", 2, "Of", 5). A missing message is returned in the
// language that it falls back to between ⟦ ⟧, and a key that exists nowhere as
// itself between them.
func (w *Words) Text(key string, args ...any) string { return w.resolve(key, nil, args) }

// Plural is Text for a message that depends on count by the language's plural
// rule; the placeholder Count holds it.
func (w *Words) Plural(key string, count int, args ...any) string {
	return w.resolve(key, count, append(args, "Count", count))
}

// Has reports whether the language itself has a message under key.
func (w *Words) Has(key string) bool {
	_, err := w.localizer.Localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: map[string]any{}, PluralCount: 2})
	if err == nil {
		return true
	}
	_, err = w.localizer.Localize(&i18n.LocalizeConfig{MessageID: key})
	return err == nil
}

func (w *Words) resolve(key string, count any, args []any) string {
	data := map[string]any{}
	for i := 0; i+1 < len(args); i += 2 {
		data[fmt.Sprint(args[i])] = args[i+1]
	}
	if text, ok := w.own(key, count, data); ok {
		return text
	}
	for _, other := range w.chain {
		if text, ok := other.own(key, count, data); ok {
			return "⟦" + text + "⟧"
		}
	}
	return "⟦" + key + "⟧"
}

// own returns the message in the language itself.
func (w *Words) own(key string, count any, data map[string]any) (string, bool) {
	text, err := w.localizer.Localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: data, PluralCount: count})
	if err != nil && count != nil {
		// Spanish and Portuguese have a form of their own for whole millions, which
		// no translator is asked for: they read like two.
		text, err = w.localizer.Localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: data, PluralCount: 2})
	}
	return text, err == nil
}
