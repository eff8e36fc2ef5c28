package e2e

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"image"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"chasqui/internal/display"
	"chasqui/internal/e2e/ears"
	"chasqui/internal/e2e/eyes"
	"chasqui/internal/e2e/monkey"
	"chasqui/internal/e2e/rig"
)

// "make monkey" plays longer.
var (
	monkeys      = flag.Int("monkeys", 1, "number of seeds with which the window is played")
	monkeyInputs = flag.Int("inputs", 1000, "number of inputs a seed")
	monkeyFirst  = flag.Uint64("monkey", 1, "the first seed")

	monkeySupervised = flag.Bool("supervised", false, "play with a kiosk that is supervised; on a machine with little else to do")
)

// fixedSeeds are seeds that have once found something; they are played each time
// that more than one is.
var fixedSeeds = []uint64{}

// alone is a kiosk that fills a screen without a window manager, as in a hall.
type alone struct {
	t       *testing.T
	screen  *eyes.Screen
	display *display.Display
	box     *rig.Process
	metrics string
	window  display.Window
	// welcome is the first picture.
	welcome *image.RGBA
	// child is the process that draws, where another one supervises it; else 0.
	child int
}

// standing says how a kiosk stands in its hall.
type standing struct {
	// program is the kiosk's, the usual one when it is left out.
	program string
	// settings are lines of office.yaml.
	settings []string
	// env changes the environment of the window; nil for not.
	env        func([]string) []string
	supervised bool
}

// impatient warns after a second.
const impatient = "idle_warn_seconds: 1"

func newAlone(t *testing.T, programs string, how standing) *alone {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx := t.Context()
	dir := t.TempDir()
	r := &rig.Rig{Dir: dir, Bin: programs, Log: io.Discard}
	must(r.MakeKeys(ctx))
	must(r.StartHub(ctx))
	t.Cleanup(func() { _ = r.Stop() })
	must(r.Enrol(ctx, r.HubURL, how.settings...))
	screen, err := eyes.NewScreen(ctx, 1280, 800, dir)
	must(err)
	t.Cleanup(screen.Close)
	a := &alone{t: t, screen: screen, display: screen.Display}
	must(a.display.HoldClipboards())
	env := screen.Env()
	if how.env != nil {
		env = how.env(env)
	}
	if how.program == "" {
		how.program = filepath.Join(programs, "kiosk")
	}
	args := []string{"-data", r.KioskData(), "-hub", r.HubURL, "-metrics", "127.0.0.1:0"}
	if how.supervised {
		args = append(args, "-supervise")
	}
	a.box, err = rig.Start(ctx, nil, env, "kiosk", how.program, args...)
	must(err)
	t.Cleanup(a.box.Kill)
	line, _, err := a.box.Await(time.Minute, 0, func(line string) bool { return strings.Contains(line, "metrics on http://") })
	must(err)
	_, a.metrics, _ = strings.Cut(line, "metrics on ")
	_, _, err = a.box.Await(time.Minute, 0, func(line string) bool { return strings.Contains(line, "first page is shown") })
	must(err)
	if how.supervised {
		// The mark of life is drawn from then on.
		_, _, err = a.box.Await(time.Minute, 0, func(line string) bool { return strings.Contains(line, "the page is shown") })
		must(err)
		found := children(a.box.PID())
		if len(found) != 1 {
			t.Fatalf("the supervisor has the children %v", found)
		}
		a.child = found[0]
	}
	a.welcome = a.still()
	must(a.held())
	windows, err := a.display.Windows()
	must(err)
	a.window = windows[0]
	return a
}

// still waits until the screen shows something that no longer changes.
func (a *alone) still() *image.RGBA {
	a.t.Helper()
	ctx, cancel := context.WithTimeout(a.t.Context(), 2*time.Minute)
	defer cancel()
	for {
		// A window that is slow to paint stands still too, until it has painted.
		w, ok, err := a.display.Front()
		if err == nil && ok {
			err = a.display.Shown(w, time.Minute)
		}
		if err == nil {
			_, err = a.display.Still(ctx, 1500*time.Millisecond)
		}
		if err != nil {
			a.t.Fatal(err)
		}
		picture, err := a.display.Picture()
		if err != nil {
			a.t.Fatal(err)
		}
		if ok && !display.Blank(picture) {
			return picture
		}
	}
}

