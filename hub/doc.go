// Package hub is the vocabulary of the hub: the program that takes sealed
// requests and hourly counts from kiosks, keeps them, hands each request to the
// unit it was sealed for, and counts. It cannot read a request.
//
//   - A [Scope] is a place in the tree country / region / comuna / office. Every
//     read of the store takes one and sees that subtree alone.
//   - A [Kiosk] is an enrolled box: an office, a public key, a prefix of folios.
//     A [Code] is the one-time code that enrols it.
//   - An [Exchange] is one batch of a kiosk, checked and ready to be stored; its
//     items are [Arrival]s. The [Stored] that comes back is what may be
//     acknowledged.
//   - A [Delivery] is a sealed item on its way to a unit, numbered 1, 2, 3 …
//     without a gap within the unit.
//   - A [SaidWord] is an office's signed word about a request, on its way to the
//     kiosk that filed it.
//   - [Directories] are the municipalities' signed lists of units.
//
// The rooms below it: store keeps, intake faces the kiosks, dispatch the
// offices, fleet enrols and revokes, measure computes, board shows.
package hub
