package statement

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Verdict is what the page says of a clause.
type Verdict string

// The verdicts.
const (
	Passes       Verdict = "passes"
	NeedsBox     Verdict = "hardware"
	DoesNotPass  Verdict = "**fails**"
	DoesNotApply Verdict = "does not apply"
)

// page is the table with what became of its claims.
type page struct {
	Table
	claims  []Claim
	results Results
}

// of returns the claims of a clause, and of those that it shares tests with.
func (p page) of(r Row) []Claim {
	var out []Claim
	for _, c := range p.claims {
		if p.shares(c.Clause, r.Name) {
			out = append(out, c)
		}
	}
	return out
}

// shares reports whether two clauses ask the same of the same thing.
func (t Table) shares(a, b string) bool {
	head := func(name string) string {
		if row, ok := t.Find(name); ok && row.Same != "" {
			return row.Same
		}
		return name
	}
	return a == b || head(a) == head(b)
}

// verdict judges a clause. One test that fails fails it, however many pass; one
// that was skipped, or never came to make its claim, counts for nothing.
func (p page) verdict(r Row) Verdict {
	switch r.Kind {
	case Hardware:
		return NeedsBox
	case None:
		return DoesNotApply
	case Fails:
		return DoesNotPass
	case Whole:
		if len(p.failing(r)) > 0 {
			return DoesNotPass
		}
		return Passes
	}
	verdict := DoesNotPass
	for _, c := range p.of(r) {
		switch p.results[c] {
		case Failed:
			return DoesNotPass
		case Passed:
			verdict = Passes
		}
	}
	return verdict
}

// failing are the numbers of the other clauses of a clause's chapter that fail.
func (p page) failing(r Row) []string {
	var out []string
	for _, part := range p.Parts {
		if !slices.ContainsFunc(part.Rows, func(other Row) bool { return other.Name == r.Name }) {
			continue
		}
		for _, other := range part.Rows {
			if other.Kind != Whole && p.verdict(other) == DoesNotPass {
				out = append(out, other.Number)
			}
		}
	}
	return out
}

// how says how the verdict is known.
func (p page) how(r Row) string {
	var parts []string
	if r.Kind == Test {
		var passed, others []string
		for _, c := range p.of(r) {
			if result := p.results[c]; result == Passed {
				passed = append(passed, "`"+c.Test.String()+"`")
			} else {
				if result == "" {
					result = "not run"
				}
				others = append(others, fmt.Sprintf("`%s` (%s)", c.Test, result))
			}
		}
		switch {
		case len(passed)+len(others) == 0:
			parts = append(parts, "no test exercises it.")
		default:
			slices.Sort(passed)
			slices.Sort(others)
			parts = append(parts, strings.Join(append(slices.Compact(passed), slices.Compact(others)...), ", ")+".")
		}
	}
	if r.Kind == Whole {
		if failing := p.failing(r); len(failing) > 0 {
			parts = append(parts, "These rows of the chapter fail: "+strings.Join(failing, ", ")+".")
		} else {
			parts = append(parts, "No row of this chapter fails.")
		}
	}
	if r.Note != "" {
		parts = append(parts, r.Note)
	}
	if r.Operator != "" {
		parts = append(parts, "The operator: "+r.Operator)
	}
	if s := sources[r.Source]; s != "" {
		parts = append(parts, "*"+s+"*")
	}
	return strings.Join(parts, " ")
}

// heading of a part; the rows' names are recovered from it.
func (p Part) heading() string { return "## " + p.Standard + ": " + p.Title }

// Write returns the page. Without a change but of the day it is the same page.
func Write(t Table, claims []Claim, results Results, day time.Time) string {
	p := page{t, claims, results}
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	count := map[Verdict]int{}
	total := 0
	for _, part := range t.Parts {
		for _, r := range part.Rows {
			count[p.verdict(r)]++
			total++
		}
	}
	line("# Accessibility\n")
	line("%s%s by `make accessibility`, from the tests. Do not edit: change the tests, or `internal/conform/statement/clauses`.\n", dayMark, day.Format(time.DateOnly))
	line("%s", opening)
	line("## Who can use the kiosk, and who cannot yet\n")
	line("| people | what holds |\n|---|---|")
	for _, g := range t.Groups {
		line("| %s | %s |", g.Who, cell(p.standing(g)))
	}
	line("\n%s", between)
	line("## The clauses in numbers\n")
	line("%d clauses: %d pass by tests, %d are up to the operator's hardware, %d fail, %d do not apply.\n", total, count[Passes], count[NeedsBox], count[DoesNotPass], count[DoesNotApply])
	line("| chapter | passes | hardware | fails | does not apply |\n|---|---|---|---|---|")
	for _, part := range t.Parts {
		n := map[Verdict]int{}
		for _, r := range part.Rows {
			n[p.verdict(r)]++
		}
		line("| %s: %s | %d | %d | %d | %d |", part.Standard, part.Title, n[Passes], n[NeedsBox], n[DoesNotPass], n[DoesNotApply])
	}
	line("\n%s", reading)
	for _, part := range t.Parts {
		line("%s\n\n%s\n\n| clause | what it asks | verdict | how it is known |\n|---|---|---|---|", part.heading(), strings.TrimSpace(part.About))
		for _, r := range part.Rows {
			line("| %s %s | %s | %s | %s |", r.Number, cell(r.Subject), cell(r.Asks), p.verdict(r), cell(p.how(r)))
		}
		line("")
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

func cell(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "|", "\\|")), " ")
}

