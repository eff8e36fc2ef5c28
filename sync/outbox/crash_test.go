package outbox_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"chasqui/sync/outbox"
	"chasqui/sync/outbox/outboxtest"
	"chasqui/sync/wire"
)

// The environment that makes this test binary commit in a loop instead of testing.
const (
	envFolder = "CHASQUI_TEST_OUTBOX"
	envNoSync = "CHASQUI_TEST_NOSYNC"
	// envReserve is the reserve in bytes; the free space is not looked at when it is 1.
	envReserve = "CHASQUI_TEST_RESERVE"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(envFolder); dir != "" {
		if err := commitForEver(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// commitForEver commits requests, some with a file, and acknowledges every third.
// It writes a line for each only after the outbox has said that it is durable.
func commitForEver(dir string) error {
	o := outbox.Options{NoSync: os.Getenv(envNoSync) != "", Reserve: 8 << 20}
	if os.Getenv(envReserve) == "1" {
		o.Reserve, o.FreeSpace = 1, func(string) (uint64, error) { return 1 << 40, nil }
	}
	b, err := outbox.Open(dir, o)
	if err != nil {
		return err
	}
	s, err := b.Summary(ctx)
	if err != nil {
		return err
	}
	for n := 0; ; n++ {
		c := outbox.Change{Items: []wire.Item{outboxtest.Request(1500 + 4000*(n%7))}, Memos: map[string][]byte{"n": []byte(fmt.Sprint(n))}}
		if n%5 == 4 {
			c = outboxtest.WithFile(50_000)
		}
		headers, err := b.Commit(ctx, c)
		if err != nil {
			return err
		}
		for _, h := range headers {
			if _, err := fmt.Printf("saved %s %d\n", h.ID, h.Seq); err != nil {
				return err
			}
		}
		if n%3 == 2 {
			id := headers[0].ID
			if err := b.Apply(ctx, outbox.Effects{Cursor: s.Seq + uint64(n), Acks: []wire.Ack{{ID: id, Verdict: wire.VerdictAccepted}}}); err != nil {
				return err
			}
			if _, err := fmt.Printf("acked %s 0\n", id); err != nil {
				return err
			}
		}
	}
}

// ledger is what a child has said, line by line.
type ledger struct {
	saved map[wire.ID]uint64
	acked map[wire.ID]bool
}

// runAndKill runs a child on dir, kills it with SIGKILL after some lines, and
// notes every line that came out.
func (l *ledger) runAndKill(t *testing.T, dir string, lines int, env ...string) {
	t.Helper()
	if trouble, seen, _ := l.run(t, dir, lines, env...); seen < lines {
		t.Fatalf("a child ended after %d lines: %s", seen, trouble)
	}
}

// run runs a child until it ends or has said so many lines. It returns how the
// child ended, what it complained of, and how many lines came.
func (l *ledger) run(t *testing.T, dir string, lines int, env ...string) (trouble string, seen int, end error) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(self, "-test.run=^$")
	child.Env = append(append(os.Environ(), envFolder+"="+dir), env...)
	var complaint strings.Builder
	child.Stderr = &complaint
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	for in := bufio.NewScanner(out); in.Scan(); seen++ {
		if seen == lines {
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
		var what, text string
		var seq uint64
		if _, err := fmt.Sscan(in.Text(), &what, &text, &seq); err != nil {
			continue // cut off by the kill
		}
		id, err := wire.ParseID(text)
		if err != nil {
			t.Fatalf("a child said %q", in.Text())
		}
		if what == "saved" {
			l.saved[id] = seq
		} else {
			l.acked[id] = true
		}
	}
	end = child.Wait()
	return complaint.String(), seen, end
}

// missing counts what the child was told to be durable and is not there.
func (l *ledger) missing(t *testing.T, b *outbox.Badger) (items, acks int) {
	t.Helper()
	for id, seq := range l.saved {
		e, err := b.Get(ctx, id)
		if errors.Is(err, outbox.ErrNotFound) {
			items++
			continue
		}
		if err != nil || e.Header.Seq != seq {
			t.Errorf("item %s is number %d, was %d: %v", id, e.Header.Seq, seq, err)
		}
		if l.acked[id] && e.State != wire.StateAtHub {
			acks++
		}
	}
	return items, acks
}

// Guards: one durable transaction before Commit returns, the order of mark and
// transaction, and an opening that survives a log that ends anywhere.
func TestNothingAcknowledgedIsLostByKills(t *testing.T) {
	dir := t.TempDir()
	l := &ledger{saved: map[wire.ID]uint64{}, acked: map[wire.ID]bool{}}
	kills := 10
	if testing.Short() {
		kills = 3
	}
	for kill := range kills {
		l.runAndKill(t, dir, 20+rand.IntN(150))
		b := mustOpen(t, dir, outbox.Options{Reserve: 8 << 20})
		if items, acks := l.missing(t, b); items != 0 || acks != 0 {
			t.Fatalf("after kill %d, %d of %d items and %d of %d acknowledgements are missing", kill+1, items, len(l.saved), acks, len(l.acked))
		}
		s, err := b.Summary(ctx)
		if err != nil || s.Damage != "" {
			t.Fatalf("after kill %d: false alarm %q, %v", kill+1, s.Damage, err)
		}
		pending, err := b.Pending(ctx, outbox.Want{})
		if err != nil || len(pending) != s.Unsent {
			t.Fatalf("after kill %d: %d of %d can be sent, %v", kill+1, len(pending), s.Unsent, err)
		}
		closeNow(t, b)
	}
	t.Logf("%d kills, %d items and %d acknowledgements, none lost", kills, len(l.saved), len(l.acked))
}

// Guards: SyncWrites, the syncs of files and folders, and the mark's place after
// them. A loop-mounted image is copied at the instant after a kill, without umount
// or sync: what the copy holds is what a power cut would have left. The control
// leaves the database's syncs out and must lose records; the check at open must say
// so.
func TestNothingAcknowledgedIsLostByAPowerCut(t *testing.T) {
	for name, test := range map[string]struct {
		env   []string
		loses bool
	}{
		"as shipped":                {nil, false},
		"control: NoSync must lose": {[]string{envNoSync + "=1"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			work := t.TempDir()
			image, cut := filepath.Join(work, "disk"), filepath.Join(work, "cut")
			makeImage(t, image)
			mounted, unmount := mountImage(t, image)
			l := &ledger{saved: map[wire.ID]uint64{}, acked: map[wire.ID]bool{}}
			l.runAndKill(t, filepath.Join(mounted, "outbox"), 1000, test.env...)
			copySparse(t, image, cut)
			unmount()

			mounted, _ = mountImage(t, cut)
			b := mustOpen(t, filepath.Join(mounted, "outbox"), outbox.Options{Reserve: 8 << 20})
			items, acks := l.missing(t, b)
			s, err := b.Summary(ctx)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%d of %d items and %d of %d acknowledgements are missing; damage: %q", items, len(l.saved), acks, len(l.acked), s.Damage)
			if lost := items+acks > 0; lost != test.loses || (s.Damage != "") != test.loses {
				t.Errorf("lost: %v, damage %q; want lost and damage: %v", lost, s.Damage, test.loses)
			}
			outboxtest.Commit(t, b, outboxtest.Request(100)) // it works either way
			closeNow(t, b)
		})
	}
}

// Guards: the free-space check on a disk that is really full. Without it badger
// writes into a mapped file that has no room and the process ends by SIGBUS, which
// the control shows.
func TestARealFullDiskEndsNoProcess(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root to mount a small disk; the injected free space is tested without")
	}
	small := func(size string) string {
		dir := t.TempDir()
		if err := command(t, "mount", "-t", "tmpfs", "-o", "size="+size, "tmpfs", dir); err != nil {
			t.Skipf("cannot mount a small disk here: %v", err)
		}
		t.Cleanup(func() {
			if err := command(t, "umount", dir); err != nil {
				t.Error(err)
			}
		})
		return filepath.Join(dir, "outbox")
	}
	if _, err := outbox.Open(small("1m"), outbox.Options{}); !errors.Is(err, outbox.ErrFull) {
		t.Errorf("open on a disk of 1 MB: %v, want ErrFull", err)
	}

	dir := small("40m")
	l := &ledger{saved: map[wire.ID]uint64{}, acked: map[wire.ID]bool{}}
	trouble, seen, end := l.run(t, dir, 100_000)
	var exit *exec.ExitError
	if !errors.As(end, &exit) || exit.ExitCode() != 1 || !strings.Contains(trouble, outbox.ErrFull.Error()) {
		t.Fatalf("after %d lines the child ended with %v: %.300s", seen, end, trouble)
	}
	b := mustOpen(t, dir, outbox.Options{Reserve: 8 << 20})
	if items, acks := l.missing(t, b); items != 0 || acks != 0 {
		t.Errorf("%d items and %d acknowledgements are missing", items, acks)
	}
	pending, err := b.Pending(ctx, outbox.Want{})
	if err != nil || len(pending) == 0 {
		t.Fatalf("%d can be sent, %v", len(pending), err)
	}
	for _, p := range pending {
		outboxtest.Accept(t, b, p.Header.ID)
	}
	// Whether it is still full depends on what badger has given back meanwhile.
	if s, err := b.Summary(ctx); err != nil || s.Unsent != 0 || s.Damage != "" {
		t.Errorf("after sending on a full disk: %+v, %v", s, err)
	}
	closeNow(t, b)

	// Which of two writes meets the full disk is chance: the mapped one, or that of an
	// attachment's file, which only fails.
	for range 8 {
		l = &ledger{saved: map[wire.ID]uint64{}, acked: map[wire.ID]bool{}}
		trouble, seen, end = l.run(t, small("24m"), 100_000, envReserve+"=1")
		if strings.Contains(trouble, "SIGBUS") || strings.Contains(trouble, "fault") {
			return
		}
	}
	t.Errorf("control: without the reserve the child should have died of SIGBUS, and after %d lines ended with %v: %.300s", seen, end, trouble)
}

func command(t *testing.T, name string, args ...string) error {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, out)
	}
	return nil
}