// held returns what is wrong with the window, if anything is.
func (a *alone) held() error {
	select {
	case <-a.box.Ended():
		return fmt.Errorf("the kiosk has ended; it said:\n%s", a.box.Output())
	default:
	}
	if a.child != 0 {
		b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", a.child))
		if f := strings.Fields(string(b[strings.LastIndexByte(string(b), ')')+1:])); err != nil || len(f) < 2 || f[0] == "Z" || f[1] != strconv.Itoa(a.box.PID()) {
			return fmt.Errorf("the child is gone (%w); the supervisor said:\n%s", err, a.box.Output())
		}
	}
	windows, err := a.display.Windows()
	if err != nil {
		return err
	}
	if len(windows) != 1 || windows[0].Frame != a.display.Bounds {
		return fmt.Errorf("on the screen stand %v, and not one window in %v", windows, a.display.Bounds)
	}
	return nil
}

// wiped waits until the kiosk has forgotten whoever was there, and shows the
// welcome page as it was at first. A slow machine may have much to catch up with:
// what counts is that the screen does not stand still on anything else for longer
// than anybody is waited for.
func (a *alone) wiped() error {
	const patience = 45 * time.Second
	var last *image.RGBA
	var points int
	var where image.Rectangle
	changed := time.Now()
	for end := changed.Add(10 * time.Minute); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		now, err := a.display.Picture()
		if err != nil {
			return err
		}
		if points, where = display.Differ(a.welcome, now); points == 0 {
			return nil
		}
		if last == nil || !bytes.Equal(last.Pix, now.Pix) {
			last, changed = now, time.Now()
		}
		if time.Since(changed) > patience {
			break
		}
	}
	return fmt.Errorf("the screen does not become the first one again: %d points differ, in %v", points, where)
}

// count adds up the metrics that a pattern names.
func (a *alone) count(ctx context.Context, pattern string) (total int, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, a.metrics, nil)
	if err != nil {
		return 0, err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return 0, err
	}
	for _, found := range regexp.MustCompile(`(?m)^`+pattern+` ([0-9.e+]+)$`).FindAllSubmatch(body, -1) {
		n, err := strconv.ParseFloat(string(found[1]), 64)
		if err != nil {
			return 0, err
		}
		total += int(n)
	}
	return total, nil
}

// plainTries are what anybody tries first: the other buttons of a mouse, held for
// long, and what closes windows elsewhere. Nothing of it changes the welcome page.
func (a *alone) plainTries() {
	a.t.Helper()
	must := func(err error) {
		a.t.Helper()
		if err != nil {
			a.t.Fatal(err)
		}
	}
	a.display.Move(image.Pt(a.display.Bounds.Dx()/2, 20))
	for _, button := range []int{2, 3, 8, 9} {
		a.display.Button(button, true)
		must(a.display.Taken(a.window, time.Minute))
		time.Sleep(700 * time.Millisecond) // longer than any long press
		a.display.Button(button, false)
	}
	must(a.display.AskToClose(a.window))
	if err := a.display.Taken(a.window, time.Minute); err != nil {
		a.t.Fatalf("after it was asked to close: %v", errors.Join(err, a.held()))
	}
	if points, where := display.Differ(a.welcome, a.still()); points != 0 {
		a.t.Errorf("a right click or a long press changed %d points in %v; the screen is in %s", points, where, a.keep(0))
	}
	must(a.held())
}

// hear opens ears for a kiosk.
func hear(t *testing.T, programs string) *ears.Ears {
	t.Helper()
	ear, err := ears.New(filepath.Join(programs, "mouth"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := ear.Close(); err != nil {
			t.Error(err)
		}
	})
	return ear
}

