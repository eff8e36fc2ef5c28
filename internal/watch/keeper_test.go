//go:build linux

package watch

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// playing says, in its environment, what a child of these tests plays.
const playing = "CHASQUI_PLAYING"

func TestMain(m *testing.M) {
	if part := os.Getenv(playing); part != "" {
		play(part)
		return
	}
	os.Exit(m.Run())
}

// play is a made-up kiosk without a window: it beats, and ends as its part says.
func play(part string) {
	fmt.Println("child: begins", os.Getpid(), "software:", os.Getenv("LIBGL_ALWAYS_SOFTWARE"), "notify:", os.Getenv("NOTIFY_SOCKET"))
	if part == "refuses" {
		fmt.Fprintln(os.Stderr, "kiosk: the folder is not enrolled")
		os.Exit(2)
	}
	if part == "crashes" {
		os.Exit(1)
	}
	told := make(chan os.Signal, 1)
	signal.Notify(told, syscall.SIGTERM)
	pulse := TakePulse()
	if pulse == nil {
		os.Exit(3)
	}
	if part == "leaves a voice" {
		voice := exec.Command("sleep", "300")
		if err := voice.Start(); err != nil {
			os.Exit(4)
		}
		fmt.Println("voice:", voice.Process.Pid)
	}
	beat := time.NewTicker(Beat / 4)
	for n := uint64(1); ; n++ {
		select {
		case <-told:
			if part == "ends badly" {
				os.Exit(7)
			}
			fmt.Println("child: closed")
			return
		case <-beat.C:
			pulse.Beat(n)
			if part == "leaves a voice" && n > 2 {
				os.Exit(1)
			}
			if part == "falls silent" && n > 2 {
				select {}
			}
		}
	}
}

// kept is a keeper that runs, and what it and its children say.
type kept struct {
	t     *testing.T
	lines chan string
	stop  context.CancelFunc
	ended chan error
}

func keep(t *testing.T, part string) *kept {
	t.Helper()
	t.Setenv(playing, part)
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	k := &kept{t: t, lines: make(chan string, 1000), stop: stop, ended: make(chan error, 1)}
	keeper := Keeper{Program: program, Stdout: write, Stderr: write, Log: slog.New(slog.NewTextHandler(write, nil))}
	go func() {
		for lines := bufio.NewScanner(read); lines.Scan(); {
			k.lines <- lines.Text()
		}
	}()
	go func() {
		k.ended <- keeper.Run(ctx)
		_ = write.Close()
	}()
	t.Cleanup(stop)
	return k
}

// says waits for a line with a word and returns it.
func (k *kept) says(word string) string {
	k.t.Helper()
	patience := time.NewTimer(30 * time.Second)
	defer patience.Stop()
	var all []string
	for {
		select {
		case line := <-k.lines:
			all = append(all, line)
			if strings.Contains(line, word) {
				return line
			}
		case <-patience.C:
			k.t.Fatalf("nobody said %q, but\n%s", word, strings.Join(all, "\n"))
		}
	}
}

func (k *kept) ends() {
	k.t.Helper()
	k.stop()
	if err := <-k.ended; err != nil {
		k.t.Errorf("the keeper ended with %v", err)
	}
}

// Guards that a child is ended in good order, with time to close its queue.
func TestAKeeperThatIsToldToEndEndsItsChild(t *testing.T) {
	k := keep(t, "lives")
	k.says("the page is shown")
	k.stop()
	k.says("child: closed")
	k.ends()
}

// Guards the end of a watcher whose child is only just beginning, the first one or the one
// after a crash: it was told to end and did so, whatever became of the child. systemd would
// take another exit status for a failure.
func TestAKeeperThatIsToldToEndWhileItsChildBeginsEndsWell(t *testing.T) {
	for range 5 {
		k := keep(t, "lives")
		k.says("child: begins")
		k.ends()
	}
	for range 5 {
		k := keep(t, "lives")
		var pid int
		if _, err := fmt.Sscanf(k.says("child: begins"), "child: begins %d", &pid); err != nil {
			t.Fatal(err)
		}
		k.says("the page is shown")
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		k.says("started anew")
		k.ends()
	}
}

// Guards that a child which ends badly, though it was told to end, is spoken of: its queue
// may not have been closed.
func TestAChildThatEndsBadlyIsTold(t *testing.T) {
	k := keep(t, "ends badly")
	k.says("the page is shown")
	k.stop()
	if err := <-k.ended; err == nil || !strings.Contains(err.Error(), "status 7") {
		t.Errorf("the keeper ended with %v", err)
	}
}

