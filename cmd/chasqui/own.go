package main

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"chasqui/assets"
	"chasqui/kiosk/catalog"
	"chasqui/locales"
	"chasqui/locales/sheet"
)

// ownServices reports whether a folder holds services that somebody writes.
func ownServices(dir string) (author, bool) {
	if dir == "" {
		return author{}, false
	}
	own, err := authorFolder(dir)
	if err != nil {
		return author{}, false
	}
	if own.only != "" {
		return own, true
	}
	services, _ := fs.Glob(own.files, "*/service.yaml") // the patterns are sound
	lessons, _ := fs.Glob(own.files, "*/lesson.yaml")
	return own, len(services)+len(lessons) > 0
}

// openOwn reads what a language has of somebody's own services. Any language will
// do: none of their texts has a plural.
func openOwn(tag string, own author) (*translation, error) {
	if err := spelled(tag); err != nil {
		return nil, err
	}
	language, ok := locales.Find(tag)
	if !ok {
		language = locales.Language{Tag: tag, Name: tag}
	}
	return &translation{own: &own, language: language, dir: own.name}, nil
}

// ownTexts lists the texts of somebody's own services, with what the language's
// files have.
func (t *translation) ownTexts() ([]sheet.Text, error) {
	english, err := catalog.FolderTexts(t.own.files, t.own.only, "en")
	if err != nil {
		return nil, err
	}
	texts, err := catalog.FolderTexts(t.own.files, t.own.only, t.language.Tag)
	if err != nil {
		return nil, err
	}
	var out []sheet.Text
	for i, text := range texts {
		out = append(out, sheet.Text{
			Area: text.Kind + "/" + text.ID, Room: text.Room,
			Source: one(text.Key, text.Spanish), English: one(text.Key, english[i].In), In: one(text.Key, text.In),
		})
	}
	return out, nil
}

// textsNew begins the translation of a service, or goes on with it: the file gets a
// line for each text that it lacks.
func textsNew(_ context.Context, c *call) error {
	set, parse := c.flags()
	tag := set.String("lang", "", "the `language` to translate into")
	c.fileFirst()
	if err := parse(); err != nil {
		return err
	}
	if err := need(map[string]string{"lang": *tag}); err != nil {
		return err
	}
	if set.NArg() != 1 {
		return usagef("name the folder of one service, the one that holds service.yaml")
	}
	if err := errors.Join(translatable(*tag), spelled(*tag)); err != nil {
		return err
	}
	own, err := authorFolder(set.Arg(0))
	if err != nil {
		return err
	}
	if own.only == "" {
		return usagef("%s holds no service.yaml; name the folder of one service", set.Arg(0))
	}
	file, lacks, err := catalog.Skeleton(own.files, own.only, *tag)
	if err != nil {
		return usagef("%w; %s lint %s says what to do", err, program(), set.Arg(0))
	}
	path := filepath.Join(own.name, own.only, *tag+".yaml")
	if lacks > 0 {
		if err := replaceFile(path, file); err != nil {
			return usageError{err}
		}
	}
	fmt.Fprintf(c.stdout, "%d lines to translate added to %s\n", lacks, path)
	return nil
}

// translatable refuses the languages that nobody translates into.
func translatable(tag string) error {
	switch {
	case tag == locales.Source:
		return usagef("-lang %s: Spanish is what everything is translated from; change its files themselves", tag)
	case tag == locales.Pseudo:
		return usagef("-lang %s: the pseudo-locale is made by the program and has no files", tag)
	}
	return nil
}

// spelled refuses what is no language's name in a service.
func spelled(tag string) error {
	if len(tag) < 2 || len(tag) > 3 || strings.Trim(tag, "abcdefghijklmnopqrstuvwxyz") != "" {
		return usagef("-lang %s: write the two or three small letters of a language, like en", tag)
	}
	return nil
}

var iconPage = template.Must(template.New("icons").Parse(`<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Chasqui: icons</title>
<style>body{font-family:sans-serif;display:flex;flex-wrap:wrap;gap:1rem;margin:2rem}
figure{width:8rem;margin:0;text-align:center}svg{width:4rem;height:4rem}</style>
{{range .}}<figure>{{.SVG}}<figcaption>{{.Name}}</figcaption></figure>
{{end}}</html>
`))

// icons lists the icons, or draws them all on one page.
func icons(_ context.Context, c *call) error {
	set, parse := c.flags()
	out := set.String("o", "", "`file` to draw them in, .html, for a browser")
	if err := parse(); err != nil {
		return err
	}
	if set.NArg() > 0 {
		return usagef("unexpected %q", set.Arg(0))
	}
	if *out == "" {
		for _, name := range assets.IconNames() {
			fmt.Fprintln(c.stdout, name)
		}
		return nil
	}
	type icon struct {
		Name string
		SVG  template.HTML
	}
	var all []icon
	for _, name := range assets.IconNames() {
		svg, _ := assets.Icon(name)                       // it was just listed
		all = append(all, icon{name, template.HTML(svg)}) // #nosec G203 -- the program's own drawings
	}
	file, err := os.Create(*out) // #nosec G304 -- the author names the file
	if err != nil {
		return usageError{err}
	}
	if err := iconPage.Execute(file, all); err != nil {
		_ = file.Close()
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	fmt.Fprintf(c.stdout, "%d icons in %s; open it in a browser\n", len(all), *out)
	return nil
}
