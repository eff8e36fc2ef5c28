package catalog

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"chasqui/assets"
)

// Finding is something the linter has to say about a place in a file.
type Finding struct {
	File     string   `json:"file"`   // inside the catalogue: "certificado-residencia/service.yaml"
	Line     int      `json:"line"`   // from 1
	Column   int      `json:"column"` // from 1
	Rule     string   `json:"rule"`   // its name, "no-why"
	Severity Severity `json:"severity"`
	// Message says what is the matter and what to do.
	Message string `json:"message"`
}

// String returns the finding as a compiler would print it.
func (f Finding) String() string {
	return fmt.Sprintf("%s:%d:%d: %s: %s [%s]", f.File, f.Line, f.Column, f.Severity, f.Message, f.Rule)
}

// Options say what a catalogue is checked against besides the standard. The zero
// value asks nothing more.
type Options struct {
	// Only names one folder to check; "" is for all of them.
	Only string
	// Units are the ids of the units that there are. With none, any is taken.
	Units []string
	// Program and Dir are what an author types for the tool ("bin/chasqui") and for the
	// catalogue's folder, so that a command in a finding can be copied.
	Program, Dir string
}

// Report is what checking a catalogue found.
type Report struct {
	// Findings are in the order of files and lines.
	Findings []Finding
	// Partly says that some checks were left out, since errors stood in their way.
	Partly bool
}

// Lint checks every service of a catalogue against the service standard, and every
// lesson. It returns what it found in the order of files and lines; a catalogue without
// findings of SeverityError may be published.
func Lint(fsys fs.FS) []Finding { return Check(fsys, Options{}).Findings }

// Check is Lint with options.
func Check(fsys fs.FS, o Options) Report {
	services, err := foldersWith(fsys, serviceFile)
	lessons, err2 := foldersWith(fsys, lessonFile)
	if err := cmp.Or(err, err2); err != nil {
		return Report{Findings: []Finding{{File: ".", Line: 1, Column: 1, Rule: ruleFile, Severity: SeverityError, Message: err.Error()}}}
	}
	if len(services)+len(lessons) == 0 {
		return Report{Findings: []Finding{{File: ".", Line: 1, Column: 1, Rule: ruleFile, Severity: SeverityError,
			Message: "no services found; each is a folder with a " + serviceFile + ", and this must be the folder around them"}}}
	}
	var out Report
	for _, folders := range []struct {
		names []string
		lint  func(fsys fs.FS, folder string, o Options) ([]Finding, bool)
	}{{services, lintService}, {lessons, lintLesson}} {
		for _, folder := range folders.names {
			if o.Only != "" && o.Only != folder {
				continue
			}
			found, whole := folders.lint(fsys, folder, o)
			out.Findings = append(append(out.Findings, curlyQuotes(fsys, folder)...), found...)
			out.Partly = out.Partly || !whole
		}
	}
	slices.SortStableFunc(out.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Rule, b.Rule))
	})
	out.Findings = slices.Compact(out.Findings)
	return out
}

// LintOverlay checks a municipality's own folder against the services that it is
// laid over.
func LintOverlay(shared, overlay fs.FS) []Finding {
	var all []Finding
	entries, err := fs.ReadDir(overlay, ".")
	if err != nil {
		return []Finding{{File: ".", Line: 1, Column: 1, Rule: ruleFile, Severity: SeverityError, Message: err.Error()}}
	}
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		if _, err := fs.Stat(shared, path.Join(e.Name(), serviceFile)); err != nil {
			all = append(all, Finding{e.Name(), 1, 1, ruleOverlay, SeverityError, "there is no service of this name to lay it over; correct the folder's name"})
			continue
		}
		_, problems := loadService(shared, overlay, e.Name())
		all = append(all, problemsFound(problems)...)
	}
	return all
}

// page gathers the findings about one translated file, a service or a lesson.
type page struct {
	Options
	fsys      fs.FS
	folder    string
	src       *source
	languages []string
	words     []text
	findings  []Finding
}

