package screen_test

import (
	"fmt"
	"image/color"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"chasqui/kiosk"
	"chasqui/kiosk/look"
	"chasqui/kiosk/screen/screentest"
	"chasqui/kiosk/widget"
	"chasqui/locales"
)

// listener checks that somebody who hears a page, and sees nothing of it, has all
// that is on it. What must be heard is taken from the tree of drawn objects, and
// from nothing that speaks.
type listener struct {
	b    *screentest.Bench
	ear  *screentest.Ear
	lang string
	// keyboards are those whose keys were walked.
	keyboards map[string]bool
	// secrets are words about the person that the loudspeaker must not say.
	secrets []string
	// seen are the words that are drawn, the longest first; see beyond.
	seen    []string
	trouble []string
}

func (l *listener) find(format string, args ...any) {
	l.trouble = append(l.trouble, fmt.Sprintf(format, args...))
}

// bare is what a text and its speech have in common: letters and digits. Words for
// money differ; the amount does not.
func bare(text string) string {
	text = strings.NewReplacer("pesos", "", "peso", "").Replace(text)
	return strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			return r
		}
		return -1
	}, text))
}

func bareOf(all []kiosk.Utterance) string {
	out := ""
	for _, u := range all {
		out += bare(u.Text)
	}
	return out
}

// heard returns the utterances said since it was last called.
func (l *listener) heard() []kiosk.Utterance {
	var out []kiosk.Utterance
	for _, said := range l.ear.Heard() {
		out = append(out, said.Utterances...)
	}
	return out
}

// paragraph is a text as it is drawn, its lines joined.
type paragraph struct {
	text string
	last *canvas.Text
	at   fyne.Position
	bold bool
	ink  color.Color
}

// body returns the paragraphs between strip and foot that belong to no control,
// those of the line of state by themselves, and the pictures.
func body(b *screentest.Bench) (texts, state []paragraph, pictures []*canvas.Image) {
	size := b.Canvas.Size()
	scale := size.Width / float32(b.Station.Settings.ScreenWidthMM)
	var bars []screentest.Drawn
	top := float32(0)
	for _, d := range b.Tree() {
		if button, ok := d.Object.(*widget.Button); ok && strings.HasPrefix(button.ID, "strip/") {
			top = max(top, d.Position.Y+button.Size().Height)
		}
		if r, ok := d.Object.(*canvas.Rectangle); ok && d.Within == nil && d.Position.X == 0 && r.Size().Width == size.Width && r.Size().Height < size.Height/3 {
			bars = append(bars, d)
		}
	}
	add := func(all []paragraph, d screentest.Drawn, t *canvas.Text) []paragraph {
		bold := t.FontSource == look.Font(true)
		if n := len(all); n > 0 {
			p := &all[n-1]
			below := d.Position.Y - p.at.Y
			if p.bold == bold && p.last.TextSize == t.TextSize && p.ink == t.Color && p.at.X == d.Position.X && below > 0 && below < 2*t.TextSize {
				p.text, p.last, p.at = p.text+" "+t.Text, t, d.Position
				return all
			}
		}
		return append(all, paragraph{t.Text, t, d.Position, bold, t.Color})
	}
	for _, d := range b.Tree() {
		if d.Within != nil || d.Position.Y < top {
			continue
		}
		switch o := d.Object.(type) {
		case *canvas.Text:
			onBar := slices.ContainsFunc(bars, func(bar screentest.Drawn) bool {
				y := d.Position.Y + o.Size().Height/2
				return y > bar.Position.Y && y < bar.Position.Y+bar.Object.Size().Height
			})
			if onBar {
				state = add(state, d, o)
			} else {
				texts = add(texts, d, o)
			}
		case *canvas.Image:
			if max(o.Size().Width, o.Size().Height) > 24*scale || o.ScaleMode == canvas.ImageScalePixels {
				pictures = append(pictures, o)
			}
		}
	}
	return texts, state, pictures
}

