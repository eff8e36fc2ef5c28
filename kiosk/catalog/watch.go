package catalog

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"
)

// Watch keeps a catalogue as a folder has it while somebody writes in it, until
// ctx ends. Every so often it looks at the folder; when its files have changed and
// then stayed the same for one look, it loads and lints them, and puts them in the
// place of what into held. What does not load, or has a finding of SeverityError,
// is refused: report is told why, naming file and line, and the last good set
// serves on. report is also told nil when a change was taken, and is called from
// this goroutine.
//
// overlay is as in Load. every must be positive.
func Watch(ctx context.Context, folder, overlay fs.FS, every time.Duration, into *Catalog, report func(error)) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	w := &watcher{folder: folder, overlay: overlay, into: into, report: report}
	for {
		w.look()
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// watcher remembers what it saw and what it took.
type watcher struct {
	folder, overlay fs.FS
	into            *Catalog
	report          func(error)

	seen, judged [sha256.Size]byte
}

// look loads the folder when it has settled since the last look and is not what
// was judged before.
func (w *watcher) look() {
	now := fingerprint(w.folder, w.overlay)
	settled := now == w.seen
	w.seen = now
	if !settled || now == w.judged {
		return
	}
	loaded, err := loadSoundly(w.folder, w.overlay)
	if fingerprint(w.folder, w.overlay) != now {
		return // it changed while it was read: look again
	}
	w.judged = now
	if err == nil {
		w.into.Replace(loaded)
	}
	w.report(err)
}

// loadSoundly loads a catalogue that may be published.
func loadSoundly(folder, overlay fs.FS) (*Catalog, error) {
	loaded, err := Load(folder, overlay)
	if err != nil {
		return nil, err
	}
	var errs []error
	for _, f := range Lint(folder) {
		if f.Severity == SeverityError {
			errs = append(errs, errors.New(f.String()))
		}
	}
	return loaded, errors.Join(errs...)
}

// fingerprint tells one state of the catalogue's files from another. A file that
// cannot be read counts with the reason why.
func fingerprint(folders ...fs.FS) (sum [sha256.Size]byte) {
	hash := sha256.New()
	for _, fsys := range folders {
		if fsys == nil {
			continue
		}
		_ = fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				fmt.Fprintf(hash, "%q %v\n", name, err)
				return nil
			case entry.IsDir():
				if depth := strings.Count(name, "/") + 1; name != "." && depth > 1 {
					return fs.SkipDir // a service is one folder deep
				}
				return nil
			case !strings.HasSuffix(name, ".yaml"):
				return nil
			}
			b, err := readBounded(fsys, name)
			fmt.Fprintf(hash, "%q %d %v\n", name, len(b), err)
			hash.Write(b) // never fails
			return nil
		})
	}
	hash.Sum(sum[:0])
	return sum
}
