package sheet

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"chasqui/locales"
)

// Text is one message to translate, as the program has it today.
type Text struct {
	// Area is the file that it belongs to: "kiosk" of the interface,
	// "services/<id>" or "lessons/<id>" of the catalogue.
	Area string
	// Source is the Spanish message, English a help to whoever knows no Spanish, In
	// what the language has already. English and In may be empty.
	Source, English, In locales.Message
	// Room is how many characters a translation may have, 0 for any number.
	Room int
}

// Row is one row of a spreadsheet: one plural form of one text.
type Row struct {
	Area, Key, Form, Spanish, English, Translation, Comment string
	// Sheet and Number are where it stands in the file that it was read from.
	Sheet  string
	Number int
}

// header names the columns.
var header = []string{"area", "key", "plural form", "Spanish", "English", "translation", "comment"}

func (r *Row) cells() []*string {
	return []*string{&r.Area, &r.Key, &r.Form, &r.Spanish, &r.English, &r.Translation, &r.Comment}
}

// single is the plural form of a text that has no plural.
const single = "other"

// formsOf returns the plural forms that a text needs in a language.
func formsOf(t Text, needed []string) []string {
	if t.Source.IsPlural() {
		return needed
	}
	return []string{single}
}

// spanish returns the Spanish text of a plural form: where Spanish has no such
// form, the one for several.
func spanish(m locales.Message, form string) string {
	if text, ok := m.Forms[form]; ok {
		return text
	}
	return m.Forms[single]
}

// Rows returns the rows of what a language lacks, or of everything. needed are the
// plural forms of the language. Of a text that lacks a form, every form is given:
// one is not translated without the other.
func Rows(texts []Text, needed []string, all bool) []Row {
	var out []Row
	for _, t := range texts {
		forms := formsOf(t, needed)
		if !all && !slices.ContainsFunc(forms, func(form string) bool { return t.In.Forms[form] == "" }) {
			continue
		}
		for _, form := range forms {
			out = append(out, Row{
				Area: t.Area, Key: t.Source.Key, Form: form, Spanish: spanish(t.Source, form),
				English: spanish(t.English, form), Translation: t.In.Forms[form], Comment: comment(t, form),
			})
		}
	}
	return out
}

// comment tells a translator what binds a text.
func comment(t Text, form string) string {
	var parts []string
	if t.Room > 0 {
		parts = append(parts, fmt.Sprintf("Room for %d characters.", t.Room))
	}
	for _, p := range locales.Placeholders(spanish(t.Source, form)) {
		parts = append(parts, "Keep {{."+p+"}}.")
	}
	if t.Source.IsPlural() {
		parts = append(parts, "Depends on a number: fill in every form.")
	}
	if t.Source.Description != "" {
		parts = append(parts, t.Source.Description)
	}
	return strings.Join(parts, " ")
}

// Problem is something that keeps a spreadsheet from being taken over.
type Problem struct {
	Sheet   string
	Row     int
	Message string
}

func (p Problem) Error() string {
	if p.Sheet == "" {
		return fmt.Sprintf("row %d: %s", p.Row, p.Message)
	}
	return fmt.Sprintf("sheet %s, row %d: %s", p.Sheet, p.Row, p.Message)
}

// Translation is what came back for one area: its messages by key.
type Translation map[string]map[string]locales.Message

// Take holds rows against the texts of today and returns the translations in them,
// by area and key, together with every problem. Rows without a translation are
// still to be done, and are no problem. With a problem nothing should be taken
// over.
func Take(rows []Row, texts []Text, needed []string) (Translation, []Problem) {
	known := map[[2]string]Text{}
	areas := map[string]bool{}
	for _, t := range texts {
		known[[2]string{t.Area, t.Source.Key}] = t
		areas[t.Area] = true
	}
	var problems []Problem
	say := func(r Row, format string, args ...any) {
		problems = append(problems, Problem{r.Sheet, r.Number, fmt.Sprintf(format, args...)})
	}
	// first is the first row of each message, at which its forms together are judged.
	first, seen := map[[2]string]Row{}, map[[3]string]Row{}
	var order [][2]string
	out := Translation{}
	for _, r := range rows {
		at := [2]string{r.Area, r.Key}
		t, ok := known[at]
		switch {
		case !areas[r.Area]:
			say(r, "there is no area %q; leave the column as it was exported", r.Area)
			continue
		case !ok:
			say(r, "%s has no text with the key %q; leave the column as it was exported, or export anew", r.Area, r.Key)
			continue
		case !slices.Contains(formsOf(t, needed), r.Form):
			say(r, "%s has no plural form %q; it has %s", r.Key, r.Form, strings.Join(formsOf(t, needed), ", "))
			continue
		}
		if before, twice := seen[[3]string{r.Area, r.Key, r.Form}]; twice {
			say(r, "%s, %s, stands in row %d too; take one out", r.Key, r.Form, before.Number)
			continue
		}
		seen[[3]string{r.Area, r.Key, r.Form}] = r
		if r.Translation == "" {
			continue
		}
		if want := spanish(t.Source, r.Form); r.Spanish != want {
			say(r, "the Spanish text of %s has changed since the export; it is now %q: export anew and translate that", r.Key, want)
			continue
		}
		if n := utf8.RuneCountInString(r.Translation); t.Room > 0 && n > t.Room {
			say(r, "%s has %d characters and room for %d; shorten it", r.Key, n, t.Room)
			continue
		}
		if out[r.Area] == nil {
			out[r.Area] = map[string]locales.Message{}
		}
		m, begun := out[r.Area][r.Key]
		if !begun {
			m = locales.Message{Key: r.Key, Forms: map[string]string{}}
			first[at], order = r, append(order, at)
		}
		m.Forms[r.Form] = r.Translation
		out[r.Area][r.Key] = m
	}
	for _, at := range order {
		t, m := known[at], out[at[0]][at[1]]
		// Forms that were not exported are there already.
		for _, form := range formsOf(t, needed) {
			if m.Forms[form] == "" && t.In.Forms[form] != "" {
				m.Forms[form] = t.In.Forms[form]
			}
		}
		if err := locales.CheckTranslation(t.Source, m, formsOf(t, needed)); err != nil {
			say(first[at], "%v", err)
		}
	}
	slices.SortStableFunc(problems, func(a, b Problem) int {
		if a.Sheet != b.Sheet {
			return strings.Compare(a.Sheet, b.Sheet)
		}
		return a.Row - b.Row
	})
	return out, problems
}
