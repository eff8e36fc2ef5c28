package screen

import (
	"slices"
	"strings"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"chasqui/kiosk"
	"chasqui/kiosk/widget"
	"chasqui/locales"
)

// control is what can have the focus, in words.
type control struct {
	id string
	// name are its words as drawn, role what it is, state how it is, place which of
	// several it is; value is what is written in a field.
	name, role, state, place, value string
	// picked says that it is chosen or ticked.
	picked bool
	// private says that its name is about the person, privateState that its state
	// and its value are.
	private, privateState bool
	language              string
	// names are the name where it is in several languages at once.
	names  []kiosk.Utterance
	speech func(text, language string, private bool) []kiosk.Utterance
	// now is the key of a keyboard that has the focus in it.
	now []kiosk.Utterance
}

// sentence puts parts together that are said in one breath.
func sentence(parts ...string) string {
	var out []string
	for _, part := range parts {
		if part != "" {
			out = append(out, part)
		}
	}
	return strings.Join(out, ", ")
}

// named is what is said of its name.
func (c control) named() []kiosk.Utterance {
	if len(c.names) > 0 {
		return slices.Clone(c.names)
	}
	return c.speech(c.name, c.language, c.private)
}

// all is what is said when the control gets the focus.
func (c control) all(v *announcer) []kiosk.Utterance {
	out := c.named()
	if c.privateState {
		out = append(out, c.speech(sentence(c.role, c.place), "", false)...)
		out = append(out, c.speech(sentence(c.state, c.value), "", true)...)
	} else {
		out = append(out, c.speech(sentence(c.role, c.state, c.value, c.place), "", false)...)
	}
	if len(c.now) > 0 {
		out = append(out, c.now...)
		out = append(out, v.once("voice.keyboard.how")...)
	}
	return out
}

// news is what is said when the control is another than before.
func (c control) news(v *announcer, before control) []kiosk.Utterance {
	var out []kiosk.Utterance
	if c.name != before.name || v.app.kit.FocusedID() != c.id {
		out = c.named()
	}
	if c.state != before.state {
		out = append(out, c.speech(c.state, "", c.privateState)...)
	}
	if c.value != before.value {
		out = append(out, c.speech(c.value, "", c.privateState)...)
	}
	return out
}

func (c control) same(o control) bool {
	return c.name == o.name && c.state == o.state && c.value == o.value
}

// focused returns what has the focus.
func (d *drawing) focused() (control, bool) {
	o, ok := d.app.canvas.Focused().(fyne.CanvasObject)
	if !ok {
		return control{}, false
	}
	return d.control(o)
}

// order returns the IDs of all that can have the focus, in the order in which it
// was drawn.
func (d *drawing) order() []string {
	var out []string
	for _, o := range d.finish() {
		if c, ok := d.control(o); ok {
			out = append(out, c.id)
		}
	}
	return out
}

func (d *drawing) controlsByID() map[string]control {
	out := map[string]control{}
	for _, o := range d.finish() {
		if c, ok := d.control(o); ok {
			out[c.id] = c
		}
	}
	return out
}

// control puts a part into words. False means that it can never have the focus.
func (d *drawing) control(o fyne.CanvasObject) (control, bool) {
	c := control{speech: d.speech, private: d.notes[o].private, language: d.notes[o].language}
	switch o := o.(type) {
	case *widget.Button:
		d.buttonWords(&c, o)
	case *widget.Field:
		d.fieldWords(&c, o)
	case *widget.Keyboard:
		c.id, c.name, c.role = widget.KeyboardID, d.app.words().Text("voice.keyboard"), ""
		if key, ok := o.Key(); ok {
			c.now = []kiosk.Utterance{d.keyWords(o, key.Name)}
		}
	default:
		return control{}, false
	}
	return c, true
}

func (d *drawing) buttonWords(c *control, b *widget.Button) {
	w := d.app.words()
	c.id, c.name = b.ID, b.Label
	if b.Spoken != "" {
		c.name = b.Spoken
		if !strings.Contains(squash(b.Spoken), squash(b.Label)) {
			c.name = b.Label + ". " + b.Spoken
		}
	}
	if b.Hint != "" {
		c.name += ". " + b.Hint
	}
	if tag := languageOf(b.ID); tag != "" {
		c.language = tag
	}
	if welcome, ok := d.app.top().(*welcomePage); ok && b.ID == idListen {
		for _, tag := range welcome.listeners() {
			c.names = append(c.names, d.speech(locales.In(tag).Text(keyListen), tag, false)...)
		}
	}
	role := "button"
	switch {
	case b.Box:
		role = "box"
	case b.Choice:
		role = "option"
	case b.Kind == widget.Link:
		role = "link"
	}
	if !b.Told { // else nothing is to be pressed
		c.role = w.Text("voice.role." + role)
	}
	_, asks := d.app.top().(*questionPage)
	switch {
	case b.Of == 2:
		c.state = w.Text("voice.state." + map[bool]string{true: "on", false: "off"}[b.Level == 2])
	case b.Of > 0:
		c.state = w.Text("voice.state.level", "N", b.Level, "Of", b.Of)
	case b.Box:
		c.state, c.picked, c.privateState = w.Text("voice.state."+map[bool]string{true: "ticked", false: "unticked"}[b.Selected]), b.Selected, asks
	case b.Choice || b.Selected:
		c.state, c.picked, c.privateState = w.Text("voice.state."+map[bool]string{true: "chosen", false: "unchosen"}[b.Selected]), b.Selected, asks
	}
	c.place = d.placeOf(b)
}

