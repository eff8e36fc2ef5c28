package board

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"chasqui/hub"
	"chasqui/sync/wire"
)

// The outcomes of a look-up on the status page.
const (
	lookupFound    = "found"
	lookupNotFound = "not-found"
	lookupLimited  = "limited"
)

// lookups counts look-ups: each one found is a digital contact. There is no folio
// in it.
type lookups struct{ vec *prometheus.CounterVec }

func newLookups() *lookups {
	vec := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "hub_status_lookups_total",
		Help: "Look-ups on the citizens' status page since the program started, by result; each found one is a digital contact.",
	}, []string{"result"})
	for _, result := range []string{lookupFound, lookupNotFound, lookupLimited} {
		vec.WithLabelValues(result)
	}
	return &lookups{vec}
}

func (l *lookups) count(result string) { l.vec.WithLabelValues(result).Inc() }

const (
	// lateAfter is how long a kiosk may be silent before it counts as late: some
	// missed check-ins, more than the longest back-off of a kiosk on a bad link.
	lateAfter = 30 * time.Minute
	// scrapeTimeout bounds the reads of one scrape.
	scrapeTimeout = 10 * time.Second
	// eventsEvery is how long the sums of events are kept between two scrapes: they
	// are added up over all hours there are.
	eventsEvery = time.Minute
	otherLabel  = wire.Other
)

var (
	descItems    = prometheus.NewDesc("hub_items_total", "Items stored, by kind.", []string{"kind"}, nil)
	descAside    = prometheus.NewDesc("hub_items_put_aside", "Items kept aside because a person must look at them.", nil, nil)
	descRequests = prometheus.NewDesc("hub_requests", "Requests by state of the table.", []string{"state"}, nil)
	descWords    = prometheus.NewDesc("hub_words_total", "Offices' signed words kept.", nil, nil)
	descKiosks   = prometheus.NewDesc("hub_kiosks", "Enrolled kiosks: heard within half an hour, late, never heard, revoked.", []string{"state"}, nil)
	descBacklog  = prometheus.NewDesc("hub_backlog_age_seconds", "Age of the oldest item that some kiosk had yet to send at its last check-in; 0 when none had.", nil, nil)
	descUnsent   = prometheus.NewDesc("hub_backlog_items", "Items that kiosks had yet to send at their last check-ins.", nil, nil)
	descEvents   = prometheus.NewDesc("hub_events_total", "Events of the kiosks' hourly counts over all places, by service of the catalogue.", []string{"service", "channel", "event"}, nil)
	descUp       = prometheus.NewDesc("hub_store_readable", "1 when the store could be read for this scrape.", nil, nil)
)

// collector reads the store at each scrape.
type collector struct {
	board *Board

	mu       sync.Mutex
	events   map[eventKey]uint64
	eventsAt time.Time
}

type eventKey struct{ service, channel, event string }

// Collector offers the hub's figures to Prometheus: over all places, with few
// labels (services of the catalogue, channels, events, states). What concerns one
// kiosk is read from the store, not from here.
func Collector(b *Board) prometheus.Collector { return &collector{board: b} }

// Describe implements prometheus.Collector.
func (c *collector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{descItems, descAside, descRequests, descWords, descKiosks, descBacklog, descUnsent, descEvents, descUp} {
		out <- d
	}
	c.board.lookups.vec.Describe(out)
}

// Collect implements prometheus.Collector.
func (c *collector) Collect(out chan<- prometheus.Metric) {
	c.board.lookups.vec.Collect(out)
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	readable := 1.0
	if err := c.collect(ctx, out); err != nil {
		c.board.cfg.Log.Error("metrics cannot be read", "error", err)
		readable = 0
	}
	out <- prometheus.MustNewConstMetric(descUp, prometheus.GaugeValue, readable)
}

func (c *collector) collect(ctx context.Context, out chan<- prometheus.Metric) error {
	totals, err := c.board.cfg.Store.Totals(ctx, hub.World)
	if err != nil {
		return err
	}
	kiosks, err := c.board.cfg.Store.Kiosks(ctx, hub.World)
	if err != nil {
		return err
	}
	events, err := c.sums(ctx)
	if err != nil {
		return err
	}
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	counter := func(d *prometheus.Desc, v uint64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(v), labels...)
	}
	for _, kind := range wire.Kinds() {
		counter(descItems, totals.Items[kind], string(kind))
	}
	gauge(descAside, float64(totals.PutAside))
	for _, state := range wire.States() {
		gauge(descRequests, float64(totals.States[state]), string(state))
	}
	counter(descWords, totals.Words)
	now := c.board.cfg.Now()
	states := map[string]int{kioskHeard: 0, kioskLate: 0, kioskNever: 0, kioskRevoked: 0}
	unsent, oldest := 0, time.Duration(0)
	for _, k := range kiosks {
		states[kioskState(k, now)]++
		if k.Revoked.IsZero() {
			unsent += k.CheckIn.Health.Unsent
			oldest = max(oldest, time.Duration(k.CheckIn.Health.OldestMS)*time.Millisecond)
		}
	}
	for state, n := range states {
		gauge(descKiosks, float64(n), state)
	}
	gauge(descBacklog, oldest.Seconds())
	gauge(descUnsent, float64(unsent))
	for key, n := range events {
		counter(descEvents, n, key.service, key.channel, key.event)
	}
	return nil
}

// The states of a kiosk as the hub sees it.
const (
	kioskHeard   = "heard"
	kioskLate    = "late"
	kioskNever   = "never-heard"
	kioskRevoked = "revoked"
)

func kioskState(k hub.Kiosk, now time.Time) string {
	switch {
	case !k.Revoked.IsZero():
		return kioskRevoked
	case k.CheckIn.At.IsZero():
		return kioskNever
	case now.Sub(k.CheckIn.At) > lateAfter:
		return kioskLate
	}
	return kioskHeard
}

// sums adds up the kiosks' counts of all hours. A label that is not of the
// catalogue or of the table of events becomes "other", so that no kiosk can make
// new series.
func (c *collector) sums(ctx context.Context) (map[eventKey]uint64, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.board.cfg.Now()
	if c.events != nil && now.Sub(c.eventsAt) < eventsEvery && !now.Before(c.eventsAt) {
		return c.events, nil
	}
	rows, err := c.board.cfg.Store.Counts(ctx, hub.World, 0, wire.Hour(now)+1)
	if err != nil {
		return nil, err
	}
	sums := map[eventKey]uint64{}
	for _, row := range rows {
		key := eventKey{row.Service, string(row.Channel), row.Event}
		if !slices.ContainsFunc(c.board.offers, func(o offer) bool { return o.id == row.Service }) {
			key.service = otherLabel
		}
		if !slices.Contains(wire.Events(), row.Event) {
			key.event = otherLabel
		}
		if !row.Channel.Valid() {
			key.channel = otherLabel
		}
		sums[key] += row.N
	}
	c.events, c.eventsAt = sums, now
	return sums, nil
}
