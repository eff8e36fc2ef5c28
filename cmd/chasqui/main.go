// Chasqui is the operator's and author's tool.
//
//	chasqui keys      make the keys of a municipality and sign its directory
//	chasqui enrol     make an enrolment code, or enrol a kiosk with one
//	chasqui pin       print the hash of a desk PIN for office.yaml
//	chasqui lint      check the catalogue of services
//	chasqui icons     list the icons, or draw them on a page
//	chasqui texts     begin a translation; see how far each language is; texts out to translators and back
//	chasqui schema    print the JSON Schema of a service or a lesson
//	chasqui import-counts  bring a CSV of other channels' counts to a hub
//
// Each explains itself with -h. A wrong flag or file ends with one clear line
// and exit status 2; something that failed on the way, with 1.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// command is one word of the tool.
type command struct {
	name  string
	usage string // after the name
	short string
	run   func(ctx context.Context, c *call) error
}

// call is one use of a command.
type call struct {
	command
	args           []string
	stdin          io.Reader
	stdout, stderr io.Writer
}

// usageError is a mistake in how the tool was called or in what it was given:
// exit status 2.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

func commands() []command {
	return []command{
		{"keys root", "-out DIR", "make a municipality's offline root", keysRoot},
		{"keys unit", "-out FILE -unit ID -name NAME", "make a unit's keys", keysUnit},
		{"keys recovery", "-out FILE", "make a recovery key", keysRecovery},
		{"keys directory", "-root FILE -municipality SCOPE -name NAME -unit FILE… -recovery FILE -out FILE", "sign the directory of units", keysDirectory},
		{"keys show", "FILE", "print what a key or directory file is", keysShow},
		{"enrol code", "-hub-data DIR -office SCOPE [-hours N]", "make a one-time code for one kiosk", enrolCode},
		{"enrol kiosk", "-data DIR -hub URL -code CODE -hub-key FILE -root FILE", "enrol this kiosk", enrolKiosk},
		{"enrol revoke", "-hub-data DIR -kiosk ID", "revoke a kiosk's key at once", enrolRevoke},
		{"pin", "", "print the hash of a desk PIN, read from standard input", pinHash},
		{"lint", "[-json] [-overlay DIR] [-units LIST] [DIR]", "check the catalogue of services", lint},
		{"icons", "[-o FILE.html]", "list the icons there are, or draw them on a page", icons},
		{"schema", "[service|lesson]", "print the JSON Schema of a service or a lesson", schema},
		{"texts status", "[PACKS]", "print how far each language has come, and who reviewed it", textsStatus},
		{"texts new", "-lang TAG DIR/SERVICE", "begin the translation of a service: a line for each text, below its Spanish", textsNew},
		{"texts export", "-lang TAG [-all] -o FILE.xlsx [DIR]", "write what is to be translated as a spreadsheet", textsExport},
		{"texts import", "FILE.xlsx -lang TAG -into DIR", "bring a translated spreadsheet back into message files", textsImport},
		{"import-counts", "-hub-data DIR FILE.csv", "bring other channels' counts to a hub", importCounts},
	}
}

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	if len(args) == 0 || args[0] == "-h" || args[0] == "-help" || args[0] == "--help" || args[0] == "help" {
		usage(stdout)
		if len(args) == 0 {
			return 2
		}
		return 0
	}
	for _, cmd := range commands() {
		rest, ok := match(cmd.name, args)
		if !ok {
			continue
		}
		err := cmd.run(ctx, &call{command: cmd, args: rest, stdin: stdin, stdout: stdout, stderr: stderr})
		var wrong usageError
		switch {
		case err == nil || errors.Is(err, flag.ErrHelp):
			return 0
		case errors.As(err, &wrong):
			fmt.Fprintf(stderr, "chasqui %s: %v\n", cmd.name, err)
			return 2
		default:
			fmt.Fprintf(stderr, "chasqui %s: %v\n", cmd.name, err)
			return 1
		}
	}
	fmt.Fprintf(stderr, "chasqui: there is no command %q; see chasqui -h\n", args[0])
	return 2
}

// match reports whether args begin with the words of a command's name.
func match(name string, args []string) (rest []string, ok bool) {
	var words []string
	for start, i := 0, 0; i <= len(name); i++ {
		if i == len(name) || name[i] == ' ' {
			words = append(words, name[start:i])
			start = i + 1
		}
	}
	if len(args) < len(words) {
		return nil, false
	}
	for i, word := range words {
		if args[i] != word {
			return nil, false
		}
	}
	return args[len(words):], true
}

func usage(out io.Writer) {
	fmt.Fprintln(out, "usage: chasqui <command>\n\nThe operator's and author's tool. Commands, each explained by its -h:")
	for _, cmd := range commands() {
		fmt.Fprintf(out, "  %-16s %s\n", cmd.name, cmd.short)
	}
}

// flags returns the call's flag set and a function that parses it.
func (c *call) flags() (*flag.FlagSet, func() error) {
	set := flag.NewFlagSet(c.name, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.Usage = func() {
		fmt.Fprintf(c.stdout, "usage: chasqui %s %s\n\n%s\n", c.name, c.command.usage, c.short)
		set.SetOutput(c.stdout)
		set.PrintDefaults()
	}
	return set, func() error {
		err := set.Parse(c.args)
		if err != nil && !errors.Is(err, flag.ErrHelp) {
			return usagef("%w; see chasqui %s -h", err, c.name)
		}
		return err
	}
}

// need returns a usage error when a flag was left out.
func need(flags map[string]string) error {
	for name, value := range flags {
		if value == "" {
			return usagef("-%s is missing", name)
		}
	}
	return nil
}
