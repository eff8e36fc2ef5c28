package speech

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"path"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
	"golang.org/x/text/unicode/norm"
)

const (
	// ClipsFile is the name of the index in a folder of clips.
	ClipsFile = "clips.yaml"
	// MostClip is the longest clip; it is read whole before it is played.
	MostClip = time.Minute
	// mostIndex is the largest index, in bytes.
	mostIndex = 4 << 20
)

// Clips are the recorded clips of one language: texts that somebody has said, each
// in a WAV file. The zero value and nil have none.
type Clips struct {
	folder fs.FS
	files  map[string]string
}

// ReadClips reads a folder's index, a YAML file that gives for each text the file
// in which it is said:
//
//	"Mari mari": mari-mari.wav
//	"Continuar": buttons/continuar.wav
//
// A text is said by a clip when it is the same letter by letter; only spaces may
// differ. Every file is looked into, so that a clip that cannot be played is named
// now, by its line, and not missed by somebody who cannot see.
func ReadClips(folder fs.FS) (*Clips, error) {
	b, err := readSome(folder, ClipsFile, mostIndex)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: there is no such file; write one line for each clip: \"its text\": its-file.wav", ClipsFile)
	}
	if err != nil {
		return nil, err
	}
	c := &Clips{folder: folder, files: map[string]string{}}
	var document yaml.Node
	if err := yaml.Unmarshal(b, &document); err != nil {
		return nil, fmt.Errorf("%s: not an index of clips: %w", ClipsFile, err)
	}
	if document.Kind == 0 { // nothing recorded yet
		return c, nil
	}
	index := document.Content[0]
	if index.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%s:%d: write one line for each clip: \"its text\": its-file.wav", ClipsFile, index.Line)
	}
	lines := map[string]int{}
	for i := 0; i+1 < len(index.Content); i += 2 {
		text, file := index.Content[i], index.Content[i+1]
		wrong := func(say string, args ...any) error {
			return fmt.Errorf("%s:%d: %q: %w", ClipsFile, text.Line, text.Value, fmt.Errorf(say, args...))
		}
		key := spoken(text.Value)
		switch {
		case text.Kind != yaml.ScalarNode || file.Kind != yaml.ScalarNode:
			return nil, wrong("write the text in quotes, a colon, and the name of one file")
		case key == "":
			return nil, wrong("there are no words in this text; take the line out")
		case lines[key] != 0:
			return nil, wrong("this text stands on line %d already; take one out", lines[key])
		case !fs.ValidPath(file.Value) || path.Ext(file.Value) != ".wav":
			return nil, wrong("%q is not a file of this folder that ends in .wav", file.Value)
		}
		if err := checkClip(folder, file.Value); err != nil {
			return nil, wrong("%w", err)
		}
		lines[key], c.files[key] = text.Line, file.Value
	}
	return c, nil
}

// spoken is the form in which texts are compared.
func spoken(text string) string {
	return strings.Join(strings.Fields(norm.NFC.String(text)), " ")
}

// find returns the file in which a text is said, "" for none.
func (c *Clips) find(text string) string {
	if !c.any() {
		return ""
	}
	return c.files[spoken(text)]
}

// any reports whether there is a clip at all.
func (c *Clips) any() bool { return c != nil && len(c.files) > 0 }

// checkClip looks into a clip without reading its sound.
func checkClip(folder fs.FS, file string) error {
	f, err := folder.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no file %s", file)
	}
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // it is only read
	wav, err := openWAV(f)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	frame := int64(2 * wav.channels)
	switch {
	case wav.left < frame:
		return fmt.Errorf("%s: there is no sound in it", file)
	case wav.left > int64(MostClip.Seconds())*int64(wav.rate)*frame:
		return fmt.Errorf("%s: it says that it is longer than %v; record a clip for each text", file, MostClip)
	}
	return nil
}

// clip makes the sound of a clip.
func (r *run) clip(s *sound, language, file string) error {
	f, err := r.s.clips[language].folder.Open(file)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // it is only read
	wav, err := openWAV(f)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	most := int64(MostClip.Seconds()) * int64(wav.rate) * 2
	samples, err := io.ReadAll(io.LimitReader(wav, most))
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	samples = samples[:len(samples)&^1]
	even(samples, wav.rate)
	s.rate = wav.rate
	for len(samples) > 0 {
		n := min(piece, len(samples))
		select {
		case s.samples <- samples[:n:n]:
		case <-r.ctx.Done():
			return errEnded
		}
		samples = samples[n:]
	}
	return nil
}

// speechLevel is how loud espeak-ng's voices are where they speak: the root mean
// square against full scale.
const speechLevel = 0.1

// even brings a clip to the loudness of espeak-ng's voices, so that the level that
// the operator has set for one holds for the other too. Silence around the words
// does not count. A clip with a loud click stays quieter rather than be clipped.
func even(samples []byte, rate int) {
	level, peak := loudness(samples, rate)
	if level == 0 {
		return
	}
	amplify(samples, math.Min(speechLevel/level, 1/peak))
}

// loudness returns the level of the loud parts of a sound, and its peak, against
// full scale.
func loudness(samples []byte, rate int) (level, peak float64) {
	window := rate / 20 * 2
	var powers []float64
	for start := 0; start < len(samples); start += window {
		part := samples[start:min(start+window, len(samples))]
		sum := 0.0
		for i := 0; i+1 < len(part); i += 2 {
			v := float64(int16(binary.LittleEndian.Uint16(part[i:]))) / 32768
			peak = math.Max(peak, math.Abs(v))
			sum += v * v
		}
		powers = append(powers, sum/float64(max(1, len(part)/2)))
	}
	// Quieter than the peak by 40 dB is silence.
	sum, loud := 0.0, 0
	for _, power := range powers {
		if power > peak*peak*1e-4 {
			sum += power
			loud++
		}
	}
	if loud == 0 {
		return 0, peak
	}
	return math.Sqrt(sum / float64(loud)), peak
}

// readSome reads a file that is not larger than it can sensibly be.
func readSome(folder fs.FS, name string, most int64) ([]byte, error) {
	f, err := folder.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // it is only read
	var b bytes.Buffer
	n, err := io.Copy(&b, io.LimitReader(f, most+1))
	if err != nil {
		return nil, err
	}
	if n > most {
		return nil, fmt.Errorf("%s: it is larger than %d bytes", name, most)
	}
	return b.Bytes(), nil
}
