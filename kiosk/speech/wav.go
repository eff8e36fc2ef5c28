package speech

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// The rates of samples that are taken. aplay converts them to what the card has.
const leastRate, mostRate = 8000, 48000

// wavReader reads a WAV file's sound: as mono, 16 bits, little-endian.
type wavReader struct {
	rate     int
	channels int
	from     io.Reader
	// left is how many bytes the file says that there are. A synthesiser that writes
	// into a pipe cannot know and writes a number near the largest.
	left int64
	raw  []byte
}

// openWAV reads a WAV file's head. Taken is what espeak-ng writes and what a
// recording program saves by default: PCM with 16 bits, mono or stereo, at 8,000 to
// 48,000 samples a second. The error says what the file is instead.
func openWAV(from io.Reader) (*wavReader, error) {
	var head [12]byte
	if _, err := io.ReadFull(from, head[:]); err != nil {
		return nil, short(err, "there is no sound")
	}
	if string(head[:4]) != "RIFF" || string(head[8:]) != "WAVE" {
		return nil, errors.New("this is not a WAV file")
	}
	w := &wavReader{from: from}
	// Other chunks (who recorded it, and when) may stand before the sound.
	for chunks := 0; chunks < 64; chunks++ {
		var chunk [8]byte
		if _, err := io.ReadFull(from, chunk[:]); err != nil {
			return nil, short(err, "the WAV file ends before its sound begins")
		}
		size := int64(binary.LittleEndian.Uint32(chunk[4:]))
		switch string(chunk[:4]) {
		case "fmt ":
			if err := w.format(size); err != nil {
				return nil, err
			}
		case "data":
			if w.rate == 0 {
				return nil, errors.New("the WAV file has sound before it says of what kind")
			}
			w.left = size
			return w, nil
		default:
			if size > 1<<20 {
				return nil, fmt.Errorf("the WAV file has a part %q of %d bytes before its sound; save it anew", chunk[:4], size)
			}
			if _, err := io.CopyN(io.Discard, from, size+size&1); err != nil {
				return nil, short(err, "the WAV file ends before its sound begins")
			}
		}
	}
	return nil, errors.New("the WAV file has too many parts before its sound; save it anew")
}

// format reads the chunk "fmt ".
func (w *wavReader) format(size int64) error {
	if size < 16 || size > 64 {
		return fmt.Errorf("the WAV file's format has %d bytes, not 16", size)
	}
	b := make([]byte, size+size&1)
	if _, err := io.ReadFull(w.from, b); err != nil {
		return short(err, "the WAV file ends within its format")
	}
	kind, channels, rate, bits := binary.LittleEndian.Uint16(b), binary.LittleEndian.Uint16(b[2:]), binary.LittleEndian.Uint32(b[4:]), binary.LittleEndian.Uint16(b[14:])
	const extensible = 0xfffe // the kind then follows, and may be PCM
	if kind == extensible && size >= 26 {
		kind = binary.LittleEndian.Uint16(b[24:])
	}
	const pcm = 1
	switch {
	case kind != pcm || bits != 16:
		return fmt.Errorf("the WAV file's samples are of kind %d with %d bits; save it as PCM with 16 bits", kind, bits)
	case channels != 1 && channels != 2:
		return fmt.Errorf("the WAV file has %d channels; save it as mono or stereo", channels)
	case rate < leastRate || rate > mostRate:
		return fmt.Errorf("the WAV file has %d samples a second; save it with 22050, or from %d to %d", rate, leastRate, mostRate)
	case binary.LittleEndian.Uint16(b[12:]) != 2*channels:
		return errors.New("the WAV file's format contradicts itself; save it anew")
	}
	w.channels, w.rate = int(channels), int(rate)
	return nil
}

func short(err error, words string) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New(words)
	}
	return err
}

// Read implements io.Reader. Of two channels it gives their mean.
func (w *wavReader) Read(b []byte) (int, error) {
	if w.channels == 1 {
		b = b[:min(int64(len(b)), w.left)]
		if len(b) == 0 {
			return 0, io.EOF
		}
		n, err := w.from.Read(b)
		w.left -= int64(n)
		return n, err
	}
	frames := min(int64(len(b)/2), w.left/4)
	if frames == 0 {
		return 0, io.EOF
	}
	if int64(cap(w.raw)) < frames*4 {
		w.raw = make([]byte, frames*4)
	}
	n, err := io.ReadFull(w.from, w.raw[:frames*4])
	w.left -= int64(n)
	for i := range n / 4 {
		left, right := int16(binary.LittleEndian.Uint16(w.raw[i*4:])), int16(binary.LittleEndian.Uint16(w.raw[i*4+2:]))
		binary.LittleEndian.PutUint16(b[i*2:], uint16(int16((int(left)+int(right))/2)))
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return n / 4 * 2, err
}
