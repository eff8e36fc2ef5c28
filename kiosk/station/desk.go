package station

import (
	"context"
	"time"

	"chasqui/kiosk"
	"chasqui/sync/outbox"
	"chasqui/sync/wire"
)

// memoGate holds what was tried at the desk's gate, so that pulling the plug buys
// nobody more tries.
const memoGate = "station/gate"

// CheckPIN implements kiosk.Station. What was tried is on the disk before the
// answer is given.
func (s *Station) CheckPIN(pin string) (bool, time.Duration) {
	ok, wait := s.cfg.Gate.Try(pin)
	state, err := s.cfg.Gate.State()
	if err == nil {
		_, err = s.cfg.Outbox.Commit(context.Background(), outbox.Change{Memos: map[string][]byte{memoGate: state}})
	}
	if err != nil {
		s.cfg.Log.Error("the tries at the desk's PIN cannot be kept", "error", err)
	}
	return ok, wait
}

func (s *Station) restoreGate(ctx context.Context) error {
	state, err := s.cfg.Outbox.Memo(ctx, memoGate)
	if err != nil || state == nil {
		return err
	}
	return s.cfg.Gate.Restore(state)
}

// DeskItems implements kiosk.Station: every request on this kiosk and what amends
// it, newest first.
func (s *Station) DeskItems() ([]kiosk.DeskItem, error) {
	entries, err := s.cfg.Outbox.Entries(context.Background(), append(wire.Amendments(), wire.KindRequest, wire.KindAttachment)...)
	if err != nil {
		return nil, err
	}
	parts, sent := map[wire.ID]int{}, map[wire.ID]int{}
	for _, e := range entries {
		if e.Header.Kind == wire.KindAttachment {
			parts[e.Header.Parent]++
			if !e.State.Unsent() {
				sent[e.Header.Parent]++
			}
		}
	}
	var items []kiosk.DeskItem
	for _, e := range entries {
		if e.Header.Kind == wire.KindAttachment {
			continue
		}
		items = append(items, kiosk.DeskItem{
			Kind: e.Header.Kind, Folio: e.Header.Folio, Service: e.Header.Service, State: e.State, Reason: e.Reason,
			Created: e.Header.Created.Time(), Changed: e.Changed,
			Parts: parts[e.Header.ID], PartsSent: sent[e.Header.ID],
		})
	}
	return items, nil
}

// Device implements kiosk.Station.
func (s *Station) Device() kiosk.Device {
	link := s.cfg.Link.Link()
	device := kiosk.Device{
		Kiosk: s.cfg.Identity.Kiosk, Office: s.cfg.Office.Scope, Hub: s.cfg.Identity.Hub,
		Link: kiosk.LinkState(link.State), LinkWords: link.Words,
		LastHeard: link.LastHeard, NextTry: link.NextTry, Program: s.cfg.Office.Version,
	}
	if s.cfg.Voice != nil {
		device.Voice, device.VoiceWords = s.cfg.Voice()
	}
	summary, err := s.cfg.Outbox.Summary(context.Background())
	if err != nil {
		device.Damage = err.Error()
		return device
	}
	device.FreeBytes, device.Damage = summary.FreeBytes, summary.Damage
	return device
}

// Tally implements kiosk.Station: one transaction served at the counter.
func (s *Station) Tally(service string) error {
	e, err := s.served(service)
	if err != nil {
		return err
	}
	s.Emit(e)
	return nil
}

// Untally implements kiosk.Station.
func (s *Station) Untally(service string) error {
	e, err := s.served(service)
	if err != nil {
		return err
	}
	s.mu.Lock()
	removed := s.book.Remove(e)
	s.mu.Unlock()
	if !removed {
		return &kiosk.Problem{Code: kiosk.ProblemService}
	}
	s.stir()
	return nil
}

func (s *Station) served(service string) (kiosk.Event, error) {
	known, ok := s.cfg.Catalog.Find(service)
	if !ok {
		return kiosk.Event{}, &kiosk.Problem{Code: kiosk.ProblemService}
	}
	return kiosk.Event{
		At: s.Now(), Name: wire.EventServed, Service: known.ID(), ServiceVersion: known.Version(),
		Channel: wire.ChannelCounter, Detail: "tally",
	}, nil
}

// Tallied implements kiosk.Station.
func (s *Station) Tallied() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.book.Tally(s.Now(), s.location)
}