// linter gathers the findings about one service.
type linter struct {
	*Service
	*page
}

func problemsFound(problems []*problem) []Finding {
	var out []Finding
	for _, p := range problems {
		out = append(out, Finding{p.file, p.line, p.column, p.rule, SeverityError, p.message})
	}
	return out
}

// lintService returns what it found, and whether it checked everything.
func lintService(fsys fs.FS, folder string, o Options) ([]Finding, bool) {
	s, problems := loadService(fsys, nil, folder)
	if len(problems) > 0 {
		return problemsFound(problems), false // what follows would only repeat it
	}
	l := &linter{s, &page{Options: o, fsys: fsys, folder: folder, src: s.source, languages: s.def.Languages, words: s.def.texts()}}
	l.checkLanguages()
	l.checkHeader()
	l.checkQuestions()
	l.checkTranslations()
	l.checkWords()
	l.checkHeaderWords()
	l.checkSuggestions()
	inOrder, known := l.checkOutcomes(), l.checkOptions()
	if !inOrder || !known {
		return l.findings, false // what cannot be reached, and where tests lead, only follows from it
	}
	l.checkPaths()
	l.checkTests()
	return l.findings, true
}

// say adds a finding at a place in the file.
func (l *page) say(severity Severity, rule string, at []any, format string, args ...any) {
	p := l.src.problem(l.src.at(at...), rule, format, args...)
	l.findings = append(l.findings, Finding{p.file, p.line, p.column, rule, severity, p.message})
}

func at(path ...any) []any { return path }

func (l *linter) checkHeader() {
	d := l.def
	if d.Unit == "" || d.Text.UnitName == "" {
		l.say(SeverityError, ruleUnit, at("unit"), "nobody is responsible; write unit and text.unit_name")
	}
	if d.Unit != "" && len(l.Units) > 0 && !slices.Contains(l.Units, d.Unit) {
		l.say(SeverityWarning, ruleNoSuchUnit, at("unit"), "no unit has the id %q, so that nobody could read a request; the units are %s: ask your operator for the list of ids",
			d.Unit, strings.Join(l.Units, ", "))
	}
	l.checkIcon(d.Icon, "icon")
	if d.Text.Keywords == "" && !d.Hidden {
		l.say(SeverityError, ruleKeywords, at("text"), "nobody can find it by everyday words; write text.keywords, with commas between them")
	}
	if d.Situation == "" && !d.Hidden {
		l.say(SeverityError, ruleSituation, at("id"), "it is filed under no situation; write situation, so that people can find it")
	}
	if d.Hidden && d.Situation != "" {
		l.say(SeverityError, ruleHidden, at("situation"), "the service is hidden and would not be found there; take situation out, or hidden")
	}
	if d.Text.Cost == "" {
		l.say(SeverityError, ruleCost, at("text"), "what it costs is missing; write text.cost, \"gratis\" or \"consulte en el mesón\" if need be")
	}
	if d.Text.TimeLimit == "" {
		l.say(SeverityError, ruleTimeLimit, at("text"), "how long it takes is missing; write text.time_limit")
	}
	if len(d.Documents) == 0 {
		l.say(SeverityError, ruleDocuments, at("documents"), "what to bring is missing; list documents, or one that says that none is needed")
	}
	other := false
	for i, c := range d.Channels {
		if c.Channel != "kiosk" && c.Channel != "kiosk-assisted" {
			other = true
		}
		if c.Hours == "" && c.Channel != "web" {
			l.say(SeverityError, ruleHours, at("channels", i), "the channel %s has no hours; write when it can be used", c.Channel)
		}
	}
	if !other {
		l.say(SeverityError, ruleChannel, at("channels"), "the kiosk is the only channel; name another, so that nobody is left out")
	}
	l.checkFacts(d.Facts)
}