// standing says what a group of people can do.
func (p page) standing(g Group) string {
	if g.Never != "" {
		return "**Cannot.** " + g.Never
	}
	var lacking, box []string
	for _, need := range g.Needs {
		r, _ := p.Find(need)
		switch p.verdict(r) {
		case DoesNotPass:
			lacking = append(lacking, r.Name)
		case NeedsBox:
			box = append(box, r.Name)
		}
	}
	out := "Can. " + g.Can
	if len(lacking) > 0 {
		out = fmt.Sprintf("**Not yet.** %s Lacking: %s.", g.Until, strings.Join(lacking, ", "))
	}
	if len(box) > 0 {
		out += fmt.Sprintf(" Depends on the box: %s.", strings.Join(box, ", "))
	}
	return out
}

const dayMark = "Written on "

var (
	dayLine  = regexp.MustCompile(`(?m)^` + dayMark + `\d{4}-\d{2}-\d{2}`)
	testCell = regexp.MustCompile("`([a-z0-9/]+) (Test\\w+)`(?: \\((\\w[\\w ]*)\\))?")
	rowStart = regexp.MustCompile(`^\| ([0-9][0-9.]*) `)
)

// SameButDay reports whether two pages differ in nothing but the day.
func SameButDay(a, b string) bool {
	return dayLine.ReplaceAllString(a, "") == dayLine.ReplaceAllString(b, "")
}

// named returns what a page says became of tests, a claim for each clause and each
// test that its rows name.
func (t Table) named(pageText string) Results {
	out := Results{}
	var part *Part
	for line := range strings.Lines(pageText) {
		if strings.HasPrefix(line, "## ") {
			part = nil
			for i := range t.Parts {
				if strings.TrimSpace(line) == t.Parts[i].heading() {
					part = &t.Parts[i]
				}
			}
		}
		start := rowStart.FindStringSubmatch(line)
		if part == nil || start == nil {
			continue
		}
		for _, found := range testCell.FindAllStringSubmatch(line, -1) {
			result := Result(found[3])
			if result == "" {
				result = Passed
			}
			if result == "not run" {
				continue
			}
			out[Claim{TestID{found[1], found[2]}, part.Standard + " " + start[1]}] = result
		}
	}
	return out
}

// Recover returns what a page says became of claims.
func (t Table) Recover(pageText string, claims []Claim) Results {
	results, _ := t.recover(pageText, claims)
	return results
}

// recover also names the tests of the page that claim nothing.
func (t Table) recover(pageText string, claims []Claim) (results Results, wrong []string) {
	results = Results{}
	for n, result := range t.named(pageText) {
		known := false
		for _, c := range claims {
			if c.Test == n.Test && t.shares(c.Clause, n.Clause) {
				known = true
				results[c] = result
			}
		}
		if !known {
			wrong = append(wrong, fmt.Sprintf("the page names %s at %s, and there is no such test that claims it", n.Test, n.Clause))
		}
	}
	return results, wrong
}

// Check holds a page against the table and the claims, without running a test: it
// names what the page says too much, too little or otherwise.
func (t Table) Check(pageText string, claims []Claim) []string {
	results, out := t.recover(pageText, claims)
	for _, c := range claims {
		if _, ok := results[c]; !ok {
			out = append(out, fmt.Sprintf("%s claims %s, and the page does not name it", c.Test, c.Clause))
		}
	}
	slices.Sort(out)
	if len(out) == 0 && !SameButDay(pageText, Write(t, claims, results, time.Time{})) {
		out = append(out, "the page is not what the table and the tests make of it")
	}
	return out
}
