package speech

import (
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"chasqui/internal/conform"
	"chasqui/kiosk"
	"chasqui/kiosk/speech/speechtest"
)

// socket is a headset of a test: a folder of cards, or a switch.
type socket struct {
	t        *testing.T
	cards    string
	inserted atomic.Bool
}

func newSocket(t *testing.T) *socket { return &socket{t: t, cards: t.TempDir()} }

func (s *socket) plug(there bool) {
	s.t.Helper()
	s.inserted.Store(there)
	folder := filepath.Join(s.cards, "AudioNav")
	var err error
	if there {
		if err = os.Mkdir(folder, 0o700); err == nil {
			err = os.WriteFile(filepath.Join(folder, "id"), []byte("AudioNav\n"), 0o600)
		}
	} else {
		err = os.RemoveAll(folder)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// ways are the two ways in which a headset that comes and goes is noticed, and where
// it is then heard.
func (s *socket) ways() map[string]Headset {
	return map[string]Headset{
		"plughw:CARD=AudioNav": {Card: "AudioNav", cards: s.cards},
		"loudspeaker":          {Switch: "/dev/input/event5", inserted: func(path string) bool { return path == "/dev/input/event5" && s.inserted.Load() }},
		"headphones":           {Card: "AudioNav", Device: "headphones", cards: s.cards},
	}
}

// Guards that private words stay private: they are said while a headset is there,
// to it alone, and end at once when it is pulled out, with all that would have come
// after them.
func TestWhatIsPrivateEndsWithTheHeadset(t *testing.T) {
	conform.Clause(t, "EN 301 549 5.1.3.9", "Section 508 405.1")
	plug := newSocket(t)
	for device, headset := range plug.ways() {
		t.Run(device, func(t *testing.T) {
			stage := speechtest.NewStage(t, speechtest.Synthesiser, speechtest.Player)
			stage.Pace(0)
			s := start(t, Config{Voices: voices, Device: "loudspeaker", Headset: headset})
			secret := kiosk.Utterance{Text: long, Language: "es", Private: true}
			public := kiosk.Utterance{Text: "Continuar.", Language: "es"}
			if s.Headset() {
				t.Fatal("a headset is there before it is plugged in")
			}
			s.Say(kiosk.Voice{On: true}, secret, public)
			speechtest.Until(t, "what is public was said", func() bool { h := stage.Heard(); return len(h) == 1 && h[0].Ended })
			if sound := stage.Heard()[0]; sound.Device() != "loudspeaker" {
				t.Errorf("it was heard on %q", sound.Device())
			}
			plug.plug(true)
			speechtest.Until(t, "the headset is noticed", s.Headset)
			stage.Clear()
			stage.Pace(1)
			s.Say(kiosk.Voice{On: true}, secret, public)
			speechtest.Until(t, "it is heard", func() bool { h := stage.Heard(); return len(h) == 1 && len(h[0].Samples) > 1000 })
			if sound := stage.Heard()[0]; sound.Device() != device {
				t.Errorf("it was heard on %q, want %q", sound.Device(), device)
			}
			plug.plug(false)
			speechtest.Until(t, "no child was left", func() bool { return len(speechtest.Children()) == 0 })
			if h := stage.Heard(); len(h) != 1 || h[0].Ended || s.Headset() {
				t.Errorf("%d sounds, the first ended %v, headset %v", len(h), h[0].Ended, s.Headset())
			}
		})
	}
}

// Guards that somebody who plugs a headset in hears there what the loudspeaker was
// saying, from the words that were cut off, and nobody else goes on hearing it.
func TestAHeadsetTakesOver(t *testing.T) {
	plug := newSocket(t)
	stage := speechtest.NewStage(t, speechtest.Synthesiser, speechtest.Player)
	stage.Pace(0)
	s := start(t, Config{Voices: voices, Headset: Headset{Card: "AudioNav", cards: plug.cards}})
	heard(t, stage, s, kiosk.Voice{On: true}, spanish("Antes.")...)
	stage.Clear()
	stage.Pace(1)
	s.Say(kiosk.Voice{On: true}, spanish(long, "Y lo demás.")...)
	speechtest.Until(t, "it is heard", func() bool { h := stage.Heard(); return len(h) == 1 && len(h[0].Samples) > 1000 })
	plug.plug(true)
	speechtest.Until(t, "the headset has it", func() bool { return len(stage.Heard()) == 2 })
	stage.Pace(0)
	speechtest.Until(t, "all was said", func() bool { h := stage.Heard(); return len(h) == 3 && h[2].Ended })
	h := stage.Heard()
	if h[0].Device() != "" || h[0].Ended {
		t.Errorf("the loudspeaker %q ended it: %v", h[0].Device(), h[0].Ended)
	}
	for i, want := range []string{long, "Y lo demás."} {
		if w, ok := h[i+1].Words(); !ok || w.Text != want || h[i+1].Device() != "plughw:CARD=AudioNav" {
			t.Errorf("on %q was said %q", h[i+1].Device(), w.Text)
		}
	}
}

// Guards that the volume is the person's in the headset as on the loudspeaker.
func TestTheHeadsetHasItsVolume(t *testing.T) {
	conform.Clause(t, "EN 301 549 5.1.3.11", "Section 508 402.3.1")
	stage := speechtest.NewStage(t, speechtest.Synthesiser, speechtest.Player)
	s := start(t, Config{Voices: voices, Device: "loudspeaker", Headset: Headset{Always: true, Device: "headphones"}})
	if !s.Headset() {
		t.Error("a headset that is always there is not there")
	}
	before := math.Inf(-1)
	for volume := kiosk.LowestVolume; volume <= kiosk.HighestVolume; volume++ {
		sound := heard(t, stage, s, kiosk.Voice{On: true, Volume: volume}, kiosk.Utterance{Text: "Más fuerte.", Language: "es", Private: true})[0]
		if sound.Level() < before+5.9 || sound.Device() != "headphones" {
			t.Errorf("volume %d has %.1f dB on %q, the one before %.1f", volume, sound.Level(), sound.Device(), before)
		}
		before = sound.Level()
	}
}

// Guards that a screen may ask each second: it is answered from memory, whatever
// the device does.
func TestAskingForTheHeadsetTouchesNoDevice(t *testing.T) {
	var asked atomic.Int64
	stuck := make(chan struct{})
	p := newPresence(Headset{Switch: "/dev/input/event5", inserted: func(string) bool {
		if asked.Add(1) > 1 {
			<-stuck // a device that does not answer
		}
		return true
	}}, func(bool) {})
	speechtest.Until(t, "the device hangs", func() bool { return asked.Load() > 1 })
	if !p.there() {
		t.Error("what was last seen is forgotten")
	}
	close(stuck)
	p.close()
}

// Guards the number and the bit by which a socket is asked: they are the kernel's.
func TestTheSwitchIsTheKernels(t *testing.T) {
	needs(t, "gcc")
	dir := t.TempDir()
	source := filepath.Join(dir, "switch.c")
	program := "#include <linux/input.h>\n#include <stdio.h>\nint main(void){printf(\"%lu %d\", (unsigned long)EVIOCGSW(3), SW_HEADPHONE_INSERT);return SW_MAX/8+1!=3;}\n"
	if err := os.WriteFile(source, []byte(program), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("gcc", "-o", filepath.Join(dir, "switch"), source).CombinedOutput(); err != nil { // #nosec G204 -- a test's own file
		t.Fatalf("%v: %s", err, out)
	}
	out, err := exec.Command(filepath.Join(dir, "switch")).Output() // #nosec G204 -- a test's own file
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.Join([]string{number(askSwitches), number(headphone)}, " "); string(out) != want || switchBytes != 3 {
		t.Errorf("the kernel has %s, this room %s with %d bytes", out, want, switchBytes)
	}
	if !plugged([switchBytes]byte{4}) || plugged([switchBytes]byte{0xfb, 0xff, 0xff}) {
		t.Error("the bit of the headphones is not read")
	}
	if inserted("/dev/input/none") || inserted("/dev/null") {
		t.Error("a device that has no switch has a headset")
	}
}
