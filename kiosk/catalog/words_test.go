package catalog

import (
	"math"
	"strings"
	"testing"
)

func TestSyllables(t *testing.T) {
	for word, want := range map[string]int{
		"sol": 1, "casa": 2, "vereda": 3, "municipalidad": 6, "agua": 2, "cuenta": 2, "día": 2, "María": 3,
		"ciudad": 2, "aéreo": 4, "que": 1, "guerra": 2, "guía": 2, "pingüino": 3, "ley": 1, "hoy": 1, "ahora": 3,
		"oficina": 4, "y": 1, "construir": 2, "huevo": 2, "prohíbe": 3, "X": 1, "teléfono": 4, "baúl": 2,
	} {
		if got := Syllables(word); got != want {
			t.Errorf("%s has %d syllables, want %d", word, got, want)
		}
	}
}

func TestINFLESZ(t *testing.T) {
	// Two sentences, 6 words, 10 syllables: la-ca-sa-es-gran-de, tie-ne-pa-tio.
	text := "La casa es grande. Tiene patio."
	want := 206.835 - 62.3*10.0/6 - 6.0/2
	if got := INFLESZ(text); math.Abs(got-want) > 1e-9 {
		t.Errorf("%q scores %.3f, want %.3f", text, got, want)
	}
	if got := INFLESZ("123 ..."); got != 206.835 {
		t.Errorf("no words score %v", got)
	}
}

func TestSentences(t *testing.T) {
	got := sentences("Escriba su RUN: 12.345.678-5. ¿Tiene dudas? Pregunte en el mesón… Gracias")
	want := []string{"Escriba su RUN: 12.345.678-5.", "¿Tiene dudas?", "Pregunte en el mesón…", "Gracias"}
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("%q", got)
	}
	if n := countWords("Uno, dos — tres."); n != 3 {
		t.Errorf("%d words", n)
	}
}
