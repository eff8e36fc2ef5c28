package screen

import (
	"slices"
	"time"

	"chasqui/kiosk"
	"chasqui/kiosk/widget"
)

// mostListening bounds how long somebody is waited for who only listens.
const mostListening = 10 * time.Minute

// announcer decides what is said when. What it says is read from what is drawn.
//
//   - A page that is new is read from its beginning, and then what has the focus.
//   - Of a page that is drawn anew, only what is new is said.
//   - What has the focus says what it is whenever it gets it.
//   - Whatever somebody does ends what is being said.
type announcer struct {
	app *App
	// page and title say which page was read last, texts and controls what stood on
	// it, link what the line of state told, focus what had the focus.
	page     Page
	title    string
	language string
	texts    []string
	controls map[string]control
	link     string
	focus    string

	// said is what this action has given cause to say, and from what place on it is
	// about what has the focus, -1 for nowhere.
	said []kiosk.Utterance
	at   int
	// acting says that somebody's action is being answered now, and not time's
	// passing; began that this visit has seen one.
	acting, began bool
	// arrived says that what is being said is a page from its beginning.
	arrived bool
	// later is what is said once nobody is interrupted by it.
	later []kiosk.Utterance
	// told are the hints that this visit has heard, hidden that this page has said
	// that something private is on it.
	told   map[string]bool
	hidden bool
	// headset says that there was one when last asked, paused that somebody asked for
	// a pause.
	headset, paused bool
	// since is when somebody last did something.
	since time.Time
}

func newAnnouncer(a *App) *announcer {
	v := &announcer{app: a, at: -1, told: map[string]bool{}, since: a.cfg.Now()}
	if a.cfg.Speaker != nil {
		v.headset = a.cfg.Speaker.Headset()
	}
	return v
}

// speaks reports whether there is anything to speak with: a kiosk without espeak-ng, or
// whose office has switched the voice off, offers none and keeps no key for it.
func (a *App) speaks() bool {
	s := a.cfg.Speaker
	return s != nil && (s.Speaks(a.session.Language()) || s.Speaks(a.language("")))
}

// on reports whether anything is said at all.
func (v *announcer) on() bool { return v.app.cfg.Speaker != nil && v.app.session.Voice().On }

// private reports whether what is private may be said now.
func (v *announcer) private() bool {
	return v.app.cfg.Speaker != nil && (v.app.cfg.Speaker.Headset() || v.app.session.Voice().Aloud)
}

// forget is for the end of a visit: what is being said is about somebody who has
// gone.
func (v *announcer) forget() {
	v.hush()
	v.page, v.texts, v.controls, v.link, v.focus, v.title = nil, nil, nil, "", "", ""
	v.told, v.hidden, v.acting, v.began, v.paused = map[string]bool{}, false, false, false, false
}

// hush ends what is being said, and forgets it.
func (v *announcer) hush() {
	clear(v.said)
	clear(v.later)
	v.said, v.later, v.at, v.arrived = nil, nil, -1, false
	if v.app.cfg.Speaker != nil {
		v.app.cfg.Speaker.Stop()
	}
}

// acted is told of every touch and key before it acts. All of them end what is
// being said, but the one that asks for a pause.
func (v *announcer) acted(m widget.Mode) {
	if v.app.cfg.Speaker == nil {
		return
	}
	v.acting, v.since = true, v.app.cfg.Now()
	if !v.pausing(m) {
		v.paused = false
		v.hush()
	}
	if v.began {
		return
	}
	v.began = true
	if m == widget.Keys && v.app.office.VoiceOnFirstKey && v.app.speaks() && !v.on() {
		// Who presses a key to begin may not see what the page is: it is said before the
		// key does anything.
		v.app.kit.Swallow()
		v.app.switchVoice(true)
	}
}

// turn is where something goes on by itself: what is said then takes nothing up
// that was said before.
func (v *announcer) turn() {
	v.acting, v.arrived = false, false
	clear(v.said)
	v.said, v.at = nil, -1
}

