package receipt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"regexp"
	"strings"
	"time"

	"chasqui/kiosk"
)

// CUPSConfig names a queue of CUPS.
type CUPSConfig struct {
	Queue string
	// Options are given to the queue as they are: "media=Custom.80x200mm".
	Options []string
	// Server is a host or a socket's path; the system's own when empty.
	Server string
	// Patience is how long Print may take, 20 s when zero: an office printer that
	// slept has to warm up.
	Patience time.Duration
	// Now is time.Now when nil. It dates what is heard; waiting goes by the system.
	Now func() time.Time
}

// CUPSPrinter prints the PDF on a queue of CUPS, with the programs of Debian's
// cups-client: lp, lpstat and cancel.
//
// What holds of [CUPSPrinter.Print]: one receipt at a time; nothing is handed over
// while the queue is known to be stopped or without paper; nothing is handed over
// twice; nil means that CUPS calls the job completed. After every receipt, printed
// or not, the kiosk's jobs on the queue are purged, so that none comes out when
// its owner has left and none stays on the disk.
type CUPSPrinter struct {
	*desk
	cfg  CUPSConfig
	user string
	// swept says that jobs from before the start, and those of a receipt that did not
	// come out, were purged; only who has the turn touches it.
	swept bool
}

const (
	cupsPatience = 20 * time.Second
	cupsLook     = 200 * time.Millisecond // between two looks at a job
	cupsPurge    = 5 * time.Second
	// jobTitle is what a list of jobs shows. A folio there would tell who was here.
	jobTitle = "Chasqui"
)

var (
	queueName  = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,126}$`)
	optionName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.-]*(=[A-Za-z0-9_.,:/+-]*)?$`)
	requestID  = regexp.MustCompile(`request id is (\S+-\d+)`)
)

// Check says what is wrong with the configuration, naming the setting.
func (c CUPSConfig) Check() error {
	if !queueName.MatchString(c.Queue) {
		return fmt.Errorf("queue: %q is not the name of a queue; \"lpstat -p\" lists them", c.Queue)
	}
	for _, option := range c.Options {
		if !optionName.MatchString(option) {
			return fmt.Errorf("options: %q is not an option like media=A4; \"lpoptions -p %s -l\" lists them", option, c.Queue)
		}
	}
	return nil
}

// NewCUPSPrinter returns the printer. It does not look for it yet.
func NewCUPSPrinter(cfg CUPSConfig) (*CUPSPrinter, error) {
	if err := cfg.Check(); err != nil {
		return nil, err
	}
	if cfg.Patience == 0 {
		cfg.Patience = cupsPatience
	}
	who := os.Getenv("USER")
	if me, err := user.Current(); err == nil {
		who = me.Username
	}
	return &CUPSPrinter{desk: newDesk("cups "+cfg.Queue, cfg.Now), cfg: cfg, user: who}, nil
}

// Print gives one receipt on paper. Its errors are *Trouble, or those of PDF.
func (p *CUPSPrinter) Print(ctx context.Context, c Content) error {
	pdf, err := PDF(c)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, p.cfg.Patience)
	defer cancel()
	if err := p.take(ctx); err != nil {
		return err
	}
	defer p.give()
	words, t := p.print(ctx, pdf)
	return p.result(t, words)
}

// Check asks the queue how it is. The first time, it purges what a power cut left
// in the queue, and after a receipt that did not come out what is left of that. It
// waits for no receipt under way: that one will tell.
func (p *CUPSPrinter) Check(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, p.cfg.Patience)
	defer cancel()
	select {
	case <-p.turn:
	default:
		return
	}
	defer p.give()
	words, t := p.look(ctx)
	if !p.swept && (t == nil || t.State != kiosk.PrinterGone) {
		// Stopped or not: what lies there must not come out when it goes on.
		if left := p.purge(ctx); t == nil {
			t = left
		}
	}
	_ = p.result(t, words)
}

