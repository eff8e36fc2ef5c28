package board

import (
	"fmt"
	"strings"

	"chasqui/hub/measure"
)

// chart is the take-up by day, as shapes in a box of 1000 by 100 units that the
// page stretches: x is time, y is 100 at nothing and 0 at all. Words stand beside
// the drawing, so that they keep their size on a telephone.
type chart struct {
	// Lines joins neighbouring days that both have data. A day without data leaves
	// a gap: nothing is drawn where nothing is known.
	Lines string
	Dots  string
	Last  string
	// Gaps counts the days without data.
	Gaps, Days int
	From, To   string
	// LastText is the label of the last day that has data, LastAt its height.
	LastText string
	Alt      string
}

const chartWidth = 1000.0

func (w words) chart(r measure.Report) chart {
	c := chart{Days: len(r.Days), From: w.shortDay(r.From), To: w.shortDay(r.To)}
	var lines, dots strings.Builder
	joined, lastDay := false, measure.Day("")
	for i, day := range r.Days {
		v, ok := day.TakeUp.Value()
		if !ok {
			c.Gaps++
			joined = false
			continue
		}
		x, y := chartWidth/2, 100-100*v
		if len(r.Days) > 1 {
			x = chartWidth * float64(i) / float64(len(r.Days)-1)
		}
		move := "M"
		if joined {
			move = "L"
		}
		joined = true
		fmt.Fprintf(&lines, "%s%.1f %.1f", move, x, y)
		fmt.Fprintf(&dots, "M%.1f %.1fh0", x, y)
		c.Last = fmt.Sprintf("M%.1f %.1fh0", x, y)
		c.LastText, lastDay = w.percent(v), day.Day
	}
	c.Lines, c.Dots = lines.String(), dots.String()
	if lastDay != "" {
		c.LastText = w.T("web.chart.last", "Day", w.shortDay(lastDay), "Percent", c.LastText)
	}
	c.Alt = w.T("web.chart.alt", "N", c.Days-c.Gaps, "Of", c.Days)
	return c
}
