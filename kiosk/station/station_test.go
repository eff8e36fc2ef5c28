package station

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"chasqui/kiosk"
	"chasqui/kiosk/desk"
	"chasqui/kiosk/flow"
	"chasqui/kiosk/nudge"
	"chasqui/kiosk/uptake"
	"chasqui/sync/client"
	"chasqui/sync/outbox"
	"chasqui/sync/seal"
	"chasqui/sync/wire"
)

const canary = "CanarioDeLaEstacion"

// fakeLink is a hub that never answers and whose directory is known.
type fakeLink struct {
	directory wire.Directory
	public    string
	state     string
	kicks     int
	heard     client.Link
}

func (l *fakeLink) Kick() { l.kicks++ }
func (l *fakeLink) Link() client.Link {
	link := l.heard
	link.State = l.state
	return link
}
func (l *fakeLink) Directory() wire.Directory { return l.directory }
func (l *fakeLink) Public() string            { return l.public }

// failing is an outbox whose next commit fails.
type failing struct {
	outbox.Outbox
	err     error
	commits []outbox.Change
	during  func() // called inside a commit
}

func (f *failing) Commit(ctx context.Context, c outbox.Change) ([]wire.Header, error) {
	if f.err != nil {
		return nil, f.err
	}
	if f.during != nil {
		f.during()
	}
	f.commits = append(f.commits, c)
	return f.Outbox.Commit(ctx, c)
}

type bench struct {
	t       *testing.T
	cfg     Config
	station *Station
	outbox  *failing
	link    *fakeLink
	keys    *seal.Keys
	now     time.Time
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t, now: time.Date(2026, 11, 23, 12, 30, 0, 0, time.UTC)}
	now := func() time.Time { return b.now }
	services, err := few()
	if err != nil {
		t.Fatal(err)
	}
	b.link = &fakeLink{public: "https://tramites.example.org", state: "down", directory: wire.Directory{Version: 1, Municipality: "CL/13/13101"}}
	for _, unit := range []string{"atencion", "social"} {
		keys, err := seal.GenerateKeys(unit, unit, wire.RoleUnit)
		if err != nil {
			t.Fatal(err)
		}
		spare, err := seal.GenerateKeys("recovery", "recovery", wire.RoleRecovery)
		if err != nil {
			t.Fatal(err)
		}
		if unit == "atencion" {
			b.keys = keys
		}
		b.link.directory.Units = append(b.link.directory.Units, wire.Unit{ID: unit, Name: unit,
			Recipients: []wire.Recipient{keys.Recipient(), spare.Recipient()}, Signers: [][]byte{keys.PublicSigner()}})
	}
	clock, err := NewClock(now, bytes.NewReader(make([]byte, 8)), now())
	if err != nil {
		t.Fatal(err)
	}
	b.outbox = &failing{Outbox: outbox.NewMemory(outbox.Options{Now: now})}
	policy := nudge.DefaultPolicy()
	policy.Holdout = 0
	b.cfg = Config{
		Office:   DefaultSettings().Office(client.Identity{Office: "CL/13/13101/centro"}, "test"),
		Identity: client.Identity{Kiosk: "k1", Office: "CL/13/13101/centro", FolioPrefix: "K7M", StatusKey: make([]byte, 32)},
		Catalog:  services, Outbox: b.outbox, Link: b.link, Policy: policy, Gate: desk.NewGate("", now), Clock: clock,
		Words: func(_, key string, _ ...any) string { return key },
	}
	b.open()
	return b
}

func (b *bench) open() {
	b.t.Helper()
	var err error
	if b.station, err = New(b.t.Context(), b.cfg); err != nil {
		b.t.Fatal(err)
	}
}

// chosen answers the questions with options, by name: what stands first may lead to
// something else than a request.
var chosen = map[string]string{"purpose": "work", "category": "light"}

