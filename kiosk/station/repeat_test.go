package station

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"strings"
	"testing"
	"time"

	"chasqui/kiosk"
	"chasqui/kiosk/flow"
	"chasqui/sync/wire"
)

// ask returns a session in which somebody asks for a certificate.
func (b *bench) ask(document, number, name string) *kiosk.Session {
	b.t.Helper()
	session := kiosk.NewSession("s", "es", kiosk.Looks{}, b.now)
	session.Begin("certificado-residencia", b.now)
	b.answer(session, "")
	service, _ := b.cfg.Catalog.Find("certificado-residencia")
	f := flow.New(service, "es", b.cfg.Office, b.now, func(key string, _ ...any) string { return key })
	for id, v := range map[string]kiosk.Value{
		"document": {Parts: map[string]string{flow.PartKind: document, flow.PartNumber: number}}, "name": {Text: name},
	} {
		canonical, trouble := f.Check(id, v, session.Answers())
		if trouble != nil {
			b.t.Fatal(trouble)
		}
		session.SetAnswer(id, canonical)
	}
	return session
}

func (b *bench) memo(key string) []byte {
	b.t.Helper()
	memo, err := b.outbox.Memo(b.t.Context(), key)
	if err != nil {
		b.t.Fatal(err)
	}
	return memo
}

func TestARepeatedRequestIsNoticedWithinItsPeriod(t *testing.T) {
	b := newBench(t)
	again := func() *kiosk.Session { return b.ask(flow.DocumentRUN, "11111111-1", "José  PÉREZ") }
	if _, repeated := b.station.Repeated(again()); repeated {
		t.Fatal("a first request is repeated")
	}
	filed := b.now
	before := len(b.outbox.commits)
	b.submit(b.ask(flow.DocumentRUN, "11.111.111-1", "Jose Perez"))
	if change := b.outbox.commits[before]; change.Items[0].Kind != wire.KindRequest || change.Memos[memoRepeats] == nil {
		t.Error("it is not remembered in the request's own transaction")
	}
	for _, when := range []time.Duration{0, time.Minute, 29 * 24 * time.Hour} {
		b.now = filed.Add(when)
		b.open() // also after a restart
		if r, repeated := b.station.Repeated(again()); !repeated || !r.On.Equal(filed.Truncate(time.Second)) {
			t.Errorf("after %s: %+v, %v", when, r, repeated)
		}
	}
	for what, session := range map[string]*kiosk.Session{
		"another number":   b.ask(flow.DocumentRUN, "12345678-5", "Jose Perez"),
		"another document": b.ask(flow.DocumentPassport, "111111111", "Jose Perez"),
		"another name":     b.ask(flow.DocumentRUN, "11111111-1", "Rosa Perez"),
		"no document":      b.ask(flow.DocumentNone, "", "Jose Perez"),
	} {
		if _, repeated := b.station.Repeated(session); repeated {
			t.Errorf("%s is repeated", what)
		}
	}
	amending := again()
	amending.Amend(kiosk.Amendment{Kind: wire.KindCorrection})
	if _, repeated := b.station.Repeated(amending); repeated {
		t.Error("an amendment is repeated")
	}
	b.now = filed.AddDate(0, 0, 30)
	if _, repeated := b.station.Repeated(again()); repeated {
		t.Error("the period is over and it is repeated")
	}
}

// Guards the fading: what is over is off the disk, at the next minute, at the next
// request and at the next start.
func TestWhoAskedBeforeIsForgotten(t *testing.T) {
	for name, forget := range map[string]func(b *bench){
		"each minute": func(b *bench) {
			if err := b.station.fadeRepeats(b.t.Context()); err != nil {
				b.t.Fatal(err)
			}
		},
		"at open":   func(b *bench) { b.open() },
		"at submit": func(b *bench) { b.submit(b.ask(flow.DocumentNone, "", "Nadie")) },
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.submit(b.ask(flow.DocumentRUN, "11111111-1", "Jose Perez"))
			b.now = b.now.AddDate(0, 0, 29)
			forget(b)
			if len(b.memo(memoRepeats)) != 1+repeatSize {
				t.Fatalf("within the period the memo has %d bytes", len(b.memo(memoRepeats)))
			}
			b.now = b.now.AddDate(0, 0, 1).Add(time.Hour)
			forget(b)
			if memo := b.memo(memoRepeats); memo != nil {
				t.Errorf("after the period %d bytes are left", len(memo))
			}
		})
	}
}

