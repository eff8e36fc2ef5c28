package house

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "chasqui"

// room says what the packages of one room may import.
type room struct {
	// ours are rooms of this module; a trailing "/..." includes what is below.
	ours []string
	// libraries are modules from elsewhere, by prefix; nil means the standard
	// library only.
	libraries []string
}

// The house, as ARCHITECTURE.md draws it. A package belongs to the longest key
// that is its path or a prefix of it.
var house = map[string]room{
	"sync/wire":                 {},
	"sync/seal":                 {ours: []string{"sync/wire"}, libraries: []string{"github.com/klauspost/compress"}},
	"sync/outbox":               {ours: []string{"sync/wire"}, libraries: []string{"github.com/dgraph-io/", "golang.org/x/sys"}},
	"sync/outbox/outboxtest":    {ours: []string{"sync/wire", "sync/outbox"}},
	"sync/client":               {ours: []string{"sync/wire", "sync/outbox"}, libraries: []string{"github.com/hashicorp/go-retryablehttp"}},
	"kiosk":                     {ours: []string{"sync/wire"}},
	"kiosk/search":              {libraries: []string{"golang.org/x/text"}},
	"kiosk/catalog":             {ours: []string{"kiosk", "kiosk/search", "sync/wire", "assets"}, libraries: []string{"go.yaml.in/yaml/v4", "cel.dev/cel-go", "github.com/santhosh-tekuri/jsonschema", "github.com/nicksnyder/go-i18n", "golang.org/x/text"}},
	"kiosk/flow":                {ours: []string{"kiosk", "kiosk/catalog", "sync/wire"}, libraries: []string{"github.com/nyaruka/phonenumbers"}},
	"kiosk/nudge":               {ours: []string{"kiosk", "kiosk/catalog", "sync/wire"}, libraries: []string{"gonum.org/v1/gonum"}},
	"kiosk/uptake":              {ours: []string{"kiosk", "sync/wire"}},
	"kiosk/desk":                {ours: []string{"kiosk"}, libraries: []string{"golang.org/x/crypto"}},
	"kiosk/receipt":             {ours: []string{"kiosk"}, libraries: []string{"codeberg.org/go-pdf/fpdf", "github.com/boombuler/barcode", "golang.org/x/text", "golang.org/x/sys"}},
	"kiosk/receipt/receipttest": {libraries: []string{"golang.org/x/text"}},
	"kiosk/camera":              {ours: []string{"kiosk"}, libraries: []string{"golang.org/x/sys"}},
	"kiosk/camera/cameratest":   {ours: []string{"kiosk"}},
	"kiosk/speech":              {ours: []string{"kiosk"}, libraries: []string{"golang.org/x/text", "go.yaml.in/yaml/v4", "golang.org/x/sys"}},
	"kiosk/speech/speechtest":   {ours: []string{"kiosk"}},
	"kiosk/memory":              {},
	"kiosk/look":                {ours: []string{"assets", "kiosk"}, libraries: []string{"fyne.io/fyne/v2"}},
	"kiosk/widget":              {ours: []string{"kiosk/look", "assets"}, libraries: []string{"fyne.io/fyne/v2"}},
	"kiosk/screen":              {ours: []string{"kiosk", "kiosk/memory", "kiosk/catalog", "kiosk/search", "kiosk/flow", "kiosk/receipt", "kiosk/widget", "kiosk/look", "locales", "assets", "sync/wire"}, libraries: []string{"fyne.io/fyne/v2"}},
	"kiosk/screen/screentest":   {ours: []string{"kiosk", "kiosk/catalog", "kiosk/flow", "kiosk/screen", "kiosk/widget", "kiosk/look", "sync/wire", "assets", "locales"}, libraries: []string{"fyne.io/fyne/v2"}},
	"kiosk/station":             {ours: []string{"kiosk", "kiosk/catalog", "kiosk/flow", "kiosk/nudge", "kiosk/uptake", "kiosk/desk", "kiosk/receipt", "sync/..."}, libraries: []string{"github.com/google/uuid", "github.com/prometheus/client_golang", "go.yaml.in/yaml/v4"}},
	"hub":                       {ours: []string{"sync/wire"}},
	"hub/store":                 {ours: []string{"hub", "sync/wire"}, libraries: []string{"modernc.org/sqlite", "github.com/pressly/goose"}},
	"hub/store/storetest":       {ours: []string{"hub", "hub/store", "sync/wire"}},
	"hub/intake":                {ours: []string{"hub", "hub/store", "hub/fleet", "sync/wire"}, libraries: []string{"golang.org/x/time"}},
	"hub/dispatch":              {ours: []string{"hub", "hub/store", "sync/wire"}},
	"hub/fleet":                 {ours: []string{"hub", "hub/store", "sync/wire"}},
	"hub/measure":               {ours: []string{"hub", "sync/wire", "kiosk/nudge"}},
	"hub/board":                 {ours: []string{"hub", "hub/store", "hub/measure", "locales", "assets", "kiosk/catalog", "kiosk", "sync/wire"}, libraries: []string{"github.com/prometheus/client_golang", "golang.org/x/time"}},
	"office":                    {ours: []string{"sync/wire", "sync/seal"}},
	"locales":                   {libraries: []string{"github.com/nicksnyder/go-i18n", "go.yaml.in/yaml/v4", "golang.org/x/text"}},
	"locales/sheet":             {ours: []string{"locales"}, libraries: []string{"github.com/xuri/excelize", "go.yaml.in/yaml/v4"}},
	"assets":                    {},
	"internal/display":          {libraries: []string{"github.com/jezek/xgb", "golang.org/x/sys"}},
}

