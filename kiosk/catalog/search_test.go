package catalog

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"chasqui/kiosk/search"
)

// slip makes one slip of the finger in a word.
func slip(t *rapid.T, word []rune) []rune {
	at := rapid.IntRange(0, len(word)-1).Draw(t, "at")
	switch rapid.SampledFrom([]string{"none", "drop", "double", "replace", "swap"}).Draw(t, "slip") {
	case "drop":
		return slices.Delete(slices.Clone(word), at, at+1)
	case "double":
		return slices.Insert(slices.Clone(word), at, word[at])
	case "replace":
		out := slices.Clone(word)
		out[at] = rapid.RuneFrom([]rune("abcdefghijklmnopqrstuvwxyzáéñ")).Draw(t, "letter")
		return out
	case "swap":
		out := slices.Clone(word)
		if at+1 < len(out) {
			out[at], out[at+1] = out[at+1], out[at]
		}
		return out
	}
	return word
}

// Guards the person whose fingers are not sure: whatever everyday word they type,
// with one slip in it, their service is among the first five. Services that have
// the same word stand there with the same right and are not counted.
func TestOneSlipStillFindsTheService(t *testing.T) {
	c := published(t)
	type word struct{ service, text string }
	var words []word
	has := map[word]bool{}
	for _, s := range c.Services() {
		if s.def.Hidden {
			continue
		}
		for _, language := range s.Languages() {
			shown := s.In(language)
			for _, text := range append(shown.Keywords, shown.Title) {
				for _, w := range search.Words(text) {
					if len([]rune(w)) >= 4 && !has[word{s.ID(), w}] {
						words = append(words, word{s.ID(), w})
						has[word{s.ID(), w}] = true
					}
				}
			}
		}
	}
	if len(words) < 30 {
		t.Fatalf("only %d words", len(words))
	}
	rapid.Check(t, func(t *rapid.T) {
		w := rapid.SampledFrom(words).Draw(t, "word")
		typed := string(slip(t, []rune(w.text)))
		rank := 0
		for _, id := range c.Search(typed) {
			if id == w.service {
				if rank >= 5 {
					t.Fatalf("%q for %q finds %s in place %d", typed, w.text, w.service, rank+1)
				}
				return
			}
			if !has[word{id, w.text}] {
				rank++
			}
		}
		t.Fatalf("%q for %q does not find %s: %v", typed, w.text, w.service, c.Search(typed))
	})
}

func TestSearchingTheCatalogue(t *testing.T) {
	c := published(t)
	for query, first := range map[string]string{
		"hoyo": "aviso-via-publica", "poste apagado": "aviso-via-publica", "pothole": "aviso-via-publica", "buraco": "aviso-via-publica",
		"kote mwen rete": "certificado-residencia", "residensia": "certificado-residencia", "la cuenta del agua": "subsidio-agua-potable",
		"dlo": "subsidio-agua-potable", "water bill": "subsidio-agua-potable",
	} {
		if got := c.Search(query); len(got) == 0 || got[0] != first {
			t.Errorf("%q finds %v, want %s first", query, got, first)
		}
	}
	for _, query := range []string{"xyzzyx", "qqqqqqq", "aaaaaaaaaa", strings.Repeat("?", 50), ""} {
		if got := c.Search(query); len(got) != 0 {
			t.Errorf("%q finds %v", query, got)
		}
	}
}

// Hidden services are led to, not found.
func TestAHiddenServiceIsNotFound(t *testing.T) {
	fsys := sound(t)
	if c, err := Load(fsys, nil); err != nil || !slices.Contains(c.Search("plata"), "ayuda") {
		t.Fatalf("the control finds nothing: %v", err)
	}
	edit(t, fsys, newer, "situation: family", "hidden: true")
	c, err := Load(fsys, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Search("plata"); len(got) != 0 {
		t.Errorf("found %v", got)
	}
	if s, ok := c.Find("ayuda"); !ok || !s.In("es").Hidden {
		t.Error("it cannot be led to")
	}
}
