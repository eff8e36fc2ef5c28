package main

import (
	"fmt"
	"math"
	"slices"
)

// percentile returns the value below or at which p per cent of the values lie, by
// nearest rank: always one that was measured, never one in between.
func percentile(v []float64, p float64) float64 {
	if len(v) == 0 {
		return math.NaN()
	}
	v = slices.Sorted(slices.Values(v))
	rank := int(math.Ceil(p / 100 * float64(len(v))))
	return v[min(max(rank, 1), len(v))-1]
}

// slope returns by how much y grows for each x, by least squares; 0 where that
// cannot be told.
func slope(x, y []float64) float64 {
	n := float64(min(len(x), len(y)))
	var sx, sy, sxx, sxy float64
	for i := range int(n) {
		sx, sy, sxx, sxy = sx+x[i], sy+y[i], sxx+x[i]*x[i], sxy+x[i]*y[i]
	}
	d := n*sxx - sx*sx
	if d == 0 {
		return 0
	}
	return (n*sxy - sx*sy) / d
}

// spread writes a median with the least and the most beside it.
func spread(v []float64, format, unit string) string {
	if len(v) == 0 {
		return ""
	}
	one := func(x float64) string { return fmt.Sprintf(format, x) }
	return fmt.Sprintf("%s %s (%s–%s)", one(median(v)), unit, one(slices.Min(v)), one(slices.Max(v)))
}
