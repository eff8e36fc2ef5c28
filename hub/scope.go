package hub

import (
	"fmt"
	"strings"
)

// Scope is a path in the tree of places: "CL" a country, "CL/13" a region,
// "CL/13/13101" a comuna and so a municipality, "CL/13/13101/centro" an office.
// A scope holds itself and everything below it. The zero Scope holds nothing, so
// that a forgotten one shows nothing.
type Scope string

// World holds every country. It is for the hub's own machinery (looking up the
// kiosk that calls, metrics of the whole process), never for a person.
const World Scope = "*"

const (
	maxScope         = 128
	levelComuna      = 3
	levelOffice      = 4
	scopeCharacters  = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	scopeSeparator   = "/"
	explainScopePath = "a scope is a path such as CL, CL/13, CL/13/13101 or CL/13/13101/centro"
)

// ParseScope reads a path of one to four elements of letters, digits, dashes and
// underscores. It does not read World.
func ParseScope(s string) (Scope, error) {
	parts := strings.Split(s, scopeSeparator)
	if len(s) > maxScope || len(parts) > levelOffice {
		return "", fmt.Errorf("%w: %q: %s", ErrInvalid, shorten(s), explainScopePath)
	}
	for _, part := range parts {
		if part == "" || strings.Trim(part, scopeCharacters) != "" {
			return "", fmt.Errorf("%w: %q: %s", ErrInvalid, shorten(s), explainScopePath)
		}
	}
	return Scope(s), nil
}

// String returns the path.
func (s Scope) String() string { return string(s) }

// Level is how many elements the path has: 1 country, 2 region, 3 comuna,
// 4 office; 0 for World and for the zero Scope.
func (s Scope) Level() int {
	if s == "" || s == World {
		return 0
	}
	return strings.Count(string(s), scopeSeparator) + 1
}

// IsOffice reports whether s names one office.
func (s Scope) IsOffice() bool { return s.Level() == levelOffice }

// Parent returns the scope above: the region of a comuna. A country's parent is
// World, and World and the zero Scope are their own.
func (s Scope) Parent() Scope {
	if s.Level() == 0 {
		return s
	}
	at := strings.LastIndex(string(s), scopeSeparator)
	if at < 0 {
		return World
	}
	return s[:at]
}

// Name returns the last element of the path.
func (s Scope) Name() string {
	return string(s[strings.LastIndex(string(s), scopeSeparator)+1:])
}

// Contains reports whether other is s or lies below it.
func (s Scope) Contains(other Scope) bool {
	switch {
	case s == "" || other == "":
		return false
	case s == World || s == other:
		return true
	}
	return strings.HasPrefix(string(other), string(s)+scopeSeparator)
}

// Municipality returns the first three elements, and whether there are that
// many.
func (s Scope) Municipality() (Scope, bool) {
	parts := strings.SplitN(string(s), scopeSeparator, levelComuna+1)
	if len(parts) < levelComuna {
		return "", false
	}
	return Scope(strings.Join(parts[:levelComuna], scopeSeparator)), true
}

// TimeZone returns the IANA zone in which the place counts its days. Chile has
// four; a scope that spans several takes the capital's. Other countries count in
// UTC until somebody says otherwise.
func (s Scope) TimeZone() string {
	switch {
	case Scope("CL/05/05201").Contains(s):
		return "Pacific/Easter"
	case Scope("CL/12").Contains(s):
		return "America/Punta_Arenas"
	case Scope("CL/11").Contains(s):
		return "America/Coyhaique"
	case Scope("CL").Contains(s):
		return "America/Santiago"
	}
	return "UTC"
}

// shorten keeps a wrong value from filling a log.
func shorten(s string) string {
	const most = 40
	if len(s) <= most {
		return s
	}
	return s[:most] + "…"
}
