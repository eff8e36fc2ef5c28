package main

import (
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"strings"

	"chasqui/kiosk/catalog"
	"chasqui/kiosk/screen/screentest"
)

// section is one part of the sheet: the pages of a service, or those around the
// services. It is a table: a row a page, a column a language.
type section struct {
	ID, Title string
	Rows      []*row
	row       map[string]*row
}

// row is one page in each language; a language that has no such page has no file.
type row struct {
	Name  string
	Files map[string]string
}

func newSection(id, title string) *section {
	return &section{ID: id, Title: title, row: map[string]*row{}}
}

// add places a picture.
func (s *section) add(name, language, file string) {
	r, ok := s.row[name]
	if !ok {
		r = &row{Name: name, Files: map[string]string{}}
		s.row[name] = r
		s.Rows = append(s.Rows, r)
	}
	r.Files[language] = file
}

// drawer draws everything of one run.
type drawer struct {
	options
	media    []string
	sections []*section
	drawn    int
}

// draw draws what the command line asks for.
func (d *drawer) draw() error {
	if d.sixteen {
		return d.inEveryLook()
	}
	if d.own == nil {
		if err := d.pages(); err != nil {
			return err
		}
	}
	return d.services()
}

func (d *drawer) bench(language string) screentest.Options {
	o := screentest.Options{Size: d.size, Language: language, Looks: &d.looks, Media: d.media}
	if d.own != nil {
		o.Catalog = d.own.catalog
	}
	return o
}

// keep draws what stands on a bench into a file of its own.
func (d *drawer) keep(b *screentest.Bench, s *section, language, name string) error {
	file := fmt.Sprintf("%s-%s-%s.png", s.ID, strings.NewReplacer("/", "-", "#", "-", " ", "-").Replace(name), language)
	f, err := os.Create(filepath.Join(d.out, file)) // #nosec G304 -- the folder is the caller's choice
	if err != nil {
		return err
	}
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(f, b.Capture()); err != nil {
		_ = f.Close()
		return err
	}
	s.add(name, language, file)
	d.drawn++
	return f.Close()
}

// pages draws the scenes: every page around the services, and every type of
// question, in every state.
func (d *drawer) pages() error {
	s := newSection("page", "Pages")
	d.sections = append(d.sections, s)
	for _, scene := range screentest.Scenes() {
		if !strings.Contains(scene.Name, d.only) {
			continue
		}
		for _, language := range d.languages {
			b, err := scene.Show(d.bench(language))
			if err != nil {
				return fmt.Errorf("%s: %w", language, err)
			}
			if err := d.keep(b, s, language, scene.Name); err != nil {
				return err
			}
		}
	}
	return nil
}

// services walks every example of every service and draws each page where it is
// first seen.
func (d *drawer) services() error {
	b, err := screentest.New(d.bench(d.languages[0]))
	if err != nil {
		return err
	}
	for _, service := range b.Catalog.Services() {
		shown := service.In(d.languages[0])
		if shown.Hidden || d.own.leaves(service.ID()) || !strings.Contains(service.ID(), d.only) {
			continue
		}
		s := newSection(service.ID(), shown.Title)
		d.sections = append(d.sections, s)
		for _, language := range d.languages {
			if err := d.service(s, service, language); err != nil {
				return fmt.Errorf("%s: %w", language, err)
			}
		}
	}
	return nil
}

func (d *drawer) service(s *section, service *catalog.Service, language string) error {
	known := map[string]bool{}
	for _, e := range service.Examples() {
		b, err := screentest.New(d.bench(language))
		if err != nil {
			return err
		}
		// A page with several stages is seen several times in a row: an example draws
		// all of them or none.
		here := map[string]int{}
		see := func(page string) error {
			if page == "outcome" {
				page += "/" + e.Outcome
			}
			if known[page] {
				return nil
			}
			here[page]++
			name := page
			if here[page] > 1 {
				name = fmt.Sprintf("%s#%d", page, here[page])
			}
			return d.keep(b, s, language, name)
		}
		if err := b.WalkExample(service.ID(), e, see); err != nil {
			return err
		}
		if b.App.Page() == "review" && !known["done"] {
			if err := b.Confirm(); err != nil {
				return err
			}
			if err := see(b.App.Page()); err != nil {
				return err
			}
		}
		for page := range here {
			known[page] = true
		}
	}
	return nil
}
