package nudge

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
)

func mustParse(t *testing.T, s string) Policy {
	t.Helper()
	p, err := ParsePolicy([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

const sample = `{"epoch":3,"seed":"e1","holdout":0.1,"floor":0.05,"prior":{"alpha":1,"beta":9},
	"priors":{"certificado-residencia|es":{"llano":{"alpha":21,"beta":81},"ahorro":{"alpha":13,"beta":89}}}}`

func TestAPolicyReadsBackAsWritten(t *testing.T) {
	p := mustParse(t, sample)
	if p.Epoch != 3 || p.Priors["certificado-residencia|es"]["llano"] != (Beta{21, 81}) {
		t.Errorf("read %+v", p)
	}
	b, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	if again := mustParse(t, string(b)); again.Digest() != p.Digest() {
		t.Errorf("the digest of %s is %s, then %s", b, p.Digest(), again.Digest())
	}
	// The digest is what records of every kiosk and the hub agree on: it stays.
	const want = "56cda2b9eb221df0eb252bb1a460b5113bf49e2c8e1e6afcd142aba7f19fadc3"
	if got := p.Digest(); got != want {
		t.Errorf("digest %s, want %s", got, want)
	}
}

func TestTheDefaultPolicyIsAValidOne(t *testing.T) {
	b, err := json.Marshal(DefaultPolicy())
	if err != nil {
		t.Fatal(err)
	}
	if p := mustParse(t, string(b)); p.Digest() != DefaultPolicy().Digest() {
		t.Error("the default policy does not survive its own file")
	}
}

func TestTheErrorOfABadPolicyNamesTheField(t *testing.T) {
	without := func(old, new string) string { return strings.Replace(sample, old, new, 1) }
	tests := map[string]struct{ policy, say string }{
		"not JSON":             {`holdout: 0.1`, "policy: invalid character"},
		"empty":                {``, "policy: EOF"},
		"a field too many":     {without(`"epoch":3`, `"epoch":3,"hold_out":1`), `unknown field "hold_out"`},
		"a word for a number":  {without(`0.05`, `"low"`), "floor"},
		"something after it":   {sample + `{}`, "something follows"},
		"epoch below zero":     {without(`"epoch":3`, `"epoch":-3`), "epoch: -3"},
		"no seed":              {without(`"e1"`, `""`), "seed: it is missing"},
		"holdout over a half":  {without(`"holdout":0.1`, `"holdout":0.6`), "holdout: 0.6"},
		"floor below zero":     {without(`0.05`, `-0.05`), "floor: -0.05"},
		"prior of nothing":     {without(`"alpha":1,`, ``), "prior: alpha 0, beta 9"},
		"bucket without bar":   {without(`residencia|es`, `residencia`), `bucket "certificado-residencia"`},
		"bucket too fine":      {without(`|es`, `|es|old`), `bucket "certificado-residencia|es|old"`},
		"arm without a name":   {without(`"llano"`, `""`), "an arm without a name"},
		"arm beyond the range": {without(`"beta":81`, `"beta":1e7`), `arm "llano": alpha 21, beta 1e+07`},
		"too long":             {sample + strings.Repeat(" ", MaxPolicy), "the limit is 1048576"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := ParsePolicy([]byte(test.policy))
			if err == nil || !strings.Contains(err.Error(), test.say) {
				t.Errorf("error %v does not say %q", err, test.say)
			}
		})
	}
}

func TestAPolicyIsBounded(t *testing.T) {
	p := DefaultPolicy()
	p.Priors = map[string]map[string]Beta{}
	for i := range MaxBuckets + 1 {
		p.Priors[Bucket(fmt.Sprint("s", i), "es")] = nil
	}
	if err := p.check(); err == nil || !strings.Contains(err.Error(), "4097 buckets") {
		t.Errorf("error %v", err)
	}
	arms := map[string]Beta{}
	for i := range MaxArms + 1 {
		arms[fmt.Sprint(i)] = Beta{1, 1}
	}
	p.Priors = map[string]map[string]Beta{"s|es": arms}
	if err := p.check(); err == nil || !strings.Contains(err.Error(), "65 arms") {
		t.Errorf("error %v", err)
	}
}

// Whatever parses decides, and its record replays.
func FuzzParsePolicy(f *testing.F) {
	f.Add([]byte(sample))
	f.Add([]byte(`{"seed":"s","prior":{"alpha":0.1,"beta":1e6},"floor":0.5}`))
	f.Add([]byte(`{"seed":"s","holdout":1e-320,"prior":{"alpha":1,"beta":1},"priors":{"a|b":null}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ParsePolicy(b)
		if err != nil {
			return
		}
		again, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		if q := mustParse(t, string(again)); q.Digest() != p.Digest() {
			t.Fatalf("%s and %s have two digests", b, again)
		}
		for bucket := range p.Priors {
			if d := p.Decide("s", []string{"a", "b"}, bucket, "x", .5); !Replay(p, d) {
				t.Fatalf("%+v does not replay", d)
			}
			break
		}
	})
}

// Guards the fair comparison: a holdout that is not a tenth, or not drawn alike
// for every kind of id, is no control group.
func TestTheHoldoutIsATenthOfAnySessions(t *testing.T) {
	const ids = 100_000
	for _, seed := range []string{"chasqui-1", "e2", "ñandú", strings.Repeat("long ", 50)} {
		for _, prefix := range []string{"", "0190c8e2-7b1a-7c3d-8e4f-", "visit\x00", "日本"} {
			p := DefaultPolicy()
			p.Seed = seed
			held := 0
			for i := range ids {
				if p.Holds(fmt.Sprint(prefix, i), "seguir-desde-casa") {
					held++
				}
			}
			if share := float64(held) / ids; share < .095 || share > .105 {
				t.Errorf("with seed %q and ids %q… the holdout is %.4f of the sessions", seed, prefix, share)
			}
		}
	}
}

// Guards "permanent": what is learnt in later epochs must not move anybody into
// the holdout or out of it.
func TestTheHoldoutDependsOnSeedSuggestionAndSessionAlone(t *testing.T) {
	p := DefaultPolicy()
	later := mustParse(t, strings.Replace(sample, `"e1"`, `"`+p.Seed+`"`, 1))
	seeds, suggestions, parts := 0, 0, 0
	for i := range 1000 {
		id := fmt.Sprint("session ", i)
		if p.Holds(id, "a") != later.Holds(id, "a") {
			t.Fatalf("%s moved with the epoch", id)
		}
		other := p
		other.Seed = "another"
		if p.Holds(id, "a") != other.Holds(id, "a") {
			seeds++
		}
		if p.Holds(id, "a") != p.Holds(id, "b") {
			suggestions++
		}
		if p.Holds(id+"x", "a") != p.Holds(id, "xa") {
			parts++
		}
	}
	if seeds == 0 || suggestions == 0 || parts == 0 {
		t.Errorf("of 1000 sessions another seed moved %d, another suggestion %d, another border between the two %d", seeds, suggestions, parts)
	}
	p.Holdout = 0
	for i := range 1000 {
		if p.Holds(fmt.Sprint(i), "a") {
			t.Fatal("a holdout of nobody holds somebody")
		}
	}
}

func TestADigestNeverFails(t *testing.T) {
	p := DefaultPolicy()
	p.Floor = math.NaN()
	if d := p.Digest(); len(d) != 64 {
		t.Errorf("digest %q", d)
	}
}
