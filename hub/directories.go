package hub

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"chasqui/sync/wire"
)

// Listed is a municipality's directory of units as its root signed it.
type Listed struct {
	wire.Directory
	// Statement is what goes to kiosks, unchanged: they check it themselves.
	Statement wire.Statement
}

// Directories are the municipalities that a hub serves: a folder with one folder
// each, "municipalities/prueba/{root.pub,directory.json}". root.pub is the root's
// public key in base64, directory.json a wire.Statement. The hub checks the
// statement with the root and could not have made it.
//
// A file that changes is read again by itself. One that does not hold, or is
// older than what is in use, is logged once and the last good one stays: a wrong
// copy must not stop a municipality.
type Directories struct {
	dir string
	log *slog.Logger
	now func() time.Time

	mu      sync.Mutex
	looked  time.Time
	folders map[string]*folder
	byScope map[Scope]*folder
}

// folder is one municipality's folder as last seen.
type folder struct {
	seen   string // sizes and times of the two files
	listed *Listed
}

// recheck is how long a look at the files holds.
const recheck = 2 * time.Second

// Names within the folder of municipalities.
const (
	RootFile      = "root.pub"
	DirectoryFile = "directory.json"
)

// ReadDirectories reads every municipality below dir. Each error names the file.
// A dir that is not there yet has no municipality in it.
func ReadDirectories(dir string, now func() time.Time, log *slog.Logger) (*Directories, error) {
	d := &Directories{dir: dir, log: log, now: now, folders: map[string]*folder{}, byScope: map[Scope]*folder{}}
	if faults := d.reread(); len(faults) > 0 {
		return nil, faults[0]
	}
	d.looked = now()
	return d, nil
}

// Find returns the directory of a municipality, or of the one in which an office
// lies.
func (d *Directories) Find(scope Scope) (Listed, bool) {
	municipality, ok := scope.Municipality()
	if !ok {
		return Listed{}, false
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.refresh()
	f, ok := d.byScope[municipality]
	if !ok {
		return Listed{}, false
	}
	return *f.listed, true
}

// All returns every municipality's directory, ordered by scope.
func (d *Directories) All() []Listed {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.refresh()
	out := make([]Listed, 0, len(d.byScope))
	for _, f := range d.byScope {
		out = append(out, *f.listed)
	}
	slices.SortFunc(out, func(a, b Listed) int { return strings.Compare(a.Municipality, b.Municipality) })
	return out
}

func (d *Directories) refresh() {
	if since := d.now().Sub(d.looked); since >= 0 && since < recheck {
		return
	}
	d.looked = d.now()
	for _, fault := range d.reread() {
		d.log.Warn("directory of units not taken; the last good one stays", "reason", fault.Error())
	}
}

// reread takes in what changed and returns what was wrong with it.
func (d *Directories) reread() (faults []error) {
	entries, err := os.ReadDir(d.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return []error{fmt.Errorf("municipalities: %w", err)}
	}
	for _, entry := range entries {
		path := filepath.Join(d.dir, entry.Name())
		if info, err := os.Stat(path); err != nil || !info.IsDir() || strings.HasPrefix(entry.Name(), ".") {
			continue
		}
		f := d.folders[entry.Name()]
		if f == nil {
			f = &folder{}
			d.folders[entry.Name()] = f
		}
		seen := fingerprint(path)
		if seen == f.seen {
			continue
		}
		f.seen = seen
		if err := d.take(f, path); err != nil {
			faults = append(faults, err)
		}
	}
	return faults
}

func (d *Directories) take(f *folder, path string) error {
	listed, err := readListed(path)
	if err != nil {
		return err
	}
	scope := Scope(listed.Municipality)
	if other, ok := d.byScope[scope]; ok && other != f {
		return fmt.Errorf("%s: another folder has the directory of %s already", filepath.Join(path, DirectoryFile), scope)
	}
	if f.listed != nil {
		if f.listed.Municipality != listed.Municipality {
			return fmt.Errorf("%s: it was the directory of %s and is now of %s: use a folder of its own", filepath.Join(path, DirectoryFile), f.listed.Municipality, scope)
		}
		if listed.Version < f.listed.Version {
			return fmt.Errorf("%s: version %d is older than version %d in use", filepath.Join(path, DirectoryFile), listed.Version, f.listed.Version)
		}
		d.log.Info("directory of units read again", "municipality", listed.Municipality, "version", listed.Version)
	}
	f.listed = &listed
	d.byScope[scope] = f
	return nil
}

func readListed(path string) (Listed, error) {
	rootFile, directoryFile := filepath.Join(path, RootFile), filepath.Join(path, DirectoryFile)
	text, err := readSmall(rootFile)
	if err != nil {
		return Listed{}, fmt.Errorf("a municipality needs its root's public key: %w", err)
	}
	root, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(root) != ed25519.PublicKeySize {
		return Listed{}, fmt.Errorf("%s: %w: it should hold a public key, %d bytes in base64", rootFile, ErrInvalid, ed25519.PublicKeySize)
	}
	encoded, err := readSmall(directoryFile)
	if err != nil {
		return Listed{}, fmt.Errorf("a municipality needs its signed directory of units: %w", err)
	}
	statement, err := wire.DecodeStatement(encoded)
	if err != nil {
		return Listed{}, fmt.Errorf("%s: %w", directoryFile, err)
	}
	directory, err := wire.OpenDirectory(statement, root)
	if errors.Is(err, wire.ErrSignature) {
		return Listed{}, fmt.Errorf("%s: it was not signed by the root in %s", directoryFile, rootFile)
	}
	if err != nil {
		return Listed{}, fmt.Errorf("%s: %w", directoryFile, err)
	}
	scope, err := ParseScope(directory.Municipality)
	if err != nil || scope.Level() != levelComuna {
		return Listed{}, fmt.Errorf("%s: %w: %q is not a municipality such as CL/13/13101", directoryFile, ErrInvalid, directory.Municipality)
	}
	return Listed{Directory: directory, Statement: statement}, nil
}

func readSmall(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > wire.MaxPacket {
		return nil, fmt.Errorf("%s: %w: %d bytes are too many", path, ErrInvalid, info.Size())
	}
	return os.ReadFile(path) // #nosec G304 -- below the folder that the operator names
}

// fingerprint changes whenever one of the two files does.
func fingerprint(path string) string {
	var b strings.Builder
	for _, name := range []string{RootFile, DirectoryFile} {
		if info, err := os.Stat(filepath.Join(path, name)); err == nil {
			fmt.Fprintf(&b, "%s %d %d\n", name, info.Size(), info.ModTime().UnixNano())
		}
	}
	return b.String()
}
