package speech

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode"
)

const (
	// mostText is the longest utterance in bytes. It fits into a pipe, so that writing
	// it never waits for the child.
	mostText = 32 << 10
	// mostSound is the longest sound; a synthesiser that goes on has lost its mind.
	mostSound = 30 * time.Minute
	piece     = 4096
)

// plain returns a text as it may be given to espeak-ng: without control characters,
// which would be commands to it, without square brackets, between which it reads
// phonemes, and with single spaces. A line's end becomes a paragraph's, at which the
// voice makes a pause.
func plain(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		if line = plainLine(line); line != "" {
			lines = append(lines, line)
		}
	}
	text = strings.Join(lines, "\n\n")
	if len(text) > mostText {
		text = strings.ToValidUTF8(text[:mostText], "")
	}
	return text
}

func plainLine(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune("[]⟦⟧⟪⟫", r), unicode.IsControl(r), r == unicode.ReplacementChar:
			return ' '
		case unicode.Is(unicode.Co, r), unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, text)
	return strings.Join(strings.Fields(text), " ")
}

// wordsAMinute is what a rate comes to: each step is a fifth faster or slower.
func wordsAMinute(usual, step int) int {
	return int(math.Round(float64(usual) * math.Pow(1.2, float64(step))))
}

// espeak has espeak-ng make the sound of a text. Its amplitude is the one at which
// its voices reach full scale and no more; the volume is ours.
func (r *run) espeak(s *sound, voice, text string) error {
	path, err := r.s.synth.path()
	if err != nil {
		return err
	}
	words, out, err := r.pipes(path, []string{
		"-v", voice, "-s", strconv.Itoa(wordsAMinute(r.s.cfg.Rate, r.w.voice.Rate)), "-a", "100", "-b", "1", "--stdin", "--stdout",
	})
	if err != nil {
		return err
	}
	defer out.close()
	b := []byte(text)
	_, err = words.Write(b)
	clear(b)
	if err = errors.Join(err, words.Close()); err != nil {
		return out.failed(fmt.Errorf("it took no words: %w", err))
	}
	wav, err := openWAV(out)
	if err != nil {
		return out.failed(err)
	}
	s.rate = wav.rate
	if err := r.pour(s, wav); err != nil {
		return out.failed(err)
	}
	return r.finish(out.child, r.s.synth.patience)
}

// pour moves the samples of a WAV file into a sound.
func (r *run) pour(s *sound, wav *wavReader) error {
	most := int64(mostSound.Seconds()) * int64(wav.rate) * 2
	for {
		b := make([]byte, piece)
		n, err := io.ReadFull(wav, b)
		n &^= 1
		if most -= int64(n); most < 0 {
			return fmt.Errorf("the sound is longer than %v", mostSound)
		}
		if n > 0 {
			select {
			case s.samples <- b[:n]:
			case <-r.ctx.Done():
				return errEnded
			}
		}
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return nil
		case err != nil:
			return err
		}
	}
}

// output is what a synthesiser writes. It must go on writing.
type output struct {
	run   *run
	child *child
	file  *os.File
}

// Read implements io.Reader.
func (o *output) Read(b []byte) (int, error) {
	patience := o.run.s.synth.patience
	if err := o.file.SetReadDeadline(time.Now().Add(patience)); err != nil {
		return 0, err
	}
	n, err := o.file.Read(b)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = &hung{patience}
	}
	return n, err
}

func (o *output) close() {
	_ = o.file.Close()
	o.child.kill()
}

// failed ends the synthesiser and says why it failed: its own words say more than
// what was wrong with its sound.
func (o *output) failed(err error) error {
	if o.run.ctx.Err() != nil {
		return errEnded
	}
	// What it wrote ended too early: then it ends by itself, and says why.
	_ = o.file.Close()
	if words := lastWords(o.child, err); words != "" {
		return fmt.Errorf("%w; %s", err, words)
	}
	return err
}

// pipes starts a synthesiser with a pipe to it and one from it.
func (r *run) pipes(path string, args []string) (*os.File, *output, error) {
	inR, inW, err := os.Pipe()
	if err != nil {
		return nil, nil, err
	}
	outR, outW, err := os.Pipe()
	if err != nil {
		return nil, nil, errors.Join(err, inR.Close(), inW.Close())
	}
	c, err := r.start(path, args, inR, outW)
	_ = inR.Close()
	_ = outW.Close()
	if err != nil {
		_ = inW.Close()
		_ = outR.Close()
		return nil, nil, err
	}
	return inW, &output{run: r, child: c, file: outR}, nil
}
