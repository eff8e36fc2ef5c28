// Package house holds the rules of the house as tests: which room may import
// which, who may make a receipt, and what may be written in a committed file.
// docs/ARCHITECTURE.md draws the same arrows.
package house
