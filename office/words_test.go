package office

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"chasqui/sync/seal"
	"chasqui/sync/wire"
)

func TestADecisionIsWrittenDownAndPosted(t *testing.T) {
	town := newTown(t)
	f, other := town.file("texto", nil), town.file("otro", nil)
	town.deliver(f.main, other.main)
	o := town.open()
	if err := o.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	// While the program runs, and with a clock that was set back.
	back := town.cfg
	back.Now = func() time.Time { return time.Unix(1000, 0) }
	if unit, err := Decide(back, f.folio.String(), wire.StateNeedsSomething, wire.CodeMissing); err != nil || unit != "social" {
		t.Fatalf("%s, %v", unit, err)
	}
	if _, err := Decide(back, string(f.folio), wire.StateDecided, wire.CodeGranted); err != nil {
		t.Fatal(err)
	}
	if _, err := New(town.cfg); !errors.Is(err, ErrLocked) {
		t.Errorf("a second program may write: %v", err)
	}
	if err := o.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := town.said(f.id); got != "opened needs-something/missing decided/granted" {
		t.Errorf("the hub heard %q", got)
	}
	var last int64
	for _, w := range town.words {
		if w.Item == f.id {
			if w.At <= last {
				t.Errorf("a later word at %d, the one before at %d", w.At, last)
			}
			last = w.At
		}
	}
	rows := town.rows("requests.csv")
	if len(rows) != 2 || rows[0][9] != "decided" || rows[1][9] != "opened" {
		t.Errorf("states %v", rows)
	}
	if page := town.page(f); !strings.Contains(page, "«office.state»: «state.decided» · «reason.granted»\n") {
		t.Errorf("the file:\n%s", page)
	}
	if o.Owes(f.folio) {
		t.Error("a word is still owed")
	}
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	// Started again, it says nothing twice.
	said := len(town.words)
	if err := town.round(); err != nil || len(town.words) != said {
		t.Errorf("%d words more, %v", len(town.words)-said, err)
	}
}

func TestADecisionMustBeInTheTable(t *testing.T) {
	town := newTown(t)
	f := town.file("texto", nil)
	town.deliver(f.main)
	if err := town.round(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		folio  string
		state  wire.State
		reason string
		want   error
	}{
		{string(f.folio), "granted", "", ErrDecision}, {string(f.folio), wire.StateOpened, "", ErrDecision},
		{string(f.folio), wire.StateAtHub, "", ErrDecision}, {string(f.folio), wire.StateDecided, wire.CodeNotEntitled, ErrDecision},
		{string(f.folio), wire.StateRefused, "", ErrDecision}, {string(f.folio), wire.StateRefused, "because", ErrDecision},
		{"K7M", wire.StateDecided, "", ErrNoFolio}, {string(town.file("x", nil).folio), wire.StateDecided, "", ErrNoFolio},
	} {
		if _, err := Decide(town.cfg, c.folio, c.state, c.reason); !errors.Is(err, c.want) {
			t.Errorf("%s %s %q: %v, want %v", c.folio, c.state, c.reason, err, c.want)
		}
	}
	for state, reasons := range Reasons {
		if !state.FromOffice() {
			t.Errorf("%s is not an office's word", state)
		}
		for _, reason := range reasons {
			if _, err := Decide(town.cfg, string(f.folio), state, reason); err != nil {
				t.Errorf("%s %q: %v", state, reason, err)
			}
		}
	}
}

// Guards: words yet to be posted are derived from the ledgers; without it a hub
// that was away at the wrong moment would never hear them.
func TestWordsThatTheHubDidNotTakeArePostedLater(t *testing.T) {
	town := newTown(t)
	now := time.Now()
	town.cfg.Now = func() time.Time { return now }
	bad, good := town.file("una", nil), town.file("otra", nil)
	town.deliver(bad.main, good.main)
	refuse := http.StatusServiceUnavailable
	first := true
	town.answer = func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != wire.PathWord || !first && refuse == http.StatusNotFound {
			return false
		}
		first = false
		w.WriteHeader(refuse)
		return true
	}
	if err := town.round(); !errors.Is(err, ErrBusy) {
		t.Fatalf("a busy hub: %v", err)
	}
	if len(town.words) != 0 || len(town.rows("posted.csv")) != 0 || len(town.rows("requests.csv")) != 2 {
		t.Fatalf("%d words, %d posted", len(town.words), len(town.rows("posted.csv")))
	}
	// A restart later, the hub takes one and not the other.
	refuse, first = http.StatusNotFound, true
	o := town.open()
	if err := o.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	if town.said(bad.id) != "" || town.said(good.id) != "opened" {
		t.Errorf("the hub heard %q and %q: one refused word holds up the others", town.said(bad.id), town.said(good.id))
	}
	if err := o.Once(t.Context()); err != nil || town.said(bad.id) != "" {
		t.Errorf("it was posted again at once: %v", err)
	}
	now = now.Add(firstRetry)
	if err := o.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	if town.said(bad.id) != "opened" || len(town.rows("posted.csv")) != 2 {
		t.Errorf("the hub heard %q; posted %v", town.said(bad.id), town.rows("posted.csv"))
	}
}

// A unit that changes its keys has two for a while; the hub's directory lists one.
func TestAUnitWithTwoKeysSignsWithTheOneThatIsListed(t *testing.T) {
	town := newTown(t)
	fresh, err := seal.GenerateKeys("social", "Departamento social", wire.RoleUnit)
	if err != nil {
		t.Fatal(err)
	}
	town.cfg.Keys = []*seal.Keys{fresh, keysOf(t, "social", wire.RoleUnit)}
	f := town.file("texto", nil)
	town.deliver(f.main)
	o := town.open()
	if err := o.Once(t.Context()); !errors.Is(err, ErrRefused) {
		t.Errorf("a key that is not listed: %v", err)
	}
	if err := o.Once(t.Context()); err != nil || town.said(f.id) != "opened" {
		t.Errorf("%v; the hub heard %q", err, town.said(f.id))
	}
}

func TestRunMakesRoundsUntilItIsTold(t *testing.T) {
	town := newTown(t)
	town.cfg.Poll, town.heard = time.Millisecond, make(chan wire.Word, 10)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	done := make(chan error, 1)
	o := town.open()
	go func() { done <- o.Run(ctx) }()
	f := town.file("texto", nil)
	town.deliver(f.main)
	if w := <-town.heard; w.Item != f.id || w.State != wire.StateOpened {
		t.Errorf("the hub heard %+v", w)
	}
	stop()
	if err := <-done; !errors.Is(err, ctx.Err()) {
		t.Error(err)
	}
}

func TestTheConfigurationIsChecked(t *testing.T) {
	base := newTown(t).cfg
	for name, spoil := range map[string]func(*Config){
		"no out folder": func(c *Config) { c.Out = "" }, "a municipality that is an office": func(c *Config) { c.Municipality += "/centro" },
		"no hub key": func(c *Config) { c.HubKey = nil }, "no keys": func(c *Config) { c.Keys = nil },
		"a recovery key":    func(c *Config) { c.Keys = []*seal.Keys{keysOf(t, "recovery", wire.RoleRecovery)} },
		"a hub without URL": func(c *Config) { c.Hub = "hub.example" },
	} {
		c := base
		spoil(&c)
		if o, err := New(c); err == nil {
			t.Errorf("%s passes", name)
			_ = o.Close()
		}
	}
}
