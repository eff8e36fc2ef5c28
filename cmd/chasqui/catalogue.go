package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"chasqui/assets"
	"chasqui/hub"
	"chasqui/hub/measure"
	"chasqui/kiosk/catalog"
)

func lint(_ context.Context, c *call) error {
	set, parse := c.flags()
	asJSON := set.Bool("json", false, "one JSON object a finding, a line each")
	if err := parse(); err != nil {
		return err
	}
	var services fs.FS = assets.Services()
	switch set.NArg() {
	case 0:
	case 1:
		if info, err := os.Stat(set.Arg(0)); err != nil {
			return usageError{err}
		} else if !info.IsDir() {
			return usagef("%s is not a folder of services", set.Arg(0))
		}
		services = os.DirFS(set.Arg(0))
	default:
		return usagef("name one folder of services")
	}
	findings := catalog.Lint(services)
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
