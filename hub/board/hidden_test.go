package board

import (
	"context"
	"testing"
	"time"

	"chasqui/hub"
	"chasqui/hub/measure"
	"chasqui/hub/store"
	"chasqui/sync/wire"
)

// counted is a store of counts and nothing else.
type counted struct {
	store.Board
	rows []hub.CountRow
}

func (c counted) Counts(context.Context, hub.Scope, int64, int64) ([]hub.CountRow, error) {
	return c.rows, nil
}
func (counted) Open(context.Context, hub.Scope, int64, int64) ([]hub.OpenRow, error) { return nil, nil }
func (counted) Imported(context.Context, hub.Scope, string, string) ([]hub.Imported, error) {
	return nil, nil
}
func (counted) Totals(context.Context, hub.Scope) (hub.Totals, error)  { return hub.Totals{}, nil }
func (counted) Kiosks(context.Context, hub.Scope) ([]hub.Kiosk, error) { return nil, nil }

// Guards the completion rate and the list of services: the questions that add
// something to an earlier request are no transaction of their own.
func TestAHiddenServiceIsNoTransaction(t *testing.T) {
	now := time.Date(2026, 11, 23, 15, 30, 0, 0, time.UTC)
	today := measure.DayOf(now, time.UTC)
	count := func(service, event, detail string) hub.CountRow {
		return hub.CountRow{Office: "CL/13/13101/centro", Hour: wire.Hour(now), Service: service, Channel: wire.ChannelKiosk, Event: event, Detail: detail, N: 1}
	}
	b := New(Config{Location: time.UTC, Now: func() time.Time { return now }, Store: counted{rows: []hub.CountRow{
		count("a", wire.EventStarted, ""), count("a", wire.EventCompleted, ""), count("a", wire.EventAmended, string(wire.KindAddition)),
		count("adding", wire.EventStarted, ""), count("adding", wire.EventAbandoned, "paper"), count("adding", wire.EventSatisfaction, "5"),
	}}})
	b.offers = []offer{{id: "a", channels: []wire.Channel{wire.ChannelKiosk}}, {id: "adding", channels: []wire.Channel{wire.ChannelKiosk}, hidden: true}}
	f, err := b.read(t.Context(), period{From: today, To: today, Days: 1})
	if err != nil {
		t.Fatal(err)
	}
	if len(f.report.Services) != 1 || f.report.Services[0].ID != "a" || len(f.report.Total.LeftOut) != 0 {
		t.Errorf("services %+v, left out %+v", f.report.Services, f.report.Total.LeftOut)
	}
	part, whole, _ := f.report.Total.Completion.Parts()
	if part != 1 || whole != 1 || f.report.Total.Failure.Additions != 1 || f.report.Total.Satisfaction.Answered() != 1 {
		t.Errorf("completion %d of %d, %+v, %+v", part, whole, f.report.Total.Failure, f.report.Total.Satisfaction)
	}
}
