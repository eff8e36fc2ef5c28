package sheet

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/xuri/excelize/v2"
)

// The bounds of what is read of a spreadsheet. A file of a few kilobytes can be a
// gigabyte unpacked, say that it has a million rows of sixteen thousand cells, or
// point to one long text from each of them.
const (
	maxFile     = 16 << 20 // bytes, packed
	maxUnpacked = 64 << 20 // and unpacked
	maxText     = 64 << 20 // all texts together, as often as they stand there
	maxRows     = 50_000
	maxColumns  = 50
	maxSheets   = 20
)

// checkShape refuses a workbook with cells where no texts of the program are. It
// looks before excelize does, which makes room for every cell up to the last one.
// Any part may be a sheet, whatever it is called.
func checkShape(b []byte) error {
	archive, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return fmt.Errorf("is no spreadsheet in the format of Excel: %w", err)
	}
	left := int64(maxUnpacked)
	for _, file := range archive.File {
		if err := checkPart(file, &left); err != nil {
			return fmt.Errorf("is no spreadsheet of texts: %s %w", file.Name, err)
		}
	}
	return nil
}

// checkPart looks at the places of the cells in a part, and at nothing else. left
// is how many bytes may still be unpacked.
func checkPart(file *zip.File, left *int64) error {
	packed, err := file.Open()
	if err != nil {
		return err
	}
	defer func() { _ = packed.Close() }() // read only
	limited := &io.LimitedReader{R: packed, N: *left + 1}
	in := bufio.NewReader(limited)
	defer func() { *left = limited.N - 1 }()
	if head, err := in.Peek(64); !bytes.HasPrefix(bytes.TrimLeft(bytes.TrimPrefix(head, []byte(bom)), " \t\r\n"), []byte("<")) {
		if errors.Is(err, io.EOF) || err == nil {
			return nil // a picture, say
		}
		return err
	}
	decoder := xml.NewDecoder(in)
	decoder.Strict = false
	for before := 0; ; {
		token, err := decoder.Token()
		switch {
		case limited.N <= 0:
			return fmt.Errorf("is over %d MB unpacked", maxUnpacked>>20)
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		at := ""
		for _, a := range start.Attr {
			if a.Name.Local == "r" {
				at = a.Value
			}
		}
		column, row := 0, 0
		switch start.Name.Local {
		case "row":
			before = 0
			row, _ = strconv.Atoi(at) // excelize refuses what is no number
		case "c":
			// A cell that does not say where it is stands after the one before it.
			before++
			if column = before; at != "" {
				column, row, _ = excelize.CellNameToCoordinates(at) // likewise
			}
		}
		if column > maxColumns || row > maxRows {
			return fmt.Errorf("goes on beyond %d columns or %d rows; take out what is not a text to translate", maxColumns, maxRows)
		}
	}
}

// readCells reads a sheet row by row. Empty rows at its end are left out.
func readCells(f *excelize.File, sheet string) (table [][]string, err error) {
	rows, err := f.Rows(sheet)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	size := 0
	for number := 1; rows.Next(); number++ {
		cells, err := rows.Columns()
		if err != nil {
			return nil, err
		}
		if len(cells) == 0 {
			continue
		}
		for _, c := range cells {
			size += len(c)
		}
		if number > maxRows || size > maxText {
			return nil, fmt.Errorf("row %d: the texts go on beyond %d rows or %d MB; they are not those that were exported", number, maxRows, maxText>>20)
		}
		for len(table) < number-1 {
			table = append(table, nil)
		}
		table = append(table, cells)
	}
	return table, rows.Error()
}