type goPackage struct {
	ImportPath string
	Imports    []string
	Standard   bool
}

// Guards the arrows of the house: without it a screen could write to the
// database, or the hub could learn to open a request.
func TestImportsRunOneWay(t *testing.T) {
	packages := list(t)
	if len(packages) < 10 {
		t.Fatalf("go list found %d packages: the test is looking in the wrong place", len(packages))
	}
	for _, p := range packages {
		for _, fault := range faults(p) {
			t.Error(fault)
		}
	}
}

// The control: the same check names an arrow that must not be.
func TestAForbiddenImportIsNamed(t *testing.T) {
	for _, bad := range []goPackage{
		{ImportPath: "chasqui/kiosk/screen", Imports: []string{"chasqui/sync/outbox"}},
		{ImportPath: "chasqui/sync/wire", Imports: []string{"github.com/google/uuid"}},
		{ImportPath: "chasqui/hub/intake", Imports: []string{"chasqui/sync/seal"}},
		{ImportPath: "chasqui/kiosk/widget", Imports: []string{"fyne.io/fyne/v2/app"}},
		{ImportPath: "chasqui/kiosk/flow", Imports: []string{"net/http"}},
		{ImportPath: "chasqui/newroom", Imports: []string{"fmt"}},
		{ImportPath: "chasqui/internal/display", Imports: []string{"chasqui/kiosk/widget"}},
	} {
		if len(faults(bad)) == 0 {
			t.Errorf("%s importing %v passed", bad.ImportPath, bad.Imports)
		}
	}
}

// pure rooms touch neither network, nor processes, nor the clock of a screen.
var pure = []string{"kiosk", "kiosk/catalog", "kiosk/flow", "kiosk/search", "kiosk/nudge", "kiosk/uptake", "kiosk/desk", "hub/measure", "sync/wire"}

func faults(p goPackage) []string {
	path := strings.TrimPrefix(p.ImportPath, module+"/")
	if strings.HasPrefix(path, "cmd/") || strings.HasPrefix(path, "internal/") {
		if path == "cmd/kiosk" {
			return nil
		}
		if slices.Contains(p.Imports, "fyne.io/fyne/v2/app") {
			return []string{p.ImportPath + " imports fyne.io/fyne/v2/app; only cmd/kiosk may"}
		}
		if _, ok := house[path]; !ok {
			return nil
		}
	}
	rules, ok := house[path]
	if !ok {
		return []string{p.ImportPath + " is in no room of the house: add it to house and to docs/ARCHITECTURE.md"}
	}
	var out []string
	for _, imported := range p.Imports {
		switch {
		case imported == "fyne.io/fyne/v2/app":
			out = append(out, p.ImportPath+" imports fyne.io/fyne/v2/app; only cmd/kiosk may")
		case strings.HasPrefix(imported, module+"/"):
			if !allowed(rules.ours, strings.TrimPrefix(imported, module+"/")) {
				out = append(out, p.ImportPath+" may not import "+imported)
			}
		case !strings.Contains(strings.SplitN(imported, "/", 2)[0], "."):
			if slices.Contains(pure, path) && (imported == "net/http" || imported == "net" || imported == "os/exec" || imported == "database/sql") {
				out = append(out, p.ImportPath+" is pure and may not import "+imported)
			}
		case !slices.ContainsFunc(rules.libraries, func(prefix string) bool { return strings.HasPrefix(imported, prefix) }):
			out = append(out, p.ImportPath+" may not import the library "+imported)
		}
	}
	return out
}

func allowed(rooms []string, path string) bool {
	return slices.ContainsFunc(rooms, func(room string) bool {
		below, ok := strings.CutSuffix(room, "/...")
		return path == room || ok && strings.HasPrefix(path, below+"/")
	})
}

func list(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,Standard", module+"/...")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	var packages []goPackage
	decoder := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p goPackage
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}
