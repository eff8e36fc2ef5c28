package main

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Guards the 99th percentile that is published: of a hundred presses it is the last
// but one, not the worst and not an average.
func TestPercentilesAreByNearestRank(t *testing.T) {
	var hundred []float64
	for i := range 100 {
		hundred = append(hundred, float64((i*37)%100+1)) // 1 to 100, mixed
	}
	for p, want := range map[float64]float64{0: 1, 1: 1, 50: 50, 99: 99, 99.5: 100, 100: 100} {
		if got := percentile(hundred, p); got != want {
			t.Errorf("%v %%: %v, not %v", p, got, want)
		}
	}
	if got := percentile([]float64{3, 1, 2}, 99); got != 3 {
		t.Errorf("of three: %v", got)
	}
	if got := percentile(nil, 50); !math.IsNaN(got) {
		t.Errorf("of none: %v", got)
	}
	if hundred[1] != 38 {
		t.Error("the values were sorted in place")
	}
}

// Guards the word "flat": memory that grows has a slope, and noise around a level
// has none to speak of.
func TestTheSlopeTellsGrowthFromNoise(t *testing.T) {
	x := []float64{100, 200, 300, 400}
	if got := slope(x, []float64{50, 52, 54, 56}); math.Abs(got-0.02) > 1e-12 {
		t.Errorf("growing: %v", got)
	}
	if got := slope(x, []float64{50, 51, 51, 50}); math.Abs(got) > 1e-12 {
		t.Errorf("level: %v", got)
	}
	if got := slope([]float64{5, 5}, []float64{1, 9}); got != 0 {
		t.Errorf("one place: %v", got)
	}
	if got := slope(nil, nil); got != 0 {
		t.Errorf("nothing: %v", got)
	}
}

// Guards what -only window promises: the other table stays as it is.
func TestOneTableIsReplacedAndNothingElse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "P.md")
	begin, end := marks("window")
	beginMark, endMark := marks("queues")
	before := "# P\n" + beginMark + "old\n" + endMark + "words\n" + begin + "old\n" + end + "the end\n"
	if err := os.WriteFile(path, []byte(before), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := replace(path, "window", "new\n"); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := "# P\n" + beginMark + "old\n" + endMark + "words\n" + begin + "new\n" + end + "the end\n"
	if string(got) != want {
		t.Errorf("%q", got)
	}
	if err := replace(path, "nowhere", "x"); err == nil || !strings.Contains(err.Error(), "nowhere") {
		t.Errorf("marks that are not there: %v", err)
	}
}
