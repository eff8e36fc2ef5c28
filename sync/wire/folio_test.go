package wire

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func drawFolio(t *rapid.T) Folio {
	prefix, err := FolioPrefix(rapid.IntRange(0, 19*29*29-1).Draw(t, "kiosk"))
	if err != nil {
		t.Fatal(err)
	}
	folio, err := NewFolio(prefix, bytes.NewReader(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "random")))
	if err != nil {
		t.Fatal(err)
	}
	return folio
}

func TestAFolioReadsBackAsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		folio := drawFolio(t)
		if len(folio) != FolioLength || strings.Trim(string(folio), folioAlphabet) != "" {
			t.Fatalf("folio %q", string(folio))
		}
		for _, written := range []string{string(folio), folio.String(), strings.ToLower(folio.String())} {
			if read, err := ParseFolio(written); err != nil || read != folio {
				t.Fatalf("%q is read as %q, %v", written, string(read), err)
			}
		}
	})
}

// Guards a citizen who mistypes, or a clerk who mishears, one character: without
// the check character somebody else's request would be looked up.
func TestEverySingleWrongCharacterIsCaught(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		folio := drawFolio(t)
		for i := range folio {
			for _, c := range folioAlphabet {
				wrong := string(folio[:i]) + string(c) + string(folio[i+1:])
				if wrong == string(folio) {
					continue
				}
				if read, err := ParseFolio(wrong); !errors.Is(err, ErrMalformed) {
					t.Fatalf("%s, wrong at place %d as %s, is taken for %s", folio, i, wrong, read)
				}
			}
		}
	})
}

// Guards two characters typed the wrong way round, wherever they stand.
func TestEveryTranspositionIsCaught(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		folio := drawFolio(t)
		for i := range folio {
			for j := range i {
				if folio[i] == folio[j] {
					continue
				}
				b := []byte(folio)
				b[i], b[j] = b[j], b[i]
				if read, err := ParseFolio(string(b)); !errors.Is(err, ErrMalformed) {
					t.Fatalf("%s, with places %d and %d exchanged as %s, is taken for %s", folio, j, i, b, read)
				}
			}
		}
	})
}

// The control of the two above: without the check character, that is with any
// other in its place fitted anew, the same mistakes pass.
func TestAnotherFolioIsAnotherFolio(t *testing.T) {
	body := "K7M40291837"
	wrong := "K7M40291838"
	for _, b := range []string{body, wrong} {
		if _, err := ParseFolio(b + string(folioCheck(b))); err != nil {
			t.Errorf("%s: %v", b, err)
		}
	}
	if folioCheck(body) == folioCheck(wrong) {
		t.Error("two folios that differ in one place have one check character")
	}
}

// Guards folios that are on paper already: a check character computed otherwise
// would make every one of them wrong.
func TestFoliosOnPaperStayValid(t *testing.T) {
	for written, want := range map[string]Folio{
		"K7M 4029 1837 6": "K7M402918376", "A00 0000 0000 4": "A00000000004", "YYY 9999 9999 Y": "YYY99999999Y",
	} {
		if read, err := ParseFolio(written); err != nil || read != want {
			t.Errorf("%q is read as %q, %v; its check character is %c", written, string(read), err, folioCheck(string(want[:FolioLength-1])))
		}
	}
}

func TestAFolioIsReadAsPeopleWriteIt(t *testing.T) {
	// A folio with the digits that letters are taken for.
	body := "A0102568110"
	folio := Folio(body + string(folioCheck(body)))
	check := string(folio[FolioLength-1])
	for _, written := range []string{
		"A01 0256 8110 " + check, "a01-0256-8110-" + strings.ToLower(check), "  A.0.1.0.2.5.6.8.1.1.0." + check + "\t",
		"A01\u00a00256\u00a08110\u00a0" + check,
		"AOI O2SG BLIO " + check, "aoi oz5g bl1o " + check,
	} {
		if read, err := ParseFolio(written); err != nil || read != folio {
			t.Errorf("%q is read as %q, %v", written, string(read), err)
		}
	}
	for _, bad := range []string{"", " ", "A01 0256 8110", string(folio) + "0", strings.Repeat("A", 1000), "A01/0256/8110/" + check, "Ñ" + string(folio[1:]), "A01 0256 811\u0660 " + check} {
		if read, err := ParseFolio(bad); !errors.Is(err, ErrMalformed) || read != "" {
			t.Errorf("%q is read as %q, %v", bad, string(read), err)
		}
	}
}

func TestAFolioIsShownInGroups(t *testing.T) {
	if got, want := Folio("K7M40291837W").String(), "K7M 4029 1837 W"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := Folio("odd").String(); got != "odd" {
		t.Errorf("%q", got)
	}
}

