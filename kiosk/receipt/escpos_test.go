package receipt

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"chasqui/kiosk/receipt/receipttest"
)

var update = flag.Bool("update", false, "write the golden files of this package anew")

// rolls are the papers that there are, with every way to print on them.
var rolls = map[string]Roll{
	"80mm-42": {Columns: 42, CodePage: CP858, Cut: true},
	"80mm-48": {Columns: 48, CodePage: CP1252, Cut: true},
	"58mm-32": {Columns: 32, CodePage: CP858, RasterQR: true},
}

func paper(t testing.TB, c Content, r Roll) receipttest.Paper {
	t.Helper()
	b, err := ESCPOS(c, r)
	if err != nil {
		t.Fatal(err)
	}
	p, err := receipttest.Decode(b)
	if err != nil {
		t.Fatalf("%v in %q", err, b)
	}
	return p
}

// Guards the paper a citizen takes home, read back letter by letter: the golden
// files are what stands on it.
func TestAReceiptComesOutAsWritten(t *testing.T) {
	for name, roll := range rolls {
		for language, c := range samples {
			t.Run(language+"-"+name, func(t *testing.T) {
				path := filepath.Join("testdata", "receipt-"+language+"-"+name+".txt")
				got := paper(t, c, roll).Text()
				if *update {
					if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if got != string(want) {
					t.Errorf("got\n%s\nwant\n%s", got, want)
				}
			})
		}
	}
}

// Guards "the same words on every paper", and that none is cut where a line ends.
func TestEveryWordComesOutWhole(t *testing.T) {
	plain := strings.NewReplacer("’", "'", "“", `"`, "”", `"`)
	for name, roll := range rolls {
		for language, c := range samples {
			text := paper(t, c, roll).Text()
			on := strings.Fields(text)
			joined := strings.ReplaceAll(text, "\n", "")
			for _, word := range c.words() {
				if roll.CodePage == CP858 {
					word = plain.Replace(word)
				}
				if len(word) > roll.Columns && strings.Contains(joined, word) {
					continue // an address, which no line holds
				}
				if !contains(on, word) {
					t.Errorf("%s on %s: %q is not in\n%s", language, name, word, text)
				}
			}
		}
	}
}

func contains(words []string, word string) bool {
	for _, w := range words {
		if w == word {
			return true
		}
	}
	return false
}

// Guards the folio, which is read aloud and typed: it is the largest on the paper
// and on one line, on the narrowest roll too.
func TestTheFolioIsTheLargestOnEveryRoll(t *testing.T) {
	for name, roll := range rolls {
		for language, c := range samples {
			found := false
			for _, l := range paper(t, c, roll).Lines {
				large := l.Wide && l.Tall && l.Bold
				if l.Text == c.Folio && large {
					found = true
				} else if l.Wide && l.Text != c.Code {
					t.Errorf("%s on %s: %q is as large as the folio", language, name, l.Text)
				}
			}
			if !found {
				t.Errorf("%s on %s: the folio is not large on a line of its own", language, name)
			}
		}
	}
}

// Guards a printer against what a citizen types: no byte of the content becomes a
// command (the decoder refuses every command that a receipt does not hold), and no
// line runs over the edge, where the printer would break it inside a word.
func TestNoTextBecomesACommand(t *testing.T) {
	words := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOfN(rapid.SampledFrom([]string{
		"\x1b", "@", "\x1d", "(", "k", "\x10", "\x04", "\x01", "\x00", "\x1b@", "\x1dV\x00", "\n", "\r", "\x7f", "\u0085", "\u009b", "\u2028", "\u200b", "\u202e",
		"\u00ad", "e\u0301", "ñ", "日", "€", " ", "\u00a0", "\xff", "palabra", strings.Repeat("larga", 20),
	}), 0, 30), func(s []string) string { return strings.Join(s, "") }))
	rapid.Check(t, func(t *rapid.T) {
		c := Content{
			Office: words.Draw(t, "office"), Title: words.Draw(t, "title"), Service: words.Draw(t, "service"), FolioLabel: words.Draw(t, "label"),
			Folio: "K" + words.Draw(t, "folio"), CodeLabel: words.Draw(t, "code label"), Code: words.Draw(t, "code"), StateText: words.Draw(t, "state"),
			NextTitle: words.Draw(t, "next title"), Next: []string{words.Draw(t, "next"), words.Draw(t, "next")}, When: words.Draw(t, "when"),
			StatusLabel: words.Draw(t, "status label"), Foot: words.Draw(t, "foot"),
		}
		roll := Roll{Columns: rapid.IntRange(leastColumns, mostColumns).Draw(t, "columns"), CodePage: rapid.SampledFrom([]CodePage{CP858, CP1252, ""}).Draw(t, "page")}
		b, err := ESCPOS(c, roll)
		if err != nil {
			t.Fatal(err)
		}
		p, err := receipttest.Decode(b)
		if err != nil {
			t.Fatalf("%v in %q", err, b)
		}
		if p.Cuts != 0 || len(p.QR) != 0 || len(p.Pictures) != 0 {
			t.Fatalf("text cut or drew: %+v", p)
		}
		for _, l := range p.Lines {
			if l.Columns() > roll.Columns {
				t.Fatalf("the line %q is %d wide, the paper %d", l.Text, l.Columns(), roll.Columns)
			}
		}
	})
}

