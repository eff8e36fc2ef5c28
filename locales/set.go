package locales

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

// PackFile is the name of a pack's description in an operator's folder of packs:
// <tag>/pack.yaml.
const PackFile = "pack.yaml"

// welcomeOrder is the order of the program's own languages on the welcome page.
var welcomeOrder = []string{"es", "en", "pt", "ht"}

// Set is the languages that a program speaks. It does not change once made and may
// be used from several goroutines.
type Set struct {
	languages []Language
	words     map[string]*Words
	// texts holds the messages by language and area.
	texts  map[string]map[string][]Message
	pseudo func() *Words
}

// Load returns the program's own languages together with the packs in folders,
// which an operator adds without a new program. Each folder holds one folder a
// language, named for its tag:
//
//	arn/pack.yaml            what it is; may be left out for a language that the
//	                         program knows
//	arn/kiosk.yaml …         its words, one message file an area
//	arn/services/<id>.yaml   its words for a service
//	arn/lessons/<id>.yaml    its words for a lesson
//
// Services and lessons are for package catalog to read. Whatever is wrong is
// named, with file and line, all at once, and then nothing is loaded: half a pack
// would look like a whole one.
func Load(folders ...fs.FS) (*Set, error) {
	return load(func(s *Set) []error {
		var errs []error
		for _, folder := range folders {
			errs = append(errs, s.add(folder)...)
		}
		return errs
	})
}

// LoadPack is Load for the folder of one pack, whatever the folder is called.
func LoadPack(tag string, files fs.FS) (*Set, error) {
	return load(func(s *Set) []error { return s.addPack(files, tag) })
}

func load(add func(*Set) []error) (*Set, error) {
	s := &Set{words: map[string]*Words{}, texts: map[string]map[string][]Message{}}
	if err := s.own(); err != nil {
		return nil, err
	}
	if errs := add(s); len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	s.finish()
	return s, nil
}

// own reads the embedded packs and message files.
func (s *Set) own() error {
	names, err := fs.Glob(files, "*.yaml")
	if err != nil {
		return err
	}
	var packs []string
	for _, name := range names {
		parts := strings.Split(name, ".")
		if len(parts) != 3 {
			return fmt.Errorf("%s is not named for an area and a language", name)
		}
		b, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		if parts[1] == "pack" {
			packs = append(packs, parts[0])
			continue
		}
		messages, err := ParseMessages(name, b)
		if err != nil {
			return err
		}
		s.put(parts[1], parts[0], messages)
	}
	// Those that lend come before those that borrow.
	slices.SortStableFunc(packs, func(a, b string) int { return cmp.Compare(place(a), place(b)) })
	for _, tag := range packs {
		b, err := files.ReadFile(tag + ".pack.yaml")
		if err != nil {
			return err
		}
		l, err := parsePack(tag+".pack.yaml", b, s.find)
		if err != nil {
			return err
		}
		if l.Tag != tag {
			return fmt.Errorf("%s.pack.yaml describes %q", tag, l.Tag)
		}
		s.languages = append(s.languages, l)
	}
	return nil
}

func place(tag string) int {
	if i := slices.Index(welcomeOrder, tag); i >= 0 {
		return i
	}
	return len(welcomeOrder)
}

func (s *Set) put(tag, area string, messages []Message) {
	if s.texts[tag] == nil {
		s.texts[tag] = map[string][]Message{}
	}
	s.texts[tag][area] = messages
}

func (s *Set) find(tag string) (Language, bool) {
	i := slices.IndexFunc(s.languages, func(l Language) bool { return l.Tag == tag })
	if i < 0 {
		return Language{}, false
	}
	return s.languages[i], true
}

// add reads the packs of an operator's folder.
func (s *Set) add(folder fs.FS) []error {
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		return []error{fmt.Errorf("packs: %w", err)}
	}
	var errs []error
	for _, e := range entries {
		if !e.IsDir() {
			continue // a note of the operator's
		}
		pack, err := fs.Sub(folder, e.Name())
		if err != nil {
			errs = append(errs, fmt.Errorf("packs: %w", err))
			continue
		}
		errs = append(errs, s.addPack(pack, e.Name())...)
	}
	return errs
}

func (s *Set) addPack(pack fs.FS, tag string) []error {
	file := path.Join(tag, PackFile)
	before, known := s.find(tag)
	if known && before.Status == Complete {
		return []error{fmt.Errorf("%s: %s is complete in the program; a municipality says its own facts in the overlay folder", tag, tag)}
	}
	l := before
	b, err := fs.ReadFile(pack, PackFile)
	switch {
	case err == nil:
		if l, err = parsePack(file, b, s.find); err != nil {
			return []error{err}
		}
		if l.Tag != tag {
			return []error{fmt.Errorf("%s:%d: the tag is %q and the folder %q; give both the same name", file, lineOf(b, "tag"), l.Tag, tag)}
		}
	case !errors.Is(err, fs.ErrNotExist):
		return []error{fmt.Errorf("%s: %w", file, err)}
	case !known:
		return []error{fmt.Errorf("%s: there is no such file, and the program does not know %q; describe the language in it, as docs/LANGUAGES.md says", file, tag)}
	}
	names, err := fs.Glob(pack, "*.yaml")
	if err != nil {
		return []error{err} // only for a pattern that is not one
	}
	var errs []error
	for _, name := range names {
		if name == PackFile {
			continue
		}
		errs = append(errs, s.addFile(pack, l, name)...)
	}
	if i := slices.IndexFunc(s.languages, func(l Language) bool { return l.Tag == tag }); i >= 0 {
		s.languages[i] = l
	} else {
		s.languages = append(s.languages, l)
	}
	// The program's own languages are held to this by a test.
	if missing := s.Missing(tag); l.Status == Complete && len(missing) > 0 {
		errs = append(errs, fmt.Errorf("%s is said to be complete and lacks %d messages, %s first; translate them, or write status: partial", file, len(missing), missing[0]))
	}
	return errs
}

