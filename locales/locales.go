// Package locales holds the interface's words. A file is named for its area and
// its language, "kiosk.es.yaml", in go-i18n's own format:
//
//	state.*.yaml  the words of the state table and of reason codes
//	kiosk.*.yaml  the citizen's screen, the desk and the receipt
//	web.*.yaml    the hub's status page and boards
//	print.*.yaml  the printer, as the desk sees it
//
// A key that a language lacks falls back to Spanish, visibly, between ⟦ ⟧ marks,
// and a test fails the build when that happens in a complete language.
package locales

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"go.yaml.in/yaml/v4"
	"golang.org/x/text/language"
)

//go:embed *.yaml
var files embed.FS

// Source is the language that every other falls back to.
const Source = "es"

// Language is one language of the interface.
type Language struct {
	// Tag is its name in files, "es".
	Tag string
	// Name is its own name for itself.
	Name string
	// Review says who has reviewed the translation, in that language.
	Review string
	// plural is the tag whose plural rule it borrows: go-i18n knows none for ht.
	plural language.Tag
}

// Languages lists the complete languages in the order of the welcome page.
func Languages() []Language { return slices.Clone(complete) }

var complete = []Language{
	{Tag: "es", Name: "Español", plural: language.Spanish},
	{Tag: "en", Name: "English", plural: language.English},
	{Tag: "pt", Name: "Português", plural: language.Portuguese},
	{Tag: "ht", Name: "Kreyòl ayisyen", plural: language.English},
}

// Words resolves keys in one language.
type Words struct {
	lang      Language
	localizer *i18n.Localizer
}

var load = sync.OnceValues(func() (map[string]*Words, error) {
	all := map[string]*Words{}
	for _, lang := range complete {
		bundle := i18n.NewBundle(lang.plural)
		bundle.RegisterUnmarshalFunc("yaml", yaml.Unmarshal)
		names, err := fs.Glob(files, "*."+lang.Tag+".yaml")
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			b, err := files.ReadFile(name)
			if err != nil {
				return nil, err
			}
			// The bundle's plural rule comes from the tag in the path it is given.
			area := strings.SplitN(path.Base(name), ".", 2)[0]
			if _, err := bundle.ParseMessageFileBytes(b, area+"."+lang.plural.String()+".yaml"); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
		}
		all[lang.Tag] = &Words{lang: lang, localizer: i18n.NewLocalizer(bundle, lang.plural.String())}
	}
	return all, nil
})

// In returns the words of a language, or of Spanish when there is no such one.
func In(tag string) *Words {
	all, err := load()
	if err != nil {
		panic("locales: embedded files do not parse: " + err.Error()) // a test parses them
	}
	if w, ok := all[tag]; ok {
		return w
	}
	return all[Source]
}

// Tag returns the language's tag.
func (w *Words) Tag() string { return w.lang.Tag }

// Text returns the message under key. args are pairs of a placeholder's name and
// its value: Text("step", "N", 2, "Of", 5). A missing message is returned in
// Spanish between ⟦ ⟧, and a key that exists nowhere as itself between them.
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
	text, err := w.localizer.Localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: data, PluralCount: count})
	if err != nil && count != nil {
		// Spanish and Portuguese have a form of their own for whole millions, which
		// no translator is asked for: they read like two.
		text, err = w.localizer.Localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: data, PluralCount: 2})
	}
	if err == nil {
		return text
	}
	if w.lang.Tag != Source {
		return "⟦" + strings.Trim(In(Source).resolve(key, count, args), "⟦⟧") + "⟧"
	}
	return "⟦" + key + "⟧"
}
