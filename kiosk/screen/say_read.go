package screen

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"chasqui/kiosk"
	"chasqui/kiosk/look"
	"chasqui/kiosk/widget"
	"chasqui/locales"
)

// role says what a text is where that is seen by its colour and its sign.
type role int

const (
	rolePlain role = iota
	roleTrouble
)

// note is what the voice must know of an object beside what is drawn. Most objects
// need none: their words are said as they stand.
type note struct {
	// group is the same for what was drawn together: the lines of a paragraph.
	group int
	role  role
	// private says that it is about the person.
	private bool
	// language is the tag of its words, "" for the page's.
	language string
	// means are the words for a picture that says something.
	means string
}

// note notes what belongs together.
func (d *drawing) note(objects []fyne.CanvasObject) {
	d.mark.group++
	for _, o := range objects {
		d.notes[o] = d.mark
	}
}

// as gives what is drawn until the returned func is called a role.
func (d *drawing) as(r role) (done func()) {
	before := d.mark.role
	d.mark.role = r
	return func() { d.mark.role = before }
}

// secret marks what is drawn until the returned func is called as private: an
// answer, a folio, a code.
func (d *drawing) secret() (done func()) {
	before := d.mark.private
	d.mark.private = true
	return func() { d.mark.private = before }
}

// in says that what is drawn until the returned func is called is in another
// language than the page.
func (d *drawing) in(language string) (done func()) {
	before := d.mark.language
	d.mark.language = language
	return func() { d.mark.language = before }
}

// picture draws a picture that means something, with the words for it.
func (d *drawing) picture(o fyne.CanvasObject, means string) {
	d.mark.means = means
	d.add(o)
	d.mark.means = ""
}

// piece is one thing on a page that is said by itself.
type piece struct {
	text    string
	trouble bool
	private bool
	said    []kiosk.Utterance
}

// reading is a page as it is said.
type reading struct {
	title string
	// troubles are the pieces that say what to do about an answer, each with the name
	// of what it is about.
	troubles []kiosk.Utterance
	body     []piece
	link     []kiosk.Utterance
	// chrome is what is said of the strip: that a request is being amended.
	chrome []kiosk.Utterance
}

// all is the page from its beginning: what to do about an answer first.
func (r reading) all() []kiosk.Utterance {
	out := append([]kiosk.Utterance(nil), r.troubles...)
	out = append(out, r.chrome...)
	for _, p := range r.body {
		if !p.trouble {
			out = append(out, p.said...)
		}
	}
	return append(out, r.link...)
}

func (r reading) texts() []string {
	var out []string
	for _, p := range r.body {
		out = append(out, p.text)
	}
	return out
}

func (r reading) linkText() string {
	text := ""
	for _, u := range r.link {
		text += u.Text + "\n"
	}
	return text
}

// read reads what is drawn, in the order in which it was.
func (d *drawing) read() reading {
	r := reading{body: d.pieces(d.body)}
	var titled piece
	for _, p := range d.titles() {
		titled, r.title = p, p.text
		break
	}
	for _, p := range r.body {
		if !p.trouble {
			continue
		}
		w := d.app.words()
		r.troubles = append(r.troubles, d.speech(w.Text("voice.trouble", "What", r.title, "Trouble", p.text), "", p.private || titled.private)...)
	}
	for _, p := range d.pieces(d.linkLine) {
		r.link = append(r.link, p.said...)
	}
	if _, home := d.app.top().(*homePage); !home {
		if _, welcome := d.app.top().(*welcomePage); !welcome {
			r.link = nil
		}
	}
	if _, amending := d.app.amending(); amending && len(d.linkLine) <= len(d.chrome) {
		for _, p := range d.pieces(d.chrome[:len(d.chrome)-len(d.linkLine)]) {
			r.chrome = append(r.chrome, d.speech(p.text, "", true)...)
		}
	}
	return r
}

