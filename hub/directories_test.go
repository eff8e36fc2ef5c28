package hub_test

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chasqui/hub"
	"chasqui/hub/store/storetest"
)

type clock struct{ at time.Time }

func (c *clock) now() time.Time { c.at = c.at.Add(time.Minute); return c.at }

func read(t *testing.T, dir string, log *bytes.Buffer) *hub.Directories {
	t.Helper()
	d, err := hub.ReadDirectories(dir, (&clock{at: storetest.Start}).now, slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

const (
	city  = storetest.Municipality
	other = hub.Scope("CL/05/05101")
)

func TestDirectoriesAreFoundByAnyPlaceBelow(t *testing.T) {
	dir := t.TempDir()
	storetest.WriteDirectory(t, dir, "prueba", storetest.Directory(city, 3, "atencion"), storetest.Key("root"))
	storetest.WriteDirectory(t, dir, "otra", storetest.Directory(other, 1, "social"), storetest.Key("other root"))
	d := read(t, dir, &bytes.Buffer{})
	listed, ok := d.Find(storetest.Office)
	if !ok || listed.Version != 3 || len(listed.Statement.Signature) == 0 {
		t.Errorf("%+v, %v", listed, ok)
	}
	if _, ok := d.Find("CL/13"); ok {
		t.Error("a region has a directory")
	}
	if _, ok := d.Find("CL/13/131010/centro"); ok {
		t.Error("a namesake has a directory")
	}
	if all := d.All(); len(all) != 2 || all[0].Municipality != string(other) {
		t.Errorf("all: %+v", all)
	}
}

func TestAChangedDirectoryIsReadAgain(t *testing.T) {
	dir, log := t.TempDir(), &bytes.Buffer{}
	root := storetest.Key("root")
	d := read(t, dir, log)
	if _, ok := d.Find(city); ok {
		t.Fatal("found before it was there")
	}
	storetest.WriteDirectory(t, dir, "prueba", storetest.Directory(city, 1, "atencion"), root)
	if _, ok := d.Find(city); !ok {
		t.Fatalf("a new municipality was not noticed: %s", log)
	}
	storetest.WriteDirectory(t, dir, "prueba", storetest.Directory(city, 2, "atencion", "social"), root)
	if listed, _ := d.Find(city); listed.Version != 2 {
		t.Fatalf("version %d: %s", listed.Version, log)
	}

	// Guards the last good directory; without it a wrong copy would stop a
	// municipality, and an old one would bring back a unit's lost key.
	storetest.WriteDirectory(t, dir, "prueba", storetest.Directory(city, 1, "atencion", "extra"), root)
	if listed, _ := d.Find(city); listed.Version != 2 {
		t.Errorf("an older version was taken: %d", listed.Version)
	}
	if !strings.Contains(log.String(), "older than version 2") {
		t.Errorf("not logged: %s", log)
	}
	if err := os.WriteFile(filepath.Join(dir, "prueba", hub.DirectoryFile), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	before := log.Len()
	for range 3 {
		if listed, ok := d.Find(city); !ok || listed.Version != 2 {
			t.Errorf("a broken file was taken: %d, %v", listed.Version, ok)
		}
	}
	if n := strings.Count(log.String()[before:], "WARN"); n != 1 {
		t.Errorf("logged %d times: %s", n, log.String()[before:])
	}
}

func TestWhatIsWrongWithADirectoryIsNamed(t *testing.T) {
	root := storetest.Key("root")
	for name, c := range map[string]struct {
		spoil func(t *testing.T, dir string)
		want  []string
	}{
		"no root": {func(t *testing.T, dir string) { remove(t, dir, "prueba", hub.RootFile) }, []string{hub.RootFile, "no such file"}},
		"no directory": {func(t *testing.T, dir string) { remove(t, dir, "prueba", hub.DirectoryFile) },
			[]string{hub.DirectoryFile, "no such file"}},
		"a root that is no key": {func(t *testing.T, dir string) { write(t, dir, hub.RootFile, "hello") }, []string{hub.RootFile, "32 bytes in base64"}},
		"no statement":          {func(t *testing.T, dir string) { write(t, dir, hub.DirectoryFile, "hello") }, []string{hub.DirectoryFile, "malformed"}},
		"another root": {func(t *testing.T, dir string) {
			kept, err := os.ReadFile(filepath.Join(dir, "prueba", hub.RootFile))
			if err != nil {
				t.Fatal(err)
			}
			storetest.WriteDirectory(t, dir, "prueba", storetest.Directory(city, 1, "atencion"), storetest.Key("forger"))
			write(t, dir, hub.RootFile, string(kept))
		}, []string{hub.DirectoryFile, "not signed by the root"}},
		"not a municipality": {func(t *testing.T, dir string) {
			storetest.WriteDirectory(t, dir, "prueba", storetest.Directory("CL/13", 1, "atencion"), root)
		}, []string{hub.DirectoryFile, "not a municipality"}},
		"twice": {func(t *testing.T, dir string) {
			storetest.WriteDirectory(t, dir, "zwilling", storetest.Directory(city, 1, "atencion"), root)
		}, []string{filepath.Join("zwilling", hub.DirectoryFile), "another folder"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			storetest.WriteDirectory(t, dir, "prueba", storetest.Directory(city, 1, "atencion"), root)
			c.spoil(t, dir)
			_, err := hub.ReadDirectories(dir, time.Now, slog.New(slog.DiscardHandler))
			if err == nil {
				t.Fatal("it was taken")
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q lacks %q", err, want)
				}
			}
		})
	}
}

func remove(t *testing.T, dir string, elements ...string) {
	t.Helper()
	if err := os.Remove(filepath.Join(append([]string{dir}, elements...)...)); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, dir, file, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, "prueba", file), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
