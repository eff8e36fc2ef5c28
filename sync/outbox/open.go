package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"chasqui/sync/wire"
)

// Badger is the Outbox on the disk.
type Badger struct {
	*box
	release func() error
}

var _ Outbox = (*Badger)(nil)

// Open opens the outbox in a folder, or makes one. It checks everything that is
// there; damage does not stop it, see the package comment. Errors: ErrLocked, and
// ErrFull when there is not even room to open (badger would end the process).
func Open(dir string, o Options) (*Badger, error) {
	b, err := open(dir, o.withDefaults())
	if err != nil {
		return nil, fmt.Errorf("open the outbox in %s: %w", dir, err)
	}
	return b, nil
}

func open(dir string, o Options) (_ *Badger, err error) {
	if err := os.MkdirAll(filepath.Join(dir, filesName), 0o700); err != nil {
		return nil, err
	}
	release, err := lockFile(filepath.Join(dir, lockName))
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, release())
		}
	}()
	if err := errors.Join(finishSwap(dir), syncDir(dir), syncDir(filepath.Dir(dir))); err != nil {
		return nil, err
	}
	b := newBox(o)
	b.dir, b.files = dir, folder{filepath.Join(dir, filesName)}
	b.makeRoom = func() error { return dropBallast(dir) }
	b.afterPrune = b.keepBallast
	if err := b.room(memTableSize, false); err != nil {
		return nil, err
	}
	shelf, err := b.openChecked()
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, shelf.close())
		}
	}()
	if err := b.begin(shelf); err != nil {
		return nil, err
	}
	return &Badger{box: b, release: release}, nil
}

// Close implements Outbox.
func (b *Badger) Close() error {
	err := b.box.Close()
	b.mu.Lock()
	release := b.release
	b.release = nil
	b.mu.Unlock()
	if release != nil {
		err = errors.Join(err, release())
	}
	return err
}

// finishSwap completes a rebuilding that was cut short between its two renames:
// the damaged database was moved aside and the new one, complete, had not taken its
// place.
func finishSwap(dir string) error {
	if _, err := os.Stat(filepath.Join(dir, dbName)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	err := os.Rename(filepath.Join(dir, newDBName), filepath.Join(dir, dbName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// openChecked looks at the files, rebuilds a damaged database, opens it and loads
// it into the box.
func (b *box) openChecked() (*badgerShelf, error) {
	db := filepath.Join(b.dir, dbName)
	reason := ""
	for attempt := 0; ; attempt++ {
		m, markErr := readMark(b.dir)
		if markErr != nil && !errors.Is(markErr, fs.ErrNotExist) && !errors.Is(markErr, wire.ErrMalformed) {
			return nil, markErr
		}
		hasMark := markErr == nil
		f, err := inspect(db)
		if errors.Is(err, fs.ErrNotExist) {
			f, err = &finding{}, nil
		}
		if err != nil {
			return nil, err
		}
		if reason == "" {
			reason = f.judge(m, hasMark)
		}
		if reason == "" && !hasMark && f.visible[keyMeta].step > 1 {
			reason = fmt.Sprintf("the high-water mark cannot be read (%v), so nobody can say whether the database is whole", markErr)
		}
		if reason != "" {
			if attempt == 2 {
				return nil, fmt.Errorf("still damaged after it was rebuilt: %s", reason)
			}
			b.opts.Log.Error("the outbox is damaged and is rebuilt", "reason", reason)
			if err := b.rebuild(f, m, hasMark, reason); err != nil {
				return nil, fmt.Errorf("rebuild it (%s): %w", reason, err)
			}
			reason = ""
			continue
		}
		shelf, err := openShelf(db, b.opts)
		if err != nil {
			if notDamage(err) {
				return nil, err
			}
			reason = err.Error()
			continue
		}
		if reason, err = b.load(shelf, m, hasMark); err == nil && reason == "" {
			return shelf, nil
		}
		if err = errors.Join(err, shelf.close()); err != nil {
			return nil, err
		}
	}
}

// notDamage reports whether badger could not open for a reason that has nothing to
// do with what the files hold. badger does not wrap errors, so their text decides.
func notDamage(err error) bool {
	text := err.Error()
	for _, e := range []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOMEM, syscall.EACCES, syscall.EPERM, syscall.EROFS, syscall.ENOSPC} {
		if strings.Contains(text, e.Error()) {
			return true
		}
	}
	return strings.Contains(text, "Cannot acquire directory lock")
}

// begin makes the loaded box ready: the first transaction of a new outbox, a new
// epoch for a copied one, the mark, the attachments' folder and the ballast.
func (b *box) begin(shelf *badgerShelf) error {
	old, markErr := readMark(b.dir)
	f, err := openMark(b.dir, errors.Is(markErr, wire.ErrMalformed), b.opts.Place)
	if err != nil {
		return err
	}
	b.shelf, shelf.mark = shelf, f
	b.write.Lock()
	defer b.write.Unlock()
	switch {
	case b.step == 0 || (markErr == nil && old.place != f.place):
		if b.step > 0 {
			b.opts.Log.Warn("this outbox was copied or restored, or its box changed: a new epoch begins", "epoch", b.meta.Epoch.String())
		}
		if err := b.renew(); err != nil {
			return err
		}
	case markErr != nil || old.step != b.step:
		// A crash came between the last transaction and its mark.
		if err := f.write(mark{epoch: b.meta.Epoch, seq: b.meta.Seq, chain: b.meta.Chain, step: b.step}); err != nil {
			return err
		}
	}
	if err := syncDir(b.dir); err != nil { // the mark's name
		return err
	}
	orphans, err := b.files.(folder).orphans(b)
	if err != nil {
		return err
	}
	for _, path := range orphans {
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	b.keepBallast()
	return nil
}

// renew begins a new epoch. b.write must be held.
func (b *box) renew() error {
	epoch, err := newEpoch(b.opts.Random)
	if err != nil {
		return err
	}
	next := b.meta
	next.Version, next.Epoch, next.Seq, next.Chain = metaVersion, epoch, 0, chainStart(epoch)
	var set []record
	if b.step > 0 {
		value, err := json.Marshal(epochEnd{Last: b.meta.Seq})
		if err != nil {
			return err
		}
		set = append(set, record{key: epochKey(b.meta.Epoch), value: value})
	}
	return b.put(set, nil, next)
}

// StartEpoch begins a new epoch: for a kiosk that learns that its disk was cloned
// in a way that nothing on it shows, since the hub holds other items under its
// numbers. What waits keeps its epoch and number.
func (b *Badger) StartEpoch(ctx context.Context) error {
	b.write.Lock()
	defer b.write.Unlock()
	if err := b.usable(ctx, true); err != nil {
		return fmt.Errorf("start an epoch: %w", err)
	}
	if err := b.room(1024, false); err != nil {
		return fmt.Errorf("start an epoch: %w", err)
	}
	if err := b.renew(); err != nil {
		return fmt.Errorf("start an epoch: %w", err)
	}
	return nil
}

// keepBallast puts the ballast in place if there is room for it beside the reserve.
func (b *box) keepBallast() {
	size := b.opts.Reserve / 2
	if free, err := b.opts.FreeSpace(b.dir); err != nil || free < b.opts.Reserve+size {
		return
	}
	if err := keepBallast(b.dir, size); err != nil {
		b.opts.Log.Warn("the ballast file could not be made", "error", err)
	}
}
