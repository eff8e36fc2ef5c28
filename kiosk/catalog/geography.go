package catalog

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"

	"chasqui/assets"
)

// Region is one of the 16 regions of Chile.
type Region struct {
	Code string // CUT code, two digits: "13"
	Name string // official: "Región Metropolitana de Santiago"
	// Short is the name without "Región", for a choice.
	Short string
	// Comunas are in alphabetical order.
	Comunas []Comuna
}

// Comuna is one of the 346 comunas.
type Comuna struct {
	Code string // CUT code, five digits: "13101". Text, never a number
	Name string
}

var geography = sync.OnceValues(func() ([]Region, error) {
	b, err := fs.ReadFile(assets.Cut(), "cut.yaml")
	if err != nil {
		return nil, fmt.Errorf("catalog: %w", err)
	}
	return ParseRegions(b)
})

// Regions returns the regions from north to south, with their comunas.
func Regions() []Region {
	regions, err := geography()
	if err != nil {
		panic("catalog: embedded cut.yaml: " + err.Error()) // a test parses it
	}
	return slices.Clone(regions)
}

// FindComuna returns a comuna and its region by the comuna's code.
func FindComuna(code string) (Region, Comuna, bool) {
	regions, err := geography()
	if err != nil || len(code) != 5 {
		return Region{}, Comuna{}, false
	}
	for _, r := range regions {
		if r.Code != code[:2] {
			continue
		}
		for _, c := range r.Comunas {
			if c.Code == code {
				return r, c, true
			}
		}
	}
	return Region{}, Comuna{}, false
}

// ParseRegions reads the form of assets/cut/cut.yaml: a list of regions with code,
// name, short and comunas, each comuna one line of code, space, name.
func ParseRegions(b []byte) ([]Region, error) {
	if len(b) > maxFile {
		return nil, fmt.Errorf("regions: %d bytes, at most %d", len(b), maxFile)
	}
	var written []struct {
		Code    string   `yaml:"code"`
		Name    string   `yaml:"name"`
		Short   string   `yaml:"short"`
		Comunas []string `yaml:"comunas"`
	}
	if err := yaml.Unmarshal(b, &written); err != nil {
		return nil, fmt.Errorf("regions: %w", err)
	}
	seen := map[string]bool{}
	once := func(code string, digits int) error {
		if len(code) != digits || strings.Trim(code, "0123456789") != "" {
			return fmt.Errorf("regions: code %q is not %d digits", code, digits)
		}
		if seen[code] {
			return fmt.Errorf("regions: code %s stands twice", code)
		}
		seen[code] = true
		return nil
	}
	var regions []Region
	for _, w := range written {
		if err := once(w.Code, 2); err != nil {
			return nil, err
		}
		if w.Name == "" || w.Short == "" {
			return nil, fmt.Errorf("regions: region %s lacks its name", w.Code)
		}
		r := Region{Code: w.Code, Name: w.Name, Short: w.Short}
		for _, line := range w.Comunas {
			code, name, _ := strings.Cut(line, " ")
			if err := once(code, 5); err != nil {
				return nil, err
			}
			if strings.TrimSpace(name) == "" || code[:2] != r.Code {
				return nil, fmt.Errorf("regions: comuna %q lacks a name or is not in region %s", line, r.Code)
			}
			r.Comunas = append(r.Comunas, Comuna{Code: code, Name: strings.TrimSpace(name)})
		}
		slices.SortFunc(r.Comunas, func(a, b Comuna) int { return cmp.Compare(fold(a.Name), fold(b.Name)) })
		regions = append(regions, r)
	}
	return regions, nil
}

var plainLetters = strings.NewReplacer(
	"á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u", "ü", "u", "ñ", "n~", "'", "", " ", " ",
)

// fold returns a name as Spanish sorts it: without accents, ñ after n.
func fold(name string) string { return plainLetters.Replace(strings.ToLower(name)) }
