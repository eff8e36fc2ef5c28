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
	"chasqui/sync/wire"
)

// lint checks a catalogue: exit status 0 without errors, 1 with them, 2 when there
// is nothing to check.
func lint(_ context.Context, c *call) error {
	set, parse := c.flags()
	asJSON := set.Bool("json", false, "one JSON object a finding, a line each")
	overlay := set.String("overlay", "", "a municipality's own `folder`, checked against the services")
	units := set.String("units", "", "the ids of the municipality's units, with commas between them, or its directory's `file`; without it, those of the published services")
	if err := parse(); err != nil {
		return err
	}
	if set.NArg() > 1 {
		return usagef("name one folder of services")
	}
	known, err := unitIDs(*units)
	if err != nil {
		return err
	}
	report, services, err := lintFolder(set.Arg(0), known)
	if err != nil {
		return err
	}
	findings := report.Findings
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
	if report.Partly && !*asJSON {
		fmt.Fprintln(c.stdout, "More is checked when these are mended.")
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
// without a name the catalogue in the program. Units are those that a folder of
// one's own may name.
func lintFolder(name string, units []string) (catalog.Report, fs.FS, error) {
	if name == "" {
		report := catalog.Check(assets.Services(), catalog.Options{})
		if lessons, _ := fs.Glob(assets.Lessons(), "*/lesson.yaml"); len(lessons) > 0 { // the pattern is sound
			more := catalog.Check(assets.Lessons(), catalog.Options{})
			report.Findings, report.Partly = append(report.Findings, more.Findings...), report.Partly || more.Partly
		}
		return report, assets.Services(), nil
	}
	own, err := authorFolder(name)
	if err != nil {
		return catalog.Report{}, nil, err
	}
	return catalog.Check(own.files, catalog.Options{Only: own.only, Units: units, Program: program(), Dir: filepath.ToSlash(own.name)}), own.files, nil
}

// author is a folder of services that somebody writes.
type author struct {
	name  string // as it was given, or the folder around it
	files fs.FS
	// only is the one service or lesson that was named, "" for all.
	only string
}

// authorFolder opens a folder of services, or that of one service or lesson.
func authorFolder(name string) (author, error) {
	services, err := folder(name)
	if err != nil {
		return author{}, err
	}
	for _, file := range []string{"service.yaml", "lesson.yaml"} {
		if _, err := fs.Stat(services, file); err != nil {
			continue
		}
		whole, err := filepath.Abs(name)
		if err != nil {
			return author{}, err
		}
		around := filepath.Dir(filepath.Clean(name))
		if base := filepath.Base(filepath.Clean(name)); base == "." || base == ".." {
			around = filepath.Dir(whole)
		}
		return author{name: around, files: os.DirFS(filepath.Dir(whole)), only: filepath.Base(whole)}, nil
	}
	return author{name: name, files: services}, nil
}

// program returns what somebody types for this program.
func program() string {
	if name := filepath.ToSlash(os.Args[0]); strings.HasSuffix(name, "/chasqui") && !filepath.IsAbs(name) {
		return name
	}
	return "chasqui"
}

// unitIDs returns the units of -units: a list of ids, a directory's file, or those
// that the published services name.
func unitIDs(given string) ([]string, error) {
	if given == "" {
		services, err := catalog.Load(assets.Services(), nil)
		if err != nil {
			return nil, err
		}
		var ids []string
		for _, s := range services.Services() {
			ids = append(ids, s.Unit())
		}
		slices.Sort(ids)
		return slices.Compact(ids), nil
	}
	if !isFile(given) {
		return strings.FieldsFunc(given, func(r rune) bool { return r == ',' || r == ' ' }), nil
	}
	statement, err := readStatement(given)
	if err != nil {
		return nil, usagef("-units: %w", err)
	}
	var d wire.Directory
	if err := statement.Peek(&d); err != nil {
		return nil, usagef("-units %s: %w", given, err)
	}
	var ids []string
	for _, unit := range d.Units {
		ids = append(ids, unit.ID)
	}
	return ids, nil
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
