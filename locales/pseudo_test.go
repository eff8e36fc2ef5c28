package locales

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// Guards "a pseudo-locale (longer, accented, marked) finds what is cut or not
// translated": every text of the interface is another one, longer, between marks,
// with what is put into it untouched.
func TestThePseudoLocaleChangesEveryText(t *testing.T) {
	texts := 0
	for _, m := range current().Messages(Source) {
		for form, text := range m.Forms {
			texts++
			got := PseudoText(text)
			checkPseudo(t, m.Key+" "+form, text, got)
		}
		if !In(Pseudo).Has(m.Key) {
			t.Errorf("the pseudo-locale lacks %s", m.Key)
		}
	}
	if texts < 200 {
		t.Fatalf("only %d texts: the test looks in the wrong place", texts)
	}
}

func checkPseudo(t interface{ Errorf(string, ...any) }, what, text, got string) {
	if got == text || !strings.HasPrefix(got, "⟪") || !strings.HasSuffix(got, "⟫") {
		t.Errorf("%s: %q is not marked", what, got)
	}
	rest := got
	for _, part := range kept.FindAllString(text, -1) {
		_, after, ok := strings.Cut(rest, part)
		if !ok {
			t.Errorf("%s: %q has lost %q", what, got, part)
		}
		rest = after
	}
	n := utf8.RuneCountInString(kept.ReplaceAllString(text, ""))
	grown := utf8.RuneCountInString(got) - utf8.RuneCountInString(text)
	if float64(grown) < 0.35*float64(n) {
		t.Errorf("%s: %q grew by %d of %d", what, got, grown, n)
	}
	// A text that fills its room in Spanish fills the room of other languages.
	if n > shortText && float64(grown) > 0.4*float64(n)+1 {
		t.Errorf("%s: %q grew by %d of %d, more than any translation may", what, got, grown, n)
	}
}

func TestPseudoTextHoldsForAnyText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{
			"Seguir", " ", "{{.Count}}", "12345", "https://ejemplo.cl/a?b=1", "ñandú", "PDF", "…", "🙂", "\n", "y",
		}), 0, 30).Draw(t, "parts"), "")
		checkPseudo(t, "text", text, PseudoText(text))
	})
}

func TestPseudoTextKeepsWhatIsNotWords(t *testing.T) {
	for text, want := range map[string]*regexp.Regexp{
		"Paso {{.N}} de {{.Of}}":            regexp.MustCompile(`^⟪Þåå+ŝö+ \{\{\.N\}\} ðé+ \{\{\.Of\}\}⟫$`),
		"Vea https://ejemplo.cl/a?b=1 hoy":  regexp.MustCompile(`^⟪Ṽé+å+ https://ejemplo\.cl/a\?b=1 ĥö+ý⟫$`),
		"Escriba a ana@ejemplo.cl en 2026.": regexp.MustCompile(` ana@ejemplo\.cl é+ñ 2026\.⟫$`),
		"":                                  regexp.MustCompile(`^⟪⟫$`),
		"¿Sí?":                              regexp.MustCompile(`^⟪¿Šíí+\?⟫$`),
	} {
		if got := PseudoText(text); !want.MatchString(got) {
			t.Errorf("%q became %q", text, got)
		}
	}
	if got := In(Pseudo).Plural("status.unsent", 1); !strings.HasPrefix(got, "⟪1 ") {
		t.Errorf("%q", got)
	}
	if got := In(Pseudo).Plural("status.unsent", 12); !strings.HasPrefix(got, "⟪12 ") {
		t.Errorf("%q", got)
	}
}

// Guards citizens: the pseudo-locale is for whoever draws pages.
func TestThePseudoLocaleIsOfferedToNobody(t *testing.T) {
	for _, l := range append(Known(), Languages()...) {
		if l.Tag == Pseudo {
			t.Error("the pseudo-locale is offered")
		}
	}
	if l, ok := Find(Pseudo); !ok || l.Tag != Pseudo || In(Pseudo).Tag() != Pseudo {
		t.Error("the pseudo-locale cannot be had by its tag")
	}
}
