package speech

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"chasqui/kiosk"
	"chasqui/kiosk/speech/speechtest"
)

// journal is a log that can be read while it is written.
type journal struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.Write(b)
}

func (j *journal) lines() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Collect(strings.Lines(j.b.String()))
}

// clock is one that a test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func spanish(texts ...string) []kiosk.Utterance {
	var out []kiosk.Utterance
	for _, text := range texts {
		out = append(out, kiosk.Utterance{Text: text, Language: "es"})
	}
	return out
}

// Guards against a voice that is dead for the rest of the day because a program
// failed once, or that fills the log because it fails each time.
func TestAFaultCostsItsOwnWordsAlone(t *testing.T) {
	for _, c := range []struct{ program, manner, want string }{
		{speechtest.Synthesiser, speechtest.Hangs, "it hung"},
		{speechtest.Synthesiser, speechtest.Crashes, "a played fault"},
		{speechtest.Synthesiser, speechtest.Breaks, "a played fault halfway"},
		{speechtest.Synthesiser, speechtest.Stalls, "it hung"},
		{speechtest.Synthesiser, speechtest.Rubbish, "this is not a WAV file"},
		{speechtest.Synthesiser, speechtest.Mute, "there is no sound"},
		{speechtest.Player, speechtest.Hangs, "it hung"},
		{speechtest.Player, speechtest.Crashes, "a played fault"},
		{speechtest.Player, speechtest.Breaks, "a played fault halfway"},
		{speechtest.Player, speechtest.Stalls, "it hung"},
		{speechtest.Synthesiser, "", "install Debian's espeak-ng"},
		{speechtest.Player, "", "install Debian's alsa-utils"},
	} {
		t.Run(c.program+" "+c.manner, func(t *testing.T) {
			stage := speechtest.NewStage(t, speechtest.Synthesiser, speechtest.Player)
			stage.Alone(t)
			var log journal
			now := &clock{now: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)}
			// A sound longer than a pipe holds: the player must take it to let it end.
			text := strings.Repeat("Una frase. ", 8)
			s := start(t, Config{
				Voices: voices, Patience: time.Minute, Now: now.read, Log: slog.New(slog.NewTextHandler(&log, nil)),
			})
			failing := map[string]*programme{speechtest.Synthesiser: s.synth, speechtest.Player: s.player}[c.program]
			if c.want == "it hung" { // once is enough: each time is waited for
				failing.patience, failing.failures = time.Second, mostFailures-1
			}
			if state, words := s.State(); state != kiosk.VoiceReady || words != "" {
				t.Fatalf("before: %s, %q", state, words)
			}
			if c.manner == "" {
				stage.Remove(t, c.program)
			} else {
				stage.Behave(c.program, c.manner)
			}
			if s.Speaks("es") != (c.manner != "") {
				t.Errorf("speaks: %v", s.Speaks("es"))
			}
			s.Say(kiosk.Voice{On: true}, spanish(text, text, text, text, text)...)
			speechtest.Until(t, "the voice rests", func() bool {
				return failing.rests(now.read()) && len(speechtest.Children()) == 0
			})
			state, words := s.State()
			if want := map[bool]kiosk.VoiceState{true: kiosk.VoiceFault, false: kiosk.VoiceMissing}[c.manner != ""]; state != want || !strings.Contains(words, c.want) {
				t.Errorf("it is %s: %q, want %s and %q", state, words, want, c.want)
			}
			for _, sound := range stage.Heard() {
				if sound.Ended && c.manner != speechtest.Breaks && c.manner != speechtest.Stalls {
					t.Errorf("something was heard to its end: %v", sound.Args)
				}
			}
			if n := len(stage.Started(c.program)); n > mostFailures {
				t.Errorf("it was tried %d times in a row", n)
			}
			if all := log.lines(); len(all) != 1 || !strings.Contains(all[0], c.want) || strings.Contains(all[0], "frase") {
				t.Errorf("the log has %q, want one line that says why and no word that was said", all)
			}

			// It is well again, but left alone for a while; then it is tried again.
			failing.patience = time.Minute
			stage.Behave(c.program, speechtest.Well)
			if c.manner == "" {
				stage.Install(t, c.program)
			}
			before := len(stage.Started(c.program))
			s.Say(kiosk.Voice{On: true}, spanish("Todavía no.")...)
			speechtest.Until(t, "that was given up", func() bool {
				s.mu.Lock()
				defer s.mu.Unlock()
				return s.run == nil && s.next == nil
			})
			if n := len(stage.Started(c.program)); n != before {
				t.Error("it was tried while it should rest")
			}
			now.add(rest)
			if got := heard(t, stage, s, kiosk.Voice{On: true}, spanish("Otra vez.", "Y otra.")...); len(got) != 2 {
				t.Errorf("%d sounds when it was well again", len(got))
			}
			if state, words := s.State(); state != kiosk.VoiceReady {
				t.Errorf("after: %s, %q", state, words)
			}
			if all := log.lines(); len(all) != 2 || !strings.Contains(all[1], "works again") {
				t.Errorf("the log has %q", all)
			}
		})
	}
}

