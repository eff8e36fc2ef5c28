package statement_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"chasqui/internal/conform"
	"chasqui/internal/conform/statement"
)

const root = "../../.."

func read(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, file))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Guards docs/ACCESSIBILITY.md against going stale: it is what the table and the
// tests make of it, test by test. Without it a row would pass on a test that is gone.
func TestThePageAgreesWithTableAndTests(t *testing.T) {
	table := load(t)
	claims, err := statement.Claims(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range table.CheckClaims(claims) {
		t.Error(wrong)
	}
	for _, wrong := range table.Check(read(t, "docs/ACCESSIBILITY.md"), claims) {
		t.Errorf("%s; run make accessibility", wrong)
	}
}

// Guards "what the operator does, with its place": the places that the page sends an
// operator to are there, and have the measures that the clauses name. It is also what
// installation instructions need.
func TestTheOperatorFindsEveryMeasure(t *testing.T) {
	conform.Clause(t, "EN 301 549 8.3.6", "EN 301 549 12.1.1")
	_, section, ok := strings.Cut(read(t, "docs/OPERATING.md"), "\n## The box that everyone can reach\n")
	if !ok {
		t.Fatal("docs/OPERATING.md has no section of that name")
	}
	section, _, _ = strings.Cut(section, "\n## ")
	for _, measure := range []string{
		"1220 mm", "380 mm", "1120 mm", "1170 mm", "865 mm", "760", "1015 mm", "22 N", "65 dBA", "18 dB", "1:48",
		"3.5 mm", "Braille", "screen_width_mm", "viewing_distance_mm", "headset", "five keys", "text size", "contrast", "voice",
		"built environment",
	} {
		if !strings.Contains(section, measure) {
			t.Errorf("the section does not name %q", measure)
		}
	}
	page := statement.Write(load(t), nil, nil, time.Time{})
	if !strings.Contains(page, `"The box that everyone can reach"`) {
		t.Error("the page does not send anybody there")
	}
}

func claim(pkg, test, clause string) statement.Claim {
	return statement.Claim{Test: statement.TestID{Package: pkg, Name: test}, Clause: clause}
}

// The controls: what the check must find, found on a page that is otherwise sound.
func TestWhatIsStaleIsFound(t *testing.T) {
	table := load(t)
	claims := []statement.Claim{claim("kiosk/widget", "TestKey", "EN 301 549 5.7"), claim("kiosk/screen", "TestColour", "WCAG 2.2 1.4.1")}
	results := statement.Results{claims[0]: statement.Passed, claims[1]: statement.Passed}
	page := statement.Write(table, claims, results, time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC))
	if wrong := table.Check(page, claims); len(wrong) > 0 {
		t.Fatalf("a sound page: %v", wrong)
	}
	if !statement.SameButDay(page, strings.Replace(page, "2026-11-24", "2026-12-01", 1)) {
		t.Error("the day alone makes it another page")
	}
	// Clauses that ask the same of the same thing share the test, either way.
	other := []statement.Claim{claim("kiosk/screen", "TestColour", "EN 301 549 11.1.4.1")}
	if page := statement.Write(table, other, statement.Results{other[0]: statement.Passed}, time.Time{}); !strings.Contains(page, "levels A and AA, on the kiosk | 1 |") || len(table.Check(page, other)) > 0 {
		t.Errorf("what is claimed of one is not counted for the other: %v", table.Check(page, other))
	}
	for _, row := range []string{"| 5.7 Key repeat |", "| 407.4 Key repeat |", "| 11.1.4.1 Use of colour |"} {
		_, rest, _ := strings.Cut(page, row)
		line, _, _ := strings.Cut(rest, "\n")
		if !strings.Contains(line, "| passes |") {
			t.Errorf("%s %s", row, line)
		}
	}
	for name, c := range map[string]struct {
		page   string
		claims []statement.Claim
		want   string
	}{
		"a test that is gone":       {page, claims[1:], "TestKey at EN 301 549 5.7, and there is no such test"},
		"a claim that is new":       {page, append(claims[:2:2], claim("kiosk/screen", "TestNew", "EN 301 549 5.8")), "TestNew claims EN 301 549 5.8, and the page does not name it"},
		"a verdict that was edited": {strings.Replace(page, "**fails**", "passes", 1), claims, "not what the table and the tests make of it"},
		"a row that was taken out":  {strings.Replace(page, "| 5.8 Double-strike", "| 5.8.1 Double-strike", 1), claims, "not what the table"},
	} {
		if got := strings.Join(table.Check(c.page, c.claims), "\n"); !strings.Contains(got, c.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
	// A test that did not pass stands in the page as that, and the row fails.
	for result, want := range map[statement.Result]string{
		statement.Failed: "(failed)", statement.Skipped: "(skipped)", statement.Silent: "(silent)", "": "(not run)",
	} {
		results[claims[0]] = result
		page := statement.Write(table, claims, results, time.Time{})
		_, rest, _ := strings.Cut(page, "| 5.7 Key repeat |")
		line, _, _ := strings.Cut(rest, "\n")
		if !strings.Contains(line, "| **fails** | `kiosk/widget TestKey` "+want) {
			t.Errorf("%s: %s", want, line)
		}
		if wrong := table.Check(page, claims); (result == "") != (len(wrong) > 0) {
			t.Errorf("%s: %v", want, wrong)
		}
	}
	// One test that fails fails the clause, however many pass.
	both := append(claims, claim("kiosk/widget", "TestOther", "EN 301 549 5.7"))
	results = statement.Results{both[0]: statement.Passed, both[1]: statement.Passed, both[2]: statement.Failed}
	if page := statement.Write(table, both, results, time.Time{}); !strings.Contains(page, "| **fails** | `kiosk/widget TestKey`, `kiosk/widget TestOther` (failed)") {
		t.Error("a clause passes though one of its tests failed")
	}
	// What nobody exercises is never said to pass.
	if !strings.Contains(page, "| **fails** | no test exercises it.") {
		t.Error("a clause without a test does not say so")
	}
}

// Guards the row that asks for a whole chapter: it passes when no other row of the
// chapter fails, and names those that do.
func TestAChapterHoldsWhenAllOfItDoes(t *testing.T) {
	table, err := statement.ReadTable(fstest.MapFS{"c.yaml": {Data: []byte("standard: S\ntitle: t\nabout: a\nclauses:\n" +
		"  - {number: 1.1, subject: s, asks: a, kind: test}\n  - {number: 1.2, subject: s, asks: a, kind: none, note: n}\n  - {number: 1.9, subject: s, asks: a, kind: whole, note: All of it.}\n")}})
	if err != nil {
		t.Fatal(err)
	}
	claims := []statement.Claim{claim("p", "TestA", "S 1.1")}
	for result, want := range map[statement.Result]string{
		statement.Passed: "| 1.9 s | a | passes | No row of this chapter fails. All of it. |",
		statement.Failed: "| 1.9 s | a | **fails** | These rows of the chapter fail: 1.1. All of it. |",
	} {
		if page := statement.Write(table, claims, statement.Results{claims[0]: result}, time.Time{}); !strings.Contains(page, want) {
			t.Errorf("%s: %s", result, page)
		}
	}
	if wrong := table.CheckClaims([]statement.Claim{claim("p", "TestA", "S 1.9")}); len(wrong) != 1 {
		t.Errorf("a test may claim a whole chapter: %v", wrong)
	}
}

// Guards the claims: what the table does not know, or calls something else, is named.
func TestAClaimThatIsNoneIsNamed(t *testing.T) {
	table := load(t)
	wrong := table.CheckClaims([]statement.Claim{
		claim("kiosk/screen", "TestA", "EN 301 549 5.99"),
		claim("kiosk/screen", "TestB", "EN 301 549 8.3.5"),
		claim("kiosk/screen", "TestC", "EN 301 549 5.7"),
	})
	if len(wrong) != 2 || !strings.Contains(wrong[0], `TestA claims "EN 301 549 5.99", which the table does not know`) || !strings.Contains(wrong[1], `the table calls "hardware"`) {
		t.Errorf("%q", wrong)
	}
}

// Guards the reading of claims: each is found with its test, and what cannot be
// found by reading is refused by file and line.
func TestClaimsAreFoundByReading(t *testing.T) {
	const head = "package x_test\nimport (\n\t\"testing\"\n\tc \"chasqui/internal/conform\"\n)\n"
	for _, v := range []struct{ name, source, want string }{
		{"a test", head + `func TestA(t *testing.T) { c.Clause(t, "S 1", "S 2") }`, ""},
		{"a subtest", head + `func TestA(t *testing.T) { t.Run("x", func(t *testing.T) { c.Clause(t, "S 1"); c.Clause(t, "S 2") }) }`, ""},
		{"a name", head + `const s = "S 1"` + "\n" + `func TestA(t *testing.T) { c.Clause(t, s) }`, "a/x_test.go:7:40: write the clause in quotes"},
		{"a sum", head + `func TestA(t *testing.T) { c.Clause(t, "S "+"1") }`, "write the clause in quotes"},
		{"a list", head + `func TestA(t *testing.T) { c.Clause(t, []string{"S 1"}...) }`, "write the clauses that TestA exercises"},
		{"none", head + `func TestA(t *testing.T) { c.Clause(t) }`, "write the clauses that TestA exercises"},
		{"a helper", head + `func check(t *testing.T) { c.Clause(t, "S 1") }`, "a/x_test.go:6:28: call conform.Clause in the test itself"},
		{"by another name", head + "var f = c.Clause\nfunc TestA(t *testing.T) { f(t, \"S 1\") }", "is called by that name and in no other way"},
	} {
		dir := t.TempDir()
		if err := os.MkdirAll(filepath.Join(dir, "a"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "a", "x_test.go"), []byte(v.source), 0o600); err != nil {
			t.Fatal(err)
		}
		claims, err := statement.Claims(dir)
		if v.want != "" {
			if err == nil || !strings.Contains(err.Error(), v.want) {
				t.Errorf("%s: %v, want %q", v.name, err, v.want)
			}
			continue
		}
		if err != nil || len(claims) != 2 || claims[0] != claim("a", "TestA", "S 1") || claims[1] != claim("a", "TestA", "S 2") {
			t.Errorf("%s: %v %v", v.name, claims, err)
		}
	}
}

// Guards the collector: only a claim that was made, in a test that passed and was not
// skipped, counts.
func TestOnlyWhatRanAndPassedCounts(t *testing.T) {
	line := func(action, test, output string) string {
		out := `{"Action":"` + action + `","Package":"chasqui/a","Test":"` + test + `"`
		if output != "" {
			out += `,"Output":"    x_test.go:7: conform: \"` + output + `\"\n"`
		}
		return out + "}\n"
	}
	said := line("output", "TestA", "S 1")
	for _, c := range []struct {
		name, out string
		want      statement.Result
	}{
		{"passed", said + line("pass", "TestA", ""), statement.Passed},
		{"failed", said + line("fail", "TestA", ""), statement.Failed},
		{"skipped after it was said", said + line("skip", "TestA", ""), statement.Skipped},
		{"another clause", line("output", "TestA", "S 2") + line("pass", "TestA", ""), statement.Silent},
		{"never said", line("pass", "TestA", ""), statement.Silent},
		{"said by another test", line("output", "TestAB", "S 1") + line("pass", "TestAB", "") + line("pass", "TestA", ""), statement.Silent},
		{"not run", line("pass", "TestB", ""), ""},
		{"did not end", said, ""},
		{"said in a subtest", line("output", "TestA/x", "S 1") + line("pass", "TestA/x", "") + line("pass", "TestA", ""), statement.Passed},
		{"said in a subtest that was skipped", line("output", "TestA/x", "S 1") + line("skip", "TestA/x", "") + line("pass", "TestA", ""), statement.Skipped},
		{"said in one of two subtests", line("output", "TestA/x", "S 1") + line("skip", "TestA/x", "") + line("output", "TestA/y", "S 1") + line("pass", "TestA/y", "") + line("pass", "TestA", ""), statement.Passed},
		{"a subtest failed", line("output", "TestA/x", "S 1") + line("fail", "TestA/x", "") + line("fail", "TestA", ""), statement.Failed},
	} {
		of := claim("a", "TestA", "S 1")
		results, err := statement.ReadResults(strings.NewReader(c.out), []statement.Claim{of})
		if err != nil || results[of] != c.want {
			t.Errorf("%s: %q %v, want %q", c.name, results[of], err, c.want)
		}
	}
	if _, err := statement.ReadResults(strings.NewReader("FAIL\tchasqui/a [build failed]\n"), nil); err == nil {
		t.Error("what is no output of go test -json is read")
	}
}
