package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"chasqui/assets"
	"chasqui/kiosk/catalog"
	"chasqui/locales"
	"chasqui/locales/sheet"
)

// translation is a language's texts and the folder in which its files lie.
type translation struct {
	language locales.Language
	set      *locales.Set
	catalog  *catalog.Catalog
	// dir is a pack's folder, or the root of the repository, "" for none.
	dir  string
	repo bool
	// own is a folder of services that somebody writes: then nothing else is
	// translated. nil for none.
	own *author
}

// openTranslation reads what a language has: in the program, and in a pack's
// folder. In the repository the program's own texts are the files'.
func openTranslation(tag, dir string) (*translation, error) {
	if err := translatable(tag); err != nil {
		return nil, err
	}
	t := &translation{dir: dir}
	if own, ok := ownServices(dir); ok {
		return openOwn(tag, own)
	}
	services, err := catalog.Load(assets.Services(), nil)
	if err != nil {
		return nil, err
	}
	t.catalog, t.set = services, locales.Current()
	t.repo = dir != "" && isFile(filepath.Join(dir, "locales", locales.Source+".pack.yaml"))
	if dir != "" && !t.repo {
		files := os.DirFS(dir)
		if t.set, err = locales.LoadPack(tag, files); err != nil {
			return nil, usagef("%s: %w", dir, err)
		}
		if t.catalog, err = services.Add(catalog.Pack{Tag: tag, Files: files}); err != nil {
			return nil, usagef("%s: %w", dir, err)
		}
	}
	var ok bool
	if t.language, ok = t.set.Find(tag); !ok {
		return nil, usagef("-lang %s: the program does not know it; name a folder with its pack.yaml, as docs/LANGUAGES.md says", tag)
	}
	return t, nil
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// texts lists everything that is translated, with what the language has.
func (t *translation) texts() ([]sheet.Text, error) {
	if t.own != nil {
		return t.ownTexts()
	}
	var out []sheet.Text
	for _, area := range t.set.Areas() {
		english, own := byKey(t.set.Area("en", area)), byKey(t.set.Area(t.language.Tag, area))
		for _, m := range t.set.Area(locales.Source, area) {
			out = append(out, sheet.Text{Area: area, Source: m, English: english[m.Key], In: own[m.Key]})
		}
	}
	english := t.catalog.Texts("en")
	for i, text := range t.catalog.Texts(t.language.Tag) {
		out = append(out, sheet.Text{
			Area: text.Kind + "/" + text.ID, Room: text.Room,
			Source: one(text.Key, text.Spanish), English: one(text.Key, english[i].In), In: one(text.Key, text.In),
		})
	}
	return out, nil
}

func byKey(messages []locales.Message) map[string]locales.Message {
	out := map[string]locales.Message{}
	for _, m := range messages {
		out[m.Key] = m
	}
	return out
}

// one is a message without plural.
func one(key, text string) locales.Message {
	return locales.Message{Key: key, Forms: map[string]string{"other": text}}
}

// file returns where an area's message file lies.
func (t *translation) file(area string) string {
	kind, id, inCatalogue := strings.Cut(area, "/")
	switch {
	case t.own != nil:
		return filepath.Join(t.own.name, id, t.language.Tag+".yaml")
	case t.repo && inCatalogue:
		return filepath.Join(t.dir, "assets", kind, id, t.language.Tag+".yaml")
	case t.repo:
		return filepath.Join(t.dir, "locales", area+"."+t.language.Tag+".yaml")
	}
	return filepath.Join(t.dir, filepath.FromSlash(area)+".yaml")
}

// fileFirst puts a file that is named before the flags behind them, where package
// flag looks for it.
func (c *call) fileFirst() {
	if len(c.args) > 1 && !strings.HasPrefix(c.args[0], "-") {
		c.args = append(slices.Clone(c.args[1:]), c.args[0])
	}
}

func textsExport(_ context.Context, c *call) error {
	set, parse := c.flags()
	tag := set.String("lang", "", "the `language` to translate into")
	all := set.Bool("all", false, "everything, not only what is missing")
	out := set.String("o", "", "`file` to write, .xlsx or .csv")
	c.fileFirst()
	if err := parse(); err != nil {
		return err
	}
	if err := need(map[string]string{"lang": *tag, "o": *out}); err != nil {
		return err
	}
	if set.NArg() > 1 {
		return usagef("name one folder: of services, a pack's, or the repository's")
	}
	t, err := openTranslation(*tag, set.Arg(0))
	if err != nil {
		return err
	}
	texts, err := t.texts()
	if err != nil {
		return usagef("%w; \"%s lint %s\" says more", err, program(), set.Arg(0))
	}
	rows := sheet.Rows(texts, t.language.PluralForms(), *all)
	var file bytes.Buffer
	if err := sheet.Write(&file, *out, rows); err != nil {
		return usageError{err}
	}
	// #nosec G306 -- texts of the interface are for everybody
	if err := os.WriteFile(*out, file.Bytes(), 0o644); err != nil {
		return usageError{err}
	}
	fmt.Fprintf(c.stdout, "%d rows to %s\n", len(rows), *out)
	return nil
}

func textsImport(_ context.Context, c *call) error {
	set, parse := c.flags()
	tag := set.String("lang", "", "the `language` of the translations")
	into := set.String("into", "", "`folder` of the pack, or of the repository, whose files are written")
	c.fileFirst()
	if err := parse(); err != nil {
		return err
	}
	if err := need(map[string]string{"lang": *tag, "into": *into}); err != nil {
		return err
	}
	if set.NArg() != 1 {
		return usagef("name one file, .xlsx or .csv")
	}
	if err := os.MkdirAll(*into, 0o750); err != nil {
		return usageError{err}
	}
	t, err := openTranslation(*tag, *into)
	if err != nil {
		return err
	}
	file, err := os.ReadFile(set.Arg(0)) // #nosec G304 -- the operator names the file
	if err != nil {
		return usageError{err}
	}
	rows, err := sheet.Read(bytes.NewReader(file), filepath.Base(set.Arg(0)))
	if err != nil {
		return usageError{err}
	}
	texts, err := t.texts()
	if err != nil {
		return usagef("%w; \"%s lint %s\" says more", err, program(), *into)
	}
	translated, problems := sheet.Take(rows, texts, t.language.PluralForms())
	if len(problems) > 0 {
		for _, p := range problems {
			fmt.Fprintf(c.stderr, "%s: %v\n", filepath.Base(set.Arg(0)), p)
		}
		return usagef("%d rows do not fit; nothing was written", len(problems))
	}
	files, err := t.merge(texts, translated)
	if err != nil {
		return usageError{err}
	}
	written, count := 0, 0
	for _, messages := range translated {
		count += len(messages)
	}
	for _, path := range slices.Sorted(maps.Keys(files)) {
		if files[path] == nil {
			continue
		}
		if err := replaceFile(path, files[path]); err != nil {
			return err
		}
		written++
	}
	fmt.Fprintf(c.stdout, "%d texts read, %d files written\n", count, written)
	return nil
}

// merge returns the new content of each file, nil for one that stays as it is.
// Everything is worked out before anything is written.
func (t *translation) merge(texts []sheet.Text, translated sheet.Translation) (map[string][]byte, error) {
	order := map[string][]string{}
	for _, text := range texts {
		order[text.Area] = append(order[text.Area], text.Source.Key)
	}
	files := map[string][]byte{}
	for area, messages := range translated {
		path := t.file(area)
		before, err := os.ReadFile(path) // #nosec G304 -- below the operator's own folder
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		after, err := sheet.Merge(path, before, t.language.Name+": "+area+".", order[area], messages)
		if err != nil {
			return nil, err
		}
		files[path] = nil
		if !bytes.Equal(before, after) {
			files[path] = after
		}
	}
	return files, nil
}

// replaceFile writes a file whole or not at all.
func replaceFile(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	next := path + ".new"
	// #nosec G306 -- texts of the interface are for everybody
	if err := os.WriteFile(next, content, 0o644); err != nil {
		return err
	}
	return os.Rename(next, path)
}

// textsStatus prints how far each language has come.
func textsStatus(_ context.Context, c *call) error {
	flags, parse := c.flags()
	if err := parse(); err != nil {
		return err
	}
	if flags.NArg() > 1 {
		return usagef("name one folder of packs")
	}
	set := locales.Current()
	services, err := catalog.Load(assets.Services(), nil)
	if err != nil {
		return err
	}
	if dir := flags.Arg(0); dir != "" {
		if set, err = locales.Load(os.DirFS(dir)); err != nil {
			return usagef("%s: %w", dir, err)
		}
		var packs []catalog.Pack
		for _, l := range set.Known() {
			packs = append(packs, catalog.Pack{Tag: l.Tag, Files: os.DirFS(filepath.Join(dir, l.Tag))})
		}
		if services, err = services.Add(packs...); err != nil {
			return usagef("%s: %w", dir, err)
		}
	}
	table := tabwriter.NewWriter(c.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "language\tname\tstatus\treviewer\tdate\tinterface\tservices\tlessons")
	for _, l := range set.Known() {
		reviewer, date := l.Reviewer, l.Reviewed
		if reviewer == "" {
			reviewer, date = "not yet reviewed by a native speaker", "-"
		}
		have, all := set.Coverage(l.Tag)
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", l.Tag, l.Name, l.Status, reviewer, date,
			share(have, all), coverage(services, "services", l.Tag), coverage(services, "lessons", l.Tag))
	}
	return table.Flush()
}

// coverage counts what a language has of the catalogue's services or lessons.
func coverage(c *catalog.Catalog, kind, tag string) string {
	have, all := 0, 0
	for _, t := range c.Texts(tag) {
		if t.Kind != kind {
			continue
		}
		all++
		if t.In != "" {
			have++
		}
	}
	return share(have, all)
}

func share(have, all int) string {
	if all == 0 {
		return "-"
	}
	return fmt.Sprintf("%d/%d", have, all)
}
