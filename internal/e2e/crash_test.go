// Package e2e drives the real programs over real sockets: it kills them, closes
// the road between them, reads what they left behind.
package e2e

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	_ "modernc.org/sqlite" // to read the hub's database as an auditor would

	"chasqui/internal/e2e/canary"
	"chasqui/internal/e2e/rig"
)

const word = "CanarioQueNadieDebeLeer7319"

// kills is how often a program is killed; a fifth of that in short mode.
const kills = 50

// binFolder names the folder of the programs for a test that runs as a program of
// its own.
const binFolder = "CHASQUI_TEST_BIN"

// bin holds the programs, built once for all tests of this package.
var bin = sync.OnceValues(func() (string, error) {
	if dir := os.Getenv(binFolder); dir != "" {
		return dir, nil // a test runs itself again
	}
	dir, err := os.MkdirTemp("", "chasqui-e2e-")
	if err != nil {
		return "", err
	}
	build := exec.Command("go", "build", "-o", dir+"/", "chasqui/cmd/hub", "chasqui/cmd/office", "chasqui/cmd/chasqui", "chasqui/internal/e2e/fastkiosk", "chasqui/internal/e2e/faultyhub", "chasqui/internal/e2e/ears/mouth")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the programs: %w\n%s", err, out)
	}
	return dir, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if dir, err := bin(); err == nil && os.Getenv(binFolder) == "" {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

// site is one Chasqui with a kiosk that can be killed anywhere.
type site struct {
	*rig.Rig
	t     *testing.T
	ctx   context.Context
	road  *rig.Road
	kiosk *rig.Process
	naked bool
	log   *syncBuffer

	receipts map[string]string // folio → request's number
	unsure   map[string]string // id of a request that was committed without a receipt → number
	seen     int
	number   int
}

func newSite(t *testing.T, hubProgram string) *site {
	t.Helper()
	programs, err := bin()
	if err != nil {
		t.Fatal(err)
	}
	if hubProgram != "" {
		hubProgram = filepath.Join(programs, hubProgram)
	}
	log := &syncBuffer{}
	ctx := t.Context()
	s := &site{
		Rig: &rig.Rig{Dir: t.TempDir(), Bin: programs, HubProgram: hubProgram, Log: log, Public: "https://tramites.example.org"},
		t:   t, ctx: ctx, log: log, receipts: map[string]string{}, unsure: map[string]string{},
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("what the programs said (last part):\n%s", s.log.tail(6000))
		}
	})
	s.must(s.MakeKeys(ctx))
	s.must(s.StartHub(ctx))
	s.must(s.StartOffice(ctx))
	s.must(s.Enrol(ctx, s.HubURL))
	s.road, err = rig.NewRoad(s.HubURL)
	s.must(err)
	t.Cleanup(s.road.Close)
	s.road.Open(true)
	return s
}

func (s *site) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) startKiosk() {
	s.t.Helper()
	args := []string{"-data", s.KioskData(), "-hub", s.road.URL, "-canary", word}
	if s.naked {
		args = append(args, "-naked")
	}
	var err error
	s.kiosk, err = rig.Start(s.ctx, s.log, nil, "kiosk", filepath.Join(s.Bin, "fastkiosk"), args...)
	s.must(err)
	s.seen = 0
	s.await("ready")
}

// await waits for the kiosk to say a line that begins so, and returns its fields.
func (s *site) await(prefix string) []string {
	s.t.Helper()
	line, next, err := s.kiosk.Await(30*time.Second, s.seen, func(line string) bool {
		return strings.HasPrefix(line, prefix) || strings.HasPrefix(line, "failed")
	})
	s.must(err)
	if strings.HasPrefix(line, "failed") {
		s.t.Fatalf("awaiting %q: %s", prefix, line)
	}
	s.seen = next
	return strings.Fields(line)
}

// submit files a request and takes its receipt.
func (s *site) submit() {
	s.t.Helper()
	s.number++
	s.must(s.kiosk.Say(fmt.Sprintf("submit %d", s.number)))
	f := s.await("receipt")
	s.receipts[f[2]] = f[1]
}

// halt files a request that stops before or after its commit.
func (s *site) halt(at string) []string {
	s.t.Helper()
	s.number++
	s.must(s.kiosk.Say(fmt.Sprintf("submit %d %s", s.number, at)))
	return s.await(at)
}

