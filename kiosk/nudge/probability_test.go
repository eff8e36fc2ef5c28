package nudge

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

// Guards the exactness of the probabilities that are logged: a later estimate
// divides by them, so an error in them is an error in what a suggestion is said
// to do. The figure is the one of design/uptake.md.
func TestTheProbabilityOfTheBetterArmIsTheReferenceFigure(t *testing.T) {
	const want = .9364999460
	if got := best([]Beta{{21, 81}, {13, 89}})[0]; math.Abs(got-want) > 5e-11 {
		t.Errorf("P(Beta(21,81) > Beta(13,89)) = %.12f, want %.10f", got, want)
	}
	if got := Probabilities([]Beta{{21, 81}, {13, 89}}, 0)[0]; math.Abs(got-want) > 5e-11 {
		t.Errorf("Probabilities says %.12f, want %.10f", got, want)
	}
}

// sumOfTwo is P(X > Y) for whole alphas of X, by the finite sum of Evan Miller
// and others: Σ_{i<αx} B(αy+i, βx+βy) / ((βx+i) B(1+i, βx) B(αy, βy)), with the
// roles of the arms as there. It has nothing in common with the quadrature.
func sumOfTwo(x, y Beta) float64 {
	total := 0.0
	for i := range int(x.Alpha) {
		n := float64(i)
		total += math.Exp(mathext.Lbeta(y.Alpha+n, x.Beta+y.Beta) - math.Log(x.Beta+n) -
			mathext.Lbeta(1+n, x.Beta) - mathext.Lbeta(y.Alpha, y.Beta))
	}
	return total
}

func TestTwoArmsAgreeWithTheFiniteSum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scale := math.Exp(rapid.Float64Range(0, 8).Draw(t, "log scale"))
		part := func(name string) float64 {
			return math.Ceil(scale * rapid.Float64Range(.01, 1).Draw(t, name))
		}
		x, y := Beta{part("ax"), part("bx")}, Beta{part("ay"), part("by")}
		want := sumOfTwo(x, y)
		got := best([]Beta{x, y})
		if math.Abs(got[0]-want) > 2e-10 || math.Abs(got[1]-(1-want)) > 2e-10 {
			t.Fatalf("best(%v, %v) = %.13f, the finite sum says %.13f", x, y, got[0], want)
		}
	})
}

func TestKnownProbabilities(t *testing.T) {
	third := 1.0 / 3
	tests := map[string]struct {
		arms []Beta
		want []float64
	}{
		"one arm is always the best":                     {[]Beta{{3, 4}}, []float64{1}},
		"equal arms share alike":                         {[]Beta{{1, 9}, {1, 9}}, []float64{.5, .5}},
		"three equal arms share alike":                   {[]Beta{{1, 9}, {1, 9}, {1, 9}}, []float64{third, third, third}},
		"uniform against the higher of two":              {[]Beta{{1, 1}, {2, 1}}, []float64{third, 2 * third}},
		"a mirror image wins as often as it loses":       {[]Beta{{.1, .1}, {5, 5}}, []float64{.5, .5}},
		"far apart, one is certain":                      {[]Beta{{1e5, 1e5}, {1e3, 1e5}}, []float64{1, 0}},
		"densities that are infinite at both ends":       {[]Beta{{.5, .5}, {.5, .5}, {.5, .5}, {.5, .5}}, []float64{.25, .25, .25, .25}},
		"a wide arm against a very narrow one at ½":      {[]Beta{{1, 1}, {1e6, 1e6}}, []float64{.5, .5}},
		"a wide arm against a very narrow one at a ¼":    {[]Beta{{1, 1}, {2.5e5, 7.5e5}}, []float64{.75, .25}},
		"a very wide arm against a very narrow one at ½": {[]Beta{{.1, .1}, {1e6, 1e6}}, []float64{.5, .5}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := best(test.arms)
			for i := range test.want {
				if math.Abs(got[i]-test.want[i]) > 1e-9 {
					t.Errorf("best(%v) = %v, want %v", test.arms, got, test.want)
				}
			}
		})
	}
}

// Several arms have no finite sum; draws from the beliefs themselves come within
// four standard errors.
func TestSeveralArmsAgreeWithSimulation(t *testing.T) {
	arms := []Beta{{2, 30}, {5, 60}, {.7, 4}, {40, 500}, {1, 9}}
	source := rand.NewPCG(7, 11)
	sampled := make([]distuv.Beta, len(arms))
	for i, a := range arms {
		sampled[i] = distuv.Beta{Alpha: a.Alpha, Beta: a.Beta, Src: source}
	}
	const draws = 400_000
	wins := make([]float64, len(arms))
	for range draws {
		winner, top := 0, -1.0
		for i := range sampled {
			if v := sampled[i].Rand(); v > top {
				winner, top = i, v
			}
		}
		wins[winner]++
	}
	for i, p := range best(arms) {
		if se := math.Sqrt(p * (1 - p) / draws); math.Abs(wins[i]/draws-p) > 4*se {
			t.Errorf("arm %d: exact %.5f, simulated %.5f (±%.5f)", i, p, wins[i]/draws, se)
		}
	}
}

