// Gallery draws every page of the kiosk with sample data, in every language, to
// PNG files and one page that shows them all. It needs no display. With -lang qps
// it draws the pseudo-locale, in which what is cut off or was never given to a
// translator is seen at a glance.
//
//	gallery -out DIR [-lang es] [-size 1280x800] [-look N] [-textsize N] [-only NAME]
package main

import (
	"errors"
	"flag"
	"fmt"
	"html/template"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"

	"chasqui/kiosk"
	"chasqui/kiosk/look"
	"chasqui/kiosk/screen/screentest"
	"chasqui/locales"
)

func main() {
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
}

func parse(args []string, out io.Writer) (options, error) {
	flags := flag.NewFlagSet("gallery", flag.ContinueOnError)
	flags.SetOutput(out)
	dir := flags.String("out", "out/gallery", "the `folder` for the pictures")
	lang := flags.String("lang", "", "one `language`, a partial pack like arn or the pseudo-locale qps among them (default the complete ones)")
	size := flags.String("size", "1280x800", "the screen's `size` in pixels")
	contrast := flags.Int("look", look.Light, "the contrast: 0 claro, 1 noche, 2 alto contraste claro, 3 alto contraste oscuro")
	text := flags.Int("textsize", 1, "the text size, 0 to 3")
	only := flags.String("only", "", "draw only the pages whose name contains this `text`")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return options{}, err
		}
		return options{}, fmt.Errorf("%w: %w", errUsage, err)
	}
	o := options{out: *dir, looks: kiosk.Looks{Size: *text, Contrast: *contrast}, only: *only}
	var width, height int
	if n, err := fmt.Sscanf(*size, "%dx%d", &width, &height); err != nil || n != 2 || width < 640 || height < 480 || width > 8000 || height > 8000 {
		return options{}, fmt.Errorf("%w: -size must be like 1280x800, 640x480 at least", errUsage)
	}
	o.size = fyne.NewSize(float32(width), float32(height))
	if *text < 0 || *text >= look.Sizes || *contrast < 0 || *contrast >= look.Contrasts {
		return options{}, fmt.Errorf("%w: -look and -textsize go from 0 to 3", errUsage)
	}
	if *lang != "" {
		if _, ok := locales.Find(*lang); !ok {
			return options{}, fmt.Errorf("%w: there is no language %q", errUsage, *lang)
		}
		o.languages = []string{*lang}
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
	var pictures []picture
	for _, language := range o.languages {
		for i, scene := range screentest.Scenes() {
			if !strings.Contains(scene.Name, o.only) {
				continue
			}
			p := picture{Language: language, Name: scene.Name, File: fmt.Sprintf("%s-%02d-%s.png", language, i+1, scene.Name)}
			b, err := scene.Show(screentest.Options{Size: o.size, Language: language, Looks: &o.looks, Media: []string{stick}})
			if err != nil {
				return fmt.Errorf("%s: %w", language, err)
			}
			if err := draw(b, filepath.Join(o.out, p.File)); err != nil {
				return err
			}
			pictures = append(pictures, p)
		}
	}
	if err := index(o, pictures); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "gallery: %d pictures and index.html in %s\n", len(pictures), o.out)
	return err
}

type picture struct{ Language, Name, File string }

func draw(b *screentest.Bench, path string) error {
	f, err := os.Create(path) // #nosec G304 -- the folder is the caller's choice
	if err != nil {
		return err
	}
	if err := png.Encode(f, b.Capture()); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}

var sheet = template.Must(template.New("sheet").Parse(`<!doctype html>
<html lang="es"><meta charset="utf-8"><title>Chasqui: every page</title>
<style>body{font-family:"Noto Sans",sans-serif;background:#F6F3EC;color:#16212B;margin:2rem}
main{display:grid;grid-template-columns:repeat(auto-fill,minmax(22rem,1fr));gap:1.5rem}
figure{margin:0}img{width:100%;border:1px solid #7C858E}figcaption{color:#4B5966}</style>
<h1>{{len .Pictures}} pages, {{.Size}}, look {{.Look}}, text size {{.Text}}</h1>
<main>{{range .Pictures}}<figure><a href="{{.File}}"><img src="{{.File}}" alt="{{.Name}}, {{.Language}}" loading="lazy"></a>
<figcaption>{{.Language}} · {{.Name}}</figcaption></figure>
{{end}}</main></html>
`))

func index(o options, pictures []picture) error {
	f, err := os.Create(filepath.Join(o.out, "index.html")) // #nosec G304 -- the folder is the caller's choice
	if err != nil {
		return err
	}
	err = sheet.Execute(f, map[string]any{
		"Pictures": pictures, "Size": fmt.Sprintf("%g×%g", o.size.Width, o.size.Height),
		"Look": o.looks.Contrast, "Text": o.looks.Size,
	})
	if err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}
