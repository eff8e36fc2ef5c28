package station

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"

	"github.com/google/uuid"

	"chasqui/kiosk"
	"chasqui/kiosk/flow"
	"chasqui/sync/outbox"
	"chasqui/sync/seal"
	"chasqui/sync/wire"
)

// Submit implements kiosk.Station: it files the session's request. When it
// returns without error everything below is on the disk, in one transaction: the
// sealed request, its sealed attachments, the count of a completed transaction
// and the decision on a suggestion. Nothing readable was written on the way.
//
// An error is always a *kiosk.Problem.
func (s *Station) Submit(ctx context.Context, session *kiosk.Session) (kiosk.Receipt, error) {
	s.submitting.Lock()
	defer s.submitting.Unlock()

	f, err := s.flowOf(session)
	if err != nil {
		return kiosk.Receipt{}, err
	}
	answers := session.Answers()
	if missing, ok := f.Complete(answers); !ok {
		return kiosk.Receipt{}, &kiosk.Problem{Code: kiosk.ProblemNotReady, Err: fmt.Errorf("question %s is not answered", missing)}
	}
	outcome, decided := f.Outcome(answers)
	if !decided || outcome.Action != kiosk.ActionApply {
		return kiosk.Receipt{}, &kiosk.Problem{Code: kiosk.ProblemNotReady, Err: fmt.Errorf("outcome %q is not one to file", outcome.ID)}
	}
	draft, err := s.draft(ctx, session, f, outcome)
	if err != nil {
		return kiosk.Receipt{}, err
	}

	service := f.Service()
	completed := kiosk.Event{
		At: s.Now(), Name: wire.EventCompleted, Service: service.ID, ServiceVersion: service.Version,
		Channel: session.Channel(), Language: session.Language(), Duration: s.Now().Sub(session.Started()),
	}
	offer, err := s.decide(ctx, session, draft, outcome.ID)
	if err != nil {
		return kiosk.Receipt{}, &kiosk.Problem{Code: kiosk.ProblemDisk, Err: err}
	}
	if draft.change.Memos, err = s.memos(completed, offer); err != nil {
		return kiosk.Receipt{}, &kiosk.Problem{Code: kiosk.ProblemDisk, Err: err}
	}
	if _, err := s.cfg.Outbox.Commit(ctx, draft.change); err != nil {
		code := kiosk.ProblemDisk
		if errors.Is(err, outbox.ErrFull) {
			code = kiosk.ProblemFull
		}
		return kiosk.Receipt{}, &kiosk.Problem{Code: code, Err: err}
	}

	s.mu.Lock()
	s.count(completed)
	s.offer = offer
	s.mu.Unlock()
	s.stir()
	s.Refresh(ctx)
	s.cfg.Link.Kick()
	return kiosk.NewReceipt(draft.id, draft.folio, draft.code, service.ID, s.statusURL(draft.folio), s.Now()), nil
}

// flowOf returns the flow of the service under way in a session's language.
func (s *Station) flowOf(session *kiosk.Session) (*flow.Flow, error) {
	service, ok := s.cfg.Catalog.Find(session.Service())
	if !ok {
		return nil, &kiosk.Problem{Code: kiosk.ProblemService, Err: fmt.Errorf("no service %q", session.Service())}
	}
	language := session.Language()
	words := func(key string, args ...any) string { return s.cfg.Words(language, key, args...) }
	var format flow.Format
	if s.cfg.Format != nil {
		format = s.cfg.Format(language)
	}
	return flow.New(service, language, s.cfg.Office, s.Now().In(s.location), words, format), nil
}

// draft is a request on its way to the disk.
type draft struct {
	id     wire.ID
	folio  wire.Folio
	code   string
	header wire.Header
	change outbox.Change
}

