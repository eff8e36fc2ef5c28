package board_test

import (
	"context"
	"io/fs"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"chasqui/assets"
	"chasqui/hub"
	"chasqui/hub/board"
	"chasqui/hub/measure"
	"chasqui/hub/store"
	"chasqui/kiosk/catalog"
	"chasqui/sync/wire"
)

const (
	town    = hub.Scope("CL/13/13101")
	centro  = hub.Scope("CL/13/13101/centro")
	home    = "certificado-residencia"
	water   = "subsidio-agua-potable"
	street  = "aviso-via-publica"
	today   = measure.Day("2026-11-23")
	suggest = "seguir-desde-casa"
)

var santiago = func() *time.Location {
	loc, err := time.LoadLocation("America/Santiago")
	if err != nil {
		panic(err)
	}
	return loc
}()

func noon() time.Time { return time.Date(2026, 11, 23, 12, 30, 0, 0, santiago) }

// fake is a store of rows; it counts how often it is asked for a folio.
type fake struct {
	store.Board
	counts   []hub.CountRow
	open     []hub.OpenRow
	imported []hub.Imported
	totals   hub.Totals
	kiosks   []hub.Kiosk
	standing map[wire.Folio]hub.Standing
	code     string
	asked    []string
	err      error
}

func (f *fake) Counts(_ context.Context, scope hub.Scope, from, to int64) (rows []hub.CountRow, _ error) {
	for _, row := range f.counts {
		if row.Hour >= from && row.Hour < to && scope.Contains(row.Office) {
			rows = append(rows, row)
		}
	}
	return rows, f.err
}

func (f *fake) Open(_ context.Context, _ hub.Scope, from, to int64) (rows []hub.OpenRow, _ error) {
	for _, row := range f.open {
		if row.Hour >= from && row.Hour < to {
			rows = append(rows, row)
		}
	}
	return rows, f.err
}

func (f *fake) Imported(_ context.Context, _ hub.Scope, from, to string) (rows []hub.Imported, _ error) {
	for _, row := range f.imported {
		if row.Day >= from && row.Day < to {
			rows = append(rows, row)
		}
	}
	return rows, f.err
}

func (f *fake) Totals(context.Context, hub.Scope) (hub.Totals, error)  { return f.totals, f.err }
func (f *fake) Kiosks(context.Context, hub.Scope) ([]hub.Kiosk, error) { return f.kiosks, f.err }

func (f *fake) Lookup(_ context.Context, _ hub.Scope, folio wire.Folio, code string) (hub.Standing, error) {
	f.asked = append(f.asked, string(folio))
	if f.err != nil {
		return hub.Standing{}, f.err
	}
	s, ok := f.standing[folio]
	if !ok || code != f.code {
		return hub.Standing{}, hub.ErrNotFound
	}
	return s, nil
}

func (f *fake) count(d measure.Day, hour int64, service string, channel wire.Channel, event, detail string, n uint64) {
	first, _ := measure.HoursOf(d, d, santiago)
	f.counts = append(f.counts, hub.CountRow{Office: centro, Hour: first + hour, Service: service, Channel: channel, Language: "es", Event: event, Detail: detail, N: n})
}

// kiosk says that the kiosk ran at an hour and that of started so many finished.
func (f *fake) kiosk(d measure.Day, hour int64, service string, started, finished uint64) {
	first, _ := measure.HoursOf(d, d, santiago)
	f.open = append(f.open, hub.OpenRow{Kiosk: "K-A0F", Office: centro, Hour: first + hour, Seconds: 3600})
	f.count(d, hour, service, wire.ChannelKiosk, wire.EventStarted, "", started)
	f.count(d, hour, service, wire.ChannelKiosk, wire.EventCompleted, "", finished)
}

func (f *fake) tally(d measure.Day, hour int64, service string, n uint64) {
	f.count(d, hour, service, wire.ChannelCounter, wire.EventServed, "tally", n)
}

func (f *fake) brought(d measure.Day, service string, channel wire.Channel, n uint64, coverage float64) {
	f.imported = append(f.imported, hub.Imported{Office: centro, Service: service, Channel: channel, Day: string(d), N: n, Coverage: coverage, Source: "queue machine"})
}

