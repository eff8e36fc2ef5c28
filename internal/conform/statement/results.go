package statement

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"chasqui/internal/conform"
)

// Result is what became of a claim when its test ran.
type Result string

// The results.
const (
	Passed  Result = "passed"
	Failed  Result = "failed"
	Skipped Result = "skipped"
	// Silent: the test ran, and never came to say that it exercises the clause.
	Silent Result = "silent"
)

// Results are what became of claims. A claim that is missing was not run.
type Results map[Claim]Result

// event is a line of "go test -json".
type event struct {
	Action, Package, Test, Output string
}

// ReadResults reads the output of "go test -json" for claims. A claim passes when
// the test passes, and the subtest that made the claim does: one that was skipped
// exercises nothing.
func ReadResults(out io.Reader, claims []Claim) (Results, error) {
	type where struct{ pkg, test string }
	ended := map[where]string{}
	said := map[where][]string{} // by whom, subtests included
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			return nil, fmt.Errorf("not the output of go test -json: %w: %.200s", err, lines.Text())
		}
		at := where{strings.TrimPrefix(e.Package, "chasqui/"), e.Test}
		switch e.Action {
		case "pass", "fail", "skip":
			ended[at] = e.Action
		case "output":
			_, rest, ok := strings.Cut(e.Output, conform.Marker+`"`)
			if !ok {
				continue
			}
			clause, err := strconv.Unquote(`"` + strings.TrimRight(rest, "\n"))
			if err == nil {
				said[at] = append(said[at], clause)
			}
		}
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	results := Results{}
	for _, c := range claims {
		top := where{c.Test.Package, c.Test.Name}
		switch ended[top] {
		case "pass":
			results[c] = Silent
		case "fail":
			results[c] = Failed
			continue
		case "skip":
			results[c] = Skipped
			continue
		default:
			continue
		}
		for at, clauses := range said {
			if at.pkg != c.Test.Package || at.test != c.Test.Name && !strings.HasPrefix(at.test, c.Test.Name+"/") {
				continue
			}
			for _, clause := range clauses {
				switch {
				case clause != c.Clause:
				case ended[at] == "pass":
					results[c] = Passed
				case ended[at] == "skip" && results[c] == Silent:
					results[c] = Skipped
				}
			}
		}
	}
	return results, nil
}
