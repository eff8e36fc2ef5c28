package station

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"chasqui/kiosk"
	"chasqui/sync/outbox"
	"chasqui/sync/wire"
)

// parent is the earlier request that an amendment is about, as it lies in the
// outbox at this moment.
type parent struct {
	wire.Header
	code string
	// withdrawn says that a withdrawal of it was filed here.
	withdrawn bool
	open      bool
}

// parentOf finds the request again that somebody followed: since then it may have
// been decided, withdrawn or removed. The code must be its own, so that nothing
// can be amended that was not shown to be the citizen's.
func (s *Station) parentOf(ctx context.Context, f kiosk.Followed) (parent, error) {
	entry, err := s.cfg.Outbox.Get(ctx, f.ID)
	switch {
	case errors.Is(err, outbox.ErrNotFound):
		return parent{}, &kiosk.Problem{Code: kiosk.ProblemClosed, Err: err}
	case err != nil:
		return parent{}, &kiosk.Problem{Code: kiosk.ProblemDisk, Err: err}
	case entry.Header.Kind != wire.KindRequest || !s.fits(entry.Header.CodeHash, entry.Header.Folio, f.Code):
		return parent{}, &kiosk.Problem{Code: kiosk.ProblemUnknownFolio}
	}
	now, err := s.followed(ctx, entry, f.Code)
	if err != nil {
		return parent{}, err
	}
	withdrawn := slices.ContainsFunc(now.Amended, func(a kiosk.Amended) bool { return a.Kind == wire.KindWithdrawal })
	return parent{Header: entry.Header, code: f.Code, withdrawn: withdrawn, open: now.Open() && !withdrawn}, nil
}

// amends returns the request that a session's amendment is about, or nil when the
// session files a request of its own. A correction asks the questions of the
// request's own service; an addition those of a hidden one, see Submit.
func (s *Station) amends(ctx context.Context, session *kiosk.Session) (*parent, error) {
	a := session.Amendment()
	switch a.Kind {
	case "":
		return nil, nil
	case wire.KindCorrection, wire.KindAddition:
	default:
		return nil, &kiosk.Problem{Code: kiosk.ProblemNotReady, Err: fmt.Errorf("a session files no %q", a.Kind)}
	}
	p, err := s.parentOf(ctx, a.Request)
	if err != nil {
		return nil, err
	}
	if !p.open {
		return nil, &kiosk.Problem{Code: kiosk.ProblemClosed}
	}
	if a.Kind == wire.KindCorrection && session.Service() != p.Service {
		return nil, &kiosk.Problem{Code: kiosk.ProblemService, Err: fmt.Errorf("%q cannot correct a request for %q", session.Service(), p.Service)}
	}
	return &p, nil
}

// amended is the event of an amendment: it counts for the service of the request
// that it is about, so that the board can say which requests have to be touched
// again. It is none of the completed ones.
func (s *Station) amended(session *kiosk.Session, kind wire.Kind, p parent) kiosk.Event {
	return kiosk.Event{
		At: s.Now(), Name: wire.EventAmended, Service: p.Service, ServiceVersion: p.ServiceVersion,
		Channel: session.Channel(), Language: session.Language(), Detail: string(kind),
	}
}

// Withdraw implements kiosk.Station. It is one durable transaction: the sealed
// withdrawal and its count. From then on the request is wire.StateWithdrawn. A
// request that was withdrawn before stays so, and nothing is filed.
func (s *Station) Withdraw(ctx context.Context, session *kiosk.Session, f kiosk.Followed) error {
	s.submitting.Lock()
	defer s.submitting.Unlock()
	p, err := s.parentOf(ctx, f)
	if err != nil {
		return err
	}
	switch {
	case p.withdrawn:
		return nil
	case !p.open:
		return &kiosk.Problem{Code: kiosk.ProblemClosed}
	}
	title := p.Service // one that is no longer in the catalogue can be withdrawn from as well
	if service, ok := s.cfg.Catalog.Find(p.Service); ok {
		title = service.In(session.Language()).Title
	}
	d, err := s.draft(ctx, session, filing{
		kind: wire.KindWithdrawal, parent: &p, unit: p.Unit, service: p.Service, version: p.ServiceVersion,
		title: title, answers: []kiosk.Answered{},
	})
	if err != nil {
		return err
	}
	amended := s.amended(session, wire.KindWithdrawal, p)
	state, err := s.bookAfter(amended).State()
	if err != nil {
		return &kiosk.Problem{Code: kiosk.ProblemDisk, Err: err}
	}
	d.change.Memos = map[string][]byte{memoBook: state}
	if err := s.commit(ctx, d.change); err != nil {
		return err
	}
	s.mu.Lock()
	s.count(amended)
	s.mu.Unlock()
	s.filed(ctx)
	return nil
}
