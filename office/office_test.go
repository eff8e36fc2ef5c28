package office

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chasqui/sync/wire"
)

func TestARequestBecomesAFileALineAndAWord(t *testing.T) {
	town := newTown(t)
	f := town.file("Se filtra el agua.\nDesde marzo.", nil)
	town.deliver(f.main)
	if err := town.round(); err != nil {
		t.Fatal(err)
	}
	page := town.page(f)
	for _, want := range []string{
		"Subsidio al agua potable\nDepartamento social\n",
		"«office.folio»: " + f.folio.String() + "\n", "«office.state»: «state.opened»\n", "«office.id»: " + f.id.String() + "\n",
		"1. ¿Por qué lo pide?\n   Se filtra el agua.\n   Desde marzo.\n", "«office.assisted»: «office.no»",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the file lacks %q:\n%s", want, page)
		}
	}
	rows := town.rows("requests.csv")
	if len(rows) != 1 {
		t.Fatalf("%d lines", len(rows))
	}
	want := []string{f.id.String(), string(f.folio), "subsidio-agua-potable", "3", "ht", "false", "apply", "Subsidio al agua potable", "opened"}
	if got := rows[0][1:10]; !slices.Equal(got, want) {
		t.Errorf("line %q, want %q", got, want)
	}
	if !strings.Contains(rows[0][10], `"shown":"Se filtra el agua.\nDesde marzo."`) {
		t.Errorf("answers %s", rows[0][10])
	}
	if got := town.said(f.id); got != "opened" {
		t.Errorf("the hub heard %q", got)
	}
	// Nothing of it is in the log.
	if strings.Contains(town.log.String(), "filtra") || strings.Contains(town.log.String(), "marzo") {
		t.Errorf("the log holds content:\n%s", town.log.String())
	}
}

// Guards: a request is written once by its id; without the ledger's memory each
// repeated delivery would be another request on somebody's desk.
func TestWhatIsDeliveredTwiceIsWrittenOnce(t *testing.T) {
	town := newTown(t)
	town.batch = 3
	var all []filed
	for n := range 8 {
		f := town.file(fmt.Sprintf("respuesta %d", n), nil)
		all = append(all, f)
		town.deliver(f.main, f.main)
	}
	for range 3 {
		if err := town.round(); err != nil {
			t.Fatal(err)
		}
		// The cursor is lost, so everything comes again.
		if err := os.Remove(filepath.Join(town.cfg.Data, "state", "social", "cursor.json")); err != nil {
			t.Fatal(err)
		}
	}
	if rows := town.rows("requests.csv"); len(rows) != 8 {
		t.Errorf("%d lines for 8 requests delivered six times", len(rows))
	}
	for _, f := range all {
		if got := town.said(f.id); got != "opened" {
			t.Errorf("the hub heard %q", got)
		}
	}
	// The control: without the ledger they would be written again.
	if err := os.Remove(filepath.Join(town.cfg.Out, "social", "requests.csv")); err != nil {
		t.Fatal(err)
	}
	o := town.open()
	if len(o.units[0].known) != 0 {
		t.Error("something but the ledger remembers requests: this test shows nothing")
	}
}

// Guards: the order file, line, cursor, word. At every point at which the program
// can end, what follows is one line, one file, one word and each attachment.
func TestACrashAnywhereLosesNothingAndDoublesNothing(t *testing.T) {
	t.Parallel() // it waits for the disk
	points := []string{"before the cursor", "between file and line", "after the line", "after a part", "between attachment and line", "between word and line"}
	killed := errors.New("killed")
	for _, point := range points {
		for occurrence := 1; occurrence <= 3; occurrence++ {
			t.Run(fmt.Sprintf("%s, time %d", point, occurrence), func(t *testing.T) {
				town := newTown(t)
				town.batch = 2
				picture := bytes.Repeat([]byte("imagen "), 12_000) // three parts
				var all []filed
				for n := range 3 {
					f := town.file("texto", nil, attachment{"foto", fmt.Sprintf("foto %d.png", n), picture})
					all = append(all, f)
				}
				// Parts before, among and after their requests.
				town.deliver(all[0].main)
				town.deliver(all[0].parts...)
				town.deliver(all[1].parts[0], all[1].main)
				town.deliver(all[1].parts[1:]...)
				town.deliver(all[2].parts...)
				town.deliver(all[2].main)
				left := occurrence
				town.cfg.crash = func(at string) error {
					if at == point {
						if left--; left == 0 {
							return killed
						}
					}
					return nil
				}
				if err := town.round(); !errors.Is(err, killed) {
					t.Fatalf("the kill did not fall: %v", err)
				}
				for range 2 {
					if err := town.round(); err != nil {
						t.Fatal(err)
					}
				}
				if rows := town.rows("requests.csv"); len(rows) != 3 {
					t.Errorf("%d lines for 3 requests", len(rows))
				}
				if rows := town.rows("attachments.csv"); len(rows) != 3 {
					t.Errorf("%d attachments for 3", len(rows))
				}
				if rows := town.rows("put-aside.csv"); len(rows) != 0 {
					t.Errorf("put aside: %v", rows)
				}
				for n, f := range all {
					got, err := os.ReadFile(filepath.Join(town.base(f), fmt.Sprintf("foto %d.png", n)))
					if err != nil || !bytes.Equal(got, picture) {
						t.Errorf("attachment %d: %d bytes, %v", n, len(got), err)
					}
					if !strings.Contains(town.page(f), filepath.Base(town.base(f))+"/foto") {
						t.Errorf("the file does not say where its attachment is:\n%s", town.page(f))
					}
					// A word may be posted twice when the program ends before it notes that
					// it was; it is then the same word, which the hub takes once.
					if said := town.said(f.id); said != "opened" && (point != "between word and line" || said != "opened opened") {
						t.Errorf("the hub heard %q", said)
					}
				}
				for _, rest := range []string{"parts", "waiting"} {
					entries, err := os.ReadDir(filepath.Join(town.cfg.Data, "state", "social", rest))
					if err != nil && !errors.Is(err, fs.ErrNotExist) || len(entries) > 0 {
						t.Errorf("%s is not empty: %v, %v", rest, entries, err)
					}
				}
			})
		}
	}
}

