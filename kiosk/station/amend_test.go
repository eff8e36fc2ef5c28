package station

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"chasqui/assets"
	"chasqui/kiosk"
	"chasqui/kiosk/catalog"
	"chasqui/kiosk/flow"
	"chasqui/sync/outbox"
	"chasqui/sync/seal"
	"chasqui/sync/wire"
)

// adding is the service in which something is added to a request.
const adding = "agregar-a-solicitud"

// few are the services of these tests. Adding belongs to another unit here than the
// requests that are added to: what is added must go to whoever has the request.
var few = sync.OnceValues(func() (*catalog.Catalog, error) {
	all := fstest.MapFS{}
	services := assets.Services()
	err := fs.WalkDir(services, ".", func(path string, d fs.DirEntry, err error) error {
		folder, _, inside := strings.Cut(path, "/")
		if err != nil || d.IsDir() || inside && !slices.Contains([]string{adding, "aviso-via-publica", "certificado-residencia"}, folder) {
			return err
		}
		b, err := fs.ReadFile(services, path)
		if folder == adding {
			b = bytes.Replace(b, []byte("unit: atencion"), []byte("unit: social"), 1)
		}
		all[path] = &fstest.MapFile{Data: b}
		return err
	})
	if err != nil {
		return nil, err
	}
	return catalog.Load(all, nil)
})

var picture = append([]byte("\x89PNG\r\n\x1a\n"+canary), bytes.Repeat([]byte("imagen "), 9000)...)

// answer answers every question of the service under way.
func (b *bench) answer(session *kiosk.Session, name string) {
	b.t.Helper()
	service, ok := b.cfg.Catalog.Find(session.Service())
	if !ok {
		b.t.Fatalf("no service %s", session.Service())
	}
	f := flow.New(service, "es", b.cfg.Office, b.now, func(key string, _ ...any) string { return key })
	for q, more := f.First(session.Answers()); more; q, more = f.Next(session.Answers(), q.ID) {
		v := kiosk.Value{Text: name + " " + canary}
		switch q.Type {
		case kiosk.TypeDocument:
			v = kiosk.Value{Parts: map[string]string{flow.PartKind: flow.DocumentRUN, flow.PartNumber: "11.111.111-1"}}
		case kiosk.TypeAddress:
			v = kiosk.Value{Parts: map[string]string{"region": "13", "comuna": "13101", "street": "Los Aromos 124"}}
		case kiosk.TypeOneOf:
			v = kiosk.Value{Text: chosen[q.ID]}
		case kiosk.TypePhone:
			v = kiosk.Value{}
		case kiosk.TypeFile:
			v = kiosk.Value{File: &kiosk.File{Name: "foto.png", Size: int64(len(picture)), Content: picture}}
		}
		canonical, trouble := f.Check(q.ID, v, session.Answers())
		if trouble != nil {
			b.t.Fatalf("question %s: %v", q.ID, trouble)
		}
		session.SetAnswer(q.ID, canonical)
	}
}

// follow finds a request by what stands on its receipt.
func (b *bench) follow(r kiosk.Receipt) kiosk.Followed {
	b.t.Helper()
	f, err := b.station.Follow(r.Folio().String(), wire.GroupShortCode(r.Code()))
	if err != nil {
		b.t.Fatal(err)
	}
	return f
}

// amendment is a session in which a request is being amended.
func (b *bench) amendment(kind wire.Kind, service string, f kiosk.Followed) *kiosk.Session {
	b.t.Helper()
	session := kiosk.NewSession("another", "es", kiosk.Looks{}, b.now)
	session.Begin(service, b.now)
	session.Amend(kiosk.Amendment{Kind: kind, Request: f})
	b.answer(session, "Otra Persona")
	return session
}

func code(err error) kiosk.ProblemCode {
	var problem *kiosk.Problem
	if !errors.As(err, &problem) {
		return ""
	}
	return problem.Code
}

// opened opens what was sealed to unit atencion.
func (b *bench) opened(item wire.Item) kiosk.Request {
	b.t.Helper()
	opened, err := seal.Open(item.Body, seal.About{ID: item.ID, Service: item.Service, ServiceVersion: item.ServiceVersion}, b.keys)
	if err != nil {
		b.t.Fatal(err)
	}
	var request kiosk.Request
	if err := json.Unmarshal(opened.Plaintext, &request); err != nil {
		b.t.Fatal(err)
	}
	return request
}

