package client

import (
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"chasqui/sync/wire"
)

func TestWordsOfTheOfficeReachTheOutbox(t *testing.T) {
	hub := newFakeHub(t)
	b := newBench(t, direct{hub})
	ids := b.file(t, 2, 100)
	if err := b.Exchange(t.Context()); err != nil {
		t.Fatal(err)
	}
	hub.words = []wire.Statement{wordOf(t, "social", ids[0], wire.StateOpened, 1000), wordOf(t, "social", ids[1], wire.StateOpened, 1000)}
	if err := b.Exchange(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := b.states(t); got[wire.StateOpened] != 2 {
		t.Errorf("%v", got)
	}
	if cursor, err := b.queue.Cursor(t.Context()); err != nil || cursor != 2 {
		t.Errorf("cursor %d, %v", cursor, err)
	}
	// The cursor is the outbox's, so a restart asks for nothing twice.
	b.restart(t)
	if err := b.Exchange(t.Context()); err != nil {
		t.Fatal(err)
	}
	if header := hub.headers[len(hub.headers)-1]; header.Cursor != 2 || header.Directory != 1 {
		t.Errorf("asked from cursor %d with directory %d", header.Cursor, header.Directory)
	}
}

// Guards: each word is checked against the directory; without it a hub could
// invent an office's decision. What cannot be checked blocks nothing, and is not
// lost when a newer directory brings its key.
func TestAWordThatCannotBeCheckedBlocksNothingAndIsKept(t *testing.T) {
	hub := newFakeHub(t)
	b := newBench(t, direct{hub})
	ids := b.file(t, 4, 100)
	other := sign(t, wire.DomainWord, signer("social"), wire.Word{Item: ids[3], Municipality: "CL/13/13102", Unit: "social", State: wire.StateRefused, At: 1})
	wrongDomain := sign(t, wire.DomainPull, signer("social"), wire.Word{Item: ids[3], Municipality: municipality, Unit: "social", State: wire.StateRefused, At: 1})
	notAnOffices := sign(t, wire.DomainWord, signer("social"), wire.Word{Item: ids[3], Municipality: municipality, Unit: "social", State: wire.StateAtHub, At: 1})
	hub.words = []wire.Statement{
		wordOf(t, "a new key", ids[0], wire.StateDecided, 1000), // signed with a key that only the next directory lists
		wordOf(t, "social", ids[1], wire.StateOpened, 1000),
		wordOf(t, "the hub itself", ids[2], wire.StateRefused, 1000), other, wrongDomain, notAnOffices,
		{Body: []byte("junk"), Signature: make([]byte, 64)},
		{Body: []byte(strings.Repeat(" ", 2*maxWord)), Signature: make([]byte, 64)},
	}
	if err := b.Exchange(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := func(states ...wire.State) {
		t.Helper()
		for i, state := range states {
			if got, _ := b.state(t, ids[i]); got != state {
				t.Errorf("item %d is %s, want %s", i, got, state)
			}
		}
	}
	want(wire.StateAtHub, wire.StateOpened, wire.StateAtHub, wire.StateAtHub)
	if cursor, err := b.queue.Cursor(t.Context()); err != nil || cursor != uint64(len(hub.words)) {
		t.Errorf("cursor %d, %v: the words block", cursor, err)
	}
	// A restart, and a directory that does not list the key either.
	b.restart(t)
	second := directoryOf(t, signer("root"), 2, "social")
	hub.dir = &second
	if err := b.Exchange(t.Context()); err != nil {
		t.Fatal(err)
	}
	want(wire.StateAtHub, wire.StateOpened, wire.StateAtHub, wire.StateAtHub)
	third := directoryOf(t, signer("root"), 3, "a new key")
	hub.dir = &third
	if err := b.Exchange(t.Context()); err != nil {
		t.Fatal(err)
	}
	want(wire.StateDecided, wire.StateOpened, wire.StateAtHub, wire.StateAtHub)
	if n := len(b.parked); n != 3 {
		t.Errorf("%d words are kept, want the three that nobody of this municipality signed", n)
	}
}

// Guards: the newer directory of a reply is taken before its words are read.
func TestADirectoryAndAWordSignedWithItsKeyInOneReply(t *testing.T) {
	hub := newFakeHub(t)
	b := newBench(t, direct{hub})
	ids := b.file(t, 1, 100)
	next := directoryOf(t, signer("root"), 2, "a new key")
	hub.dir, hub.words = &next, []wire.Statement{wordOf(t, "a new key", ids[0], wire.StateOpened, 1)}
	if err := b.Exchange(t.Context()); err != nil {
		t.Fatal(err)
	}
	if state, _ := b.state(t, ids[0]); state != wire.StateOpened || len(b.parked) != 0 {
		t.Errorf("%s, %d kept", state, len(b.parked))
	}
}

// Guards: a list of words that cannot be checked is bounded; without it a hub
// could fill the kiosk's disk.
func TestTheWordsKeptAreBounded(t *testing.T) {
	hub := newFakeHub(t)
	b := newBench(t, direct{hub})
	id := b.file(t, 1, 100)[0]
	for n := range 3 * maxParked {
		hub.words = append(hub.words, wordOf(t, "nobody", id, wire.StateOpened, int64(n)))
	}
	for range 3 {
		if err := b.Exchange(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	memo, err := b.queue.Memo(t.Context(), memoWords)
	if err != nil || len(b.parked) > maxParked || len(b.parked) == 0 || len(memo) > 64<<10 {
		t.Errorf("%d words of %d bytes kept, %v", len(b.parked), len(memo), err)
	}
	if !has(b.parked, hub.words[len(hub.words)-1]) {
		t.Error("the newest is not among them")
	}
}

// Each row is a directory that must not be taken.
func TestADirectoryIsTakenOnlyFromTheRootAndOnlyForward(t *testing.T) {
	cases := []struct {
		name   string
		guards string
		dir    func(t *testing.T) wire.Statement
		taken  bool
	}{
		{"signed by another root", "the pinned root; without it the hub could hand out keys of its own and read everything",
			func(t *testing.T) wire.Statement { return directoryOf(t, signer("hub"), 9, "social") }, false},
		{"an older one", "versions rise; without it a revoked key could be brought back",
			func(t *testing.T) wire.Statement { return directoryOf(t, signer("root"), 4, "social") }, false},
		{"the same version with another key", "as above",
			func(t *testing.T) wire.Statement { return directoryOf(t, signer("root"), 5, "other") }, false},
		{"of another municipality under the same root", "the municipality must be ours", func(t *testing.T) wire.Statement {
			return sign(t, wire.DomainDirectory, signer("root"), wire.Directory{Version: 9, Municipality: "CL/13/13102"})
		}, false},
		{"a newer one", "", func(t *testing.T) wire.Statement { return directoryOf(t, signer("root"), 6, "other") }, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			// Guards: see c.guards.
			hub := newFakeHub(t)
			b := newBench(t, direct{hub})
			fifth := directoryOf(t, signer("root"), 5, "social")
			hub.dir = &fifth
			if err := b.Exchange(t.Context()); err != nil || b.Directory().Version != 5 {
				t.Fatalf("version %d, %v", b.Directory().Version, err)
			}
			saved, err := os.ReadFile(b.cfg.DirectoryPath)
			if err != nil {
				t.Fatal(err)
			}
			ids := b.file(t, 1, 100)
			offered := c.dir(t)
			hub.change = func(r *wire.Reply, _ []wire.Item) { r.Directory = &offered }
			if err := b.Exchange(t.Context()); err != nil {
				t.Fatal(err)
			}
			// The acknowledgements of the same reply hold in any case.
			if state, _ := b.state(t, ids[0]); state != wire.StateAtHub {
				t.Errorf("the item is %s", state)
			}
			after, err := os.ReadFile(b.cfg.DirectoryPath)
			if err != nil {
				t.Fatal(err)
			}
			if (b.Directory().Version == 6) != c.taken || (string(after) != string(saved)) != c.taken {
				t.Errorf("version %d, file changed %v (%s)", b.Directory().Version, string(after) != string(saved), c.guards)
			}
			b.restart(t)
			if (b.Directory().Version == 6) != c.taken {
				t.Errorf("after a restart: version %d", b.Directory().Version)
			}
		})
	}
}

// Guards: a lost file is fetched again, and never an older one in its place.
func TestALostDirectoryIsFetchedAgainAndNotRolledBack(t *testing.T) {
	hub := newFakeHub(t)
	b := newBench(t, direct{hub})
	fifth, fourth := directoryOf(t, signer("root"), 5, "social"), directoryOf(t, signer("root"), 4, "social")
	hub.dir = &fifth
	if err := b.Exchange(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, damage := range []func() error{
		func() error { return os.Remove(b.cfg.DirectoryPath) },
		func() error { return os.WriteFile(b.cfg.DirectoryPath, []byte("{}"), 0o600) },
	} {
		if err := damage(); err != nil {
			t.Fatal(err)
		}
		b.restart(t)
		if b.Directory().Version != 0 {
			t.Fatalf("version %d from nothing", b.Directory().Version)
		}
		hub.dir = &fourth
		if err := b.Exchange(t.Context()); err != nil || b.Directory().Version != 0 {
			t.Errorf("version %d was taken back to, %v", b.Directory().Version, err)
		}
		hub.dir = &fifth
		if err := b.Exchange(t.Context()); err != nil || b.Directory().Version != 5 {
			t.Errorf("version %d, %v", b.Directory().Version, err)
		}
	}
}

func TestTheHubsTimeAndAddressAreRemembered(t *testing.T) {
	hub := newFakeHub(t)
	at := time.Now().Add(-3 * time.Hour).Truncate(time.Millisecond)
	hub.now = func() time.Time { return at }
	hub.change = func(r *wire.Reply, _ []wire.Item) { r.Public = "https://tramites.example" }
	b := newBench(t, direct{hub})
	if err := b.Exchange(t.Context()); err != nil {
		t.Fatal(err)
	}
	link := b.Link()
	if skew := link.Skew; skew < 3*time.Hour || skew > 3*time.Hour+time.Minute || !link.HubTime.Equal(at) || time.Since(link.LastHeard) > time.Minute {
		t.Errorf("%+v", link)
	}
	b.restart(t)
	if !b.Link().HubTime.Equal(at) || b.Public() != "https://tramites.example" {
		t.Errorf("after a restart: %s, %q", b.Link().HubTime, b.Public())
	}
	// A clock at 1970 is not trusted, one near the hub's is.
	if b.clock(time.Unix(0, 0)).Trusted || !b.clock(time.Now()).Trusted {
		t.Error("trusts the wrong clock")
	}
	for _, bad := range []string{"javascript:alert(1)", "//x", "https://" + strings.Repeat("x", 600)} {
		if publicAddress(bad) != "" {
			t.Errorf("%q passes for an address", bad)
		}
	}
	// Polls that bring nothing write nothing: a kiosk's flash lives longer.
	hub.set(func() { at = at.Add(time.Minute) })
	if err := b.Exchange(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.restart(t)
	if !b.Link().HubTime.Equal(at.Add(-time.Minute)) {
		t.Error("an empty poll was written to the disk")
	}
}

// Guards: nothing of a request is ever logged, and no secret either.
func TestTheLogHoldsNoContent(t *testing.T) {
	hub := newFakeHub(t)
	var log strings.Builder
	b := newBench(t, direct{hub}, func(c *Config) {
		c.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	b.file(t, 2, 100)
	hub.before = func(w http.ResponseWriter, _ *http.Request, _ *wire.Packet, raw []byte) bool {
		hub.refuse(w, 400, raw, nil, wire.CodeMalformed)
		return true
	}
	for range 6 {
		_ = b.Exchange(t.Context())
	}
	if log.Len() == 0 || strings.Contains(log.String(), fmt.Sprintf("%x", b.cfg.Identity.Key.Seed()[:4])) {
		t.Errorf("log:\n%s", log.String())
	}
	for _, folio := range []string{"K7M"} {
		if strings.Contains(log.String(), folio) {
			t.Errorf("the log holds a folio:\n%s", log.String())
		}
	}
}