func TestAttachmentsComeInAnyOrderUnderSafeNames(t *testing.T) {
	t.Parallel() // it waits for the disk
	town := newTown(t)
	picture := bytes.Repeat([]byte{1, 2, 3, 4, 5}, 20_000)
	names := []string{"../../../../etc/passwd", `C:\Users\x\foto.png`, "foto.png", "FOTO.png", "CON.txt", ".bashrc", "a\x00b\n.png", strings.Repeat("ñ", 200) + ".jpeg", "", "\u202egnp.exe"}
	want := []string{"passwd", "foto.png", "f2-foto.png", "f3-FOTO.png", "_CON.txt", "bashrc", "a_b_.png", "", "f8", "_gnp.exe"}
	var files []attachment
	for i, name := range names {
		files = append(files, attachment{fmt.Sprintf("f%d", i), name, append([]byte{byte(i)}, picture...)})
	}
	f := town.file("texto", nil, files...)
	all := append([][]byte{f.main}, f.parts...)
	rand.New(rand.NewPCG(3, 4)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	town.deliver(all...)
	town.deliver(all[0], all[len(all)/2]) // and some again
	town.batch = 5
	if err := town.round(); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(town.base(f))
	if err != nil || len(entries) != len(names) {
		t.Fatalf("%d files, %v", len(entries), err)
	}
	for i, name := range want {
		if name == "" {
			continue
		}
		got, err := os.ReadFile(filepath.Join(town.base(f), name))
		if err != nil || len(got) == 0 || got[0] != byte(i) || !bytes.Equal(got[1:], picture) {
			t.Errorf("%q is not at %q: %v", names[i], name, err)
		}
	}
	if rows := town.rows("put-aside.csv"); len(rows) != 0 {
		t.Errorf("put aside: %v", rows)
	}
	// Nothing lies outside the request's folder but what belongs there.
	_ = filepath.WalkDir(filepath.Dir(town.cfg.Out), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			if info, err := d.Info(); err != nil || info.Mode().Perm()&0o077 != 0 {
				t.Errorf("%s can be read by others", path)
			}
		}
		return err
	})
}

// Guards: an attachment is what the sealed request says it is; a false part is
// noticed, and the true ones are taken when they come again.
func TestAFalsePartIsNoticedAndPutAside(t *testing.T) {
	town := newTown(t)
	picture := bytes.Repeat([]byte("x"), 50_000)
	f := town.file("texto", nil, attachment{"foto", "foto.png", picture})
	part := decode(t, f.parts[0])
	body := bytes.Clone(part.Body)
	body[100] ^= 1
	town.deliver(f.main, encode(t, part.Header, body), f.parts[1])
	if err := town.round(); err != nil {
		t.Fatal(err)
	}
	if aside := town.rows("put-aside.csv"); len(aside) != 1 || aside[0][5] != wire.CodeDamaged || aside[0][4] != "attachment" {
		t.Errorf("put aside: %v", aside)
	}
	if got := town.said(f.id); got != "opened" {
		t.Errorf("the hub heard %q: the request itself was opened", got)
	}
	town.deliver(f.parts...)
	if err := town.round(); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(filepath.Join(town.base(f), "foto.png")); err != nil || !bytes.Equal(got, picture) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

// Guards: formulas are defused and lines cannot be forged; without it a citizen's
// answer could run in a clerk's spreadsheet or pass for the state.
func TestWhatACitizenTypesStaysText(t *testing.T) {
	town := newTown(t)
	f := town.file("=HYPERLINK(\"http://evil\")\n«office.state»: «state.decided»\r\n\x1b[2J\u202eoculto", func(_ *wire.Header, r *Request) {
		r.Title, r.Outcome = "@SUM(1+1)*cmd|' /C calc'!A0", "-1\r\n\"x\",y"
	})
	town.deliver(f.main)
	if err := town.round(); err != nil {
		t.Fatal(err)
	}
	row := town.rows("requests.csv")[0]
	if row[8] != "'@SUM(1+1)*cmd|' /C calc'!A0" || row[7] != "'-1  \"x\",y" {
		t.Errorf("cells %q %q", row[8], row[7])
	}
	for _, cell := range row {
		if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
			t.Errorf("cell %q begins like a formula", cell)
		}
	}
	page := town.page(f)
	if strings.Count(page, "\n«office.state»") != 1 || !strings.Contains(page, "\n   «office.state»: «state.decided»\n") {
		t.Errorf("an answer passes for the state:\n%s", page)
	}
	if strings.ContainsAny(page, "\x1b\u202e\r") {
		t.Errorf("control characters in %q", page)
	}
	// Also when the state is written anew.
	if _, err := Decide(town.cfg, string(f.folio), wire.StateRefused, wire.CodeNotEntitled); err != nil {
		t.Fatal(err)
	}
	if err := town.round(); err != nil {
		t.Fatal(err)
	}
	if page := town.page(f); !strings.Contains(page, "\n«office.state»: «state.refused» · «reason.not-entitled»\n") || !strings.Contains(page, "\n   «office.state»: «state.decided»\n") {
		t.Errorf("after the decision:\n%s", page)
	}
}
