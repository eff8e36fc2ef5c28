package look_test

import (
	"slices"
	"strings"
	"testing"

	"chasqui/kiosk/look"
)

// Guards dates, telephones and addresses in a narrow column: half a year is another
// year, and an address is copied by its parts. Nothing is lost where a line ends.
func TestAWordThatIsTooWideIsBrokenBetweenItsParts(t *testing.T) {
	for _, c := range []struct {
		text  string
		want  []string
		chars string
	}{
		{"Leído el 23\u00a0de\u00a0noviembre\u00a0de\u00a02026", []string{"Leído el", "23\u00a0de\u00a0noviembre\u00a0de", "2026"}, "23 de noviembre de 20"},
		{"munichanaral.cl/tramites/2019/beca-municipal", []string{"munichanaral.cl/", "tramites/2019/", "beca-municipal"}, "munichanaral.cl/tra"},
		{"leychile.cl/navegar?idNorma=1171923&tipo=0", []string{"leychile.cl/", "navegar?", "idNorma=", "1171923&tipo=", "0"}, "leychile.cl/nave"},
		{"fichas54985", []string{"fichas", "54985"}, "fichas54"},
		{"aaaaaaaaaaaa", []string{"aaaaaaaa", "aaaa"}, "aaaaaaaa"},
	} {
		width := look.Measure(c.chars, 31, false).Width + 1
		if got := look.Lines(c.text, 31, false, width, false); !slices.Equal(got, c.want) {
			t.Errorf("%q is broken as %q, want %q", c.text, got, c.want)
		}
	}
	// At any width: no number is broken that has room on a line, and nothing is lost.
	for _, text := range []string{"24-09-2025", "www.sii.cl/2026/12/formulario-22.html?id=54985", "$\u00a0350.000"} {
		for width := look.Measure("54985", 31, false).Width + 1; width < 800; width += 7 {
			lines := look.Lines(text, 31, false, width, false)
			if all := strings.Join(lines, ""); strings.ReplaceAll(all, "\u00a0", "") != strings.ReplaceAll(text, "\u00a0", "") {
				t.Fatalf("%q at %.0f pixels is %q", text, width, lines)
			}
			for _, number := range []string{"2026", "54985", "12", "22"} {
				if strings.Contains(text, number) && !slices.ContainsFunc(lines, func(line string) bool { return strings.Contains(line, number) }) {
					t.Errorf("at %.0f pixels %s is broken: %q", width, number, lines)
				}
			}
		}
	}
}