// tick is told of time's passing, about once a second.
func (v *announcer) tick() {
	speaker := v.app.cfg.Speaker
	if speaker == nil {
		return
	}
	v.turn()
	// Who has a finger on the page would lose the tap; the next tick comes soon.
	if headset := speaker.Headset(); headset != v.headset && !v.app.kit.Pressed() {
		v.headset = headset
		voice := v.app.session.Voice()
		switch {
		case headset && !voice.On:
			v.began = true
			v.app.switchVoice(true)
		case !headset:
			// The yes was given by somebody who may be gone with it.
			v.hush()
			voice.Aloud = false
			v.app.session.SetVoice(voice)
			v.app.redraw()
		}
	}
	if len(v.later) > 0 && !speaker.Speaking() {
		v.said, v.later = v.later, nil
		v.speak()
	}
}

// listened reports whether somebody is listening, which is as good as doing
// something, for as long as that can be believed. The warning itself is not meant
// to be listened to for ever.
func (v *announcer) listened() bool {
	if _, warned := v.app.top().(*warningPage); warned || !v.on() {
		return false
	}
	return v.app.cfg.Speaker.Speaking() && v.app.cfg.Now().Sub(v.since) < mostListening
}

// speak hands over what this action has given cause to say.
func (v *announcer) speak() {
	if !v.on() || len(v.said) == 0 {
		return
	}
	v.paused = false
	var out []kiosk.Utterance
	for _, u := range v.said {
		if u.Text == "" {
			continue
		}
		if u.Private && !v.private() {
			u = v.instead()
			if n := len(out); n > 0 && out[n-1] == u {
				continue
			}
		}
		if !v.app.cfg.Speaker.Speaks(u.Language) {
			u.Language = v.app.language("") // better in the wrong voice than not at all
		}
		out = append(out, u)
	}
	v.app.cfg.Speaker.Say(v.app.session.Voice(), out...)
}

// instead is said in place of what is private: how to hear it, and after that only
// that there is something.
func (v *announcer) instead() kiosk.Utterance {
	if key := "voice.private"; !v.hidden {
		v.hidden = true
		v.told[key] = true
		return v.words(key)
	}
	return v.words("voice.private.short")
}

// words are words of the voice itself.
func (v *announcer) words(key string, args ...any) kiosk.Utterance {
	return kiosk.Utterance{Text: v.app.words().Text(key, args...), Language: v.app.session.Language()}
}

// arrive says a page that is new in place of whatever is being said.
func (v *announcer) arrive(all []kiosk.Utterance) {
	v.said, v.later, v.at = all, nil, -1
	v.arrived = true
	v.speak()
}

// add says more of what an action has given cause to say.
func (v *announcer) add(all ...kiosk.Utterance) {
	if len(all) == 0 {
		return
	}
	v.said = append(v.said, all...)
	v.speak()
}

// focused says what has got the focus, in place of what had it before.
func (v *announcer) focused(c control) {
	if v.at >= 0 {
		v.said = v.said[:v.at]
	}
	v.at = len(v.said)
	v.add(c.all(v)...)
	v.focus = c.id
}

// once returns a hint the first time in a visit.
func (v *announcer) once(key string) []kiosk.Utterance {
	if v.told[key] || !v.on() {
		return nil
	}
	v.told[key] = true
	return []kiosk.Utterance{v.words(key)}
}

// drew is told of every drawing. first says that the focus begins anew on it.
func (v *announcer) drew(d *drawing, first bool) {
	if v.app.cfg.Speaker == nil {
		return
	}
	r := d.read()
	fresh := v.app.top() != v.page || v.app.session.Language() != v.language || first && r.title != v.title
	if fresh {
		v.hidden = false
	}
	if !v.on() {
		v.keep(d, r)
		return
	}
	if fresh {
		all := v.reading(d, r)
		v.keep(d, r)
		v.arrive(all)
		return
	}
	v.update(d, r)
}