// awaitDelivered waits until every receipt has its line in the office's CSV.
func (s *site) awaitDelivered(patience time.Duration) map[string]int {
	s.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		counts := s.opened()
		missing := 0
		for folio := range s.receipts {
			if counts[folio] == 0 {
				missing++
			}
		}
		if missing == 0 || time.Now().After(deadline) {
			return counts
		}
		select {
		case <-s.ctx.Done():
			return counts
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// opened reads the office's ledger, which may be in the middle of a line.
func (s *site) opened() map[string]int {
	counts := map[string]int{}
	ledger, err := s.Opened()
	if err != nil {
		return counts
	}
	for folio, n := range ledger {
		counts[string(folio)] = n
	}
	return counts
}

// Guards promises 1 and 2: what was acknowledged to a citizen arrives, once,
// whatever is killed and when. Its control is TestAFaultyHubIsFoundOut.
func TestFiftyKillsLoseNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("fifty kills take a minute")
	}
	t.Parallel()
	s := newSite(t, "")
	s.startKiosk()
	fell := map[string]int{}
	for k := range kills {
		s.submit()
		switch k % 5 {
		case 0:
			s.halt("before")
			s.kiosk.Kill()
			fell["before commit"]++
			s.startKiosk()
		case 1:
			id := s.halt("after")[2]
			s.unsure[id] = "committed"
			s.kiosk.Kill()
			fell["between commit and receipt"]++
			s.startKiosk()
		case 2, 3:
			place, name := rig.InFlight, "in flight"
			if k%5 == 3 {
				place, name = rig.AfterCommit, "between the hub's commit and its acknowledgement"
			}
			reached := s.road.Ambush(place)
			s.submit()
			select {
			case <-reached:
			case <-time.After(30 * time.Second):
				t.Fatalf("no exchange came by within 30 s to be stopped %s", name)
			}
			fell[name]++
			if k%2 == 0 {
				s.killHub()
				s.road.Clear()
			} else {
				s.kiosk.Kill()
				s.road.Clear()
				s.startKiosk()
			}
		case 4:
			// Wherever it happens to be: both at once.
			s.kiosk.Kill()
			s.killHub()
			fell["anywhere"]++
			s.startKiosk()
		}
	}
	counts := s.awaitDelivered(2 * time.Minute)
	lost, doubled := 0, 0
	for folio := range s.receipts {
		switch n := counts[folio]; {
		case n == 0:
			lost++
		case n > 1:
			doubled++
		}
	}
	for folio, n := range counts {
		if _, known := s.receipts[folio]; !known && n > 1 {
			doubled++
		}
	}
	t.Logf("kills: %d; they fell %v", kills, fell)
	fmt.Printf("crash: kills=%d fell=%v\ncrash: receipts=%d delivered=%d lost=%d doubled=%d\n", kills, fell, len(s.receipts), len(counts), lost, doubled)
	if lost != 0 || doubled != 0 {
		t.Errorf("lost %d, doubled %d of %d", lost, doubled, len(s.receipts))
	}
	if extra := len(counts) - len(s.receipts); extra > len(s.unsure) {
		t.Errorf("%d requests arrived that nobody filed", extra-len(s.unsure))
	}
	for _, class := range []string{"before commit", "between commit and receipt", "in flight", "between the hub's commit and its acknowledgement"} {
		if fell[class] < 5 {
			t.Errorf("only %d kills fell %s", fell[class], class)
		}
	}
	s.findNoCanary()
}

func (s *site) killHub() {
	s.t.Helper()
	s.Hub.Kill()
	s.must(s.StartHub(s.ctx))
	s.must(s.road.To(s.HubURL))
}

// findNoCanary searches everything kiosk and hub wrote, and what they said.
func (s *site) findNoCanary() {
	s.t.Helper()
	finds, files := s.search()
	for _, f := range finds {
		s.t.Errorf("what a citizen typed is readable in %s", f)
	}
	if files < 5 {
		s.t.Errorf("only %d files were searched: the search is looking in the wrong place", files)
	}
}

func (s *site) search() ([]canary.Find, int) {
	s.t.Helper()
	log := filepath.Join(s.t.TempDir(), "log")
	s.must(os.WriteFile(log, []byte(s.log.tail(1<<30)), 0o600))
	finds, files, err := canary.Search(word, s.KioskData(), s.HubData(), log)
	s.must(err)
	return finds, files
}

