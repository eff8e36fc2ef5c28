package outbox

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"
	"github.com/dgraph-io/badger/v4/table"
	"github.com/dgraph-io/ristretto/v2/z"

	"chasqui/sync/wire"
)

// finding is what was found in the files of a database without opening it.
type finding struct {
	// newest is the newest record of each key, wherever it lies.
	newest map[string]spot
	// visible is the newest record of each key that badger will show.
	visible map[string]spot
	// trouble is what is wrong with badger's own structures, "" for nothing.
	trouble string
}

// spot is where a record lies.
type spot struct {
	step uint64
	path string
	at   int64
	n    int
}

func (f *finding) wrong(format string, args ...any) {
	if f.trouble == "" {
		f.trouble = fmt.Sprintf(format, args...)
	}
}

// read returns the record at a spot.
func (s spot) read() (record, error) {
	file, err := os.Open(s.path)
	if err != nil {
		return record{}, err
	}
	b := make([]byte, s.n)
	if _, err := file.ReadAt(b, s.at); err != nil {
		return record{}, errors.Join(err, file.Close())
	}
	if err := file.Close(); err != nil {
		return record{}, err
	}
	r, _, err := decodeRecord(b)
	return r, err
}

// inspect reads every file of a database. It changes nothing but this: empty logs,
// which a crash can leave and on which badger will not open, are deleted.
func inspect(dir string) (*finding, error) {
	f := &finding{newest: map[string]spot{}, visible: map[string]spot{}}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			return nil, err
		}
		if info.Size() > 0 || e.IsDir() {
			names = append(names, e.Name())
			continue
		}
		if ext := filepath.Ext(e.Name()); ext == ".mem" || ext == ".vlog" || e.Name() == "DISCARD" {
			if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
				return nil, err
			}
		}
	}
	tables := f.checkManifest(dir, names)
	lastLog := ""
	for _, name := range names {
		if strings.HasSuffix(name, ".vlog") {
			lastLog = name // names are sorted
		}
	}
	for _, name := range names {
		path := filepath.Join(dir, name)
		var shown func([]byte) int
		switch filepath.Ext(name) {
		case ".sst":
			shown = func(b []byte) int { return len(b) }
			if !tables[name] {
				shown = func([]byte) int { return 0 } // badger will delete it
			} else if err := checkTable(path); err != nil {
				f.wrong("table %s: %v", name, err)
			}
		case ".mem":
			shown = walkLog
		case ".vlog":
			shown = func(b []byte) int { return len(b) }
			if name == lastLog {
				shown = walkLog // badger cuts the last one at the first bad entry
			}
		default:
			continue
		}
		if err := f.readFile(path, shown); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// readFile notes every record in a file. shown returns up to where badger will
// show what the file holds.
func (f *finding) readFile(path string, shown func([]byte) int) error {
	b, err := os.ReadFile(path) // #nosec G304 -- in the outbox's own folder
	if err != nil {
		return err
	}
	if strings.HasSuffix(path, ".mem") || strings.HasSuffix(path, ".vlog") {
		// No key of ours encrypts anything: another key's number is a damaged head, on
		// which badger will not open.
		if len(b) >= 8 && binary.BigEndian.Uint64(b) != 0 {
			f.wrong("log %s has a damaged head", filepath.Base(path))
		}
	}
	end := shown(b)
	carve(b, func(at, n int, r record) {
		s := spot{step: r.step, path: path, at: int64(at), n: n}
		note(f.newest, r.key, s)
		if at+n <= end {
			note(f.visible, r.key, s)
		}
	})
	return nil
}

func note(m map[string]spot, key string, s spot) {
	if old, ok := m[key]; !ok || old.step < s.step {
		m[key] = s
	}
}

// carve calls fn for every good record in b, whatever lies between them.
func carve(b []byte, fn func(at, n int, r record)) {
	for at := 0; ; {
		next := bytes.Index(b[at:], recordMagic)
		if next < 0 {
			return
		}
		at += next
		r, n, err := decodeRecord(b[at:])
		if err != nil {
			at++
			continue
		}
		fn(at, n, r)
		at += n
	}
}

// checkManifest replays badger's manifest and returns the tables that it lists. On
// a table that it does not list badger deletes the file, so a manifest that is cut
// off is dangerous: what is then missing shows by the records.
func (f *finding) checkManifest(dir string, names []string) map[string]bool {
	listed := map[string]bool{}
	file, err := os.Open(filepath.Join(dir, badger.ManifestFilename)) // #nosec G304 -- in the outbox's own folder
	if errors.Is(err, fs.ErrNotExist) {
		return listed
	}
	if err == nil {
		var manifest badger.Manifest
		manifest, _, err = badger.ReplayManifestFile(file, 0, badger.DefaultOptions(dir).WithLogger(nil))
		err = errors.Join(err, file.Close())
		for id := range manifest.Tables {
			listed[table.IDToFilename(id)] = true
		}
	}
	if err != nil {
		f.wrong("manifest: %v", err)
	}
	for name := range listed {
		if !slices.Contains(names, name) {
			f.wrong("table %s is gone", name)
		}
	}
	return listed
}

// checkTable verifies every block of a table. badger does the same when it opens,
// but from a goroutine in which a damaged table can end the process.
func checkTable(path string) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %.200s", wire.ErrMalformed, fmt.Sprint(p))
		}
	}()
	file, err := z.OpenMmapFile(path, os.O_RDONLY, 0)
	if err != nil {
		return err
	}
	t, err := table.OpenTable(file, table.Options{BlockSize: 4096, Compression: options.None, ChkMode: options.OnTableRead})
	if err != nil {
		return err
	}
	return t.Close(-1)
}

