package nudge

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/mathext"
)

// Beta is a belief about a rate: a Beta distribution with the parameters Alpha
// (successes seen, and some assumed) and Beta (failures). Both lie between
// MinBeta and MaxBeta.
type Beta struct {
	Alpha float64 `json:"alpha"`
	Beta  float64 `json:"beta"`
}

// Bounds of Alpha and Beta. Below, a belief sits so close to 0 or 1 that doubles
// cannot tell its rates apart; above, a million sessions have long settled it.
const (
	MinBeta = 0.1
	MaxBeta = 1e6
)

// Mean returns the expected rate.
func (b Beta) Mean() float64 { return b.Alpha / (b.Alpha + b.Beta) }

func (b Beta) valid() bool {
	return b.Alpha >= MinBeta && b.Alpha <= MaxBeta && b.Beta >= MinBeta && b.Beta <= MaxBeta
}

// clamped makes any pair of numbers a belief that can be computed with.
func (b Beta) clamped() Beta {
	clamp := func(v float64) float64 {
		if !(v >= MinBeta) { // also when it is not a number
			return MinBeta
		}
		return min(v, MaxBeta)
	}
	return Beta{clamp(b.Alpha), clamp(b.Beta)}
}

// unit is the number of steps between 0 and 1 in which probabilities are kept:
// ten decimal places. Ten places are written in a record as they were computed,
// and processors that round the fifteenth place differently still agree on them.
const unit = 10_000_000_000

// Probabilities returns, for each arm, the probability with which it is to be
// shown: that a rate drawn from its belief is the highest of all (Thompson
// sampling), never below floor, summing to 1. They are multiples of 1e-10. A
// floor above 1/len(arms) gives every arm the same probability. Parameters out of
// range are taken for the nearest that are in it; without arms the result is nil.
func Probabilities(arms []Beta, floor float64) []float64 {
	steps := stepsOf(arms, floor)
	if steps == nil {
		return nil
	}
	out := make([]float64, len(steps))
	for i, n := range steps {
		out[i] = float64(n) / unit
	}
	return out
}

// stepsOf returns the probabilities in steps of 1/unit. They sum to unit exactly.
func stepsOf(arms []Beta, floor float64) []int64 {
	if len(arms) == 0 {
		return nil
	}
	raised := raise(best(arms), floor)
	lowest := int64(0)
	if floor > 0 {
		lowest = min(int64(math.Ceil(floor*unit)), unit/int64(len(arms)))
	}
	steps := make([]int64, len(arms))
	rest := int64(unit)
	for i, p := range raised {
		steps[i] = max(int64(math.Round(p*unit)), lowest)
		rest -= steps[i]
	}
	// What rounding left over, a few steps, goes to the likeliest arm: it is the one
	// furthest above the floor.
	steps[slices.Index(steps, slices.Max(steps))] += rest
	return steps
}

// raise lifts probabilities under the floor to it and takes what that costs from
// the others in proportion, again and again until none is under it.
func raise(p []float64, floor float64) []float64 {
	out := slices.Clone(p)
	if !(floor > 0) {
		return out
	}
	if floor*float64(len(p)) >= 1 {
		for i := range out {
			out[i] = 1 / float64(len(out))
		}
		return out
	}
	raised := make([]bool, len(p))
	for again := true; again; {
		again = false
		left, free := 1.0, 0.0
		for i, v := range p {
			if raised[i] {
				left -= floor
			} else {
				free += v
			}
		}
		for i, v := range p {
			if raised[i] {
				continue
			}
			if out[i] = v * left / free; out[i] < floor {
				raised[i], again = true, true
				out[i] = floor
			}
		}
	}
	return out
}

