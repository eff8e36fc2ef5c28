package main

import (
	"bytes"
	"errors"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheGalleryDrawsPicturesAndASheet(t *testing.T) {
	dir := t.TempDir()
	var out bytes.Buffer
	if err := run([]string{"-out", dir, "-lang", "ht", "-only", "welcome", "-look", "3", "-textsize", "3"}, &out); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "1 pictures") {
		t.Errorf("it says %q", out.String())
	}
	f, err := os.Open(filepath.Join(dir, "page-welcome-ht.png"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	picture, err := png.Decode(f)
	if err != nil || picture.Bounds().Dx() != 1280 || picture.Bounds().Dy() != 800 {
		t.Errorf("picture %v, %v", picture, err)
	}
	if r, g, b, _ := picture.At(5, 5).RGBA(); r+g+b != 0 {
		t.Error("the ground of the dark contrast is not black")
	}
	sheet, err := os.ReadFile(filepath.Join(dir, "index.html"))
	if err != nil || !strings.Contains(string(sheet), `src="page-welcome-ht.png"`) {
		t.Errorf("the sheet: %s, %v", sheet, err)
	}
}

// Guards translators: the pseudo-locale, and a pack that nobody has filled yet, can
// be looked at page by page.
func TestTheGalleryDrawsThePseudoLocaleAndAPartialPack(t *testing.T) {
	for _, lang := range []string{"qps", "arn"} {
		dir := t.TempDir()
		if err := run([]string{"-out", dir, "-lang", lang, "-only", "language"}, &bytes.Buffer{}); err != nil {
			t.Fatal(err)
		}
		pictures, err := filepath.Glob(filepath.Join(dir, "page-language*-"+lang+".png"))
		if err != nil || len(pictures) == 0 {
			t.Errorf("%s: %v, %v", lang, pictures, err)
		}
	}
}

func TestAWrongFlagIsSaidPlainly(t *testing.T) {
	for _, args := range [][]string{{"-size", "tiny"}, {"-lang", "xx"}, {"-look", "9"}, {"-textsize", "-1"}, {"-nonsense"}, {"-services", "nowhere"}, {"services"}} {
		if err := run(append(args, "-out", t.TempDir()), &bytes.Buffer{}); !errors.Is(err, errUsage) {
			t.Errorf("%v: %v", args, err)
		}
	}
}

// Guards authors: the services of a folder of their own are drawn alone, in the
// languages they declare, without a hub or a display.
func TestTheGalleryDrawsSomebodysOwnServices(t *testing.T) {
	services := filepath.Join("..", "..", "kiosk", "catalog", "testdata", "sound")
	for _, folder := range []string{services, filepath.Join(services, "permiso")} {
		dir := t.TempDir()
		if err := run([]string{"-out", dir, "-services", folder, "-only", "permiso"}, &bytes.Buffer{}); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"permiso-question-kind-es.png", "permiso-question-kind-en.png", "permiso-outcome-no-se-puede-es.png", "index.html"} {
			if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
				t.Error(err)
			}
		}
		if others, err := filepath.Glob(filepath.Join(dir, "page-*")); err != nil || len(others) > 0 {
			t.Errorf("drawn too: %v, %v", others, err)
		}
	}
	err := run([]string{"-out", t.TempDir(), "-services", t.TempDir()}, &bytes.Buffer{})
	if err == nil || !strings.Contains(err.Error(), "no services found") {
		t.Errorf("an empty folder: %v", err)
	}
}

// Guards the sheet of looks: a page is drawn in four text sizes and four contrasts,
// and each is another picture.
func TestTheGalleryDrawsThePagesInSixteenLooks(t *testing.T) {
	dir := t.TempDir()
	if err := run([]string{"-out", dir, "-looks", "-only", "name-offline"}, &bytes.Buffer{}); err != nil {
		t.Fatal(err)
	}
	pictures, err := filepath.Glob(filepath.Join(dir, "name-offline-*.png"))
	if err != nil || len(pictures) != 16 {
		t.Fatalf("%v, %v", pictures, err)
	}
	seen := map[string]string{}
	for _, name := range pictures {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if other := seen[string(content)]; other != "" {
			t.Errorf("%s is the same as %s", name, other)
		}
		seen[string(content)] = name
	}
}