// The form of badger's logs, see logFile.iterate in badger v4.
const (
	logHead      = 20
	logTxn       = 1 << 6
	logTxnEnd    = 1 << 7
	logMaxKey    = 1 << 16
	logMaxHeader = 22
)

// walkLog returns how far badger will read a log: to the end of the last whole
// transaction before the first bad entry.
func walkLog(b []byte) int {
	good := min(logHead, len(b))
	var open uint64 // the transaction whose end has not come
	for at := logHead; at < len(b); {
		meta, key, value, n := logEntry(b[at:])
		if n == 0 {
			return good
		}
		at += n
		switch {
		case meta&logTxn != 0:
			if len(key) < 8 {
				return good
			}
			txn := ^binary.BigEndian.Uint64(key[len(key)-8:])
			if open == 0 {
				open = txn
			}
			if open != txn {
				return good
			}
		case meta&logTxnEnd != 0:
			if fmt.Sprint(open) != string(value) {
				return good
			}
			open, good = 0, at
		default:
			if open != 0 {
				return good
			}
			good = at
		}
	}
	return good
}

// logEntry reads one entry; its length is 0 when it is not a good one.
func logEntry(b []byte) (meta byte, key, value []byte, n int) {
	if len(b) < 2 {
		return 0, nil, nil, 0
	}
	at := 2
	var lengths [3]uint64 // of key and value, and the time of expiry
	for i := range lengths {
		v, n := binary.Uvarint(b[at:min(at+10, len(b))])
		if n <= 0 {
			return 0, nil, nil, 0
		}
		lengths[i] = v
		at += n
	}
	if lengths[0] == 0 || lengths[0] > logMaxKey || lengths[1] > uint64(len(b)) || at > logMaxHeader {
		return 0, nil, nil, 0
	}
	k, v := int(lengths[0]), int(lengths[1]) // #nosec G115 -- bounded above
	end := at + k + v
	if end+4 > len(b) || crc32.Checksum(b[:end], crc32.MakeTable(crc32.Castagnoli)) != binary.BigEndian.Uint32(b[end:]) {
		return 0, nil, nil, 0
	}
	return b[0], b[at : at+k], b[at+k : end], end + 4
}

// judge compares what was found with the mark and says what is wrong, or "". hasMark
// is false when there was never a mark.
func (f *finding) judge(m mark, hasMark bool) string {
	if f.trouble != "" {
		return f.trouble
	}
	shown, ok := f.visible[keyMeta]
	if !ok {
		if hasMark {
			return "the database is empty, and the high-water mark says that it was not"
		}
		return ""
	}
	if hasMark && shown.step < m.step {
		return fmt.Sprintf("the database ends at step %d, and step %d was reported as durable", shown.step, m.step)
	}
	gone := f.removed()
	for key, s := range f.newest {
		if v, ok := f.visible[key]; (ok && v.step >= s.step) || (hasMark && s.step > m.step) || gone[key] {
			continue
		}
		return fmt.Sprintf("badger will not show a record of step %d in %s", s.step, filepath.Base(s.path))
	}
	r, err := shown.read()
	if err != nil {
		return err.Error()
	}
	state, err := decodeMeta(r.value)
	if err != nil {
		return err.Error()
	}
	for seq := uint64(1); seq <= state.Seq; seq++ {
		_, item := f.visible[itemKey(state.Epoch, seq)]
		_, removal := f.visible[removalKey(state.Epoch, seq)]
		if !item && !removal {
			return fmt.Sprintf("item %d of %d is missing", seq, state.Seq)
		}
	}
	return ""
}

// removed returns the keys of what was pruned: badger may have forgotten them
// while their bytes still lie somewhere.
func (f *finding) removed() map[string]bool {
	gone := map[string]bool{}
	for key, s := range f.newest {
		if key[0] != keyRemoval {
			continue
		}
		epoch, seq, ok := placeOf(key)
		r, err := s.read()
		if !ok || err != nil {
			continue
		}
		if log, err := decodeRemoval(r.value); err == nil {
			gone[itemKey(epoch, seq)], gone[stateKey(log.ID)] = true, true
		}
	}
	return gone
}