// visit returns a session in which certificado-residencia is answered.
func (b *bench) visit() *kiosk.Session {
	b.t.Helper()
	session := kiosk.NewSession(uuid.NewString(), "es", kiosk.Looks{}, b.now)
	service, _ := b.cfg.Catalog.Find("certificado-residencia")
	session.Begin(service.ID(), b.now)
	b.now = b.now.Add(90 * time.Second)
	f := flow.New(service, "es", b.cfg.Office, b.now, func(key string, _ ...any) string { return key })
	for q, more := f.First(session.Answers()); more; q, more = f.Next(session.Answers(), q.ID) {
		v := kiosk.Value{Text: "Persona " + canary}
		switch q.Type {
		case kiosk.TypeDocument:
			v = kiosk.Value{Parts: map[string]string{"kind": "none"}}
		case kiosk.TypeAddress:
			v = kiosk.Value{Parts: map[string]string{"region": "13", "comuna": "13101", "street": "Los Aromos 124 " + canary}}
		case kiosk.TypeOneOf:
			v = kiosk.Value{Text: chosen[q.ID]}
		case kiosk.TypePhone:
			v = kiosk.Value{}
		}
		canonical, trouble := f.Check(q.ID, v, session.Answers())
		if trouble != nil {
			b.t.Fatalf("question %s: %v", q.ID, trouble)
		}
		session.SetAnswer(q.ID, canonical)
	}
	return session
}

