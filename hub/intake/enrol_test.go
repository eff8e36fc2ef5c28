package intake_test

import (
	"bytes"
	"crypto/ed25519"
	"testing"
	"time"

	"chasqui/hub"
	"chasqui/hub/fleet"
	"chasqui/hub/intake"
	"chasqui/hub/store/storetest"
	"chasqui/sync/wire"
)

func (s *site) code(office hub.Scope) string {
	s.t.Helper()
	code, err := s.config.Clerk.NewCode(s.t.Context(), office, time.Hour)
	if err != nil {
		s.t.Fatal(err)
	}
	return code
}

func enrolment(t testing.TB, signer ed25519.PrivateKey, request wire.EnrolRequest) []byte {
	t.Helper()
	statement, err := wire.Sign(wire.DomainEnrol, signer, request)
	if err != nil {
		t.Fatal(err)
	}
	b, err := statement.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestEnrolment(t *testing.T) {
	s := newSite(t)
	code, key := s.code(storetest.Office), storetest.Key("new kiosk")
	body := enrolment(t, key, wire.EnrolRequest{Version: wire.Version, Code: code, Key: storetest.Public(key)})
	var first wire.Enrolment
	for range 2 { // the first answer may be lost
		w := s.post(wire.PathEnrol, body)
		statement, err := wire.DecodeStatement(w.Body.Bytes())
		if err != nil {
			t.Fatalf("status %d: %v", w.Code, err)
		}
		var got wire.Enrolment
		if err := statement.Open(wire.DomainEnrol, storetest.Public(storetest.Key("hub")), &got); err != nil {
			t.Fatal(err)
		}
		if w.Code != 200 || got.Office != string(storetest.Office) || len(got.StatusKey) != 32 || got.Public != public ||
			!bytes.Equal(got.HubKey, storetest.Public(storetest.Key("hub"))) {
			t.Errorf("status %d, %+v", w.Code, got)
		}
		if _, err := wire.OpenDirectory(got.Directory, storetest.Public(storetest.Key("root"))); err != nil {
			t.Error(err)
		}
		if first.Kiosk != "" && (first.Kiosk != got.Kiosk || !bytes.Equal(first.StatusKey, got.StatusKey)) {
			t.Errorf("another kiosk the second time: %s, %s", first.Kiosk, got.Kiosk)
		}
		first = got
	}
	if bytes.Contains(s.log.Bytes(), []byte(code)) {
		t.Error("the log holds the code")
	}
	// The new kiosk can file.
	stored, err := s.store.Kiosk(t.Context(), storetest.Office, first.Kiosk)
	if err != nil {
		t.Fatal(err)
	}
	k := &storetest.Kiosk{Kiosk: stored, Signer: key, Epoch: wire.Epoch{7}}
	s.verdicts(pack(t, k, k.Request(t, "atencion")), wire.VerdictAccepted)
}

func TestEnrolmentIsRefused(t *testing.T) {
	s := newSite(t)
	code, key := s.code(storetest.Office), storetest.Key("new kiosk")
	public := storetest.Public(key)
	for name, c := range map[string]struct {
		body   []byte
		status int
		code   string
	}{
		"a wrong code":     {enrolment(t, key, wire.EnrolRequest{Version: 1, Code: "AAAA-AAAA", Key: public}), 403, wire.CodeUnknownKiosk},
		"somebody's key":   {enrolment(t, storetest.Key("x"), wire.EnrolRequest{Version: 1, Code: code, Key: public}), 403, wire.CodeBadSignature},
		"a short key":      {enrolment(t, key, wire.EnrolRequest{Version: 1, Code: code, Key: public[:31]}), 403, wire.CodeBadSignature},
		"another version":  {enrolment(t, key, wire.EnrolRequest{Version: 9, Code: code, Key: public}), 403, wire.CodeVersion},
		"not a statement":  {[]byte("hello"), 400, wire.CodeMalformed},
		"not an enrolment": {[]byte(`{"body":"W10=","signature":"` + signature() + `"}`), 400, wire.CodeMalformed},
	} {
		before := s.state()
		w := s.post(wire.PathEnrol, c.body)
		reply := openReply(t, w, c.body)
		if w.Code != c.status || reply.Refused != c.code {
			t.Errorf("%s: status %d, %+v", name, w.Code, reply)
		}
		if s.state() != before {
			t.Errorf("%s: the store changed", name)
		}
	}
}

func signature() string { return string(bytes.Repeat([]byte("A"), 86)) + "==" }

// Guards the code against guessing; without it 29⁸ codes are a matter of patience.
func TestGuessingCodesIsSlow(t *testing.T) {
	s := newSite(t)
	s.config.Limits = intake.Limits{EnrolmentsPerMinute: 1, EnrolmentBurst: 3}
	s.handler = newHandler(s)
	key := storetest.Key("x")
	body := enrolment(t, key, wire.EnrolRequest{Version: 1, Code: "AAAA-AAAA", Key: storetest.Public(key)})
	for range 3 {
		if w := s.post(wire.PathEnrol, body); w.Code != 403 {
			t.Fatalf("status %d", w.Code)
		}
	}
	if w := s.post(wire.PathEnrol, body); w.Code != 429 || w.Header().Get("Retry-After") != "60" {
		t.Errorf("status %d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
	}
}

func TestEnrolmentWaitsForTheDirectory(t *testing.T) {
	s := newSite(t)
	s.config.Clerk = fleet.Clerk{Store: s.store, Now: s.config.Now}
	code, key := s.code(storetest.Elsewhere), storetest.Key("new kiosk")
	body := enrolment(t, key, wire.EnrolRequest{Version: wire.Version, Code: code, Key: storetest.Public(key)})
	if w := s.post(wire.PathEnrol, body); w.Code != 503 {
		t.Fatalf("status %d", w.Code)
	}
	storetest.WriteDirectory(t, s.dir, "otra", storetest.Directory("CL/13/131010", 1, "atencion"), storetest.Key("r"))
	directories, err := hub.ReadDirectories(s.dir, s.config.Now, s.config.Log)
	if err != nil {
		t.Fatal(err)
	}
	s.config.Directories = directories
	s.handler = newHandler(s)
	if w := s.post(wire.PathEnrol, body); w.Code != 200 {
		t.Errorf("status %d", w.Code)
	}
}
