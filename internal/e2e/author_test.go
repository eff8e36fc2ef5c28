package e2e

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chasqui/assets"
	"chasqui/internal/e2e/eyes"
	"chasqui/internal/e2e/rig"
	"chasqui/internal/e2e/visitor"
	"chasqui/kiosk"
	"chasqui/kiosk/catalog"
)

// Guards author mode: in the real window a change of the folder is seen without a
// restart, a broken one is refused with the reason, and the last good one serves
// on until the next that is sound.
func TestAnAuthorSeesEachChangeInTheWindow(t *testing.T) {
	programs := window(t)
	t.Parallel()
	ctx := t.Context()
	dir := t.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	folder := filepath.Join(dir, "services")
	must(os.CopyFS(folder, assets.Services()))
	services, err := catalog.Load(assets.Services(), nil)
	must(err)
	screen, box := shown(t, programs, dir, "-author", folder)

	pictures := 0
	v := &visitor.Visitor{
		Screen: screen, Language: "es", Catalog: services, Count: &pictures,
		Office: kiosk.Office{Scope: rig.Office, Region: "13", Comuna: "13101", TimeZone: "America/Santiago"},
	}
	must(v.Come(ctx))
	must(v.TapTitle(ctx, v.Words("situation.home")))
	service, _ := services.Find("aviso-via-publica")
	title := service.In("es").Title
	_, err = v.See(ctx, strings.Join(strings.Fields(title)[:2], " "))
	must(err)

	file := filepath.Join(folder, "aviso-via-publica", "service.yaml")
	write := func(change func([]byte) []byte) {
		t.Helper()
		b, err := os.ReadFile(file)
		must(err)
		must(os.WriteFile(file, change(b), 0o600))
	}
	see := func(phrase string) eyes.Page {
		t.Helper()
		page, err := v.See(ctx, phrase)
		if err != nil {
			t.Fatalf("%v\nthe kiosk said:\n%s", err, box.Output())
		}
		return page
	}
	write(func(b []byte) []byte { return bytes.Replace(b, []byte(title), []byte("Farol apagado"), 1) })
	see("Farol apagado")
	write(func(b []byte) []byte {
		return bytes.Replace(b, []byte("situation: home"), []byte("situation: moon"), 1)
	})
	refused, _, _ := strings.Cut(v.Words("author.refused", "Why", ""), ".")
	if page := see(refused); !page.Has("Farol apagado") || !strings.Contains(page.Text(), "service.yaml") {
		t.Errorf("the last good catalogue, or the file at fault, is not on the page:\n%s", page.Text())
	}
	write(func(b []byte) []byte {
		b = bytes.Replace(b, []byte("situation: moon"), []byte("situation: home"), 1)
		return bytes.Replace(b, []byte("Farol apagado"), []byte("Luz apagada"), 1)
	})
	if page := see("Luz apagada"); page.Has(refused) {
		t.Errorf("the refusal stands there still:\n%s", page.Text())
	}
}
