package catalog

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"testing"
)

func TestSixteenRegionsFromNorthToSouth(t *testing.T) {
	regions := Regions()
	if len(regions) != 16 || regions[0].Short != "Arica y Parinacota" || regions[15].Code != "12" {
		t.Fatalf("%d regions, from %s to %s", len(regions), regions[0].Short, regions[len(regions)-1].Short)
	}
	comunas := 0
	for _, r := range regions {
		comunas += len(r.Comunas)
	}
	if comunas != 346 {
		t.Errorf("%d comunas, want 346", comunas)
	}
	if r, c, ok := FindComuna("01101"); !ok || c.Name != "Iquique" || r.Short != "Tarapacá" {
		t.Errorf("01101 is %s in %s", c.Name, r.Short)
	}
	for _, code := range []string{"", "1101", "99999", "13999", "131010"} {
		if _, _, ok := FindComuna(code); ok {
			t.Errorf("there is a comuna %q", code)
		}
	}
}

func TestComunasAreSortedAsPeopleReadThem(t *testing.T) {
	for _, r := range Regions() {
		if r.Code != "13" {
			continue
		}
		before := map[string]int{}
		for i, c := range r.Comunas {
			before[c.Name] = i
		}
		if before["Ñuñoa"] < before["Maipú"] || before["Ñuñoa"] > before["Paine"] {
			t.Errorf("Ñuñoa stands at %d, Maipú at %d, Paine at %d", before["Ñuñoa"], before["Maipú"], before["Paine"])
		}
	}
}

// Guards against a wrong code or name in our own file: an address would go to
// another town.
func TestRegionsAndComunasEqualTheReference(t *testing.T) {
	folder := os.Getenv("CHASQUI_REFERENCE")
	if folder == "" {
		folder = filepath.Join("..", "shared", "reference")
	}
	if !filepath.IsAbs(folder) {
		folder = filepath.Join("..", "..", folder) // as seen from the module's root
	}
	folder = filepath.Join(folder, "chile-cut")
	if _, err := os.Stat(folder); err != nil {
		t.Skipf("no reference data in %s; set CHASQUI_REFERENCE to its folder to compare", folder)
	}
	wantRegions, wantComunas := table(t, filepath.Join(folder, "regions.csv")), table(t, filepath.Join(folder, "communes.csv"))
	gotRegions, gotComunas := map[string]string{}, map[string]string{}
	for _, r := range Regions() {
		gotRegions[r.Code] = r.Name
		for _, c := range r.Comunas {
			gotComunas[c.Code] = c.Name
		}
	}
	compare(t, gotRegions, wantRegions)
	compare(t, gotComunas, wantComunas)
	// The control: one wrong letter is seen.
	gotComunas["13101"] = "Santiagο" // a Greek letter at the end
	if len(differences(gotComunas, wantComunas)) != 1 {
		t.Error("the comparison does not see a wrong letter")
	}
}

func table(t *testing.T, name string) map[string]string {
	t.Helper()
	f, err := os.Open(name) // #nosec G304 -- a test's own reference file
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, row := range rows[1:] {
		out[row[0]] = row[1]
	}
	return out
}

func compare(t *testing.T, got, want map[string]string) {
	t.Helper()
	for _, d := range differences(got, want) {
		t.Error(d)
	}
}

func differences(got, want map[string]string) []string {
	var out []string
	for code, name := range want {
		if got[code] != name {
			out = append(out, code+" is "+got[code]+", in the reference "+name)
		}
	}
	for code, name := range got {
		if _, ok := want[code]; !ok {
			out = append(out, code+" "+name+" is not in the reference")
		}
	}
	return out
}

func TestRegionsThatDoNotParse(t *testing.T) {
	for _, bad := range []string{
		"- code: 13\n  name: R\n  short: R\n  comunas: [\"01101 Iquique\"]", // in another region
		"- code: \"13\"\n  name: R\n  short: R\n  comunas: [\"13101 A\", \"13101 B\"]",
		"- code: \"13\"\n  name: R\n  short: R\n  comunas: [\"13101\"]",
		"- code: \"13\"\n  short: R",
		"- code: \"1\"\n  name: R\n  short: R",
		"code: 13",
	} {
		if regions, err := ParseRegions([]byte(bad)); err == nil {
			t.Errorf("%q gives %v", bad, regions)
		}
	}
}
