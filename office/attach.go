package office

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"chasqui/sync/seal"
	"chasqui/sync/wire"
)

// maxSealedFile is the longest sealed attachment in bytes.
const maxSealedFile = seal.MaxFile + 64<<10

func (u *unit) waitingPath(id wire.ID) string {
	return filepath.Join(u.data, "waiting", id.String()+".item")
}

func (u *unit) partsPath(id wire.ID, file wire.Digest) string {
	return filepath.Join(u.data, "parts", id.String(), file.String())
}

// receivePart keeps one part of an attachment, in whatever order parts and request
// come, and puts the attachment together when it is the last.
func (o *Office) receivePart(u *unit, item wire.Item, raw []byte) error {
	p := item.Part
	if p == nil || item.Parent.IsZero() || p.Size < 1 || p.Size > maxSealedFile ||
		int64(p.Of) != (p.Size+wire.PartSize-1)/wire.PartSize || int64(len(item.Body)) != min(wire.PartSize, p.Size-int64(p.Index)*wire.PartSize) {
		return o.putAside(u, item.Header, raw, wire.CodeMalformed)
	}
	if u.attached[attachmentKey(item.Parent, p.File)] {
		return nil // it came again
	}
	if _, opened := u.known[item.Parent]; opened {
		if _, err := os.Lstat(u.waitingPath(item.Parent)); errors.Is(err, fs.ErrNotExist) {
			return o.putAside(u, item.Header, raw, wire.CodeConflict) // the request knows no such file
		}
	}
	if err := writeFile(filepath.Join(u.partsPath(item.Parent, p.File), strconv.Itoa(p.Index)), item.Body); err != nil {
		return err
	}
	if err := o.cfg.crash("after a part"); err != nil {
		return err
	}
	return o.attach(u, item.Parent)
}

// attach writes the attachments of a request whose parts have all come. The parts
// go when the attachment is in its ledger, the request when all of them are.
func (o *Office) attach(u *unit, id wire.ID) error {
	k, opened := u.known[id]
	raw, err := readIfThere(u.waitingPath(id))
	if err != nil || raw == nil || !opened {
		return err
	}
	var box *seal.Opened
	var r Request
	code := wire.CodeDamaged
	item, err := wire.DecodeItem(raw)
	if err == nil {
		box, r, code = u.open(item)
	}
	if code != "" {
		// The request itself is on the disk already, and stops nothing else.
		o.cfg.Log.Warn("a request can no longer be opened for its attachments; is its key still in units?", "unit", u.id, "item", id, "reason", code)
		return nil
	}
	names, missing, wrote := r.fileNames(), 0, false
	for _, a := range r.files() {
		if u.attached[attachmentKey(id, a.File.Digest)] {
			continue
		}
		sealed, err := u.assemble(id, *a.File)
		if err != nil {
			return err
		}
		if sealed == nil {
			missing++
			continue
		}
		content, code := openFile(box, a, sealed)
		if code != "" {
			// Put aside, and its parts with it: they may come again and be sound then.
			header := item.Header
			header.Kind = wire.KindAttachment
			if err := o.putAside(u, header, sealed, code); err != nil {
				return err
			}
			if err := os.RemoveAll(u.partsPath(id, a.File.Digest)); err != nil {
				return err
			}
			missing++
			continue
		}
		path := filepath.Join(u.path(id, k.folio, k.service), names[a.Question])
		if err := writeFile(path, content); err != nil {
			return err
		}
		if err := o.cfg.crash("between attachment and line"); err != nil {
			return err
		}
		name := filepath.ToSlash(strings.TrimPrefix(path, u.out+string(filepath.Separator)))
		err = u.attachments.add([]string{o.moment().Format(stamp), id.String(), string(k.folio), a.Question, cell(name), strconv.Itoa(len(content)), a.File.Digest.String()})
		if err != nil {
			return err
		}
		u.attached[attachmentKey(id, a.File.Digest)], wrote = true, true
		o.cfg.Log.Info("attachment opened", "unit", u.id, "item", id)
	}
	if wrote {
		if err := o.writePage(u, r, u.known[id]); err != nil {
			return err
		}
	}
	if missing > 0 {
		return nil
	}
	if err := os.RemoveAll(filepath.Join(u.data, "parts", id.String())); err != nil {
		return err
	}
	return os.Remove(u.waitingPath(id))
}

// assemble returns a sealed file if all its parts are there, else nil.
func (u *unit) assemble(id wire.ID, f SealedFile) ([]byte, error) {
	if f.Size < 1 || f.Size > maxSealedFile {
		return nil, nil
	}
	dir := u.partsPath(id, f.Digest)
	var sealed []byte
	for n := range int((f.Size + wire.PartSize - 1) / wire.PartSize) {
		part, err := readIfThere(filepath.Join(dir, strconv.Itoa(n)))
		if err != nil || part == nil {
			return nil, err
		}
		sealed = append(sealed, part...)
	}
	return sealed, nil
}

// openFile checks and opens a sealed file. The code says why it could not be.
func openFile(box *seal.Opened, a Answered, sealed []byte) (content []byte, code string) {
	if wire.DigestOf(sealed) != a.File.Digest {
		return nil, wire.CodeDamaged
	}
	content, err := box.OpenFile(a.Question, sealed)
	if err != nil || wire.DigestOf(content) != a.File.Plain {
		return nil, wire.CodeDamaged
	}
	return content, ""
}

// sweep finishes what a crash interrupted: attachments of which every part is
// there.
func (o *Office) sweep(u *unit) error {
	entries, err := os.ReadDir(filepath.Join(u.data, "waiting"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		id, err := wire.ParseID(strings.TrimSuffix(e.Name(), ".item"))
		if err != nil {
			continue // a temporary file
		}
		if err := o.attach(u, id); err != nil {
			return err
		}
	}
	return nil
}
