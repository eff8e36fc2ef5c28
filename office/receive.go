package office

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"chasqui/sync/seal"
	"chasqui/sync/wire"
)

// errDiffers: what is sealed and what the hub says of it do not agree.
var errDiffers = errors.New("does not agree")

// fetch pulls everything that is new for a unit and writes it down.
func (o *Office) fetch(ctx context.Context, u *unit) error {
	after, err := u.cursor()
	if err != nil {
		return err
	}
	for {
		d, err := o.pull(ctx, u, after)
		if err != nil {
			return err
		}
		for i, raw := range d.items {
			if err := o.receive(u, raw); err != nil {
				return fmt.Errorf("delivery %d: %w", d.numbers[i], err)
			}
		}
		if len(d.items) > 0 {
			after = d.numbers[len(d.numbers)-1]
			if err := o.cfg.crash("before the cursor"); err != nil {
				return err
			}
			if err := u.setCursor(after); err != nil {
				return err
			}
		}
		if !d.more {
			return nil
		}
	}
}

// receive writes down one item. An error is this machine's; an item that is not
// right is put aside and is none.
func (o *Office) receive(u *unit, raw []byte) error {
	item, err := wire.DecodeItem(raw)
	if err != nil {
		return o.putAside(u, wire.Header{}, raw, wire.CodeMalformed)
	}
	switch {
	case item.Unit != u.id || !strings.HasPrefix(item.Office, o.cfg.Municipality+"/"):
		return o.putAside(u, item.Header, raw, wire.CodeUnknownUnit)
	case item.Kind == wire.KindRequest:
		return o.receiveRequest(u, item, raw)
	case item.Kind == wire.KindAttachment:
		return o.receivePart(u, item, raw)
	case item.Kind.Amends():
		return o.receiveAmendment(u, item, raw)
	}
	return o.putAside(u, item.Header, raw, wire.CodeUnknownKind)
}

// open unseals a request and checks it. The code says why it could not be.
func (u *unit) open(item wire.Item) (opened *seal.Opened, r Request, code string) {
	// What becomes a path is checked before anything is made of it.
	if folio, err := wire.ParseFolio(string(item.Folio)); err != nil || folio != item.Folio || !isName(item.Service) {
		return nil, r, wire.CodeMalformed
	}
	about := seal.About{ID: item.ID, Service: item.Service, ServiceVersion: item.ServiceVersion}
	opened, err := seal.Open(item.Body, about, u.keys...)
	switch {
	case errors.Is(err, seal.ErrNotForKeys):
		return nil, r, wire.CodeKeysUnknown
	case errors.Is(err, seal.ErrOpen):
		return nil, r, wire.CodeDamaged
	case err != nil:
		return nil, r, wire.CodeMalformed
	}
	r, err = parseRequest(opened.Plaintext, item.Header)
	clear(opened.Plaintext)
	if errors.Is(err, errDiffers) {
		return nil, r, wire.CodeConflict
	}
	if err != nil {
		return nil, r, wire.CodeMalformed
	}
	return opened, r, ""
}

// receiveRequest writes down a request once, however often it comes.
func (o *Office) receiveRequest(u *unit, item wire.Item, raw []byte) error {
	if _, done := u.known[item.ID]; done {
		// An error may have come between it and what waited for it.
		return o.early(item.ID)
	}
	_, r, code := u.open(item)
	if code != "" {
		if err := o.putAside(u, item.Header, raw, code); err != nil {
			return err
		}
		return o.early(item.ID) // nothing is to wait for it
	}
	if len(r.files()) > 0 {
		// Its attachments can be opened with the request alone, so it stays until they
		// have come.
		if err := writeFile(u.waitingPath(r.ID), raw); err != nil {
			return err
		}
	}
	k := known{folio: r.Folio, service: r.Service, state: u.standing(r.ID), received: o.moment()}
	if err := o.writePage(u, r, k); err != nil {
		return err
	}
	if err := o.cfg.crash("between file and line"); err != nil {
		return err
	}
	answers, err := r.answersJSON()
	if err != nil {
		return err
	}
	err = u.requests.add([]string{
		k.received.Format(stamp), r.ID.String(), string(r.Folio), r.Service, fmt.Sprint(r.ServiceVersion), cell(r.Language),
		fmt.Sprint(r.Assisted), cell(r.Outcome), cell(r.Title), string(k.state), answers,
	})
	if err != nil {
		return err
	}
	u.opened(r.ID, k)
	o.cfg.Log.Info("request opened", "unit", u.id, "item", r.ID)
	if err := o.cfg.crash("after the line"); err != nil {
		return err
	}
	if err := o.attach(u, r.ID); err != nil {
		return err
	}
	return o.early(r.ID)
}

// writePage writes the readable file of a request as it stands, or of what amends
// one, which lies beside the request's.
func (o *Office) writePage(u *unit, r Request, k known) error {
	base := u.path(r.ID, k.folio, k.service)
	p := page{state: k.state, reason: k.reason, received: k.received, unit: u.name, folder: filepath.Base(base), arrived: map[string]bool{}}
	if k.kind != "" {
		p.about = filepath.Base(u.path(k.request, k.folio, k.service)) + ".txt"
	} else {
		p.amended = o.amendedLines(u, r.ID)
	}
	for _, a := range r.files() {
		p.arrived[a.Question] = u.attached[attachmentKey(r.ID, a.File.Digest)]
	}
	return writeFile(base+".txt", o.cfg.render(r, p))
}

// putAside keeps what cannot be opened, still sealed, and its reason. The same
// bytes are put aside once.
func (o *Office) putAside(u *unit, h wire.Header, raw []byte, code string) error {
	digest := wire.DigestOf(raw)
	if u.isAside[digest] {
		return nil
	}
	if err := writeFile(filepath.Join(u.out, "put-aside", digest.String()), raw); err != nil {
		return err
	}
	id := ""
	if !h.ID.IsZero() {
		id = h.ID.String()
	}
	received := o.moment()
	row := []string{received.Format(stamp), id, cell(string(h.Folio)), cell(h.Service), cell(string(h.Kind)), code, digest.String()}
	if err := u.aside.add(row); err != nil {
		return err
	}
	u.setAside(digest, row, received)
	o.cfg.Log.Warn("an item is put aside", "unit", u.id, "item", id, "reason", code)
	return nil
}
