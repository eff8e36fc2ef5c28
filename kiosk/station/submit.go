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

// Submit implements kiosk.Station: it files the session's request, or its amendment
// of an earlier one. When it returns without error everything below is on the disk,
// in one transaction: the sealed item, its sealed attachments, what was counted,
// and, with a request, the decision on a suggestion and the keyed hash by which a
// repetition is known. Nothing readable was written on the way.
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
	about, err := s.amends(ctx, session)
	if err != nil {
		return kiosk.Receipt{}, err
	}
	service := f.Service()
	if adds := session.Amendment().Kind == wire.KindAddition; service.Hidden != adds {
		// What a hidden service asks means something beside an earlier request alone.
		return kiosk.Receipt{}, &kiosk.Problem{Code: kiosk.ProblemService, Err: fmt.Errorf("service %q cannot file this", service.ID)}
	}
	filing := filing{
		kind: wire.KindRequest, service: service.ID, version: service.Version, title: service.Title, unit: service.Unit,
		outcome: outcome.ID, answers: f.Review(answers),
	}
	if about != nil {
		// Whoever has the request must get what is about it, also if its service has
		// gone to another unit since.
		filing.kind, filing.parent, filing.unit = session.Amendment().Kind, about, about.Unit
	}
	draft, err := s.draft(ctx, session, filing)
	if err != nil {
		return kiosk.Receipt{}, err
	}
	var settle func()
	if about != nil {
		settle, err = s.withAmendment(draft, s.amended(session, filing.kind, *about))
	} else {
		settle, err = s.withRequest(ctx, session, f, draft, filing)
	}
	if err != nil {
		return kiosk.Receipt{}, &kiosk.Problem{Code: kiosk.ProblemDisk, Err: err}
	}
	if err := s.commit(ctx, draft.change); err != nil {
		return kiosk.Receipt{}, err
	}
	s.mu.Lock()
	settle()
	s.mu.Unlock()
	s.filed(ctx)
	return kiosk.NewReceipt(draft.id, draft.folio, draft.code, service.ID, s.statusURL(draft.folio), s.Now()), nil
}

// CanFile implements kiosk.Station.
func (s *Station) CanFile(service string) bool {
	known, ok := s.cfg.Catalog.Find(service)
	if !ok {
		return false
	}
	_, ok = s.cfg.Link.Directory().Find(known.Unit())
	return ok
}

// withRequest adds to a request's draft what is written with it. settle takes it
// over in memory, once it is on the disk; mu is held then.
func (s *Station) withRequest(ctx context.Context, session *kiosk.Session, f *flow.Flow, d *draft, filing filing) (settle func(), err error) {
	completed := kiosk.Event{
		At: s.Now(), Name: wire.EventCompleted, Service: filing.service, ServiceVersion: filing.version,
		Channel: session.Channel(), Language: session.Language(), Duration: s.Now().Sub(session.Started()),
	}
	offer, err := s.decide(ctx, session, d, filing.outcome)
	if err != nil {
		return nil, err
	}
	if d.change.Memos, err = s.memos(completed, offer); err != nil {
		return nil, err
	}
	repeats := s.repeatsAfter(f.Service(), filing.answers)
	d.change.Memos[memoRepeats] = repeats.encode()
	return func() {
		s.count(completed)
		s.offer, s.repeats = offer, repeats
	}, nil
}

// withAmendment likewise for an amendment. It makes no suggestion, and leaves one
// that is open to the request that it belongs to.
func (s *Station) withAmendment(d *draft, amended kiosk.Event) (settle func(), err error) {
	state, err := s.bookAfter(amended).State()
	if err != nil {
		return nil, err
	}
	d.change.Memos = map[string][]byte{memoBook: state}
	return func() { s.count(amended) }, nil
}

// commit commits what is filed.
func (s *Station) commit(ctx context.Context, c outbox.Change) error {
	_, err := s.cfg.Outbox.Commit(ctx, c)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, outbox.ErrFull):
		return &kiosk.Problem{Code: kiosk.ProblemFull, Err: err}
	}
	return &kiosk.Problem{Code: kiosk.ProblemDisk, Err: err}
}

// filed makes known that something was filed.
func (s *Station) filed(ctx context.Context) {
	s.stir()
	s.Refresh(ctx)
	s.cfg.Link.Kick()
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

// filing is what is to be filed.
type filing struct {
	kind    wire.Kind
	service string
	version int
	title   string
	// unit is the one to whose keys it is sealed.
	unit    string
	outcome string
	answers []kiosk.Answered
	// parent is the request that it amends, nil for a request.
	parent *parent
}

// draft is a request or an amendment on its way to the disk.
type draft struct {
	id     wire.ID
	folio  wire.Folio
	code   string
	header wire.Header
	change outbox.Change
}

// draft builds and seals what is filed: after it, nothing readable is left but the
// session's own answers. The header of an amendment names the service that was
// asked, in the version that was asked, like the seal; an office files it beside
// its parent by the parent's id.
func (s *Station) draft(ctx context.Context, session *kiosk.Session, f filing) (*draft, error) {
	unit, ok := s.cfg.Link.Directory().Find(f.unit)
	if !ok {
		return nil, &kiosk.Problem{Code: kiosk.ProblemNoKeys, Err: fmt.Errorf("the directory has no unit %q", f.unit)}
	}
	d, err := s.name(ctx, f.parent)
	if err != nil {
		return nil, &kiosk.Problem{Code: kiosk.ProblemDisk, Err: err}
	}
	stamp := s.cfg.Clock.Stamp()
	d.header = wire.Header{
		ID: d.id, Kiosk: s.cfg.Identity.Kiosk, Lane: f.kind.Lane(), Kind: f.kind,
		Office: s.cfg.Office.Scope, Service: f.service, ServiceVersion: f.version, Unit: unit.ID,
		Language: session.Language(), Folio: d.folio, Created: stamp,
		CodeHash: wire.HashShortCode(s.cfg.Identity.StatusKey, d.folio, d.code),
	}
	envelope, err := s.cfg.NewEnvelope(seal.About{ID: d.id, Service: f.service, ServiceVersion: f.version}, unit.Recipients)
	if err != nil {
		return nil, &kiosk.Problem{Code: kiosk.ProblemNoKeys, Err: err}
	}
	request := kiosk.Request{
		Version: kiosk.RequestVersion, ID: d.id, Folio: d.folio, Service: f.service, ServiceVersion: f.version,
		Title: f.title, Unit: unit.ID, Office: s.cfg.Office.Scope, Language: session.Language(),
		Assisted: session.Assisted(), Outcome: f.outcome, Created: stamp, Answers: f.answers,
	}
	if f.parent != nil {
		d.header.Parent, request.Kind, request.Amends = f.parent.ID, f.kind, f.parent.ID
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

// name gives a draft an id, a folio that this kiosk never used, and a code; an
// amendment has the folio and the code of its parent.
func (s *Station) name(ctx context.Context, of *parent) (*draft, error) {
	id, err := uuid.NewV7FromReader(s.cfg.Random)
	if err != nil {
		return nil, fmt.Errorf("make an id: %w", err)
	}
	d := &draft{id: wire.ID(id), change: outbox.Change{Files: map[wire.Digest][]byte{}}}
	if of != nil {
		d.folio, d.code = of.Folio, of.code
		return d, nil
	}
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
