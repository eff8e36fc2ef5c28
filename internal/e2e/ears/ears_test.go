package ears_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"chasqui/internal/e2e/ears"
)

// kiosk stands in for a kiosk's voice: it gives words to the one program and what
// comes of them, quieter by a factor, to the other, both found in PATH.
type kiosk struct {
	t   *testing.T
	env []string
}

func (k kiosk) command(name string, args ...string) *exec.Cmd {
	k.t.Helper()
	path := ""
	for _, line := range k.env {
		if value, found := strings.CutPrefix(line, "PATH="); found {
			path, _, _ = strings.Cut(value, string(filepath.ListSeparator))
		}
	}
	cmd := exec.Command(filepath.Join(path, name), args...)
	cmd.Env = k.env
	return cmd
}

func (k kiosk) synthesise(words string, args ...string) []byte {
	k.t.Helper()
	cmd := k.command("espeak-ng", args...)
	cmd.Stdin = strings.NewReader(words)
	wav, err := cmd.Output()
	if err != nil {
		k.t.Fatalf("espeak-ng: %v", err)
	}
	if string(wav[:4]) != "RIFF" || binary.LittleEndian.Uint32(wav[24:]) != 22050 {
		k.t.Fatalf("espeak-ng wrote no WAV file: %q", wav[:min(48, len(wav))])
	}
	return wav[44:]
}

func (k kiosk) play(samples []byte, factor float64, args ...string) {
	k.t.Helper()
	quiet := bytes.Clone(samples)
	for i := 0; i+1 < len(quiet); i += 2 {
		v := int16(float64(int16(binary.LittleEndian.Uint16(quiet[i:]))) * factor)
		binary.LittleEndian.PutUint16(quiet[i:], uint16(v))
	}
	cmd := k.command("aplay", append([]string{"-q", "-t", "raw", "-f", "S16_LE", "-r", "22050", "-c", "1"}, args...)...)
	cmd.Stdin = bytes.NewReader(quiet)
	if out, err := cmd.CombinedOutput(); err != nil {
		k.t.Fatalf("aplay: %v: %s", err, out)
	}
}

func open(t *testing.T) (*ears.Ears, kiosk) {
	t.Helper()
	mouth := filepath.Join(t.TempDir(), "mouth")
	build := exec.Command("go", "build", "-o", mouth, "chasqui/internal/e2e/ears/mouth")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the mouth: %v\n%s", err, out)
	}
	e, err := ears.New(mouth)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e, kiosk{t, e.Env([]string{"PATH=/nowhere", "HOME=/"})}
}

// Guards every test that follows a kiosk by what it says: words are heard once their
// sound was played, in the order of playing, with the voice, the rate, the device and
// the loudness that they had. The controls are words that were never played, and a
// wait that ends.
func TestWhatIsPlayedIsHeard(t *testing.T) {
	e, k := open(t)
	first := k.synthesise("¿Qué necesita?\n", "-v", "es-419", "-s", "175", "-a", "100", "-b", "1", "--stdin", "--stdout")
	second := k.synthesise("botón", "--stdout", "--stdin", "-s210", "-ves-419")
	k.synthesise("nunca", "-v", "es-419", "-s", "175", "--stdin", "--stdout")
	k.play(second, 0.25, "-D", "headset", "--buffer-time=60000")
	k.play(append(bytes.Clone(first), second...), 1) // one player may play several
	heard := e.Heard()
	for i := range heard {
		heard[i].At = time.Time{}
	}
	want := []ears.Said{
		{Voice: "es-419", Rate: 210, Text: "botón", Device: "headset", Peak: ears.Loud / 4},
		{Voice: "es-419", Rate: 175, Text: "¿Qué necesita?", Peak: ears.Loud},
		{Voice: "es-419", Rate: 210, Text: "botón", Peak: ears.Loud},
	}
	if !slices.Equal(heard, want) {
		t.Errorf("heard %+v, want %+v", heard, want)
	}
	if len(e.Given()) != 3 || len(e.Last(2)) != 2 || e.Last(2)[1].Text != "botón" {
		t.Errorf("given %+v, last %+v", e.Given(), e.Last(2))
	}
	said, next, err := e.Await(t.Context(), "the question", time.Minute, 0, func(s ears.Said) bool { return strings.HasPrefix(s.Text, "¿Qué") })
	if err != nil || next != 2 || said.Rate != 175 {
		t.Errorf("awaited %+v, next %d, %v", said, next, err)
	}
	_, _, err = e.Await(t.Context(), "what was never played", time.Millisecond, 0, func(s ears.Said) bool { return s.Text == "nunca" })
	if !errors.Is(err, ears.ErrNotHeard) {
		t.Errorf("what was never played is heard: %v", err)
	}
	heardLater := make(chan error, 1)
	go func() {
		_, _, err := e.Await(t.Context(), "what comes later", time.Minute, next+1, func(s ears.Said) bool { return s.Text == "después" })
		heardLater <- err
	}()
	k.play(k.synthesise("después", "-v", "es-419", "--stdin", "--stdout"), 0.13)
	if err := <-heardLater; err != nil {
		t.Error(err)
	}
}

// Guards the mouth's honesty: whoever kills it before it has taken the words, or asks
// something else of it, is not heard.
func TestAMouthThatIsShutSaysNothing(t *testing.T) {
	e, k := open(t)
	cmd := k.command("espeak-ng", "-v", "es-419", "--stdin", "--stdout")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := in.Write([]byte("a medias")); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if out, err := k.command("espeak-ng", "--voices").Output(); err != nil || !bytes.Contains(out, []byte("es-419")) {
		t.Errorf("it lists %q: %v", out, err)
	}
	if err := k.command("aplay", "-l").Run(); err != nil {
		t.Error(err)
	}
	k.play(make([]byte, 4000), 1) // silence bears no words
	if n := len(e.Given()) + len(e.Heard()); n != 0 {
		t.Errorf("%d were told of", n)
	}
}
