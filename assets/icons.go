package assets

import (
	"embed"
	"io/fs"
	"slices"
	"strings"
)

//go:embed icons/*.svg
var icons embed.FS

// Icon returns the SVG of an icon, "house" for icons/house.svg: drawn on a grid
// of 24 units in strokes of 2 units, in the colour IconInk. ok is false when
// there is none of that name.
func Icon(name string) (svg []byte, ok bool) {
	svg, err := icons.ReadFile("icons/" + name + ".svg")
	return svg, err == nil
}

// IconInk is the colour in which every icon is drawn; whoever shows one puts its
// own in place of it.
const IconInk = "#000000"

// IconNames returns the names of all icons, sorted.
func IconNames() []string {
	files, err := fs.Glob(icons, "icons/*.svg")
	if err != nil {
		panic("assets: " + err.Error()) // only for a pattern that is not one
	}
	names := make([]string, 0, len(files))
	for _, file := range files {
		names = append(names, strings.TrimSuffix(strings.TrimPrefix(file, "icons/"), ".svg"))
	}
	slices.Sort(names)
	return names
}
