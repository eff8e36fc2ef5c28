package office

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// writeFile replaces a file so that a power cut leaves the old content or the new
// one: temporary name, fsync, rename, fsync of the folder, which is made if needed.
// What a path is made of was checked where it came in: ids and digests by their
// form, services, units and questions by isName, files by safeName.
func writeFile(path string, content []byte) (err error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil { // #nosec G703 -- checked names
		return err
	}
	tmp, err := os.CreateTemp(dir, ".tmp-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = tmp.Close()
			_ = os.Remove(tmp.Name()) // #nosec G703 -- checked names
			err = fmt.Errorf("write %s: %w", path, err)
		}
	}()
	if _, err = tmp.Write(content); err != nil {
		return err
	}
	if err = tmp.Sync(); err != nil {
		return err
	}
	if err = tmp.Close(); err != nil {
		return err
	}
	if err = os.Rename(tmp.Name(), path); err != nil { // #nosec G703 -- checked names
		return err
	}
	return syncFolders(dir)
}

// syncFolders syncs a folder and the two above it, so that new folders last too.
func syncFolders(dir string) error {
	for range 3 {
		folder, err := os.Open(dir) // #nosec G304 G703 -- the office's own folders
		if err != nil {
			return err
		}
		if err := errors.Join(folder.Sync(), folder.Close()); err != nil {
			return err
		}
		dir = filepath.Dir(dir)
	}
	return nil
}

// readIfThere returns nil when there is no such file.
func readIfThere(path string) ([]byte, error) {
	b, err := os.ReadFile(path) // #nosec G304 -- the office's own folders
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return b, err
}

// isName reports whether s can stand as one element of a path: what services,
// units and questions are called, and nothing that climbs.
func isName(s string) bool {
	return s != "" && len(s) <= 64 && s[0] != '-' && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-_") == ""
}

// reserved are names that Windows keeps for devices.
var reserved = []string{"con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
	"lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9"}

// safeName turns the name that a file had on a citizen's stick into one that is
// safe in a folder of any system: no path, no control characters, no hidden file,
// at most 80 bytes with its ending. An empty one becomes fallback.
func safeName(name, fallback string) string {
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r) && !unicode.Is(unicode.Me, r):
			return r
		case strings.ContainsRune(" .-_()", r):
			return r
		}
		return '_'
	}, strings.ToValidUTF8(name, "_"))
	name = strings.Trim(name, " .-")
	const most = 80
	if len(name) > most {
		ending := filepath.Ext(name)
		if len(ending) > 12 {
			ending = ""
		}
		stem := name[:most-len(ending)]
		for !utf8.ValidString(stem) {
			stem = stem[:len(stem)-1]
		}
		name = strings.TrimRight(stem, " .") + ending
	}
	stem, _, _ := strings.Cut(strings.ToLower(name), ".")
	if strings.Trim(name, "_ .") == "" {
		return fallback
	}
	if slices.Contains(reserved, strings.TrimSpace(stem)) {
		return "_" + name
	}
	return name
}