func betas(t *rapid.T, most int) []Beta {
	parameter := rapid.Custom(func(t *rapid.T) float64 {
		return math.Exp(rapid.Float64Range(math.Log(MinBeta), math.Log(MaxBeta)).Draw(t, "log"))
	})
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Beta {
		return Beta{parameter.Draw(t, "alpha"), parameter.Draw(t, "beta")}
	}), 1, most).Draw(t, "arms")
}

// Guards later estimates: an arm with a probability near zero would get a weight
// without bound. Without the floor this fails, as its control shows.
func TestEveryArmKeepsItsFloorAndTheSumIsOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		arms := betas(t, 8)
		floor := rapid.SampledFrom([]float64{0, .01, .05, .1, .3, .5}).Draw(t, "floor")
		steps := stepsOf(arms, floor)
		sum := int64(0)
		// Where the floor asks for more than there is, all share alike, to the step.
		alike := floor*float64(len(arms)) >= 1
		for i, p := range Probabilities(arms, floor) {
			sum += steps[i]
			if math.IsNaN(p) || p > 1 || !alike && p < floor {
				t.Fatalf("arm %d of %v has %.12f under the floor %v", i, arms, p, floor)
			}
			if even := 1 / float64(len(arms)); alike && math.Abs(p-even) > float64(len(arms))/unit {
				t.Fatalf("arm %d of %v has %.12f, want %.12f", i, arms, p, even)
			}
		}
		if sum != unit {
			t.Fatalf("the probabilities of %v sum to %d steps of %d", arms, sum, int64(unit))
		}
	})
}

func TestWithoutAFloorAHopelessArmHasNone(t *testing.T) {
	if p := Probabilities([]Beta{{500, 500}, {1, 999}}, 0); p[1] > 1e-9 {
		t.Errorf("the control of the floor does not fail: %v", p)
	}
}

func TestTheFloorIsPaidInProportion(t *testing.T) {
	got := raise([]float64{.6, .39, .01}, .05)
	want := []float64{.95 * .6 / .99, .95 * .39 / .99, .05}
	for i := range want {
		if math.Abs(got[i]-want[i]) > 1e-15 {
			t.Errorf("raise = %v, want %v", got, want)
		}
	}
	// Paying for the last arm takes the middle one under the floor as well.
	got = raise([]float64{.9495, .0503, .0002}, .05)
	want = []float64{.9, .05, .05}
	for i := range want {
		if math.Abs(got[i]-want[i]) > 1e-15 {
			t.Errorf("raise = %v, want %v", got, want)
		}
	}
}

func TestTheOrderOfTheArmsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		arms := betas(t, 5)
		there := best(arms)
		slices.Reverse(arms)
		back := best(arms)
		for i := range there {
			if math.Abs(there[i]-back[len(back)-1-i]) > 1e-11 {
				t.Fatalf("%v: %v one way, %v the other", arms, there, back)
			}
		}
	})
}

func TestNumbersOutOfRangeAreTakenForTheNearest(t *testing.T) {
	for _, odd := range []Beta{{0, 1}, {-1, 1}, {math.NaN(), 1}, {math.Inf(1), 1}, {1, math.Inf(-1)}, {1e300, 1e300}} {
		p := Probabilities([]Beta{odd, {1, 1}}, .05)
		if math.IsNaN(p[0]) || math.Abs(p[0]+p[1]-1) > 1e-9 || p[0] < .05 || p[1] < .05 {
			t.Errorf("Probabilities with %v = %v", odd, p)
		}
	}
	if p := Probabilities(nil, .05); p != nil {
		t.Errorf("Probabilities without arms = %v", p)
	}
}

// Guards "a decision takes under 5 ms". The best of several runs is taken, so a
// busy machine does not fail the test; an algorithm too slow still does.
func TestADecisionTakesUnderFiveMilliseconds(t *testing.T) {
	policy := DefaultPolicy()
	bucket := Bucket("certificado-residencia", "es")
	policy.Priors = map[string]map[string]Beta{bucket: {"a": {21, 81}, "b": {1300, 8900}, "c": {.4, 7}, "d": {3e5, 2e6 / 3}}}
	for _, arms := range [][]string{{"a", "b"}, {"a", "b", "c", "d"}} {
		fastest := time.Hour
		for range 20 {
			start := time.Now()
			policy.Decide("s", arms, bucket, "x", .5)
			fastest = min(fastest, time.Since(start))
		}
		t.Logf("%d arms: %v", len(arms), fastest)
		if fastest > 5*time.Millisecond {
			t.Errorf("a decision between %d arms takes %v", len(arms), fastest)
		}
	}
}

func BenchmarkDecide(b *testing.B) {
	policy := DefaultPolicy()
	for b.Loop() {
		policy.Decide("seguir-desde-casa", []string{"a", "b"}, "s|es", "x", .5)
	}
}
