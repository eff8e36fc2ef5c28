package screen

import (
	"chasqui/kiosk"
	"chasqui/kiosk/look"
	"chasqui/kiosk/widget"
)

// The IDs of what is the same on every page.
const (
	idLanguage = "strip/language"
	idSize     = "strip/size"
	idContrast = "strip/contrast"
	idVoice    = "strip/voice"
	idPause    = "strip/pause"
	idHelp     = "strip/help"
	idBack     = "foot/back"
	idPrimary  = "foot/primary"
)

// frame draws the strip and the line of state, and puts the body below them.
func (d *drawing) frame() {
	d.y = d.strip()
	d.state()
	d.y += d.l.MM(6)
}

// controls returns the strip's controls from right to left.
func (d *drawing) controls() []*widget.Button {
	a := d.app
	language := ""
	for _, known := range a.languages() {
		if known.Tag == a.session.Language() {
			language = known.Name
		}
	}
	looks, level := a.session.Looks(), 1
	if a.session.Voice().On {
		level = 2
	}
	out := []*widget.Button{
		{ID: idHelp, Icon: "person", Label: d.text("strip.help"), OnTap: func() { a.help() }},
		{ID: idVoice, Icon: "voice", Label: d.text("strip.voice"), Level: level, Of: 2, OnTap: a.openVoice},
		{ID: idContrast, Icon: "contrast", Label: d.text("strip.contrast"), Level: looks.Contrast + 1, Of: look.Contrasts, OnTap: func() { a.nextContrast() }},
		{ID: idSize, Icon: "letters", Label: d.text("strip.size"), Level: looks.Size + 1, Of: look.Sizes, OnTap: func() { a.nextSize() }},
	}
	if len(a.languages()) > 1 {
		out = append(out, &widget.Button{ID: idLanguage, Icon: "globe", Label: language, OnTap: func() {
			if _, already := a.top().(*languagePage); !already {
				a.push(&languagePage{app: a})
			}
		}})
	}
	return out
}

// pause returns the strip's way to hold what is being said and to let it go on, for as
// long as the voice is on; nil otherwise.
func (d *drawing) pause() *widget.Button {
	if a := d.app; a.voice.on() {
		return &widget.Button{ID: idPause, Icon: "pause", Label: d.text("strip.pause"), OnTap: a.voice.pause}
	}
	return nil
}

// idPauseTile is the same on the page about the voice.
const idPauseTile = "voice/pause"

func (a *App) nextSize() {
	looks := a.session.Looks()
	looks.Size = (looks.Size + 1) % look.Sizes
	a.session.SetLooks(looks)
	a.redraw()
}

func (a *App) nextContrast() {
	looks := a.session.Looks()
	looks.Contrast = (looks.Contrast + 1) % look.Contrasts
	a.session.SetLooks(looks)
	a.redraw()
}

// state draws the thin line that tells the truth about link and queue. There is
// none while the hub answers and nothing waits. An author's notice stands in its
// place.
func (d *drawing) state() {
	l, s := d.l, d.app.status
	notice := d.app.notice
	if s.Link == kiosk.LinkUp && s.Unsent == 0 && !s.Full && notice == "" {
		return
	}
	words := "link."
	erasing := d.app.erasing()
	if erasing {
		words = "link.bare."
	}
	icon, text := "offline", d.text(words+string(s.Link))
	switch {
	case notice != "":
		icon, text = "alert", notice
	case s.Full:
		icon, text = "alert", d.text("status.full")
	case s.Link == kiosk.LinkUp:
		icon = "online"
	case s.Link == kiosk.LinkUnknown:
		icon = "clock"
	}
	from := len(d.chrome)
	defer func() { d.linkLine = d.chrome[from:] }()
	count := ""
	if s.Unsent > 0 {
		count = d.w.Plural("status.unsent", s.Unsent)
	}
	x, mark := l.MM(8), l.Small*1.05
	left := x + mark + l.MM(3)
	size := l.Small
	fits := func() []string {
		room := d.size.Width - left - l.MM(8)
		if count != "" {
			room -= look.Measure(count, size, true).Width + l.MM(6)
		}
		return look.Lines(text, size, false, room, false)
	}
	lines := fits()
	if short := "link.short." + string(s.Link); len(lines) > 1 && l.Size == look.Sizes-1 && notice == "" && !s.Full && !erasing {
		// In the largest letters the line would take the page's room.
		text = d.text(short)
		lines = fits()
	}
	for len(lines) > 1 && size > d.least() {
		size = max(size-1, d.least())
		lines = fits()
	}
	if len(lines) > mostStateLines {
		lines = append(lines[:mostStateLines-1:mostStateLines-1], lines[mostStateLines-1]+" …")
	}
	height := max(float32(len(lines))*size*look.TitleHeight+2*l.MM(2), l.MM(12))
	d.chrome = append(d.chrome, widget.Bar(0, d.y, d.size.Width, height, l.WaitingGround))
	if l.Contrast == look.HighLight || l.Contrast == look.HighDark {
		d.chrome = append(d.chrome, widget.Bar(0, d.y+height-2, d.size.Width, 2, l.Line))
	}
	d.chrome = append(d.chrome, widget.Picture(icon, l.Waiting, x, d.y+(height-mark)/2, mark))
	objects, _ := widget.Lines(lines, size, look.TitleHeight, false, l.Waiting, left, d.y+(height-float32(len(lines))*size*look.TitleHeight)/2)
	d.chrome = append(d.chrome, objects...)
	if count != "" {
		text := look.Measure(count, size, true)
		d.chrome = append(d.chrome, widget.Text(count, size, true, l.Waiting, d.size.Width-l.MM(8)-text.Width, d.y+(height-text.Height)/2))
	}
	d.y += height
}

