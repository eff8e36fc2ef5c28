package outbox

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"sync"
	"time"

	"chasqui/sync/wire"
)

// shelf is where a box keeps its records: badger, or a map.
type shelf interface {
	// get returns the newest record of a key, or errNoRecord.
	get(key string) (record, error)
	// write makes one durable transaction of it. errNothingWritten in the error's
	// chain says that the shelf is as before; after any other error nobody knows.
	write(w writing) error
	// tidy gives back room after removals, as far as that is cheap.
	tidy() error
	close() error
}

// writing is one transaction. The mark is what the high-water mark must say when
// the transaction is durable.
type writing struct {
	set    []record
	delete []string
	mark   mark
}

// files keeps sealed attachments.
type files interface {
	// put keeps a file durably before it returns.
	put(digest wire.Digest, content []byte) error
	// read returns n bytes from offset.
	read(digest wire.Digest, offset int64, n int) ([]byte, error)
	remove(digest wire.Digest) error
}

var (
	errNoRecord       = errors.New("no such record")
	errNothingWritten = errors.New("nothing was written")
	errUnreadable     = fmt.Errorf("%w: a record in the database", wire.ErrMalformed)
)

// slot is what is kept in memory of an item.
type slot struct {
	id        wire.ID
	epoch     wire.Epoch
	seq       uint64
	lane      wire.Lane
	kind      wire.Kind
	folio     wire.Folio
	parent    wire.ID
	file      *wire.Digest // of an attachment part
	committed int64
	size      int
	digest    wire.Digest
	standing  standing
}

func (s *slot) committedAt() time.Time { return time.UnixMilli(s.committed).UTC() }

// box is the outbox's behaviour on top of a shelf: everything that Badger and
// Memory have in common.
type box struct {
	opts  Options
	dir   string // for FreeSpace; "" in memory
	shelf shelf
	files files
	// makeRoom gives up the ballast; nil where there is none.
	makeRoom func() error
	// afterPrune puts the ballast back; nil where there is none.
	afterPrune func()

	// write is held through a whole transaction, so that there is one at a time and
	// seq has no gap; mu guards the fields below and is held briefly, so that reading
	// never waits for the disk.
	write sync.Mutex
	mu    sync.RWMutex
	slots map[wire.ID]*slot
	order []*slot // as committed
	// withdrawn holds the first withdrawal of each request, by the request's id.
	withdrawn map[wire.ID]*slot
	sending   map[wire.ID]int
	meta      meta
	step      uint64
	damage    string // found at open, while its folder is there
	trouble   string // found since
	broken    error
	closed    bool
}

func (o Options) withDefaults() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	if o.Reserve == 0 {
		o.Reserve = DefaultReserve
	}
	if o.FreeSpace == nil {
		o.FreeSpace = freeSpace
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

func newBox(o Options) *box {
	return &box{opts: o, slots: map[wire.ID]*slot{}, withdrawn: map[wire.ID]*slot{}, sending: map[wire.ID]int{}}
}

func newEpoch(random io.Reader) (wire.Epoch, error) {
	var e wire.Epoch
	for e.IsZero() {
		if _, err := io.ReadFull(random, e[:]); err != nil {
			return e, fmt.Errorf("make an epoch: %w", err)
		}
	}
	return e, nil
}

// usable reports why the box cannot be read or, for a write, written.
func (b *box) usable(ctx context.Context, toWrite bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	if b.closed {
		return ErrClosed
	}
	if toWrite && b.broken != nil {
		return b.broken
	}
	return nil
}

// room checks that the disk can take a write of about need bytes. What frees the
// outbox in the end — acknowledgements, removals, putting aside — may use the
// reserve, and the ballast when that is nearly gone.
func (b *box) room(need uint64, newItems bool) error {
	free, err := b.opts.FreeSpace(b.dir)
	if err != nil {
		return fmt.Errorf("ask for free space: %w", err)
	}
	least := b.opts.Reserve
	if !newItems {
		least = b.opts.Reserve / 4
	}
	if free >= least+need {
		return nil
	}
	if !newItems && b.makeRoom != nil {
		if err := b.makeRoom(); err != nil {
			return fmt.Errorf("give up the ballast: %w", err)
		}
		if free, err = b.opts.FreeSpace(b.dir); err != nil {
			return fmt.Errorf("ask for free space: %w", err)
		}
		if free >= least+need {
			return nil
		}
	}
	return fmt.Errorf("%w: %d bytes free, and %d are kept in reserve", ErrFull, free, least)
}

// put makes one transaction: the records with the next step, and the new meta.
// b.write must be held. On success the new meta is in place.
func (b *box) put(set []record, remove []string, next meta) error {
	step := b.step + 1
	for i := range set {
		set[i].step = step
	}
	value, err := json.Marshal(next)
	if err != nil {
		return err
	}
	set = append(set, record{step: step, key: keyMeta, value: value})
	err = b.shelf.write(writing{set: set, delete: remove, mark: mark{epoch: next.Epoch, seq: next.Seq, chain: next.Chain, step: step}})
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case err == nil:
		b.step, b.meta = step, next
		return nil
	case errors.Is(err, errNothingWritten):
		return err
	}
	// After a failed sync nobody can say what is on the disk, and trying again can
	// look like success (the kernel drops what it could not write). Only reading it
	// all again, at the next open, tells.
	b.broken = fmt.Errorf("%w: %w", ErrBroken, err)
	b.trouble = b.broken.Error()
	b.opts.Log.Error("the outbox stops writing", "error", err)
	return b.broken
}