func (l *page) checkFacts(facts []factDef) {
	if len(facts) == 0 {
		l.say(SeverityError, ruleSource, at("facts"), "no source is named; list facts with where each comes from")
	}
	for i, f := range facts {
		if (f.URL == "" || f.Read == "") && !mentions(f.About+" "+f.Source, "pregunte", "consulte") {
			l.say(SeverityError, ruleSource, at("facts", i), "the fact %s was read nowhere; give url and read, or write \"pregunte en el mesón\"", f.ID)
		}
	}
}

// program is what an author types for the tool.
func (l *page) program() string { return cmp.Or(l.Program, "chasqui") }

// checkIcon looks for an icon among those that the programs carry. A service
// always has one; an option may do without.
func (l *page) checkIcon(name string, path ...any) {
	if _, ok := assets.Icon(name); !ok {
		l.say(SeverityError, ruleIcon, path, "there is no icon %q; the nearest are %s, and \"%s icons\" lists them all", name, strings.Join(nearest(name, assets.IconNames(), 3), ", "), l.program())
	}
}

// checkOutcomes reports whether the outcomes stand in an order in which each can
// be reached, and all answers lead somewhere.
func (l *linter) checkOutcomes() (inOrder bool) {
	last := len(l.def.Outcomes) - 1
	inOrder = l.def.Outcomes[last].When == ""
	for i, o := range l.def.Outcomes {
		if o.When == "" && i < last {
			inOrder = false
			l.say(SeverityError, ruleNoOutcome, at("outcomes", i), "outcome %q has no when and so always applies; what stands below it, %q first, is never reached: give it a when, or move it to the end",
				o.ID, l.def.Outcomes[i+1].ID)
		}
	}
	if l.def.Outcomes[last].When != "" {
		l.say(SeverityError, ruleDefault, at("outcomes", last), "some answers may lead nowhere, since even the last outcome has a when; end with an outcome without one")
	}
	return inOrder
}

// checkSuggestions holds every suggestion to the rules of suggesting, whatever
// its author's condition says.
func (l *linter) checkSuggestions() {
	for i, g := range l.def.Suggestions {
		made := false
		for _, f := range l.everyFact() {
			action := l.actionOf(f.Outcome)
			if l.suggestWhen[i].eval(&world{vars: f.vars(action)}) != isTrue {
				continue
			}
			made = true
			if reason := mayNot(g.ID, f, action); reason != "" {
				l.say(SeverityError, ruleSuggestion, at("suggestions", i, "when"), "it would be made %s; add that to its condition", reason)
				break
			}
		}
		if !made {
			l.say(SeverityError, ruleSuggestion, at("suggestions", i, "when"), "its condition never holds; correct it or take the suggestion out")
		}
		for j, w := range g.Wordings {
			if g.Source == "" && hasDigit(w.Title+w.Body) {
				l.say(SeverityError, ruleSuggestion, at("suggestions", i, "wordings", j), "the wording claims a figure and the suggestion has no source; name it")
			}
		}
	}
}

// follow is the suggestion that leads to the hub's status page.
const follow = "seguir-desde-casa"

func mayNot(id string, f Facts, action string) string {
	switch {
	case f.DigitalFailedToday:
		return "to somebody for whom the digital way failed today"
	case !f.DigitalComplete:
		return "where the digital way is not complete"
	case action != "apply":
		return "before the person's own business is done"
	case id == follow && !f.PublicURL:
		return "without a public address to follow the folio at"
	}
	return ""
}

func (l *linter) actionOf(outcome string) string {
	for _, o := range l.def.Outcomes {
		if o.ID == outcome {
			return string(o.Action)
		}
	}
	return ""
}

// everyFact returns every combination of facts that this service can meet.
func (l *linter) everyFact() []Facts {
	var all []Facts
	for _, o := range l.def.Outcomes {
		for _, language := range l.def.Languages {
			for bits := range 8 {
				all = append(all, Facts{
					PublicURL: bits&1 != 0, DigitalComplete: bits&2 != 0, DigitalFailedToday: bits&4 != 0,
					Language: language, Service: l.def.ID, Outcome: o.ID,
				})
			}
		}
	}
	return all
}
