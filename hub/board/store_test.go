package board_test

import (
	"strings"
	"testing"
	"time"

	"chasqui/hub"
	"chasqui/hub/board"
	"chasqui/hub/measure"
	"chasqui/hub/store"
	"chasqui/hub/store/storetest"
	"chasqui/sync/wire"
)

// Guards: the road from a kiosk's counts and a brought file to the figure on the
// page, and from a request to its state, through the real store.
func TestThroughTheRealStore(t *testing.T) {
	s, err := store.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	k := storetest.Enrol(t, s, centro, "a")
	day := measure.DayOf(storetest.Start, santiago)
	b := board.New(board.Config{
		Store: s, Catalog: catalogue(t), Scope: town, Name: "Municipalidad de Prueba",
		Now: later,
	})
	figure := func() string {
		t.Helper()
		return takeUp.FindString(body(t, get(t, b, "/?lang=es&day="+string(day))))
	}
	if got := figure(); !strings.Contains(got, `value=""`) {
		t.Fatalf("before anything was counted the page says %s", got)
	}

	count := func(channel wire.Channel, event string, n uint64) wire.Count {
		return wire.Count{CountKey: wire.CountKey{Service: home, ServiceVersion: 1, Channel: channel, Event: event}, N: n}
	}
	hour := wire.Hour(storetest.Start)
	request := k.Request(t, "atencion")
	k.Send(t, s, request, k.Counts(t, hour, 1, 1800,
		count(wire.ChannelKiosk, wire.EventStarted, 4), count(wire.ChannelKiosk, wire.EventCompleted, 3)))
	if got := figure(); !strings.Contains(got, `value=""`) {
		t.Errorf("without the counter the page says %s", got)
	}
	k.Send(t, s, k.Counts(t, hour, 2, 1800,
		count(wire.ChannelKiosk, wire.EventStarted, 4), count(wire.ChannelKiosk, wire.EventCompleted, 3), count(wire.ChannelCounter, wire.EventServed, 1)))
	if got := figure(); got != `<data id="takeup" value="0.75" data-digital="3" data-total="4">` {
		t.Errorf("with the desk's tally the page says %s", got)
	}
	rows, err := measure.ParseImport(strings.NewReader(
		"office;service;channel;day;count;coverage;source\nCL/13/13101/centro;"+home+";counter;"+string(day)+";9;92 %;queue machine\n"), "q.csv")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SaveImported(t.Context(), rows); err != nil {
		t.Fatal(err)
	}
	if got := figure(); got != `<data id="takeup" value="0.25" data-digital="3" data-total="12">` {
		t.Errorf("with a file the page says %s", got)
	}

	if _, err := s.SaveWord(t.Context(), storetest.Word(t, request.Item, wire.StateOpened, storetest.Start.Add(time.Hour))); err != nil {
		t.Fatal(err)
	}
	page := body(t, post(t, b, ask(request.Item.Folio.String(), storetest.Code, "en")))
	if !strings.Contains(page, "Received by the office") || !strings.Contains(page, `data-state="opened"`) {
		t.Errorf("the status page says\n%s", page)
	}
	wrong := body(t, post(t, b, ask(request.Item.Folio.String(), "999999", "en")))
	unknown := body(t, post(t, b, ask(string(folio(t, 9)), storetest.Code, "en")))
	if wrong != unknown || strings.Contains(wrong, "data-state") {
		t.Error("a wrong code and an unknown folio are told apart")
	}
	if text := scrape(t, b); !strings.Contains(text, `hub_items_total{kind="request"} 1`+"\n") || !strings.Contains(text, `hub_requests{state="opened"} 1`+"\n") {
		t.Errorf("the metrics say\n%s", text)
	}
	elsewhere := board.New(board.Config{Store: s, Catalog: catalogue(t), Scope: hub.Scope("CL/05/05101"), Now: later})
	if got := body(t, post(t, elsewhere, ask(request.Item.Folio.String(), storetest.Code, "en"))); strings.Contains(got, "data-state") {
		t.Error("another town's status page tells the state")
	}
}

func later() time.Time { return storetest.Start.Add(time.Minute) }