// The control of the canary: with sealing replaced by the identity, the same
// search must find what was typed, on the kiosk and at the hub.
func TestWithoutSealingTheCanaryIsFound(t *testing.T) {
	s := newSite(t, "")
	s.naked = true
	s.startKiosk()
	s.submit()
	deadline := time.Now().Add(30 * time.Second)
	for {
		finds, _ := s.search()
		kiosk, hub := false, false
		for _, f := range finds {
			kiosk = kiosk || strings.HasPrefix(f.File, s.KioskData())
			hub = hub || strings.HasPrefix(f.File, s.HubData())
		}
		if kiosk && hub {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the search found only %v", finds)
		}
		select {
		case <-t.Context().Done():
			return
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Guards the canary's promise on the ordinary road.
func TestWhatACitizenTypesIsReadableNowhere(t *testing.T) {
	s := newSite(t, "")
	s.startKiosk()
	for range 3 {
		s.submit()
	}
	s.awaitDelivered(time.Minute)
	s.picture()
	s.must(s.kiosk.Say("quit"))
	<-s.kiosk.Ended()
	s.must(s.Stop())
	s.findNoCanary()
	// The office is meant to read it: that it can shows that the word was there.
	finds, _, err := canary.Search(word, s.OfficeOut())
	s.must(err)
	if len(finds) == 0 {
		t.Error("the office's files do not hold what was typed: the canary never travelled")
	}
}

// picture files a street report with a picture and waits until the office has it,
// whole.
func (s *site) picture() {
	s.t.Helper()
	s.number++
	s.must(s.kiosk.Say(fmt.Sprintf("picture %d", s.number)))
	f := s.await("receipt")
	s.receipts[f[2]] = f[1]
	deadline := time.Now().Add(30 * time.Second)
	for {
		found, err := filepath.Glob(filepath.Join(s.OfficeOut(), "atencion", "aviso-via-publica", "*", "*.png"))
		s.must(err)
		if len(found) == 1 {
			b, err := os.ReadFile(found[0])
			s.must(err)
			if len(b) < 99_000 || !bytes.HasPrefix(b, []byte("\x89PNG")) || !bytes.Contains(b, []byte(word)) {
				s.t.Errorf("the picture arrived as %d bytes of something else", len(b))
			}
			return
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("the picture did not arrive within 30 s: %v", found)
		}
		select {
		case <-s.ctx.Done():
			return
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// syncBuffer is a log that several goroutines write.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) tail(n int) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.b.Bytes()
	return string(b[max(0, len(b)-n):])
}

// The control of every "nothing lost, nothing doubled" here: against a hub that
// drops one request it acknowledged, and one that keeps one twice, the same
// ledgers must show it.
func TestAFaultyHubIsFoundOut(t *testing.T) {
	for _, fault := range []string{"drop", "double"} {
		t.Run(fault, func(t *testing.T) {
			t.Setenv("CHASQUI_FAULT", fault)
			s := newSite(t, "faultyhub")
			s.startKiosk()
			for range 3 {
				s.submit()
			}
			// Once the hub has acknowledged everything, nothing more will come.
			s.must(s.kiosk.Say("drain"))
			s.await("drained")
			counts := s.awaitDelivered(3 * time.Second)
			rows := s.hubRows()
			switch fault {
			case "drop":
				if len(counts) != 2 || len(rows) != 2 {
					t.Errorf("the office has %d of 3 and the hub %d: the dropped one was not missed", len(counts), len(rows))
				}
			case "double":
				twice := 0
				for _, n := range rows {
					if n == 2 {
						twice++
					}
				}
				if twice != 1 {
					t.Errorf("the hub's rows %v show no doubled one", rows)
				}
			}
		})
	}
}

// hubRows counts the requests in the hub's database by folio.
func (s *site) hubRows() map[string]int {
	s.t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(s.HubData(), "hub.db")+"?mode=ro&_pragma=busy_timeout(5000)")
	s.must(err)
	defer db.Close()
	rows, err := db.QueryContext(s.ctx, `SELECT folio, count(*) FROM items WHERE kind = 'request' GROUP BY folio`)
	s.must(err)
	defer rows.Close()
	out := map[string]int{}
	for rows.Next() {
		var folio string
		var n int
		s.must(rows.Scan(&folio, &n))
		out[folio] = n
	}
	s.must(rows.Err())
	return out
}
