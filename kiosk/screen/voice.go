package screen

import (
	"fyne.io/fyne/v2"

	"chasqui/kiosk"
	"chasqui/kiosk/widget"
)

// The keys of the voice, on every page.
const (
	keyVoice  = fyne.KeyF2
	keyAgain  = fyne.KeyF3
	keyPause  = fyne.KeyF4
	keySlower = fyne.KeyF5
	keyFaster = fyne.KeyF6
	keyLower  = fyne.KeyF7
	keyLouder = fyne.KeyF8
)

// voiceKey does what a key of the voice does, and reports whether it is one.
func (a *App) voiceKey(name fyne.KeyName) bool {
	if a.cfg.Speaker == nil {
		return false
	}
	switch name {
	case keyVoice:
		a.switchVoice(!a.session.Voice().On)
	case keyAgain:
		a.voice.again()
	case keyPause:
		a.voice.pause()
	case keySlower:
		a.tune(-1, 0)
	case keyFaster:
		a.tune(1, 0)
	case keyLower:
		a.tune(0, -1)
	case keyLouder:
		a.tune(0, 1)
	default:
		return false
	}
	return true
}

// switchVoice switches the voice on, and reads the page, or off.
func (a *App) switchVoice(on bool) {
	v := a.session.Voice()
	if v.On == on {
		return
	}
	v.On = on
	a.session.SetVoice(v)
	a.voice.hush()
	a.voice.page = nil // it is read from its beginning
	a.redraw()
}

// tune makes the voice faster or slower, louder or lower by steps, and says how it
// is now.
func (a *App) tune(rate, volume int) {
	v := a.session.Voice()
	v.Rate = min(max(v.Rate+rate, kiosk.SlowestRate), kiosk.FastestRate)
	v.Volume = min(max(v.Volume+volume, kiosk.LowestVolume), kiosk.HighestVolume)
	a.session.SetVoice(v)
	if _, there := a.top().(*voicePage); there {
		a.redraw() // the page says it
		return
	}
	if rate != 0 {
		a.voice.add(a.voice.words("voice.rate", rateArgs(v)...))
		return
	}
	a.voice.add(a.voice.words("voice.volume", volumeArgs(v)...))
}

func rateArgs(v kiosk.Voice) []any {
	return []any{"N", v.Rate - kiosk.SlowestRate + 1, "Of", kiosk.FastestRate - kiosk.SlowestRate + 1}
}

func volumeArgs(v kiosk.Voice) []any {
	return []any{"N", v.Volume - kiosk.LowestVolume + 1, "Of", kiosk.HighestVolume - kiosk.LowestVolume + 1}
}

// SetVoice changes how the person wants to be spoken to, as the page about the voice
// does.
func (a *App) SetVoice(v kiosk.Voice) {
	a.session.SetVoice(v)
	a.voice.page = nil
	a.redraw()
}

// Voice returns how the person wants to be spoken to.
func (a *App) Voice() kiosk.Voice { return a.session.Voice() }

// pause holds what is being said, or lets it go on.
func (v *announcer) pause() {
	if !v.on() || !v.paused && !v.app.cfg.Speaker.Speaking() {
		return
	}
	v.paused = !v.paused
	v.app.cfg.Speaker.Pause(v.paused)
}

// pausing reports whether what somebody does now asks for a pause, or for its end: the
// key, or one of the buttons.
func (v *announcer) pausing(m widget.Mode) bool {
	kit := v.app.kit
	if m == widget.Touch {
		return kit.Under() == idPause || kit.Under() == idPauseTile
	}
	switch kit.Down() {
	case keyPause:
		return true
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		return kit.FocusedID() == idPause || kit.FocusedID() == idPauseTile
	}
	return false
}

// openVoice shows the page about the voice over the one that is seen.
func (a *App) openVoice() {
	switch a.top().(type) {
	case *voicePage, *voiceKeysPage:
		return
	}
	a.push(&voicePage{app: a})
}

// voicePage is where one says how one wants to be spoken to, and gives the one yes
// to hearing what is private aloud.
type voicePage struct {
	app  *App
	page int
}

func (p *voicePage) Name() string { return "voice" }

func (p *voicePage) Wipe() { p.page = 0 }

func (p *voicePage) Back() { p.app.pop() }

func (p *voicePage) Draw(d *drawing) {
	a := p.app
	d.frame()
	d.feet(d.back(p.Back), nil)
	d.heading(d.text("voice.title"))
	if !a.speaks() {
		d.paragraph(d.text("voice.none"), d.l.Body, false, d.l.Ink)
		return
	}
	d.dense(p.tiles(d), &p.page, a.redraw)
}