// placeOf says which of several tiles a tile is: "3 de 7".
func (d *drawing) placeOf(b *widget.Button) string {
	if b.Kind != widget.Tile {
		return ""
	}
	at, of := 0, 0
	for _, o := range d.body {
		if other, ok := o.(*widget.Button); ok && other.Kind == widget.Tile {
			of++
			if other == b {
				at = of
			}
		}
	}
	if at == 0 || of < 2 {
		return ""
	}
	return d.app.words().Text("voice.place", "N", at, "Of", of)
}

func (d *drawing) fieldWords(c *control, f *widget.Field) {
	w := d.app.words()
	c.id, c.name, c.role = f.ID, d.captionOf(f), w.Text("voice.role.field")
	if f.Trouble {
		c.role = sentence(c.role, w.Text("voice.state.trouble"))
	}
	switch {
	case f.Text() == "":
		c.state = w.Text("voice.state.empty")
	case f.Masked:
		c.role, c.state = sentence(c.role, w.Text("voice.role.masked")), w.Plural("voice.state.masked", utf8.RuneCountInString(f.Text()))
	default:
		written := f.Caption()
		if f.Form == nil && copied(written) {
			written = spelled(written)
		}
		c.value, c.privateState = w.Text("voice.value", "Value", written), d.owns(f)
	}
}

// owns reports whether what is written in a field is about the person. What is
// looked for among the services is not.
func (d *drawing) owns(f *widget.Field) bool {
	_, searching := d.app.top().(*searchPage)
	return !searching
}

// captionOf returns what a field is called: what stands right over it where there
// are several, or else the page's title.
func (d *drawing) captionOf(f *widget.Field) string {
	fields, caption := 0, ""
	for _, o := range d.body {
		switch o := o.(type) {
		case *widget.Field:
			fields++
		case *canvas.Text:
			at := o.Position()
			over := f.Position().Y - at.Y - o.Size().Height
			if at.X >= f.Position().X-d.l.MM(1) && at.X < f.Position().X+f.Size().Width && over > -d.l.MM(3) && over < d.l.MM(4) {
				caption = o.Text
			}
		}
	}
	if fields > 1 && caption != "" {
		return caption
	}
	for _, p := range d.titles() {
		return p.text
	}
	return caption
}

// keyWords is how a key of the keyboard on the screen is said. Which one somebody is
// at tells what they write.
func (d *drawing) keyWords(k *widget.Keyboard, name string) kiosk.Utterance {
	u := kiosk.Utterance{Text: d.signWords(name), Language: d.app.session.Language(), Private: d.owns(k.Field())}
	named := []string{widget.KeyShift, widget.KeyAccents, widget.KeySigns, widget.KeyLetters, widget.KeyDelete, widget.KeySpace}
	if slices.Contains(named, name) {
		if name == widget.KeySigns && k.Compact {
			name = "digits"
		}
		u.Text, u.Private = d.app.words().Text("voice.key."+name), false
	}
	return u
}

// echo is what is said of writing. What must not be heard is said to be a sign.
func (d *drawing) echo(f *widget.Field, h widget.Happening) kiosk.Utterance {
	w := d.app.words()
	u := kiosk.Utterance{Language: d.app.session.Language(), Private: d.owns(f)}
	sign := d.signWords(h.Text)
	switch {
	case h.What == widget.Moved && h.Text == "":
		return kiosk.Utterance{Text: w.Text("voice.end"), Language: u.Language}
	case f.Masked || u.Private && !d.app.voice.private():
		u.Private = false
		sign = w.Text("voice.sign")
	}
	u.Text = sign
	if h.What == widget.Took {
		u.Text = w.Text("voice.took", "Sign", sign)
	}
	return u
}

// squash leaves of a text what is heard of it.
func squash(text string) string {
	return strings.ToLower(strings.Join(strings.FieldsFunc(text, func(r rune) bool { return !isWord(r) }), ""))
}
