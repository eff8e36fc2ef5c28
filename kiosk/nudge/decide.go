package nudge

import (
	"bytes"
	"encoding/json"
	"math"

	"chasqui/sync/wire"
)

// Decide makes the one decision for a session: held out, or which of the arms is
// shown. arms are ids, each once, at most MaxArms of them. draw is a fresh random
// number in [0,1) that nothing else uses.
//
// The record's probabilities are those among sessions that are not held out. Its
// Folio, Request and Answer are left to the caller. Without arms nothing is
// shown.
func (p Policy) Decide(suggestion string, arms []string, bucket, session string, draw float64) wire.Decision {
	return p.decide(suggestion, arms, bucket, p.Holds(session, suggestion), draw)
}

func (p Policy) decide(suggestion string, arms []string, bucket string, holdout bool, draw float64) wire.Decision {
	arms = arms[:min(len(arms), MaxArms)]
	beliefs := make([]Beta, len(arms))
	for i, arm := range arms {
		beliefs[i] = p.prior(bucket, arm)
	}
	d := wire.Decision{
		Suggestion: suggestion, Epoch: p.Epoch, Policy: p.Digest(), Bucket: bucket,
		Arms: []wire.Arm{}, Holdout: holdout, Draw: inUnitInterval(draw),
	}
	steps := stepsOf(beliefs, p.Floor)
	for i, n := range steps {
		d.Arms = append(d.Arms, wire.Arm{ID: arms[i], Probability: float64(n) / unit})
	}
	if !holdout && len(arms) > 0 {
		d.Shown = arms[choose(steps, d.Draw)]
	}
	return d
}

func (p Policy) prior(bucket, arm string) Beta {
	if b, ok := p.Priors[bucket][arm]; ok {
		return b
	}
	return p.Prior
}

// choose returns the arm in whose share of [0,1) the draw lies.
func choose(steps []int64, draw float64) int {
	at := int64(draw * unit)
	for i, n := range steps {
		if at -= n; at < 0 {
			return i
		}
	}
	return len(steps) - 1
}

// inUnitInterval keeps a draw a number in [0,1): the record must be JSON.
func inUnitInterval(draw float64) float64 {
	if !(draw >= 0) {
		return 0
	}
	return min(draw, math.Nextafter(1, 0))
}

// Replay reports whether a record is, byte for byte, what the policy decides for
// its suggestion, arms, bucket, holdout and draw. Whether the session belonged in
// the holdout cannot be replayed: the record does not name the session.
func Replay(p Policy, d wire.Decision) bool {
	arms := make([]string, len(d.Arms))
	for i, arm := range d.Arms {
		arms[i] = arm.ID
	}
	again := p.decide(d.Suggestion, arms, d.Bucket, d.Holdout, d.Draw)
	again.Folio, again.Request, again.Answer = d.Folio, d.Request, d.Answer
	if d.Answer != "" && d.Holdout != (d.Answer == wire.AnswerHeldOut) {
		return false
	}
	want, err := json.Marshal(again)
	if err != nil {
		return false
	}
	got, err := json.Marshal(d)
	return err == nil && bytes.Equal(got, want)
}
