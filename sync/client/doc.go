// Package client is the hub as a kiosk sees it. It drains the outbox over a bad
// link, brings the offices' words back, and knows what to say of the link.
//
//   - An exchange is one signed batch up and one signed reply down. There is
//     never more than one at a time, on one connection.
//   - An answer is whatever came back, sorted into one of a few kinds (see
//     judge): heard, refused, unreadable, too large, busy, down, not the hub, a
//     bad reply. Only the exact status, media type and a valid signature of the
//     pinned hub key make an answer the hub's; everything else is somebody else
//     talking, moves nothing and counts as nothing.
//   - The pace is how long to wait before the next try, and why. It survives a
//     restart in a memo of the outbox.
//   - The link is what the pace looks like to people: up, down, not-hub, refused
//     and so on, with a sentence for programmers.
//   - An item is held when it should not go in the next batches, because the hub
//     asked to send it again later or because something on the way will not carry
//     so large a body. Held is in memory only and changes no state.
//
// # Words of offices
//
// The hub passes on offices' words, which it could not have made, and the kiosk
// checks each against its directory of units. A newer directory in the same
// reply is taken first, so that a word signed with a new key is understood at
// once. A word that still fails its signature blocks nothing and is not lost: it
// is kept in a memo, the cursor moves on past it, and it is tried again with
// each newer directory. At most maxParked words are kept so, the newest ones,
// since whoever can fill that list is the hub, which could as well have passed
// on nothing.
//
// # Time-outs
//
// A connection is given up when no byte has moved for 30 seconds, however long
// the whole takes: 64 KB take 8 seconds on the links this is made for, and there
// are worse ones.
package client
