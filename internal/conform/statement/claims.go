package statement

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// conformPath is the package whose calls are claims.
const conformPath = "chasqui/internal/conform"

// TestID names a test: the folder of its package, and the function.
type TestID struct {
	Package string // "kiosk/screen"
	Name    string // "TestKeysReachEverything"
}

func (t TestID) String() string { return t.Package + " " + t.Name }

func (t TestID) compare(o TestID) int {
	return cmp.Or(cmp.Compare(t.Package, o.Package), cmp.Compare(t.Name, o.Name))
}

// Claim is a test that says that it exercises a clause.
type Claim struct {
	Test   TestID
	Clause string
}

// Claims finds every call of conform.Clause in the tests below root. What it cannot
// read is an error that names file and line.
func Claims(root string) ([]Claim, error) {
	var out []Claim
	err := filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name := entry.Name(); file != root && (strings.HasPrefix(name, ".") || slices.Contains([]string{"testdata", "bin", "out", "var"}, name)) {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(file, ".go") {
			return nil
		}
		below, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		below = filepath.ToSlash(below)
		if path.Dir(below) == "internal/conform" {
			return nil // the package itself
		}
		source, err := os.ReadFile(file)
		if err != nil || !bytes.Contains(source, []byte(conformPath)) {
			return err
		}
		claims, err := claimsOf(below, source)
		out = append(out, claims...)
		return err
	})
	slices.SortFunc(out, func(a, b Claim) int { return cmp.Or(a.Test.compare(b.Test), cmp.Compare(a.Clause, b.Clause)) })
	return slices.Compact(out), err
}

// claimsOf finds the claims of one file.
func claimsOf(file string, source []byte) ([]Claim, error) {
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, file, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	name := ""
	for _, imported := range parsed.Imports {
		if imported.Path.Value == strconv.Quote(conformPath) {
			name = "conform"
			if imported.Name != nil {
				name = imported.Name.Name
			}
		}
	}
	if name == "" {
		return nil, nil
	}
	var out []Claim
	for _, declaration := range parsed.Decls {
		// A claim anywhere but in a test would be nobody's.
		test := ""
		if f, ok := declaration.(*ast.FuncDecl); ok && f.Recv == nil && strings.HasPrefix(f.Name.Name, "Test") && strings.HasSuffix(file, "_test.go") {
			test = f.Name.Name
		}
		ast.Inspect(declaration, func(n ast.Node) bool {
			used, ok := n.(*ast.SelectorExpr)
			if ok && err == nil && isCall(used, name) && !calledIn(declaration, used) {
				err = fmt.Errorf("%s: conform.Clause is called by that name and in no other way", set.Position(used.Pos()))
			}
			call, ok := n.(*ast.CallExpr)
			if !ok || err != nil {
				return err == nil
			}
			f, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || !isCall(f, name) {
				return true
			}
			if test == "" {
				err = fmt.Errorf("%s: call conform.Clause in the test itself, not in what it calls", set.Position(call.Pos()))
				return false
			}
			if len(call.Args) < 2 || call.Ellipsis.IsValid() {
				err = fmt.Errorf("%s: write the clauses that %s exercises, each in quotes", set.Position(call.Pos()), test)
				return false
			}
			for _, arg := range call.Args[1:] {
				literal, ok := arg.(*ast.BasicLit)
				if !ok || literal.Kind != token.STRING {
					err = fmt.Errorf("%s: write the clause in quotes, like \"EN 301 549 5.7\", so that it can be found by reading", set.Position(arg.Pos()))
					return false
				}
				clause, _ := strconv.Unquote(literal.Value)
				out = append(out, Claim{TestID{path.Dir(file), test}, clause})
			}
			return true
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func isCall(f *ast.SelectorExpr, conform string) bool {
	x, ok := f.X.(*ast.Ident)
	return ok && x.Name == conform && f.Sel.Name == "Clause"
}

// calledIn reports whether a mention of the function is the function of a call.
func calledIn(declaration ast.Node, used *ast.SelectorExpr) bool {
	found := false
	ast.Inspect(declaration, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && call.Fun == ast.Expr(used) {
			found = true
		}
		return !found
	})
	return found
}

// CheckClaims returns what is wrong with claims: of clauses that the table does not
// know, or of which it says that no test decides.
func (t Table) CheckClaims(claims []Claim) []string {
	var out []string
	for _, c := range claims {
		row, ok := t.Find(c.Clause)
		switch {
		case !ok:
			out = append(out, fmt.Sprintf("%s claims %q, which the table does not know; write it as the table does, or add it to internal/conform/statement/clauses", c.Test, c.Clause))
		case row.Kind != Test:
			out = append(out, fmt.Sprintf("%s claims %s, which the table calls %q; if a test decides it now, make its kind test", c.Test, c.Clause, row.Kind))
		}
	}
	return out
}
