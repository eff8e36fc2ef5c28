package locales

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// Status says how far a language has come.
type Status string

// The statuses. A complete language lacks nothing: the build, or the start of the
// kiosk for a pack of an operator, fails on a missing message. A partial one falls
// back, visibly.
const (
	Complete Status = "complete"
	Partial  Status = "partial"
)

// Language is one language of the interface, as its pack describes it.
type Language struct {
	// Tag is its name in files and settings: "es".
	Tag string
	// Name is its own name for itself.
	Name string
	// Status is how far it has come.
	Status Status
	// Review says who has reviewed the words, in that language, or in Spanish for
	// a partial one, which need not have the words to say it.
	Review string
	// Note says that a part is in Spanish, in Spanish; "" for a complete language.
	Note string
	// Reviewer and Reviewed are who has reviewed it and the day, "2026-11-24"; both
	// are "" until somebody who speaks it has.
	Reviewer, Reviewed string
	// Fallback are the languages to look into for what it lacks, Spanish last.
	Fallback []string
	// Greeting is how it greets on the welcome page.
	Greeting Greeting
	// Voice is what can say it aloud.
	Voice Voice
	// Alphabet are its letters, in groups as it counts them; Fonts is where the
	// letters' shapes are found.
	Alphabet, Fonts string
	// FormatOf is the language whose way of writing numbers and dates it borrows,
	// PluralOf the one whose plural rule; its own tag where it has one.
	FormatOf, PluralOf string

	plural language.Tag
	format format
}

// Greeting is a greeting with where it was read. Words that nobody here can judge
// are not made up: without a source there is no greeting, and the language greets
// with its name.
type Greeting struct {
	Text   string `yaml:"text"`
	Source string `yaml:"source"`
	URL    string `yaml:"url"`
	Read   string `yaml:"read"`
}

// Voice is how a language is spoken: by a voice of espeak-ng, or by clips that
// somebody has recorded into a folder of the pack.
type Voice struct {
	Espeak string `yaml:"espeak"`
	Clips  string `yaml:"clips"`
}

// PluralForms returns the forms that a message that depends on a number must have
// in the language.
func (l Language) PluralForms() []string {
	have := map[plural.Form]bool{plural.Other: true}
	for n := range 200 {
		have[plural.Cardinal.MatchPlural(l.plural, n, 0, 0, 0, 0)] = true
	}
	var out []string
	for i, form := range []plural.Form{plural.Zero, plural.One, plural.Two, plural.Few, plural.Many, plural.Other} {
		if have[form] {
			out = append(out, Forms[i])
		}
	}
	return out
}

// description is a pack's file as it is written.
type description struct {
	Tag    string `yaml:"tag"`
	Name   string `yaml:"name"`
	Status Status `yaml:"status"`
	// Plural is the language whose plural rule is used. go-i18n knows none for arn,
	// ay, ht, qu and rap and would refuse their files.
	Plural string `yaml:"plural"`
	// Format is how numbers, dates, amounts and lists are written; FormatOf names a
	// language to borrow that from.
	Format   *format `yaml:"format"`
	FormatOf string  `yaml:"format_of"`
	// Fallback is looked into for what is missing; Spanish always is, at last.
	Fallback []string `yaml:"fallback"`
	Review   struct {
		By string `yaml:"by"`
		On string `yaml:"on"`
	} `yaml:"review"`
	Alphabet string   `yaml:"alphabet"`
	Fonts    string   `yaml:"fonts"`
	Voice    Voice    `yaml:"voice"`
	Greeting Greeting `yaml:"greeting"`
}

// bundledFonts is the value of fonts for the fonts that come with the screen.
const bundledFonts = "noto-sans"

var (
	tagForm = regexp.MustCompile(`^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$`)
	dayForm = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
)

// parsePack reads a pack's description. known gives the languages to borrow from.
func parsePack(file string, b []byte, known func(tag string) (Language, bool)) (Language, error) {
	var d description
	decoder := yaml.NewDecoder(bytes.NewReader(b))
	decoder.KnownFields(true)
	if err := decoder.Decode(&d); err != nil && !errors.Is(err, io.EOF) {
		return Language{}, fmt.Errorf("%s: %w", file, err)
	}
	wrong := func(field, say string, args ...any) error {
		return fmt.Errorf("%s:%d: %s: %s", file, lineOf(b, field), field, fmt.Sprintf(say, args...))
	}
	l := Language{
		Tag: d.Tag, Name: strings.TrimSpace(d.Name), Status: d.Status, Reviewer: d.Review.By, Reviewed: d.Review.On,
		Fallback: d.Fallback, Greeting: d.Greeting, Voice: d.Voice, Alphabet: d.Alphabet, Fonts: d.Fonts, FormatOf: d.FormatOf, PluralOf: d.Plural,
	}
	switch {
	case !tagForm.MatchString(d.Tag) || d.Tag == Pseudo:
		return l, wrong("tag", "%q is not the tag of a language; write one like arn or pt-BR", d.Tag)
	case l.Name == "":
		return l, wrong("name", "write the language's own name for itself")
	case d.Status != Complete && d.Status != Partial:
		return l, wrong("status", "%q is neither complete nor partial", d.Status)
	case (d.Review.By == "") != (d.Review.On == ""):
		return l, wrong("review", "write both who reviewed it (by) and the day (on), or neither")
	case d.Review.On != "" && !isDay(d.Review.On):
		return l, wrong("review", "%q is not a day like 2026-11-24", d.Review.On)
	case d.Fonts != bundledFonts:
		return l, wrong("fonts", "%q is unknown; %s comes with the screen", d.Fonts, bundledFonts)
	case d.Voice.Clips != "" && !fs.ValidPath(d.Voice.Clips):
		return l, wrong("voice", "%q is not a folder of the pack; write its name, as in clips: voice", d.Voice.Clips)
	case d.Greeting != Greeting{} && (d.Greeting.Text == "" || d.Greeting.Source == "" || !strings.HasPrefix(d.Greeting.URL, "http") || !isDay(d.Greeting.Read)):
		return l, wrong("greeting", "write text, source, url and the day on which it was read, or leave the greeting out")
	}
	var err error
	if l.plural, err = language.Parse(d.Plural); err != nil || d.Plural == "" {
		return l, wrong("plural", "%q is not a language whose plural rule can be used; en has the forms one and other", d.Plural)
	}
	switch {
	case d.Format != nil && d.FormatOf != "":
		return l, wrong("format_of", "write either format or format_of")
	case d.Format != nil:
		if err := d.Format.check(); err != nil {
			return l, wrong("format", "%v", err)
		}
		l.format, l.FormatOf = *d.Format, d.Tag
	default:
		other, ok := known(d.FormatOf)
		if !ok {
			return l, wrong("format_of", "%q is no language to borrow from; write es, en, pt or ht, or a format of its own", d.FormatOf)
		}
		l.format = other.format
	}
	for _, tag := range d.Fallback {
		if _, ok := known(tag); !ok || tag == d.Tag {
			return l, wrong("fallback", "%q is no language that the program knows", tag)
		}
	}
	if d.Tag != Source && !slices.Contains(l.Fallback, Source) {
		l.Fallback = append(slices.Clone(l.Fallback), Source)
	}
	return l, nil
}

func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil && dayForm.MatchString(s)
}

// lineOf returns the line on which a field of the file begins, 1 when it is not
// there.
func lineOf(b []byte, field string) int {
	for i, line := range strings.Split(string(b), "\n") {
		if strings.HasPrefix(line, field+":") {
			return i + 1
		}
	}
	return 1
}
