// Package uptake folds what happens on the screen into hourly counts. It is
// pure: it has no clock and no disk, and nothing in it names a person.
//
//   - A [Book] holds the counts of one kiosk, by hour (UTC) and, within the hour,
//     by [wire.CountKey]. The order in which events of an hour arrive leaves no
//     trace in it.
//   - [Book.Due] gives every hour that the hub does not have as it now stands, as a
//     [wire.CountSet] with a revision higher than any before. [Book.Taken] says
//     that sets were queued durably. A set replaces the one before it whole, so
//     sending twice, or losing one in between, changes nothing.
//   - [Book.State] and [Restore] carry a book over a restart, in the middle of an
//     hour too. [Book.Clone] gives the book as it would be after something, to
//     write to the disk before it is true.
//
// A kiosk's clock may jump. An event is counted in the hour its clock showed, and
// an hour that was already forgotten is never begun anew, because its first
// revision would be refused as old: the event is counted in the next hour that is
// open, late but not lost.
//
// A Book is not safe for use by several goroutines at once.
package uptake
