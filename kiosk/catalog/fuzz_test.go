package catalog

import (
	"os"
	"testing"
	"testing/fstest"

	"chasqui/kiosk"
)

func FuzzService(f *testing.F) {
	for _, name := range []string{"permiso", "ayuda"} {
		b, err := os.ReadFile("testdata/sound/" + name + "/service.yaml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte("id: permiso\nversion: 1\nlanguages: [es]\ntext: {title: A}\nquestions: [{id: a, type: text, label: A, short: A, step: a}]\noutcomes: [{id: b, action: apply, title: B, next: B}]\n"))
	f.Add([]byte("a: &a [*a]"))
	f.Add([]byte("<<: {a: 1}\n? [b]\n: c"))
	f.Fuzz(func(t *testing.T, b []byte) {
		src, err := parseSource("permiso/service.yaml", b)
		if err != nil {
			if p := asProblem("", err); p.line < 1 || p.file == "" {
				t.Fatalf("an error without a place: %v", err)
			}
			return
		}
		s, problems := compileService(src, "permiso")
		for _, p := range problems {
			if p.line < 1 || p.message == "" {
				t.Fatalf("an error without a place: %v", p)
			}
		}
		if len(problems) > 0 {
			return
		}
		p := s.Path(kiosk.Answers{}, kiosk.Office{}, sampleDay)
		if len(p.Open) > len(p.Questions) || len(p.Questions) > len(s.def.Questions) {
			t.Fatalf("path %v", p)
		}
		s.resolve(sourceLanguage)
	})
}

func FuzzMessages(f *testing.F) {
	f.Add([]byte("question.name.label: \"What is your name?\"\n"))
	f.Add([]byte("a:\n  b: c\n  other: d\n"))
	f.Add([]byte("a: {one: x, other: \"{{.N}}\"}\n"))
	f.Add([]byte("a: [1, 2]"))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := parseMessages("permiso/en.yaml", b)
		if err != nil {
			return
		}
		for key := range m.text {
			if m.node(key) == nil {
				t.Fatalf("no place for %q", key)
			}
		}
	})
}

func FuzzRegions(f *testing.F) {
	f.Add([]byte("- code: \"13\"\n  name: Región Metropolitana\n  short: RM\n  comunas:\n    - 13101 Santiago\n"))
	f.Add([]byte("- {code: \"01\", name: a, short: b, comunas: [01101]}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		regions, err := ParseRegions(b)
		if err != nil {
			return
		}
		for _, r := range regions {
			for _, c := range r.Comunas {
				if len(c.Code) != 5 || c.Code[:2] != r.Code || c.Name == "" {
					t.Fatalf("comuna %v in region %s", c, r.Code)
				}
			}
		}
	})
}

// FuzzCondition feeds expressions to the compiler, and runs what compiles.
func FuzzCondition(f *testing.F) {
	f.Add(`answers.kind == "food"`)
	f.Add(`[1,2,3].all(x, x > answers.metres)`)
	f.Add(`answers.people.exists(p, p.age > 1) && years(answers.born, today) > days(answers.born, today)`)
	f.Add(`"a" in answers.things && answers.sign.drawn`)
	f.Add(`today > timestamp("2026-01-01T00:00:00Z") && has(answers.kind)`)
	f.Fuzz(func(t *testing.T, expression string) {
		if len(expression) > 200 {
			return
		}
		questions := []questionDef{{ID: "kind", Type: kiosk.TypeOneOf}, {ID: "metres", Type: kiosk.TypeNumber},
			{ID: "born", Type: kiosk.TypeDate}, {ID: "things", Type: kiosk.TypeManyOf}, {ID: "sign", Type: kiosk.TypeSignature},
			{ID: "people", Type: kiosk.TypeGroup, Questions: []questionDef{{ID: "age", Type: kiosk.TypeNumber}}}}
		lang, err := newLanguage(questions)
		if err != nil {
			t.Fatal(err)
		}
		c, err := compile(lang.env, expression, true)
		if err != nil {
			return
		}
		s := &Service{def: &definition{Questions: questions}}
		w := s.world(kiosk.Office{}, sampleDay)
		c.eval(w)
		w.unknown["kind"] = true
		c.eval(w)
	})
}

// FuzzHours feeds a town's own hours to their reader: what it takes is in order,
// and never two at once.
func FuzzHours(f *testing.F) {
	f.Add([]byte("open:\n  counter:\n    - {days: [sat], from: \"09:00\", to: \"13:00\"}\n"))
	f.Add([]byte("open: {counter: [{days: [mon, mon], from: \"00:00\", to: \"24:00\"}]}"))
	f.Add([]byte("open: {counter: 3}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		s := &Service{def: &definition{Channels: []channelDef{{Channel: "counter"}}}, open: map[string][]kiosk.OpenHours{}}
		for _, p := range s.layHours(fstest.MapFS{"permiso/local.yaml": {Data: b}}, "permiso") {
			if p.line < 1 || p.message == "" {
				t.Fatalf("an error without a place: %v", p)
			}
		}
		taken := map[[2]int]bool{}
		for _, h := range s.open["counter"] {
			if h.From < 0 || h.From >= h.To || h.To > 24*60 || len(h.Days) == 0 {
				t.Fatalf("taken: %v", h)
			}
			for _, day := range h.Days {
				for minute := h.From; minute < h.To; minute++ {
					if at := [2]int{int(day), minute}; taken[at] {
						t.Fatalf("twice at once: %v", s.open)
					} else {
						taken[at] = true
					}
				}
			}
		}
	})
}
