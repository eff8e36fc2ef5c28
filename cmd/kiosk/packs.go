package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"chasqui/kiosk/catalog"
	"chasqui/locales"
)

// packs makes the program speak the languages of its operator's packs, the folders
// in DATA/packs, and returns the catalogue with them and the tags that an office
// may list. It is called once, before anything is shown.
func packs(data string, services *catalog.Catalog) (*catalog.Catalog, []string, error) {
	dir := filepath.Join(data, "packs")
	var folders []fs.FS
	if isDir(dir) {
		folders = append(folders, os.DirFS(dir))
	}
	set, err := locales.Load(folders...)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", dir, err)
	}
	tags := []string{locales.Pseudo}
	added := []catalog.Pack{{Tag: locales.Pseudo, Derive: locales.PseudoText}}
	for _, l := range set.Known() {
		tags = append(tags, l.Tag)
		if own := filepath.Join(dir, l.Tag); isDir(own) {
			added = append(added, catalog.Pack{Tag: l.Tag, Files: os.DirFS(own)})
		}
	}
	if services, err = services.Add(added...); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", dir, err)
	}
	locales.Use(set)
	return services, tags, nil
}