func TestNotEverybodyIsRemembered(t *testing.T) {
	b := newBench(t)
	b.submit(b.ask(flow.DocumentNone, "", "Jose Perez"))
	if b.memo(memoRepeats) != nil {
		t.Error("somebody without a number is remembered")
	}
	// A service that does not look for repetitions.
	session := kiosk.NewSession("s", "es", kiosk.Looks{}, b.now)
	session.Begin("aviso-via-publica", b.now)
	b.answer(session, "Persona")
	b.submit(session)
	if b.memo(memoRepeats) != nil {
		t.Error("a service without a period remembers")
	}
	first := b.submit(b.ask(flow.DocumentRUN, "11111111-1", "Jose Perez"))
	before := b.memo(memoRepeats)
	b.submit(b.amendment(wire.KindCorrection, "certificado-residencia", b.follow(first)))
	if !bytes.Equal(b.memo(memoRepeats), before) {
		t.Error("an amendment is remembered")
	}
}

func TestThereIsABoundOnWhoIsRemembered(t *testing.T) {
	b := newBench(t)
	service, _ := b.cfg.Catalog.Find("certificado-residencia")
	shown := service.In("es")
	answers := func(n int) []kiosk.Answered {
		return []kiosk.Answered{{Question: "d", Type: kiosk.TypeDocument, Value: kiosk.Value{Parts: map[string]string{flow.PartKind: flow.DocumentOther, flow.PartNumber: fmt.Sprint("N", n)}}}}
	}
	for n := range mostRepeats + 10 {
		b.station.repeats = b.station.repeatsAfter(shown, answers(n))
	}
	if n := len(b.station.repeats); n != mostRepeats {
		t.Errorf("%d are remembered, want %d", n, mostRepeats)
	}
	back, err := decodeRepeats(b.station.repeats.encode())
	if err != nil || len(back) != mostRepeats {
		t.Fatalf("%d, %v", len(back), err)
	}
	oldest, _ := tagOf(b.station.repeatKey, "certificado-residencia", answers(9))
	newest, _ := tagOf(b.station.repeatKey, "certificado-residencia", answers(mostRepeats+9))
	if back[0].tag == oldest || back[mostRepeats-1].tag != newest {
		t.Error("not the oldest are forgotten")
	}
	for _, bad := range [][]byte{{}, {2}, {repeatsForm, 1}, make([]byte, 1+repeatSize*(mostRepeats+1))} {
		if _, err := decodeRepeats(bad); err == nil {
			t.Errorf("%d bytes that are no memo were taken", len(bad))
		}
	}
}

// Guards against a clock that jumped: what was noted in a year to come does not
// stay until then.
func TestWhatWasNotedUnderAWrongClockGoes(t *testing.T) {
	b := newBench(t)
	right := b.now
	b.now = right.AddDate(20, 0, 0)
	b.submit(b.ask(flow.DocumentRUN, "11111111-1", "Jose Perez"))
	b.now = right
	b.open()
	if b.memo(memoRepeats) != nil {
		t.Error("a request of twenty years hence is remembered")
	}
}

// Guards the hash: whoever has the memo, and knows how it is made, cannot tell
// from it whose requests they were, by trying every number, without the kiosk's
// key. The control is the same search with the key, which finds it at once: that
// is what the key guards.
func TestWhoAskedBeforeCannotBeGuessedFromTheMemo(t *testing.T) {
	b := newBench(t)
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	b.cfg.Identity.Key = key
	b.open()
	b.submit(b.ask(flow.DocumentRUN, "11111111-1", "Jose Perez"))
	memo := b.memo(memoRepeats)
	for _, typed := range []string{"11111111", "11.111.111", "jose", "Jose", "perez"} {
		for name, change := range map[string][]byte{"repeats": memo, "book": b.memo(memoBook)} {
			if strings.Contains(string(change), typed) {
				t.Errorf("%q is in the memo %s", typed, name)
			}
		}
	}
	search := func(key []byte) bool {
		for body := 11_111_000; body < 11_112_000; body++ {
			for _, digit := range "0123456789K" {
				run, ok := flow.CheckRUN(fmt.Sprintf("%d-%c", body, digit))
				if !ok {
					continue
				}
				t, _ := tagOf(key, "certificado-residencia", []kiosk.Answered{
					{Question: "document", Type: kiosk.TypeDocument, Value: kiosk.Value{Parts: map[string]string{flow.PartKind: flow.DocumentRUN, flow.PartNumber: run}}},
					{Question: "name", Type: kiosk.TypeText, Value: kiosk.Value{Text: "jose perez"}},
				})
				if bytes.Contains(memo, t[:]) {
					return true
				}
			}
		}
		return false
	}
	withoutKey := b.cfg.Identity
	withoutKey.Key = nil // what the hub knows of the kiosk's secrets
	hubs, err := repeatKey(withoutKey)
	if err != nil {
		t.Fatal(err)
	}
	for name, guessed := range map[string][]byte{"no key": nil, "zeros": make([]byte, 32), "the status key": b.cfg.Identity.StatusKey, "what the hub knows": hubs} {
		if search(guessed) {
			t.Errorf("with %s the number was found in the memo", name)
		}
	}
	own, err := repeatKey(b.cfg.Identity)
	if err != nil {
		t.Fatal(err)
	}
	if !search(own) {
		t.Error("with the key the number was not found: the search tests nothing")
	}
}
