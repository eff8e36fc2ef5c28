// Package screentest puts the citizen's screen on a canvas in memory, with a
// station that is a fake, for tests and for the gallery.
//
//   - A [Station] does what a station does, without a disk or a network, the same
//     each time.
//   - A [Bench] is a screen of some size on such a station, with a clock that is
//     moved by hand, and fingers: it taps what is drawn where it is drawn.
//   - [Bench.AnswerQuestion] enters any answer by what is drawn, by touch or by keys
//     alone, and [Bench.WalkExample] does a service as one of its examples has it.
//   - [EveryType] is a catalogue whose one service asks every type of question.
//   - A [Scene] is a way from the welcome page to one page worth looking at.
package screentest
