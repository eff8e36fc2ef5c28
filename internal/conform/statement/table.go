// Package statement makes docs/ACCESSIBILITY.md: what of each clause holds, and who
// can use the kiosk.
//
//   - The [Table] is every clause, as data: what it asks, in our own words, and what
//     becomes of it.
//   - A [Claim] is a test that says that it exercises a clause, found by reading the
//     tests; a [Result] is what became of the test when it ran.
//   - The page is written from these three and nothing else, so that whoever has the
//     page, the table and the tests can tell whether they agree.
package statement

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Kind is what becomes of a clause.
type Kind string

// The kinds.
const (
	// Test: tests exercise it, and it passes when they do.
	Test Kind = "test"
	// Hardware: the program can do nothing about it; the operator must.
	Hardware Kind = "hardware"
	// Fails: it does not hold, and the note says why and what is planned.
	Fails Kind = "fails"
	// None: it does not apply, and the note says why.
	None Kind = "none"
	// Whole: it asks that all of its chapter hold together, and passes when no other
	// row of it fails.
	Whole Kind = "whole"
)

// Source is how the clause's text is known.
type Source string

// The sources.
const (
	// Read: the text of this version was read, in a stored copy.
	Read Source = "read"
	// Earlier: the text was read in an earlier version; number and subject are this
	// version's.
	Earlier Source = "earlier"
	// Number: only the number and the subject are known; what is written of it is how
	// we understand the subject.
	Number Source = "number"
)

var sources = map[Source]string{
	Earlier: "Text read in an earlier version.",
	Number:  "Only number and subject are known here, not the text.",
}

// Row is one clause.
type Row struct {
	// Number is the standard's own, without its name.
	Number  string `yaml:"number"`
	Subject string `yaml:"subject"`
	// Asks is what the clause asks, in our own words.
	Asks string `yaml:"asks"`
	Kind Kind   `yaml:"kind"`
	// Note says why and what is planned of a clause that fails, why one does not
	// apply, and what the tests of another leave open.
	Note string `yaml:"note,omitempty"`
	// Operator is what the operator must provide, beside what tests show.
	Operator string `yaml:"operator,omitempty"`
	// Same names a clause that asks the same of the same thing: the tests of either
	// are the other's too.
	Same   string `yaml:"same,omitempty"`
	Source Source `yaml:"source,omitempty"`

	// Name is the standard's name and the number.
	Name string `yaml:"-"`
}

// Part is a file of clauses: one chapter of a standard.
type Part struct {
	Standard string `yaml:"standard"`
	Title    string `yaml:"title"`
	// About says what the chapter is held against and what was left out.
	About string `yaml:"about"`
	Rows  []Row  `yaml:"clauses"`
}

// Group is people who share what they need.
type Group struct {
	Who string `yaml:"who"`
	// Can is what they can do while all that they need holds; Until what is so until
	// then.
	Can   string   `yaml:"can"`
	Until string   `yaml:"until"`
	Needs []string `yaml:"needs"`
	// Never is why they cannot use the kiosk, whatever the tests say.
	Never string `yaml:"never,omitempty"`
}

// Table is every clause and every group of people.
type Table struct {
	Parts  []Part
	Groups []Group
}

//go:embed clauses/*.yaml
var files embed.FS

// Load reads the table of the program.
func Load() (Table, error) {
	sub, err := fs.Sub(files, "clauses")
	if err != nil {
		return Table{}, err
	}
	return ReadTable(sub)
}

// ReadTable reads a table from a folder: people.yaml, and a file a chapter.
func ReadTable(folder fs.FS) (Table, error) {
	names, err := fs.Glob(folder, "*.yaml")
	if err != nil {
		return Table{}, err
	}
	var t Table
	for _, name := range names {
		if name == "people.yaml" {
			var people struct {
				Groups []Group `yaml:"groups"`
			}
			if err := strictly(folder, name, &people); err != nil {
				return Table{}, err
			}
			t.Groups = people.Groups
			continue
		}
		var part Part
		if err := strictly(folder, name, &part); err != nil {
			return Table{}, err
		}
		if part.Standard == "" || part.Title == "" || part.About == "" {
			return Table{}, fmt.Errorf("%s: write standard, title and about at its beginning", name)
		}
		for i := range part.Rows {
			row := &part.Rows[i]
			row.Name = part.Standard + " " + row.Number
			if err := row.check(); err != nil {
				return Table{}, fmt.Errorf("%s: clause %d (%s): %w", name, i+1, row.Number, err)
			}
			if t.has(row.Name) || slices.ContainsFunc(part.Rows[:i], func(r Row) bool { return r.Number == row.Number }) {
				return Table{}, fmt.Errorf("%s: clause %s stands twice; take one out", name, row.Number)
			}
		}
		t.Parts = append(t.Parts, part)
	}
	return t, t.check()
}

func strictly(folder fs.FS, name string, into any) error {
	b, err := fs.ReadFile(folder, name)
	if err != nil {
		return err
	}
	decoder := yaml.NewDecoder(bytes.NewReader(b))
	decoder.KnownFields(true)
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("%s: %w", path.Base(name), err)
	}
	return nil
}

func (r Row) check() error {
	switch {
	case r.Number == "" || strings.ContainsAny(r.Number, " |"):
		return fmt.Errorf("number: write the clause's number as the standard has it, without its name")
	case r.Subject == "":
		return fmt.Errorf("subject: write the clause's title")
	case r.Asks == "":
		return fmt.Errorf("asks: write in your own words what the clause asks")
	case !slices.Contains([]Kind{Test, Hardware, Fails, None, Whole}, r.Kind):
		return fmt.Errorf("kind: %q is none; write test, hardware, fails, none or whole", r.Kind)
	case (r.Kind == Fails || r.Kind == None) && r.Note == "":
		return fmt.Errorf("note: write why it %s", map[Kind]string{Fails: "fails and what is planned", None: "does not apply"}[r.Kind])
	case r.Kind == Hardware && r.Operator == "":
		return fmt.Errorf("operator: write what the operator does")
	case r.Kind != Test && r.Same != "":
		return fmt.Errorf("same: only a clause of kind test shares the tests of another")
	case !slices.Contains([]Source{"", Read, Earlier, Number}, r.Source):
		return fmt.Errorf("source: %q is none; write read, earlier or number", r.Source)
	}
	return nil
}

// check holds the rows against each other.
func (t Table) check() error {
	for _, part := range t.Parts {
		for _, row := range part.Rows {
			if row.Same == "" {
				continue
			}
			other, ok := t.Find(row.Same)
			if !ok || other.Kind != Test || other.Same != "" {
				return fmt.Errorf("clause %s: same: %q must be a clause of kind test that has tests of its own", row.Name, row.Same)
			}
		}
	}
	for _, g := range t.Groups {
		if g.Who == "" || g.Never == "" && (g.Can == "" || g.Until == "" || len(g.Needs) == 0) {
			return fmt.Errorf("people.yaml: group %q: write who, and either never or can, until and needs", g.Who)
		}
		for _, need := range g.Needs {
			if row, ok := t.Find(need); !ok || row.Kind != Test && row.Kind != Hardware && row.Kind != Fails {
				return fmt.Errorf("people.yaml: group %q needs %q, which is no clause that can hold", g.Who, need)
			}
		}
	}
	return nil
}

func (t Table) has(name string) bool {
	_, ok := t.Find(name)
	return ok
}

// Find returns the clause of a name.
func (t Table) Find(name string) (Row, bool) {
	for _, part := range t.Parts {
		for _, row := range part.Rows {
			if row.Name == name {
				return row, true
			}
		}
	}
	return Row{}, false
}
