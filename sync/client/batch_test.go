package client

import (
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"chasqui/sync/outbox"
	"chasqui/sync/wire"
)

// drain exchanges until nothing can be sent, at most limit times.
func (b *bench) drain(t *testing.T, limit int) int {
	t.Helper()
	for n := range limit {
		batch, err := b.size.choose(t.Context(), b.queue, b.cfg.Now())
		if err != nil {
			t.Fatal(err)
		}
		if len(batch) == 0 {
			return n
		}
		_ = b.Exchange(t.Context())
	}
	t.Fatalf("not drained after %d exchanges: %v", limit, b.states(t))
	return 0
}

// Guards: one bad item stops nothing else. Without the bisection the first bad
// item would hold up every later one for ever.
func TestItemsThatTheHubCannotReadArePutAsideAndTheOthersGoOn(t *testing.T) {
	for _, status := range []int{http.StatusBadRequest, http.StatusUnprocessableEntity, http.StatusOK} {
		synctest.Test(t, func(t *testing.T) {
			hub := newFakeHub(t)
			b := newBench(t, direct{hub})
			b.cfg.Now = time.Now
			b.size.target = largeBatch
			ids := b.file(t, 40, 200)
			bad := map[wire.ID]bool{ids[0]: true, ids[17]: true, ids[18]: true, ids[39]: true}
			hub.before = func(w http.ResponseWriter, _ *http.Request, p *wire.Packet, raw []byte) bool {
				for _, encoded := range p.Items {
					if item, err := wire.DecodeItem(encoded); err == nil && bad[item.ID] {
						hub.refuse(w, status, raw, nil, wire.CodeMalformed)
						return true
					}
				}
				return false
			}
			exchanges := b.drain(t, 60)
			for _, id := range ids {
				state, reason := b.state(t, id)
				if bad[id] && (state != wire.StatePutAside || reason != wire.CodeMalformed) {
					t.Errorf("bad item %s is %s %q", id, state, reason)
				}
				if !bad[id] && state != wire.StateAtHub {
					t.Errorf("good item %s is %s", id, state)
				}
			}
			t.Logf("status %d: %d exchanges for 40 items of which 4 bad", status, exchanges)
		})
	}
}

// Guards: a batch that is too large is split; without it a proxy with a small
// limit would stop everything.
func TestABatchThatIsTooLargeIsSplit(t *testing.T) {
	cases := []struct {
		name   string
		signed bool
		// items over the limit by themselves end so
		alone wire.State
	}{
		{"said by the hub", true, wire.StatePutAside},
		{"said by something on the way", false, wire.StateSaved},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				const limit = 6 << 10
				hub := newFakeHub(t)
				b := newBench(t, direct{hub})
				b.cfg.Now = time.Now
				small := b.file(t, 20, 1000)
				large := b.file(t, 1, 10_000)
				small = append(small, b.file(t, 5, 1000)...)
				hub.before = func(w http.ResponseWriter, _ *http.Request, _ *wire.Packet, raw []byte) bool {
					if len(raw) <= limit {
						return false
					}
					if c.signed {
						hub.refuse(w, http.StatusRequestEntityTooLarge, raw, nil, wire.CodeTooLarge)
					} else {
						w.Header().Set("Content-Type", "text/html")
						w.WriteHeader(http.StatusRequestEntityTooLarge)
					}
					return true
				}
				b.drain(t, 60)
				for _, id := range small {
					if state, _ := b.state(t, id); state != wire.StateAtHub {
						t.Errorf("a small item is %s", state)
					}
				}
				if state, reason := b.state(t, large[0]); state != c.alone || (c.signed && reason != wire.CodeTooLarge) {
					t.Errorf("the large item is %s %q, want %s", state, reason, c.alone)
				}
			})
		})
	}
}

func TestAnEmptyBatchThatIsRefusedSpinsNotAndPutsNothingAside(t *testing.T) {
	for status, want := range map[int]string{http.StatusBadRequest: StateRefused, http.StatusRequestEntityTooLarge: StateRefused, 0: StateNotHub} {
		hub := newFakeHub(t)
		b := newBench(t, direct{hub})
		hub.before = func(w http.ResponseWriter, _ *http.Request, _ *wire.Packet, raw []byte) bool {
			if status == 0 {
				w.WriteHeader(http.StatusRequestEntityTooLarge)
				return true
			}
			hub.refuse(w, status, raw, nil, map[int]string{400: wire.CodeMalformed, 413: wire.CodeTooLarge}[status])
			return true
		}
		if err := b.Exchange(t.Context()); err == nil {
			t.Error("no trouble")
		}
		if link := b.Link(); link.State != want || time.Until(link.NextTry) < 30*time.Second {
			t.Errorf("status %d: %+v", status, link)
		}
	}
}

