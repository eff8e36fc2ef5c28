package sheet

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// swapped returns a workbook in which one part is another.
func swapped(t *testing.T, part string, content io.Reader) []byte {
	t.Helper()
	var whole bytes.Buffer
	if err := Write(&whole, "x.xlsx", Rows(sample(), needed, true)); err != nil {
		t.Fatal(err)
	}
	in, err := zip.NewReader(bytes.NewReader(whole.Bytes()), int64(whole.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	found := false
	for _, file := range in.File {
		if file.Name != part {
			if err := w.Copy(file); err != nil {
				t.Fatal(err)
			}
			continue
		}
		found = true
		to, err := w.Create(part)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(to, content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil || !found {
		t.Fatalf("part %s found %v, %v", part, found, err)
	}
	return out.Bytes()
}

// Guards whoever opens a translator's file: one of a few kilobytes that would be
// gigabytes in memory is refused by name, before room is made for it.
func TestAFileThatWouldFillTheMemoryIsRefused(t *testing.T) {
	const head, tail = `<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`, `</sheetData></worksheet>`
	for name, c := range map[string]struct {
		rows io.Reader
		want string
	}{
		"a last column without a value": {strings.NewReader(`<row r="1"><c r="XFD1"/></row>`), "columns"},
		"cells that do not say where":   {strings.NewReader(`<row>` + strings.Repeat(`<c/>`, maxColumns+1) + `</row>`), "columns"},
		"a last row":                    {strings.NewReader(`<row r="1048576"/>`), "rows"},
		"a last cell":                   {strings.NewReader(`<row><c r="A1048576"/></row>`), "rows"},
		"too much in all":               {io.LimitReader(spaces{}, maxUnpacked+1), "unpacked"},
	} {
		b := swapped(t, "xl/worksheets/sheet2.xml", io.MultiReader(strings.NewReader(head), c.rows, strings.NewReader(tail)))
		if _, err := Read(bytes.NewReader(b), "x.xlsx"); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "sheet2.xml") {
			t.Errorf("%s: %d bytes were read: %v", name, len(b), err)
		}
	}
	f := excelize.NewFile()
	for i := range maxSheets {
		if _, err := f.NewSheet(fmt.Sprint("extra ", i)); err != nil {
			t.Fatal(err)
		}
	}
	var many bytes.Buffer
	if err := f.Write(&many); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(&many, "x.xlsx"); err == nil || !strings.Contains(err.Error(), "sheets") {
		t.Errorf("%d sheets were read: %v", maxSheets+1, err)
	}
}

// spaces is white space without end.
type spaces struct{}

func (spaces) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = ' '
	}
	return len(b), nil
}
