package fleet_test

import (
	"bytes"
	"database/sql"
	"errors"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"chasqui/hub"
	"chasqui/hub/fleet"
	"chasqui/hub/store"
	"chasqui/hub/store/storetest"
)

func clerk(t *testing.T) (c fleet.Clerk, s *store.SQLite, dir string) {
	t.Helper()
	dir = t.TempDir()
	s, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return fleet.Clerk{Store: s, Now: func() time.Time { return storetest.Start }}, s, dir
}

func TestACodeEnrolsOneKiosk(t *testing.T) {
	c, _, _ := clerk(t)
	code, err := c.NewCode(t.Context(), storetest.Office, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`^[0-9A-Z]{4}-[0-9A-Z]{4}$`).MatchString(code) {
		t.Errorf("code %q", code)
	}
	first, second := storetest.Public(storetest.Key("first")), storetest.Public(storetest.Key("second"))
	k, err := c.Enrol(t.Context(), " "+strings.ToLower(strings.ReplaceAll(code, "-", " "))+" ", first)
	if err != nil {
		t.Fatal(err)
	}
	if k.Office != storetest.Office || len(k.StatusKey) != 32 || bytes.Equal(k.StatusKey, make([]byte, 32)) || len(k.FolioPrefix) != 3 || !k.Key.Equal(first) {
		t.Errorf("%+v", k)
	}
	if again, err := c.Enrol(t.Context(), code, first); err != nil || again.ID != k.ID {
		t.Errorf("the same kiosk, whose answer was lost: %v, %v", again.ID, err)
	}
	if _, err := c.Enrol(t.Context(), code, second); !errors.Is(err, hub.ErrCode) {
		t.Errorf("another key with a used code: %v", err)
	}
	if err := c.Revoke(t.Context(), "CL", k.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Enrol(t.Context(), code, first); !errors.Is(err, hub.ErrCode) {
		t.Errorf("a revoked kiosk: %v", err)
	}
}

// Guards the one use under a race; without the transaction two kiosks that type
// the same code at once would both be enrolled.
func TestTwoKiosksRaceForOneCode(t *testing.T) {
	c, s, _ := clerk(t)
	code, err := c.NewCode(t.Context(), storetest.Office, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	results := make([]error, 8)
	for i := range results {
		key := storetest.Public(storetest.Key(string(rune('a' + i))))
		wait.Go(func() { _, results[i] = c.Enrol(t.Context(), code, key) })
	}
	wait.Wait()
	won := 0
	for _, err := range results {
		if err == nil {
			won++
		} else if !errors.Is(err, hub.ErrCode) {
			t.Error(err)
		}
	}
	kiosks, err := s.Kiosks(t.Context(), storetest.Office)
	if err != nil || won != 1 || len(kiosks) != 1 {
		t.Errorf("%d won, %d kiosks, %v", won, len(kiosks), err)
	}
}

func TestACodeLivesItsHours(t *testing.T) {
	c, _, _ := clerk(t)
	code, err := c.NewCode(t.Context(), storetest.Office, 2*time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	c.Now = func() time.Time { return storetest.Start.Add(2 * time.Hour) }
	if _, err := c.Enrol(t.Context(), code, storetest.Public(storetest.Key("a"))); !errors.Is(err, hub.ErrCode) {
		t.Errorf("after its hours: %v", err)
	}
	for _, life := range []time.Duration{0, -time.Hour, time.Second, 32 * 24 * time.Hour} {
		if _, err := c.NewCode(t.Context(), storetest.Office, life); !errors.Is(err, hub.ErrInvalid) {
			t.Errorf("a life of %s: %v", life, err)
		}
	}
	for _, office := range []hub.Scope{"", "CL", "CL/13", "CL/13/13101", hub.World, "x y"} {
		if _, err := c.NewCode(t.Context(), office, time.Hour); !errors.Is(err, hub.ErrInvalid) {
			t.Errorf("a code for %q: %v", office, err)
		}
	}
}

func TestGuessesAreWrong(t *testing.T) {
	c, _, _ := clerk(t)
	key := storetest.Public(storetest.Key("a"))
	for _, guess := range []string{"", "AAAA-AAAA", "K4TR-9QX", "K4TR-9QXMM", strings.Repeat("A", 1<<20), "ÑÑÑÑ-ÑÑÑÑ"} {
		if _, err := c.Enrol(t.Context(), guess, key); !errors.Is(err, hub.ErrCode) {
			t.Errorf("%.20q: %v", guess, err)
		}
	}
	if _, err := c.Enrol(t.Context(), "AAAA-AAAA", key[:5]); !errors.Is(err, hub.ErrInvalid) {
		t.Errorf("a short key: %v", err)
	}
}

// Guards the hash; without it whoever copies the database can enrol a kiosk.
func TestTheDatabaseDoesNotHoldTheCode(t *testing.T) {
	c, s, dir := clerk(t)
	code, err := c.NewCode(t.Context(), storetest.Office, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, store.File))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var hash []byte
	if err := db.QueryRow(`SELECT hash FROM codes`).Scan(&hash); err != nil {
		t.Fatal(err)
	}
	compact := strings.ReplaceAll(code, "-", "")
	if len(hash) != 32 || bytes.Contains(hash, []byte(compact)) || bytes.Contains(hash, []byte(compact[:4])) {
		t.Errorf("%d bytes are kept of %q", len(hash), code)
	}
}

func FuzzEnrol(f *testing.F) {
	for _, seed := range []string{"K4TR-9QXM", "k4tr 9qxm", "", "\x00", "K4TR-9QXMÿ"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		compact, ok := fleet.CompactCode(text)
		if !ok {
			return
		}
		if again, ok := fleet.CompactCode(compact[:4] + "-" + compact[4:]); !ok || again != compact {
			t.Errorf("%q is %q and then %q", text, compact, again)
		}
	})
}