// shoot leaves a picture of the screen.
func (a *alone) shoot(name string) (path string) {
	path = filepath.Join(os.TempDir(), "chasqui-"+name+".png")
	_ = a.screen.Shoot(path)
	return path
}

// keep leaves a picture of what went wrong, and asks the kiosk what it is doing.
func (a *alone) keep(seed uint64) string {
	path := a.shoot(fmt.Sprintf("monkey-%d", seed))
	if syscall.Kill(a.box.PID(), syscall.SIGQUIT) == nil {
		select {
		case <-a.box.Ended():
			a.t.Logf("the kiosk was doing this:\n%s", a.box.Output())
		case <-time.After(10 * time.Second):
		}
	}
	return path
}

// Guards that the kiosk cannot be left: whatever is pressed, the same program fills
// the whole screen alone, nothing is copied or pasted, and once nobody is there it
// shows the welcome page as at first. The remedies are the full screen without a
// window manager, the close intercept, parts that know no shortcuts, no menu and no
// clipboard, and the wipe. Its controls are the tests below.
//
// The kiosk has a voice, which any key switches on. With -supervised it is supervised as
// in a hall, and no flood of inputs may look to its supervisor like a freeze: it is the
// same child from the first input to the last. A machine that is so busy that a thread
// waits seconds for its turn makes one by itself, so "make test" does without.
func TestTheKioskCannotBeLeft(t *testing.T) {
	programs := window(t)
	t.Parallel()
	ctx := t.Context()
	ear := hear(t, programs)
	a := newAlone(t, programs, standing{settings: []string{impatient}, env: ear.Env, supervised: *monkeySupervised})
	a.plainTries()
	seeds := []uint64{}
	if *monkeys > 1 {
		seeds = append(seeds, fixedSeeds...)
	}
	for i := range *monkeys {
		seeds = append(seeds, *monkeyFirst+uint64(i)) // #nosec G115 -- small
	}
	for _, seed := range seeds {
		m := monkey.New(a.display, seed)
		began := time.Now()
		err := m.Play(a.window, *monkeyInputs, a.held)
		played := time.Since(began)
		if err == nil {
			err = errors.Join(m.LetGo(), m.Taken(a.window, time.Minute))
		}
		if err == nil {
			err = a.wiped()
		}
		forgotten := time.Since(began) - played
		if err == nil {
			err = errors.Join(a.held(), m.Taken(a.window, time.Minute))
		}
		if err != nil {
			t.Fatalf("seed %d: %v; the screen is in %s", seed, err, a.keep(seed))
		}
		filed, errFiled := a.count(ctx, `kiosk_requests\{[^}]*\}`)
		completed, errCompleted := a.count(ctx, `kiosk_events_total\{[^}]*event="completed"[^}]*\}`)
		begun, errBegun := a.count(ctx, `kiosk_events_total\{[^}]*event="started"[^}]*\}`)
		abandoned, errAbandoned := a.count(ctx, `kiosk_events_total\{[^}]*event="abandoned"[^}]*\}`)
		if err := errors.Join(errFiled, errCompleted, errBegun, errAbandoned); err != nil {
			t.Fatal(err)
		}
		said := len(ear.Given())
		t.Logf("seed %d: %d inputs in %s, forgotten %s later; services begun %d, given up %d, filed %d; %d utterances", seed, m.Inputs, played.Round(time.Second/10), forgotten.Round(time.Second/10), begun, abandoned, filed, said)
		// Every request in the queue was confirmed on a review, which alone counts it.
		if filed != completed {
			t.Errorf("seed %d: %d requests lie in the queue and %d were confirmed", seed, filed, completed)
		}
		if begun == 0 {
			t.Errorf("seed %d: no service was ever begun: the monkey plays beside the kiosk", seed)
		}
		if said == 0 {
			t.Errorf("seed %d: nothing was ever said: the voice did not come on", seed)
		}
	}
}
