package station

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"

	"chasqui/sync/wire"
)

// Collector exposes the station to Prometheus, on the kiosk's loopback only. The
// labels are bounded: services of the catalogue, channels, events.
type Collector struct{ station *Station }

// newEvents returns the counter of events, which starts at zero with the program
// as Prometheus expects; the hourly counts are what survives.
func newEvents() *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "kiosk_events_total", Help: "Events counted since the program started.",
	}, []string{"service", "channel", "event"})
}

// NewCollector returns the station's collector.
func NewCollector(s *Station) *Collector { return &Collector{s} }

var (
	descRequests = prometheus.NewDesc("kiosk_requests", "Requests on this kiosk by state of the table.", []string{"state"}, nil)
	descOldest   = prometheus.NewDesc("kiosk_oldest_unsent_seconds", "Age of the oldest request that the hub has not acknowledged; 0 when there is none.", nil, nil)
	descFree     = prometheus.NewDesc("kiosk_disk_free_bytes", "Free space where the queue lies.", nil, nil)
	descDamage   = prometheus.NewDesc("kiosk_outbox_damaged", "1 when the outbox's own check at start failed.", nil, nil)
	descLink     = prometheus.NewDesc("kiosk_link_up", "1 when the hub answered the last exchange.", nil, nil)
	descRings    = prometheus.NewDesc("kiosk_help_calls_waiting", "Calls for a person that nobody has attended to; a restart forgets them.", nil, nil)
	descRingAge  = prometheus.NewDesc("kiosk_help_oldest_call_seconds", "Age of the call for a person that waits longest; 0 when there is none.", nil, nil)
	descAmended  = prometheus.NewDesc("kiosk_amendments", "Amendments of requests on this kiosk by kind and whether the hub has acknowledged them.", []string{"kind", "sent"}, nil)
	descHeard    = prometheus.NewDesc("kiosk_last_heard_timestamp_seconds", "When the hub last answered; 0 for never.", nil, nil)
)

// Describe implements prometheus.Collector.
func (c *Collector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{descRequests, descOldest, descFree, descDamage, descLink, descHeard, descRings, descRingAge, descAmended} {
		out <- d
	}
	c.station.events.Describe(out)
}

// Collect implements prometheus.Collector.
func (c *Collector) Collect(out chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	states := map[wire.State]int{}
	entries, err := c.station.cfg.Outbox.Entries(context.Background(), append(wire.Amendments(), wire.KindRequest)...)
	if err != nil {
		out <- prometheus.NewInvalidMetric(descRequests, err)
		return
	}
	amended := map[[2]string]int{}
	for _, e := range entries {
		if e.Header.Kind == wire.KindRequest {
			states[e.State]++
		} else {
			amended[[2]string{string(e.Header.Kind), sent(e.State)}]++
		}
	}
	for _, kind := range wire.Amendments() {
		for _, is := range []string{sentYes, sentNo} {
			gauge(descAmended, float64(amended[[2]string{string(kind), is}]), string(kind), is)
		}
	}
	for _, state := range wire.States() {
		gauge(descRequests, float64(states[state]), string(state))
	}
	status, device := c.station.Status(), c.station.Device()
	oldest := 0.0
	if !status.Oldest.IsZero() {
		oldest = max(0, c.station.Now().Sub(status.Oldest).Seconds())
	}
	gauge(descOldest, oldest)
	gauge(descFree, float64(device.FreeBytes))
	gauge(descDamage, truth(device.Damage != ""))
	gauge(descLink, truth(status.Link == "up"))
	heard := 0.0
	if !status.LastHeard.IsZero() {
		heard = float64(status.LastHeard.Unix())
	}
	gauge(descHeard, heard)
	rings, age := c.station.Rings(), 0.0
	if len(rings) > 0 {
		age = max(0, c.station.Now().Sub(rings[0].At).Seconds())
	}
	gauge(descRings, float64(len(rings)))
	gauge(descRingAge, age)
	c.station.events.Collect(out)
}

const sentYes, sentNo = "yes", "no"

// sent says whether the hub has an amendment: one that is put aside has not come
// through.
func sent(s wire.State) string {
	if s.Unsent() || s == wire.StatePutAside {
		return sentNo
	}
	return sentYes
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