// best returns the probability of each arm to be the best, without a floor.
//
// P(arm i is best) = ∫ f_i(x) Π_{j≠i} F_j(x) dx. The integral is taken over
// t = log(x/(1-x)), where every Beta density is smooth, even one that is infinite
// at 0 or 1 in x. The line is cut at fixed multiples of each belief's own spread,
// and each piece gets a Gauss–Legendre rule. All arms share the nodes.
func best(beliefs []Beta) []float64 {
	arms := make([]logitBeta, len(beliefs))
	for i, b := range beliefs {
		arms[i] = newLogitBeta(b.clamped())
	}
	sums, masses := make([]float64, len(arms)), make([]float64, len(arms))
	densities, below := make([]float64, len(arms)), make([]float64, len(arms))
	cuts := cutsOf(arms)
	for k := 1; k < len(cuts); k++ {
		middle, half := (cuts[k]+cuts[k-1])/2, (cuts[k]-cuts[k-1])/2
		for n, node := range nodes {
			t, weight := middle+half*node, half*weights[n]
			any := false
			for i := range arms {
				densities[i] = arms[i].density(t)
				any = any || densities[i] > 0
			}
			if !any {
				continue
			}
			for i := range arms {
				below[i] = arms[i].below(t)
			}
			for i := range arms {
				if densities[i] == 0 {
					continue
				}
				product := weight * densities[i]
				masses[i] += product
				for j := range arms {
					if j != i {
						product *= below[j]
					}
				}
				sums[i] += product
			}
		}
	}
	total := 0.0
	for i := range sums {
		sums[i] /= masses[i]
		total += sums[i]
	}
	for i := range sums {
		sums[i] /= total // 1 already, but for the last places
	}
	return sums
}

// nodes and weights are the 16-point Gauss–Legendre rule on [-1,1].
var nodes, weights = func() ([]float64, []float64) {
	x, w := make([]float64, 16), make([]float64, 16)
	quad.Legendre{}.FixedLocations(x, w, -1, 1)
	return x, w
}()

// logitBeta is a Beta belief over t = log(x/(1-x)).
type logitBeta struct {
	alpha, beta    float64
	centre, spread float64 // mean and standard deviation of t
	low, high      float64 // all but 1e-17 of it lies between
	peak           float64 // log density, not normalised, at the mode
}

func newLogitBeta(b Beta) logitBeta {
	l := logitBeta{
		alpha: b.Alpha, beta: b.Beta,
		centre: mathext.Digamma(b.Alpha) - mathext.Digamma(b.Beta),
		spread: math.Sqrt(mathext.Zeta(2, b.Alpha) + mathext.Zeta(2, b.Beta)), // ψ'(x) = ζ(2,x)
	}
	// Near the middle t is close to normal; far out it falls like exp(-rate·|t|).
	l.low = l.centre - 9*l.spread - 40/b.Alpha
	l.high = l.centre + 9*l.spread + 40/b.Beta
	l.peak = l.logDensity(math.Log(b.Alpha / b.Beta))
	return l
}

// logDensity is log of x^α·(1-x)^β, which is the density of t but for a constant.
func (l logitBeta) logDensity(t float64) float64 {
	return -l.alpha*softplus(-t) - l.beta*softplus(t)
}

// density is relative to the mode, and 0 where it no longer matters.
func (l logitBeta) density(t float64) float64 {
	if t < l.low || t > l.high {
		return 0
	}
	return math.Exp(l.logDensity(t) - l.peak)
}

// below is the probability of a rate under the one at t.
func (l logitBeta) below(t float64) float64 {
	switch {
	case t <= l.low:
		return 0
	case t >= l.high:
		return 1
	case t > 0: // 1-x is the number that keeps its digits
		return 1 - mathext.RegIncBeta(l.beta, l.alpha, 1/(1+math.Exp(t)))
	}
	return mathext.RegIncBeta(l.alpha, l.beta, 1/(1+math.Exp(-t)))
}

// softplus is log(1+exp(t)) without overflow.
func softplus(t float64) float64 {
	if t > 0 {
		return t + math.Log1p(math.Exp(-t))
	}
	return math.Log1p(math.Exp(t))
}

// marks are where the line is cut, in spreads to each side of the centre.
var marks = []float64{0, 1, 2, 3.25, 4.75, 6.5, 9, 13, 19, 28, 40}

// cutsOf returns the ends of the pieces, rising. Where two beliefs lie on each
// other, the cuts of one serve both.
func cutsOf(arms []logitBeta) []float64 {
	type cut struct{ at, near float64 }
	var all []cut
	for _, l := range arms {
		near := l.spread / 3
		all = append(all, cut{l.low, near}, cut{l.high, near})
		for _, m := range marks {
			for _, at := range []float64{l.centre - m*l.spread, l.centre + m*l.spread} {
				if at > l.low && at < l.high {
					all = append(all, cut{at, near})
				}
			}
		}
	}
	slices.SortFunc(all, func(a, b cut) int {
		switch {
		case a.at < b.at:
			return -1
		case a.at > b.at:
			return 1
		}
		return 0
	})
	cuts := []float64{all[0].at}
	for _, c := range all[1 : len(all)-1] {
		if c.at-cuts[len(cuts)-1] > c.near {
			cuts = append(cuts, c.at)
		}
	}
	return append(cuts, all[len(all)-1].at)
}
