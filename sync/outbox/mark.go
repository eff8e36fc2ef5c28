package outbox

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"chasqui/sync/wire"
)

// mark is the high-water mark: what the last transaction left behind that was
// reported as durable. Its file has two slots, the odd steps in one and the even
// in the other, so that writing one never endangers the other. A slot is
//
//	offset  length  what (numbers big endian)
//	0       8       markMagic
//	8       8       step
//	16      8       seq
//	24      16      epoch
//	40      32      chain
//	72      32      place: SHA-256 of the file's inode and Options.Place
//	104     32      SHA-256 of everything before
type mark struct {
	epoch wire.Epoch
	seq   uint64
	chain wire.Digest
	step  uint64
	place wire.Digest
}

var markMagic = []byte("CHQmark\x01")

const (
	markLength = 136
	// slotLength keeps the two slots in different blocks of the disk.
	slotLength = 4096
)

func (m mark) encode() []byte {
	out := append(make([]byte, 0, markLength), markMagic...)
	out = binary.BigEndian.AppendUint64(out, m.step)
	out = binary.BigEndian.AppendUint64(out, m.seq)
	out = append(out, m.epoch[:]...)
	out = append(out, m.chain[:]...)
	out = append(out, m.place[:]...)
	sum := sha256.Sum256(out)
	return append(out, sum[:]...)
}

func decodeMark(b []byte) (mark, error) {
	var m mark
	if len(b) < markLength || string(b[:8]) != string(markMagic) {
		return m, fmt.Errorf("%w: not a high-water mark", wire.ErrMalformed)
	}
	if sum := sha256.Sum256(b[:104]); string(sum[:]) != string(b[104:markLength]) {
		return m, fmt.Errorf("%w: high-water mark does not match its checksum", wire.ErrMalformed)
	}
	m.step, m.seq = binary.BigEndian.Uint64(b[8:]), binary.BigEndian.Uint64(b[16:])
	copy(m.epoch[:], b[24:])
	copy(m.chain[:], b[40:])
	copy(m.place[:], b[72:])
	if m.epoch.IsZero() || m.step == 0 {
		return mark{}, fmt.Errorf("%w: high-water mark without epoch or step", wire.ErrMalformed)
	}
	return m, nil
}

// decodeMarks reads the higher of the two slots that are good.
func decodeMarks(b []byte) (mark, error) {
	var best mark
	var firstErr error
	for _, from := range []int{0, slotLength} {
		m, err := decodeMark(b[min(from, len(b)):])
		if err != nil && firstErr == nil {
			firstErr = err
		}
		if err == nil && m.step > best.step {
			best = m
		}
	}
	if best.step == 0 {
		return mark{}, firstErr
	}
	return best, nil
}

// markFile is the open file of the mark.
type markFile struct {
	file  *os.File
	place wire.Digest
}

// readMark reads the mark in dir. Its error wraps fs.ErrNotExist or
// wire.ErrMalformed.
func readMark(dir string) (mark, error) {
	b, err := os.ReadFile(filepath.Join(dir, markName)) // #nosec G304 -- in the outbox's own folder
	if err != nil {
		return mark{}, err
	}
	return decodeMarks(b)
}

// openMark opens the mark in dir, or makes a new file for it when fresh is set: a
// spoiled one is replaced as a whole. It must be written once before it counts.
func openMark(dir string, fresh bool, place string) (*markFile, error) {
	path := filepath.Join(dir, markName)
	if fresh {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) // #nosec G304 -- in the outbox's own folder
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && info.Size() != 2*slotLength {
		err = f.Truncate(2 * slotLength)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	sum := sha256.New()
	_, _ = fmt.Fprintf(sum, "%d\x00%s", inode(info), place) // a hash never fails
	m := &markFile{file: f}
	copy(m.place[:], sum.Sum(nil))
	return m, nil
}

// write makes m durable. It must be called after what m vouches for is durable.
func (f *markFile) write(m mark) error {
	m.place = f.place
	at := int64(m.step%2) * slotLength // #nosec G115 -- 0 or 1
	if _, err := f.file.WriteAt(m.encode(), at); err != nil {
		return fmt.Errorf("high-water mark: %w", err)
	}
	if err := f.file.Sync(); err != nil {
		return fmt.Errorf("high-water mark: %w", err)
	}
	return nil
}

func (f *markFile) close() error { return f.file.Close() }
