package outbox

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"chasqui/sync/wire"
)

// contents is everything that was read from a database, before it is believed.
type contents struct {
	meta      meta
	step      uint64
	items     map[string]*loadedItem
	removals  map[string]removal
	standings map[wire.ID]standing
	ends      map[wire.Epoch]epochEnd
}

type loadedItem struct {
	slot  *slot
	step  uint64
	chain wire.Digest
	file  wire.Digest
	size  int64 // of the file
}

// load reads the whole database through badger, checks it against the mark and
// fills the box. What is wrong with it is the reason; err is for a failure to read
// that says nothing about the content.
func (b *box) load(shelf *badgerShelf, m mark, hasMark bool) (reason string, err error) {
	c := &contents{
		items: map[string]*loadedItem{}, removals: map[string]removal{},
		standings: map[wire.ID]standing{}, ends: map[wire.Epoch]epochEnd{},
	}
	if err := shelf.scan(c.take); errors.Is(err, wire.ErrMalformed) {
		return err.Error(), nil
	} else if err != nil {
		return "", err
	}
	if reason := c.check(m, hasMark); reason != "" {
		return reason, nil
	}
	b.slots, b.withdrawn, b.order = map[wire.ID]*slot{}, map[wire.ID]*slot{}, nil
	b.meta, b.step = c.meta, c.step
	loaded := make([]*loadedItem, 0, len(c.items))
	for _, it := range c.items {
		loaded = append(loaded, it)
	}
	slices.SortFunc(loaded, func(a, b *loadedItem) int {
		return cmp.Or(cmp.Compare(a.step, b.step), cmp.Compare(a.slot.seq, b.slot.seq), bytes.Compare(a.slot.epoch[:], b.slot.epoch[:]))
	})
	shared := map[wire.Digest]*wire.Digest{}
	for _, it := range loaded {
		if it.slot.file != nil {
			if shared[it.file] == nil {
				shared[it.file] = it.slot.file
				b.checkFile(it)
			}
			it.slot.file = shared[it.file]
		}
		if s, ok := c.standings[it.slot.id]; ok {
			it.slot.standing = s
		}
		b.take(it.slot)
		b.order = append(b.order, it.slot)
	}
	b.damage = b.rememberedDamage()
	return "", nil
}

// checkFile looks whether an attachment's file is there. Its content is checked
// when it is sent; here a missing one is made known.
func (b *box) checkFile(it *loadedItem) {
	info, err := os.Stat(b.files.(folder).path(it.file))
	if err != nil || info.Size() != it.size {
		b.trouble = fmt.Sprintf("the file %s of an attachment is missing or cut off", it.file)
		b.opts.Log.Error("an attachment's file is missing or cut off", "file", it.file.String())
	}
}

// rememberedDamage is the damage of an earlier open, for as long as its folder is
// there.
func (b *box) rememberedDamage() string {
	kept, err := filepath.Glob(filepath.Join(b.dir, damagedName+"*"))
	if err != nil || len(kept) == 0 {
		return ""
	}
	for _, folder := range kept {
		if filepath.Base(folder) == b.meta.Folder {
			return b.meta.Damage
		}
	}
	return "damage was found earlier; what was damaged is in " + filepath.Base(kept[len(kept)-1])
}

// take notes one record.
func (c *contents) take(r record) error {
	c.step = max(c.step, r.step)
	switch {
	case r.key == keyMeta:
		m, err := decodeMeta(r.value)
		c.meta = m
		return err
	case r.key[0] == keyItem:
		kept, h, err := decodeItemRecord(r.value)
		if err != nil {
			return err
		}
		if itemKey(h.Epoch, h.Seq) != r.key {
			return fmt.Errorf("%w: item %s lies in another's place", wire.ErrMalformed, h.ID)
		}
		it := &loadedItem{step: r.step, chain: kept.chain, slot: newSlot(h, kept, len(kept.encoded))}
		if kept.inFile {
			it.file, it.size = h.Part.File, h.Part.Size
			it.slot.file = &it.file
			it.slot.size += int(min(wire.PartSize, h.Part.Size-int64(h.Part.Index)*wire.PartSize))
		}
		c.items[r.key] = it
	case r.key[0] == keyRemoval:
		log, err := decodeRemoval(r.value)
		c.removals[r.key] = log
		return err
	case r.key[0] == keyState:
		var id wire.ID
		if len(r.key) != 1+len(id) {
			return fmt.Errorf("%w: state of no item", wire.ErrMalformed)
		}
		copy(id[:], r.key[1:])
		s, err := decodeStanding(r.value)
		c.standings[id] = s
		return err
	case r.key[0] == keyEpoch:
		var epoch wire.Epoch
		if len(r.key) != 1+len(epoch) {
			return fmt.Errorf("%w: end of no epoch", wire.ErrMalformed)
		}
		copy(epoch[:], r.key[1:])
		end, err := decodeEpochEnd(r.value)
		c.ends[epoch] = end
		return err
	}
	return nil
}

// check says what is wrong with the contents, or "".
func (c *contents) check(m mark, hasMark bool) string {
	if c.meta.Version == 0 {
		if hasMark || len(c.items) > 0 {
			return "the database does not say which epoch it is in"
		}
		return ""
	}
	if hasMark && c.step < m.step {
		return fmt.Sprintf("the database ends at step %d, and step %d was reported as durable", c.step, m.step)
	}
	ends := map[wire.Epoch]epochEnd{c.meta.Epoch: {Last: c.meta.Seq}}
	for epoch, end := range c.ends {
		if epoch == c.meta.Epoch {
			return "the current epoch is marked as over"
		}
		ends[epoch] = end
	}
	if end, ok := ends[m.epoch]; hasMark && (!ok || end.Last < m.seq) {
		return fmt.Sprintf("item %d of epoch %s was reported as durable and is missing", m.seq, m.epoch)
	}
	placed := 0
	for epoch, end := range ends {
		n, reason := c.checkEpoch(epoch, end, m)
		if reason != "" {
			return reason
		}
		placed += n
	}
	if placed != len(c.items) {
		return fmt.Sprintf("%d items lie outside every epoch", len(c.items)-placed)
	}
	return ""
}

// checkEpoch follows the numbers and the chain of one epoch and returns how many
// items it holds.
func (c *contents) checkEpoch(epoch wire.Epoch, end epochEnd, m mark) (items int, reason string) {
	chain, known := chainStart(epoch), true
	for seq := uint64(1); seq <= end.Last; seq++ {
		if it, ok := c.items[itemKey(epoch, seq)]; ok {
			items++
			if chain = chainNext(chain, it.slot.digest); known && chain != it.chain {
				return 0, fmt.Sprintf("the chain of epoch %s breaks at item %d", epoch, seq)
			}
			chain, known = it.chain, true
		} else if log, ok := c.removals[removalKey(epoch, seq)]; ok {
			chain = chainNext(chain, log.Digest)
		} else if end.lacks(seq) {
			known = false
		} else {
			return 0, fmt.Sprintf("item %d of %d in epoch %s is missing", seq, end.Last, epoch)
		}
		if known && epoch == m.epoch && seq == m.seq && chain != m.chain {
			return 0, fmt.Sprintf("item %d of epoch %s is not the one that was reported as durable", seq, epoch)
		}
	}
	if known && epoch == c.meta.Epoch && chain != c.meta.Chain {
		return 0, fmt.Sprintf("the chain of epoch %s ends elsewhere", epoch)
	}
	return items, ""
}
