// Package conform ties tests to the clauses of the accessibility standards that
// they exercise, for docs/ACCESSIBILITY.md.
//
// A clause is named as the standard numbers it: "EN 301 549 5.1.3.1",
// "Section 508 402.4", "WCAG 2.2 2.5.8".
package conform

import (
	"fmt"
	"testing"
)

// marker begins the line by which a test says which clause it exercises.
const marker = "conform: "

// Clause says that the rest of the test exercises clauses: that it would fail if one
// of them did not hold. It is called with literal names, so that the report can
// also be checked by reading the tests.
func Clause(t testing.TB, clauses ...string) {
	t.Helper()
	for _, clause := range clauses {
		t.Log(marker + fmt.Sprintf("%q", clause))
	}
}
