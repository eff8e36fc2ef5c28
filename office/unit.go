package office

import (
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"chasqui/sync/seal"
	"chasqui/sync/wire"
)

// stamp is how moments stand in the ledgers: UTC, to the millisecond that a word
// carries.
const stamp = "2006-01-02T15:04:05.000Z"

// The ledgers of a unit.
var (
	requestsShape = shape{
		name:    "requests.csv",
		columns: []string{"received_at", "id", "folio", "service", "service_version", "language", "assisted", "outcome", "title", "state", "answers"},
		whole:   func(row []string) bool { return isStamp(row[0]) && isID(row[1]) && json.Valid([]byte(row[10])) },
	}
	asideShape = shape{
		name:    "put-aside.csv",
		columns: []string{"received_at", "id", "folio", "service", "kind", "reason", "digest"},
		whole:   func(row []string) bool { return isStamp(row[0]) && isDigest(row[6]) },
	}
	attachmentsShape = shape{
		name:    "attachments.csv",
		columns: []string{"received_at", "id", "folio", "question", "file", "bytes", "digest"},
		whole:   func(row []string) bool { return isStamp(row[0]) && isID(row[1]) && isDigest(row[6]) },
	}
	wordsShape  = shape{name: "words.csv", columns: []string{"at", "folio", "state", "reason", "id"}, whole: wholeWord}
	postedShape = shape{name: "posted.csv", columns: []string{"at", "folio", "state", "reason", "id"}, whole: wholeWord}
)

func wholeWord(row []string) bool {
	return isStamp(row[0]) && isID(row[4]) && wire.State(row[2]).FromOffice()
}

func isStamp(s string) bool {
	_, err := time.Parse(stamp, s)
	return err == nil
}

func isID(s string) bool {
	_, err := wire.ParseID(s)
	return err == nil
}

func isDigest(s string) bool {
	var d wire.Digest
	return d.UnmarshalText([]byte(s)) == nil
}

// known is what the office remembers of a request it has opened, or of what amends
// one.
type known struct {
	folio wire.Folio
	// service is that of the request, under which both are filed.
	service string
	// kind is empty for a request, request zero.
	kind     wire.Kind
	request  wire.ID
	state    wire.State
	reason   string
	received time.Time
}

// unit is one department at work.
type unit struct {
	id, name     string
	municipality string
	keys         []*seal.Keys
	signing      int // which of the keys signs

	out, data string // the unit's own folders

	requests, amendments, aside, attachments, words, posted *ledger

	known    map[wire.ID]known
	amended  map[wire.ID][]wire.ID // by request, as they came
	isAside  map[wire.Digest]bool
	unopened map[wire.ID]bool // requests that are put aside
	attached map[string]bool  // by attachmentKey
	isPosted map[string]bool  // by wordKey
	isOwed   map[string]bool  // by wordKey: in due, or posted since
	// due are the words that the ledgers call for, in order.
	due []*said
	// decided is how many bytes of words.csv have been read.
	decided int64
}

// said is a word to be posted.
type said struct {
	wire.Word
	tries int
	next  time.Time
}

func wordKey(w wire.Word) string {
	return w.Item.String() + " " + string(w.State) + " " + w.Reason + " " + strconv.FormatInt(w.At, 10)
}

func attachmentKey(id wire.ID, file wire.Digest) string { return id.String() + " " + file.String() }

func (u *unit) signer() ed25519.PrivateKey { return u.keys[u.signing].Signer() }

// nextSigner is called when the hub did not take a signature: while a unit changes
// its keys, the directory lists the old one or the new one.
func (u *unit) nextSigner() { u.signing = (u.signing + 1) % len(u.keys) }

// openUnit reads what the folders hold.
func (o *Office) openUnit(id string, keys []*seal.Keys) (*unit, error) {
	u := &unit{
		id: id, name: keys[0].Name, keys: keys, municipality: o.cfg.Municipality,
		out: filepath.Join(o.cfg.Out, id), data: filepath.Join(o.cfg.Data, "state", id),
		known: map[wire.ID]known{}, amended: map[wire.ID][]wire.ID{}, isAside: map[wire.Digest]bool{}, unopened: map[wire.ID]bool{}, attached: map[string]bool{}, isPosted: map[string]bool{}, isOwed: map[string]bool{},
	}
	for _, dir := range []string{u.out, u.data} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, err
		}
	}
	for _, open := range []struct {
		ledger **ledger
		shape
		visit func(row []string) error
	}{
		{&u.posted, postedShape, func(row []string) error {
			w, err := parseWord(row)
			u.isPosted[wordKey(w)] = true
			return err
		}},
		{&u.requests, requestsShape, u.readRequest},
		{&u.amendments, amendmentsShape, u.readAmendment},
		{&u.aside, asideShape, u.readAside},
		{&u.attachments, attachmentsShape, func(row []string) error {
			u.attached[row[1]+" "+row[6]] = true
			return nil
		}},
	} {
		l, err := openLedger(u.out, open.shape, open.visit)
		if err != nil {
			return nil, err
		}
		*open.ledger = l
	}
	err := withWords(u.out, func(l *ledger) error { u.words = l; return nil }, func([]string) error { return nil })
	return u, err
}