func TestNoLetterOfAFolioIsTakenForAnother(t *testing.T) {
	if len(folioAlphabet) != 29 || strings.ContainsAny(folioAlphabet, "BGILOSZ") {
		t.Errorf("alphabet %s", folioAlphabet)
	}
	for i, c := range folioAlphabet {
		if strings.ContainsRune(folioAlphabet[i+1:], c) {
			t.Errorf("%c stands twice in the alphabet", c)
		}
	}
}

// Guards the uniqueness of folios over all kiosks: two with one prefix would
// hand out the same folio sooner or later.
func TestEveryKioskHasAPrefixOfItsOwn(t *testing.T) {
	seen := map[string]int{}
	for n := range 19 * 29 * 29 {
		prefix, err := FolioPrefix(n)
		if err != nil {
			t.Fatal(err)
		}
		if other, twice := seen[prefix]; twice {
			t.Fatalf("kiosks %d and %d have the prefix %s", other, n, prefix)
		}
		seen[prefix] = n
		if prefix[0] >= '0' && prefix[0] <= '9' || len(prefix) != 3 || strings.Trim(prefix, folioAlphabet) != "" {
			t.Fatalf("kiosk %d has the prefix %q", n, prefix)
		}
	}
	for _, n := range []int{-1, 19 * 29 * 29, 1 << 40} {
		if p, err := FolioPrefix(n); !errors.Is(err, ErrMalformed) {
			t.Errorf("kiosk %d has the prefix %q, %v", n, p, err)
		}
	}
}

func TestAFolioNeedsAPrefixAndChance(t *testing.T) {
	for _, prefix := range []string{"", "K7", "K7MM", "k7m", "KOM", "Ñ7"} {
		if f, err := NewFolio(prefix, rand.Reader); !errors.Is(err, ErrMalformed) {
			t.Errorf("prefix %q gives %q, %v", prefix, string(f), err)
		}
	}
	if f, err := NewFolio("K7M", strings.NewReader("short")); err == nil {
		t.Errorf("without chance: %q", string(f))
	}
	if c, err := NewShortCode(strings.NewReader("short")); err == nil {
		t.Errorf("without chance: %q", c)
	}
}

func TestFoliosAndCodesAreDrawnFromAllDigits(t *testing.T) {
	for range 200 {
		folio, err := NewFolio("K7M", rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Trim(string(folio[3:11]), "0123456789") != "" {
			t.Fatalf("folio %s", folio)
		}
	}
	places := map[byte]int{}
	const draws = 5000
	for range draws {
		code, err := NewShortCode(rand.Reader)
		if err != nil || len(code) != ShortCodeLength {
			t.Fatalf("code %q, %v", code, err)
		}
		for i := range code {
			places[code[i]]++
		}
	}
	for c := byte('0'); c <= '9'; c++ {
		if share := float64(places[c]) / (draws * ShortCodeLength); share < .09 || share > .11 {
			t.Errorf("%c is %.3f of the digits", c, share)
		}
	}
}

func TestAShortCodeIsReadAsPeopleWriteIt(t *testing.T) {
	if got := GroupShortCode("482913"); got != "482 913" {
		t.Errorf("%q", got)
	}
	if got := GroupShortCode("12"); got != "12" {
		t.Errorf("%q", got)
	}
	for _, written := range []string{"482913", "482 913", " 482-913 ", "482\u00a0913"} {
		if code, err := ParseShortCode(written); err != nil || code != "482913" {
			t.Errorf("%q is read as %q, %v", written, code, err)
		}
	}
	for _, bad := range []string{"", "48291", "4829134", "48291a", "４８２９"} {
		if code, err := ParseShortCode(bad); !errors.Is(err, ErrMalformed) || code != "" {
			t.Errorf("%q is read as %q, %v", bad, code, err)
		}
	}
}

// Guards the status page: a code belongs to one folio and one kiosk's key, and
// the hash that a hub holds is the one kiosks made before.
func TestAShortCodeIsBoundToFolioAndKey(t *testing.T) {
	key := bytes.Repeat([]byte{7}, 32)
	base := HashShortCode(key, "K7M40291837W", "482913")
	const want = "8845a5fd13057380ca74adda0d0843852b4c797af3b32fe716c07cd6c573f383"
	if got := hex.EncodeToString(base); got != want {
		t.Errorf("hash %s, want %s", got, want)
	}
	for name, other := range map[string][]byte{
		"another key":   HashShortCode(bytes.Repeat([]byte{8}, 32), "K7M40291837W", "482913"),
		"another folio": HashShortCode(key, "K7M40291837X", "482913"),
		"another code":  HashShortCode(key, "K7M40291837W", "482914"),
	} {
		if bytes.Equal(base, other) {
			t.Errorf("%s gives the same hash", name)
		}
	}
}
