package office

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"chasqui/sync/wire"
)

// amendmentsShape is the ledger of amendments.
var amendmentsShape = shape{
	name:    "amendments.csv",
	columns: []string{"received_at", "id", "request", "folio", "kind", "service", "service_version", "language", "assisted", "answers"},
	whole: func(row []string) bool {
		return isStamp(row[0]) && isID(row[1]) && isID(row[2]) && wire.Kind(row[4]).Amends() && json.Valid([]byte(row[9]))
	},
}

// earlyDir is where what amends a request waits for it, still sealed.
func (u *unit) earlyDir(request wire.ID) string {
	return filepath.Join(u.data, "early", request.String())
}

func (u *unit) earlyPath(request, id wire.ID) string {
	return filepath.Join(u.earlyDir(request), id.String()+".item")
}

func (u *unit) readAmendment(row []string) error {
	id, err := wire.ParseID(row[1])
	if err != nil {
		return err
	}
	request, err := wire.ParseID(row[2])
	if err != nil {
		return err
	}
	service := row[5]
	if k, ok := u.known[request]; ok {
		service = k.service // beside the request, whichever service was asked
	}
	u.amend(id, known{folio: wire.Folio(row[3]), service: service, kind: wire.Kind(row[4]), request: request})
	return nil
}

// amend notes a line of the ledger of amendments.
func (u *unit) amend(id wire.ID, k known) {
	u.known[id] = k
	u.amended[k.request] = append(u.amended[k.request], id)
}

// standing is how a request that comes now stands: an amendment of it may be in
// the ledger already if the ledger of requests was moved away.
func (u *unit) standing(request wire.ID) wire.State {
	for _, id := range u.amended[request] {
		if u.known[id].kind == wire.KindWithdrawal {
			return wire.StateWithdrawn
		}
	}
	return wire.StateOpened
}

// receiveAmendment writes down once what amends a request. What comes before its
// request waits for it; what is about one that this office could not open is put
// aside beside it, for a person to see.
func (o *Office) receiveAmendment(u *unit, item wire.Item, raw []byte) error {
	if _, done := u.known[item.ID]; done {
		return nil
	}
	_, r, code := u.open(item)
	if code == "" && o.elsewhere(u, item.Parent) {
		code = wire.CodeConflict
	}
	_, here := u.known[item.Parent]
	if code == "" && !here && u.unopened[item.Parent] {
		// It would wait for ever, and nobody would see that it did.
		code = wire.CodeOfficeCannot
	}
	if code != "" {
		return o.putAside(u, item.Header, raw, code)
	}
	if !here {
		if err := writeFile(u.earlyPath(item.Parent, item.ID), raw); err != nil {
			return err
		}
		o.cfg.Log.Info("an amendment waits for its request", "unit", u.id, "item", item.ID, "request", item.Parent)
		return o.cfg.crash("after an early amendment")
	}
	return o.writeAmendment(u, item, r, raw)
}

// elsewhere reports whether another unit of this office has a request. Whoever has
// the request is asked about it, and nobody else.
func (o *Office) elsewhere(u *unit, request wire.ID) bool {
	for _, other := range o.units {
		if _, known := other.known[request]; known && other != u {
			return true
		}
	}
	return false
}