// month is thirty days of a small office, the last of them today: the counter
// counted residence and street notices, and water on some days only.
func month() *fake {
	f := &fake{
		totals: hub.Totals{PutAside: 1, States: map[wire.State]uint64{wire.StateAtHub: 3, wire.StateOpened: 12, wire.StateDecided: 301}},
		kiosks: []hub.Kiosk{
			{ID: "K-A0F", Office: centro, CheckIn: hub.CheckIn{At: noon().Add(-2 * time.Minute), Health: wire.Health{Unsent: 2, OldestMS: 90_000}}},
			{ID: "K-A0H", Office: centro},
		},
	}
	for i, d := range measure.Days(today.Add(-29), today) {
		if weekday := d.Date().Weekday(); weekday == time.Saturday || weekday == time.Sunday {
			continue
		}
		n := uint64(i)
		for hour := int64(9); hour < 17; hour++ {
			f.kiosk(d, hour, home, 2, 1+(n+uint64(hour))%2)
		}
		f.kiosk(d, 10, water, 3+n/6, 2+n/8)
		f.kiosk(d, 11, street, 4+n/9, 4+n/10)
		f.count(d, 12, home, wire.ChannelAssisted, wire.EventStarted, "", 2)
		f.count(d, 12, home, wire.ChannelAssisted, wire.EventCompleted, "", 2)
		f.count(d, 12, water, wire.ChannelKiosk, wire.EventAbandoned, "paid", 1)
		for hour := int64(9); hour < 15; hour++ {
			f.tally(d, hour, home, 1)
		}
		f.tally(d, 9, street, 2)
		if i%3 == 0 {
			f.tally(d, 10, water, 4)
		}
		if i%5 == 0 {
			f.brought(d, home, wire.ChannelCounter, 9, 0.95)
		}
		f.count(d, 11, home, wire.ChannelKiosk, wire.EventNudge, suggest+"/accepted", 2)
		f.count(d, 11, home, wire.ChannelKiosk, wire.EventNudge, suggest+"/refused", 3)
		f.count(d, 11, home, wire.ChannelKiosk, wire.EventNudge, suggest+"/held-out", 1)
		for face, n := range []uint64{0, 1, 1, 4, 6} {
			f.count(d, 11, home, wire.ChannelKiosk, wire.EventSatisfaction, strconv.Itoa(face+1), n)
		}
		f.count(d, 11, home, wire.ChannelKiosk, wire.EventSatisfaction, wire.SatisfactionSkipped, 3)
		f.count(d, 11, water, wire.ChannelKiosk, wire.EventSatisfaction, "3", 1)
		f.count(d, 12, water, wire.ChannelKiosk, wire.EventAmended, string(wire.KindCorrection), 1)
		if i%4 == 0 {
			f.count(d, 12, home, wire.ChannelAssisted, wire.EventAmended, string(wire.KindWithdrawal), 1)
			f.count(d, 12, home, wire.ChannelKiosk, wire.EventAmended, string(wire.KindAddition), 2)
		}
	}
	return f
}

// services are three of the catalogue: the pages that were looked at do not change
// with every new service.
var services = sync.OnceValues(func() (*catalog.Catalog, error) {
	three := fstest.MapFS{}
	all := assets.Services()
	err := fs.WalkDir(all, ".", func(path string, d fs.DirEntry, err error) error {
		folder, _, inside := strings.Cut(path, "/")
		if err != nil || d.IsDir() || inside && folder != home && folder != water && folder != street {
			return err
		}
		b, err := fs.ReadFile(all, path)
		three[path] = &fstest.MapFile{Data: b}
		return err
	})
	if err != nil {
		return nil, err
	}
	return catalog.Load(three, nil)
})

func catalogue(t testing.TB) *catalog.Catalog {
	t.Helper()
	c, err := services()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func serve(t testing.TB, s store.Board) *board.Board {
	t.Helper()
	return board.New(board.Config{Store: s, Catalog: catalogue(t), Scope: town, Name: "Municipalidad de Prueba", Now: noon})
}