// draft builds and seals the request: after it, nothing readable is left but the
// session's own answers.
func (s *Station) draft(ctx context.Context, session *kiosk.Session, f *flow.Flow, outcome kiosk.Outcome) (*draft, error) {
	service := f.Service()
	unit, ok := s.cfg.Link.Directory().Find(service.Unit)
	if !ok {
		return nil, &kiosk.Problem{Code: kiosk.ProblemNoKeys, Err: fmt.Errorf("the directory has no unit %q", service.Unit)}
	}
	d, err := s.name(ctx)
	if err != nil {
		return nil, &kiosk.Problem{Code: kiosk.ProblemDisk, Err: err}
	}
	stamp := s.cfg.Clock.Stamp()
	d.header = wire.Header{
		ID: d.id, Kiosk: s.cfg.Identity.Kiosk, Lane: wire.LaneRequest, Kind: wire.KindRequest,
		Office: s.cfg.Office.Scope, Service: service.ID, ServiceVersion: service.Version, Unit: unit.ID,
		Language: session.Language(), Folio: d.folio, Created: stamp,
		CodeHash: wire.HashShortCode(s.cfg.Identity.StatusKey, d.folio, d.code),
	}
	envelope, err := s.cfg.NewEnvelope(seal.About{ID: d.id, Service: service.ID, ServiceVersion: service.Version}, unit.Recipients)
	if err != nil {
		return nil, &kiosk.Problem{Code: kiosk.ProblemNoKeys, Err: err}
	}
	request := kiosk.Request{
		Version: kiosk.RequestVersion, ID: d.id, Folio: d.folio, Service: service.ID, ServiceVersion: service.Version,
		Title: service.Title, Unit: unit.ID, Office: s.cfg.Office.Scope, Language: session.Language(),
		Assisted: session.Assisted(), Outcome: outcome.ID, Created: stamp, Answers: f.Review(session.Answers()),
	}
	parts, err := d.sealFiles(envelope, request.Answers)
	if err != nil {
		return nil, &kiosk.Problem{Code: kiosk.ProblemDisk, Err: err}
	}
	// Struct fields have one order and maps are sorted: the JSON is canonical.
	plain, err := json.Marshal(request)
	if err != nil {
		return nil, &kiosk.Problem{Code: kiosk.ProblemDisk, Err: err}
	}
	body, err := envelope.Seal(plain)
	clear(plain)
	if err != nil {
		return nil, &kiosk.Problem{Code: kiosk.ProblemDisk, Err: err}
	}
	main := wire.Item{Header: d.header, Body: body}
	main.Digest = wire.DigestOf(body)
	d.change.Items = append([]wire.Item{main}, parts...)
	return d, nil
}

// name gives a draft an id, a folio that this kiosk never used, and a code.
func (s *Station) name(ctx context.Context) (*draft, error) {
	id, err := uuid.NewV7FromReader(s.cfg.Random)
	if err != nil {
		return nil, fmt.Errorf("make an id: %w", err)
	}
	d := &draft{id: wire.ID(id), change: outbox.Change{Files: map[wire.Digest][]byte{}}}
	for range 100 {
		if d.folio, err = wire.NewFolio(s.cfg.Identity.FolioPrefix, s.cfg.Random); err != nil {
			return nil, err
		}
		used, err := s.cfg.Outbox.FolioUsed(ctx, d.folio)
		if err != nil {
			return nil, err
		}
		if !used {
			d.code, err = wire.NewShortCode(s.cfg.Random)
			return d, err
		}
	}
	return nil, errors.New("no free folio in a hundred draws")
}

// sealFiles seals the attachments among answers, notes their digests there, and
// returns them as items, a part each.
func (d *draft) sealFiles(envelope Envelope, answers []kiosk.Answered) ([]wire.Item, error) {
	var items []wire.Item
	for i := range answers {
		file := answers[i].Value.File
		if file == nil {
			continue
		}
		sealed, err := envelope.SealFile(answers[i].Question, file.Content)
		if err != nil {
			return nil, fmt.Errorf("seal the file of question %s: %w", answers[i].Question, err)
		}
		digest := wire.DigestOf(sealed)
		answers[i].File = &kiosk.SealedFile{Digest: digest, Plain: wire.DigestOf(file.Content), Size: int64(len(sealed))}
		d.change.Files[digest] = sealed
		parts := (len(sealed) + wire.PartSize - 1) / wire.PartSize
		for n := range parts {
			id, err := uuid.NewV7()
			if err != nil {
				return nil, err
			}
			part := wire.Item{Header: d.header, Body: sealed[n*wire.PartSize : min((n+1)*wire.PartSize, len(sealed))]}
			part.ID, part.Parent = wire.ID(id), d.id
			part.Kind, part.Lane = wire.KindAttachment, wire.LaneAttachment
			part.Folio, part.CodeHash = "", nil
			part.Part = &wire.Part{File: digest, Index: n, Of: parts, Size: int64(len(sealed))}
			part.Digest = wire.DigestOf(part.Body)
			items = append(items, part)
		}
	}
	return items, nil
}

// statusURL returns where a folio can be followed from home, or "".
func (s *Station) statusURL(folio wire.Folio) string {
	public := s.cfg.Link.Public()
	if public == "" {
		return ""
	}
	address, err := url.JoinPath(public, wire.PathStatus)
	if err != nil {
		return ""
	}
	return address + "?f=" + url.QueryEscape(string(folio))
}
