package rig

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"chasqui/sync/wire"
)

// Opened counts the lines of the office's CSV files by folio: the ledger of what
// the units have opened. A file that is being written at this moment may give an
// error; ask again.
func (r *Rig) Opened() (map[wire.Folio]int, error) {
	out := map[wire.Folio]int{}
	for _, unit := range Units {
		b, err := os.ReadFile(filepath.Join(r.OfficeOut(), unit[0], "requests.csv")) // #nosec G304 -- the rig's own folder
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
		if err != nil {
			return nil, fmt.Errorf("the office's CSV of %s: %w", unit[0], err)
		}
		if len(rows) == 0 {
			continue
		}
		column := slices.Index(rows[0], "folio")
		if column < 0 {
			return nil, fmt.Errorf("the office's CSV of %s has no column folio", unit[0])
		}
		for _, row := range rows[1:] {
			folio, err := wire.ParseFolio(row[column])
			if err != nil {
				return nil, fmt.Errorf("the office's CSV of %s: %w", unit[0], err)
			}
			out[folio]++
		}
	}
	return out, nil
}
