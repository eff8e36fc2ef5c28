package statement_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"chasqui/internal/conform/statement"
)

func load(t *testing.T) statement.Table {
	t.Helper()
	table, err := statement.Load()
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// design are the clauses of the design's table, with every range written out. The
// table may have more; it must have these.
var design = map[string]string{
	"EN 301 549": `5.1.3.1 5.1.3.2 5.1.3.3 5.1.3.4 5.1.3.5 5.1.3.6 5.1.3.7 5.1.3.8 5.1.3.9 5.1.3.10 5.1.3.11 5.1.3.12
		5.1.3.13 5.1.3.14 5.1.3.15 5.1.3.16 5.1.4 5.1.5 5.1.6.1 5.1.6.2 5.1.7 5.2 5.3 5.4 5.5.1 5.5.2 5.6.1 5.6.2 5.7 5.8 5.9
		8.1.2 8.1.3 8.2.1.1 8.2.1.2 8.3.1 8.3.2.1 8.3.2.2 8.3.2.3.1 8.3.2.3.2 8.3.2.3.3 8.3.2.4 8.3.2.5 8.3.2.6 8.3.3.1
		8.3.3.2 8.3.3.3.1 8.3.3.3.2 8.3.4.1 8.3.4.2 8.3.4.3.1 8.3.4.3.2 8.3.4.3.3 8.3.5 8.3.6 8.4.1 8.4.2.1 8.4.2.2 8.5
		11.1.1.1.1 11.1.1.1.2 11.1.2.1.1 11.1.2.1.2 11.1.2.2 11.1.2.3.1 11.1.2.3.2 11.1.2.4 11.1.2.5 11.1.3.1.1 11.1.3.1.2
		11.1.3.2.1 11.1.3.2.2 11.1.3.3 11.1.3.4 11.1.3.5.1 11.1.3.5.2 11.1.4.1 11.1.4.2 11.1.4.3 11.1.4.4.1 11.1.4.4.2
		11.1.4.5.1 11.1.4.5.2 11.1.4.10 11.1.4.11 11.1.4.12 11.1.4.13 11.2.1.1.1 11.2.1.1.2 11.2.1.2 11.2.1.4.1 11.2.1.4.2
		11.2.2.1 11.2.2.2 11.2.3.1 11.2.4.3 11.2.4.4 11.2.4.6 11.2.4.7 11.2.5.1 11.2.5.2 11.2.5.3.1 11.2.5.3.2 11.2.5.4
		11.3.1.1.1 11.3.1.1.2 11.3.2.1 11.3.2.2 11.3.3.1.1 11.3.3.1.2 11.3.3.2 11.3.3.3 11.3.3.4`,
	"Section 508": `402.1 402.2 402.2.1 402.2.2 402.2.3 402.2.4 402.2.5 402.3.1 402.3.2 402.4 402.5 403.1 404.1 405.1 406.1
		407.2 407.3.1 407.3.2 407.3.3 407.4 407.5 407.6 407.7 407.8 407.8.1 407.8.1.1 407.8.1.2 407.8.2 407.8.2.1 407.8.2.2
		407.8.3 407.8.3.1 407.8.3.2 407.8.3.2.1 407.8.3.2.2 408.2 408.3 409.1 410.1 411.1`,
	// Every criterion of levels A and AA; 4.1.1 was removed from the standard.
	"WCAG 2.2": `1.1.1 1.2.1 1.2.2 1.2.3 1.2.4 1.2.5 1.3.1 1.3.2 1.3.3 1.3.4 1.3.5 1.4.1 1.4.2 1.4.3 1.4.4 1.4.5 1.4.10 1.4.11
		1.4.12 1.4.13 2.1.1 2.1.2 2.1.4 2.2.1 2.2.2 2.3.1 2.4.1 2.4.2 2.4.3 2.4.4 2.4.5 2.4.6 2.4.7 2.4.11 2.5.1 2.5.2 2.5.3
		2.5.4 2.5.7 2.5.8 3.1.1 3.1.2 3.2.1 3.2.2 3.2.3 3.2.4 3.2.6 3.3.1 3.3.2 3.3.3 3.3.4 3.3.7 3.3.8 4.1.2 4.1.3`,
}

// missing returns the clauses of the design that a table lacks.
func missing(table statement.Table) []string {
	var out []string
	for standard, numbers := range design {
		for _, number := range strings.Fields(numbers) {
			if _, ok := table.Find(standard + " " + number); !ok {
				out = append(out, standard+" "+number)
			}
		}
	}
	return out
}

// Guards "no clause of the design is left out". The control is a table without one.
func TestNoClauseOfTheDesignIsLeftOut(t *testing.T) {
	table := load(t)
	for _, name := range missing(table) {
		t.Errorf("the design asks for %s, and the table lacks it", name)
	}
	for i := range table.Parts {
		if rows := table.Parts[i].Rows; rows[0].Name == "EN 301 549 5.1.2.1" {
			table.Parts[i].Rows = rows[3:] // 5.1.3.1 is gone
		}
	}
	if got := missing(table); len(got) != 1 || got[0] != "EN 301 549 5.1.3.1" {
		t.Errorf("without one clause, %v are missed", got)
	}
}

// Guards the strict reading of the table: what is written wrong is named by file and
// clause, with what to write instead.
func TestAWrongTableIsNamedByFileAndClause(t *testing.T) {
	const head = "standard: S\ntitle: t\nabout: a\nclauses:\n"
	for _, c := range []struct{ name, file, want string }{
		{"sound", head + "  - {number: 1.1, subject: s, asks: a, kind: test}\n", ""},
		{"no head", "standard: S\nclauses: []\n", "c.yaml: write standard, title and about"},
		{"unknown field", head + "  - {number: 1.1, subject: s, asks: a, kind: test, tests: x}\n", "c.yaml: "},
		{"unknown kind", head + "  - {number: 1.1, subject: s, asks: a, kind: passes}\n", `c.yaml: clause 1 (1.1): kind: "passes" is none`},
		{"nothing asked", head + "  - {number: 1.1, subject: s, kind: test}\n", "c.yaml: clause 1 (1.1): asks: "},
		{"no subject", head + "  - {number: 1.1, asks: a, kind: test}\n", "subject: "},
		{"a name for a number", head + "  - {number: WCAG 1.1, subject: s, asks: a, kind: test}\n", "number: "},
		{"fails without why", head + "  - {number: 1.1, subject: s, asks: a, kind: fails}\n", "note: write why it fails"},
		{"left out without why", head + "  - {number: 1.1, subject: s, asks: a, kind: none}\n", "note: write why it does not apply"},
		{"hardware for nobody", head + "  - {number: 1.1, subject: s, asks: a, kind: hardware}\n", "operator: "},
		{"unknown source", head + "  - {number: 1.1, subject: s, asks: a, kind: test, source: memory}\n", "source: "},
		{"twice", head + "  - {number: 1.1, subject: s, asks: a, kind: test}\n  - {number: 1.1, subject: s, asks: a, kind: test}\n", "clause 1.1 stands twice"},
		{"the same as nothing", head + "  - {number: 1.1, subject: s, asks: a, kind: test, same: S 1.2}\n", `same: "S 1.2"`},
		{"the same without a test", head + "  - {number: 1.1, subject: s, asks: a, kind: none, note: n, same: S 1.2}\n", "same: only"},
	} {
		_, err := statement.ReadTable(fstest.MapFS{"c.yaml": {Data: []byte(c.file)}})
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	for name, people := range map[string]string{
		"needs nothing known": "groups:\n  - {who: w, can: c, until: u, needs: [S 9]}\n",
		"says nothing":        "groups:\n  - {who: w}\n",
	} {
		_, err := statement.ReadTable(fstest.MapFS{
			"c.yaml":      {Data: []byte(head + "  - {number: 1.1, subject: s, asks: a, kind: test}\n")},
			"people.yaml": {Data: []byte(people)},
		})
		if err == nil || !strings.Contains(err.Error(), "people.yaml: group") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
