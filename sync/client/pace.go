package client

import (
	"encoding/json"
	"time"
)

// The states of the link, the same words as kiosk.LinkState.
const (
	StateUnknown  = "unknown"   // nothing tried yet
	StateUp       = "up"        // the hub answered, signed
	StateDown     = "down"      // nothing answers
	StateNotHub   = "not-hub"   // something answers that is not our hub
	StateRefused  = "refused"   // the hub refuses this kiosk
	StateBadReply = "bad-reply" // signed wrongly or not for us
)

const (
	// maxWait caps every wait, whoever asks for it.
	maxWait = 15 * time.Minute
	// firstWait is the most that is waited after the first failure; it doubles.
	firstWait = 2 * time.Second
	// leastWait keeps a lucky draw of the jitter from hammering.
	leastWait = 250 * time.Millisecond
	// strangerWait is about how often we look whether a portal has gone.
	strangerWait = time.Minute
)

// pace is when to try next, and why: the state machine's whole state. It is kept
// in a memo so that a kiosk that restarts in a loop does not hammer the hub.
type pace struct {
	// Attempt counts the failures in a row of a link on which nobody strange
	// answered. It sets the back-off's reach.
	Attempt int `json:"attempt"`
	// Next is when to try again, by the kiosk's clock.
	Next time.Time `json:"next"`
	// Wait is how long that was when it was decided: after a restart with a clock
	// at 1970 or in 2090 it bounds what is left.
	Wait time.Duration `json:"wait_ns"`
	// Firm says that a kick does not shorten it: the hub asked for it.
	Firm  bool   `json:"firm,omitempty"`
	State string `json:"state"`
	Words string `json:"words,omitempty"`
}

// after returns the pace after an answer at now. draw is uniform in [0,1).
func (p pace) after(a answer, now time.Time, draw float64, poll time.Duration) pace {
	next := pace{Attempt: p.Attempt, State: p.State, Words: a.words}
	switch a.kind {
	case heard:
		next.Attempt, next.State = 0, StateUp
		next.Wait = spread(poll, draw)
		if a.retryAfter > 0 {
			next.Wait, next.Firm = lengthen(a.retryAfter, draw), true
		}
	case unreadable, tooLarge:
		// Somebody carries our bytes: go on at once with fewer of them.
		if a.signed {
			next.Attempt, next.State = 0, StateUp
		}
	case busy, down, local:
		next.Attempt++
		next.Wait = fullJitter(next.Attempt, draw)
		if a.kind != local {
			next.State = StateDown
		}
		if a.retryAfter > 0 {
			next.Wait, next.Firm = max(next.Wait, lengthen(a.retryAfter, draw)), true
		}
	case notHub, badReply:
		next.State = StateNotHub
		if a.kind == badReply {
			next.State = StateBadReply
		}
		next.Wait = spread(strangerWait, draw)
	case refused:
		next.State, next.Firm = StateRefused, true
		next.Wait = max(maxWait/2+time.Duration(draw*float64(maxWait/2)), a.retryAfter)
	}
	next.Next = now.Add(next.Wait)
	return next
}

// fullJitter draws a wait between nothing and what the attempt allows: kiosks
// that lost the same hub come back spread out.
func fullJitter(attempt int, draw float64) time.Duration {
	reach := maxWait
	if attempt < 16 {
		reach = min(maxWait, firstWait<<(max(attempt, 1)-1))
	}
	return max(leastWait, time.Duration(draw*float64(reach)))
}

// spread returns between three and five quarters of a period.
func spread(period time.Duration, draw float64) time.Duration {
	return period*3/4 + time.Duration(draw*float64(period)/2)
}

// lengthen adds up to a tenth, so that those told the same do not come at once.
func lengthen(asked time.Duration, draw float64) time.Duration {
	return min(maxWait, asked+time.Duration(draw*float64(asked)/10))
}

// left returns how long to wait from now, never more than was decided.
func (p pace) left(now time.Time) time.Duration {
	return max(0, min(p.Next.Sub(now), p.Wait, maxWait))
}

// resume returns the pace as read after a restart. A clock that has gone back
// cannot make the wait longer than it was, nor the program later than that.
func (p pace) resume(now time.Time) pace {
	p.Attempt = max(0, min(p.Attempt, 1<<10))
	p.Wait = max(0, min(p.Wait, maxWait))
	if p.Next.Sub(now) > p.Wait {
		p.Next = now.Add(p.Wait)
	}
	return p
}

// calm reports whether there is nothing to remember.
func (p pace) calm() bool { return p.Attempt == 0 && !p.Firm && (p.State == StateUp || p.State == "") }

func (p pace) encode() ([]byte, error) { return json.Marshal(p) }

func decodePace(b []byte) (pace, error) {
	var p pace
	err := json.Unmarshal(b, &p)
	return p, err
}
