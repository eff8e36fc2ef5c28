package intake_test

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"chasqui/hub"
	"chasqui/hub/fleet"
	"chasqui/hub/intake"
	"chasqui/hub/store"
	"chasqui/hub/store/storetest"
	"chasqui/sync/wire"
)

const public = "https://tramites.example.cl"

// site is a hub's intake in a temporary folder, with one enrolled kiosk.
type site struct {
	t       testing.TB
	store   *store.SQLite
	config  intake.Config
	handler http.Handler
	kiosk   *storetest.Kiosk
	dir     string // of municipalities
	log     *bytes.Buffer
}

func newSite(t testing.TB) *site {
	t.Helper()
	s, err := store.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	at := &site{t: t, store: s, dir: t.TempDir(), log: &bytes.Buffer{}}
	storetest.WriteDirectory(t, at.dir, "prueba", storetest.Directory(storetest.Municipality, 2, "atencion", "social"), storetest.Key("root"))
	now := func() time.Time { return storetest.Start.Add(time.Hour) }
	log := slog.New(slog.NewTextHandler(at.log, nil))
	if _, fuzzing := t.(*testing.F); fuzzing {
		log = slog.New(slog.DiscardHandler) // millions of lines
	}
	directories, err := hub.ReadDirectories(at.dir, now, log)
	if err != nil {
		t.Fatal(err)
	}
	at.config = intake.Config{
		Store: s, Clerk: fleet.Clerk{Store: s, Now: now}, Directories: directories, Key: storetest.Key("hub"),
		Public: public, Now: now, Log: log,
	}
	at.handler = intake.New(at.config)
	at.kiosk = storetest.Enrol(t, s, storetest.Office, "a")
	return at
}

// pack signs a batch of the kiosk as the kiosk does.
func pack(t testing.TB, k *storetest.Kiosk, items ...hub.Arrival) []byte {
	t.Helper()
	return sign(t, k.Signer, k.Header(), items...)
}

func sign(t testing.TB, key ed25519.PrivateKey, header wire.BatchHeader, items ...hub.Arrival) []byte {
	t.Helper()
	var encoded [][]byte
	for _, item := range items {
		encoded = append(encoded, item.Bytes)
	}
	b, err := wire.EncodePacket(wire.DomainBatch, key, header, encoded)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (s *site) post(path string, body []byte) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, bytes.NewReader(body))
	r.Header.Set("Content-Type", wire.MediaType)
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w
}

// exchange posts a batch and opens the reply, which must be signed and for it.
func (s *site) exchange(body []byte) (int, wire.Reply) {
	s.t.Helper()
	w := s.post(wire.PathExchange, body)
	return w.Code, openReply(s.t, w, body)
}

