package visitor

import (
	"image"
	"strings"
	"testing"

	"chasqui/internal/e2e/eyes"
	"chasqui/sync/wire"
)

// Guards that what tesseract read beside a folio makes no other folio of it: with a
// letter too many the rest may bear a check character that fits. The remedy is that the
// groups have their lengths.
func TestAFolioIsReadInItsGroupsOnly(t *testing.T) {
	const shown = "A00 3330 2067 2"
	want, err := wire.ParseFolio(shown)
	if err != nil {
		t.Fatal(err)
	}
	if other, err := wire.ParseFolio("A00033302067"); err != nil || other == want {
		t.Fatalf("the control is no folio: %v, %v", other, err)
	}
	for text, found := range map[string]wire.Folio{
		shown:                        want,
		"Su número " + shown + " es": want,
		"A000 3330 2067 2":           "",
		"A00 0333 02067 2":           "",
		"A00 3330":                   "",
		"":                           "",
	} {
		var page eyes.Page
		for word := range strings.FieldsSeq(text) {
			page.Words = append(page.Words, eyes.Word{Text: word})
		}
		if got := findFolio(page); got != found {
			t.Errorf("%q is read as %q, want %q", text, got, found)
		}
	}
}

// Guards that a digit of the short code that is read as a letter is no code that is not
// there: there are no letters in one. Words of the page are none.
func TestACodeHasNoLetters(t *testing.T) {
	for text, want := range map[string]string{
		"Código: 892 261":     "892261",
		"Código: B92 261 07":  "892261",
		"Código: 892 2G1 07":  "892261",
		"B92261":              "892261",
		"Los BOS OIS 12":      "",
		"Código: 892 26 107":  "",
		"a las 10 del 24 SOL": "",
	} {
		var page eyes.Page
		for word := range strings.FieldsSeq(text) {
			page.Words = append(page.Words, eyes.Word{Text: word, Box: image.Rect(0, 0, 10, 10)})
		}
		if got := findCode(page); got != want {
			t.Errorf("%q: the code is read as %q, want %q", text, got, want)
		}
	}
}
