package desk

import (
	"crypto/rand"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// clock is a clock that a test moves.
type clock struct{ at time.Time }

func newClock() *clock                { return &clock{time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)} }
func (c *clock) now() time.Time       { return c.at }
func (c *clock) pass(d time.Duration) { c.at = c.at.Add(d) }

const right, wrong = "246813", "246814"

// gate returns one whose hash costs next to nothing.
func gate(c *clock) *Gate { return NewGate(cheapHash(right), c.now) }

func tries(t *testing.T, g *Gate, pin string, n int) (ok bool, wait time.Duration) {
	t.Helper()
	for range n {
		ok, wait = g.Try(pin)
	}
	return ok, wait
}

func TestTheRightPINOpens(t *testing.T) {
	phc, err := HashPIN(right, rand.Reader) // at its full cost, once
	if err != nil {
		t.Fatal(err)
	}
	g := NewGate(phc, newClock().now)
	if ok, wait := g.Try(right); !ok || wait != 0 {
		t.Errorf("the right PIN: %v, wait %v", ok, wait)
	}
	for _, pin := range []string{wrong, "", right + "0", right[:5]} {
		if ok, wait := g.Try(pin); ok || wait != 0 {
			t.Errorf("%q: %v, wait %v", pin, ok, wait)
		}
	}
}

// Guards the desk against somebody who tries PINs: without the lock a PIN of four
// digits falls within minutes.
func TestFiveWrongInARowCloseTheGateForAMinute(t *testing.T) {
	c := newClock()
	g := gate(c)
	if ok, wait := tries(t, g, wrong, 4); ok || wait != 0 {
		t.Fatalf("after four: %v, wait %v", ok, wait)
	}
	if ok, wait := g.Try(wrong); ok || wait != time.Minute {
		t.Fatalf("after five: %v, wait %v", ok, wait)
	}
	c.pass(20 * time.Second)
	if ok, wait := g.Try(right); ok || wait != 40*time.Second {
		t.Errorf("the right one while it is closed: %v, wait %v", ok, wait)
	}
	if wait := g.Wait(); wait != 40*time.Second {
		t.Errorf("wait %v", wait)
	}
	c.pass(40 * time.Second)
	if wait := g.Wait(); wait != 0 {
		t.Errorf("wait %v", wait)
	}
	if ok, _ := g.Try(right); !ok {
		t.Error("the right one after a minute does not open")
	}
}

func TestTriesWhileItIsClosedDoNotCount(t *testing.T) {
	c := newClock()
	g := gate(c)
	tries(t, g, wrong, 50)
	c.pass(time.Minute)
	if ok, wait := tries(t, g, wrong, 4); ok || wait != 0 {
		t.Errorf("wait %v", wait)
	}
}

func TestTheLockDoublesUpToAQuarterOfAnHour(t *testing.T) {
	c := newClock()
	g := gate(c)
	for _, minutes := range []int{1, 2, 4, 8, 15, 15, 15} {
		if _, wait := tries(t, g, wrong, 5); wait != time.Duration(minutes)*time.Minute {
			t.Fatalf("closed for %v, want %d min", wait, minutes)
		}
		c.pass(time.Duration(minutes) * time.Minute)
	}
	if ok, _ := g.Try(right); !ok {
		t.Fatal("the right one does not open")
	}
	if _, wait := tries(t, g, wrong, 5); wait != time.Minute {
		t.Errorf("after the right one it is closed for %v", wait)
	}
	for range 100 { // no overflow, however often
		c.pass(time.Hour)
		if _, wait := tries(t, g, wrong, 5); wait <= 0 || wait > LongestLock {
			t.Fatalf("closed for %v", wait)
		}
	}
}

func TestTheRightPINForgetsTheWrongOnes(t *testing.T) {
	g := gate(newClock())
	for range 20 {
		if ok, wait := tries(t, g, wrong, 4); ok || wait != 0 {
			t.Fatalf("wait %v", wait)
		}
		if ok, _ := g.Try(right); !ok {
			t.Fatal("the right one does not open")
		}
	}
}

func TestWithoutAHashNothingOpens(t *testing.T) {
	for _, phc := range []string{"", right, "$argon2id$v=19$m=16,t=1,p=1$$"} {
		c := newClock()
		g := NewGate(phc, c.now)
		for _, pin := range []string{"", right, phc} {
			if ok, _ := g.Try(pin); ok {
				t.Errorf("hash %q opens to %q", phc, pin)
			}
		}
		if _, wait := tries(t, g, "1", 2); wait != time.Minute {
			t.Errorf("hash %q: wait %v", phc, wait)
		}
	}
}

