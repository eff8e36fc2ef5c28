//go:build !(linux && (amd64 || arm64))

package camera

import "syscall"

// system is a machine whose cameras this package cannot use.
type system struct{}

func (system) nodes() []node               { return nil }
func (system) open(string) (handle, error) { return nil, syscall.ENODEV }
