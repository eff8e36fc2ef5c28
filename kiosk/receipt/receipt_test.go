package receipt

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// samples have a receipt in each language, with every letter that is not ASCII.
var samples = map[string]Content{
	"es": {
		Office: "Municipalidad de Ñuñoa", Title: "Comprobante de solicitud", Service: "Papel que dice dónde vive (certificado de residencia)",
		FolioLabel: "Su número de solicitud", Folio: "K7M 4029 1837 W", CodeLabel: "Código para consultar", Code: "482 913",
		StateText: "Guardada aquí; se enviará cuando vuelva la red", NextTitle: "Qué pasa ahora",
		Next:        []string{"Plazo: cinco días hábiles", "También puede preguntar en el mesón con este número. ¿Pingüino? ¡Sí!"},
		When:        "Guardada en este tótem el 23-11-2026 15:04",
		StatusLabel: "Siga su solicitud desde su teléfono", StatusURL: "https://tramites.example.cl/s?f=K7M40291837W",
		Foot: "Guarde este papel. No se lo muestre a desconocidos.", Language: "es",
	},
	"en": {
		Office: "Municipality of Ñuñoa", Title: "Receipt", Service: "Proof of residence", FolioLabel: "Your request number", Folio: "K7M 4029 1837 W",
		CodeLabel: "Code", Code: "482 913", StateText: "Saved here; it’s on its way when the network is back", NextTitle: "What happens now", Next: []string{"Within five days"},
	},
	"pt": {
		Office: "Município de São João", Title: "Comprovante de pedido", Service: "Comprovação de endereço", FolioLabel: "O seu número de pedido", Folio: "K7M 4029 1837 W",
		CodeLabel: "Código", Code: "482 913", StateText: "Guardado aqui; será enviado quando a rede voltar", NextTitle: "O que acontece agora",
		Next: []string{"Você também pode perguntar no balcão: à direita, às três", "Informações, opções, ênfase, avô"},
	},
	"ht": {
		Office: "Minisipalite Ñuñoa", Title: "Resi demann ou an", Service: "Papye ki di ki kote ou rete", FolioLabel: "Nimewo demann ou an", Folio: "K7M 4029 1837 W",
		CodeLabel: "Kòd pou verifye l", Code: "482 913", StateText: "Li anrejistre isit la; l ap pati lè rezo a tounen", NextTitle: "Sa k ap pase kounye a",
		Next: []string{"Ou ka mande nan kontwa a tou ak nimewo sa a.", "Entènèt, telefòn, kreyòl"}, StatusLabel: "Swiv demann ou an sou telefòn ou",
		StatusURL: "https://example.cl/s?f=K7M40291837W",
	},
}

// tool returns the path of a program, or skips the test.
func tool(t *testing.T, name, debian string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed (Debian package %s): what it would read is not checked", name, debian)
	}
	return path
}

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	var stderr strings.Builder
	cmd := exec.Command(name, args...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v: %s", filepath.Base(name), err, stderr.String())
	}
	return string(out)
}

func write(t *testing.T, c Content) string {
	t.Helper()
	b, err := PDF(c)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "receipt.pdf")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func (c Content) words() []string {
	return strings.Fields(strings.Join(append([]string{c.Office, c.Title, c.Service, c.FolioLabel, c.Folio, c.CodeLabel, c.Code,
		c.StateText, c.NextTitle, c.When, c.StatusLabel, c.StatusURL, c.Foot}, c.Next...), " "))
}

// Guards the paper a citizen takes home, in each language: without the code page
// an accented letter is printed as two wrong ones.
func TestEveryWordStandsOnThePaper(t *testing.T) {
	pdftotext := tool(t, "pdftotext", "poppler-utils")
	for language, c := range samples {
		t.Run(language, func(t *testing.T) {
			text := run(t, pdftotext, "-enc", "UTF-8", write(t, c), "-")
			// A long address is broken where the line ends.
			joined := strings.ReplaceAll(text, "\n", "")
			for _, word := range c.words() {
				if !strings.Contains(text, word) && !strings.Contains(joined, word) {
					t.Errorf("%q is not in\n%s", word, text)
				}
			}
			if !strings.Contains(text, c.Folio) || !strings.Contains(text, c.Code) {
				t.Errorf("folio or code is broken over lines in\n%s", text)
			}
		})
	}
}

// Guards "given resolved text, knows no language", and with it the truth of the
// state: no word stands on the paper that the caller did not give.
func TestNoOtherWordStandsOnThePaper(t *testing.T) {
	pdftotext := tool(t, "pdftotext", "poppler-utils")
	for language, c := range samples {
		t.Run(language, func(t *testing.T) {
			given := strings.Join(c.words(), " ")
			for _, word := range strings.Fields(run(t, pdftotext, "-enc", "UTF-8", write(t, c), "-")) {
				if word != "–" && !strings.Contains(given, word) {
					t.Errorf("%q was not given", word)
				}
			}
		})
	}
}

