package office

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"chasqui/sync/seal"
	"chasqui/sync/wire"
)

// Each row is something that a hub, or whoever stands in its place, may try.
func TestAHostileHubCannotAmendWhatItCannotRead(t *testing.T) {
	t.Parallel() // it waits for the disk
	for name, c := range map[string]struct {
		guards string
		make   func(town *town, request, other filed) []byte
		want   string // the code under which it is put aside
	}{
		"another request's folio": {"the folio is the parent's; without it a correction would lie beside somebody else's request",
			func(town *town, request, other filed) []byte {
				return town.amend(wire.KindCorrection, request, "x", func(h *wire.Header, r *Request) { h.Folio, r.Folio = other.folio, other.folio }).main
			}, wire.CodeConflict},
		"passed off as of another request": {"the seal repeats the request's id",
			func(town *town, request, other filed) []byte {
				item := decode(town.t, town.amend(wire.KindWithdrawal, request, "", nil).main)
				item.Parent, item.Folio = other.id, other.folio
				return encode(town.t, item.Header, item.Body)
			}, wire.CodeConflict},
		"a correction passed off as a withdrawal": {"the seal repeats the kind; without it a hub could withdraw whatever is corrected",
			func(town *town, request, _ filed) []byte {
				item := decode(town.t, town.amend(wire.KindCorrection, request, "x", nil).main)
				item.Kind = wire.KindWithdrawal
				return encode(town.t, item.Header, item.Body)
			}, wire.CodeConflict},
		"a withdrawal passed off as a request": {"as above, or it would be opened as a new one",
			func(town *town, request, _ filed) []byte {
				item := decode(town.t, town.amend(wire.KindWithdrawal, request, "", nil).main)
				item.Kind = wire.KindRequest
				return encode(town.t, item.Header, item.Body)
			}, wire.CodeConflict},
		"a request passed off as a correction": {"as above",
			func(town *town, request, _ filed) []byte {
				item := decode(town.t, town.file("x", nil).main)
				item.Kind, item.Parent = wire.KindCorrection, request.id
				return encode(town.t, item.Header, item.Body)
			}, wire.CodeConflict},
		"of nothing": {"an amendment names its request",
			func(town *town, request, _ filed) []byte {
				return town.amend(wire.KindCorrection, request, "x", func(h *wire.Header, r *Request) { h.Parent, r.Amends = wire.ID{}, wire.ID{} }).main
			}, wire.CodeConflict},
		"of an amendment": {"a chain of amendments leads nowhere",
			func(town *town, request, _ filed) []byte {
				first := town.amend(wire.KindCorrection, request, "x", nil)
				town.deliver(first.main)
				return town.amend(wire.KindWithdrawal, first, "", nil).main
			}, wire.CodeConflict},
		"to another unit": {"the unit is checked",
			func(town *town, request, _ filed) []byte {
				item := decode(town.t, town.amend(wire.KindWithdrawal, request, "", nil).main)
				item.Unit = "atencion"
				return encode(town.t, item.Header, item.Body)
			}, wire.CodeUnknownUnit},
		"a service that climbs": {"names are checked before they become anything",
			func(town *town, request, _ filed) []byte {
				item := decode(town.t, town.amend(wire.KindAddition, request, "x", nil).main)
				item.Service = "../../evil"
				return encode(town.t, item.Header, item.Body)
			}, wire.CodeMalformed},
	} {
		for _, early := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, early %v", name, early), func(t *testing.T) {
				town := newTown(t)
				request, other := town.file("uno", nil), town.file("dos", nil)
				if !early {
					town.deliver(request.main, other.main)
				}
				town.deliver(c.make(town, request, other))
				if early {
					town.deliver(request.main, other.main)
				}
				if err := town.round(); err != nil {
					t.Fatal(err)
				}
				rows := town.rows("put-aside.csv")
				if len(rows) != 1 || rows[0][5] != c.want {
					t.Fatalf("put aside %v, want one %s (%s)", rows, c.want, c.guards)
				}
				for _, row := range town.rows("requests.csv") {
					if row[9] != "opened" {
						t.Errorf("%s: a request stands at %s", c.guards, row[9])
					}
				}
				for _, f := range []filed{request, other} {
					if town.said(f.id) != "opened" {
						t.Errorf("the hub heard %q", town.said(f.id))
					}
				}
				for _, row := range town.rows("amendments.csv") {
					if row[4] != "correction" {
						t.Errorf("amendments.csv: %v", row)
					}
				}
			})
		}
	}
}

// Guards that nothing waits unseen for ever: what amends a request that the office
// could not open is put aside like the request, whichever comes first, and once.
func TestAnAmendmentOfWhatCannotBeOpenedIsPutAside(t *testing.T) {
	for _, early := range []bool{false, true} {
		town := newTown(t)
		request := town.file("uno", nil)
		spoilt := decode(t, request.main)
		spoilt.Body[len(spoilt.Body)-1] ^= 1
		all := [][]byte{encode(t, spoilt.Header, spoilt.Body), town.amend(wire.KindWithdrawal, request, "", nil).main}
		if early {
			all[0], all[1] = all[1], all[0]
		}
		for range 2 { // the second time by a program that was started again
			for _, item := range all {
				town.deliver(item)
			}
			if err := town.round(); err != nil {
				t.Fatal(err)
			}
		}
		rows := town.rows("put-aside.csv")
		if len(rows) != 2 || rows[0][5] != wire.CodeDamaged || rows[1][5] != wire.CodeOfficeCannot || rows[1][4] != "withdrawal" {
			t.Errorf("early %v: put aside %v", early, rows)
		}
		if left, err := filepath.Glob(filepath.Join(town.cfg.Data, "state", "social", "early", "*", "*")); err != nil || len(left) > 0 {
			t.Errorf("early %v: %v waits, %v", early, left, err)
		}
	}
}

// Guards against a unit that amends what was given to another: whoever has the
// request hears of it, and nobody else.
func TestAnAmendmentOfAnotherUnitsRequestIsPutAside(t *testing.T) {
	for _, early := range []bool{false, true} {
		town := newTown(t)
		town.cfg.Keys = []*seal.Keys{keysOf(t, "social", wire.RoleUnit), keysOf(t, "atencion", wire.RoleUnit)}
		o := town.open()
		social, atencion := o.units[0], o.units[1]
		request := town.file("uno", nil)
		withdrawal := town.amend(wire.KindWithdrawal, request, "", nil)
		known := func() {
			atencion.opened(request.id, known{folio: request.folio, service: "x", state: wire.StateOpened})
		}
		if !early {
			known()
		}
		if err := o.receive(social, withdrawal.main); err != nil {
			t.Fatal(err)
		}
		if early {
			if _, err := os.Stat(social.earlyPath(request.id, withdrawal.id)); err != nil {
				t.Errorf("it does not wait: %v", err)
			}
			known()
			if err := o.early(request.id); err != nil {
				t.Fatal(err)
			}
		}
		rows := town.rows("put-aside.csv")
		if len(rows) != 1 || rows[0][5] != wire.CodeConflict || atencion.known[request.id].state != wire.StateOpened || len(town.rows("amendments.csv")) != 0 {
			t.Errorf("early %v: put aside %v, the request stands at %s", early, rows, atencion.known[request.id].state)
		}
	}
}
