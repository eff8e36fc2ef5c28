package sheet

import (
	"bytes"
	"maps"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"chasqui/locales"
)

func message(key string, forms ...string) locales.Message {
	m := locales.Message{Key: key, Forms: map[string]string{}}
	for i := 0; i+1 < len(forms); i += 2 {
		m.Forms[forms[i]] = forms[i+1]
	}
	return m
}

var needed = []string{"one", "other"}

// sample are texts of two areas: one translated, one not, one with a plural.
func sample() []Text {
	return []Text{
		{Area: "kiosk", Source: message("foot.back", "other", "Volver"), English: message("foot.back", "other", "Back"), In: message("foot.back", "other", "Zuru")},
		{Area: "kiosk", Source: message("foot.next", "other", "Seguir"), English: message("foot.next", "other", "Go on"), Room: 12},
		{Area: "kiosk", Source: message("unsent", "one", "1 por enviar", "other", "{{.Count}} por enviar"), English: message("unsent", "one", "1 to send", "other", "{{.Count}} to send")},
		{Area: "services/permiso", Source: message("title", "other", "Permiso"), Room: 84},
	}
}

func exported(t *testing.T, name string, all bool) []Row {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, name, Rows(sample(), needed, all)); err != nil {
		t.Fatal(err)
	}
	rows, err := Read(&out, name)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestASpreadsheetHasARowForEachFormOfWhatIsMissing(t *testing.T) {
	for _, name := range []string{"x.xlsx", "x.csv"} {
		rows := exported(t, name, false)
		if len(rows) != 4 {
			t.Fatalf("%s: %d rows: %+v", name, len(rows), rows)
		}
		r := rows[2]
		if r.Key != "unsent" || r.Form != "other" || r.Spanish != "{{.Count}} por enviar" || r.English != "{{.Count}} to send" || r.Number != 4 ||
			!strings.Contains(r.Comment, "Keep {{.Count}}.") {
			t.Errorf("%s: %+v", name, r)
		}
		if rows[0].Comment != "Room for 12 characters." {
			t.Errorf("%s: %+v", name, rows[0])
		}
		if all := exported(t, name, true); len(all) != 5 || all[0].Translation != "Zuru" {
			t.Errorf("%s: %+v", name, all)
		}
	}
}

// Guards what a translator gets back: nothing is taken over that would show a
// wrong, cut or half text, and each refusal says where and what to do.
func TestWhatDoesNotFitIsRefusedByRow(t *testing.T) {
	for name, test := range map[string]struct {
		change func(rows []Row) []Row
		want   string
	}{
		"an unknown area":       {func(r []Row) []Row { r[0].Area = "kisok"; return r }, `row 2: there is no area "kisok"`},
		"an unknown key":        {func(r []Row) []Row { r[1].Key = "foot.nxet"; return r }, `row 3: kiosk has no text with the key "foot.nxet"`},
		"an unknown form":       {func(r []Row) []Row { r[2].Form = "dual"; return r }, `row 4: unsent has no plural form "dual"; it has one, other`},
		"a form for no number":  {func(r []Row) []Row { r[0].Form = "one"; return r }, `row 2: foot.back has no plural form "one"`},
		"a row twice":           {func(r []Row) []Row { return append(r, r[0]) }, "row 2: foot.back, other, stands in row 2 too"},
		"a changed source":      {func(r []Row) []Row { r[1].Spanish = "Siga"; r[1].Translation = "Z"; return r }, `row 3: the Spanish text of foot.next has changed since the export; it is now "Seguir"`},
		"too long":              {func(r []Row) []Row { r[1].Translation = strings.Repeat("z", 13); return r }, "row 3: foot.next has 13 characters and room for 12"},
		"half a plural":         {func(r []Row) []Row { r[2].Translation = "Z"; return r }, `row 4: unsent depends on a number and lacks the form "other"`},
		"a lost placeholder":    {func(r []Row) []Row { r[2].Translation, r[3].Translation = "Z", "Z"; return r }, "row 4: unsent has lost {{.Count}}"},
		"a strange placeholder": {func(r []Row) []Row { r[1].Translation = "{{.Z}}"; return r }, "row 3: foot.next has {{.Z}}"},
		"broken braces":         {func(r []Row) []Row { r[1].Translation = "Z {{"; return r }, "row 3: foot.next has braces"},
	} {
		t.Run(name, func(t *testing.T) {
			_, problems := Take(test.change(exported(t, "x.csv", true)), sample(), needed)
			if len(problems) != 1 || !strings.Contains(problems[0].Error(), test.want) {
				t.Errorf("%v, want %q", problems, test.want)
			}
		})
	}
	rows := exported(t, "x.xlsx", true)
	rows[4].Key = "titel"
	if _, problems := Take(rows, sample(), needed); len(problems) != 1 || !strings.HasPrefix(problems[0].Error(), "sheet services, row 2: ") {
		t.Errorf("%v", problems)
	}
}