// addFile reads one message file of a pack and holds it against the Spanish one.
func (s *Set) addFile(pack fs.FS, l Language, base string) []error {
	area, name := strings.TrimSuffix(base, ".yaml"), path.Join(l.Tag, base)
	source, ok := s.texts[Source][area]
	if !ok {
		return []error{fmt.Errorf("%s: there is no area %q; the areas are %s", name, area, strings.Join(s.Areas(), ", "))}
	}
	b, err := fs.ReadFile(pack, base)
	if err != nil {
		return []error{fmt.Errorf("%s: %w", name, err)}
	}
	messages, err := ParseMessages(name, b)
	if err != nil {
		return []error{err}
	}
	byKey := map[string]Message{}
	for _, m := range source {
		byKey[m.Key] = m
	}
	var errs []error
	for _, m := range messages {
		in, known := byKey[m.Key]
		if !known {
			errs = append(errs, fmt.Errorf("%s:%d: no text of the interface has the key %q; correct it or take it out", name, m.Line, m.Key))
			continue
		}
		if err := CheckTranslation(in, m, l.PluralForms()); err != nil {
			errs = append(errs, fmt.Errorf("%s:%d: %w", name, m.Line, err))
		}
	}
	if len(errs) == 0 {
		s.put(l.Tag, area, messages)
	}
	return errs
}

// finish makes the words of every language.
func (s *Set) finish() {
	for _, l := range s.languages {
		s.words[l.Tag] = newWords(l, s.Messages(l.Tag))
	}
	for i := range s.languages {
		l := &s.languages[i]
		for _, tag := range l.Fallback {
			s.words[l.Tag].chain = append(s.words[l.Tag].chain, s.words[tag])
		}
		s.describe(l)
		s.words[l.Tag].lang = *l
	}
	source := s.words[Source]
	s.pseudo = sync.OnceValue(func() *Words {
		w := newWords(source.lang, pseudo(s.Messages(Source)))
		w.lang.Tag, w.lang.Name = Pseudo, PseudoText(source.lang.Name)
		w.lang.Status, w.lang.Note, w.lang.Review, w.lang.Greeting = Partial, "", "", Greeting{}
		return w
	})
}

// describe writes what a page says about a language.
func (s *Set) describe(l *Language) {
	w := s.words[l.Tag]
	if l.Status == Partial {
		w = s.words[Source]
		l.Note = w.Text("languages.partial")
	}
	l.Review = w.Text("languages.unreviewed")
	if day, err := time.Parse(time.DateOnly, l.Reviewed); err == nil {
		l.Review = w.Text("languages.reviewed", "By", l.Reviewer, "On", w.Date(day))
	}
}

func newWords(l Language, messages []Message) *Words {
	bundle := i18n.NewBundle(l.plural)
	for _, m := range messages {
		// Only a tag without a plural rule is refused, and l.plural has one.
		if err := bundle.AddMessages(l.plural, m.i18n()); err != nil {
			panic("locales: " + err.Error())
		}
	}
	return &Words{lang: l, localizer: i18n.NewLocalizer(bundle, l.plural.String())}
}

// Languages lists the complete languages in the order of the welcome page.
func (s *Set) Languages() []Language {
	return slices.DeleteFunc(s.Known(), func(l Language) bool { return l.Status != Complete })
}

// Known lists every language with a pack, the complete ones first.
func (s *Set) Known() []Language {
	out := slices.Clone(s.languages)
	slices.SortStableFunc(out, func(a, b Language) int {
		return cmp.Or(strings.Compare(string(a.Status), string(b.Status)), cmp.Compare(place(a.Tag), place(b.Tag)))
	})
	return out
}

// Find returns a language by its tag, the pseudo-locale too.
func (s *Set) Find(tag string) (Language, bool) {
	if tag == Pseudo {
		return s.pseudo().lang, true
	}
	return s.find(tag)
}

// In returns the words of a language, or of Spanish when there is no such one.
func (s *Set) In(tag string) *Words {
	if w, ok := s.words[tag]; ok {
		return w
	}
	if tag == Pseudo {
		return s.pseudo()
	}
	return s.words[Source]
}

// Areas returns the areas of the interface's words, sorted.
func (s *Set) Areas() []string { return slices.Sorted(maps.Keys(s.texts[Source])) }

// Area returns the messages of one area in a language, in its file's order.
func (s *Set) Area(tag, area string) []Message { return slices.Clone(s.texts[tag][area]) }

// Messages returns every message that a language itself has, area by area.
func (s *Set) Messages(tag string) []Message {
	var out []Message
	for _, area := range s.Areas() {
		out = append(out, s.texts[tag][area]...)
	}
	return out
}

// Missing returns the keys of the interface that a language lacks.
func (s *Set) Missing(tag string) []string {
	have := map[string]bool{}
	for _, m := range s.Messages(tag) {
		have[m.Key] = true
	}
	var out []string
	for _, m := range s.Messages(Source) {
		if !have[m.Key] {
			out = append(out, m.Key)
		}
	}
	return out
}

// Coverage returns how many of the interface's messages a language has, and how
// many there are.
func (s *Set) Coverage(tag string) (have, all int) {
	all = len(s.Messages(Source))
	if tag == Pseudo {
		return all, all
	}
	return all - len(s.Missing(tag)), all
}

// Current returns the set from which this package's functions speak.
func Current() *Set { return current() }
