package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"chasqui/hub"
	"chasqui/hub/intake"
	"chasqui/hub/store"
	"chasqui/hub/store/storetest"
	"chasqui/sync/seal"
	"chasqui/sync/wire"
)

// childVariable makes the test's own program a hub that can be killed. Its value
// is "hub", or "early" for the control: a hub that acknowledges before it commits.
const childVariable = "CHASQUI_TEST_HUB"

func child(kind string) int {
	if kind == "hub" {
		return asProcess([]string{"-data", os.Getenv("CHASQUI_TEST_DATA"), "-listen", "127.0.0.1:0"})
	}
	m := NewMain()
	m.Data = os.Getenv("CHASQUI_TEST_DATA")
	if err := m.Open(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	key, directories, err := m.forControl()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	m.server.Handler = intake.New(intake.Config{Store: &early{SQLite: m.store}, Directories: directories, Key: key, Now: m.Now, Log: m.Log})
	fmt.Println("hub: listening on", m.URL())
	_ = m.Serve(context.Background())
	return 1
}

// early acknowledges at once and stores a moment later, as a hub would that
// answers from memory.
type early struct {
	*store.SQLite
	mu    sync.Mutex
	later []hub.Exchange
}

func (e *early) Exchange(ctx context.Context, x hub.Exchange) (hub.Stored, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.later = append(e.later, x)
	if len(e.later) > 3 {
		if _, err := e.SQLite.Exchange(context.WithoutCancel(ctx), e.later[0]); err != nil {
			return hub.Stored{}, err
		}
		e.later = e.later[1:]
	}
	stored := hub.Stored{}
	for _, a := range x.Items {
		stored.Acks = append(stored.Acks, wire.Ack{ID: a.Item.ID, Verdict: wire.VerdictAccepted})
	}
	return stored, nil
}

// hubProcess is a hub in a process of its own.
type hubProcess struct {
	cmd *exec.Cmd
	url string
}

func startChild(t *testing.T, kind, dir string) *hubProcess {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "-test.run=^$") // #nosec G204 -- this test's own program
	cmd.Env = append(os.Environ(), childVariable+"="+kind, "CHASQUI_TEST_DATA="+dir)
	cmd.Stderr = io.Discard
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the hub said nothing: %v", err)
	}
	_, url, ok := strings.Cut(strings.TrimSpace(line), "listening on ")
	if !ok {
		t.Fatalf("the hub said %q", line)
	}
	return &hubProcess{cmd: cmd, url: strings.TrimSpace(url)}
}

// kill is kill -9 and waits for the end.
func (p *hubProcess) kill(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = p.cmd.Wait()
}

// killedWhilePosting lets kiosks post one request after another, kills the hub
// once so many were acknowledged, and returns what was acknowledged.
func killedWhilePosting(t *testing.T, p *hubProcess, kiosks []*storetest.Kiosk, until int) map[wire.ID]bool {
	t.Helper()
	var (
		mu    sync.Mutex
		acked = map[wire.ID]bool{}
		once  sync.Once
		wait  sync.WaitGroup
	)
	public := storetest.Public(storetest.Key("hub"))
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: len(kiosks)}, Timeout: 10 * time.Second}
	for _, k := range kiosks {
		wait.Go(func() {
			for {
				item := k.Request(t, "atencion")
				body, err := wire.EncodePacket(wire.DomainBatch, k.Signer, k.Header(), [][]byte{item.Bytes})
				if err != nil {
					t.Error(err)
					return
				}
				reply, err := post(client, p.url, body, public)
				if err != nil {
					return // killed
				}
				mu.Lock()
				for _, ack := range reply.Acks {
					if ack.Verdict == wire.VerdictAccepted {
						acked[ack.ID] = true
					}
				}
				enough := len(acked) >= until
				mu.Unlock()
				if enough {
					once.Do(func() { p.kill(t) })
				}
			}
		})
	}
	wait.Wait()
	return acked
}

