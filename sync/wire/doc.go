// Package wire is the vocabulary that kiosk, hub and office share: what
// travels between them, byte for byte, and the words for where it stands.
//
//   - An [Item] is one thing a kiosk has to hand over: a sealed request, a part
//     of an attachment, an amendment, a set of hourly counts, a decision record.
//   - An amendment is about an earlier request, its Parent, and bears that
//     request's folio: a correction, an addition or a withdrawal. It is an item of
//     its own, sealed to the same unit, and changes nothing of what was filed. It
//     may arrive before the request that it is about: lanes promise no order.
//   - A kiosk numbers its items: [Epoch] is a random name for one life of its
//     database, Seq counts 1, 2, 3 … without a gap inside it.
//   - A [Folio] is the number a citizen takes home.
//   - A [Packet] is a signed run of frames: a batch from a kiosk, or a delivery
//     to an office. The bytes are signed, not the connection, so they hold by
//     whatever road they come.
//   - A [Statement] is a small signed JSON message: the hub's [Reply], an
//     office's [Word], the [Directory] of units.
//   - A [State] is where a request stands. There is one table of states, here,
//     and screen, desk, board and files use its words.
//
// Everything in this package is either data or a pure function; it imports the
// standard library only, so that anybody may import it. Parsers bound every
// length before they allocate and return errors that wrap [ErrMalformed] or
// [ErrSignature]; they never panic, which fuzz targets hold them to.
package wire