// erasing reports whether the page that is seen tells that something will be forgotten.
// The line of state promises nothing beside it: "all is kept here" would be read as the
// answer.
func (a *App) erasing() bool {
	switch a.top().(type) {
	case *startOverPage, *warningPage, *removePage, *helpPage:
		return true
	}
	return false
}

// least is the smallest size of letters that there is in this look.
func (d *drawing) least() float32 { return d.l.Least }

// mostStateLines is how many lines an author's notice takes at most.
const mostStateLines = 3

// feet draws the foot: what leads back at the left, quiet, and the one primary
// action at the right, solid unless it is Plain. Either may be nil.
func (d *drawing) feet(back, primary *widget.Button) {
	if back == nil {
		d.footer(nil, primary)
		return
	}
	d.footer([]*widget.Button{back}, primary)
}

// footer is feet with several quiet buttons at the left.
func (d *drawing) footer(quiet []*widget.Button, primary *widget.Button) {
	l := d.l
	d.footGround(l.Foot)
	edge, inner, gap := footEdge(d), l.MM(4), footGap(d)
	if l.Size == look.Sizes-1 {
		inner = l.MM(2.5) // two lines of the largest letters need the room
	}
	height := l.Foot - 2*inner + 2
	all := quiet
	least := []float32{l.MM(58), l.MM(88)}
	if len(quiet) > 1 {
		least = []float32{l.MM(40), l.MM(60)}
	}
	var widths []float32
	total := float32(0)
	for _, b := range quiet {
		b.Kind = widget.Quiet
		widths = append(widths, max(widget.Width(d.kit, b), least[0]))
	}
	if primary != nil {
		if !primary.Plain {
			primary.Kind = widget.Primary
		}
		all = append(all[:len(all):len(all)], primary)
		widths = append(widths, max(widget.Width(d.kit, primary), least[1]))
	}
	for _, w := range widths {
		total += w
	}
	// All give way in proportion to what each can spare; their words are then written
	// smaller, or on two lines.
	if room := d.size.Width - 2*edge - gap*float32(max(len(all)-1, 1)); total > room {
		spare := float32(0)
		for i, b := range all {
			spare += max(widths[i]-widget.LeastWidth(d.kit, b), 0)
		}
		for i, b := range all {
			widths[i] -= max(widths[i]-widget.LeastWidth(d.kit, b), 0) * min((total-room)/max(spare, 1), 1)
		}
	}
	x := edge
	for i, b := range all {
		if b == primary {
			d.footButton(b, idPrimary, d.size.Width-edge-widths[i], d.footTop+inner, widths[i], height)
			continue
		}
		d.footButton(b, idBack, x, d.footTop+inner, widths[i], height)
		x += widths[i] + gap
	}
}

// footHolds reports whether the foot has room for buttons, written as small as can
// be.
func (d *drawing) footHolds(quiet []*widget.Button, primary *widget.Button) bool {
	width := 2*footEdge(d) + footGap(d)*float32(len(quiet)) + widget.LeastWidth(d.kit, primary)
	for _, b := range quiet {
		width += widget.LeastWidth(d.kit, b)
	}
	return width <= d.size.Width
}

