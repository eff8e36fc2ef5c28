package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// Guards "a receipt is given only after the request is on disk": the one caller
// of kiosk.NewReceipt outside tests and sample data is the station's Submit.
// Without it any page could congratulate a citizen on a request that was lost.
func TestOnlyTheStationMakesAReceipt(t *testing.T) {
	var callers []string
	root := "../.."
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := filepath.ToSlash(strings.TrimPrefix(path, root+"/"))
		if d.IsDir() && strings.HasPrefix(d.Name(), ".") && d.Name() != ".." {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if sel, ok := call.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "NewReceipt" {
					callers = append(callers, name)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	station := false
	for _, name := range callers {
		switch {
		case name == "kiosk/station/submit.go":
			station = true
		case strings.HasPrefix(name, "kiosk/screen/screentest/"), strings.HasPrefix(name, "cmd/gallery/"): // sample data
		default:
			t.Errorf("%s makes a receipt; only the station's Submit may", name)
		}
	}
	if !station {
		t.Error("the station's Submit was not found making a receipt: the test is looking in the wrong place")
	}
}
