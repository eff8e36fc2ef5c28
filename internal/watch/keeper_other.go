//go:build !linux

package watch

import (
	"errors"
	"time"
)

const supported = false

type starter struct{}

func newStarter() starter     { return starter{} }
func (s starter) do(f func()) { f() }
func (s starter) close()      {}

// start fails: only Linux ends a child with its parent, and tells why a thread waits.
func (k *Keeper) start() (*child, error) { return nil, errors.ErrUnsupported }

func (c *child) ask()  {}
func (c *child) kill() {}

type clock struct{}

func newClock(int) *clock           { return &clock{} }
func (c *clock) now() time.Duration { return 0 }
func (c *clock) signs() Signs       { return Signs{} }
func (c *clock) close()             {}
