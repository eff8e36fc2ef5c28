// Package kiosk is the domain of the citizen's screen: what a service is, what
// somebody answers, what is filed, and what the rooms of the kiosk may ask of
// each other. It knows no window, no network and no database.
//
//   - A [Service] is a procedure of a municipality, in one language: what it is,
//     its [Question]s, its [Outcome]s. Package catalog reads and serves it.
//   - A [Session] is one person's visit. It owns the language, the looks and the
//     [Answers], and [Session.Wipe] is the one way to forget them.
//   - A [Request] is what gets filed: the questions as shown and the answers.
//   - A [Receipt] proves that a request is on the disk. Only a station makes one,
//     after the commit, and a Done page cannot be made without one.
//   - An [Event] is something that happened on the screen, told to whoever counts
//     or speaks. No event but hourly counts leaves the kiosk.
//   - A [Station] is the kiosk as it runs, seen from the screen.
package kiosk
