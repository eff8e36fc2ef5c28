package main

import (
	_ "embed"
	"fmt"
	"html/template"
	"os"
	"path/filepath"
)

//go:embed sheet.html
var sheetText string

var sheet = template.Must(template.New("sheet").Parse(sheetText))

// index writes the contact sheet.
func (d *drawer) index() error {
	f, err := os.Create(filepath.Join(d.out, "index.html")) // #nosec G304 -- the folder is the caller's choice
	if err != nil {
		return err
	}
	err = sheet.Execute(f, map[string]any{
		"Sections": d.sections, "Languages": d.columns(), "Drawn": d.drawn,
		"Size": fmt.Sprintf("%g×%g", d.size.Width, d.size.Height), "Look": d.looks.Contrast, "Text": d.looks.Size,
	})
	if err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}
