// Package search finds a service, or an option of a question, by everyday words.
// It is pure and small enough to run at every key.
//
//   - An [Entry] is what can be found: its titles, keywords and summaries, in every
//     language at once, so that nobody need search in the language of the screen.
//   - An [Index] answers with ids, the best first. It forgives accents, capitals and
//     slips of the finger, takes the beginning of a word for the word, and passes
//     over words that say nothing ("quiero", "the").
//   - A word that is like no other finds nothing, rather than anything.
package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Entry is one thing to be found.
type Entry struct {
	ID        string
	Titles    []string
	Keywords  []string
	Summaries []string
}

// The bounds of a query: nobody types more, and a stuck key costs no more.
const (
	maxQuery = 120 // characters
	maxWords = 8
	maxWord  = 40 // characters
)

// What a word in each place is worth.
const (
	inTitle   = 9
	inKeyword = 6
	inSummary = 2
)

// How well a word fits, in hundredths.
const (
	fitExact  = 100
	fitPrefix = 80 // the beginning of the word
	fitLonger = 75 // the word and an ending: "hoyos" for "hoyo"
	fitSlip   = 60 // one slip of the finger
	fitSlips  = 40 // two
	fitBegun  = 30 // the beginning, with a slip in it
)

// Index is a set of entries made ready. It does not change and may be used from
// several goroutines.
type Index struct {
	ids   []string
	words []posted
}

// posted is a word and where it stands.
type posted struct {
	word  []rune
	where []place
}

// place is an entry by its number and what the word is worth there.
type place struct{ entry, worth int }

// New makes an index. Entries are found in their order where nothing else tells
// them apart.
func New(entries []Entry) *Index {
	x := &Index{}
	at := map[string]int{}
	for n, e := range entries {
		x.ids = append(x.ids, e.ID)
		worth := map[string]int{}
		for _, field := range []struct {
			texts []string
			worth int
		}{{e.Titles, inTitle}, {e.Keywords, inKeyword}, {e.Summaries, inSummary}} {
			for _, text := range field.texts {
				for _, word := range Words(text) {
					worth[word] = max(worth[word], field.worth)
				}
			}
		}
		for word, points := range worth {
			i, ok := at[word]
			if !ok {
				i = len(x.words)
				at[word] = i
				x.words = append(x.words, posted{word: []rune(word)})
			}
			x.words[i].where = append(x.words[i].where, place{n, points})
		}
	}
	return x
}

// Find returns the ids of the entries that fit, best first.
func (x *Index) Find(query string) []string {
	asked := queryWords(query)
	scores := make([]int, len(x.ids))
	found := make([]int, len(x.ids)) // how many of the words
	for _, word := range asked {
		best := map[int]int{}
		runes := []rune(word)
		known := x.has(runes)
		for _, p := range x.words {
			fit := fits(runes, p.word)
			if fit == 0 || known && fit == fitBegun {
				continue
			}
			for _, at := range p.where {
				best[at.entry] = max(best[at.entry], fit*at.worth)
			}
		}
		for entry, points := range best {
			scores[entry] += points
			found[entry]++
		}
	}
	var order []int
	for entry := range x.ids {
		if found[entry] > 0 {
			order = append(order, entry)
			scores[entry] = scores[entry] * found[entry] / len(asked)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
	ids := make([]string, len(order))
	for i, entry := range order {
		ids[i] = x.ids[entry]
	}
	return ids
}

// has reports whether a word stands in the index as it is.
func (x *Index) has(word []rune) bool {
	return slices.ContainsFunc(x.words, func(p posted) bool { return slices.Equal(p.word, word) })
}

func queryWords(query string) []string {
	runes := []rune(query)
	words := split(string(runes[:min(len(runes), maxQuery)]))
	telling := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return filler[w] })
	if len(telling) == 0 && len(words) > 0 {
		telling = words[len(words)-1:] // perhaps the beginning of one that tells
	}
	telling = slices.DeleteFunc(telling, func(w string) bool { return len(w) < 2 })
	return telling[:min(len(telling), maxWords)]
}

// Words returns the words of a text that say something, folded.
func Words(text string) []string {
	return slices.DeleteFunc(split(text), func(w string) bool { return filler[w] || len(w) < 2 })
}

func split(text string) []string {
	words := strings.FieldsFunc(Fold(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for i, w := range words {
		if runes := []rune(w); len(runes) > maxWord {
			words[i] = string(runes[:maxWord])
		}
	}
	return words
}

// Fold returns a text without capitals and accents: "Año" is "ano".
func Fold(text string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(strings.ToValidUTF8(text, ""))))
}

// fits returns how well a typed word fits one of the index, 0 for not at all.
func fits(typed, word []rune) int {
	n, m := len(typed), len(word)
	same := 0
	for same < n && same < m && typed[same] == word[same] {
		same++
	}
	switch {
	case same == n && same == m:
		return fitExact
	case same == n:
		return fitPrefix
	case same == m && m >= 4 && n-m <= 3:
		return fitLonger
	}
	slips := forgiven(m)
	if slips == 0 {
		return 0
	}
	if n-m <= slips && m-n <= slips {
		switch d := distance(typed, word, slips); {
		case d > slips:
		case d <= 1:
			return fitSlip
		default:
			return fitSlips
		}
	}
	// The beginning of a long word, with one slip.
	if n >= 4 && n < m {
		for end := max(n-1, 1); end <= min(n+1, m); end++ {
			if distance(typed, word[:end], 1) <= 1 {
				return fitBegun
			}
		}
	}
	return 0
}

// forgiven is how many slips a word of so many letters has room for.
func forgiven(letters int) int {
	switch {
	case letters < 4:
		return 0
	case letters < 8:
		return 1
	}
	return 2
}
