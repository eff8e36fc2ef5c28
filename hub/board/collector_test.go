package board_test

import (
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"chasqui/hub"
	"chasqui/hub/board"
	"chasqui/sync/wire"
)

func scrape(t *testing.T, b *board.Board) string {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(board.Collector(b))
	w := httptest.NewRecorder()
	promhttp.HandlerFor(registry, promhttp.HandlerOpts{}).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("the scrape answers %d:\n%s", w.Code, w.Body)
	}
	return w.Body.String()
}

func fleet() *fake {
	f := demo()
	f.count(today, 10, "no-such-service-1", wire.ChannelKiosk, wire.EventStarted, "", 5)
	f.count(today, 10, "no-such-service-2", wire.ChannelKiosk, wire.EventStarted, "", 6)
	f.count(today, 10, home, wire.ChannelKiosk, "made-up", "", 7)
	f.totals = hub.Totals{
		Items: map[wire.Kind]uint64{wire.KindRequest: 3, wire.KindCounts: 2}, PutAside: 1, Words: 4,
		States: map[wire.State]uint64{wire.StateAtHub: 1, wire.StateDecided: 2},
	}
	health := wire.Health{Unsent: 2, OldestMS: 90_000}
	f.kiosks = []hub.Kiosk{
		{ID: "K-1", Office: centro, CheckIn: hub.CheckIn{At: noon().Add(-time.Minute), Health: health}},
		{ID: "K-2", Office: centro, CheckIn: hub.CheckIn{At: noon().Add(-time.Hour)}},
		{ID: "K-3", Office: centro},
		{ID: "K-4", Office: centro, Revoked: noon(), CheckIn: hub.CheckIn{At: noon(), Health: wire.Health{Unsent: 99, OldestMS: 1 << 40}}},
	}
	return f
}

func TestMetrics(t *testing.T) {
	text := scrape(t, serve(t, fleet()))
	for _, want := range []string{
		`hub_items_total{kind="request"} 3`, `hub_items_total{kind="attachment"} 0`, `hub_items_put_aside 1`,
		`hub_requests{state="decided"} 2`, `hub_words_total 4`,
		`hub_kiosks{state="heard"} 1`, `hub_kiosks{state="late"} 1`, `hub_kiosks{state="never-heard"} 1`, `hub_kiosks{state="revoked"} 1`,
		`hub_backlog_age_seconds 90`, `hub_backlog_items 2`, `hub_store_readable 1`,
		`hub_events_total{channel="kiosk",event="completed",service="certificado-residencia"} 3`,
		`hub_events_total{channel="counter",event="served",service="certificado-residencia"} 1`,
		// A kiosk cannot make new series by making up names.
		`hub_events_total{channel="kiosk",event="started",service="other"} 11`,
		`hub_events_total{channel="kiosk",event="other",service="certificado-residencia"} 7`,
		`hub_status_lookups_total{result="found"} 0`,
	} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("the metrics lack %s", want)
		}
	}
	if strings.Contains(text, "no-such") || strings.Contains(text, "made-up") || strings.Contains(text, "K-1") {
		t.Error("labels are not bounded")
	}
}

// Guards: each look-up that finds something counts as one digital contact.
func TestLookUpsAreCounted(t *testing.T) {
	b := serve(t, requests(t))
	post(t, b, ask(string(folio(t, 1)), rightCode, "es"))
	post(t, b, ask(string(folio(t, 1)), "000000", "es"))
	post(t, b, ask("", "", "es"))
	for range 30 {
		post(t, b, ask("", "", "es"))
	}
	text := scrape(t, b)
	for _, want := range []string{`hub_status_lookups_total{result="found"} 1`, `hub_status_lookups_total{result="not-found"} 19`, `hub_status_lookups_total{result="limited"} 13`} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("the metrics lack %s in\n%s", want, text)
		}
	}
}

func TestMetricsOfAStoreThatCannotBeRead(t *testing.T) {
	f := fleet()
	f.err = http.ErrHandlerTimeout
	if text := scrape(t, serve(t, f)); !strings.Contains(text, "hub_store_readable 0\n") || strings.Contains(text, "hub_requests{") {
		t.Errorf("it says\n%s", text)
	}
}

// Guards: names and help by the Prometheus conventions. The control is a metric
// that breaks them.
func TestPromtoolAcceptsTheMetrics(t *testing.T) {
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("promtool is not installed (Debian package prometheus); the metrics are not checked")
	}
	check := func(text string) (string, error) {
		cmd := exec.CommandContext(t.Context(), promtool, "check", "metrics")
		cmd.Stdin = strings.NewReader(text)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	text := scrape(t, serve(t, fleet()))
	if out, err := check(text); err != nil || strings.TrimSpace(out) != "" {
		t.Errorf("promtool says %v:\n%s", err, out)
	}
	if _, err := check(text + "# TYPE hubThings counter\nhubThings 1\n"); err == nil {
		t.Error("control: promtool takes a name that breaks the conventions")
	}
}