// page checks everything about the page that is seen.
func (l *listener) page() []string {
	l.trouble = nil
	l.ear.Plug(true)
	focus := l.b.Canvas.Focused()
	var arrival []kiosk.Utterance
	if before := l.ear.Heard(); l.b.App.Page() == "warning" {
		arrival = before[len(before)-1].Utterances // any key ends it: it was heard when it came
	} else {
		l.b.Type(fyne.KeyF3)
		arrival = l.heard()
	}
	if len(arrival) == 0 {
		l.find("nothing is said on arrival")
		return l.trouble
	}
	l.seen = seenWords(l.b, l.lang)
	l.arrival(arrival)
	private := slices.ContainsFunc(arrival, func(u kiosk.Utterance) bool { return u.Private })
	said := l.controls(arrival)
	private = private || said
	l.unplugged(private)
	l.ear.Plug(true)
	if focus != nil {
		l.b.Canvas.Focus(focus)
	} else {
		l.b.Canvas.Unfocus()
	}
	return l.trouble
}

// arrival checks what is said of texts and pictures.
func (l *listener) arrival(said []kiosk.Utterance) {
	words := locales.In(l.lang)
	texts, state, pictures := body(l.b)
	all := bareOf(said)
	name := l.b.App.Page()
	if name == "home" || name == "welcome" {
		texts = append(texts, state...)
	}
	errorInk := look.New(l.b.Station.Settings, l.b.App.Looks(), l.b.Canvas.Size().Width).Error
	title := ""
	for _, p := range texts {
		if p.bold && p.ink != color.Color(errorInk) && title == "" {
			title = p.text
		}
	}
	for _, p := range texts {
		if name == "warning" && strings.Trim(p.text, "0123456789") == "" {
			continue // the seconds go on; which of them are said has a test of its own
		}
		if !strings.Contains(all, bare(p.text)) {
			l.find("the text %q is not heard", p.text)
		}
		if p.bold && p.ink == color.Color(errorInk) {
			if first := bare(said[0].Text); !strings.Contains(first, bare(p.text)) || !strings.Contains(first, bare(title)) {
				l.find("%q is not said before all else, with what it is about: %q", p.text, said[0].Text)
			}
		}
	}
	for _, picture := range pictures {
		if name == "welcome" {
			break // the crest, beside the office's name
		}
		means := []string{"voice.photo", "voice.camera", "voice.signature"}
		if picture.ScaleMode == canvas.ImageScalePixels {
			means = []string{"voice.code"}
		}
		if !slices.ContainsFunc(means, func(key string) bool { return strings.Contains(all, bare(words.Text(key))) }) {
			l.find("there is a picture, and no word says what it is: %v", means)
		}
	}
	l.order(texts, title, said)
	for _, u := range said {
		l.language(u, "")
		l.beyond(u)
	}
}

// order checks that the title is among the first words, after what is to be put
// right, and that of two texts of a column the upper one is said first.
func (l *listener) order(texts []paragraph, title string, said []kiosk.Utterance) {
	all := bareOf(said)
	// What stands twice, or in other words, has no one place.
	alone := func(p paragraph) bool { return len(bare(p.text)) > 8 && strings.Count(all, bare(p.text)) == 1 }
	if at := strings.Index(all, bare(title)); title != "" && at > 0 {
		for _, p := range texts {
			if alone(p) && strings.Contains(all[:at], bare(p.text)) && p.at.Y > l.b.Canvas.Size().Height/2 {
				l.find("%q, far down, is said before the title %q", p.text, title)
			}
		}
	}
	for i, upper := range texts {
		for _, lower := range texts[i+1:] {
			if !alone(upper) || !alone(lower) || upper.at.X != lower.at.X {
				continue
			}
			a, b := upper, lower
			if a.at.Y > b.at.Y {
				a, b = b, a
			}
			if strings.Index(all, bare(a.text)) > strings.Index(all, bare(b.text)) {
				l.find("%q stands over %q and is said after it", a.text, b.text)
			}
		}
	}
}

