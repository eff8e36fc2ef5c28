// Package watch keeps a program with a window alive: it runs the program as a child,
// looks for its signs of life, and starts it anew when it has ended or frozen. It
// imports nothing else of this project, so that whatever brings the window down
// cannot bring down what watches it.
//
//   - The [Pulse] is what the child says of itself, over a pipe that it inherits:
//     how often it has painted. It is written by the thread that draws, so a thread
//     that hangs falls silent.
//   - The [Picture] is what stands on the screen, seen by an X client of the
//     watcher's own: whether it is all of one colour, and a print of the corner in
//     which the child keeps a mark that changes every [Mark].
//   - The [Judge] weighs these signs. It is pure: it is handed the time and the signs.
//   - The [Pace] says how soon to start anew, and how. It is pure too.
//   - The [Keeper] does what they say, and tells systemd.
package watch

import "time"

// What the child owes its watcher.
const (
	// Mark is how often the child changes its mark on the screen. Each change has the
	// whole window painted, which is nearly all that being watched costs; so it is as
	// rare as a fault that must be found in 2 s allows.
	Mark = time.Second
	// Beat is how long after a change the child writes to the pipe: by then it has
	// been painted.
	Beat = 200 * time.Millisecond
)
