package board

import (
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// The limits of looking up a folio. A code has a million values; whoever has
// seen a folio on somebody's receipt must not be able to try them.
const (
	// An address may be a whole neighbourhood behind one gateway.
	perAddressEvery = 3 * time.Second
	perAddressBurst = 20
	// One folio is asked about by one person, whatever the address.
	perFolioEvery = 5 * time.Minute
	perFolioBurst = 10
	allPerSecond  = 50
	allBurst      = 100
	// mostKept bounds the memory of either table.
	mostKept = 100_000
)

// limits says whether a look-up may go on.
type limits struct {
	now       func() time.Time
	all       *rate.Limiter
	addresses *buckets
	folios    *buckets
}

func newLimits(now func() time.Time) *limits {
	return &limits{
		now: now, all: rate.NewLimiter(allPerSecond, allBurst),
		addresses: &buckets{every: perAddressEvery, burst: perAddressBurst},
		folios:    &buckets{every: perFolioEvery, burst: perFolioBurst},
	}
}

// allow reports whether somebody at address may look up a folio, "" for what can
// be none. It counts every attempt, also the right one, and every folio, also one
// that does not exist: a refusal tells nothing either.
func (l *limits) allow(address, folio string) bool {
	now := l.now()
	if !l.addresses.allow(address, now) || !l.all.AllowN(now, 1) {
		return false
	}
	return folio == "" || l.folios.allow(folio, now)
}

// buckets is a limiter for each key. Keys that have filled up again are forgotten
// when there are too many.
type buckets struct {
	every time.Duration
	burst int

	mu   sync.Mutex
	kept map[string]*bucket
}

type bucket struct {
	limiter *rate.Limiter
	used    time.Time
}

func (b *buckets) allow(key string, now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.kept == nil {
		b.kept = map[string]*bucket{}
	}
	one, ok := b.kept[key]
	if !ok {
		if len(b.kept) >= mostKept {
			b.forget(now)
		}
		one = &bucket{limiter: rate.NewLimiter(rate.Every(b.every), b.burst)}
		b.kept[key] = one
	}
	one.used = now
	return one.limiter.AllowN(now, 1)
}

// forget drops the keys that are full again; if that makes no room, it drops any
// tenth of them. The limit on all look-ups together still holds then.
func (b *buckets) forget(now time.Time) {
	full := time.Duration(b.burst) * b.every
	for key, one := range b.kept {
		if now.Sub(one.used) >= full {
			delete(b.kept, key)
		}
	}
	for key := range b.kept {
		if len(b.kept) < mostKept*9/10 {
			return
		}
		delete(b.kept, key)
	}
}

// connection names who asks by the connection's address. One household's IPv6
// addresses share a /64 and are taken for one.
func connection(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	address, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	address = address.Unmap()
	if address.Is6() {
		if prefix, err := address.Prefix(64); err == nil {
			return prefix.String()
		}
	}
	return address.String()
}
