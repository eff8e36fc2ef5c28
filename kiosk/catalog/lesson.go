package catalog

import (
	"io/fs"
	"path"
	"slices"

	"chasqui/kiosk"
)

// lessonFile is the name that makes a folder a lesson.
const lessonFile = "lesson.yaml"

// maxLessonPage is how many sentences a page of a lesson has room for.
const maxLessonPage = 4

// lessonDef is lesson.yaml as it is written.
type lessonDef struct {
	ID        string    `yaml:"id"`
	Icon      string    `yaml:"icon"`
	Languages []string  `yaml:"languages"`
	Text      lessonTop `yaml:"text"`
	Steps     []stepDef `yaml:"steps"`
	Facts     []factDef `yaml:"facts"`
}

type lessonTop struct {
	Title   string `yaml:"title"`
	Summary string `yaml:"summary"`
	End     string `yaml:"end"`
}

type stepDef struct {
	ID      string   `yaml:"id"`
	Title   string   `yaml:"title"`
	Text    string   `yaml:"text"`
	Scan    string   `yaml:"scan"`
	Message string   `yaml:"message"`
	Options []tryDef `yaml:"options"`
}

type tryDef struct {
	ID    string `yaml:"id"`
	Label string `yaml:"label"`
	Right bool   `yaml:"right"`
	Say   string `yaml:"say"`
}

// texts lists every translatable text that is not empty. What is scanned may be
// the same in every language, and so may a source.
func (d *lessonDef) texts() []text {
	var all []text
	add := func(optional bool, key, value string, at ...any) {
		if value != "" {
			all = append(all, text{Key: key, Text: value, At: at, Optional: optional})
		}
	}
	add(false, "title", d.Text.Title, "text", "title")
	add(false, "summary", d.Text.Summary, "text", "summary")
	add(false, "end", d.Text.End, "text", "end")
	for i, s := range d.Steps {
		key := "step." + s.ID
		add(false, key+".title", s.Title, "steps", i, "title")
		add(false, key+".text", s.Text, "steps", i, "text")
		add(true, key+".scan", s.Scan, "steps", i, "scan")
		add(false, key+".message", s.Message, "steps", i, "message")
		if s.Message != "" {
			all[len(all)-1].Quoted = true
		}
		for j, o := range s.Options {
			add(false, key+".option."+o.ID+".label", o.Label, "steps", i, "options", j, "label")
			add(false, key+".option."+o.ID+".say", o.Say, "steps", i, "options", j, "say")
		}
	}
	for i, f := range d.Facts {
		add(true, "fact."+f.ID, f.About, "facts", i, "about")
	}
	return all
}

// Lesson is one lesson of the catalogue, in all its languages.
type Lesson struct {
	def    *lessonDef
	source *source
	words  []text
	texts  map[string]map[string]string // by language and key
}

// ID returns the lesson's id, the name of its folder.
func (l *Lesson) ID() string { return l.def.ID }

// Languages returns the languages that the lesson declares complete.
func (l *Lesson) Languages() []string { return slices.Clone(l.def.Languages) }

// In returns the lesson with every text in a language. A text that the language
// lacks stands in Spanish between ⟦ ⟧.
func (l *Lesson) In(language string) kiosk.Lesson {
	shown := map[string]string{}
	for _, t := range l.words {
		switch own, ok := l.texts[language][t.Key]; {
		case ok:
			shown[t.Key] = own
		case t.Optional || language == sourceLanguage:
			shown[t.Key] = t.Text
		default:
			shown[t.Key] = visible(t.Text)
		}
	}
	out := kiosk.Lesson{ID: l.def.ID, Icon: l.def.Icon, Title: shown["title"], Summary: shown["summary"], End: shown["end"]}
	for _, s := range l.def.Steps {
		key := "step." + s.ID
		step := kiosk.LessonStep{
			ID: s.ID, Title: shown[key+".title"], Text: shown[key+".text"], Scan: shown[key+".scan"], Message: shown[key+".message"],
		}
		for _, o := range s.Options {
			option := key + ".option." + o.ID
			step.Options = append(step.Options, kiosk.LessonOption{ID: o.ID, Label: shown[option+".label"], Right: o.Right, Say: shown[option+".say"]})
		}
		out.Steps = append(out.Steps, step)
	}
	for _, f := range l.def.Facts {
		out.Facts = append(out.Facts, kiosk.Fact{About: shown["fact."+f.ID], Source: f.Source, URL: f.URL, Read: f.Read})
	}
	return out
}

// loadLesson reads one lesson with its messages. With problems it may be nil.
func loadLesson(fsys fs.FS, folder string) (*Lesson, []*problem) {
	file := path.Join(folder, lessonFile)
	src, err := readSource(fsys, file)
	if err != nil {
		return nil, []*problem{asProblem(file, err)}
	}
	l, problems := compileLesson(src, folder)
	if len(problems) > 0 {
		return nil, problems
	}
	for _, language := range l.def.Languages {
		m, err := readMessages(fsys, folder, language)
		if err != nil {
			problems = append(problems, asProblem(folder+"/"+language+".yaml", err))
			continue
		}
		if m != nil && language != sourceLanguage {
			l.texts[language] = m.written()
		}
	}
	return l, problems
}

func compileLesson(src *source, folder string) (*Lesson, []*problem) {
	if problems := checkSchema(src, lessonSchema); len(problems) > 0 {
		return nil, problems
	}
	d := &lessonDef{}
	if err := src.root.Decode(d); err != nil {
		return nil, []*problem{src.problem(src.root, ruleSchema, "does not read: %v", err)}
	}
	var problems []*problem
	if d.ID != folder {
		problems = append(problems, src.otherFolder(d.ID, folder))
	}
	step, fact := src.unique(&problems, "step"), src.unique(&problems, "fact")
	for i, s := range d.Steps {
		step(s.ID, "steps", i, "id")
		option := src.unique(&problems, "option")
		for j, o := range s.Options {
			option(o.ID, "steps", i, "options", j, "id")
		}
	}
	for i, f := range d.Facts {
		fact(f.ID, "facts", i, "id")
	}
	return &Lesson{def: d, source: src, words: d.texts(), texts: map[string]map[string]string{}}, problems
}

func lintLesson(fsys fs.FS, folder string, o Options) ([]Finding, bool) {
	lesson, problems := loadLesson(fsys, folder)
	if len(problems) > 0 {
		return problemsFound(problems), false
	}
	l := &page{Options: o, fsys: fsys, folder: folder, src: lesson.source, languages: lesson.def.Languages, words: lesson.words}
	l.checkLanguages()
	l.checkIcon(lesson.def.Icon, "icon")
	l.checkTranslations()
	l.checkWords()
	l.checkFacts(lesson.def.Facts)
	for i, s := range lesson.def.Steps {
		if len(s.Options) > 0 && !slices.ContainsFunc(s.Options, func(o tryDef) bool { return o.Right }) {
			l.say(SeverityError, ruleLesson, at("steps", i, "options"), "step %q has no right answer; mark one with right: true", s.ID)
		}
		if n := len(sentences(s.Text)); n > maxLessonPage {
			l.say(SeverityError, ruleLesson, at("steps", i, "text"), "step %q says %d sentences, at most %d a page; make two steps of it", s.ID, n, maxLessonPage)
		}
	}
	return l.findings, true
}
