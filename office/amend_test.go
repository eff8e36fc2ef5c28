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

// amended is a request and everything that can be filed about it.
type amended struct {
	request, correction, addition, withdrawal filed
	picture                                   []byte
}

func (h *town) amendments() amended {
	picture := bytes.Repeat([]byte("imagen "), 12_000) // three parts
	request := h.file("texto", nil)
	return amended{
		request: request, picture: picture,
		correction: h.amend(wire.KindCorrection, request, "otro texto", nil),
		addition: h.amend(wire.KindAddition, request, "falta la boleta", func(header *wire.Header, r *Request) {
			header.Service, header.ServiceVersion = "agregar-a-solicitud", 1
			r.Service, r.ServiceVersion, r.Title = "agregar-a-solicitud", 1, "Agregar algo"
		}, attachment{"papel", "boleta.png", picture}),
		withdrawal: h.amend(wire.KindWithdrawal, request, "", nil),
	}
}

// check holds the folders to what must be there once everything has come.
func (a amended) check(t *testing.T, town *town) {
	t.Helper()
	if rows := town.rows("requests.csv"); len(rows) != 1 || rows[0][9] != "withdrawn" {
		t.Errorf("requests.csv: %v", rows)
	}
	rows := town.rows("amendments.csv")
	var got []string
	for _, row := range rows {
		got = append(got, strings.Join(row[1:7], " "))
	}
	slices.Sort(got)
	var want []string
	for _, f := range []struct {
		filed
		kind, service string
	}{
		{a.correction, "correction", "subsidio-agua-potable 3"}, {a.addition, "addition", "agregar-a-solicitud 1"}, {a.withdrawal, "withdrawal", "subsidio-agua-potable 3"},
	} {
		want = append(want, fmt.Sprintf("%s %s %s %s %s", f.id, a.request.id, string(a.request.folio), f.kind, f.service))
	}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("amendments.csv:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	page := town.page(a.request)
	if !strings.Contains(page, "«office.state»: «state.withdrawn» · «reason.citizen-asked»\n") || !strings.Contains(page, "   texto\n") {
		t.Errorf("the request's file:\n%s", page)
	}
	for f, kind := range map[*filed]string{&a.correction: "correction", &a.addition: "addition", &a.withdrawal: "withdrawal"} {
		if n := strings.Count(page, "«office.amended»: «office.kind."+kind+"» · "+filepath.Base(town.base(*f))+".txt\n"); n != 1 {
			t.Errorf("the request's file names the %s %d times:\n%s", kind, n, page)
		}
		own := town.page(*f)
		if !strings.Contains(own, "«office.kind»: «office.kind."+kind+"»\n«office.about»: "+filepath.Base(town.base(a.request))+".txt\n") || strings.Contains(own, "«office.state»") {
			t.Errorf("the file of the %s:\n%s", kind, own)
		}
		if said := town.said(f.id); said != "" {
			t.Errorf("of the %s the hub heard %q", kind, said)
		}
	}
	if own := town.page(a.correction); !strings.Contains(own, "   otro texto\n") {
		t.Errorf("the correction's file:\n%s", own)
	}
	if rows := town.rows("attachments.csv"); len(rows) != 1 || rows[0][1] != a.addition.id.String() {
		t.Errorf("attachments.csv: %v", rows)
	}
	if got, err := os.ReadFile(filepath.Join(town.base(a.addition), "boleta.png")); err != nil || !bytes.Equal(got, a.picture) {
		t.Errorf("the attachment: %d bytes, %v", len(got), err)
	}
	if rows := town.rows("put-aside.csv"); len(rows) != 0 {
		t.Errorf("put aside: %v", rows)
	}
	for _, rest := range []string{"parts", "waiting", "early"} {
		entries, err := os.ReadDir(filepath.Join(town.cfg.Data, "state", "social", rest))
		if err != nil && !errors.Is(err, fs.ErrNotExist) || len(entries) > 0 {
			t.Errorf("%s is not empty: %v, %v", rest, entries, err)
		}
	}
}

// Guards promise 2 at the office for what is about a request: once each, in
// whatever order they and the request come. Without the wait for the request an
// early withdrawal would be lost, and the office go on with the request.
func TestAmendmentsComeInAnyOrderAndOnce(t *testing.T) {
	t.Parallel() // it waits for the disk
	for seed := range uint64(6) {
		town := newTown(t)
		town.batch = 3
		a := town.amendments()
		items := append([][]byte{a.request.main, a.correction.main, a.addition.main, a.withdrawal.main}, a.addition.parts...)
		items = append(items, items...) // each comes twice
		order := rand.New(rand.NewPCG(seed, 1))
		order.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
		for _, item := range items {
			town.deliver(item)
			if order.IntN(2) == 0 {
				if err := town.round(); err != nil {
					t.Fatal(err)
				}
			}
		}
		for range 2 {
			if err := town.round(); err != nil {
				t.Fatal(err)
			}
			a.check(t, town)
			// The cursor is lost, so everything comes again.
			if err := os.Remove(filepath.Join(town.cfg.Data, "state", "social", "cursor.json")); err != nil {
				t.Fatal(err)
			}
		}
		if said := town.said(a.request.id); said != "opened" {
			t.Errorf("of the request the hub heard %q", said)
		}
		if t.Failed() {
			t.Fatalf("with seed %d", seed)
		}
	}
}

// Guards the order file, request, line, cursor for amendments: at every point at
// which the program can end, what follows is one line and one file each.
func TestACrashAmongAmendmentsLosesNothingAndDoublesNothing(t *testing.T) {
	t.Parallel() // it waits for the disk
	killed := errors.New("killed")
	points := []string{"after an early amendment", "between file and line", "after the line", "between amendment and request", "between request and line",
		"after the amendment's line", "after a part", "between attachment and line", "before the cursor"}
	for name, order := range map[string]func(amended) [][]byte{
		"the request first": func(a amended) [][]byte {
			return append([][]byte{a.request.main, a.correction.main, a.addition.main, a.withdrawal.main}, a.addition.parts...)
		},
		"the request last": func(a amended) [][]byte {
			return append(append([][]byte{a.withdrawal.main}, a.addition.parts...), a.addition.main, a.correction.main, a.request.main)
		},
	} {
		fell := map[string]bool{}
		for _, point := range points {
			for occurrence := 1; occurrence <= 2; occurrence++ {
				town := newTown(t)
				town.batch = 2
				a := town.amendments()
				town.deliver(order(a)...)
				left := occurrence
				town.cfg.crash = func(at string) error {
					if at == point {
						if left--; left == 0 {
							return killed
						}
					}
					return nil
				}
				if err := town.round(); errors.Is(err, killed) {
					fell[point] = true
				} else if err != nil {
					t.Fatal(err)
				}
				for range 2 {
					if err := town.round(); err != nil {
						t.Fatal(err)
					}
				}
				a.check(t, town)
				if t.Failed() {
					t.Fatalf("%s, killed %s, time %d", name, point, occurrence)
				}
			}
		}
		for _, point := range points {
			if !fell[point] && (point != "after an early amendment" || name == "the request last") {
				t.Errorf("%s: no kill fell %s", name, point)
			}
		}
	}
}

// The same process goes on after an error, on a disk that was full for a moment.
func TestAnErrorAmongAmendmentsIsMadeUpFor(t *testing.T) {
	t.Parallel() // it waits for the disk
	full := errors.New("no space left on device")
	for _, point := range []string{"after the line", "between amendment and request", "between request and line", "after the amendment's line"} {
		town := newTown(t)
		a := town.amendments()
		town.deliver(append(append([][]byte{a.withdrawal.main, a.correction.main}, a.addition.parts...), a.addition.main, a.request.main)...)
		failed := false
		town.cfg.crash = func(at string) error {
			if at == point && !failed {
				failed = true
				return full
			}
			return nil
		}
		o := town.open()
		if err := o.Once(t.Context()); !errors.Is(err, full) {
			t.Fatalf("%s: %v", point, err)
		}
		if err := o.Once(t.Context()); err != nil {
			t.Fatal(err)
		}
		a.check(t, town)
		if t.Failed() {
			t.Fatalf("an error %s", point)
		}
	}
}

// Guards "withdrawn" at the office: what is decided afterwards moves nothing, and
// what was decided before is taken back.
func TestAWithdrawnRequestStaysWithdrawn(t *testing.T) {
	town := newTown(t)
	early, late := town.file("uno", nil), town.file("dos", nil)
	town.deliver(early.main, late.main)
	if err := town.round(); err != nil {
		t.Fatal(err)
	}
	if _, err := Decide(town.cfg, string(early.folio), wire.StateDecided, wire.CodeGranted); err != nil {
		t.Fatal(err)
	}
	if err := town.round(); err != nil {
		t.Fatal(err)
	}
	// A decision that was noted while the withdrawal was on its way.
	o := town.open()
	if _, err := Decide(town.cfg, string(late.folio), wire.StateRefused, wire.CodeNotEntitled); err != nil {
		t.Fatal(err)
	}
	town.deliver(town.amend(wire.KindWithdrawal, early, "", nil).main, town.amend(wire.KindWithdrawal, late, "", nil).main)
	for range 2 {
		if err := o.Once(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	if err := town.round(); err != nil { // after a restart
		t.Fatal(err)
	}
	for _, row := range town.rows("requests.csv") {
		if row[9] != "withdrawn" {
			t.Errorf("requests.csv: %v", row[:10])
		}
	}
	for _, f := range []filed{early, late} {
		if page := town.page(f); !strings.Contains(page, "«office.state»: «state.withdrawn» · «reason.citizen-asked»\n") {
			t.Errorf("the file:\n%s", page)
		}
		if _, err := Decide(town.cfg, string(f.folio), wire.StateDecided, wire.CodeGranted); !errors.Is(err, ErrWithdrawn) {
			t.Errorf("a withdrawn request was decided: %v", err)
		}
	}
	// What people decided is posted all the same: the hub keeps it as history.
	if got := town.said(late.id); got != "opened refused/not-entitled" {
		t.Errorf("the hub heard %q", got)
	}
	// The ledger of requests is moved away, and everything comes again.
	for _, path := range []string{filepath.Join(town.cfg.Out, "social", "requests.csv"), filepath.Join(town.cfg.Data, "state", "social", "cursor.json")} {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	if err := town.round(); err != nil {
		t.Fatal(err)
	}
	if rows := town.rows("requests.csv"); len(rows) != 2 || rows[0][9] != "withdrawn" || rows[1][9] != "withdrawn" {
		t.Errorf("after the ledger was lost: %v", rows)
	}
}

// Guards what a person agreed to: the statement stands with the answer.
func TestAStatementStandsInTheFile(t *testing.T) {
	town := newTown(t)
	f := town.file("sí", func(_ *wire.Header, r *Request) { r.Answers[0].Statement = "Acepto que me llamen.\n9. Otra cosa" })
	town.deliver(f.main)
	if err := town.round(); err != nil {
		t.Fatal(err)
	}
	if page := town.page(f); !strings.Contains(page, "   «office.statement»: Acepto que me llamen.9. Otra cosa\n   sí\n") {
		t.Errorf("the file:\n%s", page)
	}
}
