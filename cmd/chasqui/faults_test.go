package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"chasqui/kiosk/catalog"
)

const catalogueTests = "../../kiosk/catalog/testdata"

// broken is a row of the linter's table of faults; see its head for the fields.
type broken struct {
	Fault    string           `yaml:"fault"`
	Rule     string           `yaml:"rule"`
	Severity catalog.Severity `yaml:"severity"`
	File     string           `yaml:"file"`
	LineIn   string           `yaml:"line_in"`
	Line     string           `yaml:"line"`
	Old      string           `yaml:"old"`
	New      string           `yaml:"new"`
	More     []string         `yaml:"more"`
	Also     string           `yaml:"also"`
	With     []string         `yaml:"with"`
}

// breakInto writes the row's service, broken, into a folder of its own.
func (row broken) breakInto(t *testing.T, dir string) {
	t.Helper()
	folder := filepath.Dir(row.File)
	if err := os.CopyFS(filepath.Join(dir, folder), os.DirFS(filepath.Join(catalogueTests, "sound", folder))); err != nil {
		t.Fatal(err)
	}
	change := func(name, old, new string) {
		t.Helper()
		file := filepath.Join(dir, name)
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text := string(b)
		if !strings.Contains(text, old) {
			t.Fatalf("%s has no %q to break", name, old)
		}
		if old == "" {
			text += new
		} else {
			text = strings.Replace(text, old, new, 1)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	change(row.File, row.Old, row.New)
	for i := 0; i+1 < len(row.More); i += 2 {
		change("permiso/service.yaml", row.More[i], row.More[i+1])
	}
	if row.Also != "" {
		change("permiso/en.yaml", "", row.Also)
	}
}

// Guards the author who has only the tool to go by: of fifty services and more,
// each broken on purpose in one place, every fault is named by its rule at its
// file and line, by the command itself, and nothing else is. The exit status says
// whether it may be published.
func TestFiftyBrokenServices(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(catalogueTests, "faults.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var rows []broken
	if err := yaml.Unmarshal(b, &rows); err != nil {
		t.Fatal(err)
	}
	alone := 0 // faults that are named by one rule only
	for _, row := range rows {
		if len(row.With) == 0 {
			alone++
		}
		t.Run(row.Fault, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			row.breakInto(t, dir)
			severity, file, line := cmp.Or(row.Severity, catalog.SeverityError), cmp.Or(row.LineIn, row.File), 0
			if row.Line != "" {
				b, err := os.ReadFile(filepath.Join(dir, file))
				if err != nil {
					t.Fatal(err)
				}
				before, _, ok := strings.Cut(string(b), row.Line)
				if !ok {
					t.Fatalf("%s has no %q", file, row.Line)
				}
				line = strings.Count(before, "\n") + 1
			}
			var out, problems bytes.Buffer
			status := run(context.Background(), []string{"lint", "-json", "-units", "patentes,social", dir}, nil, &out, &problems)
			named, errors := false, false
			for text := range strings.Lines(out.String()) {
				var f catalog.Finding
				if err := json.Unmarshal([]byte(text), &f); err != nil {
					t.Fatalf("%q: %v", text, err)
				}
				errors = errors || f.Severity == catalog.SeverityError
				switch {
				case f.Line < 1 || f.Column < 1 || f.Message == "":
					t.Errorf("without place or words: %v", f)
				case f.Rule == row.Rule && f.Severity == severity && f.File == file && (line == 0 || f.Line == line):
					named = true
				case f.Rule != row.Rule && !slices.Contains(row.With, f.Rule):
					t.Errorf("%s has no part in it: %v", f.Rule, f)
				}
			}
			if !named {
				t.Errorf("%s at %s:%d is not named:\n%s%s", row.Rule, file, line, out.String(), problems.String())
			}
			if want := map[bool]int{true: 1, false: 0}[errors]; status != want {
				t.Errorf("exit status %d, want %d", status, want)
			}
		})
	}
	if alone < 50 {
		t.Errorf("%d faults of one rule alone", alone)
	}
	// The control: unbroken, they have no findings.
	var out bytes.Buffer
	if status := run(context.Background(), []string{"lint", "-json", "-units", "patentes,social", filepath.Join(catalogueTests, "sound")}, nil, &out, &out); status != 0 || out.Len() > 0 {
		t.Errorf("unbroken: exit status %d\n%s", status, out.String())
	}
}