// tiles are all that can be said about the voice.
func (p *voicePage) tiles(d *drawing) []*widget.Button {
	a := p.app
	v := a.session.Voice()
	rate, volume := d.text("voice.rate", rateArgs(v)...), d.text("voice.volume", volumeArgs(v)...)
	tune := func(id, icon, hint string, rate, volume int) *widget.Button {
		return &widget.Button{
			ID: "voice/" + id, Icon: icon, Label: d.text("voice." + id), Hint: hint,
			OnTap: func() { a.tune(rate, volume) },
		}
	}
	return []*widget.Button{
		{
			ID: "voice/on", Icon: "voice", Label: d.text("voice.on"), Choice: true, Box: true, Selected: v.On,
			OnTap: func() { a.switchVoice(!a.session.Voice().On) },
		},
		{
			ID: "voice/aloud", Icon: "person", Label: d.text("voice.aloud"), Hint: d.text("voice.aloud.hint"), Choice: true, Box: true, Selected: v.Aloud,
			OnTap: p.aloud,
		},
		tune("slower", "minus", rate, -1, 0), tune("faster", "plus", rate, 1, 0),
		tune("lower", "minus", volume, 0, -1), tune("louder", "plus", volume, 0, 1),
		{ID: idPauseTile, Icon: "pause", Label: d.text("voice.keys.pause"), OnTap: a.voice.pause},
		{ID: "voice/again", Icon: "restart", Label: d.text("voice.again"), OnTap: func() { p.again() }},
		{ID: "voice/keys", Icon: "info", Label: d.text("voice.keys"), OnTap: func() { a.push(&voiceKeysPage{app: a}) }},
		{
			ID: "voice/steady", Icon: "yes", Label: d.text("voice.steady"), Hint: d.text("voice.steady.hint"), Choice: true, Box: true, Selected: a.session.Steady(),
			OnTap: func() {
				a.session.SetSteady(!a.session.Steady())
				a.redraw()
			},
		},
	}
}

// aloud gives the yes to hearing what is private over the loudspeaker, or takes it
// back. It ends with the visit, and when a headset is pulled out.
func (p *voicePage) aloud() {
	v := p.app.session.Voice()
	v.Aloud = !v.Aloud
	p.app.session.SetVoice(v)
	p.app.redraw()
}

// again goes back to the page beneath, which is then said from its beginning.
func (p *voicePage) again() {
	if a := p.app; !a.session.Voice().On {
		a.pop()
		a.switchVoice(true)
		return
	}
	p.app.pop()
}

// voiceKeysPage explains the keys.
type voiceKeysPage struct {
	app  *App
	page int
}

func (p *voiceKeysPage) Name() string { return "voice/keys" }

func (p *voiceKeysPage) Wipe() { p.page = 0 }

func (p *voiceKeysPage) Back() { p.app.pop() }

func (p *voiceKeysPage) Draw(d *drawing) {
	d.frame()
	d.feet(d.back(p.Back), nil)
	d.heading(d.text("voice.keys.title"))
	all := []fact{{label: d.text("voice.keys.move"), text: d.text("voice.keys.move.text")}}
	for _, key := range []struct {
		name fyne.KeyName
		text string
	}{
		{keyVoice, "voice.on"}, {keyAgain, "voice.keys.again"}, {keyPause, "voice.keys.pause"}, {keySlower, "voice.slower"},
		{keyFaster, "voice.faster"}, {keyLower, "voice.lower"}, {keyLouder, "voice.louder"},
	} {
		all = append(all, fact{label: string(key.name), text: d.text(key.text)})
	}
	all = append(all, fact{label: d.text("voice.keys.pad"), text: d.text("voice.keys.pad.text")})
	d.facts(all, &p.page, p.app.redraw)
}

// found says how much is found while somebody writes.
func (v *announcer) found(n int) {
	if v.on() {
		v.add(kiosk.Utterance{Text: v.app.words().Plural("voice.found", n), Language: v.app.session.Language()})
	}
}

// receipt says what stands on a receipt, in place of whatever is being said.
func (v *announcer) receipt(words []string) {
	d := v.app.drawn
	if d == nil || !v.on() {
		return
	}
	var all []kiosk.Utterance
	for _, text := range words {
		all = append(all, d.speech(text, "", true)...)
	}
	v.hidden = false
	v.arrive(all)
}