// Guards against a synthesiser that never comes to an end: its words can be
// stopped like any others.
func TestAnEndlessVoiceIsStopped(t *testing.T) {
	stage := speechtest.NewStage(t, speechtest.Synthesiser, speechtest.Player)
	stage.Behave(speechtest.Synthesiser, speechtest.Endless)
	stage.Pace(1)
	s := start(t, Config{Voices: voices})
	s.Say(kiosk.Voice{On: true}, spanish("Y así sin fin.", "Nunca.")...)
	speechtest.Until(t, "it is heard", func() bool { return len(stage.Heard()) == 1 && len(stage.Heard()[0].Samples) > 1000 })
	s.Stop()
	speechtest.Until(t, "no child was left", func() bool { return len(speechtest.Children()) == 0 })
	if state, words := s.State(); state != kiosk.VoiceReady {
		t.Errorf("what was stopped is called a fault: %s, %q", state, words)
	}
}

// orphanVar makes this test binary a kiosk that speaks, to be killed.
const orphanVar = "CHASQUI_SPEECH_ORPHAN"

// Guards that a kiosk that is killed falls silent: a voice that goes on reading
// somebody's answers to an empty hall cannot be stopped by anybody.
func TestNobodySpeaksOnWhenTheKioskIsKilled(t *testing.T) {
	if os.Getenv(orphanVar) != "" {
		s, err := New(Config{Voices: voices})
		if err != nil {
			t.Fatal(err)
		}
		s.Say(kiosk.Voice{On: true}, spanish(long, long)...)
		fmt.Println("speaking")
		_, _ = io.Copy(io.Discard, os.Stdin)
		return
	}
	stage := speechtest.NewStage(t, speechtest.Synthesiser, speechtest.Player)
	stage.Pace(1)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run=^"+t.Name()+"$") // #nosec G204 -- this test itself
	cmd.Env = append(os.Environ(), orphanVar+"=1")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close() //nolint:errcheck // the other end is dead
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	speechtest.Until(t, "it is heard", func() bool { return len(stage.Heard()) == 1 && len(stage.Heard()[0].Samples) > 1000 })
	stage.Behave(speechtest.Synthesiser, speechtest.Stalls)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	speechtest.Until(t, "the player was gone", func() bool { return !stage.Heard()[0].Playing })
	if sound := stage.Heard()[0]; sound.Ended {
		t.Error("it was played to its end by nobody")
	}
}

// Guards that nothing is left when the kiosk is closed, and that it can be closed
// in the middle of a word and twice.
func TestAClosedSpeakerIsSilent(t *testing.T) {
	stage := speechtest.NewStage(t, speechtest.Synthesiser, speechtest.Player)
	stage.Pace(1)
	s := start(t, Config{Voices: voices})
	s.Say(kiosk.Voice{On: true}, spanish(long, long)...)
	speechtest.Until(t, "it is heard", func() bool { return len(stage.Heard()) == 1 })
	s.Close()
	s.Close()
	s.Say(kiosk.Voice{On: true}, spanish(long)...)
	s.Pause(true)
	s.Stop()
	speechtest.Until(t, "no child was left", func() bool { return len(speechtest.Children()) == 0 })
	if n := len(stage.Heard()); n != 1 {
		t.Errorf("%d sounds", n)
	}
}