// footEdge and footGap are the room beside the buttons of the foot.
func footEdge(d *drawing) float32 { return d.l.MM(7.5) }
func footGap(d *drawing) float32  { return d.l.MM(6) }

func (d *drawing) footGround(height float32) {
	l := d.l
	d.footTop = d.size.Height - height
	d.bottom = d.footTop - l.MM(4)
	d.foot = append(d.foot, widget.Bar(0, d.footTop, d.size.Width, height, l.Surface), widget.Bar(0, d.footTop, d.size.Width, 2, l.Line))
}

func (d *drawing) footButton(b *widget.Button, id string, x, y, width, height float32) {
	if b.ID == "" {
		b.ID = id
	}
	b = widget.NewButton(d.kit, b)
	d.place(b, b.ID, x, y, width, height)
	d.foot = append(d.foot, b)
}

// back returns the button that leads back.
func (d *drawing) back(onTap func()) *widget.Button {
	return &widget.Button{Icon: "back", Label: d.text("foot.back"), OnTap: onTap}
}

// primary returns a primary button.
func (d *drawing) primary(key string, onTap func()) *widget.Button {
	return &widget.Button{After: "next", Label: d.text(key), OnTap: onTap}
}

// pagerHeight is the height that the pager takes from the body.
func (d *drawing) pagerHeight() float32 { return max(d.l.LeastTarget, d.l.Hint*1.7) + d.l.MM(4) }

// pager draws Previous, "2 of 3" and Next at the body's end. Nothing is drawn for
// a single page.
func (d *drawing) pager(page, of int, turn func(page int)) {
	if of < 2 {
		return
	}
	l := d.l
	height := d.pagerHeight() - l.MM(4)
	y := d.bottom - height
	label := d.text("pager.page", "N", page+1, "Of", of)
	text := look.Measure(label, l.Hint, false)
	previous := &widget.Button{ID: "pager/previous", Icon: "back", Label: d.text("pager.previous"), TextSize: l.Hint, OnTap: func() { turn(page - 1) }}
	next := &widget.Button{ID: "pager/next", After: "next", Label: d.text("pager.next"), TextSize: l.Hint, OnTap: func() { turn(page + 1) }}
	width := max(widget.Width(d.kit, previous), widget.Width(d.kit, next))
	across := max(d.pagerWidth, d.width)
	// The three keep their places on every page, so that the finger need not move.
	width = min(width, (across-text.Width-2*l.MM(6))/2)
	left := d.x + (across-2*width-text.Width-2*l.MM(6))/2
	if page > 0 {
		d.button(previous, left, y, width, height)
	}
	d.add(widget.Text(label, l.Hint, false, l.Ink, left+width+l.MM(6), y+(height-text.Height)/2))
	if page < of-1 {
		d.button(next, left+width+text.Width+2*l.MM(6), y, width, height)
	}
}

// paginate splits things of given heights into pages of a height, gap apart. Each
// page is the range of its things.
func paginate(heights []float32, gap, room float32) [][2]int {
	var out [][2]int
	from, used := 0, float32(0)
	for i, h := range heights {
		if i > from && used+gap+h > room {
			out = append(out, [2]int{from, i})
			from, used = i, h
			continue
		}
		if i > from {
			used += gap
		}
		used += h
	}
	if from < len(heights) {
		out = append(out, [2]int{from, len(heights)})
	}
	return out
}

// pages is paginate for the body: it leaves room for the pager when there is more
// than one page.
func (d *drawing) pages(heights []float32, gap float32) [][2]int {
	if one := paginate(heights, gap, d.room()); len(one) < 2 {
		return one
	}
	return paginate(heights, gap, d.room()-d.pagerHeight())
}

// Looks returns the text size and the contrast that are shown.
func (a *App) Looks() kiosk.Looks { return a.session.Looks() }

// SetLooks changes text size and contrast, as the strip's buttons do.
func (a *App) SetLooks(l kiosk.Looks) {
	a.session.SetLooks(l)
	a.redraw()
}

// SetLanguage changes the language, as the page of the languages does.
func (a *App) SetLanguage(tag string) {
	a.session.SetLanguage(tag)
	a.redraw()
}
