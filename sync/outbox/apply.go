package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"chasqui/sync/wire"
)

// ack moves a standing by the hub's verdict and reports whether it did.
func (s *standing) ack(a wire.Ack, now int64) bool {
	switch a.Verdict {
	case wire.VerdictAccepted, wire.VerdictDuplicate:
		// What was put aside here has arrived after all.
		if !s.State.Unsent() && s.State != wire.StatePutAside {
			return false
		}
		s.State, s.Reason, s.Changed = wire.StateAtHub, "", now
	case wire.VerdictRejected:
		if !s.State.Unsent() {
			return false
		}
		s.State, s.Reason, s.Changed = wire.StatePutAside, a.Code, now
		return true
	default:
		return false
	}
	if s.Acked == 0 {
		s.Acked = now
	}
	return true
}

// word moves a standing by an office's word and reports whether it did. Words can
// come twice and out of order: an older one than the last says nothing new, and
// "opened" takes nothing back that was decided.
func (s *standing) word(w wire.Word, now int64) bool {
	if !w.State.FromOffice() || s.State == wire.StateWithdrawn || w.At < s.WordAt {
		return false
	}
	if w.State == wire.StateOpened && s.State.FromOffice() && s.State != wire.StateOpened {
		return false
	}
	if s.State == w.State && s.Reason == w.Reason && s.WordAt == w.At {
		return false
	}
	if s.State != w.State || s.Reason != w.Reason {
		s.State, s.Reason, s.Changed = w.State, w.Reason, now
	}
	s.WordAt = w.At
	if s.Acked == 0 {
		s.Acked = now // the office has it, so the hub had it
	}
	return true
}

// Apply implements Outbox.
func (b *box) Apply(ctx context.Context, e Effects) error {
	if err := b.apply(ctx, e); err != nil {
		return fmt.Errorf("apply %d acknowledgements and %d words: %w", len(e.Acks), len(e.Words), err)
	}
	return nil
}

func (b *box) apply(ctx context.Context, e Effects) error {
	set, size, err := memoRecords(e.Memos)
	if err != nil {
		return err
	}
	b.write.Lock()
	defer b.write.Unlock()
	if err := b.usable(ctx, true); err != nil {
		return err
	}
	now := b.opts.Now().UnixMilli()
	moved := map[wire.ID]standing{}
	move := func(id wire.ID, by func(*standing) bool) {
		s, ok := moved[id]
		if !ok {
			it := b.slot(id)
			if it == nil {
				return
			}
			s = it.standing
		}
		if by(&s) {
			moved[id] = s
		}
	}
	for _, a := range e.Acks {
		move(a.ID, func(s *standing) bool { return s.ack(a, now) })
	}
	for _, w := range e.Words {
		move(w.Item, func(s *standing) bool { return s.word(w, now) })
	}
	next := b.meta
	next.Cursor = max(next.Cursor, e.Cursor)
	if len(moved) == 0 && len(set) == 0 && next.Cursor == b.meta.Cursor {
		return nil
	}
	if err := b.room(uint64(size+512*len(moved)), false); err != nil { // #nosec G115 -- a sum of lengths
		return err
	}
	return b.stand(moved, set, next)
}

// slot returns an item's slot or nil. Slots are changed only under b.write and
// b.mu together, so whoever holds either may read one.
func (b *box) slot(id wire.ID) *slot {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.slots[id]
}

// stand writes standings, with further records, and takes them over. b.write must
// be held.
func (b *box) stand(moved map[wire.ID]standing, set []record, next meta) error {
	for _, id := range slices.SortedFunc(maps.Keys(moved), compareIDs) {
		value, err := json.Marshal(moved[id])
		if err != nil {
			return err
		}
		set = append(set, record{key: stateKey(id), value: value})
	}
	if err := b.put(set, nil, next); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for id, s := range moved {
		b.slots[id].standing = s
	}
	return nil
}

// PutAside implements Outbox.
func (b *box) PutAside(ctx context.Context, id wire.ID, code string) error {
	if err := b.putAside(ctx, id, code); err != nil {
		return fmt.Errorf("put %s aside: %w", id, err)
	}
	return nil
}

func (b *box) putAside(ctx context.Context, id wire.ID, code string) error {
	b.write.Lock()
	defer b.write.Unlock()
	if err := b.usable(ctx, true); err != nil {
		return err
	}
	it := b.slot(id)
	if it == nil {
		return ErrNotFound
	}
	s := it.standing
	if !s.State.Unsent() {
		return nil
	}
	if err := b.room(512, false); err != nil {
		return err
	}
	s.State, s.Reason, s.Changed = wire.StatePutAside, code, b.opts.Now().UnixMilli()
	return b.stand(map[wire.ID]standing{id: s}, nil, b.meta)
}

