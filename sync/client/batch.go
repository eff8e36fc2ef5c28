package client

import (
	"context"
	"fmt"
	"io"
	"time"

	"chasqui/sync/outbox"
	"chasqui/sync/wire"
)

// A batch carries about four seconds of the goodput measured so far, between
// smallBatch and largeBatch bytes, or one item that is longer than that.
const (
	smallBatch = 16 << 10
	largeBatch = 64 << 10
	batchTime  = 4 * time.Second
	// maxItems is the most items of a batch.
	maxItems = 256
	// holdTime is how long an item is held that the hub did not take or refuse.
	holdTime = 30 * time.Second
)

// held is an item that sits out some batches.
type held struct {
	until time.Time
	size  int
}

// sizer decides how much goes into a batch. Nothing in it outlives the program:
// a link that was slow yesterday is measured anew.
type sizer struct {
	// target is the size by goodput, ceiling the size that something on the way
	// takes at most; 0 when unknown.
	target, ceiling int
	// rate is the goodput, bytes a second, smoothed; 0 when unknown.
	rate float64
	// items is the most items while a bad one is searched for; 0 for no bound.
	items int
	held  map[wire.ID]held
}

func newSizer() sizer { return sizer{target: smallBatch, held: map[wire.ID]held{}} }

// bytes returns how many bytes the next batch should have.
func (s *sizer) bytes() int {
	if s.ceiling > 0 {
		return min(s.target, s.ceiling)
	}
	return s.target
}

func (s *sizer) count() int {
	if s.items > 0 {
		return s.items
	}
	return maxItems
}

// moved notes that so many bytes took so long, and widens a search again.
func (s *sizer) moved(bytes int, took time.Duration) {
	if s.items *= 2; s.items >= maxItems {
		s.items = 0
	}
	if bytes < 4<<10 {
		return // says more about the round trip than about the goodput
	}
	rate := float64(bytes) / max(took, time.Millisecond).Seconds()
	if s.rate > 0 {
		rate = (s.rate + rate) / 2
	}
	s.rate = rate
	s.target = int(max(smallBatch, min(largeBatch, rate*batchTime.Seconds())))
}

// stalled notes that a batch did not get through.
func (s *sizer) stalled() { s.target = max(smallBatch, s.target/2) }

// halve bounds the next batch to half the items of this one.
func (s *sizer) halve(items int) { s.items = max(1, items/2) }

// hold keeps an item out of the batches until a moment.
func (s *sizer) hold(p outbox.Pending, until time.Time) {
	s.held[p.Header.ID] = held{until: until, size: len(p.Bytes)}
}

// choose returns the next batch: what waits, most urgent first, without what is
// held, at least one item if there is any.
func (s *sizer) choose(ctx context.Context, queue outbox.Outbox, now time.Time) ([]outbox.Pending, error) {
	heldBytes := 0
	for id, h := range s.held {
		// A clock set back must not hold an item for years.
		if !now.Before(h.until) || h.until.Sub(now) > maxWait {
			delete(s.held, id)
			continue
		}
		heldBytes += h.size
	}
	want := outbox.Want{MaxItems: s.count() + len(s.held), MaxBytes: s.bytes(), Now: now}
	if len(s.held) > 0 {
		// Enough that one item of any length fits behind the held ones.
		want.MaxBytes = heldBytes + wire.MaxBody + wire.MaxHeader
	}
	waiting, err := queue.Pending(ctx, want)
	if err != nil {
		return nil, fmt.Errorf("read what waits: %w", err)
	}
	var batch []outbox.Pending
	total := 0
	for _, p := range waiting {
		if _, sitsOut := s.held[p.Header.ID]; sitsOut {
			continue
		}
		if len(batch) > 0 && (total+len(p.Bytes) > s.bytes() || len(batch) >= s.count()) {
			break
		}
		batch, total = append(batch, p), total+len(p.Bytes)
	}
	return batch, nil
}

// parcel is a batch ready to travel.
type parcel struct {
	items  []outbox.Pending
	bytes  []byte
	digest wire.Digest
	nonce  []byte
}

// pack signs a batch.
func (c *Client) pack(ctx context.Context, batch []outbox.Pending, now time.Time) (parcel, error) {
	summary, err := c.cfg.Outbox.Summary(ctx)
	if err != nil {
		return parcel{}, fmt.Errorf("sum up the outbox: %w", err)
	}
	nonce := make([]byte, 16)
	if _, err := io.ReadFull(c.cfg.Random, nonce); err != nil {
		return parcel{}, fmt.Errorf("make a nonce: %w", err)
	}
	header := wire.BatchHeader{
		Version: wire.Version, Kiosk: c.cfg.Identity.Kiosk, Epoch: c.cfg.Outbox.Epoch(), Nonce: nonce,
		Clock:  c.clock(now),
		Cursor: c.cursor, Directory: c.Directory().Version,
		Health: wire.Health{
			Program: c.cfg.Program, Unsent: summary.Unsent, PutAside: summary.PutAside,
			FreeBytes: summary.FreeBytes, Damage: summary.Damage,
		},
	}
	if !summary.Oldest.IsZero() {
		header.Health.OldestMS = max(0, now.Sub(summary.Oldest).Milliseconds())
	}
	items := make([][]byte, 0, len(batch))
	for _, p := range batch {
		items = append(items, p.Bytes)
	}
	b, err := wire.EncodePacket(wire.DomainBatch, c.cfg.Identity.Key, header, items)
	if err != nil {
		return parcel{}, err
	}
	return parcel{items: batch, bytes: b, digest: wire.DigestOf(b), nonce: nonce}, nil
}

// clock stamps a moment. It is trusted if it is not long before the last time
// heard from the hub.
func (c *Client) clock(now time.Time) wire.Clock {
	c.mu.Lock()
	defer c.mu.Unlock()
	floor := c.cfg.Floor
	if c.link.HubTime.After(floor) {
		floor = c.link.HubTime
	}
	return wire.Clock{
		Wall: now.UnixMilli(), Boot: c.cfg.Boot, Mono: now.Sub(c.cfg.Started).Milliseconds(),
		Trusted: !now.Before(floor.Add(-24 * time.Hour)),
	}
}
