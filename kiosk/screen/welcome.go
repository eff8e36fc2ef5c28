package screen

import (
	"slices"
	"strings"

	"chasqui/kiosk/look"
	"chasqui/kiosk/widget"
	"chasqui/locales"
)

// welcomePage is shown when nobody is there. Touching anywhere or any key starts.
type welcomePage struct {
	app *App
	// page is the page of languages, where there are too many for one.
	page int
}

func (p *welcomePage) Name() string { return "welcome" }

func (p *welcomePage) Wipe() {}

// Proceed starts in the language in which the page is.
func (p *welcomePage) Proceed() { p.start(p.app.session.Language()) }

func (p *welcomePage) start(language string) {
	p.app.session.SetLanguage(language)
	p.app.show(&homePage{app: p.app})
}

func (p *welcomePage) Draw(d *drawing) {
	l, a := d.l, p.app
	// Whoever cannot begin finds a person here too.
	d.footer(p.looks(d), &widget.Button{ID: "person", Icon: "person", Plain: true, Label: d.text("home.person"), OnTap: a.help})
	d.y = 0
	d.state()
	top := d.y
	x := l.MM(24)
	d.x, d.width = x, d.size.Width-2*x

	crest := max(l.MM(20), l.Title*1.6)
	gap := l.MM(6)
	fixed := crest + l.MM(10)
	greeting := look.LineHeight*l.Body + l.MM(8)
	room := d.bottom - top - l.MM(5)
	languages := a.languages()
	listen := p.listen(d)
	listening := float32(0)
	if listen != nil {
		listening = widget.TileHeight(d.kit, listen, d.width)
		fixed += gap + listening
	}
	// The languages take the largest letters with which all of them are seen; then
	// the greetings under their names give way.
	columns, width, height, rows := 2, float32(0), float32(0), float32(0)
	var greetings []*widget.Button
	for _, try := range []struct {
		size  float32
		plain bool
	}{{l.Title, false}, {l.Body * 1.15, false}, {l.Body, false}, {l.Title, true}, {l.Body, true}, {l.Hint, true}} {
		for _, columns = range []int{2, 1} {
			greetings = p.greetings(try.size)
			if try.plain {
				for _, b := range greetings {
					b.Hint = ""
				}
			}
			width = (d.width - float32(columns-1)*gap) / float32(columns)
			rows = float32((len(languages) + columns - 1) / columns)
			height = l.MM(38)
			if columns == 1 || try.plain {
				height = l.LeastTarget
			}
			for _, b := range greetings {
				height = max(height, widget.TileHeight(d.kit, b, width))
			}
			if fixed+rows*(height+gap)-gap <= room {
				break
			}
		}
		if fixed+rows*(height+gap)-gap <= room {
			break
		}
	}
	crowded := fixed+rows*(height+gap)-gap > room
	if crowded {
		// Letters this large leave no room for so many languages at once.
		gap, rows, height = 0, 0, 0
	}
	if fixed+rows*(height+gap)-gap+greeting > room || crowded {
		greeting = 0
	}
	total := fixed + rows*(height+gap) - gap + greeting
	// What is above the foot stands in the middle of the height, a little high.
	d.y = top + max((d.bottom-top-total)*0.45, l.MM(5))
	if crowded {
		d.y = top + l.MM(5)
	}

	d.add(widget.Picture("crest", l.Accent, d.x, d.y, crest))
	nameX := d.x + crest + l.MM(6)
	size := l.Title
	lines := look.Lines(a.office.Name, size, true, d.width-crest-l.MM(6), false)
	for len(lines) > 1 && size > l.Body {
		size--
		lines = look.Lines(a.office.Name, size, true, d.width-crest-l.MM(6), false)
	}
	objects, _ := widget.Lines(lines, size, look.TitleHeight, true, l.Ink, nameX, d.y+(crest-float32(len(lines))*size*look.TitleHeight)/2)
	d.add(objects...)
	d.y += crest + l.MM(10)
	if crowded {
		if listen != nil {
			greetings = append([]*widget.Button{listen}, greetings...)
		}
		d.tiles(greetings, &p.page, a.redraw)
		return
	}
	for i, b := range greetings {
		d.button(b, d.x+float32(i%columns)*(width+gap), d.y+float32(i/columns)*(height+gap), width, height)
	}
	d.y += rows * (height + gap)
	if listen != nil {
		d.button(listen, d.x, d.y, d.width, listening)
		d.y += listening + gap
	}
	if greeting > 0 {
		d.y += l.MM(2)
		x := d.x
		for _, greeting := range p.others() {
			t := widget.Text(greeting, l.Body, false, l.Muted, x, d.y)
			x += t.Size().Width + l.MM(12)
			if x > d.x+d.width+l.MM(12) {
				break // what does not fit is not begun
			}
			done := d.in(greetsIn(greeting))
			d.add(t)
			done()
		}
	}
}

