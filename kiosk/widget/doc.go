// Package widget holds the kiosk's own Fyne parts, made for fingers that tremble
// and for people who have never used a screen.
//
//   - A [Kit] is what every part of a page shares: the look, and whom to tell
//     about touches and keys.
//   - A [Button] is anything that can be touched: a tile, the primary action, a
//     control of the strip. It fills at once when pressed, acts on lift, bears a
//     wobble of [look.Look].Wobble pixels, and sliding off it cancels.
//   - A [Field] is where somebody writes. It shows its caret always, keeps what it
//     holds through a change of language or look, and takes a physical keyboard.
//   - A [Keyboard] is on the screen. It never repeats and keeps hold of its Field.
//   - A [Pad] is where a finger draws; what it draws is [Ink], which outlives the
//     pad and makes the picture of a signature.
//   - [Text], [Picture], [Box] and [Bar] are the plain things that a page draws.
//
// Nothing here scrolls, blinks or moves.
package widget
