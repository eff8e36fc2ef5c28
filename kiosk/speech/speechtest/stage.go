package speechtest

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Stage is a folder with programs that are played, and with what they have done.
type Stage struct{ dir string }

// NewStage sets the programs up for the rest of a test; all that are not named are
// the system's own.
func NewStage(t testing.TB, programs ...string) *Stage {
	t.Helper()
	t.Setenv("PATH", os.Getenv("PATH")) // to be put back afterwards
	t.Setenv(stageVar, "")
	s, err := Open(t.TempDir(), programs...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Open sets programs up in an empty folder, for the rest of this process: a bench
// has no test to end.
func Open(dir string, programs ...string) (*Stage, error) {
	s := &Stage{dir: dir}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	for _, sub := range []string{"bin", Synthesiser, Player} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o700); err != nil {
			return nil, err
		}
	}
	for _, name := range programs {
		if err := os.Symlink(self, filepath.Join(dir, "bin", name)); err != nil {
			return nil, err
		}
	}
	path := filepath.Join(dir, "bin") + string(os.PathListSeparator) + os.Getenv("PATH")
	return s, errors.Join(os.Setenv("PATH", path), os.Setenv(stageVar, dir))
}

// Alone takes the system's own programs away: only the stage's are left.
func (s *Stage) Alone(t testing.TB) {
	t.Helper()
	t.Setenv("PATH", filepath.Join(s.dir, "bin"))
}

// Remove uninstalls a program, Install puts it there again.
func (s *Stage) Remove(t testing.TB, program string) {
	t.Helper()
	if err := os.Remove(filepath.Join(s.dir, "bin", program)); err != nil {
		t.Fatal(err)
	}
}

// Install puts a program there.
func (s *Stage) Install(t testing.TB, program string) {
	t.Helper()
	self, err := os.Executable()
	if err == nil {
		err = os.Symlink(self, filepath.Join(s.dir, "bin", program))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Behave says how a program that is started from now on does.
func (s *Stage) Behave(program, manner string) {
	if err := s.write("manner-"+program, manner); err != nil {
		panic(err)
	}
}

// Pace says how fast players play from now on, those under way too: 1 is as one
// hears it, 0 as fast as can be.
func (s *Stage) Pace(times float64) {
	s.Behave(Player, fmt.Sprint(Well, " ", times))
}

// write replaces a file whole, since a program may be reading it.
func (s *Stage) write(name, content string) error {
	path := filepath.Join(s.dir, name)
	if err := os.WriteFile(path+".new", []byte(content), 0o600); err != nil { // #nosec G703 -- a test's own folder
		return err
	}
	return os.Rename(path+".new", path)
}

// Sound is what one player was given and has played.
type Sound struct {
	PID   int
	Args  []string
	Began time.Time
	// Ended says that it was played to its end; Playing that its player is there.
	Ended, Playing bool
	Samples        []int16
}

// Device is where it was heard, "" for the system's default.
func (s Sound) Device() string { return value(s.Args, "-D") }

// Rate is in samples a second.
func (s Sound) Rate() int {
	n, err := strconv.Atoi(value(s.Args, "-r"))
	if err != nil {
		return 0
	}
	return n
}

// Duration is how long it was heard.
func (s Sound) Duration() time.Duration {
	if s.Rate() == 0 {
		return 0
	}
	return time.Duration(len(s.Samples)) * time.Second / time.Duration(s.Rate())
}

// Level is the root mean square of the samples in decibels against full scale; the
// lowest there is for silence.
func (s Sound) Level() float64 {
	sum := 0.0
	for _, v := range s.Samples {
		sum += float64(v) * float64(v)
	}
	return 10 * math.Log10(sum/float64(max(1, len(s.Samples)))/(32768*32768))
}

// Clipped counts the samples at either end of what a sample can be.
func (s Sound) Clipped() int {
	n := 0
	for _, v := range s.Samples {
		if v == math.MaxInt16 || v == math.MinInt16 {
			n++
		}
	}
	return n
}

// Words are read from the sound of the played synthesiser; ok is false for any other
// sound, and for one that was cut off within them.
func (s Sound) Words() (w Words, ok bool) {
	byteAt := func(i int) (b byte) {
		for bit := range 8 {
			if s.Samples[(i*8+bit)*bitLength+bitLength/2] > 0 {
				b |= 0x80 >> bit
			}
		}
		return b
	}
	have := len(s.Samples) / bitLength / 8
	if have < 4 {
		return Words{}, false
	}
	n := int(binary.BigEndian.Uint32([]byte{byteAt(0), byteAt(1), byteAt(2), byteAt(3)}))
	if n > have-4 {
		return Words{}, false
	}
	message := make([]byte, n)
	for i := range message {
		message[i] = byteAt(4 + i)
	}
	return w, json.Unmarshal(message, &w) == nil
}

// Heard returns every sound since the stage was set, or was cleared, in the order in
// which they began.
func (s *Stage) Heard() []Sound {
	var out []Sound
	for _, r := range s.records(Player) {
		sound := Sound{PID: r.pid, Args: r.args, Began: r.began, Ended: r.ended, Playing: !r.ended && living(r.pid)}
		for i := 0; i+1 < len(r.rest); i += 2 {
			sound.Samples = append(sound.Samples, int16(binary.LittleEndian.Uint16(r.rest[i:]))) // #nosec G115 -- the same bits
		}
		out = append(out, sound)
	}
	return out
}

// Said returns the words of every sound in which they can be read.
func (s *Stage) Said() []string {
	var out []string
	for _, sound := range s.Heard() {
		if w, ok := sound.Words(); ok {
			out = append(out, w.Text)
		}
	}
	return out
}

// Started returns the arguments of every process of a program since the stage was
// set, or was cleared.
func (s *Stage) Started(program string) [][]string {
	var out [][]string
	for _, r := range s.records(program) {
		out = append(out, r.args)
	}
	return out
}

// Clear forgets everything. No process may be under way.
func (s *Stage) Clear() {
	for _, program := range []string{Synthesiser, Player} {
		dir := filepath.Join(s.dir, program)
		if err := errors.Join(os.RemoveAll(dir), os.Mkdir(dir, 0o700)); err != nil {
			panic(err)
		}
	}
}

type record struct {
	pid   int
	began time.Time
	args  []string
	ended bool
	rest  []byte
}

func (s *Stage) records(program string) []record {
	dir := filepath.Join(s.dir, program)
	entries, err := os.ReadDir(dir)
	if err != nil {
		panic(err)
	}
	var out []record
	for _, e := range entries {
		at, pid, ok := strings.Cut(e.Name(), "-")
		if !ok || strings.HasSuffix(pid, ".end") {
			continue
		}
		b, err := os.ReadFile(filepath.Join(dir, e.Name())) // #nosec G304 -- a test's own folder
		if err != nil {
			panic(err)
		}
		r := record{}
		nano, errAt := strconv.ParseInt(at, 10, 64)
		n, errPID := strconv.Atoi(pid)
		head, rest, whole := bytes.Cut(b, []byte("\n"))
		if errAt != nil || errPID != nil || !whole || json.Unmarshal(head, &r.args) != nil {
			continue // it is just being begun
		}
		_, err = os.Stat(filepath.Join(dir, e.Name()+".end"))
		r.pid, r.began, r.rest, r.ended = n, time.Unix(0, nano), rest, !errors.Is(err, fs.ErrNotExist)
		out = append(out, r)
	}
	return out
}