// Guards the lock against somebody who pulls the plug.
func TestTheLockSurvivesARestart(t *testing.T) {
	c := newClock()
	g := gate(c)
	restart := func() {
		t.Helper()
		state, err := g.State()
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(state), right) {
			t.Fatalf("the PIN stands in the state %s", state)
		}
		g = gate(c)
		if err := g.Restore(state); err != nil {
			t.Fatal(err)
		}
	}
	for range 4 {
		g.Try(wrong)
		restart()
	}
	if _, wait := g.Try(wrong); wait != time.Minute {
		t.Fatalf("five wrong ones with restarts between: wait %v", wait)
	}
	c.pass(10 * time.Second)
	restart()
	if ok, wait := g.Try(right); ok || wait != 50*time.Second {
		t.Fatalf("after a restart: %v, wait %v", ok, wait)
	}
	c.pass(50 * time.Second)
	restart()
	if _, wait := tries(t, g, wrong, 5); wait != 2*time.Minute {
		t.Errorf("the second lock after restarts: %v", wait)
	}
	// The control: without Restore the plug buys five more tries at once.
	if ok, _ := gate(c).Try(right); !ok {
		t.Error("a gate that restored nothing is closed: the test tests nothing")
	}
}

// Guards the staff: a clock that goes back to 1970 after a power cut must not
// lock them out for fifty years.
func TestAClockThatGoesBackBeginsTheLockAnew(t *testing.T) {
	c := newClock()
	g := gate(c)
	tries(t, g, wrong, 5)
	c.at = time.Unix(60, 0)
	if ok, wait := g.Try(right); ok || wait != time.Minute {
		t.Errorf("%v, wait %v", ok, wait)
	}
	c.pass(time.Minute)
	if ok, _ := g.Try(right); !ok {
		t.Error("the right one does not open")
	}
}

func TestADamagedStateIsRefusedAndChangesNothing(t *testing.T) {
	g := gate(newClock())
	tries(t, g, wrong, 5)
	for _, bad := range []string{"", "{", `{"wrong":5}`, `{"wrong":-1}`, `{"locks":-1}`, `{"lock_ms":900001}`, `{"lock_ms":-1}`, `{"lock_ms":9223372036854775807}`, `{"wrong":"1"}`} {
		if err := g.Restore([]byte(bad)); err == nil {
			t.Errorf("%s is taken", bad)
		}
	}
	if wait := g.Wait(); wait != time.Minute {
		t.Errorf("wait %v", wait)
	}
}

// Guards the whole of it: whatever is tried, when and with how many restarts, the
// gate does what a few lines of model do.
func TestTheGateDoesWhatItsModelDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := newClock()
		g := gate(c)
		wrongs, locks, until := 0, 0, time.Time{}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			switch rapid.SampledFrom([]string{"wrong", "wrong", "wrong", "right", "pass", "restart"}).Draw(t, "step") {
			case "pass":
				c.pass(time.Duration(rapid.IntRange(0, 1200).Draw(t, "seconds")) * time.Second)
			case "restart":
				state, err := g.State()
				if err != nil {
					t.Fatal(err)
				}
				g = gate(c)
				if err := g.Restore(state); err != nil {
					t.Fatal(err)
				}
			case "right":
				ok, wait := g.Try(right)
				if closed := c.at.Before(until); ok == closed || closed && wait != until.Sub(c.at) {
					t.Fatalf("the right one: %v, wait %v, the model is closed until %v", ok, wait, until)
				}
				if ok {
					wrongs, locks = 0, 0
				}
			case "wrong":
				ok, wait := g.Try(wrong)
				if ok {
					t.Fatal("a wrong one opens")
				}
				if !c.at.Before(until) {
					if wrongs++; wrongs == 5 {
						minutes := []int{1, 2, 4, 8, 15}[min(locks, 4)]
						wrongs, locks, until = 0, locks+1, c.at.Add(time.Duration(minutes)*time.Minute)
					}
				}
				if want := max(0, until.Sub(c.at)); wait != want {
					t.Fatalf("wait %v, the model %v", wait, want)
				}
			}
		}
	})
}

func TestTriesAtOnceCountOneByOne(t *testing.T) {
	g := gate(newClock())
	var wait sync.WaitGroup
	opened := make(chan bool, 40)
	for range 40 {
		wait.Go(func() {
			ok, _ := g.Try(wrong)
			opened <- ok
		})
	}
	wait.Wait()
	close(opened)
	for ok := range opened {
		if ok {
			t.Error("a wrong one opens")
		}
	}
	if g.Wait() != time.Minute {
		t.Errorf("wait %v", g.Wait())
	}
}

// Whatever is restored, the gate opens again within the longest lock.
func FuzzRestoreGate(f *testing.F) {
	f.Add([]byte(`{"wrong":4,"locks":3,"closed_ms":1795424400000,"lock_ms":60000}`))
	f.Add([]byte(`{"closed_ms":-9223372036854775808,"lock_ms":900000}`))
	f.Fuzz(func(t *testing.T, state []byte) {
		c := newClock()
		g := gate(c)
		if g.Restore(state) != nil {
			return
		}
		if wait := g.Wait(); wait < 0 || wait > LongestLock {
			t.Fatalf("%s: wait %v", state, wait)
		}
		c.pass(LongestLock)
		if ok, wait := g.Try(right); !ok {
			t.Fatalf("%s: still closed for %v", state, wait)
		}
	})
}
