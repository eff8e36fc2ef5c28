package catalog

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// Pack is a language that the services do not declare: what there is of it is
// shown, and the rest stands in Spanish between ⟦ ⟧.
type Pack struct {
	// Tag is the language's name: "arn".
	Tag string
	// Files holds services/<id>.yaml and lessons/<id>.yaml, message files of
	// go-i18n like those beside a service. nil for none.
	Files fs.FS
	// Derive, where it is given, makes every text from the Spanish one, as the
	// pseudo-locale does; Files is then not looked into.
	Derive func(spanish string) string
}

// The folders of a pack's files.
const (
	packServices = "services"
	packLessons  = "lessons"
)

// Add returns the catalogue with packs in it. Whatever is wrong with a pack's file
// is named with file and line, and then nothing is added.
func (c *Catalog) Add(packs ...Pack) (*Catalog, error) {
	next, errs := c.now().with(packs)
	if len(errs) > 0 {
		return nil, fmt.Errorf("packs: %w", errors.Join(errs...))
	}
	out := &Catalog{}
	out.set.Store(next)
	return out, nil
}

// with returns the set with packs in it, and everything that is wrong with them.
func (s *set) with(packs []Pack) (*set, []error) {
	var services []*Service
	for _, one := range s.services {
		services = append(services, one.copied())
	}
	var lessons []*Lesson
	for _, one := range s.lessons {
		lessons = append(lessons, one.copied())
	}
	var errs []error
	for _, p := range packs {
		errs = append(errs, s.checkNames(p)...)
		for _, one := range services {
			errs = append(errs, asErrors(one.addPack(p))...)
		}
		for _, one := range lessons {
			errs = append(errs, asErrors(one.addPack(p))...)
		}
	}
	out := newSet(services, lessons)
	out.packs = slices.Concat(s.packs, packs)
	return out, errs
}

// keeping returns the set with packs that another one had. A text of theirs that
// fits no more, since somebody is changing the service, stands in Spanish again.
func (s *set) keeping(packs []Pack) *set {
	if len(packs) == 0 {
		return s
	}
	out, _ := s.with(packs)
	return out
}

func asErrors(problems []*problem) []error {
	var out []error
	for _, p := range problems {
		out = append(out, p)
	}
	return out
}

// copied returns a service whose languages can be added to.
func (s *Service) copied() *Service {
	out := *s
	out.texts, out.resolved, out.packs = maps.Clone(s.texts), maps.Clone(s.resolved), slices.Clone(s.packs)
	return &out
}

// spoken returns the languages that have words for the service.
func (s *Service) spoken() []string { return slices.Concat(s.def.Languages, s.packs) }

// addPack takes up a language that the service does not declare. One that it does
// declare is complete and needs no pack.
func (s *Service) addPack(p Pack) []*problem {
	if slices.Contains(s.def.Languages, p.Tag) {
		return nil
	}
	texts, problems := packTexts(p, packServices, s.ID(), s.texts[sourceLanguage])
	// Where a municipality says its own fact, in Spanish, the pack's translation is
	// of another one.
	for _, t := range s.def.texts() {
		if s.texts[sourceLanguage][t.Key] != t.Text && p.Derive == nil {
			delete(texts, t.Key)
		}
	}
	if p.Derive == nil && len(texts) > 0 && !slices.Contains(s.packs, p.Tag) {
		s.packs = append(s.packs, p.Tag)
	}
	s.texts[p.Tag] = texts
	s.resolved[p.Tag] = s.resolve(p.Tag)
	return problems
}

// copied returns a lesson whose languages can be added to.
func (l *Lesson) copied() *Lesson {
	out := *l
	out.texts = maps.Clone(l.texts)
	return &out
}

// addPack takes up a language that the lesson does not declare.
func (l *Lesson) addPack(p Pack) []*problem {
	if slices.Contains(l.def.Languages, p.Tag) {
		return nil
	}
	source := map[string]string{}
	for _, t := range l.words {
		// What is scanned is not read, and an address stays one.
		if p.Derive == nil || !t.Optional {
			source[t.Key] = t.Text
		}
	}
	texts, problems := packTexts(p, packLessons, l.ID(), source)
	l.texts[p.Tag] = texts
	return problems
}

