package catalog

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
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
	out := *c
	out.services = nil
	for _, s := range c.services {
		out.services = append(out.services, s.copied())
	}
	var errs []error
	for _, p := range packs {
		if p.Files != nil && p.Derive == nil {
			errs = append(errs, out.checkNames(p)...)
		}
		for _, s := range out.services {
			for _, problem := range s.addPack(p) {
				errs = append(errs, problem)
			}
		}
	}
	if len(errs) > 0 {
		return nil, fmt.Errorf("packs: %w", errors.Join(errs...))
	}
	return &out, nil
}

// copied returns a service whose languages can be added to.
func (s *Service) copied() *Service {
	out := *s
	out.texts, out.resolved = maps.Clone(s.texts), maps.Clone(s.resolved)
	return &out
}

// addPack takes up a language that the service does not declare. One that it does
// declare is complete and needs no pack.
func (s *Service) addPack(p Pack) []*problem {
	if _, declared := s.texts[p.Tag]; declared {
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
	s.texts[p.Tag] = texts
	s.resolved[p.Tag] = s.resolve(p.Tag)
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
func (c *Catalog) checkNames(p Pack) []error {
	var errs []error
	for _, kind := range []string{packServices, packLessons} {
		names, err := fs.Glob(p.Files, kind+"/*.yaml")
		if err != nil {
			return []error{err} // only for a pattern that is not one
		}
		for _, name := range names {
			if id := strings.TrimSuffix(path.Base(name), ".yaml"); !c.has(kind, id) {
				errs = append(errs, fmt.Errorf("%s: the catalogue has no %s of the name %q; correct the file's name or take it out",
					path.Join(p.Tag, name), strings.TrimSuffix(kind, "s"), id))
			}
		}
	}
	return errs
}

// has reports whether there is a service or lesson of an id.
func (c *Catalog) has(kind, id string) bool {
	if kind == packServices {
		_, ok := c.Find(id)
		return ok
	}
	return false
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

// Texts lists every text of the catalogue with what a language has for it.
func (c *Catalog) Texts(language string) []Text {
	var out []Text
	for _, s := range c.services {
		for _, t := range s.def.texts() {
			out = append(out, newText(packServices, s.ID(), t.Key, t.Text, s.texts[language][t.Key]))
		}
	}
	return out
}

func newText(kind, id, key, spanish, in string) Text {
	t := Text{Kind: kind, ID: id, Key: key, Spanish: spanish, In: in}
	if characters, ok := roomFor(key); ok {
		t.Room = int(float64(characters) * growth)
	}
	return t
}