// Guards EN 301 549 5.1.3.16: whoever hears the receipt hears all that stands on the
// paper; the paper's own words are held to the same list above.
func TestEveryWordOfThePaperIsHeard(t *testing.T) {
	for language, c := range samples {
		t.Run(language, func(t *testing.T) {
			heard, err := Words(c)
			if err != nil {
				t.Fatal(err)
			}
			for _, word := range c.words() {
				if !strings.Contains(strings.Join(heard, " "), word) {
					t.Errorf("%q is not heard among %q", word, heard)
				}
			}
		})
	}
	if _, err := Words(Content{Title: "Comprobante"}); !errors.Is(err, ErrContent) {
		t.Errorf("a receipt without a folio is read: %v", err)
	}
}

func TestTheReceiptIsOneNarrowPage(t *testing.T) {
	pdfinfo := tool(t, "pdfinfo", "poppler-utils")
	long := samples["es"]
	for range 20 {
		long.Next = append(long.Next, "Una frase más, que es bastante larga para dos líneas de papel angosto.")
	}
	heights := map[string]float64{}
	for name, c := range map[string]Content{"es": samples["es"], "long": long, "least": {Folio: "K7M 4029 1837 W"}} {
		info := run(t, pdfinfo, write(t, c))
		size := regexp.MustCompile(`Page size:\s+([\d.]+) x ([\d.]+) pts`).FindStringSubmatch(info)
		if size == nil || !regexp.MustCompile(`(?m)^Pages:\s+1$`).MatchString(info) {
			t.Fatalf("%s: %s", name, info)
		}
		if width, _ := strconv.ParseFloat(size[1], 64); width < 226 || width > 227.5 {
			t.Errorf("%s is %v points wide", name, width)
		}
		heights[name], _ = strconv.ParseFloat(size[2], 64)
	}
	if heights["least"] >= heights["es"] || heights["es"] >= heights["long"] {
		t.Errorf("heights %v", heights)
	}
}

// Guards the folio, which is read aloud and typed: it is the largest thing on the
// paper, and on one line.
func TestTheFolioIsTheLargestThingOnThePaper(t *testing.T) {
	pdftotext := tool(t, "pdftotext", "poppler-utils")
	boxes := run(t, pdftotext, "-bbox", write(t, samples["es"]), "-")
	tallest, smallestOfFolio := 0.0, 1e9
	for _, m := range regexp.MustCompile(`yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">([^<]*)<`).FindAllStringSubmatch(boxes, -1) {
		low, _ := strconv.ParseFloat(m[1], 64)
		high, _ := strconv.ParseFloat(m[2], 64)
		switch m[3] {
		case "K7M", "4029", "1837", "W":
			smallestOfFolio = min(smallestOfFolio, high-low)
		default:
			tallest = max(tallest, high-low)
		}
	}
	if tallest == 0 || smallestOfFolio == 1e9 || smallestOfFolio <= tallest {
		t.Errorf("the folio is %.1f points high, something else %.1f", smallestOfFolio, tallest)
	}
}

// Guards golden files and the printer's queue: what is printed twice is the same.
func TestTheSameContentGivesTheSameBytes(t *testing.T) {
	c := samples["es"]
	c.Created = time.Date(2026, 11, 23, 15, 4, 5, 0, time.FixedZone("", -3*3600))
	first, err := PDF(c)
	if err != nil {
		t.Fatal(err)
	}
	c.Created = c.Created.UTC()
	for range 5 {
		again, err := PDF(c)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first, again) {
			t.Fatal("two PDFs of one content differ")
		}
	}
	if !bytes.Contains(first, []byte("D:20261123180405")) {
		t.Error("the file does not say when it was made")
	}
	undated, err := PDF(samples["es"])
	if err != nil || bytes.Equal(first, undated) {
		t.Errorf("the date makes no difference, %v", err)
	}
}

func TestWithoutAFolioThereIsNoReceipt(t *testing.T) {
	c := samples["es"]
	for _, folio := range []string{"", "  "} {
		c.Folio = folio
		if b, err := PDF(c); !errors.Is(err, ErrContent) || b != nil {
			t.Errorf("folio %q: %d bytes, %v", folio, len(b), err)
		}
	}
	c.Folio = "K7M 4029 1837 W"
	c.Next = []string{strings.Repeat("palabras ", 100_000)}
	if _, err := PDF(c); !errors.Is(err, ErrContent) {
		t.Errorf("a receipt of kilometres: %v", err)
	}
}

