// Package conform ties tests to the clauses of the accessibility standards that
// they exercise, for docs/ACCESSIBILITY.md.
//
//   - A clause is named as the standard numbers it: "EN 301 549 5.1.3.1",
//     "Section 508 402.4", "WCAG 2.2 2.5.8". The table of them all, with what each
//     asks and what becomes of it here, is in statement/clauses.
//   - A claim is a call of [Clause] in a test: the test would fail if the clause did
//     not hold.
//   - The statement is docs/ACCESSIBILITY.md. "make accessibility" runs the tests
//     that claim something and writes it anew; a test in statement holds the file
//     that is committed against the table and the claims.
package conform

import (
	"fmt"
	"testing"
)

// Marker begins the line by which a test says which clause it exercises.
const Marker = "conform: "

// Clause says that the rest of the test exercises clauses: that it would fail if one
// of them did not hold. It is called in the test itself and with literal names, so
// that the statement can also be checked by reading the tests.
func Clause(t testing.TB, clauses ...string) {
	t.Helper()
	for _, clause := range clauses {
		t.Log(Marker + fmt.Sprintf("%q", clause))
	}
}