// memoRecords turns memos into records.
func memoRecords(memos map[string][]byte) ([]record, int, error) {
	var out []record
	size := 0
	for name, value := range memos {
		if name == "" || len(name) > maxKey-1 || len(value) > MaxMemo {
			return nil, 0, fmt.Errorf("%w: memo %q of %d bytes", ErrInvalid, name, len(value))
		}
		kept := []byte{0}
		if value != nil {
			kept = append([]byte{1}, value...)
		}
		out = append(out, record{key: memoKey(name), value: kept})
		size += len(name) + len(kept)
	}
	slices.SortFunc(out, func(a, b record) int {
		if a.key < b.key {
			return -1
		}
		return 1
	})
	return out, size, nil
}

// Epoch implements Outbox.
func (b *box) Epoch() wire.Epoch {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.meta.Epoch
}

// MarkSending implements Outbox.
func (b *box) MarkSending(ids []wire.ID) (release func()) {
	ids = slices.Clone(ids)
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, id := range ids {
		b.sending[id]++
	}
	return sync.OnceFunc(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, id := range ids {
			if b.sending[id]--; b.sending[id] <= 0 {
				delete(b.sending, id)
			}
		}
	})
}

// Memo implements Outbox.
func (b *box) Memo(ctx context.Context, key string) ([]byte, error) {
	if err := b.usable(ctx, false); err != nil {
		return nil, fmt.Errorf("memo %s: %w", key, err)
	}
	r, err := b.shelf.get(memoKey(key))
	if errors.Is(err, errNoRecord) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("memo %s: %w", key, err)
	}
	if len(r.value) == 0 || r.value[0] != 1 {
		return nil, nil
	}
	return append([]byte{}, r.value[1:]...), nil
}

// Cursor implements Outbox.
func (b *box) Cursor(ctx context.Context) (uint64, error) {
	if err := b.usable(ctx, false); err != nil {
		return 0, fmt.Errorf("cursor: %w", err)
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.meta.Cursor, nil
}

// Summary implements Outbox.
func (b *box) Summary(ctx context.Context) (Summary, error) {
	if err := b.usable(ctx, false); err != nil {
		return Summary{}, fmt.Errorf("summary: %w", err)
	}
	free, err := b.opts.FreeSpace(b.dir)
	b.mu.RLock()
	defer b.mu.RUnlock()
	s := Summary{
		FreeBytes: free, Full: err != nil || free < b.opts.Reserve, Damage: b.damage,
		Epoch: b.meta.Epoch, Seq: b.meta.Seq,
	}
	if b.trouble != "" {
		if s.Damage != "" {
			s.Damage += "; "
		}
		s.Damage += b.trouble
	}
	var oldest, oldestRequest *slot
	for _, it := range b.order {
		switch {
		case it.standing.State.Unsent():
			s.Unsent++
			if oldest == nil {
				oldest = it
			}
			if it.kind == wire.KindRequest || it.kind.Amends() {
				s.UnsentRequests++
				if oldestRequest == nil {
					oldestRequest = it
				}
			}
		case it.standing.State == wire.StatePutAside:
			s.PutAside++
		}
	}
	if oldestRequest != nil {
		oldest = oldestRequest
	}
	if oldest != nil {
		s.Oldest = oldest.committedAt()
	}
	if err != nil {
		return s, fmt.Errorf("summary: ask for free space: %w", err)
	}
	return s, nil
}

// Close implements Outbox. Closing twice is no error.
func (b *box) Close() error {
	b.write.Lock()
	defer b.write.Unlock()
	b.mu.Lock()
	closed := b.closed
	b.closed = true
	b.mu.Unlock()
	if closed {
		return nil
	}
	if err := b.shelf.close(); err != nil {
		return fmt.Errorf("close the outbox: %w", err)
	}
	return nil
}
