package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"chasqui/assets"
	"chasqui/hub"
	"chasqui/hub/measure"
	"chasqui/kiosk/catalog"
)

// lint checks a catalogue: exit status 0 without errors, 1 with them, 2 when there
// is nothing to check.
func lint(_ context.Context, c *call) error {
	set, parse := c.flags()
	asJSON := set.Bool("json", false, "one JSON object a finding, a line each")
	overlay := set.String("overlay", "", "a municipality's own `folder`, checked against the services")
	if err := parse(); err != nil {
		return err
	}
	if set.NArg() > 1 {
		return usagef("name one folder of services")
	}
	findings, services, err := lintFolder(set.Arg(0))
	if err != nil {
		return err
	}
	if *overlay != "" {
		own, err := folder(*overlay)
		if err != nil {
			return err
		}
		findings = append(findings, catalog.LintOverlay(services, own)...)
	}
	faults := 0
	for _, f := range findings {
		if f.Severity == catalog.SeverityError {
			faults++
		}
		if *asJSON {
			b, err := json.Marshal(f)
			if err != nil {
				return err
			}
			fmt.Fprintln(c.stdout, string(b))
			continue
		}
		fmt.Fprintln(c.stdout, f)
	}
	if faults > 0 {
		return fmt.Errorf("%d errors", faults)
	}
	if !*asJSON {
		fmt.Fprintf(c.stdout, "no errors, %d warnings\n", len(findings))
	}
	return nil
}

// lintFolder checks a folder of services, the folder of one service or lesson, or
// without a name the catalogue in the program.
func lintFolder(name string) ([]catalog.Finding, fs.FS, error) {
	if name == "" {
		findings := catalog.Lint(assets.Services())
		if lessons, _ := fs.Glob(assets.Lessons(), "*/lesson.yaml"); len(lessons) > 0 { // the pattern is sound
			findings = append(findings, catalog.Lint(assets.Lessons())...)
		}
		return findings, assets.Services(), nil
	}
	services, err := folder(name)
	if err != nil {
		return nil, nil, err
	}
	for _, file := range []string{"service.yaml", "lesson.yaml"} {
		if _, err := fs.Stat(services, file); err != nil {
			continue
		}
		whole, err := filepath.Abs(name)
		if err != nil {
			return nil, nil, err
		}
		services = os.DirFS(filepath.Dir(whole))
		own := filepath.Base(whole) + "/"
		return slices.DeleteFunc(catalog.Lint(services), func(f catalog.Finding) bool { return !strings.HasPrefix(f.File, own) }), services, nil
	}
	return catalog.Lint(services), services, nil
}

func folder(name string) (fs.FS, error) {
	if info, err := os.Stat(name); err != nil {
		return nil, usageError{err}
	} else if !info.IsDir() {
		return nil, usagef("%s is not a folder of services", name)
	}
	return os.DirFS(name), nil
}

// schema prints the JSON Schema with which an editor completes and checks.
func schema(_ context.Context, c *call) error {
	set, parse := c.flags()
	if err := parse(); err != nil {
		return err
	}
	of := "service"
	if set.NArg() > 0 {
		of = set.Arg(0)
	}
	b, err := catalog.Schema(of)
	if err != nil || set.NArg() > 1 {
		return usagef("name one of service and lesson")
	}
	_, err = c.stdout.Write(b)
	return err
}

func importCounts(ctx context.Context, c *call) (err error) {
	set, parse := c.flags()
	dir := set.String("hub-data", "", "the hub's data `folder`")
	if err := parse(); err != nil {
		return err
	}
	if err := need(map[string]string{"hub-data": *dir}); err != nil {
		return err
	}
	if set.NArg() != 1 {
		return usagef("name one CSV file with the columns office,service,channel,day,count,coverage,source")
	}
	file, err := os.Open(set.Arg(0))
	if err != nil {
		return usageError{err}
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	rows, err := measure.ParseImport(file, filepath.Base(set.Arg(0)))
	if err != nil {
		return usageError{err}
	}
	s, err := openStore(*dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	for i := range rows {
		rows[i].At = time.Now()
	}
	if err := s.SaveImported(ctx, rows); err != nil {
		if errors.Is(err, hub.ErrInvalid) {
			return usagef("%s: %w", set.Arg(0), err)
		}
		return err
	}
	fmt.Fprintf(c.stdout, "%d counts from %s\n", len(rows), filepath.Base(set.Arg(0)))
	return nil
}
