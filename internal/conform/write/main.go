// Command write runs the tests that exercise clauses of the accessibility standards
// and writes docs/ACCESSIBILITY.md from what became of them.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"chasqui/internal/conform/statement"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "accessibility:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	root := flag.String("root", ".", "the `folder` of the module")
	words := flag.Bool("words", false, "run no test: write the page's words anew, with the results that stand in it")
	flag.Parse()
	table, err := statement.Load()
	if err != nil {
		return err
	}
	claims, err := statement.Claims(*root)
	if err != nil {
		return err
	}
	if wrong := table.CheckClaims(claims); len(wrong) > 0 {
		return fmt.Errorf("%s", strings.Join(wrong, "\n"))
	}
	file := filepath.Join(*root, "docs", "ACCESSIBILITY.md")
	before, err := os.ReadFile(file) // #nosec G304 -- our own page
	if err != nil && (*words || !errors.Is(err, fs.ErrNotExist)) {
		return err
	}
	results := statement.Results{}
	run := packages(claims)
	if *words {
		results, run = table.Recover(string(before), claims), nil
	}
	for _, pkg := range run {
		fmt.Fprintln(os.Stderr, "testing", pkg)
		out, err := test(ctx, *root, pkg, claims)
		if err != nil {
			return err
		}
		of := slices.DeleteFunc(slices.Clone(claims), func(c statement.Claim) bool { return c.Test.Package != pkg })
		some, err := statement.ReadResults(out, of)
		if err != nil {
			return fmt.Errorf("%s: %w", pkg, err)
		}
		for claim, result := range some {
			results[claim] = result
		}
	}
	for _, claim := range claims {
		if results[claim] != statement.Passed {
			fmt.Fprintf(os.Stderr, "does not count: %s of %s: %s\n", claim.Test, claim.Clause, results[claim])
		}
	}
	page := statement.Write(table, claims, results, time.Now())
	// Without a change the file keeps its day, so that it does not change either.
	if statement.SameButDay(string(before), page) {
		fmt.Fprintln(os.Stderr, file, "holds as it is")
		return nil
	}
	return os.WriteFile(file, []byte(page), 0o644)
}

func packages(claims []statement.Claim) []string {
	var out []string
	for _, c := range claims {
		out = append(out, c.Test.Package)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// test runs the tests of a package that claim something and returns what they said.
// A test that fails is no error here: it stands in the page.
func test(ctx context.Context, root, pkg string, claims []statement.Claim) (io.Reader, error) {
	var names []string
	for _, c := range claims {
		if c.Test.Package == pkg {
			names = append(names, c.Test.Name)
		}
	}
	slices.Sort(names)
	cmd := exec.CommandContext(ctx, "go", "test", "-json", "-timeout", "20m", "-run", "^("+strings.Join(slices.Compact(names), "|")+")$", "./"+pkg) // #nosec G204 -- names of our own tests
	cmd.Dir = root
	cmd.Env = os.Environ()
	// All but the real window builds without C, and much faster.
	if !strings.HasPrefix(pkg, "internal/") && !strings.HasPrefix(pkg, "cmd/") {
		cmd.Env = append(cmd.Env, "CGO_ENABLED=0")
	}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, os.Stderr
	err := cmd.Run()
	if err != nil && !bytes.Contains(out.Bytes(), []byte(`"Action":"run"`)) {
		return nil, fmt.Errorf("go test %s: %w\n%s", pkg, err, out.Bytes())
	}
	if err != nil {
		if err := keep(root, pkg, out.Bytes()); err != nil {
			return nil, err
		}
	}
	return &out, nil
}

// keep keeps what the tests of a package said, of which some failed.
func keep(root, pkg string, said []byte) error {
	path := filepath.Join(root, "out", "conform", strings.ReplaceAll(pkg, "/", "-")+".json")
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "some of its tests failed; all they said is in %s\n", path)
	return os.WriteFile(path, said, 0o600)
}
