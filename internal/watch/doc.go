// Package watch keeps a program with a window alive: it runs the program as a child,
// looks for its signs of life, and starts it anew when it has ended or frozen. It
// imports nothing else of this project, so that whatever brings the window down
// cannot bring down what watches it.
//
//   - The [Pulse] is what the child says of itself, over a pipe that it inherits: that
//     the thread that draws has just been at work, and how often it has painted.
//   - The [Mark] is a few pixels in the corner of the child's window, which the child
//     changes with each beat, once the thread that draws has answered. It costs next to
//     nothing, because nothing else is painted for it.
//   - The page's own mark, in the corner beside it, is painted by whatever paints the
//     page: at each new page, and every [Paint] where nobody is. It tells whether what
//     the child paints arrives.
//   - The [Picture] is what stands on the screen, seen by an X client of the
//     watcher's own: both marks, and whether all of it is of one colour.
//   - The [Judge] weighs these signs. It is pure: it is handed the time and the signs.
//   - The [Pace] says how soon to start anew, and how. It is pure too.
//   - The [Keeper] does what they say, and tells systemd.
package watch

import "time"

// What the child owes its watcher.
const (
	// Beat is how often it changes its mark and writes to the pipe.
	Beat = 500 * time.Millisecond
	// Paint is how often it paints its whole window anew where nothing changes. That is
	// dear without a graphics driver; so it is rare.
	Paint = 30 * time.Second
)
