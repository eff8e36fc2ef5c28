// Hub takes sealed requests and hourly counts from kiosks, keeps them, hands each
// request to the unit it was sealed for, and shows the boards. It cannot read a
// request.
//
//	hub -data DIR [-listen ADDR] [-public URL]
//
// Its folder holds
//
//	hub.db                                       what it keeps
//	hub.key, hub.pub                             its signing key, made at the first start
//	municipalities/NAME/{root.pub,directory.json}  the units, as each municipality's root signed them
//
// A wrong flag or configuration ends with one clear line and exit status 2.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// run is main without the process around it.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) (status int) {
	m := NewMain()
	m.Out = stdout
	m.Log = slog.New(slog.NewTextHandler(stderr, nil))
	err := m.ParseFlags(args, stdout)
	if err == nil {
		err = m.Run(ctx)
	}
	var wrong configError
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
		return 0
	case errors.As(err, &wrong):
		fmt.Fprintf(stderr, "hub: %v\n", err)
		return 2
	}
	fmt.Fprintf(stderr, "hub: %v\n", err)
	return 1
}

// configError is something that the person who starts the hub must put right.
type configError struct{ error }

func (e configError) Unwrap() error { return e.error }

func configf(format string, args ...any) error { return configError{fmt.Errorf(format, args...)} }

const usage = `usage: hub -data DIR [-listen ADDR] [-public URL]

Takes sealed requests and counts from kiosks, keeps them, hands each request to
the unit it was sealed for, and shows the boards. It cannot read a request.

`

// ParseFlags reads the command line. -h prints the explanation to out and returns
// flag.ErrHelp.
func (m *Main) ParseFlags(args []string, out io.Writer) error {
	set := flag.NewFlagSet("hub", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.Usage = func() {}
	set.StringVar(&m.Data, "data", "", "`folder` for the database and the hub's key, made if it is not there; the signed\ndirectories of units lie below it, in municipalities/NAME/{root.pub,directory.json}")
	set.StringVar(&m.Listen, "listen", "127.0.0.1:8080", "`address` to listen on; port 0 takes a free one. Only this machine's own addresses\nuntil the hub has accounts: others reach it through a tunnel or a proxy with a sign-in")
	set.StringVar(&m.Public, "public", "", "the `URL` at which citizens reach the status page from home. Without it no link to\nthe page is printed or suggested")
	err := set.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(out, usage)
		set.SetOutput(out)
		set.PrintDefaults()
		return flag.ErrHelp
	}
	if err != nil {
		return configf("%w; see hub -h", err)
	}
	if set.NArg() > 0 {
		return configf("%q is not a flag; see hub -h", set.Arg(0))
	}
	return m.check()
}

func (m *Main) check() error {
	if m.Data == "" {
		return configf("-data is missing: name a folder for the hub's database and key")
	}
	host, _, err := net.SplitHostPort(m.Listen)
	if err != nil {
		return configf("-listen %q: write an address and a port, such as 127.0.0.1:8080", m.Listen)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return configf("-listen %q: this hub has no accounts yet, so it listens on this machine only; use 127.0.0.1 and let others in through a tunnel or a proxy with a sign-in", m.Listen)
	}
	if m.Public == "" {
		return nil
	}
	public, err := url.Parse(m.Public)
	if err != nil || public.Scheme != "https" && public.Scheme != "http" || public.Host == "" || public.RawQuery != "" || public.Fragment != "" || public.User != nil {
		return configf("-public %q: write the whole address, such as https://tramites.example.cl", m.Public)
	}
	m.Public = strings.TrimRight(m.Public, "/")
	return nil
}