func openReply(t testing.TB, w *httptest.ResponseRecorder, body []byte) wire.Reply {
	t.Helper()
	if media := w.Header().Get("Content-Type"); media != wire.MediaType {
		t.Fatalf("status %d, media type %q: %s", w.Code, media, w.Body)
	}
	statement, err := wire.DecodeStatement(w.Body.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	var reply wire.Reply
	if err := statement.Open(wire.DomainReply, storetest.Public(storetest.Key("hub")), &reply); err != nil {
		t.Fatal(err)
	}
	if reply.Batch != wire.DigestOf(body) || reply.Version != wire.Version || reply.Time == 0 {
		t.Fatalf("a reply to something else: %+v", reply)
	}
	return reply
}

func (s *site) verdicts(body []byte, want ...wire.Verdict) wire.Reply {
	s.t.Helper()
	status, reply := s.exchange(body)
	var got []wire.Verdict
	for _, ack := range reply.Acks {
		got = append(got, ack.Verdict)
	}
	if status != http.StatusOK || reply.Refused != "" || !slices.Equal(got, want) {
		s.t.Fatalf("status %d, refused %q, verdicts %v, want %v\n%s", status, reply.Refused, got, want, s.log)
	}
	return reply
}

// state is everything the store holds, in words, to compare before and after.
func (s *site) state() string {
	s.t.Helper()
	ctx := s.t.Context()
	totals, err := s.store.Totals(ctx, hub.World)
	if err != nil {
		s.t.Fatal(err)
	}
	kiosks, err := s.store.Kiosks(ctx, hub.World)
	if err != nil {
		s.t.Fatal(err)
	}
	counts, err := s.store.Counts(ctx, hub.World, 0, 1<<40)
	if err != nil {
		s.t.Fatal(err)
	}
	requests, err := s.store.Requests(ctx, hub.World, 1000)
	if err != nil {
		s.t.Fatal(err)
	}
	aside, err := s.store.Aside(ctx, hub.World, 1000)
	if err != nil {
		s.t.Fatal(err)
	}
	deliveries, _, err := s.store.Deliveries(ctx, storetest.Municipality, "atencion", 0, 1000, 1<<30)
	if err != nil {
		s.t.Fatal(err)
	}
	return fmt.Sprintf("%+v\n%+v\n%+v\n%+v\n%+v\n%v", totals, kiosks, counts, requests, aside, deliveries)
}

func TestAnExchange(t *testing.T) {
	s := newSite(t)
	request := s.kiosk.Request(t, "atencion")
	counts := s.kiosk.Counts(t, wire.Hour(storetest.Start), 1, 600, wire.Count{
		CountKey: wire.CountKey{Service: "x", Channel: wire.ChannelKiosk, Event: wire.EventStarted}, N: 3})
	decision := s.kiosk.Decision(t, request.Item, wire.AnswerAccepted)
	body := pack(t, s.kiosk, request, counts, decision)
	reply := s.verdicts(body, wire.VerdictAccepted, wire.VerdictAccepted, wire.VerdictAccepted)
	if reply.HighWater != 3 || reply.Public != public || len(reply.Nonce) != 16 || reply.Directory == nil {
		t.Errorf("reply %+v", reply)
	}
	directory, err := wire.OpenDirectory(*reply.Directory, storetest.Public(storetest.Key("root")))
	if err != nil || directory.Version != 2 {
		t.Errorf("directory %+v, %v", directory, err)
	}
	rows, err := s.store.Counts(t.Context(), storetest.Office, 0, 1<<40)
	if err != nil || len(rows) != 1 || rows[0].N != 3 {
		t.Errorf("counts %+v, %v", rows, err)
	}
	if decisions, err := s.store.Decisions(t.Context(), storetest.Office, time.Time{}, time.Time{}); err != nil || len(decisions) != 1 {
		t.Errorf("decisions %+v, %v", decisions, err)
	}

	// Guards promise 2 and the check-in: the same bytes again change nothing.
	before := s.state()
	s.verdicts(body, wire.VerdictDuplicate, wire.VerdictDuplicate, wire.VerdictDuplicate)
	if after := s.state(); after != before {
		t.Errorf("a replayed batch changed the store:\n%s\n%s", before, after)
	}

	header := s.kiosk.Header()
	header.Directory = 2
	if _, reply := s.exchange(sign(t, s.kiosk.Signer, header)); reply.Directory != nil {
		t.Error("a directory that the kiosk has was sent again")
	}
	if bytes.Contains(s.log.Bytes(), []byte("sealed")) || bytes.Contains(s.log.Bytes(), []byte(request.Item.Folio)) {
		t.Errorf("the log holds content: %s", s.log)
	}
}

func TestWordsComeByCursor(t *testing.T) {
	s := newSite(t)
	request := s.kiosk.Request(t, "atencion")
	s.verdicts(pack(t, s.kiosk, request), wire.VerdictAccepted)
	for i, state := range []wire.State{wire.StateOpened, wire.StateDecided} {
		if _, err := s.store.SaveWord(t.Context(), storetest.Word(t, request.Item, state, storetest.Start.Add(time.Duration(i)*time.Minute))); err != nil {
			t.Fatal(err)
		}
	}
	_, reply := s.exchange(pack(t, s.kiosk))
	if len(reply.Words) != 2 || reply.Cursor != 2 || reply.More {
		t.Fatalf("words %d, cursor %d, more %v", len(reply.Words), reply.Cursor, reply.More)
	}
	header := s.kiosk.Header()
	header.Cursor = 1
	if _, reply = s.exchange(sign(t, s.kiosk.Signer, header)); len(reply.Words) != 1 || reply.Cursor != 2 {
		t.Errorf("after 1: words %d, cursor %d", len(reply.Words), reply.Cursor)
	}
}

// Guards "checks before anything is stored"; without each check the batch named
// here would be taken.
func TestABatchThatIsRefusedChangesNothing(t *testing.T) {
	s := newSite(t)
	stranger := &storetest.Kiosk{Kiosk: hub.Kiosk{ID: "K-999", Office: storetest.Office, FolioPrefix: "A00"}, Signer: storetest.Key("x"), Epoch: wire.Epoch{1}}
	revoked := storetest.Enrol(t, s.store, storetest.Office, "revoked")
	if err := s.store.Revoke(t.Context(), hub.World, revoked.ID, storetest.Start); err != nil {
		t.Fatal(err)
	}
	request := s.kiosk.Request(t, "atencion")
	good := pack(t, s.kiosk, request)
	// The length of a body is not signed over twice: a bit of the item itself.
	flipped := bytes.Clone(good)
	flipped[len(flipped)-ed25519.SignatureSize-6] ^= 1
	version := s.kiosk.Header()
	version.Version = 2
	shortNonce := s.kiosk.Header()
	shortNonce.Nonce = shortNonce.Nonce[:15]
	magic := bytes.Clone(good)
	magic[3] = 2
	other := storetest.Enrol(t, s.store, storetest.Office, "b")
	inItsName := other.Header()
	delivery, err := wire.EncodePacket(wire.DomainDelivery, s.kiosk.Signer, s.kiosk.Header(), [][]byte{request.Bytes})
	if err != nil {
		t.Fatal(err)
	}
	nameless := pack(t, s.kiosk, hub.Arrival{Bytes: []byte("no item")}, s.kiosk.Request(t, "atencion"))
	for name, c := range map[string]struct {
		body   []byte
		status int
		code   string
	}{
		"unknown kiosk":              {pack(t, stranger, stranger.Request(t, "atencion")), 403, wire.CodeUnknownKiosk},
		"revoked kiosk":              {pack(t, revoked, revoked.Request(t, "atencion")), 403, wire.CodeRevoked},
		"revoked, by somebody else":  {sign(t, storetest.Key("x"), revoked.Header()), 403, wire.CodeBadSignature},
		"a changed bit":              {flipped, 403, wire.CodeBadSignature},
		"another key":                {sign(t, storetest.Key("x"), s.kiosk.Header(), request), 403, wire.CodeBadSignature},
		"in another kiosk's name":    {sign(t, s.kiosk.Signer, inItsName, request), 403, wire.CodeBadSignature},
		"signed for another purpose": {delivery, 403, wire.CodeBadSignature},
		"a version to come":          {sign(t, s.kiosk.Signer, version, request), 403, wire.CodeVersion},
		"frames of a version":        {magic, 403, wire.CodeVersion},
		"a short nonce":              {sign(t, s.kiosk.Signer, shortNonce, request), 400, wire.CodeMalformed},
		"half":                       {good[:len(good)/2], 400, wire.CodeMalformed},
		"nothing":                    {nil, 400, wire.CodeMalformed},
		"a page":                     {[]byte("<html>"), 400, wire.CodeMalformed},
		"a nameless item":            {nameless, 422, wire.CodeMalformed},
	} {
		before := s.state()
		status, reply := s.exchange(c.body)
		if status != c.status || reply.Refused != c.code || len(reply.Acks) != 0 || reply.HighWater != 0 || len(reply.Words) != 0 {
			t.Errorf("%s: status %d, %+v", name, status, reply)
		}
		if s.state() != before {
			t.Errorf("%s: the store changed", name)
		}
	}
	// The control: what was refused in every disguise is taken as it is.
	s.verdicts(good, wire.VerdictAccepted)
}

func TestWhatIsNotABatch(t *testing.T) {
	s := newSite(t)
	body := pack(t, s.kiosk)
	call := func(method, media string, body []byte) int {
		r := httptest.NewRequest(method, wire.PathExchange, bytes.NewReader(body))
		r.Header.Set("Content-Type", media)
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		return w.Code
	}
	for _, c := range []struct {
		method, media string
		body          []byte
		want          int
	}{
		{http.MethodPost, wire.MediaType, body, 200},
		{http.MethodPost, wire.MediaType + "; charset=utf-8", body, 200},
		{http.MethodGet, wire.MediaType, nil, 405},
		{http.MethodPost, "application/json", body, 415},
		{http.MethodPost, "", body, 415},
		{http.MethodPost, wire.MediaType, make([]byte, wire.MaxPacket+1), 413},
	} {
		if got := call(c.method, c.media, c.body); got != c.want {
			t.Errorf("%s %q %d bytes: %d, want %d", c.method, c.media, len(c.body), got, c.want)
		}
	}
}

func TestTooMuchIsAskedToWait(t *testing.T) {
	s := newSite(t)
	s.config.Limits = intake.Limits{ExchangesPerSecond: 0.5, ExchangeBurst: 2}
	s.handler = intake.New(s.config)
	other := storetest.Enrol(t, s.store, storetest.Office, "b")
	for range 2 {
		s.verdicts(pack(t, s.kiosk))
	}
	before := s.state()
	body := pack(t, s.kiosk, s.kiosk.Request(t, "atencion"))
	w := s.post(wire.PathExchange, body)
	reply := openReply(t, w, body)
	if w.Code != 429 || w.Header().Get("Retry-After") != "2" || reply.RetryAfterMS != 2000 || len(reply.Acks) != 0 || s.state() != before {
		t.Errorf("status %d, Retry-After %q, %+v", w.Code, w.Header().Get("Retry-After"), reply)
	}
	// Whoever claims to be the kiosk takes nothing from its share.
	for range 5 {
		s.exchange(sign(t, storetest.Key("x"), other.Header()))
	}
	s.verdicts(pack(t, other))

	s.config.Limits = intake.Limits{BytesPerSecond: 100, BytesBurst: 2000}
	s.handler = intake.New(s.config)
	s.verdicts(pack(t, s.kiosk, s.kiosk.Request(t, "atencion")), wire.VerdictAccepted)
	if w := s.post(wire.PathExchange, pack(t, s.kiosk, s.kiosk.Request(t, "atencion"), s.kiosk.Request(t, "atencion"))); w.Code != 429 {
		t.Errorf("too many bytes: status %d", w.Code)
	}
}
