package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
)

// maxCell is how many characters a cell of a spreadsheet can hold, as UTF-16
// counts them; longer ones would be cut in silence.
const maxCell = 32767

// Write writes rows in the format that the name asks for.
func Write(w io.Writer, name string, rows []Row) error {
	for _, r := range rows {
		for _, c := range r.cells() {
			if len(utf16.Encode([]rune(*c))) > maxCell {
				return fmt.Errorf("%s %s is longer than a cell can be", r.Area, r.Key)
			}
		}
	}
	switch strings.ToLower(filepath.Ext(name)) {
	case ".xlsx":
		return writeXLSX(w, rows)
	case ".csv":
		return writeCSV(w, rows)
	}
	return fmt.Errorf("%s: the name must end in .xlsx or .csv", name)
}

// Read reads rows in the format that the name says.
func Read(r io.Reader, name string) ([]Row, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(b) > maxFile {
		return nil, fmt.Errorf("%s: is over %d MB; it is not a spreadsheet of texts", name, maxFile>>20)
	}
	var rows []Row
	switch strings.ToLower(filepath.Ext(name)) {
	case ".xlsx":
		rows, err = readXLSX(b)
	case ".csv":
		rows, err = readCSV(b)
	default:
		err = errors.New("the name must end in .xlsx or .csv")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return rows, nil
}

// bom marks a CSV file as UTF-8: without it Excel takes it for something else.
const bom = "\ufeff"

// A cell of a CSV file has no type: a spreadsheet program takes one that begins
// with one of these for a formula, and would run it. It is written behind an
// apostrophe, which is taken away again on reading.
const guarded = "=+-@\t\r'"

func guard(cell string) string {
	if cell != "" && strings.ContainsRune(guarded, rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

func unguard(cell string) string {
	if len(cell) > 1 && cell[0] == '\'' && strings.ContainsRune(guarded, rune(cell[1])) {
		return cell[1:]
	}
	return cell
}

func writeCSV(w io.Writer, rows []Row) error {
	if _, err := io.WriteString(w, bom); err != nil {
		return err
	}
	// RFC 4180 ends rows with CR LF. csv.Writer's own way of that would turn the
	// line breaks inside a text into it as well, so rows are written one by one.
	line := func(cells []string) error {
		for i, c := range cells {
			cells[i] = `"` + strings.ReplaceAll(guard(c), `"`, `""`) + `"`
		}
		_, err := io.WriteString(w, strings.Join(cells, ",")+"\r\n")
		return err
	}
	if err := line(slices.Clone(header)); err != nil {
		return err
	}
	for _, r := range rows {
		var cells []string
		for _, c := range r.cells() {
			cells = append(cells, *c)
		}
		if err := line(cells); err != nil {
			return err
		}
	}
	return nil
}

func readCSV(b []byte) ([]Row, error) {
	b = bytes.TrimPrefix(b, []byte(bom))
	reader := csv.NewReader(bytes.NewReader(b))
	reader.FieldsPerRecord = -1
	// Where the comma is the decimal mark, as in Chile, programs save semicolons.
	if first, _, _ := bytes.Cut(b, []byte("\n")); bytes.Count(first, []byte(";")) > bytes.Count(first, []byte(",")) {
		reader.Comma = ';'
	}
	var table [][]string
	for {
		cells, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("is no CSV file in UTF-8: %w", err)
		}
		for i := range cells {
			cells[i] = unguard(cells[i])
		}
		table = append(table, cells)
	}
	return fromTable("", table)
}

// fromTable finds the columns by their names and reads the rows under them.
func fromTable(sheet string, table [][]string) ([]Row, error) {
	where := ""
	if sheet != "" {
		where = "sheet " + sheet + ", "
	}
	if len(table) == 0 {
		return nil, fmt.Errorf("%srow 1: there is no row of column names; export anew", where)
	}
	column := make([]int, len(header))
	for i, name := range header {
		column[i] = slices.Index(table[0], name)
		if column[i] < 0 && name != "English" && name != "comment" {
			return nil, fmt.Errorf("%srow 1: the column %q is missing; give row 1 back its names, or take the sheet out if it is a note of yours", where, name)
		}
	}
	var out []Row
	for i, cells := range table[1:] {
		r := Row{Sheet: sheet, Number: i + 2}
		empty := true
		for j, target := range r.cells() {
			if c := column[j]; c >= 0 && c < len(cells) {
				*target = strings.ReplaceAll(cells[c], "\r\n", "\n")
				empty = empty && *target == ""
			}
		}
		if !empty {
			out = append(out, r)
		}
	}
	return out, nil
}

// sheetOf returns the sheet on which an area stands.
func sheetOf(area string) string {
	kind, _, catalogue := strings.Cut(area, "/")
	if catalogue {
		return kind
	}
	return "interface"
}

func writeXLSX(w io.Writer, rows []Row) (err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	// Format 49 is "text": what looks like a formula or a number stays what it is,
	// also when somebody types into the cell.
	text, err := f.NewStyle(&excelize.Style{NumFmt: 49, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return err
	}
	title, err := f.NewStyle(&excelize.Style{NumFmt: 49, Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	next := map[string]int{}
	put := func(sheet string, style int, cells []string) error {
		next[sheet]++
		for i, c := range cells {
			name, err := excelize.CoordinatesToCellName(i+1, next[sheet])
			if err != nil {
				return err
			}
			if err := f.SetCellStr(sheet, name, escapeXLSX(c)); err != nil {
				return err
			}
			if err := f.SetCellStyle(sheet, name, name, style); err != nil {
				return err
			}
		}
		return nil
	}
	begin := func(sheet string) error {
		if _, err := f.NewSheet(sheet); err != nil {
			return err
		}
		for column, width := range map[string]float64{"A": 22, "B": 34, "C": 11, "D": 50, "E": 40, "F": 50, "G": 34} {
			if err := f.SetColWidth(sheet, column, column, width); err != nil {
				return err
			}
		}
		if err := f.SetPanes(sheet, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
			return err
		}
		return put(sheet, title, slices.Clone(header))
	}
	if len(rows) == 0 {
		if err := begin(sheetOf("")); err != nil {
			return err
		}
	}
	for _, r := range rows {
		sheet := sheetOf(r.Area)
		if next[sheet] == 0 {
			if err := begin(sheet); err != nil {
				return err
			}
		}
		var cells []string
		for _, c := range r.cells() {
			cells = append(cells, *c)
		}
		if err := put(sheet, text, cells); err != nil {
			return err
		}
	}
	if err := f.DeleteSheet("Sheet1"); err != nil {
		return err
	}
	return f.Write(w)
}

func readXLSX(b []byte) (rows []Row, err error) {
	if err := checkShape(b); err != nil {
		return nil, err
	}
	f, err := excelize.OpenReader(bytes.NewReader(b), excelize.Options{RawCellValue: true, UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxUnpacked})
	if err != nil {
		return nil, fmt.Errorf("is no spreadsheet in the format of Excel: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	sheets := f.GetSheetList()
	if len(sheets) > maxSheets {
		return nil, fmt.Errorf("has %d sheets, and %d are read at most", len(sheets), maxSheets)
	}
	for _, sheet := range sheets {
		table, err := readCells(f, sheet)
		if err != nil {
			return nil, fmt.Errorf("sheet %s: %w", sheet, err)
		}
		of, err := fromTable(sheet, table)
		if err != nil {
			return nil, err
		}
		at := slices.Index(table[0], "translation") + 1
		for i := range of {
			cell, err := excelize.CoordinatesToCellName(at, of[i].Number)
			if err != nil {
				return nil, err
			}
			if formula, err := f.GetCellFormula(sheet, cell); err != nil {
				return nil, fmt.Errorf("sheet %s, row %d: %w", sheet, of[i].Number, err)
			} else if formula != "" {
				return nil, fmt.Errorf("sheet %s, row %d: the translation is a formula; type an apostrophe before it, so that it is text", sheet, of[i].Number)
			}
		}
		rows = append(rows, of...)
	}
	return rows, nil
}

// escaped matches what would be read as an escape: see escapeXLSX.
var escaped = regexp.MustCompile(`^_x[0-9A-Fa-f]{4}_`)

// escapeXLSX writes what a spreadsheet's XML cannot hold as _xHHHH_, as the format
// has it, and what only looks like that as itself. excelize undoes it on reading,
// and does not do it on writing.
func escapeXLSX(s string) string {
	var out strings.Builder
	for i, r := range s {
		switch {
		case r == '_' && escaped.MatchString(s[i:]):
			out.WriteString("_x005F_")
		case r < ' ' && r != '\n' && r != '\t', r == 0xfffe, r == 0xffff:
			fmt.Fprintf(&out, "_x%04X_", r)
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}