// Guards: batches are sized by what the link carries; without it a slow link
// would need more than its time-out for one batch, or a fast one many round trips.
func TestABatchTakesTwoToEightSecondsOfTheLink(t *testing.T) {
	for _, c := range []struct {
		name        string
		rate        int // bytes a second
		small, most int // bytes of the batches once measured
	}{
		{"8 kB/s, the link this is made for", 8000, 16 << 10, 64 << 10},
		{"1 kB/s, worse", 1000, 1, 17 << 10},
		{"1 MB/s", 1 << 20, 48 << 10, 66 << 10},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				hub := newFakeHub(t)
				var sizes []int
				b := newBench(t, roundTrip(func(r *http.Request) (*http.Response, error) {
					sizes = append(sizes, int(r.ContentLength))
					time.Sleep(600*time.Millisecond + time.Duration(r.ContentLength)*time.Second/time.Duration(c.rate)) // simulated
					return direct{hub}.RoundTrip(r)
				}))
				b.file(t, 400, 1500)
				for range 8 {
					if err := b.Exchange(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
				for _, size := range sizes[3:] {
					if size < c.small || size > c.most {
						t.Errorf("batches of %v bytes", sizes)
						break
					}
					if took := float64(size) / float64(c.rate); c.rate == 8000 && (took < 2 || took > 8.5) {
						t.Errorf("a batch of %d bytes takes %.1f s", size, took)
					}
				}
			})
		})
	}
}

// Guards: an item longer than a batch still goes, alone.
func TestALongItemGoesAlone(t *testing.T) {
	hub := newFakeHub(t)
	b := newBench(t, direct{hub})
	b.cfg.Now = time.Now
	short := b.file(t, 1, 100)
	long := b.file(t, 1, 300_000)
	b.size.hold(mustPending(t, b, short[0]), time.Now().Add(time.Minute))
	if err := b.Exchange(t.Context()); err != nil {
		t.Fatal(err)
	}
	if state, _ := b.state(t, long[0]); state != wire.StateAtHub {
		t.Errorf("the long item is %s behind one that is held", state)
	}
	if state, _ := b.state(t, short[0]); state != wire.StateSaved {
		t.Errorf("the held item is %s", state)
	}
}

func TestWhatAHubNeverAnswersForIsSentAgainWithoutSpinning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub := newFakeHub(t)
		b := newBench(t, direct{hub})
		b.cfg.Now = time.Now
		ids := b.file(t, 3, 100)
		hub.change = func(r *wire.Reply, _ []wire.Item) {
			r.Acks = slices.DeleteFunc(r.Acks, func(a wire.Ack) bool { return a.ID == ids[1] })
		}
		b.drain(t, 3)
		if got := b.states(t); got[wire.StateAtHub] != 2 || got[wire.StateSaved] != 1 {
			t.Fatalf("%v", got)
		}
		hub.set(func() { hub.change = nil })
		time.Sleep(holdTime + time.Second) // simulated
		b.drain(t, 3)
		if got := b.states(t); got[wire.StateAtHub] != 3 {
			t.Errorf("%v", got)
		}
	})
}

// Guards: exactly one copy under loss, whatever is lost: a model test over a road
// that drops requests and replies, answers like a portal, and restarts.
func TestEverythingArrivesOnABadRoadAndNothingIsLostOnIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub := newFakeHub(t)
		dice := rand.New(rand.NewPCG(7, 11))
		b := newBench(t, roundTrip(func(r *http.Request) (*http.Response, error) {
			fate := dice.IntN(6)
			if fate == 0 {
				return nil, http.ErrServerClosed // the request is lost
			}
			resp, err := direct{hub}.RoundTrip(r)
			if fate == 1 {
				return nil, http.ErrServerClosed // the reply is lost, after the hub took it
			}
			if fate == 2 && err == nil {
				resp.StatusCode = http.StatusBadGateway
			}
			return resp, err
		}))
		ids := b.file(t, 150, 1500)
		for range 1000 {
			if b.states(t)[wire.StateAtHub] == len(ids) {
				break
			}
			_ = b.Exchange(t.Context())
			if dice.IntN(5) == 0 {
				b.restart(t)
			}
		}
		doubled := 0
		for _, id := range ids {
			if state, _ := b.state(t, id); state != wire.StateAtHub || hub.kept[id] == 0 {
				t.Errorf("item %s is %s, %d times at the hub", id, state, hub.kept[id])
			}
			if hub.kept[id] > 1 {
				doubled++
			}
		}
		if doubled == 0 {
			t.Error("no reply was lost: the road was not bad enough to show anything")
		}
	})
}

func mustPending(t *testing.T, b *bench, id wire.ID) (p outbox.Pending) {
	t.Helper()
	all, err := b.queue.Pending(t.Context(), outbox.Want{})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(all, func(p outbox.Pending) bool { return p.Header.ID == id })
	if i < 0 {
		t.Fatalf("item %s does not wait", id)
	}
	return all[i]
}
