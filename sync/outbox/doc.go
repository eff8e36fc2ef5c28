// Package outbox is a kiosk's durable queue: what was committed to it survives
// kill -9 and a power cut at any instant, and leaves only by the hub's word.
//
//   - A [Change] is written whole or not at all, by [Outbox.Commit], which returns
//     only when it is on the disk.
//   - An [Entry] is an item and where it stands. The hub's acknowledgements and
//     the offices' words are the [Effects] that move it, and nothing else does.
//   - A memo is a small value of somebody else's that is written in the same
//     transaction as the items it belongs to.
//   - A folio is remembered for ever, so that it is never given twice.
//   - An amendment is an item like any other. A withdrawal, once it is committed, is
//     what is told of the request that it takes back; both are sent all the same,
//     since the office must learn of either.
//   - Putting aside keeps an item and stops sending it; a person must look.
//   - Pruning removes what the hub acknowledged a [Grace] ago, and writes down
//     what was removed and why, without content.
//
// [Badger] keeps all of it on the disk; [Memory] is a fake with the same contract
// for other packages' tests. Package outboxtest holds both to it.
//
// # On the disk
//
//	lock                 held while the outbox is open
//	db/                  the badger database: items, states, folios, memos, removals
//	files/<digest>       sealed attachments, named by the SHA-256 of their bytes
//	mark                 the high-water mark, see below
//	ballast              room kept for a full disk
//	damaged-<number>/    a database that was found damaged, kept as it was
//
// Every value in the database is a record with a magic number, its key, the
// number of the transaction that wrote it (its step) and a checksum. So a record
// can be found and believed wherever its bytes lie in badger's files, whatever
// happened to badger's own structures around them.
//
// # Why nothing is lost without being noticed
//
// badger says nothing when a flipped bit hides the rest of its log. Three things
// together see it:
//
//   - seq counts the items of an epoch from 1 without a gap, and a removed item
//     leaves a removal record in its place;
//   - each item carries a chained hash: SHA-256 of the chain before it and of the
//     item's encoded bytes;
//   - the mark, a file beside the database, holds epoch, seq, chain and step of
//     the last transaction that was reported as durable.
//
// The order is: attachment files, synced; the badger transaction, synced; the
// mark, synced; only then does Commit return. Therefore
//
//   - the mark is never ahead of the database after a crash, since it is written
//     when the transaction is already on the disk. A crash between the two leaves
//     the database one step ahead, which is right and raises no alarm;
//   - whatever was reported to a caller is at or below the mark. A database that
//     holds less than the mark has lost something that was acknowledged.
//
// The mark has two slots, written in turn, each with its own checksum: a crash in
// the middle of a write spoils a slot that had not been reported yet, and the
// other still holds the step before it.
//
// # What happens at open
//
// badger's own opening is not safe on damaged files: it cuts a log at the first
// bad entry, deletes tables that its manifest does not list, and ends the process
// on some bad tables. So the files are first read without badger ([Open] walks
// the logs, checks every table, and compares the records found with the mark). If
// that finds damage, the database folder is moved aside, whole, to a damaged-…
// folder that keeps it as it was; every record that can be read anywhere in it is
// written into a new database under a new epoch; and [Summary] says so in Damage
// until somebody has looked and removed the folder. Only a database that passed is
// given to badger, and then it is read once more through badger, chain and all.
//
// An epoch also ends when the folder was copied or restored: the mark knows its
// own inode and [Options.Place], and a clone has another.
package outbox
