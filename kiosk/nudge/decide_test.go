package nudge

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"

	"chasqui/sync/wire"
)

const (
	suggestion = "seguir-desde-casa"
	bucket     = "certificado-residencia|es"
)

// shown returns a session that is not held out, held one that is.
func shown(p Policy) string { return search(p, false) }
func held(p Policy) string  { return search(p, true) }

func search(p Policy, want bool) string {
	for i := 0; ; i++ {
		if id := fmt.Sprint("session ", i); p.Holds(id, suggestion) == want {
			return id
		}
	}
}

func TestADecisionSaysHowItWasMade(t *testing.T) {
	p := mustParse(t, sample)
	d := p.Decide(suggestion, []string{"llano", "ahorro"}, bucket, shown(p), .2)
	if d.Shown != "llano" || d.Holdout || d.Epoch != 3 || d.Policy != p.Digest() || d.Bucket != bucket || d.Draw != .2 || d.Answer != "" {
		t.Errorf("decision %+v", d)
	}
	if len(d.Arms) != 2 || math.Abs(d.Arms[0].Probability-.9364999460) > 1e-10 || math.Abs(d.Arms[1].Probability-.0635000540) > 1e-10 {
		t.Errorf("arms %+v", d.Arms)
	}
	if d := p.Decide(suggestion, []string{"llano", "ahorro"}, bucket, shown(p), .94); d.Shown != "ahorro" {
		t.Errorf("a draw in the second arm's share shows %q", d.Shown)
	}
}

func TestTheHoldoutIsShownNothing(t *testing.T) {
	p := DefaultPolicy()
	for _, draw := range []float64{0, .3, .999} {
		if d := p.Decide(suggestion, []string{"a", "b"}, bucket, held(p), draw); d.Shown != "" || !d.Holdout || len(d.Arms) != 2 {
			t.Errorf("decision %+v", d)
		}
	}
}

func TestWithoutBeliefsTheArmsShareAlike(t *testing.T) {
	p := mustParse(t, sample)
	d := p.Decide(suggestion, []string{"a", "b"}, Bucket("aviso-via-publica", "ht"), shown(p), .5)
	if d.Arms[0].Probability != .5 || d.Arms[1].Probability != .5 {
		t.Errorf("arms %+v", d.Arms)
	}
}

func TestOddInputStillGivesARecord(t *testing.T) {
	p := DefaultPolicy()
	for _, draw := range []float64{-1, 1, 7, math.NaN(), math.Inf(1)} {
		d := p.Decide(suggestion, []string{"a", "b"}, bucket, shown(p), draw)
		if _, err := json.Marshal(d); err != nil || d.Draw < 0 || d.Draw >= 1 || d.Shown == "" || !Replay(p, d) {
			t.Errorf("draw %v gives %+v, %v", draw, d, err)
		}
	}
	if d := p.Decide(suggestion, nil, bucket, shown(p), .5); d.Shown != "" || !Replay(p, d) {
		t.Errorf("without arms: %+v", d)
	}
	many := make([]string, 100)
	for i := range many {
		many[i] = fmt.Sprint(i)
	}
	if d := p.Decide(suggestion, many, bucket, shown(p), .5); len(d.Arms) != MaxArms {
		t.Errorf("%d arms in the record", len(d.Arms))
	}
}

// Guards every estimate that divides by the logged probability: what is logged
// must be how often the arm is shown. The control logs something else and the
// same check sees it.
func TestTheLoggedProbabilityIsHowOftenAnArmIsShown(t *testing.T) {
	p := mustParse(t, sample)
	p.Priors[bucket]["tercero"] = Beta{9, 70}
	arms := []string{"llano", "ahorro", "tercero"}
	random := rand.New(rand.NewPCG(1, 2))
	const draws = 4000
	seen := map[string]float64{}
	var logged []wire.Arm
	for i := range draws {
		d := p.Decide(suggestion, arms, bucket, fmt.Sprint("s", i), random.Float64())
		if !d.Holdout {
			seen[d.Shown]++
		}
		logged = d.Arms
	}
	// The seed is fixed, so the answer is the same each time.
	if pv := fit(seen, logged); pv < 1e-6 {
		t.Errorf("shown %v, logged %v: p = %g", seen, logged, pv)
	}
	if pv := fit(seen, []wire.Arm{{ID: "llano", Probability: 1.0 / 3}, {ID: "ahorro", Probability: 1.0 / 3}, {ID: "tercero", Probability: 1.0 / 3}}); pv > 1e-6 {
		t.Errorf("the control, a log of equal probabilities, passes: p = %g", pv)
	}
}

// fit is Pearson's chi-square test of counts against probabilities: its p-value.
func fit(seen map[string]float64, logged []wire.Arm) float64 {
	total, chi2 := 0.0, 0.0
	for _, n := range seen {
		total += n
	}
	for _, arm := range logged {
		expected := arm.Probability * total
		chi2 += (seen[arm.ID] - expected) * (seen[arm.ID] - expected) / expected
	}
	return distuv.ChiSquared{K: float64(len(logged) - 1)}.Survival(chi2)
}