func (p *CUPSPrinter) print(ctx context.Context, pdf []byte) (words string, t *Trouble) {
	if words, t = p.look(ctx); t != nil {
		return "", t
	}
	args := []string{"-d", p.cfg.Queue, "-t", jobTitle}
	for _, option := range p.cfg.Options {
		args = append(args, "-o", option)
	}
	out, err := p.run(ctx, pdf, "lp", args...)
	// From here on there may be a job.
	defer func() {
		if left := p.purge(context.WithoutCancel(ctx)); left != nil && t == nil {
			words = describe(words, "the receipt may still lie in the spool: "+left.Err.Error())
		}
		if t != nil {
			// CUPS may take up a little later what a program that was cut off gave it:
			// the next Check looks once more.
			p.swept = false
		}
	}()
	if err != nil {
		return "", &Trouble{State: kiosk.PrinterFault, Perhaps: ctx.Err() != nil, Err: err}
	}
	id := requestID.FindStringSubmatch(out)
	if id == nil {
		return "", &Trouble{State: kiosk.PrinterFault, Perhaps: true, Err: fmt.Errorf("lp said %q, which names no job", out)}
	}
	return p.wait(ctx, id[1])
}

// wait looks at a job until CUPS is done with it.
func (p *CUPSPrinter) wait(ctx context.Context, id string) (words string, t *Trouble) {
	next := time.NewTicker(cupsLook)
	defer next.Stop()
	for {
		pending, err := p.run(ctx, nil, "lpstat", "-W", "not-completed", "-o", p.cfg.Queue)
		if err == nil && !listed(pending, id) {
			break
		}
		if words, t = p.look(ctx); t != nil && ctx.Err() == nil {
			return "", trouble(t, true)
		}
		select {
		case <-ctx.Done():
			return "", &Trouble{State: kiosk.PrinterOff, Perhaps: true, Err: fmt.Errorf("the queue did not print it in time; %s: %w", describe(words, "the job was cancelled"), ctx.Err())}
		case <-next.C:
		}
	}
	// The history may be switched off; then that the job is gone is all that is
	// known.
	done, err := p.run(ctx, nil, "lpstat", "-l", "-W", "completed", "-o", p.cfg.Queue)
	if alerts := alertsOf(done, id); err == nil && (strings.Contains(alerts, "aborted") || strings.Contains(alerts, "canceled")) {
		return "", &Trouble{State: kiosk.PrinterFault, Perhaps: true, Err: fmt.Errorf("CUPS gave the job up: %s", alerts)}
	}
	return words, nil
}

// look asks how the queue is.
func (p *CUPSPrinter) look(ctx context.Context) (words string, t *Trouble) {
	running, err := p.run(ctx, nil, "lpstat", "-r")
	if err != nil && ctx.Err() != nil {
		return "", trouble(ctx.Err(), false)
	}
	if errors.Is(err, exec.ErrNotFound) {
		return "", &Trouble{State: kiosk.PrinterGone, Err: fmt.Errorf("%w; install Debian's cups-client", err)}
	}
	if err != nil || !strings.Contains(running, "scheduler is running") {
		return "", &Trouble{State: kiosk.PrinterOff, Err: errors.Join(errors.New("CUPS is not running"), err)}
	}
	out, err := p.run(ctx, nil, "lpstat", "-l", "-p", p.cfg.Queue)
	switch {
	case err != nil && ctx.Err() == nil:
		return "", &Trouble{State: kiosk.PrinterGone, Err: fmt.Errorf("CUPS has no queue %q: %w", p.cfg.Queue, err)}
	case err != nil:
		return "", trouble(err, false)
	}
	if words, t = readQueue(out); t != nil {
		return "", t
	}
	accepting, err := p.run(ctx, nil, "lpstat", "-a", p.cfg.Queue)
	if err == nil && strings.Contains(accepting, "not accepting requests") {
		return "", &Trouble{State: kiosk.PrinterFault, Err: fmt.Errorf("the queue takes no jobs; \"cupsaccept %s\" lets it: %s", p.cfg.Queue, oneLine(accepting))}
	}
	return words, nil
}