// Guards against a QR code whose address ends it: what a printer takes for the
// rest of the content would be commands.
func TestAnAddressThatIsNoneIsRefused(t *testing.T) {
	for _, address := range []string{"https://x/ñ", "https://x/\x1b@", "https://x/a b", strings.Repeat("x", 5000), "https://x/" + strings.Repeat("y", 2000)} {
		c := Content{Folio: "K7M 4029 1837 W", StatusURL: address}
		if b, err := ESCPOS(c, Roll{Columns: 32}); !errors.Is(err, ErrContent) || b != nil {
			t.Errorf("%.20q: %d bytes, %v", address, len(b), err)
		}
	}
	if _, err := ESCPOS(Content{}, Roll{}); !errors.Is(err, ErrContent) {
		t.Errorf("no folio: %v", err)
	}
}

// Guards "follow it from home" on a printer that draws QR codes and on one that
// cannot.
func TestTheQRCodeOnTheRollIsTheAddress(t *testing.T) {
	c := samples["es"]
	for name, roll := range rolls {
		p := paper(t, c, roll)
		if roll.RasterQR {
			continue
		}
		if len(p.QR) != 1 || p.QR[0] != c.StatusURL || len(p.Pictures) != 0 {
			t.Errorf("%s: QR codes %q", name, p.QR)
		}
	}
	zbarimg := tool(t, "zbarimg", "zbar-tools")
	p := paper(t, c, rolls["58mm-32"])
	if len(p.Pictures) != 1 || len(p.QR) != 0 {
		t.Fatalf("%d pictures", len(p.Pictures))
	}
	var b bytes.Buffer
	if err := png.Encode(&b, p.Pictures[0]); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "qr.png")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	// What surrounds it on paper is white.
	margin := filepath.Join(t.TempDir(), "margin.png")
	run(t, tool(t, "convert", "imagemagick"), path, "-bordercolor", "white", "-border", "40", margin)
	if got := strings.TrimSpace(run(t, zbarimg, "-q", "--raw", margin)); got != c.StatusURL {
		t.Errorf("a camera reads %q", got)
	}
}

func TestARollThatIsNoneIsNamed(t *testing.T) {
	for field, roll := range map[string]Roll{
		"columns":   {Columns: 12},
		"code_page": {CodePage: "utf-8"},
	} {
		if err := roll.Check(); err == nil || !strings.HasPrefix(err.Error(), field+":") {
			t.Errorf("%+v: %v", roll, err)
		}
	}
	for _, columns := range []int{0, 32, 42, 48} {
		if err := (Roll{Columns: columns}).Check(); err != nil {
			t.Error(err)
		}
	}
}

// Guards a cutter that is not there: the paper is fed to the edge instead.
func TestThePaperIsCutOnceOrNever(t *testing.T) {
	for name, roll := range rolls {
		want := 0
		if roll.Cut {
			want = 1
		}
		if got := paper(t, samples["ht"], roll).Cuts; got != want {
			t.Errorf("%s: cut %d times", name, got)
		}
	}
}

func TestLettersFallBackOnEachPage(t *testing.T) {
	const words = "“Ṉuke”…\u202fñ Ü ã õ ò è € – 日 ĝ x\u0301 fi\u00adn\u200b"
	for page, want := range map[CodePage]string{
		CP858:  "\"Nuke\"... ñ Ü ã õ ò è € - ? g x? fin",
		CP1252: "“Nuke”… ñ Ü ã õ ò è € – ? g x? fin",
	} {
		got := paper(t, Content{Folio: "K", Foot: words}, Roll{CodePage: page}).Text()
		if !strings.Contains(got, want+"\n") {
			t.Errorf("%s: %q, want %q", page, got, want)
		}
	}
}

func FuzzESCPOS(f *testing.F) {
	f.Add("Ñuñoa \x1b@", "https://example.cl/s?f=K7M40291837W", 42)
	f.Add("\x1dV\x00 — …", "", 32)
	f.Fuzz(func(t *testing.T, words, address string, columns int) {
		c := Content{Folio: "K" + words, Title: words, Next: []string{words}, StatusURL: address}
		b, err := ESCPOS(c, Roll{Columns: columns, Cut: true})
		if err != nil {
			return
		}
		p, err := receipttest.Decode(b)
		if err != nil || p.Cuts != 1 {
			t.Fatalf("cut %d times, %v in %q", p.Cuts, err, b)
		}
		if want := strings.TrimSpace(address); want != "" && fmt.Sprint(p.QR) != fmt.Sprint([]string{want}) {
			t.Errorf("QR codes %q", p.QR)
		}
	})
}
