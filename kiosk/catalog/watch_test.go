package catalog

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// workshop is a folder of services on the disk with somebody writing in it.
type workshop struct {
	t       *testing.T
	dir     string
	catalog *Catalog

	mu      sync.Mutex
	reports []error
	stir    chan struct{} // something was reported
}

func openWorkshop(t *testing.T) *workshop {
	t.Helper()
	w := &workshop{t: t, dir: t.TempDir(), stir: make(chan struct{}, 1)}
	for name, file := range sound(t) {
		w.write(name, string(file.Data))
	}
	var err error
	if w.catalog, err = Load(os.DirFS(w.dir), nil); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		Watch(ctx, os.DirFS(w.dir), nil, time.Millisecond, w.catalog, func(err error) {
			w.mu.Lock()
			w.reports = append(w.reports, err)
			w.mu.Unlock()
			select {
			case w.stir <- struct{}{}:
			default:
			}
		})
	}()
	t.Cleanup(func() { cancel(); <-done })
	w.wait("the first look", func() bool { return len(w.told()) == 1 })
	if first := w.told()[0]; first != nil {
		t.Fatal(first)
	}
	return w
}

func (w *workshop) write(name, text string) {
	w.t.Helper()
	file := filepath.Join(w.dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		w.t.Fatal(err)
	}
	// Written beside and moved into place: on a slow machine a file that is cut to
	// nothing before it is written stays empty for longer than one look, and an empty
	// file that has settled is rightly refused.
	beside := file + ".new"
	if err := os.WriteFile(beside, []byte(text), 0o644); err != nil {
		w.t.Fatal(err)
	}
	if err := os.Rename(beside, file); err != nil {
		w.t.Fatal(err)
	}
}

// edit replaces each old text by the new one after it, in one writing.
func (w *workshop) edit(name string, pairs ...string) {
	w.t.Helper()
	b, err := os.ReadFile(filepath.Join(w.dir, name))
	if err != nil {
		w.t.Fatal(err)
	}
	text := string(b)
	for i := 0; i+1 < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			w.t.Fatalf("%s has no %q", name, pairs[i])
		}
		text = strings.Replace(text, pairs[i], pairs[i+1], 1)
	}
	w.write(name, text)
}

func (w *workshop) told() []error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]error(nil), w.reports...)
}

func (w *workshop) last() error {
	told := w.told()
	return told[len(told)-1]
}

func (w *workshop) wait(what string, ok func() bool) {
	w.t.Helper()
	late := time.After(30 * time.Second)
	for !ok() {
		select {
		case <-w.stir:
		case <-late:
			w.t.Fatalf("%s did not come about; told %v", what, w.told())
		}
	}
}

func (w *workshop) title() string {
	s, ok := w.catalog.Find("permiso")
	if !ok {
		return ""
	}
	return s.In("es").Title
}

// Guards the author in front of the screen: a change is there without a restart.
func TestAChangeIsTaken(t *testing.T) {
	w := openWorkshop(t)
	w.edit(service, "Permiso para un puesto", "Permiso para vender")
	w.wait("the new title", func() bool { return w.title() == "Permiso para vender" })
	// A service that comes, and one that goes.
	w.write("otro/service.yaml", strings.Replace(read(t, service), "id: permiso", "id: otro", 1))
	w.write("otro/en.yaml", read(t, english))
	w.wait("another service", func() bool { _, ok := w.catalog.Find("otro"); return ok })
	if err := os.RemoveAll(filepath.Join(w.dir, "ayuda")); err != nil {
		t.Fatal(err)
	}
	w.wait("one less", func() bool { _, ok := w.catalog.Find("ayuda"); return !ok })
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata/sound", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Guards the people who come while somebody writes: what is broken is refused,
// with the place, and the last good one serves on. The control is the change
// before, which was taken.
func TestWhatIsBrokenIsRefusedAndTheLastGoodServesOn(t *testing.T) {
	w := openWorkshop(t)
	w.edit(service, "Permiso para un puesto", "Permiso para vender")
	w.wait("the control", func() bool { return w.title() == "Permiso para vender" })
	for _, row := range []struct{ name, old, new, want string }{
		{"a file that does not load", "type: yes-no", "type: maybe", "permiso/service.yaml:"},
		{"a fault of the standard", "    why: \"Cada rubro tiene su fila.\"\n", "", "[no-why]"},
	} {
		before := len(w.told())
		w.edit(service, "Permiso para vender", "Permiso roto", row.old, row.new)
		w.wait(row.name, func() bool { return len(w.told()) > before && w.last() != nil })
		if err := w.last(); !strings.Contains(err.Error(), row.want) || !strings.Contains(err.Error(), service+":") {
			t.Errorf("%s: %v", row.name, err)
		}
		if got := w.title(); got != "Permiso para vender" {
			t.Errorf("%s: %q is served", row.name, got)
		}
		before = len(w.told())
		w.write(service, strings.Replace(read(t, service), "Permiso para un puesto", "Permiso para vender", 1))
		w.wait("the mend of "+row.name, func() bool { return len(w.told()) > before && w.last() == nil })
	}
}

// A refusal is said once, not at every look.
func TestARefusalIsSaidOnce(t *testing.T) {
	fsys := sound(t)
	w := &watcher{folder: fsys, into: &Catalog{}}
	said := 0
	w.report = func(error) { said++ }
	edit(t, fsys, service, "type: yes-no", "type: maybe")
	for range 5 {
		w.look()
	}
	if said != 1 {
		t.Errorf("said %d times", said)
	}
	if len(w.into.Services()) != 0 {
		t.Error("it was taken")
	}
}

// Guards against half a file: what changed since the last look is left alone
// until it has settled.
func TestAChangeIsLeftAloneUntilItHasSettled(t *testing.T) {
	fsys := sound(t)
	w := &watcher{folder: fsys, into: &Catalog{}, report: func(err error) {
		if err != nil {
			t.Error(err)
		}
	}}
	w.look()
	for range 3 {
		edit(t, fsys, service, "", "# still writing\n")
		w.look()
		if len(w.into.Services()) != 0 {
			t.Fatal("taken while it changes")
		}
	}
	w.look()
	if len(w.into.Services()) == 0 {
		t.Error("not taken once it has settled")
	}
}

// Sessions run while a catalogue is replaced: what they found stays whole. Run
// with -race.
func TestSessionsRunWhileTheCatalogueIsReplaced(t *testing.T) {
	c, other := &Catalog{}, &Catalog{}
	for _, into := range []*Catalog{c, other} {
		loaded, err := Load(sound(t), nil)
		if err != nil {
			t.Fatal(err)
		}
		into.Replace(loaded)
	}
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for range 200 {
				s, ok := c.Find("permiso")
				if !ok || s.In("es").Title == "" || len(c.Search("puesto")) == 0 || len(c.Lessons()) == 0 {
					t.Error("not whole")
					return
				}
			}
		})
	}
	for range 200 {
		c.Replace(other)
	}
	wait.Wait()
}
