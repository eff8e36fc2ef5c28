// Package ears is somebody who listens to a kiosk, for tests: it puts a mouth of its
// own first in the kiosk's PATH, and hears what that is given to say. What is heard
// has come all the way: out of the one program as a sound, through the kiosk's
// volume, and into the other. It knows nothing of the program behind the voice.
package ears

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Message is what a mouth tells over the socket, a line of JSON. The answer to words
// is the number that their sound is to bear.
type Message struct {
	Voice     string `json:"voice,omitempty"`
	Rate      int    `json:"rate,omitempty"`
	Amplitude int    `json:"amplitude,omitempty"`
	Text      string `json:"text,omitempty"`
	// Played says that a sound came to its end: which, how loud, where.
	Played bool   `json:"played,omitempty"`
	Number uint32 `json:"number,omitempty"`
	Peak   int    `json:"peak,omitempty"`
	Device string `json:"device,omitempty"`
}

// Said is one utterance that was heard.
type Said struct {
	// Voice and Rate are what was asked of espeak-ng; Text its words.
	Voice string
	Rate  int
	Text  string
	// Device is where it was heard, "" for the box's own loudspeaker; Peak how loud,
	// Loud at most.
	Device string
	Peak   int
	At     time.Time
}

// Ears hear one kiosk.
type Ears struct {
	dir      string
	listener net.Listener
	done     sync.WaitGroup

	mu sync.Mutex
	// given are the words that were given to the mouth, by their number less one;
	// heard those whose sound was played.
	given []Said
	heard []Said
	more  chan struct{} // closed and replaced at each utterance
}

const socket = "ears"

// New opens ears. mouth is the built program of internal/e2e/ears/mouth.
func New(mouth string) (*Ears, error) {
	// A socket's whole path has room for a hundred letters: t.TempDir may be longer.
	dir, err := os.MkdirTemp("", "ears-")
	if err != nil {
		return nil, err
	}
	e := &Ears{dir: dir, more: make(chan struct{})}
	for _, name := range []string{"espeak-ng", "aplay"} {
		if err := link(mouth, filepath.Join(dir, name)); err != nil {
			return nil, errors.Join(err, os.RemoveAll(dir))
		}
	}
	e.listener, err = net.Listen("unix", filepath.Join(dir, socket))
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	e.done.Go(e.listen)
	return e, nil
}

// link puts a program under another name; where there can be no link, a copy.
func link(from, to string) error {
	if os.Link(from, to) == nil {
		return nil
	}
	b, err := os.ReadFile(from) // #nosec G304 -- a test's own program
	if err != nil {
		return err
	}
	return os.WriteFile(to, b, 0o755) // #nosec G306 -- a program
}

// Close ends the listening.
func (e *Ears) Close() error {
	err := e.listener.Close()
	e.done.Wait()
	return errors.Join(err, os.RemoveAll(e.dir))
}

// Env returns an environment in which a program finds this mouth before any other.
func (e *Ears) Env(env []string) []string {
	out := make([]string, 0, len(env)+1)
	path := os.Getenv("PATH")
	for _, line := range env {
		if name, value, _ := strings.Cut(line, "="); name == "PATH" {
			path = value
			continue
		}
		out = append(out, line)
	}
	return append(out, "PATH="+e.dir+string(filepath.ListSeparator)+path)
}

func (e *Ears) listen() {
	for {
		c, err := e.listener.Accept()
		if err != nil {
			return
		}
		e.done.Go(func() {
			defer c.Close()
			_ = c.SetDeadline(time.Now().Add(10 * time.Second))
			var m Message
			if json.NewDecoder(c).Decode(&m) != nil {
				return // a mouth that was shut in the middle of a word
			}
			_, _ = fmt.Fprintf(c, "%d\n", e.take(m))
		})
	}
}

// take notes what a mouth tells, and returns the number of words that are new.
func (e *Ears) take(m Message) uint32 {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !m.Played {
		e.given = append(e.given, Said{Voice: m.Voice, Rate: m.Rate, Text: m.Text})
		return uint32(len(e.given)) // #nosec G115 -- far fewer
	}
	if m.Number < 1 || int(m.Number) > len(e.given) {
		return 0
	}
	s := e.given[m.Number-1]
	s.Device, s.Peak, s.At = m.Device, m.Peak, time.Now()
	e.heard = append(e.heard, s)
	close(e.more)
	e.more = make(chan struct{})
	return 0
}

// Heard returns everything that was heard so far.
func (e *Ears) Heard() []Said {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]Said(nil), e.heard...)
}

// Given returns all words that were given to the mouth, heard or not.
func (e *Ears) Given() []Said {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]Said(nil), e.given...)
}

// Last returns what was heard last, at most n utterances.
func (e *Ears) Last(n int) []Said {
	all := e.Heard()
	return all[max(len(all)-n, 0):]
}

// ErrNotHeard says that something was not said in time.
var ErrNotHeard = errors.New("not heard")

// Await waits until something is heard that match accepts, from the from-th
// utterance on, and returns it and the number of the utterance after it.
func (e *Ears) Await(ctx context.Context, what string, patience time.Duration, from int, match func(Said) bool) (Said, int, error) {
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	for i := from; ; {
		e.mu.Lock()
		for ; i < len(e.heard); i++ {
			if match(e.heard[i]) {
				s := e.heard[i]
				e.mu.Unlock()
				return s, i + 1, nil
			}
		}
		more := e.more
		e.mu.Unlock()
		select {
		case <-more:
		case <-ctx.Done():
			return Said{}, i, ctx.Err()
		case <-deadline.C:
			return Said{}, i, fmt.Errorf("%w within %s: %s; the last was: %s", ErrNotHeard, patience, what, e.tail(12))
		}
	}
}

// tail are the last words, for somebody who must find out what went wrong.
func (e *Ears) tail(n int) string {
	var out []string
	for _, s := range e.Last(n) {
		out = append(out, fmt.Sprintf("%q", s.Text))
	}
	return strings.Join(out, ", ")
}

// Report tells the ears beside a mouth what it did, and returns the number that they
// give it.
func Report(dir string, m Message) (uint32, error) {
	c, err := net.Dial("unix", filepath.Join(dir, socket))
	if err != nil {
		return 0, fmt.Errorf("nobody listens: %w", err)
	}
	defer c.Close()
	if err := json.NewEncoder(c).Encode(m); err != nil {
		return 0, err
	}
	line, err := bufio.NewReader(c).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, err
	}
	var number uint32
	if _, err := fmt.Sscan(line, &number); err != nil {
		return 0, fmt.Errorf("the ears answered %q: %w", line, err)
	}
	return number, nil
}
