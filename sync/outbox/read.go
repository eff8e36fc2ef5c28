package outbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"chasqui/sync/wire"
)

// agedPlaces: one place in so many goes to the longest waiting item.
const agedPlaces = 8

func compareIDs(a, b wire.ID) int { return bytes.Compare(a[:], b[:]) }

// Pending implements Outbox.
func (b *box) Pending(ctx context.Context, w Want) ([]Pending, error) {
	if w.Now.IsZero() {
		w.Now = b.opts.Now()
	}
	var out []Pending
	size := 0
	queue := b.queue(w.Now)
	for w.MaxItems <= 0 || len(out) < w.MaxItems {
		if err := b.usable(ctx, false); err != nil {
			return nil, fmt.Errorf("pending: %w", err)
		}
		s := queue.next(len(out), func(s *slot) bool {
			return len(out) == 0 || w.MaxBytes <= 0 || size+s.size <= w.MaxBytes
		})
		if s == nil {
			return out, nil
		}
		header, encoded, err := b.item(s)
		switch {
		case errors.Is(err, errNoRecord):
			continue // pruned since
		case errors.Is(err, wire.ErrMalformed):
			b.opts.Log.Error("an item is damaged on the disk and is put aside", "id", s.id.String(), "error", err)
			if err := b.PutAside(ctx, s.id, wire.CodeDamaged); err != nil {
				// It cannot be written down, but it must not stop the others either.
				b.opts.Log.Error("a damaged item could not be put aside", "id", s.id.String(), "error", err)
			}
			continue
		case err != nil:
			return nil, fmt.Errorf("pending: item %s: %w", s.id, err)
		}
		out = append(out, Pending{Header: header, Bytes: encoded})
		size += s.size
	}
	return out, nil
}

// queue hands out unsent items in the order in which they should be sent.
type queue struct {
	lanes [wire.LaneAttachment + 1][]*slot
	aged  []*slot // waiting longer than AgeAfter, longest first
	taken map[*slot]bool
}

func (b *box) queue(now time.Time) *queue {
	q := &queue{taken: map[*slot]bool{}}
	b.mu.RLock()
	defer b.mu.RUnlock()
	for _, s := range b.order {
		if !s.standing.State.Unsent() {
			continue
		}
		q.lanes[s.lane] = append(q.lanes[s.lane], s)
		if now.Sub(s.committedAt()) > AgeAfter {
			q.aged = append(q.aged, s)
		}
	}
	return q
}

// next takes the item for the place with the given number, or returns nil when
// there is none or it does not fit.
func (q *queue) next(place int, fits func(*slot) bool) *slot {
	if place%agedPlaces == 1 {
		for len(q.aged) > 0 && q.taken[q.aged[0]] {
			q.aged = q.aged[1:]
		}
		if len(q.aged) > 0 && fits(q.aged[0]) {
			q.taken[q.aged[0]] = true
			return q.aged[0]
		}
	}
	for i := range q.lanes {
		for len(q.lanes[i]) > 0 {
			s := q.lanes[i][0]
			if !q.taken[s] && !fits(s) {
				return nil
			}
			q.lanes[i] = q.lanes[i][1:]
			if !q.taken[s] {
				q.taken[s] = true
				return s
			}
		}
	}
	return nil
}

// item reads an item as committed and checks every byte of it. An error that wraps
// wire.ErrMalformed says that the disk's copy is damaged.
func (b *box) item(s *slot) (wire.Header, []byte, error) {
	kept, header, err := b.record(s)
	if err != nil {
		return header, nil, err
	}
	encoded := kept.encoded
	if kept.inFile {
		from := int64(header.Part.Index) * wire.PartSize
		body, err := b.files.read(header.Part.File, from, int(min(wire.PartSize, header.Part.Size-from)))
		if err != nil {
			return header, nil, fmt.Errorf("%w: the attachment's file: %v", wire.ErrMalformed, err)
		}
		encoded = slices.Concat(encoded, body)
		if wire.DigestOf(encoded) != kept.digest {
			return header, nil, fmt.Errorf("%w: the attachment's file does not match its digest", wire.ErrMalformed)
		}
	}
	return header, encoded, nil
}

