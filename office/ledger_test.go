package office

import (
	"bytes"
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"chasqui/sync/wire"
)

var rowsOfTest = [][]string{
	{"2026-11-23T17:00:00.000Z", "00000000-0000-7000-8000-000000000001", "K7M402918372", "servicio", "1", "es", "false", "apply", "Título, con coma", "opened", `[{"label":"¿\"Qué\"?","shown":"a\nb"}]`},
	{"2026-11-23T17:00:01.000Z", "00000000-0000-7000-8000-000000000002", "K7M402918373", "servicio", "1", "es", "true", "apply", `'=1+1 "x"`, "opened", `[]`},
	{"2026-11-23T17:00:02.000Z", "00000000-0000-7000-8000-000000000003", "K7M402918374", "servicio", "1", "ht", "false", "", "", "opened", `[{"shown":"ñandú \"\" ,,"}]`},
}

func readAll(t testing.TB, s shape, b []byte) (rows [][]string, whole []byte, err error) {
	t.Helper()
	whole, _, err = s.read(b, func(row []string) error { rows = append(rows, row); return nil })
	return rows, whole, err
}

// Guards: a torn last line is cut off; without it the next line would be glued to
// half of another, and both be lost.
func TestALedgerTornAtAnyByteKeepsEveryLineBefore(t *testing.T) {
	whole := encodeRow(requestsShape.columns)
	ends := []int{len(whole)}
	for _, row := range rowsOfTest {
		whole = append(whole, encodeRow(row)...)
		ends = append(ends, len(whole))
	}
	for _, tail := range []string{"", strings.Repeat("\x00", 700), "\x00\x00\r\n"} {
		for cut := 0; cut <= len(whole); cut++ {
			complete := -1 // lines whose text is whole, with or without their own end
			for _, end := range ends {
				if end-2 <= cut {
					complete++
				}
			}
			if cut < ends[0] && tail != "" {
				continue // a header is written whole by a rename
			}
			torn := append(bytes.Clone(whole[:cut]), tail...)
			got, repaired, err := readAll(t, requestsShape, torn)
			if err != nil {
				t.Fatalf("cut at %d with tail %q: %v", cut, tail, err)
			}
			if tail != "" { // zeros after half a line end spoil that line
				complete = 0
				for _, end := range ends[1:] {
					if end <= cut {
						complete++
					}
				}
			}
			if len(got) != max(complete, 0) {
				t.Fatalf("cut at %d with tail of %d: %d lines, want %d", cut, len(tail), len(got), complete)
			}
			b := append(repaired, encodeRow(rowsOfTest[0])...)
			if again, err := csv.NewReader(bytes.NewReader(b)).ReadAll(); err != nil || len(again) != len(got)+2 {
				t.Fatalf("cut at %d: after the repair a stranger reads %d lines, %v", cut, len(again), err)
			}
		}
	}
}

