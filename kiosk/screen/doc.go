// Package screen is the citizen's screen and the front desk's: every page, and
// what leads from one to another.
//
//   - A [Page] is one struct. It holds what somebody has half done and draws
//     itself, at any time, in the session's language and look; so changing the
//     language in the middle of a word loses nothing.
//   - The [App] is the one router. It holds the session and a stack of pages: what
//     one is doing, and over it what one went to see (help, the languages, the
//     desk, the warning).
//   - A drawing is the page being laid out: strip, state, title and body, foot. It
//     places everything itself, to the pixel, and pages what does not fit.
//   - A question's page is one for every type: it asks in stages where one page would
//     ask for too much, and a group's page owns the pages of its entries.
//   - The camera runs while its picture is seen. Every way from one page to another
//     draws, and the drawing closes it when nobody is looking any more.
//   - The announcer says pages aloud. What it says is read from the drawing's own
//     objects; a page only notes what cannot be seen in them: that a text is private,
//     in another language, or what a picture means.
//   - The seam, [App.background], is the one place where a goroutine meets the
//     widgets.
//
// Everything happens on the canvas's goroutine but the work given to the seam.
package screen
