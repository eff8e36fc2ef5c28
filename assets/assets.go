// Package assets holds the files that travel inside the programs: the catalogue
// of services, the practice lessons, the regions and comunas, and the icons. It imports nothing of ours
// and gives each part as a file system rooted at its own folder.
package assets

import (
	"embed"
	"io/fs"
)

//go:embed services lessons cut
var files embed.FS

// Services returns the catalogue: a folder for each service with service.yaml and
// one message file a language, and service.schema.json at its root.
func Services() fs.FS { return sub("services") }

// Lessons returns the practice lessons: a folder for each with lesson.yaml and one
// message file a language, and lesson.schema.json at its root.
func Lessons() fs.FS { return sub("lessons") }

// Cut returns the folder of cut.yaml, the regions and comunas of Chile.
func Cut() fs.FS { return sub("cut") }

func sub(folder string) fs.FS {
	fsys, err := fs.Sub(files, folder)
	if err != nil {
		panic("assets: " + err.Error()) // only for a path that is not one
	}
	return fsys
}
