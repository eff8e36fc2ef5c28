package flow

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"chasqui/kiosk/catalog"
	"chasqui/locales"
)

// keys returns every key of the interface that this package can ask for.
func keys(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, code := range codes(t) {
		if code != CodeRule { // its message is the service's own
			out = append(out, "trouble."+code)
		}
	}
	for _, kind := range DocumentKinds() {
		out = append(out, "document."+kind)
		if kind != DocumentNone {
			out = append(out, "document.short."+kind, "document.number."+kind)
		}
	}
	for _, answer := range []string{"yes", "no", "passed", "decimal", "file", "declined", "signature", "signed"} {
		out = append(out, "answer."+answer)
	}
	return out
}

// codes reads the Code constants out of the source, so that a new one cannot be
// forgotten here.
func codes(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "check.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(spec.Names[0].Name, "Code") {
			return true
		}
		code, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, code)
		return true
	})
	if len(out) < 15 {
		t.Fatalf("%d codes found: the test reads the wrong place", len(out))
	}
	return out
}

// Guards the person who reads another language: without it a trouble could come
// up in Spanish, or as a key.
func TestEveryWordIsThereInEveryLanguage(t *testing.T) {
	for _, language := range locales.Languages() {
		words := locales.In(language.Tag)
		for _, key := range keys(t) {
			if !words.Has(key) {
				t.Errorf("%s lacks %s", language.Tag, key)
			}
			if text := words.Text(key, "Max", 5, "Min", 1); strings.ContainsAny(text, "⟦⟧{}") || strings.Contains(text, "<no value>") {
				t.Errorf("%s in %s: %q", key, language.Tag, text)
			}
		}
		if words.Has("trouble.none-such") {
			t.Fatal("a key that is nowhere is found: the test controls nothing")
		}
	}
}

func TestNoWordIsLeftOver(t *testing.T) {
	used := map[string]bool{}
	for _, key := range keys(t) {
		used[key] = true
	}
	for _, language := range locales.Languages() {
		b, err := os.ReadFile("../../locales/flow." + language.Tag + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		var written map[string]string
		if err := yaml.Unmarshal(b, &written); err != nil {
			t.Fatal(err)
		}
		for key := range written {
			if !used[key] {
				t.Errorf("flow.%s.yaml: nothing asks for %s", language.Tag, key)
			}
		}
	}
}

// The schema lists the codes for which a service may have words of its own.
func TestTheSchemaKnowsEveryCode(t *testing.T) {
	b, err := os.ReadFile("../../assets/services/" + catalog.SchemaFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range codes(t) {
		if code != CodeRule && code != CodeUnknown && !strings.Contains(string(b), `"`+code+`"`) {
			t.Errorf("the schema does not know %q", code)
		}
	}
}

// Guards the promise that words say what to do: none blames, none says "error".
func TestTroubleIsKind(t *testing.T) {
	for _, language := range locales.Languages() {
		for _, key := range keys(t) {
			text := strings.ToLower(locales.In(language.Tag).Text(key))
			for _, unkind := range []string{"error", "inválid", "invalid", "incorrect", "erro ", "erè"} {
				if strings.Contains(text, unkind) {
					t.Errorf("%s in %s: %q", key, language.Tag, text)
				}
			}
		}
	}
}