// The same on the disk: opened, repaired, added to, opened again.
func TestATornLedgerIsRepairedOnTheDisk(t *testing.T) {
	dir := t.TempDir()
	visit := func([]string) error { return nil }
	l, err := openLedger(dir, requestsShape, visit)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.add(rowsOfTest[:2]...); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(l.path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(l.path, info.Size()-9); err != nil {
		t.Fatal(err)
	}
	if l, err = openLedger(dir, requestsShape, visit); err != nil {
		t.Fatal(err)
	}
	if err := l.add(rowsOfTest[2]); err != nil {
		t.Fatal(err)
	}
	var got []string
	if _, err := openLedger(dir, requestsShape, func(row []string) error { got = append(got, row[1]); return nil }); err != nil {
		t.Fatal(err)
	}
	if want := []string{rowsOfTest[0][1], rowsOfTest[2][1]}; !slices.Equal(got, want) {
		t.Errorf("lines %q, want %q", got, want)
	}
}

// Guards: only a torn end is cut; without it one save from a spreadsheet would
// make the program throw away everything after the first changed line.
func TestADamagedLedgerIsLeftAlone(t *testing.T) {
	whole := encodeRow(requestsShape.columns)
	for _, row := range rowsOfTest {
		whole = append(whole, encodeRow(row)...)
	}
	for name, spoil := range map[string]func([]byte) []byte{
		"semicolons":              func(b []byte) []byte { return bytes.ReplaceAll(b, []byte(","), []byte(";")) },
		"another header":          func(b []byte) []byte { return append([]byte("x"), b...) },
		"a byte order mark":       func(b []byte) []byte { return append([]byte("\ufeff"), b...) },
		"a stray quote":           func(b []byte) []byte { return bytes.Replace(b, []byte("servicio"), []byte(`ser"vicio`), 1) },
		"a date as spreadsheets":  func(b []byte) []byte { return bytes.Replace(b, []byte("2026-11-23T"), []byte("23-11-2026 "), 1) },
		"zeros in the middle":     func(b []byte) []byte { return bytes.Replace(b, []byte("servicio"), make([]byte, 8), 1) },
		"a missing column":        func(b []byte) []byte { return bytes.Replace(b, []byte(",opened"), nil, 1) },
		"a line that is not ours": func(b []byte) []byte { return bytes.Replace(b, []byte("\r\n2026"), []byte("\r\nhola\r\n2026"), 1) },
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, requestsShape.name)
		spoiled := spoil(bytes.Clone(whole))
		if err := os.WriteFile(path, spoiled, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := openLedger(dir, requestsShape, func([]string) error { return nil }); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
		if b, err := os.ReadFile(path); err != nil || !bytes.Equal(b, spoiled) {
			t.Errorf("%s: the ledger was changed, %v", name, err)
		}
	}
}

func TestAnyTextIsOneCellAndComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := cell(rapid.String().Draw(t, "text"))
		row := append(append([]string{}, rowsOfTest[0][:8]...), text, "opened", "[]")
		line := encodeRow(row)
		if bytes.Count(line, []byte("\n")) != 1 || !bytes.HasSuffix(line, []byte("\r\n")) {
			t.Fatalf("%q is not one line", line)
		}
		back, ok := decodeRow(line, len(row))
		if !ok || back[8] != text {
			t.Fatalf("%q came back as %q, %v", text, back, ok)
		}
		if text != "" && strings.ContainsAny(text[:1], "=+-@\t\r") {
			t.Fatalf("%q begins like a formula", text)
		}
		if cell(text) != text {
			t.Fatalf("%q is not settled: %q", text, cell(text))
		}
	})
}

// FuzzLedger holds the reader to this: it never panics, what it returns reads the
// same again, and a row added to it is found.
func FuzzLedger(f *testing.F) {
	whole := encodeRow(requestsShape.columns)
	f.Add([]byte{})
	f.Add(whole)
	for _, row := range rowsOfTest {
		whole = append(whole, encodeRow(row)...)
		f.Add(bytes.Clone(whole))
		f.Add(bytes.Clone(whole[:len(whole)-1]))
		f.Add(bytes.Clone(whole[:len(whole)-40]))
		f.Add(append(bytes.Clone(whole), 0, 0, 0))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		rows, repaired, err := readAll(t, requestsShape, b)
		if err != nil {
			return
		}
		again, same, err := readAll(t, requestsShape, repaired)
		if err != nil || len(again) != len(rows) || !bytes.Equal(same, repaired) {
			t.Fatalf("the repaired ledger reads as %d rows, then %d: %v", len(rows), len(again), err)
		}
		more, _, err := readAll(t, requestsShape, append(bytes.Clone(repaired), encodeRow(rowsOfTest[1])...))
		if err != nil || len(more) != len(rows)+1 {
			t.Fatalf("a row added to %d makes %d: %v", len(rows), len(more), err)
		}
	})
}

// FuzzDelivery holds the parser of deliveries to this: nothing passes that the
// hub did not sign for this pull.
func FuzzDelivery(f *testing.F) {
	f.Add([]byte("CHQ\x01"), []byte("nonce"))
	recorded, err := wire.EncodePacket(wire.DomainDelivery, signer("hub"), wire.DeliveryHeader{Version: wire.Version, Unit: "social", Nonce: []byte("a nonce that nobody can guess"), Numbers: []uint64{1}}, [][]byte{[]byte("item")})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(recorded, []byte("another"))
	f.Fuzz(func(t *testing.T, b, nonce []byte) {
		if d, err := openDelivery(b, Config{HubKey: publicOf(signer("hub"))}, "social", nonce, 0); err == nil {
			t.Fatalf("%d items passed unsigned", len(d.items))
		}
	})
}
