package office

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
)

// ErrDamaged: a ledger is not as this program wrote it. It is left alone.
var ErrDamaged = errors.New("the ledger is not as this program wrote it")

// shape is what a ledger looks like.
type shape struct {
	name    string
	columns []string
	// whole reports whether a row is one that was written to its end. The last
	// column must be one of which a beginning cannot be taken for the whole.
	whole func(row []string) bool
}

// ledger is a CSV file that is only added to, one line a row.
type ledger struct {
	shape
	path string
}

// openLedger opens or makes a ledger: it cuts off a torn end and shows each row.
func openLedger(dir string, s shape, visit func(row []string) error) (*ledger, error) {
	l := &ledger{shape: s, path: filepath.Join(dir, s.name)}
	b, err := readIfThere(l.path)
	if err != nil {
		return nil, err
	}
	whole, repaired, err := l.read(b, visit)
	if err != nil {
		return nil, fmt.Errorf("%s: %w; restore it from a copy, or move it away and let the hub deliver again", l.path, err)
	}
	if repaired {
		return l, writeFile(l.path, whole)
	}
	return l, nil
}

// read shows each row of a ledger's bytes. It returns the bytes as they should be
// and whether they are others: with a header, without a torn end.
func (s shape) read(b []byte, visit func(row []string) error) (whole []byte, repaired bool, err error) {
	header := encodeRow(s.columns)
	if len(b) < len(header) && bytes.HasPrefix(header, b) {
		return header, true, nil // new, or torn while it was made
	}
	if !bytes.HasPrefix(b, header) {
		return nil, false, fmt.Errorf("%w: line 1 is not %q", ErrDamaged, strings.TrimSpace(string(header)))
	}
	for at, line := len(header), 2; at < len(b); line++ {
		end := bytes.IndexByte(b[at:], '\n')
		torn := end < 0
		if torn {
			end = len(b) - at - 1
		}
		row, ok := decodeRow(b[at:at+end+1], len(s.columns))
		ok = ok && bytes.IndexByte(b[at:at+end+1], 0) < 0 && s.whole(row)
		switch {
		case ok && torn:
			// Everything but the line's own end is there.
			return append(bytes.TrimRight(b[:len(b):len(b)], "\r"), "\r\n"...), true, visit(row)
		case ok:
			if err := visit(row); err != nil {
				return nil, false, err
			}
		case torn, bytes.IndexByte(b[at:at+end], 0) >= 0 && !s.anyWhole(b[at+end+1:]):
			// The last write did not come to its end: its line is cut, or blocks of
			// zeros stand where it should be. It was not reported as done.
			return b[:at:at], true, nil
		default:
			return nil, false, fmt.Errorf("%w: line %d", ErrDamaged, line)
		}
		at += end + 1
	}
	return b, false, nil
}

// anyWhole reports whether there is a whole row in what is left of a ledger.
func (s shape) anyWhole(rest []byte) bool {
	for line := range bytes.Lines(rest) {
		if row, ok := decodeRow(line, len(s.columns)); ok && s.whole(row) {
			return true
		}
	}
	return false
}

// add writes rows in one write and returns when they are on the disk.
func (l *ledger) add(rows ...[]string) (err error) {
	if len(rows) == 0 {
		return nil
	}
	f, err := os.OpenFile(l.path, os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("add to a ledger: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := lockFile(f, true); err != nil { // words.csv has two writers
		return fmt.Errorf("add to a ledger: %w", err)
	}
	before, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return fmt.Errorf("add to a ledger: %w", err)
	}
	var b []byte
	for _, row := range rows {
		b = append(b, encodeRow(row)...)
	}
	if _, err = f.Write(b); err == nil {
		err = f.Sync()
	}
	if err != nil {
		// Half a line must not be followed by a whole one.
		return fmt.Errorf("add to a ledger: %w", errors.Join(err, f.Truncate(before)))
	}
	return nil
}

// change writes the ledger anew with each row as edit returns it.
func (l *ledger) change(edit func(row []string) []string) error {
	b, err := os.ReadFile(l.path)
	if err != nil {
		return err
	}
	out := encodeRow(l.columns)
	_, _, err = l.read(b, func(row []string) error {
		out = append(out, encodeRow(edit(row))...)
		return nil
	})
	if err != nil {
		return fmt.Errorf("%s: %w", l.path, err)
	}
	return writeFile(l.path, out)
}

// encodeRow returns one line. A row holds no line ends: see cell.
func encodeRow(row []string) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	_ = w.Write(row) // a bytes.Buffer takes everything
	w.Flush()
	return b.Bytes()
}

func decodeRow(line []byte, columns int) ([]string, bool) {
	r := csv.NewReader(bytes.NewReader(line))
	r.FieldsPerRecord = columns
	row, err := r.Read()
	if err != nil {
		return nil, false
	}
	if _, err := r.Read(); err != io.EOF {
		return nil, false
	}
	// What is read must be what is written, or a changed ledger would slowly become
	// something else.
	return row, bytes.Equal(bytes.TrimRight(encodeRow(row), "\r\n"), bytes.TrimRight(line, "\r\n"))
}

// cell makes a text one cell: on one line, and no formula to any spreadsheet.
func cell(s string) string {
	s = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r == '\ufeff' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd")))
	if s != "" && slices.Contains([]rune("=+-@＝＋－＠"), []rune(s)[0]) {
		return "'" + s
	}
	return s
}