// writeAmendment writes down what amends a request that is known: the file beside
// the request's, then the request's own file and line, and the ledger's line last.
// A crash before that line leaves it to be done again.
func (o *Office) writeAmendment(u *unit, item wire.Item, r Request, raw []byte) error {
	request := u.known[r.Amends]
	if request.kind != "" || request.folio != r.Folio {
		return o.putAside(u, item.Header, raw, wire.CodeConflict)
	}
	if len(r.files()) > 0 {
		if err := writeFile(u.waitingPath(r.ID), raw); err != nil {
			return err
		}
	}
	k := known{folio: r.Folio, service: request.service, kind: r.Kind, request: r.Amends, received: o.moment()}
	if err := o.writePage(u, r, k); err != nil {
		return err
	}
	if err := o.cfg.crash("between amendment and request"); err != nil {
		return err
	}
	if k.kind == wire.KindWithdrawal {
		request.state, request.reason = wire.StateWithdrawn, wire.CodeCitizenAsked
	}
	if err := o.restatePage(u, r.Amends, request, o.amendedLine(u, r.ID, k)); err != nil {
		return err
	}
	if k.kind == wire.KindWithdrawal {
		err := u.requests.change(func(row []string) []string {
			if row[1] == r.Amends.String() {
				row[9] = string(wire.StateWithdrawn)
			}
			return row
		})
		if err != nil {
			return err
		}
	}
	if err := o.cfg.crash("between request and line"); err != nil {
		return err
	}
	answers, err := r.answersJSON()
	if err != nil {
		return err
	}
	err = u.amendments.add([]string{
		k.received.Format(stamp), r.ID.String(), r.Amends.String(), string(r.Folio), string(r.Kind), r.Service,
		fmt.Sprint(r.ServiceVersion), cell(r.Language), fmt.Sprint(r.Assisted), answers,
	})
	if err != nil {
		return err
	}
	u.known[r.Amends] = request
	u.amend(r.ID, k)
	o.cfg.Log.Info("amendment opened", "unit", u.id, "item", r.ID, "kind", string(r.Kind), "request", r.Amends)
	if err := o.cfg.crash("after the amendment's line"); err != nil {
		return err
	}
	if err := o.attach(u, r.ID); err != nil {
		return err
	}
	return o.early(r.ID) // what would amend an amendment: it is put aside
}

// amendedLines are what a request's file says of what was filed about it since.
func (o *Office) amendedLines(u *unit, request wire.ID) []string {
	var lines []string
	for _, id := range u.amended[request] {
		lines = append(lines, o.amendedLine(u, id, u.known[id]))
	}
	return lines
}

func (o *Office) amendedLine(u *unit, id wire.ID, k known) string {
	return o.cfg.Words("office.kind."+string(k.kind)) + " · " + filepath.Base(u.path(id, k.folio, k.service)) + ".txt"
}

// restatePage writes a request's state, and what was filed about it, into its file.
// It needs no keys. Somebody may have filed the file elsewhere: then nothing is
// written.
func (o *Office) restatePage(u *unit, id wire.ID, k known, more ...string) error {
	path := u.path(id, k.folio, k.service) + ".txt"
	text, err := readIfThere(path)
	if err != nil || text == nil {
		return err
	}
	restated := o.cfg.restate(text, k.state, k.reason, append(o.amendedLines(u, id), more...))
	if bytes.Equal(restated, text) {
		return nil
	}
	return writeFile(path, restated)
}

// early takes up what came before a request that is here now. After a crash the
// request is delivered again, and this is done again with it.
func (o *Office) early(request wire.ID) error {
	for _, u := range o.units {
		entries, err := os.ReadDir(u.earlyDir(request))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		for _, e := range entries {
			if !strings.HasSuffix(e.Name(), ".item") {
				continue // a temporary file
			}
			path := filepath.Join(u.earlyDir(request), e.Name())
			if err := o.takeEarly(u, path, request); err != nil {
				return err
			}
		}
		// With nothing left in it but what a crash left unfinished.
		if err := os.RemoveAll(u.earlyDir(request)); err != nil {
			return err
		}
	}
	return nil
}

func (o *Office) takeEarly(u *unit, path string, request wire.ID) error {
	raw, err := os.ReadFile(path) // #nosec G304 -- in the office's own folder
	if err != nil {
		return err
	}
	item, err := wire.DecodeItem(raw)
	if err != nil || item.Parent != request {
		return o.putAside(u, wire.Header{}, raw, wire.CodeDamaged)
	}
	// As if it came now.
	return o.receiveAmendment(u, item, raw)
}