func makeImage(t *testing.T, path string) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root to mount an image; the kill test has run without")
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.Truncate(160<<20), f.Close()); err != nil {
		t.Fatal(err)
	}
	if err := command(t, "mkfs.ext4", "-q", "-F", path); err != nil {
		t.Skipf("cannot make a file system: %v", err)
	}
}

func mountImage(t *testing.T, image string) (dir string, unmount func()) {
	t.Helper()
	dir = t.TempDir()
	if err := command(t, "mount", "-o", "loop", image, dir); err != nil {
		t.Skipf("cannot mount an image here: %v", err)
	}
	done := false
	unmount = func() {
		if done {
			return
		}
		done = true
		if err := command(t, "umount", dir); err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(unmount)
	return dir, unmount
}

// copySparse copies a file and leaves out what is zero.
func copySparse(t testing.TB, from, to string) {
	t.Helper()
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = in.Close() }()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 64<<10)
	var at int64
	for {
		n, err := io.ReadFull(in, buf)
		if n > 0 && strings.Trim(string(buf[:n]), "\x00") != "" {
			if _, err := out.WriteAt(buf[:n], at); err != nil {
				t.Fatal(err)
			}
		}
		at += int64(n)
		if err != nil {
			break
		}
	}
	if err := errors.Join(out.Truncate(at), out.Close()); err != nil {
		t.Fatal(err)
	}
}