// seenWords are all that the eye has of a page: the words that are drawn, the names
// of signs and keys, and the voice's own words for kinds and states, which are seen
// by their shape.
func seenWords(b *screentest.Bench, lang string) []string {
	var out []string
	add := func(text string) {
		if text = bare(text); text != "" {
			out = append(out, text)
		}
	}
	texts, state, _ := body(b)
	for _, p := range append(texts, state...) {
		add(p.text)
	}
	for _, p := range parts(b) {
		add(strings.Join(p.texts, ""))
	}
	for _, d := range b.Tree() {
		switch o := d.Object.(type) {
		case *canvas.Text:
			add(o.Text)
			for part := range strings.SplitSeq(o.Text, " · ") {
				add(part) // in several languages at once
			}
		case *widget.Button:
			add(o.Spoken)
		case *widget.Pad:
			add(o.Guide)
		case *widget.Keyboard:
			for _, key := range o.Keys() {
				add(key.Name)
			}
		}
	}
	for _, m := range locales.Current().Messages(lang) {
		if strings.HasPrefix(m.Key, "voice.") {
			for _, text := range m.Forms {
				for _, part := range placeholder.Split(text, -1) {
					add(part)
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b string) int { return len(b) - len(a) })
	return slices.Compact(out)
}

var placeholder = regexp.MustCompile(`{{[^}]*}}`)

// beyond finds words that are said and can nowhere be seen. Who does not hear must
// miss nothing.
func (l *listener) beyond(u kiosk.Utterance) {
	left := []string{bare(u.Text)}
	for _, seen := range l.seen {
		var next []string
		for _, piece := range left {
			if len(seen) > 2 {
				next = append(next, strings.Split(piece, seen)...)
			} else if piece != seen {
				next = append(next, piece)
			}
		}
		left = next
	}
	of := bare(locales.In(l.lang).Text("voice.place", "N", "", "Of", ""))
	for _, piece := range left {
		// Which of how many is seen by its place.
		if rest := strings.Trim(piece, "0123456789"); rest != "" && rest != of {
			l.find("%q of %q is said and not to be seen", piece, u.Text)
		}
	}
}

// language checks the language of what is said: the page's, but where languages are
// chosen.
func (l *listener) language(u kiosk.Utterance, id string) {
	if tag, ok := strings.CutPrefix(id, "language/"); ok {
		if u.Language != tag && u.Language != l.lang {
			l.find("%q of the language %s is said in %s", u.Text, tag, u.Language)
		}
		return
	}
	if name := l.b.App.Page(); name == "welcome" || name == "language" {
		return
	}
	if u.Language != l.lang {
		l.find("%q is said in %q", u.Text, u.Language)
	}
}

// voicedPart is a control of the page with the texts that are drawn in it.
type voicedPart struct {
	id    string
	o     fyne.CanvasObject
	texts []string
}

func parts(b *screentest.Bench) []*voicedPart {
	var out []*voicedPart
	by := map[fyne.CanvasObject]*voicedPart{}
	for _, d := range b.Tree() {
		id := ""
		switch o := d.Object.(type) {
		case *widget.Button:
			id = o.ID
		case *widget.Field:
			id = o.ID
		case *widget.Keyboard:
			id = widget.KeyboardID
		case *canvas.Text:
			if p := by[d.Within]; p != nil {
				p.texts = append(p.texts, o.Text)
			}
			continue
		default:
			continue
		}
		p := &voicedPart{id: id, o: d.Object}
		out, by[d.Object] = append(out, p), p
	}
	return out
}

// controls reaches everything by keys and checks what is said of it. It reports
// whether any of it was private.
func (l *listener) controls(arrival []kiosk.Utterance) (private bool) {
	reached := map[fyne.CanvasObject][]kiosk.Utterance{}
	l.b.Canvas.Unfocus()
	l.heard()
	for range 200 {
		test.FocusNext(l.b.Canvas)
		o, ok := l.b.Canvas.Focused().(fyne.CanvasObject)
		if _, again := reached[o]; !ok || again {
			break
		}
		reached[o] = l.heard()
	}
	all := parts(l.b)
	tiles := slices.DeleteFunc(slices.Clone(all), func(p *voicedPart) bool {
		b, ok := p.o.(*widget.Button)
		return !ok || b.Kind != widget.Tile
	})
	for i, p := range tiles {
		if said, ok := reached[p.o]; ok && len(tiles) > 1 {
			l.says(p.id, bareOf(said), "voice.place", "N", i+1, "Of", len(tiles))
		}
	}
	for _, p := range all {
		said, ok := reached[p.o]
		if !ok {
			l.find("keys do not reach %s", p.id)
			continue
		}
		private = private || slices.ContainsFunc(said, func(u kiosk.Utterance) bool { return u.Private })
		for _, u := range said {
			l.language(u, p.id)
			l.beyond(u)
		}
		switch o := p.o.(type) {
		case *widget.Button:
			l.button(p, o, bareOf(said))
		case *widget.Field:
			l.field(p, o, bareOf(said), bareOf(arrival))
		case *widget.Keyboard:
			l.keys(o, bareOf(said))
		}
	}
	return private
}

func (l *listener) says(id, said, key string, args ...any) {
	if text := locales.In(l.lang).Text(key, args...); !strings.Contains(said, bare(text)) {
		l.find("%s is not said to be %q: %q", id, text, said)
	}
}

func (l *listener) button(p *voicedPart, b *widget.Button, said string) {
	if bare(strings.Join(p.texts, "")) == "" && (bare(b.Spoken) == "" || !strings.Contains(said, bare(b.Spoken))) {
		l.find("%s has neither words nor a name that is said", p.id)
	}
	if text := bare(strings.Join(p.texts, " ")); !strings.Contains(said, text) {
		for _, line := range p.texts {
			if !strings.Contains(said, bare(line)) {
				l.find("%q of %s is not heard: %q", line, p.id, said)
			}
		}
	}
	switch {
	case b.Box:
		l.says(p.id, said, "voice.role.box")
		l.says(p.id, said, map[bool]string{true: "voice.state.ticked", false: "voice.state.unticked"}[b.Selected])
	case b.Choice:
		l.says(p.id, said, "voice.role.option")
		l.says(p.id, said, map[bool]string{true: "voice.state.chosen", false: "voice.state.unchosen"}[b.Selected])
	case b.Selected:
		l.says(p.id, said, "voice.state.chosen")
	}
	switch {
	case b.Told: // it asks for nothing any more
		if role := locales.In(l.lang).Text("voice.role.button"); strings.Contains(said, bare(role)) {
			l.find("%s has done its part and is said to be %q: %q", p.id, role, said)
		}
	case b.Kind == widget.Link:
		l.says(p.id, said, "voice.role.link")
	case !b.Choice && !b.Box:
		l.says(p.id, said, "voice.role.button")
	}
	switch {
	case b.Of == 2:
		l.says(p.id, said, map[bool]string{true: "voice.state.on", false: "voice.state.off"}[b.Level == 2])
	case b.Of > 0:
		l.says(p.id, said, "voice.state.level", "N", b.Level, "Of", b.Of)
	}
}

func (l *listener) field(p *voicedPart, f *widget.Field, said, arrival string) {
	l.says(p.id, said, "voice.role.field")
	if names := l.captions(f); !slices.ContainsFunc(names, func(name string) bool { return strings.Contains(said, bare(name)) }) {
		l.find("%s is said as %q, and not what it is for: %q", p.id, said, names)
	}
	switch {
	case f.Text() == "":
		l.says(p.id, said, "voice.state.empty")
	case f.Masked:
		if text := bare(f.Text()); len(text) > 1 && strings.Contains(said+arrival, text) {
			l.find("the masked %s is said", p.id)
		}
	default:
		for _, line := range p.texts {
			if !strings.Contains(said, bare(line)) {
				l.find("%q, written in %s, is not heard: %q", line, p.id, said)
			}
		}
	}
	if f.Trouble {
		l.says(p.id, said, "voice.state.trouble")
	}
}

// captions returns what a field may be called: what stands right over it and, where
// it is the only one of a page, the page's title.
func (l *listener) captions(f *widget.Field) []string {
	fields := 0
	for _, p := range parts(l.b) {
		if _, ok := p.o.(*widget.Field); ok {
			fields++
		}
	}
	errorInk := color.Color(look.New(l.b.Station.Settings, l.b.App.Looks(), l.b.Canvas.Size().Width).Error)
	var title, over string
	nearest := l.b.Canvas.Size().Height
	texts, _, _ := body(l.b)
	for _, p := range texts {
		if p.bold && p.ink != errorInk && title == "" && fields == 1 {
			title = p.text
		}
		beside := p.at.X > f.Position().X+f.Size().Width || p.at.X+p.last.Size().Width < f.Position().X
		if gap := f.Position().Y - p.at.Y - p.last.Size().Height; !beside && gap > -5 && gap < nearest {
			nearest, over = gap, p.text
		}
	}
	return slices.DeleteFunc([]string{title, over}, func(name string) bool { return bare(name) == "" })
}

// keys walks a keyboard by arrows, each layout once.
func (l *listener) keys(k *widget.Keyboard, said string) {
	l.says("the keyboard", said, "voice.keyboard")
	keyboard := l.lang
	for _, key := range k.Keys() {
		keyboard += key.Name
	}
	if l.keyboards[keyboard] {
		return
	}
	l.keyboards[keyboard] = true
	l.b.Canvas.Focus(k)
	for range k.Keys() {
		l.heard()
		l.b.Type(fyne.KeyRight)
		all := l.heard()
		key := k.Keys()[k.At]
		want := bare(key.Name)
		if locales.In(l.lang).Has("voice.key." + key.Name) {
			want = bare(locales.In(l.lang).Text("voice.key." + key.Name))
			if key.Name == widget.KeySigns && k.Compact {
				want = bare(locales.In(l.lang).Text("voice.key.digits"))
			}
		}
		if got := bareOf(all); got == "" || !strings.Contains(got, want) {
			l.find("the key %q is said as %q", key.Name, got)
		}
	}
}

// unplugged checks that the loudspeaker says nothing that is about the person, and
// that whoever hears this page learns how to hear the rest.
func (l *listener) unplugged(private bool) {
	l.ear.Plug(false)
	l.heard()
	if l.b.App.Page() != "warning" {
		l.b.Type(fyne.KeyF3)
	}
	said := l.heard()
	l.b.Canvas.Unfocus()
	reached := map[fyne.Focusable]bool{}
	for range 200 {
		test.FocusNext(l.b.Canvas)
		f := l.b.Canvas.Focused()
		if f == nil || reached[f] {
			break
		}
		reached[f] = true
		said = append(said, l.heard()...)
	}
	secrets := slices.Clone(l.secrets)
	if l.b.App.Page() == "status/folio" {
		secrets = []string{screentest.Code} // the page shows a number by way of example
	}
	for _, p := range parts(l.b) {
		if f, ok := p.o.(*widget.Field); ok && l.b.App.Page() != "search" && l.b.App.Page() != "status/folio" && len(bare(f.Text())) > 2 {
			secrets = append(secrets, f.Text())
		}
	}
	for _, u := range said {
		if u.Private {
			l.find("what is private is said aloud: %q", u.Text)
		}
		for _, secret := range secrets {
			if strings.Contains(bare(u.Text), bare(secret)) {
				l.find("%q is said aloud in %q", secret, u.Text)
			}
		}
	}
	if all := bareOf(said); private && !strings.Contains(all, bare(locales.In(l.lang).Text("voice.private"))) {
		l.find("nobody says that there is something private: %q", all)
	}
}

// canaries are what the people of the scenes and of the examples write about
// themselves.
var canaries = []string{
	"Persona de Ejem", "12345678", "12.345.678", "Los Aromos 1", "961234567", "9 6123 4567", "persona@ejemplo", "Juan de Ejemplo",
	"K7M402918376", "K7M402918374", "482913", "482 913", "K7M 1182", "Vivo aquí hace",
}

var digits = regexp.MustCompile(`\d`)

// secretsOf are the answers of an example that are long enough to be known again.
func secretsOf(answers kiosk.Answers) []string {
	var out []string
	add := func(v kiosk.Value) {
		texts := []string{v.Text, v.Parts["number"], v.Parts["street"]}
		for _, text := range texts {
			if len(text) > 5 && (digits.MatchString(text) || strings.Contains(text, " ")) {
				out = append(out, text)
			}
		}
	}
	for _, v := range answers {
		add(v)
		for _, entry := range v.Entries {
			for _, inner := range entry {
				add(inner)
			}
		}
	}
	return out
}
