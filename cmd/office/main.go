// Office is the department's program: it holds the units' private keys, fetches
// what was sealed to them from the hub, writes each request down, and answers with
// a signed word.
//
//	office -data DIR -hub URL -out DIR [-once] [-poll 5s]
//	office -data DIR -hub URL -out DIR -decide FOLIO -state STATE [-reason CODE]
//
// The data folder holds
//
//	office.json     {"municipality": "CL/13/13101", "hub_key": "…"}; hub_key is the
//	                content of the hub's hub.pub. "language" is that of the readable
//	                files, "es" when left out
//	units/*.json    the units' secret keys, as "chasqui keys unit" makes them
//	state/          what the program keeps for itself
//
// What it writes into the out folder is described in package office. A wrong flag
// or configuration ends with one clear line and exit status 2.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
	_ "time/tzdata" // an office's machine may have no zones of its own

	"chasqui/locales"
	"chasqui/office"
	"chasqui/sync/wire"
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
		err = m.Open(stderr)
	}
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "office:", err)
		return exitUsage
	}
	if err := m.Run(ctx, stdout); err != nil {
		_, _ = fmt.Fprintln(stderr, "office:", err)
		if errors.Is(err, office.ErrNoFolio) {
			return exitUsage
		}
		return exitFailed
	}
	return exitOK
}

// Main is the program, from its flags on.
type Main struct {
	data, hub, out string
	once           bool
	poll           time.Duration
	decide         string
	state          wire.State
	reason         string

	cfg office.Config
}

func parseFlags(args []string, help io.Writer) (*Main, error) {
	set := flag.NewFlagSet("office", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	m := &Main{}
	set.StringVar(&m.data, "data", "", "`folder` with office.json and the units' keys in units/")
	set.StringVar(&m.hub, "hub", "", "`URL` of the hub")
	set.StringVar(&m.out, "out", "", "`folder` into which requests are written, made if it is not there")
	set.BoolVar(&m.once, "once", false, "fetch and answer once, then end")
	set.DurationVar(&m.poll, "poll", 5*time.Second, "how long to wait between two rounds")
	set.StringVar(&m.decide, "decide", "", "`folio` of a request about which something was decided")
	state := set.String("state", "", "with -decide: decided, needs-something or refused")
	set.StringVar(&m.reason, "reason", "", "with -decide: a reason `code`: granted; missing, office-cannot; not-entitled, service-closed")
	set.Usage = func() {
		_, _ = fmt.Fprintln(help, `usage: office -data DIR -hub URL -out DIR [-once] [-poll 5s]
       office -data DIR -hub URL -out DIR -decide FOLIO -state STATE [-reason CODE]

Fetches the requests that were sealed to this office's units, writes each down as
a file and a line in requests.csv, and answers with a signed word. With -decide it
says what was decided about one request. Flags:`)
		set.SetOutput(help)
		set.PrintDefaults()
	}
	if err := set.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil, err
		}
		return nil, fmt.Errorf("%w; see office -h", err)
	}
	m.state = wire.State(*state)
	return m, m.check(set.Args())
}

func (m *Main) check(rest []string) error {
	if len(rest) > 0 {
		return fmt.Errorf("unexpected %q; see office -h", rest[0])
	}
	for _, need := range []struct{ name, value, what string }{
		{"data", m.data, "name the folder with office.json"}, {"hub", m.hub, "name the hub's URL"}, {"out", m.out, "name the folder for the requests"},
	} {
		if need.value == "" {
			return fmt.Errorf("-%s is missing: %s; see office -h", need.name, need.what)
		}
	}
	if u, err := url.Parse(m.hub); err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return fmt.Errorf("-hub %q is not an address like https://hub.example.org", m.hub)
	}
	if m.poll < 100*time.Millisecond || m.poll > 24*time.Hour {
		return fmt.Errorf("-poll %s: it should be between 100ms and 24h", m.poll)
	}
	if m.decide == "" {
		if m.state != "" || m.reason != "" {
			return errors.New("-state and -reason go with -decide FOLIO; see office -h")
		}
		return nil
	}
	if _, err := wire.ParseFolio(m.decide); err != nil {
		return fmt.Errorf("-decide %q: %w", m.decide, err)
	}
	return office.CheckDecision(m.state, m.reason)
}

// Open reads the configuration. Its errors are the operator's to mend.
func (m *Main) Open(stderr io.Writer) error {
	settings, keys, err := office.Load(m.data)
	if err != nil {
		return err
	}
	words := locales.In(settings.Language)
	if words.Tag() != settings.Language {
		return fmt.Errorf("%s: there are no words in language %q", filepath.Join(m.data, "office.json"), settings.Language)
	}
	m.cfg = office.Config{
		Data: m.data, Out: m.out, Hub: m.hub, Municipality: settings.Municipality, HubKey: settings.HubKey, Keys: keys,
		Words: func(key string) string { return words.Text(key) }, Location: time.Local, Poll: m.poll,
		Log: slog.New(slog.NewTextHandler(stderr, nil)),
	}
	return m.cfg.Check()
}

// Run does what the flags say until ctx ends.
func (m *Main) Run(ctx context.Context, stdout io.Writer) (err error) {
	if m.decide != "" {
		return m.runDecide(ctx, stdout)
	}
	o, err := office.New(m.cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	if m.once {
		return o.Once(ctx)
	}
	if err := o.Run(ctx); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// runDecide writes the decision down and then posts it, or leaves that to the
// program that is at work in the folder.
func (m *Main) runDecide(ctx context.Context, stdout io.Writer) (err error) {
	unit, err := office.Decide(m.cfg, m.decide, m.state, m.reason)
	if err != nil {
		return err
	}
	folio, err := wire.ParseFolio(m.decide)
	if err != nil {
		return err
	}
	say := func(what string) {
		_, _ = fmt.Fprintf(stdout, "%s (%s): %s %s; %s\n", folio, unit, m.state, m.reason, what)
	}
	o, err := office.New(m.cfg)
	if errors.Is(err, office.ErrLocked) {
		say("written down; the office program that is running posts it in its next round")
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	if err := o.Once(ctx); err != nil {
		say("written down; it is posted when the hub can be reached")
		return err
	}
	if o.Owes(folio) {
		say("written down; the hub did not take it and is asked again")
		return errors.New("the hub did not take the word; see the log above")
	}
	say("written down and posted")
	return nil
}
