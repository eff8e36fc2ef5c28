// Package office opens what was sealed to a municipality's units, writes it down
// for the people who handle it, and answers with signed words.
//
//   - A unit is a department with keys of its own; one office program may serve
//     several. Keys lie in the data folder, what was opened in the out folder.
//   - A pull fetches a unit's delivery from the hub: items as the kiosks sent them,
//     in a packet that the hub signed for this pull. The cursor is the number up to
//     which the unit has everything; it moves when everything is on the disk.
//   - An amendment is about an earlier request, whose folio it bears: a correction,
//     an addition or a withdrawal. It may come before the request, and waits for it
//     then. A withdrawn request stays withdrawn.
//   - A ledger is a CSV file (RFC 4180, UTF-8, CRLF) that is only added to. The
//     ledger of requests makes a delivery that comes more than once into one
//     request: by its id.
//   - A word is what the office says of a request: opened by itself, decided,
//     needs-something and refused when a person says so (see Decide).
//   - Put aside is what cannot be opened or does not fit together. It is kept, still
//     sealed, with a reason code, and stops nothing else.
//
// # The out folder
//
//	.lock                                    held while the program runs
//	<unit>/requests.csv                      one line a request, see below
//	<unit>/amendments.csv                    one line an amendment, see below
//	<unit>/<service>/<folio>-<id8>.txt       the request, to be read by people
//	<unit>/<service>/<folio>-<id8>/<name>    its attachments
//	<unit>/<service>/<folio>-<id8>.txt       what amends it, with its own id8, and so
//	                                         beside it; its attachments likewise
//	<unit>/attachments.csv                   one line an attachment
//	<unit>/put-aside.csv, put-aside/<digest> what could not be opened, still sealed
//	<unit>/words.csv                         what people decided
//	<unit>/posted.csv                        the words that the hub has taken
//
// id8 is the last eight hex digits of the id, the random end of a UUIDv7. Folders
// have mode 0700 and files 0600: there is personal data in them.
//
// requests.csv has the columns received_at, id, folio, service, service_version,
// language, assisted, outcome, title, state, answers. answers is the JSON of every
// question as shown with its answer. A cell that a spreadsheet would take for a
// formula (it begins with = + - @, a tab, or their full-width forms) gets an
// apostrophe before it: take it away when the very text matters, or read answers,
// which begins with a bracket and is never changed.
//
// amendments.csv has the columns received_at, id, request, folio, kind, service,
// service_version, language, assisted, answers. request is the id of the request.
// A correction holds every answer anew; which of them hold is for a person to say,
// so requests.csv keeps what was filed, and the request's file names what was filed
// about it since.
//
// # Crash safety
//
// For each request, in this order: the sealed item if attachments are to come; the
// readable file (temporary name, fsync, rename, fsync of the folder); the line in
// the ledger (one write, fsync). After the last item of a delivery: the cursor. A
// crash between any two leaves a request that is delivered again and written over
// itself, never two lines and never none. A line torn by a power cut is cut off at
// the next start; a ledger that is damaged in another way, for instance by being
// saved from a spreadsheet, is left alone and the program says so and stops.
//
// For each amendment: the sealed item if attachments are to come; its file; the
// state and the mention in the request's file; the state in requests.csv; the line
// in amendments.csv. Everything before that line is done again, with the same end,
// after a crash. What comes before its request lies sealed in the data folder,
// state/<unit>/early/<request>, until the request's line is written.
//
// Which words the hub has yet to be told is not kept anywhere: it is what the
// ledgers say minus what posted.csv says.
//
// # What a word says
//
// A request that cannot be opened is not "refused", which would be a decision,
// and not "opened". The office says wire.StateNeedsSomething with
// wire.CodeOfficeCannot: the citizen is asked to come with the folio, which is
// what has to happen. If a sound copy arrives later it is opened, and said so.
// Nothing is said of an item of another unit: that unit speaks for itself. Nothing
// is said of an amendment either: the hub tells the citizen of a withdrawal, and of
// the rest the words about the request tell.
//
// # What the hub can and cannot do
//
// A delivery is believed only with the hub's signature, the nonce of this pull and
// this unit's name. The hub cannot open a request, nor pass one off as another:
// the seal binds id, service and version, and the sealed request repeats its
// folio, unit and office, which must agree with what the hub says. An amendment
// repeats its kind and its request's id as well, so that a correction cannot be
// passed off as a withdrawal, nor as one of another request; it must bear its
// request's folio and belong to the unit that has the request. The hub, or anybody
// with the unit's public key, could make up a request or a withdrawal: what is
// sealed is not signed by the kiosk.
//
// Words are posted only after a pull whose answer the hub signed in the same
// round, because the answer to a word, an empty 204, bears no signature.
//
// The log holds ids and codes, and no content.
package office