// pruneBatch is how many items one transaction of Prune removes.
const pruneBatch = 250

// Prune implements Outbox.
func (b *box) Prune(ctx context.Context, now time.Time) ([]Removed, error) {
	var log []Removed
	b.write.Lock()
	defer b.write.Unlock()
	if err := b.usable(ctx, true); err != nil {
		return nil, fmt.Errorf("prune: %w", err)
	}
	for batch := range slices.Chunk(b.removable(now), pruneBatch) {
		if err := ctx.Err(); err != nil {
			return log, fmt.Errorf("prune: %w", err)
		}
		removed, err := b.remove(batch, now)
		if err != nil {
			return log, fmt.Errorf("prune: %w", err)
		}
		log = append(log, removed...)
	}
	if len(log) > 0 {
		if err := b.shelf.tidy(); err != nil {
			b.opts.Log.Warn("room could not be given back after removals", "error", err)
		}
		if b.afterPrune != nil {
			b.afterPrune()
		}
	}
	return log, nil
}

// removable returns what may go, attachments before the items to which they belong
// and requests before what amends them.
func (b *box) removable(now time.Time) []*slot {
	before := now.Add(-Grace).UnixMilli()
	mayGo := func(s *slot) bool {
		return s.standing.Acked != 0 && s.standing.Acked <= before && !s.standing.State.Unsent() && s.standing.State != wire.StatePutAside
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	heldFiles, heldParents := map[wire.Digest]bool{}, map[wire.ID]bool{}
	for _, s := range b.order {
		if s.file != nil && !mayGo(s) {
			heldFiles[*s.file], heldParents[s.parent] = true, true
		}
	}
	var parts, others []*slot
	for _, s := range b.order {
		switch {
		case !mayGo(s):
		case s.file != nil:
			if heldFiles[*s.file] {
				heldParents[s.parent] = true
			} else {
				parts = append(parts, s)
			}
		default:
			others = append(others, s)
		}
	}
	others = slices.DeleteFunc(others, func(s *slot) bool { return heldParents[s.id] })
	// A request that stays is told as withdrawn by its withdrawal: what amends it
	// stays as long, and goes in the same transaction or a later one.
	going := map[wire.ID]bool{}
	for _, s := range others {
		going[s.id] = true
	}
	var amendments []*slot
	others = slices.DeleteFunc(others, func(s *slot) bool {
		if !s.kind.Amends() {
			return false
		}
		if b.slots[s.parent] == nil || going[s.parent] {
			amendments = append(amendments, s)
		}
		return true
	})
	return slices.Concat(parts, others, amendments)
}

// remove makes one transaction that removes items and logs each, and then deletes
// the files that no item needs any more. A crash in between leaves a file without
// an item, which the next open deletes.
func (b *box) remove(batch []*slot, now time.Time) ([]Removed, error) {
	if err := b.room(uint64(512*len(batch)), false); err != nil {
		return nil, err
	}
	var set []record
	var gone []string
	var log []Removed
	for _, s := range batch {
		r := removal{ID: s.id, Folio: s.folio, Kind: s.kind, Why: WhyGrace, At: now.UnixMilli(), Digest: s.digest}
		value, err := json.Marshal(r)
		if err != nil {
			return nil, err
		}
		set = append(set, record{key: removalKey(s.epoch, s.seq), value: value})
		gone = append(gone, itemKey(s.epoch, s.seq), stateKey(s.id))
		log = append(log, Removed{ID: s.id, Folio: s.folio, Kind: s.kind, Why: r.Why, At: time.UnixMilli(r.At).UTC()})
	}
	if err := b.put(set, gone, b.meta); err != nil {
		return nil, err
	}
	b.mu.Lock()
	touched := map[wire.Digest]bool{}
	for _, s := range batch {
		delete(b.slots, s.id)
		if b.withdrawn[s.parent] == s {
			delete(b.withdrawn, s.parent)
		}
		if s.file != nil {
			touched[*s.file] = true
		}
	}
	b.order = slices.DeleteFunc(b.order, func(s *slot) bool { return b.slots[s.id] == nil })
	for _, s := range b.order {
		if s.file != nil {
			delete(touched, *s.file)
		}
	}
	b.mu.Unlock()
	for digest := range touched {
		if err := b.files.remove(digest); err != nil {
			b.opts.Log.Warn("an attachment's file could not be deleted; the next start tries again", "file", digest.String(), "error", err)
		}
	}
	return log, nil
}
