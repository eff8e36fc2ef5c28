package screen_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"chasqui/kiosk"
	"chasqui/kiosk/catalog"
	"chasqui/kiosk/look"
	"chasqui/kiosk/screen/screentest"
	"chasqui/locales"
)

// offered lists the services of the catalogue that somebody can choose.
func offered(t *testing.T) []string {
	t.Helper()
	var ids []string
	for _, s := range bench(t, screentest.Options{}).Catalog.Services() {
		if !s.In("es").Hidden {
			ids = append(ids, s.ID())
		}
	}
	return ids
}

// Guards the first catalogue of the design: fifteen services, each in four
// languages.
func TestFifteenServicesAreOffered(t *testing.T) {
	want := []string{
		"activar-clave-unica", "aviso-via-publica", "beca-municipal", "certificado-residencia", "certificados-registro-civil",
		"exencion-derechos-aseo", "hora-asistente-social", "licencia-conducir", "oficina-partes", "patente-comercial",
		"pension-garantizada-universal", "permiso-circulacion", "registro-social-hogares", "solicitud-informacion", "subsidio-agua-potable",
	}
	if got := offered(t); !slices.Equal(got, want) {
		t.Errorf("offered are %v, want %v", got, want)
	}
	for _, s := range bench(t, screentest.Options{}).Catalog.Services() {
		for _, lang := range locales.Languages() {
			if !slices.Contains(s.Languages(), lang.Tag) {
				t.Errorf("%s does not speak %s", s.ID(), lang.Tag)
			}
		}
	}
}

// Guards that whoever comes with a real errand leaves with it done or with a clear
// next step: every example of every service is walked on the screen in every
// language, every page on the way can be read and touched in each text size, in each contrast and
// on every screen (and with -full in each of the sixteen looks), and what is filed is what was answered.
//
// And "labels": on the page of each question what is asked stands in full.
func TestEveryServiceIsDoneInEveryLanguage(t *testing.T) {
	stick, err := screentest.Media(t.TempDir())
	do(t, err)
	for i, id := range offered(t) {
		for k, shape := range screentest.Rotation(i) {
			if testing.Short() && shape.Language != "es" {
				continue
			}
			t.Run(id+"/"+shape.Language, func(t *testing.T) {
				o := shape.Options()
				o.Media = []string{stick}
				o.Looks.Contrast = (shape.Letters + k + i/4) % look.Contrasts
				var wrong findings
				drawn, said := map[string]bool{}, map[string]string{}
				s, _ := bench(t, o).Catalog.Find(id)
				// Each service is heard in one of the languages, and all of them with -full.
				all := locales.Languages()
				listens := *full && shape.Language != locales.Pseudo || shape.Language == all[i%len(all)].Tag
				keyboards := map[string]bool{}
				for _, e := range s.Examples() {
					if o.Ear = nil; listens {
						o.Ear, o.Voice = &screentest.Ear{}, kiosk.Voice{On: true}
					}
					b := bench(t, o)
					do(t, b.WalkExample(id, e, func(page string) error {
						if listens && !drawn[page] {
							for _, trouble := range hear(b, o.Ear, shape.Language, keyboards, secretsOf(e.Answers)...) {
								t.Errorf("example %q, %s is heard: %s", e.Name, page, trouble)
							}
						}
						drawn[page] = true
						said[page] += squeezed(strings.Join(b.Texts(), " "))
						wrong.look(b, page, shape)
						return nil
					}))
					if b.App.Page() != "review" {
						continue
					}
					do(t, b.Confirm())
					if b.App.Page() != "done" {
						t.Errorf("example %q ends on %s", e.Name, b.App.Page())
						continue
					}
					filed := b.Station.Submitted()[0]
					if got, want := slices.Sorted(maps.Keys(filed)), slices.Sorted(maps.Keys(e.Answers)); !slices.Equal(got, want) {
						t.Errorf("example %q filed %v, want %v", e.Name, got, want)
					}
					for q, v := range filed {
						if want := e.Answers[q]; v.File == nil && fmt.Sprint(v) != fmt.Sprint(want) {
							t.Errorf("example %q, %s: filed %v, want %v", e.Name, q, v, want)
						}
					}
				}
				if len(wrong.shapes) > 0 {
					t.Errorf("%s", &wrong)
				}
				for _, q := range s.In(shape.Language).Questions {
					if !drawn["question/"+q.ID] {
						t.Errorf("no example asks %s", q.ID)
					}
					if !strings.Contains(said["question/"+q.ID], squeezed(q.Label)) {
						t.Errorf("the pages of %s do not read %q", q.ID, q.Label)
					}
				}
			})
		}
	}
}

// Guards docs/AUTHORING.md: the sixteenth service was written by somebody who had
// that page alone. It passes the linter, and is done on the screen in both of its
// languages.
func TestTheServiceOfAStrangerIsDoneToo(t *testing.T) {
	folder := os.DirFS("../catalog/testdata/sixteenth")
	for _, f := range catalog.Lint(folder) {
		t.Error(f)
	}
	services, err := catalog.Load(folder, nil)
	do(t, err)
	s, ok := services.Find("arriendo-recinto")
	if !ok {
		t.Fatal("it is not there")
	}
	for _, language := range s.Languages() {
		for _, e := range s.Examples() {
			b := bench(t, screentest.Options{Catalog: services, Language: language})
			do(t, b.WalkExample(s.ID(), e, func(page string) error {
				for _, trouble := range inspect(b) {
					t.Errorf("%s, example %q, %s: %s", language, e.Name, page, trouble)
				}
				return nil
			}))
			want := "review"
			if e.Outcome != "pedir" {
				want = "outcome"
			}
			if b.App.Page() != want {
				t.Errorf("%s, example %q ends on %s, want %s", language, e.Name, b.App.Page(), want)
			}
		}
	}
}
