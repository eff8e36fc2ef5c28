package outbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"chasqui/sync/wire"
)

// planned is an item of a change, checked but not yet numbered.
type planned struct {
	item wire.Item
	file *wire.Digest
}

// Commit implements Outbox.
func (b *box) Commit(ctx context.Context, c Change) ([]wire.Header, error) {
	headers, err := b.commit(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("commit %d items: %w", len(c.Items), err)
	}
	return headers, nil
}

func (b *box) commit(ctx context.Context, c Change) ([]wire.Header, error) {
	plan, err := checkChange(c)
	if err != nil {
		return nil, err
	}
	set, size, err := memoRecords(c.Memos)
	if err != nil {
		return nil, err
	}
	for _, content := range c.Files {
		size += len(content)
	}
	for _, p := range plan {
		size += 2048
		if p.file == nil {
			size += len(p.item.Body)
		}
	}

	b.write.Lock()
	defer b.write.Unlock()
	if err := b.usable(ctx, true); err != nil {
		return nil, err
	}
	if len(plan) == 0 && len(set) == 0 {
		return nil, nil
	}
	if err := b.unknown(plan); err != nil {
		return nil, err
	}
	if err := b.room(uint64(size), true); err != nil { // #nosec G115 -- a sum of lengths
		return nil, err
	}
	next, now := b.meta, b.opts.Now().UnixMilli()
	slots := make([]*slot, 0, len(plan))
	headers := make([]wire.Header, 0, len(plan))
	for _, p := range plan {
		next.Seq++
		p.item.Epoch, p.item.Seq, p.item.Digest = next.Epoch, next.Seq, wire.DigestOf(p.item.Body)
		encoded, err := p.item.Encode()
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
		}
		if _, err := wire.DecodeItem(encoded); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
		}
		digest := wire.DigestOf(encoded)
		next.Chain = chainNext(next.Chain, digest)
		kept := itemRecord{inFile: p.file != nil, committed: now, chain: next.Chain, digest: digest, encoded: encoded}
		if kept.inFile {
			kept.encoded = encoded[:len(encoded)-len(p.item.Body)]
		}
		set = append(set, record{key: itemKey(next.Epoch, next.Seq), value: kept.encode()})
		if opensFolio(p.item.Header) {
			set = append(set, record{key: folioKey(p.item.Folio), value: slices.Clone(p.item.ID[:])})
		}
		s := newSlot(p.item.Header, kept, len(encoded))
		s.file = p.file // shared by the parts of a file
		slots = append(slots, s)
		headers = append(headers, p.item.Header)
	}
	for _, digest := range slices.SortedFunc(maps.Keys(c.Files), func(a, b wire.Digest) int { return bytes.Compare(a[:], b[:]) }) {
		if err := b.files.put(digest, c.Files[digest]); err != nil {
			return nil, fmt.Errorf("keep file %s: %w", digest, err)
		}
	}
	if err := b.put(set, nil, next); err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range slots {
		b.take(s)
	}
	b.order = append(b.order, slots...)
	return headers, nil
}

// opensFolio reports whether an item is the request that a folio stands for. An
// amendment bears the folio of the request that it is about.
func opensFolio(h wire.Header) bool {
	return h.Kind == wire.KindRequest && h.Folio != "" && h.Parent.IsZero()
}

// take makes an item known. b.mu must be held, or the box not yet be in use.
func (b *box) take(s *slot) {
	b.slots[s.id] = s
	if s.kind == wire.KindWithdrawal && b.withdrawn[s.parent] == nil {
		b.withdrawn[s.parent] = s
	}
}

func newSlot(h wire.Header, r itemRecord, size int) *slot {
	return &slot{
		id: h.ID, epoch: h.Epoch, seq: h.Seq, lane: h.Lane, kind: h.Kind, folio: h.Folio, parent: h.Parent,
		committed: r.committed, size: size, digest: r.digest,
		standing: standing{State: wire.StateSaved, Changed: r.committed},
	}
}