func (u *unit) readRequest(row []string) error {
	id, err := wire.ParseID(row[1])
	if err != nil {
		return err
	}
	received, err := time.Parse(stamp, row[0])
	if err != nil {
		return err
	}
	k := known{folio: wire.Folio(row[2]), service: row[3], state: wire.State(row[9]), received: received}
	if k.state == wire.StateWithdrawn {
		k.reason = wire.CodeCitizenAsked
	}
	u.opened(id, k)
	return nil
}

// opened notes a line of the ledger of requests, and the word that it calls for.
func (u *unit) opened(id wire.ID, k known) {
	u.known[id] = k
	u.owe(wire.Word{Item: id, Folio: k.folio, State: wire.StateOpened, At: k.received.UnixMilli()})
}

func (u *unit) readAside(row []string) error {
	var digest wire.Digest
	if err := digest.UnmarshalText([]byte(row[6])); err != nil {
		return err
	}
	received, err := time.Parse(stamp, row[0])
	if err != nil {
		return err
	}
	u.setAside(digest, row, received)
	return nil
}

// setAside notes a line of put-aside.csv.
func (u *unit) setAside(digest wire.Digest, row []string, received time.Time) {
	u.isAside[digest] = true
	if id, err := wire.ParseID(row[1]); err == nil && row[4] == string(wire.KindRequest) {
		u.unopened[id] = true
	}
	u.oweAside(row, received)
}

// oweAside notes the word that a line of put-aside.csv calls for: one of ours, a
// request, of which we know which it is.
func (u *unit) oweAside(row []string, received time.Time) {
	id, err := wire.ParseID(row[1])
	if err != nil || row[4] != string(wire.KindRequest) || row[5] == wire.CodeUnknownUnit {
		return
	}
	u.owe(wire.Word{Item: id, Folio: wire.Folio(row[2]), State: wire.StateNeedsSomething, Reason: wire.CodeOfficeCannot, At: received.UnixMilli()})
}

// owe adds a word to what is to be posted, unless it was.
func (u *unit) owe(w wire.Word) {
	if key := wordKey(w); !u.isPosted[key] && !u.isOwed[key] {
		u.isOwed[key] = true
		w.Unit, w.Municipality = u.id, u.municipality
		u.due = append(u.due, &said{Word: w})
	}
}

func parseWord(row []string) (wire.Word, error) {
	id, err := wire.ParseID(row[4])
	if err != nil {
		return wire.Word{}, err
	}
	at, err := time.Parse(stamp, row[0])
	if err != nil {
		return wire.Word{}, err
	}
	return wire.Word{Item: id, Folio: wire.Folio(row[1]), State: wire.State(row[2]), Reason: row[3], At: at.UnixMilli()}, nil
}

func wordRow(w wire.Word) []string {
	return []string{time.UnixMilli(w.At).UTC().Format(stamp), string(w.Folio), string(w.State), w.Reason, w.Item.String()}
}

// cursorFile holds the delivery number up to which everything is on the disk.
type cursorFile struct {
	After uint64 `json:"after"`
}

// cursor reads it. Without one everything is delivered again, and written once:
// that is the ledger's business.
func (u *unit) cursor() (uint64, error) {
	b, err := readIfThere(filepath.Join(u.data, "cursor.json"))
	if err != nil || b == nil {
		return 0, err
	}
	var c cursorFile
	if json.Unmarshal(b, &c) != nil {
		return 0, nil
	}
	return c.After, nil
}

func (u *unit) setCursor(after uint64) error {
	b, err := json.Marshal(cursorFile{After: after})
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(u.data, "cursor.json"), b)
}

// path returns the readable file of a request without its ending, which is also
// the folder of its attachments.
func (u *unit) path(id wire.ID, folio wire.Folio, service string) string {
	text := id.String()
	return filepath.Join(u.out, service, fmt.Sprintf("%s-%s", string(folio), text[len(text)-8:]))
}