// record reads an item's record, without the body of an attachment.
func (b *box) record(s *slot) (itemRecord, wire.Header, error) {
	r, err := b.shelf.get(itemKey(s.epoch, s.seq))
	if err != nil {
		return itemRecord{}, wire.Header{}, err
	}
	kept, header, err := decodeItemRecord(r.value)
	if err == nil && (header.ID != s.id || kept.digest != s.digest) {
		err = fmt.Errorf("%w: the record of item %s holds %s", wire.ErrMalformed, s.id, header.ID)
	}
	return kept, header, err
}

// entry makes an item's entry. One that cannot be read keeps what is known of it,
// so that the desk still sees it.
func (b *box) entry(s *slot) Entry {
	_, header, err := b.record(s)
	if err != nil {
		header = wire.Header{ID: s.id, Epoch: s.epoch, Seq: s.seq, Lane: s.lane, Kind: s.kind, Folio: s.folio, Parent: s.parent}
		if !errors.Is(err, errNoRecord) {
			b.opts.Log.Error("an item cannot be read", "id", s.id.String(), "error", err)
		}
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	e := Entry{Header: header, State: s.standing.State, Reason: s.standing.Reason, Changed: time.UnixMilli(s.standing.Changed).UTC()}
	if e.State == wire.StateSaved && b.sending[s.id] > 0 {
		e.State = wire.StateSending
	}
	if w := b.withdrawn[s.id]; w != nil && s.kind == wire.KindRequest {
		e.State, e.Reason, e.Changed = wire.StateWithdrawn, wire.CodeCitizenAsked, w.committedAt()
		if w.standing.State == wire.StatePutAside {
			// Nobody but a person can carry the withdrawal on now, and that is what has
			// to be known of the request.
			e.State, e.Reason, e.Changed = wire.StatePutAside, w.standing.Reason, time.UnixMilli(w.standing.Changed).UTC()
		}
	}
	return e
}

// Get implements Outbox.
func (b *box) Get(ctx context.Context, id wire.ID) (Entry, error) {
	if err := b.usable(ctx, false); err != nil {
		return Entry{}, fmt.Errorf("get %s: %w", id, err)
	}
	s := b.slot(id)
	if s == nil {
		return Entry{}, fmt.Errorf("get %s: %w", id, ErrNotFound)
	}
	return b.entry(s), nil
}

// FindFolio implements Outbox.
func (b *box) FindFolio(ctx context.Context, folio wire.Folio) (Entry, error) {
	id, err := b.folio(ctx, folio)
	if err != nil {
		return Entry{}, fmt.Errorf("find folio %s: %w", folio, err)
	}
	return b.Get(ctx, id)
}

func (b *box) folio(ctx context.Context, folio wire.Folio) (wire.ID, error) {
	var id wire.ID
	if err := b.usable(ctx, false); err != nil {
		return id, err
	}
	if folio == "" || len(folio) > maxKey-1 {
		return id, ErrNotFound
	}
	r, err := b.shelf.get(folioKey(folio))
	if errors.Is(err, errNoRecord) {
		return id, ErrNotFound
	}
	if err == nil && len(r.value) != len(id) {
		err = fmt.Errorf("%w: folio record of %d bytes", wire.ErrMalformed, len(r.value))
	}
	if err != nil {
		return id, err
	}
	copy(id[:], r.value)
	return id, nil
}

// FolioUsed implements Outbox.
func (b *box) FolioUsed(ctx context.Context, folio wire.Folio) (bool, error) {
	switch _, err := b.folio(ctx, folio); {
	case err == nil:
		return true, nil
	case errors.Is(err, ErrNotFound):
		return false, nil
	default:
		return false, fmt.Errorf("look for folio %s: %w", folio, err)
	}
}

// Entries implements Outbox.
func (b *box) Entries(ctx context.Context, kinds ...wire.Kind) ([]Entry, error) {
	if err := b.usable(ctx, false); err != nil {
		return nil, fmt.Errorf("entries: %w", err)
	}
	b.mu.RLock()
	order := slices.Clone(b.order)
	b.mu.RUnlock()
	var out []Entry
	for _, s := range slices.Backward(order) {
		if len(kinds) > 0 && !slices.Contains(kinds, s.kind) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("entries: %w", err)
		}
		out = append(out, b.entry(s))
	}
	return out, nil
}
