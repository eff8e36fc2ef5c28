package e2e

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"chasqui/assets"
	"chasqui/internal/e2e/ears"
	"chasqui/internal/e2e/eyes"
	"chasqui/internal/e2e/rig"
	"chasqui/internal/e2e/visitor"
	"chasqui/kiosk"
	"chasqui/kiosk/catalog"
)

// Guards the same in the real window, with what its painter and its event loop keep:
// one request is filed and one visit left half way, both with a finger, and once the
// kiosk has been alone for a while nothing of them is in its heap. The remedies are
// the wipe, and the caches of Fyne that the kiosk shortens for itself and empties by
// one frame; the control is the same search while the visit lasts. It is done in
// silence, and once more with a headset, to which all of it is said aloud.
func TestTheHeapOfTheWindowForgetsAVisit(t *testing.T) {
	if !*heapOfAll {
		t.Skip("it takes minutes; \"make monkey\" runs it")
	}
	programs := window(t)
	program := filepath.Join(t.TempDir(), "kiosk-heapdump")
	build := exec.CommandContext(t.Context(), "go", "build", "-tags", "no_animations,migrated_fynedo,heapdump", "-o", program, "chasqui/cmd/kiosk")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the kiosk: %v\n%s", err, out)
	}
	t.Run("silent", func(t *testing.T) { windowForgets(t, programs, program, nil, "voice: {off: true}") })
	t.Run("voiced", func(t *testing.T) {
		heard := listen(t, programs)
		windowForgets(t, programs, program, heard, "voice: {headset: {always: true}}")
		for _, said := range heard.Heard() {
			if strings.Contains(strings.ToLower(said.Text), strings.ToLower(heapBird)) {
				return
			}
		}
		t.Errorf("among %d utterances none said what was typed", len(heard.Heard()))
	})
}

// windowForgets files a request and leaves a visit half way in the window of a
// program that dumps its heap. heard are its ears, nil for none, voice the setting.
func windowForgets(t *testing.T, programs, program string, heard *ears.Ears, voice string) {
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx := t.Context()
	dir := t.TempDir()
	services, err := catalog.Load(assets.Services(), nil)
	must(err)
	r := &rig.Rig{Dir: dir, Bin: programs, Log: io.Discard}
	must(r.MakeKeys(ctx))
	must(r.StartHub(ctx))
	t.Cleanup(func() { _ = r.Stop() })
	must(r.Enrol(ctx, r.HubURL, "idle_warn_seconds: 30", voice))
	screen, err := eyes.NewScreen(ctx, 1280, 800, dir)
	must(err)
	t.Cleanup(screen.Close)
	written := filepath.Join(dir, "heap")
	env := append(screen.Env(), "CHASQUI_HEAP_DUMP="+written)
	if heard != nil {
		env = heard.Env(env)
	}
	box, err := rig.Start(ctx, nil, env, "kiosk", program, "-data", r.KioskData(), "-hub", r.HubURL)
	must(err)
	t.Cleanup(box.Kill)
	_, next, err := box.Await(time.Minute, 0, func(line string) bool { return strings.Contains(line, "first page is shown") })
	must(err)

	pictures := 0
	v := &visitor.Visitor{
		Screen: screen, Language: "es", Catalog: services, Count: &pictures,
		Office: kiosk.Office{Scope: rig.Office, Region: "13", Comuna: "13101", TimeZone: "America/Santiago"},
	}
	answers := func(passport string) kiosk.Answers {
		bird := strings.ToLower(heapBird)
		return kiosk.Answers{
			"document": {Parts: map[string]string{"kind": "passport", "number": passport}}, "name": {Text: bird},
			"address": {Parts: map[string]string{"region": "13", "comuna": "13101", "street": bird}},
			"purpose": {Text: "health"},
		}
	}
	come := func() {
		t.Helper()
		must(v.Come(ctx))
		if heard != nil {
			must(screen.Strike(ctx, "F2"))
		}
	}
	come()
	_, _, err = v.File(ctx, "certificado-residencia", answers("ab123451"))
	must(err)
	must(v.Leave(ctx))
	come()
	must(v.Ask(ctx, "certificado-residencia", answers("ab123452")))

	look := func() (held bool, what string) {
		t.Helper()
		must(syscall.Kill(box.PID(), syscall.SIGUSR1))
		_, next, err = box.Await(time.Minute, next, func(line string) bool { return strings.Contains(line, "heap is written") })
		must(err)
		finds := searched(t, written)
		must(os.Remove(written))
		var all []string
		for _, f := range finds[:min(len(finds), 12)] {
			all = append(all, f.String())
		}
		return len(finds) > 0, strings.Join(all, "\n")
	}
	if held, _ := look(); !held {
		t.Fatal("the search does not find what stands on the screen")
	}
	_, err = screen.Await(ctx, v.Reader(), eyes.Whole, "the welcome page", 5*time.Minute, func(p eyes.Page) bool { return p.Has("Toque aquí para") })
	must(err)
	began := time.Now()
	held, what := true, ""
	for held && time.Since(began) < time.Minute {
		time.Sleep(5 * time.Second) // the window has a clock of its own
		held, what = look()
	}
	if held {
		t.Errorf("a minute after the wipe the heap still holds:\n%s", what)
	}
	t.Logf("forgotten %s after the welcome page came", time.Since(began).Round(time.Second))
}