func TestWhatFitsIsTaken(t *testing.T) {
	rows := exported(t, "x.xlsx", false)
	rows[0].Translation, rows[1].Translation, rows[2].Translation = "Zigu", "Zun", "{{.Count}} zan"
	got, problems := Take(rows, sample(), needed)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if len(got) != 1 || len(got["kiosk"]) != 2 || got["kiosk"]["unsent"].Forms["other"] != "{{.Count}} zan" {
		t.Errorf("%+v", got)
	}
	// A stale Spanish text matters only where something was translated from it.
	rows[3].Spanish = "Permisos"
	if _, problems := Take(rows, sample(), needed); len(problems) > 0 {
		t.Error(problems)
	}
}

// Guards the operator's computer: a text is never a formula.
func TestNoCellIsAFormula(t *testing.T) {
	texts := []Text{{Area: "kiosk", Source: message("a", "other", "=1+1"), In: message("a", "other", "=HYPERLINK(\"https://example.org\")")}}
	var out bytes.Buffer
	if err := Write(&out, "x.xlsx", Rows(texts, needed, true)); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	for _, cell := range []string{"D2", "F2"} {
		kind, err := f.GetCellType("interface", cell)
		formula, err2 := f.GetCellFormula("interface", cell)
		if err != nil || err2 != nil || formula != "" || kind != excelize.CellTypeSharedString && kind != excelize.CellTypeInlineString {
			t.Errorf("%s: type %v, formula %q, %v %v", cell, kind, formula, err, err2)
		}
	}
	out.Reset()
	if err := Write(&out, "x.csv", Rows(texts, needed, true)); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), `"=`) || !strings.HasPrefix(out.String(), bom) {
		t.Errorf("%s", out.String())
	}
	// And a formula that somebody typed is not taken for a text.
	if err := f.SetCellFormula("interface", "F2", "=1+1"); err != nil {
		t.Fatal(err)
	}
	out.Reset()
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(&out, "x.xlsx"); err == nil || !strings.Contains(err.Error(), "sheet interface, row 2: the translation is a formula") {
		t.Errorf("%v", err)
	}
}

func TestAFileThatIsNoneIsNamed(t *testing.T) {
	for name, content := range map[string]string{
		"x.txt": "a", "x.csv": "", "y.csv": "area,key\n", "z.csv": "\"", "x.xlsx": "not a zip",
	} {
		if _, err := Read(strings.NewReader(content), name); err == nil || !strings.HasPrefix(err.Error(), name+": ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := Write(&bytes.Buffer{}, "x.ods", nil); err == nil {
		t.Error("a format that there is none of was written")
	}
	if err := Write(&bytes.Buffer{}, "x.xlsx", []Row{{Spanish: strings.Repeat("x", maxCell+1)}}); err == nil {
		t.Error("a text was cut")
	}
	// What a program in Chile saves, and one that knows no CR LF.
	semicolons := "area;key;plural form;Spanish;translation\nkiosk;foot.back;other;Volver;Zuru\n"
	if rows, err := Read(strings.NewReader(semicolons), "x.csv"); err != nil || len(rows) != 1 || rows[0].Translation != "Zuru" {
		t.Errorf("%+v, %v", rows, err)
	}
}

// piece draws what translators' texts are made of, the awkward first.
var piece = rapid.SampledFrom([]string{
	"\n", " ", "\"", "'", "''", "=", "+1", "-", "@", "007", "0", ",", ";", "\t", "🙂", "👩‍👩‍👧", "⟦", "⟧", "ñandú", "ṉ", "ꞌ", "ā", "\u00a0", "\\", "#", ": ", "- ", "%",
	"{{.N}}", "_x000D_", "_x0041_", "x0042_", "_x005F_", "_", "\u0001", "&amp;", "<b>", "]]>", "true", "null", "1e9", "2026-11-24", "\u2028", "é",
})

// Guards "without loss": what is exported and imported into nothing reads as it
// did, to the byte, in both formats.
func TestARoundTripLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var texts []Text
		var order []string
		want := map[string]map[string]string{}
		for i := range rapid.IntRange(1, 6).Draw(t, "texts") {
			key := "k." + string(rune('a'+i))
			words := func(name string) string { return strings.Join(rapid.SliceOfN(piece, 1, 8).Draw(t, name), "") }
			text := words("text")
			m := message(key, "other", text)
			if rapid.Bool().Draw(t, "plural") {
				m = message(key, "one", "x"+strings.ReplaceAll(words("one"), "{{.N}}", ""), "other", text)
			}
			texts = append(texts, Text{Area: "kiosk", Source: m, In: m})
			order, want[key] = append(order, key), m.Forms
		}
		for _, name := range []string{"x.xlsx", "x.csv"} {
			var file bytes.Buffer
			if err := Write(&file, name, Rows(texts, needed, true)); err != nil {
				t.Fatal(err)
			}
			rows, err := Read(&file, name)
			if err != nil {
				t.Fatal(err)
			}
			back, problems := Take(rows, texts, needed)
			if len(problems) > 0 {
				t.Fatalf("%s: %v", name, problems)
			}
			merged, err := Merge("kiosk.yaml", nil, "A title.", order, back["kiosk"])
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			messages, err := locales.ParseMessages("kiosk.yaml", merged)
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]map[string]string{}
			for _, m := range messages {
				got[m.Key] = m.Forms
			}
			if !maps.EqualFunc(got, want, maps.Equal) {
				t.Fatalf("%s:\n%q\n%q\n%s", name, got, want, merged)
			}
		}
	})
}

