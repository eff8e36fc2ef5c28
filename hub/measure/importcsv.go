package measure

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"chasqui/hub"
	"chasqui/sync/wire"
)

// Imported is one line of a file of counts: completed transactions in a channel
// that no kiosk counts.
type Imported = hub.Imported

// The bounds of an import.
const (
	// MaxImport is the largest file that is read, in bytes.
	MaxImport = 16 << 20
	// MaxImportCount is the largest count of one line.
	MaxImportCount = 1_000_000_000
	// mostTroubles is how many troubles are told at once.
	mostTroubles = 20
	maxWord      = 64
)

// ImportColumns are the columns of an import, in the order of the example; a
// file may have them in any order.
func ImportColumns() []string {
	return []string{"office", "service", "channel", "day", "count", "coverage", "source"}
}

// Trouble is something wrong in a file, with what to do about it. Its Error is
// "file:line: field: what is wrong; what to do".
type Trouble struct {
	File string
	// Line counts from 1; 0 stands for the whole file.
	Line int
	// Field is the column, or "" when it is none in particular.
	Field string
	Wrong string
	Do    string
}

// Error implements error.
func (t *Trouble) Error() string {
	where := t.File
	if t.Line > 0 {
		where += ":" + strconv.Itoa(t.Line)
	}
	if t.Field != "" {
		where += ": " + t.Field
	}
	return where + ": " + t.Wrong + "; " + t.Do
}

