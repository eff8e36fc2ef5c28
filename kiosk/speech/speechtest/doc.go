// Package speechtest plays the two programs by which a kiosk speaks, and holds every
// speaker to one contract.
//
// A [Stage] is a folder whose programs come first in PATH: a synthesiser by the name
// of espeak-ng and a player by the name of aplay, either or both. They are the test
// binary itself, started by another name: so [Act] must be the first thing that
// TestMain does. The player keeps what it plays and when, and the stage tells it. The
// voice of the synthesiser is a signal in which its words can be read again, so that
// a test knows from the sound alone what was said.
package speechtest