// Guards that crashes in a row are always answered, and from the third on without the
// graphics driver.
func TestACrashIsAnsweredAlways(t *testing.T) {
	k := keep(t, "crashes")
	for range 3 {
		k.says("child: begins")
		k.says("ended with status 1")
	}
	if line := k.says("child: begins"); !strings.Contains(line, "software: 1") {
		t.Errorf("the fourth child still draws with the driver: %s", line)
	}
	k.stop()
	<-k.ended
}

// Guards that a refused configuration is said to be one, after the child's own words,
// and is tried again slowly.
func TestARefusedConfigurationIsSaidAndTriedSlowly(t *testing.T) {
	k := keep(t, "refuses")
	k.says("kiosk: the folder is not enrolled")
	if line := k.says("started anew"); !strings.Contains(line, "configuration is refused") || !strings.Contains(line, "in=10s") {
		t.Errorf("it says %s", line)
	}
	k.ends()
}

// Guards the pulse over a real pipe: a child that falls silent is killed.
func TestASilentChildIsKilled(t *testing.T) {
	k := keep(t, "falls silent")
	k.says("the page is shown")
	k.says("the kiosk is frozen")
	k.says("child: begins")
	k.stop()
	<-k.ended
}

// Guards that what a crashed child was in the middle of ends with it: a voice would
// read on into the hall. It fails without the kill of the process group.
func TestWhatACrashedChildStartedEndsWithIt(t *testing.T) {
	k := keep(t, "leaves a voice")
	var pid int
	if _, err := fmt.Sscanf(k.says("voice:"), "voice: %d", &pid); err != nil {
		t.Fatal(err)
	}
	k.says("started anew")
	gone := func() bool {
		b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		return err != nil || strings.Contains(string(b), ") Z ") // ended; nobody has asked how
	}
	for end := time.Now().Add(10 * time.Second); !gone(); {
		if time.Now().After(end) {
			_ = syscall.Kill(pid, syscall.SIGKILL)
			t.Fatal("the voice reads on")
		}
	}
	k.stop()
	<-k.ended
}

// Guards what systemd is told: that the service is ready, that it is alive only while
// there is a page, and that it ends; and that the child is not told where.
func TestSystemdIsTold(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notify")
	socket, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	t.Setenv("NOTIFY_SOCKET", path)
	told := func(word string) string {
		t.Helper()
		_ = socket.SetReadDeadline(time.Now().Add(30 * time.Second))
		b := make([]byte, 4096)
		for {
			n, err := socket.Read(b)
			if err != nil {
				t.Fatalf("systemd was not told %q: %v", word, err)
			}
			if text := string(b[:n]); strings.Contains(text, word) {
				return text
			}
		}
	}
	k := keep(t, "lives")
	if first := told("READY=1"); strings.Contains(first, "WATCHDOG") {
		t.Errorf("alive before there is a page: %q", first)
	}
	if line := k.says("child: begins"); !strings.HasSuffix(line, "notify: ") {
		t.Errorf("the child can speak to systemd: %s", line)
	}
	if text := told("WATCHDOG=1"); !strings.Contains(text, "STATUS=well") {
		t.Errorf("alive, and no status: %q", text)
	}
	k.ends()
	told("STOPPING=1")
}

// Guards that lines which are no beats do not count, and that a program that nobody
// watches has no pulse.
func TestOnlyBeatsCount(t *testing.T) {
	h := newHeard()
	h.listen(strings.NewReader("painted 7\npainted\npainted x\nhello 3\npainted 9\n"))
	if h.beats.Load() != 2 || h.painted.Load() != 9 {
		t.Errorf("%d beats, painted %d", h.beats.Load(), h.painted.Load())
	}
	if TakePulse() != nil {
		t.Error("a program that nobody watches has a pulse")
	}
}

// Guards the eye's judgement of one colour.
func TestOneColourIsBlank(t *testing.T) {
	black := make([]byte, 4*10_000)
	if !blank(black, 4) {
		t.Error("black is not blank")
	}
	for at := 0; at < len(black); at += 400 { // one pixel in a hundred
		black[at] = 200
	}
	if blank(black, 4) {
		t.Error("a page is blank")
	}
	if (*eye)(nil).see() != (Picture{}) || newEye(":4077").see().Seen {
		t.Error("an eye without a display sees something")
	}
}
