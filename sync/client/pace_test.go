package client

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"chasqui/sync/outbox"
	"chasqui/sync/wire"
)

// Guards: full jitter with a cap; without the jitter a comuna's kiosks come back
// at one instant, without the cap one is gone for a day.
func TestTheBackOffDoublesItsReachUpToTheCap(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	var p pace
	reach := 2 * time.Second
	for attempt := 1; attempt < 40; attempt++ {
		low, high := p.after(answer{kind: down}, now, 0, time.Second), p.after(answer{kind: down}, now, 0.999999, time.Second)
		if low.Wait != leastWait {
			t.Fatalf("attempt %d: the least wait is %s", attempt, low.Wait)
		}
		if high.Wait > reach || high.Wait < reach*99/100 {
			t.Fatalf("attempt %d: the longest wait is %s, want almost %s", attempt, high.Wait, reach)
		}
		p = high
		reach = min(2*reach, maxWait)
	}
}

func TestEveryAnswerLeadsToABoundedWait(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "now"), 0)
		poll := time.Duration(rapid.Int64Range(1, int64(5*time.Minute)).Draw(t, "poll"))
		p := pace{}
		for range rapid.IntRange(1, 60).Draw(t, "answers") {
			a := answer{kind: kind(rapid.IntRange(int(down), int(local)).Draw(t, "kind")), signed: rapid.Bool().Draw(t, "signed"),
				retryAfter: time.Duration(rapid.Int64Range(0, int64(maxWait)).Draw(t, "retry after"))}
			p = p.after(a, now, rapid.Float64Range(0, 0.999999).Draw(t, "draw"), poll)
			wait := p.left(now)
			if wait < 0 || wait > maxWait {
				t.Fatalf("%+v leads to a wait of %s", a, wait)
			}
			if (a.kind == busy || a.kind == heard) && wait < a.retryAfter {
				t.Fatalf("asked to wait %s, waits %s", a.retryAfter, wait)
			}
			// A clock that jumps, a restart in between: never longer, never past.
			jumped := now.Add(time.Duration(rapid.Int64Range(-1e18, 1e18).Draw(t, "jump")))
			b, err := p.encode()
			if err != nil {
				t.Fatal(err)
			}
			read, err := decodePace(b)
			if err != nil {
				t.Fatal(err)
			}
			if left := read.resume(jumped).left(jumped); left < 0 || left > p.Wait {
				t.Fatalf("after a restart %s are left of %s", left, p.Wait)
			}
		}
	})
}

// Guards: the back-off survives a restart; without it a kiosk that crashes in a
// loop asks the hub at each start.
func TestTheBackOffSurvivesARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub := newFakeHub(t)
		tries := 0
		hub.before = func(w http.ResponseWriter, _ *http.Request, _ *wire.Packet, _ []byte) bool {
			tries++
			w.Header().Set("Retry-After", "600")
			w.WriteHeader(http.StatusServiceUnavailable)
			return true
		}
		b := newBench(t, direct{hub})
		b.file(t, 1, 100)
		_ = b.Exchange(t.Context())
		first := b.Link()
		if tries != 1 || time.Until(first.NextTry) < 10*time.Minute {
			t.Fatalf("%d tries, next at %s", tries, first.NextTry)
		}
		run := func(forHowLong time.Duration) {
			ctx, stop := context.WithTimeout(t.Context(), forHowLong)
			defer stop()
			_ = b.Run(ctx)
		}
		for range 5 { // five restarts, a minute apart
			b.restart(t)
			if link := b.Link(); !link.NextTry.Equal(first.NextTry) || link.State != StateDown || b.pace.Attempt != 1 {
				t.Fatalf("after a restart: %+v, attempt %d", link, b.pace.Attempt)
			}
			run(time.Minute)
		}
		if tries != 1 {
			t.Errorf("%d tries within the wait", tries)
		}
		// The control: without the memo the restarted client asks at once.
		err := b.queue.Apply(t.Context(), outbox.Effects{Memos: map[string][]byte{memoPace: nil}})
		if err != nil {
			t.Fatal(err)
		}
		b.restart(t)
		run(time.Second)
		if tries != 2 {
			t.Errorf("without the memo: %d tries, want a second one", tries)
		}
	})
}

// Guards: success forgets the failures, also on the disk.
func TestTheBackOffIsForgottenWhenTheHubIsHeard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub := newFakeHub(t)
		b := newBench(t, direct{hub})
		hub.before = func(w http.ResponseWriter, _ *http.Request, _ *wire.Packet, _ []byte) bool {
			w.WriteHeader(http.StatusBadGateway)
			return true
		}
		for range 4 {
			_ = b.Exchange(t.Context())
		}
		if b.pace.Attempt != 4 {
			t.Fatalf("attempt %d", b.pace.Attempt)
		}
		hub.set(func() { hub.before = nil })
		if err := b.Exchange(t.Context()); err != nil {
			t.Fatal(err)
		}
		if memo, err := b.queue.Memo(t.Context(), memoPace); err != nil || memo != nil {
			t.Errorf("the memo still holds %s, %v", memo, err)
		}
		b.restart(t)
		if b.pace.Attempt != 0 {
			t.Errorf("attempt %d after a restart", b.pace.Attempt)
		}
	})
}

