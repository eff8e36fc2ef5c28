// Package look is how the kiosk looks: colours, type and sizes, and the one Fyne
// theme made of them.
//
//   - A [Palette] is one of four sets of colours, chosen by contrast.
//   - A [Look] is a palette together with sizes in pixels for one screen: every
//     size is thought in millimetres and turned into pixels by the office's
//     ScreenWidthMM, so that a letter is as tall on any screen.
//   - An [Icon] is one of the project's drawings in one of the look's colours.
//   - [Measure] and [Lines] say how much room a text takes.
//
// Only the fonts that Fyne brings are used, never the system's, so that a page
// looks the same on every machine.
package look
