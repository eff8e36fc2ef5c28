package main

import (
	"context"
	_ "embed"
	"fmt"
	"html/template"
	"image"
	"os"
	"os/exec"
	"path/filepath"

	"fyne.io/fyne/v2"

	"chasqui/internal/bench/glass"
	"chasqui/internal/bench/way"
	"chasqui/internal/e2e/rig"
)

//go:embed chromium.html
var chromiumPage string

// makeBrowser writes the kiosk's pages as static pages, with the same texts and
// answers, and returns the browser that shows them. Each page is a file with links
// to the next and the one before, at the same places on the screen, so that it
// can be touched without being asked.
func (s *stage) makeBrowser(pages []way.Page) (*program, error) {
	path, err := browser()
	if err != nil {
		return nil, err
	}
	site := filepath.Join(s.dir, "site")
	if err := os.MkdirAll(site, 0o755); err != nil {
		return nil, err
	}
	t, err := template.New("page").Parse(chromiumPage)
	if err != nil {
		return nil, err
	}
	for i, page := range pages {
		f, err := os.Create(filepath.Join(site, file(i)))
		if err != nil {
			return nil, err
		}
		next, previous := "", ""
		if i < len(pages)-1 {
			next = file(i + 1)
		}
		if i > 0 {
			previous = file(i - 1)
		}
		err = t.Execute(f, struct {
			way.Page
			Next, Previous string
		}{page, next, previous})
		if closed := f.Close(); err == nil {
			err = closed
		}
		if err != nil {
			return nil, fmt.Errorf("write page %s: %w", page.Name, err)
		}
	}
	p := &program{name: "Chromium", first: image.Rect(0, height-100, width, height), prints: map[string]glass.Print{}, others: map[string][]glass.Print{}}
	on, back := image.Pt(width-160, height-50), image.Pt(160, height-50)
	p.open = way.Way{{ID: "next", At: on, Turns: true}}
	for i := range len(pages) - 2 {
		p.touch = append(p.touch, way.Step{ID: "next", At: on, Page: pages[i+2].Name, Turns: true})
		p.keys = append(p.keys, way.Step{ID: "next", Key: fyne.KeyReturn, Page: pages[i+2].Name, Turns: true})
		p.rewind = append(p.rewind, way.Step{ID: "back", At: back, Page: pages[len(pages)-2-i].Name, Turns: true})
	}
	p.open = append(p.open, p.touch...)
	p.untouch, p.unkeys = p.rewind, p.rewind
	profile := filepath.Join(s.dir, "profile")
	p.start = func(ctx context.Context) (*rig.Process, error) {
		args := []string{
			"--kiosk", "--no-first-run", "--no-default-browser-check", "--user-data-dir=" + profile,
			fmt.Sprintf("--window-size=%d,%d", width, height), "--window-position=0,0",
			// Software rendering by its own compositor, which is what it does fastest
			// where there is no GPU.
			"--disable-gpu",
			// What a kiosk has no use for.
			"--password-store=basic", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions", "--disable-features=Translate", "--lang=es",
		}
		if os.Getuid() == 0 {
			args = append(args, "--no-sandbox") // it refuses to run as root otherwise
		}
		return rig.Start(ctx, nil, s.screen.Env(), "chromium", path, append(args, "file://"+filepath.Join(site, file(0)))...)
	}
	return p, nil
}

func file(i int) string { return fmt.Sprintf("page-%02d.html", i) }

// browser finds Chromium.
func browser() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("there is no Chromium; run scripts/packages.sh bench")
}

// version is what it says of itself, to name the baseline.
func version(ctx context.Context) string {
	path, err := browser()
	if err != nil {
		return ""
	}
	out, err := exec.CommandContext(ctx, path, "--version").Output() // #nosec G204 -- found in PATH
	if err != nil {
		return ""
	}
	return string(out)
}
