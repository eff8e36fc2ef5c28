package dispatch_test

import (
	"bytes"
	"crypto/ed25519"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"chasqui/hub"
	"chasqui/hub/dispatch"
	"chasqui/hub/store"
	"chasqui/hub/store/storetest"
	"chasqui/sync/wire"
)

const (
	city      = storetest.Municipality
	otherCity = hub.Scope("CL/13/131010")
)

var hubKey = storetest.Key("hub")

// site is a hub's dispatch with two municipalities and a kiosk in each.
type site struct {
	t          testing.TB
	store      *store.SQLite
	handler    http.Handler
	kiosk, far *storetest.Kiosk
	now        time.Time
	log        *bytes.Buffer
}

func newSite(t testing.TB) *site {
	t.Helper()
	s, err := store.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	at := &site{t: t, store: s, now: storetest.Start.Add(time.Hour), log: &bytes.Buffer{}}
	dir := t.TempDir()
	storetest.WriteDirectory(t, dir, "a", storetest.Directory(city, 1, "atencion", "social"), storetest.Key("root"))
	storetest.WriteDirectory(t, dir, "b", storetest.Directory(otherCity, 1, "atencion"), storetest.Key("other root"))
	log := slog.New(slog.NewTextHandler(at.log, nil))
	if _, fuzzing := t.(*testing.F); fuzzing {
		log = slog.New(slog.DiscardHandler)
	}
	now := func() time.Time { return at.now }
	directories, err := hub.ReadDirectories(dir, now, log)
	if err != nil {
		t.Fatal(err)
	}
	at.handler = dispatch.New(dispatch.Config{Store: s, Directories: directories, Key: hubKey, Now: now, Log: log})
	at.kiosk = storetest.Enrol(t, s, storetest.Office, "a")
	at.far = storetest.Enrol(t, s, storetest.Elsewhere, "b")
	return at
}

func (s *site) post(path string, body []byte) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, bytes.NewReader(body))
	r.Header.Set("Content-Type", wire.MediaType)
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w
}

