package main

import (
	"fmt"
	"os"
	"path/filepath"

	"chasqui/kiosk/catalog"
	"chasqui/locales"
)

// own is a folder of services that somebody is writing.
type own struct {
	catalog *catalog.Catalog
	// only is the one service that was named, "" for all.
	only string
}

// openOwn reads a folder of services, or that of one service.
func openOwn(name string) (*own, error) {
	whole, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(whole); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("%w: %s is not a folder of services", errUsage, name)
	}
	o := &own{}
	if _, err := os.Stat(filepath.Join(whole, "service.yaml")); err == nil {
		whole, o.only = filepath.Dir(whole), filepath.Base(whole)
	}
	services, err := catalog.Load(os.DirFS(whole), nil)
	if err != nil {
		return nil, fmt.Errorf("%s does not load; \"chasqui lint %s\" says more: %w", name, name, err)
	}
	if o.catalog, err = services.Add(catalog.Pack{Tag: locales.Pseudo, Derive: locales.PseudoText}); err != nil {
		return nil, err
	}
	return o, nil
}

// leaves reports whether a service is not to be drawn.
func (o *own) leaves(service string) bool { return o != nil && o.only != "" && o.only != service }

// languages are those of the program that some service declares, Spanish first.
func (o *own) languages() []string {
	declared := map[string]bool{}
	for _, s := range o.catalog.Services() {
		for _, tag := range s.Languages() {
			declared[tag] = declared[tag] || !o.leaves(s.ID())
		}
	}
	var out []string
	for _, known := range locales.Languages() {
		if declared[known.Tag] {
			out = append(out, known.Tag)
		}
	}
	return out
}
