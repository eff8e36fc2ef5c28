package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"chasqui/internal/e2e/eyes"
	"chasqui/internal/e2e/rig"
)

// windowRows starts the real kiosk in a real window and measures how long it
// takes to the first usable page and what it keeps in memory.
func windowRows(ctx context.Context, bin string, rounds int) ([]row, error) {
	if missing := eyes.Missing(); len(missing) > 0 {
		return nil, fmt.Errorf("missing %v; run scripts/packages.sh test", missing)
	}
	dir, err := os.MkdirTemp("", "chasqui-bench-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	r := &rig.Rig{Dir: dir, Bin: bin}
	for _, step := range []func(context.Context) error{r.MakeKeys, r.StartHub} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	defer func() { _ = r.Stop() }()
	if err := r.Enrol(ctx, r.HubURL); err != nil {
		return nil, err
	}
	screen, err := eyes.NewScreen(ctx, 1280, 800, dir)
	if err != nil {
		return nil, err
	}
	defer screen.Close()

	var starts, helps, ratios, anon, all []float64
	for range rounds {
		began := time.Now()
		if err := exec.CommandContext(ctx, filepath.Join(bin, "kiosk"), "-h").Run(); err != nil { // #nosec G204
			return nil, err
		}
		help := time.Since(began).Seconds()
		began = time.Now()
		kiosk, err := r.StartKiosk(ctx, screen.Env(), "-hub", r.HubURL, "-windowed", "-size", "1280x800")
		if err != nil {
			return nil, err
		}
		if _, _, err := kiosk.Await(time.Minute, 0, func(line string) bool { return strings.Contains(line, "first page is shown") }); err != nil {
			return nil, err
		}
		start := time.Since(began).Seconds()
		// Memory once the page is painted and the first exchange is over.
		select {
		case <-time.After(3 * time.Second):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		a, rss, err := memory(kiosk.PID())
		if err != nil {
			return nil, err
		}
		if err := kiosk.Stop(); err != nil {
			return nil, err
		}
		starts, helps, ratios = append(starts, start), append(helps, help), append(ratios, start/help)
		anon, all = append(anon, a), append(all, rss)
	}
	seconds := func(v []float64) string { return fmt.Sprintf("%.2f s", median(v)) }
	return []row{
		{"start to the first usable page", seconds(starts), seconds(helps), "the same program printing its help", fmt.Sprintf("%.1f", median(ratios))},
		{"resident memory, RssAnon", fmt.Sprintf("%.0f MB", median(anon)), "", "", ""},
		{"resident memory, all (VmRSS)", fmt.Sprintf("%.0f MB", median(all)), fmt.Sprintf("%.0f MB", median(anon)), "RssAnon of the same process", fmt.Sprintf("%.2f", median(all)/median(anon))},
	}, nil
}

// memory returns RssAnon and VmRSS of a process in MB, from /proc (proc(5)).
func memory(pid int) (anon, all float64, err error) {
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, 0, err
	}
	defer f.Close()
	scanner := bufio.NewScanner(f)
	for scanner.Scan() {
		fields := strings.Fields(scanner.Text())
		if len(fields) < 2 {
			continue
		}
		kb, _ := strconv.ParseFloat(fields[1], 64)
		switch fields[0] {
		case "RssAnon:":
			anon = kb / 1024
		case "VmRSS:":
			all = kb / 1024
		}
	}
	return anon, all, scanner.Err()
}