// Guards an author's file: what was there keeps its order and its comments.
func TestMergeKeepsOrderAndComments(t *testing.T) {
	file := `# Zazala, by Rosa Ejemplo.
zeta: "Z"   # the last letter first

# The foot of the page.
foot.back: 'Zuru'
unsent:
  description: "On the strip."
  one: "Zun"
  other: "{{.Count}} zan"
nested:
  inner: "Zi"
`
	order := []string{"foot.back", "foot.next", "unsent", "nested.inner", "zeta", "zulu"}
	got, err := Merge("z.yaml", []byte(file), "", order, map[string]locales.Message{
		"foot.next":    message("foot.next", "other", "Zigu"),
		"unsent":       message("unsent", "one", "Zun", "other", "{{.Count}} zen"),
		"nested.inner": message("nested.inner", "other", "line\nbreak"),
		"foot.back":    message("foot.back", "other", "Zuru"),
		"zulu":         message("zulu", "other", "=1"),
	})
	if err != nil {
		t.Fatal(err)
	}
	want := `# Zazala, by Rosa Ejemplo.
zeta: "Z" # the last letter first
zulu: "=1"
# The foot of the page.
foot.back: 'Zuru'
foot.next: "Zigu"
unsent:
  description: "On the strip."
  one: "Zun"
  other: "{{.Count}} zen"
nested:
  inner: "line\nbreak"
`
	if string(got) != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	// Nothing new leaves the file alone, to the byte.
	again, err := Merge("z.yaml", []byte(file), "", order, map[string]locales.Message{"foot.back": message("foot.back", "other", "Zuru")})
	if err != nil || string(again) != file {
		t.Errorf("%s, %v", again, err)
	}
	if _, err := Merge("z.yaml", []byte("a: [\n"), "", nil, nil); err == nil {
		t.Error("a broken file was merged into")
	}
}

func FuzzReadCSV(f *testing.F) {
	var out bytes.Buffer
	if err := Write(&out, "x.csv", Rows(sample(), needed, true)); err != nil {
		f.Fatal(err)
	}
	f.Add(out.Bytes())
	f.Add([]byte("area,key,plural form,Spanish,translation\nkiosk,foot.next,other,Seguir,'=Z\n"))
	f.Add([]byte("area;key;plural form;Spanish;translation\n;;;;\n\"\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		rows, err := Read(bytes.NewReader(b), "x.csv")
		if err != nil {
			return
		}
		got, problems := Take(rows, sample(), needed)
		if len(problems) > 0 {
			return
		}
		for area, messages := range got {
			var order []string
			for _, text := range sample() {
				if m, ok := messages[text.Source.Key]; ok && text.Area == area {
					order = append(order, m.Key)
					if err := locales.CheckTranslation(text.Source, m, formsOf(text, needed)); err != nil {
						t.Errorf("taken, and %v", err)
					}
				}
			}
			if len(order) != len(messages) {
				t.Errorf("%v", messages)
			}
			// What YAML cannot carry is refused, and nothing else is changed.
			if _, err := Merge("x.yaml", nil, "", order, messages); err != nil && !strings.Contains(err.Error(), "cannot be kept in YAML") && !strings.Contains(err.Error(), "x.yaml") {
				t.Error(err)
			}
		}
	})
}
