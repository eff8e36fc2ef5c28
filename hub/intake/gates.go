package intake

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limits bound what one kiosk and one address may ask of the hub. The zero value
// of each field means its default, which an honest kiosk never meets.
type Limits struct {
	// ExchangesPerSecond and ExchangeBurst bound a kiosk's exchanges: 50 a second,
	// 1,000 at once.
	ExchangesPerSecond float64
	ExchangeBurst      int
	// BytesPerSecond and BytesBurst bound what it brings: 256 KB a second, 512 MB
	// at once, which is weeks of an office's work.
	BytesPerSecond float64
	BytesBurst     int
	// EnrolmentsPerMinute and EnrolmentBurst bound tries of codes from one address:
	// 10 a minute, 10 at once.
	EnrolmentsPerMinute float64
	EnrolmentBurst      int
}

func (l Limits) filled() Limits {
	fill := func(v *float64, standard float64) {
		if *v == 0 {
			*v = standard
		}
	}
	fillInt := func(v *int, standard int) {
		if *v == 0 {
			*v = standard
		}
	}
	fill(&l.ExchangesPerSecond, 50)
	fillInt(&l.ExchangeBurst, 1000)
	fill(&l.BytesPerSecond, 256<<10)
	fillInt(&l.BytesBurst, 512<<20)
	fill(&l.EnrolmentsPerMinute, 10)
	fillInt(&l.EnrolmentBurst, 10)
	return l
}

// maxGates bounds how many addresses are remembered. When there are more, all are
// forgotten: each then has its burst again, which its rate soon takes away.
const maxGates = 20_000

// gates hold the limiters: two for a kiosk whose signature held, one for an
// address that enrols.
type gates struct {
	limits Limits

	mu        sync.Mutex
	kiosks    map[string]*gate
	addresses map[string]*rate.Limiter
}

type gate struct{ exchanges, bytes *rate.Limiter }

func newGates(l Limits) *gates {
	return &gates{limits: l.filled(), kiosks: map[string]*gate{}, addresses: map[string]*rate.Limiter{}}
}

// exchange returns 0, or how long the kiosk must wait.
func (g *gates) exchange(kiosk string, size int, now time.Time) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	at, ok := g.kiosks[kiosk]
	if !ok {
		at = &gate{
			exchanges: rate.NewLimiter(rate.Limit(g.limits.ExchangesPerSecond), g.limits.ExchangeBurst),
			bytes:     rate.NewLimiter(rate.Limit(g.limits.BytesPerSecond), g.limits.BytesBurst),
		}
		g.kiosks[kiosk] = at
	}
	if wait := reserve(at.exchanges, 1, now); wait > 0 {
		return wait
	}
	return reserve(at.bytes, size, now)
}

// enrol returns 0, or how long the address must wait.
func (g *gates) enrol(address string, now time.Time) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	at, ok := g.addresses[address]
	if !ok {
		if len(g.addresses) >= maxGates {
			clear(g.addresses)
		}
		at = rate.NewLimiter(rate.Limit(g.limits.EnrolmentsPerMinute/60), g.limits.EnrolmentBurst)
		g.addresses[address] = at
	}
	return reserve(at, 1, now)
}

// reserve takes n from a limiter, or takes nothing and says how long to wait.
func reserve(l *rate.Limiter, n int, now time.Time) time.Duration {
	r := l.ReserveN(now, n)
	if !r.OK() {
		return time.Hour // more than was ever allowed at once
	}
	wait := r.DelayFrom(now)
	if wait > 0 {
		r.CancelAt(now)
	}
	return wait
}
