// Package memory makes the window forget soon. Fyne keeps every text that it has
// measured or painted, and every part that it has drawn, for a minute after they
// were last seen; a citizen's words are among them.
//
// Fyne reads how long from the environment while the program starts, before main.
// Go initializes packages in the order of their paths as soon as what they import is
// ready (The Go Programming Language Specification, Package initialization): this
// one imports os alone, so it comes before any of fyne.io, which needs os too.
package memory

import (
	"os"
	"time"
)

// variable is the name under which Fyne looks.
const variable = "FYNE_CACHE"

// Life is how long something stays in Fyne's caches after it was last seen. It must
// not be 10 seconds or less: then Fyne 2.7.1 walks all that is on the screen sixty
// times a second to keep it alive.
const Life = 15 * time.Second

func init() {
	if _, set := os.LookupEnv(variable); !set {
		_ = os.Setenv(variable, Life.String()) // no name and no value that could be refused
	}
}