func TestLettersOutsideTheCodePageFallBack(t *testing.T) {
	pdftotext := tool(t, "pdftotext", "poppler-utils")
	c := Content{Folio: "K7M 4029 1837 W", Office: "Ṉuke Mapu\nḻaku 日 ⟦clave⟧ 12\u202f000 …€“x”"}
	text := run(t, pdftotext, "-enc", "UTF-8", write(t, c), "-")
	for _, word := range []string{"Nuke Mapu laku ?", "[clave]", "…€“x”"} {
		if !strings.Contains(strings.Join(strings.Fields(text), " "), word) {
			t.Errorf("%q is not in %q", word, text)
		}
	}
}

// Guards "follow it from home": the code on the paper, as a camera sees it, is
// the address and nothing else.
func TestTheQRCodeOnThePaperIsTheAddress(t *testing.T) {
	pdftoppm, zbarimg := tool(t, "pdftoppm", "poppler-utils"), tool(t, "zbarimg", "zbar-tools")
	for _, resolution := range []string{"100", "203", "300"} { // screen, receipt printer, office printer
		path := write(t, samples["es"])
		run(t, pdftoppm, "-r", resolution, "-png", "-singlefile", path, strings.TrimSuffix(path, ".pdf"))
		got := strings.TrimSpace(run(t, zbarimg, "-q", "--raw", strings.TrimSuffix(path, ".pdf")+".png"))
		if got != samples["es"].StatusURL {
			t.Errorf("at %s dpi a camera reads %q", resolution, got)
		}
	}
}

func TestWithoutAnAddressThereIsNoQRCode(t *testing.T) {
	c := samples["es"]
	with, err := PDF(c)
	if err != nil {
		t.Fatal(err)
	}
	c.StatusURL = ""
	without, err := PDF(c)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(with, []byte("/Subtype /Image")) || bytes.Contains(without, []byte("/Subtype /Image")) {
		t.Error("a QR code where there is no address, or none where there is one")
	}
	c.StatusURL = strings.Repeat("x", 5000)
	if _, err := PDF(c); err == nil {
		t.Error("an address too long for a QR code is taken")
	}
}

func TestAQRCodeIsReadByACamera(t *testing.T) {
	zbarimg := tool(t, "zbarimg", "zbar-tools")
	for i, text := range []string{
		"https://tramites.example.cl/s?f=K7M40291837W", "K7M 4029 1837 W / 482 913", "1234567",
		"https://example.cl/s?f=" + strings.Repeat("A1", 100),
	} {
		for _, pixels := range []int{150, 333, 800} {
			img, err := QR(text, pixels)
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), fmt.Sprintf("%d-%d.png", i, pixels))
			var b bytes.Buffer
			if err := png.Encode(&b, img); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			if got := strings.TrimSuffix(run(t, zbarimg, "-q", "--raw", path), "\n"); got != text {
				t.Errorf("%d pixels: a camera reads %q, want %q", pixels, got, text)
			}
		}
	}
}

// Guards reading on a busy screen: the border must be white, four modules wide,
// and the modules whole pixels, in any size.
func TestAQRCodeHasItsQuietZone(t *testing.T) {
	const text = "https://tramites.example.cl/s?f=K7M40291837W"
	modules, err := modulesOf(text)
	if err != nil {
		t.Fatal(err)
	}
	side := len(modules)
	for _, pixels := range []int{side + 8, 2*(side+8) - 1, 500, 777} {
		img, err := QR(text, pixels)
		if err != nil {
			t.Fatal(err)
		}
		if img.Bounds() != image.Rect(0, 0, pixels, pixels) {
			t.Errorf("bounds %v", img.Bounds())
		}
		scale := pixels / (side + 8)
		inner := image.Rect(0, 0, pixels, pixels).Inset((pixels - side*scale) / 2)
		if inner.Min.X < 4*scale {
			t.Errorf("%d pixels: the border is %d, a module %d", pixels, inner.Min.X, scale)
		}
		for y := range pixels {
			for x := range pixels {
				black := color.GrayModel.Convert(img.At(x, y)).(color.Gray).Y < 0x80
				mx, my := x-inner.Min.X, y-inner.Min.Y
				want := mx >= 0 && my >= 0 && mx/scale < side && my/scale < side && modules[my/scale][mx/scale]
				if black != want {
					t.Fatalf("%d pixels: (%d,%d) black: %v, want %v", pixels, x, y, black, want)
				}
			}
		}
	}
}

func TestAQRCodeThatCannotBeIsRefused(t *testing.T) {
	for name, err := range map[string]error{
		"no text":        second(QR("", 400)),
		"too long":       second(QR(strings.Repeat("x", 5000), 4000)),
		"too few pixels": second(QR("https://example.cl/s?f=K7M40291837W", 20)),
		"no pixels":      second(QR("x", 0)),
		"less than none": second(QR("x", -5)),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func second(_ image.Image, err error) error { return err }