// ParseImport reads counts from a CSV file. The first line names the columns (see
// [ImportColumns]); fields are separated by commas or by semicolons, whichever
// that line uses; a byte order mark is passed over. name is the file's name, for
// errors.
//
// day is the office's own date, "2026-11-23"; count is a whole number; coverage
// is the share of the open hours that were counted, as 0.92, 0,92 or 92 %.
// Channels are those of the channel mix but the kiosk's, which counts itself.
//
// It reads the whole file or nothing. The error joins a *Trouble for each line
// that is wrong, at most twenty.
func ParseImport(r io.Reader, name string) ([]Imported, error) {
	content, err := io.ReadAll(io.LimitReader(r, MaxImport+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	p := &importer{file: name, seen: map[importKey]int{}}
	if !p.open(content) {
		return nil, p.err()
	}
	rows := p.rows()
	if err := p.err(); err != nil {
		return nil, err
	}
	return rows, nil
}

type importKey struct {
	office               hub.Scope
	service, day, source string
	channel              wire.Channel
}

type importer struct {
	file     string
	lines    *csv.Reader
	column   map[string]int
	seen     map[importKey]int
	troubles []error
}

func (p *importer) trouble(line int, field, wrong, do string) {
	p.troubles = append(p.troubles, &Trouble{p.file, line, field, wrong, do})
}

func (p *importer) err() error {
	if len(p.troubles) > mostTroubles {
		return errors.Join(append(p.troubles[:mostTroubles:mostTroubles], errors.New("… and more of the same; correct these first"))...)
	}
	return errors.Join(p.troubles...)
}

// open checks the file as a whole and reads its first line.
func (p *importer) open(content []byte) bool {
	switch {
	case len(content) > MaxImport:
		p.trouble(0, "", fmt.Sprintf("the file is larger than %d MB", MaxImport>>20), "split it by month")
		return false
	case bytes.HasPrefix(content, []byte("\xff\xfe")), bytes.HasPrefix(content, []byte("\xfe\xff")), !utf8.Valid(content):
		p.trouble(0, "", "the file is not in UTF-8", `save it as "CSV UTF-8"`)
		return false
	}
	content = bytes.TrimPrefix(content, []byte("\xef\xbb\xbf"))
	p.lines = csv.NewReader(bufio.NewReader(bytes.NewReader(content)))
	p.lines.FieldsPerRecord = -1
	p.lines.ReuseRecord = true
	first, _, _ := bytes.Cut(bytes.TrimLeft(content, "\r\n"), []byte("\n"))
	if bytes.Count(first, []byte(";")) > bytes.Count(first, []byte(",")) {
		p.lines.Comma = ';'
	}
	header, err := p.lines.Read()
	if err != nil {
		p.trouble(1, "", "there is no first line with the names of the columns", "begin the file with "+strings.Join(ImportColumns(), ","))
		return false
	}
	p.column = map[string]int{}
	for i, cell := range header {
		field := strings.ToLower(strings.TrimSpace(cell))
		_, twice := p.column[field]
		switch {
		case !slices.Contains(ImportColumns(), field):
			p.trouble(1, clip(field), "there is no such column", "use the columns "+strings.Join(ImportColumns(), ", "))
		case twice:
			p.trouble(1, field, "the column is there twice", "keep one of them")
		default:
			p.column[field] = i
		}
	}
	for _, field := range ImportColumns() {
		if _, ok := p.column[field]; !ok {
			p.trouble(1, field, "the column is missing", "add it to the first line and to every other")
		}
	}
	return len(p.troubles) == 0
}

func (p *importer) rows() []Imported {
	var rows []Imported
	for len(p.troubles) <= mostTroubles {
		record, err := p.lines.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var broken *csv.ParseError
		if errors.As(err, &broken) {
			p.trouble(broken.Line, "", "the quotation marks do not match", `write a quotation mark inside a field twice, "like ""this"""`)
			break // what follows would be read out of step
		}
		if err != nil {
			p.trouble(0, "", "the file cannot be read: "+err.Error(), "try again")
			break
		}
		line, _ := p.lines.FieldPos(0)
		if blank(record) {
			continue // a spreadsheet leaves lines of separators behind
		}
		if len(record) != len(p.column) {
			p.trouble(line, "", fmt.Sprintf("the line has %d fields and the first one %d", len(record), len(p.column)), "put a field with a comma or semicolon in it between quotation marks")
			continue
		}
		if row, ok := p.row(line, record); ok {
			rows = append(rows, row)
		}
	}
	if len(rows) == 0 && len(p.troubles) == 0 {
		p.trouble(0, "", "the file has no counts", "write one line for each office, service, channel and day")
	}
	return rows
}

func blank(record []string) bool {
	for _, cell := range record {
		if strings.TrimSpace(cell) != "" {
			return false
		}
	}
	return true
}

// row reads one line. Every field that is wrong is told, not only the first.
func (p *importer) row(line int, record []string) (Imported, bool) {
	before := len(p.troubles)
	get := func(field string) string { return strings.TrimSpace(record[p.column[field]]) }
	var row Imported

	office, err := hub.ParseScope(get("office"))
	if _, town := office.Municipality(); err != nil || !town {
		p.trouble(line, "office", fmt.Sprintf("%q is no place", clip(get("office"))), "write the path of the office or of its comuna, such as CL/13/13101/centro or CL/13/13101")
	}
	row.Office = office
	if row.Service = strings.ToLower(get("service")); !isID(row.Service) {
		p.trouble(line, "service", fmt.Sprintf("%q is no service", clip(get("service"))), "write its id from the catalogue, such as certificado-residencia")
	}
	row.Channel = wire.Channel(strings.ToLower(get("channel")))
	switch {
	case fromKiosk(row.Channel):
		p.trouble(line, "channel", "the kiosk counts itself", "leave the line out")
	case !row.Channel.Valid():
		p.trouble(line, "channel", fmt.Sprintf("%q is no channel", clip(get("channel"))), "write one of web, counter, phone, mail")
	}
	day, err := ParseDay(get("day"))
	if err != nil {
		p.trouble(line, "day", err.Error(), "write year, month and day with dashes")
	}
	row.Day = string(day)
	row.N, err = strconv.ParseUint(get("count"), 10, 64)
	if err != nil || row.N > MaxImportCount {
		p.trouble(line, "count", fmt.Sprintf("%q is no count", clip(get("count"))), "write a whole number without separators, such as 1204, or 0 when nobody came")
	}
	coverage, wrong, do := parseCoverage(get("coverage"))
	if wrong != "" {
		p.trouble(line, "coverage", wrong, do)
	}
	row.Coverage = coverage
	if row.Source = get("source"); !printable(row.Source) {
		p.trouble(line, "source", fmt.Sprintf("%q does not say how it was counted", clip(row.Source)), fmt.Sprintf("write it in at most %d characters, such as queue machine", maxWord))
	}
	if len(p.troubles) > before {
		return Imported{}, false
	}
	key := importKey{row.Office, row.Service, row.Day, row.Source, row.Channel}
	if earlier, twice := p.seen[key]; twice {
		p.trouble(line, "", fmt.Sprintf("the line counts the same as line %d", earlier), "add them up in one line, or leave one out")
		return Imported{}, false
	}
	p.seen[key] = line
	return row, true
}

// parseCoverage reads a share as 0.92, 0,92, 92% or 92 %.
func parseCoverage(s string) (share float64, wrong, do string) {
	const write = "write the share of the open hours that were counted, such as 0.92 or 92 %; 1 when all were"
	digits, percent := strings.CutSuffix(s, "%")
	digits = strings.ReplaceAll(strings.TrimSpace(digits), ",", ".")
	if digits == "" || strings.Trim(digits, "0123456789.") != "" {
		return 0, fmt.Sprintf("%q is no share", clip(s)), write
	}
	share, err := strconv.ParseFloat(digits, 64)
	if err != nil || math.IsInf(share, 0) {
		return 0, fmt.Sprintf("%q is no share", clip(s)), write
	}
	if percent {
		share /= 100
	}
	switch {
	case share > 1 && !percent:
		return 0, fmt.Sprintf("%q is more than all of the hours", clip(s)), "write a share such as 0.92, or put % after it"
	case share > 1:
		return 0, fmt.Sprintf("%q is more than all of the hours", clip(s)), "write 100 % at most"
	case share == 0:
		return 0, "none of the hours were counted", "leave the line out: it would say that nobody came"
	}
	return share, "", ""
}

// isID reports whether s is written as services' ids are.
func isID(s string) bool {
	return s != "" && len(s) <= maxWord && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == "" &&
		!strings.HasPrefix(s, "-") && !strings.HasSuffix(s, "-")
}

// printable reports whether s is a short line of text.
func printable(s string) bool {
	if s == "" || utf8.RuneCountInString(s) > maxWord {
		return false
	}
	for _, r := range s {
		if !unicode.IsPrint(r) {
			return false
		}
	}
	return true
}
