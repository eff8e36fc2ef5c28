//go:build !unix

package office

import "os"

// lockFile does nothing where there is no flock: see that only one office program
// writes into a folder.
func lockFile(*os.File, bool) error { return nil }