// packTexts returns what a pack has for one service or lesson, whose Spanish texts
// are source.
func packTexts(p Pack, kind, id string, source map[string]string) (map[string]string, []*problem) {
	out := map[string]string{}
	if p.Derive != nil {
		for key, text := range source {
			out[key] = p.Derive(text)
		}
		return out, nil
	}
	if p.Files == nil {
		return out, nil
	}
	m, err := readMessages(p.Files, kind, id)
	if err != nil {
		return out, []*problem{asProblem(path.Join(kind, id+".yaml"), err).within(p.Tag)}
	}
	if m == nil {
		return out, nil
	}
	var problems []*problem
	for _, key := range sortedKeys(m.text) {
		switch text := m.text[key]; {
		case source[key] == "":
			problems = append(problems, m.source.problem(m.node(key), ruleStray, "%s has no text with the key %q; correct it or take it out", id, key).within(p.Tag))
		case strings.Contains(text, "{{"):
			problems = append(problems, m.source.problem(m.node(key), ruleMessages, "%q has a placeholder; the texts of the catalogue have none", key).within(p.Tag))
		default:
			out[key] = text
		}
	}
	return out, problems
}

// within names the pack in which a file lies.
func (p *problem) within(tag string) *problem {
	p.file = path.Join(tag, p.file)
	return p
}

// checkNames finds files for services that there are not: a misspelt name would
// be a translation that nobody sees.
func (s *set) checkNames(p Pack) []error {
	if p.Files == nil || p.Derive != nil {
		return nil
	}
	known := map[string][]string{}
	for _, one := range s.services {
		known[packServices] = append(known[packServices], one.ID())
	}
	for _, one := range s.lessons {
		known[packLessons] = append(known[packLessons], one.ID())
	}
	var errs []error
	for _, kind := range []string{packServices, packLessons} {
		names, err := fs.Glob(p.Files, kind+"/*.yaml")
		if err != nil {
			return []error{err} // only for a pattern that is not one
		}
		for _, name := range names {
			if id := strings.TrimSuffix(path.Base(name), ".yaml"); !slices.Contains(known[kind], id) {
				errs = append(errs, fmt.Errorf("%s: the catalogue has no %s of the name %q; correct the file's name or take it out",
					path.Join(p.Tag, name), strings.TrimSuffix(kind, "s"), id))
			}
		}
	}
	return errs
}

// Text is one text of the catalogue that is translated.
type Text struct {
	// Kind is "services" or "lessons", ID the service's or lesson's.
	Kind, ID string
	// Key is its key in message files.
	Key string
	// Spanish is the source; In what a language has for it, "" for nothing.
	Spanish, In string
	// Room is how many characters it may have in a language other than Spanish; 0
	// where nothing bounds it.
	Room int
}

func textOf(kind, id string, t text, in string) Text {
	one := Text{Kind: kind, ID: id, Key: t.Key, Spanish: t.Text, In: in}
	if characters, ok := roomFor(t.Key); ok {
		one.Room = int(float64(characters) * growth)
	}
	return one
}

// Texts lists every text of the catalogue that a language must have, with what it
// has: services first, then lessons.
func (c *Catalog) Texts(language string) []Text {
	var out []Text
	add := func(kind, id string, t text, in string) {
		if t.Optional {
			return
		}
		if language == sourceLanguage {
			in = t.Text
		}
		out = append(out, textOf(kind, id, t, in))
	}
	for _, s := range c.now().services {
		for _, t := range s.def.texts() {
			add(packServices, s.ID(), t, s.texts[language][t.Key])
		}
	}
	for _, l := range c.now().lessons {
		for _, t := range l.words {
			add(packLessons, l.ID(), t, l.texts[language][t.Key])
		}
	}
	return out
}