func signed(t testing.TB, domain wire.Domain, key ed25519.PrivateKey, body any) []byte {
	t.Helper()
	statement, err := wire.Sign(domain, key, body)
	if err != nil {
		t.Fatal(err)
	}
	b, err := statement.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (s *site) pullOf(unit string, after uint64) wire.Pull {
	return wire.Pull{Unit: unit, Municipality: string(city), After: after, Time: s.now.UnixMilli(), Nonce: []byte("sixteen bytes!!!")}
}

// pull returns what a unit gets, checked as an office checks it.
func (s *site) pull(p wire.Pull) (wire.DeliveryHeader, []wire.Item) {
	s.t.Helper()
	w := s.post(wire.PathPull, signed(s.t, wire.DomainPull, storetest.UnitKey(hub.Scope(p.Municipality), p.Unit), p))
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != wire.MediaType {
		s.t.Fatalf("status %d: %s\n%s", w.Code, w.Body, s.log)
	}
	packet, err := wire.DecodePacket(w.Body.Bytes())
	if err != nil {
		s.t.Fatal(err)
	}
	if err := packet.Verify(wire.DomainDelivery, storetest.Public(hubKey)); err != nil {
		s.t.Fatal(err)
	}
	var header wire.DeliveryHeader
	if err := packet.ParseHeader(&header); err != nil {
		s.t.Fatal(err)
	}
	if header.Unit != p.Unit || !bytes.Equal(header.Nonce, p.Nonce) || header.Version != wire.Version || len(header.Numbers) != len(packet.Items) {
		s.t.Fatalf("header %+v with %d items", header, len(packet.Items))
	}
	var items []wire.Item
	for _, b := range packet.Items {
		item, err := wire.DecodeItem(b)
		if err != nil {
			s.t.Fatal(err)
		}
		items = append(items, item)
	}
	return header, items
}

func TestAUnitGetsWhatIsItsOwn(t *testing.T) {
	s := newSite(t)
	var mine []hub.Arrival
	for range dispatch.MaxItems + 3 {
		mine = append(mine, s.kiosk.Request(t, "atencion"))
	}
	s.kiosk.Send(t, s.store, mine...)
	s.kiosk.Send(t, s.store, s.kiosk.Request(t, "social"))
	s.far.Send(t, s.store, s.far.Request(t, "atencion"))

	header, items := s.pull(s.pullOf("atencion", 0))
	if len(items) != dispatch.MaxItems || !header.More || header.Numbers[0] != 1 {
		t.Fatalf("%d items, more %v", len(items), header.More)
	}
	last := header.Numbers[len(header.Numbers)-1]
	again, _ := s.pull(s.pullOf("atencion", 0))
	if again.Numbers[0] != 1 || len(again.Numbers) != len(header.Numbers) {
		t.Error("asking twice gives something else")
	}
	header, rest := s.pull(s.pullOf("atencion", last))
	if len(rest) != 3 || header.More {
		t.Fatalf("%d more items, more %v", len(rest), header.More)
	}
	for i, item := range append(items, rest...) {
		if item.ID != mine[i].Item.ID || item.Kiosk != s.kiosk.ID || !bytes.Equal(item.Body, mine[i].Item.Body) {
			t.Fatalf("item %d is %s", i, item.ID)
		}
	}
	if _, none := s.pull(s.pullOf("atencion", header.Numbers[2])); len(none) != 0 {
		t.Errorf("%d items after the last", len(none))
	}
	if bytes.Contains(s.log.Bytes(), []byte(mine[0].Item.Folio)) {
		t.Error("the log holds a folio")
	}
}

// Guards routing and promise 3's first half; without each check somebody who is
// not the unit could take its deliveries, or the same capture for ever.
func TestAPullThatIsRefused(t *testing.T) {
	s := newSite(t)
	s.kiosk.Send(t, s.store, s.kiosk.Request(t, "atencion"))
	key := storetest.UnitKey(city, "atencion")
	pull := func(spoil func(*wire.Pull)) wire.Pull {
		p := s.pullOf("atencion", 0)
		spoil(&p)
		return p
	}
	for name, c := range map[string]struct {
		body []byte
		want int
	}{
		"another unit's key":         {signed(t, wire.DomainPull, storetest.UnitKey(city, "social"), s.pullOf("atencion", 0)), 403},
		"a namesake elsewhere":       {signed(t, wire.DomainPull, storetest.UnitKey(otherCity, "atencion"), s.pullOf("atencion", 0)), 403},
		"another purpose":            {signed(t, wire.DomainWord, key, s.pullOf("atencion", 0)), 403},
		"the hub itself":             {signed(t, wire.DomainPull, hubKey, s.pullOf("atencion", 0)), 403},
		"an unknown unit":            {signed(t, wire.DomainPull, key, pull(func(p *wire.Pull) { p.Unit = "nobody" })), 403},
		"an unknown municipality":    {signed(t, wire.DomainPull, key, pull(func(p *wire.Pull) { p.Municipality = "CL/01/01101" })), 403},
		"an office of the city":      {signed(t, wire.DomainPull, key, pull(func(p *wire.Pull) { p.Municipality = string(storetest.Office) })), 403},
		"a region":                   {signed(t, wire.DomainPull, key, pull(func(p *wire.Pull) { p.Municipality = "CL/13" })), 403},
		"eleven minutes ago":         {signed(t, wire.DomainPull, key, pull(func(p *wire.Pull) { p.Time -= 11 * 60_000 })), 403},
		"in eleven minutes":          {signed(t, wire.DomainPull, key, pull(func(p *wire.Pull) { p.Time += 11 * 60_000 })), 403},
		"at the end of time":         {signed(t, wire.DomainPull, key, pull(func(p *wire.Pull) { p.Time = -1 << 63 })), 403},
		"no nonce":                   {signed(t, wire.DomainPull, key, pull(func(p *wire.Pull) { p.Nonce = nil })), 400},
		"not a statement":            {[]byte("{}"), 400},
		"nine minutes ago is taken":  {signed(t, wire.DomainPull, key, pull(func(p *wire.Pull) { p.Time -= 9 * 60_000 })), 200},
		"in nine minutes is as well": {signed(t, wire.DomainPull, key, pull(func(p *wire.Pull) { p.Time += 9 * 60_000 })), 200},
	} {
		w := s.post(wire.PathPull, c.body)
		if w.Code != c.want {
			t.Errorf("%s: status %d, want %d", name, w.Code, c.want)
		}
		if c.want != 200 && w.Header().Get("Content-Type") == wire.MediaType {
			t.Errorf("%s: refused in the wire's media type", name)
		}
	}
}

func (s *site) say(key ed25519.PrivateKey, w wire.Word) int {
	s.t.Helper()
	return s.post(wire.PathWord, signed(s.t, wire.DomainWord, key, w)).Code
}

func TestAWordReachesTheKiosk(t *testing.T) {
	s := newSite(t)
	request := s.kiosk.Request(t, "atencion")
	s.kiosk.Send(t, s.store, request)
	key := storetest.UnitKey(city, "atencion")
	word := storetest.Word(t, request.Item, wire.StateNeedsSomething, s.now).Word
	word.Reason = wire.CodeMissing
	for range 3 { // the answer may be lost
		if status := s.say(key, word); status != http.StatusNoContent {
			t.Fatalf("status %d", status)
		}
	}
	words, _, _, err := s.store.Words(t.Context(), storetest.Office, s.kiosk.ID, 0, 10)
	if err != nil || len(words) != 1 {
		t.Fatalf("%d words, %v", len(words), err)
	}
	// Unchanged: the kiosk checks the unit's signature itself.
	got, err := storetest.Directory(city, 1, "atencion").OpenWord(words[0])
	if err != nil || got != word {
		t.Errorf("%+v, %v", got, err)
	}
	stands, err := s.store.Request(t.Context(), city, request.Item.ID)
	if err != nil || stands.State != wire.StateNeedsSomething || stands.Reason != wire.CodeMissing {
		t.Errorf("%+v, %v", stands, err)
	}
}

// Guards that a unit speaks of its own requests alone, in words of the table;
// without each check a citizen would be told what nobody responsible said.
func TestAWordThatIsRefused(t *testing.T) {
	s := newSite(t)
	request, social := s.kiosk.Request(t, "atencion"), s.kiosk.Request(t, "social")
	s.kiosk.Send(t, s.store, request, social)
	far := s.far.Request(t, "atencion")
	s.far.Send(t, s.store, far)
	key := storetest.UnitKey(city, "atencion")
	of := func(about wire.Item, spoil func(*wire.Word)) wire.Word {
		w := storetest.Word(t, about, wire.StateDecided, s.now).Word
		spoil(&w)
		return w
	}
	same := func(*wire.Word) {}
	for name, c := range map[string]struct {
		key  ed25519.PrivateKey
		word wire.Word
		want int
	}{
		"another unit's key":            {storetest.UnitKey(city, "social"), of(request.Item, same), 403},
		"a namesake elsewhere":          {storetest.UnitKey(otherCity, "atencion"), of(request.Item, same), 403},
		"another unit's request":        {key, of(social.Item, func(w *wire.Word) { w.Unit = "atencion" }), 404},
		"a request from elsewhere":      {key, of(far.Item, func(w *wire.Word) { w.Municipality = string(city) }), 404},
		"no such request":               {key, of(request.Item, func(w *wire.Word) { w.Item[3]++ }), 404},
		"another folio":                 {key, of(request.Item, func(w *wire.Word) { w.Folio = social.Item.Folio }), 404},
		"not an office's word":          {key, of(request.Item, func(w *wire.Word) { w.State = wire.StateAtHub }), 400},
		"no word of the table":          {key, of(request.Item, func(w *wire.Word) { w.State = "lost" }), 400},
		"free text":                     {key, of(request.Item, func(w *wire.Word) { w.Reason = "su vecino dice que no vive ahí" }), 400},
		"a reason that is not for them": {key, of(request.Item, func(w *wire.Word) { w.Reason = wire.CodeRevoked }), 400},
	} {
		if status := s.say(c.key, c.word); status != c.want {
			t.Errorf("%s: status %d, want %d", name, status, c.want)
		}
	}
	if w := s.post(wire.PathWord, []byte("{")); w.Code != 400 {
		t.Errorf("not a statement: status %d", w.Code)
	}
	totals, err := s.store.Totals(t.Context(), hub.World)
	if err != nil || totals.Words != 0 || totals.States[wire.StateAtHub] != 3 {
		t.Errorf("after refusals: %+v, %v", totals, err)
	}
	// The control: as it should be, it is taken.
	if status := s.say(key, of(request.Item, same)); status != http.StatusNoContent {
		t.Errorf("an honest word: status %d", status)
	}
}

func FuzzStatement(f *testing.F) {
	s := newSite(f)
	f.Add(signed(f, wire.DomainPull, storetest.UnitKey(city, "atencion"), s.pullOf("atencion", 0)))
	f.Add(signed(f, wire.DomainWord, storetest.UnitKey(city, "atencion"), storetest.Word(f, s.kiosk.Request(f, "atencion").Item, wire.StateOpened, s.now).Word))
	f.Add([]byte(`{"body":"e30=","signature":""}`))
	f.Add([]byte("{"))
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, path := range []string{wire.PathPull, wire.PathWord} {
			switch w := s.post(path, body); w.Code {
			case 200, 400, 403, 404, 413:
			default:
				t.Fatalf("%s: status %d", path, w.Code)
			}
		}
	})
}
