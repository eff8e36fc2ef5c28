package catalog

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"chasqui/assets"
	"chasqui/kiosk"
	"chasqui/kiosk/search"
)

// Catalog is the set of services that a kiosk offers, with the lessons. It may be
// used from several goroutines, also while [Catalog.Replace] puts another set in
// its place: what was found before stays whole.
type Catalog struct {
	set atomic.Pointer[set]
}

// set is what one loading found. It does not change.
type set struct {
	services []*Service
	lessons  []*Lesson
	search   func() *search.Index
	packs    []Pack
}

func newSet(services []*Service, lessons []*Lesson) *set {
	return &set{services: services, lessons: lessons, search: sync.OnceValue(func() *search.Index { return index(services) })}
}

func (c *Catalog) now() *set {
	if s := c.set.Load(); s != nil {
		return s
	}
	return newSet(nil, nil)
}

// Replace puts what another catalogue holds in the place of what this one held,
// at once, and keeps its own packs. A service that is under way keeps the definition it began with only
// where its user keeps the *Service.
func (c *Catalog) Replace(other *Catalog) { c.set.Store(other.now().keeping(c.now().packs)) }

// serviceFile is the name that makes a folder a service.
const serviceFile = "service.yaml"

// Load reads every service of shared: folders with a service.yaml and a message
// file for each other language. overlay, which may be nil, is a municipality's own
// folder of the same shape with message files only, Spanish ("es.yaml") among
// them: its texts replace the shared ones under the keys cost, time_limit,
// unit_name, privacy.how_long, channel.* and document.*. Where it gives such a text in
// Spanish only, the other languages show that one, visibly, rather than a fact
// that does not hold there. Its local.yaml replaces the hours for a computer.
//
// Lessons are folders with a lesson.yaml. Where shared has none, they are those
// that travel in the program.
//
// Load refuses a service whose file cannot be trusted: broken YAML, against the
// schema, a condition that does not compile. What only falls short of the
// standard is for Lint. Each error names file and line.
func Load(shared, overlay fs.FS) (*Catalog, error) {
	folders, err := foldersWith(shared, serviceFile)
	if err != nil {
		return nil, err
	}
	var services []*Service
	var errs []error
	for _, folder := range folders {
		s, problems := loadService(shared, overlay, folder)
		for _, p := range problems {
			errs = append(errs, p)
		}
		if len(problems) == 0 {
			services = append(services, s)
		}
	}
	lessons, err := loadLessons(shared)
	if err := errors.Join(append(errs, err)...); err != nil {
		return nil, fmt.Errorf("catalogue: %w", err)
	}
	if len(services) == 0 {
		return nil, errors.New("catalogue: no services found; each is a folder with a " + serviceFile)
	}
	c := &Catalog{}
	c.set.Store(newSet(services, lessons))
	return c, nil
}

func loadLessons(shared fs.FS) ([]*Lesson, error) {
	folders, err := foldersWith(shared, lessonFile)
	if err == nil && len(folders) == 0 {
		shared = assets.Lessons()
		folders, err = foldersWith(shared, lessonFile)
	}
	if err != nil {
		return nil, err
	}
	var lessons []*Lesson
	var errs []error
	for _, folder := range folders {
		l, problems := loadLesson(shared, folder)
		for _, p := range problems {
			errs = append(errs, p)
		}
		lessons = append(lessons, l)
	}
	return lessons, errors.Join(errs...)
}

// Services returns the services in the order of their ids, hidden ones among them.
func (c *Catalog) Services() []*Service { return slices.Clone(c.now().services) }

// Offered returns the services that are offered by name: all but the hidden ones.
func (c *Catalog) Offered() []*Service {
	return slices.DeleteFunc(c.Services(), func(s *Service) bool { return s.def.Hidden })
}

// Lessons returns the lessons in the order of their ids. There may be none.
func (c *Catalog) Lessons() []*Lesson { return slices.Clone(c.now().lessons) }

// Find returns the service with an id.
func (c *Catalog) Find(id string) (*Service, bool) {
	for _, s := range c.now().services {
		if s.ID() == id {
			return s, true
		}
	}
	return nil, false
}

// foldersWith returns the folders that hold a file of that name, sorted.
func foldersWith(fsys fs.FS, name string) ([]string, error) {
	files, err := fs.Glob(fsys, "*/"+name)
	if err != nil {
		return nil, fmt.Errorf("catalogue: %w", err)
	}
	var folders []string
	for _, f := range files {
		folders = append(folders, strings.TrimSuffix(f, "/"+name))
	}
	slices.Sort(folders)
	return folders, nil
}

// loadService reads one service with its messages. Without problems it can be
// used; with problems it may be nil.
func loadService(shared, overlay fs.FS, folder string) (*Service, []*problem) {
	s, problems := readService(shared, folder)
	if s == nil || len(problems) > 0 {
		return s, problems
	}
	s.texts = map[string]map[string]string{sourceLanguage: {}}
	for _, t := range s.def.texts() {
		s.texts[sourceLanguage][t.Key] = t.Text
	}
	for _, language := range s.def.Languages {
		if language == sourceLanguage {
			continue
		}
		m, err := readMessages(shared, folder, language)
		if err != nil {
			problems = append(problems, asProblem(folder+"/"+language+".yaml", err))
			continue
		}
		s.texts[language] = map[string]string{}
		if m != nil {
			s.texts[language] = m.written()
		}
	}
	if overlay != nil && len(problems) == 0 {
		problems = append(s.lay(overlay, folder), s.layHours(overlay, folder)...)
	}
	s.resolved = map[string]kiosk.Service{}
	for _, language := range s.def.Languages {
		s.resolved[language] = s.resolve(language)
	}
	return s, problems
}

// lay puts a municipality's own texts over the shared ones.
func (s *Service) lay(overlay fs.FS, folder string) []*problem {
	own, err := readMessages(overlay, folder, sourceLanguage)
	if err != nil {
		return []*problem{asProblem(folder+"/"+sourceLanguage+".yaml", err)}
	}
	var problems []*problem
	replace := func(language string, m *messages) {
		for _, key := range sortedKeys(m.text) {
			if _, known := s.texts[sourceLanguage][key]; !known || !local(key) {
				problems = append(problems, m.source.problem(m.node(key), ruleOverlay,
					"%q is not a text that a municipality replaces; take it out", key))
				continue
			}
			s.texts[language][key] = m.text[key]
			if channel, ok := strings.CutSuffix(strings.TrimPrefix(key, "channel."), ".hours"); ok {
				delete(s.open, channel) // shared hours that do not hold here
			}
		}
	}
	if own != nil {
		replace(sourceLanguage, own)
	}
	for _, language := range s.def.Languages {
		if language == sourceLanguage {
			continue
		}
		if own != nil {
			for key := range own.text {
				delete(s.texts[language], key) // a shared fact that does not hold here
			}
		}
		m, err := readMessages(overlay, folder, language)
		if err != nil {
			problems = append(problems, asProblem(folder+"/"+language+".yaml", err))
			continue
		}
		if m != nil {
			replace(language, m)
		}
	}
	return problems
}
