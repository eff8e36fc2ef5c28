// Play sets up a whole Chasqui with made-up data and either leaves it to you, or
// plays one day in it.
//
//	play [-dir var] [-author DIR] run   hub, office and kiosk, and the kiosk's window
//	play [-out out/demo] demo           a day under Xvfb, with pictures and a verdict
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"chasqui/internal/e2e/rig"
)

func main() {
	bin := flag.String("bin", "bin", "folder of the built programs")
	dir := flag.String("dir", "var", "folder of \"run\", kept from one time to the next")
	out := flag.String("out", "out/demo", "folder for the pictures of \"demo\"")
	author := flag.String("author", "", "with \"run\": folder of services that somebody is writing, shown instead of the program's own")
	controls := flag.Bool("controls", false, "with \"demo\": play the evening again against faulty hubs, to see the verdict change")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	programs, err := filepath.Abs(*bin)
	if err == nil {
		switch flag.Arg(0) {
		case "run":
			err = leave(ctx, programs, *dir, *author)
		case "demo":
			err = demo(ctx, programs, *out, *controls)
		default:
			fmt.Fprintln(os.Stderr, "play: say run or demo")
			os.Exit(2)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "play:", err)
		os.Exit(1)
	}
}

// leave starts everything and waits until the kiosk's window is gone.
func leave(ctx context.Context, bin, dir, author string) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	flags := []string{"-windowed", "-size", "1280x800", "-receipts", filepath.Join(dir, "receipts")}
	if author != "" {
		if author, err = filepath.Abs(author); err != nil {
			return err
		}
		flags = append(flags, "-author", author)
	}
	r := &rig.Rig{Dir: dir, Bin: bin}
	steps := []func(context.Context) error{
		r.MakeKeys, r.StartHub, r.StartOffice,
		func(ctx context.Context) error { return r.Enrol(ctx, r.HubURL) },
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	defer func() { _ = r.Stop() }()
	fmt.Printf(`Chasqui runs here, with made-up data in %s.
  board   %s/
  status  %s/s
  files   %s
  desk    Help, then "Personal de la oficina", PIN %s
Close with Ctrl-C.
`, dir, r.HubURL, r.HubURL, r.OfficeOut(), rig.PIN)
	kiosk, err := r.StartKiosk(ctx, os.Environ(), append([]string{"-hub", r.HubURL}, flags...)...)
	if err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return kiosk.Stop()
	case <-kiosk.Ended():
		return fmt.Errorf("the kiosk ended; it said:\n%s", kiosk.Output())
	}
}
