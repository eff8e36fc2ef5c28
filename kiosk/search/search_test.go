package search

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var shelf = []Entry{
	{ID: "permiso", Titles: []string{"Pagar el permiso del auto", "Pay for the car permit"}, Keywords: []string{"patente", "auto", "circulación"}, Summaries: []string{"Cada año se paga por el auto."}},
	{ID: "agua", Titles: []string{"Ayuda para pagar el agua"}, Keywords: []string{"subsidio", "cuenta"}, Summaries: []string{"El Estado paga una parte."}},
	{ID: "calle", Titles: []string{"Avisar de un problema en la calle"}, Keywords: []string{"hoyo", "árbol", "luz apagada"}, Summaries: []string{"El auto cae en un hoyo."}},
	{ID: "papel", Titles: []string{"Papel que dice dónde vive"}, Keywords: []string{"certificado", "residencia"}, Summaries: []string{"Se lo pueden pedir."}},
}

func TestWhatWordsLeadTo(t *testing.T) {
	x := New(shelf)
	for _, row := range []struct{ query, want string }{
		{"auto", "permiso calle"},                // title and keyword before summary
		{"quiero pagar el agua", "agua permiso"}, // both words before one
		{"HOYOS", "calle"},
		{"arbol", "calle"},
		{"árbol", "calle"},
		{"certificdo", "papel"},
		{"cretificado", "papel"},
		{"certifficcado", "papel"},
		{"resid", "papel"},
		{"recid", "papel"}, // the beginning of a long word, with a slip in it
		{"car permit", "permiso"},
		{"subsidio del agua", "agua"},
		{"xqzwv", ""},
		{"blablabla", ""},
		{"", ""},
		{"   ¿? ", ""},
		{"el la de", ""},
		{"luz", "calle"},
		{"lux", ""}, // three letters leave no room for a slip
	} {
		if got := strings.Join(x.Find(row.query), " "); got != row.want {
			t.Errorf("%q finds %q, want %q", row.query, got, row.want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, row := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"agua", "agua", 0}, {"agua", "auga", 1}, {"agua", "aga", 1}, {"agua", "aguua", 1}, {"agua", "agya", 1},
		{"patente", "paetnet", 2}, {"patente", "zzzzzzz", 3}, {"ab", "ba", 1}, {"abcd", "badc", 2}, {"", "abc", 3},
	} {
		if got := distance([]rune(row.a), []rune(row.b), 2); got != row.want {
			t.Errorf("%q to %q is %d, want %d", row.a, row.b, got, row.want)
		}
		if got := distance([]rune(row.b), []rune(row.a), 2); got != row.want {
			t.Errorf("%q to %q is %d, want %d", row.b, row.a, got, row.want)
		}
	}
}

// slow is the same distance by the book, without giving up.
func slow(a, b []rune) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		for j := range d[i] {
			switch {
			case i == 0:
				d[i][j] = j
			case j == 0:
				d[i][j] = i
			default:
				cost := 1
				if a[i-1] == b[j-1] {
					cost = 0
				}
				d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
				if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
					d[i][j] = min(d[i][j], d[i-2][j-2]+1)
				}
			}
		}
	}
	return d[len(a)][len(b)]
}

func TestGivingUpChangesNothingWithinTheLimit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := []rune(rapid.StringMatching(`[abc]{0,9}`).Draw(t, "a"))
		b := []rune(rapid.StringMatching(`[abc]{0,9}`).Draw(t, "b"))
		limit := rapid.IntRange(1, 3).Draw(t, "limit")
		if got, want := distance(a, b, limit), min(slow(a, b), limit+1); got != want {
			t.Fatalf("%q to %q is %d, want %d", string(a), string(b), got, want)
		}
	})
}

// Guards the kiosk against a stuck key or a pasted book: what is typed is bounded
// before it is compared.
func TestALongQueryTakesNoLonger(t *testing.T) {
	var many []Entry
	for range 200 {
		many = append(many, shelf...)
	}
	x := New(many)
	start := time.Now()
	x.Find(strings.Repeat("certificadoresidencia ", 100_000))
	x.Find(strings.Repeat("x", 1_000_000))
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("it took %v", took)
	}
}

func FuzzFind(f *testing.F) {
	f.Add("pagar el agua")
	f.Add("\xff\xfe á̂")
	f.Add("Ñandú ĲSSEL ﬁ")
	x := New(shelf)
	f.Fuzz(func(t *testing.T, query string) {
		found := x.Find(query)
		sorted := slices.Clone(found)
		slices.Sort(sorted)
		if len(slices.Compact(sorted)) != len(found) {
			t.Fatalf("%q finds one twice: %v", query, found)
		}
		if folded := Fold(query); Fold(folded) != folded {
			t.Fatalf("%q folds to %q, then to %q", query, folded, Fold(folded))
		}
	})
}

// Guards the first page of results: a word that is known as it stands is not taken
// for the beginning of another with a slip in it.
func TestAWordThatIsKnownIsNoSlipInTheBeginningOfAnother(t *testing.T) {
	x := New([]Entry{{ID: "water", Keywords: []string{"agua"}}, {ID: "diary", Keywords: []string{"agunda larga", "aguntar"}}})
	if got := x.Find("agua"); !slices.Equal(got, []string{"water"}) {
		t.Errorf("agua finds %v", got)
	}
	if got := x.Find("aguo"); len(got) != 2 {
		t.Errorf("a slip finds %v", got)
	}
}