func post(client *http.Client, url string, body, public []byte) (wire.Reply, error) {
	var reply wire.Reply
	response, err := client.Post(url+wire.PathExchange, wire.MediaType, bytes.NewReader(body))
	if err != nil {
		return reply, err
	}
	defer func() { _ = response.Body.Close() }()
	var answer bytes.Buffer
	if _, err := copyAll(&answer, response.Body); err != nil {
		return reply, err
	}
	statement, err := wire.DecodeStatement(answer.Bytes())
	if err != nil {
		return reply, err
	}
	return reply, statement.Open(wire.DomainReply, public, &reply)
}

func copyAll(to io.Writer, from io.ReadCloser) (int64, error) {
	n, err := io.Copy(to, from)
	if closing := from.Close(); err == nil {
		err = closing
	}
	return n, err
}

// lost tells which of the acknowledged items a store does not deliver, and how
// many it delivers twice.
func lost(t *testing.T, dir string, acked map[wire.ID]bool) (missing, doubled int) {
	t.Helper()
	s, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	seen := map[wire.ID]int{}
	for after, more := uint64(0), true; more; {
		var items []hub.Delivery
		if items, more, err = s.Deliveries(t.Context(), storetest.Municipality, "atencion", after, 500, 1<<30); err != nil {
			t.Fatal(err)
		}
		for _, d := range items {
			seen[d.ID]++
			if d.Number != after+1 {
				t.Fatalf("delivery %d follows %d", d.Number, after)
			}
			after = d.Number
		}
	}
	for id := range acked {
		if seen[id] == 0 {
			missing++
		}
	}
	for _, n := range seen {
		if n > 1 {
			doubled++
		}
	}
	return missing, doubled
}

// enrolled prepares a hub's folder with some kiosks.
func enrolled(t *testing.T, n int) (dir string, kiosks []*storetest.Kiosk) {
	t.Helper()
	dir = t.TempDir()
	municipalityIn(t, dir)
	writeKey(t, filepath.Join(dir, keyFile), "hub")
	s, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		kiosks = append(kiosks, storetest.Enrol(t, s, storetest.Office, fmt.Sprint("kiosk ", i)))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return dir, kiosks
}

// Guards "given only after its commit": what a hub acknowledged is there after
// kill -9, once; without the commit before the answer the control below loses.
func TestWhatWasAcknowledgedSurvivesKill9(t *testing.T) {
	dir, kiosks := enrolled(t, 4)
	acked := map[wire.ID]bool{}
	for round := range 5 {
		p := startChild(t, "hub", dir)
		for id := range killedWhilePosting(t, p, kiosks, 20+7*round) {
			acked[id] = true
		}
	}
	missing, doubled := lost(t, dir, acked)
	if len(acked) < 100 || missing != 0 || doubled != 0 {
		t.Errorf("%d acknowledged, %d lost, %d doubled", len(acked), missing, doubled)
	}
}

// The control of the test above.
func TestAHubThatAcknowledgesEarlyIsFoundOut(t *testing.T) {
	dir, kiosks := enrolled(t, 2)
	acked := killedWhilePosting(t, startChild(t, "early", dir), kiosks, 20)
	if missing, _ := lost(t, dir, acked); missing == 0 {
		t.Errorf("%d acknowledged early and none lost: the check finds nothing", len(acked))
	}
}

func writeKey(t *testing.T, path, name string) {
	t.Helper()
	seed := base64.StdEncoding.EncodeToString(storetest.Key(name).Seed())
	if err := os.WriteFile(path, []byte(seed+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
}

// forControl reads again what Open read.
func (m *Main) forControl() (ed25519.PrivateKey, *hub.Directories, error) {
	key, err := seal.ReadSigner(filepath.Join(m.Data, keyFile))
	if err != nil {
		return nil, nil, err
	}
	directories, err := hub.ReadDirectories(filepath.Join(m.Data, municipality), m.Now, m.Log)
	return key, directories, err
}