func (b *bench) submit(session *kiosk.Session) kiosk.Receipt {
	b.t.Helper()
	r, err := b.station.Submit(b.t.Context(), session)
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

// Guards "one durable transaction before the receipt": request, count and
// decision are in one commit, sealed, and the unit's key opens it.
func TestSubmitCommitsEverythingAtOnceAndSealed(t *testing.T) {
	b := newBench(t)
	session := b.visit()
	before := len(b.outbox.commits)
	r := b.submit(session)
	if !r.Valid() || r.StatusURL() == "" || len(r.Code()) != wire.ShortCodeLength {
		t.Fatalf("receipt %+v", r)
	}
	if _, err := wire.ParseFolio(r.Folio().String()); err != nil {
		t.Error(err)
	}
	if n := len(b.outbox.commits) - before; n != 1 {
		t.Fatalf("%d commits, want one", n)
	}
	change := b.outbox.commits[before]
	item := change.Items[0]
	for where, bytesOf := range map[string][]byte{"body": item.Body, "book": change.Memos[memoBook], "offer": change.Memos[memoOffer]} {
		if bytes.Contains(bytesOf, []byte(canary)) {
			t.Errorf("what was typed is readable in the %s", where)
		}
	}
	opened, err := seal.Open(item.Body, seal.About{ID: item.ID, Service: item.Service, ServiceVersion: item.ServiceVersion}, b.keys)
	if err != nil {
		t.Fatal(err)
	}
	var request kiosk.Request
	if err := json.Unmarshal(opened.Plaintext, &request); err != nil {
		t.Fatal(err)
	}
	if request.Folio != r.Folio() || request.ID != r.ID() || len(request.Answers) == 0 || !strings.Contains(string(opened.Plaintext), canary) {
		t.Errorf("the unit opens %s", opened.Plaintext)
	}
	book, err := uptake.Restore(change.Memos[memoBook])
	if err != nil {
		t.Fatal(err)
	}
	if n := counted(book, wire.EventCompleted); n != 1 {
		t.Errorf("%d completed in the book that was committed, want 1", n)
	}
	if !bytes.Equal(item.CodeHash, wire.HashShortCode(b.cfg.Identity.StatusKey, r.Folio(), r.Code())) {
		t.Error("the code's hash does not belong to the receipt's code")
	}
}

func counted(book *uptake.Book, event string) (n uint64) {
	for _, set := range book.Clone().Due() {
		for _, c := range set.Counts {
			if c.Event == event {
				n += c.N
			}
		}
	}
	return n
}

// Guards "a receipt only after the disk": a failing commit gives no receipt, and
// nothing is counted as completed.
func TestNoReceiptWithoutTheDisk(t *testing.T) {
	for _, c := range []struct {
		err  error
		want kiosk.ProblemCode
	}{
		{outbox.ErrFull, kiosk.ProblemFull},
		{errors.New("input/output error"), kiosk.ProblemDisk},
	} {
		b := newBench(t)
		session := b.visit()
		b.outbox.err = c.err
		r, err := b.station.Submit(t.Context(), session)
		var problem *kiosk.Problem
		if !errors.As(err, &problem) || problem.Code != c.want || r.Valid() {
			t.Errorf("%v: receipt %v, error %v", c.err, r.Valid(), err)
		}
		if n := counted(b.station.book, wire.EventCompleted); n != 0 {
			t.Errorf("%v: %d completed were counted", c.err, n)
		}
		b.outbox.err = nil
		if r := b.submit(session); !r.Valid() {
			t.Error("the same answers cannot be filed once the disk is well again")
		}
	}
}

func TestNothingIsFiledThatIsNotReady(t *testing.T) {
	b := newBench(t)
	session := kiosk.NewSession("s", "es", kiosk.Looks{}, b.now)
	check := func(name string, want kiosk.ProblemCode) {
		t.Helper()
		var problem *kiosk.Problem
		if _, err := b.station.Submit(t.Context(), session); !errors.As(err, &problem) || problem.Code != want {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
	check("no service", kiosk.ProblemService)
	session.Begin("certificado-residencia", b.now)
	check("no answers", kiosk.ProblemNotReady)
	session = b.visit()
	b.link.directory.Units = nil
	check("no keys", kiosk.ProblemNoKeys)
}

// Guards that counting goes on while a commit takes its time: what happened
// meanwhile is not overwritten by the book that was committed.
func TestEventsDuringACommitAreKept(t *testing.T) {
	b := newBench(t)
	session := b.visit()
	b.outbox.during = func() {
		b.station.Emit(kiosk.Event{At: b.now, Name: wire.EventHelp, Channel: wire.ChannelKiosk})
	}
	b.submit(session)
	if n := counted(b.station.book, wire.EventHelp); n != 1 {
		t.Errorf("%d of the events during Submit were kept, want 1", n)
	}
	if err := b.station.FlushCounts(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.outbox.during = nil
	if err := b.station.FlushCounts(t.Context()); err != nil {
		t.Fatal(err)
	}
	total := uint64(0)
	for _, set := range sets(t, b.outbox.commits) {
		for _, c := range set.Counts {
			if c.Event == wire.EventHelp {
				total = max(total, c.N)
			}
		}
	}
	if total != 2 {
		t.Errorf("the newest counts say %d, want 2 (one during Submit, one during the flush)", total)
	}
}

func sets(t *testing.T, commits []outbox.Change) (out []wire.CountSet) {
	t.Helper()
	for _, c := range commits {
		for _, item := range c.Items {
			if item.Kind == wire.KindCounts {
				set, err := wire.ParseCountSet(item.Body)
				if err != nil {
					t.Fatal(err)
				}
				out = append(out, set)
			}
		}
	}
	return out
}

func decisions(t *testing.T, commits []outbox.Change) (out []wire.Decision) {
	t.Helper()
	for _, c := range commits {
		for _, item := range c.Items {
			if item.Kind == wire.KindDecision {
				d, err := wire.ParseDecision(item.Body)
				if err != nil {
					t.Fatal(err)
				}
				out = append(out, d)
			}
		}
	}
	return out
}

func TestOneSuggestionIsOfferedAndItsAnswerRecordedOnce(t *testing.T) {
	b := newBench(t)
	session := b.visit()
	r := b.submit(session)
	offer, ok := b.station.Offer(session, r)
	if !ok || offer.Held || offer.Wording.ID == "" {
		t.Fatalf("offer %+v, %v", offer, ok)
	}
	if _, again := b.station.Offer(session, r); again {
		t.Error("a second suggestion in one session")
	}
	b.station.Answer(session, r, offer, wire.AnswerRefused)
	b.station.Answer(session, r, offer, wire.AnswerAccepted)
	all := decisions(t, b.outbox.commits)
	if len(all) != 1 || all[0].Answer != wire.AnswerRefused || all[0].Folio != r.Folio() || all[0].Shown != offer.Wording.ID {
		t.Fatalf("decisions %+v", all)
	}
	if !nudge.Replay(b.cfg.Policy, all[0]) {
		t.Error("the decision does not replay from its record")
	}
}

// Guards the record of a suggestion against the power cut: it was written with
// the request, so the next start files it as ignored.
func TestAPowerCutLeavesADecisionAsIgnored(t *testing.T) {
	b := newBench(t)
	session := b.visit()
	r := b.submit(session)
	b.station.Offer(session, r)
	b.open() // the same outbox, a new run
	all := decisions(t, b.outbox.commits)
	if len(all) != 1 || all[0].Answer != wire.AnswerIgnored || all[0].Folio != r.Folio() {
		t.Fatalf("decisions %+v", all)
	}
	b.open()
	if n := len(decisions(t, b.outbox.commits)); n != 1 {
		t.Errorf("%d records after a second start, want 1", n)
	}
}

func TestTheHoldoutIsRecordedAndShowsNothing(t *testing.T) {
	b := newBench(t)
	b.cfg.Policy.Holdout = 1
	b.open()
	session := b.visit()
	r := b.submit(session)
	offer, ok := b.station.Offer(session, r)
	if !ok || !offer.Held {
		t.Fatalf("offer %+v, %v", offer, ok)
	}
	all := decisions(t, b.outbox.commits)
	if len(all) != 1 || all[0].Answer != wire.AnswerHeldOut || all[0].Shown != "" {
		t.Fatalf("decisions %+v", all)
	}
}

func TestNoSuggestionWhereNoneIsDue(t *testing.T) {
	for name, change := range map[string]func(*bench){
		"no public address":  func(b *bench) { b.link.public = "" },
		"switched off":       func(b *bench) { b.cfg.Office.SuggestionsOff = true },
		"one was made today": func(*bench) {},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			change(b)
			b.open()
			session := b.visit()
			if name == "one was made today" {
				session.SetSuggested()
			}
			r := b.submit(session)
			if _, ok := b.station.Offer(session, r); ok {
				t.Error("a suggestion was made")
			}
			if name == "no public address" && r.StatusURL() != "" {
				t.Error("a receipt leads to a page that is not there")
			}
		})
	}
}

func TestTheDeskTalliesAndTakesBack(t *testing.T) {
	b := newBench(t)
	for range 3 {
		if err := b.station.Tally("certificado-residencia"); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.station.Untally("certificado-residencia"); err != nil {
		t.Fatal(err)
	}
	if n := b.station.Tallied()["certificado-residencia"]; n != 2 {
		t.Errorf("tallied %d, want 2", n)
	}
	if err := b.station.Tally("no-such-service"); err == nil {
		t.Error("a service that does not exist was tallied")
	}
	if err := b.station.FlushCounts(t.Context()); err != nil {
		t.Fatal(err)
	}
	found := false
	for _, set := range sets(t, b.outbox.commits) {
		for _, c := range set.Counts {
			if c.Event == wire.EventServed && c.Channel == wire.ChannelCounter && c.N == 2 {
				found = true
			}
		}
	}
	if !found {
		t.Error("the tally did not reach the counts as channel counter")
	}
}

func TestTheDeskSeesEveryRequestAndNoContent(t *testing.T) {
	b := newBench(t)
	r := b.submit(b.visit())
	items, err := b.station.DeskItems()
	if err != nil || len(items) != 1 {
		t.Fatalf("%d items, %v", len(items), err)
	}
	if items[0].Folio != r.Folio() || items[0].State != wire.StateSaved {
		t.Errorf("item %+v", items[0])
	}
	if s := b.station.Status(); s.Unsent != 1 || s.Link != kiosk.LinkDown {
		t.Errorf("status %+v", s)
	}
	if b.station.StateOf(r.ID()) != wire.StateSaved {
		t.Error("the state is better than it is")
	}
}

func TestAFolioIsNeverGivenTwice(t *testing.T) {
	b := newBench(t)
	seen := map[wire.Folio]bool{}
	for range 40 {
		r := b.submit(b.visit())
		if seen[r.Folio()] {
			t.Fatalf("folio %s was given twice", r.Folio())
		}
		seen[r.Folio()] = true
	}
}

func TestMetricsFollowTheConventions(t *testing.T) {
	b := newBench(t)
	b.submit(b.visit())
	collector := NewCollector(b.station)
	if problems, err := testutil.CollectAndLint(collector); err != nil || len(problems) > 0 {
		t.Fatal(problems, err)
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(collector)
	text, err := exposition(registry)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text, `kiosk_requests{state="saved"} 1`) {
		t.Errorf("metrics:\n%s", text)
	}
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("promtool (Debian package prometheus) is not installed")
	}
	cmd := exec.Command(promtool, "check", "metrics")
	cmd.Stdin = strings.NewReader(text)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("promtool: %v\n%s", err, out)
	}
}
