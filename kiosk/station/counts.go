package station

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"chasqui/kiosk"
	"chasqui/kiosk/uptake"
	"chasqui/sync/outbox"
	"chasqui/sync/wire"
)

// bookKeeps is how long an hour stays in the book after it was queued.
const bookKeeps = 48 * time.Hour

// Emit implements kiosk.Station: it counts an event. The book is written to the
// disk by Run within moments, and at once, in the same transaction, by Submit.
func (s *Station) Emit(e kiosk.Event) {
	s.mu.Lock()
	s.count(e)
	s.mu.Unlock()
	s.stir()
}

// count counts e. The caller holds mu.
func (s *Station) count(e kiosk.Event) {
	s.book.Add(e)
	s.events.WithLabelValues(e.Service, string(e.Channel), e.Name).Inc()
}

func (s *Station) stir() {
	select {
	case s.stirred <- struct{}{}:
	default:
	}
}

// bookAfter returns a copy of the book in which e is counted: what is written to
// the disk with e. The book itself counts e once that has succeeded, and keeps
// what other goroutines counted meanwhile.
func (s *Station) bookAfter(e kiosk.Event) *uptake.Book {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opened()
	book := s.book.Clone()
	book.Add(e)
	return book
}

// opened counts the time since it last did as time in which the kiosk was open.
// The caller holds mu.
func (s *Station) opened() {
	now := s.Now()
	// A clock that jumped says nothing about how long the kiosk was open.
	if gap := now.Sub(s.openedTo); gap > 0 && gap < 10*time.Minute {
		s.book.Open(s.openedTo, now)
	}
	s.openedTo = now
}

func (s *Station) restoreBook(ctx context.Context) error {
	state, err := s.cfg.Outbox.Memo(ctx, memoBook)
	if err != nil {
		return fmt.Errorf("open the station: %w", err)
	}
	if state == nil {
		s.book = uptake.NewBook(s.cfg.Identity.Kiosk, s.cfg.Office.Scope)
		return nil
	}
	if s.book, err = uptake.Restore(state); err != nil {
		return fmt.Errorf("open the station: %w", err)
	}
	return nil
}

// keepBook writes the book to the disk. Lock order: submitting before mu.
func (s *Station) keepBook(ctx context.Context) error {
	s.submitting.Lock()
	defer s.submitting.Unlock()
	s.mu.Lock()
	state, err := s.book.State()
	s.mu.Unlock()
	if err != nil {
		return err
	}
	_, err = s.cfg.Outbox.Commit(ctx, outbox.Change{Memos: map[string][]byte{memoBook: state}})
	return err
}

// FlushCounts queues the hours whose counts have changed, one item each, in one
// transaction with the book that says they were queued.
func (s *Station) FlushCounts(ctx context.Context) error {
	s.submitting.Lock()
	defer s.submitting.Unlock()
	s.mu.Lock()
	s.opened()
	// Due raises the revision on the book itself: should the commit fail in a way
	// that leaves open whether it happened, the next set has a revision of its own.
	sets := s.book.Due()
	book := s.book.Clone()
	s.mu.Unlock()
	if len(sets) == 0 {
		return nil
	}
	var change outbox.Change
	for _, set := range sets {
		body, err := json.Marshal(set)
		if err != nil {
			return err
		}
		item, err := s.plainItem(wire.KindCounts, body)
		if err != nil {
			return err
		}
		change.Items = append(change.Items, item)
	}
	// Hours that were taken are safe in the outbox; the book keeps only what today's
	// tally may still need, since it is written with every request.
	keep := s.Now().Add(-bookKeeps)
	book.Taken(sets)
	book.Forget(keep)
	state, err := book.State()
	if err != nil {
		return err
	}
	change.Memos = map[string][]byte{memoBook: state}
	if _, err := s.cfg.Outbox.Commit(ctx, change); err != nil {
		return err
	}
	s.mu.Lock()
	// Events that came in meanwhile are in s.book and not in book: take over only
	// what was taken.
	s.book.Taken(sets)
	s.book.Forget(keep)
	s.mu.Unlock()
	s.cfg.Link.Kick()
	return nil
}

// plainItem makes an item whose body the hub reads.
func (s *Station) plainItem(kind wire.Kind, body []byte) (wire.Item, error) {
	id, err := uuid.NewV7FromReader(s.cfg.Random)
	if err != nil {
		return wire.Item{}, fmt.Errorf("make an id: %w", err)
	}
	return wire.Item{Body: body, Header: wire.Header{
		ID: wire.ID(id), Kiosk: s.cfg.Identity.Kiosk, Lane: kind.Lane(), Kind: kind,
		Office: s.cfg.Office.Scope, Created: s.cfg.Clock.Stamp(), Digest: wire.DigestOf(body),
	}}, nil
}

// memos returns what goes with a filed request in its transaction.
func (s *Station) memos(completed kiosk.Event, offer *pendingOffer) (map[string][]byte, error) {
	state, err := s.bookAfter(completed).State()
	if err != nil {
		return nil, err
	}
	out := map[string][]byte{memoBook: state, memoOffer: nil}
	if offer != nil {
		if out[memoOffer], err = json.Marshal(offer); err != nil {
			return nil, err
		}
	}
	return out, nil
}
