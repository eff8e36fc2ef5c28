package main

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// renderWindow writes the table of the window, with what it is about.
func renderWindow(s *stage, e effort, ours, theirs *figures) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Service: `%s`, %d pages from its first to the review. %d rounds, the two programs in turn, each started anew; in a round the service is walked %d times by touch and as often by keys, %d and %d presses in all. %s.\n\n",
		s.service, s.kiosk.touch.Turns(), e.rounds, e.cycles, len(ours.touch), len(ours.key), strings.TrimSpace(version(context.Background())))
	b.WriteString("| what | kiosk | Chromium | ratio | goal |\n|---|---|---|---|---|\n")
	line := func(what, here, there, ratio, goal string) {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", what, here, there, ratio, goal)
	}
	both := func(what string, a, c []float64, format, unit, goal string) {
		line(what, spread(a, format, unit), spread(c, format, unit), fmt.Sprintf("%.2f", median(a)/median(c)), goal)
	}
	both("start to the first page painted", ours.painted, theirs.painted, "%.2f", "s", "0.5")
	both("start to the first touch answered", ours.usable, theirs.usable, "%.2f", "s", "")
	press := func(what string, a, c, aBy, cBy []float64) {
		both(what+" to the next page painted, median", aBy, cBy, "%.0f", "ms", "0.5")
		line(what+" to the next page painted, 99th percentile", fmt.Sprintf("%.0f ms", percentile(a, 99)), fmt.Sprintf("%.0f ms", percentile(c, 99)),
			fmt.Sprintf("%.2f", percentile(a, 99)/percentile(c, 99)), "")
	}
	press("touch", ours.touch, theirs.touch, ours.touchBy, theirs.touchBy)
	press("key", ours.key, theirs.key, ours.keyBy, theirs.keyBy)
	both("memory on the first page, PSS of all processes", ours.fresh, theirs.fresh, "%.0f", "MB", "0.33")
	both("memory right after the walks, PSS of all processes", ours.walked, theirs.walked, "%.0f", "MB", "0.33")
	both("memory at rest after the walks, PSS of all processes", ours.pss, theirs.pss, "%.0f", "MB", "0.33")
	both("of it anonymous", ours.anon, theirs.anon, "%.0f", "MB", "")
	both(fmt.Sprintf("idle, of a core, over %.0f s, from %.0f s after the last press on", e.idle.Seconds(), afterwork.Seconds()), ours.idle, theirs.idle, "%.2f", "%", "at most 0.5 %")
	// What else the window promises goes here, a line each: how soon the voice stops.
	line("processes", fmt.Sprint(ours.processes), fmt.Sprint(theirs.processes), "", "")
	return b.String()
}

// renderVisits writes what many visits left behind.
func renderVisits(v *visits) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d visits through the real window (language, service, %d questions, start over; each complete language in turn), %d touches in %s.\n\n", v.count, questionsAVisit, v.taps, v.took.Round(time.Second))
	b.WriteString("| after visits | anonymous | PSS |\n|---|---|---|\n")
	for i := range v.at {
		fmt.Fprintf(&b, "| %.0f | %.1f MB | %.1f MB |\n", v.at[i], v.anon[i], v.pss[i])
	}
	fmt.Fprintf(&b, "\nFrom the second fifth on anonymous memory changes by %+.2f KB a visit. Idle on the welcome page: %.2f %% of a core before, %.2f %% after. Once it has rested it holds %.1f MB of anonymous memory, PSS %.1f MB.\n", 1024*slope(v.settled()), v.before, v.after, v.restAnon, v.restPSS)
	return b.String()
}