// Guards: a kick shortens a back-off; without it a request filed when the network
// is back waits a quarter of an hour.
func TestAKickTriesNowAndAChangedLinkForgetsTheFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub := newFakeHub(t)
		tries, address := 0, "one"
		hub.before = func(w http.ResponseWriter, _ *http.Request, _ *wire.Packet, _ []byte) bool {
			tries++
			w.Header().Set("X-Hang-Up", "yes")
			return true
		}
		b := newBench(t, direct{hub}, func(c *Config) {
			c.Addresses = func() string { hub.mu.Lock(); defer hub.mu.Unlock(); return address }
		})
		b.mu.Lock()
		b.pace = pace{Attempt: 30, State: StateDown, Next: time.Now().Add(maxWait), Wait: maxWait}
		b.mu.Unlock()
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		done := make(chan error, 1)
		go func() { done <- b.Run(ctx) }()
		synctest.Wait()
		hub.set(func() {
			if tries != 0 {
				t.Errorf("%d tries before the kick", tries)
			}
		})
		b.Kick()
		synctest.Wait()
		settled := func() int { hub.mu.Lock(); defer hub.mu.Unlock(); return tries }
		if settled() == 0 {
			t.Error("a kick did not try")
		}
		time.Sleep(10 * time.Second) // simulated: the short retries are over
		synctest.Wait()
		if attempt := b.currentPace().Attempt; attempt != 31 {
			t.Errorf("a kick on a link that stays down leaves attempt %d, want 31", attempt)
		}
		// A cable is put back: the address changes, and the hub answers.
		hub.set(func() { address, hub.before = "two", nil })
		time.Sleep(watchEvery + time.Second) // simulated
		synctest.Wait()
		if link := b.Link(); link.State != StateUp {
			t.Errorf("%s after the address changed: %+v", watchEvery, link)
		}
		stop()
		if err := <-done; err != context.Canceled {
			t.Errorf("Run returned %v", err)
		}
	})
}

func TestRunDrainsAtOnceAndThenPolls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub := newFakeHub(t)
		changes := 0
		b := newBench(t, direct{hub}, func(c *Config) { c.OnChange = func() { hub.set(func() { changes++ }) } })
		b.file(t, 100, 2000)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		started := time.Now()
		go func() { done <- b.Run(ctx) }()
		synctest.Wait()
		if got := b.states(t); got[wire.StateAtHub] != 100 {
			t.Errorf("drained %v", got)
		}
		if took := time.Since(started); took != 0 {
			t.Errorf("waited %s between batches", took)
		}
		hub.mu.Lock()
		exchanges := len(hub.batches)
		if exchanges < 4 || changes < exchanges {
			t.Errorf("%d exchanges, %d changes", exchanges, changes)
		}
		for _, batch := range hub.batches {
			total := 0
			for _, item := range batch {
				total += len(item.Body)
			}
			if total > largeBatch {
				t.Errorf("a batch of %d bytes", total)
			}
		}
		for id, n := range hub.kept {
			if n != 1 {
				t.Errorf("item %s was sent %d times", id, n)
			}
		}
		hub.mu.Unlock()
		time.Sleep(5 * time.Minute) // simulated
		synctest.Wait()
		hub.mu.Lock()
		polls := len(hub.batches) - exchanges
		hub.mu.Unlock()
		if polls < 12 || polls > 20 {
			t.Errorf("%d polls in five minutes", polls)
		}
		stop()
		<-done
	})
}

func TestASignedReplyCanAskToWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub := newFakeHub(t)
		hub.change = func(r *wire.Reply, _ []wire.Item) { r.RetryAfterMS = 24 * 3600 * 1000 }
		b := newBench(t, direct{hub})
		b.file(t, 40, 2000)
		if err := b.Exchange(t.Context()); err != nil {
			t.Fatal(err)
		}
		// Guards: Retry-After is bounded; without it a hub's mistake silences a kiosk
		// for a day.
		if wait := time.Until(b.Link().NextTry); wait != maxWait || !b.pace.Firm {
			t.Errorf("waits %s, firm %v", wait, b.pace.Firm)
		}
		b.restart(t)
		if wait := time.Until(b.Link().NextTry); wait != maxWait {
			t.Errorf("after a restart: waits %s", wait)
		}
	})
}

func TestOneExchangeAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub := newFakeHub(t)
		inside, most := 0, 0
		b := newBench(t, roundTrip(func(r *http.Request) (*http.Response, error) {
			hub.set(func() { inside++; most = max(most, inside) })
			time.Sleep(time.Second) // simulated: a slow hub
			defer hub.set(func() { inside-- })
			return direct{hub}.RoundTrip(r)
		}))
		b.file(t, 3, 100)
		ctx, stop := context.WithTimeout(t.Context(), time.Minute)
		defer stop()
		for range 5 {
			go func() { _ = b.Exchange(ctx) }()
		}
		go func() { _ = b.Run(ctx) }()
		b.Kick()
		time.Sleep(500 * time.Millisecond) // simulated: the first is under way
		if got := b.states(t); got[wire.StateSending] != 3 {
			t.Errorf("under way: %v", got)
		}
		<-ctx.Done()
		synctest.Wait()
		if most != 1 {
			t.Errorf("%d exchanges at a time", most)
		}
	})
}

// Guards: stopping the program is nobody's failure; without it each restart would
// lengthen the back-off.
func TestStoppingCountsNoAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, roundTrip(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		}))
		b.file(t, 1, 100)
		ctx, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		if err := b.Exchange(ctx); err != context.DeadlineExceeded {
			t.Errorf("got %v", err)
		}
		if b.pace.Attempt != 0 || b.states(t)[wire.StateSaved] != 1 {
			t.Errorf("attempt %d, %v", b.pace.Attempt, b.states(t))
		}
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
