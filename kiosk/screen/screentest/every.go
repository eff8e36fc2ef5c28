package screentest

import (
	"embed"
	"io/fs"
	"sync"

	"chasqui/kiosk/catalog"
	"chasqui/locales"
)

//go:embed testdata/services
var samples embed.FS

// EveryService is the id of the service that has every type of question.
const EveryService = "muestra"

// EveryType returns a catalogue of one service, which has a question of every
// type.
func EveryType() (*catalog.Catalog, error) { return everyType() }

var everyType = sync.OnceValues(func() (*catalog.Catalog, error) {
	services, err := fs.Sub(samples, "testdata/services")
	if err != nil {
		return nil, err
	}
	c, err := catalog.Load(services, nil)
	if err != nil {
		return nil, err
	}
	return c.Add(catalog.Pack{Tag: locales.Pseudo, Derive: locales.PseudoText})
})
