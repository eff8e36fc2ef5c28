package storetest

import (
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"chasqui/hub"
	"chasqui/hub/store"
	"chasqui/sync/wire"
)

// Guards the check-in against replay; without it a captured batch makes a stolen
// or dead kiosk look alive, with old figures.
func oldBatch(t *testing.T, s store.Store) {
	k := Enrol(t, s, Office, "a")
	old := k.Batch()
	if _, err := s.Exchange(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	k.Send(t, s)
	before := must(s.Kiosk(t.Context(), Office, k.ID))(t)
	old.At = old.At.Add(24 * time.Hour)
	if _, err := s.Exchange(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	after := must(s.Kiosk(t.Context(), Office, k.ID))(t)
	equal(t, "check-in after an old batch", after.CheckIn, before.CheckIn)
	k.Send(t, s)
	equal(t, "check-in after a new one", must(s.Kiosk(t.Context(), Office, k.ID))(t).CheckIn.Health.Unsent, 3)
}

func checkIn(t *testing.T, s store.Store) {
	k := Enrol(t, s, Office, "a")
	equal(t, "before any", must(s.Kiosk(t.Context(), Office, k.ID))(t).CheckIn, hub.CheckIn{})
	e := k.Batch(k.Request(t, "atencion"))
	e.Header.Clock.Wall = e.At.Add(-90 * time.Second).UnixMilli()
	e.Header.Cursor = 7
	e.Header.Health = wire.Health{Program: "1.0", Unsent: 3, PutAside: 1, OldestMS: 5000, FreeBytes: math.MaxUint64, Damage: "seq 4 is missing"}
	if _, err := s.Exchange(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	got := must(s.Kiosk(t.Context(), Office, k.ID))(t)
	equal(t, "check-in", got.CheckIn, hub.CheckIn{
		At: e.At, Skew: -90 * time.Second, ClockTrusted: true, Epoch: k.Epoch, HighWater: 1, Cursor: 7, Health: e.Header.Health,
	})
	if !got.Key.Equal(k.Key) || string(got.StatusKey) != string(k.StatusKey) || got.Office != Office {
		t.Errorf("kiosk %+v", got)
	}
	// Any clock can be claimed.
	for _, wall := range []int64{math.MaxInt64, math.MinInt64, 0} {
		e := k.Batch()
		e.Header.Clock.Wall = wall
		if _, err := s.Exchange(t.Context(), e); err != nil {
			t.Fatalf("wall clock %d: %v", wall, err)
		}
		must(s.Kiosks(t.Context(), Office))(t)
	}
}

func count(service string, event string, n uint64) wire.Count {
	return wire.Count{CountKey: wire.CountKey{Service: service, ServiceVersion: 1, Channel: wire.ChannelKiosk, Language: "es", Event: event}, N: n}
}

// Guards the replacement by revision; without it a set that is sent again, or an
// older one that overtook a newer one, would be counted twice or lost.
func counts(t *testing.T, s store.Store) {
	a, b := Enrol(t, s, Office, "a"), Enrol(t, s, Office, "b")
	hour := wire.Hour(Start)
	first := a.Counts(t, hour, 1, 600, count("x", wire.EventStarted, 3), count("x", wire.EventCompleted, 1), count("y", wire.EventStarted, 9))
	voice := count("x", wire.EventStarted, 2)
	voice.Mode, voice.ServiceVersion = "voice", 2
	second := a.Counts(t, hour, 2, 3600, count("x", wire.EventStarted, 4), voice)
	got, _ := a.Send(t, s, second, first, second)
	verdicts(t, got, accepted, accepted, duplicate)
	got, _ = b.Send(t, s, b.Counts(t, hour, 1, 60, count("x", wire.EventStarted, 10)), b.Counts(t, hour+1, 1, 30, count("x", wire.EventStarted, 1)))
	verdicts(t, got, accepted, accepted)
	again := a.Counts(t, hour, 2, 1, count("x", wire.EventStarted, 1000)) // same revision: ignored
	got, _ = a.Send(t, s, again)
	verdicts(t, got, accepted)

	row := hub.CountRow{Office: Office, Hour: hour, Service: "x", Channel: wire.ChannelKiosk, Language: "es", Event: wire.EventStarted, N: 16}
	next := row
	next.Hour, next.N = hour+1, 1
	if rows := must(s.Counts(t.Context(), "CL", hour, hour+2))(t); !slices.Equal(rows, []hub.CountRow{row, next}) {
		t.Errorf("counts: %+v", rows)
	}
	if rows := must(s.Counts(t.Context(), Office, hour, hour+1))(t); !slices.Equal(rows, []hub.CountRow{row}) {
		t.Errorf("counts of one hour: %+v", rows)
	}
	open := must(s.Open(t.Context(), Municipality, hour, hour+1))(t)
	want := []hub.OpenRow{{Kiosk: a.ID, Office: Office, Hour: hour, Seconds: 3600}, {Kiosk: b.ID, Office: Office, Hour: hour, Seconds: 60}}
	if !slices.Equal(open, want) {
		t.Errorf("open: %+v", open)
	}
}

func durations(t *testing.T, s store.Store) {
	hour := wire.Hour(Start)
	for _, name := range []string{"a", "b"} {
		k := Enrol(t, s, Office, name)
		a := k.Counts(t, hour, 1, 60)
		buckets := make([]uint64, len(wire.DurationBounds)+1)
		buckets[2] = 3
		a.Counts.Histograms = []wire.Histogram{{CountKey: wire.CountKey{Service: "x", Channel: wire.ChannelKiosk, Language: "es", Event: wire.EventTime}, Buckets: buckets, Sum: 150.5}}
		k.Send(t, s, a)
	}
	rows := must(s.Histograms(t.Context(), Office, hour, hour+1))(t)
	if len(rows) != 1 || rows[0].Buckets[2] != 6 || rows[0].Sum != 301 || rows[0].Service != "x" {
		t.Errorf("histograms: %+v", rows)
	}
}

func decisions(t *testing.T, s store.Store) {
	k := Enrol(t, s, Office, "a")
	request := k.Request(t, "atencion")
	made := k.Decision(t, request.Item, wire.AnswerAccepted)
	got, _ := k.Send(t, s, request, made)
	verdicts(t, got, accepted, accepted)
	got, _ = k.Send(t, s, made)
	verdicts(t, got, duplicate)
	rows := must(s.Decisions(t.Context(), Municipality, Start, time.Time{}))(t)
	if len(rows) != 1 || rows[0].Folio != request.Item.Folio || rows[0].Answer != wire.AnswerAccepted || rows[0].Kiosk != k.ID ||
		rows[0].Office != Office || rows[0].Language != "es" || len(rows[0].Arms) != 2 || rows[0].Arrived.IsZero() {
		t.Errorf("decisions: %+v", rows)
	}
	equal(t, "before its time", len(must(s.Decisions(t.Context(), Office, Start.Add(time.Hour), time.Time{}))(t)), 0)
	equal(t, "after its time", len(must(s.Decisions(t.Context(), Office, time.Time{}, Start))(t)), 0)
}

func imported(t *testing.T, s store.Store) {
	row := hub.Imported{Office: Municipality, Service: "x", Channel: wire.ChannelPhone, Day: "2026-11-23", N: 40, Coverage: 0.5, Source: "call log", At: Start}
	other := row
	other.Source, other.N = "queue machine", 7
	if err := s.SaveImported(t.Context(), []hub.Imported{row, other}); err != nil {
		t.Fatal(err)
	}
	row.N, row.Coverage = 44, 1
	if err := s.SaveImported(t.Context(), []hub.Imported{row}); err != nil {
		t.Fatal(err)
	}
	if rows := must(s.Imported(t.Context(), "CL/13", "2026-11-23", "2026-11-24"))(t); !slices.Equal(rows, []hub.Imported{row, other}) {
		t.Errorf("imported: %+v", rows)
	}
	equal(t, "the day before", len(must(s.Imported(t.Context(), "CL", "2026-11-22", "2026-11-23"))(t)), 0)
	for name, spoil := range map[string]func(*hub.Imported){
		"a region":        func(r *hub.Imported) { r.Office = "CL/13" },
		"no channel":      func(r *hub.Imported) { r.Channel = "pigeon" },
		"no day":          func(r *hub.Imported) { r.Day = "2026-02-30" },
		"too much":        func(r *hub.Imported) { r.Coverage = 1.1 },
		"not a number":    func(r *hub.Imported) { r.Coverage = math.NaN() },
		"no source":       func(r *hub.Imported) { r.Source = " " },
		"no service":      func(r *hub.Imported) { r.Service = "" },
		"more than exist": func(r *hub.Imported) { r.N = math.MaxUint64 },
	} {
		bad, good := row, row
		spoil(&bad)
		good.Day = "2026-11-25"
		if err := s.SaveImported(t.Context(), []hub.Imported{good, bad}); !errors.Is(err, hub.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	equal(t, "kept of what was refused", len(must(s.Imported(t.Context(), "CL", "2026-11-25", "2026-11-26"))(t)), 0)
}

// Guards the scope of every read; without the condition an office would see its
// neighbour's. Elsewhere begins with the same characters on purpose.
func scopes(t *testing.T, s store.Store) {
	ctx := t.Context()
	k := Enrol(t, s, Elsewhere, "a")
	hour := wire.Hour(Start)
	request, refused := k.Request(t, "atencion"), k.Request(t, "nobody")
	refused.Refuse = wire.CodeUnknownUnit
	set := k.Counts(t, hour, 1, 60, count("x", wire.EventStarted, 1))
	set.Counts.Histograms = []wire.Histogram{{CountKey: wire.CountKey{Channel: wire.ChannelKiosk, Event: wire.EventTime}, Buckets: make([]uint64, len(wire.DurationBounds)+1)}}
	k.Send(t, s, request, refused, set, k.Decision(t, request.Item, wire.AnswerRefused))
	if _, err := s.SaveWord(ctx, Word(t, request.Item, wire.StateOpened, Start)); err != nil {
		t.Fatal(err)
	}
	if err := s.SaveImported(ctx, []hub.Imported{{Office: Elsewhere, Service: "x", Channel: wire.ChannelWeb, Day: "2026-11-23", N: 1, Coverage: 1, Source: "s", At: Start}}); err != nil {
		t.Fatal(err)
	}
	found := func(err error) int {
		if errors.Is(err, hub.ErrNotFound) {
			return 0
		}
		if err != nil {
			t.Fatal(err)
		}
		return 1
	}
	reads := map[string]func(hub.Scope) int{
		"Kiosk":   func(at hub.Scope) int { _, err := s.Kiosk(ctx, at, k.ID); return found(err) },
		"Request": func(at hub.Scope) int { _, err := s.Request(ctx, at, request.Item.ID); return found(err) },
		"Lookup":  func(at hub.Scope) int { _, err := s.Lookup(ctx, at, request.Item.Folio, Code); return found(err) },
		"Words": func(at hub.Scope) int {
			words, _, _, err := s.Words(ctx, at, k.ID, 0, 10)
			return len(words) * found(err)
		},
		"Kiosks":     func(at hub.Scope) int { return len(must(s.Kiosks(ctx, at))(t)) },
		"Counts":     func(at hub.Scope) int { return len(must(s.Counts(ctx, at, hour, hour+1))(t)) },
		"Histograms": func(at hub.Scope) int { return len(must(s.Histograms(ctx, at, hour, hour+1))(t)) },
		"Open":       func(at hub.Scope) int { return len(must(s.Open(ctx, at, hour, hour+1))(t)) },
		"Imported":   func(at hub.Scope) int { return len(must(s.Imported(ctx, at, "2026-01-01", "2027-01-01"))(t)) },
		"Decisions":  func(at hub.Scope) int { return len(must(s.Decisions(ctx, at, time.Time{}, time.Time{}))(t)) },
		"Requests":   func(at hub.Scope) int { return len(must(s.Requests(ctx, at, 10))(t)) },
		"History":    func(at hub.Scope) int { return len(must(s.History(ctx, at, request.Item.ID))(t)) },
		"Aside":      func(at hub.Scope) int { return len(must(s.Aside(ctx, at, 10))(t)) },
		"Totals": func(at hub.Scope) int {
			sum := must(s.Totals(ctx, at))(t)
			if sum.Requests != sum.Folios || sum.Requests != sum.Words || sum.Requests != sum.PutAside || sum.Requests != sum.Kiosks {
				t.Errorf("Totals(%q) do not agree: %+v", at, sum)
			}
			return int(sum.Requests) // #nosec G115 -- one
		},
	}
	for name, read := range reads {
		for scope, want := range map[hub.Scope]int{
			Elsewhere: 1, "CL/13/131010": 1, "CL/13": 1, "CL": 1, hub.World: 1,
			Office: 0, Municipality: 0, "CL/1": 0, "CL/13/13": 0, "AR": 0, "": 0, "CL/13/131010/centro/x": 0, "CL/13/131010/cent": 0,
		} {
			if got := read(scope); got != want {
				t.Errorf("%s(%q) sees %d, want %d", name, scope, got, want)
			}
		}
	}
}

func totals(t *testing.T, s store.Store) {
	a, b := Enrol(t, s, Office, "a"), Enrol(t, s, Office, "b")
	request := a.Request(t, "atencion")
	a.Send(t, s, request, a.Request(t, "social"), a.Counts(t, 1, 1, 1), a.Decision(t, request.Item, wire.AnswerIgnored))
	b.Send(t, s, b.Request(t, "atencion"))
	if err := s.Revoke(t.Context(), Office, b.ID, Start); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SaveWord(t.Context(), Word(t, request.Item, wire.StateDecided, Start)); err != nil {
		t.Fatal(err)
	}
	got := must(s.Totals(t.Context(), "CL"))(t)
	equal(t, "requests", got.Requests, 3)
	equal(t, "folios", got.Folios, 3)
	equal(t, "counts", got.Items[wire.KindCounts], 1)
	equal(t, "decisions", got.Items[wire.KindDecision], 1)
	equal(t, "at the hub", got.States[wire.StateAtHub], 2)
	equal(t, "decided", got.States[wire.StateDecided], 1)
	equal(t, "words", got.Words, 1)
	equal(t, "kiosks", got.Kiosks, 1)
	equal(t, "revoked", got.Revoked, 1)
	newest := must(s.Requests(t.Context(), "CL", 2))(t)
	if len(newest) != 2 || newest[0].Arrived.Before(newest[1].Arrived) || newest[0].Size == 0 {
		t.Errorf("requests: %+v", newest)
	}
}