// reading is all that is said on arriving at a page.
func (v *announcer) reading(d *drawing, r reading) []kiosk.Utterance {
	all := r.all()
	if c, ok := d.focused(); ok {
		if c.name == r.title {
			c.name = "" // it was just said
		}
		all = append(all, c.all(v)...)
	}
	return append(all, v.once("voice.move")...)
}

// keep notes what is on the page, to tell later what is new.
func (v *announcer) keep(d *drawing, r reading) {
	v.page, v.title, v.language = v.app.top(), r.title, v.app.session.Language()
	v.texts, v.controls, v.link, v.focus = r.texts(), d.controlsByID(), r.linkText(), ""
	if c, ok := d.focused(); ok {
		v.focus = c.id
	}
}

// update says what is new on a page that was read before.
func (v *announcer) update(d *drawing, r reading) {
	var all []kiosk.Utterance
	if v.acting {
		all = append(all, r.troubles...) // again for every try
	}
	for _, p := range r.body {
		if !slices.Contains(v.texts, p.text) && !(v.acting && p.trouble) {
			all = append(all, p.said...)
		}
	}
	controls := d.controlsByID()
	var changed, undone []kiosk.Utterance
	for _, id := range d.order() {
		now, before := controls[id], v.controls[id]
		if before.id == "" || id == idPrimary || now.same(before) {
			continue
		}
		said := now.news(v, before)
		if before.picked && !now.picked {
			undone = append(undone, said...)
			continue
		}
		changed = append(changed, said...)
	}
	if len(changed) == 0 {
		changed = undone
	}
	all = append(changed, all...)
	if link := r.linkText(); link != v.link && link != "" {
		all = append(all, r.link...)
	}
	focus, title := v.focus, v.title
	v.keep(d, r)
	v.title = title
	if r.title != title {
		v.title = r.title
	}
	if counting, ok := v.app.top().(interface{ tolls() bool }); ok && !v.acting {
		if counting.tolls() {
			v.arrive(all)
		}
		return
	}
	if !v.acting {
		v.politely(all)
		return
	}
	v.add(all...)
	if c, ok := d.focused(); ok && c.id != focus {
		v.focused(c)
	}
}

// politely says something once nobody is interrupted by it.
func (v *announcer) politely(all []kiosk.Utterance) {
	switch {
	case len(all) == 0:
	case v.app.cfg.Speaker.Speaking():
		v.later = append(v.later, all...)
	default:
		v.said = all
		v.speak()
	}
}

// again says the page from its beginning.
func (v *announcer) again() {
	d := v.app.drawn
	if d == nil || !v.on() {
		return
	}
	v.hidden = false
	v.arrive(v.reading(d, d.read()))
}

// happened says what a part tells of itself.
func (v *announcer) happened(h widget.Happening) {
	d := v.app.drawn
	if d == nil || v.app.root.drawing || !v.on() {
		return
	}
	if !v.acting || v.arrived {
		v.turn() // whoever moves on has heard enough of the page
	}
	switch h.What {
	case widget.Focused:
		// A finger on the keyboard takes the focus from its field and gives it back.
		c, ok := d.control(h.Part)
		if back := c.id == v.focus && v.app.mode == widget.Touch; ok && !back && any(h.Part) == any(v.app.canvas.Focused()) {
			v.focused(c)
		}
	case widget.Walked:
		if k, ok := h.Part.(*widget.Keyboard); ok {
			v.at = max(v.at, 0)
			v.said = v.said[:min(v.at, len(v.said))]
			v.add(d.keyWords(k, h.Text))
		}
	case widget.Turned:
		v.add(v.words("voice.key." + h.Text))
	default:
		if f, ok := h.Part.(*widget.Field); ok {
			v.add(d.echo(f, h))
		}
	}
}
