package main

import (
	"fmt"
	"strings"

	"chasqui/kiosk"
	"chasqui/kiosk/look"
	"chasqui/kiosk/screen/screentest"
)

// contrastNames are the columns of the sheet of looks.
var contrastNames = [look.Contrasts]string{"claro", "noche", "alto-claro", "alto-oscuro"}

// columns are those of the sheet: the contrasts, or the languages.
func (d *drawer) columns() []string {
	if d.sixteen {
		return contrastNames[:]
	}
	return d.languages
}

// inEveryLook draws each scene in the sixteen looks: a section a scene, a row a text
// size, a column a contrast.
func (d *drawer) inEveryLook() error {
	language := d.languages[0]
	for _, scene := range screentest.Scenes() {
		if !strings.Contains(scene.Name, d.only) {
			continue
		}
		s := newSection(scene.Name, scene.Name)
		d.sections = append(d.sections, s)
		for size := range look.Sizes {
			o := d.bench(language)
			o.Looks = &kiosk.Looks{Size: size}
			b, err := scene.Show(o)
			if err != nil {
				return fmt.Errorf("%s, letters %d: %w", language, size, err)
			}
			for contrast, name := range contrastNames {
				b.App.SetLooks(kiosk.Looks{Size: size, Contrast: contrast})
				if err := d.keep(b, s, name, fmt.Sprintf("letters %d %s", size, language)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