// Guards "a receipt only after the disk" for amendments, and their seal: without
// it a correction would be readable to a thief, or to a unit that the request was
// not given to.
func TestAnAmendmentIsOneSealedTransaction(t *testing.T) {
	for kind, service := range map[wire.Kind]string{wire.KindCorrection: "certificado-residencia", wire.KindAddition: adding} {
		t.Run(string(kind), func(t *testing.T) {
			b := newBench(t)
			first := b.submit(b.visit())
			session := b.amendment(kind, service, b.follow(first))
			before := len(b.outbox.commits)
			b.outbox.err = outbox.ErrFull
			if r, err := b.station.Submit(t.Context(), session); r.Valid() || code(err) != kiosk.ProblemFull {
				t.Fatalf("with a full disk: %v, %v", r.Valid(), err)
			}
			b.outbox.err = nil
			r := b.submit(session)
			if n := len(b.outbox.commits) - before; n != 1 {
				t.Fatalf("%d commits, want one", n)
			}
			if r.Folio() != first.Folio() || r.Code() != first.Code() || r.ID() == first.ID() {
				t.Errorf("the receipt has folio %s and code %s, those of the request are %s and %s", r.Folio(), r.Code(), first.Folio(), first.Code())
			}
			change := b.outbox.commits[before]
			item := change.Items[0]
			if item.Kind != kind || item.Lane != wire.LaneRequest || item.Parent != first.ID() || item.Folio != first.Folio() || item.Unit != "atencion" || item.Service != service ||
				!bytes.Equal(item.CodeHash, wire.HashShortCode(b.cfg.Identity.StatusKey, first.Folio(), first.Code())) {
				t.Errorf("header %+v", item.Header)
			}
			if request := b.opened(item); request.Kind != kind || request.Amends != first.ID() || request.Folio != first.Folio() || request.ID != r.ID() || len(request.Answers) == 0 {
				t.Errorf("the unit opens %+v", request)
			}
			if bytes.Contains(item.Body, []byte(canary)) {
				t.Error("what was typed is readable")
			}
			parts := change.Items[1:]
			if (kind == wire.KindAddition) != (len(parts) > 0) {
				t.Errorf("%d parts of attachments", len(parts))
			}
			for _, part := range parts {
				if part.Parent != r.ID() || part.Unit != "atencion" || bytes.Contains(part.Body, []byte(canary)) {
					t.Errorf("part %+v", part.Header)
				}
			}
			if amended, completed := counted(b.station.book, wire.EventAmended), counted(b.station.book, wire.EventCompleted); amended != 1 || completed != 1 {
				t.Errorf("%d amended and %d completed were counted, want 1 and 1", amended, completed)
			}
			if _, again := b.station.Offer(session, r); again {
				t.Error("an amendment made a suggestion")
			}
			if n := b.station.Status().Unsent; n != 2 {
				t.Errorf("%d are unsent, want the request and its amendment", n)
			}
			if b.station.StateOf(first.ID()) != wire.StateSaved || b.station.StateOf(r.ID()) != wire.StateSaved {
				t.Error("an amendment moved its request")
			}
			f := b.follow(first)
			if len(f.Amended) != 1 || f.Amended[0].Kind != kind || f.Amended[0].State != wire.StateSaved {
				t.Errorf("followed %+v", f)
			}
		})
	}
}

// Guards against an amendment that nobody would act on, and against one of a
// request that the citizen has not shown to be theirs.
func TestWhatIsClosedIsNotAmended(t *testing.T) {
	b := newBench(t)
	first := b.submit(b.visit())
	f := b.follow(first)
	refused := func(what string, want kiosk.ProblemCode, f kiosk.Followed) {
		t.Helper()
		before := len(b.outbox.commits)
		for _, session := range []*kiosk.Session{b.amendment(wire.KindCorrection, "certificado-residencia", f), b.amendment(wire.KindAddition, adding, f)} {
			if r, err := b.station.Submit(t.Context(), session); r.Valid() || code(err) != want {
				t.Errorf("%s: %v, %v, want %s", what, r.Valid(), err, want)
			}
		}
		if err := b.station.Withdraw(t.Context(), kiosk.NewSession("w", "es", kiosk.Looks{}, b.now), f); code(err) != want {
			t.Errorf("%s: withdrawn: %v, want %s", what, err, want)
		}
		if len(b.outbox.commits) != before {
			t.Errorf("%s: something was committed", what)
		}
	}
	wrong := f
	wrong.Code = "000000"
	refused("another code", kiosk.ProblemUnknownFolio, wrong)
	gone := f
	gone.ID[15]++
	refused("not here any more", kiosk.ProblemClosed, gone)
	if _, err := b.station.Submit(t.Context(), b.amendment(wire.KindCorrection, adding, f)); code(err) != kiosk.ProblemService {
		t.Errorf("corrected by another service: %v", err)
	}
	if _, err := b.station.Submit(t.Context(), b.amendment(wire.KindAddition, "aviso-via-publica", f)); code(err) != kiosk.ProblemService {
		t.Errorf("added by a service that is offered to everybody: %v", err)
	}
	alone := kiosk.NewSession("s", "es", kiosk.Looks{}, b.now)
	alone.Begin(adding, b.now)
	b.answer(alone, "Persona")
	if _, err := b.station.Submit(t.Context(), alone); code(err) != kiosk.ProblemService {
		t.Errorf("something was added to nothing: %v", err)
	}
	if _, err := b.station.Submit(t.Context(), b.amendment(wire.KindWithdrawal, adding, f)); code(err) != kiosk.ProblemNotReady {
		t.Errorf("a withdrawal with answers: %v", err)
	}
	say := func(state wire.State, reason string, at int64) {
		t.Helper()
		if err := b.outbox.Apply(t.Context(), outbox.Effects{Words: []wire.Word{{Item: first.ID(), State: state, Reason: reason, At: at}}}); err != nil {
			t.Fatal(err)
		}
	}
	say(wire.StateNeedsSomething, wire.CodeMissing, 1)
	b.submit(b.amendment(wire.KindCorrection, "certificado-residencia", f)) // what is missing is added
	say(wire.StateDecided, wire.CodeGranted, 2)
	refused("decided", kiosk.ProblemClosed, f)
	if got := b.follow(first); got.Open() || got.State != wire.StateDecided || got.Reason != wire.CodeGranted {
		t.Errorf("followed %+v", got)
	}
}