// checkChange checks what can be checked without the outbox.
func checkChange(c Change) ([]planned, error) {
	for digest, content := range c.Files {
		if wire.DigestOf(content) != digest || len(content) == 0 {
			return nil, fmt.Errorf("%w: file %s of %d bytes does not match its digest", ErrInvalid, digest, len(content))
		}
	}
	var plan []planned
	ids, folios := map[wire.ID]bool{}, map[wire.Folio]bool{}
	used := map[wire.Digest]*wire.Digest{}
	for _, it := range c.Items {
		switch {
		case it.ID.IsZero() || it.Kiosk == "":
			return nil, fmt.Errorf("%w: an item without id or kiosk", ErrInvalid)
		case !it.Kind.Valid() || it.Lane > wire.LaneAttachment:
			return nil, fmt.Errorf("%w: item %s of kind %q in lane %d", ErrInvalid, it.ID, it.Kind, it.Lane)
		case it.Kind.Amends() && (it.Parent.IsZero() || it.Parent == it.ID || it.Folio == ""):
			return nil, fmt.Errorf("%w: item %s of kind %q does not say which request it is about", ErrInvalid, it.ID, it.Kind)
		case len(it.Folio) > 64:
			return nil, fmt.Errorf("%w: item %s with a folio of %d bytes", ErrInvalid, it.ID, len(it.Folio))
		case it.Digest != wire.Digest{} && it.Digest != wire.DigestOf(it.Body):
			return nil, fmt.Errorf("%w: item %s does not match its digest", ErrInvalid, it.ID)
		case ids[it.ID] || (opensFolio(it.Header) && folios[it.Folio]):
			return nil, fmt.Errorf("%w: item %s, folio %s twice in one change", ErrExists, it.ID, it.Folio)
		}
		ids[it.ID] = true
		if opensFolio(it.Header) {
			folios[it.Folio] = true
		}
		p := planned{item: it}
		if it.Kind == wire.KindAttachment {
			if err := checkPart(it, c.Files); err != nil {
				return nil, err
			}
			if used[it.Part.File] == nil {
				digest := it.Part.File
				used[digest] = &digest
			}
			p.file = used[it.Part.File]
		} else if it.Part != nil {
			return nil, fmt.Errorf("%w: item %s of kind %q is a part of a file", ErrInvalid, it.ID, it.Kind)
		}
		plan = append(plan, p)
	}
	if len(used) != len(c.Files) {
		return nil, fmt.Errorf("%w: %d files for the attachments of %d", ErrInvalid, len(c.Files), len(used))
	}
	return plan, nil
}

func checkPart(it wire.Item, files map[wire.Digest][]byte) error {
	if it.Part == nil {
		return fmt.Errorf("%w: attachment %s does not say which part it is", ErrInvalid, it.ID)
	}
	content, ok := files[it.Part.File]
	if !ok {
		return fmt.Errorf("%w: attachment %s is of file %s, which is not in the change", ErrInvalid, it.ID, it.Part.File)
	}
	from := it.Part.Index * wire.PartSize
	parts := (len(content) + wire.PartSize - 1) / wire.PartSize
	if it.Part.Index < 0 || it.Part.Index >= parts || it.Part.Of != parts || it.Part.Size != int64(len(content)) ||
		!bytes.Equal(it.Body, content[from:min(from+wire.PartSize, len(content))]) {
		return fmt.Errorf("%w: attachment %s is not part %d of %d of its file", ErrInvalid, it.ID, it.Part.Index, it.Part.Of)
	}
	return nil
}

// unknown checks that ids and folios are new.
func (b *box) unknown(plan []planned) error {
	for _, p := range plan {
		b.mu.RLock()
		_, known := b.slots[p.item.ID]
		b.mu.RUnlock()
		if known {
			return fmt.Errorf("%w: item %s", ErrExists, p.item.ID)
		}
		if !opensFolio(p.item.Header) {
			continue
		}
		switch _, err := b.shelf.get(folioKey(p.item.Folio)); {
		case err == nil:
			return fmt.Errorf("%w: folio %s", ErrExists, p.item.Folio)
		case !errors.Is(err, errNoRecord):
			return err
		}
	}
	return nil
}
