// Kiosk is the citizen's screen and the front-desk mode: one window, one queue,
// one link.
//
//	kiosk -data DIR -hub URL [-supervise] [-windowed] [-size WxH]
//
// DIR holds what "chasqui enrol" made: who the kiosk is, its key, the directory
// of units, the office's settings; and the queue. See docs/OPERATING.md.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"

	"chasqui/internal/watch"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// The exit statuses: 0 for a clean stop, 1 when something failed, 2 when the
// flags or the configuration are wrong.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	m, err := parseFlags(args, stdout)
	if errors.Is(err, flag.ErrHelp) {
		return exitOK
	}
	if err == nil {
		if m.pulse = watch.TakePulse(); m.pulse == nil && m.supervise {
			return supervise(ctx, m.flags, args, stderr)
		}
	}
	if err == nil {
		err = m.Open(ctx)
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return exitOK // told to stop before there was a window
	}
	if err != nil {
		fmt.Fprintln(stderr, "kiosk:", err)
		return exitUsage
	}
	close := func(err error) int {
		m.Close()
		if err != nil {
			fmt.Fprintln(stderr, "kiosk:", err)
			return exitFailed
		}
		return exitOK
	}
	return close(m.Run(ctx, func(err error) { os.Exit(close(err)) }))
}

// flags is what the command line says.
type flags struct {
	data          string
	hub           string
	metrics       string
	receipts      string
	author        string
	supervise     bool
	windowed      bool
	width, height int
}

func parseFlags(args []string, help io.Writer) (*Main, error) {
	set := flag.NewFlagSet("kiosk", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	var f flags
	set.StringVar(&f.data, "data", "", "`folder` with the kiosk's identity, settings and queue (made by \"chasqui enrol\")")
	set.StringVar(&f.hub, "hub", "", "`URL` of the hub; the one of the enrolment when left out")
	set.StringVar(&f.metrics, "metrics", "", "loopback `address` on which to serve /metrics, e.g. 127.0.0.1:9470; off when left out")
	set.StringVar(&f.receipts, "receipts", "", "`folder` into which receipts are written as PDF; without it none is offered")
	set.StringVar(&f.author, "author", "", "`folder` of services that somebody is writing: shown instead of the program's own, and anew at each change; for a desk, not for the hall")
	set.BoolVar(&f.supervise, "supervise", false, "run the kiosk as a child and start it anew whenever it ends or freezes; the screen itself is watched too, but with -windowed only the program is")
	set.BoolVar(&f.windowed, "windowed", false, "open a window instead of filling the screen")
	size := set.String("size", "", "size of the window in pixels, `WxH`; with -windowed or on a screen without a window manager")
	set.Usage = func() {
		fmt.Fprintln(help, "usage: kiosk -data DIR -hub URL [-supervise] [-windowed] [-size WxH] [-metrics ADDR] [-receipts DIR] [-author DIR]\n\nShows the citizen's screen of a public office. Flags:")
		set.SetOutput(help)
		set.PrintDefaults()
	}
	if err := set.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil, err
		}
		return nil, fmt.Errorf("%w; see kiosk -h", err)
	}
	if set.NArg() > 0 {
		return nil, fmt.Errorf("unexpected %q; see kiosk -h", set.Arg(0))
	}
	if f.data == "" {
		return nil, errors.New("-data is missing: name the kiosk's folder; see kiosk -h")
	}
	if f.hub != "" {
		if u, err := url.Parse(f.hub); err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
			return nil, fmt.Errorf("-hub %q is not an address like https://hub.example.org", f.hub)
		}
	}
	if f.author != "" && !isDir(f.author) {
		return nil, fmt.Errorf("-author %q is no folder; name the one that holds a folder for each service", f.author)
	}
	if *size != "" {
		w, h, ok := strings.Cut(*size, "x")
		var errW, errH error
		f.width, errW = strconv.Atoi(w)
		f.height, errH = strconv.Atoi(h)
		if !ok || errW != nil || errH != nil || f.width < 640 || f.height < 480 || f.width > 10000 || f.height > 10000 {
			return nil, fmt.Errorf("-size %q is not a size like 1280x800", *size)
		}
	}
	if f.metrics != "" {
		host, _, err := net.SplitHostPort(f.metrics)
		if ip := net.ParseIP(host); err != nil || (host != "localhost" && (ip == nil || !ip.IsLoopback())) {
			return nil, fmt.Errorf("-metrics %q is not a loopback address like 127.0.0.1:9470", f.metrics)
		}
	}
	return &Main{flags: f}, nil
}
