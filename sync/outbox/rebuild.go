package outbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"chasqui/sync/wire"
)

// salvage is what could be read of a damaged database.
type salvage struct {
	keys  []string // of the records to keep, sorted
	spots map[string]spot
	step  uint64
	old   meta // zero when it could not be read
	ends  map[wire.Epoch]epochEnd
	items int
	files map[string]bool // the attachments' files that items name
}

// rebuild moves a damaged database aside and puts in its place a new one with
// every record that can be read, under a new epoch. A crash at any point of it is
// made good at the next open: until the first rename the damaged database is where
// it was, and after it the new one is complete.
func (b *box) rebuild(f *finding, m mark, hasMark bool, reason string) error {
	s := gather(f)
	s.finishEpochs(m, hasMark)
	size := uint64(0)
	for _, key := range s.keys {
		size += uint64(s.spots[key].n) // #nosec G115 -- a length
	}
	if err := b.room(2*size+2*memTableSize, false); err != nil {
		return err
	}
	epoch, err := newEpoch(b.opts.Random)
	if err != nil {
		return err
	}
	aside, err := b.newAside()
	if err != nil {
		return err
	}
	next := meta{Version: metaVersion, Epoch: epoch, Chain: chainStart(epoch), Cursor: s.old.Cursor, Folder: filepath.Base(aside)}
	next.Damage = fmt.Sprintf("the outbox was damaged: %s; %d items could be read and are kept, %s; the damaged copy is in %s",
		reason, s.items, s.lost(), next.Folder)
	step := max(s.step, m.step) + 1
	if err := b.fill(s, next, step); err != nil {
		return err
	}

	// What belongs to items that are lost is kept with the damaged copy.
	if err := b.setFilesAside(s.files, aside); err != nil {
		return err
	}
	if old, err := os.ReadFile(filepath.Join(b.dir, markName)); err == nil { // #nosec G304 -- in the outbox's own folder
		if err := writeSynced(filepath.Join(aside, markName), old); err != nil {
			return err
		}
	}
	if err := writeSynced(filepath.Join(aside, "note.txt"), []byte(next.Damage+"\nfound at "+b.opts.Now().UTC().Format("2006-01-02 15:04:05")+" UTC\n")); err != nil {
		return err
	}
	if err := errors.Join(syncDir(aside), syncDir(b.dir)); err != nil {
		return err
	}
	db := filepath.Join(b.dir, dbName)
	if err := os.Rename(db, filepath.Join(aside, dbName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := errors.Join(syncDir(aside), syncDir(b.dir)); err != nil {
		return err
	}
	if err := os.Rename(filepath.Join(b.dir, newDBName), db); err != nil {
		return err
	}
	if err := syncDir(b.dir); err != nil {
		return err
	}
	mf, err := openMark(b.dir, !hasMark, b.opts.Place)
	if err != nil {
		return err
	}
	err = mf.write(mark{epoch: epoch, seq: 0, chain: next.Chain, step: step})
	return errors.Join(err, mf.close(), syncDir(b.dir))
}

// gather takes the newest record of every key, less what was pruned.
func gather(f *finding) *salvage {
	s := &salvage{spots: f.newest, ends: map[wire.Epoch]epochEnd{}, files: map[string]bool{}}
	gone := f.removed()
	have := map[wire.Epoch]map[uint64]bool{}
	seen := func(epoch wire.Epoch, seq uint64) {
		if have[epoch] == nil {
			have[epoch] = map[uint64]bool{}
		}
		have[epoch][seq] = true
		end := s.ends[epoch]
		end.Last = max(end.Last, seq)
		s.ends[epoch] = end
	}
	for key, at := range f.newest {
		s.step = max(s.step, at.step)
		if gone[key] {
			continue
		}
		r, err := at.read()
		if err != nil {
			continue
		}
		switch key[0] {
		case keyMeta[0]:
			if m, err := decodeMeta(r.value); err == nil {
				s.old = m
			}
			continue
		case keyEpoch:
			// Its record is written anew, so that it knows what is missing now.
			var epoch wire.Epoch
			if end, err := decodeEpochEnd(r.value); err == nil && len(key) == 1+len(epoch) {
				copy(epoch[:], key[1:])
				end.Last = max(end.Last, s.ends[epoch].Last)
				s.ends[epoch] = end
			}
			continue
		case keyItem:
			_, h, err := decodeItemRecord(r.value)
			if err != nil || itemKey(h.Epoch, h.Seq) != key {
				continue
			}
			s.items++
			seen(h.Epoch, h.Seq)
			if h.Part != nil {
				s.files[h.Part.File.String()] = true
			}
		case keyRemoval:
			if epoch, seq, ok := placeOf(key); ok {
				seen(epoch, seq)
			}
		}
		s.keys = append(s.keys, key)
	}
	sort.Strings(s.keys)
	for epoch, end := range s.ends {
		end.Missing = nil
		for seq := uint64(1); seq <= end.Last; seq++ {
			if !have[epoch][seq] {
				end.miss(seq)
			}
		}
		s.ends[epoch] = end
	}
	return s
}

// miss adds one seq, higher than those before, to what is missing.
func (e *epochEnd) miss(seq uint64) {
	if n := len(e.Missing); n > 0 && e.Missing[n-1][1] == seq-1 {
		e.Missing[n-1][1] = seq
		return
	}
	e.Missing = append(e.Missing, [2]uint64{seq, seq})
}

// finishEpochs counts as missing what the mark and the old meta say was there.
func (s *salvage) finishEpochs(m mark, hasMark bool) {
	extend := func(epoch wire.Epoch, last uint64) {
		if epoch.IsZero() {
			return
		}
		end := s.ends[epoch]
		if last > end.Last {
			if n := len(end.Missing); n > 0 && end.Missing[n-1][1] == end.Last {
				end.Missing[n-1][1] = last
			} else {
				end.Missing = append(slices.Clone(end.Missing), [2]uint64{end.Last + 1, last})
			}
			end.Last = last
		}
		s.ends[epoch] = end
	}
	extend(s.old.Epoch, s.old.Seq)
	if hasMark {
		extend(m.epoch, m.seq)
	}
}

// lost says in words what is missing.
func (s *salvage) lost() string {
	var parts []string
	for epoch, end := range s.ends {
		for _, m := range end.Missing {
			parts = append(parts, fmt.Sprintf("%d to %d of epoch %s", m[0], m[1], epoch))
		}
	}
	if len(parts) == 0 {
		return "none is missing"
	}
	slices.Sort(parts)
	return "missing are items " + strings.Join(parts, ", ")
}

// newAside makes the next free folder for a damaged copy.
func (b *box) newAside() (string, error) {
	for n := 1; ; n++ {
		path := filepath.Join(b.dir, fmt.Sprintf("%s%d", damagedName, n))
		err := os.Mkdir(path, 0o700)
		if !errors.Is(err, fs.ErrExist) {
			return path, err
		}
	}
}

// fill writes the salvage into a new database, the meta record last.
func (b *box) fill(s *salvage, next meta, step uint64) (err error) {
	dir := filepath.Join(b.dir, newDBName)
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	shelf, err := openShelf(dir, b.opts)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, shelf.close()) }()
	var set []record
	size := 0
	flush := func() error {
		w := writing{set: set}
		set, size = nil, 0
		return shelf.write(w)
	}
	for _, key := range s.keys {
		r, err := s.spots[key].read()
		if err != nil {
			return err
		}
		if set, size = append(set, r), size+len(r.value); size > 128<<10 || len(set) >= 200 {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := flush(); err != nil {
		return err
	}
	for epoch, end := range s.ends {
		value, err := json.Marshal(end)
		if err != nil {
			return err
		}
		set = append(set, record{step: step, key: epochKey(epoch), value: value})
	}
	value, err := json.Marshal(next)
	if err != nil {
		return err
	}
	set = append(set, record{step: step, key: keyMeta, value: value})
	return flush()
}

// setFilesAside moves attachments' files that no item names any more.
func (b *box) setFilesAside(needed map[string]bool, aside string) error {
	from := filepath.Join(b.dir, filesName)
	found, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	to := filepath.Join(aside, filesName)
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	for _, e := range found {
		if needed[e.Name()] {
			continue
		}
		if err := os.Rename(filepath.Join(from, e.Name()), filepath.Join(to, e.Name())); err != nil {
			return err
		}
	}
	return errors.Join(syncDir(from), syncDir(to))
}