// greetings returns a tile for each language, in its own words.
func (p *welcomePage) greetings(size float32) []*widget.Button {
	var out []*widget.Button
	for _, lang := range p.app.languages() {
		out = append(out, &widget.Button{
			ID: "language/" + lang.Tag, Kind: widget.Tile, Label: lang.Name, TextSize: size, Spare: lang.Note == "",
			Hint: startHint(lang), OnTap: func() { p.start(lang.Tag) },
		})
	}
	return out
}

// listen returns the tile that switches the voice on and off, in the words of each
// language, since nobody has chosen one yet; nil where there is no voice.
func (p *welcomePage) listen(d *drawing) *widget.Button {
	a := p.app
	if !a.speaks() {
		return nil
	}
	var words []string
	for _, lang := range p.listeners() {
		if word := locales.In(lang).Text(keyListen); !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	return &widget.Button{
		ID: idListen, Kind: widget.Tile, Icon: "voice", Label: strings.Join(words, " · "), Choice: true, Box: true, Selected: a.session.Voice().On,
		OnTap: func() { a.switchVoice(!a.session.Voice().On) },
	}
}

// idListen is the tile of the voice, keyListen its word in a language.
const (
	idListen  = "welcome/voice"
	keyListen = "welcome.voice"
)

// listeners are the languages that have a word for the tile of the voice.
func (p *welcomePage) listeners() []string {
	var out []string
	for _, lang := range p.app.languages() {
		if locales.In(lang.Tag).Has(keyListen) {
			out = append(out, lang.Tag)
		}
	}
	return out
}

// others are the greetings of the languages that the office does not offer: who
// speaks one is greeted, and nothing is promised that is not there.
func (p *welcomePage) others() []string {
	offered := map[string]bool{}
	for _, lang := range p.app.languages() {
		offered[lang.Tag] = true
	}
	var out []string
	for _, lang := range locales.Known() {
		if lang.Status == locales.Partial && !offered[lang.Tag] {
			out = append(out, greeting(lang))
		}
	}
	return out
}

// greeting is how a language without all its words greets: as its source has it,
// or else with its own name, since none is made up.
func greeting(lang locales.Language) string {
	if lang.Greeting.Text != "" {
		return lang.Greeting.Text
	}
	return lang.Name
}

// startHint is what a language's tile on the welcome page says under its name. A
// partial one that lacks the sentence greets, and says that a part is in Spanish.
func startHint(lang locales.Language) string {
	if words := locales.In(lang.Tag); lang.Note == "" || words.Has("welcome.start") {
		return strings.TrimSpace(words.Text("welcome.start") + " " + lang.Note)
	}
	return greeting(lang) + " · " + lang.Note
}

// chooseHint is what a language's tile on the language page says under its name:
// how to go on in it, what is missing, and who has reviewed it.
func chooseHint(lang locales.Language) string {
	var out []string
	if words := locales.In(lang.Tag); lang.Note == "" || words.Has("language.choose") {
		out = append(out, words.Text("language.choose"))
	}
	for _, part := range []string{lang.Note, lang.Review} {
		if part != "" {
			out = append(out, part)
		}
	}
	return strings.Join(out, " ")
}

// looks are what can be changed before one begins.
func (p *welcomePage) looks(d *drawing) []*widget.Button {
	a := p.app
	looks := a.session.Looks()
	return []*widget.Button{
		{ID: idSize, Icon: "letters", Label: d.text("strip.size"), Level: looks.Size + 1, Of: look.Sizes, OnTap: a.nextSize},
		{ID: idContrast, Icon: "contrast", Label: d.text("strip.contrast"), Level: looks.Contrast + 1, Of: look.Contrasts, OnTap: a.nextContrast},
	}
}