// readQueue reads what lpstat -l -p says of a queue.
func readQueue(out string) (words string, t *Trouble) {
	alerts := ""
	for line := range strings.Lines(out) {
		if _, after, ok := strings.Cut(line, "Alerts:"); ok {
			alerts = strings.TrimSpace(after)
		}
	}
	head, _, _ := strings.Cut(out, "Form mounted:")
	state := kiosk.PrinterState("")
	for reason := range strings.FieldsSeq(strings.ReplaceAll(alerts, ",", " ")) {
		// The suffix says how bad it is: -report, -warning, -error.
		grave := !strings.HasSuffix(reason, "-report") && !strings.HasSuffix(reason, "-warning")
		switch {
		case strings.HasPrefix(reason, "media-empty"), strings.HasPrefix(reason, "media-needed"):
			state = kiosk.PrinterNoPaper
		case strings.HasPrefix(reason, "offline"), strings.HasPrefix(reason, "shutdown"), strings.HasPrefix(reason, "timed-out"):
			state = worse(state, kiosk.PrinterOff)
		case grave && (strings.HasSuffix(reason, "-error") || strings.HasPrefix(reason, "media-jam") || strings.HasPrefix(reason, "cover-open") ||
			strings.HasPrefix(reason, "door-open") || strings.HasPrefix(reason, "marker-supply-empty") || strings.HasPrefix(reason, "toner-empty")):
			state = worse(state, kiosk.PrinterFault)
		}
	}
	if strings.Contains(head, " disabled since ") {
		state = worse(state, kiosk.PrinterFault)
	}
	if state != "" {
		return "", &Trouble{State: state, Err: fmt.Errorf("CUPS says: %s; alerts: %s", oneLine(head), alerts)}
	}
	if alerts == "none" {
		alerts = ""
	}
	return alerts, nil
}

// worse keeps the state that was found first: no paper says more than off, off
// more than a fault.
func worse(known, found kiosk.PrinterState) kiosk.PrinterState {
	if known == kiosk.PrinterNoPaper || known == kiosk.PrinterOff {
		return known
	}
	return found
}

// purge removes the kiosk's jobs from the queue, and their files from the spool.
// CUPS lets only its administrators purge jobs that are done; who is none cancels
// those that are not, and the operator's settings have to see to the rest.
func (p *CUPSPrinter) purge(ctx context.Context) *Trouble {
	ctx, cancel := context.WithTimeout(ctx, cupsPurge)
	defer cancel()
	// The order matters to cancel: with -u last it asks for something else.
	_, forbidden := p.run(ctx, nil, "cancel", "-u", p.user, "-x", "-a", p.cfg.Queue)
	if forbidden != nil {
		if err := p.cancelOwn(ctx); err != nil {
			return &Trouble{State: kiosk.PrinterFault, Err: fmt.Errorf("empty the queue: %w", errors.Join(forbidden, err))}
		}
	}
	p.swept = true
	return nil
}

// cancelOwn cancels the kiosk's jobs one by one.
func (p *CUPSPrinter) cancelOwn(ctx context.Context) error {
	pending, err := p.run(ctx, nil, "lpstat", "-W", "not-completed", "-o", p.cfg.Queue)
	if err != nil {
		return err
	}
	for line := range strings.Lines(pending) {
		if f := strings.Fields(line); len(f) > 1 && f[1] == p.user && queueName.MatchString(f[0]) {
			_, failed := p.run(ctx, nil, "cancel", "-x", f[0])
			err = errors.Join(err, failed)
		}
	}
	return err
}

// run runs one of CUPS's programs, without a shell, in English.
func (p *CUPSPrinter) run(ctx context.Context, stdin []byte, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...) // #nosec G204 -- the arguments are checked settings, and no shell reads them
	cmd.Env = append(os.Environ(), "LC_ALL=C", "LANGUAGE=C")
	if p.cfg.Server != "" {
		cmd.Env = append(cmd.Env, "CUPS_SERVER="+p.cfg.Server)
	}
	cmd.Stdin = bytes.NewReader(stdin)
	cmd.WaitDelay = time.Second
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", name, err, oneLine(stderr.String()))
	}
	return string(out), nil
}

// listed reports whether a job is in a list of lpstat -o.
func listed(list, id string) bool {
	for line := range strings.Lines(list) {
		if first, _, _ := strings.Cut(line, " "); strings.TrimSpace(first) == id {
			return true
		}
	}
	return false
}

// alertsOf returns the alerts of one job in a list of lpstat -l -o.
func alertsOf(list, id string) string {
	inside := false
	for line := range strings.Lines(list) {
		if !strings.HasPrefix(line, "\t") {
			inside = listed(line, id)
		}
		if _, alerts, ok := strings.Cut(line, "Alerts:"); inside && ok {
			return strings.TrimSpace(alerts)
		}
	}
	return ""
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
