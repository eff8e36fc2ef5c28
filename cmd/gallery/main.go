// Gallery draws every page of the kiosk with sample data, in every language, to
// PNG files and one page that shows them all. It needs no display. With -lang qps
// it draws the pseudo-locale, in which what is cut off or was never given to a
// translator is seen at a glance.
//
//	gallery -out DIR [-services DIR] [-lang es] [-size 1280x800] [-look N] [-textsize N] [-only NAME] [-looks]
//
// With -looks it draws every page around the services in all sixteen looks, four
// text sizes by four contrasts, in one language (Spanish unless -lang says another).
// With -services it draws a folder of services that somebody is writing, or one of
// them, and nothing else.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"fyne.io/fyne/v2"

	"chasqui/kiosk"
	"chasqui/kiosk/look"
	"chasqui/kiosk/screen/screentest"
	"chasqui/locales"
)

func main() {
	look.Remember() // the same words are drawn again and again
	err := run(os.Args[1:], os.Stdout)
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errUsage):
		fmt.Fprintln(os.Stderr, "gallery:", err)
		os.Exit(2)
	default:
		fmt.Fprintln(os.Stderr, "gallery:", err)
		os.Exit(1)
	}
}

var errUsage = errors.New("see gallery -h")

// options is what the command line says.
type options struct {
	out       string
	languages []string
	size      fyne.Size
	looks     kiosk.Looks
	only      string
	// sixteen draws the pages in every look in place of every language.
	sixteen bool
	// own are somebody's own services; nil to draw the program's.
	own *own
}

func parse(args []string, out io.Writer) (options, error) {
	flags := flag.NewFlagSet("gallery", flag.ContinueOnError)
	flags.SetOutput(out)
	dir := flags.String("out", "out/gallery", "the `folder` for the pictures")
	lang := flags.String("lang", "", "one `language`, a partial pack like arn or the pseudo-locale qps among them (default the complete ones)")
	size := flags.String("size", "1280x800", "the screen's `size` in pixels")
	contrast := flags.Int("look", look.Light, "the contrast: 0 claro, 1 noche, 2 alto contraste claro, 3 alto contraste oscuro")
	text := flags.Int("textsize", 1, "the text size, 0 to 3")
	services := flags.String("services", "", "draw the services of this `folder` and nothing else: one that holds a folder for each service, or the folder of one service")
	sixteen := flags.Bool("looks", false, "draw every page in all sixteen looks, in one language")
	only := flags.String("only", "", "draw only the pages and services whose name contains this `text`")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return options{}, err
		}
		return options{}, fmt.Errorf("%w: %w", errUsage, err)
	}
	if flags.NArg() > 0 {
		return options{}, fmt.Errorf("%w: unexpected %q", errUsage, flags.Arg(0))
	}
	o := options{out: *dir, looks: kiosk.Looks{Size: *text, Contrast: *contrast}, only: *only, sixteen: *sixteen}
	var width, height int
	if n, err := fmt.Sscanf(*size, "%dx%d", &width, &height); err != nil || n != 2 || width < 640 || height < 480 || width > 8000 || height > 8000 {
		return options{}, fmt.Errorf("%w: -size must be like 1280x800, 640x480 at least", errUsage)
	}
	o.size = fyne.NewSize(float32(width), float32(height))
	if *text < 0 || *text >= look.Sizes || *contrast < 0 || *contrast >= look.Contrasts {
		return options{}, fmt.Errorf("%w: -look and -textsize go from 0 to 3", errUsage)
	}
	if *services != "" {
		written, err := openOwn(*services)
		if err != nil {
			return options{}, err
		}
		o.own, o.languages = written, written.languages()
	}
	if *lang != "" {
		if _, ok := locales.Find(*lang); !ok {
			return options{}, fmt.Errorf("%w: there is no language %q", errUsage, *lang)
		}
		o.languages = []string{*lang}
		return o, nil
	}
	if o.own != nil {
		return o, nil
	}
	for _, known := range locales.Languages() {
		o.languages = append(o.languages, known.Tag)
	}
	return o, nil
}

func run(args []string, out io.Writer) error {
	o, err := parse(args, out)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(o.out, 0o750); err != nil {
		return err
	}
	media, err := os.MkdirTemp("", "gallery")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(media) }()
	stick, err := screentest.Media(media)
	if err != nil {
		return err
	}
	d := &drawer{options: o, media: []string{stick}}
	if err := d.draw(); err != nil {
		return err
	}
	if err := d.index(); err != nil {
		return err
	}
	if o.own != nil && d.drawn == 0 {
		return fmt.Errorf("nothing was drawn: a service is drawn from its tests, and is not when it is hidden; run \"chasqui lint\" first")
	}
	_, err = fmt.Fprintf(out, "gallery: %d pictures and index.html in %s; open it in a browser\n", d.drawn, o.out)
	return err
}