// Guards "withdrawn": from the commit on, in every place where a state is told,
// once, and never before the disk has it.
func TestWithdrawingIsOneTransactionAndOnce(t *testing.T) {
	b := newBench(t)
	first, other := b.submit(b.visit()), b.submit(b.visit())
	f := b.follow(first)
	session := kiosk.NewSession("w", "ht", kiosk.Looks{}, b.now)
	session.SetAssisted(true)
	b.outbox.err = errors.New("input/output error")
	if err := b.station.Withdraw(t.Context(), session, f); code(err) != kiosk.ProblemDisk || b.station.StateOf(first.ID()) != wire.StateSaved {
		t.Fatalf("without the disk: %v, %s", err, b.station.StateOf(first.ID()))
	}
	b.outbox.err = nil
	before := len(b.outbox.commits)
	for range 3 {
		if err := b.station.Withdraw(t.Context(), session, f); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(b.outbox.commits) - before; n != 1 {
		t.Fatalf("%d commits for one withdrawal", n)
	}
	item := b.outbox.commits[before].Items[0]
	if item.Kind != wire.KindWithdrawal || item.Lane != wire.LaneState || item.Parent != first.ID() || item.Folio != first.Folio() || item.Language != "ht" || item.Unit != "atencion" {
		t.Errorf("header %+v", item.Header)
	}
	if request := b.opened(item); request.Kind != wire.KindWithdrawal || request.Amends != first.ID() || len(request.Answers) != 0 || !request.Assisted || request.Title == "" {
		t.Errorf("the unit opens %+v", request)
	}
	for _, set := range b.station.book.Clone().Due() {
		for _, c := range set.Counts {
			if c.Event == wire.EventAmended && (c.N != 1 || c.Detail != string(wire.KindWithdrawal) || c.Channel != wire.ChannelAssisted || c.Service != "certificado-residencia") {
				t.Errorf("counted %+v", c)
			}
		}
	}
	b.open() // and after a restart
	if s, o := b.station.StateOf(first.ID()), b.station.StateOf(other.ID()); s != wire.StateWithdrawn || o != wire.StateSaved {
		t.Errorf("states %s and %s", s, o)
	}
	now := b.follow(first)
	if now.State != wire.StateWithdrawn || now.Reason != wire.CodeCitizenAsked || now.Open() || len(now.Amended) != 1 {
		t.Errorf("followed %+v", now)
	}
	items, err := b.station.DeskItems()
	if err != nil || len(items) != 3 || items[0].Kind != wire.KindWithdrawal || items[0].State != wire.StateSaved {
		t.Fatalf("desk %+v, %v", items, err)
	}
	for _, i := range items[1:] {
		if want := map[wire.Folio]wire.State{first.Folio(): wire.StateWithdrawn, other.Folio(): wire.StateSaved}[i.Folio]; i.State != want || i.Kind != wire.KindRequest {
			t.Errorf("desk %+v, want %s", i, want)
		}
	}
	if n := b.station.Status().Unsent; n != 3 {
		t.Errorf("%d are unsent, want two requests and the withdrawal", n)
	}
	if _, err := b.station.Submit(t.Context(), b.amendment(wire.KindCorrection, "certificado-residencia", now)); code(err) != kiosk.ProblemClosed {
		t.Errorf("a withdrawn request was corrected: %v", err)
	}
	if n := counted(b.station.book, wire.EventCompleted); n != 2 {
		t.Errorf("%d completed, want 2: a withdrawal is none", n)
	}
}

// An amendment leaves the suggestion of the request before it as it was.
func TestAnAmendmentLeavesAnOpenSuggestionAlone(t *testing.T) {
	b := newBench(t)
	session := b.visit()
	first := b.submit(session)
	b.submit(b.amendment(wire.KindCorrection, "certificado-residencia", b.follow(first)))
	offer, ok := b.station.Offer(session, first)
	if !ok {
		t.Fatal("the offer is gone")
	}
	b.station.Answer(session, first, offer, wire.AnswerAccepted)
	if all := decisions(t, b.outbox.commits); len(all) != 1 || all[0].Answer != wire.AnswerAccepted || all[0].Request != first.ID() {
		t.Errorf("decisions %+v", all)
	}
}
