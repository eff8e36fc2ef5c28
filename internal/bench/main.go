// Bench measures Chasqui beside a named baseline doing the same durable work in
// the same run, and prints ratios: single times say more about the machine than
// about the program.
//
//	go run ./internal/bench -bin bin [-write docs/PERFORMANCE.md] [-rounds 5] [-only window|visits|queues|supervise|voice]
//
// The window is measured beside Chromium with the same pages (see [program]); -only
// window runs that alone and leaves the other table as it is.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"chasqui/kiosk/speech/speechtest"
)

// row is one line of the table.
type row struct {
	what, ours, base, baseline, ratio string
}

// pair times two ways of doing the same work, in turn, and keeps the medians.
type pair struct {
	what, baseline string
	// ours and base do the work once, in a fresh folder, and return how long it
	// took: what is set up before does not count.
	ours, base func(ctx context.Context, dir string) (time.Duration, error)
	// per divides the times, to show them for one item.
	per  int
	unit string
}

func main() {
	speechtest.Act() // started as the voice's player, it is one
	bin := flag.String("bin", "bin", "folder of the built programs")
	write := flag.String("write", "", "file whose table between the bench marks is replaced")
	rounds := flag.Int("rounds", 5, "rounds; the median is kept")
	only := flag.String("only", "", "run one part: `window, visits, queues, supervise or voice`; all when left out")
	cycles := flag.Int("cycles", 3, "how often the window's service is walked in a round")
	sessions := flag.Int("sessions", 1000, "visits driven through the window")
	idle := flag.Duration("idle", 30*time.Second, "how long a program is watched at rest")
	flag.Parse()
	if !slices.Contains([]string{"", "window", "visits", "queues", "supervise", "voice"}, *only) {
		fmt.Fprintf(os.Stderr, "bench: -only %q is no part; write window, visits, queues, supervise or voice\n", *only)
		os.Exit(2)
	}
	if *rounds < 1 || *cycles < 1 || *sessions < 1 || *idle < time.Second || *idle > 30*time.Second {
		fmt.Fprintln(os.Stderr, "bench: -rounds, -cycles and -sessions must be 1 or more, and -idle from 1s to 30s: after a minute a visit ends")
		os.Exit(2)
	}
	// Stopped in the middle it still ends what it has started.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *bin, *write, *only, effort{*rounds, *cycles, *idle, *sessions}); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run measures the parts asked for and puts each table into its place.
func run(ctx context.Context, bin, write, only string, e effort) error {
	for _, part := range []struct {
		name    string
		measure func() (string, error)
	}{
		{"queues", func() (string, error) { return queuesTable(ctx, bin, e.rounds) }},
		{"window", func() (string, error) { return windowTable(ctx, bin, e) }},
		{"visits", func() (string, error) { return visitsTable(ctx, bin, e) }},
		{"supervise", func() (string, error) { return superviseTable(ctx, bin, e) }},
		{"voice", func() (string, error) { return voiceTable(ctx) }},
	} {
		if only != "" && only != part.name {
			continue
		}
		table, err := part.measure()
		if err != nil {
			return err
		}
		fmt.Print(table)
		if write == "" {
			continue
		}
		if err := replace(write, part.name, table); err != nil {
			return err
		}
	}
	return nil
}

func queuesTable(ctx context.Context, bin string, rounds int) (string, error) {
	var rows []row
	for _, p := range []pair{enqueue(), drain(), intakeBesideSQLite()} {
		r, err := p.measure(ctx, rounds)
		if err != nil {
			return "", fmt.Errorf("%s: %w", p.what, err)
		}
		fmt.Fprintln(os.Stderr, r.what, r.ours, r.ratio)
		rows = append(rows, r)
	}
	window, err := windowRows(ctx, bin, rounds)
	if err != nil {
		return "", fmt.Errorf("the window: %w", err)
	}
	return render(append(rows, window...)), nil
}

func (p pair) measure(ctx context.Context, rounds int) (row, error) {
	var ours, base, ratios []float64
	for range rounds {
		a, err := inFreshFolder(ctx, p.ours)
		if err != nil {
			return row{}, err
		}
		b, err := inFreshFolder(ctx, p.base)
		if err != nil {
			return row{}, fmt.Errorf("baseline: %w", err)
		}
		ours, base = append(ours, a.Seconds()), append(base, b.Seconds())
		ratios = append(ratios, a.Seconds()/b.Seconds())
	}
	each := func(seconds []float64) string {
		return fmt.Sprintf("%.2f ms%s", median(seconds)*1000/float64(p.per), p.unit)
	}
	return row{p.what, each(ours), each(base), p.baseline, fmt.Sprintf("%.2f", median(ratios))}, nil
}

// inFreshFolder runs work in a folder of its own on the disk of the current one:
// /tmp may be memory, where nothing is durable and fsync is free.
func inFreshFolder(ctx context.Context, work func(context.Context, string) (time.Duration, error)) (took time.Duration, err error) {
	if err := os.MkdirAll("out", 0o755); err != nil {
		return 0, err
	}
	dir, err := os.MkdirTemp("out", "bench-")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	return work(ctx, dir)
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	if n := len(v); n%2 == 0 {
		return (v[n/2-1] + v[n/2]) / 2
	}
	return v[len(v)/2]
}

func render(rows []row) string {
	var b strings.Builder
	b.WriteString("| what | here | baseline | the baseline is | ratio |\n|---|---|---|---|---|\n")
	for _, r := range rows {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", r.what, r.ours, r.base, r.baseline, r.ratio)
	}
	return b.String()
}

// marks are the lines between which the table of a part stands.
func marks(part string) (begin, end string) {
	if part == "queues" {
		part = "bench" // the first table there was
	}
	return "<!-- " + part + " begins -->\n", "<!-- " + part + " ends -->\n"
}

// replace puts the table of a part into its place in a file.
func replace(path, part, table string) error {
	b, err := os.ReadFile(filepath.Clean(path))
	if err != nil {
		return err
	}
	begin, end := marks(part)
	before, rest, ok := bytes.Cut(b, []byte(begin))
	_, after, ok2 := bytes.Cut(rest, []byte(end))
	if !ok || !ok2 {
		return fmt.Errorf("%s has no lines %q and %q", path, strings.TrimSpace(begin), strings.TrimSpace(end))
	}
	return os.WriteFile(path, slices.Concat(before, []byte(begin), []byte(table), []byte(end), after), 0o644)
}