// titles are the texts of the body in bold letters, the page's title first.
func (d *drawing) titles() []piece {
	var bold []fyne.CanvasObject
	for _, o := range d.body {
		if t, ok := o.(*canvas.Text); ok && t.FontSource == look.Font(true) && d.notes[o].role == rolePlain {
			bold = append(bold, o)
		}
	}
	return d.pieces(bold)
}

// pieces takes objects together that belong together.
func (d *drawing) pieces(objects []fyne.CanvasObject) []piece {
	var out []piece
	var lines []*canvas.Text
	flush := func() {
		if len(lines) == 0 {
			return
		}
		n := d.notes[lines[0]]
		p := piece{text: unbroken(lines), trouble: n.role == roleTrouble, private: n.private}
		p.said = d.speech(p.text, n.language, n.private)
		out, lines = append(out, p), nil
	}
	for _, o := range objects {
		n := d.notes[o]
		switch o := o.(type) {
		case *canvas.Text:
			if len(lines) > 0 && (d.notes[lines[0]].group != n.group || lines[0].FontSource != o.FontSource) {
				flush()
			}
			lines = append(lines, o)
			continue
		case *canvas.Image:
			if n.means == "" {
				continue // a sign beside words that say the same
			}
			flush()
			out = append(out, piece{text: n.means, private: n.private, said: d.speech(n.means, n.language, n.private)})
		case *widget.Pad:
			flush()
			text := d.app.words().Text("voice.pad") + " " + o.Guide
			if !o.Empty() {
				text = d.app.words().Text("voice.signature") // the guide is gone
			}
			out = append(out, piece{text: text, said: d.speech(text, "", false)})
		case *widget.Button:
			// Whoever does not know the page's language hears its own before anything else.
			if _, welcome := d.app.top().(*welcomePage); welcome && languageOf(o.ID) != "" {
				flush()
				c, _ := d.control(o)
				out = append(out, piece{text: c.name, said: d.speech(c.name, c.language, false)})
			}
		}
	}
	flush()
	return out
}

// unbroken puts the lines of a text together again. Where the next word would have
// had room, the line was ended on purpose.
func unbroken(lines []*canvas.Text) string {
	widest := float32(0)
	for _, line := range lines {
		widest = max(widest, look.Measure(line.Text, line.TextSize, line.FontSource == look.Font(true)).Width)
	}
	var out strings.Builder
	for i, line := range lines {
		if i > 0 {
			before := lines[i-1]
			word, _, _ := strings.Cut(line.Text, " ")
			ends := look.Measure(before.Text+" "+word, line.TextSize, line.FontSource == look.Font(true)).Width < widest
			if ends && !strings.ContainsAny(before.Text[max(len(before.Text)-1, 0):], ".:;,?!") {
				out.WriteString(".")
			}
			out.WriteString(" ")
		}
		out.WriteString(strings.TrimSpace(line.Text))
	}
	return out.String()
}

// speech makes utterances of a text as it is drawn. What has fallen back to
// Spanish, between its marks, is said in Spanish and without them.
func (d *drawing) speech(text, language string, private bool) []kiosk.Utterance {
	if language == "" {
		language = d.app.session.Language()
	}
	var out []kiosk.Utterance
	add := func(text, language string) {
		if text = speakable(text, locales.In(language)); hasWords(text) {
			out = append(out, kiosk.Utterance{Text: text, Language: language, Private: private})
		}
	}
	for text != "" {
		before, rest, marked := strings.Cut(text, "⟦")
		add(before, language)
		if !marked {
			break
		}
		var fallen string
		fallen, text, _ = strings.Cut(rest, "⟧")
		add(fallen, locales.Source)
	}
	return out
}

// languageOf returns the language that a button is for, "" for none.
func languageOf(id string) string {
	tag, ok := strings.CutPrefix(id, "language/")
	if !ok {
		return ""
	}
	return tag
}

// greetsIn returns the language of a greeting.
func greetsIn(text string) string {
	for _, lang := range locales.Known() {
		if greeting(lang) == text {
			return lang.Tag
		}
	}
	return ""
}
