package station

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"

	"chasqui/kiosk"
	"chasqui/kiosk/catalog"
	"chasqui/kiosk/nudge"
	"chasqui/sync/outbox"
	"chasqui/sync/wire"
)

// pendingOffer is a decision that was made when a request was filed and has no
// answer yet. It is on the disk with the request, so that a power cut cannot
// hide that somebody was, or was deliberately not, shown a suggestion.
type pendingOffer struct {
	Decision wire.Decision `json:"decision"`
	Service  string        `json:"service"`
	Version  int           `json:"version"`
	Language string        `json:"language"`
	Channel  wire.Channel  `json:"channel"`
}

// unanswered is what is recorded when nobody has answered.
func (p *pendingOffer) unanswered() string {
	if p.Decision.Holdout {
		return wire.AnswerHeldOut
	}
	return wire.AnswerIgnored
}

// decide makes the session's one decision for the request in draft d, or nil
// when nothing is to be suggested. A decision of an earlier request that nobody
// answered is filed first.
func (s *Station) decide(ctx context.Context, session *kiosk.Session, d *draft, outcome string) (*pendingOffer, error) {
	s.mu.Lock()
	earlier := s.offer
	s.mu.Unlock()
	if earlier != nil {
		if err := s.settle(ctx, earlier, earlier.unanswered()); err != nil {
			return nil, err
		}
	}
	service, ok := s.cfg.Catalog.Find(session.Service())
	if !ok || session.Suggested() || s.cfg.Office.SuggestionsOff {
		return nil, nil
	}
	shown := service.In(session.Language())
	eligible := service.Eligible(catalog.Facts{
		PublicURL: s.cfg.Link.Public() != "", DigitalComplete: shown.DigitalComplete,
		Language: session.Language(), Service: service.ID(), Outcome: outcome,
	})
	if len(eligible) == 0 {
		return nil, nil
	}
	suggestion, ok := find(shown.Suggestions, eligible[0])
	if !ok {
		return nil, fmt.Errorf("service %s has no suggestion %q", service.ID(), eligible[0])
	}
	var arms []string
	for _, w := range suggestion.Wordings {
		arms = append(arms, w.ID)
	}
	draw, err := s.draw()
	if err != nil {
		return nil, err
	}
	decision := s.cfg.Policy.Decide(suggestion.ID, arms, nudge.Bucket(service.ID(), session.Language()), session.ID(), draw)
	decision.Folio, decision.Request = d.folio, d.id
	return &pendingOffer{
		Decision: decision, Service: service.ID(), Version: service.Version(),
		Language: session.Language(), Channel: session.Channel(),
	}, nil
}

// draw returns a number in [0,1) with 53 random bits.
func (s *Station) draw() (float64, error) {
	var b [8]byte
	if _, err := io.ReadFull(s.cfg.Random, b[:]); err != nil {
		return 0, fmt.Errorf("draw an arm: %w", err)
	}
	return float64(binary.BigEndian.Uint64(b[:])>>11) / (1 << 53), nil
}

// Offer implements kiosk.Station: it returns the decision that Submit made. Held
// out, it is recorded by itself and there is nothing to show.
func (s *Station) Offer(session *kiosk.Session, r kiosk.Receipt) (kiosk.Offer, bool) {
	s.mu.Lock()
	pending := s.offer
	s.mu.Unlock()
	if pending == nil || pending.Decision.Request != r.ID() || session.Suggested() {
		return kiosk.Offer{}, false
	}
	service, ok := s.cfg.Catalog.Find(pending.Service)
	if !ok {
		return kiosk.Offer{}, false
	}
	suggestion, ok := find(service.In(session.Language()).Suggestions, pending.Decision.Suggestion)
	if !ok {
		return kiosk.Offer{}, false
	}
	session.SetSuggested()
	offer := kiosk.Offer{Suggestion: suggestion, Held: pending.Decision.Holdout}
	if offer.Held {
		s.Answer(session, r, offer, wire.AnswerHeldOut)
		return offer, true
	}
	for _, w := range suggestion.Wordings {
		if w.ID == pending.Decision.Shown {
			offer.Wording = w
			return offer, true
		}
	}
	return kiosk.Offer{}, false
}

// Answer implements kiosk.Station: it queues the decision record, once.
func (s *Station) Answer(_ *kiosk.Session, r kiosk.Receipt, _ kiosk.Offer, answer string) {
	s.submitting.Lock()
	defer s.submitting.Unlock()
	s.mu.Lock()
	pending := s.offer
	s.mu.Unlock()
	if pending == nil || pending.Decision.Request != r.ID() {
		return
	}
	if err := s.settle(context.Background(), pending, answer); err != nil {
		s.cfg.Log.Error("the answer to a suggestion cannot be kept", "error", err)
	}
}

// settle files a decision with its answer and counts it, in one transaction. The
// caller holds submitting.
func (s *Station) settle(ctx context.Context, pending *pendingOffer, answer string) error {
	item, err := s.decisionItem(pending, answer)
	if err != nil {
		return err
	}
	answered := kiosk.Event{
		At: s.Now(), Name: wire.EventNudge, Service: pending.Service, ServiceVersion: pending.Version,
		Channel: pending.Channel, Language: pending.Language, Detail: pending.Decision.Suggestion + "/" + answer,
	}
	state, err := s.bookAfter(answered).State()
	if err != nil {
		return err
	}
	_, err = s.cfg.Outbox.Commit(ctx, outbox.Change{
		Items: []wire.Item{item}, Memos: map[string][]byte{memoBook: state, memoOffer: nil},
	})
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.count(answered)
	s.offer = nil
	s.mu.Unlock()
	s.stir()
	s.cfg.Link.Kick()
	return nil
}

func (s *Station) decisionItem(pending *pendingOffer, answer string) (wire.Item, error) {
	decision := pending.Decision
	decision.Answer = answer
	body, err := json.Marshal(decision)
	if err != nil {
		return wire.Item{}, err
	}
	return s.plainItem(wire.KindDecision, body)
}

// restoreOffer files an offer that was open when the power went as ignored.
func (s *Station) restoreOffer(ctx context.Context) error {
	b, err := s.cfg.Outbox.Memo(ctx, memoOffer)
	if err != nil || b == nil {
		return err
	}
	var pending pendingOffer
	if err := json.Unmarshal(b, &pending); err != nil {
		return fmt.Errorf("open the station: the offer on the disk: %w", err)
	}
	s.submitting.Lock()
	defer s.submitting.Unlock()
	return s.settle(ctx, &pending, pending.unanswered())
}

func find(all []kiosk.Suggestion, id string) (kiosk.Suggestion, bool) {
	for _, suggestion := range all {
		if suggestion.ID == id {
			return suggestion, true
		}
	}
	return kiosk.Suggestion{}, false
}