// Guards the fair comparison from the other side: had the draw of the arm and the
// holdout anything in common, the arms would be compared on different people.
func TestTheHoldoutAndTheDrawOfTheArmAreIndependent(t *testing.T) {
	p := DefaultPolicy()
	random := rand.New(rand.NewPCG(3, 4))
	const ids = 100_000
	var table [2][2]float64 // held or not, by draw in the lower half or the upper
	arms := []string{"a", "b"}
	probabilities := stepsOf([]Beta{p.Prior, p.Prior}, p.Floor)
	for i := range ids {
		h, draw := 0, random.Float64()
		if p.Holds(fmt.Sprintf("%x-%d", random.Uint64(), i), suggestion) {
			h = 1
		}
		table[h][choose(probabilities, draw)]++
	}
	chi2 := 0.0
	for h := range 2 {
		for a := range arms {
			expected := (table[h][0] + table[h][1]) * (table[0][a] + table[1][a]) / ids
			chi2 += (table[h][a] - expected) * (table[h][a] - expected) / expected
		}
	}
	if pv := (distuv.ChiSquared{K: 1}).Survival(chi2); pv < 1e-6 {
		t.Errorf("%v: p = %g", table, pv)
	}
	// The same session is held or not whatever is drawn for it.
	for i := range 200 {
		id := fmt.Sprint(i)
		first := p.Decide(suggestion, arms, bucket, id, 0).Holdout
		for _, draw := range []float64{.1, .5, .99} {
			if p.Decide(suggestion, arms, bucket, id, draw).Holdout != first {
				t.Fatalf("session %s is held out for one draw and not for another", id)
			}
		}
	}
}

func TestEveryDrawFallsInTheShareOfTheArmShown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		arms := betas(t, 6)
		steps := stepsOf(arms, .05)
		draw := rapid.Float64Range(0, math.Nextafter(1, 0)).Draw(t, "draw")
		at, low := choose(steps, draw), int64(0)
		for _, n := range steps[:at] {
			low += n
		}
		if d := int64(draw * unit); d < low || d >= low+steps[at] {
			t.Fatalf("draw %v shows arm %d of %v", draw, at, steps)
		}
	})
}

// Guards "a decision replays byte for byte from its record": somebody who doubts
// a decision can check it with the policy and the record alone.
func TestADecisionReplaysFromItsRecord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := DefaultPolicy()
		p.Epoch = rapid.IntRange(0, 99).Draw(t, "epoch")
		p.Floor = rapid.SampledFrom([]float64{0, .05, .2}).Draw(t, "floor")
		p.Priors = map[string]map[string]Beta{bucket: {}}
		var arms []string
		for i, b := range betas(t, 4) {
			arms = append(arms, fmt.Sprint("arm", i))
			p.Priors[bucket][arms[i]] = b
		}
		d := p.Decide(suggestion, arms, bucket, rapid.String().Draw(t, "session"), rapid.Float64Range(0, .9999).Draw(t, "draw"))
		d.Folio, d.Request, d.Answer = "K7M40291837W", wire.ID{1}, wire.AnswerRefused
		if d.Holdout {
			d.Answer = wire.AnswerHeldOut
		}
		// The record as it comes out of the other end of the wire.
		b, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		read, err := wire.ParseDecision(b)
		if err != nil {
			t.Fatal(err)
		}
		if !Replay(p, read) {
			t.Fatalf("%s does not replay", b)
		}
	})
}

// The control of the one above: whatever is changed in a record, it no longer
// replays.
func TestAChangedRecordDoesNotReplay(t *testing.T) {
	p := mustParse(t, sample)
	arms := []string{"llano", "ahorro"}
	changes := map[string]func(*wire.Decision){
		"another arm shown":       func(d *wire.Decision) { d.Shown = "ahorro" },
		"a probability":           func(d *wire.Decision) { d.Arms[0].Probability += 1e-10 },
		"an arm's name":           func(d *wire.Decision) { d.Arms[0].ID = "otro" },
		"an arm fewer":            func(d *wire.Decision) { d.Arms = d.Arms[:1] },
		"the draw":                func(d *wire.Decision) { d.Draw = .99 },
		"a draw that is no draw":  func(d *wire.Decision) { d.Draw = math.NaN() },
		"the bucket":              func(d *wire.Decision) { d.Bucket = "otro|es" },
		"the epoch":               func(d *wire.Decision) { d.Epoch++ },
		"the policy":              func(d *wire.Decision) { d.Policy = DefaultPolicy().Digest() },
		"the holdout":             func(d *wire.Decision) { d.Holdout = true },
		"held out, but answered":  func(d *wire.Decision) { d.Holdout, d.Shown, d.Answer = true, "", wire.AnswerAccepted },
		"shown, but held out now": func(d *wire.Decision) { d.Answer = wire.AnswerHeldOut },
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			d := p.Decide(suggestion, arms, bucket, shown(p), .2)
			if !Replay(p, d) {
				t.Fatal("the unchanged record does not replay")
			}
			change(&d)
			if Replay(p, d) {
				t.Errorf("%+v replays", d)
			}
		})
	}
	d := p.Decide(suggestion, arms, bucket, shown(p), .2)
	other := p
	other.Floor = .1
	if Replay(other, d) {
		t.Error("it replays under another policy")
	}
}

// Guards records that are already on a hub: a later version of this package must
// go on replaying them, and making them.
func TestRecordsOfEarlierVersionsReplay(t *testing.T) {
	p := mustParse(t, sample)
	files, err := filepath.Glob("testdata/decision-*.json")
	if err != nil || len(files) != 2 {
		t.Fatalf("found %v, %v", files, err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		d, err := wire.ParseDecision(b)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if !Replay(p, d) {
			t.Errorf("%s does not replay", file)
		}
	}
}
